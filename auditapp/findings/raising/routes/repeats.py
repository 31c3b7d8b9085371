"""Earlier nonconformities that are like one: while it is written, and to be linked afterwards."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.execution.findings.queries import finding_by_ref, question_at
from auditapp.audits.execution.findings.rules import label_of, requirements_of
from auditapp.audits.execution.queries import access
from auditapp.audits.execution.rules import Grade
from auditapp.findings import queries
from auditapp.findings.blueprint import bp
from auditapp.findings.life.queries import standing_of
from auditapp.findings.life.service.base import allowed
from auditapp.findings.model import Nonconformity
from auditapp.findings.raising import service
from auditapp.findings.raising.forms import RepeatForm
from auditapp.findings.raising.queries import repeats_of, requirements_known, similar, similar_to
from auditapp.findings.raising.routes.raising import LABELS
from auditapp.findings.raising.rules import GRADES, MOST_REQUIREMENTS, requirement_of
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.get("/nonconformities/similar", endpoint="similar")
@guard(Capability.VIEW_ORGANIZATION)
def similar_ones() -> ResponseReturnValue:
    """What was found earlier against these requirements: a page, or a piece of one.

    The requirements are named (``requirement``, several), or those of a question of a walk (``audit``, ``question``).
    """
    session = current_session()
    known = requirements_known(session)
    wanted = []
    for line in (request.args.getlist("requirement") or _of_the_question())[:MOST_REQUIREMENTS]:
        try:
            wanted.append(requirement_of(line.replace("\0", "")[:430], known))
        except Invalid:
            continue
    grade = request.args.get("grade", "")
    fetched = request.headers.get("X-Requested-With") == "fetch"
    return render_template(
        "findings/raising/_similar_ones.html" if fetched else "findings/raising/similar.html",
        look=similar(session, actor(), requirements=wanted, at=clock.now()),
        asked=wanted,
        grade=Grade(grade) if grade in set(GRADES) else Grade.MINOR,
        **LABELS,
    )


@bp.get("/nonconformities/<ref>/repeats")
@guard(Capability.VIEW_ORGANIZATION)
def repeats(ref: str) -> ResponseReturnValue:
    """What it repeats, and what else is like it."""
    return _page(
        queries.nonconformity_by_ref(current_session(), actor(), ref), RepeatForm(formdata=None), 200
    )


@bp.post("/nonconformities/<ref>/repeats")
@guard(Capability.VIEW_ORGANIZATION)
def link_repeat(ref: str) -> ResponseReturnValue:
    """Say that it repeats an earlier one."""
    session, who = current_session(), actor()
    nc = queries.nonconformity_by_ref(session, who, ref)
    allowed(session, nc, NcVerb.RELATE, actor=who)
    form = RepeatForm()
    if not form.validate():
        return _page(nc, form, 422)
    wanted = (form.earlier.data or "").strip().upper()
    with form.taking_refusals() as outcome:
        earlier: Nonconformity | None = session.scalar(
            queries.visible_nonconformities(who).where(Nonconformity.ref == wanted)
        )
        if earlier is None:
            raise Invalid(Text("There is no such nonconformity, or it is not for you."), field="earlier")
        service.relate(
            session, actor=who, at=clock.now(), nc=nc, earlier_id=earlier.id, note=form.note.data or ""
        )
    if not outcome.ok:
        return _page(queries.nonconformity_by_ref(session, who, ref), form, outcome.status)
    flash(_("%(ref)s is linked to %(earlier)s.", ref=nc.ref, earlier=wanted), "success")
    return redirect(url_for("findings.repeats", ref=nc.ref))


@bp.post("/nonconformities/<ref>/repeats/<uuid:earlier_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def unlink_repeat(ref: str, earlier_id: UUID) -> ResponseReturnValue:
    """Take that back."""
    session, who = current_session(), actor()
    nc = queries.nonconformity_by_ref(session, who, ref)
    service.unrelate(session, actor=who, at=clock.now(), nc=nc, earlier_id=earlier_id)
    flash(_("The link is taken back."), "success")
    return redirect(url_for("findings.repeats", ref=nc.ref))


@bp.get("/nonconformities/for/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def of_finding(ref: str) -> ResponseReturnValue:
    """From an audit finding to its nonconformity; back to the finding, with a word why, when there is none."""
    session, who = current_session(), actor()
    found = finding_by_ref(session, who, ref.replace("\0", ""))[0]
    nc_ref: str | None = session.scalar(
        queries.visible_nonconformities(who)
        .where(Nonconformity.finding_id == found.id)
        .with_only_columns(Nonconformity.ref)
    )
    if nc_ref is None:
        flash(
            _(
                "%(ref)s has no nonconformity yet. It gets one when the audit report is issued.",
                ref=found.ref,
            ),
            "warning",
        )
        return redirect(url_for("execution.finding", ref=found.ref))
    return redirect(url_for("findings.show", ref=nc_ref))


def _of_the_question() -> list[str]:
    """What the question that was asked about counts for. Raises NotFound for an audit that is not to be seen."""
    ref = request.args.get("audit", "").replace("\0", "")
    if not ref:
        return []
    session = current_session()
    asked = question_at(session, access(session, actor(), ref).audit.id, request.args.get("question", ""))
    return [label_of(one) for one in requirements_of(asked[0].counts_for)] if asked else []


def _page(nc: Nonconformity, form: RepeatForm, status: int) -> ResponseReturnValue:
    session, who = current_session(), actor()
    standing = standing_of(session, who, nc, clock.now())
    linked = repeats_of(session, who, nc.id)
    look = similar_to(session, who, nc)
    return (
        render_template(
            "findings/raising/repeats.html",
            nc=nc,
            standing=standing,
            linked=linked,
            linked_ids={one.id for one in linked},
            look=look,
            grade=nc.grade,
            form=form,
            may_link=NcVerb.RELATE in standing.may,
            may_regrade=NcVerb.REGRADE in standing.may,
            **LABELS,
        ),
        status,
    )
