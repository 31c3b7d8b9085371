"""The page that shows what a policy would do before it holds."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.policies import queries
from auditapp.reminders.policies.forms import PolicyForm, values_of
from auditapp.reminders.policies.queries import Line
from auditapp.reminders.policies.routes import WORDS, edit_page, named
from auditapp.reminders.preview import service
from auditapp.reminders.preview.labels import WHY_LABELS, sentence
from auditapp.reminders.preview.rules import DAYS, Outlook, TooMuch, compare

bp = Blueprint("preview", __name__, url_prefix="/policies", template_folder="templates")
MOST_LISTED = 50  # things told that the page lists one by one


@bp.get("/<kind>/<severity>/preview")
@guard(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME)
def show(kind: str, severity: str) -> ResponseReturnValue:
    """The next 30 days with a policy, beside the one in force. It reads only: the policy stands in the address."""
    session = current_session()
    line = queries.line(session, *named(kind, severity))
    if "version" not in request.args:
        return redirect(url_for("policies.edit", kind=kind, severity=severity))
    form = PolicyForm(formdata=request.args, meta={"csrf": False})
    if not form.validate():
        return edit_page(form, line, 422)
    found: list[tuple[Outlook, Outlook]] = []
    with form.taking_refusals() as outcome:
        found.append(
            service.foresee(
                session,
                actor=actor(),
                at=clock.now(),
                kind=line.kind,
                severity=line.severity,
                policy=form.policy,
                version=form.version.data or 0,
            )
        )
    if not outcome.ok:
        line = queries.line(session, line.kind, line.severity)
        return edit_page(form, line, outcome.status, ahead=not isinstance(outcome.refusal, TooMuch))
    return _page(form, line, *found[0])


def _page(form: PolicyForm, line: Line, now: Outlook, then: Outlook) -> str:
    found = compare(now, then, line.kind, line.severity)
    told = then.of(line.kind, line.severity)
    return render_template(
        "preview/show.html",
        line=line,
        policy=form.policy,
        values=values_of(form.policy, form.version.data or 0),
        days=DAYS,
        found=found,
        sentence=sentence(found),
        told=told[:MOST_LISTED],
        told_count=len(told),
        why_labels=WHY_LABELS,
        escalation=NoticeKind.ESCALATION,
        names=names_of(
            current_session(),
            {row.person_id for row in found.people} | {one.person_id for one in told[:MOST_LISTED]},
        ),
        **WORDS,
    )
