"""Pages of the opening: record the meeting, share out the sections."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auditapp.audits.execution.blueprint import bp, standing
from auditapp.audits.execution.opening.forms import OpeningForm
from auditapp.audits.execution.opening.queries import chapters
from auditapp.audits.execution.opening.service import assign_chapter, open_audit
from auditapp.audits.execution.queries import access
from auditapp.audits.plan.rules import require_leader
from auditapp.audits.rules import TEAM, AuditVerb, next_status
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.route("/audits/<ref>/open", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def opening(ref: str) -> ResponseReturnValue:
    """Record the opening meeting; the questions are frozen and the walk begins."""
    session = current_session()
    who = access(session, actor(), ref)
    require_leader(who.role)
    next_status(who.audit.status, AuditVerb.OPEN)
    zone = ZoneInfo(actor().zone)
    form = OpeningForm()
    status = 200
    if request.method == "GET":
        form.held_at.data = clock.now().astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        form.participants.data = "\n".join(member.name for member in who.members)
    elif form.validate() and form.held_at.data:
        with form.taking_refusals() as outcome:
            count = open_audit(
                session,
                actor=actor(),
                at=clock.now(),
                audit=who.audit,
                held_at=form.held_at.data.replace(tzinfo=zone),
                participants=form.participants.data or "",
                notes=form.notes.data or "",
            )
        if outcome.ok:
            flash(gettext("The audit is open: %(count)s questions.", count=count), "success")
            return redirect(url_for("execution.walk", ref=ref))
        status = outcome.status
        who = access(session, actor(), ref)
    else:
        status = 422
    return render_template("execution/opening.html", form=form, **standing(who)), status


@bp.get("/audits/<ref>/assign")
@guard(Capability.VIEW_ORGANIZATION)
def assign(ref: str) -> ResponseReturnValue:
    """Which section is whose."""
    session = current_session()
    who = access(session, actor(), ref)
    return render_template(
        "execution/assign.html",
        chapters=chapters(session, who.audit.id),
        team=[member for member in who.members if member.role in TEAM],
        **standing(who),
    )


@bp.post("/audits/<ref>/assign")
@guard(Capability.VIEW_ORGANIZATION)
def assign_post(ref: str) -> ResponseReturnValue:
    """Give sections to auditors: one choice per section, all on one form."""
    session = current_session()
    who = access(session, actor(), ref)
    for index, chapter in enumerate(chapters(session, who.audit.id)):
        given = request.form.get(f"person-{index}")
        if given is None:
            continue
        assign_chapter(
            session,
            actor=actor(),
            at=clock.now(),
            audit=who.audit,
            chapter=chapter.number,
            relationship_id=chapter.relationship_id,
            person_id=UUID(given) if given in {str(member.person_id) for member in who.members} else None,
        )
    flash(gettext("The sections are shared out."), "success")
    return redirect(url_for("execution.assign", ref=ref))
