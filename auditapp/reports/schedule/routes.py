"""The page of reports that come by themselves, and the one behind the link that ends one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard, settings
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability
from auditapp.reports.readiness.queries.picture import code_of, shelf_of
from auditapp.reports.schedule import queries, service
from auditapp.reports.schedule.forms import ScheduleForm
from auditapp.reports.schedule.rules import BY_STANDARD, FORM_LABELS, WHAT_LABELS, What
from auditapp.reports.schedule.stopping import read_stop

bp = Blueprint("schedule", __name__, template_folder="templates", url_prefix="/reports/schedule")


def _standards() -> dict[str, str]:
    return {one.id: code_of(one) for one in shelf_of(current_session()).standards}


def _form(standards: dict[str, str], *, fresh: bool) -> ScheduleForm:
    """What is offered: the reports that the reader may see, and for who sets them for others those of all."""
    who = actor()
    form = (
        ScheduleForm(formdata=None, person_id=str(who.person_id), zone=who.zone) if fresh else ScheduleForm()
    )
    known = [one for one in What if queries.may_have(who, one) or queries.manages(who)]
    offered = [
        (f"{one.value}:{key}", f"{WHAT_LABELS[one]}, {code}")
        for one in known
        if one in BY_STANDARD
        for key, code in standards.items()
    ]
    offered += [(one.value, str(WHAT_LABELS[one])) for one in known if one not in BY_STANDARD]
    people = [(str(who.person_id), who.name)]
    if queries.manages(who):
        others = person_names(current_session())
        people += [(str(key), name) for key, name in others if key != who.person_id]
    form.offer(offered, people)
    return form


def _page(form: ScheduleForm, standards: dict[str, str], status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "schedule/index.html",
        form=form,
        lines=queries.schedules(current_session(), actor()),
        standards=standards,
        manages=queries.manages(actor()),
        what_labels=WHAT_LABELS,
        form_labels=FORM_LABELS,
    )
    return page, status


@bp.get("/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> ResponseReturnValue:
    """What comes to me by itself; for who sets them, to everybody."""
    standards = _standards()
    return _page(_form(standards, fresh=True), standards)


@bp.post("/")
@guard(Capability.VIEW_ORGANIZATION)
def add() -> ResponseReturnValue:
    """Have one come."""
    standards = _standards()
    form = _form(standards, fresh=False)
    if not form.validate():
        return _page(form, standards, 422)
    with form.taking_refusals() as outcome:
        service.add(current_session(), actor=actor(), at=clock.now(), wish=form.wish())
    if not outcome.ok:
        return _page(form, standards, outcome.status)
    flash(_("It comes by itself from now on. Try it below to see how it looks."), "success")
    return redirect(url_for("schedule.index"))


@bp.post("/<uuid:schedule_id>/end")
@guard(Capability.VIEW_ORGANIZATION)
def end(schedule_id: UUID) -> ResponseReturnValue:
    """Have it come no more."""
    service.end(current_session(), actor=actor(), at=clock.now(), schedule_id=schedule_id)
    flash(_("It comes no more."), "success")
    return redirect(url_for("schedule.index"))


@bp.post("/<uuid:schedule_id>/try")
@guard(Capability.VIEW_ORGANIZATION)
def try_it(schedule_id: UUID) -> ResponseReturnValue:
    """Send it now, as a trial."""
    service.try_it(current_session(), actor=actor(), at=clock.now(), schedule_id=schedule_id)
    flash(_("It is on its way as a trial, by the channel that its reader prefers."), "success")
    return redirect(url_for("schedule.index"))


def _stopped(token: str) -> UUID:
    return read_stop(settings().secret_key.get_secret_value(), token)


@bp.get("/stop/<token>")
@guard(public=True)
def stop(token: str) -> ResponseReturnValue:
    """What the link in a message ends, and one button. Opening it changes nothing."""
    found = queries.live(current_session(), _stopped(token))
    return render_template("schedule/stop.html", found=found, what_labels=WHAT_LABELS)


@bp.post("/stop/<token>")
@guard(public=True)
def stop_post(token: str) -> ResponseReturnValue:
    """End it. Ended twice is ended once."""
    service.end_by_link(current_session(), at=clock.now(), schedule_id=_stopped(token))
    return render_template("schedule/stop.html", found=None, what_labels=WHAT_LABELS)
