"""The page on which an audit is closed: its nonconformities, and what is carried over."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import audit_by_ref
from auditapp.audits.rules import STATUS_LABELS as AUDIT_LABELS
from auditapp.audits.rules import STATUS_TONES as AUDIT_TONES
from auditapp.audits.rules import WHOSE_TURN, AuditStatus
from auditapp.findings import queries
from auditapp.findings.blueprint import bp
from auditapp.findings.closeout import service
from auditapp.findings.closeout.forms import CarryOverForm
from auditapp.findings.closeout.queries import audit_of, lines_of
from auditapp.findings.life.service.base import allowed
from auditapp.findings.raising.service import may_hand_over, to_raise
from auditapp.findings.rules.nonconformity import STATUS_LABELS, STATUS_TONES, NcVerb
from auditapp.kit import clock
from auditapp.kit.clock import day_in
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability

RUNNING = frozenset({AuditStatus.ISSUED, AuditStatus.FOLLOW_UP})


@bp.get("/nonconformities/of/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def close_audit(ref: str) -> ResponseReturnValue:
    """What an audit's completion waits for, one by one."""
    return _page(audit_by_ref(current_session(), actor(), ref), 200)


@bp.post("/nonconformities/<ref>/carry-over")
@guard(Capability.VIEW_ORGANIZATION)
def carry_over(ref: str) -> ResponseReturnValue:
    """Carry one over, with the reason."""
    session, who = current_session(), actor()
    nc = queries.nonconformity_by_ref(session, who, ref)
    allowed(session, nc, NcVerb.CARRY_OVER, actor=who)
    audit = audit_of(session, nc)
    form = CarryOverForm()
    if not form.validate():
        return _page(audit, 422, tried=(nc.id, form))
    with form.taking_refusals() as outcome:
        service.carry_over(
            session, actor=who, at=clock.now(), nc=nc, reason=form.reason.data or "", version=form.seen
        )
    if not outcome.ok:
        nc = queries.nonconformity_by_ref(session, who, ref)
        form.version.data = str(nc.version)
        return _page(audit_of(session, nc), outcome.status, tried=(nc.id, form))
    flash(_("%(ref)s is carried over. Its own life goes on.", ref=nc.ref), "success")
    return redirect(url_for("findings.close_audit", ref=audit.ref))


@bp.post("/nonconformities/<ref>/keep")
@guard(Capability.VIEW_ORGANIZATION)
def keep_in_audit(ref: str) -> ResponseReturnValue:
    """Take a carrying over back."""
    session, who = current_session(), actor()
    nc = queries.nonconformity_by_ref(session, who, ref)
    audit = audit_of(session, nc)
    service.keep_in_audit(session, actor=who, at=clock.now(), nc=nc)
    flash(_("%(ref)s is kept in the audit.", ref=nc.ref), "success")
    return redirect(url_for("findings.close_audit", ref=audit.ref))


def _page(
    audit: Audit, status: int, *, tried: tuple[UUID, CarryOverForm] | None = None
) -> ResponseReturnValue:
    session, who = current_session(), actor()
    lines = lines_of(session, who, audit.id)
    leader_id = queries.leader_of(session, audit.id)
    leads = leader_id == who.person_id
    manages = who.can(Capability.MANAGE_PROGRAMME)
    running = audit.status is not AuditStatus.COMPLETED
    without = to_raise(session, audit.id) if audit.status in {*RUNNING, AuditStatus.REPORTING} else []
    return (
        render_template(
            "findings/closeout/audit.html",
            audit=audit,
            audit_status=(AUDIT_LABELS[audit.status], AUDIT_TONES[audit.status]),
            turn=WHOSE_TURN[audit.status],
            lines=lines,
            waiting=[one for one in lines if not one.settled],
            without=[one.ref for one in without],
            may_hand_over=may_hand_over(who, leader_id=leader_id, audit=audit),
            barred={one.nc.id for one in lines if who.person_id in {one.nc.responsible_id, one.nc.deputy_id}},
            may_carry=running and (leads or manages),
            may_follow_up=(leads or manages) and audit.status is AuditStatus.ISSUED,
            may_complete=(leads or manages) and audit.status in RUNNING,
            form=tried[1] if tried else CarryOverForm(formdata=None),
            tried=tried[0] if tried else None,
            today=day_in(queries.zone_of(session), clock.now()),
            status_labels=STATUS_LABELS,
            status_tones=STATUS_TONES,
        ),
        status,
    )
