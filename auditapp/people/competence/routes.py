"""Pages of training and competence."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.competence import service
from auditapp.people.competence.forms import CompetenceForm, TrainingForm
from auditapp.people.competence.queries import (
    Which,
    competence_by_id,
    counts,
    list_competences,
    list_trainings,
    person_name,
    training_by_id,
)
from auditapp.people.competence_rules import SOON_DAYS, VALIDITY_LABELS, VALIDITY_TONES, validity
from auditapp.people.guards import actor, guard
from auditapp.people.queries import library_names
from auditapp.people.rules import Capability

bp = Blueprint("competence", __name__, template_folder="templates", url_prefix="/people")


@bp.get("/competence")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """What has expired, what expires soon, and everything."""
    session = current_session()
    kind = "training" if request.args.get("kind") == "training" else "competence"
    wanted = request.args.get("which", "")
    which = Which(wanted) if wanted in {one.value for one in Which} else Which.ALL
    today = clock.day_in(actor().zone, clock.now())
    listed = list_trainings if kind == "training" else list_competences
    return render_template(
        "competence/index.html",
        kind=kind,
        which=which,
        counts=counts(session, on=today),
        soon_days=SOON_DAYS,
        page=listed(session, which=which, on=today, page=request.args.get("page", 1, type=int)),
        titles=dict(library_names(session)),
        stands=lambda since, expires_on: validity(since, expires_on, today),
        validity_labels=VALIDITY_LABELS,
        validity_tones=VALIDITY_TONES,
    )


def _libraries(*besides: str) -> list[tuple[str, str]]:
    known = library_names(current_session())
    return [*known, *((key, key) for key in besides if key not in dict(known))]


def _form_page(form: Any, person_id: UUID, *, kind: str, record: Any = None) -> str:
    return render_template(
        "competence/edit.html",
        form=form,
        kind=kind,
        record=record,
        person_id=person_id,
        name=person_name(current_session(), person_id),
    )


@bp.get("/<uuid:person_id>/competence/new")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def new(person_id: UUID) -> str:
    """A form for a competence."""
    form = CompetenceForm(
        formdata=None, libraries=_libraries(), since=clock.day_in(actor().zone, clock.now())
    )
    return _form_page(form, person_id, kind="competence")


@bp.post("/<uuid:person_id>/competence/new")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def add(person_id: UUID) -> ResponseReturnValue:
    """Record a competence."""
    return _keep_competence(CompetenceForm(libraries=_libraries()), person_id)


@bp.get("/competence/<uuid:competence_id>")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def edit(competence_id: UUID) -> str:
    """A form to renew or correct a competence."""
    found = competence_by_id(current_session(), competence_id)
    form = CompetenceForm(formdata=None, obj=found, libraries=_libraries(found.library_key))
    form.library.data = found.library_key
    return _form_page(form, found.person_id, kind="competence", record=found)


@bp.post("/competence/<uuid:competence_id>")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def save(competence_id: UUID) -> ResponseReturnValue:
    """Renew or correct a competence; its library stays."""
    found = competence_by_id(current_session(), competence_id)
    form = CompetenceForm(libraries=_libraries(found.library_key))
    form.library.data = found.library_key
    return _keep_competence(form, found.person_id, record=found)


def _keep_competence(form: CompetenceForm, person_id: UUID, record: Any = None) -> ResponseReturnValue:
    status = 422
    if form.validate() and form.since.data is not None:
        with form.taking_refusals() as outcome:
            service.record_competence(
                current_session(),
                actor=actor(),
                at=clock.now(),
                person_id=person_id,
                library_key=form.library.data,
                since=form.since.data,
                expires_on=form.expires_on.data,
                basis=form.basis.data or "",
            )
        if outcome.ok:
            flash(_("The competence is recorded."), "success")
            return redirect(url_for("persons.show", person_id=person_id, _anchor="competence"))
        status = outcome.status
    return _form_page(form, person_id, kind="competence", record=record), status


@bp.post("/competence/<uuid:competence_id>/remove")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def remove(competence_id: UUID) -> ResponseReturnValue:
    """Take a competence away."""
    whose = service.remove_competence(
        current_session(), actor=actor(), at=clock.now(), competence_id=competence_id
    )
    return _removed(whose, "competence")


@bp.get("/<uuid:person_id>/training/new")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def new_training(person_id: UUID) -> str:
    """A form for a training."""
    return _form_page(TrainingForm(formdata=None), person_id, kind="training")


@bp.post("/<uuid:person_id>/training/new")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def add_training(person_id: UUID) -> ResponseReturnValue:
    """Record a training."""
    return _keep_training(TrainingForm(), person_id)


@bp.get("/training/<uuid:training_id>")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def edit_training(training_id: UUID) -> str:
    """A form to correct the record of a training."""
    found = training_by_id(current_session(), training_id)
    return _form_page(TrainingForm(formdata=None, obj=found), found.person_id, kind="training", record=found)


@bp.post("/training/<uuid:training_id>")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def save_training(training_id: UUID) -> ResponseReturnValue:
    """Correct the record of a training."""
    found = training_by_id(current_session(), training_id)
    return _keep_training(TrainingForm(), found.person_id, record=found)


def _keep_training(form: TrainingForm, person_id: UUID, record: Any = None) -> ResponseReturnValue:
    status = 422
    if form.validate() and form.taken_on.data is not None:
        with form.taking_refusals() as outcome:
            service.record_training(
                current_session(),
                actor=actor(),
                at=clock.now(),
                person_id=person_id,
                course=form.course.data or "",
                taken_on=form.taken_on.data,
                expires_on=form.expires_on.data,
                note=form.note.data or "",
                training_id=record.id if record is not None else None,
            )
        if outcome.ok:
            flash(_("The training is recorded."), "success")
            return redirect(url_for("persons.show", person_id=person_id, _anchor="training"))
        status = outcome.status
    return _form_page(form, person_id, kind="training", record=record), status


@bp.post("/training/<uuid:training_id>/remove")
@guard(Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME)
def remove_training(training_id: UUID) -> ResponseReturnValue:
    """Remove the record of a training."""
    whose = service.remove_training(current_session(), actor=actor(), at=clock.now(), training_id=training_id)
    return _removed(whose, "training")


def _removed(whose: UUID | None, anchor: str) -> ResponseReturnValue:
    flash(_("The record is removed."), "success")
    if whose is None:
        return redirect(url_for("competence.index"))
    return redirect(url_for("persons.show", person_id=whose, _anchor=anchor))
