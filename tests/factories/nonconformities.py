"""Nonconformities and actions as rows, wherever in their life a test needs them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import Action, Nonconformity, NonconformityRequirement
from auditapp.findings.rules.action import ActionKind
from auditapp.kit.clock import now
from auditapp.people.queries import next_number
from auditapp.people.rules import Principal


def make_nonconformity(
    session: Session, raiser: Principal, *, clauses: tuple[str, ...] = ("8.2.2",), **more: Any
) -> Nonconformity:
    """A nonconformity as a row: a draft, unless ``more`` says otherwise."""
    values: dict[str, Any] = {
        "ref": f"NC-2026-{next_number(session, 'NC-2026'):03}",
        "title": "No review of the joint plan is on record",
        "statement": "The plan calls for a review every three months; none is on record since January.",
        "grade": Grade.MINOR,
        "status_since": now(),
        "raised_by_id": raiser.person_id,
        "raised_at": now(),
    }
    found = Nonconformity(**(values | more))
    session.add(found)
    session.flush()
    for position, clause in enumerate(clauses):
        session.add(
            NonconformityRequirement(
                nonconformity_id=found.id, position=position, standard="ISO 44001:2017", clause=clause
            )
        )
    session.flush()
    return found


def make_action(session: Session, nc: Nonconformity, owner_id: UUID, **more: Any) -> Action:
    """An action as a row: a proposed corrective action, due in two weeks, unless ``more`` says otherwise."""
    number = next_number(session, nc.ref)
    due: date = more.pop("due_on", now().date() + timedelta(days=14))
    values: dict[str, Any] = {
        "ref": f"{nc.ref}-A{number}",
        "nonconformity_id": nc.id,
        "number": number,
        "round": nc.round,
        "kind": ActionKind.CORRECTIVE,
        "title": "Put the review into the joint calendar",
        "owner_id": owner_id,
        "due_on": due,
        "first_due_on": due,
        "proposed_by_id": nc.raised_by_id,
        "proposed_at": now(),
        "status_since": now(),
    }
    found = Action(**(values | more))
    session.add(found)
    session.flush()
    return found
