"""How a page of one verb works here: the form, then the verb, then back with a word."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.relationships.certification.forms import Versioned
from auditapp.relationships.certification.rules import (
    DECISION_LABELS,
    FINDING_LABELS,
    PHASE_LABELS,
    SCHEME_LABELS,
    STATUS_LABELS,
    VISIT_LABELS,
    tone,
)

bp = Blueprint("certification", __name__, template_folder="../templates", url_prefix="/certificate")
WORDS: dict[str, Any] = {
    "decision_labels": DECISION_LABELS,
    "finding_labels": FINDING_LABELS,
    "phase_labels": PHASE_LABELS,
    "scheme_labels": SCHEME_LABELS,
    "status_labels": STATUS_LABELS,
    "visit_labels": VISIT_LABELS,
    "finding_tone": tone,
}


def today() -> date:
    """The organization's day."""
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())


def keeps() -> bool:
    """Whether the reader keeps the certificate."""
    return actor().can(Capability.MANAGE_SETTINGS)


def common(form: Versioned) -> dict[str, Any]:
    """What every verb takes."""
    return {"actor": actor(), "at": clock.now(), "version": form.seen}


def verb_page(
    form: Versioned,
    command: Callable[[], object],
    *,
    version: Callable[[], int],
    done: str,
    to: Callable[[], str],
    title: str,
    button: str,
    back: tuple[str, str],
    leads: list[str] | None = None,
    danger: bool = False,
) -> ResponseReturnValue:
    """Show a verb's form, or do what it says and go on to ``to``. ``version`` reads the row's again after a refusal."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                command()
            if outcome.ok:
                current_session().flush()
                flash(done, "success")
                return redirect(to())
            status = outcome.status
    form.version.data = str(version())
    return render_template(
        "certification/verb.html", form=form, title=title, button_label=button, back=back, leads=leads or [],
        danger=danger, **WORDS,
    ), status  # fmt: skip
