"""What all pages of programmes share."""

from datetime import date
from typing import Any

from flask import Blueprint

from auditapp.audits.programme.rules import FREQUENCY_LABELS, MARK_LABELS, MARK_TONES
from auditapp.audits.rules import STATUS_LABELS, STATUS_TONES
from auditapp.kit import clock
from auditapp.people.guards import actor
from auditapp.relationships.rules import STAGE_LABELS

bp = Blueprint("programme", __name__, template_folder="../templates", url_prefix="/programmes")


@bp.context_processor
def words() -> dict[str, Any]:
    """The words of programmes, for every template of this room."""
    return {
        "status_labels": STATUS_LABELS,
        "status_tones": STATUS_TONES,
        "mark_labels": MARK_LABELS,
        "mark_tones": MARK_TONES,
        "stage_labels": STAGE_LABELS,
        "frequency_labels": FREQUENCY_LABELS,
    }


def today() -> date:
    """The day it is where the reader is."""
    return clock.day_in(actor().zone, clock.now())
