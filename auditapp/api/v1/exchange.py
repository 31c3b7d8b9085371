"""What is said and shown about nonconformities and actions: comments, and files with their bytes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, current_app, send_file
from pydantic import Field

from auditapp.api.declare import get, post
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Conditions, Given, Needed, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.findings import model
from auditapp.findings.exchange.queries import (
    comments_seen,
    file_by_id,
    files_seen,
    of_own_organization,
)
from auditapp.findings.exchange.service import comment as say
from auditapp.findings.queries import action_by_ref, nonconformity_by_ref
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.storage import Store
from auditapp.people.guards import actor
from auditapp.people.rules import Capability

READ = Scope.READ_FINDINGS
INSIDE = (Capability.VIEW_ORGANIZATION,)
NONCONFORMITIES, ACTIONS, FILES = "Nonconformities", "Actions", "Files of nonconformities and actions"
BINARY = "application/octet-stream"


class Comment(Given):
    """What somebody said. ``internal``: no partner’s contact sees it. One that was taken back has no words left."""

    id: UUID
    text: str
    by: Person | None
    at: datetime
    internal: bool
    named: list[Person] = Field(description="Who is named in it with @.")
    action: str | None = Field(description="The number of the action that it is about; null: the whole.")
    removed_at: datetime | None


class SaidComment(Comment):
    """The comment as it was kept. ``doubts``: an @ that names nobody, or nobody for certain."""

    doubts: list[str]


class NewComment(Asked):
    """What you say. “@” and a name tells that person."""

    text: Needed
    internal: bool = Field(
        default=True, description="Only for our own people. What a partner’s contact writes never is."
    )


class FilesAsked(Paging):
    """Which files."""

    removed: bool = Field(default=False, description="What was taken out, in place of what stands.")


class CaseFile(Given):
    """A file, a photo, a link or where a document is held. ``picture``: whether there is one, drawn anew."""

    id: UUID
    title: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    picture: bool
    address: str
    evidence_date: date | None
    internal: bool
    action: str | None = Field(description="The number of the action that it hangs on; null: the whole.")
    added_at: datetime
    added_by: Person | None
    removed_at: datetime | None
    removed_by: Person | None
    removal_reason: str
    page: str


def _numbers(rows: Sequence[Any]) -> dict[UUID, str]:
    wanted = {one.action_id for one in rows if one.action_id}
    query = sa.select(model.Action.id, model.Action.ref).where(model.Action.id.in_(wanted))
    return {row[0]: row[1] for row in current_session().execute(query)} if wanted else {}


def _values(row: model.Comment, names: Names, numbers: dict[UUID, str]) -> dict[str, Any]:
    named = (names.person(UUID(one)) for one in row.mentions)
    return {
        "by": names.person(row.by_id),
        "named": [one for one in named if one is not None],
        "action": numbers.get(row.action_id) if row.action_id else None,
    }


def _said(rows: Sequence[model.Comment]) -> list[Comment]:
    people = [*people_in(rows, "by_id"), *(UUID(one) for row in rows for one in row.mentions)]
    names, numbers = Names(current_session(), people=people), _numbers(rows)
    return [told(Comment, row, **_values(row, names, numbers)) for row in rows]


def _comments(query: Paging, nc: model.Nonconformity, action: model.Action | None) -> object:
    rows, cursor = rows_of(current_session(), comments_seen(actor(), nc, action), model.Comment.id, query)
    return page(Comment, _said(rows), cursor)


@get("/nonconformities/<ref>/comments", scope=READ, gives=listing(Comment), needs=INSIDE, tag=NONCONFORMITIES)
def nonconformity_comments(ref: str, query: Paging) -> object:
    """All that was said about a nonconformity and its actions."""
    return _comments(query, nonconformity_by_ref(current_session(), actor(), ref), None)


@get("/actions/<ref>/comments", scope=READ, gives=listing(Comment), tag=ACTIONS)
def action_comments(ref: str, query: Paging) -> object:
    """All that was said about an action; for a partner’s contact, what is not internal."""
    action, nc = action_by_ref(current_session(), actor(), ref)
    return _comments(query, nc, action)


def _say(json: NewComment, nc: model.Nonconformity, action: model.Action | None) -> object:
    session = current_session()
    made, mentions = say(
        session, actor=actor(), at=clock.now(), nc=nc, action=action, text=json.text, internal=json.internal
    )
    session.flush()
    doubts = [str(one) for one in mentions.doubts()]
    return SaidComment(**dict(_said([made])[0]), doubts=doubts), 201


@post(
    "/nonconformities/<ref>/comments",
    scope=Scope.WRITE_FINDINGS,
    gives=SaidComment,
    status=201,
    needs=INSIDE,
    tag=NONCONFORMITIES,
)
def comment_on_nonconformity(ref: str, json: NewComment, headers: Conditions) -> object:
    """Say something about a nonconformity."""
    del headers
    return _say(json, nonconformity_by_ref(current_session(), actor(), ref), None)


@post("/actions/<ref>/comments", scope=Scope.WRITE_ACTIONS, gives=SaidComment, status=201, tag=ACTIONS)
def comment_on_action(ref: str, json: NewComment, headers: Conditions) -> object:
    """Say something about an action."""
    del headers
    action, nc = action_by_ref(current_session(), actor(), ref)
    return _say(json, nc, action)


def _filed(rows: Sequence[model.CaseFile]) -> list[CaseFile]:
    names, numbers = Names(current_session(), people=people_in(rows, "added_by_id", "removed_by_id")), _numbers(rows)  # fmt: skip
    return [
        told(
            CaseFile,
            row,
            picture=bool(row.preview_sha256),
            action=numbers.get(row.action_id) if row.action_id else None,
            added_by=names.person(row.added_by_id),
            removed_by=names.person(row.removed_by_id),
            page=site("findings.case_file", file_id=row.id),
        )
        for row in rows
    ]


def _files(query: FilesAsked, nc: model.Nonconformity, action: model.Action | None) -> object:
    gone = model.CaseFile.removed_at
    asked = files_seen(actor(), nc, action).where(gone.is_not(None) if query.removed else gone.is_(None))
    if query.removed and not of_own_organization(actor()):
        asked = asked.where(sa.false())
    rows, cursor = rows_of(current_session(), asked, model.CaseFile.id, query)
    return page(CaseFile, _filed(rows), cursor)


@get("/nonconformities/<ref>/files", scope=READ, gives=listing(CaseFile), needs=INSIDE, tag=NONCONFORMITIES)
def nonconformity_files(ref: str, query: FilesAsked) -> object:
    """All files of a nonconformity and its actions."""
    return _files(query, nonconformity_by_ref(current_session(), actor(), ref), None)


@get("/actions/<ref>/files", scope=READ, gives=listing(CaseFile), tag=ACTIONS)
def action_files(ref: str, query: FilesAsked) -> object:
    """All files of an action; for a partner’s contact, what is not internal."""
    action, nc = action_by_ref(current_session(), actor(), ref)
    return _files(query, nc, action)


@get("/case-files/<uuid:file_id>", scope=READ, gives=CaseFile, tag=FILES)
def case_file(file_id: UUID) -> object:
    """One file: what it shows, who added it, its hash."""
    return _filed([file_by_id(current_session(), actor(), file_id)[0]])[0]


@get("/case-files/<uuid:file_id>/file", scope=READ, gives=None, files=(BINARY,), tag=FILES)
def case_file_bytes(file_id: UUID) -> Response:
    """The bytes as they came; ``sha256`` says whether they are whole."""
    one = file_by_id(current_session(), actor(), file_id)[0]
    if not one.sha256:
        raise NotFound
    return sent(one.sha256, one.file_name)


@get("/case-files/<uuid:file_id>/picture", scope=READ, gives=None, files=(BINARY,), tag=FILES)
def case_file_picture(file_id: UUID) -> Response:
    """The picture that pages show, drawn anew without the place where it was taken."""
    one = file_by_id(current_session(), actor(), file_id)[0]
    if not one.preview_sha256:
        raise NotFound
    return sent(one.preview_sha256)


def sent(sha256: str, file_name: str = "") -> Response:
    """A file of the store as a download, read as it is sent."""
    store: Store = current_app.extensions["auditapp_store"]
    return send_file(
        store.path(sha256),
        mimetype=BINARY,
        as_attachment=True,
        download_name=file_name or sha256[:12],
        etag=False,
    )
