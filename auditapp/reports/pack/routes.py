"""The pages of packs: what there is, a new one, how far one is, what is in it, and its files."""

import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import relationship_names, today_of
from auditapp.people.rules import Capability
from auditapp.reports.orders.rules import SECONDS, STATE_TONES, STATE_WORDS, OrderState
from auditapp.reports.pack import queries, service
from auditapp.reports.pack.forms import OrderForm
from auditapp.reports.pack.making import GROUPS
from auditapp.reports.pack.manifest import NAME
from auditapp.reports.pack.rules import (
    PURPOSE_LABELS,
    REPORTS_OF,
    Order,
    Purpose,
)
from auditapp.reports.pack.running import folder, read_manifest
from auditapp.reports.readiness.queries.picture import code_of, shelf_of

bp = Blueprint("pack", __name__, template_folder="templates", url_prefix="/reports/packs")
YEAR = timedelta(days=365)
SHOWN_IN_THE_BROWSER = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
}
"""Endings that a browser shows by itself; anything else is handed out as a download."""


@bp.get("/")
@guard(Capability.VIEW_TRAIL)
def index() -> str:
    """The packs, newest first."""
    service.require_orderer(actor())
    found = queries.orders(current_session(), page=request.args.get("page", 1, type=int))
    return render_template(
        "pack/list.html", found=found, words=STATE_WORDS, tones=STATE_TONES, purposes=PURPOSE_LABELS
    )


def _form(purpose: Purpose | None = None) -> OrderForm:
    session = current_session()
    relationships = [(str(one), f"{ref} {name}") for one, ref, name in relationship_names(session)]
    standards = [(one.id, code_of(one)) for one in shelf_of(session).standards]
    if request.method == "POST":
        return OrderForm(standards=standards, relationships=relationships)
    wanted = purpose or Purpose.SURVEILLANCE
    return OrderForm(
        formdata=None,
        standards=standards,
        relationships=relationships,
        data={
            "purpose": wanted.value,
            "reports": list(REPORTS_OF[wanted]),
            "since": today_of(session, clock.now()) - YEAR,
            "audits": True, "plans": True, "documents": True,
            "relationships": [key for key, _name in relationships],
        },
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@guard(Capability.VIEW_TRAIL)
def new() -> ResponseReturnValue:
    """Choose what goes in, and order it; the clock makes it."""
    who = actor()
    service.require_orderer(who)
    purpose = request.args.get("purpose", "")
    form = _form(Purpose(purpose) if purpose in set(Purpose) else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                ref = service.place_order(current_session(), actor=who, at=clock.now(), chosen=form.chosen)
            if outcome.ok:
                flash(
                    _("The pack is ordered. It is begun within half a minute, and you may leave this page."),
                    "success",
                )
                return redirect(url_for("pack.show", ref=ref))  # fmt: skip
            status = outcome.status
    return render_template("pack/new.html", form=form, purposes=PURPOSE_LABELS), status


def _order(ref: str) -> Order:
    service.require_orderer(actor())
    found = queries.order_by_ref(current_session(), ref)
    if found is None:
        raise NotFound
    return found


def _file(order: Order) -> Path:
    path = folder(this_app()) / order.file
    if order.state is not OrderState.READY or not path.is_file():
        raise Refusal(Text("The file of this pack is not in the data folder any more. Order a new one."))
    return path


@bp.get("/<ref>")
@guard(Capability.VIEW_TRAIL)
def show(ref: str) -> str:
    """How far it is, or what is in it."""
    found = _order(ref)
    path = folder(this_app()) / found.file
    made = read_manifest(path) if found.state is OrderState.READY and path.is_file() else None
    return render_template(
        "pack/show.html",
        order=found,
        made=made,
        groups=GROUPS,
        words=STATE_WORDS,
        tones=STATE_TONES,
        purposes=PURPOSE_LABELS,
        seconds=SECONDS,
        removal=queries.removal(current_session(), found.id) if found.state is OrderState.REMOVED else None,
    )


@bp.post("/<ref>/file")
@guard(Capability.VIEW_TRAIL)
def fetch(ref: str) -> Response:
    """Hand the whole pack out, and note who took it."""
    found = _order(ref)
    path = _file(found)
    service.fetch(current_session(), actor=actor(), at=clock.now(), pack_id=found.id)
    return handed_out(path, f"{found.ref}.zip", "application/zip")


@bp.get("/<ref>/files/<path:path>")
@guard(Capability.VIEW_TRAIL)
def one_file(ref: str, path: str) -> Response:
    """One file of a pack, in the browser."""
    return piece_of(_file(_order(ref)), path)


@bp.post("/<ref>/retry")
@guard(Capability.VIEW_TRAIL)
def retry(ref: str) -> ResponseReturnValue:
    """Try one that failed once more."""
    service.retry(current_session(), actor=actor(), at=clock.now(), pack_id=_order(ref).id)
    flash(_("It is tried once more, within half a minute."), "success")
    return redirect(url_for("pack.show", ref=ref))


@bp.post("/<ref>/remove")
@guard(Capability.VIEW_TRAIL)
def remove(ref: str) -> ResponseReturnValue:
    """Take a pack away, or leave off making it."""
    service.remove(current_session(), actor=actor(), at=clock.now(), pack_id=_order(ref).id)
    flash(_("The pack is removed. Its file goes within some minutes."), "success")
    return redirect(url_for("pack.index"))


def piece_of(pack: Path, path: str) -> Response:
    """One file out of a pack. Raises NotFound for a path that its manifest does not name."""
    known = {one.path for one in read_manifest(pack).entries} | {NAME}
    if path not in known:
        raise NotFound
    with zipfile.ZipFile(pack) as opened:
        data = opened.read(path)
    ending = path.rpartition(".")[2].lower()
    name = path.rpartition("/")[2]
    if ending in SHOWN_IN_THE_BROWSER:
        return handed_out(BytesIO(data), name, SHOWN_IN_THE_BROWSER[ending], attached=False)
    return handed_out(BytesIO(data), name, "application/octet-stream")


def handed_out(source: Path | BytesIO, name: str, media_type: str, *, attached: bool = True) -> Response:
    """A file that no browser runs and none keeps."""
    response = send_file(source, mimetype=media_type, as_attachment=attached, download_name=name)
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response  # fmt: skip
