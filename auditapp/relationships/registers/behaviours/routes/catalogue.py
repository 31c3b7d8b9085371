"""What is expected of whom, for all relationships."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.registers.behaviours import queries, rules, service
from auditapp.relationships.registers.behaviours.forms import (
    ExpectationBase,
    ExpectationForm,
)
from auditapp.relationships.registers.behaviours.routes.base import LABELS, bp
from auditapp.relationships.registers.behaviours.rules import Item
from auditapp.relationships.registers.pages import form_page, take


@bp.get("/behaviours/")
@guard(Capability.VIEW_ORGANIZATION)
def catalogue() -> str:
    """What is expected of whom, for all relationships."""
    return render_template(
        "behaviours/catalogue.html",
        items=queries.items(current_session(), all_of_them=True),
        keeps=actor().can(Capability.MANAGE_RELATIONSHIPS),
        **LABELS,
    )


def _expectation_page(form: ExpectationBase, item: Item | None, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        None,
        title=_("Change what is expected") if item else _("Add what is expected"),
        back=(_("What is expected"), url_for("behaviours.catalogue")),
        button=_("Keep it"),
        sections=[
            ("", ["kind", "name", "text"]),
            (_("Level expected of each role"), [f"level_{role}" for role in rules.EXPECTED]),
            ("", ["active"]),
        ],
        status=status,
        version=(form.version.data if form.version.data is not None else item.version) if item else None,
    )


@bp.get("/behaviours/new")
@guard(Capability.MANAGE_RELATIONSHIPS)
def new_item() -> ResponseReturnValue:
    """A form for something more."""
    service.must_keep_catalogue(actor())
    return _expectation_page(ExpectationForm(formdata=None), None)


@bp.post("/behaviours/new")
@guard(Capability.MANAGE_RELATIONSHIPS)
def add_item() -> ResponseReturnValue:
    """Add it."""
    service.must_keep_catalogue(actor())
    form = ExpectationForm()
    return take(
        form,
        lambda: service.keep_item(
            current_session(), actor=actor(), at=clock.now(), expectation=form.expectation()
        ),
        done=_("It is expected from now on."),
        to=lambda _key: url_for("behaviours.catalogue"),
        again=lambda status: _expectation_page(form, None, status),
    )


@bp.get("/behaviours/<key>/edit")
@guard(Capability.MANAGE_RELATIONSHIPS)
def edit_item(key: str) -> ResponseReturnValue:
    """A form with it as it is."""
    service.must_keep_catalogue(actor())
    item = queries.item_by_key(current_session(), key)
    form = ExpectationForm(
        formdata=None, kind=item.kind.value, name=str(item.name), text=str(item.text), active=item.active
    )
    for role in rules.EXPECTED:
        form[f"level_{role}"].data = str(item.level_for([role]))
    return _expectation_page(form, item)


@bp.post("/behaviours/<key>/edit")
@guard(Capability.MANAGE_RELATIONSHIPS)
def save_item(key: str) -> ResponseReturnValue:
    """Change it."""
    service.must_keep_catalogue(actor())
    item = queries.item_by_key(current_session(), key)
    form = ExpectationForm()
    return take(
        form,
        lambda: service.keep_item(
            current_session(),
            actor=actor(),
            at=clock.now(),
            expectation=form.expectation(),
            key=item.key,
            version=form.version.data or 0,
        ),
        done=_("The changes are kept."),
        to=lambda _key: url_for("behaviours.catalogue"),
        again=lambda status: _expectation_page(form, item, status),
    )
