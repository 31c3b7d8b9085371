"""What the pages of both registers share: what the address asks for, who asks, what a template draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from auditapp.findings.queries import zone_of
from auditapp.findings.register.queries.narrow import Reader
from auditapp.findings.register.queries.views import Choices, View, choices, views_of
from auditapp.findings.register.rules.spec import Register, Takes
from auditapp.findings.register.rules.wanted import (
    ME,
    Wanted,
    everything,
    pairs,
    query,
    read,
    read_query,
    sorted_by,
    without,
)
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor

ENDPOINTS = {Register.NONCONFORMITIES: "findings.index", Register.ACTIONS: "findings.actions_index"}


def reader() -> Reader:
    """Who asks, and the organization's day."""
    zone = zone_of(current_session())
    return Reader(principal=actor(), today=clock.day_in(zone, clock.now()), zone=zone)


def asked(register: Register, args: MultiDict[str, str] | None = None) -> Wanted:
    """What the address (or a form) asks for."""
    return read(register, (request.args if args is None else args).to_dict(flat=False))


def address(wanted: Wanted, endpoint: str = "", **more: Any) -> str:
    """The address of a page with the same filters."""
    base = url_for(endpoint or ENDPOINTS[wanted.spec.register], **more)
    behind = query(wanted)
    return f"{base}?{behind}" if behind else base


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter that is set: its words, and the address without it."""

    words: str
    url: str


def chips(wanted: Wanted, offered: Choices, endpoint: str = "") -> list[Chip]:
    """Every filter that is set, each with the address without it."""
    found = [
        Chip(
            words=_("%(filter)s: %(value)s", filter=str(known.label), value=_word(known, value, offered)),
            url=address(without(wanted, key, value), endpoint),
        )
        for key, known in wanted.spec.filters.items()
        for value in wanted.of(key)
        if (key, value) != ("show", "all")
    ]
    if wanted.words:
        found.append(
            Chip(words=_("Words: %(words)s", words=wanted.words), url=address(without(wanted, "q"), endpoint))
        )
    if wanted.before:
        found.append(
            Chip(
                words=_("Due before %(day)s", day=wanted.before.isoformat()),
                url=address(without(wanted, "before"), endpoint),
            )
        )
    if wanted.refs:
        found.append(
            Chip(
                words=_("%(count)s chosen by hand", count=len(wanted.refs)),
                url=address(without(wanted, "ref"), endpoint),
            )
        )
    return found


def _word(known: Any, value: str, offered: Choices) -> str:
    if known.takes is Takes.CHOICE:
        return str(known.choices[value])
    if known.takes is Takes.PERSON:
        return _("Myself") if value == ME else offered.name(value)
    return value


def tabs(wanted: Wanted, saved: Sequence[View], endpoint: str = "") -> list[dict[str, Any]]:
    """Built-in views, then saved ones; the one that is shown is marked."""
    here = query(wanted)
    found: list[dict[str, Any]] = []
    for label, behind in [
        *((str(one.label), one.query) for one in wanted.spec.views),
        *((one.name, one.query) for one in saved),
    ]:
        view = read_query(wanted.spec.register, behind)
        found.append({"label": label, "url": address(view, endpoint), "current": query(view) == here})
    return found


def drawn(wanted: Wanted, endpoint: str = "") -> dict[str, Any]:
    """What every page over a register draws: tabs, chips, filters. At most five statements."""
    session = current_session()
    offered = choices(session, actor(), wanted)
    saved = views_of(session, actor(), wanted.spec.register)
    return {
        "wanted": wanted,
        "spec": wanted.spec,
        "register": wanted.spec.register,
        "offered": offered,
        "chips": chips(wanted, offered, endpoint),
        "tabs_of_views": tabs(wanted, saved, endpoint),
        "asked_query": query(wanted),
        "hidden": [pair for pair in pairs(wanted) if pair[0] in ("sort", "cols")],
        "here": address(wanted, endpoint),
        "everything_url": address(everything(wanted), endpoint),
        "register_url": url_for(endpoint or ENDPOINTS[wanted.spec.register]),
        "sort_url": lambda key: address(sorted_by(wanted, key), endpoint),
    }
