"""The page where the system manager orders an archive of everything, sees how far it is, and fetches it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.report.routes.base import signed, signs_by_password
from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.overview.archive import queries, service
from auditapp.overview.archive.contents import LEFT_COLUMNS, LEFT_OUT, LEFT_ROWS
from auditapp.overview.archive.forms import OrderForm
from auditapp.overview.archive.manifest import stamped
from auditapp.overview.archive.rules import GOOD_FOR
from auditapp.overview.archive.running import WORKSHOP
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reports.orders.rules import SECONDS, STATE_TONES, STATE_WORDS
from auditapp.reports.orders.running import folder

bp = Blueprint("archive", __name__, template_folder="templates", url_prefix="/archive")
HOURS = int(GOOD_FOR.total_seconds() // 3600)


def _page(form: OrderForm, status: int = 200) -> ResponseReturnValue:
    found = queries.orders(current_session())
    stays = [
        *LEFT_OUT.values(),
        *(one.why for one in LEFT_COLUMNS.values()),
        *(one.why for one in LEFT_ROWS.values()),
    ]
    page = render_template(
        "archive/index.html",
        form=form,
        orders=found,
        running=next((one for one in found if one.is_open), None),
        by_password=signs_by_password(actor()),
        stays=list(dict.fromkeys(str(why) for why in stays)),
        words=STATE_WORDS,
        tones=STATE_TONES,
        hours=HOURS,
        seconds=SECONDS,
    )
    return page, status


@bp.get("/")
@guard(Capability.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """What an archive is, the one that is being made, and those that were."""
    return _page(OrderForm(formdata=None))


@bp.post("/")
@guard(Capability.MANAGE_SETTINGS)
def order() -> ResponseReturnValue:
    """Order one; the clock makes it."""
    who = actor()
    form = OrderForm()
    if not form.validate() or signed(form, who) is None:
        return _page(form, 422)
    with form.taking_refusals() as outcome:
        service.place_order(
            current_session(), actor=who, at=clock.now(), passwords=bool(form.with_passwords.data)
        )
    if not outcome.ok:
        return _page(form, outcome.status)
    flash(
        _("The archive is ordered. It is begun within half a minute, and you may leave this page."), "success"
    )
    return redirect(url_for("archive.index"))


@bp.post("/<uuid:order_id>/file")
@guard(Capability.MANAGE_SETTINGS)
def fetch(order_id: UUID) -> ResponseReturnValue:
    """Hand the file out, and note who took it."""
    name = service.fetch(current_session(), actor=actor(), at=clock.now(), order_id=order_id)
    path = folder(this_app(), WORKSHOP) / name
    if not path.is_file():
        raise Refusal(Text("The file of this archive is not in the data folder any more. Order a new one."))
    found = queries.order(current_session(), order_id)
    stamp = stamped(found.ordered_at) if found is not None else ""
    response = send_file(
        path, mimetype="application/zip", as_attachment=True, download_name=f"auditapp-archive-{stamp}.zip"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/<uuid:order_id>/remove")
@guard(Capability.MANAGE_SETTINGS)
def remove(order_id: UUID) -> ResponseReturnValue:
    """Take an archive away, or leave off making it."""
    service.remove(current_session(), actor=actor(), at=clock.now(), order_id=order_id)
    flash(_("The archive is removed; its file is gone within half a minute."), "success")
    return redirect(url_for("archive.index"))
