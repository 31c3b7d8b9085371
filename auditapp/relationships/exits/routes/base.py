"""The blueprint of exits, and how its pages work: who may first, then the form, then the verb, then back with a word."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.relationships.exits.forms.base import SeenForm
from auditapp.relationships.exits.model import ExitStrategy, ExitVersion
from auditapp.relationships.exits.queries.base import Reader, reader_of
from auditapp.relationships.exits.queries.strategy import need_strategy, version_by_number
from auditapp.relationships.queries import relationship_by_ref

bp = Blueprint("exits", __name__, template_folder="../templates", url_prefix="/relationships/<ref>/exits")
F = TypeVar("F", bound=SeenForm)


def here(ref: str) -> Reader:
    """The relationship and its reader. Raises NotFound, also for a relationship that is not to be seen."""
    session = current_session()
    return reader_of(session, actor(), relationship_by_ref(session, actor(), ref), clock.now())


def strategy_here(ref: str) -> tuple[Reader, ExitStrategy]:
    """The same with its strategy."""
    reader = here(ref)
    return reader, need_strategy(current_session(), reader)


def version_here(ref: str, number: int) -> tuple[Reader, ExitStrategy, ExitVersion]:
    """The same with one of its versions."""
    reader, strategy = strategy_here(ref)
    return reader, strategy, version_by_number(current_session(), reader, strategy, number)


def need(allowed: bool, words: Text | None = None) -> None:  # noqa: FBT001 - reads as a sentence: need(reader.manages)
    """Refuse whoever may not, before a form is shown or read."""
    if not allowed:
        raise NotAllowed(
            words
            or Text("Only the owner or manager of this relationship can do this, and only while it runs.")
        )


def blank(form_class: type[F], **values: Any) -> F:
    """A form: filled from what was sent, or with ``values`` when a page is opened."""
    if request.method == "POST":
        return form_class()
    return form_class(formdata=None, **values)


def home(reader: Reader) -> str:
    """The address of the first page."""
    return url_for("exits.of_relationship", ref=reader.relationship.ref)


def form_page(
    reader: Reader,
    form: SeenForm,
    do: Callable[[], object],
    *,
    title: str,
    submit: str,
    done: str,
    back: str,
    back_label: str,
    leads: Sequence[object] = (),
    rows: int = 4,
    kind: str = "main",
    template: str = "exits/form.html",
    to: Callable[[], str] | None = None,
    **more: Any,
) -> ResponseReturnValue:
    """Show a form, or do what it says; then on to ``to`` (else ``back``) with the word ``done``."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                do()
            if outcome.ok:
                flash(done, "success")
                return redirect(to() if to else back)
            status = outcome.status
    page = render_template(
        template,
        reader=reader,
        found=reader.relationship,
        form=form,
        title=title,
        submit_label=submit,
        leads=leads,
        back=back,
        back_label=back_label,
        rows=rows,
        look=kind,
        **more,
    )
    return page, status
