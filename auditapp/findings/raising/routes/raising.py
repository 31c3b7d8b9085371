"""Raising a nonconformity from anywhere, and changing it while it is a draft."""

from collections.abc import Mapping
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import visible_audits
from auditapp.findings import queries
from auditapp.findings.blueprint import bp
from auditapp.findings.life.queries import standing_of
from auditapp.findings.life.service.base import allowed
from auditapp.findings.model import Nonconformity
from auditapp.findings.raising import service
from auditapp.findings.raising.forms import RaiseForm, relationship_choices
from auditapp.findings.raising.queries import (
    Look,
    relationship_of_audit,
    relationship_of_partner,
    requirements,
    requirements_known,
    similar,
)
from auditapp.findings.raising.rules import GRADES, MOST_TITLE, Requirement, requirement_of, seen_at
from auditapp.findings.rules.nonconformity import STATUS_LABELS, STATUS_TONES, NcVerb, Source
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.people.guards import actor, guard
from auditapp.people.queries import relationship_names
from auditapp.people.rules import Capability
from auditapp.shell.forms import clean

LABELS = {"grade_labels": GRADE_LABELS, "status_labels": STATUS_LABELS, "status_tones": STATUS_TONES}


@bp.get("/nonconformities/new")
@guard(Capability.VIEW_ORGANIZATION)
def new() -> ResponseReturnValue:
    """The form, begun from the page one comes from: ``from`` its path, or ``relationship``, ``clause``, ``title``."""
    session = current_session()
    seen = seen_at(request.args.get("from", "")[:200])
    audit = _audit(request.args.get("audit", "") or seen.audit)
    known = {ref: one for one, ref, _name in relationship_names(session)}
    relationship_id = known.get(request.args.get("relationship", "") or seen.relationship)
    if relationship_id is None and seen.partner:
        relationship_id = (
            relationship_of_partner(session, UUID(seen.partner)) if _uuid(seen.partner) else None
        )
    if relationship_id is None and audit is not None:
        relationship_id = relationship_of_audit(session, audit.id)
    clause = (clean(request.args.get("clause", "").replace("\0", "")) or "")[:430]
    form = RaiseForm(
        formdata=None,
        title=(clean(request.args.get("title", "").replace("\0", "")) or "")[:MOST_TITLE],
        relationship=str(relationship_id or ""),
        requirements=[clause, "", ""],
        audit=audit.ref if audit else "",
    )
    return _page(form, 200, audit=audit)


@bp.post("/nonconformities/new")
@guard(Capability.VIEW_ORGANIZATION)
def new_post() -> ResponseReturnValue:
    """Keep it as a draft; or only look for similar ones, and show the form again."""
    session = current_session()
    form = RaiseForm()
    audit = _audit(form.audit.data or "")
    known = requirements_known(session)
    form.relationship.choices = relationship_choices(relationship_names(session))
    if "look" in request.form:
        return _page(form, 200, audit=audit, look=_look(form, known), known=known)
    if not form.validate():
        return _page(form, 422, audit=audit, known=known)
    with form.taking_refusals() as outcome:
        nc = service.raise_nonconformity(
            session,
            actor=actor(),
            at=clock.now(),
            title=form.title.data or "",
            statement=form.statement.data or "",
            objective_evidence=form.objective_evidence.data or "",
            source=Source(form.source.data),
            source_note=form.source_note.data or "",
            grade=Grade(form.grade.data),
            relationship_id=UUID(form.relationship.data) if form.relationship.data else None,
            audit_id=audit.id if audit else None,
            requirements=_chosen(form, known),
            body_name=form.body_name.data or "",
            body_ref=form.body_ref.data or "",
            reply_due_on=form.reply_due_on.data,
            close_due_on=form.close_due_on.data,
        )
    if not outcome.ok:
        return _page(form, outcome.status, audit=_audit(form.audit.data or ""), known=known)
    return redirect(url_for("findings.raised", ref=nc.ref))


@bp.get("/nonconformities/<ref>/raised")
@guard(Capability.VIEW_ORGANIZATION)
def raised(ref: str) -> ResponseReturnValue:
    """What happens next with what was just raised: photos, similar ones, who issues it."""
    session, who = current_session(), actor()
    nc = queries.nonconformity_by_ref(session, who, ref)
    return render_template(
        "findings/raising/raised.html",
        nc=nc,
        standing=standing_of(session, who, nc, clock.now()),
        look=similar(
            session,
            who,
            requirements=requirements(session, nc),
            relationship_id=nc.relationship_id,
            exclude=nc.id,
            at=nc.raised_at,
        ),
        grade=nc.grade,
        **LABELS,
    )


@bp.get("/nonconformities/<ref>/edit")
@guard(Capability.VIEW_ORGANIZATION)
def edit_draft(ref: str) -> ResponseReturnValue:
    """The draft as a form."""
    session = current_session()
    nc = queries.nonconformity_by_ref(session, actor(), ref)
    allowed(session, nc, NcVerb.EDIT, actor=actor())
    return _page(RaiseForm.of(nc, requirements(session, nc)), 200, nc=nc)


@bp.post("/nonconformities/<ref>/edit")
@guard(Capability.VIEW_ORGANIZATION)
def edit_draft_post(ref: str) -> ResponseReturnValue:
    """Keep what was changed in the draft."""
    session = current_session()
    nc = queries.nonconformity_by_ref(session, actor(), ref)
    allowed(session, nc, NcVerb.EDIT, actor=actor())
    form = RaiseForm()
    known = requirements_known(session)
    known |= {one.label: one for one in requirements(session, nc)}
    form.relationship.choices = relationship_choices(relationship_names(session))
    if nc.finding_id is not None:  # only the title is asked for: the rest is what the finding says
        for name in [name for name in form.data if name not in {"title", "version", "audit", "csrf_token"}]:
            del form[name]
        return _retitled(nc, form)
    if "look" in request.form:
        return _page(form, 200, nc=nc, look=_look(form, known, nc), known=known)
    if not form.validate():
        return _page(form, 422, nc=nc, known=known)
    with form.taking_refusals() as outcome:
        service.edit_draft(
            session,
            actor=actor(),
            at=clock.now(),
            nc=nc,
            version=form.seen,
            title=form.title.data or "",
            statement=form.statement.data or "",
            objective_evidence=form.objective_evidence.data or "",
            source=Source(form.source.data),
            source_note=form.source_note.data or "",
            grade=Grade(form.grade.data or nc.grade),
            relationship_id=UUID(form.relationship.data) if form.relationship.data else None,
            stage=nc.stage,
            requirements=_chosen(form, known),
            body_name=form.body_name.data or "",
            body_ref=form.body_ref.data or "",
            reply_due_on=form.reply_due_on.data,
            close_due_on=form.close_due_on.data,
        )
    if not outcome.ok:
        nc = queries.nonconformity_by_ref(session, actor(), ref)
        form.version.data = str(nc.version)  # compared with what stands there now, it can be saved again
        return _page(form, outcome.status, nc=nc, known=known)
    flash(_("The draft %(ref)s is saved. %(turn)s", ref=nc.ref, turn=_turn(nc)), "success")
    return redirect(url_for("findings.show", ref=nc.ref))


def _retitled(nc: Nonconformity, form: RaiseForm) -> ResponseReturnValue:
    """Keep another title for a draft that comes from an audit finding."""
    session, ref = current_session(), nc.ref
    if not form.validate():
        return _page(form, 422, nc=nc)
    with form.taking_refusals() as outcome:
        service.edit_draft(
            session,
            actor=actor(),
            at=clock.now(),
            nc=nc,
            version=form.seen,
            title=form.title.data or "",
            statement=nc.statement,
        )
    if not outcome.ok:
        nc = queries.nonconformity_by_ref(session, actor(), ref)
        form.version.data = str(nc.version)
        return _page(form, outcome.status, nc=nc)
    flash(_("The draft %(ref)s is saved. %(turn)s", ref=nc.ref, turn=_turn(nc)), "success")
    return redirect(url_for("findings.show", ref=nc.ref))


def _page(
    form: RaiseForm,
    status: int,
    *,
    audit: Audit | None = None,
    nc: Nonconformity | None = None,
    look: Look | None = None,
    known: Mapping[str, Requirement] | None = None,
) -> ResponseReturnValue:
    session = current_session()
    of_finding = nc is not None and nc.finding_id is not None
    if "relationship" in form:
        form.relationship.choices = relationship_choices(relationship_names(session))
    return (
        render_template(
            "findings/raising/form.html",
            form=form,
            audit=audit,
            nc=nc,
            standing=standing_of(session, actor(), nc, clock.now()) if nc else None,
            of_finding=of_finding,
            look=look,
            grade=Grade(form.grade.data)
            if not of_finding and form.grade.data in set(GRADES)
            else Grade.MINOR,
            known=[] if of_finding else list(known if known is not None else requirements_known(session)),
            by_body=not of_finding and form.source.data == Source.CERTIFICATION_BODY.value,
            **LABELS,
        ),
        status,
    )


def _chosen(form: RaiseForm, known: Mapping[str, Requirement]) -> list[dict[str, str]]:
    """The requirements that were written. Raises Invalid, shown at its line."""
    found = []
    for entry in form.requirements.entries:
        line = (entry.data or "").strip()
        if not line:
            continue
        try:
            one = requirement_of(line, known)
        except Invalid as refusal:
            raise Invalid(refusal.text, field=entry.name) from refusal
        found.append({"standard": one.standard, "clause": one.clause, "title": one.title})
    return found


def _look(form: RaiseForm, known: Mapping[str, Requirement], nc: Nonconformity | None = None) -> Look:
    """What is similar to what stands in the form so far; lines that name no requirement are left out."""
    wanted = []
    for line in form.written:
        try:
            wanted.append(requirement_of(line, known))
        except Invalid:
            continue
    return similar(
        current_session(),
        actor(),
        requirements=wanted,
        relationship_id=_uuid(form.relationship.data or ""),
        exclude=nc.id if nc else None,
        at=clock.now(),
    )


def _turn(nc: Nonconformity) -> str:
    """Whose turn it is now, for the reader."""
    return str(standing_of(current_session(), actor(), nc, clock.now()).turn.sentence)


def _audit(ref: str) -> Audit | None:
    """The audit of that number, if the reader may see it."""
    if not ref or "\0" in ref:
        return None
    found: Audit | None = current_session().scalar(visible_audits(actor()).where(Audit.ref == ref[:20]))
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
