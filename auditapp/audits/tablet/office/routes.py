"""The office's page of an audit's tablets."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from auditapp.audits.execution.blueprint import standing
from auditapp.audits.execution.queries import access
from auditapp.audits.plan.rules import require_team
from auditapp.audits.tablet.blueprint import bp
from auditapp.audits.tablet.office.queries import left, tablets
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.get("/audits/<ref>/tablets")
@guard(Capability.VIEW_ORGANIZATION)
def tablets_of(ref: str) -> ResponseReturnValue:
    """Who has the audit on which tablet, what is not sent, and what was not taken: for the team and the programme."""
    session = current_session()
    who = access(session, actor(), ref)
    if not actor().can(Capability.MANAGE_PROGRAMME):
        require_team(who.role)
    return render_template(
        "tablet/tablets.html",
        tablets=tablets(session, who.audit.id),
        page=left(session, who.audit.id, page=request.args.get("page", 1, type=int)),
        **standing(who),
    )
