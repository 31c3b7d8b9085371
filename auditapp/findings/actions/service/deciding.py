"""Deciding what an owner asked for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.actions.queries import open_request
from auditapp.findings.actions.rules import decides
from auditapp.findings.actions.service import base
from auditapp.findings.actions.service.doing import cancel
from auditapp.findings.actions.service.plan import hand_to
from auditapp.findings.life.service.base import count_turn
from auditapp.findings.model import Action, ActionRequest, Nonconformity
from auditapp.findings.rules.action import (
    ActionVerb,
    RequestKind,
    RequestVerb,
    may,
    request_step,
    require_decider,
)
from auditapp.findings.rules.parts import Part
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def may_decide(session: Session, who: Principal, action: Action, nc: Nonconformity) -> bool:
    """Whether somebody decides what is asked for now."""
    request = open_request(session, action.id)
    parts = queries.parts(session, who, nc, action)
    return request is not None and decides(
        request.kind, request.level, parts, asked=request.asked_by_id == who.person_id
    )


def decide(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    granted: bool,
    decision: str = "",
    due_on: date | None = None,
    owner_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Grant or refuse what is asked for.

    Extension: to the day asked for, or to an earlier one in ``due_on``. Not mine: to whom was proposed, or to
    ``owner_id``. Cannot be done: to ``owner_id``, or else it is cancelled. Whoever asked, owns it or stands in for
    the owner never decides. A refusal is given with its reason in ``decision``.
    """
    request = open_request(session, action.id)
    nc = base.nonconformity_of(session, action)
    if request is None and any(
        base.just_done(session, action.id, verb, actor)
        for verb in ("action.request_granted", "action.request_refused", "action.cancelled")
    ):
        return
    check_decider(session, actor, action, nc, request)
    base.allowed(session, action, nc, ActionVerb.DECIDE, actor=actor, version=version)
    if request is None:
        raise Refusal(Text("Nothing is asked for here now."))
    said = (
        decision.strip()
        if granted
        else base.said(decision, field="decision", wanted=Text("Say why it is refused."))
    )
    ends = request.kind is RequestKind.CANCEL or (request.kind is RequestKind.CANT_DO and owner_id is None)
    if granted and ends:
        _require_approver(queries.parts(session, actor, nc, action))
    day = _new_day(session, action, request, due_on, at) if granted else None
    owner = _new_owner(session, action, nc, request, owner_id) if granted and not ends else None
    before = base.standing(action)
    request.status = request_step(request.status, RequestVerb.GRANT if granted else RequestVerb.REFUSE)
    request.decided_by_id = actor.person_id
    request.decided_at = at
    request.decision = said
    base.touch(action)
    told: Any = {
        "actor": actor,
        "at": at,
        "before": before,
        "request": base.request_values(request),
    }
    if not granted:
        base.tell(session, action, nc, verb="action.request_refused", reason=said, **told)
        return
    if ends:
        cancel(session, action, nc, actor=actor, at=at, reason=request.reason)
        base.tell(session, action, nc, verb="action.cancelled", reason=request.reason, **told)
        return
    if day is not None:
        action.due_on = day
        count_turn(session, nc)
    if owner is not None:
        deputy = action.deputy_id if action.deputy_id != owner else None
        hand_to(session, action, nc, owner_id=owner, deputy_id=deputy, at=at)
    base.tell(session, action, nc, verb="action.request_granted", reason=said, **told)


def _require_approver(parts: frozenset[Part]) -> None:
    if not may(ActionVerb.CANCEL, parts):
        raise NotAllowed(
            Text(
                "That it is cancelled is approved by the verifier, the audit team leader or the audit programme "
                "manager, and not by whoever answers for the work. Give it to somebody else, or refuse."
            )
        )


def _new_day(
    session: Session, action: Action, request: ActionRequest, due_on: date | None, at: datetime
) -> date | None:
    """The due date that granting gives; ``None`` when something else was asked for. Raises Invalid."""
    if request.wanted_on is None:
        return None
    day = due_on or request.wanted_on
    if not action.due_on < day <= request.wanted_on:
        raise Invalid(
            Text("Give a day after the due date, and not later than what is asked for."), field="due_on"
        )
    return base.day_to_come(session, day, at=at, field="due_on")


def _new_owner(
    session: Session, action: Action, nc: Nonconformity, request: ActionRequest, owner_id: UUID | None
) -> UUID | None:
    """Whose it is when granted; ``None`` when something else was asked for. Raises Invalid."""
    if request.kind is RequestKind.EXTENSION:
        return None
    new = owner_id or request.proposed_owner_id
    if new is None or new == action.owner_id:
        raise Invalid(Text("Choose who does it instead."), field="owner_id")
    base.check_owner(session, nc, new, field="owner_id")
    return new


def check_decider(
    session: Session, actor: Principal, action: Action, nc: Nonconformity, request: ActionRequest | None
) -> None:
    """Raises NotAllowed, saying who decides, unless the actor decides what is asked for. Nothing asked: says nothing."""
    if request is not None:
        require_decider(
            request.kind,
            request.level,
            queries.parts(session, actor, nc, action),
            asked=request.asked_by_id == actor.person_id,
        )
