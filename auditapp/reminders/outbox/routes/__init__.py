"""Pages of the outbox: messages, dead letters, channels, and the log of what was told about a thing."""

from auditapp.reminders.outbox.routes import log, messages
from auditapp.reminders.outbox.routes.base import bp

__all__ = ["bp", "log", "messages"]
