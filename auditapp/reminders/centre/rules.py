"""How a notice reads in the centre. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.rules import LEVEL_LABELS, Level, sort_label

NOTICE_LABELS: Mapping[NoticeKind, Text] = {
    NoticeKind.REMINDER: Text("Reminder"),
    NoticeKind.OVERDUE: Text("Overdue"),
    NoticeKind.ESCALATION: Text("Escalation"),
    NoticeKind.COPY: Text("For your information: the next level was told"),
    NoticeKind.DECISION: Text("Your decision"),
    NoticeKind.QUESTION: Text("Still in hand?"),
    NoticeKind.INFORMATION: Text("For your information"),
}
# The same, as a filter names many of them.
NOTICE_PLURALS: Mapping[NoticeKind, Text] = {
    NoticeKind.REMINDER: Text("Reminders"),
    NoticeKind.OVERDUE: Text("Overdue"),
    NoticeKind.ESCALATION: Text("Escalations"),
    NoticeKind.COPY: Text("Told to the next level"),
    NoticeKind.DECISION: Text("Decisions"),
    NoticeKind.QUESTION: Text("Questions whether it is in hand"),
    NoticeKind.INFORMATION: Text("Information"),
}
NOTICE_TONES: Mapping[NoticeKind, str] = {
    NoticeKind.REMINDER: "on_track",
    NoticeKind.OVERDUE: "overdue",
    NoticeKind.ESCALATION: "overdue",
    NoticeKind.COPY: "quiet",
    NoticeKind.DECISION: "attention",
    NoticeKind.QUESTION: "attention",
    NoticeKind.INFORMATION: "quiet",
}
_TOLD: Mapping[NoticeKind, Text] = {
    NoticeKind.ESCALATION: Text("It came to you (%(level)s) because the level below did not answer."),
    NoticeKind.COPY: Text("You are told (%(level)s) because the level above you was asked now."),
    NoticeKind.INFORMATION: Text("You are told as: %(level)s. Nothing is asked of you."),
}
_ASKED = Text("You are asked as: %(level)s.")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a notice was about when it was made. What was not kept is empty or ``None``."""

    sort: Text | str  # what sort of thing
    ref: str
    title: str
    step: Text | None
    why: Text | None
    said: bool  # ``why`` says already how it came to this person
    next: Text | None
    due_on: date | None
    due_at: datetime | None
    endpoint: str
    args: Mapping[str, str]


def seen(about: Any) -> Seen:
    """Read what a notice keeps. Nothing that is missing or unknown by now keeps it from being shown."""
    kept: Mapping[str, Any] = about if isinstance(about, dict) else {}
    sort = kept.get("kind")
    return Seen(
        sort=sort_label(str(sort)) or "",
        ref=str(kept.get("ref") or ""),
        title=str(kept.get("title") or ""),
        step=_text(kept.get("step")),
        why=_text(kept.get("said")) or _text(kept.get("why")),
        said=_text(kept.get("said")) is not None,
        next=_text(kept.get("next")),
        due_on=date.fromisoformat(kept["due_on"]) if kept.get("due_on") else None,
        due_at=datetime.fromisoformat(kept["due_at"]) if kept.get("due_at") else None,
        endpoint=str(kept.get("endpoint") or ""),
        args={str(key): str(value) for key, value in (kept.get("args") or {}).items()},
    )


def _text(kept: Any) -> Text | None:
    return Text.from_json(kept) if isinstance(kept, dict) and "msgid" in kept else None


def told_as(kind: NoticeKind, level: int) -> Text | None:
    """Why it came to this person, by the level it was told to; ``None`` where that goes without saying.

    Owners know by the reason that stands beside it; a level that is not known is passed over.
    """
    if level not in set(Level) or (level == Level.OWNER and kind not in _TOLD):
        return None
    return Text(_TOLD.get(kind, _ASKED).msgid, level=LEVEL_LABELS[Level(level)])
