"""Reading exits that were started: steps, words of the parties, notices, closing evaluations."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.relationships.exits.model import (
    ExitConsent,
    ExitEvaluation,
    ExitNotice,
    ExitProcess,
    ExitStep,
)
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.rules.process import (
    ACTIVE,
    About,
    ExitStatus,
    StepStatus,
    lacks_for_completion,
)
from auditapp.relationships.exits.rules.standing import ProcessFacts
from auditapp.relationships.rules import Sharing

MOST = 200


def processes_of(session: Session, reader: Reader) -> list[ExitProcess]:
    """The exits of a relationship, newest first; both parties see them. One statement."""
    return list(
        session.scalars(
            sa.select(ExitProcess)
            .where(ExitProcess.relationship_id == reader.relationship.id)
            .order_by(ExitProcess.initiated_at.desc())
            .limit(50)
        )
    )


def active_of(processes: Sequence[ExitProcess]) -> ExitProcess | None:
    """The one that is under way or proposed."""
    return next((one for one in processes if one.status in ACTIVE), None)


def process_by_ref(session: Session, reader: Reader, number: str) -> ExitProcess:
    """An exit of the relationship by its number. Raises NotFound."""
    found = session.scalar(
        sa.select(ExitProcess).where(
            ExitProcess.relationship_id == reader.relationship.id,
            ExitProcess.ref == number.replace("\0", "").upper(),
        )
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step as a list shows it."""

    row: ExitStep
    party: str
    owner: str
    after: int | None  # the number of the step it waits for, while that is open
    overdue: bool
    mine: bool  # the reader may settle it


def steps_of(session: Session, reader: Reader, process: ExitProcess) -> list[StepLine]:
    """The steps of an exit in their order. Two statements."""
    return steps_of_each(session, reader, [process])[process.id]


def steps_of_each(
    session: Session, reader: Reader, processes: Sequence[ExitProcess]
) -> dict[UUID, list[StepLine]]:
    """The steps of several exits, by exit, in their order. Two statements."""
    found: dict[UUID, list[StepLine]] = {one.id: [] for one in processes}
    rows = session.scalars(
        sa.select(ExitStep)
        .where(ExitStep.process_id.in_(found))
        .order_by(ExitStep.number)
        .limit(MOST * len(found))
    ).all()
    called = names_of(session, [one.owner_id for one in rows])
    by_id = {one.id: one for one in rows}
    for one in rows:
        waits = by_id.get(one.after_id) if one.after_id else None
        ours = reader.decides or reader.who.person_id == one.owner_id
        found[one.process_id].append(
            StepLine(
                row=one,
                party=reader.party(one.party_id),
                owner=called.get(one.owner_id, "") if one.owner_id else "",
                after=waits.number if waits is not None and waits.status is StepStatus.OPEN else None,
                overdue=one.status is StepStatus.OPEN and one.due_on < reader.today,
                mine=reader.runs and (ours if reader.inside else one.party_id == reader.party_id),
            )
        )
    return found


def step_by_number(lines: Sequence[StepLine], number: int) -> StepLine:
    """One of the steps. Raises NotFound."""
    found = next((one for one in lines if one.row.number == number), None)
    if found is None:
        raise NotFound
    return found


def consents_of(session: Session, process: ExitProcess) -> list[ExitConsent]:
    """What the parties said to the exit and to calling it off, in order. One statement."""
    return list(
        session.scalars(
            sa.select(ExitConsent)
            .where(ExitConsent.process_id == process.id)
            .order_by(ExitConsent.at, ExitConsent.id)
            .limit(MOST)
        )
    )


def awaited_in(reader: Reader, process: ExitProcess, consents: Sequence[ExitConsent]) -> list[UUID | None]:
    """The parties whose word is missing now."""
    about = {ExitStatus.PROPOSED: About.EXIT, ExitStatus.CALLING_OFF: About.CALL_OFF}.get(process.status)
    if about is None:
        return []
    have = {one.party_id for one in consents if one.about is about and one.agreed and not one.closed}
    return [one for one in (None, *(p.id for p in reader.relationship.partners)) if one not in have]


def notices_of(session: Session, process: ExitProcess) -> list[ExitNotice]:
    """The notices of an exit in order. One statement."""
    return list(
        session.scalars(
            sa.select(ExitNotice)
            .where(ExitNotice.process_id == process.id)
            .order_by(ExitNotice.number)
            .limit(MOST)
        )
    )


def evaluations_of(session: Session, process: ExitProcess) -> dict[UUID | None, ExitEvaluation]:
    """The closing evaluations by party, all of them: show them through :func:`may_read`. One statement."""
    return {
        one.party_id: one
        for one in session.scalars(sa.select(ExitEvaluation).where(ExitEvaluation.process_id == process.id))
    }


def may_read(reader: Reader, evaluation: ExitEvaluation) -> bool:
    """Whether the reader may read an evaluation: one's own, and what is shared; our people all of them.

    A contact does not read what another partner wrote.
    """
    if reader.inside or evaluation.party_id == reader.party_id:
        return True
    return evaluation.party_id is None and evaluation.sharing is Sharing.SHARED


def process_facts(
    reader: Reader,
    process: ExitProcess,
    lines: Sequence[StepLine],
    consents: Sequence[ExitConsent],
    evaluations: dict[UUID | None, ExitEvaluation],
) -> ProcessFacts:
    """An exit as its sentence needs it. No statement."""
    still = [one for one in lines if one.row.status is StepStatus.OPEN]
    free = [one for one in still if one.after is None] or still
    first = min(free, key=lambda one: (one.row.due_on, one.row.number), default=None)
    wanted = [None, *(one.id for one in reader.relationship.partners)]
    missing = [Text("%(name)s", name=reader.party(one)) for one in wanted if one not in evaluations]
    zone = reader.who.zone
    return ProcessFacts(
        status=process.status,
        ends_on=process.ends_on,
        ended_on=reader.relationship.ended_on
        or (day_in(zone, process.ended_at) if process.ended_at else None),
        awaited=[reader.party(one) for one in awaited_in(reader, process, consents)],
        open_steps=len(still),
        overdue=sum(one.overdue for one in still),
        first=None if first is None else (first.row.what, first.owner or first.party, first.row.due_on),
        lacks=lacks_for_completion(open_steps=len(still), evaluations_missing=missing),
        reason=process.reason,
    )
