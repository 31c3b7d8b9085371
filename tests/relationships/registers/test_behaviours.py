"""Competence and behaviours: who may know, who may assess, what a gap is, and how somebody new is brought in."""

from datetime import timedelta
from uuid import UUID

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.model import RoleGrant
from auditapp.people.queries import today_of
from auditapp.relationships.contacts.service import add_member
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.partners.service import edit_relationship
from auditapp.relationships.registers.behaviours import queries, rules, service
from auditapp.relationships.registers.behaviours.model import Induction
from auditapp.relationships.registers.behaviours.rules import (
    DEFAULTS,
    DevelopmentState,
    DevelopmentVerb,
    InductionState,
    ItemKind,
    Reader,
    Source,
    Subject,
)
from auditapp.relationships.rules import MemberRole
from auditapp.trail.model import Fact
from tests.factories import make_person

ME, ONE, PARTNER = UUID(int=1), UUID(int=2), UUID(int=9)
OTHER_PARTNER = UUID(int=8)


def reader(party=None, me=ME, **what):
    return Reader(person_id=me, party_id=party, **what)


# reader, whose party the subject is of; may see, assesses as, sees the induction, may tick it off
CASES = [
    # our own people about ours
    (reader(me=ONE), None, True, Source.SELF, True, True),
    (reader(keeps=True), None, True, Source.MANAGER, True, True),
    (reader(is_ser=True), None, True, None, True, False),
    (reader(takes_part=True), None, False, None, True, False),
    (reader(), None, False, None, True, False),
    # our own people about the partner's: never a level, whatever they are
    (reader(keeps=True), PARTNER, False, Source.PARTNER, True, True),
    (reader(is_ser=True), PARTNER, False, None, False, False),
    (reader(is_ser=True, takes_part=True), PARTNER, False, Source.PARTNER, False, False),
    (reader(takes_part=True), PARTNER, False, Source.PARTNER, False, False),
    (reader(), PARTNER, False, None, False, False),
    # the partner's people about ours: never, not even what they said themselves
    (reader(PARTNER, leads=True, takes_part=True), None, False, Source.PARTNER, False, False),
    (reader(PARTNER, takes_part=True), None, False, Source.PARTNER, False, False),
    # the partner's people about their own
    (reader(PARTNER, me=ONE, takes_part=True), PARTNER, True, Source.SELF, True, True),
    (reader(PARTNER, leads=True, takes_part=True), PARTNER, True, Source.MANAGER, True, True),
    (reader(PARTNER, takes_part=True), PARTNER, False, None, True, False),
    # another partner of the same relationship
    (reader(OTHER_PARTNER, leads=True, takes_part=True), PARTNER, False, Source.PARTNER, False, False),
]


@pytest.mark.parametrize("case", CASES)
def test_who_may_know_and_do_what(case):
    who, party, sees, assesses, follows, ticks = case
    subject = Subject(person_id=ONE, party_id=party)
    assert rules.may_see(who, subject) is sees
    assert rules.assesses_as(who, subject) is assesses
    assert rules.may_develop(who, subject) is (assesses in (Source.SELF, Source.MANAGER))
    assert rules.may_see_induction(who, subject) is follows
    assert rules.may_induct(who, subject) is ticks


@pytest.mark.parametrize(
    ("levels", "gap"),
    [
        ({}, None),
        ({Source.PARTNER: 1}, None),  # feedback stands beside, it does not count
        ({Source.SELF: 2}, 1),
        ({Source.SELF: 4, Source.MANAGER: 1}, 2),
        ({Source.SELF: 1, Source.MANAGER: 3}, 0),
        ({Source.MANAGER: 4}, 0),
    ],
)
def test_the_gap_to_what_is_expected(levels, gap):
    assert rules.gap(3, levels) == gap


def test_the_highest_role_says_what_is_expected(session):
    item = next(one for one in queries.items(session) if one.key == "leading")
    assert (item.level_for(["contact"]), item.level_for(["joint_team"]), item.level_for(["joint_team", "manager"])) == (
        1, 2, 4,
    )  # fmt: skip
    assert item.level_for([]) == 0


def who(world, name):
    return getattr(world, name)


def assess(session, world, actor, subject, levels=None, **more):
    return service.assess(
        session, actor=who(world, actor), at=now(), relationship_id=world.found.id,
        person_id=who(world, subject).person_id, on=today_of(session, now()),
        levels={"listening": (2, "Seen in March")} if levels is None else levels, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("actor", "subject", "source"),
    [
        ("kim", "kim", Source.SELF), ("kim", "ben", Source.MANAGER), ("ada", "kim", Source.MANAGER),
        ("kim", "wes", Source.PARTNER), ("ben", "wes", Source.PARTNER), ("wes", "kim", Source.PARTNER),
        ("tim", "kim", Source.PARTNER), ("wes", "tim", Source.MANAGER), ("wes", "wes", Source.SELF),
        ("tim", "wes", NotAllowed), ("vic", "kim", NotAllowed), ("ben", "kim", NotAllowed), ("eve", "kim", NotFound),
        ("kim", "vic", NotFound),
    ],
)  # fmt: skip
def test_who_assesses_whom(session, world, actor, subject, source):
    if isinstance(source, Source):
        assert assess(session, world, actor, subject) is source
        return
    with pytest.raises(source):
        assess(session, world, actor, subject)


@pytest.mark.parametrize(
    ("levels", "field"),
    [({}, "on"), ({"listening": (5, "x")}, "level_listening"), ({"nothing": (2, "x")}, "level_nothing"),
     ({"listening": (2, " ")}, "evidence_listening")],
)  # fmt: skip
def test_an_assessment_that_cannot_be_taken(session, world, levels, field):
    with pytest.raises(Invalid) as refused:
        assess(session, world, "kim", "ben", levels)
    assert refused.value.field == field
    assert (
        assess(session, world, "ben", "ben", {"listening": (2, "")}) is Source.SELF
    )  # of oneself, without evidence


def test_the_newest_counts_and_can_be_taken_back_by_who_gave_it(session, world):
    assess(session, world, "ada", "kim", {"listening": (1, "x")})
    assess(session, world, "ada", "kim", {"listening": (3, "y")})

    def level():
        found = queries.latest(session, world.found.id, [world.kim.person_id])
        return found[world.kim.person_id]["listening"][Source.MANAGER].level

    assert level() == 3
    newest = queries.assessments(session, world.found.id, world.kim.person_id)[0][0]
    again = {
        "at": now(),
        "relationship_id": world.found.id,
        "person_id": world.kim.person_id,
        "assessment_id": newest.id,
    }
    with pytest.raises(NotAllowed):
        service.take_back_assessment(session, actor=world.kim, **again)
    service.take_back_assessment(session, actor=world.ada, **again)
    assert level() == 1


def test_the_trail_holds_no_level(session, world):
    assess(session, world, "kim", "ben", {"listening": (1, "Interrupts everybody")})
    fact = session.query(Fact).filter_by(verb="behaviour.assessed").one()
    assert "Interrupts" not in fact.after
    assert "level" not in fact.after


def test_development_is_planned_and_ended(session, world):
    common = {"at": now(), "relationship_id": world.found.id, "person_id": world.wes.person_id}
    plan = {"what": "Shadow a peer", "due_on": today_of(session, now()) + timedelta(days=30)}
    for other in (world.kim, world.tim):
        with pytest.raises(NotAllowed):
            service.plan_development(session, actor=other, **common, **plan)
    with pytest.raises(Invalid):
        service.plan_development(
            session, actor=world.wes, **common, **plan | {"due_on": plan["due_on"] - timedelta(days=60)}
        )
    made = service.plan_development(session, actor=world.wes, item_key="listening", **common, **plan)
    move = {"actor": world.wes, "development_id": made.id, **common}
    with pytest.raises(Invalid):
        service.move_development(session, version=made.version, verb=DevelopmentVerb.FINISH, **move)
    with pytest.raises(Stale):
        service.move_development(session, version=99, verb=DevelopmentVerb.FINISH, result="x", **move)
    service.move_development(
        session, version=made.version, verb=DevelopmentVerb.FINISH, result="Went well", **move
    )
    with pytest.raises(Refusal):
        service.move_development(session, version=made.version, verb=DevelopmentVerb.DROP, result="x", **move)
    service.move_development(session, version=made.version, verb=DevelopmentVerb.REOPEN, **move)
    assert (made.state, made.ended_on) == (DevelopmentState.OPEN, None)


def inductions(session):
    return {(one.person_id, one.role, one.state) for one in session.query(Induction)}


def hand_over(session, world, **seats):
    found = session.get(Relationship, world.found.id)
    values = {
        "name": found.name, "kind": found.kind, "priority": found.priority,
        "partner_ids": [one.id for one in found.partners], "purpose": "", "ser_id": found.ser_id,
        "owner_id": found.owner_id, "manager_id": found.manager_id, "started_on": None, "ended_on": None,
    }  # fmt: skip
    edit_relationship(
        session,
        actor=world.ada,
        at=now(),
        relationship_id=found.id,
        version=found.version,
        **(values | seats),
    )


def test_somebody_new_in_a_seat_is_brought_in(session, world):
    new = make_person(session, name="Nia Nettle")
    hand_over(session, world, name="Only the name")
    assert inductions(session) == set()
    hand_over(session, world, manager_id=new.person_id)
    assert inductions(session) == {(new.person_id, "manager", InductionState.OPEN)}
    hand_over(session, world, manager_id=world.kim.person_id)
    hand_over(session, world, manager_id=new.person_id)  # one is going on already
    assert len(inductions(session)) == 2
    assert session.query(RoleGrant).filter_by(person_id=new.person_id).count() == 1


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        (MemberRole.PARTNER_SER, True),
        (MemberRole.PARTNER_MANAGER, True),
        (MemberRole.CONTACT, False),
        (MemberRole.JOINT_TEAM, False),
    ],
)
def test_a_new_key_person_of_the_partner_is_brought_in(session, world, role, begins):
    new = make_person(session, name="Nia Nettle", partner_id=world.partner_id)
    add_member(
        session, actor=world.kim, at=now(), relationship_id=world.found.id, person_id=new.person_id, role=role
    )
    assert bool(inductions(session)) is begins


def test_an_induction_is_done_with_its_last_step(session, world):
    common = {"at": now(), "relationship_id": world.found.id, "person_id": world.wes.person_id}
    with pytest.raises(Refusal):
        service.add_step(session, actor=world.wes, text="More", **common)
    with pytest.raises(NotAllowed):
        service.begin_induction(session, actor=world.tim, **common)
    found = service.begin_induction(session, actor=world.kim, **common)
    assert found.role == "partner_manager"
    assert service.begin_induction(session, actor=world.wes, **common).id == found.id
    service.add_step(session, actor=world.wes, text="Has seen the site", **common)
    steps = [row[0] for row in queries.steps_of(session, found.id)]
    assert len(steps) == len(rules.INDUCTION_STEPS) + 1
    today = today_of(session, now())
    with pytest.raises(NotAllowed):
        service.tick(session, actor=world.tim, step_id=steps[0].id, on=today, **common)
    with pytest.raises(Invalid):
        service.tick(session, actor=world.wes, step_id=steps[0].id, on=today + timedelta(days=2), **common)
    for one in steps:
        assert found.state is InductionState.OPEN
        service.tick(session, actor=world.wes, step_id=one.id, on=today, **common)
    assert (found.state, found.ended_on) == (InductionState.DONE, today)
    service.tick(session, actor=world.kim, step_id=steps[0].id, on=None, **common)
    assert (found.state, found.ended_on, steps[0].done_on) == (InductionState.OPEN, None, None)
    assert queries.inductions(session, world.found.id, [world.wes.person_id])[world.wes.person_id][1:] == (
        8,
        9,
    )


def test_an_induction_that_is_not_needed_says_why(session, world):
    common = {
        "actor": world.kim,
        "at": now(),
        "relationship_id": world.found.id,
        "person_id": world.kim.person_id,
    }
    found = service.begin_induction(session, **common)
    with pytest.raises(Invalid):
        service.not_needed(session, version=found.version, reason=" ", **common)
    with pytest.raises(Stale):
        service.not_needed(session, version=99, reason="x", **common)
    service.not_needed(session, version=found.version, reason="Was here before", **common)
    assert found.state is InductionState.NOT_NEEDED
    assert service.begin_induction(session, **common).id != found.id


def test_the_catalogue_is_the_organizations_own(session, world):
    what = service.Expectation(
        kind=ItemKind.ABILITY, name="Reads tide tables", text="", expected={"contact": 0}
    )
    for other in (world.kim, world.vic, world.wes):
        with pytest.raises(NotAllowed):
            service.keep_item(session, actor=other, at=now(), expectation=what)
    key = service.keep_item(session, actor=world.ada, at=now(), expectation=what)
    item = queries.item_by_key(session, key)
    assert (item.level_for(["contact"]), item.level_for(["manager"])) == (0, 4)
    changed = service.Expectation(kind=ItemKind.ATTITUDE, name="Listens", text="", expected={}, active=False)
    service.keep_item(session, actor=world.ada, at=now(), expectation=changed, key="listening", version=0)
    with pytest.raises(Stale):
        service.keep_item(session, actor=world.ada, at=now(), expectation=changed, key="listening", version=0)
    assert len(queries.items(session)) == len(DEFAULTS)  # one more, one less
    for wrong in ({"name": " "}, {"expected": {"king": 2}}, {"expected": {"ser": 7}}):
        values = {"kind": ItemKind.ABILITY, "name": "x", "text": "", "expected": {}}
        with pytest.raises(Invalid):
            service.keep_item(
                session, actor=world.ada, at=now(), expectation=service.Expectation(**(values | wrong))
            )


def test_the_review_settles_what_is_due(session, world):
    due = open_one(session, "behaviour_review", world.found.id).due_on
    today = today_of(session, now())
    service.review_register(
        session,
        actor=world.kim,
        at=now(),
        relationship_id=world.found.id,
        on=today,
        outcome="Two gaps closed",
    )
    assert open_one(session, "behaviour_review", world.found.id).due_on > due
    for other in (world.ben, world.wes):
        with pytest.raises(NotAllowed):
            service.review_register(
                session, actor=other, at=now(), relationship_id=world.found.id, on=today, outcome="x"
            )
