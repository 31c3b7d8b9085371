"""What all these reports are written with: one reader's words, days and addresses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from flask import has_request_context

from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal
from auditapp.relationships.rules import PHASE_LABELS, STAGE_LABELS
from auditapp.reports.paper.model import Cell, Chapter, Column, Pair, Para, Report, Row, Table
from auditapp.reports.readiness.queries.picture import Picture, may_judge
from auditapp.reports.readiness.rules import (
    LEVEL_LABELS,
    LEVEL_TONES,
    STATE_LABELS,
    STATE_TONES,
    Judged,
    State,
    Tally,
    by_phase,
    by_stage,
    overall,
)
from auditapp.reports.readiness.rules.clause import Link
from auditapp.shell.reader import Reader

Address = Callable[[str, Mapping[str, str]], str]
Headings = Sequence[Text | tuple[Text, str]]


def nowhere(_endpoint: str, _values: Mapping[str, str]) -> str:
    """No addresses: for a report that is read without the site."""
    return ""


class Pen:
    """Writes for one reader. ``address`` gives the address of an endpoint with its values."""

    def __init__(self, actor: Principal, address: Address = nowhere) -> None:
        """In the actor's language."""
        self.reader = Reader(locale=actor.locale, zone=actor.zone)
        self.address = address
        self.standard = ""
        self.judges = may_judge(actor)

    def about(self, seen: Picture) -> Picture:
        """From now on the pages of readiness that are linked are those of this standard."""
        self.standard = seen.library.id
        return seen

    def say(self, text: Text | str) -> str:
        """A text in the reader's language, by the request where there is one; what people wrote stays as it is."""
        return str(text) if has_request_context() else self.reader.say(text)

    def text(self, text: Text | str, link: Link = ("", {}), tone: str = "") -> Cell:
        """A cell of words, perhaps with an address."""
        return Cell(self.say(text), url=self.url(link), tone=tone)

    def day(self, day: date | None, tone: str = "") -> Cell:
        """A cell with a day."""
        return Cell(self.say(day_words(day)) if day else "", tone=tone, value=day)

    def number(self, number: int | None, suffix: str = "") -> Cell:
        """A cell with a figure."""
        return Cell("" if number is None else f"{number}{suffix}", value=number)

    def state(self, state: State) -> Cell:
        """A cell with the state of a clause."""
        return Cell(self.say(STATE_LABELS[state]), tone=STATE_TONES[state])

    def url(self, link: Link) -> str:
        """The address of a link; empty where there is none."""
        endpoint, values = link
        if endpoint == "readiness.gap_entry" and not self.judges:
            return ""
        if endpoint.startswith("readiness.") and self.standard:
            values = {"standard": self.standard, **values}
        return self.address(endpoint, values) if endpoint else ""

    def columns(self, *labels: Text | tuple[Text, str]) -> tuple[Column, ...]:
        """Columns by their labels; with ``number``, ``date``, ``state`` or ``wide`` beside one."""
        found = []
        for one in labels:
            label, kind = one if isinstance(one, tuple) else (one, "text")
            wide = kind == "wide"
            found.append(Column(self.say(label), "text" if wide else kind, wide=wide))  # type: ignore[arg-type]
        return tuple(found)

    def table(self, caption: Text, columns: Headings, rows: Iterable[Row], empty: Text) -> Table:
        """A table."""
        return Table(
            caption=self.say(caption),
            columns=self.columns(*columns),
            rows=tuple(rows),
            empty=self.say(empty),
        )

    def chapter(
        self, title: Text | str, anchor: str, *blocks: Table | Para, level: int = 1, note: Text | str = ""
    ) -> Chapter:
        """A chapter."""
        return Chapter(
            title=self.say(title), blocks=tuple(blocks), anchor=anchor, level=level, note=self.say(note)
        )

    def pair(self, label: Text, value: Text | str, link: Link = ("", {}), tone: str = "") -> Pair:
        """A fact."""
        return Pair(self.say(label), self.say(value), url=self.url(link), tone=tone)

    def report(
        self, seen: Picture, *, kind: str, title: Text, as_of: datetime, facts: Sequence[Pair],
        chapters: Sequence[Chapter],
    ) -> Report:  # fmt: skip
        """The whole report about one standard."""
        return Report(
            kind=self.say(Text("Certification")), title=self.say(Text("%(title)s: %(standard)s", title=title, standard=seen.standard)),
            ref=f"{kind}-{seen.library.id}", organization=seen.shelf.organization, as_of=as_of,
            language=self.reader.language, facts=(self.standing(seen), *facts), chapters=tuple(chapters),
            confidential=True,
        )  # fmt: skip

    def standing(self, seen: Picture) -> Pair:
        """The answer in a word."""
        answer = overall(seen.judged, seen.whole, seen.today)
        return self.pair(
            Text("Readiness"),
            LEVEL_LABELS[answer.level],
            ("readiness.show", {"standard": seen.library.id}),
            LEVEL_TONES[answer.level],
        )


STATES = (State.CONFORM, State.ARRANGED, State.PARTIAL, State.NOT, State.NOT_ASSESSED, State.NOT_APPLICABLE)


def tallies_table(pen: Pen, judged: Sequence[Judged]) -> Table:
    """Phases and stages with how many of their clauses stand how."""
    rows = [_tally_row(pen, STAGE_LABELS[stage], tally) for stage, tally in by_stage(judged).items()]
    rows += [
        _tally_row(pen, Text("Phase: %(phase)s", phase=PHASE_LABELS[phase]), tally)
        for phase, tally in by_phase(judged).items()
    ]
    columns: Headings = [
        Text("Stage"),
        (Text("Ready"), "number"),
        *((STATE_LABELS[one], "number") for one in STATES),
    ]
    return pen.table(Text("By stage and phase"), columns, rows, Text("No clause is asked about."))


def _tally_row(pen: Pen, label: Text, tally: Tally) -> Row:
    percent = tally.percent
    return Row(
        cells=(pen.text(label), pen.number(percent, " %"), *(pen.number(tally.of(one)) for one in STATES))
    )
