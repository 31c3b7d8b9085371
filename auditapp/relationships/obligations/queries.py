"""Reading rules and what is due."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person, RoleGrant
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.obligations.model import Obligation, ObligationRule
from auditapp.relationships.obligations.rules import DEFAULTS, Scope, Source, State, Whose
from auditapp.relationships.rules import MemberRole, Stage

SYSTEM = "system"
MOST_EARLIER = 30  # times of one chain that its page lists


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An obligation as it holds here: the default, or as somebody changed it. ``version`` 0: nobody changed it."""

    key: str
    title: Text | str
    scope: Scope
    source: Source
    whose: tuple[Whose, ...]
    months: int
    days: int
    lead_days: tuple[int, ...]
    bs: str
    iso: str
    from_stage: Stage
    active: bool
    version: int


def _rule(key: str, row: ObligationRule | None) -> Rule:
    default = DEFAULTS.get(key)
    if row is None:
        default = DEFAULTS[key]
        return Rule(
            key=key, title=default.title, scope=default.scope, source=default.source, whose=default.whose,
            months=default.months, days=default.days, lead_days=default.lead_days, bs=default.bs,
            iso=default.iso, from_stage=default.from_stage, active=True, version=0,
        )  # fmt: skip
    return Rule(
        key=key, title=row.title or (default.title if default else ""), scope=row.scope,
        source=default.source if default else Source.INTERVAL, whose=tuple(Whose(one) for one in row.whose),
        months=row.months, days=row.days, lead_days=tuple(row.lead_days), bs=row.bs, iso=row.iso, from_stage=row.from_stage,
        active=row.active, version=row.version,
    )  # fmt: skip


def rule_of(session: Session, key: str) -> Rule:
    """One rule. Raises KeyError for a key that is neither a default nor somebody's own. One statement."""
    return _rule(key, session.get(ObligationRule, key))


def rules(session: Session) -> list[Rule]:
    """Every rule: those that come with the product in the order of the field, then one's own by title. One statement."""
    rows: Mapping[str, ObligationRule] = {row.key: row for row in session.scalars(sa.select(ObligationRule))}
    own = sorted((row for key, row in rows.items() if key not in DEFAULTS), key=lambda row: row.title)
    return [_rule(key, rows.get(key)) for key in DEFAULTS] + [_rule(row.key, row) for row in own]


def open_one(session: Session, key: str, subject: UUID | str) -> Obligation | None:
    """The regular time that is open for a rule and its subject."""
    return session.scalar(
        sa.select(Obligation).where(
            Obligation.key == key,
            Obligation.subject == str(subject),
            Obligation.state == State.OPEN,
            Obligation.extra == "",
        )
    )


def open_extras(session: Session, key: str, subject: UUID | str) -> list[Obligation]:
    """The extra times that are open for a rule and its subject, the first due first."""
    return list(
        session.scalars(
            sa.select(Obligation)
            .where(
                Obligation.key == key,
                Obligation.subject == str(subject),
                Obligation.state == State.OPEN,
                Obligation.extra != "",
            )
            .order_by(Obligation.due_on)
        )
    )


def next_due(session: Session, key: str, subjects: Collection[UUID | str]) -> dict[str, date]:
    """When a rule is next due for several subjects, extra times included; by subject. One statement."""
    return {
        row[0]: row[1]
        for row in session.execute(
            sa.select(Obligation.subject, sa.func.min(Obligation.due_on))
            .where(
                Obligation.key == key,
                Obligation.subject.in_([str(one) for one in subjects]),
                Obligation.state == State.OPEN,
            )
            .group_by(Obligation.subject)
        )
    }


def visible_obligations(principal: Principal) -> sa.Select[Any]:
    """What recurs is for our own people: a partner's contact sees none of it here."""
    query = sa.select(Obligation)
    return query if principal.partner_id is None else query.where(sa.false())


def obligation_by_id(session: Session, principal: Principal, obligation_id: UUID) -> Obligation:
    """One time that something is due. Raises NotFound."""
    found: Obligation | None = session.scalar(
        visible_obligations(principal).where(Obligation.id == obligation_id)
    )
    if found is None:
        raise NotFound
    return found


def list_obligations(
    session: Session,
    principal: Principal,
    *,
    today: date,
    relationship_id: UUID | None = None,
    key: str = "",
    show: str = "open",
    page: int = 1,
) -> Page[tuple[Obligation, Relationship | None]]:
    """A page of times with their relationships: ``open`` by day, ``overdue``, or ``settled`` newest first.

    Two statements.
    """
    query = (
        visible_obligations(principal)
        .add_columns(Relationship)
        .outerjoin(Relationship, Relationship.id == Obligation.relationship_id)
    )
    order = (Obligation.ended_on.desc(),) if show == "settled" else (Obligation.due_on,)
    query = narrowed(query, today=today, relationship_id=relationship_id, key=key, show=show)
    query = query.order_by(*order, Obligation.id)
    return paginate(session, query.options(lazyload(Relationship.partners)), page=page, scalars=False)


def narrowed(
    query: sa.Select[Any],
    *,
    today: date,
    relationship_id: UUID | None = None,
    key: str = "",
    show: str = "open",
) -> sa.Select[Any]:
    """``query`` with what the reader of a list looks for; ``show`` may also be ``all``."""
    if show == "settled":
        query = query.where(Obligation.state.in_([State.DONE, State.SKIPPED]))
    elif show != "all":
        query = query.where(Obligation.state == State.OPEN)
    if show == "overdue":
        query = query.where(Obligation.due_on < today)
    if relationship_id is not None:
        query = query.where(Obligation.relationship_id == relationship_id)
    return query.where(Obligation.key == key) if key else query


def earlier(session: Session, found: Obligation) -> Sequence[Obligation]:
    """What was settled of the same rule and subject before, newest first."""
    return session.scalars(
        sa.select(Obligation)
        .where(
            Obligation.key == found.key,
            Obligation.subject == found.subject,
            Obligation.state != State.OPEN,
            Obligation.id != found.id,
        )
        .order_by(Obligation.intended_on.desc())
        .limit(MOST_EARLIER)
    ).all()


_SEATS = {
    Whose.SER: Relationship.ser_id,
    Whose.RELATIONSHIP_OWNER: Relationship.owner_id,
    Whose.RELATIONSHIP_MANAGER: Relationship.manager_id,
}
_MEMBERS = {
    MemberRole.JOINT_TEAM: Whose.JOINT_TEAM,
    MemberRole.PARTNER_SER: Whose.PARTNER_SER,
    MemberRole.PARTNER_MANAGER: Whose.PARTNER_MANAGER,
}
_ROLES = {Role.SYSTEM_MANAGER: Whose.SYSTEM_MANAGER, Role.SER: Whose.SER}


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """Somebody who is reminded, and as what."""

    person_id: UUID
    name: str
    whose: Whose | None  # None: named for this very time


def reminded(session: Session, found: Collection[Obligation]) -> dict[UUID, list[Reminded]]:
    """Who is reminded of each, in the order the rule names them; nobody for a seat that is empty. Five statements."""
    by_key = {rule.key: rule for rule in rules(session)}
    relationship_ids = {one.relationship_id for one in found if one.relationship_id is not None}
    held: dict[tuple[UUID | None, Whose], list[UUID]] = defaultdict(list)
    for row in session.execute(
        sa.select(Relationship.id, Relationship.ser_id, Relationship.owner_id, Relationship.manager_id).where(
            Relationship.id.in_(relationship_ids)
        )
    ):
        for whose, person_id in zip(_SEATS, row[1:], strict=True):
            if person_id is not None:
                held[(row[0], whose)].append(person_id)
    for relationship_id, seat, person_id in session.execute(
        sa.select(
            RelationshipMember.relationship_id, RelationshipMember.role, RelationshipMember.person_id
        ).where(
            RelationshipMember.relationship_id.in_(relationship_ids),
            RelationshipMember.until.is_(None),
            RelationshipMember.role.in_(_MEMBERS),
        )
    ):
        held[(relationship_id, _MEMBERS[seat])].append(person_id)
    for role, person_id in session.execute(
        sa.select(RoleGrant.role, RoleGrant.person_id).where(
            RoleGrant.relationship_id.is_(None), RoleGrant.role.in_(_ROLES)
        )
    ):
        held[(None, _ROLES[role])].append(person_id)
    wanted: dict[UUID, list[tuple[UUID, Whose | None]]] = {}
    for one in found:
        asked: list[tuple[UUID, Whose | None]] = [(one.owner_id, None)] if one.owner_id else []
        rule = by_key.get(one.key)
        for whose in rule.whose if rule else ():
            for person_id in held.get((one.relationship_id, whose)) or held.get((None, whose), []):
                if person_id not in {person for person, _ in asked}:
                    asked.append((person_id, whose))
        wanted[one.id] = asked
    ids = {person_id for asked in wanted.values() for person_id, _ in asked}
    names = {
        row[0]: row[1]
        for row in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids), Person.active))
    }
    return {
        one: [
            Reminded(person_id=person_id, name=names[person_id], whose=whose)
            for person_id, whose in asked
            if person_id in names
        ]
        for one, asked in wanted.items()
    }


def team_of(session: Session, relationship_id: UUID | None) -> set[UUID]:
    """The people of a relationship's joint management team."""
    if relationship_id is None:
        return set()
    return set(
        session.scalars(
            sa.select(RelationshipMember.person_id).where(
                RelationshipMember.relationship_id == relationship_id,
                RelationshipMember.role == MemberRole.JOINT_TEAM,
                RelationshipMember.until.is_(None),
            )
        )
    )
