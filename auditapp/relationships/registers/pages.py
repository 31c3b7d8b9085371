"""What the pages of the registers share: where they are, what is offered, and how a form is taken."""

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.queries import next_due
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.registers.queries import people_of
from auditapp.relationships.registers.rules import keeps
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.shell.forms import BaseForm, options

E = TypeVar("E", bound=StrEnum)
Sections = Sequence[tuple[str, Sequence[str]]]  # (heading or nothing, names of fields)


def here(ref: str) -> Relationship:
    """The relationship of the address, if the reader may know of it."""
    return relationship_by_ref(current_session(), actor(), ref)


def inside() -> bool:
    """Whether the reader is of our own organization."""
    return actor().can(Capability.VIEW_ORGANIZATION)


def today() -> date:
    """The organization's day."""
    return today_of(current_session(), clock.now())


def asked(name: str, kind: type[E]) -> E | None:
    """A filter of the address; what is no such value is left out."""
    value = request.args.get(name, "")
    return kind(value) if value in set(kind) else None


def words() -> str:
    """What the address searches for."""
    return request.args.get("q", "").strip()[:200]


def page_number() -> int:
    """Which page of a list the address asks for."""
    return request.args.get("page", 1, type=int)


def id_from(value: str | None) -> UUID | None:
    """A person, or nobody, as a select gives it."""
    return UUID(value) if value else None


def offer_people(
    found: Relationship, *, own: Any = None, theirs: Any = None, both: Any = None, first: Any
) -> None:
    """Fill selects with the people of our side, of the partner's side, or of both."""
    people = people_of(current_session(), found.id)
    ours = [(str(one), name) for one, name, partner_id in people if partner_id is None]
    others = [(str(one), name) for one, name, partner_id in people if partner_id is not None]
    for field, offered in ((own, ours), (theirs, others), (both, [*ours, *others])):
        if field is not None:
            field.choices = options([first, *offered])


def register_page(template: str, found: Relationship, *, key: str = "", **more: Any) -> str:
    """A page of a register, with what every one of them shows. ``key``: the obligation that reviews it."""
    due = None
    if key and inside():
        due = next_due(current_session(), key, [found.id]).get(str(found.id))
    return render_template(
        template,
        found=found,
        inside=inside(),
        keeps=keeps(actor(), found.id),
        runs=found.ended_on is None,
        review_due=due,
        today=today(),
        sharing_labels=SHARING_LABELS,
        **more,
    )


def form_page(
    form: BaseForm,
    found: Relationship | None,
    *,
    title: str,
    back: tuple[str, str],
    button: str,
    sections: Sections,
    status: int = 200,
    version: int | None = None,
    **more: Any,
) -> ResponseReturnValue:
    """A form on a page of its own, sent to the address it stands at."""
    return (
        render_template(
            "registers/edit.html",
            form=form,
            found=found,
            words=title,
            back=back,
            button_words=button,
            sections=sections,
            version=version,
            **more,
        ),
        status,
    )


def take(
    form: BaseForm,
    do: Callable[[], Any],
    *,
    done: str,
    to: Callable[[Any], str],
    again: Callable[[int], ResponseReturnValue],
) -> ResponseReturnValue:
    """Check a form, do what it says, and go on; refused, its page comes back with what was typed."""
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            result = do()
        if outcome.ok:
            flash(done, "success")
            return redirect(to(result))
        status = outcome.status
    return again(status)


def list_url(endpoint: str, found: Relationship, **more: Any) -> str:
    """The address of a page of a register."""
    return url_for(endpoint, ref=found.ref, **more)
