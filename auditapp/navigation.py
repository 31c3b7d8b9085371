"""The map of the site as a person sees it: few places, named by what is done there."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from auditapp.people.rules import Capability, Principal


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One place: its name, address, icon (a symbol in icons.svg) and whether the reader is there."""

    label: str
    url: str
    icon: str
    current: bool


def nav(who: Principal, path: str) -> list[NavItem]:
    """The places this person can go, in the order of how often."""
    places = [(gettext("Home"), url_for("home.index"), "home", True)]
    inside = who.can(Capability.VIEW_ORGANIZATION)
    places += [
        (gettext("Audits"), url_for("plan.index"), "audit", True),
        (gettext("Programme"), url_for("programme.index"), "programme", inside),
        (gettext("Findings"), url_for("execution.findings_index"), "finding", inside),
        (gettext("Relationships"), url_for("relationships.index"), "relationship", inside),
        (gettext("Checklists"), url_for("checklists.index"), "checklist", inside),
        (gettext("People"), url_for("people.index"), "people", inside),
        (gettext("History"), url_for("history.index"), "history", who.can(Capability.VIEW_TRAIL)),
    ]
    best = max((url for _, url, _, shown in places if shown and _under(path, url)), key=len, default="")
    return [
        NavItem(label=label, url=url, icon=icon, current=url == best)
        for label, url, icon, shown in places
        if shown
    ]


def _under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
