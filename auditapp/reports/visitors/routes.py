"""The system manager's page of a pack's external auditors: who is let in, and ending that."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard, settings
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability
from auditapp.reminders.outbox.rules import STATE_LABELS
from auditapp.reports.pack.queries import order_by_ref
from auditapp.reports.pack.rules import Order
from auditapp.reports.visitors import service
from auditapp.reports.visitors.forms import InviteForm
from auditapp.reports.visitors.queries import visitors_of
from auditapp.reports.visitors.rules import STANDING_TONES, STANDING_WORDS

bp = Blueprint("visitors", __name__, template_folder="templates", url_prefix="/reports/packs")


def _pack(ref: str) -> Order:
    service.require_inviter(actor())
    found = order_by_ref(current_session(), ref)
    if found is None:
        raise NotFound
    return found


def _shown(pack: Order, form: InviteForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "visitors/list.html", pack=pack, form=form, visitors=visitors_of(current_session(), pack.id), at=clock.now(),
        words=STANDING_WORDS, tones=STANDING_TONES, most_days=settings().visitor_days,
        mailed=bool(settings().smtp_host), mail_words=STATE_LABELS,
    )  # fmt: skip
    return page, status


@bp.get("/<ref>/auditors")
@guard(Capability.MANAGE_PEOPLE)
def index(ref: str) -> ResponseReturnValue:
    """Who is let in to a pack, and the form that invites."""
    pack = _pack(ref)
    today = today_of(current_session(), clock.now())
    return _shown(pack, InviteForm(formdata=None, data={"first": today}))


@bp.post("/<ref>/auditors")
@guard(Capability.MANAGE_PEOPLE)
def invite(ref: str) -> ResponseReturnValue:
    """Invite somebody by mail where there is a mail server; their link is shown once, on this page."""
    pack = _pack(ref)
    form = InviteForm()
    if not form.validate() or form.first.data is None or form.last.data is None:
        return _shown(pack, form, 422)
    with form.taking_refusals() as outcome:
        secret = service.invite(
            current_session(),
            actor=actor(),
            at=clock.now(),
            pack_id=pack.id,
            name=form.name.data or "",
            body=form.body.data or "",
            email=form.email.data or "",
            first=form.first.data,
            last=form.last.data,
            most_days=settings().visitor_days,
            locale=form.locale.data,
            mail_key=settings().secret_key.get_secret_value() if settings().smtp_host else "",
        )
    if not outcome.ok:
        return _shown(pack, form, outcome.status)
    link = settings().public_url + url_for("visiting.enter", secret=secret)
    return render_template(
        "visitors/link.html",
        pack=pack,
        link=link,
        name=form.name.data,
        mailed_to=form.email.data if settings().smtp_host else "",
    )


@bp.post("/<ref>/auditors/<uuid:visitor_id>/revoke")
@guard(Capability.MANAGE_PEOPLE)
def revoke(ref: str, visitor_id: UUID) -> ResponseReturnValue:
    """Let somebody in no longer."""
    pack = _pack(ref)
    service.revoke(current_session(), actor=actor(), at=clock.now(), pack_id=pack.id, visitor_id=visitor_id)
    flash(_("The invitation has ended. Nothing opens for them any more, from this moment."), "success")
    return redirect(url_for("visitors.index", ref=pack.ref))
