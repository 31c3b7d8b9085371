"""The feed itself: bytes as they were stored, cheap to ask again. Never a redirect, never HTML, never in a log."""

import logging
import re
import zlib
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError
from werkzeug.http import http_date

from auditapp.feeds import render
from auditapp.feeds.polling import feed_of_token
from auditapp.feeds.queries import hold, principals
from auditapp.feeds.routes.base import asker, bp, site
from auditapp.feeds.rules import REVOKED_SAYS_SO, WRITE_POLL_EVERY, client_of
from auditapp.feeds.service import note_poll
from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import begins_itself, current_session, run_unit
from auditapp.kit.ids import digest
from auditapp.kit.limiter import WITHIN, Limiter
from auditapp.kit.text import Text
from auditapp.people.guards import address, guard

log = logging.getLogger(__name__)
FULL, UNCHANGED, UNKNOWN, OVER, TOO_MANY = 200, 304, 404, 410, 429
SECOND = timedelta(seconds=1)
limiter = Limiter()
_OURS = re.compile(r'(?:W/)?"(\d{1,9})-([0-9a-f]{16})(?:-gz)?"')


def plain(status: int, words: str) -> Response:
    """An answer that no client takes for a calendar, nor for a page."""
    return _guarded(Response(words + "\n", status, mimetype="text/plain"))


def _guarded(response: Response) -> Response:
    headers = response.headers
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    headers["Cache-Control"] = "no-store" if response.status_code >= 400 else "private, no-cache"  # noqa: PLR2004 - errors
    return response


def _last_modified(changed_at: datetime, at: datetime) -> str | None:
    """Only once its second is over: two changes in one second would else look like one."""
    return http_date(changed_at.replace(microsecond=0) + SECOND) if at - changed_at > 2 * SECOND else None


def _unchanged(etag: str, changed_at: datetime, at: datetime) -> bool:
    """Whether the client has it already, by its ETag, or by date where it knows none."""
    known = request.headers.get("If-None-Match")
    if known is not None:
        tags = {one.strip().removeprefix("W/").strip('"').removesuffix("-gz") for one in known.split(",")}
        return etag in tags or "*" in tags
    since = request.if_modified_since
    if since is None or at - changed_at <= 2 * SECOND:
        return False
    return since >= changed_at.astimezone(UTC).replace(microsecond=0) + SECOND


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def _answer(etag: str, changed_at: datetime, at: datetime, *, size: int, body: bytes | None) -> Response:
    """200 with a body, or the head of one; 304 when ``size`` is none at all."""
    response = Response(mimetype="text/calendar", content_type="text/calendar; charset=utf-8")
    headers = response.headers
    headers["Vary"] = "Accept-Encoding"
    headers["Content-Disposition"] = 'inline; filename="auditapp.ics"'
    if (modified := _last_modified(changed_at, at)) is not None:
        headers["Last-Modified"] = modified
    if body is None:
        headers["ETag"] = f'"{etag}"'
        headers["Content-Length"] = str(size)
    elif request.accept_encodings["gzip"] > 0:
        response.set_data(_gzip(body))
        headers["Content-Encoding"] = "gzip"
        headers["ETag"] = f'"{etag}-gz"'  # other bytes, so another strong ETag
    else:
        response.set_data(body)
        headers["ETag"] = f'"{etag}"'
    return _guarded(response)


def _not_modified(etag: str) -> Response:
    gz = "-gz" if request.accept_encodings["gzip"] > 0 else ""
    return _same_as(f'"{etag}{gz}"')


class _Empty(Response):
    """An answer without a body, and so without the type of one."""

    default_mimetype = None


def _same_as(tag: str) -> Response:
    """A 304 for the representation with this ETag."""
    headers = [
        ("ETag", tag),
        ("Vary", "Accept-Encoding"),
        ("Cache-Control", "private, no-cache"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Robots-Tag", "noindex, nofollow, noarchive"),
    ]
    return _Empty(status=UNCHANGED, headers=headers)


def _ended(row: Any, ended_at: datetime, at: datetime) -> Response:
    """A feed that was revoked, or an old address: one event that says so, then gone."""
    if at >= ended_at + REVOKED_SAYS_SO:
        return plain(OVER, str(Text("This calendar feed has ended. Remove it from your calendar.")))
    replaced = not row.current and row.revoked_at is None and row.living
    title = (
        Text("This calendar address was replaced: subscribe to the new one")
        if replaced
        else Text("This calendar feed was revoked: remove it")
    )
    first = clock.day_in("UTC", ended_at)
    event = render.notice(
        uid=render.uid_of(f"ended:{row.id}"),
        title=str(title),
        text=str(
            Text(
                "Nothing is missing in the system; only this address no longer shows it. You can make a new feed on the page Calendar."
            )
        ),
        link=site().link("feeds.index", {}),
        day=first,
        at=ended_at.replace(microsecond=0),
        sequence=0,
        last=first + REVOKED_SAYS_SO,
    )
    body = render.head_of_feed(row.title, ()) + event + render.TAIL
    etag = f"ended-{render.digest(body)}"
    if _unchanged(etag, ended_at, at):
        return _not_modified(etag)
    return _answer(etag, ended_at, at, size=len(body), body=None if request.method == "HEAD" else body)


def _serve(row: Any, at: datetime) -> Response:
    etag = f"{row.edition}-{row.digest}"
    if _unchanged(etag, row.changed_at, at):
        return _not_modified(etag)
    if request.method == "HEAD":
        return _answer(etag, row.changed_at, at, size=row.size, body=None)
    session = current_session()
    who = principals(session, [row.person_id])[row.person_id]  # what they may see now, not when it was made
    held = hold(session, row, who, bodies=True)
    return _answer(f"{row.edition}-{held.digest}", row.changed_at, at, size=held.size, body=held.body)


def _still(token: str, client: str, at: datetime) -> Response | None:
    """The short way to a 304, for a poll that names one ETag of ours; ``None`` for all else."""
    found = _OURS.fullmatch(request.headers.get("If-None-Match", ""))
    if found is None:
        return None
    token_digest = digest(token)
    noted = asker().is_unchanged(
        token_digest=token_digest,
        client=client,
        edition=int(found[1]),
        mark=found[2],
        recent=at - WRITE_POLL_EVERY,
        at=at,
    )
    if noted is None:
        return None
    response = _same_as(found[0].removeprefix("W/"))
    if noted:
        app = this_app()
        response.call_on_close(partial(_note_by_token, app, token_digest, client, at))
    return response


def _note_by_token(app: Flask, token_digest: str, client: str, at: datetime) -> None:
    def feed_id() -> Any:
        row = feed_of_token(current_session(), token_digest=token_digest, client=client)
        return row.id if row is not None else None

    with app.app_context():
        found = run_unit(feed_id, "read")
    if found is not None:
        _note(app, found, client, UNCHANGED, at)


def _note(app: Flask, feed_id: Any, client: str, status: int, at: datetime) -> None:
    """Write the poll down once the answer is on its way: a safe request itself may not write."""
    with app.app_context():
        try:
            run_unit(
                lambda: note_poll(current_session(), feed_id=feed_id, client=client, status=status, at=at),
                "write",
            )
        except DBAPIError:
            log.warning("a poll of a feed could not be written down", exc_info=True)


@bp.get("/feeds/<token>.ics", merge_slashes=False)
@guard(public=True)
@begins_itself
def serve(token: str) -> Response:
    """A feed, to whoever knows its address."""
    at = clock.now()
    where = address()
    if limiter.blocked(where, at):
        response = plain(TOO_MANY, str(Text("Too many wrong addresses. Try again later.")))
        response.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
        return response
    client = client_of(request.headers.get("User-Agent", ""))
    if (same := _still(token, client, at)) is not None:
        return same
    found = run_unit(lambda: _found(token, client, at), "read")
    if found is None:
        limiter.failed(where, at)
        return plain(UNKNOWN, str(Text("There is no calendar feed at this address.")))
    response, row = found
    status = response.status_code
    if row.polled_at is None or at - row.polled_at >= WRITE_POLL_EVERY or row.polled_status != status:
        app = this_app()
        response.call_on_close(partial(_note, app, row.id, client, status, at))
    return response


def _found(token: str, client: str, at: datetime) -> tuple[Response, Any] | None:
    """The long way: the answer with the feed's columns; ``None`` for a token of no feed."""
    row = feed_of_token(current_session(), token_digest=digest(token), client=client)
    if row is None:
        return None
    if row.revoked_at is not None or not row.living:
        return _ended(row, row.revoked_at or at, at), row
    if not row.current and (row.previous_until is None or at >= row.previous_until):
        return _ended(row, row.previous_until or at, at), row
    return _serve(row, at), row
