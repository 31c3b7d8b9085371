"""Pages of one idea: raise, read, change."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.forms import NOBODY
from auditapp.relationships.registers.ideas import queries, service
from auditapp.relationships.registers.ideas.forms import (
    IdeaForm,
    idea_form,
)
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.routes.base import LABELS, bp, must_write, one_of, parties
from auditapp.relationships.registers.ideas.rules import Category, IdeaState, Phase
from auditapp.relationships.registers.pages import (
    form_page,
    here,
    id_from,
    inside,
    list_url,
    offer_people,
    register_page,
    take,
)
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.rules import Sharing


def _form(found: Relationship, **more: Any) -> IdeaForm:
    form = idea_form(parties(found))(**more)
    offer_people(found, both=form.owner, first=NOBODY)
    if not inside():
        del form.sharing
    return form


def _content(found: Relationship, form: IdeaForm) -> service.Content:
    return service.Content(
        title=form.title.data or "",
        description=form.description.data or "",
        category=Category(form.category.data),
        owner_id=id_from(form.owner.data),
        target_on=form.target_on.data,
        sharing=Sharing(form.sharing.data) if "sharing" in form else Sharing.SHARED,
        expected=form.expected(parties(found)),
    )


def _sections(found: Relationship, form: IdeaForm) -> list[tuple[str, list[str]]]:
    return [
        ("", ["title", "description", "category"]),
        *(
            (
                _("Expected for %(party)s", party=name),
                [f"{kind}_{place}" for kind in ("amount", "unit", "words")],
            )
            for place, (_party_id, name) in enumerate(parties(found))
        ),
        (_("Who, and by when"), [one for one in ("owner", "target_on", "sharing") if one in form]),
    ]


def _add_page(found: Relationship, form: IdeaForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Raise an idea"),
        back=(_("Ideas"), list_url("ideas.of_relationship", found)),
        button=_("Raise it"),
        sections=_sections(found, form),
        status=status,
        lead=_("One idea at a time. Each party decides about what is shared."),
    )


@bp.get("/relationships/<ref>/ideas/new")
@guard(Capability.SIGNED_IN)
def new(ref: str) -> ResponseReturnValue:
    """A form for a new idea."""
    found = here(ref)
    return _add_page(found, _form(found, formdata=None, sharing=Sharing.SHARED.value))


@bp.post("/relationships/<ref>/ideas/new")
@guard(Capability.SIGNED_IN)
def add(ref: str) -> ResponseReturnValue:
    """Raise one."""
    found = here(ref)
    form = _form(found)
    return take(
        form,
        lambda: service.raise_idea(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=found.id,
            content=_content(found, form),
        ),
        done=_("The idea is raised. Now the parties decide."),
        to=lambda made: url_for("ideas.show", ref=ref, idea_ref=made.ref),
        again=lambda status: _add_page(here(ref), form, status),
    )


@bp.get("/relationships/<ref>/ideas/<idea_ref>")
@guard(Capability.SIGNED_IN)
def show(ref: str, idea_ref: str) -> str:
    """One idea: where it stands, what each party decided, what it is worth to each."""
    found, idea = one_of(ref, idea_ref)
    session = current_session()
    values = queries.values_of(session, [idea.id])[idea.id]
    decisions = queries.decisions_of(session, idea.id)
    parties = party_names(session, found.id)
    holding = {one.party_id: (one, name) for one, name in decisions if one.holds}
    waiting = [
        parties[one] for one in queries.deciding(session, idea) if one not in holding and one in parties
    ]
    carries = service.may_carry_out(actor(), idea)
    return register_page(
        "ideas/show.html",
        found,
        idea=idea,
        expected={one.party_id: one for one in values if one.phase is Phase.EXPECTED},
        measured=[one for one in values if one.phase is Phase.MEASURED],
        decisions=decisions,
        holding=holding,
        waiting=waiting,
        names=names_of(session, [idea.owner_id, idea.raised_by_id, *(one.by_id for one in values)]),
        parties=parties,
        links=links_of(session, actor(), "idea", [idea.id])[idea.id],
        writes=service.may_write(actor(), idea),
        decides=service.may_decide(actor(), idea)
        and idea.state in (IdeaState.PROPOSED, IdeaState.LATER, IdeaState.ACCEPTED, IdeaState.DECLINED),
        carries=carries,
        measures=(carries or not inside()) and idea.state in (IdeaState.IN_PROGRESS, IdeaState.REALISED),
        **LABELS,
    )


def _edit_page(found: Relationship, idea: Idea, form: IdeaForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Change %(ref)s", ref=idea.ref),
        back=(idea.title, url_for("ideas.show", ref=found.ref, idea_ref=idea.ref)),
        button=_("Keep the changes"),
        sections=_sections(found, form),
        status=status,
        version=form.version.data or idea.version,
    )


@bp.get("/relationships/<ref>/ideas/<idea_ref>/edit")
@guard(Capability.SIGNED_IN)
def edit(ref: str, idea_ref: str) -> ResponseReturnValue:
    """A form with the idea as it is."""
    found, idea = one_of(ref, idea_ref)
    must_write(idea)
    form = _form(found, formdata=None, obj=idea)
    form.category.data, form.owner.data = idea.category.value, str(idea.owner_id or "")
    if inside():
        form.sharing.data = idea.sharing.value
    values = {
        one.party_id: one
        for one in queries.values_of(current_session(), [idea.id])[idea.id]
        if one.phase is Phase.EXPECTED
    }
    for place, (party_id, _name) in enumerate(parties(found)):
        if (value := values.get(party_id)) is not None:
            form.expect(place, value.amount, value.unit, value.words)
    return _edit_page(found, idea, form)


@bp.post("/relationships/<ref>/ideas/<idea_ref>/edit")
@guard(Capability.SIGNED_IN)
def save(ref: str, idea_ref: str) -> ResponseReturnValue:
    """Change it."""
    found, idea = one_of(ref, idea_ref)
    must_write(idea)
    form = _form(found)
    return take(
        form,
        lambda: service.edit_idea(
            current_session(),
            actor=actor(),
            at=clock.now(),
            idea_id=idea.id,
            version=form.version.data or 0,
            content=_content(found, form),
        ),
        done=_("The changes are kept."),
        to=lambda made: url_for("ideas.show", ref=ref, idea_ref=made.ref),
        again=lambda status: _edit_page(*one_of(ref, idea_ref), form, status),
    )
