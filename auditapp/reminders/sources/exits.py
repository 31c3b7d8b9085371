"""What an exit that has begun asks: its steps, and its end. Reviews, watches and tests recur: see obligations."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.relationships.exits.model import ExitProcess, ExitStep
from auditapp.relationships.exits.rules.process import ExitStatus, StepStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships
from auditapp.reminders.rules import Kind, Severity
from auditapp.reminders.sources.base import Draft, Seat, Wanted, stands

WORKED_ON = (ExitStatus.RUNNING, ExitStatus.CALLING_OFF)
RUN = (Seat.RELATIONSHIP_MANAGER, Seat.RELATIONSHIP_OWNER)


def steps(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Steps that are open of exits under way. Both parties see them. One statement."""
    kind, word = Kind.EXIT_STEP, "exit_step"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        sa.select(
            ExitStep.id, ExitStep.number, ExitStep.what, ExitStep.party_id, ExitStep.owner_id, ExitStep.due_on,
            ExitStep.continuity, ExitProcess.ref, ExitProcess.relationship_id, Relationship.ref.label("relationship_ref"),
        )
        .join(ExitProcess, ExitProcess.id == ExitStep.process_id)
        .join(Relationship, Relationship.id == ExitProcess.relationship_id)
        .where(
            stands(ExitStep.status, StepStatus.OPEN),
            *wanted.days(ExitStep.due_on, kind),
            ExitProcess.status.in_(WORKED_ON),
            *wanted.narrow(word, ExitStep.id, relationship=ExitProcess.relationship_id),
            *wanted.mine(ExitStep.owner_id, relationship=ExitProcess.relationship_id),
            *wanted.seen(Relationship.id, visible_relationships),
        )
    )  # fmt: skip
    for row in rows:
        ours = row.party_id is None
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=f"{row.ref}-{row.number}", title=row.what,
            step=Text("Do this step of the exit, and say what was done."),
            why=Text("You own this step.") if row.owner_id else Text("Nobody is named for it, and it is your side’s."),
            due_on=row.due_on, version=f"{row.due_on}", endpoint="exits.step",
            args={"ref": row.relationship_ref, "number": row.ref, "step": str(row.number)}, owners=(row.owner_id,),
            otherwise=RUN if ours else (Seat.PARTNER_MANAGER, Seat.PARTNER_SER), thing_kind="exit_step",
            thing_id=str(row.id), severity=Severity.SERIOUS if row.continuity else None,
            relationship_id=row.relationship_id, shared=True,
        )  # fmt: skip


def ends(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """The day on which an exit under way ends. One statement."""
    kind, word = Kind.EXIT_STEP, "exit_end"
    if not wanted.wants(kind, word):
        return
    rows: Any = session.execute(
        sa.select(
            ExitProcess.id, ExitProcess.ref, ExitProcess.ends_on, ExitProcess.relationship_id, ExitProcess.initiated_at,
            Relationship.ref.label("relationship_ref"), Relationship.name,
        )
        .join(Relationship, Relationship.id == ExitProcess.relationship_id)
        .where(
            ExitProcess.status.in_(WORKED_ON),
            *wanted.days(ExitProcess.ends_on, kind),
            *wanted.narrow(word, ExitProcess.id, relationship=ExitProcess.relationship_id),
            *wanted.mine(relationship=ExitProcess.relationship_id),
            *wanted.seen(Relationship.id, visible_relationships),
        )
    )  # fmt: skip
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=row.ref, title=row.name,
            step=Text("Complete the exit: settle what is open, evaluate the relationship, and close it."),
            why=Text("You run the relationship."), due_on=row.ends_on, version=f"{row.ends_on}", endpoint="exits.process",
            args={"ref": row.relationship_ref, "number": row.ref}, owners=RUN, otherwise=(Seat.SER,),
            thing_kind="exit_process", thing_id=str(row.id), severity=None, relationship_id=row.relationship_id,
            shared=True, changed_at=row.initiated_at,
        )  # fmt: skip
