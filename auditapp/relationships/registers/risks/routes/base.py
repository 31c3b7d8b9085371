"""What the pages of risks share."""

from typing import Any

from flask import Blueprint

from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.pages import (
    here,
)
from auditapp.relationships.registers.risks import queries, rules
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.service import must_change

bp = Blueprint("risks", __name__, template_folder="../../templates")


LABELS: dict[str, Any] = {
    "kind_labels": rules.RISK_KIND_LABELS,
    "state_labels": rules.RISK_STATE_LABELS,
    "state_tones": rules.RISK_STATE_TONES,
    "treatment_labels": rules.TREATMENT_LABELS,
    "likelihood_labels": rules.LIKELIHOOD_LABELS,
    "impact_labels": rules.IMPACT_LABELS,
    "band_of": rules.band,
    "band_labels": rules.BAND_LABELS,
    "band_tones": rules.BAND_TONES,
}


def one_of(ref: str, risk_ref: str) -> tuple[Relationship, Risk]:
    """The relationship and the risk of the address, if the reader may know of them."""
    found = here(ref)
    return found, queries.risk_by_ref(current_session(), actor(), found.id, risk_ref)


def must_write(risk: Risk) -> None:
    """Refuse whoever may not change it, before a form is shown."""
    must_change(actor(), risk.relationship_id, risk.party_id, (risk.owner_id, risk.written_by_id))
