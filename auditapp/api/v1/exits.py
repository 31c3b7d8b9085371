"""The exit strategy of a relationship as a whole: how it stands, its triggers, its versions, the exits that were started."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.lists import told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Link
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.linked import LinkedRecord, linked
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.exits.model import ExitStrategy
from auditapp.relationships.exits.queries.base import Reader, reader_of
from auditapp.relationships.exits.queries.overview import overview_of
from auditapp.relationships.exits.queries.process import StepLine, steps_of_each
from auditapp.relationships.exits.queries.strategy import need_strategy
from auditapp.relationships.exits.rules.content import InitiatorRole
from auditapp.relationships.exits.rules.process import ExitKind, ExitStatus, StepStatus
from auditapp.relationships.exits.rules.reviews import PlanResult
from auditapp.relationships.exits.rules.triggers import TriggerKind, TriggerState
from auditapp.relationships.exits.rules.versions import VersionKind, VersionStatus
from auditapp.relationships.queries import relationship_by_ref

READ = Scope.READ_RELATIONSHIPS
TAG = "Exit"
RELATIONSHIP = "The number of the relationship, such as R-01."


class ExitVersion(Given):
    """A version of the exit strategy."""

    number: int
    kind: VersionKind
    status: VersionStatus
    begun_at: datetime
    submitted_at: datetime | None
    agreed_at: datetime | None
    in_force_on: date | None
    ended_on: date | None


class ExitStep(Given):
    """A step of an exit. ``after``: the number of the step that it still waits for; ``note``: what was done."""

    number: int
    what: str
    party: str
    owner: str
    due_on: date
    first_due_on: date
    status: StepStatus
    continuity: bool
    after: int | None
    overdue: bool
    note: str
    settled_on: date | None


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


class ExitTrigger(Given):
    """What would make the parties think of an exit. ``watcher`` is told to our own people only."""

    number: int
    kind: TriggerKind
    text: str
    state: TriggerState
    checked_on: date | None
    watcher: str
    shared: bool


class ExitDue(Given):
    """What of the strategy is due again: its review, the watch of the triggers, the test of the continuity plan."""

    key: str
    title: str
    due_on: date
    because: str


class LastTest(Given):
    """The newest test of the continuity plan."""

    on: date
    result: PlanResult


class Exit(Given):
    """The exit strategy of a relationship as far as you may see it, and the exits that were started."""

    relationship: Link
    ref: str = Field(description="The number of the strategy; empty: there is none to see.")
    standing: str
    turn: str
    next: str
    versions: list[ExitVersion]
    triggers: list[ExitTrigger]
    due: list[ExitDue]
    last_test: LastTest | None
    initiators: list[InitiatorRole] = Field(description="The roles that may start an exit.")
    processes: list[ExitProcess]
    links: list[LinkedRecord] = Field(description="The records behind it, for our own people.")
    page: str


def exit_reader(ref: str) -> Reader:
    """Who reads of the exit of a relationship. Raises NotFound."""
    session = current_session()
    return reader_of(session, actor(), relationship_by_ref(session, actor(), ref), clock.now())


def exit_strategy(ref: str) -> tuple[Reader, ExitStrategy]:
    """The same with the strategy. Raises NotFound where there is none to see."""
    reader = exit_reader(ref)
    return reader, need_strategy(current_session(), reader)


def heads(standing: Any) -> dict[str, str]:
    """How it stands, whose turn it is and what comes next, in the words of the page."""
    return {
        "standing": str(standing.word),
        "turn": str(standing.turn),
        "next": str(standing.next) if standing.next else "",
    }


def exit_steps(lines: Sequence[StepLine]) -> list[ExitStep]:
    """Steps as they are given."""
    return [
        told(ExitStep, one.row, party=one.party, owner=one.owner, after=one.after, overdue=one.overdue)
        for one in lines
    ]


@get("/relationships/<ref>/exit", scope=READ, gives=Exit, tag=TAG, ref=RELATIONSHIP)
def exit_of(ref: str) -> object:
    """How the exit strategy stands, with its versions and triggers, and the exits with their steps."""
    session = current_session()
    reader = exit_reader(ref)
    shown, found = overview_of(session, reader), reader.relationship
    steps = steps_of_each(session, reader, shown.processes)
    return Exit(
        relationship=Link(ref=found.ref, name=found.name),
        ref=shown.strategy.ref if shown.strategy else "",
        versions=[told(ExitVersion, one) for one in shown.versions],
        triggers=[told(ExitTrigger, one) for lines in shown.board.values() for one in lines],
        due=[told(ExitDue, one, title=str(shown.due_titles[one.key])) for one in shown.dues],
        last_test=told(LastTest, shown.last_test) if shown.last_test else None,
        initiators=list(shown.initiators) if shown.strategy else [],
        processes=[told(ExitProcess, one, steps=exit_steps(steps[one.id])) for one in shown.processes],
        links=linked(shown.links) if reader.inside else [],
        page=site("exits.of_relationship", ref=found.ref),
        **heads(shown.standing),
    )
