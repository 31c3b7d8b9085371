"""What the pages of issues share: finding one, and how a page of one verb works."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.relationships.issues.forms import VersionedForm, number_or_none
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.access import issue_by_ref
from auditapp.relationships.issues.queries.standing import Standing, standing_of
from auditapp.relationships.issues.rules.clock import Going, Party
from auditapp.relationships.issues.rules.issue import (
    CAME_LABELS,
    COMMENT_LABELS,
    KIND_LABELS,
    OUTCOME_LABELS,
    REQUEST_LABELS,
    REQUEST_STATUS_LABELS,
    STATUS_LABELS,
    Verb,
    next_status,
    require_may,
)
from auditapp.relationships.issues.rules.ladder import (
    EXPIRY_LABELS,
    LEVEL_LABELS,
    LEVEL_WORDS,
    SEVERITY_LABELS,
    SEVERITY_TONES,
    Level,
    Severity,
)
from auditapp.relationships.issues.rules.turn import until_words
from auditapp.relationships.rules import SHARING_LABELS

bp = Blueprint("issues", __name__, template_folder="../templates")
F = TypeVar("F", bound=VersionedForm)
WORDS: dict[str, Any] = {
    "kinds": KIND_LABELS,
    "severities": SEVERITY_LABELS,
    "severity_tones": SEVERITY_TONES,
    "levels": LEVEL_LABELS,
    "level_words": LEVEL_WORDS,
    "statuses": STATUS_LABELS,
    "came": CAME_LABELS,
    "outcomes": OUTCOME_LABELS,
    "request_labels": REQUEST_LABELS,
    "request_statuses": REQUEST_STATUS_LABELS,
    "comment_labels": COMMENT_LABELS,
    "sharings": SHARING_LABELS,
    "expiries": EXPIRY_LABELS,
    "Verb": Verb,
    "Level": Level,
    "Severity": Severity,
    "Party": Party,
    "Going": Going,
    "until_words": until_words,
}


def find(ref: str, number: str) -> Standing:
    """How an issue stands for the reader, if they may know of it. Raises NotFound."""
    session = current_session()
    issue, relationship = issue_by_ref(session, actor(), number)
    if relationship.ref != ref:
        raise NotFound  # an address put together by hand
    return standing_of(session, actor(), issue, relationship, clock.now())


def address(standing: Standing, endpoint: str = "issues.show", **more: Any) -> str:
    """The address of one of its pages."""
    return url_for(endpoint, ref=standing.relationship.ref, number=standing.issue.ref, **more)


def verb_page(
    ref: str,
    number: str,
    verb: Verb,
    form_class: type[F],
    command: Callable[[Issue, F, dict[str, Any]], object],
    *,
    done: str,
    title: str,
    submit: str,
    leads: Callable[[Standing], list[str]] = lambda _standing: [],
    template: str = "issues/verb.html",
    offer: Callable[[Standing, F], None] | None = None,
    fill: Callable[[Standing, F], None] | None = None,
) -> ResponseReturnValue:
    """Show a verb's form, or do what it says; then back to the issue with ``done`` and whose turn it is."""
    standing = find(ref, number)
    require_may(verb, standing.parts)
    if request.method == "GET":  # a page for what cannot be done would be a trap
        next_status(standing.status, verb)
        if verb not in standing.may:
            raise Refusal(Text("This cannot be done now. The page of the issue says whose turn it is."))
    form = form_class() if request.method == "POST" else form_class(formdata=None)
    if offer is not None:
        offer(standing, form)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                command(standing.issue, form, {"actor": actor(), "at": clock.now(), **form.seen})
            if outcome.ok:
                return back(ref, number, done)
            standing, status = find(ref, number), outcome.status
            _remember(form, standing)
    else:
        _remember(form, standing)
        if fill is not None:
            fill(standing, form)
    return render_template(
        template,
        standing=standing,
        issue=standing.issue,
        form=form,
        title=title,
        submit_label=submit,
        leads=leads(standing),
        **WORDS,
    ), status


def _remember(form: VersionedForm, standing: Standing) -> None:
    form.version.data = str(standing.issue.version)
    form.stay.data = str(standing.seen)


def pressed() -> dict[str, Any]:
    """What a verb without a form takes."""
    return {
        "actor": actor(),
        "at": clock.now(),
        "version": number_or_none(request.form.get("version")),
        "seen": number_or_none(request.form.get("stay")),
    }


def back(ref: str, number: str, done: str) -> ResponseReturnValue:
    """To its page, saying what happened and whose turn it is."""
    current_session().flush()
    standing = find(ref, number)
    flash(_("%(done)s %(turn)s", done=done, turn=standing.turn.sentence), "success")
    return redirect(address(standing))
