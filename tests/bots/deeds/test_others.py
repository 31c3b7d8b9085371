"""Audits, joint actions and steps of an exit from a conversation."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.model import PlanAnswer
from auditapp.audits.plan.service import answer_plan, send_plan
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Stale
from auditapp.kit.ids import new_id
from auditapp.people.rules import Role
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.actions.service import add_action, finish
from auditapp.relationships.exits.model import ExitStep
from auditapp.relationships.exits.queries.base import roles_held
from auditapp.relationships.exits.rules.process import ExitKind, StepStatus
from auditapp.relationships.exits.service import activate, add_step
from auditapp.relationships.rules import Sharing
from auditapp.reminders import due
from bots.deeds.audit import AuditTrade
from bots.deeds.exit_step import ExitStepTrade
from bots.deeds.joint_action import JointActionTrade
from bots.deeds.other import item_for, look_at_item
from tests.bots.deeds.doing import ONCE, accepted, facts, offered
from tests.factories import make_person
from tests.factories.audits import make_audit, make_auditor
from tests.factories.reminding import make_owed
from tests.relationships.exits.conftest import in_force, make_scene
from tests.relationships.issues.conftest import make_cast
from tests.statements import counted

AUDITS, JOINT, STEPS = AuditTrade(), JointActionTrade(), ExitStepTrade()
once = pytest.mark.parametrize("app", [ONCE], indirect=True)


@pytest.fixture
def planned(session):
    """(audit, leader, two auditees): its plan is sent."""
    leader = make_auditor(session, name="Lena Leader")
    asked = [make_person(session, name=name) for name in ("Ari Auditee", "Bo Auditee")]
    audit = make_audit(session, leader=leader, auditees=asked)
    send_plan(session, actor=leader, at=now(), audit=audit)
    session.flush()
    return audit, leader, asked


def test_a_plan_is_agreed_to_objected_to_and_settled_as_on_the_site(session, planned):
    audit, leader, (ari, bo) = planned
    twin = make_audit(session, leader=leader, auditees=[ari, bo])
    send_plan(session, actor=leader, at=now(), audit=twin)
    ident, at = str(audit.id), now()
    before = len(facts(session, audit.id))
    assert len(facts(session, twin.id)) == before
    thing = AUDITS.look(session, ari, ident, at=at)
    assert [one.verb for one in thing.deeds] == ["agree", "object"]
    assert str(thing.turn) == "Your turn: agree to the plan, or object and say why."
    for _ in range(2):
        AUDITS.do(session, ari, ident, "agree", {}, version=thing.version, at=at)
    answer_plan(session, actor=ari, at=at, audit=twin, agreed=True, revision=twin.plan_revision)
    assert [one[:2] for one in facts(session, audit.id)[before:]] == [
        one[:2] for one in facts(session, twin.id)[before:]
    ]
    with pytest.raises(Invalid) as refused:
        AUDITS.do(session, bo, ident, "object", {"reason": ""}, version=thing.version, at=at)
    assert refused.value.field == "reason"
    AUDITS.do(session, bo, ident, "object", {"reason": "I am away"}, version=thing.version, at=at)
    looked = AUDITS.look(session, leader, ident, at=at)
    assert looked.deeds[0].verb == "settle"
    form = AUDITS.form(session, leader, ident, "settle", at=at)
    assert "Bo Auditee objects: I am away" in {str(one) for one in form.opening}
    given = {"answer_id": form.fields[0].initial, "how": ""}
    with pytest.raises(Invalid) as refused:
        AUDITS.do(session, leader, ident, "settle", given, version=looked.version, at=at)
    assert refused.value.field == "how"
    AUDITS.do(
        session, leader, ident, "settle", given | {"how": "Cy stands in"}, version=looked.version, at=at
    )
    assert audit.status is AuditStatus.SCHEDULED
    assert session.scalar(sa.select(PlanAnswer.settled).where(PlanAnswer.agreed.is_(False))) == "Cy stands in"


@once
def test_who_is_asked_about_an_audit_and_who_is_not(session, planned):
    audit, leader, (ari, _bo) = planned
    ident = str(audit.id)
    stranger, viewer = make_person(session), make_person(session, Role.SER)
    for who in (leader, ari, viewer):
        thing = AUDITS.look(session, who, ident, at=now())
        assert offered(thing) == accepted(session, AUDITS, who, ident, at=now(), given={}), who.name
    assert AUDITS.look(session, stranger, ident, at=now()) is None
    with pytest.raises(NotFound):
        AUDITS.do(session, stranger, ident, "agree", {}, version=None, at=now())
    with pytest.raises(NotFound):
        AUDITS.do(
            session,
            leader,
            ident,
            "settle",
            {"answer_id": str(new_id()), "how": "So"},
            version=None,
            at=now(),
        )
    audit.plan_revision += 1
    session.flush()
    with pytest.raises(Stale, match="Read the new revision"):
        AUDITS.do(session, ari, ident, "agree", {}, version=audit.plan_revision - 1, at=now())
    audit.status = AuditStatus.ISSUED
    session.flush()
    report = AUDITS.look(session, ari, ident, at=now()).deeds
    assert [(one.verb, one.endpoint) for one in report] == [("report", "report.show")]
    session.expire_all()
    with counted(session) as said:
        AUDITS.look(session, ari, ident, at=now())
    assert len(said) <= 14, len(said)


def test_a_joint_action_is_done_or_given_more_time(session):
    cast, at = make_cast(session), now()
    common = {
        "actor": cast.manager,
        "at": at,
        "relationship_id": cast.relationship.id,
        "title": "Send the figures",
        "owner_id": cast.lead.person_id,
        "due_on": at.date(),
        "sharing": Sharing.SHARED,
    }
    here, there = add_action(session, **common), add_action(session, **common)
    session.flush()
    thing = JOINT.look(session, cast.lead, str(here.id), at=at)
    assert [one.verb for one in thing.deeds] == ["done", "ask_time", "comment"]
    later = at.date() + timedelta(days=9)
    for _ in range(2):
        JOINT.do(
            session, cast.lead, str(here.id), "ask_time", {"until": later, "reason": "Ill"},
            version=thing.version, at=at,
        )  # fmt: skip
        session.flush()
    with pytest.raises(Stale):
        JOINT.do(session, cast.manager, str(here.id), "grant", {"note": ""}, version=thing.version, at=at)
    asked = JOINT.look(session, cast.manager, str(here.id), at=at)
    assert [one.verb for one in asked.deeds][:2] == ["grant", "refuse"]
    with pytest.raises(Invalid) as refused:
        JOINT.do(session, cast.manager, str(here.id), "refuse", {"note": ""}, version=asked.version, at=at)
    assert refused.value.field == "note"
    JOINT.do(session, cast.manager, str(here.id), "grant", {"note": ""}, version=asked.version, at=at)
    assert here.due_on == later
    session.flush()
    for who in (cast.manager, cast.viewer, cast.lead, cast.partner_ser, cast.stranger):
        seen = JOINT.look(session, who, str(here.id), at=at)
        good = {"until": later + timedelta(days=3)}
        assert (offered(seen) if seen else set()) == accepted(
            session, JOINT, who, str(here.id), at=at, given=good
        ), who.name
    version = JOINT.look(session, cast.lead, str(here.id), at=at).version
    for _ in range(2):
        JOINT.do(session, cast.lead, str(here.id), "done", {"note": "Sent"}, version=version, at=at)
        session.flush()
    finish(session, actor=cast.lead, at=at, action=session.merge(there), note="Sent")
    assert facts(session, here.id)[-1] == facts(session, there.id)[-1]
    assert here.status is ActionStatus.DONE
    assert [one.verb for one in JOINT.look(session, cast.lead, str(here.id), at=at).deeds] == [
        "reopen",
        "comment",
    ]


@once
def test_a_step_of_an_exit_is_done_by_its_party(session):
    scene, at = make_scene(session), now()
    in_force(session, scene)
    ser, speaker = scene["ser"], scene["speaker"]
    process = activate(
        session, actor=ser, at=at, relationship=scene.relationship, kind=ExitKind.PLANNED, reason="It is built.",
        held=roles_held(session, ser, scene.relationship), notice_on=at.date(), route="Letter",
        ends_on=at.date() + timedelta(days=100),
    )  # fmt: skip
    steps = [
        add_step(
            session, actor=scene["manager"], at=at, relationship=scene.relationship, process=process,
            what=what, party_id=party, owner_id=None, due_on=at.date(),
        )
        for what, party in (("Tell the staff", None), ("Return the keys", scene.partner_id))
    ]  # fmt: skip
    session.flush()
    for step in steps:
        for who in (ser, scene["manager"], speaker, scene["viewer"]):
            thing = STEPS.look(session, who, str(step.id), at=at)
            assert offered(thing) == accepted(session, STEPS, who, str(step.id), at=at, given={}), (
                step.what,
                who.name,
            )
    keys = str(steps[1].id)
    with pytest.raises(Invalid) as refused:  # for the partner's step our manager says how we know
        STEPS.do(session, scene["manager"], keys, "done", {"on": at.date(), "note": ""}, version=None, at=at)
    assert refused.value.field == "note"
    given = {"on": at.date(), "note": ""}
    version = STEPS.look(session, speaker, keys, at=at).version
    for _ in range(2):
        STEPS.do(session, speaker, keys, "done", given, version=version, at=at)
        session.flush()
    assert session.get(ExitStep, steps[1].id).status is StepStatus.DONE
    with pytest.raises(NotAllowed):
        STEPS.do(session, scene["viewer"], str(steps[0].id), "done", given, version=None, at=at)
    assert STEPS.look(session, make_cast(session).stranger, keys, at=at) is None


@once
def test_what_has_no_trade_says_what_is_due_and_where(session):
    owed = make_owed(session)
    at = now()
    (item,) = due.items(session, at=at, until=owed.obligation.due_on, person_id=owed.owner.person_id)
    with counted(session) as said:
        thing = look_at_item(session, owed.owner, item, at=at)
    assert len(said) <= 4
    assert (str(thing.status), thing.deeds[0].endpoint) == ("Overdue", item.endpoint)
    assert str(thing.turn).startswith("It is your turn.")
    assert str(look_at_item(session, owed.leader, item, at=at).turn) == "It is the turn of Olive Owner."


@once
def test_an_item_is_found_by_its_key_by_whoever_may_know_of_it(session):
    owed = make_owed(session)
    for who in (owed.owner, owed.ser):
        assert item_for(session, who, owed.key, at=now()).key == owed.key
    assert item_for(session, make_cast(session).stranger, owed.key, at=now()) is None
    for garbage in ("", "obligation:", "obligation:x", f"obligation:{new_id()}"):
        assert item_for(session, owed.owner, garbage, at=now()) is None
