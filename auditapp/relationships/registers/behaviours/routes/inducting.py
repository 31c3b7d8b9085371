"""Bringing in somebody new."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.registers.behaviours import queries, service
from auditapp.relationships.registers.behaviours.forms import (
    StepForm,
)
from auditapp.relationships.registers.behaviours.routes.base import Seen, bp, seen_as
from auditapp.relationships.registers.forms import ReasonForm
from auditapp.relationships.registers.pages import form_page, take, today


@bp.post("/relationships/<ref>/behaviours/<uuid:person_id>/induction")
@guard(Capability.SIGNED_IN)
def induct(ref: str, person_id: UUID) -> ResponseReturnValue:
    """Begin an induction by hand."""
    seen = seen_as(ref, person_id)
    service.begin_induction(
        current_session(), actor=actor(), at=clock.now(), relationship_id=seen.found.id, person_id=person_id
    )
    flash(_("The induction is begun."), "success")
    return redirect(f"{seen.url}#induction")


@bp.post("/relationships/<ref>/behaviours/<uuid:person_id>/induction/<uuid:step_id>/<any(done, open):way>")
@guard(Capability.SIGNED_IN)
def tick(ref: str, person_id: UUID, step_id: UUID, way: str) -> ResponseReturnValue:
    """A step is done today, or not after all."""
    seen = seen_as(ref, person_id)
    service.tick(
        current_session(),
        actor=actor(),
        at=clock.now(),
        relationship_id=seen.found.id,
        person_id=person_id,
        step_id=step_id,
        on=today() if way == "done" else None,
    )
    return redirect(f"{seen.url}#induction")


def _step_page(seen: Seen, form: StepForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        seen.found,
        title=_("Add a step to the induction of %(name)s", name=seen.one.name),
        back=(seen.one.name, seen.url),
        button=_("Add it"),
        sections=[("", ["text"])],
        status=status,
    )


@bp.get("/relationships/<ref>/behaviours/<uuid:person_id>/induction/step")
@guard(Capability.SIGNED_IN)
def step(ref: str, person_id: UUID) -> ResponseReturnValue:
    """A form for one more step."""
    seen = seen_as(ref, person_id)
    service.must(seen.inducts)
    return _step_page(seen, StepForm(formdata=None))


@bp.post("/relationships/<ref>/behaviours/<uuid:person_id>/induction/step")
@guard(Capability.SIGNED_IN)
def add_step(ref: str, person_id: UUID) -> ResponseReturnValue:
    """Add a step."""
    seen = seen_as(ref, person_id)
    service.must(seen.inducts)
    form = StepForm()
    return take(
        form,
        lambda: service.add_step(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=seen.found.id,
            person_id=person_id,
            text=form.text.data or "",
        ),
        done=_("It belongs to the induction now."),
        to=lambda _done: url_for("behaviours.show", ref=ref, person_id=person_id, _anchor="induction"),
        again=lambda status: _step_page(seen_as(ref, person_id), form, status),
    )


def _not_needed_page(seen: Seen, form: ReasonForm, version: int, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        seen.found,
        title=_("%(name)s needs no induction", name=seen.one.name),
        back=(seen.one.name, seen.url),
        button=_("It is not needed"),
        sections=[("", ["reason"])],
        status=status,
        version=version,
    )


@bp.get("/relationships/<ref>/behaviours/<uuid:person_id>/induction/not-needed")
@guard(Capability.SIGNED_IN)
def why_not(ref: str, person_id: UUID) -> ResponseReturnValue:
    """Asks why."""
    seen = seen_as(ref, person_id)
    service.must(seen.inducts)
    found = queries.open_induction(current_session(), seen.found.id, person_id)
    return _not_needed_page(seen, ReasonForm(formdata=None), found.version if found else 0)


@bp.post("/relationships/<ref>/behaviours/<uuid:person_id>/induction/not-needed")
@guard(Capability.SIGNED_IN)
def not_needed(ref: str, person_id: UUID) -> ResponseReturnValue:
    """The induction is not needed."""
    seen = seen_as(ref, person_id)
    service.must(seen.inducts)
    form, version = ReasonForm(), request.form.get("version", 0, type=int)
    return take(
        form,
        lambda: service.not_needed(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=seen.found.id,
            person_id=person_id,
            version=version,
            reason=form.reason.data or "",
        ),
        done=_("Kept. Another can be begun at any time."),
        to=lambda _done: url_for("behaviours.show", ref=ref, person_id=person_id),
        again=lambda status: _not_needed_page(seen_as(ref, person_id), form, version, status),
    )
