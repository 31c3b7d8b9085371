"""A page per person: particulars, roles, what they answer for, leaving and coming back."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people import service as accounts
from auditapp.people.competence_rules import VALIDITY_LABELS, VALIDITY_TONES, validity
from auditapp.people.guards import actor, guard, settings
from auditapp.people.persons import service
from auditapp.people.persons.forms import AddPersonForm, PersonForm, ResponsibilitiesForm, RoleForm
from auditapp.people.persons.queries import dossier, person_by_id
from auditapp.people.queries import library_names, organization, partner_names, relationship_names
from auditapp.people.rules import PROCESS_LABELS, ROLE_LABELS, Capability, Role

bp = Blueprint("persons", __name__, template_folder="templates", url_prefix="/people")


def _partners() -> list[tuple[str, str]]:
    return [(str(partner_id), name) for partner_id, name in partner_names(current_session())]


def _relationships() -> list[tuple[str, str]]:
    return [(str(one), f"{ref} {name}") for one, ref, name in relationship_names(current_session())]


@bp.get("/new")
@guard(Capability.MANAGE_PEOPLE)
def new() -> str:
    """A form for a new person."""
    found = organization(current_session())
    form = AddPersonForm(formdata=None, partners=_partners(), zone=found.zone if found else "UTC")
    return render_template("persons/edit.html", form=form, person=None)


@bp.post("/new")
@guard(Capability.MANAGE_PEOPLE)
def add() -> ResponseReturnValue:
    """Add a person and show the link that sets the first password."""
    form = AddPersonForm(partners=_partners())
    if not form.validate():
        return render_template("persons/edit.html", form=form, person=None), 422
    with form.taking_refusals() as outcome:
        person_id = service.add_person(
            current_session(),
            actor=actor(),
            at=clock.now(),
            name=form.name.data or "",
            email=form.email.data or "",
            job_title=form.job_title.data or "",
            zone=form.zone.data,
            locale=found.locale if (found := organization(current_session())) else "en",
            partner_id=UUID(form.partner.data) if form.partner.data else None,
            roles={Role(value) for value in form.roles.data or ()},
        )
    if not outcome.ok:
        return render_template("persons/edit.html", form=form, person=None), outcome.status
    flash(
        _("%(name)s is added. Make a link now, so that a password can be set.", name=form.name.data),
        "success",
    )
    return redirect(url_for("persons.show", person_id=person_id))


@bp.get("/<uuid:person_id>")
@guard(Capability.VIEW_ORGANIZATION)
def show(person_id: UUID) -> str:
    """Everything about one person."""
    return _page(person_id)


def _page(person_id: UUID, *, role_form: RoleForm | None = None) -> str:
    session = current_session()
    person = person_by_id(session, person_id)
    found = dossier(session, person)
    today = clock.day_in(actor().zone, clock.now())
    return render_template(
        "persons/show.html",
        person=person,
        found=found,
        manages=actor().can(Capability.MANAGE_PEOPLE),
        records=actor().can(Capability.MANAGE_PEOPLE) or actor().can(Capability.MANAGE_PROGRAMME),
        libraries=dict(library_names(session)) if found.competences else {},
        role_labels=ROLE_LABELS,
        processes=[label for slug, label in PROCESS_LABELS.items() if slug in found.responsibilities],
        role_form=role_form or RoleForm(formdata=None, relationships=_relationships()),
        stands=lambda since, expires_on: validity(since, expires_on, today),
        validity_labels=VALIDITY_LABELS,
        validity_tones=VALIDITY_TONES,
    )


@bp.get("/<uuid:person_id>/edit")
@guard(Capability.MANAGE_PEOPLE)
def edit(person_id: UUID) -> str:
    """A form with the person's particulars."""
    person = person_by_id(current_session(), person_id)
    form = PersonForm(formdata=None, obj=person, partners=_partners(), partner=str(person.partner_id or ""))
    form.partner.data = str(person.partner_id or "")
    return render_template("persons/edit.html", form=form, person=person)


@bp.post("/<uuid:person_id>/edit")
@guard(Capability.MANAGE_PEOPLE)
def save(person_id: UUID) -> ResponseReturnValue:
    """Change the particulars."""
    form = PersonForm(partners=_partners())
    outcome_status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.edit_person(
                current_session(),
                actor=actor(),
                at=clock.now(),
                person_id=person_id,
                version=form.version.data or 0,
                name=form.name.data or "",
                email=form.email.data or "",
                job_title=form.job_title.data or "",
                zone=form.zone.data,
                partner_id=UUID(form.partner.data) if form.partner.data else None,
            )
        if outcome.ok:
            flash(_("The changes are kept."), "success")
            return redirect(url_for("persons.show", person_id=person_id))
        outcome_status = outcome.status
    person = person_by_id(current_session(), person_id)
    return render_template("persons/edit.html", form=form, person=person), outcome_status


@bp.get("/<uuid:person_id>/deactivate")
@guard(Capability.MANAGE_PEOPLE)
def ask_deactivate(person_id: UUID) -> str:
    """Ask before somebody is deactivated."""
    person = person_by_id(current_session(), person_id)
    return render_template("persons/deactivate.html", person=person)


@bp.post("/<uuid:person_id>/deactivate")
@guard(Capability.MANAGE_PEOPLE)
def deactivate(person_id: UUID) -> ResponseReturnValue:
    """Deactivate a person."""
    service.deactivate_person(current_session(), actor=actor(), at=clock.now(), person_id=person_id)
    flash(_("The person is not active any more. It can be undone here."), "success")
    return redirect(url_for("persons.show", person_id=person_id))


@bp.post("/<uuid:person_id>/activate")
@guard(Capability.MANAGE_PEOPLE)
def activate(person_id: UUID) -> ResponseReturnValue:
    """Undo a deactivation."""
    service.activate_person(current_session(), actor=actor(), at=clock.now(), person_id=person_id)
    flash(_("The person is active again, with the roles and the password of before."), "success")
    return redirect(url_for("persons.show", person_id=person_id))


@bp.post("/<uuid:person_id>/link")
@guard(Capability.MANAGE_PEOPLE)
def make_link(person_id: UUID) -> ResponseReturnValue:
    """Make a one-time link for a password; it is shown on this page only, once."""
    secret = accounts.make_password_link(
        current_session(), actor=actor(), at=clock.now(), person_id=person_id
    )
    link = settings().public_url + url_for("people.set_password", secret=secret, _external=False)
    person = person_by_id(current_session(), person_id)
    return render_template("persons/link.html", person=person, link=link, hours=accounts.LINK_HOURS)


@bp.post("/<uuid:person_id>/account/disable")
@guard(Capability.MANAGE_PEOPLE)
def disable(person_id: UUID) -> ResponseReturnValue:
    """Let nobody sign in with this account."""
    accounts.disable_account(current_session(), actor=actor(), at=clock.now(), person_id=person_id)
    flash(_("Nobody can sign in with this account any more."), "success")
    return redirect(url_for("persons.show", person_id=person_id))


@bp.post("/<uuid:person_id>/account/enable")
@guard(Capability.MANAGE_PEOPLE)
def enable(person_id: UUID) -> ResponseReturnValue:
    """Let the account work again."""
    accounts.enable_account(current_session(), actor=actor(), at=clock.now(), person_id=person_id)
    flash(_("The account works again."), "success")
    return redirect(url_for("persons.show", person_id=person_id))


@bp.post("/<uuid:person_id>/roles")
@guard(Capability.MANAGE_PEOPLE)
def grant(person_id: UUID) -> ResponseReturnValue:
    """Give a role."""
    form = RoleForm(relationships=_relationships())
    if not form.validate():
        return _page(person_id, role_form=form), 422
    with form.taking_refusals() as outcome:
        service.grant_role(
            current_session(),
            actor=actor(),
            at=clock.now(),
            person_id=person_id,
            role=Role(form.role.data),
            relationship_id=UUID(form.scope.data) if form.scope.data else None,
        )
    if not outcome.ok:
        return _page(person_id, role_form=form), outcome.status
    flash(_("The role is given."), "success")
    return redirect(url_for("persons.show", person_id=person_id, _anchor="roles"))


@bp.post("/<uuid:person_id>/roles/<uuid:grant_id>/revoke")
@guard(Capability.MANAGE_PEOPLE)
def revoke(person_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Take a role away."""
    service.revoke_role(
        current_session(), actor=actor(), at=clock.now(), person_id=person_id, grant_id=grant_id
    )
    flash(_("The role is taken away."), "success")
    return redirect(url_for("persons.show", person_id=person_id, _anchor="roles"))


@bp.get("/<uuid:person_id>/responsibilities")
@guard(Capability.MANAGE_PEOPLE)
def responsibilities(person_id: UUID) -> str:
    """A form of the stages and processes the person answers for."""
    person = person_by_id(current_session(), person_id)
    form = ResponsibilitiesForm(
        formdata=None, stages=sorted(dossier(current_session(), person).responsibilities)
    )
    return render_template("persons/responsibilities.html", form=form, person=person)


@bp.post("/<uuid:person_id>/responsibilities")
@guard(Capability.MANAGE_PEOPLE)
def save_responsibilities(person_id: UUID) -> ResponseReturnValue:
    """Keep what the person answers for."""
    form = ResponsibilitiesForm()
    if not form.validate():
        person = person_by_id(current_session(), person_id)
        return render_template("persons/responsibilities.html", form=form, person=person), 422
    service.set_responsibilities(
        current_session(), actor=actor(), at=clock.now(), person_id=person_id, stages=form.stages.data or ()
    )
    flash(_("The changes are kept."), "success")
    return redirect(url_for("persons.show", person_id=person_id))
