"""What the pages of objectives share."""

from datetime import date
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.people.guards import actor
from auditapp.people.queries import names_of, organization, person_names
from auditapp.relationships.model import Relationship
from auditapp.relationships.partners.queries import contacts
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.registers.objectives import queries, service
from auditapp.relationships.registers.objectives.model import Measure, Objective
from auditapp.relationships.registers.objectives.rules import (
    DIRECTION_LABELS,
    INTERVAL_LABELS,
    STANDING_LABELS,
    STANDING_TONES,
    STATE_LABELS,
    STATE_TONES,
    WHOSE_LABELS,
    State,
    figure,
    interval_key,
    target_words,
)
from auditapp.relationships.rules import SHARING_LABELS, STAGE_LABELS

bp = Blueprint("objectives", __name__, template_folder="../templates")
WORDS: dict[str, Any] = {
    "state_labels": STATE_LABELS,
    "state_tones": STATE_TONES,
    "standing_labels": STANDING_LABELS,
    "standing_tones": STANDING_TONES,
    "whose_labels": WHOSE_LABELS,
    "direction_labels": DIRECTION_LABELS,
    "interval_labels": INTERVAL_LABELS,
    "sharing_labels": SHARING_LABELS,
    "stage_labels": STAGE_LABELS,
    "figure": figure,
    "target_words": target_words,
    "interval_key": interval_key,
}


def find(objective_ref: str) -> tuple[Objective, Relationship]:
    """The objective and its relationship, if the reader may know of them."""
    session = current_session()
    found = queries.objective_by_ref(session, actor(), objective_ref)
    return found, relationship_of(session, actor(), found.relationship_id)


def find_measure(measure_ref: str) -> tuple[Measure, Objective, Relationship]:
    """The measure, its objective and its relationship, if the reader may know of them."""
    session = current_session()
    found = queries.measure_by_ref(session, actor(), measure_ref)
    objective = queries.objective_of(session, actor(), found.objective_id)
    return found, objective, relationship_of(session, actor(), objective.relationship_id)


def writes(found: Objective, place: Relationship) -> bool:
    """Whether the reader may change an objective now."""
    if place.ended_on is not None:
        return False
    try:
        service.must_write(current_session(), actor(), found)
    except Refusal:
        return False
    return True


def people_of(place: Relationship) -> list[tuple[str, str]]:
    """People of both sides to choose from; a partner's contact is offered the partner's people alone."""
    session = current_session()
    theirs = [
        (str(row[0]), row[1])
        for row in contacts(session, [one.id for one in place.partners])
        if actor().partner_id in {None, row[3]}
    ]
    if actor().partner_id is not None:
        return theirs
    return [(str(one), name) for one, name in person_names(session)] + theirs


def choices_of(place: Relationship, chosen: Any) -> list[tuple[str, str]]:
    """The people to choose from, whoever is chosen already among them."""
    offered = people_of(place)
    if chosen is not None and str(chosen) not in {key for key, _name in offered}:
        names = names_of(current_session(), [chosen])
        offered += [(str(key), name) for key, name in names.items()]
    return offered


def today() -> date:
    """The organization's day."""
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())


def own_name() -> str:
    """The name of our own organization."""
    own = organization(current_session())
    return own.name if own else ""


def turn_of(found: Objective, waiting: list[str], owner: str, late: int, measured: int) -> tuple[str, str]:
    """Whose turn it is and what comes next, in sentences. ``waiting``: the parties that have not agreed."""
    if found.state is State.PROPOSED:
        return _("Waits for the agreement of %(who)s.", who=", ".join(waiting)), _(
            "When each party that has it has agreed, it holds."
        )
    if found.state is State.AGREED:
        if late:
            return (
                _("%(count)s readings are missing.", count=late)
                if late > 1
                else _("One reading is missing."),
                _("Until then nobody knows how it stands."),
            )
        if not measured:
            return _("Nothing is measured yet."), _(
                "Add a measure, so that one would know when it is reached."
            )
        return (_("%(who)s answers for it.", who=owner) if owner else _("Nobody answers for it yet.")), ""
    return "", ""
