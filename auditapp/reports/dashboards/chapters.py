"""The parts of a dashboard that no other report has: the glance, readiness, relationships, the funnel, the rows behind."""

from collections.abc import Sequence

from auditapp.audits.execution.rules import RESULT_LABELS
from auditapp.kit.text import Text, day_words
from auditapp.relationships.rules import STAGE_LABELS
from auditapp.reminders.ladder.rules import STATE_LABELS
from auditapp.reminders.rules import LEVEL_LABELS
from auditapp.reports.dashboards.pictures import web
from auditapp.reports.dashboards.queries import Reminded, stands_well
from auditapp.reports.dashboards.rules import MOST_LINES, MOST_OWN, Line, Part, Spoke, weakest
from auditapp.reports.dashboards.standing import Standing
from auditapp.reports.figures.chapters import NO_REMINDER, Links, charted, numbers
from auditapp.reports.figures.pictures import bars
from auditapp.reports.figures.rules import Asked, Count, Place, Share, Where
from auditapp.reports.paper.model import (
    Cell,
    Chapter,
    Chart,
    ChartSpec,
    Column,
    Facts,
    Pair,
    Para,
    Row,
    Table,
)
from auditapp.reports.readiness.queries.answers import Latest
from auditapp.reports.readiness.rules import LEVEL_LABELS as READY_LABELS
from auditapp.reports.readiness.rules import LEVEL_TONES, State, overall
from auditapp.shell.radar import HIGH, WIDE

GOOD = (State.CONFORM, State.ARRANGED)
LOOKED = (*GOOD, State.PARTIAL, State.NOT)
LATE = ("nonconformities", "actions")  # the keys of what is overdue
ALL = (*LOOKED, State.NOT_ASSESSED)


def glance(counts: Sequence[Count], shares: Sequence[Share], standing: Standing, links: Links) -> Chapter:
    """The few numbers."""
    pairs = [links.pair(one, tone="overdue" if one.count and one.key in LATE else "") for one in counts]
    pairs += [_share(one, links) for one in shares]
    if standing.seen is not None:
        seen = standing.seen
        answer = overall(seen.judged, seen.whole, seen.today)
        label = Text(
            "clauses of %(standard)s are ready: %(level)s",
            standard=seen.standard, level=READY_LABELS[answer.level],
        )  # fmt: skip
        value = Text("%(ready)s of %(all)s", ready=answer.tally.ready, all=answer.tally.applicable)
        where = Where(place=Place.CLAUSES, pairs=(("standard", seen.library.id),))
        pairs.insert(0, Pair(str(label), str(value), links.to(where), LEVEL_TONES[answer.level]))
    return Chapter(title=str(Text("At a glance")), anchor=Part.GLANCE, blocks=(Facts(tuple(pairs)),))


def _share(one: Share, links: Links) -> Pair:
    label = Text(
        "%(what)s: %(part)s of %(whole)s", what=one.part.label, part=one.part.count, whole=one.whole.count
    )
    return Pair(
        str(label),
        "–" if one.percent is None else f"{one.percent:g} %",
        links.address(one.whole if one.part.rows == one.whole.rows else one.part),
    )


def readiness(found: Standing, asked: Asked, links: Links) -> Chapter:
    """The radar with its table."""
    title, anchor = str(Text("Readiness by stage")), Part.READINESS
    if not found.known:
        none = (
            Text("No question about these relationships was answered in an issued audit. Plan an audit of them.")
            if found.seen is None and asked.refs is not None
            else Text("Nobody has looked at a clause yet. Begin with the gap analysis, or issue the report of an audit.")
        )  # fmt: skip
        return Chapter(title=title, anchor=anchor, blocks=(Para(str(none)),))
    spokes = found.spokes
    good, whole, low = sum(one.good for one in spokes), sum(one.whole for one in spokes), weakest(spokes)
    values = {
        "good": good, "all": whole, "stage": STAGE_LABELS[low.stage] if low else "", "percent": low.ready if low else 0,
    }  # fmt: skip
    sentence = (
        Text("%(good)s of %(all)s clauses of the eight stages are ready. The weakest stage is %(stage)s with %(percent)s %%.", **values)
        if found.seen
        else Text("%(good)s of the %(all)s latest answers stand well. The weakest stage is %(stage)s with %(percent)s %%.", **values)
    )  # fmt: skip
    marks = [(0, str(Text("Ready") if found.seen else Text("Stands well")))]
    if found.unseen_too:
        marks.append((1, str(Text("Looked at"))))
    spec = ChartSpec(
        sentence=str(sentence),
        alt=str(Text("Chart: %(sentence)s", sentence=sentence)),
        table=_stages(found, asked, links),
        picture=web(found, "light"),
        url=links.picture(Part.READINESS),
        marks=tuple(marks),
        size=(WIDE, HIGH),
    )
    note = (
        ""
        if found.seen
        else str(Text("From the latest answers of three years about these relationships, by their stage."))
    )
    return Chapter(title=title, anchor=anchor, blocks=(Chart(spec),), note=note)


def _stages(found: Standing, asked: Asked, links: Links) -> Table:
    clauses = found.seen is not None
    columns = [
        Column(str(Text("Stage"))),
        Column(str(Text("Ready") if clauses else Text("Stands well")), "number"),
        *([Column(str(Text("Looked at")), "number")] if clauses else []),
        Column(str(Text("Clauses that apply") if clauses else Text("Answers")), "number"),
        Column(str(Text("Ready, in percent") if clauses else Text("In percent")), "number"),
    ]
    rows = []
    for one in found.spokes:
        numbers_of = [(one.good, GOOD, "yes"), (one.looked, LOOKED, ""), (one.whole, ALL, "")]
        if not clauses:
            del numbers_of[1]
        rows.append(
            Row(
                (
                    Cell(str(STAGE_LABELS[one.stage])),
                    *(
                        _leads(count, _behind(found, asked, one, states, well), links)
                        for count, states, well in numbers_of
                    ),
                    Cell("" if one.ready is None else f"{one.ready} %", value=one.ready),
                )
            )
        )
    return Table(caption=str(Text("Readiness by stage")), columns=tuple(columns), rows=tuple(rows))


def _behind(found: Standing, asked: Asked, one: Spoke, states: Sequence[State], well: str) -> Where:
    stage = ("stage", one.stage.value)
    if found.seen is None:
        return asked.rows(Place.ANSWERS, stage, *((("well", well),) if well else ()))
    picked = tuple(("state", state.value) for state in states)
    return Where(place=Place.CLAUSES, pairs=(("standard", found.seen.library.id), stage, *picked))


def _leads(count: int, where: Where, links: Links) -> Cell:
    return Cell(str(count), url=links.to(where) if count else "", value=count)


def relationships(found: Sequence[Line], asked: Asked, links: Links) -> Chapter:
    """Each relationship with what is open in it."""
    title = str(Text("Relationships"))
    rows = []
    for one in found:
        own = asked.of(one.ref)
        both = (("show", "open"), ("show", "stands"))
        rows.append(
            Row(
                (
                    Cell(f"{one.ref} {one.name}", url=links.to(Where(place=Place.RELATIONSHIP, ref=one.ref))),
                    Cell(str(STAGE_LABELS[one.stage])),
                    _leads(one.open, own.rows(Place.NONCONFORMITIES, *both), links),
                    _leads(one.major, own.rows(Place.NONCONFORMITIES, *both, ("grade", "major")), links),
                    _leads(
                        one.overdue, own.rows(Place.NONCONFORMITIES, ("show", "overdue"), ("show", "stands")), links
                    ),
                )
            )
        )  # fmt: skip
    table = Table(
        caption=title,
        columns=(
            Column(str(Text("Relationship")), wide=True),
            Column(str(Text("Stage"))),
            Column(str(Text("Open")), "number"),
            Column(str(Text("Major")), "number"),
            Column(str(Text("Overdue")), "number"),
        ),
        rows=tuple(rows),
        empty=str(Text("No nonconformity of a relationship is open.")),
    )
    note = str(Text("Nonconformities that are open now, the most overdue first."))
    if len(rows) in {MOST_LINES, MOST_OWN}:
        note = str(
            Text("Nonconformities that are open now, the most overdue first: the first %(count)s relationships.", count=len(rows))
        )  # fmt: skip
    return Chapter(title=title, anchor=Part.RELATIONSHIPS, blocks=(table,), note=note)


def ladder(steps: Sequence[Count], links: Links) -> Chapter:
    """The funnel of reminders with its table."""
    count = {one.key: one.count for one in steps}
    title = str(Text("Reminders"))
    if not count["begun"]:
        return Chapter(title=title, anchor=Part.LADDER, blocks=(Para(str(NO_REMINDER)),))
    sentence = Text(
        "Of %(begun)s reminders, somebody was told about %(told)s; %(answered)s were answered and %(escalated)s went further up.",
        **{key: count[key] for key in ("begun", "told", "answered", "escalated")},
    )
    return Chapter(
        title=title,
        anchor=Part.LADDER,
        blocks=(
            charted(
                Part.LADDER,
                sentence,
                numbers(Text("What became of reminders"), Text("Step"), steps, links),
                bars(steps, "light"),
                links,
                rows=len(steps),
                marks=((0, Text("Reminders")),),
                none=NO_REMINDER,
            ),
        ),
    )


def reminders_table(found: Sequence[Reminded], address: dict[str, str]) -> Table:
    """The reminders behind a number; ``address``: of each by its id."""
    return Table(
        caption=str(Text("Reminders")),
        columns=(
            Column(str(Text("About")), wide=True),
            Column(str(Text("Relationship"))),
            Column(str(Text("Begun")), "date"),
            Column(str(Text("State"))),
            Column(str(Text("Level"))),
        ),
        rows=tuple(
            Row(
                (
                    Cell(f"{one.ref} {one.title}", url=address.get(str(one.id), "")),
                    Cell(one.relationship),
                    Cell(str(day_words(one.started_at.date())), value=one.started_at.date()),
                    Cell(str(STATE_LABELS[one.state])),
                    Cell(str(LEVEL_LABELS[one.level])),
                )
            )
            for one in found
        ),
        empty=str(Text("There is none in this period.")),
    )


def answers_table(found: Sequence[Latest], names: dict[str, str], audit: dict[str, str]) -> Table:
    """The answers behind a number. ``names``: of relationships by their id; ``audit``: addresses by number."""
    return Table(
        caption=str(Text("Latest answers")),
        columns=(
            Column(str(Text("Question"))),
            Column(str(Text("Relationship")), wide=True),
            Column(str(Text("Stage"))),
            Column(str(Text("Answer")), "state"),
            Column(str(Text("Audit"))),
            Column(str(Text("Report issued")), "date"),
        ),
        rows=tuple(
            Row(
                (
                    Cell(one.key.partition(":")[2] or one.key),
                    Cell(names.get(str(one.relationship_id), "")),
                    Cell(str(STAGE_LABELS.get(one.stage, one.stage))),  # type: ignore[call-overload]
                    Cell(str(RESULT_LABELS[one.result]), tone="done" if stands_well(one) else "overdue"),
                    Cell(one.audit, url=audit.get(one.audit, "")),
                    Cell(str(day_words(one.on)), value=one.on),
                )
            )
            for one in found
        ),
        empty=str(Text("There is none in this period.")),
    )
