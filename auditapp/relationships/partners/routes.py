"""Pages of partners and relationships."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization, partner_names, person_names
from auditapp.people.rules import Capability
from auditapp.relationships.model import Partner, Relationship
from auditapp.relationships.partners import service
from auditapp.relationships.partners.forms import PartnerForm, RelationshipForm, countries
from auditapp.relationships.partners.queries import (
    contacts,
    duties,
    list_partners,
    list_relationships,
    relationships_of,
)
from auditapp.relationships.queries import partner_by_id, relationship_by_ref
from auditapp.relationships.rules import (
    PRIORITY_LABELS,
    STAGE_LABELS,
    STAGES,
    Kind,
    Priority,
    Stage,
)
from auditapp.relationships.service import must_manage
from auditapp.shell.forms import options

bp = Blueprint("relationships", __name__, template_folder="templates", url_prefix="/relationships")


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """The relationships somebody may see, page by page."""
    stage, priority = request.args.get("stage", ""), request.args.get("priority", "")
    ended = request.args.get("show") == "ended"
    page = list_relationships(
        current_session(),
        actor(),
        search=request.args.get("q", "").replace("\0", "").strip()[:200],
        stage=Stage(stage) if stage in set(Stage) else None,
        priority=Priority(priority) if priority in set(Priority) and actor().partner_id is None else None,
        ended=ended,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "partners/index.html",
        page=page,
        ended=ended,
        stage=stage,
        priority=priority,
        stages=[(one.value, STAGE_LABELS[one]) for one in STAGES],
        stage_labels=STAGE_LABELS,
        priority_labels=PRIORITY_LABELS,
    )


def _form(**more: Any) -> RelationshipForm:
    session = current_session()
    return RelationshipForm(
        persons=[(str(one), name) for one, name in person_names(session)],
        partner_choices=[(str(one), name) for one, name in partner_names(session)],
        **more,
    )


def _seats(form: RelationshipForm) -> dict[str, UUID | None]:
    return {
        f"{field.name}_id": UUID(field.data) if field.data else None
        for field in (form.ser, form.owner, form.manager)
    }


def _values(form: RelationshipForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "kind": Kind(form.kind.data),
        "priority": Priority(form.priority.data),
        "partner_ids": [UUID(value) for value in form.partners.data or ()],
        "purpose": form.purpose.data or "",
        "started_on": form.started_on.data,
        **_seats(form),
    }


@bp.get("/new")
@guard(Capability.MANAGE_RELATIONSHIPS)
def new() -> str:
    """A form for a new relationship."""
    must_manage(actor())
    form = _form(formdata=None, partners=[one for one in (request.args.get("partner"),) if one])
    return render_template("partners/edit.html", form=form, found=None)


@bp.post("/new")
@guard(Capability.MANAGE_RELATIONSHIPS)
def add() -> ResponseReturnValue:
    """Add a relationship."""
    form = _form()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            found = service.add_relationship(
                current_session(),
                actor=actor(),
                at=clock.now(),
                stage=Stage(form.stage.data),
                **_values(form),
            )
        if outcome.ok:
            flash(_("Relationship %(ref)s is added.", ref=found.ref), "success")
            return redirect(url_for("dossier.show", ref=found.ref))
        status = outcome.status
    return render_template("partners/edit.html", form=form, found=None), status


@bp.get("/<ref>/edit")
@guard(Capability.MANAGE_RELATIONSHIPS)
def edit(ref: str) -> str:
    """A form with the relationship as it is."""
    found = relationship_by_ref(current_session(), actor(), ref)
    must_manage(actor(), found.id)
    form = _edit_form(found, formdata=None)
    form.partners.data = [str(partner.id) for partner in found.partners]
    form.ser.data, form.owner.data, form.manager.data = (
        str(one or "") for one in (found.ser_id, found.owner_id, found.manager_id)
    )
    form.kind.data, form.priority.data = found.kind.value, found.priority.value
    return render_template("partners/edit.html", form=form, found=found)


def _edit_form(found: Relationship, **more: Any) -> RelationshipForm:
    """The form, which also offers whoever sits in a seat now, even after leaving."""
    form = _form(obj=found, **more)
    del form.stage  # it moves on the path of its stages
    held = {duty.person_id: duty.name for duty in duties(current_session(), found)}
    for field, holder in (
        (form.ser, found.ser_id),
        (form.owner, found.owner_id),
        (form.manager, found.manager_id),
    ):
        offered: list[Any] = list(field.choices or ())
        if holder is not None and str(holder) not in {choice.value for choice in offered}:
            field.choices = [*offered, *options([(holder, held[holder])])]
    return form


@bp.post("/<ref>/edit")
@guard(Capability.MANAGE_RELATIONSHIPS)
def save(ref: str) -> ResponseReturnValue:
    """Change a relationship."""
    found = relationship_by_ref(current_session(), actor(), ref)
    form = _edit_form(found)
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.edit_relationship(
                current_session(),
                actor=actor(),
                at=clock.now(),
                relationship_id=found.id,
                version=form.version.data or 0,
                ended_on=form.ended_on.data,
                **_values(form),
            )
        if outcome.ok:
            flash(_("The changes are kept."), "success")
            return redirect(url_for("dossier.show", ref=ref))
        status = outcome.status
        found = relationship_by_ref(current_session(), actor(), ref)
    return render_template("partners/edit.html", form=form, found=found), status


@bp.get("/partners")
@guard(Capability.SIGNED_IN)
def partners() -> str:
    """The partners somebody may see, page by page."""
    page = list_partners(
        current_session(),
        actor(),
        search=request.args.get("q", "").replace("\0", "").strip()[:200],
        page=request.args.get("page", 1, type=int),
    )
    return render_template("partners/partners.html", page=page, country_names=dict(countries()))


@bp.get("/partners/<uuid:partner_id>")
@guard(Capability.SIGNED_IN)
def partner(partner_id: UUID) -> str:
    """One partner: relationships and people."""
    session = current_session()
    found = partner_by_id(session, actor(), partner_id)
    return render_template(
        "partners/partner.html",
        found=found,
        relationships=relationships_of(session, actor(), partner_id),
        contacts=contacts(session, [partner_id]),
        manages=actor().can(Capability.MANAGE_RELATIONSHIPS),
        country_names=dict(countries()),
        stage_labels=STAGE_LABELS,
        priority_labels=PRIORITY_LABELS,
    )


@bp.get("/partners/new")
@guard(Capability.MANAGE_RELATIONSHIPS)
def new_partner() -> str:
    """A form for a new partner."""
    must_manage(actor())
    known = organization(current_session())
    form = PartnerForm(formdata=None, country=known.country if known else "GB", active=True)
    return render_template("partners/edit_partner.html", form=form, found=None)


@bp.post("/partners/new")
@guard(Capability.MANAGE_RELATIONSHIPS)
def add_partner() -> ResponseReturnValue:
    """Add a partner."""
    form = PartnerForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            partner_id = service.add_partner(
                current_session(),
                actor=actor(),
                at=clock.now(),
                name=form.name.data or "",
                sector=form.sector.data or "",
                country=form.country.data,
                note=form.note.data or "",
            )
        if outcome.ok:
            flash(_("%(name)s is added.", name=form.name.data), "success")
            return redirect(url_for("relationships.partner", partner_id=partner_id))
        status = outcome.status
    return render_template("partners/edit_partner.html", form=form, found=None), status


@bp.get("/partners/<uuid:partner_id>/edit")
@guard(Capability.MANAGE_RELATIONSHIPS)
def edit_partner(partner_id: UUID) -> str:
    """A form with the partner as it is."""
    must_manage(actor())
    found: Partner = partner_by_id(current_session(), actor(), partner_id)
    return render_template(
        "partners/edit_partner.html", form=PartnerForm(formdata=None, obj=found), found=found
    )


@bp.post("/partners/<uuid:partner_id>/edit")
@guard(Capability.MANAGE_RELATIONSHIPS)
def save_partner(partner_id: UUID) -> ResponseReturnValue:
    """Change a partner."""
    form = PartnerForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.edit_partner(
                current_session(),
                actor=actor(),
                at=clock.now(),
                partner_id=partner_id,
                version=form.version.data or 0,
                name=form.name.data or "",
                sector=form.sector.data or "",
                country=form.country.data,
                note=form.note.data or "",
                active=bool(form.active.data),
            )
        if outcome.ok:
            flash(_("The changes are kept."), "success")
            return redirect(url_for("relationships.partner", partner_id=partner_id))
        status = outcome.status
    found = partner_by_id(current_session(), actor(), partner_id)
    return render_template("partners/edit_partner.html", form=form, found=found), status
