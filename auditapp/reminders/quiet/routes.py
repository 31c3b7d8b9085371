"""Pages of when somebody is told: one's own, and for the system manager everybody's."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.model import Person
from auditapp.people.organization.rules import coming_holidays, regions
from auditapp.people.rules import Capability
from auditapp.reminders.quiet import queries, service
from auditapp.reminders.quiet.forms import AbsenceForm, RhythmForm, shown
from auditapp.reminders.quiet.labels import clock_words, days_words
from auditapp.reminders.quiet.rules import Rhythm, away_on, deputy_on, local_day, next_digest

bp = Blueprint("quiet", __name__, template_folder="templates")
SHOWN_HOLIDAYS = 6
SLACK = "slack_preview.index"  # what Slack would show, where the bots are there


def _person(person_id: UUID | None) -> Person:
    who = actor()
    return queries.person_for(current_session(), who, person_id or who.person_id)


def _address(person: Person, endpoint: str = "quiet.show", **more: Any) -> str:
    """One's own pages have an address without an id."""
    return url_for(endpoint, person_id=person.id if person.id != actor().person_id else None, **more)


def _connected() -> set[str]:
    registered: Callable[[], tuple[Any, ...]] = current_app.extensions["auditapp_channels"]
    return {channel.name for channel in registered()}


def _deputies(person: Person) -> list[tuple[UUID, str]]:
    return queries.possible_deputies(current_session(), person)


def _rhythm_form(person: Person, rhythm: Rhythm | None, deputies: list[tuple[UUID, str]]) -> RhythmForm:
    """The form as it is kept, or with ``None`` as it was sent."""
    session = current_session()
    row = queries.chosen_by(session, person.id)
    common: dict[str, Any] = {
        "kept_country": row.country if row else "",
        "usual_country": queries.usual_place(session, person)[0],
        "deputies": deputies,
        "connected": _connected(),
    }
    if rhythm is None:
        return RhythmForm(**common)
    return RhythmForm(
        formdata=None,
        country=row.country if row else "",
        region=row.subdivision if row else "",
        deputy=str(row.deputy_id or "") if row else "",
        version=row.version if row else 0,
        **common,
        **shown(rhythm),
    )


def _page(person: Person, *, form: RhythmForm | None = None, absence_form: AbsenceForm | None = None) -> str:
    session, now = current_session(), clock.now()
    rhythm = queries.rhythm_of(session, person.id, at=now)
    today = local_day(now, rhythm.zone)
    digest = next_digest(rhythm, now)
    choices = _deputies(person)
    deputies = dict(choices)
    away = away_on(rhythm, today)
    return render_template(
        "quiet/show.html",
        person=person,
        own=person.id == actor().person_id,
        rhythm=rhythm,
        form=form or _rhythm_form(person, rhythm, choices),
        absence_form=absence_form or AbsenceForm(formdata=None, deputies=choices),
        days=days_words(rhythm.work_days),
        hours=(clock_words(rhythm.starts), clock_words(rhythm.ends)),
        digest_at=clock_words(rhythm.digest),
        next_digest_on=local_day(digest, rhythm.zone) if digest else None,
        away=away,
        stands_in=deputies.get(deputy_id) if away and (deputy_id := deputy_on(rhythm, today)) else None,
        usual_deputy=deputies.get(rhythm.deputy_id) if rhythm.deputy_id else None,
        deputies=deputies,
        absences=queries.absences_of(session, person.id, since=today),
        today=today,
        holidays=coming_holidays(rhythm.country, rhythm.subdivision, after=today, most=SHOWN_HOLIDAYS),
        at=lambda endpoint="quiet.show", **more: _address(person, endpoint, **more),
        slack=url_for(SLACK) if SLACK in current_app.view_functions else None,
    )


@bp.get("/me/reminders", defaults={"person_id": None})
@bp.get("/people/<uuid:person_id>/reminders")
@guard(Capability.SIGNED_IN)
def show(person_id: UUID | None) -> str:
    """When somebody is told, by which way, and when they are away."""
    return _page(_person(person_id))


@bp.post("/me/reminders", defaults={"person_id": None})
@bp.post("/people/<uuid:person_id>/reminders")
@guard(Capability.SIGNED_IN)
def save(person_id: UUID | None) -> ResponseReturnValue:
    """Keep the choices. With another country the regions to choose from are shown next."""
    person = _person(person_id)
    form = _rhythm_form(person, None, _deputies(person))
    kept = queries.chosen_by(current_session(), person.id)
    moved = form.country.data and form.country.data != (kept.country if kept else "")
    if not form.validate():
        return _page(person, form=form), 422
    starts, ends = form.hours
    with form.taking_refusals() as outcome:
        service.set_rhythm(
            current_session(),
            actor=actor(),
            at=clock.now(),
            person_id=person.id,
            version=form.version.data or 0,
            work_days=form.work_days.data or (),
            starts=starts,
            ends=ends,
            digest=form.digest.data.hour * 60 + form.digest.data.minute if form.digest.data else 0,
            budget=form.budget.data or 0,
            channels=form.channels,
            country=form.country.data or "",
            subdivision=form.region.data or "",
            deputy_id=UUID(form.deputy.data) if form.deputy.data else None,
        )
    if not outcome.ok:
        return _page(_person(person_id), form=form), outcome.status
    if moved and regions(form.country.data):
        flash(_("The changes are kept. Look whether a region has holidays of its own."), "success")
    else:
        flash(_("The changes are kept."), "success")
    return redirect(_address(person))


@bp.post("/me/absences", defaults={"person_id": None})
@bp.post("/people/<uuid:person_id>/absences")
@guard(Capability.SIGNED_IN)
def add_absence(person_id: UUID | None) -> ResponseReturnValue:
    """Say that somebody is away."""
    person = _person(person_id)
    form = AbsenceForm(deputies=_deputies(person))
    if not form.validate():
        return _page(person, absence_form=form), 422
    today = local_day(clock.now(), person.zone)  # both days are there: the form has looked
    with form.taking_refusals() as outcome:
        service.add_absence(
            current_session(),
            actor=actor(),
            at=clock.now(),
            person_id=person.id,
            first_on=form.first_on.data or today,
            last_on=form.last_on.data or today,
            deputy_id=UUID(form.deputy.data) if form.deputy.data else None,
            note=form.note.data or "",
        )
    if not outcome.ok:
        return _page(_person(person_id), absence_form=form), outcome.status
    flash(_("The absence is kept. Nobody writes on these days."), "success")
    return redirect(_address(person, _anchor="away"))


@bp.get("/me/absences/<uuid:absence_id>/end", defaults={"person_id": None})
@bp.get("/people/<uuid:person_id>/absences/<uuid:absence_id>/end")
@guard(Capability.SIGNED_IN)
def ask_end(person_id: UUID | None, absence_id: UUID) -> str:
    """Ask before an absence is taken back or ended."""
    person = _person(person_id)
    absence = queries.absence_of(current_session(), person.id, absence_id)
    return render_template(
        "quiet/end.html",
        person=person,
        own=person.id == actor().person_id,
        absence=absence,
        begun=absence.first_on < local_day(clock.now(), person.zone),
        back=_address(person, _anchor="away"),
        target=_address(person, "quiet.end_absence", absence_id=absence.id),
    )


@bp.post("/me/absences/<uuid:absence_id>/end", defaults={"person_id": None})
@bp.post("/people/<uuid:person_id>/absences/<uuid:absence_id>/end")
@guard(Capability.SIGNED_IN)
def end_absence(person_id: UUID | None, absence_id: UUID) -> ResponseReturnValue:
    """Take an absence back, or end one that has begun."""
    person = _person(person_id)
    service.end_absence(
        current_session(), actor=actor(), at=clock.now(), person_id=person.id, absence_id=absence_id
    )
    flash(_("The absence is taken back. Reminders come again from now on."), "success")
    return redirect(_address(person, _anchor="away"))
