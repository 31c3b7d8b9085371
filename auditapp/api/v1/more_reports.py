"""The other reports in JSON and as files: certificate, programme, registers, dashboards, one relationship on one page, reviews."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal

from flask import Response
from flask_babel import get_locale
from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Day, Line
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.papers import MEDIA, SUFFIX, Report, report_as, report_told
from auditapp.kit import clock
from auditapp.kit.clock import day_in
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.relationships.rules import Stage
from auditapp.reports.dashboards.report import dashboard_report, scoped
from auditapp.reports.dashboards.routes import answers_behind, reminders_behind, rows_asked
from auditapp.reports.dashboards.rules import Board, boards_of
from auditapp.reports.figures.routes import address as rows_address
from auditapp.reports.figures.rules import usual_period
from auditapp.reports.management_review.queries.store import frozen, parts_of, review_by_ref
from auditapp.reports.management_review.reports.pack import input_pack
from auditapp.reports.management_review.rules import PaperKind, Status
from auditapp.reports.one_page.report import one_page_report
from auditapp.reports.pack.catalogue import REPORTS, Ask
from auditapp.reports.paper import model as paper
from auditapp.reports.paper.files import FORMS
from auditapp.reports.readiness.routes import address

TAG = "Reports"
READ = Scope.READ_REPORTS
INSIDE = (Capability.VIEW_ORGANIZATION,)
YEAR = timedelta(days=365)
REGISTERS = "<any(certificate, concerns, programme, nonconformities, reminders):name>"
BOARDS = "<any({}):board>".format(", ".join(f"'{one}'" for one in Board))


# Reports of the catalogue of packs, and what their reader must be able to, as on their pages.
NEEDS: Mapping[str, Capability] = {
    "certificate": Capability.VIEW_ORGANIZATION,
    "concerns": Capability.VIEW_ORGANIZATION,
    "programme": Capability.VIEW_AUDITS,
    "nonconformities": Capability.VIEW_ORGANIZATION,
    "reminders": Capability.VIEW_TRAIL,
}


class PeriodAsked(Asked):
    """Of which days, where a report is about some; otherwise of the last year."""

    since: Day | None = Field(default=None)
    until: Day | None = Field(default=None)


class DashboardAsked(PeriodAsked):
    """Of which days, and which relationship."""

    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")


def _files(endpoint: str, **values: str) -> dict[str, str]:
    return {suffix: site(f"api_v1.{endpoint}", suffix=suffix, **values) for suffix in FORMS}


def _given(query: PeriodAsked) -> dict[str, str]:
    return {name: str(value) for name, value in query.model_dump().items() if value}


def _zone() -> str:
    own = organization(current_session())
    return own.zone if own else actor().zone


def _of_register(name: str, query: PeriodAsked) -> paper.Report:
    at = clock.now()
    if not actor().can(NEEDS[name]):
        raise NotAllowed(Text("This is not part of your roles. The system manager can change that."))
    today = day_in(_zone(), at)
    since, until = query.since or today - YEAR, query.until or today
    ask = Ask(
        actor=actor(),
        as_of=at,
        standard="",
        since=min(since, until),
        until=max(since, until),
        address=address,
    )
    return REPORTS[name].make(current_session(), ask)


@get(f"/reports/{REGISTERS}", scope=READ, gives=Report, needs=INSIDE, tag=TAG)
def register_report(name: str, query: PeriodAsked) -> object:
    """Certificate, Stage 1 concerns, audit programme, all nonconformities with their actions, log of reminders."""
    return report_told(_of_register(name, query), _files("register_report_file", name=name, **_given(query)))


@get(f"/reports/{REGISTERS}.{SUFFIX}", scope=READ, gives=None, needs=INSIDE, files=MEDIA, tag=TAG)
def register_report_file(name: str, suffix: str, query: PeriodAsked) -> Response:
    """The same as PDF, Word or Excel."""
    return report_as(_of_register(name, query), suffix)


def _dashboard(board: str, query: DashboardAsked) -> paper.Report:
    session, at, chosen = current_session(), clock.now(), Board(board)
    if chosen not in boards_of(actor()):
        raise NotAllowed(
            Text("This dashboard tells of every audit. The system manager can change who reads it.")
        )
    first, last = usual_period(day_in(_zone(), at))
    since, until = query.since or first, query.until or last
    asked, choices = scoped(
        session, chosen, actor=actor(), as_of=at, since=min(since, until), until=max(since, until),
        relationship=query.relationship.upper(),
    )  # fmt: skip
    ids = {ref: str(one) for one, ref, _name in choices}
    language = str(get_locale() or "en")[:2]
    return dashboard_report(
        session, board=chosen, asked=asked, language=language, link=lambda where: rows_address(where, ids)
    )


@get(f"/dashboards/{BOARDS}", scope=READ, gives=Report, needs=INSIDE, tag=TAG)
def dashboard(board: str, query: DashboardAsked) -> object:
    """A dashboard: its numbers, and the figures behind each chart."""
    return report_told(_dashboard(board, query), _files("dashboard_file", board=board, **_given(query)))


@get(f"/dashboards/{BOARDS}.{SUFFIX}", scope=READ, gives=None, needs=INSIDE, files=MEDIA, tag=TAG)
def dashboard_file(board: str, suffix: str, query: DashboardAsked) -> Response:
    """The same as PDF, Word or Excel."""
    return report_as(_dashboard(board, query), suffix)


ROWS = "<any(reminders, answers):name>"


class RowsAsked(DashboardAsked):
    """Which rows. ``step``: of reminders; ``stage`` and ``well``: of answers."""

    step: Line = Field(default="", description="`begun`, `told`, `answered`, `escalated` or `capped`.")
    stage: Stage | None = Field(default=None)
    well: Literal["yes", "no"] | None = Field(default=None, description="Whether it speaks for its stage.")


def _behind(name: str, query: RowsAsked) -> paper.Report:
    first, last = usual_period(day_in(_zone(), clock.now()))
    since, until = query.since or first, query.until or last
    asked = rows_asked(
        min(since, until),
        max(since, until),
        [query.relationship] if query.relationship else [],
        of_everybody=name == "reminders",
    )
    if name == "reminders":
        return reminders_behind(asked, query.step)
    return answers_behind(asked, query.stage or "", query.well or "")


@get(f"/dashboards/{ROWS}", scope=READ, gives=Report, needs=INSIDE, tag=TAG)
def dashboard_rows(name: str, query: RowsAsked) -> object:
    """The rows behind a number: reminders of the funnel, latest answers about relationships; of your own or of all."""
    return report_told(_behind(name, query), _files("dashboard_rows_file", name=name, **_given(query)))


@get(f"/dashboards/{ROWS}.{SUFFIX}", scope=READ, gives=None, needs=INSIDE, files=MEDIA, tag=TAG)
def dashboard_rows_file(name: str, suffix: str, query: RowsAsked) -> Response:
    """The same as PDF, Word or Excel."""
    return report_as(_behind(name, query), suffix)


def _one_page(ref: str) -> paper.Report:
    return one_page_report(current_session(), actor=actor(), as_of=clock.now(), ref=ref, address=address)


@get("/relationships/<ref>/one-page", scope=READ, gives=Report, tag=TAG)
def one_page(ref: str) -> object:
    """A relationship on one page; a partner's contact reads what is shared."""
    return report_told(_one_page(ref), _files("one_page_file", ref=ref))


@get(f"/relationships/<ref>/one-page.{SUFFIX}", scope=READ, gives=None, files=MEDIA, tag=TAG)
def one_page_file(ref: str, suffix: str) -> Response:
    """The same as PDF, Word or Excel."""
    return report_as(_one_page(ref), suffix)


def _review_pack(ref: str) -> paper.Report:
    session = current_session()
    review = review_by_ref(session, actor(), ref)
    parts = parts_of(session, review)
    kept = parts.paper(PaperKind.PACK)
    if kept is not None:
        return frozen(session, kept)
    if review.status is not Status.PLANNED:
        raise NotFound
    return input_pack(session, actor=actor(), as_of=clock.now(), review=review, parts=parts)


def _review_minutes(ref: str) -> paper.Report:
    session = current_session()
    kept = parts_of(session, review_by_ref(session, actor(), ref)).paper(PaperKind.MINUTES)
    if kept is None:
        raise NotFound
    return frozen(session, kept)


PAPERS: Mapping[str, Callable[[str], paper.Report]] = {"pack": _review_pack, "minutes": _review_minutes}
OF_REVIEW = "/management-reviews/<ref>/<any(pack, minutes):name>"


@get(OF_REVIEW, scope=READ, gives=Report, needs=INSIDE, tag=TAG)
def review_paper(ref: str, name: str) -> object:
    """The input pack of a management review, frozen once it was held; or the minutes that were issued last."""
    return report_told(PAPERS[name](ref), _files("review_paper_file", ref=ref, name=name))


@get(f"{OF_REVIEW}.{SUFFIX}", scope=READ, gives=None, needs=INSIDE, files=MEDIA, tag=TAG)
def review_paper_file(ref: str, name: str, suffix: str) -> Response:
    """The same as PDF, Word or Excel."""
    return report_as(PAPERS[name](ref), suffix)
