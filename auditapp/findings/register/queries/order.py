"""In which order the rows of a register stand: always the same for the same address, the number breaks ties."""

from typing import Any

import sqlalchemy as sa

from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.rules.action import ActionKind, ActionPriority, ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.people.model import Person
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Stage


def order_by(register: Register, sort: str) -> list[sa.ColumnElement[Any]]:
    """What to order by. Rows without a value stand last, whichever way."""
    backwards = sort.startswith("-")
    table = _ACTIONS if register is Register.ACTIONS else _NONCONFORMITIES
    number = Action.ref if register is Register.ACTIONS else Nonconformity.ref
    found = [
        sa.nulls_last(sa.desc(one) if backwards else sa.asc(one)) for one in table[sort.removeprefix("-")]
    ]
    return [*found, sa.desc(number) if backwards else sa.asc(number)]


def _listed(column: Any, members: Any) -> sa.ColumnElement[Any]:
    """The place of a stored value among the members of its enum."""
    return sa.case(*((column == one, place) for place, one in enumerate(members)), else_=None)


def _of(table: Any, column: Any, key: Any) -> sa.ColumnElement[Any]:
    """A column of the row that a key points to."""
    return sa.select(column).where(table.id == key).scalar_subquery()


def _name(key: Any) -> sa.ColumnElement[Any]:
    return _of(Person, sa.func.lower(Person.name), key)


def _numbered(ref: Any) -> list[Any]:
    """NC-2026-1000 after NC-2026-999: by series, then by length."""
    return [sa.func.substr(ref, 1, 7), sa.func.length(ref), ref]


_PARENT_REF = _of(Nonconformity, Nonconformity.ref, Action.nonconformity_id)
_NONCONFORMITIES: dict[str, list[Any]] = {
    "ref": _numbered(Nonconformity.ref),
    "title": [sa.func.lower(Nonconformity.title)],
    "grade": [_listed(Nonconformity.grade, Grade)],
    "status": [_listed(Nonconformity.status, NcStatus)],
    "due": [Nonconformity.turn_due_on],
    "responsible": [_name(Nonconformity.responsible_id)],
    "relationship": [_of(Relationship, Relationship.ref, Nonconformity.relationship_id)],
    "stage": [_listed(Nonconformity.stage, [one.value for one in Stage])],
    "source": [Nonconformity.source],
    "verifier": [_name(Nonconformity.verifier_id)],
    "audit": [_of(Audit, Audit.ref, Nonconformity.audit_id)],
    "raised": [Nonconformity.raised_at],
    "closed": [Nonconformity.closed_at],
    "reopened": [Nonconformity.reopened],
    "body_ref": [sa.func.nullif(Nonconformity.body_ref, "")],
    "reply_due": [Nonconformity.reply_due_on],
    "close_due": [Nonconformity.close_due_on],
}
_ACTIONS: dict[str, list[Any]] = {
    "ref": [*_numbered(_PARENT_REF), Action.number],
    "title": [sa.func.lower(Action.title)],
    "status": [_listed(Action.status, ActionStatus)],
    "due": [Action.due_on],
    "owner": [_name(Action.owner_id)],
    "priority": [_listed(Action.priority, ActionPriority)],
    "nonconformity": [*_numbered(_PARENT_REF), Action.number],
    "kind": [_listed(Action.kind, ActionKind)],
    "first_due": [Action.first_due_on],
    "proposed": [Action.proposed_at],
    "done": [Action.done_at],
    "verified": [Action.verified_at],
}
