"""Assessing people and planning their development."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.registers.behaviours import queries, rules, service
from auditapp.relationships.registers.behaviours.forms import (
    AssessForm,
    DevelopmentForm,
    assess_form,
)
from auditapp.relationships.registers.behaviours.routes.base import Seen, bp, seen_as
from auditapp.relationships.registers.behaviours.rules import DevelopmentVerb, Item, Source
from auditapp.relationships.registers.forms import ReasonForm
from auditapp.relationships.registers.pages import form_page, take, today
from auditapp.shell.forms import options


def _assess_page(seen: Seen, items: list[Item], form: AssessForm, status: int = 200) -> ResponseReturnValue:
    as_what = seen.assesses_as
    notices = {
        Source.SELF: _("You assess yourself. Who manages the relationship on your side reads it."),
        Source.MANAGER: _("They read what you write, with the evidence."),
        Source.PARTNER: _(
            "Your feedback is read by the person and by who manages them on their side. You give it, and do not see "
            "it again here."
        ),
    }
    return form_page(
        form,
        seen.found,
        title=_("Assess %(name)s", name=seen.one.name),
        back=(seen.one.name, seen.url),
        button=_("Keep the assessment"),
        sections=[
            ("", ["on"]),
            *(
                (
                    str(label),
                    [
                        f"{name}_{item.key}"
                        for item in items
                        if item.kind is kind
                        for name in ("level", "evidence")
                    ],
                )
                for kind, label in rules.ITEM_KIND_LABELS.items()
            ),
        ],
        status=status,
        known=notices[as_what] if as_what else "",
    )


def _items_for(seen: Seen) -> list[Item]:
    service.must(seen.assesses_as is not None)
    return [item for item in queries.items(current_session()) if item.level_for(seen.one.roles)]


@bp.get("/relationships/<ref>/behaviours/<uuid:person_id>/assess")
@guard(Capability.SIGNED_IN)
def assess(ref: str, person_id: UUID) -> ResponseReturnValue:
    """A form with all that is expected of the person."""
    seen = seen_as(ref, person_id)
    items = _items_for(seen)
    return _assess_page(seen, items, assess_form(items)(formdata=None, on=today()))


@bp.post("/relationships/<ref>/behaviours/<uuid:person_id>/assess")
@guard(Capability.SIGNED_IN)
def assessed(ref: str, person_id: UUID) -> ResponseReturnValue:
    """Keep an assessment."""
    seen = seen_as(ref, person_id)
    items = _items_for(seen)
    form = assess_form(items)()
    return take(
        form,
        lambda: service.assess(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=seen.found.id,
            person_id=person_id,
            on=form.on.data or today(),
            levels=form.levels(items),
        ),
        done=_("The assessment is kept."),
        to=lambda _source: url_for("behaviours.show", ref=ref, person_id=person_id),
        again=lambda status: _assess_page(seen_as(ref, person_id), items, form, status),
    )


@bp.post("/relationships/<ref>/behaviours/<uuid:person_id>/assessments/<uuid:assessment_id>/take-back")
@guard(Capability.SIGNED_IN)
def take_back(ref: str, person_id: UUID, assessment_id: UUID) -> ResponseReturnValue:
    """Take back a level one gave."""
    seen = seen_as(ref, person_id)
    service.must(seen.sees)
    service.take_back_assessment(
        current_session(),
        actor=actor(),
        at=clock.now(),
        relationship_id=seen.found.id,
        person_id=person_id,
        assessment_id=assessment_id,
    )
    flash(_("Taken back: the one before counts again."), "success")
    return redirect(seen.url)


def _development_form(**more: Any) -> DevelopmentForm:
    form = DevelopmentForm(**more)
    form.item_key.choices = options(
        [("", _("Something else")), *((item.key, item.name) for item in queries.items(current_session()))]
    )
    return form


def _development_page(seen: Seen, form: DevelopmentForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        seen.found,
        title=_("Plan development for %(name)s", name=seen.one.name),
        back=(seen.one.name, seen.url),
        button=_("Plan it"),
        sections=[("", ["item_key", "what", "due_on"])],
        status=status,
    )


@bp.get("/relationships/<ref>/behaviours/<uuid:person_id>/development")
@guard(Capability.SIGNED_IN)
def develop(ref: str, person_id: UUID) -> ResponseReturnValue:
    """A form for a development action."""
    seen = seen_as(ref, person_id)
    service.must(seen.develops)
    return _development_page(
        seen, _development_form(formdata=None, item_key=request.args.get("item", "")[:40])
    )


@bp.post("/relationships/<ref>/behaviours/<uuid:person_id>/development")
@guard(Capability.SIGNED_IN)
def developed(ref: str, person_id: UUID) -> ResponseReturnValue:
    """Plan it."""
    seen = seen_as(ref, person_id)
    service.must(seen.develops)
    form = _development_form()
    return take(
        form,
        lambda: service.plan_development(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=seen.found.id,
            person_id=person_id,
            item_key=form.item_key.data or "",
            what=form.what.data or "",
            due_on=form.due_on.data or today(),
        ),
        done=_("It is planned."),
        to=lambda _made: url_for("behaviours.show", ref=ref, person_id=person_id),
        again=lambda status: _development_page(seen_as(ref, person_id), form, status),
    )


def _end_page(
    seen: Seen, verb: DevelopmentVerb, form: ReasonForm, version: int, what: str
) -> ResponseReturnValue:
    return form_page(
        form,
        seen.found,
        title=_("It is done") if verb is DevelopmentVerb.FINISH else _("Drop it"),
        back=(seen.one.name, seen.url),
        button=_("Keep it"),
        sections=[("", ["reason"])],
        status=422 if form.errors or form.refused else 200,
        version=version,
        lead=what,
    )


@bp.get(
    "/relationships/<ref>/behaviours/<uuid:person_id>/development/<uuid:development_id>/<any(finish, drop):verb>"
)
@guard(Capability.SIGNED_IN)
def end_development(ref: str, person_id: UUID, development_id: UUID, verb: str) -> ResponseReturnValue:
    """Asks what came of it."""
    seen = seen_as(ref, person_id)
    service.must(seen.develops)
    row = queries.development_of(current_session(), seen.found.id, person_id, development_id)
    return _end_page(seen, DevelopmentVerb(verb), ReasonForm(formdata=None), row.version, row.what)


@bp.post(
    "/relationships/<ref>/behaviours/<uuid:person_id>/development/<uuid:development_id>/"
    "<any(finish, drop, reopen):verb>"
)
@guard(Capability.SIGNED_IN)
def move_development(ref: str, person_id: UUID, development_id: UUID, verb: str) -> ResponseReturnValue:
    """It is done, dropped, or open again."""
    seen = seen_as(ref, person_id)
    service.must(seen.develops)
    row = queries.development_of(current_session(), seen.found.id, person_id, development_id)
    way, what, version = DevelopmentVerb(verb), row.what, request.form.get("version", 0, type=int)

    def do(result: str) -> object:
        return service.move_development(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=seen.found.id,
            person_id=person_id,
            development_id=development_id,
            version=version,
            verb=way,
            result=result,
        )

    if way is DevelopmentVerb.REOPEN:
        do("")
        flash(_("It is open again."), "success")
        return redirect(seen.url)
    form = ReasonForm()
    return take(
        form,
        lambda: do(form.reason.data or ""),
        done=_("Kept."),
        to=lambda _made: url_for("behaviours.show", ref=ref, person_id=person_id),
        again=lambda _status: _end_page(seen_as(ref, person_id), way, form, version, what),
    )
