"""Reading objectives and measures: what of them somebody may see is decided here."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Partner, Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.queries import readable, visible_relationships
from auditapp.relationships.registers.objectives.model import (
    Measure,
    MeasureReading,
    Objective,
    ObjectiveAgreement,
)
from auditapp.relationships.registers.objectives.rules import (
    MOST_READ,
    OPEN,
    STANDING_LABELS,
    STATE_LABELS,
    Standing,
    State,
    Whose,
    reading_due,
    standing,
    worst,
)
from auditapp.relationships.rules import MemberRole

READINGS_PER_PAGE = 20
MOST_MEASURES = 40  # of one objective
AGREES_FOR_PARTNER = (MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER)


def visible_objectives(principal: Principal) -> sa.Select[Any]:
    """The objectives somebody may see: our own people all; a contact what is shared in their relationships."""
    return sa.select(Objective).where(
        Objective.relationship_id.in_(visible_relationships(principal).with_only_columns(Relationship.id)),
        readable(principal, Objective.sharing),
    )


def visible_measures(principal: Principal) -> sa.Select[Any]:
    """The measures of the objectives somebody may see."""
    return sa.select(Measure).where(
        Measure.objective_id.in_(visible_objectives(principal).with_only_columns(Objective.id))
    )


def objective_by_ref(session: Session, principal: Principal, ref: str) -> Objective:
    """An objective by its number. Raises NotFound, also for one that is not to be seen."""
    found: Objective | None = session.scalar(
        visible_objectives(principal).where(Objective.ref == ref.upper().replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


def objective_of(session: Session, principal: Principal, objective_id: UUID) -> Objective:
    """An objective by its id, for services. Raises NotFound, also for one that is not to be seen."""
    found: Objective | None = session.scalar(
        visible_objectives(principal).where(Objective.id == objective_id)
    )
    if found is None:
        raise NotFound
    return found


def measure_by_ref(session: Session, principal: Principal, ref: str) -> Measure:
    """A measure by its number. Raises NotFound, also for one that is not to be seen."""
    found: Measure | None = session.scalar(
        visible_measures(principal).where(Measure.ref == ref.upper().replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class MeasureLine:
    """A measure as it stands: its last reading, and when the next is due (``None``: at no interval, or it has ended)."""

    measure: Measure
    last_on: date | None
    last: float | None
    count: int
    standing: Standing
    due_on: date | None

    def is_late(self, today: date) -> bool:
        """Whether a reading is missing."""
        return self.due_on is not None and self.due_on < today


def measure_lines(session: Session, measures: Sequence[Measure]) -> list[MeasureLine]:
    """How measures stand. The caller has made sure that they may be seen. One statement."""
    if not measures:
        return []
    ranked = (
        sa.select(
            MeasureReading.measure_id,
            MeasureReading.read_on,
            MeasureReading.value,
            sa.func.row_number()
            .over(partition_by=MeasureReading.measure_id, order_by=MeasureReading.read_on.desc())
            .label("place"),
            sa.func.count().over(partition_by=MeasureReading.measure_id).label("times"),
        )
        .where(MeasureReading.measure_id.in_([one.id for one in measures]), MeasureReading.gone_at.is_(None))
        .subquery()
    )
    last = {
        row.measure_id: row for row in session.execute(sa.select(ranked).where(ranked.c.place == 1)).all()
    }
    lines = []
    for one in measures:
        row = last.get(one.id)
        lines.append(
            MeasureLine(
                measure=one,
                last_on=row.read_on if row else None,
                last=row.value if row else None,
                count=row.times if row else 0,
                standing=standing(one.scale, row.value if row else None),
                due_on=None
                if one.ended_on is not None
                else reading_due(
                    last_on=row.read_on if row else None,
                    starts_on=one.starts_on,
                    months=one.months,
                    days=one.days,
                ),
            )
        )
    return lines


def measures_of(session: Session, objective_ids: Collection[UUID]) -> dict[UUID, list[MeasureLine]]:
    """The measures of several objectives, running ones first. Two statements."""
    rows = session.scalars(
        sa.select(Measure)
        .where(Measure.objective_id.in_(objective_ids))
        .order_by(Measure.ended_on.is_not(None), Measure.ref)
    ).all()
    found: dict[UUID, list[MeasureLine]] = defaultdict(list)
    for line in measure_lines(session, rows):
        found[line.measure.objective_id].append(line)
    return found


@dataclass(frozen=True, kw_only=True)
class ObjectiveLine:
    """An objective in a list, with its measures; ``standing`` is that of the worst running one."""

    objective: Objective
    owner: str
    measures: list[MeasureLine]

    @property
    def running(self) -> list[MeasureLine]:
        """Measures that have not ended."""
        return [one for one in self.measures if one.measure.ended_on is None]

    @property
    def standing(self) -> Standing:
        """Red, amber or green by the worst of its measures."""
        return worst([one.standing for one in self.running])


def list_objectives(
    session: Session,
    principal: Principal,
    relationship_id: UUID,
    *,
    settled: bool = False,
    whose: Whose | None = None,
    page: int = 1,
) -> Page[ObjectiveLine]:
    """One page of a relationship's objectives, the next target date first. Four statements."""
    query = (
        visible_objectives(principal)
        .outerjoin(Person, Person.id == Objective.owner_id)
        .add_columns(Person.name)
        .where(
            Objective.relationship_id == relationship_id,
            Objective.state.not_in(OPEN) if settled else Objective.state.in_(OPEN),
        )
        .order_by(Objective.target_on.is_(None), Objective.target_on, Objective.ref)
    )
    if whose is not None:
        query = query.where(Objective.whose == whose)
    found = paginate(session, query, page=page, per_page=12, scalars=False)
    measures = measures_of(session, [row[0].id for row in found.rows])
    lines = [
        ObjectiveLine(objective=row[0], owner=row[1] or "", measures=measures.get(row[0].id, []))
        for row in found.rows
    ]
    return Page(rows=lines, number=found.number, per_page=found.per_page, total=found.total)


def counts_of(session: Session, principal: Principal, relationship_id: UUID) -> Mapping[State, int]:
    """How many objectives of a relationship stand in each state, as far as they may be seen. One statement."""
    rows = visible_objectives(principal).where(Objective.relationship_id == relationship_id).subquery()
    return {
        State(row[0]): row[1]
        for row in session.execute(sa.select(rows.c.state, sa.func.count()).group_by(rows.c.state))
    }


def running_measures(session: Session, principal: Principal, relationship_id: UUID) -> list[MeasureLine]:
    """The running measures of a relationship's open objectives, at most 200: for what is late or off. Two statements."""
    rows = session.scalars(
        visible_measures(principal)
        .join(Objective, Objective.id == Measure.objective_id)
        .where(
            Objective.relationship_id == relationship_id,
            Objective.state.in_(OPEN),
            Measure.ended_on.is_(None),
        )
        .order_by(Measure.ref)
        .limit(200)
    ).all()
    return measure_lines(session, rows)


@dataclass(frozen=True, kw_only=True)
class ReadingLine:
    """A reading of the log: who took it, for which party, and who corrected or took it back."""

    reading: MeasureReading
    who: str
    party: str
    gone_by: str


def all_readings(measure_id: UUID, *, gone: bool = False) -> sa.Select[Any]:
    """The readings of a measure that stand, or those that were corrected or taken back."""
    return sa.select(MeasureReading).where(
        MeasureReading.measure_id == measure_id,
        MeasureReading.gone_at.is_not(None) if gone else MeasureReading.gone_at.is_(None),
    )


def readings_of(session: Session, measure_id: UUID, *, page: int, gone: bool = False) -> Page[ReadingLine]:
    """A page of the readings that stand (or that were corrected or taken back), newest first. Two statements."""
    by = aliased(Person)
    found = paginate(
        session,
        all_readings(measure_id, gone=gone)
        .add_columns(Person.name, Partner.name, by.name)
        .join(Person, Person.id == MeasureReading.person_id)
        .outerjoin(Partner, Partner.id == MeasureReading.party_id)
        .outerjoin(by, by.id == MeasureReading.gone_by_id)
        .order_by(MeasureReading.read_on.desc(), MeasureReading.at.desc()),
        page=page,
        per_page=READINGS_PER_PAGE,
        scalars=False,
    )
    lines = [
        ReadingLine(reading=row[0], who=row[1], party=row[2] or "", gone_by=row[3] or "")
        for row in found.rows
    ]
    return Page(rows=lines, number=found.number, per_page=found.per_page, total=found.total)


def reading_of(session: Session, measure_id: UUID, reading_id: UUID) -> MeasureReading:
    """A standing or a corrected reading of a measure. Raises NotFound."""
    found = session.scalar(
        sa.select(MeasureReading).where(
            MeasureReading.id == reading_id, MeasureReading.measure_id == measure_id
        )
    )
    if found is None:
        raise NotFound
    return found


def values_of(session: Session, measure_id: UUID) -> list[tuple[date, float]]:
    """The values that stand, by day: the newest 5,000. One statement."""
    rows = session.execute(
        sa.select(MeasureReading.read_on, MeasureReading.value)
        .where(MeasureReading.measure_id == measure_id, MeasureReading.gone_at.is_(None))
        .order_by(MeasureReading.read_on.desc())
        .limit(MOST_READ)
    ).all()
    return [(row[0], row[1]) for row in reversed(rows)]


def parties_of(session: Session, found: Objective) -> list[tuple[UUID | None, str]]:
    """Who has to agree: all parties to a joint objective, else the one whose it is. Own: id ``None``, no name here."""
    partners = [
        (row[0], row[1])
        for row in session.execute(
            sa.select(Partner.id, Partner.name)
            .join(RelationshipPartner, RelationshipPartner.partner_id == Partner.id)
            .where(RelationshipPartner.relationship_id == found.relationship_id)
            .order_by(Partner.name)
        )
    ]
    everybody: list[tuple[UUID | None, str]] = [(None, ""), *partners]
    if found.whose is Whose.JOINT:
        return everybody
    return [one for one in everybody if one[0] == found.party_id]


def agreements_of(session: Session, objective_id: UUID) -> list[tuple[ObjectiveAgreement, str]]:
    """The agreements that were given, with who gave them, in their order."""
    return [
        (row[0], row[1])
        for row in session.execute(
            sa.select(ObjectiveAgreement, Person.name)
            .join(Person, Person.id == ObjectiveAgreement.person_id)
            .where(ObjectiveAgreement.objective_id == objective_id)
            .order_by(ObjectiveAgreement.agreed_at)
        )
    ]


def seats_of(session: Session, principal: Principal, relationship_id: UUID) -> set[MemberRole]:
    """What somebody is in a relationship by membership."""
    return set(
        session.scalars(
            sa.select(RelationshipMember.role).where(
                RelationshipMember.relationship_id == relationship_id,
                RelationshipMember.person_id == principal.person_id,
                RelationshipMember.until.is_(None),
            )
        )
    )


@linkable("objective", Text("Objective"))
def find_objectives(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Objectives by number, as far as they may be seen. One statement."""
    rows = session.scalars(visible_objectives(principal).where(Objective.ref.in_(refs)))
    return {
        one.ref: Target(
            ref=one.ref,
            title=one.statement,
            endpoint="objectives.show",
            values={"objective_ref": one.ref},
            status=STATE_LABELS[one.state],
        )
        for one in rows
    }


@linkable("measure", Text("Measure"))
def find_measures(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Measures by number, as far as they may be seen. Two statements."""
    rows = session.scalars(visible_measures(principal).where(Measure.ref.in_(refs))).all()
    return {
        line.measure.ref: Target(
            ref=line.measure.ref,
            title=line.measure.name,
            endpoint="objectives.measure",
            values={"measure_ref": line.measure.ref},
            status=STANDING_LABELS[line.standing],
        )
        for line in measure_lines(session, rows)
    }
