"""Messages on their way: put, claimed, recorded, asked about, sent again."""

from auditapp.reminders.outbox.service.asking import claim_unknown, record_asked, record_not_asked
from auditapp.reminders.outbox.service.claiming import Claim, claim, lose_track
from auditapp.reminders.outbox.service.hands import reopen, resend
from auditapp.reminders.outbox.service.putting import put, withdraw
from auditapp.reminders.outbox.service.recording import (
    bounced,
    hand_back,
    record_cancelled,
    record_fault,
    record_sent,
)

__all__ = [
    "Claim",
    "bounced",
    "claim",
    "claim_unknown",
    "hand_back",
    "lose_track",
    "put",
    "record_asked",
    "record_cancelled",
    "record_fault",
    "record_not_asked",
    "record_sent",
    "reopen",
    "resend",
    "withdraw",
]
