"""Reading competence and behaviours. Levels are personal: who may know of them is asked before they are read."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal, Role
from auditapp.relationships.contacts.queries import Someone, people_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.behaviours.model import (
    BehaviourAssessment,
    BehaviourDevelopment,
    BehaviourItem,
    Induction,
    InductionStep,
)
from auditapp.relationships.registers.behaviours.rules import (
    DEFAULTS,
    DevelopmentState,
    InductionState,
    Item,
    ItemKind,
    Reader,
    Source,
    Subject,
    assesses_as,
    gap,
    may_see,
    may_see_induction,
)
from auditapp.relationships.registers.rules import keeps

MOST = 60


def items(session: Session, *, all_of_them: bool = False) -> list[Item]:
    """What is expected: the defaults as the organization changed them, then its own; by kind. One statement."""
    rows = {row.key: row for row in session.scalars(sa.select(BehaviourItem))}
    found = [
        _item(rows[key]) if key in rows else Item(key=key, kind=kind, name=name, text=text, expected=expected)
        for key, (kind, name, text, expected) in DEFAULTS.items()
    ]
    found += sorted(
        (_item(row) for key, row in rows.items() if key not in DEFAULTS), key=lambda item: str(item.name)
    )
    order = list(ItemKind)
    return sorted(
        (item for item in found if item.active or all_of_them), key=lambda item: order.index(item.kind)
    )


def _item(row: BehaviourItem) -> Item:
    return Item(
        key=row.key, kind=row.kind, name=row.name, text=row.text, expected=row.expected, active=row.active,
        version=row.version,
    )  # fmt: skip


def item_by_key(session: Session, key: str) -> Item:
    """One thing that is expected. Raises NotFound."""
    for item in items(session, all_of_them=True):
        if item.key == key:
            return item
    raise NotFound


def reader_of(principal: Principal, relationship: Relationship, people: Collection[Someone]) -> Reader:
    """What somebody is in a relationship, as the rules of reading and assessing ask for it."""
    roles = next((one.roles for one in people if one.person_id == principal.person_id), frozenset[str]())
    own = principal.partner_id is None
    scoped = principal.scoped.get(relationship.id, frozenset())
    return Reader(
        person_id=principal.person_id,
        party_id=principal.partner_id,
        keeps=keeps(principal, relationship.id),
        is_ser=own and (Role.SER in principal.roles or Role.SER in scoped or "ser" in roles),
        leads=not own and not roles.isdisjoint({"partner_ser", "partner_manager"}),
        takes_part=bool(roles),
    )


def someone(people: Collection[Someone], person_id: UUID) -> Someone:
    """Somebody of the relationship. Raises NotFound."""
    for one in people:
        if one.person_id == person_id:
            return one
    raise NotFound


def subject_of(one: Someone) -> Subject:
    """A person of a relationship as somebody who is assessed."""
    return Subject(person_id=one.person_id, party_id=one.party_id)


Latest = dict[UUID, dict[str, dict[Source, BehaviourAssessment]]]


def latest(session: Session, relationship_id: UUID, person_ids: Collection[UUID]) -> Latest:
    """The newest level of each source, by person and thing. One statement."""
    place = (
        sa.func.row_number()
        .over(
            partition_by=(
                BehaviourAssessment.person_id,
                BehaviourAssessment.item_key,
                BehaviourAssessment.source,
            ),
            order_by=(BehaviourAssessment.assessed_on.desc(), BehaviourAssessment.created_at.desc()),
        )
        .label("place")
    )
    ranked = (
        sa.select(BehaviourAssessment.id, place)
        .where(
            BehaviourAssessment.relationship_id == relationship_id,
            BehaviourAssessment.person_id.in_(person_ids),
            ~BehaviourAssessment.taken_back,
        )
        .subquery()
    )
    found: Latest = {one: defaultdict(dict) for one in person_ids}
    for row in session.scalars(
        sa.select(BehaviourAssessment)
        .join(ranked, ranked.c.id == BehaviourAssessment.id)
        .where(ranked.c.place == 1)
    ):
        found[row.person_id][row.item_key][row.source] = row
    return found


def assessments(
    session: Session, relationship_id: UUID, person_id: UUID
) -> Sequence[tuple[BehaviourAssessment, str]]:
    """What was assessed of a person, newest first, with the names of who did. One statement."""
    rows = session.execute(
        sa.select(BehaviourAssessment, Person.name)
        .join(Person, Person.id == BehaviourAssessment.by_id)
        .where(
            BehaviourAssessment.relationship_id == relationship_id,
            BehaviourAssessment.person_id == person_id,
            ~BehaviourAssessment.taken_back,
        )
        .order_by(BehaviourAssessment.assessed_on.desc(), BehaviourAssessment.created_at.desc())
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]


def assessment_of(
    session: Session, relationship_id: UUID, person_id: UUID, assessment_id: UUID
) -> BehaviourAssessment:
    """One level that was given. Raises NotFound."""
    found = session.scalar(
        sa.select(BehaviourAssessment).where(
            BehaviourAssessment.id == assessment_id,
            BehaviourAssessment.relationship_id == relationship_id,
            BehaviourAssessment.person_id == person_id,
        )
    )
    if found is None:
        raise NotFound
    return found


def developments(
    session: Session, relationship_id: UUID, person_ids: Collection[UUID], *, open_only: bool = False
) -> dict[UUID, list[BehaviourDevelopment]]:
    """Development actions by person, the open ones first, by day. One statement."""
    found: dict[UUID, list[BehaviourDevelopment]] = {one: [] for one in person_ids}
    query = sa.select(BehaviourDevelopment).where(
        BehaviourDevelopment.relationship_id == relationship_id, BehaviourDevelopment.person_id.in_(found)
    )
    if open_only:
        query = query.where(BehaviourDevelopment.state == DevelopmentState.OPEN)
    for row in session.scalars(
        query.order_by(BehaviourDevelopment.state != DevelopmentState.OPEN, BehaviourDevelopment.due_on)
    ):
        found[row.person_id].append(row)
    return found


def development_of(
    session: Session, relationship_id: UUID, person_id: UUID, development_id: UUID
) -> BehaviourDevelopment:
    """One development action. Raises NotFound."""
    found = session.scalar(
        sa.select(BehaviourDevelopment).where(
            BehaviourDevelopment.id == development_id,
            BehaviourDevelopment.relationship_id == relationship_id,
            BehaviourDevelopment.person_id == person_id,
        )
    )
    if found is None:
        raise NotFound
    return found


def inductions(
    session: Session, relationship_id: UUID, person_ids: Collection[UUID]
) -> dict[UUID, tuple[Induction, int, int]]:
    """The newest induction of each person, with how many steps are done and how many there are. One statement."""
    rows = session.execute(
        sa.select(Induction, sa.func.count(InductionStep.done_on), sa.func.count(InductionStep.id))
        .outerjoin(InductionStep, InductionStep.induction_id == Induction.id)
        .where(Induction.relationship_id == relationship_id, Induction.person_id.in_(person_ids))
        .group_by(Induction.id)
        .order_by(Induction.begun_on, Induction.created_at)
    )
    return {row[0].person_id: (row[0], row[1], row[2]) for row in rows}


def open_induction(session: Session, relationship_id: UUID, person_id: UUID) -> Induction | None:
    """The induction of a person that is going on. One statement."""
    return session.scalar(
        sa.select(Induction).where(
            Induction.relationship_id == relationship_id,
            Induction.person_id == person_id,
            Induction.state == InductionState.OPEN,
        )
    )


def steps_of(session: Session, induction_id: UUID) -> Sequence[tuple[InductionStep, str | None]]:
    """The steps of an induction in their order, with who ticked them off. One statement."""
    rows = session.execute(
        sa.select(InductionStep, Person.name)
        .outerjoin(Person, Person.id == InductionStep.done_by_id)
        .where(InductionStep.induction_id == induction_id)
        .order_by(InductionStep.position)
    )
    return [(row[0], row[1]) for row in rows]


def all_people(session: Session, relationship_id: UUID) -> list[Someone]:
    """The people of both sides, our own first. Two statements."""
    return sorted(people_of(session, relationship_id), key=lambda one: one.party_id is not None)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How many things are assessed of how many, how many gaps there are, and when that was last looked at."""

    assessed: int
    of: int
    gaps: int
    last: date | None


def standing_of(
    one: Someone, expectations: Collection[Item], levels: Mapping[str, Mapping[Source, BehaviourAssessment]]
) -> Standing:
    """How somebody stands, from the newest levels."""
    expected = {item.key: item.level_for(one.roles) for item in expectations}
    gaps = [
        gap(expected[key], {source: row.level for source, row in found.items()})
        for key, found in levels.items()
        if expected.get(key)
    ]
    return Standing(
        assessed=sum(found is not None for found in gaps),
        of=sum(level > 0 for level in expected.values()),
        gaps=sum(bool(found) for found in gaps),
        last=max((row.assessed_on for found in levels.values() for row in found.values()), default=None),
    )


@dataclass(frozen=True, kw_only=True)
class Everybody:
    """The people of a relationship; by person what the reader may know: whoever is not named there stays closed."""

    people: Sequence[Someone]
    standing: Mapping[UUID, Standing]
    developments: Mapping[UUID, list[BehaviourDevelopment]]
    inductions: Mapping[UUID, tuple[Induction, int, int]]
    may_assess: Mapping[UUID, bool]


def everybody(session: Session, principal: Principal, relationship: Relationship) -> Everybody:
    """The people of both sides and how they stand, as far as the reader may know. Six statements."""
    people = all_people(session, relationship.id)
    reader = reader_of(principal, relationship, people)
    seen = [one for one in people if may_see(reader, subject_of(one))]
    followed = [one.person_id for one in people if may_see_induction(reader, subject_of(one))]
    expectations, ids = items(session), [one.person_id for one in seen]
    levels = latest(session, relationship.id, ids)
    return Everybody(
        people=people,
        standing={one.person_id: standing_of(one, expectations, levels[one.person_id]) for one in seen},
        developments=developments(session, relationship.id, ids, open_only=True),
        inductions=inductions(session, relationship.id, followed),
        may_assess={one.person_id: assesses_as(reader, subject_of(one)) is not None for one in people},
    )


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person of a relationship as the reader may know them. Not ``sees``: no level, no development is in it."""

    sees: bool
    items: Sequence[Item]
    levels: Mapping[str, Mapping[Source, BehaviourAssessment]]
    gaps: Mapping[str, int | None]
    past: Sequence[tuple[BehaviourAssessment, str]]
    developments: Sequence[BehaviourDevelopment]
    names: Mapping[str, Text | str]  # of all things, also those no longer expected
    induction: Induction | None
    steps: Sequence[tuple[InductionStep, str | None]]


def somebody(session: Session, relationship: Relationship, one: Someone, reader: Reader) -> Somebody:
    """One person: what is expected, how they stand, what they do about it, how they were brought in. Six statements."""
    subject, person_id = subject_of(one), one.person_id
    sees = may_see(reader, subject)
    known = items(session, all_of_them=True)
    expected = [item for item in known if item.active and item.level_for(one.roles)]
    levels = latest(session, relationship.id, [person_id])[person_id] if sees else {}
    induction = None
    if may_see_induction(reader, subject):
        induction = inductions(session, relationship.id, [person_id]).get(person_id)
    return Somebody(
        sees=sees,
        items=expected,
        levels=levels,
        gaps={
            item.key: gap(
                item.level_for(one.roles),
                {source: row.level for source, row in levels.get(item.key, {}).items()},
            )
            for item in expected
        },
        past=assessments(session, relationship.id, person_id) if sees else [],
        developments=developments(session, relationship.id, [person_id])[person_id] if sees else [],
        names={item.key: item.name for item in known} if sees else {},
        induction=induction[0] if induction else None,
        steps=steps_of(session, induction[0].id) if induction else [],
    )
