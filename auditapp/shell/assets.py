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


@lru_cache(maxsize=256)
def _fingerprint(name: str, changed_ns: int) -> str:
    del changed_ns  # part of the key only: a file that changed gets a new fingerprint
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=256)
def _settled(name: str) -> str:
    return _fingerprint(name, (STATIC / name).stat().st_mtime_ns)


def asset(name: str) -> str:
    """The address of a file in ``static/``, with a fingerprint of its content so that it may be kept for a year.

    Raises FileNotFoundError for a name that is not there: a template with a wrong name fails its test.
    """
    mark = _fingerprint(name, (STATIC / name).stat().st_mtime_ns) if current_app.debug else _settled(name)
    return url_for("shell.static", filename=name, v=mark)


def page_url(number: int) -> str:
    """The address of another page of the list shown now: same filters, other page."""
    arguments: dict[str, Any] = {
        key: values
        for key, values in request.args.to_dict(flat=False).items()
        if not key.startswith("_") and key != "endpoint"  # what url_for itself takes
    }
    arguments |= request.view_args or {}
    arguments["page"] = number
    return url_for(request.endpoint or "", **arguments)


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
