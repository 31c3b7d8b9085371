"""Pages of policies: what holds for every kind, and changing one. What it would do is shown by the preview."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reminders.policies import labels, queries, service
from auditapp.reminders.policies.forms import UPPER, PolicyForm, filled
from auditapp.reminders.policies.queries import Line
from auditapp.reminders.policies.rules import default_policy
from auditapp.reminders.rules import KIND_LABELS, LEVEL_LABELS, Kind, Severity

bp = Blueprint("policies", __name__, url_prefix="/policies", template_folder="templates")
EVERY = "every"  # the address of what holds for every severity


def slug(severity: Severity | None) -> str:
    """A severity in an address."""
    return severity.value if severity else EVERY


def named(kind: str, severity: str) -> tuple[Kind, Severity | None]:
    """A kind and a severity as an address names them. Raises NotFound."""
    try:
        return Kind(kind), None if severity == EVERY else Severity(severity)
    except ValueError:
        raise NotFound from None


WORDS: dict[str, Any] = {
    "kind_labels": KIND_LABELS,
    "level_labels": LEVEL_LABELS,
    "name_of": labels.name_of,
    "severity_label": labels.severity_label,
    "before_words": labels.before_words,
    "after_words": labels.after_words,
    "climb_words": labels.climb_words,
    "answers_words": labels.answers_words,
    "slug": slug,
}


@bp.get("/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """What is done about every kind of thing that is due, in words."""
    found = queries.lines(current_session())
    return render_template(
        "policies/index.html",
        groups=[(title, [line for line in found if line.kind in kinds]) for title, kinds in labels.GROUPS],
        running=sum(line.running for line in found),
        older=sum(line.older for line in found),
        changes=service.may_change(actor()),
        **WORDS,
    )


@bp.get("/<kind>/<severity>")
@guard(Capability.VIEW_ORGANIZATION)
def edit(kind: str, severity: str) -> ResponseReturnValue:
    """One policy: as a form for those who decide, in words for everybody else."""
    found = queries.line(current_session(), *named(kind, severity))
    if not service.may_change(actor()):
        return render_template(
            "policies/show.html",
            line=found,
            severities=_severities(found),
            thing_id=service.thing_id(found.kind, found.severity),
            **WORDS,
        )
    if "version" in request.args:  # on the way back from the preview
        form = PolicyForm(formdata=request.args, meta={"csrf": False})
        return edit_page(form, found)
    suggested = default_policy(found.kind, found.severity or Severity.NORMAL)
    policy = suggested if "suggested" in request.args else found.policy
    return edit_page(filled(policy, found.version), found)


def edit_page(form: PolicyForm, line: Line, status: int = 200, *, ahead: bool = True) -> ResponseReturnValue:
    """The form of a policy, with what is wrong in it. ``ahead``: what it would do can be shown before it is saved."""
    general = line.severity is None and line.version == 0
    critical = default_policy(line.kind, Severity.CRITICAL)
    return render_template(
        "policies/edit.html",
        form=form,
        line=line,
        ahead=ahead,
        upper=UPPER,
        severities=_severities(line),
        thing_id=service.thing_id(line.kind, line.severity),
        stricter=critical if general and critical != default_policy(line.kind, Severity.NORMAL) else None,
        **WORDS,
    ), status


def _severities(line: Line) -> list[dict[str, Any]]:
    """Ways to the policies of the same kind."""
    return [
        {
            "label": labels.severity_label(severity),
            "url": url_for("policies.edit", kind=line.kind.value, severity=slug(severity)),
            "current": severity is line.severity,
        }
        for severity in (None, *Severity)
    ]


@bp.post("/<kind>/<severity>")
@guard(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME)
def save(kind: str, severity: str) -> ResponseReturnValue:
    """Let a policy hold from now on."""
    session = current_session()
    which = named(kind, severity)
    form = PolicyForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.set_policy(
                session,
                actor=actor(),
                at=clock.now(),
                kind=which[0],
                severity=which[1],
                policy=form.policy,
                version=form.version.data or 0,
            )
        if outcome.ok:
            flash(
                _("The policy holds from now on. Reminders that are running keep the one they began with."),
                "success",
            )
            return redirect(url_for("policies.edit", kind=kind, severity=severity))
        status = outcome.status
    return edit_page(form, queries.line(session, *which), status)


@bp.post("/<kind>/<severity>/reset")
@guard(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME)
def reset(kind: str, severity: str) -> ResponseReturnValue:
    """Take a change back."""
    which = named(kind, severity)
    service.reset_policy(
        current_session(),
        actor=actor(),
        at=clock.now(),
        kind=which[0],
        severity=which[1],
        version=request.form.get("version", 0, type=int),
    )
    flash(_("The change is taken back. Reminders that are running keep the one they began with."), "success")
    return redirect(url_for("policies.edit", kind=kind, severity=severity))
