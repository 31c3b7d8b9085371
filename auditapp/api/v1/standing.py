"""How a relationship stands and how it ends: health checks, the exit strategy and exits."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Link, Paging, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.registers import of_relationship
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.exits.queries.base import Reader, reader_of
from auditapp.relationships.exits.queries.process import processes_of, steps_of
from auditapp.relationships.exits.queries.strategy import strategy_of, versions_of
from auditapp.relationships.exits.rules.process import ExitKind, ExitStatus, StepStatus
from auditapp.relationships.exits.rules.versions import VersionKind, VersionStatus
from auditapp.relationships.health import model as health_model
from auditapp.relationships.health.queries import check_by_ref, results_of, shows_results, visible_checks
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.health.rules.results import Rag, Trend
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rules import Sharing

READ = Scope.READ_RELATIONSHIPS
HEALTH, EXIT = "Health checks", "Exit"


class HealthAsked(Paging):
    """Which health checks."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    state: CheckState | None = Field(default=None)


class HealthCheck(Given):
    """A health check. ``overall``, ``trend`` and ``means`` (of each party) only where you may see what it came to."""

    ref: str
    relationship: Link | None
    state: CheckState
    opened_at: datetime
    closes_on: date
    closed_at: datetime | None
    sharing: Sharing
    overall: Rag | None
    trend: Trend | None
    desired: float | None
    means: dict[str, float | None]
    people: dict[str, int]
    page: str


def _checks(rows: list[health_model.HealthCheck]) -> list[HealthCheck]:
    names = Names(current_session(), relationships=[one.relationship_id for one in rows])
    made = []
    for row in rows:
        came = results_of(row) if shows_results(actor(), row) else None
        made.append(
            told(
                HealthCheck,
                row,
                relationship=names.relationship(row.relationship_id),
                overall=row.overall if came else None,
                trend=row.trend if came else None,
                desired=came.desired if came else None,
                means=dict(came.means) if came else {},
                people=dict(came.people) if came else {},
                page=site("health.show", check_ref=row.ref),
            )
        )
    return made


@get("/health-checks", scope=READ, gives=listing(HealthCheck), tag=HEALTH)
def health_checks(query: HealthAsked) -> object:
    """The health checks that you may see."""
    model = health_model.HealthCheck
    asked = of_relationship(visible_checks(actor()), query.relationship, model.relationship_id)
    if query.state is not None:
        asked = asked.where(model.state == query.state)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    return page(HealthCheck, _checks(list(rows)), cursor)


@get("/health-checks/<ref>", scope=READ, gives=HealthCheck, tag=HEALTH)
def health_check(ref: str) -> object:
    """One health check."""
    row = check_by_ref(current_session(), actor(), ref)
    return versioned(_checks([row])[0], row.version)


class ExitVersion(Given):
    """A version of the exit strategy."""

    number: int
    kind: VersionKind
    status: VersionStatus


class ExitStep(Given):
    """A step of an exit that is under way."""

    number: int
    what: str
    party: str
    owner: str
    due_on: date
    first_due_on: date
    status: StepStatus
    continuity: bool
    overdue: bool


class ExitProcess(Given):
    """An exit that was started."""

    ref: str
    kind: ExitKind
    status: ExitStatus
    reason: str
    notice_on: date
    ends_on: date
    initiated_at: datetime
    ended_at: datetime | None
    steps: list[ExitStep]


class Exit(Given):
    """The exit strategy of a relationship as far as you may see it, and the exits that were started."""

    relationship: Link
    ref: str = Field(description="The number of the strategy; empty: there is none to see.")
    versions: list[ExitVersion]
    processes: list[ExitProcess]
    page: str


def _process(reader: Reader, row: Any) -> ExitProcess:
    lines = steps_of(current_session(), reader, row)
    return told(
        ExitProcess,
        row,
        steps=[
            told(ExitStep, one.row, party=one.party, owner=one.owner, overdue=one.overdue) for one in lines
        ],
    )


@get("/relationships/<ref>/exit", scope=READ, gives=Exit, tag=EXIT)
def exit_of(ref: str) -> object:
    """The exit strategy with its versions, and the exits with their steps."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    reader = reader_of(session, actor(), found, clock.now())
    strategy = strategy_of(session, reader)
    versions = versions_of(session, reader, strategy) if strategy is not None else []
    return Exit(
        relationship=Link(ref=found.ref, name=found.name),
        ref=strategy.ref if strategy is not None else "",
        versions=[told(ExitVersion, one) for one in versions],
        processes=[_process(reader, one) for one in processes_of(session, reader)],
        page=site("exits.of_relationship", ref=found.ref),
    )
