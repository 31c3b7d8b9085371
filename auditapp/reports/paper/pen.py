"""What reports are written with: one reader's words, days and addresses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from flask import has_request_context

from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal
from auditapp.reports.paper.model import Block, Cell, Chapter, Column, Pair, Row, Table
from auditapp.shell.reader import Reader

Address = Callable[[str, Mapping[str, str]], str]
Headings = Sequence[Text | tuple[Text, str]]
Link = tuple[str, Mapping[str, str]]  # a page: its endpoint, and its values
NOWHERE: Link = ("", {})


def nowhere(_endpoint: str, _values: Mapping[str, str]) -> str:
    """No addresses: for a report that is read without the site."""
    return ""


class Cut(NamedTuple):
    """How many rows a paper shows of how many there are."""

    shown: int
    total: int

    @property
    def note(self) -> Text | str:
        """That it is not all; empty when it is."""
        if self.total <= self.shown:
            return ""
        return Text(
            "The first %(shown)s of %(total)s. Narrow the report down, or open the list itself for the others.",
            shown=self.shown,
            total=self.total,
        )


class Pen:
    """Writes for one reader. ``address`` gives the address of an endpoint with its values."""

    def __init__(self, actor: Principal, address: Address = nowhere) -> None:
        """In the actor's language."""
        self.reader = Reader(locale=actor.locale, zone=actor.zone)
        self.address = address

    def say(self, text: Text | str) -> str:
        """A text in the reader's language, by the request where there is one; what people wrote stays as it is."""
        return str(text) if has_request_context() else self.reader.say(text)

    def text(self, text: Text | str, link: Link = NOWHERE, tone: str = "") -> Cell:
        """A cell of words, perhaps with an address."""
        return Cell(self.say(text), url=self.url(link), tone=tone)

    def day(self, day: date | None, tone: str = "") -> Cell:
        """A cell with a day."""
        return Cell(self.say(day_words(day)) if day else "", tone=tone, value=day)

    def moment(self, at: datetime | None) -> Cell:
        """A cell with the day of a moment, in the reader's zone."""
        return self.day(self.reader.day_of(at) if at else None)

    def number(self, number: float | None, suffix: str = "", link: Link = NOWHERE) -> Cell:
        """A cell with a figure."""
        return Cell("" if number is None else f"{number:g}{suffix}", url=self.url(link), value=number)

    def url(self, link: Link) -> str:
        """The address of a link; empty where there is none."""
        endpoint, values = link
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
        self, title: Text | str, anchor: str, *blocks: Block, level: int = 1, note: Text | str = ""
    ) -> Chapter:
        """A chapter."""
        return Chapter(
            title=self.say(title), blocks=tuple(blocks), anchor=anchor, level=level, note=self.say(note)
        )

    def pair(self, label: Text, value: Text | str, link: Link = NOWHERE, tone: str = "") -> Pair:
        """A fact."""
        return Pair(self.say(label), self.say(value), url=self.url(link), tone=tone)
