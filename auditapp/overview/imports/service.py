"""Looking at lists of people and partners, and taking their good rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.overview.imports.queries import (
    known_partners,
    known_people,
    known_relationships,
    people_of_ours,
)
from auditapp.overview.imports.reading import read
from auditapp.overview.imports.rules import (
    PARTNER_COLUMNS,
    PEOPLE_COLUMNS,
    Partners,
    People,
    check_partners,
    check_people,
)
from auditapp.people.persons.service import add_person
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.partners.service import add_partner, add_relationship

UTC_ZONE, HOME = "UTC", "GB"


def look_at_people(session: Session, text: str) -> People:
    """What a list of people would bring in, and what is wrong with it. Nothing is changed."""
    return check_people(
        read(text, columns=PEOPLE_COLUMNS, required=("name", "email")), known=known_people(session)
    )


def take_people(session: Session, *, actor: Principal, at: datetime, text: str) -> People:
    """Add the people of the good rows; the others are left out and told."""
    _must_manage(actor, Capability.MANAGE_PEOPLE)
    found = look_at_people(session, text)
    ours = organization(session)
    for line in found.good:
        add_person(
            session,
            actor=actor,
            at=at,
            name=line.name,
            email=line.email,
            job_title=line.job_title,
            zone=line.zone or (ours.zone if ours else UTC_ZONE),
            roles=line.roles,
        )
    return found


def look_at_partners(session: Session, text: str) -> Partners:
    """What a list of partners would bring in, and what is wrong with it. Nothing is changed."""
    ours = organization(session)
    return check_partners(
        read(text, columns=PARTNER_COLUMNS, required=("partner",)),
        partners={key: name for key, (_, name) in known_partners(session).items()},
        relationships=known_relationships(session),
        people=people_of_ours(session),
        country=ours.country if ours else HOME,
    )


def take_partners(session: Session, *, actor: Principal, at: datetime, text: str) -> Partners:
    """Add the partners and relationships of the good rows; the others are left out and told."""
    _must_manage(actor, Capability.MANAGE_RELATIONSHIPS)
    found = look_at_partners(session, text)
    ids: dict[str, UUID] = {key: partner_id for key, (partner_id, _) in known_partners(session).items()}
    people = people_of_ours(session)
    for line in found.good:
        key = line.partner.lower()
        if key not in ids:
            ids[key] = add_partner(
                session, actor=actor, at=at, name=line.partner, sector=line.sector, country=line.country
            )
        if line.relationship and line.kind is not None and line.stage is not None:
            add_relationship(
                session,
                actor=actor,
                at=at,
                name=line.relationship,
                kind=line.kind,
                stage=line.stage,
                priority=line.priority,
                partner_ids=[ids[key]],
                owner_id=people.get(line.owner),
                manager_id=people.get(line.manager),
                ser_id=people.get(line.ser),
            )
    return found


def _must_manage(actor: Principal, needed: Capability) -> None:
    if not actor.can(needed):
        raise NotAllowed(Text("Only the system manager can bring lists in."))
