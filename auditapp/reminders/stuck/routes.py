"""The list of what is stuck; one of it is begun anew from here, or from its own page."""

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reminders.rules import KIND_LABELS, LEVEL_LABELS, SEVERITY_LABELS, DueItem
from auditapp.reminders.stuck import queries

bp = Blueprint("stuck", __name__, url_prefix="/policies/stuck", template_folder="templates")


def _address(item: DueItem | None) -> str:
    """The page where it is done; empty where there is none any more."""
    if item is None or item.endpoint not in current_app.view_functions:
        return ""
    args: dict[str, Any] = dict(item.args)
    return url_for(item.endpoint, **args)


@bp.get("/")
@guard(Capability.VIEW_TRAIL)
def index() -> str:
    """Reminders that nobody answered on any level."""
    page = queries.stuck(current_session(), at=clock.now(), page=request.args.get("page", 1, type=int))
    return render_template(
        "stuck/index.html",
        page=page,
        addresses={row.run_id: _address(row.item) for row in page.rows},
        kind_labels=KIND_LABELS,
        level_labels=LEVEL_LABELS,
        severity_labels=SEVERITY_LABELS,
        restarts=actor().can(Capability.MANAGE_PROGRAMME),
    )
