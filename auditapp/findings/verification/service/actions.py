"""Verifying one action, returning it, and looking at an ended one again."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.findings.actions.service import base
from auditapp.findings.model import Action, Nonconformity, Verification
from auditapp.findings.rules.action import ActionStatus, ActionVerb
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.verification.service.verifier import require_independent
from auditapp.findings.verification.service.work import send_back
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def verify_action(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    note: str = "",
    sample: str = "",
    version: int | None = None,
) -> None:
    """It was done as planned, and somebody else has seen it."""
    if action.status is ActionStatus.VERIFIED and base.just_done(
        session, action.id, "action.verified", actor
    ):
        return
    nc = base.nonconformity_of(session, action)
    status = base.allowed(session, action, nc, ActionVerb.VERIFY, actor=actor, version=version)
    require_independent(session, nc, actor=actor, at=at)
    before = base.standing(action)
    action.verified_at = at
    action.verified_by_id = actor.person_id
    action.status_reason = ""
    _looked(session, action, nc, actor=actor, at=at, accepted=True, note=note, sample=sample)
    base.put(session, action, nc, status, at=at)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.verified", before=before)


def return_action(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    reason: str,
    sample: str = "",
    version: int | None = None,
) -> None:
    """Something is not as it should be, and what. Submitted work goes back with it."""
    if action.status is ActionStatus.RETURNED and base.just_done(
        session, action.id, "action.returned", actor
    ):
        return
    nc = base.nonconformity_of(session, action)
    status = base.allowed(session, action, nc, ActionVerb.RETURN, actor=actor, version=version)
    require_independent(session, nc, actor=actor, at=at)
    reason = base.said(
        reason, field="reason", wanted=Text("Say what is still missing, so that it can be put right.")
    )
    before = base.standing(action)
    action.done_at = None
    action.done_by_id = None
    action.status_reason = reason
    _looked(session, action, nc, actor=actor, at=at, accepted=False, note=reason, sample=sample)
    base.put(session, action, nc, status, at=at)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.returned", before=before, reason=reason)
    _with_the_work(session, nc, actor=actor, at=at, reason=reason)


def reopen_action(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: Action,
    reason: str,
    version: int | None = None,
) -> None:
    """A verified action does not hold: it is returned. A cancelled one is needed after all: it is proposed again."""
    if action.status in {ActionStatus.RETURNED, ActionStatus.PROPOSED} and base.just_done(
        session, action.id, "action.reopened", actor
    ):
        return
    nc = base.nonconformity_of(session, action)
    status = base.allowed(session, action, nc, ActionVerb.REOPEN, actor=actor, version=version)
    require_independent(session, nc, actor=actor, at=at)
    reason = base.said(reason, field="reason", wanted=Text("Say why it is opened again."))
    before = base.standing(action)
    if action.status is ActionStatus.VERIFIED:
        _looked(session, action, nc, actor=actor, at=at, accepted=False, note=reason)
    else:
        action.accepted_at = None
    action.done_at = None
    action.done_by_id = None
    action.verified_at = None
    action.verified_by_id = None
    action.cancelled_at = None
    action.cancelled_by_id = None
    action.status_reason = reason
    base.put(session, action, nc, status, at=at)
    base.tell(session, action, nc, actor=actor, at=at, verb="action.reopened", before=before, reason=reason)
    _with_the_work(session, nc, actor=actor, at=at, reason=reason)


def _with_the_work(
    session: Session, nc: Nonconformity, *, actor: Principal, at: datetime, reason: str
) -> None:
    """Work that was submitted is not all done any more: it goes back for the same reason."""
    if nc.status is NcStatus.VERIFICATION:
        send_back(session, nc, actor=actor, at=at, reason=reason)


def _looked(
    session: Session,
    action: Action,
    nc: Nonconformity,
    *,
    actor: Principal,
    at: datetime,
    accepted: bool,
    note: str,
    sample: str = "",
) -> None:
    session.add(
        Verification(
            nonconformity_id=nc.id,
            action_id=action.id,
            round=nc.round,
            accepted=accepted,
            note=note.strip(),
            sample=sample.strip(),
            by_id=actor.person_id,
            at=at,
        )
    )
