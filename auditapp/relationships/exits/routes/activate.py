"""Starting an exit: who may, how, what it means, and only then for real."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice  # type: ignore[attr-defined] # the stubs are a version behind

from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text, day_words
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.base import parties
from auditapp.relationships.exits.forms.process import ActivateForm
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.queries.process import active_of, processes_of, steps_of
from auditapp.relationships.exits.queries.strategy import in_force_of, strategy_of, versions_of
from auditapp.relationships.exits.queries.watching import live_triggers
from auditapp.relationships.exits.routes.base import blank, bp, here, home
from auditapp.relationships.exits.routes.overview import WORDS
from auditapp.relationships.exits.rules.content import BY_DEFAULT, InitiatorRole, in_words
from auditapp.relationships.exits.rules.process import (
    EXIT_KIND_HINTS,
    EXIT_KIND_LABELS,
    ExitKind,
    consequences,
    entitled,
)
from auditapp.relationships.exits.rules.triggers import STATE_LABELS, TriggerState
from auditapp.relationships.exits.rules.versions import VersionKind
from auditapp.shell.forms import options


def named_in(reader: Reader) -> tuple[list[InitiatorRole], bool]:
    """The roles that may start an exit here, and whether a joint strategy in force names them."""
    session = current_session()
    strategy = strategy_of(session, reader)
    holds = in_force_of(versions_of(session, reader, strategy)) if strategy else None
    if holds is None or holds.kind is not VersionKind.JOINT:
        return list(BY_DEFAULT), False
    return [InitiatorRole(one) for one in holds.initiators], True


def kinds_for(reader: Reader, named: list[InitiatorRole]) -> list[ExitKind]:
    """The kinds of exit that the reader may start. Who manages may also record that the partner leaves."""
    if not reader.runs:
        return []
    return [
        kind
        for kind in ExitKind
        if entitled(kind, named) & reader.held or (kind is ExitKind.BY_PARTNER and reader.manages)
    ]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A step as it would be: what, whose, by when."""

    what: str
    party: str
    owner: str
    due_on: date
    continuity: bool


def _form(reader: Reader, kinds: list[ExitKind]) -> ActivateForm:
    form = blank(
        ActivateForm,
        kind=kinds[0].value if len(kinds) == 1 else None,
        notice_on=reader.today,
        trigger=request.args.get("trigger", ""),
    )
    form.kind.choices = options((one, EXIT_KIND_LABELS[one]) for one in kinds)
    if len(reader.relationship.partners) > 1 and reader.inside and ExitKind.BY_PARTNER in kinds:
        form.party.choices = [SelectChoice("", _l("Not the question")), *parties(reader, own=False)]
    else:
        del form.party
    strategy = strategy_of(current_session(), reader) if reader.inside else None
    if strategy is None:
        del form.trigger
    else:
        live = sorted(
            live_triggers(current_session(), strategy),
            key=lambda one: (one.state is not TriggerState.TRIPPED, one.number),
        )
        form.trigger.choices = [SelectChoice("", _l("None"))] + [
            SelectChoice(str(one.id), f"{one.description} ({STATE_LABELS[one.state]})") for one in live
        ]
        tripped = [one for one in live if one.state is TriggerState.TRIPPED]
        if request.method == "GET" and len(tripped) == 1:
            form.trigger.data = tripped[0].id
    return form


def _values(reader: Reader, form: ActivateForm) -> dict[str, Any]:
    return {
        "actor": actor(),
        "at": clock.now(),
        "relationship": reader.relationship,
        "held": reader.held,
        "kind": ExitKind(form.kind.data),
        "reason": form.reason.data or "",
        "notice_on": form.notice_on.data,
        "ends_on": form.ends_on.data,
        "route": form.route.data or "",
        "reference": form.reference.data or "",
        "party_id": form.party.data if "party" in form else None,
        "trigger_id": form.trigger.data if "trigger" in form else None,
    }


@bp.route("/activate", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def activate(ref: str) -> ResponseReturnValue:
    """How the relationship ends; then what that means; then it begins."""
    reader = here(ref)
    session = current_session()
    named, agreed = named_in(reader)
    active = active_of(processes_of(session, reader))
    if active is not None:
        return redirect(url_for("exits.process", ref=ref, number=active.ref))
    kinds = kinds_for(reader, named)
    if not kinds:
        raise NotAllowed(
            Text("By the strategy an exit may be started by: %(roles)s. Ask them.", roles=in_words(named))
        )
    form = _form(reader, kinds)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                made = service.activate(session, **_values(reader, form))
                number = made.ref
                if form.confirmed.data != "yes":
                    return _confirm(reader, form, agreed)
            if outcome.ok:
                flash(_("%(number)s is recorded.", number=number), "success")
                return redirect(url_for("exits.process", ref=ref, number=number))
            status = outcome.status
    page = render_template(
        "exits/activate.html",
        reader=reader,
        found=reader.relationship,
        form=form,
        kinds=[(EXIT_KIND_LABELS[one], EXIT_KIND_HINTS[one]) for one in kinds],
        named=in_words(named),
        agreed=agreed,
        back=home(reader),
    )
    return page, status


def _confirm(reader: Reader, form: ActivateForm, agreed: bool) -> str:  # noqa: FBT001 - one of three plain facts
    """Show what would come of it. It was tried out in this unit, and is undone before anything is kept."""
    session = current_session()
    made = active_of(processes_of(session, reader))
    lines = steps_of(session, reader, made) if made else []
    kind = ExitKind(form.kind.data)
    preview = [
        Preview(
            what=one.row.what,
            party=one.party,
            owner=one.owner,
            due_on=one.row.due_on,
            continuity=one.row.continuity,
        )
        for one in lines
    ]
    ends_on = form.ends_on.data
    assert ends_on is not None  # noqa: S101 - InputRequired
    page = render_template(
        "exits/confirm.html",
        reader=reader,
        found=reader.relationship,
        form=form,
        preview=preview,
        kind=EXIT_KIND_LABELS[kind],
        joint=kind is ExitKind.JOINT,
        leads=consequences(kind, steps=len(preview), agreed=agreed, day=day_words(ends_on)),
        back=home(reader),
        **{key: value for key, value in WORDS.items() if key == "markdown"},
    )
    undo()
    return page
