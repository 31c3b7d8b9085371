"""The page of one relationship."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import ROLE_LABELS, Capability
from auditapp.relationships.partners.queries import contacts, duties
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rules import KIND_LABELS, PRIORITY_LABELS, STAGE_LABELS, STAGES

bp = Blueprint("dossier", __name__, template_folder="templates", url_prefix="/relationships")


@bp.get("/<ref>")
@guard(Capability.SIGNED_IN)
def show(ref: str) -> str:
    """One relationship."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    here = STAGES.index(found.stage)
    path = [
        {
            "number": number,
            "name": STAGE_LABELS[stage],
            "url": None,
            "word": _("Now") if number - 1 == here else _("Passed") if number - 1 < here else _("Ahead"),
            "state": "on_track" if number - 1 == here else "done" if number - 1 < here else "quiet",
            "ready": None,
            "here": number - 1 == here and found.ended_on is None,
        }
        for number, stage in enumerate(STAGES, start=1)
    ]
    return render_template(
        "dossier/show.html",
        found=found,
        path=path,
        duties=duties(session, found),
        contacts=contacts(session, [partner.id for partner in found.partners]),
        manages=actor().can(Capability.MANAGE_RELATIONSHIPS, found.id),
        role_labels=ROLE_LABELS,
        stage_labels=STAGE_LABELS,
        kind_labels=KIND_LABELS,
        priority_labels=PRIORITY_LABELS,
    )
