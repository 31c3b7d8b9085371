"""The blueprint that the pages of execution share, and what they all say at their top."""

from typing import Any

from flask import Blueprint

from auditapp.audits.execution.queries import Access
from auditapp.audits.rules import STATUS_LABELS, STATUS_TONES, WHOSE_TURN
from auditapp.kit.strokes import box, read

bp = Blueprint("execution", __name__, template_folder="templates", url_prefix="")
bp.add_app_template_filter(read, "strokes")
bp.add_app_template_filter(box, "strokes_box")


def standing(who: Access) -> dict[str, Any]:
    """What an audit's page needs for its head: the audit, how it stands, whose turn it is, who reads."""
    return {
        "who": who,
        "audit": who.audit,
        "status": (STATUS_LABELS[who.audit.status], STATUS_TONES[who.audit.status]),
        "turn": WHOSE_TURN[who.audit.status],
    }
