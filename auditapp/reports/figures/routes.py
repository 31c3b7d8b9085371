"""Registers and trends: the page, its files and its charts. The filters are the address."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from flask_babel import get_locale

from auditapp.kit import clock
from auditapp.kit.clock import day_from, day_in
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization, relationship_names
from auditapp.people.rules import Capability
from auditapp.reports.figures.pictures import PICTURES
from auditapp.reports.figures.report import trends_report
from auditapp.reports.figures.rules import Asked, Place, Where, usual_period
from auditapp.reports.made.offering import offered
from auditapp.reports.made.weights import figures
from auditapp.reports.paper.serving import FILES, answer
from auditapp.shell.charts import served, wanted_theme

bp = Blueprint("figures", __name__, template_folder="templates", url_prefix="/reports")
ENDPOINTS = {
    Place.NONCONFORMITIES: "findings.index",
    Place.ACTIONS: "findings.actions_index",
    Place.AUDITS: "plan.index",
    Place.COVERAGE: "programme.coverage",
    Place.LOG: "outbox.log",
    Place.COMPETENCE: "competence.index",
    Place.REMINDERS: "dashboards.reminders",
    Place.ANSWERS: "dashboards.answers",
    Place.CLAUSES: "readiness.show",
    Place.RELATIONSHIP: "dossier.show",
}


@bp.get("/trends")
@bp.get(f"/trends.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
@offered(Text("Registers and trends"), figures)
def trends(suffix: str = "") -> Response:
    """The figures of a period as page, PDF, Word or Excel."""
    asked, session = asked_here(), current_session()
    relationships = relationship_names(session)
    ids = {ref: str(one) for one, ref, _name in relationships}
    report = trends_report(
        session,
        actor=asked.principal,
        as_of=asked.at,
        since=asked.since,
        until=asked.until,
        relationship=asked.relationship,
        language=str(get_locale() or "en")[:2],
        link=lambda where: address(where, ids),
        picture=lambda name: url_for(".picture", name=name, **filters(asked)),
    )
    return answer(report, suffix, template="figures/trends.html", asked=asked, relationships=relationships)


@bp.get("/trends/<name>.svg")
@guard(Capability.VIEW_ORGANIZATION)
def picture(name: str) -> Response:
    """One chart; it reads only the figures that it shows."""
    asked = asked_here()
    if name not in PICTURES:
        raise NotFound
    if name == "ladder" and not asked.principal.can(Capability.VIEW_TRAIL):
        raise NotAllowed(Text("Reminders of all are read by those who may read the history of all."))
    return served(PICTURES[name](current_session(), asked, wanted_theme()))


def _path(endpoint: str, args: Mapping[str, str]) -> str:
    return url_for(endpoint, **dict[str, Any](args))


def address(where: Where, ids: dict[str, str], path: Callable[[str, Mapping[str, str]], str] = _path) -> str:
    """The address of rows; ``ids``: of relationships by their number, for the pages that ask for ids.

    ``path`` gives the path of a page where there is no request.
    """
    pairs = [
        (key, ids.get(value, "") if where.place is Place.LOG and key == "relationship" else value)
        for key, value in where.pairs
    ]
    page = path(ENDPOINTS[where.place], {"ref": where.ref} if where.ref else {})
    return f"{page}?{urlencode(pairs, safe=',:')}" if pairs else page


def asked_here() -> Asked:
    """What the address asks for; what cannot be read is left out."""
    who, at, own = actor(), clock.now(), organization(current_session())
    zone = own.zone if own else who.zone
    since, until = period_here(day_in(zone, at))
    wanted = relationship_here()
    known = {ref for _id, ref, _name in relationship_names(current_session())} if wanted else set()
    return Asked(
        principal=who,
        since=since,
        until=until,
        at=at,
        zone=zone,
        relationship=wanted if wanted in known else "",
    )


def period_here(today: date) -> tuple[date, date]:
    """The days in the address, the earlier first; the usual period where there are none."""
    first, last = usual_period(today)
    since = request.args.get("since", first, type=day_from)
    until = request.args.get("until", last, type=day_from)
    return min(since, until), max(since, until)


def relationship_here() -> str:
    """The relationship in the address, whether there is one or not."""
    return request.args.get("relationship", "")[:20].upper().replace("\0", "")


def filters(asked: Asked) -> dict[str, Any]:
    """The same in an address."""
    days = {"since": asked.since.isoformat(), "until": asked.until.isoformat()}
    return days | ({"relationship": asked.relationship} if asked.relationship else {})
