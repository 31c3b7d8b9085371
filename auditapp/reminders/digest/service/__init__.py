"""Notices become messages."""

from auditapp.reminders.digest.service.gathering import anything_waits, gather

__all__ = ["anything_waits", "gather"]
