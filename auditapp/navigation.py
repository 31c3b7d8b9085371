"""The map of the site as a person sees it: few places, named by what is done there."""

from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext

from auditapp.people.rules import Capability, Principal


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One place: its name, address, icon (a symbol in icons.svg) and whether the reader is there."""

    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class _Place:
    label: str
    endpoint: str
    icon: str
    under: tuple[str, ...] = ()  # beginnings of addresses that belong to it besides its own
    shown: bool = True


def nav(who: Principal, path: str) -> list[NavItem]:
    """The places this person can go, in the order of how often: a phone's bar shows the first three."""
    inside = who.can(Capability.VIEW_ORGANIZATION)
    places = [
        _Place(label=gettext("Home"), endpoint="home.index", icon="home"),
        _Place(label=gettext("Actions"), endpoint="findings.my_actions", icon="action", under=("/actions/",)),
        _Place(label=gettext("Audits"), endpoint="plan.index", icon="audit", under=("/findings/",)),
        _Place(label=gettext("Due"), endpoint="coming.index", icon="clock"),
        _Place(
            label=gettext("Nonconformities"), endpoint="findings.index", icon="nonconformity", shown=inside
        ),
        _Place(label=gettext("Programme"), endpoint="programme.index", icon="programme", shown=inside),
        _Place(label=gettext("Relationships"), endpoint="relationships.index", icon="relationship"),
        _Place(
            label=gettext("Obligations"), endpoint="obligations.index", icon="calendar-days", shown=inside
        ),
        _Place(label=gettext("Calendar"), endpoint="feeds.index", icon="calendar"),
        _Place(label=gettext("Documents"), endpoint="documents.index", icon="file-text", shown=inside),
        _Place(
            label=gettext("Certificate"), endpoint="certification.index", icon="shield-check", shown=inside
        ),
        _Place(
            label=gettext("Reports"),
            endpoint="readiness.index" if who.can(Capability.VIEW_AUDITS) else "dashboards.index",
            icon="printer",
            under=("/reports",),
            shown=who.can(Capability.VIEW_AUDITS) or who.can_somewhere(Capability.MANAGE_RELATIONSHIPS),
        ),
        _Place(label=gettext("Issues"), endpoint="issues.index", icon="issue", shown=inside),
        _Place(label=gettext("Checklists"), endpoint="checklists.index", icon="checklist", shown=inside),
        _Place(label=gettext("People"), endpoint="people.index", icon="people", shown=inside),
        _Place(
            label=gettext("Messages"),
            endpoint="outbox.index",
            icon="mail",
            shown=who.can(Capability.MANAGE_PROGRAMME),
        ),
        _Place(
            label="Slack",
            endpoint="slack_pages.index",
            icon="message-square",
            shown=who.can(Capability.MANAGE_SETTINGS),
        ),
        _Place(
            label=gettext("History"),
            endpoint="history.index",
            icon="history",
            shown=who.can(Capability.VIEW_TRAIL),
        ),
    ]
    seen = [
        (place, url_for(place.endpoint))
        for place in places
        if place.shown and place.endpoint in current_app.view_functions
    ]
    best = max(
        (
            (len(start), place.endpoint)
            for place, url in seen
            for start in (url, *place.under)
            if path == start or (start != "/" and path.startswith(start))
        ),
        default=(0, ""),
    )[1]
    return [
        NavItem(label=place.label, url=url, icon=place.icon, current=place.endpoint == best)
        for place, url in seen
    ]
