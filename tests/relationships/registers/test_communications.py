"""The communications plan: days counted from the intended one, whatever day it was done."""

from datetime import date

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.registers.communications import queries, rules, service
from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften
from auditapp.relationships.rules import Sharing

JAN31 = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("how_often", "was", "done", "on"),
    [
        (HowOften.MONTH, None, None, JAN31),
        (HowOften.MONTH, JAN31, JAN31, date(2026, 2, 28)),
        (HowOften.MONTH, date(2026, 2, 28), date(2026, 3, 5), date(2026, 3, 31)),  # late: no day adds up
        (
            HowOften.MONTH,
            date(2026, 2, 28),
            date(2026, 2, 20),
            date(2026, 3, 31),
        ),  # early: it counts for this time
        (
            HowOften.MONTH,
            JAN31,
            date(2026, 5, 3),
            date(2026, 5, 31),
        ),  # long away: the missed ones are not asked for
        (HowOften.FORTNIGHT, JAN31, date(2026, 2, 1), date(2026, 2, 14)),
        (HowOften.YEAR, JAN31, JAN31, date(2027, 1, 31)),
        (HowOften.WHEN_NEEDED, None, None, None),
        (HowOften.WHEN_NEEDED, None, JAN31, None),
    ],
)
def test_the_next_day(how_often, was, done, on):
    assert rules.next_on(how_often, JAN31, was=was, done=done) == on


def content(**more):
    values = {
        "what": "Weekly call", "audience": Audience.BOTH, "channel": Channel.CALL, "how_often": HowOften.MONTH,
        "first_on": JAN31, "sharing": Sharing.SHARED,
    }  # fmt: skip
    return service.Content(**values | more)


def added(session, world, **more):
    return service.add_communication(
        session, actor=world.kim, at=now(), relationship_id=world.found.id, content=content(**more)
    )


def done(session, actor, row, on):
    return service.log_done(session, actor=actor, at=now(), communication_id=row.id, done_on=on)


def test_who_keeps_the_plan(session, world):
    for other, error in ((world.vic, NotAllowed), (world.wes, NotAllowed), (world.ben, NotAllowed)):
        with pytest.raises(error):
            service.add_communication(
                session, actor=other, at=now(), relationship_id=world.found.id, content=content()
            )
    row = added(session, world)
    was = row.version
    edit = {"actor": world.kim, "at": now(), "communication_id": row.id, "content": content(what="A call")}
    service.edit_communication(session, version=was, **edit)
    with pytest.raises(Stale):
        service.edit_communication(session, version=was, **edit)
    for wrong in (
        {"what": " "},
        {"owner_id": world.eve.person_id},
        {"owner_id": world.wes.person_id, "sharing": Sharing.INTERNAL},
    ):
        with pytest.raises(Invalid):
            added(session, world, **wrong)


def test_its_owner_on_either_side_says_that_it_was_done(session, world):
    row = added(session, world, owner_id=world.wes.person_id)
    with pytest.raises(NotAllowed):
        done(session, world.tim, row, JAN31)
    with pytest.raises(Invalid):
        done(session, world.wes, row, date(2199, 1, 1))
    done(session, world.wes, row, date(2026, 2, 2))
    done(session, world.kim, row, date(2026, 3, 2))
    assert (row.last_on, row.next_on) == (date(2026, 3, 2), date(2026, 3, 31))
    service.take_back_last(session, actor=world.wes, at=now(), communication_id=row.id)
    assert (row.last_on, row.next_on) == (date(2026, 2, 2), date(2026, 2, 28))
    service.take_back_last(session, actor=world.wes, at=now(), communication_id=row.id)
    assert (row.last_on, row.next_on) == (None, JAN31)
    service.take_back_last(
        session, actor=world.wes, at=now(), communication_id=row.id
    )  # nothing left: nothing happens


def test_another_interval_counts_anew(session, world):
    row = added(session, world)
    done(session, world.kim, row, date(2026, 2, 2))
    service.edit_communication(
        session, actor=world.kim, at=now(), communication_id=row.id, version=row.version,
        content=content(how_often=HowOften.QUARTER),
    )  # fmt: skip
    assert row.next_on == date(2026, 4, 30)


def test_it_is_stopped_and_begun_again(session, world):
    row = added(session, world)

    def set_active(active):
        service.set_active(
            session, actor=world.kim, at=now(), communication_id=row.id, version=row.version, active=active
        )

    set_active(False)
    with pytest.raises(Refusal):
        done(session, world.kim, row, JAN31)
    assert queries.counts(session, world.kim, world.found.id, today=JAN31) == {
        "active": 0,
        "due": 0,
        "stopped": 1,
    }
    set_active(True)
    assert queries.counts(session, world.kim, world.found.id, today=JAN31) == {
        "active": 1,
        "due": 1,
        "stopped": 0,
    }


def test_a_contact_never_meets_what_is_internal(session, world):
    row = added(session, world, sharing=Sharing.INTERNAL)
    for who in (world.wes, world.eve):
        with pytest.raises(NotFound):
            done(session, who, row, JAN31)
        assert queries.counts(session, who, world.found.id, today=JAN31)["active"] == 0


def test_the_review_settles_what_is_due(session, world):
    due = open_one(session, "communications_review", world.found.id).due_on
    service.review_plan(
        session,
        actor=world.kim,
        at=now(),
        relationship_id=world.found.id,
        on=date(2026, 2, 1),
        outcome="Kept as it is",
    )
    assert open_one(session, "communications_review", world.found.id).due_on > due
