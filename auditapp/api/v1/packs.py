"""Packs of evidence for a visit: order one, see how far it is, take its files."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, request, send_file
from pydantic import Field

from auditapp.api.declare import get, post
from auditapp.api.lists import Names, known_relationship, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Conditions, Day, Given, Name, Nothing, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session, release, run_unit
from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.people.queries import relationship_names
from auditapp.people.rules import Capability
from auditapp.reports.orders.rules import OrderState
from auditapp.reports.pack import service
from auditapp.reports.pack.catalogue import REPORTS
from auditapp.reports.pack.manifest import NAME
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.queries import order_by_ref
from auditapp.reports.pack.rules import Chosen, Purpose
from auditapp.reports.pack.running import folder, read_manifest
from auditapp.reports.readiness.queries.picture import shelf_of

READ, WRITE = Scope.READ_REPORTS, Scope.WRITE_REPORTS
NEEDS = (Capability.VIEW_TRAIL,)
TAG = "Evidence packs"
BINARY, ZIP = "application/octet-stream", "application/zip"
GONE = Text("There is no file of this pack: it is not ready, or it was removed.")


class PacksAsked(Paging):
    """Which packs."""

    state: OrderState | None = Field(default=None)


class Pack(Given):
    """A pack. ``done`` of ``total`` files are made; ``manifest_sha256``: what it proves itself by."""

    ref: str
    purpose: Purpose
    standard: str
    since: date
    state: OrderState
    ordered_by: Person | None
    ordered_at: datetime
    made_at: datetime | None
    done: int
    total: int
    files: int
    size: int
    sha256: str
    manifest_sha256: str
    error: str
    page: str


class PackWanted(Asked):
    """What is to be in it. ``relationships``: their numbers; left out: all."""

    purpose: Purpose
    standard: Name = Field(description="The key of a clause library, such as `iso44001-2017`.")
    since: Day = Field(description="Audits whose report was issued since that day.")
    reports: list[Name] = Field(default_factory=list, max_length=20)
    relationships: list[Name] | None = Field(default=None, max_length=500)
    audits: bool = True
    plans: bool = True
    documents: bool = True
    confidential: bool = False


def _packs(rows: list[EvidencePack]) -> list[Pack]:
    names = Names(current_session(), people=people_in(rows, "ordered_by_id"))
    made = []
    for row in rows:
        chosen = Chosen.from_json(row.chosen)
        made.append(
            told(
                Pack,
                row,
                purpose=chosen.purpose,
                standard=chosen.standard,
                since=chosen.since,
                ordered_by=names.person(row.ordered_by_id),
                page=site("pack.show", ref=row.ref),
            )
        )
    return made


def _row(ref: str) -> EvidencePack:
    service.require_orderer(actor())
    session = current_session()
    found = order_by_ref(session, ref)
    row = session.get(EvidencePack, found.id) if found is not None else None
    if row is None:
        raise NotFound
    return row


@get("/packs", scope=READ, gives=listing(Pack), needs=NEEDS, tag=TAG)
def packs(query: PacksAsked) -> object:
    """The packs."""
    service.require_orderer(actor())
    asked: sa.Select[Any] = sa.select(EvidencePack)
    if query.state is not None:
        asked = asked.where(EvidencePack.state == query.state)
    rows, cursor = rows_of(current_session(), asked, EvidencePack.id, query)
    return page(Pack, _packs(list(rows)), cursor)


@get("/packs/<ref>", scope=READ, gives=Pack, needs=NEEDS, tag=TAG, ref="Its number, such as EP-2026-001.")
def pack(ref: str) -> object:
    """One pack: how far it is."""
    return _packs([_row(ref)])[0]


def _chosen(json: PackWanted) -> Chosen:
    session = current_session()
    if json.standard not in {one.id for one in shelf_of(session).standards}:
        raise Invalid(Text("No released checklist is of this standard."), field="standard")
    if unknown := set(json.reports) - REPORTS.keys():
        raise Invalid(Text("There is no report “%(name)s”.", name=min(unknown)), field="reports")
    if json.relationships is None:
        ids: tuple[UUID, ...] = tuple(one for one, _ref, _name in relationship_names(session))
    else:
        ids = tuple(known_relationship(one, "relationships") for one in json.relationships)
    return Chosen(
        purpose=json.purpose, standard=json.standard, since=json.since, relationships=ids,
        reports=tuple(json.reports), audits=json.audits, plans=json.plans,
        documents=json.documents, confidential=json.confidential,
    )  # fmt: skip


@post("/packs", scope=WRITE, gives=Pack, needs=NEEDS, tag=TAG, status=201)
def order_pack(json: PackWanted, headers: Conditions) -> object:
    """Order a pack; it is begun within half a minute. Ask for it again until it is ready."""
    del headers
    service.require_orderer(actor())
    ref = service.place_order(current_session(), actor=actor(), at=clock.now(), chosen=_chosen(json))
    return _packs([_row(ref)])[0], 201, {"Location": f"/api/v1/packs/{ref}"}


@post("/packs/<ref>/retry", scope=WRITE, gives=Pack, needs=NEEDS, tag=TAG)
def retry_pack(ref: str, json: Nothing, headers: Conditions) -> object:
    """Try one that failed once more."""
    del json, headers
    row = _row(ref)
    service.retry(current_session(), actor=actor(), at=clock.now(), pack_id=row.id)
    current_session().flush()
    return _packs([row])[0]


class PackEntry(Given):
    """A file of a pack, as its manifest names it."""

    path: str
    title: str
    size: int
    sha256: str


class PackContents(Given):
    """What is in a pack."""

    items: list[PackEntry]


def _file(row: EvidencePack) -> Path:
    path = folder(this_app()) / f"{row.id.hex}.zip"
    if row.state is not OrderState.READY or not path.is_file():
        raise NotFound(GONE)
    return path


@get("/packs/<ref>/files", scope=READ, gives=PackContents, needs=NEEDS, tag=TAG)
def pack_files(ref: str) -> object:
    """What is in a pack that is ready."""
    return PackContents(items=[told(PackEntry, one) for one in read_manifest(_file(_row(ref))).entries])


@get("/packs/<ref>/files/<path:path>", scope=READ, gives=None, files=(BINARY,), needs=NEEDS, tag=TAG)
def pack_file(ref: str, path: str) -> Response:
    """The bytes of one file of a pack."""
    whole = _file(_row(ref))
    if path not in {one.path for one in read_manifest(whole).entries} | {NAME}:
        raise NotFound
    with zipfile.ZipFile(whole) as opened:
        size, data = (
            opened.getinfo(path).file_size,
            opened.open(path),
        )  # read as it is sent, and closed with it
    response = send_file(data, mimetype=BINARY, as_attachment=True, download_name=path.rpartition("/")[2], etag=False)  # fmt: skip
    response.content_length = size
    return response


@get("/packs/<ref>/file", scope=READ, gives=None, files=(ZIP,), needs=NEEDS, tag=TAG)
def whole_pack(ref: str) -> Response:
    """The whole pack as a zip, byte for byte the one whose `sha256` is told. The history says who fetched it."""
    row, who = _row(ref), actor()
    path, name, pack_id = _file(row), f"{row.ref}.zip", row.id
    if request.method == "GET":
        release()  # a safe request writes nothing in its own unit: this is noted in another, before the pack goes out
        run_unit(
            lambda: service.fetch(current_session(), actor=who, at=clock.now(), pack_id=pack_id), "write"
        )
    return send_file(path, mimetype=ZIP, as_attachment=True, download_name=name, etag=False)
