"""Adding files, photos, links and references: several files at once, kept before any row is written."""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auditapp.findings.blueprint import bp
from auditapp.findings.exchange.forms import AddressForm, FilesForm
from auditapp.findings.exchange.routes.place import Place, of_action, of_nonconformity
from auditapp.findings.exchange.service import add_address, add_file
from auditapp.findings.exchange.service.base import allowed_attach
from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import Refusal
from auditapp.kit.keeping import Kept, keep_file
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard, settings
from auditapp.people.rules import Capability
from auditapp.shell.forms import BaseForm

MOST_FILES = 20
Find = Callable[[str], Place]


@bp.get("/nonconformities/<ref>/files/new")
@guard(Capability.VIEW_ORGANIZATION)
def nonconformity_new_file(ref: str) -> ResponseReturnValue:
    """The forms to add something to a nonconformity."""
    return _new(of_nonconformity(ref))


@bp.get("/actions/<ref>/files/new")
@guard(Capability.SIGNED_IN)
def action_new_file(ref: str) -> ResponseReturnValue:
    """The forms to add something to an action."""
    return _new(of_action(ref))


@bp.post("/nonconformities/<ref>/files")
@guard(Capability.VIEW_ORGANIZATION)
def add_nonconformity_files(ref: str) -> ResponseReturnValue:
    """Take files for a nonconformity."""
    return _take_files(ref, of_nonconformity)


@bp.post("/actions/<ref>/files")
@guard(Capability.SIGNED_IN)
def add_action_files(ref: str) -> ResponseReturnValue:
    """Take files for an action."""
    return _take_files(ref, of_action)


@bp.post("/nonconformities/<ref>/files/address")
@guard(Capability.VIEW_ORGANIZATION)
def add_nonconformity_address(ref: str) -> ResponseReturnValue:
    """Take a link or a reference for a nonconformity."""
    return _take_address(ref, of_nonconformity)


@bp.post("/actions/<ref>/files/address")
@guard(Capability.SIGNED_IN)
def add_action_address(ref: str) -> ResponseReturnValue:
    """Take a link or a reference for an action."""
    return _take_address(ref, of_action)


def _new(place: Place) -> ResponseReturnValue:
    allowed_attach(current_session(), place.nc, place.action, actor=actor())
    return _page(place, FilesForm(formdata=None), AddressForm(formdata=None), 200)


def _take_files(ref: str, find: Find) -> ResponseReturnValue:
    """Good files are kept although another one is not; what is wrong with that one is said by its name."""
    session = current_session()
    place = find(ref)
    allowed_attach(session, place.nc, place.action, actor=actor())
    form = FilesForm()
    uploads = [one for one in request.files.getlist("file") if one.filename]
    if not form.validate():
        return _page(place, form, AddressForm(formdata=None), 422)
    if not uploads or len(uploads) > MOST_FILES:
        form.refused = (
            Text("Send at most %(most)s files at once.", most=MOST_FILES)
            if uploads
            else Text("Choose a file or take a photo first.")
        )
        return _page(place, form, AddressForm(formdata=None), 422)
    release()
    kept: list[Kept] = []
    wrong: list[tuple[str, Refusal]] = []
    for upload in uploads:
        try:
            kept.append(
                keep_file(
                    _store(),
                    upload.stream,
                    file_name=upload.filename or "",
                    limit_mb=settings().max_upload_mb,
                )
            )
        except Refusal as refusal:
            wrong.append((upload.filename or "", refusal))
    place = find(ref)
    if not kept:
        form.refused = _of_file(*wrong[0])
        return _page(place, form, AddressForm(formdata=None), wrong[0][1].status)
    with form.taking_refusals() as outcome:
        added = [
            add_file(
                session,
                actor=actor(),
                at=clock.now(),
                nc=place.nc,
                action=place.action,
                kept=one,
                title=_title(form.title.data or "", number, len(kept)),
                evidence_date=form.evidence_date.data,
                internal=bool(form.internal.data),
            )
            for number, one in enumerate(kept, 1)
        ]
    if not outcome.ok:
        return _page(find(ref), form, AddressForm(formdata=None), outcome.status)
    for name, why in wrong:
        flash(str(_of_file(name, why)), "warning")
    flash(
        gettext("Saved: %(title)s", title=added[0].title)
        if len(added) == 1
        else gettext("%(count)s files are saved.", count=len(added)),
        "success",
    )
    return redirect(place.url("show") + "#files")


def _take_address(ref: str, find: Find) -> ResponseReturnValue:
    session = current_session()
    place = find(ref)
    allowed_attach(session, place.nc, place.action, actor=actor())
    form = AddressForm()
    if not form.validate():
        return _page(place, FilesForm(formdata=None), form, 422)
    with form.taking_refusals() as outcome:
        added = add_address(
            session,
            actor=actor(),
            at=clock.now(),
            nc=place.nc,
            action=place.action,
            address=form.address.data or "",
            title=form.title.data or "",
            evidence_date=form.evidence_date.data,
            internal=bool(form.internal.data),
        )
    if not outcome.ok:
        return _page(find(ref), FilesForm(formdata=None), form, outcome.status)
    flash(gettext("Saved: %(title)s", title=added.title), "success")
    return redirect(place.url("show") + "#files")


def _page(place: Place, files: FilesForm, address: AddressForm, status: int) -> ResponseReturnValue:
    if request.method == "GET":
        files.internal.data = address.internal.data = place.own
    forms: tuple[Any, ...] = (files, address)
    return render_template(
        "findings/exchange/new_file.html",
        files=files,
        address=address,
        wrong=next((form for form in forms if _is_wrong(form)), None),
        limit=settings().max_upload_mb,
        most=MOST_FILES,
        **place.words,
    ), status


def _is_wrong(form: BaseForm) -> bool:
    return bool(form.errors or form.refused or any(field.errors for field in form))


def _title(title: str, number: int, count: int) -> str:
    """One title for several files tells them apart by a number; without one each has the name of its file."""
    return f"{title} ({number})" if title and count > 1 else title


def _of_file(name: str, refusal: Refusal) -> Text:
    return Text("%(name)s: %(why)s", name=name[-80:], why=refusal.text)


def _store() -> Store:
    store: Store = current_app.extensions["auditapp_store"]
    return store
