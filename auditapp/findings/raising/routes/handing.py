"""Handing the nonconformities of an audit to its auditees before the report."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from auditapp.audits.plan.queries import audit_by_ref
from auditapp.findings.blueprint import bp
from auditapp.findings.raising import service
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.post("/nonconformities/of/<ref>/hand-over")
@guard(Capability.VIEW_ORGANIZATION)
def hand_over(ref: str) -> ResponseReturnValue:
    """Every major and minor finding becomes a nonconformity that somebody answers for."""
    session, who = current_session(), actor()
    audit = audit_by_ref(session, who, ref)
    made = service.hand_over(session, actor=who, at=clock.now(), audit=audit)
    left = [nc for nc in made if nc.status is NcStatus.DRAFT]
    if not made:
        flash(_("Everything was handed over already."), "success")
    elif left:
        flash(
            _(
                "Handed over. %(refs)s could not be issued by itself: open it to see what is missing.",
                refs=", ".join(nc.ref for nc in left),
            ),
            "warning",
        )
    else:
        flash(
            ngettext(
                "%(num)s nonconformity is handed over: whoever answers for it acknowledges or disputes it now.",
                "%(num)s nonconformities are handed over: whoever answers for them acknowledges or disputes them now.",
                len(made),
            ),
            "success",
        )
    return redirect(url_for("findings.close_audit", ref=audit.ref))
