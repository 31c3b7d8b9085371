"""What an owner can ask for instead of going on: more time, to be rid of it, to cancel it; and taking that back."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.actions.queries import decided_before, open_request, today_of
from auditapp.findings.actions.rules import takes_back
from auditapp.findings.actions.service import base
from auditapp.findings.model import Action, ActionRequest, Nonconformity
from auditapp.findings.rules.action import ActionVerb, RequestKind, RequestVerb, request_step
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal


def ask_extension(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    wanted_on: date,
    reason: str,
    impact: str,
    version: int | None = None,
) -> ActionRequest:
    """Ask for more time. Each one that was decided brings the next one level up."""
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.ASK_EXTENSION, actor=actor, version=version)
    base.refuse_second(open_request(session, action.id))
    latest = latest_extension(session, action, at)
    if wanted_on <= action.due_on:
        raise Invalid(
            Text(
                "It is due on %(day)s already. Choose a later day, up to %(latest)s.",
                day=day_words(action.due_on),
                latest=day_words(latest),
            ),
            field="wanted_on",
        )
    if wanted_on > latest:
        raise Invalid(
            Text("One extension reaches to %(latest)s at most. Choose that day or an earlier one.",
                 latest=day_words(latest)),
            field="wanted_on",
        )  # fmt: skip
    base.day_to_come(session, wanted_on, at=at, field="wanted_on")
    request = _ask(
        session,
        action,
        RequestKind.EXTENSION,
        actor=actor,
        at=at,
        reason=reason,
        wanted_on=wanted_on,
        impact=base.said(
            impact, field="impact", wanted=Text("Say what it means for others, or that it means nothing.")
        ),
    )
    return _told(session, action, nc, request, actor=actor, at=at, verb="action.extension_asked")


def latest_extension(session: Session, action: Action, at: datetime) -> date:
    """The last day that one extension can reach: counted from the due date, or from today once it has passed."""
    most = queries.policy(session).extension_days_most
    return max(action.due_on, today_of(session, at)) + timedelta(days=most)


def say_cant(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    reason: str,
    version: int | None = None,
) -> ActionRequest:
    """It cannot be done, and why: whoever decides cancels it, gives it to somebody else, or insists."""
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.SAY_CANT, actor=actor, version=version)
    base.refuse_second(open_request(session, action.id))
    request = _ask(session, action, RequestKind.CANT_DO, actor=actor, at=at, reason=reason)
    return _told(session, action, nc, request, actor=actor, at=at, verb="action.cant_do_said")


def say_not_mine(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    reason: str,
    proposed_owner_id: UUID | None = None,
    version: int | None = None,
) -> ActionRequest:
    """It belongs to somebody else: to whom, as far as one knows."""
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.SAY_NOT_MINE, actor=actor, version=version)
    base.refuse_second(open_request(session, action.id))
    if proposed_owner_id is not None:
        if proposed_owner_id == action.owner_id:
            raise Invalid(Text("It is theirs already. Choose somebody else."), field="proposed_owner_id")
        base.check_owner(session, nc, proposed_owner_id, field="proposed_owner_id")
    request = _ask(
        session,
        action,
        RequestKind.NOT_MINE,
        actor=actor,
        at=at,
        reason=reason,
        proposed_owner_id=proposed_owner_id,
    )
    return _told(session, action, nc, request, actor=actor, at=at, verb="action.not_mine_said")


def ask_cancel(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    reason: str,
    version: int | None = None,
) -> ActionRequest:
    """It is no longer needed: the verifier, the audit team leader or the programme manager approves, or not."""
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.ASK_CANCEL, actor=actor, version=version)
    base.refuse_second(open_request(session, action.id))
    request = _ask(session, action, RequestKind.CANCEL, actor=actor, at=at, reason=reason)
    return _told(session, action, nc, request, actor=actor, at=at, verb="action.cancel_asked")


def take_back(
    session: Session, *, actor: Principal, at: datetime, action: Action, version: int | None = None
) -> None:
    """What was asked for is not needed after all. Owner and deputy act for one another."""
    request = open_request(session, action.id)
    if request is None and base.just_done(session, action.id, "action.request_taken_back", actor):
        return
    nc = base.nonconformity_of(session, action)
    base.allowed(session, action, nc, ActionVerb.TAKE_BACK, actor=actor, version=version)
    if request is None:
        raise Refusal(Text("Nothing is asked for here now."))
    if not takes_back(actor.person_id, request.asked_by_id, {action.owner_id, action.deputy_id}):
        raise NotAllowed(Text("Whoever asked takes it back."))
    request.status = request_step(request.status, RequestVerb.TAKE_BACK)
    request.decided_at = at
    base.touch(action)
    base.tell(
        session,
        action,
        nc,
        actor=actor,
        at=at,
        verb="action.request_taken_back",
        before=base.standing(action),
        request=base.request_values(request),
    )


def _ask(
    session: Session,
    action: Action,
    kind: RequestKind,
    *,
    actor: Principal,
    at: datetime,
    reason: str,
    **more: Any,
) -> ActionRequest:
    days, within = queries.working_days(session), queries.policy(session).action_decide_days
    request = ActionRequest(
        action_id=action.id,
        kind=kind,
        level=1 + decided_before(session, action.id, kind),
        reason=base.said(reason),
        asked_by_id=actor.person_id,
        asked_at=at,
        due_on=days(today_of(session, at), within),
        **more,
    )
    session.add(request)
    base.touch(action)
    session.flush()
    return request


def _told(
    session: Session,
    action: Action,
    nc: Nonconformity,
    request: ActionRequest,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
) -> ActionRequest:
    """Record what was asked for; gives the request back."""
    base.tell(
        session,
        action,
        nc,
        actor=actor,
        at=at,
        verb=verb,
        before=base.standing(action),
        reason=request.reason,
        request=base.request_values(request),
    )
    return request
