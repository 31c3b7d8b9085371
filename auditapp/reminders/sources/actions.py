"""What actions of nonconformities ask: of their owners, of who verifies them, and of who decides a request."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit
from auditapp.findings.model import Action, ActionRequest, Nonconformity
from auditapp.findings.queries import policy, visible_actions, visible_nonconformities, working_days
from auditapp.findings.rules.action import (
    UNDONE,
    ActionStatus,
    RequestKind,
    RequestStatus,
    barred_from,
    deciders,
)
from auditapp.findings.rules.nonconformity import AT_WORK
from auditapp.findings.rules.parts import Part
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.reminders.rules import Kind
from auditapp.reminders.sources.base import WORK_WITH_TIME, Draft, Holder, Seat, Wanted, stands
from auditapp.reminders.sources.nonconformities import LEADER_ID, severity_of

A = ActionStatus
RUNNING = sorted(AT_WORK)
STEPS: Mapping[ActionStatus, Text] = {
    A.PROPOSED: Text("Accept it, or say why not; then carry it out."),
    A.ACCEPTED: Text("Carry it out, and say when it is done."),
    A.IN_PROGRESS: Text("Carry it out, and say when it is done."),
    A.RETURNED: Text("The verifier returned it: go on with it, and say when it is done."),
}
ASKED: Mapping[RequestKind, Text] = {
    RequestKind.EXTENSION: Text("More time is asked for: grant it, or refuse it and say why."),
    RequestKind.CANT_DO: Text("Its owner says that it cannot be done: decide."),
    RequestKind.NOT_MINE: Text("Its owner says that it belongs to somebody else: decide."),
    RequestKind.CANCEL: Text("Somebody asks to cancel it: decide."),
}
COLUMNS = (
    Action.id,
    Action.ref,
    Action.title,
    Action.status,
    Action.status_since,
    Action.due_on,
    Action.owner_id,
    Action.deputy_id,
    Action.worked_ids,
    Action.round,
    Nonconformity.grade,
    Nonconformity.relationship_id,
    Nonconformity.audit_id,
    Nonconformity.responsible_id,
    Nonconformity.deputy_id.label("stand_in_id"),
    Nonconformity.verifier_id,
    Audit.programme_id.label("programme_id"),
)


def _query(
    wanted: Wanted, word: str, ident: Any, *more: Any, joined: Any = None
) -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(*COLUMNS, *more)
    if joined is not None:
        query = query.join(joined, joined.action_id == Action.id)
    return (
        query.join(Nonconformity, Nonconformity.id == Action.nonconformity_id)
        .outerjoin(Audit, Audit.id == Nonconformity.audit_id)
        .where(
            Nonconformity.status.in_(RUNNING),
            *wanted.narrow(
                word, ident, relationship=Nonconformity.relationship_id, programme=Audit.programme_id
            ),
        )
    )


def _of(row: Any) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "title": row.title,
        "args": {"ref": row.ref},
        "thing_kind": "action",
        "thing_id": str(row.id),
        "severity": severity_of(row.grade),
        "relationship_id": row.relationship_id,
        "audit_id": row.audit_id,
        "programme_id": row.programme_id,
    }


def actions(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Actions that are not done; held while somebody decides about one. One statement."""
    kind, word = Kind.ACTION, "action"
    if not wanted.wants(kind, word):
        return
    decided_by = (
        sa.select(sa.func.coalesce(ActionRequest.due_on, Action.due_on))
        .where(ActionRequest.action_id == Action.id, stands(ActionRequest.status, RequestStatus.OPEN))
        .correlate(Action)
        .scalar_subquery()
    )
    rows = session.execute(
        _query(wanted, word, Action.id, decided_by.label("decided_by")).where(
            Action.status.in_(sorted(UNDONE)),
            *wanted.days(Action.due_on, kind),
            *wanted.mine(Action.owner_id, Action.deputy_id),
            *wanted.seen(Action.id, visible_actions),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, step=STEPS[row.status], why=Text("You are its owner."),
            due_on=row.due_on, version=f"{row.due_on}:{row.owner_id.hex[:12]}:{row.round}", endpoint="findings.action",
            owners=(row.owner_id,), deputies=(row.deputy_id,), personal=True, held_until=row.decided_by,
            changed_at=row.status_since, answers=WORK_WITH_TIME, **_of(row),
        )  # fmt: skip


def verifications(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Actions that are done and wait to be verified, so many working days after. Three statements."""
    kind, word = Kind.ACTION_VERIFICATION, "action_verification"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, Action.id, LEADER_ID.label("leader_id")).where(
            stands(Action.status, A.DONE),
            Action.status_since < wanted.midnight(wanted.last(kind), 1),
            *wanted.seen(Nonconformity.id, visible_nonconformities),
        )
    ).all()
    if not rows:
        return
    within, after = policy(session).verify_days, working_days(session)
    for row in rows:
        due_on = after(day_in(wanted.zone, row.status_since), within)
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, due_on=due_on, version=f"{due_on}:{row.round}",
            step=Text("Look at what was done: verify it, or return it and say why."),
            why=Text("You verify the nonconformity that it belongs to."), endpoint="findings.action",
            owners=(row.verifier_id,), otherwise=(row.leader_id, Seat.PROGRAMME_MANAGER),
            barred=_workers(row) | _present(row.responsible_id, row.stand_in_id), changed_at=row.status_since,
            **_of(row),
        )  # fmt: skip


def _present(*ids: UUID | None) -> frozenset[UUID]:
    return frozenset(one for one in ids if one is not None)


def _workers(row: Any) -> frozenset[UUID]:
    return _present(row.owner_id, row.deputy_id) | {UUID(one) for one in row.worked_ids}


def requests(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Requests about actions that wait for a decision. One statement."""
    kind, word = Kind.ACTION_REQUEST, "action_request"
    if not wanted.wants(kind, word):
        return
    day = sa.func.coalesce(ActionRequest.due_on, Action.due_on)
    rows = session.execute(
        _query(
            wanted,
            word,
            ActionRequest.id,
            ActionRequest.id.label("request_id"),
            ActionRequest.kind.label("request_kind"),
            ActionRequest.level,
            ActionRequest.asked_by_id,
            ActionRequest.asked_at,
            day.label("decide_by"),
            LEADER_ID.label("leader_id"),
            joined=ActionRequest,
        ).where(
            stands(ActionRequest.status, RequestStatus.OPEN),
            *wanted.days(day, kind),
            *wanted.seen(Nonconformity.id, visible_nonconformities),
        )
    )
    for row in rows:
        parts = deciders(row.request_kind, row.level)
        named: tuple[tuple[Part, UUID | None], ...] = (
            (Part.RESPONSIBLE, row.responsible_id),
            (Part.DEPUTY, row.stand_in_id),
            (Part.VERIFIER, row.verifier_id),
            (Part.LEADER, row.leader_id),
        )
        owners: list[Holder | None] = [person_id for part, person_id in named if part in parts]
        seats: list[Holder | None] = [
            seat
            for part, seat in ((Part.MANAGER, Seat.PROGRAMME_MANAGER), (Part.SER, Seat.SER))
            if part in parts
        ]
        shut = barred_from(row.request_kind)
        barred = _present(row.asked_by_id, row.owner_id, row.deputy_id) | _present(
            *(person_id for part, person_id in named if part in shut)
        )
        yield Draft(
            key=f"{word}:{row.request_id}", kind=kind, step=ASKED[row.request_kind],
            why=Text("You are one of those who decide it."), due_on=row.decide_by, version=f"{row.decide_by}",
            endpoint="findings.action", owners=tuple(owners) or tuple(seats),
            otherwise=(*seats, Seat.PROGRAMME_MANAGER), barred=barred, changed_at=row.asked_at, **_of(row),
        )  # fmt: skip
