"""The channels and the person of the outbox's tests."""

from tests.reminders.outbox.conftest import ada, sinks

__all__ = ["ada", "sinks"]
