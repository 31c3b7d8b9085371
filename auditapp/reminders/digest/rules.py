"""How notices come together in messages: what goes now, what waits for the morning, how many a day. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from auditapp.kit.text import MONTHS, Text, day_words
from auditapp.reminders.outbox.rules import Line, MessageKind, NoticeKind
from auditapp.reminders.quiet.labels import WEEKDAYS
from auditapp.reminders.quiet.rules import (
    DAY,
    Rhythm,
    digest_may_go,
    local_day,
    local_moment,
    may_be_told,
    next_digest,
    next_opening,
)

A_WHILE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Today:
    """What somebody got already on their present day."""

    digest: bool = False
    messages: int = 0


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """What becomes of the notices that wait for one person.

    ``kind``: of the message that is made now with those that ``take`` says (urgent ones, or all); ``None``: none.
    ``later``: until when the others wait; ``later_urgent``: until when urgent ones wait, where they are not taken.
    """

    kind: MessageKind | None
    takes_all: bool
    later: datetime
    later_urgent: datetime


def gather(rhythm: Rhythm, at: datetime, today: Today, *, urgent: bool, other: bool) -> Gathering:
    """Decide for one person who has ``urgent`` or ``other`` notices waiting."""
    day = local_day(at, rhythm.zone)
    tomorrow = next_digest(rhythm, local_moment(day + DAY, 0, rhythm.zone)) or at + A_WHILE
    spent = today.messages >= rhythm.budget
    if other and not today.digest and not spent and digest_may_go(rhythm, at):
        return Gathering(kind=MessageKind.DIGEST, takes_all=True, later=tomorrow, later_urgent=tomorrow)
    coming = next_digest(rhythm, at) or at + A_WHILE
    later = tomorrow if today.digest or spent or coming <= at else coming
    if urgent and not spent and may_be_told(rhythm, at):
        return Gathering(kind=MessageKind.NOW, takes_all=False, later=later, later_urgent=later)
    opens = next_opening(rhythm, at) or at + A_WHILE
    return Gathering(
        kind=None, takes_all=False, later=later, later_urgent=tomorrow if spent or opens <= at else opens
    )


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one message says besides its lines."""

    subject: Text
    opening: Text
    closing: Text
    thread: str


INVITING = Text(
    "You asked for invitations by mail to your audits. Switch them off on the page “Calendar”. Answering changes nothing."
)
_INVITATIONS: Mapping[str, tuple[Text, Text]] = {
    "new": (
        Text("Invitation: %(title)s, %(when)s"),
        Text("%(name)s, you are invited: %(title)s. When: %(when)s.%(place)s"),
    ),
    "changed": (
        Text("Changed: %(title)s, %(when)s"),
        Text("%(name)s, this changed: %(title)s. When now: %(when)s.%(place)s"),
    ),
    "cancelled": (
        Text("Cancelled: %(title)s, %(when)s"),
        Text("%(name)s, take this out of your calendar: %(title)s, %(when)s. %(reason)s"),
    ),
}


def invitation_said(kept: Mapping[str, Any], name: str, at: datetime, zone: str) -> Said:
    """What an invitation, a change or a cancellation says; ``kept``: what was put into the outbox with it."""
    subject, opening = _INVITATIONS[kept["what"]]
    title, when = kept["title"], _when(kept["starts"], kept["ends"], local_day(at, zone), zone)
    place = Text(" Where: %(place)s.", place=kept["place"]) if kept["place"] else ""
    reason = Text.from_json(kept["reason"]) if kept["reason"] else ""
    return Said(
        subject=Text(subject.msgid, title=title, when=when),
        opening=Text(opening.msgid, name=name, title=title, when=when, place=place, reason=reason),
        closing=INVITING,
        thread=f"invitation:{kept['uid']}",
    )


def _when(starts: str, ends: str, today: date, zone: str) -> Text:
    if "T" in starts:
        begins = datetime.fromisoformat(starts).astimezone(ZoneInfo(zone))
        return Text("%(day)s, %(time)s", day=_day(begins.date(), today), time=f"{begins:%H:%M}")
    first, last = date.fromisoformat(starts), date.fromisoformat(ends)
    if first == last:
        return _day(first, today)
    return Text("%(first)s to %(last)s", first=_day(first, today), last=_day(last, today))


def _day(day: date, today: date) -> Text:
    """“Monday 7 December”, with the year when it is another one."""
    weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    if day.year == today.year:
        return Text("%(weekday)s %(day)s %(month)s", weekday=weekday, day=day.day, month=month)
    return Text("%(weekday)s %(day)s", weekday=weekday, day=day_words(day))


NOW = frozenset({NoticeKind.ESCALATION, NoticeKind.DECISION})
KNOW = frozenset({NoticeKind.COPY, NoticeKind.INFORMATION})
GROUPS: Sequence[tuple[str, Text]] = (
    ("now", Text("Needs your decision")),
    ("overdue", Text("Overdue")),
    ("today", Text("Due today")),
    ("coming", Text("Coming")),
    ("know", Text("For your information")),
)


def group_of(line: Line, today_is: "datetime", zone: str) -> str:
    """The group of a line in a digest."""
    if line.kind in NOW:
        return "now"
    if line.kind in KNOW:
        return "know"
    if line.overdue:
        return "overdue"
    return "today" if line.due_on <= local_day(today_is, zone) else "coming"


def grouped(lines: Sequence[Line], at: datetime, zone: str) -> tuple[tuple[Text, tuple[Line, ...]], ...]:
    """Lines by group in their order, inside by day; groups without any are left out."""
    found: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda one: (one.due_on, one.ref)):
        found.setdefault(group_of(line, at, zone), []).append(line)
    return tuple((label, tuple(found[key])) for key, label in GROUPS if key in found)


_NOW_SUBJECT: Mapping[NoticeKind, Text] = {
    NoticeKind.ESCALATION: Text("You are asked next: %(ref)s, %(title)s"),
    NoticeKind.DECISION: Text("Your decision: %(ref)s, %(title)s"),
}


def subject_of(kind: MessageKind, lines: Sequence[Line], at: datetime, zone: str) -> Text:
    """The most important thing first."""
    if kind is MessageKind.NOW and len(lines) == 1:
        text = _NOW_SUBJECT.get(lines[0].kind, Text("%(ref)s, %(title)s"))
        return Text(text.msgid, ref=lines[0].ref, title=lines[0].title)
    if kind is MessageKind.NOW:
        return Text("%(count)s things need you now", count=len(lines))
    return _digest_subject(lines, at, zone)


_PARTS: Sequence[tuple[str, Text]] = (
    ("now", Text("%(now)s to decide")),
    ("overdue", Text("%(overdue)s overdue")),
    ("today", Text("%(today)s due today")),
    ("coming", Text("%(coming)s coming")),
    ("know", Text("%(know)s for your information")),
)
MOST_PARTS = 2


def _digest_subject(lines: Sequence[Line], at: datetime, zone: str) -> Text:
    groups = [group_of(line, at, zone) for line in lines]
    parts = [Text(text.msgid, **{key: groups.count(key)}) for key, text in _PARTS if key in groups][
        :MOST_PARTS
    ]
    if len(parts) < MOST_PARTS:
        return parts[0] if parts else Text("Nothing is left to do")
    return Text("%(first)s, %(second)s", first=parts[0], second=parts[1])
