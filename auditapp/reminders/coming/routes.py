"""The page of what is due: mine, of my team, or everything that the reader may see."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of, today_of
from auditapp.people.rules import Capability
from auditapp.reminders.coming import queries
from auditapp.reminders.coming.rules import PERIOD_LABELS, Asked, Period, Show, sentence, standing
from auditapp.reminders.rules import KIND_LABELS, SEVERITY_LABELS, DueItem, Kind, Severity

bp = Blueprint("coming", __name__, template_folder="templates", url_prefix="/due")
MOST_NAMES = 3
SEVERITY_TONES = {Severity.SERIOUS: "attention", Severity.CRITICAL: "overdue"}


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """What is due, by day."""
    session, who, at = current_session(), actor(), clock.now()
    today = today_of(session, at)
    relationships = queries.relationship_choices(session, who)
    inside = who.can(Capability.VIEW_ORGANIZATION)
    asked = _asked({one[0] for one in relationships}, inside=inside)
    found = queries.due_for(session, who, asked, at=at, today=today)
    page = queries.page_of(found, request.args.get("page", 1, type=int))
    names = names_of(session, {one for item in page.rows for one in (*item.owners, *item.deputies)})
    where = {one[0]: one for one in relationships}
    return render_template(
        "coming/index.html",
        page=page,
        running=queries.running(session, page.rows),
        asked=asked,
        today=today,
        inside=inside,
        turn=sentence(found, today),
        lines=[_line(item, names, where, who.person_id) | {"stands": standing(item, today)} for item in page.rows],
        narrowed=asked.kind is not None or asked.relationship_id is not None,
        relationships=relationships,
        kinds=KIND_LABELS,
        periods=PERIOD_LABELS,
        address=_address,
    )  # fmt: skip


def _asked(relationship_ids: set[UUID], *, inside: bool) -> Asked:
    """What the address asks for; what it cannot mean is left out."""
    show, period, kind = (request.args.get(name, "") for name in ("show", "period", "kind"))
    try:
        relationship_id = UUID(request.args.get("relationship", ""))
    except ValueError:
        relationship_id = None
    return Asked(
        show=Show(show) if show in set(Show) and (inside or show != Show.TEAM) else Show.MINE,
        period=Period(period) if period in set(Period) else Period.MONTH,
        kind=Kind(kind) if kind in set(Kind) else None,
        relationship_id=relationship_id if relationship_id in relationship_ids else None,
    )


def _address(asked: Asked, **changed: Any) -> str:
    """The address of the same list with something changed."""
    values = {
        "show": asked.show.value if asked.show is not Show.MINE else None,
        "period": asked.period.value if asked.period is not Period.MONTH else None,
        "kind": asked.kind.value if asked.kind else None,
        "relationship": str(asked.relationship_id) if asked.relationship_id else None,
    }
    return url_for("coming.index", **(values | changed))


def _line(
    item: DueItem, names: dict[UUID, str], where: dict[UUID, tuple[UUID, str, str]], me: UUID
) -> dict[str, Any]:
    asked = [names[one] for one in item.owners if one in names and one != me]
    return {
        "item": item,
        "url": url_for(item.endpoint, **dict[str, Any](item.args)),
        "kind": KIND_LABELS[item.kind],
        "severity": (SEVERITY_LABELS[item.severity], SEVERITY_TONES[item.severity])
        if item.severity in SEVERITY_TONES
        else None,
        "mine": me in item.owners,
        "stands_in": me in item.deputies,
        "others": asked[:MOST_NAMES],
        "more": max(len(asked) - MOST_NAMES, 0),
        "relationship": where.get(item.relationship_id) if item.relationship_id else None,
    }
