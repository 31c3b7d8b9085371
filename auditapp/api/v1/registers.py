"""Issues, risks, opportunities and objectives of relationships."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import today_of
from auditapp.relationships.issues import model as issue_model
from auditapp.relationships.issues.queries import issue_by_ref
from auditapp.relationships.issues.queries.lists import Wanted as WantedIssues
from auditapp.relationships.issues.queries.lists import wanted_issues
from auditapp.relationships.issues.rules.issue import IssueKind, Status
from auditapp.relationships.issues.rules.ladder import Level, Severity
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.registers.objectives import model as objective_model
from auditapp.relationships.registers.objectives.queries import (
    MeasureLine,
    measures_of,
    objective_by_ref,
    visible_objectives,
)
from auditapp.relationships.registers.risks import model as risk_model
from auditapp.relationships.registers.risks.queries import Wanted as WantedRisks
from auditapp.relationships.registers.risks.queries import risk_by_ref, wanted_risks
from auditapp.relationships.registers.risks.rules import LEVELS, RiskKind, RiskState
from auditapp.relationships.rules import Stage

READ = Scope.READ_RELATIONSHIPS
ISSUES, RISKS, OBJECTIVES = "Issues", "Risks and opportunities", "Objectives"


def of_relationship(asked: sa.Select[Any], ref: str, column: Any) -> sa.Select[Any]:
    """Narrowed to one relationship, which the asker must know of. Raises NotFound."""
    return asked.where(column == relationship_by_ref(current_session(), actor(), ref).id) if ref else asked


class IssuesAsked(Paging):
    """Which issues."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    status: Status | None = Field(default=None)
    severity: Severity | None = Field(default=None)
    kind: IssueKind | None = Field(default=None)
    level: Level | None = Field(default=None, description="The rung of its ladder.")
    overdue: bool = Field(default=False, description="Only those whose level ran out of time.")
    mine: bool = Field(default=False, description="Only those that you raised or whose level is yours.")
    words: Line = Field(default="", description="In the number, the title or the description.")
    show: Literal["open", "ended", "all"] = "all"


class Issue(Given):
    """An issue on its ladder."""

    ref: str
    title: str
    relationship: Link | None
    kind: IssueKind
    severity: Severity
    status: Status
    level: int
    awaited: str
    clock: str
    raised_at: datetime
    raised_by: Person | None
    due_at: datetime | None
    resolved_at: datetime | None
    ended_at: datetime | None
    description: str
    impact: str
    cause: str
    resolution: str
    lesson: str
    page: str


def _issues(rows: list[issue_model.Issue]) -> list[Issue]:
    names = Names(
        current_session(),
        people=people_in(rows, "raised_by_id"),
        relationships=[one.relationship_id for one in rows],
    )
    made = []
    for row in rows:
        where = names.relationship(row.relationship_id)
        made.append(
            told(
                Issue,
                row,
                relationship=where,
                awaited=row.awaited.value,
                clock=row.going.value,
                raised_by=names.person(row.raised_by_id),
                page=site("issues.show", ref=where.ref if where else "-", number=row.ref),
            )
        )
    return made


@get("/issues", scope=READ, gives=listing(Issue), tag=ISSUES)
def issues(query: IssuesAsked) -> object:
    """The issues that you may see."""
    model = issue_model.Issue
    wanted = WantedIssues(
        show=query.show,
        level=query.level,
        severity=query.severity,
        kind=query.kind,
        overdue=query.overdue,
        mine=query.mine,
        words=query.words,
    )
    asked = wanted_issues(actor(), wanted, clock.now())
    asked = of_relationship(asked, query.relationship, model.relationship_id)
    if query.status is not None:
        asked = asked.where(model.status == query.status)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    return page(Issue, _issues(list(rows)), cursor)


@get("/issues/<ref>", scope=READ, gives=Issue, tag=ISSUES)
def issue(ref: str) -> object:
    """One issue."""
    row, _relationship = issue_by_ref(current_session(), actor(), ref)
    return versioned(_issues([row])[0], row.version)


class RisksAsked(Paging):
    """Which risks and opportunities."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    kind: RiskKind | None = Field(default=None)
    state: RiskState | None = Field(default=None)
    due: bool = Field(default=False, description="Only open ones whose review is due.")
    owner: UUID | None = Field(default=None, description="The id of an owner, on either side.")
    likelihood: int | None = Field(default=None, ge=min(LEVELS), le=max(LEVELS))
    impact: int | None = Field(default=None, ge=min(LEVELS), le=max(LEVELS))
    treated: bool = Field(default=False, description="Likelihood and impact are those with treatment.")
    words: Line = Field(default="", description="In the number, the title or the texts.")


class Risk(Given):
    """A risk or an opportunity."""

    ref: str
    title: str
    relationship: Link | None
    kind: RiskKind
    state: RiskState
    description: str
    cause: str
    effect: str
    likelihood: int
    impact: int
    residual_likelihood: int | None
    residual_impact: int | None
    treatment: str
    treatment_text: str
    owner: Person | None
    partner_owner: Person | None
    due_on: date | None
    last_reviewed_on: date | None
    next_review_on: date
    page: str


def _risks(rows: list[risk_model.Risk]) -> list[Risk]:
    names = Names(
        current_session(),
        people=people_in(rows, "owner_id", "partner_owner_id"),
        relationships=[one.relationship_id for one in rows],
    )
    made = []
    for row in rows:
        where = names.relationship(row.relationship_id)
        made.append(
            told(
                Risk,
                row,
                relationship=where,
                treatment=row.treatment.value,
                owner=names.person(row.owner_id),
                partner_owner=names.person(row.partner_owner_id),
                page=site("risks.show", ref=where.ref if where else "-", risk_ref=row.ref),
            )
        )
    return made


@get("/risks", scope=READ, gives=listing(Risk), tag=RISKS)
def risks(query: RisksAsked) -> object:
    """The risks and opportunities that you may see."""
    model = risk_model.Risk
    wanted = WantedRisks(
        show="due" if query.due else "all",
        kind=query.kind,
        words=query.words,
        owner_id=query.owner,
        likelihood=query.likelihood,
        impact=query.impact,
        treated=query.treated,
    )
    asked = wanted_risks(actor(), None, wanted, today_of(current_session(), clock.now()))
    asked = of_relationship(asked, query.relationship, model.relationship_id)
    if query.state is not None:
        asked = asked.where(model.state == query.state)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    return page(Risk, _risks(list(rows)), cursor)


@get("/relationships/<ref>/risks/<risk_ref>", scope=READ, gives=Risk, tag=RISKS)
def risk(ref: str, risk_ref: str) -> object:
    """One risk or opportunity."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    row = risk_by_ref(session, actor(), found.id, risk_ref)
    return versioned(_risks([row])[0], row.version)


class ObjectivesAsked(Paging):
    """Which objectives."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")


class Measure(Given):
    """How an objective is measured, and where it stands."""

    ref: str
    name: str
    unit: str
    direction: str
    baseline: float | None
    target: float
    target_high: float | None
    last: float | None
    last_on: date | None
    due_on: date | None
    standing: str
    readings: int


class Objective(Given):
    """An objective with its measures."""

    ref: str
    statement: str
    details: str
    relationship: Link | None
    whose: str
    state: str
    stage: Stage | None
    clause: str
    owner: Person | None
    target_on: date | None
    settled_on: date | None
    measures: list[Measure]
    page: str


def measure_told(line: MeasureLine) -> Measure:
    """A measure as it stands."""
    return told(
        Measure,
        line.measure,
        direction=line.measure.direction.value,
        last=line.last,
        last_on=line.last_on,
        due_on=line.due_on,
        standing=line.standing.value,
        readings=line.count,
    )


def _objectives(rows: list[objective_model.Objective]) -> list[Objective]:
    session = current_session()
    names = Names(
        session, people=people_in(rows, "owner_id"), relationships=[one.relationship_id for one in rows]
    )
    measured: dict[UUID, list[MeasureLine]] = measures_of(session, [one.id for one in rows])
    return [
        told(
            Objective,
            row,
            relationship=names.relationship(row.relationship_id),
            whose=row.whose.value,
            state=row.state.value,
            owner=names.person(row.owner_id),
            measures=[measure_told(line) for line in measured.get(row.id, ())],
            page=site("objectives.show", objective_ref=row.ref),
        )
        for row in rows
    ]


@get("/objectives", scope=READ, gives=listing(Objective), tag=OBJECTIVES)
def objectives(query: ObjectivesAsked) -> object:
    """The objectives that you may see."""
    model = objective_model.Objective
    asked = of_relationship(visible_objectives(actor()), query.relationship, model.relationship_id)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    return page(Objective, _objectives(list(rows)), cursor)


@get("/objectives/<ref>", scope=READ, gives=Objective, tag=OBJECTIVES)
def objective(ref: str) -> object:
    """One objective."""
    row = objective_by_ref(current_session(), actor(), ref)
    return versioned(_objectives([row])[0], row.version)
