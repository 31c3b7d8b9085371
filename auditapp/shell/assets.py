"""Addresses that templates need: static files with their fingerprint, and pages of the list that is shown."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.routing import BuildError

STATIC = Path(__file__).resolve().parent / "static"


# What a page that was taken along needs when nobody answers: the look, the scripts of the walk and of the tablet.
TAKEN = ("css/*.css", "img/*.*", "vendor/*.css", "vendor/*.js", "vendor/icons.svg", "js/walk*.js", "js/shell.js", "js/search.js",
         "js/tablet/*.js")  # fmt: skip


@lru_cache(maxsize=4)
def _fingerprint(changed_ns: int) -> str:
    del changed_ns  # part of the key only: when a file changed, all get a new address
    found = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        found.update(path.relative_to(STATIC).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


@lru_cache(maxsize=1)
def _settled() -> str:
    return _fingerprint(0)


def release_mark() -> str:
    """Twelve hex digits that change when any file in ``static/`` does."""
    if not current_app.debug:
        return _settled()
    return _fingerprint(max(path.stat().st_mtime_ns for path in STATIC.rglob("*")))


@lru_cache(maxsize=512)
def _known(name: str) -> bool:
    return (STATIC / name).is_file()


def asset(name: str) -> str:
    """The address of a file in ``static/``: it holds the mark of the release, so that it may be kept for a year.

    The mark is a folder, not a question: what a style sheet or a module of JavaScript names beside itself is then of
    the same release. Raises FileNotFoundError for a name that is not there: a template with a wrong name fails its test.
    """
    if not _known(name):
        raise FileNotFoundError(name)
    return url_for("shell.released_static", mark=release_mark(), filename=name)


def taken_along() -> list[str]:
    """The addresses of all files that a page of the walk needs."""
    return [
        asset(path.relative_to(STATIC).as_posix())
        for pattern in TAKEN
        for path in sorted(STATIC.glob(pattern))
    ]


def page_url(number: int, *, key: str = "page", anchor: str = "") -> str:
    """The address of another page of the list shown now: same filters, other page.

    ``key``: of which list, where a page has several; ``anchor``: the place in the page to go to.
    """
    arguments: dict[str, Any] = {
        key: values
        for key, values in request.args.to_dict(flat=False).items()
        if not key.startswith("_") and key != "endpoint"  # what url_for itself takes
    }
    arguments |= request.view_args or {}
    arguments[key] = number
    return url_for(request.endpoint or "", **arguments, _anchor=anchor or None)


def own_address(address: str) -> bool:
    """Whether an address leads into this site: a path, or a full address with our host."""
    parts = urlsplit(address)
    if not parts.netloc and not parts.scheme:
        return address.startswith("/") and not address.startswith(("//", "/\\"))
    return parts.scheme in {"http", "https"} and parts.netloc == request.host


def address_of(endpoint: str, values: Mapping[str, str]) -> str | None:
    """The address of a page that a record keeps by name; ``None`` when there is no such page (any more)."""
    if endpoint not in current_app.view_functions:
        return None
    if not any("GET" in (rule.methods or ()) for rule in current_app.url_map.iter_rules(endpoint)):
        return None
    given: dict[str, Any] = {
        key: value for key, value in values.items() if not key.startswith("_") and key != "endpoint"
    }
    try:
        return url_for(endpoint, **given)
    except BuildError:
        return None
