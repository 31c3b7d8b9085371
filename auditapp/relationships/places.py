"""The map of one relationship: few groups, each with its places. Shown at the top of each of its pages."""

from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext

from auditapp.people.rules import Capability, Principal


@dataclass(frozen=True, kw_only=True)
class PlaceLink:
    """A place or a group: its name, where it leads, whether the reader is there. The shape that ``tabs`` takes."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Places:
    """``groups`` are the upper row, ``members`` the places of the group the reader is in."""

    groups: list[PlaceLink]
    members: list[PlaceLink]


def places(who: Principal, ref: str, path: str, *, at: str = "") -> Places:
    """Where one can go in a relationship. A partner's contact is offered the places that are shared at all.

    ``at``: the endpoint of the place a page belongs to, where its address does not tell.
    """
    inside = who.can(Capability.VIEW_ORGANIZATION)
    # (name, endpoint, whether a partner's contact has something there)
    groups: list[tuple[str, list[tuple[str, str, bool]]]] = [
        (gettext("Overview"), [(gettext("Overview"), "dossier.show", True)]),
        (
            gettext("Life cycle"),
            [
                (gettext("Stages"), "lifecycle.of_relationship", True),
                (gettext("RMP"), "rmp.of_relationship", True),
                (gettext("Exit strategy"), "exits.of_relationship", True),
                (gettext("Obligations"), "obligations.of_relationship", False),
            ],
        ),
        (
            gettext("Working together"),
            [
                (gettext("Issues"), "issues.of_relationship", True),
                (gettext("Meetings"), "meetings.of_relationship", True),
                (gettext("Actions"), "joint_actions.of_relationship", True),
                (gettext("Communications"), "communications.of_relationship", True),
                (gettext("Documents"), "documents.of_relationship", True),
                (gettext("People"), "contacts.of_relationship", True),
            ],
        ),
        (
            gettext("Value and risk"),
            [
                (gettext("Objectives"), "objectives.of_relationship", True),
                (gettext("Risks"), "risks.of_relationship", True),
                (gettext("Ideas"), "ideas.of_relationship", True),
                (gettext("Lessons"), "lessons.of_relationship", True),
            ],
        ),
        (
            gettext("Health"),
            [
                (gettext("Health checks"), "health.of_relationship", True),
                (gettext("Behaviours"), "behaviours.of_relationship", True),
            ],
        ),
    ]
    shown: list[tuple[str, list[tuple[str, str, str]]]] = []
    for label, members in groups:
        offered = [
            (name, endpoint, url_for(endpoint, ref=ref))
            for name, endpoint, shared in members
            if endpoint in current_app.view_functions and (inside or shared)
        ]
        if offered:
            shown.append((label, offered))
    best = max(
        (
            (len(url), endpoint)
            for _, members in shown
            for _, endpoint, url in members
            if endpoint == at or (not at and (path == url or path.startswith(url.rstrip("/") + "/")))
        ),
        default=(0, ""),
    )[1]
    here = next((members for _, members in shown if any(one[1] == best for one in members)), [])
    return Places(
        groups=[
            PlaceLink(label=label, url=members[0][2], current=members is here) for label, members in shown
        ],
        members=[PlaceLink(label=name, url=url, current=endpoint == best) for name, endpoint, url in here]
        if len(here) > 1
        else [],
    )
