"""An audit is completed when each of its nonconformities has ended, or is carried over with a reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.findings.closeout.queries import open_of
from auditapp.findings.closeout.rules import incomplete
from auditapp.findings.life.service.base import allowed, check_version, standing, tell, touch
from auditapp.findings.model import CarryOver, Nonconformity
from auditapp.findings.raising.service import to_raise
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail.model import Fact
from auditapp.trail.service import reacts_to


def carry_over(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    reason: str,
    version: int | None = None,
) -> None:
    """Let its audit be completed although it is open. Carried over already for the same reason: nothing happens.

    Its own life goes on as before. Raises NotAllowed (leader and programme manager do it, nobody who answers for
    it), Stale, Invalid (no reason), Refusal (it has ended, it comes from no audit, the audit is completed).
    """
    allowed(session, nc, NcVerb.CARRY_OVER, actor=actor)
    row = session.get(CarryOver, nc.id)
    if row is not None and row.reason == reason.strip():
        return
    check_version(session, nc, version)
    audit = _audit_of(session, nc)
    if not reason.strip():
        raise Invalid(
            Text("Say why the audit can be completed while %(ref)s is open; it stays on record.", ref=nc.ref),
            field="reason",
        )
    before = standing(nc)
    if row is None:
        session.add(
            CarryOver(
                nonconformity_id=nc.id,
                audit_id=audit.id,
                reason=reason.strip(),
                by_id=actor.person_id,
                at=at,
            )
        )
    else:
        row.reason, row.by_id, row.at = reason.strip(), actor.person_id, at
    touch(nc)
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.carried_over",
        before=before,
        reason=reason.strip(),
        audit=audit.ref,
    )


def keep_in_audit(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, version: int | None = None
) -> None:
    """Take a carrying over back, while the audit is not completed. Not carried over: nothing happens."""
    allowed(session, nc, NcVerb.CARRY_OVER, actor=actor, version=version)
    row = session.get(CarryOver, nc.id)
    if row is None:
        return
    audit = _audit_of(session, nc)
    before = standing(nc)
    session.delete(row)
    touch(nc)
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.carry_over_undone",
        before=before,
        audit=audit.ref,
    )


@reacts_to("audit.completed")
def nothing_is_left_behind(session: Session, fact: Fact) -> None:
    """Refuses the completion of an audit that leaves nonconformities open without a word on them."""
    if fact.context_id is None:
        return
    without = [finding.ref for finding in to_raise(session, fact.context_id)]
    still_open = [nc.ref for nc in open_of(session, fact.context_id)]
    if refusal := incomplete(still_open=still_open, without=without):
        raise Refusal(refusal)


def _audit_of(session: Session, nc: Nonconformity) -> Audit:
    audit = session.get(Audit, nc.audit_id) if nc.audit_id else None
    if audit is None:
        raise Refusal(Text("%(ref)s comes from no audit, so there is none to carry it out of.", ref=nc.ref))
    if audit.status is AuditStatus.COMPLETED:
        raise Refusal(Text("The audit %(ref)s is completed; what was carried over stays.", ref=audit.ref))
    return audit
