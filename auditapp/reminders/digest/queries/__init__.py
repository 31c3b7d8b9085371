"""Messages as they read at the moment of sending."""

from auditapp.reminders.digest.queries.building import build_message

__all__ = ["build_message"]
