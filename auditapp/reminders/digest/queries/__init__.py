"""Messages as they read at the moment of sending."""

from auditapp.reminders.digest.queries.building import PathOf, build_message, makes, recipient_of, standing

__all__ = ["PathOf", "build_message", "makes", "recipient_of", "standing"]
