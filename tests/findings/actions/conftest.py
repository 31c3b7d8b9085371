"""A nonconformity being planned, with everybody who has a part in it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.actions import service
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.action import ActionKind, ActionStatus, ActionVerb
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Partner, RelationshipPartner
from auditapp.trail.model import Fact
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_action, make_nonconformity

V, S = ActionVerb, ActionStatus
TODAY = now().date()
IN_TWO_WEEKS = TODAY + timedelta(days=14)


@dataclass
class Scene:
    """Who is there, by part, and the rows."""

    nc: Nonconformity
    action: Action
    people: dict[str, Principal]
    partner_id: UUID

    def __getitem__(self, part: str) -> Principal:
        """Somebody by part."""
        return self.people[part]


def make_scene(session: Session, nc_status: NcStatus = NcStatus.IMPLEMENTING, **more: Any) -> Scene:
    """A nonconformity in the middle of its life, with one proposed action of ``owner``."""
    partner = Partner(name="Withy Works", created_at=now())
    other = Partner(name="Elm Engineering", created_at=now())
    session.add_all([partner, other])
    session.flush()
    people = {
        "manager": make_person(session, Role.PROGRAMME_MANAGER, name="Mara Manager"),
        "ser": make_person(session, Role.SER, name="Sam Senior"),
        "verifier": make_person(session, Role.AUDITOR, name="Vera Verifier"),
        "responsible": make_person(session, Role.RELATIONSHIP_OWNER, name="Rita Responsible"),
        "deputy": make_person(session, Role.RELATIONSHIP_MANAGER, name="Dora Deputy"),
        "owner": make_person(session, Role.ACTION_OWNER, name="Otto Owner"),
        "stand_in": make_person(session, Role.ACTION_OWNER, name="Stan Standin"),
        "other": make_person(session, Role.ACTION_OWNER, name="Olga Other"),
        "viewer": make_person(session, Role.VIEWER, name="Viola Viewer"),
        "contact": make_person(session, Role.PARTNER_CONTACT, name="Wes Withy", partner_id=partner.id),
        "stranger": make_person(session, Role.PARTNER_CONTACT, name="Ella Elm", partner_id=other.id),
    }
    about = make_relationship(session, ser_id=people["ser"].person_id)
    session.add(RelationshipPartner(relationship_id=about.id, partner_id=partner.id))
    session.flush()
    nc = make_nonconformity(
        session,
        people["verifier"],
        status=nc_status,
        relationship_id=about.id,
        responsible_id=people["responsible"].person_id,
        deputy_id=people["deputy"].person_id,
        verifier_id=people["verifier"].person_id,
    )
    action = make_action(
        session,
        nc,
        people["owner"].person_id,
        **({"deputy_id": people["stand_in"].person_id, "due_on": IN_TWO_WEEKS} | more),
    )
    return Scene(nc, action, people, partner.id)


@pytest.fixture
def scene(session: Session) -> Scene:
    """The scene in the rolled back session of a test."""
    return make_scene(session)


def do(session, function, who, action, **more):
    """Run a verb of the service as somebody, now."""
    return function(session, actor=who, at=now(), action=action, **more)


def facts(session, thing_id):
    """The facts about a thing, oldest first."""
    session.flush()
    return list(session.scalars(sa.select(Fact).where(Fact.thing_id == str(thing_id)).order_by(Fact.seq)))


def verbs(session, thing_id):
    """Their verbs."""
    return [fact.verb for fact in facts(session, thing_id)]


def calls(scene):
    """Every verb of these services, as a command that is good in some state of the action."""
    later = IN_TWO_WEEKS + timedelta(days=5)
    other = scene["other"].person_id
    return {
        V.EDIT: (service.edit_action, {"kind": ActionKind.PREVENTIVE, "title": "Another title"}, S.PROPOSED),
        V.ACCEPT: (service.accept_action, {}, S.PROPOSED),
        V.START: (service.start_action, {}, S.ACCEPTED),
        V.FINISH: (service.finish_action, {"result": "It is in the calendar."}, S.IN_PROGRESS),
        V.RESUME: (service.resume_action, {}, S.DONE),
        V.REASSIGN: (service.reassign_action, {"owner_id": other, "reason": "On leave."}, S.ACCEPTED),
        V.CHANGE_DUE: (service.change_due, {"due_on": later, "reason": "A holiday."}, S.ACCEPTED),
        V.ASK_EXTENSION: (
            service.ask_extension,
            {"wanted_on": later, "reason": "Room taken.", "impact": "None."},
            S.ACCEPTED,
        ),
        V.SAY_CANT: (service.say_cant, {"reason": "No access."}, S.PROPOSED),
        V.SAY_NOT_MINE: (service.say_not_mine, {"reason": "Not my team.", "proposed_owner_id": other}, S.PROPOSED),
        V.ASK_CANCEL: (service.ask_cancel, {"reason": "Done elsewhere."}, S.ACCEPTED),
        V.TAKE_BACK: (service.take_back, {}, S.ACCEPTED),
        V.DECIDE: (service.decide, {"granted": False, "decision": "It can wait."}, S.ACCEPTED),
        V.PLAN_STEP: (service.set_steps, {"texts": ["Call", "Write"]}, S.PROPOSED),
    }  # fmt: skip


def extension(session, scene, days):
    """Ask for so many more days."""
    return do(
        session, service.ask_extension, scene["owner"], scene.action,
        wanted_on=scene.action.due_on + timedelta(days=days), reason="Room taken.", impact="None.",
    )  # fmt: skip
