"""The page of a reminder: how it stands, who was told, and what can be said to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability
from auditapp.reminders.ladder import service
from auditapp.reminders.ladder.forms import AcknowledgeForm, BlockedForm, NotMineForm, SaidForm, SnoozeForm
from auditapp.reminders.ladder.queries import RunPage, run_for_page, run_ids
from auditapp.reminders.ladder.rules import STATE_LABELS, RunState
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import local_moment
from auditapp.reminders.rules import ANSWER_LABELS, KIND_LABELS, Answer

bp = Blueprint("reminders", __name__, template_folder="templates")
FORMS: dict[Answer, type[SaidForm]] = {
    Answer.ACKNOWLEDGE: AcknowledgeForm,
    Answer.SNOOZE: SnoozeForm,
    Answer.NOT_MINE: NotMineForm,
    Answer.BLOCKED: BlockedForm,
}
TONES = {
    RunState.COMING: "on_track",
    RunState.CLIMBING: "overdue",
    RunState.ACKNOWLEDGED: "on_track",
    RunState.SNOOZED: "attention",
    RunState.BLOCKED: "attention",
    RunState.CAPPED: "overdue",
    RunState.ENDED: "done",
}


def _forms(found: RunPage, given: dict[Answer, SaidForm]) -> dict[str, SaidForm]:
    forms = {}
    for answer, kind in FORMS.items():
        if answer not in found.answers:
            continue
        form = given.get(answer) or kind(formdata=None, generation=found.run.generation)
        if isinstance(form, BlockedForm):
            _name_people(form)
        for field in form:  # several forms stand on one page
            field.id = field.label.field_id = f"{answer.value}-{field.name}"
        forms[answer.value] = form
    return forms


def _name_people(form: BlockedForm) -> None:
    own = actor().person_id
    people = [(str(one), name) for one, name in person_names(current_session()) if one != own]
    form.to_person_id.choices = [("", _("Choose …")), *people]


def _page(run_id: UUID, given: dict[Answer, SaidForm], status: int = 200) -> ResponseReturnValue:
    found = run_for_page(current_session(), actor(), run_id, at=clock.now())
    place = None
    if found.item is not None and found.item.endpoint in current_app.view_functions:
        place = url_for(found.item.endpoint, **dict[str, Any](found.item.args))
    return render_template(
        "reminders/show.html",
        found=found,
        steps=[
            {
                "sentence": step.sentence,
                "at": step.at,
                "initials": _initials(step.who),
                "detail": None,
                "url": None,
            }
            for step in found.steps
        ],
        forms=_forms(found, given),
        place=place,
        kind=KIND_LABELS[found.run.kind],
        state=(STATE_LABELS[found.run.state], TONES[found.run.state]),
        labels={answer.value: label for answer, label in ANSWER_LABELS.items()},
    ), status


def _initials(name: str) -> str:
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


@bp.get("/reminders/<uuid:run_id>")
@guard(Capability.SIGNED_IN)
def show(run_id: UUID) -> ResponseReturnValue:
    """How a reminder stands."""
    return _page(run_id, {})


@bp.get("/reminders/of")
@guard(Capability.SIGNED_IN)
def of_item() -> ResponseReturnValue:
    """The running reminder of a due item, or why there is none."""
    key = request.args.get("item", "")
    found = run_ids(current_session(), [key]).get(key)
    if found is None:
        raise NotFound(
            Text(
                "No reminder runs for this yet: it begins so many days before, as its policy says. Open the thing itself."
            )
        )
    return redirect(url_for("reminders.show", run_id=found))


@bp.post("/reminders/<uuid:run_id>/<any(acknowledge,snooze,not_mine,blocked):said>")
@guard(Capability.SIGNED_IN)
def say(run_id: UUID, said: str) -> ResponseReturnValue:
    """Say how it stands."""
    answer = Answer(said)
    session, at = current_session(), clock.now()
    run_for_page(session, actor(), run_id, at=at)  # raises for what is not theirs
    form = FORMS[answer]()
    if isinstance(form, BlockedForm):
        _name_people(form)
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.answer(
                session, actor=actor(), at=at, run_id=run_id, generation=form.generation.data or 0, answer=answer,
                **_said(form, at=at),
            )  # fmt: skip
        if outcome.ok:
            flash(_SAID[answer](), "success")
            return redirect(_back(run_id))
        status = outcome.status
    return _page(run_id, {answer: form}, status)


def _said(form: SaidForm, *, at: datetime) -> dict[str, Any]:
    if isinstance(form, SnoozeForm):
        own = rhythms(current_session(), [actor().person_id], at=at)[actor().person_id]
        day = form.until.data
        until = local_moment(day, own.starts, own.zone) if day is not None else None
        return {"until": until, "reason": form.reason.data or ""}
    if isinstance(form, BlockedForm):
        return {"to_person_id": UUID(form.to_person_id.data), "reason": form.reason.data or ""}
    return {"reason": form.reason.data or ""} if isinstance(form, NotMineForm) else {}


_SAID = {
    Answer.ACKNOWLEDGE: lambda: _("Thank you. Nobody further up is asked; you are asked again later whether it still holds."),
    Answer.SNOOZE: lambda: _("You are reminded again on that day."),
    Answer.NOT_MINE: lambda: _("The next level has been told and decides whose it is."),
    Answer.BLOCKED: lambda: _("They have been told. Their time counts now, and you are told when they are silent."),
}  # fmt: skip


def _back(run_id: UUID) -> str:
    """Where the form was sent from, if that is one of our lists."""
    wanted = request.form.get("next", "")
    if wanted in {
        url_for(name) for name in ("coming.index", "centre.index") if name in current_app.view_functions
    }:
        return wanted
    return url_for("reminders.show", run_id=run_id)


@bp.post("/reminders/<uuid:run_id>/restart")
@guard(Capability.MANAGE_PROGRAMME)
def restart(run_id: UUID) -> ResponseReturnValue:
    """Begin the ladder of what is stuck anew."""
    service.restart(current_session(), actor=actor(), at=clock.now(), run_id=run_id)
    flash(_("The reminders begin anew with the owner."), "success")
    return redirect(url_for("reminders.show", run_id=run_id))
