"""The page that shows what a policy would do before it holds, and how far that is worked out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import begins_itself, current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.kit.ids import digest
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.policies import queries
from auditapp.reminders.policies.forms import PolicyForm, values_of
from auditapp.reminders.policies.queries import Line
from auditapp.reminders.policies.routes import WORDS, edit_page, named, slug
from auditapp.reminders.preview.labels import WHY_LABELS, sentence
from auditapp.reminders.preview.rules import DAYS
from auditapp.reminders.preview.running import Asked, how_far
from auditapp.reminders.preview.work import Result, Work

bp = Blueprint("preview", __name__, url_prefix="/policies", template_folder="templates")
SECONDS = 2  # until the page that says how far it is looks again


def _refuse(work: Work) -> None:
    """What refused the work, raised again where somebody sees it."""
    refusal = Refusal(Text("%(words)s", words=work.refused), field=work.field)
    refusal.status = work.status
    raise refusal


@bp.get("/<kind>/<severity>/preview")
@guard(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME)
@begins_itself
def show(kind: str, severity: str) -> ResponseReturnValue:
    """The next 30 days with a policy, beside the one in force; until that is worked out, how far it is.

    It changes nothing but the note of how far it is: the policy stands in the address.
    """
    which = named(kind, severity)
    if "version" not in request.args:
        return redirect(url_for("policies.edit", kind=kind, severity=severity))
    form = PolicyForm(formdata=request.args, meta={"csrf": False})
    if not form.validate():
        return run_unit(lambda: edit_page(form, queries.line(current_session(), *which), 422), "read")
    values = values_of(form.policy, form.version.data or 0)
    asked = Asked(
        actor=actor(), kind=which[0], severity=which[1], policy=form.policy, version=form.version.data or 0,
        key=digest(repr((kind, severity, sorted(values.items())))),
    )  # fmt: skip
    work = how_far(
        this_app(),
        asked,
        anew="again" in request.args,
    )
    if "again" in request.args:
        return redirect(url_for("preview.show", kind=kind, severity=severity, **values))
    return run_unit(lambda: _answer(form, queries.line(current_session(), *which), work), "read")


def _answer(form: PolicyForm, line: Line, work: Work) -> ResponseReturnValue:
    if work.result is not None:
        return _page(form, line, work.result)
    if work.refused:
        with form.taking_refusals() as outcome:
            _refuse(work)
        return edit_page(form, line, outcome.status, ahead=not work.too_much)
    ended = work.broken or work.lost(clock.now())
    values = values_of(form.policy, form.version.data or 0)
    values |= {"kind": line.kind.value, "severity": slug(line.severity)}
    return render_template(
        "preview/working.html",
        line=line,
        work=work,
        ended=ended,
        days=DAYS,
        seconds=SECONDS,
        here=url_for("preview.show", **values),
        again=url_for("preview.show", **values, again=1),
        back=url_for("policies.edit", **values),
        **WORDS,
    )


def _page(form: PolicyForm, line: Line, result: Result) -> str:
    return render_template(
        "preview/show.html",
        line=line,
        policy=form.policy,
        values=values_of(form.policy, form.version.data or 0),
        days=DAYS,
        found=result.found,
        sentence=sentence(result.found),
        told=result.told,
        told_count=result.told_count,
        why_labels=WHY_LABELS,
        escalation=NoticeKind.ESCALATION,
        names=names_of(
            current_session(),
            {row.person_id for row in result.found.people} | {one.person_id for one in result.told},
        ),
        **WORDS,
    )
