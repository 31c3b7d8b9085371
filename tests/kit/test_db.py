"""Units of work: committed once, or leaving nothing."""

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import is_read_only_error, release
from auditapp.people.model import Counter
from auditapp.people.queries import next_number
from auditapp.trail import service as trail
from tests.factories import make_person


def test_a_unit_commits_once_and_a_failed_one_leaves_nothing(unit):
    assert unit(lambda s: next_number(s, "X")) == 1

    def fail(session):
        next_number(session, "X")
        raise KeyError

    with pytest.raises(KeyError):
        unit(fail)
    assert unit(lambda s: s.get(Counter, "X").last, "read") == 1


def test_a_write_in_a_reading_unit_is_refused_by_the_database(unit):
    with pytest.raises(sa.exc.DBAPIError) as caught:
        unit(lambda s: next_number(s, "X"), "read")
    assert is_read_only_error(caught.value)


def test_the_lock_is_not_let_go_after_a_change(unit):
    def flushed(session):
        next_number(session, "X")  # flushed: nothing is new or dirty any more
        release()

    def waiting(session):
        session.add(Counter(series="Y", last=1))
        release()

    for work in (flushed, waiting):
        with pytest.raises(RuntimeError, match="after a change"):
            unit(work)

    def read_only(session):
        session.scalars(sa.select(Counter)).all()
        release()
        return next_number(session, "X")

    assert unit(read_only) == 1
    assert unit(read_only) == 2  # the mark goes with the transaction


def test_the_trail_grows_and_verifies(unit):
    def work(session):
        who = make_person(session)
        for index in range(5):
            trail.record(
                session,
                actor_id=who.person_id,
                at=now(),
                verb="thing.made",
                thing_kind="thing",
                thing_id=str(index),
                thing_ref=f"T-{index}",
                after={"index": index},
                personal={"name": "N"} if index == 2 else None,
            )

    unit(work)
    assert unit(lambda s: list(trail.verify(s)), "read") == []
    with pytest.raises(sa.exc.DBAPIError):
        unit(lambda s: s.execute(sa.text("UPDATE trail_fact SET verb='x' WHERE seq=3")))
    with pytest.raises(sa.exc.DBAPIError):
        unit(lambda s: s.execute(sa.text("DELETE FROM trail_fact WHERE seq=3")))
