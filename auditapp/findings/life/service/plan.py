"""The action plan: submitted, returned or accepted, taken back to be changed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.life.service.base import allowed, just_done, put, repeated, standing, tell, written
from auditapp.findings.model import Action, Cause, EffectivenessCheck, Nonconformity
from auditapp.findings.rules.action import ActionKind, ActionStatus
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def missing_for_plan(session: Session, nc: Nonconformity) -> list[Text]:
    """What a plan still needs before it can be submitted, in words; empty when it is whole. Three statements."""
    session.flush()
    missing = []
    if nc.cause_done_at is None:
        missing.append(Text("the cause and the extent, completed"))
    if not _exists(
        session,
        sa.select(Cause.id).where(Cause.nonconformity_id == nc.id, Cause.round == nc.round, Cause.root),
    ):
        missing.append(Text("a root cause"))
    if not _exists(
        session,
        sa.select(Action.id).where(
            Action.nonconformity_id == nc.id,
            Action.round == nc.round,
            Action.kind == ActionKind.CORRECTIVE,
            Action.status != ActionStatus.CANCELLED,
        ),
    ):
        missing.append(Text("a corrective action with an owner and a due date"))
    if not _exists(
        session,
        sa.select(EffectivenessCheck.id).where(
            EffectivenessCheck.nonconformity_id == nc.id,
            EffectivenessCheck.round == nc.round,
            EffectivenessCheck.criteria != "",
            EffectivenessCheck.not_before.is_not(None),
        ),
    ):
        missing.append(Text("the criteria of the effectiveness check and its first day"))
    return missing


def submit_plan(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, version: int | None = None
) -> None:
    """The plan goes to the verifier. Raises Refusal naming all that is missing."""
    if just_done(session, nc.id, "nonconformity.plan_submitted", actor):
        return
    status = allowed(session, nc, NcVerb.SUBMIT_PLAN, actor=actor, version=version)
    missing = missing_for_plan(session, nc)
    if missing:
        raise Refusal(
            Text(
                "The plan cannot be submitted yet. Missing: %(missing)s.",
                missing="; ".join(str(one) for one in missing),
            )
        )
    before = standing(nc)
    nc.plan_submitted_at = at
    nc.status_reason = ""
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.plan_submitted", before=before)


def return_plan(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    reason: str,
    version: int | None = None,
) -> None:
    """The plan is not good enough yet, and why."""
    if repeated(session, nc, "nonconformity.plan_returned", actor, reason):
        return
    status = allowed(session, nc, NcVerb.RETURN_PLAN, actor=actor, version=version)
    reason = written(reason, Text("Say what the plan still needs."), field="reason")
    before = standing(nc)
    nc.status_reason = reason
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.plan_returned", before=before, reason=reason)


def accept_plan(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    note: str = "",
    version: int | None = None,
) -> None:
    """The plan is carried out from now on."""
    if just_done(session, nc.id, "nonconformity.plan_accepted", actor):
        return
    status = allowed(session, nc, NcVerb.ACCEPT_PLAN, actor=actor, version=version)
    before = standing(nc)
    nc.plan_accepted_at = at
    nc.plan_accepted_by_id = actor.person_id
    put(session, nc, status, at=at)
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.plan_accepted",
        before=before,
        reason=note.strip(),
    )


def revise_plan(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    reason: str,
    version: int | None = None,
) -> None:
    """The accepted plan does not fit any more: it is changed, submitted and accepted again."""
    if repeated(session, nc, "nonconformity.plan_revised", actor, reason):
        return
    status = allowed(session, nc, NcVerb.REVISE_PLAN, actor=actor, version=version)
    reason = written(reason, Text("Say why the plan has to change."), field="reason")
    before = standing(nc)
    nc.plan_submitted_at = None
    nc.plan_accepted_at = None
    nc.plan_accepted_by_id = None
    nc.status_reason = reason
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.plan_revised", before=before, reason=reason)


def _exists(session: Session, query: sa.Select[Any]) -> bool:
    return session.execute(query.limit(1)).first() is not None
