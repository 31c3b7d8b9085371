"""What goes at once, what waits for the morning, and how much a day: as tables of cases."""

from datetime import UTC, date, datetime

import pytest

from auditapp.reminders.digest.rules import Today, gather
from auditapp.reminders.outbox.rules import MessageKind
from auditapp.reminders.quiet.rules import Away, Rhythm, told_from

LONDON = Rhythm(zone="Europe/London", budget=3)


def at(day, hour, minute=0):
    return datetime(
        2026, 3, day, hour, minute, tzinfo=UTC
    )  # London is on UTC until 29 March; the 4th is a Wednesday


NOW, DIGEST = MessageKind.NOW, MessageKind.DIGEST
CASES = (
    # at, had a digest, messages today, urgent, other -> kind, takes all
    ("the digest goes in the morning, with what is urgent", at(4, 9), False, 0, True, True, DIGEST, True),
    ("missed, it goes later on the same day", at(4, 15), False, 0, False, True, DIGEST, True),
    ("not in the evening", at(4, 18), False, 0, False, True, None, False),
    ("not before its moment", at(4, 8), False, 0, False, True, None, False),
    ("not on a Saturday", at(7, 10), False, 0, True, True, None, False),
    ("one a day", at(4, 10), True, 1, False, True, None, False),
    ("what is urgent goes at once", at(4, 11), True, 1, True, True, NOW, False),
    ("but not at night", at(4, 22), True, 1, True, False, None, False),
    ("and not beyond the budget", at(4, 11), True, 3, True, True, None, False),
    ("nor does the digest", at(4, 11), False, 3, True, True, None, False),
)


@pytest.mark.parametrize(
    ("moment", "digest", "messages", "urgent", "other", "kind", "takes_all"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_is_made_of_what_waits(*, moment, digest, messages, urgent, other, kind, takes_all):
    found = gather(LONDON, moment, Today(digest=digest, messages=messages), urgent=urgent, other=other)
    assert (found.kind, found.takes_all) == (kind, takes_all)
    assert found.later > moment
    if kind is None:
        assert found.later_urgent > moment


def test_what_waits_waits_until_somebody_is_there():
    away = Rhythm(zone="Europe/London", away=(Away(first_on=date(2026, 3, 4), last_on=date(2026, 3, 10)),))
    found = gather(away, at(4, 10), Today(), urgent=True, other=True)
    assert found.kind is None
    assert found.later == found.later_urgent == at(11, 9)


@pytest.mark.parametrize(
    ("moment", "digest", "expected"),
    [
        (at(4, 10), True, at(4, 10)),
        (at(4, 10), False, at(4, 10)),
        (at(4, 18), True, at(5, 9)),
        (at(4, 18), False, at(5, 9)),
        (at(7, 1, 38), True, at(9, 9)),
        (at(7, 1, 38), False, at(9, 9)),
    ],
)
def test_what_was_made_in_time_and_is_late_is_not_told_at_night(moment, digest, expected):
    assert told_from(LONDON, moment, digest=digest) == expected
