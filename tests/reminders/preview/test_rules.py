"""Two outlooks are counted and compared."""

from datetime import UTC, date, datetime
from uuid import UUID

from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.preview.labels import WHY_LABELS, sentence
from auditapp.reminders.preview.rules import Outlook, Pair, Sent, Told, compare
from auditapp.reminders.rules import Kind, Level, Severity

ANN, BOB = UUID(int=1), UUID(int=2)


def told(
    day, who=ANN, *, why=NoticeKind.REMINDER, level=Level.OWNER, kind=Kind.ACTION, severity=Severity.NORMAL
):
    return Told(
        at=datetime(2026, 3, day, 9, tzinfo=UTC), day=date(2026, 3, day), person_id=who, why=why, level=level,
        item_key="action:1", kind=kind, severity=severity, ref="A-1", title="A", message_id=None,
    )  # fmt: skip


def sent(day, who=ANN):
    return Sent(at=datetime(2026, 3, day, 9, tzinfo=UTC), day=date(2026, 3, day), person_id=who)


def look(tells, sends, stuck=0):
    return Outlook(
        first=date(2026, 3, 1), last=date(2026, 3, 31), told=tells, sent=sends, moments=1, stuck=stuck
    )


UP = {"why": NoticeKind.ESCALATION, "level": Level.SER}
NOW = look([told(2), told(3, kind=Kind.AUDIT)], [sent(2), sent(3)], stuck=1)
THEN = look(
    [told(2), told(4), told(5, BOB, **UP), told(5, BOB, kind=Kind.AUDIT, **UP), told(6, severity=Severity.CRITICAL)],
    [sent(2), sent(4), sent(4), sent(5, BOB)],
    stuck=3,
)  # fmt: skip


def test_both_are_counted_by_person_day_and_level():
    found = compare(NOW, THEN, Kind.ACTION, None)
    assert (found.messages, found.things) == (Pair(now=2, then=4), Pair(now=1, then=4))
    assert [(row.person_id, row.messages, row.busiest, row.things) for row in found.people] == [
        (ANN, Pair(now=2, then=3), Pair(now=1, then=2), Pair(now=1, then=3)),
        (BOB, Pair(now=0, then=1), Pair(now=0, then=1), Pair(now=0, then=1)),
    ]
    assert found.days == [
        (date(2026, 3, 2), Pair(now=1, then=1)),
        (date(2026, 3, 3), Pair(now=1, then=0)),
        (date(2026, 3, 4), Pair(now=0, then=2)),
        (date(2026, 3, 5), Pair(now=0, then=1)),
    ]
    assert found.levels == [(Level.SER, Pair(now=0, then=1))]
    assert found.stuck == Pair(now=1, then=3)


def test_one_severity_counts_alone():
    assert compare(NOW, THEN, Kind.ACTION, Severity.CRITICAL).things == Pair(now=0, then=1)


def test_nothing_is_nothing():
    found = compare(look([], []), look([], []), Kind.ACTION, None)
    assert (found.people, found.days, found.levels) == ([], [], [])


def test_the_figures_read_as_a_sentence():
    assert str(sentence(compare(NOW, THEN, Kind.ACTION, None))) == (
        "Messages to everybody: 4, 2 more than now. "
        "Times that somebody is told about this kind of thing: 4, 3 more than now."
    )
    assert "2, 2 fewer than now" in str(sentence(compare(THEN, NOW, Kind.ACTION, None)))
    assert "2, as now" in str(sentence(compare(NOW, NOW, Kind.ACTION, None)))
    assert set(WHY_LABELS) == set(NoticeKind)
