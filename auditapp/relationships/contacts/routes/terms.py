"""Contract, break points, segment and priority, interdependencies; and the criteria for all relationships."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import relationship_names
from auditapp.people.rules import Capability
from auditapp.relationships.contacts import queries, service
from auditapp.relationships.contacts.forms import BreakForm, LeanForm, PriorityForm, ReviewedForm, TermsForm
from auditapp.relationships.contacts.routes.base import bp, find, manages, today
from auditapp.relationships.contacts.rules import HIGHEST, LOWEST, suggested, weighted
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import PRIORITY_LABELS, Priority
from auditapp.relationships.service import must_manage
from auditapp.shell.forms import options, text_fault


def _page(found: Relationship, forms: dict[str, Any] | None = None, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    criteria = queries.criteria(session)
    scores = queries.scores_of(session, found.id)
    mean = weighted(criteria, {key: one.score for key, one in scores.items()})
    given: dict[str, Any] = {
        "terms": TermsForm(formdata=None, obj=found),
        "break": BreakForm(formdata=None),
        "lean": LeanForm(formdata=None),
        "reviewed": ReviewedForm(formdata=None),
        "priority": PriorityForm(
            formdata=None,
            segment=found.segment,
            priority=found.priority.value,
            reason=found.priority_reason,
            version=found.version,
        ),
    } | (forms or {})
    given["lean"].other.choices = _others(found)
    return render_template(
        "contacts/terms.html",
        found=found,
        manages=manages(found),
        breaks=queries.break_points(session, found.id),
        leans=queries.interdependencies(session, actor(), found.id),
        criteria=criteria,
        scores=scores,
        typed=request.form if request.method == "POST" else {},
        mean=mean,
        suggested=PRIORITY_LABELS[suggested(mean)] if mean is not None else None,
        today=today(),
        forms=given,
        priority_labels=PRIORITY_LABELS,
    ), status


def _others(found: Relationship) -> Any:
    return options(
        (str(one), f"{ref} {name}")
        for one, ref, name in relationship_names(current_session())
        if one != found.id
    )


@bp.get("/relationships/<ref>/terms")
@guard(Capability.VIEW_ORGANIZATION)
def terms(ref: str) -> ResponseReturnValue:
    """What a relationship rests on. For our own people."""
    return _page(find(ref))


def _back(ref: str, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("contacts.terms", ref=ref) + anchor)


def _common(found: Relationship) -> dict[str, Any]:
    return {"actor": actor(), "at": clock.now(), "relationship_id": found.id}


@bp.post("/relationships/<ref>/terms")
@guard(Capability.MANAGE_RELATIONSHIPS)
def save_terms(ref: str) -> ResponseReturnValue:
    """Keep the dates of the contract."""
    found = find(ref)
    must_manage(actor(), found.id)
    form = TermsForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.set_terms(
                current_session(),
                version=form.version.data or 0,
                contract_starts_on=form.contract_starts_on.data,
                contract_ends_on=form.contract_ends_on.data,
                notice_days=form.notice_days.data,
                **_common(found),
            )
        if outcome.ok:
            flash(_("Kept."), "success")
            return _back(ref, "#contract")
        status = outcome.status
        found = find(ref)
    return _page(found, {"terms": form}, status)


@bp.post("/relationships/<ref>/terms/breaks")
@guard(Capability.MANAGE_RELATIONSHIPS)
def add_break(ref: str) -> ResponseReturnValue:
    """Add a break point."""
    found = find(ref)
    form = BreakForm()
    if form.validate():
        with form.taking_refusals() as outcome:
            service.add_break_point(
                current_session(),
                on=form.on.data,  # type: ignore[arg-type] # InputRequired
                note=form.note.data or "",
                **_common(found),
            )
        if outcome.ok:
            flash(_("The break point is added."), "success")
            return _back(ref, "#contract")
    return _page(find(ref), {"break": form}, 422)


@bp.post("/relationships/<ref>/terms/breaks/<uuid:break_id>/remove")
@guard(Capability.MANAGE_RELATIONSHIPS)
def remove_break(ref: str, break_id: UUID) -> ResponseReturnValue:
    """Take a break point away."""
    service.remove_break_point(current_session(), actor=actor(), at=clock.now(), break_point_id=break_id)
    flash(_("Taken away. The history keeps it."), "success")
    return _back(ref, "#contract")


@bp.post("/relationships/<ref>/terms/interdependencies")
@guard(Capability.MANAGE_RELATIONSHIPS)
def lean(ref: str) -> ResponseReturnValue:
    """This relationship leans on another."""
    found = find(ref)
    form = LeanForm()
    form.other.choices = _others(found)
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.depend(
                current_session(), other_id=UUID(form.other.data), note=form.note.data or "", **_common(found)
            )
        if outcome.ok:
            flash(_("Kept. It stands on the page of the other relationship too."), "success")
            return _back(ref, "#interdependencies")
        status = outcome.status
        found = find(ref)
    return _page(found, {"lean": form}, status)


@bp.post("/relationships/<ref>/terms/interdependencies/<uuid:row_id>/remove")
@guard(Capability.MANAGE_RELATIONSHIPS)
def unlean(ref: str, row_id: UUID) -> ResponseReturnValue:
    """It no longer leans on the other."""
    service.no_longer_depend(current_session(), actor=actor(), at=clock.now(), row_id=row_id)
    flash(_("Taken away. The history keeps it."), "success")
    return _back(ref, "#interdependencies")


@bp.post("/relationships/<ref>/terms/interdependencies/reviewed")
@guard(Capability.MANAGE_RELATIONSHIPS)
def reviewed(ref: str) -> ResponseReturnValue:
    """All interdependencies were looked at again."""
    found = find(ref)
    form = ReviewedForm()
    if not form.validate():
        return _page(found, {"reviewed": form}, 422)
    service.review_interdependencies(
        current_session(), on=today(), note=form.note.data or "", **_common(found)
    )
    flash(_("Reviewed today."), "success")
    return _back(ref, "#interdependencies")


@bp.post("/relationships/<ref>/terms/priority")
@guard(Capability.MANAGE_RELATIONSHIPS)
def save_priority(ref: str) -> ResponseReturnValue:
    """Keep scores, segment and priority."""
    found = find(ref)
    must_manage(actor(), found.id)
    form = PriorityForm()
    scores: dict[str, tuple[int, str]] = {}
    for one in queries.criteria(current_session()):
        given = request.form.get(f"score-{one.key}", "")
        why = request.form.get(f"why-{one.key}", "").strip()[:400]
        if given.isdigit() and LOWEST <= int(given[:2]) <= HIGHEST and text_fault(why) is None:
            scores[one.key] = (int(given[:2]), why)
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.set_scores(
                current_session(),
                version=form.version.data or 0,
                scores=scores,
                segment=form.segment.data or "",
                priority=Priority(form.priority.data),
                reason=form.reason.data or "",
                **_common(found),
            )
        if outcome.ok:
            flash(_("Kept."), "success")
            return _back(ref, "#segment-and-priority")
        status = outcome.status
        found = find(ref)
    return _page(found, {"priority": form}, status)


@bp.route("/relationships/criteria", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def criteria() -> ResponseReturnValue:
    """The criteria of segmentation and priority, for all relationships."""
    refused = None
    rows = [(one.key, str(one.title), one.weight) for one in queries.criteria(current_session())]
    if request.method == "POST":
        keys, titles, weights = (request.form.getlist(name)[:40] for name in ("key", "title", "weight"))
        rows = [
            (key[:40], title, int(weight) if weight.isdigit() and len(weight) < 3 else -1)  # noqa: PLR2004 - two digits
            for key, title, weight in zip(keys, titles, weights, strict=False)
        ]
        wrong = next((fault for row in rows if (fault := text_fault(row[1])) is not None), None)
        form = ReviewedForm(formdata=None)
        if wrong is None:
            with form.taking_refusals() as outcome:
                service.set_criteria(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    rows=[(key, title, weight if title.strip() else 0) for key, title, weight in rows],
                )
            if outcome.ok:
                flash(_("The criteria are kept. Relationships keep the scores they have."), "success")
                return redirect(url_for("relationships.index"))
            refused = form.refused or next(iter(form.errors.values()), None)
        else:
            refused = wrong
    return render_template("contacts/criteria.html", rows=rows, refused=refused), 422 if refused else 200
