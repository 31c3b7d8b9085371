"""What the pages of the outbox share."""

from typing import Any

from flask import Blueprint

from auditapp.kit.text import Text
from auditapp.reminders.outbox.channels import label_of
from auditapp.reminders.outbox.rules import (
    MESSAGE_LABELS,
    NOTICE_LABELS,
    OUTCOME_LABELS,
    STATE_LABELS,
    STATE_TONES,
)
from auditapp.reminders.rules import LEVEL_LABELS

bp = Blueprint("outbox", __name__, template_folder="../templates", url_prefix="/messages")


def said(error: str) -> Text:
    """What went wrong: a sentence of ours in the reader's language, anything else as it came."""
    return Text(error)


WORDS: dict[str, Any] = {
    "state_labels": STATE_LABELS,
    "state_tones": STATE_TONES,
    "message_labels": MESSAGE_LABELS,
    "notice_labels": NOTICE_LABELS,
    "outcome_labels": OUTCOME_LABELS,
    "level_labels": LEVEL_LABELS,
    "channel_label": label_of,
    "said": said,
}
