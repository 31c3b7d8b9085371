"""When an invitation lets somebody in, and on which days one may be given."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from auditapp.reports.visitors.rules import Standing, Visitor, span, span_fault

FROM, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = date(2026, 3, 29)  # the clocks of London go forward


@pytest.mark.parametrize(
    ("at", "revoked", "standing"),
    [
        (FROM - TICK, None, Standing.EARLY),
        (FROM, None, Standing.OPEN),
        (UNTIL - TICK, None, Standing.OPEN),
        (UNTIL, None, Standing.OVER),
        (FROM, FROM, Standing.REVOKED),
        (UNTIL, FROM, Standing.REVOKED),
    ],
)
def test_an_invitation_is_open_between_its_moments(at, revoked, standing):
    visitor = Visitor(
        id=UUID(int=1), ref="XA-1", pack_id=UUID(int=2), name="N", body="B", email="e", begins_at=FROM, ends_at=UNTIL,
        invited_by="M", confirmed_name="", confirmed_at=None, seen_at=None, revoked_at=revoked, locale="en",
    )  # fmt: skip
    assert visitor.standing(at) is standing


def test_days_are_those_of_the_organization():
    begins, ends = span(DAY, DAY, "Europe/London")
    assert (begins.astimezone(UTC), ends.astimezone(UTC)) == (
        datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 3, 29, 23, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("first", "last", "right"), [(0, 0, True), (0, 29, True), (0, 30, False), (1, 0, False), (-3, -1, False), (-3, 0, True)]
)  # fmt: skip
def test_the_days_of_an_invitation(first, last, right):
    wrong = span_fault(DAY + timedelta(days=first), DAY + timedelta(days=last), DAY, 30)
    assert (wrong is None) is right
