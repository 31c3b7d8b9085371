"""Pages of the people of a relationship, and of its review."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.contacts.queries import Someone
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.behaviours import queries, rules, service
from auditapp.relationships.registers.behaviours.routes.base import LABELS, bp, seen_as
from auditapp.relationships.registers.behaviours.rules import Item
from auditapp.relationships.registers.forms import ReviewedForm
from auditapp.relationships.registers.pages import form_page, here, list_url, register_page, take, today
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.service import must_manage


@bp.get("/relationships/<ref>/behaviours")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The people of both sides: what is expected of them, and how they stand, as far as the reader may know."""
    found, session = here(ref), current_session()
    people = queries.all_people(session, found.id)
    reader = queries.reader_of(actor(), found, people)
    seen = [one.person_id for one in people if rules.may_see(reader, queries.subject_of(one))]
    followed = [one.person_id for one in people if rules.may_see_induction(reader, queries.subject_of(one))]
    items = queries.items(session)
    latest = queries.latest(session, found.id, seen)
    return register_page(
        "behaviours/list.html",
        found,
        key=service.REVIEW,
        people=people,
        parties=party_names(session, found.id),
        standing={
            one.person_id: _standing(one, items, latest[one.person_id])
            for one in people
            if one.person_id in seen
        },
        developments=queries.developments(session, found.id, seen, open_only=True),
        inductions=queries.inductions(session, found.id, followed),
        may_assess={
            one.person_id: rules.assesses_as(reader, queries.subject_of(one)) is not None for one in people
        },
        **LABELS,
    )


def _standing(one: Someone, items: list[Item], levels: dict[str, Any]) -> dict[str, Any]:
    """How many things are assessed, how many gaps there are, and when that was last looked at."""
    expected = {item.key: item.level_for(one.roles) for item in items}
    gaps = [
        rules.gap(expected[key], {source: row.level for source, row in found.items()})
        for key, found in levels.items()
        if expected.get(key)
    ]
    days = [row.assessed_on for found in levels.values() for row in found.values()]
    return {
        "assessed": sum(found is not None for found in gaps),
        "of": sum(level > 0 for level in expected.values()),
        "gaps": sum(bool(found) for found in gaps),
        "last": max(days, default=None),
    }


@bp.get("/relationships/<ref>/behaviours/<uuid:person_id>")
@guard(Capability.SIGNED_IN)
def show(ref: str, person_id: UUID) -> str:
    """One person: what is expected, how they stand, what they do about it, how they were brought in."""
    seen, session = seen_as(ref, person_id), current_session()
    items = [item for item in queries.items(session) if item.level_for(seen.one.roles)]
    found = seen.found
    levels = queries.latest(session, found.id, [person_id])[person_id] if seen.sees else {}
    induction = None
    if rules.may_see_induction(seen.reader, seen.subject):
        induction = queries.inductions(session, found.id, [person_id]).get(person_id)
    return register_page(
        "behaviours/show.html",
        found,
        seen=seen,
        one=seen.one,
        parties=party_names(session, found.id),
        items=items,
        levels=levels,
        gaps={
            item.key: rules.gap(
                item.level_for(seen.one.roles),
                {source: row.level for source, row in levels.get(item.key, {}).items()},
            )
            for item in items
        },
        past=queries.assessments(session, found.id, person_id) if seen.sees else [],
        developments=queries.developments(session, found.id, [person_id])[person_id] if seen.sees else [],
        names={item.key: item.name for item in queries.items(session, all_of_them=True)} if seen.sees else {},
        induction=induction[0] if induction else None,
        steps=queries.steps_of(session, induction[0].id) if induction else [],
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
