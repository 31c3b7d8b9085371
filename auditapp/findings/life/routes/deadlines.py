"""The page of the deadlines: how long each step may take."""

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings import queries
from auditapp.findings.blueprint import bp
from auditapp.findings.life import service
from auditapp.findings.life.forms import PolicyForm
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization
from auditapp.people.rules import Capability


def _page(form: PolicyForm) -> str:
    return render_template(
        "findings/life/deadlines.html", form=form, own=organization(current_session()), parts=PARTS
    )


PARTS = (
    ("taking_on", ("issue_days", "acknowledge_days", "dispute_days", "containment_days")),
    ("planning", ("cause_days_major", "cause_days_minor", "plan_days", "review_days", "resubmit_days")),
    ("actions", ("action_decide_days", "extension_days_most")),
    ("proving", ("verify_days", "effectiveness_days", "effectiveness_window_days")),
    ("repeats", ("repeat_months",)),
)


@bp.get("/nonconformities/deadlines")
@guard(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME)
def deadlines() -> str:
    """The figures as they are."""
    return _page(PolicyForm(formdata=None, data=asdict(queries.policy(current_session()))))


@bp.post("/nonconformities/deadlines")
@guard(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME)
def save_deadlines() -> ResponseReturnValue:
    """Keep other figures."""
    form = PolicyForm()
    if not form.validate():
        return _page(form), 422
    with form.taking_refusals() as outcome:
        service.set_policy(current_session(), actor=actor(), at=clock.now(), policy=form.policy)
    if not outcome.ok:
        return _page(form), outcome.status
    flash(
        _("The deadlines are kept. Each nonconformity is counted with them from its next step on."), "success"
    )
    return redirect(url_for("findings.deadlines"))
