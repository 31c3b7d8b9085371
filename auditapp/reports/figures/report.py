"""Registers and trends as a report: the figures of a period, each number with the address of its rows."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.reports.figures import queries
from auditapp.reports.figures.chapters import (
    NO_CAUSE,
    NO_REMINDER,
    NONE_OPEN,
    Links,
    auditors,
    charted,
    coverage_chapter,
    numbers,
    ratio,
    spread_table,
    trend_chart,
)
from auditapp.reports.figures.pictures import bars, pareto
from auditapp.reports.figures.rules import Asked, Count, Place, Share, Where, shares
from auditapp.reports.paper.model import Chapter, Facts, Pair, Para, Report


def trends_report(
    session: Session,
    *,
    actor: Principal,
    as_of: datetime,
    since: date,
    until: date,
    relationship: str = "",
    checklist: str = "",
    language: str = "en",
    link: Callable[[Where], str] = lambda _where: "",
    picture: Callable[[str], str] = lambda _name: "",
) -> Report:
    """The figures of a period, for the organization or one relationship (by its number). Some thirty statements.

    ``link`` makes an address of the place of rows, ``picture`` one of a chart's name. What the reader may not see is not
    in it: auditors without VIEW_AUDITS, reminders without VIEW_TRAIL for the whole organization.
    """
    own = organization(session)
    asked = Asked(
        principal=actor,
        since=since,
        until=until,
        at=as_of,
        zone=own.zone if own else "UTC",
        relationship=relationship,
    )
    links = Links(to=link, picture=picture)
    repeats, effect = queries.repeats(session, asked), queries.effectiveness(session, asked)
    chapters = [
        _overview(session, asked, links, (repeats, effect)),
        _what(session, asked, links),
        _how_long(session, asked, links),
        _better(links, repeats, effect),
        coverage_chapter(queries.coverage_map(session, asked, checklist=checklist), links),
    ]
    if actor.can(Capability.VIEW_AUDITS):
        chapters.append(
            auditors(queries.auditor_load(session, asked), queries.competence_gaps(session, asked), links)
        )
    if actor.can(Capability.VIEW_TRAIL):
        chapters.append(_reminders(session, asked, links))
    return Report(
        kind=str(Text("Registers and trends")),
        title=str(
            Text(
                "Nonconformities from %(since)s to %(until)s", since=day_words(since), until=day_words(until)
            )
        ),
        ref=f"trends-{relationship}" if relationship else "trends",
        organization=own.name if own else "",
        as_of=as_of,
        language=language,
        facts=(
            Pair(
                str(Text("Period")),
                str(Text("%(since)s to %(until)s", since=day_words(since), until=day_words(until))),
            ),
            Pair(str(Text("Relationship")), relationship or str(Text("All"))),
            Pair(
                str(Text("What is counted")),
                str(Text("Nonconformities that were issued and not withdrawn, as far as you may see them")),
            ),
        ),
        chapters=tuple(chapters),
    )


def _overview(session: Session, asked: Asked, links: Links, lasting: tuple[Share, Share]) -> Chapter:
    repeats, effect = lasting
    late = queries.overdue(session, asked)
    months = queries.by_month(session, asked)
    closed = Count(
        key="closed",
        label=Text("Closed"),
        count=sum(one.closed.count for one in months),
        rows=asked.rows(Place.NONCONFORMITIES, ("show", "stands"), ("closed", asked.span())),
    )
    return Chapter(
        title=str(Text("At a glance")),
        anchor="glance",
        blocks=(
            Facts(
                (
                    links.pair(repeats.whole),
                    links.pair(closed),
                    *(links.pair(one, tone="overdue" if one.count else "") for one in late),
                    Pair(str(repeats.part.label), ratio(repeats), links.address(repeats.part)),
                    Pair(str(Text("Effective when checked")), ratio(effect), links.address(effect.whole)),
                )
            ),
            trend_chart(months, links),
        ),
    )


def _what(session: Session, asked: Asked, links: Links) -> Chapter:
    causes = queries.by_cause(session, asked)
    few = next((n for n, one in enumerate(shares(c.count for c in causes), 1) if one >= 80), 0)  # noqa: PLR2004 - Pareto's
    sentence = Text(
        "%(few)s of %(all)s categories of root causes make four fifths of them.", few=few, all=len(causes)
    )
    together = shares(one.count for one in causes)
    return Chapter(
        title=str(Text("What was found")),
        anchor="found",
        blocks=(
            numbers(Text("By grade"), Text("Grade"), queries.by_grade(session, asked), links),
            numbers(Text("By stage"), Text("Stage"), queries.by_stage(session, asked), links),
            numbers(
                Text("By relationship"), Text("Relationship"), queries.by_relationship(session, asked), links
            ),
            numbers(Text("By requirement"), Text("Requirement"), queries.by_clause(session, asked), links),
            charted(
                "causes",
                sentence,
                numbers(
                    Text("Root causes"), Text("Category"), causes, links,
                    more=(Text("Together, in percent"), together),
                ),
                pareto(causes, "light"),
                links,
                rows=len(causes),
                marks=((0, Text("Share")), (1, Text("Together with those above"))),
                none=NO_CAUSE,
            ),
        ),
    )  # fmt: skip


def _how_long(session: Session, asked: Asked, links: Links) -> Chapter:
    ages = queries.by_age(session, asked)
    return Chapter(
        title=str(Text("How long it takes")),
        anchor="time",
        blocks=(
            spread_table(queries.spreads(session, asked), links),
            charted(
                "ageing",
                Text(
                    "%(count)s are open now; %(old)s of them were raised more than %(days)s days ago.",
                    count=sum(one.count for one in ages),
                    old=sum(one.count for one in ages[3:]),
                    days=90,
                ),
                numbers(Text("Open now, by age"), Text("Age"), ages, links),
                bars(ages, "light"),
                links,
                rows=len(ages),
                marks=((0, Text("Number")),),
                none=NONE_OPEN,
            ),
            numbers(Text("Extensions asked for"), Text("Outcome"), queries.extensions(session, asked), links),
        ),
    )


def _better(links: Links, repeats: Share, effect: Share) -> Chapter:
    return Chapter(
        title=str(Text("Whether it lasts")),
        anchor="lasting",
        blocks=(
            numbers(Text("Repeats"), Text("What"), [repeats.whole, repeats.part], links),
            numbers(Text("Effectiveness checks"), Text("What"), [effect.whole, effect.part], links),
            Para(
                str(
                    Text(
                        "A check counts on the day it was made, also when the nonconformity was reopened since."
                    )
                )
            ),
        ),
    )


def _reminders(session: Session, asked: Asked, links: Links) -> Chapter:
    steps: Any = queries.ladder(session, asked)
    begun, told = steps[0].count, steps[1].count
    climbed = max((one.count for one in steps[2:-1]), default=0)
    return Chapter(
        title=str(Text("Reminders")),
        anchor="reminders",
        blocks=(
            numbers(Text("What was told"), Text("Notices"), queries.receipts(session, asked), links),
            charted(
                "ladder",
                Text(
                    "%(begun)s reminders began; somebody was told about %(told)s, and %(climbed)s had to go further up.",
                    begun=begun,
                    told=told,
                    climbed=climbed,
                ),
                numbers(Text("How far reminders climbed"), Text("Step"), steps, links),
                bars(steps, "light"),
                links,
                rows=len(steps),
                marks=((0, Text("Number")),),
                none=NO_REMINDER,
            ),
        ),
    )
