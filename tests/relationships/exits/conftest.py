"""A relationship with an exit strategy, and everybody who has a part in it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from auditapp.kit.clock import now
from auditapp.people.rules import Principal, Role
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitStrategy, ExitVersion
from auditapp.relationships.exits.queries.base import roles_held
from auditapp.relationships.exits.rules.content import Section
from auditapp.relationships.exits.rules.process import ExitKind
from auditapp.relationships.exits.rules.versions import VersionKind
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import MemberRole, Sharing
from tests.factories import make_contact, make_person, make_relationship

TODAY = now().date()
KEYS = ("control", "contract", "objectives", "issue", "market")
TEXTS = {
    Section.BOUNDARIES: "The line stays open.",
    Section.CONFLICT_AREAS: "Spare parts.",
    Section.NOTICE_ROUTE: "In writing, six months before.",
    Section.CONTINUITY: "Our own team takes the **night shift**.",
}


@dataclass
class Scene:
    """Who is there, by part, and the rows."""

    relationship: Relationship
    partner_id: UUID
    people: dict[str, Principal]
    strategy: ExitStrategy
    version: ExitVersion

    def __getitem__(self, part: str) -> Principal:
        """Somebody by part."""
        return self.people[part]


def make_scene(
    session: Session, *, kind: VersionKind = VersionKind.JOINT, country: str = "GB", **more: Any
) -> Scene:
    """A relationship whose strategy is a draft with everything that is needed."""
    ser, manager = (make_person(session, name=name) for name in ("Sam Senior", "Mara Manager"))
    relationship = make_relationship(session, ser_id=ser.person_id, manager_id=manager.person_id, **more)
    manager = make_person(session, name="Mo Manager", scoped=[(Role.RELATIONSHIP_MANAGER, relationship.id)])
    relationship.manager_id = manager.person_id
    speaker = make_contact(
        session, relationship, MemberRole.PARTNER_MANAGER, country=country, name="Petra Partner"
    )
    people = {
        "ser": ser,
        "manager": manager,
        "speaker": speaker,
        "partner_ser": make_contact(
            session, relationship, MemberRole.PARTNER_SER, partner_id=speaker.partner_id, name="Sue Partner"
        ),
        "contact": make_contact(session, relationship, partner_id=speaker.partner_id, name="Colin Contact"),
        "viewer": make_person(session, Role.VIEWER, name="Viola Viewer"),
        "system": make_person(session, Role.SYSTEM_MANAGER, name="Ada System"),
    }
    assert speaker.partner_id is not None
    strategy = service.start(
        session, actor=manager, at=now(), relationship=relationship, kind=kind, trigger_keys=KEYS
    )
    version = session.query(ExitVersion).filter_by(strategy_id=strategy.id).one()
    for key, text in TEXTS.items():
        service.write_section(
            session, actor=manager, at=now(), strategy=strategy, version=version, key=key, text=text,
            sharing=Sharing.SHARED if kind is VersionKind.JOINT else Sharing.INTERNAL, owner_id=None,
        )  # fmt: skip
    session.flush()
    return Scene(relationship, speaker.partner_id, people, strategy, version)


def in_force(session: Session, scene: Scene) -> None:
    """Both parties agree, and it holds from today."""
    common = {"at": now(), "strategy": scene.strategy, "version": scene.version}
    service.submit(session, actor=scene["manager"], **common)
    service.agree(session, actor=scene["ser"], **common)
    if scene.version.kind is VersionKind.JOINT:
        service.agree(session, actor=scene["speaker"], **common)
    service.put_in_force(session, actor=scene["manager"], on=now().date(), **common)
    session.flush()


@pytest.fixture
def scene(session: Session) -> Scene:
    """A draft."""
    return make_scene(session)


@pytest.fixture
def agreed(session: Session) -> Scene:
    """A joint strategy in force."""
    found = make_scene(session)
    in_force(session, found)
    return found


def scene_of(unit: Any, *, holds: bool = True, **more: Any) -> Scene:
    """A committed scene; in force unless told otherwise."""

    def make(session):
        scene = make_scene(session, **more)
        if holds:
            in_force(session, scene)
        session.expunge_all()
        return scene

    return unit(make)


def base(session: Session, scene: Scene, part: str = "manager") -> dict[str, Any]:
    """What every verb takes."""
    strategy = session.get(ExitStrategy, scene.strategy.id)
    return {"actor": scene[part], "at": now(), "strategy": strategy}


def started(unit: Any, scene: Scene, **more: Any) -> str:
    """An exit, started by our SER; gives its number."""

    def work(session):
        relationship = session.get(Relationship, scene.relationship.id)
        ser = scene["ser"]
        values = {"kind": ExitKind.PLANNED, "reason": "It is built.", "notice_on": TODAY, "route": "Letter",
                  "ends_on": TODAY + timedelta(days=100)}  # fmt: skip
        return service.activate(
            session, actor=ser, at=now(), relationship=relationship, held=roles_held(session, ser, relationship),
            **(values | more),
        ).ref  # fmt: skip

    return unit(work)
