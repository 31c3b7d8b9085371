"""What can be done with meetings, each by one button."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.actions.service import add_action
from auditapp.relationships.meetings import service
from auditapp.relationships.meetings.forms import (
    DecisionForm,
    HoldForm,
    MinutesForm,
    QuickActionForm,
    WordForm,
)
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.routes.pages import bp, find, page_of, people
from auditapp.shell.forms import BaseForm, options


def _verb(
    meeting_ref: str,
    name: str,
    form: BaseForm,
    do: Callable[[Meeting], object],
    *,
    done: str,
    anchor: str = "",
) -> ResponseReturnValue:
    meeting, found = find(meeting_ref)
    if isinstance(form, HoldForm):
        form.present.choices = options(people(found))
    if isinstance(form, QuickActionForm):
        form.owner.choices = options([("", _("Choose somebody")), *people(found)])
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            do(meeting)
        if outcome.ok:
            flash(done, "success")
            return redirect(url_for("meetings.show", meeting_ref=meeting_ref) + anchor)
        status = outcome.status
        meeting, found = find(meeting_ref)
    return page_of(meeting, found, {name: form}, status)


def _common(meeting: Meeting) -> dict[str, Any]:
    return {"actor": actor(), "at": clock.now(), "meeting": meeting}


@bp.post("/meetings/<meeting_ref>/cancel")
@guard(Capability.VIEW_ORGANIZATION)
def cancel(meeting_ref: str) -> ResponseReturnValue:
    """It does not take place."""
    form = WordForm()
    return _verb(
        meeting_ref, "word", form,
        lambda meeting: service.cancel(current_session(), reason=form.note.data or "", **_common(meeting)),
        done=_("Cancelled. The reason stays on record."),
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/hold")
@guard(Capability.VIEW_ORGANIZATION)
def hold(meeting_ref: str) -> ResponseReturnValue:
    """It was held."""
    form = HoldForm()
    return _verb(
        meeting_ref, "hold", form,
        lambda meeting: service.hold(
            current_session(), present=[UUID(one) for one in form.present.data or ()],
            also=form.also.data or "", **_common(meeting),
        ),
        done=_("Held. Write the minutes, decisions and actions."),
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/minutes")
@guard(Capability.VIEW_ORGANIZATION)
def write_minutes(meeting_ref: str) -> ResponseReturnValue:
    """Keep the minutes."""
    form = MinutesForm()
    return _verb(
        meeting_ref, "minutes", form,
        lambda meeting: service.write_minutes(
            current_session(), version=form.version.data or 0, text=form.minutes.data or "", **_common(meeting)
        ),
        done=_("The minutes are kept."), anchor="#minutes",
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/decisions")
@guard(Capability.VIEW_ORGANIZATION)
def decide(meeting_ref: str) -> ResponseReturnValue:
    """Write down a decision."""
    form = DecisionForm()
    return _verb(
        meeting_ref, "decision", form,
        lambda meeting: service.decide(
            current_session(), text=form.text.data or "", ours=form.ours.data or "",
            theirs=form.theirs.data or "", **_common(meeting),
        ),
        done=_("The decision is written down."), anchor="#decisions",
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/decisions/<uuid:decision_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_decision(meeting_ref: str, decision_id: UUID) -> ResponseReturnValue:
    """It was not decided."""
    return _verb(
        meeting_ref, "word", WordForm(),
        lambda meeting: service.remove_decision(current_session(), decision_id=decision_id, **_common(meeting)),
        done=_("Taken out. The history keeps it."), anchor="#decisions",
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/actions")
@guard(Capability.VIEW_ORGANIZATION)
def ask(meeting_ref: str) -> ResponseReturnValue:
    """An action of the meeting."""
    form = QuickActionForm()

    def do(meeting: Meeting) -> None:
        if not form.owner.data:
            raise NotFound
        add_action(
            current_session(), actor=actor(), at=clock.now(), relationship_id=meeting.relationship_id,
            title=form.title.data or "", owner_id=UUID(form.owner.data), due_on=form.due_on.data,  # type: ignore[arg-type] # InputRequired
            sharing=meeting.sharing, source_kind="meeting", source_ref=meeting.ref,
        )  # fmt: skip

    return _verb(meeting_ref, "action", form, do, done=_("The action is asked for."), anchor="#actions")


@bp.post("/meetings/<meeting_ref>/submit")
@guard(Capability.VIEW_ORGANIZATION)
def submit(meeting_ref: str) -> ResponseReturnValue:
    """Put the minutes before the parties."""
    return _verb(
        meeting_ref, "word", WordForm(),
        lambda meeting: service.submit(current_session(), **_common(meeting)),
        done=_("Submitted. Each party is asked to agree to the minutes."),
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/agree")
@guard(Capability.SIGNED_IN)
def agree(meeting_ref: str) -> ResponseReturnValue:
    """A party agrees to the minutes."""
    form = WordForm()
    party = request.form.get("party", "")
    try:
        party_id = UUID(party) if party else None
    except ValueError:
        raise NotFound from None
    return _verb(
        meeting_ref, "word", form,
        lambda meeting: service.agree(
            current_session(), party_id=party_id, note=form.note.data or "", **_common(meeting)
        ),
        done=_("Agreed."),
    )  # fmt: skip


@bp.post("/meetings/<meeting_ref>/object")
@guard(Capability.SIGNED_IN)
def object_to(meeting_ref: str) -> ResponseReturnValue:
    """A party objects to the minutes."""
    form = WordForm()
    return _verb(
        meeting_ref, "word", form,
        lambda meeting: service.object_to(current_session(), reason=form.note.data or "", **_common(meeting)),
        done=_("The objection is kept. The minutes go back to be written."),
    )  # fmt: skip
