"""Postponing, giving new dates, cancelling: with reasons that stay."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.audits.model import Audit
from auditapp.audits.plan.rules import check_dates
from auditapp.audits.plan.service.agenda import move_agenda
from auditapp.audits.plan.service.base import about, check_planner, check_version, loaded, standing_values
from auditapp.audits.rules import AuditVerb, next_status
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def postpone(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, reason: str, version: int | None = None
) -> None:
    """Put the audit off, with a reason. An agreement to the plan ends with it."""
    loaded(session, audit)
    check_planner(audit, actor)
    status = next_status(audit.status, AuditVerb.POSTPONE)
    check_version(session, audit, version)
    if not reason.strip():
        raise Invalid(Text("Say why the audit is postponed; the reason stays on record."), field="reason")
    before = standing_values(audit)
    audit.status = status
    audit.status_reason = reason.strip()
    audit.plan_sent_at = None
    audit.agreed_at = None
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.postponed",
        **about(audit),
        before=before,
        after=standing_values(audit) | {"reason": audit.status_reason},
    )


def reschedule(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    starts_on: date,
    ends_on: date,
    version: int | None = None,
) -> None:
    """Give a postponed audit new dates. It is planned again as a new revision, to be sent and answered."""
    loaded(session, audit)
    check_planner(audit, actor)
    status = next_status(audit.status, AuditVerb.RESCHEDULE)
    check_version(session, audit, version)
    programme = audit.programme
    check_dates(starts_on, ends_on, (programme.starts_on, programme.ends_on) if programme else None)
    before = standing_values(audit) | _dates(audit)
    audit.status = status
    audit.status_reason = ""
    audit.plan_revision += 1
    if audit.starts_on is not None:
        move_agenda(session, audit, starts_on - audit.starts_on, actor.zone)
    audit.starts_on = starts_on
    audit.ends_on = ends_on
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.rescheduled",
        **about(audit),
        before=before,
        after=standing_values(audit) | _dates(audit),
    )


def cancel(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, reason: str, version: int | None = None
) -> None:
    """Cancel the audit for good, with a reason."""
    loaded(session, audit)
    check_planner(audit, actor)
    status = next_status(audit.status, AuditVerb.CANCEL)
    check_version(session, audit, version)
    if not reason.strip():
        raise Invalid(Text("Say why the audit is cancelled; the reason stays on record."), field="reason")
    before = standing_values(audit)
    audit.status = status
    audit.status_reason = reason.strip()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.cancelled",
        **about(audit),
        before=before,
        after=standing_values(audit) | {"reason": audit.status_reason},
    )


def _dates(audit: Audit) -> dict[str, str | None]:
    return {
        "starts_on": audit.starts_on.isoformat() if audit.starts_on else None,
        "ends_on": audit.ends_on.isoformat() if audit.ends_on else None,
    }
