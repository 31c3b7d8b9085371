"""What an idea was worth."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.ideas import rules, service
from auditapp.relationships.registers.ideas.forms import (
    MeasureForm,
)
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.routes.base import bp, must_carry, one_of
from auditapp.relationships.registers.pages import (
    form_page,
    id_from,
    inside,
    take,
    today,
)
from auditapp.relationships.registers.queries import party_names
from auditapp.shell.forms import options


def _measure_form(idea: Idea, **more: Any) -> MeasureForm:
    form = MeasureForm(**more)
    parties = party_names(current_session(), idea.relationship_id)
    form.party.choices = options(
        (str(one or ""), name) for one, name in parties.items() if inside() or one == actor().partner_id
    )
    return form


def _measure_page(
    found: Relationship, idea: Idea, form: MeasureForm, status: int = 200
) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Measure the value of %(ref)s", ref=idea.ref),
        back=(idea.title, url_for("ideas.show", ref=found.ref, idea_ref=idea.ref)),
        button=_("Keep the value"),
        sections=[("", ["party", "on", "amount", "unit", "words", "shared_how"])],
        status=status,
        lead=idea.title,
    )


def _must_measure(idea: Idea) -> None:
    if inside():
        must_carry(idea)


@bp.get("/relationships/<ref>/ideas/<idea_ref>/value")
@guard(Capability.SIGNED_IN)
def measure(ref: str, idea_ref: str) -> ResponseReturnValue:
    """A form for a measured value."""
    found, idea = one_of(ref, idea_ref)
    _must_measure(idea)
    return _measure_page(found, idea, _measure_form(idea, formdata=None, on=today()))


@bp.post("/relationships/<ref>/ideas/<idea_ref>/value")
@guard(Capability.SIGNED_IN)
def measured(ref: str, idea_ref: str) -> ResponseReturnValue:
    """Keep a measured value."""
    _found, idea = one_of(ref, idea_ref)
    _must_measure(idea)
    form = _measure_form(idea)
    return take(
        form,
        lambda: service.measure(
            current_session(),
            actor=actor(),
            at=clock.now(),
            idea_id=idea.id,
            party_id=id_from(form.party.data),
            worth=service.Worth(
                amount=rules.cents(form.amount.data), unit=form.unit.data or "", words=form.words.data or ""
            ),
            on=form.on.data or today(),
            shared_how=form.shared_how.data or "",
        ),
        done=_("The value is kept."),
        to=lambda _made: url_for("ideas.show", ref=ref, idea_ref=idea_ref),
        again=lambda status: _measure_page(*one_of(ref, idea_ref), form, status),
    )


@bp.post("/relationships/<ref>/ideas/<idea_ref>/value/<uuid:value_id>/<any(back, again):way>")
@guard(Capability.SIGNED_IN)
def take_back(ref: str, idea_ref: str, value_id: UUID, way: str) -> ResponseReturnValue:
    """Take a measured value back, or count it again."""
    _found, idea = one_of(ref, idea_ref)
    service.take_back_value(
        current_session(),
        actor=actor(),
        at=clock.now(),
        idea_id=idea.id,
        value_id=value_id,
        back=way == "back",
    )
    flash(
        _("The value is taken back and no longer counted.")
        if way == "back"
        else _("The value counts again."),
        "success",
    )
    return redirect(url_for("ideas.show", ref=ref, idea_ref=idea_ref))
