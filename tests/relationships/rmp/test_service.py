"""The life of a plan: written, agreed by each party, in force, reviewed, superseded; who may what."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.links.queries import find_target
from auditapp.relationships.model import RelationshipPartner
from auditapp.relationships.obligations.queries import open_extras, open_one
from auditapp.relationships.rmp import queries, service
from auditapp.relationships.rmp.model import PlanApproval, PlanSection
from auditapp.relationships.rmp.rules import PlanKind, ReviewOutcome, VersionStatus
from auditapp.relationships.rules import MemberRole, Sharing, Stage
from auditapp.trail.service import record
from tests.factories import make_contact, make_person, make_relationship
from tests.relationships.rmp.conftest import agree_all, write


def tell(session, world, verb, **more):
    record(
        session, actor_id=world.kim.person_id, at=now(), verb=verb, thing_kind="relationship",
        thing_id=world.found.id, thing_ref=world.found.ref, **more,
    )  # fmt: skip


def in_force(session, world):
    write(session, world)
    agree_all(session, world)
    return service.bring_into_force(session, actor=world.kim, at=now(), plan=world.plan)


def test_from_draft_to_in_force_each_party_agrees(session, world):
    write(session, world)
    version = agree_all(session, world)
    assert version.status is VersionStatus.AGREED
    assert service.bring_into_force(session, actor=world.kim, at=now(), plan=world.plan).in_force_on
    due = open_one(session, "rmp_review", world.plan.id)
    assert (due.thing_ref, due.months) == (world.plan.ref, None)


def test_there_is_one_plan_of_a_kind(session, world):
    with pytest.raises(Invalid) as refused:
        service.begin_plan(
            session, actor=world.kim, at=now(), kind=PlanKind.JOINT, title="x", relationship_id=world.found.id
        )
    assert world.plan.ref in str(refused.value.text)
    own = service.begin_plan(
        session, actor=world.kim, at=now(), kind=PlanKind.INTERNAL, title="x", relationship_id=world.found.id
    )
    assert queries.parties_of(session, own) == [(None, "")]


def test_a_new_version_copies_the_one_in_force_and_supersedes_it(session, world):
    first = in_force(session, world)
    second = service.begin_version(session, actor=world.kim, at=now(), plan=world.plan, reason="new scope")
    assert service.begin_version(session, actor=world.kim, at=now(), plan=world.plan, reason="") is second
    sections = queries.sections_of(session, world.kim, second.id)
    assert sections["scope_and_context"].text == "What it is about"
    write(session, world, text="More", version=sections["scope_and_context"].version)
    assert first.status is VersionStatus.IN_FORCE
    agree_all(session, world)
    service.bring_into_force(session, actor=world.kim, at=now(), plan=world.plan)
    assert (first.status, second.status) == (VersionStatus.SUPERSEDED, VersionStatus.IN_FORCE)
    assert first.superseded_on is not None


def test_an_agreement_counts_for_the_text_it_was_given_to(session, world):
    section = write(session, world)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    service.agree(session, actor=world.wes, at=now(), plan=world.plan, party_id=world.wes.partner_id)
    service.return_version(session, actor=world.wes, at=now(), plan=world.plan, reason="scope is too wide")
    write(session, world, text="Narrower", version=section.version)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    version = service.agree(session, actor=world.ben, at=now(), plan=world.plan, party_id=None)
    assert version.status is VersionStatus.SUBMITTED, "the partner's earlier agreement does not count"
    service.agree(session, actor=world.wes, at=now(), plan=world.plan, party_id=world.wes.partner_id)
    assert version.status is VersionStatus.AGREED
    assert len(session.scalars(sa.select(PlanApproval)).all()) == 3


def test_a_text_changed_behind_its_back_is_not_agreed_to(session, world):
    section = write(session, world)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    session.execute(sa.update(PlanSection).where(PlanSection.id == section.id).values(text="other"))
    with pytest.raises(Refusal, match="not what was submitted"):
        service.agree(session, actor=world.ben, at=now(), plan=world.plan, party_id=None)


def test_who_agrees_for_whom(session, world):
    write(session, world)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    other = make_contact(session, world.found)
    partner = world.wes.partner_id

    def may(who, party, note=""):
        with session.begin_nested() as nested:
            try:
                service.agree(session, actor=who, at=now(), plan=world.plan, party_id=party, note=note)
            except (NotAllowed, Invalid):
                return False
            finally:
                nested.rollback()
        return True

    assert may(world.ben, None)
    assert may(make_person(session, Role.SYSTEM_MANAGER), None)
    assert not may(world.kim, None)
    assert not may(make_person(session, Role.VIEWER), None)
    assert may(world.wes, partner)
    assert not may(world.tim, partner), "a contact who is neither SER nor manager of the partner"
    assert not may(world.wes, None)
    assert not may(other, partner)
    assert not may(world.kim, partner), "on behalf without saying where it is written down"
    assert may(world.kim, partner, "letter of 3 May")
    assert not may(world.ben, partner, "letter"), "the SER does not run this relationship"


def test_agreeing_twice_is_a_silent_success(session, world):
    write(session, world)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    for _ in range(2):
        service.agree(session, actor=world.ben, at=now(), plan=world.plan, party_id=None)
    assert len(session.scalars(sa.select(PlanApproval)).all()) == 1


def test_somebody_elses_text_is_not_written_over(session, world):
    section = write(session, world)
    write(session, world, text="Second", version=section.version)
    with pytest.raises(Stale) as refused:
        write(session, world, text="Third", version=1)
    assert refused.value.field == "text"


def test_what_was_submitted_cannot_be_written(session, world):
    section = write(session, world)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    with pytest.raises(Refusal, match="Only a draft"):
        write(session, world, text="x", version=section.version)


def test_an_empty_plan_is_not_submitted(session, world):
    with pytest.raises(Refusal, match="empty"):
        service.submit(session, actor=world.kim, at=now(), plan=world.plan)


def test_a_review_moves_the_day_on_from_the_intended_one(session, world):
    in_force(session, world)
    due = open_one(session, "rmp_review", world.plan.id)
    service.log_review(
        session, actor=world.kim, at=now(), plan=world.plan, held_on=now().date(), ours="Kim", theirs="Wes",
        outcome=ReviewOutcome.CONFIRMED, changes="",
    )  # fmt: skip
    following = open_one(session, "rmp_review", world.plan.id)
    assert following.intended_on > due.intended_on
    assert following.anchor_on == due.anchor_on


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ours": " "}, "ours"),
        ({"theirs": ""}, "theirs"),
        ({"outcome": ReviewOutcome.CHANGES}, "changes"),
        ({"held_on": date(2199, 1, 1)}, "held_on"),
    ],
)
def test_a_review_that_cannot_be_kept_names_its_field(session, world, more, field):
    in_force(session, world)
    values = {
        "held_on": now().date(), "ours": "Kim", "theirs": "Wes", "outcome": ReviewOutcome.CONFIRMED, "changes": "",
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        service.log_review(session, actor=world.kim, at=now(), plan=world.plan, **(values | more))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("verb", "more", "asked"),
    [
        ("relationship.stage_moved", {}, True),
        ("relationship.changed", {"before": {"manager_id": ""}, "after": {"manager_id": "kim"}}, True),
        ("relationship.changed", {"before": {"name": "a"}, "after": {"name": "b"}}, False),
        ("relationship.member_added", {"after": {"role": "partner_ser"}}, True),
        ("relationship.member_added", {"after": {"role": "contact"}}, False),
    ],
)
def test_what_calls_for_an_extra_review(session, world, verb, more, asked):
    in_force(session, world)
    if (more.get("after") or {}).get("manager_id"):
        more = more | {"after": {"manager_id": str(world.kim.person_id)}}
    tell(session, world, verb, **more)
    assert bool(open_extras(session, "rmp_review", world.plan.id)) is asked


def test_a_tick_asks_that_something_was_written_in_the_stage(session, world):
    write(session, world)
    stage = world.found.stage
    service.tick_stage(
        session, actor=world.kim, at=now(), relationship_id=world.found.id, stage=stage, note=""
    )
    assert queries.updated_for_stage(session, world.found.id, stage)
    assert not queries.updated_for_stage(session, world.found.id, Stage.AWARENESS)
    tell(session, world, "relationship.stage_moved")
    world.found.stage = Stage.VALUE_CREATION
    session.flush()
    assert queries.updated_for_stage(session, world.found.id, stage)
    with pytest.raises(Invalid) as refused:
        service.tick_stage(
            session,
            actor=world.kim,
            at=now(),
            relationship_id=world.found.id,
            stage=Stage.VALUE_CREATION,
            note="",
        )
    assert refused.value.field == "note"
    service.tick_stage(
        session, actor=world.kim, at=now() + timedelta(seconds=1), relationship_id=world.found.id,
        stage=Stage.VALUE_CREATION, note="nothing had to change",
    )  # fmt: skip
    assert queries.updated_for_stage(session, world.found.id, Stage.VALUE_CREATION)


def test_without_a_plan_nothing_is_ticked(session, world):
    bare = make_relationship(session)
    ada = make_person(session, Role.SYSTEM_MANAGER)
    with pytest.raises(Refusal, match="no plan yet"):
        service.tick_stage(
            session, actor=ada, at=now(), relationship_id=bare.id, stage=Stage.AWARENESS, note="x"
        )


def test_a_contact_reads_what_is_shared_and_submitted_and_no_draft(session, world):
    write(session, world)
    write(session, world, key="business_case_and_value", text="Our margin", sharing=Sharing.INTERNAL)
    assert session.scalars(queries.visible_plans(world.wes)).all() == []
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    version = queries.open_version(session, world.plan.id)
    assert set(queries.sections_of(session, world.wes, version.id)) == {"scope_and_context"}
    assert len(session.scalars(queries.visible_plans(world.wes)).all()) == 1
    assert find_target(session, world.wes, world.plan.ref) is not None
    elsewhere = make_contact(session, make_relationship(session))
    assert find_target(session, elsewhere, world.plan.ref) is None
    with pytest.raises(NotFound):
        queries.plan_by_ref(session, elsewhere, world.plan.ref)


def test_comments_stay_with_their_party(session, world):
    write(session, world)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    same = {"at": now(), "plan": world.plan, "key": "scope_and_context"}
    service.comment(session, actor=world.kim, text="for us", sharing=Sharing.INTERNAL, **same)
    theirs = service.comment(session, actor=world.wes, text="from us", sharing=Sharing.INTERNAL, **same)
    session.flush()
    assert theirs.sharing is Sharing.SHARED
    assert [one.text for one, _ in queries.comments_of(session, world.wes, world.plan.id)] == ["from us"]
    with pytest.raises(NotAllowed):
        service.remove_comment(session, actor=world.kim, at=now(), comment_id=theirs.id)
    with pytest.raises(NotFound):
        service.comment(
            session,
            actor=world.wes,
            at=now(),
            plan=world.plan,
            key="communications",
            text="x",
            sharing=Sharing.SHARED,
        )


def test_the_corporate_plan_is_written_by_the_system_manager_and_the_ser(session, world):
    ada = make_person(session, Role.SYSTEM_MANAGER)
    plan = service.begin_plan(session, actor=ada, at=now(), kind=PlanKind.CORPORATE, title="Corporate plan")
    session.flush()
    service.must_write(world.ben, plan)
    with pytest.raises(NotAllowed):
        service.must_write(world.kim, plan)
    with pytest.raises(Invalid):
        service.begin_plan(session, actor=ada, at=now(), kind=PlanKind.CORPORATE, title="Another")


def test_an_extra_review_belongs_to_its_relationship(session, world):
    in_force(session, world)
    tell(session, world, "relationship.stage_moved")
    assert [one.relationship_id for one in open_extras(session, "rmp_review", world.plan.id)] == [
        world.found.id
    ]


def test_owning_the_plan_is_no_right_to_agree_for_us(session, world):
    world.plan.owner_id = world.kim.person_id
    write(session, world)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    with pytest.raises(NotAllowed):
        service.agree(session, actor=world.kim, at=now(), plan=world.plan, party_id=None)


def test_a_stage_to_come_is_not_ticked(session, world):
    write(session, world)
    with pytest.raises(Invalid):
        service.tick_stage(
            session,
            actor=world.kim,
            at=now(),
            relationship_id=world.found.id,
            stage=Stage.EXIT_STRATEGY,
            note="x",
        )


def test_a_partner_who_agreed_and_left_holds_nothing_up(session, world):
    write(session, world)
    other = make_contact(session, world.found, MemberRole.PARTNER_SER)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    service.agree(session, actor=other, at=now(), plan=world.plan, party_id=other.partner_id)
    session.execute(sa.delete(RelationshipPartner).where(RelationshipPartner.partner_id == other.partner_id))
    service.agree(session, actor=world.ben, at=now(), plan=world.plan, party_id=None)
    version = service.agree(
        session, actor=world.wes, at=now(), plan=world.plan, party_id=world.wes.partner_id
    )
    assert version.status is VersionStatus.AGREED
