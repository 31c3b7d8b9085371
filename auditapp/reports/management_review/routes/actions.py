"""The page of one action of a review: for its owner, and for who asked."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reports.management_review import service
from auditapp.reports.management_review.forms import DoneForm, ReasonForm, ReopenForm
from auditapp.reports.management_review.model import ManagementReview, ReviewAction
from auditapp.reports.management_review.queries.store import action_by_ref
from auditapp.reports.management_review.routes.blueprint import bp, today
from auditapp.reports.management_review.rules import ActionStatus, may_issue, may_write, standing
from auditapp.shell.forms import BaseForm

Found = tuple[ReviewAction, str, ManagementReview]


def _page(seen: Found, forms: dict[str, Any] | None = None, status: int = 200) -> ResponseReturnValue:
    action, owner, review = seen
    who = actor()
    decides = may_write(who) or may_issue(who, review.chair_id)
    made = {
        "done": DoneForm(formdata=None),
        "drop": ReasonForm("drop", formdata=None),
        "reopen": ReopenForm(formdata=None, due_on=action.due_on),
    }
    return render_template(
        "management_review/action.html",
        action=action,
        owner=owner,
        review=review,
        standing=standing(action.status, action.due_on, today()),
        open=action.status is ActionStatus.OPEN,
        owns=action.owner_id == who.person_id,
        decides=decides,
        forms=made | (forms or {}),
    ), status


@bp.get("/management-review-actions/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def action(ref: str) -> ResponseReturnValue:
    """One action."""
    return _page(action_by_ref(current_session(), actor(), ref))


def _verb(
    ref: str, name: str, form: BaseForm, do: Callable[[dict[str, Any]], object], said: str
) -> ResponseReturnValue:
    session, who = current_session(), actor()
    seen = action_by_ref(session, who, ref)
    status = 422
    if form.validate():
        common = {"actor": who, "at": clock.now(), "action": seen[0], "chair_id": seen[2].chair_id}
        with form.taking_refusals() as outcome:
            do(common)
        if outcome.ok:
            flash(said, "success")
            return redirect(url_for(".action", ref=ref))
        status = outcome.status
        seen = action_by_ref(session, who, ref)
    return _page(seen, {name: form}, status)


@bp.post("/management-review-actions/<ref>/done")
@guard(Capability.VIEW_ORGANIZATION)
def action_done(ref: str) -> ResponseReturnValue:
    """It is done."""
    form = DoneForm()
    return _verb(
        ref, "done", form,
        lambda common: service.finish(
            current_session(), note=form.note.data or "", evidence=form.evidence.data or "", **common
        ),
        _("Done. The next review looks at it."),
    )  # fmt: skip


@bp.post("/management-review-actions/<ref>/drop")
@guard(Capability.VIEW_ORGANIZATION)
def action_drop(ref: str) -> ResponseReturnValue:
    """It is not needed."""
    form = ReasonForm("drop")
    return _verb(
        ref, "drop", form,
        lambda common: service.drop(current_session(), reason=form.note.data or "", **common),
        _("Not needed any more. The reason stays on record."),
    )  # fmt: skip


@bp.post("/management-review-actions/<ref>/reopen")
@guard(Capability.VIEW_ORGANIZATION)
def action_reopen(ref: str) -> ResponseReturnValue:
    """It is opened again."""
    form = ReopenForm()
    return _verb(
        ref, "reopen", form,
        lambda common: service.reopen(
            current_session(), reason=form.note.data or "", due_on=form.due_on.data, **common
        ),
        _("Open again. Its owner is reminded of it."),
    )  # fmt: skip
