"""Objectives agreed, worded anew, settled; measures and readings; who may what."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import day_in, now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.links.queries import find_target
from auditapp.relationships.links.service import add_link
from auditapp.relationships.registers.objectives import queries, service
from auditapp.relationships.registers.objectives.model import MeasureReading
from auditapp.relationships.registers.objectives.rules import Direction, Standing, State, Whose
from auditapp.relationships.rules import MemberRole, Sharing
from auditapp.trail.model import Fact
from tests.factories import make_contact, make_person, make_relationship
from tests.relationships.registers.objectives.conftest import propose


def today():
    return day_in("Europe/London", now())


def agree(session, world, actor, party, *, found=None, **more):
    found = found or world.joint
    values = {"version": found.version} | more
    return service.agree(session, actor=actor, at=now(), found=found, party_id=party, **values)


def agree_all(session, world):
    agree(session, world, world.ben, None)
    return agree(session, world, world.wes, world.wes.partner_id)


def word(session, world, actor, found, **more):
    values = {
        "version": found.version, "statement": found.statement, "details": found.details, "stage": found.stage,
        "clause": found.clause, "owner_id": found.owner_id, "target_on": found.target_on, "sharing": found.sharing,
    }  # fmt: skip
    return service.set_objective(session, actor=actor, at=now(), found=found, **(values | more))


def read(session, world, actor=None, *, value=85.0, on=None, **more):
    return service.read_off(
        session, actor=actor or world.oona, at=now(), found=world.joint, measure=world.measure,
        read_on=on or today(), value=value, **more,
    )  # fmt: skip


def test_a_joint_objective_is_shared_and_holds_when_each_party_agreed(session, world):
    assert world.joint.sharing is Sharing.SHARED
    assert agree(session, world, world.kim, None).state is State.PROPOSED
    assert agree(session, world, world.wes, world.wes.partner_id).state is State.AGREED
    assert (
        agree(session, world, world.wes, world.wes.partner_id).state is State.AGREED
    )  # again: nothing happens
    assert len(queries.agreements_of(session, world.joint.id)) == 2


def test_our_own_objective_needs_only_us(session, world):
    assert queries.parties_of(session, world.ours) == [(None, "")]
    assert agree(session, world, world.ben, None, found=world.ours).state is State.AGREED


def test_other_words_are_put_before_the_parties_again(session, world):
    agree_all(session, world)
    word(session, world, world.kim, world.joint, details="more", clause="8.6.3")
    assert world.joint.state is State.AGREED  # what was agreed to stands
    word(session, world, world.wes, world.joint, statement="Ten of ten on time")
    assert world.joint.state is State.PROPOSED
    agree(session, world, world.ben, None)
    assert world.joint.state is State.PROPOSED
    agree(session, world, world.wes, world.wes.partner_id)
    assert world.joint.state is State.AGREED


def test_nobody_agrees_to_words_they_did_not_see(session, world):
    seen = world.joint.version
    word(session, world, world.kim, world.joint, statement="Something else")
    with pytest.raises(Stale):
        agree(session, world, world.wes, world.wes.partner_id, version=seen)
    with pytest.raises(Stale):
        word(session, world, world.wes, world.joint, version=seen, statement="Yet another")


def test_an_agreement_is_written_down_on_behalf_with_where_it_is_kept(session, world):
    with pytest.raises(Invalid) as refused:
        agree(session, world, world.kim, world.wes.partner_id)
    assert refused.value.field == "note"
    agree(session, world, world.kim, world.wes.partner_id, note="Minutes of 3 March")
    given, _who = queries.agreements_of(session, world.joint.id)[0]
    assert given.on_behalf


def test_settled_with_a_reason_and_taken_up_again(session, world):
    with pytest.raises(Refusal):
        service.reach(session, actor=world.kim, at=now(), found=world.joint, reason="x")
    agree_all(session, world)
    with pytest.raises(Invalid):
        service.drop(session, actor=world.kim, at=now(), found=world.joint, reason=" ")
    service.reach(session, actor=world.kim, at=now(), found=world.joint, reason="Scorecard of March")
    assert (world.joint.state, world.joint.settled_on) == (State.REACHED, today())
    with pytest.raises(Refusal):
        word(session, world, world.kim, world.joint, statement="x")
    service.take_up(session, actor=world.kim, at=now(), found=world.joint)
    assert (world.joint.state, world.joint.reason) == (State.AGREED, "")
    service.drop(session, actor=world.kim, at=now(), found=world.joint, reason="Another way was found")
    service.take_up(session, actor=world.kim, at=now(), found=world.joint)
    assert world.joint.state is State.AGREED  # all had agreed to the same words


def test_what_each_party_wrote_for_itself_stays_theirs(session, world):
    theirs = propose(session, world.tim, world.found, whose=Whose.OWN, statement="Earn more")
    assert (theirs.sharing, theirs.party_id) == (Sharing.SHARED, world.tim.partner_id)
    with pytest.raises(NotAllowed):
        word(session, world, world.kim, theirs, statement="Earn less")
    word(session, world, world.wes, theirs, statement="Earn a little more")
    assert queries.parties_of(session, theirs)[0][0] == world.tim.partner_id


@pytest.mark.parametrize(
    ("who", "may"),
    [("kim", True), ("wes", True), ("ben", False), ("oona", False), ("tim", False)],
)
def test_who_changes_a_joint_objective(session, world, who, may):
    actor = getattr(world, who)
    if may:
        assert word(session, world, actor, world.joint, details="x").details == "x"
    else:
        with pytest.raises(NotAllowed):
            word(session, world, actor, world.joint, details="x")


@pytest.mark.parametrize(
    ("who", "party", "may"),
    [
        ("ben", None, True),
        ("oona", None, False),
        ("tim", "wes", False),
        ("wes", "wes", True),
        ("wes", None, False),
    ],
)
def test_who_agrees(session, world, who, party, may):
    party_id = world.wes.partner_id if party else None
    if may:
        agree(session, world, getattr(world, who), party_id)
    else:
        with pytest.raises(NotAllowed):
            agree(session, world, getattr(world, who), party_id)


def test_a_party_that_is_not_in_it_does_not_agree(session, world):
    stranger = make_contact(session, make_relationship(session), MemberRole.PARTNER_SER)
    with pytest.raises(NotFound):
        agree(session, world, world.kim, stranger.partner_id, note="x")
    with pytest.raises(NotFound):
        agree(session, world, stranger, stranger.partner_id)


def test_a_contact_sees_what_is_shared_and_no_more(session, world):
    assert queries.objective_by_ref(session, world.tim, world.joint.ref) is world.joint
    with pytest.raises(NotFound):
        queries.objective_by_ref(session, world.tim, world.ours.ref)
    inside = service.add_measure(
        session, actor=world.kim, at=now(), found=world.ours, name="x", direction=Direction.LESS, target=1
    )
    with pytest.raises(NotFound):
        queries.measure_by_ref(session, world.tim, inside.ref)
    assert find_target(session, world.tim, world.ours.ref) is None
    assert find_target(session, world.tim, inside.ref) is None
    assert find_target(session, world.tim, world.measure.ref)[0] == "measure"
    assert find_target(session, world.kim, inside.ref)[1].title == "x"
    assert queries.list_objectives(session, world.tim, world.found.id).total == 1
    assert sum(queries.counts_of(session, world.tim, world.found.id).values()) == 1
    assert len(queries.running_measures(session, world.tim, world.found.id)) == 1
    with pytest.raises(NotFound):
        add_link(
            session,
            actor=world.tim,
            at=now(),
            from_kind="objective",
            from_id=world.ours.id,
            to=world.joint.ref,
        )


def test_links_are_changed_by_who_changes_the_objective(session, world):
    add_link(
        session,
        actor=world.kim,
        at=now(),
        from_kind="measure",
        from_id=world.measure.id,
        to="https://example.org",
    )
    add_link(
        session,
        actor=world.wes,
        at=now(),
        from_kind="objective",
        from_id=world.joint.id,
        to=world.measure.ref,
    )
    with pytest.raises(NotAllowed):
        add_link(
            session, actor=world.oona, at=now(), from_kind="measure", from_id=world.measure.id, to="R-01"
        )


def test_nothing_is_added_to_a_relationship_that_has_ended(session, world):
    world.found.ended_on = date(2026, 1, 1)
    session.flush()
    with pytest.raises(Refusal):
        propose(session, world.kim, world.found)
    with pytest.raises(Refusal):
        read(session, world)


def test_readings_are_taken_by_who_measures_and_stand_once_a_day(session, world):
    made = read(session, world, value=85)
    assert read(session, world, value=85) is made
    with pytest.raises(Invalid) as refused:
        read(session, world, value=86)
    assert refused.value.field == "read_on"
    line = queries.measure_lines(session, [world.measure])[0]
    assert (line.last, line.standing, line.count) == (85, Standing.ATTENTION, 1)
    assert not line.is_late(today())
    assert line.is_late(today() + timedelta(days=40))


@pytest.mark.parametrize(
    ("who", "may"), [("oona", True), ("kim", True), ("wes", True), ("tim", True), ("ben", False)]
)
def test_who_adds_readings(session, world, who, may):
    if may:
        assert read(session, world, getattr(world, who)).party_id == getattr(world, who).partner_id
    else:
        with pytest.raises(NotAllowed):
            read(session, world, getattr(world, who))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e13])
def test_a_figure_that_nothing_has_is_refused(session, world, value):
    with pytest.raises(Invalid):
        read(session, world, value=value)
    with pytest.raises(Invalid):
        read(session, world, on=today() + timedelta(days=2))


def test_a_correction_keeps_what_was(session, world):
    first = read(session, world, value=85, on=date(2026, 3, 1))
    change = {"found": world.joint, "measure": world.measure, "at": now()}
    with pytest.raises(Invalid) as refused:
        service.correct_reading(
            session, actor=world.oona, reading_id=first.id, read_on=first.read_on, value=58.0, note="", reason="",
            **change,
        )  # fmt: skip
    assert refused.value.field == "reason"
    second = service.correct_reading(
        session, actor=world.oona, reading_id=first.id, read_on=date(2026, 3, 2), value=58.0, note="",
        reason="Digits were swapped", **change,
    )  # fmt: skip
    assert second.replaces_id == first.id
    assert queries.values_of(session, world.measure.id) == [(date(2026, 3, 2), 58.0)]
    gone = queries.readings_of(session, world.measure.id, page=1, gone=True).rows
    assert [(row.reading.value, row.reading.reason, row.gone_by) for row in gone] == [
        (85.0, "Digits were swapped", "Oona Oak")
    ]
    with pytest.raises(Refusal):
        service.take_back_reading(session, actor=world.oona, reading_id=first.id, reason="x", **change)
    service.take_back_reading(session, actor=world.oona, reading_id=second.id, reason="Not ours", **change)
    assert queries.values_of(session, world.measure.id) == []
    assert queries.measure_lines(session, [world.measure])[0].standing is Standing.UNKNOWN
    verbs = session.scalars(sa.select(Fact.verb).where(Fact.thing_id == str(world.measure.id))).all()
    assert verbs == ["measure.added", "measure.read", "measure.corrected", "measure.reading_taken_back"]


def test_a_reading_of_the_other_party_stays_theirs(session, world):
    theirs = read(session, world, world.tim)
    with pytest.raises(NotAllowed):
        service.take_back_reading(
            session, actor=world.kim, at=now(), found=world.joint, measure=world.measure, reading_id=theirs.id,
            reason="x",
        )  # fmt: skip


def test_a_measure_is_changed_ended_and_resumed(session, world):
    values = {
        "name": "On time", "unit": "%", "direction": Direction.WITHIN, "baseline": 60.0, "target": 80.0,
        "target_high": 100.0, "tolerance": 5.0, "method": "", "measured_by_id": None, "interval": "",
        "starts_on": today(),
    }  # fmt: skip
    at = {"actor": world.kim, "at": now(), "found": world.joint, "measure": world.measure}
    with pytest.raises(Stale):
        service.set_measure(session, version=99, **at, **values)
    with pytest.raises(Invalid):
        service.set_measure(session, version=1, **at, **(values | {"target_high": 70.0}))
    with pytest.raises(Invalid):
        service.set_measure(session, version=1, **at, **(values | {"interval": "decade"}))
    stranger = make_person(session, partner_id=make_contact(session, make_relationship(session)).partner_id)
    with pytest.raises(Invalid):
        service.set_measure(session, version=1, **at, **(values | {"measured_by_id": stranger.person_id}))
    assert service.set_measure(session, version=1, **at, **values).target_high == 100
    service.set_ended(session, **at, ended=True)
    with pytest.raises(Refusal):
        read(session, world, world.kim)
    service.set_ended(session, **at, ended=False)
    assert read(session, world, world.kim).value == 85


def test_the_database_keeps_one_reading_a_day(session, world):
    read(session, world, on=date(2026, 3, 1))
    session.add(
        MeasureReading(
            measure_id=world.measure.id,
            read_on=date(2026, 3, 1),
            value=1.0,
            person_id=world.kim.person_id,
            at=now(),
        )
    )
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_a_viewer_proposes_nothing(session, world):
    with pytest.raises(NotAllowed):
        propose(session, make_person(session, Role.VIEWER), world.found)
