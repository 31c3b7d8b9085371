"""Files that people sent in Slack: their bytes are copied, checked and kept. Slack may delete its own.

A token goes to Slack's file hosts only, and follows no redirect. What is not what Slack said it is, is refused.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from auditapp.kit.errors import Refusal
from auditapp.kit.keeping import Kept, keep_file
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from bots.slack.faults import FaultSort
from bots.slack.web import SlackError, SlackSite, Team

TIMEOUT = 30  # seconds of silence
CHUNK = 1 << 16
IN_MEMORY = 1 << 20
SERVER_FAULT, TOO_MANY = 500, 429
LOST = Text("A file is not in Slack any more, so it cannot be copied. Add it anew.")
CLOSED = Text(
    "The app may not read files in this workspace. Ask its administrator to install it again, or add the file in the site."
)
GONE = frozenset(
    {"tombstone", "hidden_by_limit", "external"}
)  # modes of files whose bytes Slack does not have


@dataclass(frozen=True, kw_only=True)
class Told:
    """A file as Slack tells of it."""

    name: str
    size: int
    url: str


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Nowhere: the token would go along."""
        return


_opener: OpenerDirector = build_opener(_NoRedirect())


def fetch(site: SlackSite, team: Team, store: Store, file_id: str) -> Kept:
    """Copy a file into the store. Raises Refusal in words, or SlackError where it may work later. Outside any unit."""
    told = _told(_asked(site, team, file_id))
    _check_address(site, told)
    limit = site.settings.max_upload_mb
    if told.size > limit * 1024 * 1024:
        raise Refusal(
            Text(
                "“%(name)s” is larger than %(most)s MB. Make it smaller or split it.",
                name=told.name,
                most=limit,
            )
        )
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as kept:
        size = _copy(told, team.token, kept, most=limit * 1024 * 1024)
        if told.size and size != told.size:
            raise SlackError(
                FaultSort.RETRY, "file_cut_short", "files.info", detail=f"{size} of {told.size} bytes"
            )
        kept.seek(0)
        return keep_file(store, kept, file_name=told.name, limit_mb=limit)


def _asked(site: SlackSite, team: Team, file_id: str) -> Mapping[str, Any]:
    """What Slack tells of it; what is gone, or closed to the app alone, is refused in words. The workspace works on."""
    try:
        found: Mapping[str, Any] = site.api.call(team, "files.info", file=file_id).get("file") or {}
    except SlackError as error:
        if error.sort is FaultSort.RESOLVE:
            raise Refusal(LOST) from None
        if error.code == "missing_scope":
            raise Refusal(CLOSED) from None
        raise
    return found


def _told(given: Mapping[str, Any]) -> Told:
    name = str(given.get("name") or given.get("title") or given.get("id") or "file")
    if given.get("mode") in GONE or given.get("is_external"):
        raise Refusal(
            Text(
                "“%(name)s” is not in Slack itself (any more), so it cannot be copied. Add the file instead of a link to it.",
                name=name,
            )
        )
    url = str(given.get("url_private_download") or given.get("url_private") or "")
    return Told(name=name, size=int(given.get("size") or 0), url=url)


def _check_address(site: SlackSite, told: Told) -> None:
    hosts = {one.strip() for one in site.settings.slack_file_hosts.split(",") if one.strip()}
    parts = urlsplit(told.url)
    plain = site.settings.slack_api_url.startswith("http://")  # a double of Slack on this machine
    if parts.netloc not in hosts or parts.scheme != ("http" if plain else "https"):
        raise Refusal(Text("“%(name)s” does not lie with Slack, so it was not fetched.", name=told.name))


def _copy(told: Told, token: str, kept: IO[bytes], *, most: int) -> int:
    """Copy the bytes; how many. A page in place of the file is Slack's way to say that the app may not read it."""
    wanted = Request(told.url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - the address was checked
    try:
        with _opener.open(wanted, timeout=TIMEOUT) as answer:
            if answer.headers.get_content_type() == "text/html":
                raise Refusal(
                    Text(
                        "Slack gave a page instead of “%(name)s”: the app may not read files there. Ask the workspace's administrator to install it again, or add the file in the site.",
                        name=told.name,
                    )
                )
            size = 0
            while chunk := answer.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise Refusal(Text("“%(name)s” is too large.", name=told.name))
                kept.write(chunk)
            return size
    except HTTPError as error:
        error.close()
        if error.code >= SERVER_FAULT or error.code == TOO_MANY:
            raise SlackError(FaultSort.RETRY, f"http_{error.code}", "files.info") from None
        raise Refusal(
            Text("Slack does not hand out “%(name)s” (%(code)s).", name=told.name, code=error.code)
        ) from None
    except (URLError, OSError, HTTPException) as error:
        raise SlackError(FaultSort.RETRY, "no_answer", "files.info", detail=type(error).__name__) from None
