"""Carrying an action out: accept, begin, done, and going on after all."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.actions.service import base
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.action import OPEN, ActionStatus, ActionVerb, next_status
from auditapp.kit.text import Text
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal
from auditapp.trail.model import Fact
from auditapp.trail.service import reacts_to


def accept_action(
    session: Session, *, actor: Principal, at: datetime, action: Action, version: int | None = None
) -> None:
    """The owner, or the deputy for them, takes it on."""
    if action.status is ActionStatus.ACCEPTED and base.just_done(
        session, action.id, "action.accepted", actor
    ):
        return
    nc = base.nonconformity_of(session, action)
    status = base.allowed(session, action, nc, ActionVerb.ACCEPT, actor=actor, version=version)
    before = base.standing(action)
    action.accepted_at = at
    base.add_worker(action, action.owner_id, actor.person_id)
    base.put(session, action, nc, status, at=at)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.accepted", before=before)


def start_action(
    session: Session, *, actor: Principal, at: datetime, action: Action, version: int | None = None
) -> None:
    """The work begins, or goes on after it was returned."""
    if action.status is ActionStatus.IN_PROGRESS and base.just_done(
        session, action.id, "action.started", actor
    ):
        return
    nc = base.nonconformity_of(session, action)
    status = base.allowed(session, action, nc, ActionVerb.START, actor=actor, version=version)
    before = base.standing(action)
    base.add_worker(action, action.owner_id, actor.person_id)
    base.put(session, action, nc, status, at=at)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.started", before=before)


def finish_action(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    result: str,
    version: int | None = None,
) -> None:
    """It is done, and what was done: from here it is the verifier's turn."""
    if action.status is ActionStatus.DONE and base.just_done(session, action.id, "action.finished", actor):
        return
    nc = base.nonconformity_of(session, action)
    status = base.allowed(session, action, nc, ActionVerb.FINISH, actor=actor, version=version)
    text = base.said(result, field="result", wanted=Text("Say what was done."))
    before = base.standing(action)
    more = base.overtake(session, action, at=at)
    action.result = text
    action.done_at = at
    action.done_by_id = actor.person_id
    base.add_worker(action, action.owner_id, actor.person_id)
    base.put(session, action, nc, status, at=at)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.finished", before=before, **more)


def resume_action(
    session: Session, *, actor: Principal, at: datetime, action: Action, version: int | None = None
) -> None:
    """It was not done after all: the owner goes on, before anybody looked at it."""
    if action.status is ActionStatus.IN_PROGRESS and base.just_done(
        session, action.id, "action.resumed", actor
    ):
        return
    nc = base.nonconformity_of(session, action)
    status = base.allowed(session, action, nc, ActionVerb.RESUME, actor=actor, version=version)
    before = base.standing(action)
    action.done_at = None
    action.done_by_id = None
    base.put(session, action, nc, status, at=at)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.resumed", before=before)


def cancel(
    session: Session, action: Action, nc: Nonconformity, *, actor: Principal, at: datetime, reason: str
) -> None:
    """End it with approval: by a decision, or because its nonconformity was withdrawn. Records nothing."""
    action.cancelled_at = at
    action.cancelled_by_id = actor.person_id
    action.status_reason = reason
    base.put(session, action, nc, next_status(action.status, ActionVerb.CANCEL), at=at)


@reacts_to("nonconformity.withdrawn", "nonconformity.dispute_annulled")
def cancel_with_nonconformity(session: Session, fact: Fact) -> None:
    """A nonconformity that does not stand needs no actions: the open ones are cancelled for the same reason."""
    nc = session.get_one(Nonconformity, fact.context_id)
    actor = principal_of_person(session, fact.actor_id) if fact.actor_id is not None else None
    if actor is None:
        return
    for action in session.scalars(
        sa.select(Action)
        .where(Action.nonconformity_id == nc.id, Action.status.in_(OPEN))
        .order_by(Action.number)
    ):
        before = base.standing(action)
        more = base.overtake(session, action, at=fact.at)
        cancel(session, action, nc, actor=actor, at=fact.at, reason=nc.status_reason)
        base.tell(
            session,
            action,
            nc,
            actor=actor,
            at=fact.at,
            verb="action.cancelled",
            before=before,
            reason=nc.status_reason,
            **more,
        )
