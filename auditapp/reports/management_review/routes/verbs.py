"""What is done with a review on its page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reports.management_review import service
from auditapp.reports.management_review.forms import (
    ActionForm,
    ConclusionForm,
    DecisionForm,
    HoldForm,
    NoteForm,
    ReasonForm,
)
from auditapp.reports.management_review.model import ManagementReview
from auditapp.reports.management_review.queries.store import Parts, action_by_ref
from auditapp.reports.management_review.routes.blueprint import bp, found, people, places
from auditapp.reports.management_review.routes.pages import page
from auditapp.reports.management_review.rules import DecisionKind, Topic
from auditapp.shell.forms import BaseForm


def _common(review: ManagementReview) -> dict[str, Any]:
    return {"actor": actor(), "at": clock.now(), "review": review}


def _verb(
    seen: tuple[ManagementReview, Parts], name: str, form: BaseForm, do: Callable[[], object], said: str, *, anchor: str = ""
) -> ResponseReturnValue:  # fmt: skip
    status, ref = 422, seen[0].ref
    if form.validate():
        with form.taking_refusals() as outcome:
            do()
        if outcome.ok:
            flash(said, "success")
            return redirect(url_for(".show", ref=ref) + anchor)
        status = outcome.status
        seen = found(ref)
    return page(*seen, {name: form}, status)


@bp.post("/management-reviews/<ref>/cancel")
@guard(Capability.VIEW_ORGANIZATION)
def cancel(ref: str) -> ResponseReturnValue:
    """It will not be held."""
    seen = found(ref)
    review = seen[0]
    form = ReasonForm("cancel")
    return _verb(
        seen, "cancel", form,
        lambda: service.cancel(current_session(), reason=form.note.data or "", **_common(review)),
        _("Cancelled. Who was invited is told."),
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/notes/<topic>")
@guard(Capability.VIEW_ORGANIZATION)
def note(ref: str, topic: str) -> ResponseReturnValue:
    """A note on one input."""
    seen = found(ref)
    review = seen[0]
    if topic not in set(Topic):
        raise NotFound
    which = Topic(topic)
    form = NoteForm(which)
    return _verb(
        seen, which.value, form,
        lambda: service.write_note(current_session(), topic=which, text=form.text.data or "", **_common(review)),
        _("The note is kept."), anchor=f"#input-{which.value}",
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/hold")
@guard(Capability.VIEW_ORGANIZATION)
def hold(ref: str) -> ResponseReturnValue:
    """It was held: the pack is frozen."""
    seen = found(ref)
    review = seen[0]
    form = HoldForm(people=people({one.person_id for one, _name in seen[1].people}))
    return _verb(
        seen, "hold", form,
        lambda: service.hold(
            current_session(), held_on=form.held_on.data,  # type: ignore[arg-type] # InputRequired
            attended=[UUID(one) for one in form.attended.data or ()], also_present=form.also_present.data or "",
            places=places(), **_common(review),
        ),
        _("The meeting is recorded, and the input pack frozen as it is now. Write the minutes next."),
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/conclusion")
@guard(Capability.VIEW_ORGANIZATION)
def conclude(ref: str) -> ResponseReturnValue:
    """What the review concludes."""
    seen = found(ref)
    review = seen[0]
    form = ConclusionForm()
    return _verb(
        seen, "conclusion", form,
        lambda: service.write_conclusion(
            current_session(), text=form.text.data or "", version=form.version.data or 0, **_common(review)
        ),
        _("The conclusion is kept."), anchor="#conclusion",
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/decisions")
@guard(Capability.VIEW_ORGANIZATION)
def decide(ref: str) -> ResponseReturnValue:
    """Write down a decision."""
    seen = found(ref)
    review = seen[0]
    form = DecisionForm()
    return _verb(
        seen, "decision", form,
        lambda: service.decide(
            current_session(), kind=DecisionKind(form.kind.data), text=form.text.data or "", **_common(review)
        ),
        _("The decision is written down."), anchor="#decisions",
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/decisions/<uuid:decision_id>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def remove_decision(ref: str, decision_id: UUID) -> ResponseReturnValue:
    """Take a decision out of the draft."""
    seen = found(ref)
    review = seen[0]
    return _verb(
        seen, "plain", BaseForm(),
        lambda: service.remove_decision(current_session(), decision_id=decision_id, **_common(review)),
        _("Taken out."), anchor="#decisions",
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/actions")
@guard(Capability.VIEW_ORGANIZATION)
def ask(ref: str) -> ResponseReturnValue:
    """Ask for an action."""
    seen = found(ref)
    review = seen[0]
    form = ActionForm(people=people({one.person_id for one, _name in seen[1].people}))
    return _verb(
        seen, "action", form,
        lambda: service.ask(
            current_session(), title=form.title.data or "", owner=UUID(form.owner.data), due_on=form.due_on.data,  # type: ignore[arg-type] # InputRequired
            **_common(review),
        ),
        _("The action is written down. Its owner is reminded of it."), anchor="#actions",
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/actions/<action_ref>/remove")
@guard(Capability.VIEW_ORGANIZATION)
def take_out(ref: str, action_ref: str) -> ResponseReturnValue:
    """Take an action out of the draft."""
    seen = found(ref)
    review = seen[0]
    action, _owner, its = action_by_ref(current_session(), actor(), action_ref)
    if its.id != review.id:
        raise NotFound
    return _verb(
        seen, "plain", BaseForm(),
        lambda: service.take_out(current_session(), action=action, **_common(review)),
        _("Taken out."), anchor="#actions",
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/issue")
@guard(Capability.VIEW_ORGANIZATION)
def issue(ref: str) -> ResponseReturnValue:
    """Issue the minutes."""
    seen = found(ref)
    review = seen[0]
    return _verb(
        seen, "plain", BaseForm(),
        lambda: service.issue(current_session(), places=places(), **_common(review)),
        _("The minutes are issued. Who was invited is told."), anchor="#minutes",
    )  # fmt: skip


@bp.post("/management-reviews/<ref>/correct")
@guard(Capability.VIEW_ORGANIZATION)
def correct(ref: str) -> ResponseReturnValue:
    """Open issued minutes for a corrected issue."""
    seen = found(ref)
    review = seen[0]
    form = ReasonForm("correct")
    return _verb(
        seen, "correct", form,
        lambda: service.correct(current_session(), reason=form.note.data or "", **_common(review)),
        _("The minutes can be changed. What was issued stays readable until the corrected issue is there, and after it."),
    )  # fmt: skip
