"""The page of the organization's settings."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.model import Organization
from auditapp.people.organization import service
from auditapp.people.organization.forms import SettingsForm
from auditapp.people.organization.rules import coming_holidays, regions
from auditapp.people.queries import organization
from auditapp.people.rules import Capability

bp = Blueprint("organization", __name__, template_folder="templates", url_prefix="/organization")
SHOWN_HOLIDAYS = 8


def _kept() -> Organization:
    found = organization(current_session())
    if found is None:
        raise NotFound
    return found


def _page(form: SettingsForm, kept: Organization) -> str:
    today = clock.day_in(kept.zone, clock.now())
    return render_template(
        "organization/edit.html",
        form=form,
        kept=kept,
        coming=coming_holidays(kept.country, kept.subdivision, after=today, most=SHOWN_HOLIDAYS),
    )


@bp.get("/")
@guard(Capability.MANAGE_SETTINGS)
def edit() -> str:
    """Name, zone, language, country and region, and the next days off that follow from them."""
    kept = _kept()
    form = SettingsForm(
        formdata=None, obj=kept, kept_country=kept.country, region=kept.subdivision, version=kept.version
    )
    return _page(form, kept)


@bp.post("/")
@guard(Capability.MANAGE_SETTINGS)
def save() -> ResponseReturnValue:
    """Keep them. With another country the regions to choose from are shown next."""
    kept = _kept()
    moved = kept.country
    form = SettingsForm(kept_country=kept.country)
    if not form.validate():
        return _page(form, kept), 422
    with form.taking_refusals() as outcome:
        service.change_organization(
            current_session(),
            actor=actor(),
            at=clock.now(),
            version=form.version.data or 0,
            name=form.name.data or "",
            zone=form.zone.data,
            locale=form.locale.data,
            country=form.country.data,
            region=form.region.data or "",
        )
    if not outcome.ok:
        return _page(form, _kept()), outcome.status
    if form.country.data != moved and regions(form.country.data):
        flash(_("The changes are kept. Look whether a region has holidays of its own."), "success")
    else:
        flash(_("The changes are kept."), "success")
    return redirect(url_for("organization.edit"))
