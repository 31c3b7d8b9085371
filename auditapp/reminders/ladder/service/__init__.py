"""Reminders begin, climb, are answered and end."""

from auditapp.reminders.ladder.service.answering import answer, restart
from auditapp.reminders.ladder.service.scanning import climb, scan

__all__ = ["answer", "climb", "restart", "scan"]
