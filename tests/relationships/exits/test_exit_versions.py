"""Versions: written, submitted, agreed by each party, in force; what lapses; what recurs from then on."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.people.rules import Role
from auditapp.relationships.contacts.service import add_break_point, add_member
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitAgreement, ExitPlanStep, ExitSection, ExitVersion
from auditapp.relationships.exits.rules.content import CountedFrom, InitiatorRole, Section
from auditapp.relationships.exits.rules.reviews import PlanResult, ReviewOutcome
from auditapp.relationships.exits.rules.versions import VersionKind, VersionStatus
from auditapp.relationships.links.queries import find_target
from auditapp.relationships.links.service import add_link
from auditapp.relationships.model import Partner, RelationshipPartner
from auditapp.relationships.obligations.queries import open_extras, open_one
from auditapp.relationships.partners.service import edit_relationship
from auditapp.relationships.rules import MemberRole, Sharing
from auditapp.trail import service as trail
from tests.factories import make_contact, make_person, make_relationship
from tests.relationships.exits.conftest import in_force, make_scene

# The life on PostgreSQL is walked in test_exit_process.py.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
S = VersionStatus


def common(scene, part="manager", **more):
    return {"actor": scene[part], "at": now(), "strategy": scene.strategy, "version": scene.version} | more


def write(session, scene, text, *, key=Section.BOUNDARIES, sharing=Sharing.SHARED, **more):
    return service.write_section(
        session, key=key, text=text, sharing=sharing, **({"owner_id": None} | common(scene) | more)
    )


def test_agreed_by_each_party_then_in_force(session, scene):
    assert scene.strategy.ref.startswith("EX-")
    service.submit(session, **common(scene))
    service.submit(session, **common(scene))  # the same again is a silent success
    assert scene.version.status is S.SUBMITTED
    assert len(scene.version.triggers) == 5
    service.agree(session, **common(scene, "speaker"))
    assert scene.version.status is S.SUBMITTED
    with pytest.raises(Refusal):
        service.put_in_force(session, on=now().date(), **common(scene))
    service.agree(session, **common(scene, "ser"))
    assert scene.version.status is S.AGREED
    with pytest.raises(Refusal):
        service.agree(session, **common(scene, "ser"))
    with pytest.raises(Invalid):
        service.put_in_force(session, on=now().date() + timedelta(days=1), **common(scene))
    service.put_in_force(session, on=now().date(), **common(scene))
    assert scene.version.status is S.IN_FORCE
    today = now().date()
    for key, months in (("exit_review", 12), ("trigger_watch", 6), ("continuity_test", 12)):
        due = open_one(session, key, scene.strategy.id).due_on
        assert due > today + timedelta(days=30 * months - 5), key


def test_an_agreement_recorded_by_us_says_where_it_stands(session, scene):
    service.submit(session, **common(scene))
    values = {"party_id": scene.partner_id, "on": now().date()}
    with pytest.raises(Invalid):
        service.record_agreement(session, reference=" ", **values, **common(scene))
    with pytest.raises(Invalid):
        service.record_agreement(session, reference="x", **(values | {"party_id": new_id()}), **common(scene))
    with pytest.raises(NotAllowed):
        service.record_agreement(session, reference="x", **values, **common(scene, "speaker"))
    service.record_agreement(session, reference="Letter of 3 May", **values, **common(scene))
    found = session.scalars(sa.select(ExitAgreement)).one()
    assert (found.party_id, found.by_id, found.reference) == (
        scene.partner_id, scene["manager"].person_id, "Letter of 3 May",
    )  # fmt: skip


def test_a_changed_text_makes_agreements_lapse(session, scene):
    service.submit(session, **common(scene))
    service.agree(session, **common(scene, "speaker"))
    service.agree(session, **common(scene, "ser"))
    write(session, scene, "Another boundary.")
    assert scene.version.status is S.DRAFT
    assert scene.version.triggers is None
    assert all(one.lapsed_at for one in session.scalars(sa.select(ExitAgreement)))
    service.submit(session, **common(scene))
    assert scene.version.status is S.SUBMITTED


def test_an_internal_change_leaves_the_partners_agreement(session, scene):
    service.submit(session, **common(scene))
    service.agree(session, **common(scene, "speaker"))
    service.agree(session, **common(scene, "ser"))
    write(session, scene, "Forty people.", key=Section.IMPACT_INTERNAL, sharing=Sharing.INTERNAL)
    lapsed = {one.party_id for one in session.scalars(sa.select(ExitAgreement)) if one.lapsed_at}
    assert lapsed == {None}
    service.submit(session, **common(scene))
    service.agree(session, **common(scene, "ser"))
    assert scene.version.status is S.AGREED


@pytest.mark.parametrize("how", ["trigger", "step", "initiators", "unshared"])
def test_everything_that_was_agreed_counts_as_text(session, scene, how):
    service.submit(session, **common(scene))
    service.agree(session, **common(scene, "speaker"))
    base = {key: value for key, value in common(scene).items() if key != "version"}
    if how == "trigger":
        kind = service.watching.TriggerKind.MARKET
        service.add_trigger(
            session, kind=kind, description="A", watcher_id=None, sharing=Sharing.SHARED, **base
        )
    elif how == "step":
        service.save_plan_step(session, values=step(), **common(scene))
    elif how == "initiators":
        service.name_initiators(session, roles=[InitiatorRole.MANAGER], **common(scene))
    else:
        write(session, scene, "The line stays open.", sharing=Sharing.INTERNAL)
    assert scene.version.status is S.DRAFT
    assert session.scalars(sa.select(ExitAgreement)).one().lapsed_at is not None


def test_an_objection_says_what_should_change(session, scene):
    service.submit(session, **common(scene))
    with pytest.raises(Invalid):
        service.object_to(session, note=" ", **common(scene, "speaker"))
    service.object_to(session, note="Nine months.", **common(scene, "speaker"))
    assert scene.version.status is S.DRAFT
    with pytest.raises(Refusal):
        service.object_to(session, note="Again.", **common(scene, "speaker"))


@pytest.mark.parametrize(
    ("verb", "may"),
    [
        ("submit", {"manager", "system"}),
        ("agree", {"manager", "system", "ser", "speaker", "partner_ser"}),
        ("object_to", {"manager", "system", "ser", "speaker", "partner_ser"}),
        ("withdraw", {"manager", "system"}),
        ("write", {"manager", "system"}),
        ("share_sections", {"manager", "system"}),
    ],
)
def test_who_may_do_what(session, scene, verb, may):
    if verb in {"agree", "object_to"}:
        service.submit(session, **common(scene))
    for part in scene.people:
        more = {"object_to": {"note": "n"}, "withdraw": {"reason": "r"}}.get(verb, {})
        nested = session.begin_nested()
        try:
            if verb == "write":
                write(session, scene, f"By {part}.", actor=scene[part])
            else:
                getattr(service, verb)(session, **common(scene, part), **more)
            allowed = True
        except NotAllowed:
            allowed = False
        nested.rollback()
        session.expire_all()
        assert allowed is (part in may), part


def test_whoever_left_the_seat_speaks_no_longer(session, scene):
    service.submit(session, **common(scene))
    session.execute(sa.text("UPDATE relationship_member SET until = '2026-01-01'"))
    with pytest.raises(NotAllowed):
        service.agree(session, **common(scene, "speaker"))


def test_every_partner_of_several_agrees(session, scene):
    other = Partner(name="Second", created_at=now())
    session.add(other)
    session.flush()
    session.add(RelationshipPartner(relationship_id=scene.relationship.id, partner_id=other.id))
    session.flush()
    service.submit(session, **common(scene))
    service.agree(session, **common(scene, "ser"))
    service.agree(session, **common(scene, "speaker"))
    assert scene.version.status is S.SUBMITTED
    service.record_agreement(
        session, party_id=other.id, on=now().date(), reference="Minutes", **common(scene)
    )
    assert scene.version.status is S.AGREED


def test_an_assessment_needs_our_own_approval_only(session):
    scene = make_scene(session, kind=VersionKind.ASSESSMENT)
    service.submit(session, **common(scene))
    with pytest.raises(Refusal):
        service.agree(session, **common(scene, "speaker"))
    service.agree(session, **common(scene, "ser"))
    assert scene.version.status is S.AGREED
    service.put_in_force(session, on=now().date(), **common(scene))
    assert open_one(session, "continuity_test", scene.strategy.id) is None
    assert open_one(session, "exit_review", scene.strategy.id) is not None


def test_a_position_is_discussed_before_it_is_submitted(session):
    scene = make_scene(session, kind=VersionKind.POSITION)
    with pytest.raises(Refusal, match="discussed"):
        service.submit(session, **common(scene))
    service.record_discussion(session, on=now().date(), note="With their director.", **common(scene))
    service.submit(session, **common(scene))
    assert scene.version.status is S.SUBMITTED


def test_what_is_in_force_is_kept_and_a_new_version_takes_its_place(session, agreed):
    with pytest.raises(Refusal, match="Begin a new version"):
        write(session, agreed, "Other.")
    first = agreed.version
    base = {key: value for key, value in common(agreed).items() if key != "version"}
    with pytest.raises(Invalid):
        service.begin_version(session, kind=VersionKind.JOINT, changes="", **base)
    second = service.begin_version(session, kind=VersionKind.JOINT, changes="Longer notice.", **base)
    with pytest.raises(Refusal):
        service.begin_version(session, kind=VersionKind.JOINT, changes="Again.", **base)
    for table in (ExitSection, ExitPlanStep):
        counts = [session.query(table).filter_by(version_id=one.id).count() for one in (first, second)]
        assert counts[0] == counts[1] > 0
    waits = session.scalars(
        sa.select(ExitPlanStep.after_id).where(
            ExitPlanStep.version_id == second.id, ExitPlanStep.after_id.is_not(None)
        )
    ).all()
    own = set(session.scalars(sa.select(ExitPlanStep.id).where(ExitPlanStep.version_id == second.id)))
    assert waits
    assert set(waits) <= own
    review = open_one(session, "exit_review", agreed.strategy.id).due_on
    agreed.version = second
    write(session, agreed, "A longer notice.")
    in_force(session, agreed)
    assert (first.status, second.status) == (S.SUPERSEDED, S.IN_FORCE)
    assert (
        open_one(session, "exit_review", agreed.strategy.id).due_on == review
    )  # counted from the intended day


def test_a_withdrawn_version_leaves_what_is_in_force(session, agreed):
    base = {key: value for key, value in common(agreed).items() if key != "version"}
    second = service.begin_version(session, kind=VersionKind.JOINT, changes="Try.", **base)
    service.withdraw(session, reason="Not needed.", **(base | {"version": second}))
    assert second.status is S.WITHDRAWN
    assert session.scalars(sa.select(ExitVersion.number).where(ExitVersion.status == S.IN_FORCE)).one() == 1


def test_an_old_page_is_refused(session, scene):
    write(session, scene, "One.", seen=1)
    session.flush()
    with pytest.raises(Stale):
        write(session, scene, "Two.", seen=1)
    with pytest.raises(Stale):
        write(session, scene, "New.", key=Section.ASSETS, seen=3)
    with pytest.raises(Stale):
        service.submit(session, **common(scene), seen=99)


def step(**more):
    values = {
        "what": "Close the gate", "party_id": None, "owner_id": None, "days": 5, "counted_from": CountedFrom.NOTICE,
        "premature_days": None, "continuity": False, "after_id": None,
    }  # fmt: skip
    return service.StepValues(**(values | more))


def test_steps_are_rows_that_may_wait_for_each_other(session, scene):
    last = service.save_plan_step(session, values=step(), **common(scene))
    session.flush()
    first = session.scalars(sa.select(ExitPlanStep).order_by(ExitPlanStep.position).limit(1)).one()
    service.save_plan_step(session, values=step(after_id=first.id), step=last, **common(scene))
    with pytest.raises(Invalid, match="wait for each other"):
        service.save_plan_step(session, values=step(after_id=last.id), step=first, **common(scene))
    with pytest.raises(Invalid):
        service.save_plan_step(session, values=step(after_id=new_id()), **common(scene))
    with pytest.raises(Invalid):
        service.save_plan_step(session, values=step(days=-1), **common(scene))
    with pytest.raises(Invalid):  # an owner is of the party whose step it is
        service.save_plan_step(session, values=step(owner_id=scene["speaker"].person_id), **common(scene))
    service.save_plan_step(
        session, values=step(party_id=scene.partner_id, owner_id=scene["speaker"].person_id), **common(scene)
    )
    service.lift_plan_step(session, step=last, **common(scene))
    service.remove_plan_step(session, step=first, **common(scene))
    session.flush()
    session.expire_all()
    assert last.after_id is None


def test_reviews_are_logged_and_counted_from_the_intended_day(session, agreed):
    base = {key: value for key, value in common(agreed).items() if key != "version"}
    due = open_one(session, "exit_review", agreed.strategy.id)
    due.due_on = due.intended_on = due.anchor_on = now().date() - timedelta(days=10)
    due.number = 0
    values = {"on": now().date(), "theirs": "Petra", "changes": ""}
    with pytest.raises(Invalid):
        service.record_review(session, own="", outcome=ReviewOutcome.KEPT, **values, **base)
    with pytest.raises(Invalid):
        service.record_review(session, own="Mo", outcome=ReviewOutcome.TO_CHANGE, **values, **base)
    service.record_review(session, own="Mo", outcome=ReviewOutcome.KEPT, **values, **base)
    found = open_one(session, "exit_review", agreed.strategy.id)
    assert found.due_on.year == due.intended_on.year + 1
    assert (found.due_on.month, found.due_on.day) == (due.intended_on.month, due.intended_on.day)


def test_a_test_between_times_does_not_move_the_yearly_one(session, agreed):
    base = {key: value for key, value in common(agreed).items() if key != "version"}
    due = open_one(session, "continuity_test", agreed.strategy.id).due_on
    values = {"on": now().date(), "what": "The night shift."}
    with pytest.raises(Invalid):
        service.record_test(session, result=PlanResult.FAILED, found="", **values, **base)
    service.record_test(session, result=PlanResult.PASSED, found="", **values, **base)
    assert open_one(session, "continuity_test", agreed.strategy.id).due_on == due


def test_the_contract_and_the_partners_seats_ask_for_a_review_too(session, agreed):
    admin = make_person(session, Role.SYSTEM_MANAGER)
    found = agreed.relationship
    values = {"actor": admin, "at": now(), "relationship_id": found.id}
    plain = make_person(session, Role.PARTNER_CONTACT, partner_id=agreed.partner_id)
    add_member(session, person_id=plain.person_id, role=MemberRole.CONTACT, **values)
    assert open_extras(session, "exit_review", agreed.strategy.id) == []
    add_member(session, person_id=plain.person_id, role=MemberRole.PARTNER_MANAGER, **values)
    add_break_point(session, on=now().date() + timedelta(days=90), note="Option", **values)
    assert {one.extra for one in open_extras(session, "exit_review", agreed.strategy.id)} == {
        "person",
        "dates",
    }


@pytest.mark.parametrize("what", ["person", "stage", "dates", "nothing"])
def test_a_change_of_the_relationship_asks_for_a_review(session, agreed, what):
    admin = make_person(session, Role.SYSTEM_MANAGER)
    found = agreed.relationship
    if what == "stage":
        trail.record(
            session, actor_id=None, at=now(), verb="relationship.stage_moved", thing_kind="relationship",
            thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        )  # fmt: skip
    else:
        values = {
            "name": "Another name", "kind": found.kind, "priority": found.priority,
            "partner_ids": [agreed.partner_id], "purpose": "", "ser_id": found.ser_id, "owner_id": found.owner_id,
            "manager_id": found.manager_id, "started_on": found.started_on, "ended_on": None,
        }  # fmt: skip
        if what == "person":
            values["ser_id"] = make_person(session).person_id
        elif what == "dates":
            values["started_on"] = now().date()
        edit_relationship(
            session, actor=admin, at=now(), relationship_id=found.id, version=found.version, **values
        )
    extras = open_extras(session, "exit_review", agreed.strategy.id)
    assert [one.extra for one in extras] == ([] if what == "nothing" else [what])


def test_nothing_is_asked_while_no_version_is_in_force(session, scene):
    trail.record(
        session, actor_id=None, at=now(), verb="relationship.stage_moved", thing_kind="relationship",
        thing_id=scene.relationship.id, thing_ref="R", context_id=scene.relationship.id,
    )  # fmt: skip
    assert open_extras(session, "exit_review", scene.strategy.id) == []


def test_a_strategy_can_be_linked_to_by_whoever_may_see_it(session, scene):
    ref = scene.strategy.ref
    stranger = make_contact(session, make_relationship(session))
    assert find_target(session, scene["viewer"], ref.lower())[0] == "exit"
    assert find_target(session, scene["speaker"], ref) is None  # a draft is not for contacts
    service.submit(session, **common(scene))
    session.flush()
    assert find_target(session, scene["speaker"], ref)[0] == "exit"
    assert find_target(session, stranger, ref) is None
    add_link(
        session,
        actor=scene["manager"],
        at=now(),
        from_kind="exit",
        from_id=scene.strategy.id,
        to="https://example.org/a",
    )
    for part, error in (("viewer", NotAllowed), ("speaker", NotFound)):
        with pytest.raises(error):
            add_link(
                session, actor=scene[part], at=now(), from_kind="exit", from_id=scene.strategy.id, to="https://example.org/b"
            )  # fmt: skip
