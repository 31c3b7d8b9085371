"""Reports: the neutral report in JSON and as files, and judging a clause of the gap analysis."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import Response
from flask_babel import get_locale
from pydantic import Field

from auditapp.api.declare import expected, get, post, versioned
from auditapp.api.lists import told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Day, Given, Line, Locked, Words
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.papers import MEDIA, SUFFIX, Report, report_as, report_told
from auditapp.kit import clock
from auditapp.kit.clock import day_in
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import organization, relationship_names
from auditapp.people.rules import Capability
from auditapp.reports.figures.report import trends_report
from auditapp.reports.figures.routes import address as trends_address
from auditapp.reports.figures.rules import usual_period
from auditapp.reports.paper import model as paper
from auditapp.reports.paper.files import FORMS
from auditapp.reports.readiness import service
from auditapp.reports.readiness.model import GapEntry
from auditapp.reports.readiness.reports import (
    gap_report,
    readiness_report,
    stage1_report,
    stage2_report,
    surveillance_report,
)
from auditapp.reports.readiness.routes import address
from auditapp.reports.readiness.rules import State

TAG = "Reports"
NAMES = "<any(readiness, gap, 'stage-1', 'stage-2', surveillance):name>"
MADE: dict[str, Callable[..., paper.Report]] = {
    "readiness": readiness_report,
    "gap": gap_report,
    "stage-1": stage1_report,
    "stage-2": stage2_report,
    "surveillance": surveillance_report,
}
AUDITS = (Capability.VIEW_AUDITS,)


class ReportAsked(Asked):
    """Against which standard."""

    standard: Line = Field(
        default="", description="The key of a checklist library; empty: the usual standard."
    )
    origin: Line = Field(default="", description="For the gap analysis: the standard to come from.")


class TrendsAsked(Asked):
    """Of which period."""

    since: Day | None = Field(default=None)
    until: Day | None = Field(default=None)
    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")


def _made(name: str, query: ReportAsked) -> paper.Report:
    more = {"origin": query.origin} if name == "gap" else {}
    return MADE[name](
        current_session(), actor=actor(), as_of=clock.now(), standard=query.standard, address=address, **more
    )


@get(f"/reports/{NAMES}", scope=Scope.READ_REPORTS, gives=Report, needs=AUDITS, tag=TAG)
def report(name: str, query: ReportAsked) -> object:
    """A report: readiness, gap analysis, the packs for Stage 1, Stage 2 and surveillance."""
    files = {
        suffix: site(
            "api_v1.report_file", name=name, suffix=suffix, **query.model_dump(exclude_defaults=True)
        )
        for suffix in FORMS
    }
    return report_told(_made(name, query), files)


@get(f"/reports/{NAMES}.{SUFFIX}", scope=Scope.READ_REPORTS, gives=None, needs=AUDITS, files=MEDIA, tag=TAG)
def report_file(name: str, suffix: str, query: ReportAsked) -> Response:
    """The same report as PDF, Word or Excel."""
    return report_as(_made(name, query), suffix)


def _trends(query: TrendsAsked) -> paper.Report:
    session, who, at = current_session(), actor(), clock.now()
    own = organization(session)
    first, last = usual_period(day_in(own.zone if own else who.zone, at))
    since, until = query.since or first, query.until or last
    relationships = relationship_names(session)
    ids = {ref: str(one) for one, ref, _name in relationships}
    return trends_report(
        session,
        actor=who,
        as_of=at,
        since=min(since, until),
        until=max(since, until),
        relationship=query.relationship.upper() if query.relationship.upper() in ids else "",
        language=str(get_locale() or "en")[:2],
        link=lambda where: trends_address(where, ids),
        picture=lambda _name: "",
    )


@get(
    "/reports/trends", scope=Scope.READ_REPORTS, gives=Report, needs=(Capability.VIEW_ORGANIZATION,), tag=TAG
)
def trends(query: TrendsAsked) -> object:
    """Registers and trends of a period."""
    asked = {name: str(value) for name, value in query.model_dump(exclude_none=True).items() if value}
    files = {suffix: site("api_v1.trends_file", suffix=suffix, **asked) for suffix in FORMS}
    return report_told(_trends(query), files)


@get(f"/reports/trends.{SUFFIX}", scope=Scope.READ_REPORTS, gives=None, needs=(Capability.VIEW_ORGANIZATION,), files=MEDIA, tag=TAG)  # fmt: skip
def trends_file(suffix: str, query: TrendsAsked) -> Response:
    """The same as PDF, Word or Excel."""
    return report_as(_trends(query), suffix)


class Judgement(Asked):
    """What is said of a clause."""

    state: State
    present: Words = ""
    missing: Words = ""
    gap: Words = ""
    action: Words = ""
    owner_id: UUID | None = None
    due_on: Day | None = None


class Judged(Given):
    """What is said of a clause from today."""

    standard: str
    clause: str
    state: State
    present: str
    missing: str
    gap: str
    action: str
    owner_id: UUID | None
    due_on: date | None
    assessed_on: date


@post("/reports/gap/<standard>/<clause>", scope=Scope.WRITE_REPORTS, gives=Judged, needs=(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME), tag=TAG)  # fmt: skip
def judge_clause(standard: str, clause: str, json: Judgement, headers: Locked) -> object:
    """Judge a clause of the gap analysis. Without ``If-Match`` only one that nobody judged yet."""
    session = current_session()
    row: GapEntry = service.judge_clause(
        session,
        actor=actor(),
        at=clock.now(),
        standard=standard,
        ref=clause,
        said=service.GapInput(**dict(json)),
        version=expected(headers) or 0,
    )
    session.flush()
    return versioned(told(Judged, row, standard=row.library_key), row.version)
