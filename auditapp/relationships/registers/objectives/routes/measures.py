"""A measure: its page with the chart over time, its picture, and saying what is measured."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.objectives import queries, service
from auditapp.relationships.registers.objectives.forms import MeasureForm, ReadingForm
from auditapp.relationships.registers.objectives.model import Measure, Objective
from auditapp.relationships.registers.objectives.routes.base import (
    WORDS,
    bp,
    choices_of,
    find,
    find_measure,
    own_name,
    today,
    writes,
)
from auditapp.relationships.registers.objectives.rules import (
    Direction,
    chart_sentence,
    interval_key,
    levels,
    thinned,
)
from auditapp.shell.charts import Level, Series, over_time, served, wanted_theme


def measure_page(
    found: Measure,
    objective: Objective,
    place: Relationship,
    *,
    status: int = 200,
    form: ReadingForm | None = None,
) -> ResponseReturnValue:
    """The page of a measure; ``form``: a reading that was refused."""
    session = current_session()
    values = queries.values_of(session, found.id)
    line = queries.measure_lines(session, [found])[0]
    names = names_of(session, [found.measured_by_id, objective.owner_id])
    return render_template(
        "objectives/measure.html",
        found=found,
        objective=objective,
        place=place,
        line=line,
        sentence=" ".join(
            str(one) for one in chart_sentence(found.scale, found.unit, values, found.baseline)
        ),
        shown=len(thinned(values)),
        read=len(values),
        levels=levels(found.scale),
        readings=queries.readings_of(session, found.id, page=request.args.get("page", 1, type=int)),
        gone=queries.readings_of(session, found.id, page=1, gone=True),
        names=names,
        own_name=own_name(),
        links=links_of(session, actor(), "measure", [found.id])[found.id],
        writes=writes(objective, place),
        may_read_off=place.ended_on is None
        and found.ended_on is None
        and service.may_read_off(session, actor(), found, objective),
        today=today(),
        form=form or ReadingForm(formdata=None, read_on=today()),
        **WORDS,
    ), status


@bp.get("/measures/<measure_ref>")
@guard(Capability.SIGNED_IN)
def measure(measure_ref: str) -> ResponseReturnValue:
    """A measure, how it stands, and what was read."""
    return measure_page(*find_measure(measure_ref))


@bp.get("/measures/<measure_ref>/chart.svg")
@guard(Capability.SIGNED_IN)
def chart(measure_ref: str) -> Response:
    """The readings over time with the target, as a picture."""
    found, _objective, _place = find_measure(measure_ref)
    values = thinned(queries.values_of(current_session(), found.id))
    return served(
        over_time(
            [day for day, _value in values],
            [Series(name=found.name, values=[value for _day, value in values])],
            levels=[
                Level(name=str(name), value=value, faint=faint) for name, value, faint in levels(found.scale)
            ],
            theme=wanted_theme(),
            say_day=lambda day: format_date(day, "d MMM yy"),
            nothing=_("Nothing was measured yet"),
        )
    )


def _given(form: MeasureForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "unit": form.unit.data or "",
        "direction": Direction(form.direction.data),
        "baseline": form.baseline.data,
        "target": form.target.data,
        "target_high": form.target_high.data,
        "tolerance": form.tolerance.data or 0.0,
        "method": form.method.data or "",
        "measured_by_id": UUID(form.measured_by.data) if form.measured_by.data else None,
        "interval": form.interval.data or "",
        "starts_on": form.starts_on.data or today(),
    }


@bp.route("/objectives/<objective_ref>/measures/new", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def new_measure(objective_ref: str) -> ResponseReturnValue:
    """Add a measure to an objective."""
    objective, place = find(objective_ref)
    service.must_write(current_session(), actor(), objective)
    status = 200
    if request.method == "GET":
        form = MeasureForm(
            formdata=None, interval="month", starts_on=today(), measured_by=str(objective.owner_id or "")
        )
    else:
        form = MeasureForm()
        status = 422
    form.offer(choices_of(place, objective.owner_id))
    if request.method == "POST" and form.validate():
        with form.taking_refusals() as outcome:
            made = service.add_measure(
                current_session(), actor=actor(), at=clock.now(), found=objective, **_given(form)
            )
        if outcome.ok:
            flash(_("%(ref)s is added. Its first reading can be taken at once.", ref=made.ref), "success")
            return redirect(url_for("objectives.measure", measure_ref=made.ref))
        status = outcome.status
        objective, place = find(objective_ref)
    return render_template(
        "objectives/edit_measure.html", form=form, found=None, objective=objective, place=place, **WORDS
    ), status


@bp.route("/measures/<measure_ref>/edit", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def edit_measure(measure_ref: str) -> ResponseReturnValue:
    """Change what is measured, or what is aimed at."""
    found, objective, place = find_measure(measure_ref)
    service.must_write(current_session(), actor(), objective)
    status = 200
    if request.method == "GET":
        form = MeasureForm(
            formdata=None,
            name=found.name,
            unit=found.unit,
            direction=found.direction.value,
            baseline=found.baseline,
            target=found.target,
            target_high=found.target_high,
            tolerance=found.tolerance,
            method=found.method,
            measured_by=str(found.measured_by_id or ""),
            interval=interval_key(found.months, found.days),
            starts_on=found.starts_on,
            version=found.version,
        )
    else:
        form = MeasureForm()
        status = 422
    form.offer(choices_of(place, found.measured_by_id))
    if request.method == "POST" and form.validate():
        with form.taking_refusals() as outcome:
            service.set_measure(
                current_session(),
                actor=actor(),
                at=clock.now(),
                found=objective,
                measure=found,
                version=form.version.data or 0,
                **_given(form),
            )
        if outcome.ok:
            flash(_("Kept."), "success")
            return redirect(url_for("objectives.measure", measure_ref=measure_ref))
        status = outcome.status
        found, objective, place = find_measure(measure_ref)
    return render_template(
        "objectives/edit_measure.html", form=form, found=found, objective=objective, place=place, **WORDS
    ), status


@bp.post("/measures/<measure_ref>/ended")
@guard(Capability.SIGNED_IN)
def set_ended(measure_ref: str) -> ResponseReturnValue:
    """Stop measuring, or go on."""
    found, objective, _place = find_measure(measure_ref)
    ended = request.form.get("ended") == "yes"
    service.set_ended(
        current_session(), actor=actor(), at=clock.now(), found=objective, measure=found, ended=ended
    )
    flash(_("No longer measured. What was read stays.") if ended else _("It is measured again."), "success")
    return redirect(url_for("objectives.measure", measure_ref=measure_ref))
