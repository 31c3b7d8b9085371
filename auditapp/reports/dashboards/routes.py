"""Dashboards: the pages, their files, their charts, and the rows behind their numbers. The filters are the address."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.clock import day_in
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization, relationship_names
from auditapp.people.rules import Capability
from auditapp.reports.dashboards import queries
from auditapp.reports.dashboards.chapters import answers_table, reminders_table
from auditapp.reports.dashboards.pictures import DRAWN
from auditapp.reports.dashboards.report import Choices, dashboard_report, scoped
from auditapp.reports.dashboards.rules import (
    BOARD_LABELS,
    MOST_ROWS,
    Board,
    boards_of,
    own_board,
    parts_for,
)
from auditapp.reports.figures.routes import address, filters, period_here, relationship_here
from auditapp.reports.figures.rules import Asked
from auditapp.reports.made.offering import offered
from auditapp.reports.made.weights import figures
from auditapp.reports.paper.model import Chapter, Report, Table
from auditapp.reports.paper.serving import FILES, answer
from auditapp.shell.charts import served, wanted_theme

bp = Blueprint("dashboards", __name__, template_folder="templates", url_prefix="/reports/dashboards")
KEPT = ("since", "until", "relationship")
BOARDS = "<any({}):role>".format(",".join(f'"{one}"' for one in Board))


@bp.get("/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> ResponseReturnValue:
    """On to the reader's own."""
    kept: dict[str, Any] = {key: request.args[key] for key in KEPT if key in request.args}
    return redirect(url_for(".show", role=own_board(actor()).value, **kept))


@bp.get(f"/{BOARDS}")
@bp.get(f"/{BOARDS}.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
@offered(Text("Dashboard"), figures)
def show(role: str, suffix: str = "") -> Response:
    """A dashboard as page, PDF, Word or Excel."""
    board, session = _board(role), current_session()
    asked, choices = _asked(board)
    ids = {ref: str(one) for one, ref, _name in choices}
    report = dashboard_report(
        session,
        board=board,
        asked=asked,
        language=str(get_locale() or "en")[:2],
        link=lambda where: address(where, ids),
        picture=lambda name: url_for(".picture", role=role, name=name, **filters(asked)),
    )
    tabs = [
        {
            "label": BOARD_LABELS[one],
            "url": url_for(".show", role=one.value, **filters(asked)),
            "current": one is board,
        }
        for one in sorted(boards_of(actor()), key=list(Board).index)
    ]
    return answer(
        report, suffix, template="dashboards/show.html", asked=asked, relationships=choices, board=board, tabs=tabs,
        back=(_("Reports"), url_for("readiness.index")) if asked.principal.can(Capability.VIEW_AUDITS) else None,
    )  # fmt: skip


@bp.get(f"/{BOARDS}/<name>.svg")
@guard(Capability.VIEW_ORGANIZATION)
def picture(role: str, name: str) -> Response:
    """One chart; it reads only the figures that it shows."""
    board = _board(role)
    if name not in DRAWN:
        raise NotFound
    if name not in parts_for(board, actor()):
        raise NotAllowed(Text("Reminders of all are read by those who may read the history of all."))
    asked, _choices = _asked(board)
    return served(DRAWN[name](current_session(), asked, wanted_theme()))


@bp.get("/reminders")
@bp.get(f"/reminders.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
def reminders(suffix: str = "") -> Response:
    """The reminders behind a number of the funnel."""
    asked = _rows_asked(of_everybody=True)
    return _rows(asked, reminders_behind(asked, request.args.get("step", "")), suffix)


def reminders_behind(asked: Asked, step: str) -> Report:
    """The reminders behind a number of the funnel, as a report."""
    steps = {key: label for key, label, _condition in queries.FUNNEL}
    step = step if step in steps else "begun"
    found = queries.reminded(current_session(), asked, step)
    urls = {str(one.id): url_for("reminders.show", run_id=one.id) for one in found}
    return _behind(asked, Text("Reminders: %(step)s", step=steps[step]), reminders_table(found, urls))


@bp.get("/answers")
@bp.get(f"/answers.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
def answers(suffix: str = "") -> Response:
    """The latest answers behind a number of the radar."""
    asked = _rows_asked(of_everybody=False)
    given = request.args
    return _rows(asked, answers_behind(asked, given.get("stage", ""), given.get("well", "")), suffix)


def answers_behind(asked: Asked, stage_name: str, well: str) -> Report:
    """The latest answers behind a number of the radar, as a report; ``well``: yes, no, or empty for both."""
    session, stage = current_session(), queries.is_of(stage_name)
    every = [
        one
        for one in queries.answers_of(session, asked)
        if (stage is None or one.stage == stage)
        and (well not in {"yes", "no"} or queries.stands_well(one) == (well == "yes"))
    ]
    found = every[:MOST_ROWS]
    names = {str(one): f"{ref} {name}" for one, ref, name in relationship_names(session)}
    urls = {one.audit: url_for("plan.show", ref=one.audit) for one in found}
    return _behind(asked, Text("Latest answers about relationships"), answers_table(found, names, urls))


def _rows(asked: Asked, report: Report, suffix: str) -> Response:
    return answer(report, suffix, back=(_("Dashboard"), url_for(".index", **filters(asked))))


def _behind(asked: Asked, title: Text, table: Table) -> Report:
    own = organization(current_session())
    note = Text("%(count)s rows.", count=len(table.rows))
    if len(table.rows) == MOST_ROWS:
        note = Text(
            "The first %(count)s. Narrow the days or the relationship to see the others.", count=MOST_ROWS
        )
    return Report(
        kind=str(Text("Behind a number")),
        title=str(title),
        ref="rows",
        organization=own.name if own else "",
        as_of=asked.at,
        language=str(get_locale() or "en")[:2],
        chapters=(Chapter(title=str(title), blocks=(table,), anchor="rows", note=str(note)),),
        confidential=True,
    )


def _board(role: str) -> Board:
    board = Board(role)
    if board not in boards_of(actor()):
        raise NotAllowed(
            Text("This dashboard tells of every audit. It is for those who may see them all; the system manager can change that.")
        )  # fmt: skip
    return board


def _asked(board: Board) -> tuple[Asked, Choices]:
    who, at, session = actor(), clock.now(), current_session()
    own = organization(session)
    since, until = period_here(day_in(own.zone if own else who.zone, at))
    return scoped(
        session, board, actor=who, as_of=at, since=since, until=until, relationship=relationship_here()
    )


def _rows_asked(*, of_everybody: bool) -> Asked:
    """As the address says."""
    who, own = actor(), organization(current_session())
    since, until = period_here(day_in(own.zone if own else who.zone, clock.now()))
    return rows_asked(since, until, request.args.getlist("relationship"), of_everybody=of_everybody)


def rows_asked(since: date, until: date, relationships: Iterable[str], *, of_everybody: bool) -> Asked:
    """The rows of all for those who may see them, else of the reader's own relationships; narrowed to some of them."""
    who, at, session = actor(), clock.now(), current_session()
    own = organization(session)
    all_of_it = who.can(Capability.VIEW_TRAIL) if of_everybody else who.can(Capability.VIEW_AUDITS)
    mine = queries.own_relationships(session, who)
    known = {ref for _id, ref, _name in (relationship_names(session) if all_of_it else mine)}
    wanted = {one[:20].upper() for one in relationships} & known
    without_place = (
        of_everybody and all_of_it
    )  # reminders of the management system too; an answer is about a relationship
    refs = tuple(sorted(wanted)) if wanted else None if without_place else tuple(sorted(known))
    return Asked(
        principal=who, since=since, until=until, at=at, zone=own.zone if own else who.zone, own=refs,
        relationship=refs[0] if refs is not None and len(refs) == 1 else "",
    )  # fmt: skip
