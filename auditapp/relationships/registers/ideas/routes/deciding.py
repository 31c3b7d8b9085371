"""Deciding about an idea and carrying it out."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.ideas import queries, service
from auditapp.relationships.registers.ideas.forms import (
    DecisionForm,
    RealisedForm,
)
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.routes.base import bp, must_carry, one_of
from auditapp.relationships.registers.ideas.rules import IdeaVerb, Verdict
from auditapp.relationships.registers.pages import (
    form_page,
    id_from,
    inside,
    take,
)
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.service import must_manage
from auditapp.shell.forms import options


def _decision_form(idea: Idea, **more: Any) -> DecisionForm:
    form = DecisionForm(**more)
    parties = party_names(current_session(), idea.relationship_id)
    may = queries.deciding(current_session(), idea) if inside() else [actor().partner_id]
    form.party.choices = options((str(one or ""), parties[one]) for one in may if one in parties)
    if len(may) == 1:
        del form.said_by
    return form


def _decision_page(
    found: Relationship, idea: Idea, form: DecisionForm, status: int = 200
) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Decide about %(ref)s", ref=idea.ref),
        back=(idea.title, url_for("ideas.show", ref=found.ref, idea_ref=idea.ref)),
        button=_("Keep the decision"),
        sections=[("", [one for one in ("party", "verdict", "reason", "said_by") if one in form])],
        status=status,
        version=form.version.data or idea.version,
        lead=idea.title,
    )


def _must_decide(idea: Idea) -> None:
    if not service.may_decide(actor(), idea):
        must_manage(actor(), idea.relationship_id)


@bp.get("/relationships/<ref>/ideas/<idea_ref>/decision")
@guard(Capability.SIGNED_IN)
def decision(ref: str, idea_ref: str) -> ResponseReturnValue:
    """A form for a decision."""
    found, idea = one_of(ref, idea_ref)
    _must_decide(idea)
    return _decision_page(found, idea, _decision_form(idea, formdata=None))


@bp.post("/relationships/<ref>/ideas/<idea_ref>/decision")
@guard(Capability.SIGNED_IN)
def decided(ref: str, idea_ref: str) -> ResponseReturnValue:
    """A party decides."""
    _found, idea = one_of(ref, idea_ref)
    _must_decide(idea)
    form = _decision_form(idea)
    return take(
        form,
        lambda: service.decide(
            current_session(),
            actor=actor(),
            at=clock.now(),
            idea_id=idea.id,
            version=form.version.data or 0,
            party_id=id_from(form.party.data),
            verdict=Verdict(form.verdict.data),
            reason=form.reason.data or "",
            said_by=(form.said_by.data or "") if "said_by" in form else "",
        ),
        done=_("The decision is kept."),
        to=lambda made: url_for("ideas.show", ref=ref, idea_ref=made.ref),
        again=lambda status: _decision_page(*one_of(ref, idea_ref), form, status),
    )


@bp.post("/relationships/<ref>/ideas/<idea_ref>/<any(start, stop, resume, withdraw, reopen):verb>")
@guard(Capability.SIGNED_IN)
def move(ref: str, idea_ref: str, verb: str) -> ResponseReturnValue:
    """Start it, stop it, go on with it; withdraw it or bring it back."""
    _found, idea = one_of(ref, idea_ref)
    service.move_idea(
        current_session(),
        actor=actor(),
        at=clock.now(),
        idea_id=idea.id,
        version=request.form.get("version", 0, type=int),
        verb=IdeaVerb(verb),
    )
    said = {
        "start": _("It is under way."),
        "stop": _("It is stopped, and can be started again."),
        "resume": _("It is under way again."),
        "withdraw": _("The idea is withdrawn. It can be brought back."),
        "reopen": _("The idea is back. Everybody is asked anew."),
    }
    flash(said[verb], "success")
    return redirect(url_for("ideas.show", ref=ref, idea_ref=idea_ref))


def _realised_page(
    found: Relationship, idea: Idea, form: RealisedForm, status: int = 200
) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("%(ref)s is realised", ref=idea.ref),
        back=(idea.title, url_for("ideas.show", ref=found.ref, idea_ref=idea.ref)),
        button=_("It is realised"),
        sections=[("", ["lesson"])],
        status=status,
        version=form.version.data or idea.version,
        lead=_("The value for each party can be measured now and later."),
    )


@bp.get("/relationships/<ref>/ideas/<idea_ref>/realise")
@guard(Capability.SIGNED_IN)
def realise(ref: str, idea_ref: str) -> ResponseReturnValue:
    """Asks what was learned."""
    found, idea = one_of(ref, idea_ref)
    must_carry(idea)
    return _realised_page(found, idea, RealisedForm(formdata=None, lesson=idea.lesson))


@bp.post("/relationships/<ref>/ideas/<idea_ref>/realise")
@guard(Capability.SIGNED_IN)
def realised(ref: str, idea_ref: str) -> ResponseReturnValue:
    """It is realised."""
    _found, idea = one_of(ref, idea_ref)
    must_carry(idea)
    form = RealisedForm()
    return take(
        form,
        lambda: service.move_idea(
            current_session(),
            actor=actor(),
            at=clock.now(),
            idea_id=idea.id,
            version=form.version.data or 0,
            verb=IdeaVerb.REALISE,
            lesson=form.lesson.data or "",
        ),
        done=_("Realised. Now measure what it was worth to each party."),
        to=lambda made: url_for("ideas.show", ref=ref, idea_ref=made.ref),
        again=lambda status: _realised_page(*one_of(ref, idea_ref), form, status),
    )
