"""Pages of one risk: add, read, change."""

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
from auditapp.relationships.registers.pages import (
    asked,
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
from auditapp.relationships.registers.risks import queries, rules, service
from auditapp.relationships.registers.risks.forms import RiskForm, value
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.routes.base import LABELS, bp, must_write, one_of
from auditapp.relationships.registers.risks.rules import RiskKind, Treatment
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage

SECTIONS = (
    ("", ("kind", "title", "description", "cause", "effect")),
    ("scores", ("likelihood", "impact")),
    ("treatment", ("treatment", "treatment_text", "due_on", "residual_likelihood", "residual_impact")),
    ("who", ("owner", "partner_owner", "next_review_on", "sharing")),
)


def _form(found: Relationship, **more: Any) -> RiskForm:
    form = RiskForm(**more)
    offer_people(found, own=form.owner, theirs=form.partner_owner, first=NOBODY)
    if not inside():
        form.without("owner", "sharing")
    return form


def _content(form: RiskForm, risk: Risk | None = None) -> service.Content:
    return service.Content(
        kind=RiskKind(form.kind.data),
        title=form.title.data or "",
        description=form.description.data or "",
        cause=form.cause.data or "",
        effect=form.effect.data or "",
        scores=risk.scores if risk else form.scores(),
        treatment=Treatment(form.treatment.data),
        treatment_text=form.treatment_text.data or "",
        due_on=form.due_on.data,
        owner_id=id_from(value(form, "owner")),
        partner_owner_id=id_from(form.partner_owner.data),
        next_review_on=form.next_review_on.data,
        sharing=Sharing(value(form, "sharing", "shared")),
    )


def _sections(form: RiskForm) -> list[tuple[str, list[str]]]:
    headings = {
        "": "",
        "scores": _("How much it weighs before treatment"),
        "treatment": _("What is done about it"),
        "who": _("Who answers for it"),
    }
    return [(headings[key], [one for one in names if one in form]) for key, names in SECTIONS]


def _add_page(found: Relationship, form: RiskForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Add a risk or an opportunity"),
        back=(_("Risks"), list_url("risks.of_relationship", found)),
        button=_("Add it"),
        sections=_sections(form),
        status=status,
    )


def _must_add(found: Relationship) -> None:
    if inside():
        must_manage(actor(), found.id)


@bp.get("/relationships/<ref>/risks/new")
@guard(Capability.SIGNED_IN)
def new(ref: str) -> ResponseReturnValue:
    """A form for a new one."""
    found = here(ref)
    _must_add(found)
    kind = asked("kind", RiskKind) or RiskKind.RISK
    form = _form(found, formdata=None, kind=kind.value, treatment=rules.TREATMENTS[kind][1].value)
    return _add_page(found, form)


@bp.post("/relationships/<ref>/risks/new")
@guard(Capability.SIGNED_IN)
def add(ref: str) -> ResponseReturnValue:
    """Add one."""
    found = here(ref)
    _must_add(found)
    form = _form(found)
    return take(
        form,
        lambda: service.add_risk(
            current_session(), actor=actor(), at=clock.now(), relationship_id=found.id, content=_content(form)
        ),
        done=_("It is in the register."),
        to=lambda made: url_for("risks.show", ref=ref, risk_ref=made.ref),
        again=lambda status: _add_page(here(ref), form, status),
    )


@bp.get("/relationships/<ref>/risks/<risk_ref>")
@guard(Capability.SIGNED_IN)
def show(ref: str, risk_ref: str) -> str:
    """One risk: how it stands, who answers for it, what was said at its reviews."""
    found, session = here(ref), current_session()
    risk = queries.risk_by_ref(session, actor(), found.id, risk_ref)
    return register_page(
        "risks/show.html",
        found,
        risk=risk,
        reviews=queries.reviews_of(session, risk.id),
        names=names_of(session, [risk.owner_id, risk.partner_owner_id, risk.written_by_id]),
        parties=party_names(session, found.id),
        links=links_of(session, actor(), "risk", [risk.id])[risk.id],
        writes=service.may_write(actor(), risk),
        reviews_it=service.may_review(actor(), risk),
        **LABELS,
    )


def _edit_page(found: Relationship, risk: Risk, form: RiskForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Change %(ref)s", ref=risk.ref),
        back=(risk.title, url_for("risks.show", ref=found.ref, risk_ref=risk.ref)),
        button=_("Keep the changes"),
        sections=_sections(form),
        status=status,
        version=form.version.data or risk.version,
    )


def _edit_form(found: Relationship, **more: Any) -> RiskForm:
    form = _form(found, **more)
    form.without("likelihood", "impact", "residual_likelihood", "residual_impact")
    return form


@bp.get("/relationships/<ref>/risks/<risk_ref>/edit")
@guard(Capability.SIGNED_IN)
def edit(ref: str, risk_ref: str) -> ResponseReturnValue:
    """A form with the risk as it is written."""
    found, risk = one_of(ref, risk_ref)
    must_write(risk)
    form = _edit_form(found, formdata=None, obj=risk)
    form.kind.data, form.treatment.data = risk.kind.value, risk.treatment.value
    form.partner_owner.data = str(risk.partner_owner_id or "")
    if inside():
        form.owner.data, form.sharing.data = str(risk.owner_id or ""), risk.sharing.value
    return _edit_page(found, risk, form)


@bp.post("/relationships/<ref>/risks/<risk_ref>/edit")
@guard(Capability.SIGNED_IN)
def save(ref: str, risk_ref: str) -> ResponseReturnValue:
    """Change it."""
    found, risk = one_of(ref, risk_ref)
    must_write(risk)
    form = _edit_form(found)
    return take(
        form,
        lambda: service.edit_risk(
            current_session(),
            actor=actor(),
            at=clock.now(),
            risk_id=risk.id,
            version=form.version.data or 0,
            content=_content(form, risk),
        ),
        done=_("The changes are kept."),
        to=lambda made: url_for("risks.show", ref=ref, risk_ref=made.ref),
        again=lambda status: _edit_page(*one_of(ref, risk_ref), form, status),
    )
