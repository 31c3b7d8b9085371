"""What the pages of the stages share."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, url_for

from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.relationships.lifecycle.rules import (
    OUTPUT_LABELS,
    OUTPUT_TONES,
    OUTPUTS,
    PASSAGE_LABELS,
    PLACES,
    Output,
    OutputState,
)
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rules import SHARING_LABELS, STAGE_LABELS, STAGES

bp = Blueprint("lifecycle", __name__, template_folder="../templates", url_prefix="/relationships")
WORDS: dict[str, Any] = {
    "output_labels": OUTPUT_LABELS,
    "output_tones": OUTPUT_TONES,
    "passage_labels": PASSAGE_LABELS,
    "sharing_labels": SHARING_LABELS,
    "stage_labels": STAGE_LABELS,
    "outputs": OUTPUTS,
    "numbers": {stage: number for number, stage in enumerate(STAGES, start=1)},
    "State": OutputState,
}


@dataclass(frozen=True, kw_only=True)
class PlaceLink:
    """Where an output is worked on."""

    label: str
    url: str


def find(ref: str) -> Relationship:
    """The relationship, if the reader may see it."""
    return relationship_by_ref(current_session(), actor(), ref)


def manages(found: Relationship) -> bool:
    """Whether the reader may change something here now."""
    return found.ended_on is None and actor().can(Capability.MANAGE_RELATIONSHIPS, found.id)


def places_of(output: Output, ref: str) -> list[PlaceLink]:
    """The pages where an output is made, as far as they are there."""
    return [
        PlaceLink(
            label=str(PLACES[endpoint].label),
            url=url_for(endpoint, ref=ref) if PLACES[endpoint].of_relationship else url_for(endpoint),
        )
        for endpoint in output.places
        if endpoint in current_app.view_functions and endpoint != "lifecycle.of_relationship"
    ]
