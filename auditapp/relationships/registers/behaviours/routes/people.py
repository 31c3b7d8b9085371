"""Pages of the people of a relationship, and of its review."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.behaviours import queries, service
from auditapp.relationships.registers.behaviours.routes.base import LABELS, bp, seen_as
from auditapp.relationships.registers.forms import ReviewedForm
from auditapp.relationships.registers.pages import form_page, here, list_url, register_page, take, today
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.service import must_manage


@bp.get("/relationships/<ref>/behaviours")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The people of both sides: what is expected of them, and how they stand, as far as the reader may know."""
    found, session = here(ref), current_session()
    shown = queries.everybody(session, actor(), found)
    return register_page(
        "behaviours/list.html",
        found,
        key=service.REVIEW,
        people=shown.people,
        parties=party_names(session, found.id),
        standing=shown.standing,
        developments=shown.developments,
        inductions=shown.inductions,
        may_assess=shown.may_assess,
        **LABELS,
    )


@bp.get("/relationships/<ref>/behaviours/<uuid:person_id>")
@guard(Capability.SIGNED_IN)
def show(ref: str, person_id: UUID) -> str:
    """One person: what is expected, how they stand, what they do about it, how they were brought in."""
    seen, session = seen_as(ref, person_id), current_session()
    shown = queries.somebody(session, seen.found, seen.one, seen.reader)
    return register_page(
        "behaviours/show.html",
        seen.found,
        seen=seen,
        one=seen.one,
        parties=party_names(session, seen.found.id),
        items=shown.items,
        levels=shown.levels,
        gaps=shown.gaps,
        past=shown.past,
        developments=shown.developments,
        names=shown.names,
        induction=shown.induction,
        steps=shown.steps,
        **LABELS,
    )


def _reviewed_page(found: Relationship, form: ReviewedForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Review of competence and behaviours"),
        back=(_("Behaviours"), list_url("behaviours.of_relationship", found)),
        button=_("Keep the review"),
        sections=[("", ["on", "outcome"])],
        status=status,
        lead=_("What you write here is not about single people: others read it."),
    )


@bp.get("/relationships/<ref>/behaviours/review")
@guard(Capability.VIEW_ORGANIZATION)
def review(ref: str) -> ResponseReturnValue:
    """A form for the review."""
    found = here(ref)
    must_manage(actor(), found.id)
    return _reviewed_page(found, ReviewedForm(formdata=None, on=today()))


@bp.post("/relationships/<ref>/behaviours/review")
@guard(Capability.VIEW_ORGANIZATION)
def reviewed(ref: str) -> ResponseReturnValue:
    """They were reviewed."""
    found, form = here(ref), ReviewedForm()
    must_manage(actor(), found.id)
    return take(
        form,
        lambda: service.review_register(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=found.id,
            on=form.on.data or today(),
            outcome=form.outcome.data or "",
        ),
        done=_("The review is kept."),
        to=lambda _done: url_for("behaviours.of_relationship", ref=ref),
        again=lambda status: _reviewed_page(here(ref), form, status),
    )
