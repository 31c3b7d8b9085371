"""Pages of evidence: the list, adding, one piece, its bytes."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import (
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice  # type: ignore[attr-defined] # the stubs are a version behind

from auditapp.audits.execution.blueprint import bp, standing
from auditapp.audits.execution.evidence.forms import AddressForm, DescribeForm, FileForm, ReasonForm
from auditapp.audits.execution.evidence.queries import evidence_of, evidence_page, question_choices
from auditapp.audits.execution.evidence.service import (
    add_address,
    add_file,
    change_evidence,
    remove_evidence,
    restore_evidence,
)
from auditapp.audits.execution.queries import Access, access, writable
from auditapp.audits.execution.rules import EVIDENCE_LABELS, EvidenceKind
from auditapp.kit import clock
from auditapp.kit.contents import ENDINGS
from auditapp.kit.db import current_session, release, undo
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.keeping import keep_file
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.shell.forms import BaseForm

# Whatever a browser makes of the bytes, it may do nothing with them.
SEALED = "sandbox; default-src 'none'"
PRIVATE = "private, no-store"


@bp.get("/audits/<ref>/evidence")
@guard(Capability.VIEW_ORGANIZATION)
def evidence_index(ref: str) -> ResponseReturnValue:
    """All evidence of an audit, newest first; what was removed on a page of its own."""
    session = current_session()
    who = access(session, actor(), ref)
    removed = request.args.get("show") == "removed"
    page = evidence_page(session, who.audit.id, page=request.args.get("page", 1, type=int), removed=removed)
    return render_template(
        "execution/evidence_index.html", page=page, removed=removed, kinds=EVIDENCE_LABELS, **standing(who)
    )


@bp.get("/audits/<ref>/evidence/new")
@guard(Capability.VIEW_ORGANIZATION)
def new_evidence(ref: str) -> ResponseReturnValue:
    """Add a file, a link, or a reference to a document held elsewhere."""
    who = access(current_session(), actor(), ref)
    writable(current_session(), actor(), who.audit)
    return _new_page(who, FileForm(formdata=None), AddressForm(formdata=None), 200)


@bp.post("/audits/<ref>/evidence")
@guard(Capability.VIEW_ORGANIZATION)
def add_evidence(ref: str) -> ResponseReturnValue:
    """Take a file: checked, re-drawn and stored without the write lock, then its row is added."""
    session = current_session()
    who = access(session, actor(), ref)
    writable(session, actor(), who.audit)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _refused(who, Invalid(Text("Choose a file or take a photo first."), field="file"))
    release()
    try:
        kept = keep_file(
            _store(),
            upload.stream,
            file_name=upload.filename,
            limit_mb=current_app.extensions["auditapp"].max_upload_mb,
        )
    except Refusal as refusal:
        return _refused(access(session, actor(), ref), refusal)
    who = access(session, actor(), ref)
    form = FileForm()
    if not form.validate():
        return _not_taken(who, form)
    try:
        question_id, anchor = _question(who, form.question.data)
        added = add_file(
            session,
            actor=actor(),
            at=clock.now(),
            audit=who.audit,
            kept=kept,
            question_id=question_id,
            title=form.title.data or "",
            evidence_date=form.evidence_date.data,
        )
    except Refusal as refusal:
        undo()
        return _refused(access(session, actor(), ref), refusal)
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(
            id=str(added.id),
            title=added.title,
            picture=url_for("execution.picture", ref=ref, evidence_id=added.id)
            if added.preview_sha256
            else None,
            page=url_for("execution.evidence", ref=ref, evidence_id=added.id),
        ), 201
    flash(gettext("Saved: %(title)s", title=added.title), "success")
    return redirect(_next(ref, anchor))


@bp.post("/audits/<ref>/evidence/address")
@guard(Capability.VIEW_ORGANIZATION)
def add_evidence_address(ref: str) -> ResponseReturnValue:
    """Take a link, or where a document is held."""
    session = current_session()
    who = access(session, actor(), ref)
    form = AddressForm()
    kind = EvidenceKind.REFERENCE if request.form.get("kind") == "reference" else EvidenceKind.LINK
    if not form.validate():
        return _new_page(who, FileForm(formdata=None), form, 422)
    question_id, anchor = _question(who, form.question.data)
    with form.taking_refusals() as outcome:
        added = add_address(
            session,
            actor=actor(),
            at=clock.now(),
            audit=who.audit,
            kind=kind,
            title=form.title.data or "",
            address=form.address.data or "",
            question_id=question_id,
            evidence_date=form.evidence_date.data,
        )
    if not outcome.ok:
        return _new_page(access(session, actor(), ref), FileForm(formdata=None), form, outcome.status)
    flash(gettext("Saved: %(title)s", title=added.title), "success")
    return redirect(_next(ref, anchor))


@bp.get("/audits/<ref>/evidence/<uuid:evidence_id>")
@guard(Capability.VIEW_ORGANIZATION)
def evidence(ref: str, evidence_id: UUID) -> ResponseReturnValue:
    """One piece of evidence: what it shows, where it comes from, its hash."""
    session = current_session()
    who = access(session, actor(), ref)
    row = evidence_of(session, who.audit.id, evidence_id)
    form = DescribeForm(formdata=None, title=row[0].title, evidence_date=row[0].evidence_date)
    return _evidence_page(who, row, form, ReasonForm(formdata=None), 200)


@bp.post("/audits/<ref>/evidence/<uuid:evidence_id>")
@guard(Capability.VIEW_ORGANIZATION)
def change(ref: str, evidence_id: UUID) -> ResponseReturnValue:
    """Describe it better."""
    session = current_session()
    who = access(session, actor(), ref)
    form = DescribeForm()
    row = evidence_of(session, who.audit.id, evidence_id)
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            change_evidence(
                session,
                actor=actor(),
                at=clock.now(),
                audit=who.audit,
                evidence=row[0],
                title=form.title.data or "",
                evidence_date=form.evidence_date.data,
            )
        if outcome.ok:
            flash(gettext("Saved."), "success")
            return redirect(url_for("execution.evidence", ref=ref, evidence_id=evidence_id))
        status = outcome.status
        who = access(session, actor(), ref)
        row = evidence_of(session, who.audit.id, evidence_id)
    return _evidence_page(who, row, form, ReasonForm(formdata=None), status)


@bp.post("/audits/<ref>/evidence/<uuid:evidence_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove(ref: str, evidence_id: UUID) -> ResponseReturnValue:
    """Take it out, with a reason."""
    session = current_session()
    who = access(session, actor(), ref)
    row = evidence_of(session, who.audit.id, evidence_id)
    form = ReasonForm()
    if not form.validate():
        describe = DescribeForm(formdata=None, title=row[0].title, evidence_date=row[0].evidence_date)
        return _evidence_page(who, row, describe, form, 422)
    remove_evidence(
        session,
        actor=actor(),
        at=clock.now(),
        audit=who.audit,
        evidence=row[0],
        reason=form.reason.data or "",
    )
    flash(
        gettext("Removed. It stays in the store and can be brought back until the closing meeting."),
        "success",
    )
    return redirect(url_for("execution.evidence", ref=ref, evidence_id=evidence_id))


@bp.post("/audits/<ref>/evidence/<uuid:evidence_id>/restore")
@guard(Capability.VIEW_ORGANIZATION)
def restore(ref: str, evidence_id: UUID) -> ResponseReturnValue:
    """Bring it back."""
    session = current_session()
    who = access(session, actor(), ref)
    row = evidence_of(session, who.audit.id, evidence_id)
    restore_evidence(session, actor=actor(), at=clock.now(), audit=who.audit, evidence=row[0])
    flash(gettext("It is back."), "success")
    return redirect(url_for("execution.evidence", ref=ref, evidence_id=evidence_id))


@bp.get("/audits/<ref>/evidence/<uuid:evidence_id>/file")
@guard(Capability.VIEW_ORGANIZATION)
def download(ref: str, evidence_id: UUID) -> ResponseReturnValue:
    """The original bytes, as a download and never to be shown in the page."""
    session = current_session()
    who = access(session, actor(), ref)
    one = evidence_of(session, who.audit.id, evidence_id)[0]
    if not one.sha256 or one.coming:
        raise NotFound
    name = f"{one.title[:80] or one.sha256[:12]}.{ENDINGS.get(one.media_type, 'bin')}"
    return _sealed(
        send_file(
            _store().path(one.sha256),
            mimetype=one.media_type,
            as_attachment=True,
            download_name=name,
            etag=False,
        )
    )


@bp.get("/audits/<ref>/evidence/<uuid:evidence_id>/picture")
@guard(Capability.VIEW_ORGANIZATION)
def picture(ref: str, evidence_id: UUID) -> ResponseReturnValue:
    """The picture drawn anew: the only bytes of evidence that a page shows."""
    session = current_session()
    who = access(session, actor(), ref)
    one = evidence_of(session, who.audit.id, evidence_id)[0]
    if not one.preview_sha256:
        raise NotFound
    return _sealed(
        send_file(BytesIO(_store().read(one.preview_sha256)), mimetype=one.preview_type, etag=False)
    )


def _sealed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = PRIVATE
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _store() -> Store:
    store: Store = current_app.extensions["auditapp_store"]
    return store


def _question(who: Access, given: str | None) -> tuple[UUID | None, str]:
    """The question that a form names by its number, and its anchor in the walk."""
    if not given:
        return None, ""
    for question_id, position, *_ in question_choices(current_session(), who.audit.id):
        if given in {str(position), str(question_id)}:
            return question_id, f"q{position}"
    raise Invalid(Text("There is no such question in this audit."), field="question")


def _next(ref: str, anchor: str) -> str:
    if anchor:
        return f"{url_for('execution.walk', ref=ref)}#{anchor}"
    return url_for("execution.evidence_index", ref=ref)


def _refused(who: Access, refusal: Refusal) -> ResponseReturnValue:
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(error=str(refusal.text), field=refusal.field), refusal.status
    form = FileForm()
    form.validate()
    form.refused = refusal.text
    return _new_page(who, form, AddressForm(formdata=None), refusal.status)


def _not_taken(who: Access, form: FileForm) -> ResponseReturnValue:
    """What is wrong beside a file: in a word for our script, at its field on the page."""
    if request.headers.get("X-Requested-With") == "fetch":
        field, errors = next(iter(form.errors.items()))
        return jsonify(error=str(next(iter(errors), "")), field=field), 422
    return _new_page(who, form, AddressForm(formdata=None), 422)


def _new_page(
    who: Access, file_form: FileForm, address_form: AddressForm, status: int
) -> ResponseReturnValue:
    rows = question_choices(current_session(), who.audit.id)
    choices = [SelectChoice("", gettext("None: it is about the audit as a whole"))]
    choices += [SelectChoice(str(row[1]), f"{row[1]} · {row[2]} {row[3][:80]}") for row in rows]
    wanted = request.values.get("question", "")
    forms: tuple[Any, ...] = (file_form, address_form)
    for form in forms:
        form.question.choices = choices
        form.question.data = wanted
    return render_template(
        "execution/new_evidence.html",
        file_form=file_form,
        address_form=address_form,
        kind="reference" if request.form.get("kind") == "reference" else "link",
        wrong=_wrong(file_form, address_form),
        limit=current_app.extensions["auditapp"].max_upload_mb,
        **standing(who),
    ), status


def _wrong(*forms: BaseForm) -> BaseForm | None:
    return next(
        (form for form in forms if form.errors or form.refused or any(field.errors for field in form)), None
    )


def _evidence_page(
    who: Access, row: Any, describe: DescribeForm, reason: ReasonForm, status: int
) -> ResponseReturnValue:
    return render_template(
        "execution/evidence.html",
        one=row[0],
        row=row,
        describe=describe,
        reason=reason,
        kinds=EVIDENCE_LABELS,
        wrong=_wrong(describe, reason),
        **standing(who),
    ), status
