"""Pages of the first run: code, organization, holidays, manager; then, signed in: libraries, people, partners."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.checklists.service import import_shipped, shipped
from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import NotFound
from auditapp.kit.ids import digest
from auditapp.overview.setup import service
from auditapp.overview.setup.forms import CodeForm, HolidaysForm, LibrariesForm, ManagerForm
from auditapp.overview.setup.service import Particulars
from auditapp.people import passwords
from auditapp.people.guards import actor, address, guard, keep_cookie, settings, throttle
from auditapp.people.organization.forms import OrganizationForm
from auditapp.people.organization.rules import coming_holidays
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.people.service import begin_sign_in, note_failure, pause

bp = Blueprint("setup", __name__, template_folder="templates", url_prefix="/setup")
KEPT = "setup"  # what was said so far, in the browser's signed session
SHOWN_HOLIDAYS = 8


def _said() -> dict[str, Any]:
    """What was said so far, with the code's digest; raises NotFound without a good code."""
    said = session.get(KEPT)
    good = isinstance(said, dict) and service.code_fits(current_session(), str(said.get("code", "")))
    if not good or not isinstance(said, dict) or organization(current_session()) is not None:
        raise NotFound
    return said


def _say(**more: object) -> None:
    session[KEPT] = {**_said(), **more}


@bp.get("/")
@guard(public=True)
def start() -> ResponseReturnValue:
    """Where the code is entered; nothing any more once the organization is there."""
    if organization(current_session()) is not None:
        return redirect(url_for("home.index"))
    return render_template("setup/start.html", form=CodeForm(formdata=None))


@bp.post("/")
@guard(public=True)
def code() -> ResponseReturnValue:
    """Check the code; tries are counted as those of passwords are."""
    if organization(current_session()) is not None:
        raise NotFound
    form = CodeForm()
    if not form.validate():
        return render_template("setup/start.html", form=form), 422
    now = clock.now()
    paused = pause(current_session(), email=None, address=address(), at=now, throttle=throttle())
    if paused is not None:
        form.refused = paused
        return render_template("setup/start.html", form=form), 429
    given = digest((form.code.data or "").strip())
    if not service.code_fits(current_session(), given):
        note_failure(current_session(), email=None, address=address(), at=now)
        form.code.errors = [
            _("This is not the code. Look where the program was started; a new start prints a new code.")
        ]
        return render_template("setup/start.html", form=form), 422
    session[KEPT] = {"code": given}
    return redirect(url_for("setup.organization_page"))


@bp.get("/organization")
@guard(public=True)
def organization_page() -> str:
    """Name, country and zone of the organization."""
    said = _said()
    form = OrganizationForm(
        formdata=None,
        name=said.get("name"),
        country=said.get("country", "GB"),
        zone=said.get("zone", "Europe/London"),
    )
    return render_template("setup/organization.html", form=form, fresh="zone" not in said)


@bp.post("/organization")
@guard(public=True)
def organization_said() -> ResponseReturnValue:
    """Keep the organization for the later steps."""
    said = _said()
    form = OrganizationForm()
    if not form.validate():
        return render_template("setup/organization.html", form=form, fresh=False), 422
    region = said.get("region", "") if said.get("country") == form.country.data else ""
    _say(name=form.name.data, country=form.country.data, zone=form.zone.data, region=region)
    return redirect(url_for("setup.holidays"))


def _particulars() -> Particulars:
    said = _said()
    if "name" not in said:
        raise NotFound
    return Particulars(
        name=said["name"], zone=said["zone"], country=said["country"], subdivision=said.get("region", "")
    )


def _holidays_page(form: HolidaysForm, particulars: Particulars) -> str:
    today = clock.day_in(particulars.zone, clock.now())
    return render_template(
        "setup/holidays.html",
        form=form,
        coming=coming_holidays(
            particulars.country, particulars.subdivision, after=today, most=SHOWN_HOLIDAYS
        ),
    )


@bp.get("/holidays")
@guard(public=True)
def holidays() -> str:
    """The region, and the next public holidays to recognize it by."""
    particulars = _particulars()
    form = HolidaysForm(formdata=None, country=particulars.country, region=particulars.subdivision)
    return _holidays_page(form, particulars)


@bp.post("/holidays")
@guard(public=True)
def holidays_said() -> ResponseReturnValue:
    """Keep the region."""
    particulars = _particulars()
    form = HolidaysForm(country=particulars.country)
    if not form.validate():
        return _holidays_page(form, particulars), 422
    changed = form.region.data != particulars.subdivision
    _say(region=form.region.data)
    return redirect(url_for("setup.holidays" if changed else "setup.manager"))


@bp.get("/manager")
@guard(public=True)
def manager() -> str:
    """Who the first system manager is."""
    return render_template(
        "setup/manager.html", form=ManagerForm(formdata=None), organization=_particulars().name
    )


@bp.post("/manager")
@guard(public=True)
def finish() -> ResponseReturnValue:
    """Make the organization and its first system manager, and sign the manager in."""
    said = _said()
    particulars = _particulars()
    form = ManagerForm()
    status = 422
    if form.accept(name=form.name.data or "", email=form.email.data or ""):
        release()
        password_hash = passwords.hash_password(form.password.data or "")
        now = clock.now()
        with form.taking_refusals() as outcome:
            manager_id = service.set_up(
                current_session(),
                at=now,
                code_digest=said["code"],
                particulars=particulars,
                name=form.name.data or "",
                email=form.email.data or "",
                password_hash=password_hash,
            )
        if outcome.ok:
            secret = begin_sign_in(
                current_session(),
                person_id=manager_id,
                at=now,
                days=settings().session_days,
                address=address(),
                agent=request.user_agent.string,
            )
            session.clear()
            flash(_("%(name)s is set up, and you are signed in.", name=particulars.name), "success")
            response = redirect(url_for("setup.libraries"))
            keep_cookie(response, secret)
            return response
        status = outcome.status
    return render_template("setup/manager.html", form=form, organization=particulars.name), status


def _libraries_form(**more: Any) -> LibrariesForm:
    choices = [
        (library.id, _("%(title)s (%(count)s questions)", title=library.title, count=len(library.questions)))
        for library in shipped()
    ]
    return LibrariesForm(libraries=choices, **more)


@bp.get("/libraries")
@guard(Capability.MANAGE_SETTINGS)
def libraries() -> str:
    """Pick clause libraries; all are picked to begin with."""
    form = _libraries_form(formdata=None)
    form.libraries.data = [library.id for library in shipped()]
    return render_template("setup/libraries.html", form=form)


@bp.post("/libraries")
@guard(Capability.MANAGE_SETTINGS)
def bring_libraries() -> ResponseReturnValue:
    """Bring the picked libraries in."""
    form = _libraries_form()
    if not form.validate():
        return render_template("setup/libraries.html", form=form), 422
    made = import_shipped(current_session(), at=clock.now(), actor=actor(), keys=form.libraries.data or ())
    flash(_("Clause libraries brought in: %(count)s.", count=len(made)), "success")
    return redirect(url_for("imports.people", flow="setup"))


@bp.get("/done")
@guard(Capability.MANAGE_SETTINGS)
def done() -> str:
    """What to do next."""
    return render_template("setup/done.html")
