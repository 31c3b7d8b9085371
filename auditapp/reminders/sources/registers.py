"""What the registers of a relationship ask: treatments and looks at risks, communications, objectives, ideas."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.communications.model import Communication
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.rules import IdeaState
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.queries import visible_objectives
from auditapp.relationships.registers.objectives.rules import State as ObjectiveState
from auditapp.relationships.registers.queries import visible
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskState
from auditapp.relationships.rules import Sharing
from auditapp.reminders.rules import Kind
from auditapp.reminders.sources.base import Draft, Seat, Wanted, short, stands

KEEPER = (Seat.RELATIONSHIP_MANAGER, Seat.RELATIONSHIP_OWNER)


def _query(wanted: Wanted, word: str, model: Any, *columns: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            model.id,
            model.relationship_id,
            model.sharing,
            model.owner_id,
            *columns,
            Relationship.ref.label("relationship_ref"),
        )
        .join(Relationship, Relationship.id == model.relationship_id)
        .where(
            Relationship.ended_on.is_(None),
            *wanted.narrow(word, model.id, relationship=model.relationship_id),
        )
    )


def _of(row: Any) -> dict[str, Any]:
    return {
        "thing_id": str(row.id),
        "relationship_id": row.relationship_id,
        "shared": row.sharing is Sharing.SHARED,
        "otherwise": KEEPER,
    }


def _risks(principal: Principal) -> sa.Select[Any]:
    return visible(principal, Risk)


def _communications(principal: Principal) -> sa.Select[Any]:
    return visible(principal, Communication)


def _ideas(principal: Principal) -> sa.Select[Any]:
    return visible(principal, Idea)


def treatments(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Treatments of open risks and opportunities. One statement."""
    yield from _of_risks(
        session, wanted, Kind.RISK_TREATMENT, "risk_treatment", Risk.due_on,
        step=Text("Carry out its treatment, and write down how it stands."), endpoint="risks.show",
    )  # fmt: skip


def looks(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """The next look at each open risk and opportunity. One statement."""
    yield from _of_risks(
        session, wanted, Kind.OBLIGATION, "risk_look", Risk.next_review_on,
        step=Text("Look at it again: is it still as likely, and would it still weigh as much?"), endpoint="risks.show",
    )  # fmt: skip


def _of_risks(
    session: Session, wanted: Wanted, kind: Kind, word: str, day: Any, *, step: Text, endpoint: str
) -> Iterator[Draft]:
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, Risk, Risk.ref, Risk.title, Risk.partner_owner_id, day.label("day")).where(
            stands(Risk.state, RiskState.OPEN),
            *wanted.days(day, kind),
            *wanted.mine(Risk.owner_id, Risk.partner_owner_id, relationship=Risk.relationship_id),
            *wanted.seen(Risk.id, _risks),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=row.ref, title=row.title, step=step,
            why=Text("You own this risk, or keep the register."), due_on=row.day, version=f"{row.day}",
            endpoint=endpoint, args={"ref": row.relationship_ref, "risk_ref": row.ref},
            owners=(row.owner_id, row.partner_owner_id), thing_kind="risk", severity=None, **_of(row),
        )  # fmt: skip


def communications(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """What the communications plan has next. One statement."""
    kind, word = Kind.OBLIGATION, "communication"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, Communication, Communication.what, Communication.next_on).where(
            Communication.active,
            *wanted.days(Communication.next_on, kind),
            *wanted.mine(Communication.owner_id, relationship=Communication.relationship_id),
            *wanted.seen(Communication.id, _communications),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=row.relationship_ref, title=row.what,
            step=Text("Pass it on as the communications plan says, and record that it was done."),
            why=Text("The communications plan names you."), due_on=row.next_on, version=f"{row.next_on}",
            endpoint="communications.show", args={"ref": row.relationship_ref, "communication_id": str(row.id)},
            owners=(row.owner_id,), thing_kind="communication", **_of(row),
        )  # fmt: skip


def objectives(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Agreed objectives by the day they are to be reached. One statement."""
    kind, word = Kind.OBLIGATION, "objective"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, Objective, Objective.ref, Objective.statement, Objective.target_on).where(
            stands(Objective.state, ObjectiveState.AGREED),
            *wanted.days(Objective.target_on, kind),
            *wanted.mine(Objective.owner_id, relationship=Objective.relationship_id),
            *wanted.seen(Objective.id, visible_objectives),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=row.ref, title=short(row.statement),
            step=Text("Say whether the objective is reached and how one knows, or set another day."),
            why=Text("You own this objective, or keep the register."), due_on=row.target_on, version=f"{row.target_on}",
            endpoint="objectives.show", args={"objective_ref": row.ref}, owners=(row.owner_id,),
            thing_kind="objective", severity=None, **_of(row),
        )  # fmt: skip


def ideas(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Ideas that were accepted, by the day they are to be realised. One statement."""
    kind, word = Kind.OBLIGATION, "idea"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, Idea, Idea.ref, Idea.title, Idea.target_on).where(
            Idea.state.in_((IdeaState.ACCEPTED, IdeaState.IN_PROGRESS)),
            *wanted.days(Idea.target_on, kind),
            *wanted.mine(Idea.owner_id, relationship=Idea.relationship_id),
            *wanted.seen(Idea.id, _ideas),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=row.ref, title=row.title,
            step=Text("Realise the idea and say what it was worth, or set another day."),
            why=Text("You own this idea, or keep the register."), due_on=row.target_on, version=f"{row.target_on}",
            endpoint="ideas.show", args={"ref": row.relationship_ref, "idea_ref": row.ref}, owners=(row.owner_id,),
            thing_kind="idea", **_of(row),
        )  # fmt: skip
