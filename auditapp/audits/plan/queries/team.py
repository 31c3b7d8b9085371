"""What stands for and against people in an audit: competence, independence, roles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit
from auditapp.audits.plan.rules import Candidate, stages_in_scope
from auditapp.people.competence_rules import competence_state, independence_conflicts
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import competences_of, duties_of
from auditapp.people.rules import CAPABILITIES, Capability, Role
from auditapp.relationships.model import Relationship


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What an audit looks at, as far as competence and independence care. ``libraries``: title by key."""

    relationship_ids: frozenset[UUID]
    stages: frozenset[str]
    libraries: Mapping[str, str]
    on: date


def ground_of(audit: Audit, on: date) -> Ground:
    """The ground of an audit whose relationships and editions are loaded; ``on`` stands in for a missing date."""
    return Ground(
        relationship_ids=frozenset(one.id for one in audit.relationships),
        stages=stages_in_scope(audit.stages),
        libraries={one.edition.library_key: one.edition.title for one in audit.editions},
        on=audit.ends_on or on,
    )


def candidates(session: Session, ground: Ground, person_ids: Collection[UUID]) -> dict[UUID, Candidate]:
    """What stands for and against each person in an audit on that ground. Six statements, whatever the number.

    Somebody unknown has no entry.
    """
    wanted = set(person_ids)
    people = session.execute(
        sa.select(Person.id, Person.name, Person.active, Person.partner_id).where(Person.id.in_(wanted))
    ).all()
    roles: dict[UUID, set[Role]] = {}
    for person_id, role in session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.role).where(
            RoleGrant.person_id.in_(wanted), RoleGrant.relationship_id.is_(None)
        )
    ):
        roles.setdefault(person_id, set()).add(role)
    competences = competences_of(session, wanted)
    duties = duties_of(session, wanted)
    relationships = session.execute(
        sa.select(
            Relationship.id,
            Relationship.ref,
            Relationship.ser_id,
            Relationship.owner_id,
            Relationship.manager_id,
        )
        .where(Relationship.id.in_(ground.relationship_ids))
        .order_by(Relationship.ref)
    ).all()
    found: dict[UUID, Candidate] = {}
    for person_id, name, active, partner_id in people:
        own = duties[person_id]
        state = competence_state(competences[person_id], set(ground.libraries), ground.on)
        found[person_id] = Candidate(
            person_id=person_id,
            name=name,
            active=active,
            of_partner=partner_id is not None,
            conducts=_conducts(roles.get(person_id, set()), own.roles_scoped, ground.relationship_ids),
            missing=tuple(ground.libraries[key] for key in state.missing),
            expired=tuple((ground.libraries[key], last) for key, last in state.expired),
            conflicts=tuple(
                independence_conflicts(
                    person_id,
                    own.roles_scoped,
                    own.responsibilities,
                    [(row[0], row[1], row[2], row[3], row[4]) for row in relationships],
                    ground.stages,
                )
            ),
        )
    return found


def _conducts(roles: set[Role], scoped: Mapping[UUID, set[Role]], relationship_ids: frozenset[UUID]) -> bool:
    def gives(some: set[Role]) -> bool:
        return any(Capability.CONDUCT_AUDITS in CAPABILITIES[role] for role in some)

    return gives(roles) or (
        bool(relationship_ids) and all(gives(scoped.get(one, set())) for one in relationship_ids)
    )


def auditor_ids(session: Session, most: int = 200) -> list[UUID]:
    """People whose role lets them audit, for all relationships or for some, by name."""
    conducting = [role for role, given in CAPABILITIES.items() if Capability.CONDUCT_AUDITS in given]
    return list(
        session.scalars(
            sa.select(Person.id)
            .where(
                Person.active,
                Person.partner_id.is_(None),
                sa.exists().where(RoleGrant.person_id == Person.id, RoleGrant.role.in_(conducting)),
            )
            .order_by(Person.name, Person.id)
            .limit(most)
        )
    )
