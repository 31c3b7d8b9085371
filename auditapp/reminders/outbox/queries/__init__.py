"""Reading the outbox: what is to be sent and to whom, the list of messages, the log of what was told."""

from auditapp.reminders.outbox.queries.sending import (
    Candidate,
    Waiting,
    anything_to_do,
    candidates,
    channel_states,
    doubtful,
    message_by_id,
    preferences,
    recipient,
    waiting,
)

__all__ = [
    "Candidate",
    "Waiting",
    "anything_to_do",
    "candidates",
    "channel_states",
    "doubtful",
    "message_by_id",
    "preferences",
    "recipient",
    "waiting",
]
