"""Readings of a measure: taken, corrected, taken back."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.registers.objectives import queries, service
from auditapp.relationships.registers.objectives.forms import CorrectionForm, ReadingForm
from auditapp.relationships.registers.objectives.routes.base import WORDS, bp, find_measure
from auditapp.relationships.registers.objectives.routes.measures import measure_page
from auditapp.relationships.service import must_be_theirs


@bp.post("/measures/<measure_ref>/readings")
@guard(Capability.SIGNED_IN)
def read_off(measure_ref: str) -> ResponseReturnValue:
    """Add a reading."""
    found, objective, place = find_measure(measure_ref)
    form = ReadingForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.read_off(
                current_session(),
                actor=actor(),
                at=clock.now(),
                found=objective,
                measure=found,
                read_on=form.read_on.data,  # type: ignore[arg-type] # InputRequired
                value=form.value.data,  # type: ignore[arg-type] # InputRequired
                note=form.note.data or "",
            )
        if outcome.ok:
            flash(_("The reading is kept."), "success")
            return redirect(url_for("objectives.measure", measure_ref=measure_ref))
        status = outcome.status
        found, objective, place = find_measure(measure_ref)
    return measure_page(found, objective, place, status=status, form=form)


@bp.route("/measures/<measure_ref>/readings/<uuid:reading_id>", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def correct(measure_ref: str, reading_id: UUID) -> ResponseReturnValue:
    """Put a reading right, or take it back; what it was stays in the history."""
    session = current_session()
    found, objective, place = find_measure(measure_ref)
    reading = queries.reading_of(session, found.id, reading_id)
    must_be_theirs(actor(), reading.party_id)
    status = 200
    if request.method == "GET":
        form = CorrectionForm(formdata=None, read_on=reading.read_on, value=reading.value, note=reading.note)
    else:
        form = CorrectionForm()
        take_back = request.form.get("verb") == "take_back"
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                if take_back:
                    service.take_back_reading(
                        session,
                        actor=actor(),
                        at=clock.now(),
                        found=objective,
                        measure=found,
                        reading_id=reading_id,
                        reason=form.reason.data or "",
                    )
                else:
                    service.correct_reading(
                        session,
                        actor=actor(),
                        at=clock.now(),
                        found=objective,
                        measure=found,
                        reading_id=reading_id,
                        read_on=form.read_on.data,  # type: ignore[arg-type] # InputRequired
                        value=form.value.data,  # type: ignore[arg-type] # InputRequired
                        note=form.note.data or "",
                        reason=form.reason.data or "",
                    )
            if outcome.ok:
                flash(
                    _("The reading is taken back. It stays in the history.")
                    if take_back
                    else _("The reading is put right. What it was stays in the history."),
                    "success",
                )
                return redirect(url_for("objectives.measure", measure_ref=measure_ref) + "#readings")
            status = outcome.status
            found, objective, place = find_measure(measure_ref)
            reading = queries.reading_of(session, found.id, reading_id)
    return render_template(
        "objectives/correct.html",
        form=form,
        found=found,
        objective=objective,
        place=place,
        reading=reading,
        **WORDS,
    ), status
