"""The pages of one's own ordered files: the list, how far one is, the file."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard, settings
from auditapp.people.rules import Capability
from auditapp.reports.made import queries, service
from auditapp.reports.made.offering import wanted
from auditapp.reports.made.rules import FORM_WORDS, step_of
from auditapp.reports.made.running import WORKSHOP
from auditapp.reports.orders.rules import SECONDS, STATE_TONES, STATE_WORDS
from auditapp.reports.orders.running import path_of
from auditapp.reports.paper.files import FORMS

bp = Blueprint("made", __name__, template_folder="templates", url_prefix="/reports/files")


@bp.get("")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """One's own files, newest first."""
    found = queries.orders(current_session(), actor(), page=request.args.get("page", 1, type=int))
    return render_template(
        "made/list.html", found=found, words=STATE_WORDS, tones=STATE_TONES, forms=FORM_WORDS, steps=step_of,
        days=settings().report_file_days,
    )  # fmt: skip


@bp.post("")
@guard(Capability.SIGNED_IN)
def order() -> ResponseReturnValue:
    """Order the file that an address of the site leads to; the clock makes it."""
    who = actor()
    asked = wanted(this_app(), who, request.form.get("address", "").replace("\0", ""))
    order_id = service.place_order(
        current_session(), actor=who, at=clock.now(), label=asked.offer.label, address=asked.address, form=asked.form,
        locale=str(get_locale() or "en"),
    )  # fmt: skip
    return redirect(url_for("made.show", order_id=order_id))


@bp.get("/<uuid:order_id>")
@guard(Capability.SIGNED_IN)
def show(order_id: UUID) -> str:
    """How far it is, or the file."""
    found = queries.order_of(current_session(), actor(), order_id)
    return render_template(
        "made/show.html", order=found, words=STATE_WORDS, tones=STATE_TONES, forms=FORM_WORDS, step=step_of(found),
        seconds=SECONDS, days=settings().report_file_days,
    )  # fmt: skip


@bp.get("/<uuid:order_id>/file")
@guard(Capability.SIGNED_IN)
def fetch(order_id: UUID) -> Response:
    """Hand it out to whoever ordered it, while they may still see all that is in it."""
    who = actor()
    service.require_fetchable(current_session(), actor=who, order_id=order_id)
    found = queries.order_of(current_session(), who, order_id)
    path = path_of(this_app(), WORKSHOP, order_id)
    if not path.is_file():
        raise Refusal(
            Text("The file is not in the data folder any more. Make it anew from the report’s page.")
        )
    response = send_file(
        path, mimetype=FORMS[found.form].mimetype, as_attachment=True, download_name=found.name
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/<uuid:order_id>/retry")
@guard(Capability.SIGNED_IN)
def retry(order_id: UUID) -> ResponseReturnValue:
    """Try one that failed once more."""
    service.retry(current_session(), actor=actor(), at=clock.now(), order_id=order_id)
    flash(_("It is tried once more, within half a minute."), "success")
    return redirect(url_for("made.show", order_id=order_id))


@bp.post("/<uuid:order_id>/remove")
@guard(Capability.SIGNED_IN)
def remove(order_id: UUID) -> ResponseReturnValue:
    """Take it away, or leave off making it."""
    service.remove(current_session(), actor=actor(), at=clock.now(), order_id=order_id)
    flash(_("It is removed."), "success")
    return redirect(url_for("made.index"))
