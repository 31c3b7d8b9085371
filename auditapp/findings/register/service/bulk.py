"""The same change for many rows: each goes through its ordinary verb, and each may be refused on its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.actions.service import change_due, reassign_action
from auditapp.findings.actions.service.base import allowed as action_allowed
from auditapp.findings.life.service import reassign
from auditapp.findings.life.service.base import allowed
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.queries import visible_actions, visible_nonconformities
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import MOST_AT_ONCE
from auditapp.findings.rules.action import ActionVerb
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


class Change(StrEnum):
    """What can be done to many at once."""

    REASSIGN = "reassign"
    DUE = "due"


CHANGES = frozenset(
    {
        (Register.NONCONFORMITIES, Change.REASSIGN),
        (Register.ACTIONS, Change.REASSIGN),
        (Register.ACTIONS, Change.DUE),
    }
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A chosen row, and why it cannot be changed (``None``: it can)."""

    row: Any  # an Action or a Nonconformity
    why: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How many were changed, and those that were not."""

    changed: int
    refused: Sequence[Verdict]


def chosen(session: Session, *, actor: Principal, register: Register, refs: Sequence[str]) -> list[Any]:
    """The rows with these numbers that the actor may see, in the order of their numbers.

    Raises Refusal when there are too many, or none.
    """
    if len(refs) > MOST_AT_ONCE:
        raise Refusal(
            Text("At most %(most)s can be changed at once. Choose fewer, and do it again.", most=MOST_AT_ONCE)
        )
    query, table = (
        (visible_actions(actor), Action)
        if register is Register.ACTIONS
        else (visible_nonconformities(actor), Nonconformity)
    )
    found = list(session.scalars(query.where(table.ref.in_(refs)).order_by(table.ref)))
    if not found:
        raise Refusal(Text("Nothing is chosen. Go back and choose what to change."))
    return found


def weigh(
    session: Session, *, actor: Principal, register: Register, change: Change, rows: Iterable[Any]
) -> list[Verdict]:
    """Which of the rows can be changed by this person as they stand. Changes nothing."""
    found = []
    parents = _parents(session, rows) if register is Register.ACTIONS else {}
    for row in rows:
        try:
            if register is Register.ACTIONS:
                verb = ActionVerb.REASSIGN if change is Change.REASSIGN else ActionVerb.CHANGE_DUE
                action_allowed(session, row, parents[row.nonconformity_id], verb, actor=actor)
            else:
                allowed(session, row, NcVerb.REASSIGN, actor=actor)
        except Refusal as refusal:
            found.append(Verdict(row=row, why=refusal.text))
        else:
            found.append(Verdict(row=row))
    return found


def require_one(verdicts: Sequence[Verdict]) -> None:
    """Raises NotAllowed when none of the rows can be changed."""
    if all(one.why is not None for one in verdicts):
        raise NotAllowed(
            Text("None of what you chose can be changed like this: %(why)s", why=verdicts[0].why or "")
        )


def reassign_many(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    register: Register,
    rows: Iterable[Any],
    person_id: UUID,
    reason: str,
) -> Outcome:
    """Another action owner, or another responsible person; a deputy who becomes responsible is no longer deputy."""

    def change(row: Any) -> None:
        if register is Register.ACTIONS:
            reassign_action(
                session,
                actor=actor,
                at=at,
                action=row,
                owner_id=person_id,
                reason=reason,
                deputy_id=row.deputy_id if row.deputy_id != person_id else None,
            )
        else:
            reassign(
                session,
                actor=actor,
                at=at,
                nc=row,
                responsible_id=person_id,
                deputy_id=row.deputy_id if row.deputy_id != person_id else None,
                reason=reason,
            )

    return _each(session, rows, change)


def change_due_of_many(
    session: Session, *, actor: Principal, at: datetime, rows: Iterable[Any], due_on: date, reason: str
) -> Outcome:
    """Another due date for many actions."""
    return _each(
        session,
        rows,
        lambda row: change_due(session, actor=actor, at=at, action=row, due_on=due_on, reason=reason),
    )


def _each(session: Session, rows: Iterable[Any], change: Callable[[Any], None]) -> Outcome:
    """Change each by itself: a refused one leaves nothing, the others stay changed."""
    changed, refused = 0, []
    for row in rows:
        try:
            with session.begin_nested():
                change(row)
        except Refusal as refusal:
            refused.append(Verdict(row=row, why=refusal.text))
        else:
            changed += 1
    return Outcome(changed=changed, refused=refused)


def _parents(session: Session, rows: Iterable[Action]) -> dict[UUID, Nonconformity]:
    wanted = {row.nonconformity_id for row in rows}
    return {
        one.id: one for one in session.scalars(sa.select(Nonconformity).where(Nonconformity.id.in_(wanted)))
    }
