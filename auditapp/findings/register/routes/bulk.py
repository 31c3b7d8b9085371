"""Changing many rows of a register at once: first what it means, then the change."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from auditapp.findings.blueprint import bp
from auditapp.findings.register.forms import BulkForm, DueManyForm, ReassignManyForm
from auditapp.findings.register.routes.base import ENDPOINTS
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.service import bulk
from auditapp.findings.register.service.bulk import Change, Outcome, Verdict
from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.people.guards import actor, guard
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability

MOST_SHOWN = 50  # numbers in one address
NONCONFORMITIES = {"register": Register.NONCONFORMITIES.value}
ACTIONS = {"register": Register.ACTIONS.value}


@bp.get("/nonconformities/many/<change>", defaults=NONCONFORMITIES)
@bp.get("/actions/many/<change>", defaults=ACTIONS)
@guard(Capability.VIEW_ORGANIZATION)
def many(register: str, change: str) -> ResponseReturnValue:
    """What would change, what cannot and why, and the form."""
    which, what = _which(register, change)
    verdicts = _weighed(which, what, request.args.getlist("ref"))
    return _page(which, what, _form(which, what, empty=True), verdicts, 200)


@bp.post("/nonconformities/many/<change>", defaults=NONCONFORMITIES)
@bp.post("/actions/many/<change>", defaults=ACTIONS)
@guard(Capability.VIEW_ORGANIZATION)
def change_many(register: str, change: str) -> ResponseReturnValue:
    """Change them: all, or those that can be changed when the form says so."""
    which, what = _which(register, change)
    refs = request.form.getlist("ref")
    verdicts = _weighed(which, what, refs)
    bulk.require_one(verdicts)
    form = _form(which, what)
    if not form.validate():
        return _page(which, what, form, verdicts, 422)
    able = [one.row for one in verdicts if one.why is None]
    refused = [one for one in verdicts if one.why is not None]
    outcome = _do(which, form, able)
    refused += outcome.refused
    if refused and (not form.leave_out.data or not outcome.changed):
        undo()
        whys = {one.row.ref: one.why for one in refused}
        again = _weighed(which, what, refs)
        told = [Verdict(row=one.row, why=whys.get(one.row.ref, one.why)) for one in again]
        return _page(which, what, form, told, 409, nothing=True)
    flash(_said(which, what, outcome.changed, len(refused)), "success")
    shown = [row.ref for row in able] if len(able) <= MOST_SHOWN else []
    return redirect(url_for(ENDPOINTS[which], ref=shown))


def _do(which: Register, form: BulkForm, rows: list[Any]) -> Outcome:
    session, who, at = current_session(), actor(), clock.now()
    reason = form.reason.data or ""
    if isinstance(form, DueManyForm) and form.due_on.data is not None:
        return bulk.change_due_of_many(
            session, actor=who, at=at, rows=rows, due_on=form.due_on.data, reason=reason
        )
    if isinstance(form, ReassignManyForm):
        person = UUID(form.person_id.data)
        return bulk.reassign_many(
            session, actor=who, at=at, register=which, rows=rows, person_id=person, reason=reason
        )
    raise NotFound


def _which(register: str, change: str) -> tuple[Register, Change]:
    which = Register(register)
    if change not in set(Change) or (which, Change(change)) not in bulk.CHANGES:
        raise NotFound
    return which, Change(change)


def _weighed(which: Register, what: Change, refs: list[str]) -> list[Verdict]:
    session = current_session()
    rows = bulk.chosen(session, actor=actor(), register=which, refs=[one.upper()[:40] for one in refs])
    return bulk.weigh(session, actor=actor(), register=which, change=what, rows=rows)


def _form(which: Register, what: Change, *, empty: bool = False) -> BulkForm:
    given: dict[str, Any] = {"formdata": None} if empty else {}
    if what is Change.DUE:
        return DueManyForm(**given)
    form = ReassignManyForm(**given)
    form.offer(person_names(current_session(), own_only=which is Register.NONCONFORMITIES))
    return form


def _page(
    which: Register,
    what: Change,
    form: BulkForm,
    verdicts: list[Verdict],
    status: int,
    *,
    nothing: bool = False,
) -> ResponseReturnValue:
    return (
        render_template(
            "findings/register/many.html",
            register=which,
            change=what,
            form=form,
            able=[one for one in verdicts if one.why is None],
            refused=[one for one in verdicts if one.why is not None],
            nothing=nothing,
            register_url=url_for(ENDPOINTS[which]),
        ),
        status,
    )


def _said(which: Register, what: Change, changed: int, left: int) -> str:
    if what is Change.DUE:
        said = ngettext("%(num)s action has a new due date.", "%(num)s actions have a new due date.", changed)
    elif which is Register.ACTIONS:
        said = ngettext(
            "%(num)s action has a new owner, who accepts it next.",
            "%(num)s actions have a new owner, who accepts them next.",
            changed,
        )
    else:
        said = ngettext(
            "%(num)s nonconformity has a new responsible person.",
            "%(num)s nonconformities have a new responsible person.",
            changed,
        )
    if not left:
        return said
    return _(
        "%(said)s %(left)s",
        said=said,
        left=ngettext("%(num)s stays as it was.", "%(num)s stay as they were.", left),
    )
