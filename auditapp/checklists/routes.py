"""Pages of checklists: libraries, editions, import, and editing as a new edition."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from auditapp.checklists import queries, service
from auditapp.checklists.forms import ClauseForm, ImportForm, QuestionForm
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import (
    EDITION_LABELS,
    EDITION_TONES,
    KIND_LABELS,
    NUMBER_STATUS_LABELS,
    SCOPE_LABELS,
    SOURCE_LABELS,
    STAGE_LABELS,
    STANDARD_STATUS_LABELS,
    ChecklistFaults,
    Correction,
    EditionStatus,
    Library,
    Question,
    Scope,
    diff,
    export,
    fingerprint,
    question_of,
)
from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.kit.errors import NotFound, Stale
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.shell.forms import BaseForm, clean

bp = Blueprint("checklists", __name__, template_folder="templates", url_prefix="/checklists")
EDITION = "/<library_key>/<name>"
USES = "auditapp_edition_uses"  # (session, edition ids) -> audits per edition; given by whoever knows audits
SHOWN_FAULTS = 200


@bp.app_context_processor
def _labels() -> dict[str, Any]:
    return {
        "checklist_labels": {
            "edition": EDITION_LABELS,
            "tone": EDITION_TONES,
            "kind": KIND_LABELS,
            "number": NUMBER_STATUS_LABELS,
            "scope": SCOPE_LABELS,
            "source": SOURCE_LABELS,
            "stage": STAGE_LABELS,
            "standard": STANDARD_STATUS_LABELS,
        }
    }


@bp.get("/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """All libraries with their editions."""
    session = current_session()
    page = queries.library_rows(session, page=request.args.get("page", 1, type=int))
    shown = [edition.id for row in page.rows for edition in row.editions]
    found = [row.newest for row in page.rows]
    libraries = queries.libraries(session, [edition.id for edition in found])
    return render_template(
        "checklists/index.html",
        page=page,
        libraries={edition.library_key: library for edition, library in zip(found, libraries, strict=True)},
        uses=_uses(session, shown),
        may_manage=actor().can(Capability.MANAGE_CHECKLISTS),
    )


@bp.route("/import", methods=["GET", "POST"])
@guard(Capability.MANAGE_CHECKLISTS)
def import_file() -> ResponseReturnValue:
    """Upload a library: its faults, or a draft to look at."""
    form, faults = ImportForm(), list[Any]()
    if form.validate_on_submit():
        name = form.file.data.filename or "library.yaml"
        try:
            with form.taking_refusals() as outcome:
                edition = service.import_library(
                    current_session(), actor=actor(), at=clock.now(), data=form.file.data.read(), name=name
                )
            if outcome.ok:
                flash(_("The file is sound. This is what it would change; release it to use it."), "success")
                return redirect(_url("checklists.changes", edition))
            return render_template("checklists/import.html", form=form, faults=faults), outcome.status
        except ChecklistFaults as found:
            undo()
            faults = found.faults
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "checklists/import.html", form=form, faults=faults[:SHOWN_FAULTS], more=len(faults) - SHOWN_FAULTS
    )
    return page, status


@bp.get(EDITION)
@guard(Capability.VIEW_ORGANIZATION)
def edition(library_key: str, name: str) -> str:
    """One edition: its clauses and questions."""
    session = current_session()
    found, library = _found(library_key, name)
    return render_template(
        "checklists/edition.html",
        edition=found,
        library=library,
        questions=library.questions_by_clause(),
        counts=library.counts(),
        unconfirmed=library.to_check(),
        editions=queries.editions_of(session, library_key),
        draft=queries.draft_of(session, library_key),
        uses=_uses(session, [found.id]).get(found.id, 0),
        may_manage=actor().can(Capability.MANAGE_CHECKLISTS),
        may_edit=actor().can(Capability.MANAGE_CHECKLISTS) and found.status is not EditionStatus.RETIRED,
    )


@bp.get(f"{EDITION}/changes")
@guard(Capability.VIEW_ORGANIZATION)
def changes(library_key: str, name: str) -> str:
    """What an edition changed against the one before."""
    session = current_session()
    found, library = _found(library_key, name)
    before = queries.previous(session, found)
    return render_template(
        "checklists/changes.html",
        edition=found,
        library=library,
        before=before,
        diff=diff(queries.library(session, before), library) if before else None,
        old=queries.library(session, before) if before else None,
        may_manage=actor().can(Capability.MANAGE_CHECKLISTS),
    )


@bp.get(f"{EDITION}/export")
@guard(Capability.VIEW_ORGANIZATION)
def export_file(library_key: str, name: str) -> ResponseReturnValue:
    """The edition as a YAML file that can be imported again."""
    _edition, library = _found(library_key, name)
    return send_file(
        BytesIO(export(library)),
        mimetype="application/yaml",
        as_attachment=True,
        download_name=f"{library.id}-{library.edition}.yaml",
        max_age=0,
    )


@bp.route(f"{EDITION}/questions/<question_id>", methods=["GET", "POST"])
@guard(Capability.MANAGE_CHECKLISTS)
def question(library_key: str, name: str, question_id: str) -> ResponseReturnValue:
    """Edit one question; saved in the library's draft."""
    found, library = _found(library_key, name)
    if elsewhere := _newer_draft(found):
        return elsewhere
    asked = question_of(library, question_id)
    form = QuestionForm()
    form.offer(library)
    status = 200
    if form.validate_on_submit():
        with form.taking_refusals() as outcome:
            draft = service.edit_question(
                current_session(),
                actor=actor(),
                at=clock.now(),
                edition=found,
                question_id=question_id,
                seen=form.seen.data or "",
                **form.values(),
            )
        if outcome.ok:
            flash(_("Saved in draft edition %(edition)s.", edition=draft.edition), "success")
            return redirect(_url("checklists.edition", draft, _anchor=f"q-{question_id}"))
        status = outcome.status
    elif form.is_submitted():
        status = 422
    else:
        form.show(asked)
    form.seen.data = fingerprint(asked)
    return _question_page(found, library, form, asked), status


@bp.route(f"{EDITION}/questions", methods=["GET", "POST"])
@guard(Capability.MANAGE_CHECKLISTS)
def add_question(library_key: str, name: str) -> ResponseReturnValue:
    """Add a question; saved in the library's draft."""
    found, library = _found(library_key, name)
    if elsewhere := _newer_draft(found):
        return elsewhere
    form = QuestionForm()
    form.offer(library)
    status = 200
    if form.validate_on_submit():
        with form.taking_refusals() as outcome:
            draft, question_id = service.new_question(
                current_session(), actor=actor(), at=clock.now(), edition=found, **form.values()
            )
        if outcome.ok:
            flash(_("Added in draft edition %(edition)s.", edition=draft.edition), "success")
            return redirect(_url("checklists.edition", draft, _anchor=f"q-{question_id}"))
        status = outcome.status
    elif form.is_submitted():
        status = 422
    else:
        form.clause.data = request.args.get("clause")
        form.scope.data = Scope.RELATIONSHIP.value
        form.weight.data = 1
    return _question_page(found, library, form, None), status


@bp.post(f"{EDITION}/questions/<question_id>/remove")
@guard(Capability.MANAGE_CHECKLISTS)
def remove_question(library_key: str, name: str, question_id: str) -> ResponseReturnValue:
    """Remove a question in the library's draft."""
    found, _library = _found(library_key, name)
    draft = service.drop_question(
        current_session(),
        actor=actor(),
        at=clock.now(),
        edition=found,
        question_id=question_id,
        seen=request.form.get("seen", ""),
    )
    flash(
        _("Question %(id)s is removed in draft edition %(edition)s.", id=question_id, edition=draft.edition),
        "success",
    )
    return redirect(_url("checklists.edition", draft))


@bp.route(f"{EDITION}/clauses/<ref>", methods=["GET", "POST"])
@guard(Capability.MANAGE_CHECKLISTS)
def clause(library_key: str, name: str, ref: str) -> ResponseReturnValue:
    """Correct one clause's number and title; saved in the library's draft."""
    found, library = _found(library_key, name)
    if elsewhere := _newer_draft(found):
        return elsewhere
    asked = library.clause_map().get(ref)
    if asked is None:
        raise NotFound
    form = ClauseForm(data={"number": asked.number or "", "title": asked.title})
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        with form.taking_refusals() as outcome:
            draft = service.correct_clauses(
                current_session(),
                actor=actor(),
                at=clock.now(),
                edition=found,
                corrections=[Correction(ref=ref, number=form.number.data or "", title=form.title.data or "")],
            )
        if outcome.ok:
            flash(_("Saved in draft edition %(edition)s.", edition=draft.edition), "success")
            return redirect(_url("checklists.edition", draft, _anchor=f"c-{ref}"))
        status = outcome.status
    return render_template(
        "checklists/clause.html", edition=found, library=library, clause=asked, form=form
    ), status


@bp.route(f"{EDITION}/numbers", methods=["GET", "POST"])
@guard(Capability.MANAGE_CHECKLISTS)
def numbers(library_key: str, name: str) -> ResponseReturnValue:
    """Go through the numbers that are not confirmed, copy in hand; saved in the library's draft."""
    found, library = _found(library_key, name)
    if elsewhere := _newer_draft(found):
        return elsewhere
    form = BaseForm()
    rows = library.to_check()
    status = 200
    if form.validate_on_submit():
        corrections = _corrections(library, request.form)
        with form.taking_refusals() as outcome:
            draft = service.correct_clauses(
                current_session(), actor=actor(), at=clock.now(), edition=found, corrections=corrections
            )
        if outcome.ok:
            flash(
                _(
                    "%(count)s clauses are noted as checked in draft edition %(edition)s.",
                    count=len(corrections),
                    edition=draft.edition,
                ),
                "success",
            )
            return redirect(_url("checklists.numbers", draft))
        status = outcome.status
    return render_template(
        "checklists/numbers.html", edition=found, library=library, rows=rows, form=form, typed=request.form
    ), status


@bp.post(f"{EDITION}/<verb>")
@guard(Capability.MANAGE_CHECKLISTS)
def act(library_key: str, name: str, verb: str) -> ResponseReturnValue:
    """One step in the life of an edition."""
    session, who, at = current_session(), actor(), clock.now()
    found = queries.edition(session, library_key, name)
    if verb == "draft":
        draft = service.start_edition(session, actor=who, at=at, base=found)
        flash(
            _(
                "Draft edition %(edition)s is begun. Change what you need, then release it.",
                edition=draft.edition,
            ),
            "success",
        )
        return redirect(_url("checklists.edition", draft))
    steps: dict[str, tuple[Callable[..., None], str]] = {
        "release": (service.release, _("Edition %(edition)s is released. New audits use it.", edition=name)),
        "discard": (service.discard, _("Draft edition %(edition)s is discarded.", edition=name)),
        "retire": (
            service.retire,
            _("Edition %(edition)s is retired. Audits that use it keep it.", edition=name),
        ),
        "bring_back": (service.bring_back, _("Edition %(edition)s is back in use.", edition=name)),
    }
    if verb not in steps:
        raise NotFound
    if request.form.get("seen", found.sha256) != found.sha256:
        raise Stale(
            Text("Somebody changed this edition since you opened the page. Look at it again, then decide.")
        )
    do, done = steps[verb]
    do(session, actor=who, at=at, edition=found)
    flash(done, "success")
    if verb == "discard":
        return redirect(url_for("checklists.index"))
    return redirect(_url("checklists.edition", found))


def _newer_draft(found: Edition) -> ResponseReturnValue | None:
    """Editing happens in the draft, if there is one: on to the same page there."""
    if request.method != "GET" or found.status is EditionStatus.DRAFT or request.endpoint is None:
        return None
    draft = queries.draft_of(current_session(), found.library_key)
    if draft is None:
        return None
    kept = {key: value for key, value in request.args.items() if key == "clause"}
    return redirect(url_for(request.endpoint, **{**kept, **(request.view_args or {}), "name": draft.edition}))


def _found(library_key: str, name: str) -> tuple[Edition, Library]:
    session = current_session()
    found = queries.edition(session, library_key, name)
    return found, queries.library(session, found)


def _question_page(found: Edition, library: Library, form: QuestionForm, asked: Question | None) -> str:
    return render_template(
        "checklists/question.html", edition=found, library=library, form=form, question=asked
    )


def _url(endpoint: str, found: Edition, **more: Any) -> str:
    return url_for(endpoint, library_key=found.library_key, name=found.edition, **more)


def _uses(session: Session, ids: list[UUID]) -> Mapping[UUID, int]:
    count = current_app.extensions.get(USES)
    return count(session, ids) if count else {}


def _corrections(library: Library, typed: Mapping[str, str]) -> list[Correction]:
    """Rows that were ticked or changed."""
    found = []
    for known in library.to_check():
        number = clean(typed.get(f"number-{known.ref}", known.number or "")) or ""
        title = clean(typed.get(f"title-{known.ref}", known.title)) or ""
        changed = (number, title) != (known.number or "", known.title)
        if changed or (f"checked-{known.ref}" in typed and number):
            found.append(Correction(ref=known.ref, number=number, title=title))
    return found
