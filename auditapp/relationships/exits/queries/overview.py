"""The first page of exits in one reading: bounded, whatever there is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.relationships.exits.model import ExitProcess, ExitStrategy, ExitTest, ExitVersion
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.queries.process import (
    StepLine,
    active_of,
    consents_of,
    evaluations_of,
    process_facts,
    processes_of,
    steps_of,
)
from auditapp.relationships.exits.queries.strategy import (
    agreements_of,
    awaited_by,
    in_force_of,
    plan_of,
    sections_of,
    strategy_of,
    versions_of,
    working_of,
)
from auditapp.relationships.exits.queries.watching import TriggerLine, dues_of, last_test, triggers_of
from auditapp.relationships.exits.rules.content import BY_DEFAULT, InitiatorRole
from auditapp.relationships.exits.rules.standing import (
    Due,
    Facts,
    ProcessFacts,
    Standing,
    VersionFacts,
    of_strategy,
)
from auditapp.relationships.exits.rules.triggers import TriggerKind, TriggerState
from auditapp.relationships.exits.rules.versions import VersionKind, VersionStatus, missing
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.links.rules import Shown
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import DEFAULTS
from auditapp.relationships.rules import STAGES, Stage

REVIEW = "exit_review"
FROM_HERE_JOINT = frozenset(STAGES[STAGES.index(Stage.WORKING_TOGETHER) :])


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the first page shows."""

    standing: Standing
    strategy: ExitStrategy | None
    versions: Sequence[ExitVersion]
    working: ExitVersion | None
    in_force: ExitVersion | None
    board: dict[TriggerKind, list[TriggerLine]]
    tripped: Sequence[TriggerLine]
    dues: Sequence[Obligation]
    due_titles: dict[str, Text]
    last_test: ExitTest | None
    active: ExitProcess | None
    steps: Sequence[StepLine]
    processes: Sequence[ExitProcess]
    initiators: Sequence[InitiatorRole]
    links: Sequence[Shown]


def version_facts(
    session: Session, reader: Reader, version: ExitVersion, *, shared_triggers: int
) -> VersionFacts:
    """A version as its sentence needs it. Up to four statements, for one that is being worked on."""
    lines = agreements_of(session, reader, version) if version.status is VersionStatus.SUBMITTED else []
    lacks: Sequence[Text] = ()
    if version.status is VersionStatus.DRAFT:
        lacks = missing(
            version.kind,
            {key: (one.text, one.sharing) for key, one in sections_of(session, reader, version).items()},
            steps=len(plan_of(session, version)),
            triggers=shared_triggers,
            initiators=len(version.initiators),
            discussed=version.discussed_on is not None,
        )
    return VersionFacts(
        number=version.number,
        kind=version.kind,
        status=version.status,
        in_force_on=version.in_force_on,
        awaited=[reader.party(one) for one in awaited_by(reader, version, lines)],
        lacks=lacks,
    )


def overview_of(session: Session, reader: Reader) -> Overview:
    """Everything that the first page shows."""
    strategy = strategy_of(session, reader)
    versions = versions_of(session, reader, strategy) if strategy else []
    triggers = triggers_of(session, reader, strategy, versions) if strategy else []
    dues = dues_of(session, strategy) if strategy and reader.runs else []
    if not reader.inside:  # the watch, the test and what brought a review on are our own affair
        dues = [one for one in dues if one.key == REVIEW and not one.extra]
    exits = processes_of(session, reader)
    active, working, in_force = active_of(exits), working_of(versions), in_force_of(versions)
    steps = steps_of(session, reader, active) if active else []
    process: ProcessFacts | None = None
    if active is not None:
        process = process_facts(
            reader, active, steps, consents_of(session, active), evaluations_of(session, active)
        )
    tripped = [one for one in triggers if one.state is TriggerState.TRIPPED]
    shared = sum(one.shared for one in triggers)
    facts = Facts(
        ended_on=reader.relationship.ended_on,
        there=strategy is not None,
        wanted=reader.relationship.stage in FROM_HERE_JOINT,
        process=process,
        working=version_facts(session, reader, working, shared_triggers=shared) if working else None,
        in_force=version_facts(session, reader, in_force, shared_triggers=shared) if in_force else None,
        tripped=[one.text for one in tripped] if reader.inside else [],
        dues=[Due(what=DEFAULTS[one.key].title, on=one.due_on) for one in dues if one.key in DEFAULTS],
    )
    named = [InitiatorRole(one) for one in in_force.initiators] if in_force else list(BY_DEFAULT)
    if in_force is not None and in_force.kind is not VersionKind.JOINT:
        named = list(BY_DEFAULT)
    return Overview(
        standing=of_strategy(facts, reader.today),
        strategy=strategy,
        versions=versions,
        working=working,
        in_force=in_force,
        board={kind: [one for one in triggers if one.kind is kind] for kind in TriggerKind},
        tripped=tripped if reader.inside else [],
        dues=dues,
        due_titles={key: one.title for key, one in DEFAULTS.items()},
        last_test=last_test(session, reader, strategy) if strategy else None,
        active=active,
        steps=steps,
        processes=exits,
        initiators=named,
        links=links_of(session, reader.who, "exit", [strategy.id])[strategy.id] if strategy else [],
    )
