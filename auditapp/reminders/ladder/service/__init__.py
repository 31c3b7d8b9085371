"""Reminders begin, climb, are answered and end."""

from auditapp.reminders.ladder.service.answering import answer, restart
from auditapp.reminders.ladder.service.scanning import anything_comes, anything_new, climb, scan

__all__ = ["answer", "anything_comes", "anything_new", "climb", "restart", "scan"]
