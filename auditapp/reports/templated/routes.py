"""Pages of the report templates, and the audit report as a Word file."""

from collections.abc import Callable
from io import BytesIO
from typing import cast
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_babel import gettext as _

from auditapp.audits.report.content import AuditReport
from auditapp.audits.report.labels import LABELS, in_language
from auditapp.audits.report.routes.base import audit_of, draft_readers_only
from auditapp.audits.report.routes.pages import draft_of, issued_of
from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability
from auditapp.reports.templated import queries, service
from auditapp.reports.templated.builtin import builtin
from auditapp.reports.templated.checker import Verdict, check, trial
from auditapp.reports.templated.filling import Faulty, fill
from auditapp.reports.templated.forms import ChoiceForm, TemplateForm, VersionForm
from auditapp.reports.templated.model import ReportTemplateVersion
from auditapp.reports.templated.names import listed
from auditapp.reports.templated.package import LARGEST_FILE

bp = Blueprint("templated", __name__, template_folder="templates")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BUILT_IN = "built-in"
LONGEST_FILE_NAME = 300


def _store() -> Store:
    return cast("Store", current_app.extensions["auditapp_store"])


def _attached(data: bytes, name: str) -> Response:
    response = send_file(BytesIO(data), mimetype=WORD, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _chapter_names(lacks: str) -> list[str]:
    return [
        _("Title page") if name == "cover" else str(LABELS[f"chapter.{name}"])
        for name in lacks.split(",")
        if name
    ]


# The templates -------------------------------------------------------------------------------------------------


@bp.get("/reports/templates")
@guard(Capability.VIEW_AUDITS)
def index() -> str:
    """The organization's templates, and which of them reports are made with."""
    session = current_session()
    return render_template(
        "templated/index.html",
        templates=queries.templates(session),
        default=queries.default_template(session, clock.now()),
        keeps=service.may_keep(actor()),
    )


@bp.get("/reports/templates/names")
@guard(Capability.VIEW_AUDITS)
def names() -> str:
    """Every name that a template may hold."""
    return render_template("templated/names.html", names=list(listed()))


@bp.get("/reports/templates/built-in.docx")
@guard(Capability.VIEW_AUDITS)
def built_in() -> Response:
    """The template that the product brings, as a start."""
    return _attached(builtin(), "report-template.docx")


def _sent() -> service.Sent:
    """The file that was sent, checked and kept before anything is changed. Raises Invalid."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(Text("Choose a Word file."), field="file")
    data = upload.stream.read(LARGEST_FILE + 1)
    name = " ".join("".join(c if c.isprintable() else " " for c in upload.filename).split())
    release()
    verdict = check(data, in_language(gettext))
    sha256, size = _store().put(BytesIO(data))
    return service.Sent(
        sha256=sha256,
        size=size,
        file_name=name.replace("\\", "/").rsplit("/", 1)[-1][-LONGEST_FILE_NAME:],
        verdict=verdict,
    )


def _say(verdict: Verdict) -> None:
    if verdict.works:
        flash(_("The template works. The checker says below what it would lack."), "success")
    else:
        flash(
            _(
                "The file is kept, but the checker found mistakes. It cannot be used until they are put right."
            ),
            "attention",
        )


@bp.route("/reports/templates/new", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Add a template."""
    form, status = (TemplateForm(formdata=None), 200) if request.method == "GET" else (TemplateForm(), 422)
    if request.method == "POST" and form.validate():
        with form.taking_refusals() as outcome:
            sent = _sent()
            made = service.add_template(
                current_session(),
                actor=actor(),
                at=clock.now(),
                name=form.name.data or "",
                note=form.note.data or "",
                sent=sent,
            )
        if outcome.ok:
            _say(sent.verdict)
            return redirect(url_for("templated.show", template_id=made.id))
        status = outcome.status
    return render_template("templated/new.html", form=form), status


def _page(template_id: UUID, form: VersionForm | None = None, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    template = queries.template_by_id(session, template_id)
    number = request.args.get("version", type=int)
    version = queries.version_of(template, number)
    people = {str(one): name for one, name in person_names(session)}
    default = queries.default_template(session, clock.now())
    return (
        render_template(
            "templated/show.html",
            template=template,
            version=version,
            verdict=check(_store().read(version.sha256), in_language(gettext)),
            chapter_names=_chapter_names,
            people=people,
            default=default,
            keeps=service.may_keep(actor()),
            form=form or VersionForm(formdata=None),
        ),
        status,
    )


@bp.get("/reports/templates/<uuid:template_id>")
@guard(Capability.VIEW_AUDITS)
def show(template_id: UUID) -> ResponseReturnValue:
    """A template: what the checker says of its newest version (``?version=2``: of another), and all versions."""
    return _page(template_id)


@bp.post("/reports/templates/<uuid:template_id>")
@guard(Capability.MANAGE_SETTINGS)
def upload(template_id: UUID) -> ResponseReturnValue:
    """A further version."""
    form = VersionForm()
    if not form.validate():
        return _page(template_id, form, 422)
    with form.taking_refusals() as outcome:
        sent = _sent()
        session = current_session()
        template = queries.template_by_id(session, template_id)
        service.add_version(
            session, actor=actor(), at=clock.now(), template=template, note=form.note.data or "", sent=sent
        )
    if not outcome.ok:
        return _page(template_id, form, outcome.status)
    _say(sent.verdict)
    return redirect(url_for("templated.show", template_id=template_id))


@bp.post("/reports/templates/default")
@guard(Capability.MANAGE_SETTINGS)
def default() -> ResponseReturnValue:
    """Make a template the one of all reports; without ``template`` the built-in one is it again."""
    session, given = current_session(), request.form.get("template", "")
    template = queries.template_by_id(session, _uuid(given)) if given else None
    service.set_default(session, actor=actor(), at=clock.now(), template=template)
    flash(_("Reports issued from now on are made with it."), "success")
    return redirect(url_for("templated.index"))


def _uuid(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise NotFound from error


@bp.post("/reports/templates/<uuid:template_id>/withdraw")
@guard(Capability.MANAGE_SETTINGS)
def withdraw(template_id: UUID) -> ResponseReturnValue:
    """Take a template out of use."""
    session = current_session()
    template = queries.template_by_id(session, template_id)
    service.withdraw(session, actor=actor(), at=clock.now(), template=template)
    flash(_("The template is withdrawn. Reports made with it stay as they are."), "success")
    return redirect(url_for("templated.index"))


def _version(template_id: UUID, number: int) -> tuple[str, str, str]:
    version = queries.version_of(queries.template_by_id(current_session(), template_id), number)
    found = version.file_name.removesuffix(".docx"), str(version.number), version.sha256
    release()
    return found


@bp.get("/reports/templates/<uuid:template_id>/<int(max=9999):number>.docx")
@guard(Capability.VIEW_AUDITS)
def file(template_id: UUID, number: int) -> Response:
    """A version as it came."""
    name, shown, sha256 = _version(template_id, number)
    return _attached(_store().read(sha256), f"{name}-v{shown}.docx")


@bp.get("/reports/templates/<uuid:template_id>/<int(max=9999):number>/trial.docx")
@guard(Capability.VIEW_AUDITS)
def trial_file(template_id: UUID, number: int) -> ResponseReturnValue:
    """A trial report: a made-up audit that has everything."""
    name, shown, sha256 = _version(template_id, number)
    try:
        made = trial(_store().read(sha256), in_language(gettext))
    except Faulty:
        flash(_("This version has mistakes: no trial can be made with it."), "warning")
        return redirect(url_for("templated.show", template_id=template_id, version=number))
    return _attached(made.data, f"{name}-v{shown}-trial.docx")


# The report ----------------------------------------------------------------------------------------------------


def _template(audit_id: UUID, report: AuditReport) -> tuple[str, str]:
    """SHA-256 of the version that a report is made with, and what names it; both empty for the built-in one."""
    session, asked = current_session(), request.args.get("with", "")
    version: ReportTemplateVersion | None
    if asked == BUILT_IN:
        version = None
    elif asked:
        version = queries.working_version(session, _uuid(asked))
    else:
        issued = report.document.signature is not None
        version = queries.version_for(session, audit_id, report.document.issued_at if issued else clock.now())
    if version is None:
        return "", ""
    return (
        version.sha256,
        f"{queries.name_of(session, version)}, version {version.number}, SHA-256 {version.sha256}",
    )


def _word(report: AuditReport, sha256: str, made_with: str) -> bytes:
    store = _store()
    photos: Callable[[str], bytes | None] = lambda key: store.read(key) if store.has(key) else None  # noqa: E731
    with force_locale(report.document.language):
        labels = in_language(gettext)
        return fill(
            store.read(sha256) if sha256 else builtin(), report, photos, labels=labels, made_with=made_with
        ).data


@bp.get("/audits/<ref>/report/<int(max=9999):revision>/docx")
@guard(Capability.SIGNED_IN)
def download(ref: str, revision: int) -> Response:
    """An issued revision as a Word file: with the template of the audit, or (``?with=``) with another version."""
    who = actor()
    audit = audit_of(who, ref)
    row, report = issued_of(who, audit, revision)
    name, template = f"{row.number}-{row.revision}.docx", _template(audit.id, report)
    release()
    return _attached(_word(report, *template), name)


@bp.get("/audits/<ref>/report/draft/docx")
@guard(Capability.SIGNED_IN)
def draft(ref: str) -> Response:
    """The draft as a Word file, marked as one."""
    who = actor()
    audit = audit_of(who, ref)
    draft_readers_only(audit, who)
    report, name = draft_of(audit), f"{audit.ref}-draft.docx"
    template = _template(audit.id, report)
    release()
    return _attached(_word(report, *template), name)


@bp.route("/audits/<ref>/report/template", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def choose(ref: str) -> ResponseReturnValue:
    """Which template the Word report of an audit is made with."""
    who, session = actor(), current_session()
    audit = audit_of(who, ref)
    if audit.issued_at is None:
        draft_readers_only(audit, who)
    else:
        issued_of(who, audit)
    found = queries.usable(session)
    now = queries.version_for(session, audit.id, audit.issued_at or clock.now())
    choices = [
        (BUILT_IN, _("The built-in template")),
        *((str(v.id), f"{t.name} ({v.number})") for t, v in found),
    ]
    if now is not None and str(now.id) not in dict(choices):
        choices.append((str(now.id), f"{queries.name_of(session, now)} ({now.number})"))
    current = str(now.id) if now else BUILT_IN
    form = (
        ChoiceForm(formdata=None, choices=choices, version_id=current)
        if request.method == "GET"
        else ChoiceForm(choices=choices)
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                picked = form.version_id.data
                service.choose(
                    session,
                    actor=who,
                    at=clock.now(),
                    audit=audit,
                    version_id=None if picked == BUILT_IN else UUID(picked),
                )
            if outcome.ok:
                flash(_("The Word report of %(ref)s is made with it from now on.", ref=ref), "success")
                return redirect(url_for("report.show", ref=ref))
            status = outcome.status
            audit = audit_of(who, ref)
    shown = {str(v.id): _chapter_names(v.lacks) for _t, v in found}
    return (
        render_template(
            "templated/choose.html",
            audit=audit,
            form=form,
            lacks=shown,
            chosen=queries.chosen_for(session, audit.id),
            may_choose=service.may_choose(audit, who),
            current=dict(choices)[current],
        ),
        status,
    )
