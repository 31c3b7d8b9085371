"""A dashboard as a report, and the pages of rows behind its numbers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization, relationship_names
from auditapp.people.rules import Capability, Principal
from auditapp.reports.dashboards import chapters, queries
from auditapp.reports.dashboards.rules import BOARD_LABELS, Board, Part, parts_for
from auditapp.reports.dashboards.standing import Standing, standing_by_stage
from auditapp.reports.figures import queries as figures
from auditapp.reports.figures.chapters import (
    NO_CAUSE,
    NONE_OPEN,
    Links,
    auditors,
    charted,
    coverage_chapter,
    numbers,
    trend_chart,
)
from auditapp.reports.figures.pictures import bars, pareto
from auditapp.reports.figures.rules import Asked, Count, Place, Where, shares
from auditapp.reports.paper.model import Block, Chapter, Pair, Para, Report

Choices = list[tuple[UUID, str, str]]


def scoped(
    session: Session, board: Board, *, actor: Principal, as_of: datetime, since: date, until: date, relationship: str = ""
) -> tuple[Asked, Choices]:  # fmt: skip
    """What a dashboard is asked for by somebody, and the relationships that they can choose from. Three statements.

    A relationship's manager sees their own, and nothing of any other; who may see every audit and answers for none, all.
    """
    own = organization(session)
    asked = Asked(principal=actor, since=since, until=until, at=as_of, zone=own.zone if own else "UTC")
    found: Choices = queries.own_relationships(session, actor) if board is Board.RELATIONSHIP_MANAGER else []
    if not found and actor.can(Capability.VIEW_AUDITS):
        found = relationship_names(session)
    elif board is Board.RELATIONSHIP_MANAGER or not actor.can(Capability.VIEW_AUDITS):
        asked = replace(asked, own=tuple(ref for _id, ref, _name in found), answers_for=True)
    chosen = relationship if relationship in {ref for _id, ref, _name in found} else ""
    return replace(asked, relationship=chosen), found


def dashboard_report(
    session: Session,
    *,
    board: Board,
    asked: Asked,
    language: str = "en",
    link: Callable[[Where], str] = lambda _where: "",
    picture: Callable[[str], str] = lambda _name: "",
) -> Report:
    """A dashboard for the reader of ``asked`` (see :func:`scoped`). Fifty statements at most.

    ``link`` makes an address of the place of rows, ``picture`` one of a chart's name.
    """
    links = Links(to=link, picture=picture)
    own = organization(session)
    shown = parts_for(board, asked.principal)
    made: list[Chapter]
    if asked.refs == ():
        none = Text(
            "You answer for no relationship yet. The relationship’s page names its owner, manager and SER: whoever "
            "keeps it can enter you there."
        )
        made = [
            Chapter(title=str(Text("Relationships")), anchor=Part.RELATIONSHIPS, blocks=(Para(str(none)),))
        ]
    else:
        standing = standing_by_stage(session, asked)
        made = [_part(session, part, asked, links, standing) for part in shown]
    every = Text("Your own") if asked.own is not None else Text("All")
    return Report(
        kind=str(Text("Dashboard")),
        title=str(Text("%(role)s: where things stand", role=BOARD_LABELS[board])),
        ref="-".join(("dashboard", board.value, *([asked.relationship] if asked.relationship else []))),
        organization=own.name if own else "",
        as_of=asked.at,
        language=language,
        facts=(
            Pair(
                str(Text("Period")),
                str(
                    Text("%(since)s to %(until)s", since=day_words(asked.since), until=day_words(asked.until))
                ),
            ),
            Pair(str(Text("Relationships")), asked.relationship or str(every)),
        ),
        chapters=tuple(made),
        confidential=True,
    )


def _part(session: Session, part: Part, asked: Asked, links: Links, standing: Standing) -> Chapter:
    makers: dict[Part, Callable[[], Chapter]] = {
        Part.GLANCE: lambda: _glance(session, asked, links, standing),
        Part.READINESS: lambda: chapters.readiness(standing, asked, links),
        Part.RELATIONSHIPS: lambda: chapters.relationships(
            queries.lines(session, asked, every=asked.refs is not None), asked, links
        ),
        Part.TREND: lambda: _one(
            Text("Raised and closed"), Part.TREND, trend_chart(figures.by_month(session, asked), links)
        ),
        Part.AGEING: lambda: _ageing(session, asked, links),
        Part.CAUSES: lambda: _causes(session, asked, links),
        Part.LADDER: lambda: chapters.ladder(queries.funnel(session, asked), links),
        Part.COVERAGE: lambda: coverage_chapter(figures.coverage_map(session, asked), links),
        Part.AUDITORS: lambda: auditors(
            figures.auditor_load(session, asked), figures.competence_gaps(session, asked), links
        ),
        Part.RECEIPTS: lambda: _receipts(session, asked, links),
    }
    return makers[part]()


def _one(title: Text, part: Part, block: Block) -> Chapter:
    return Chapter(title=str(title), anchor=part, blocks=(block,))


def _glance(session: Session, asked: Asked, links: Links, standing: Standing) -> Chapter:
    repeats, effect = figures.repeats(session, asked), figures.effectiveness(session, asked)
    months = figures.by_month(session, asked)
    closed = Count(
        key="closed",
        label=Text("Closed in the period"),
        count=sum(one.closed.count for one in months),
        rows=asked.rows(Place.NONCONFORMITIES, ("show", "stands"), ("closed", asked.span())),
    )
    raised = replace(repeats.whole, label=Text("Raised in the period"))
    counts = [*queries.open_now(session, asked), *figures.overdue(session, asked), raised, closed]
    return chapters.glance(counts, (repeats, effect), standing, links)


def _ageing(session: Session, asked: Asked, links: Links) -> Chapter:
    ages = figures.by_age(session, asked)
    sentence = Text(
        "%(count)s are open now; %(old)s of them were raised more than %(days)s days ago.",
        count=sum(one.count for one in ages),
        old=sum(one.count for one in ages[3:]),
        days=90,
    )
    table = numbers(Text("Open now, by age"), Text("Age"), ages, links)
    chart = charted(
        Part.AGEING,
        sentence,
        table,
        bars(ages, "light"),
        links,
        rows=len(ages),
        marks=((0, Text("Number")),),
        none=NONE_OPEN,
    )
    return _one(Text("How old what is open is"), Part.AGEING, chart)


def _causes(session: Session, asked: Asked, links: Links) -> Chapter:
    found = figures.by_cause(session, asked)
    title = Text("Root causes")
    if not found:
        return Chapter(title=str(title), anchor=Part.CAUSES, blocks=(Para(str(NO_CAUSE)),))
    together = shares(one.count for one in found)
    few = next(n for n, one in enumerate(together, 1) if one >= 80)  # noqa: PLR2004 - Pareto's
    sentence = Text(
        "%(few)s of %(all)s categories of root causes make four fifths of them.", few=few, all=len(found)
    )
    table = numbers(title, Text("Category"), found, links, more=(Text("Together, in percent"), together))
    chart = charted(
        Part.CAUSES, sentence, table, pareto(found, "light"), links, rows=len(found),
        marks=((0, Text("Share")), (1, Text("Together with those above"))), none=NO_CAUSE,
    )  # fmt: skip
    return _one(title, Part.CAUSES, chart)


def _receipts(session: Session, asked: Asked, links: Links) -> Chapter:
    table = numbers(Text("What was told"), Text("Notices"), figures.receipts(session, asked), links)
    return Chapter(title=str(Text("What was told")), anchor=Part.RECEIPTS, blocks=(table,))
