"""What recurs: counted from the day intended, never twice, never lost, interval and extra times included."""

from datetime import date

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid
from auditapp.people.rules import Role
from auditapp.relationships.obligations import service
from auditapp.relationships.obligations.model import Obligation, ObligationRule
from auditapp.relationships.obligations.queries import open_extras, open_one
from auditapp.relationships.obligations.rules import DEFAULTS, Scope, State, intended
from tests.factories import make_person


@pytest.fixture
def ada(session):
    return make_person(session, Role.SYSTEM_MANAGER)


def started(session, **more):
    values = {"key": "management_review", "subject": "system", "anchor_on": date(2026, 1, 31), "months": 1}
    return service.begin(session, at=now(), **(values | more))


def test_the_26_of_the_field_are_there():
    assert len(DEFAULTS) == 27


def test_no_delay_and_no_short_month_adds_up():
    assert [intended(date(2026, 1, 31), n, months=1, days=0) for n in range(4)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_the_next_is_counted_from_the_day_intended_not_from_the_day_it_was_done(session, ada):
    assert started(session).due_on == date(2026, 2, 28)
    following = service.done(
        session, actor=ada, at=now(), key="management_review", subject="system", on=date(2026, 3, 20)
    )
    assert following.due_on == date(2026, 3, 31)


def test_beginning_again_gives_what_is_open(session):
    assert started(session).id == started(session).id


def test_skipping_asks_for_a_reason_and_goes_on(session, ada):
    found = started(session)
    with pytest.raises(Invalid):
        service.finish(
            session, actor=ada, at=now(), found=found, state=State.SKIPPED, on=date(2026, 3, 1), note=" "
        )
    service.finish(
        session, actor=ada, at=now(), found=found, state=State.SKIPPED, on=date(2026, 3, 1), note="on strike"
    )
    assert found.state is State.SKIPPED
    assert open_one(session, "management_review", "system").intended_on == date(2026, 3, 31)


def test_a_moved_time_does_not_move_the_next(session, ada):
    found = started(session)
    service.put_off(session, actor=ada, at=now(), found=found, due_on=date(2026, 3, 15), reason="away")
    following = service.done(
        session, actor=ada, at=now(), key="management_review", subject="system", on=date(2026, 3, 15)
    )
    assert (found.due_on, following.due_on) == (date(2026, 3, 15), date(2026, 3, 31))


def test_a_changed_interval_counts_from_the_day_intended(session, ada):
    started(session, months=None)
    session.add(
        ObligationRule(key="management_review", scope=Scope.SYSTEM, whose=["ser"], months=6, lead_days=[7])
    )
    session.flush()
    following = service.done(
        session, actor=ada, at=now(), key="management_review", subject="system", on=date(2027, 2, 2)
    )
    assert following.due_on == date(2027, 7, 31)


def test_an_extra_time_is_asked_once_per_cause_and_done_with_the_regular_one(session, ada):
    started(session)
    same = {
        "key": "management_review",
        "subject": "system",
        "due_on": date(2026, 2, 10),
        "because": "new SER",
    }
    first = service.open_extra(session, at=now(), cause="person", **same)
    assert service.open_extra(session, at=now(), cause="person", **same).id == first.id
    service.done(session, actor=ada, at=now(), key="management_review", subject="system", on=date(2026, 2, 9))
    assert open_extras(session, "management_review", "system") == []
    assert service.open_extra(session, at=now(), cause="person", **same).extra == "person:1"


def test_what_ended_begins_again_where_it_was(session):
    found = started(session)
    service.end(session, at=now(), key="management_review", subject="system", on=date(2026, 2, 1))
    assert session.query(Obligation).filter_by(state=State.OPEN).count() == 0
    assert started(session).id == found.id
    assert found.state is State.OPEN
