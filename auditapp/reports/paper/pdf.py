"""A report as PDF/A-2a and PDF/UA-1, with bookmarks; through typst."""

import re
import tempfile
from dataclasses import replace
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

from auditapp.kit.text import Text
from auditapp.reports.glyphs import BREAK, clean
from auditapp.reports.paper.layout import chart_width, is_tall, levels, parts, rows_shown, shares, turned
from auditapp.reports.paper.model import (
    Block,
    Bullets,
    Chapter,
    Chart,
    Facts,
    Pair,
    Para,
    Report,
    Row,
    Table,
    address,
    padded,
    tables_of,
)
from auditapp.reports.paper.pictures import MARKS, can_be_drawn, flat, marks_of
from auditapp.reports.typesetting import STYLE, typeset

TONES = frozenset({"on_track", "attention", "overdue", "done", "quiet"})
CONTENTS_FROM = 4
"""Chapters: a shorter report begins at once, without contents."""
LONGEST_CELL_KEPT = 300
"""Characters: a row with a longer cell may be broken between two pages."""
LONGEST_RUNNING = 90
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?:[-_].*)?")


def render(report: Report, sheet: Path | None = None) -> bytes:
    """The report as PDF/A-2a and PDF/UA-1; the same report always gives the same bytes. ``sheet``: another layout of the same values."""
    with tempfile.TemporaryDirectory(prefix="auditapp-report-") as folder:
        root = Path(folder)
        (root / "report.typ").write_bytes(_template())
        (root / "style.typ").write_bytes(STYLE.read_bytes())
        (root / MARKS.name).write_bytes(MARKS.read_bytes())
        if sheet is not None:
            (root / "sheet.typ").write_bytes(sheet.read_bytes())
        data = _View(report, root).data()
        return typeset(
            root, "sheet.typ" if sheet is not None else "report.typ", data, int(report.as_of.timestamp())
        )


class _View:
    """The report as plain values for the template; pictures of charts are put down in ``root``."""

    def __init__(self, report: Report, root: Path) -> None:
        self.report, self.root = report, root
        self.pictures = 0
        self.shown = rows_shown(report)
        self.places: dict[str, str] = {}
        self.used: set[str] = set()
        for number, chapter in enumerate(report.chapters):
            if chapter.anchor:
                self.places.setdefault(chapter.anchor, f"chapter-{number}")
            for block in chapter.blocks:
                for row in self.rows(block) if isinstance(block, Table) and block.columns else ():
                    if row.anchor:
                        self.places.setdefault(row.anchor, f"row-{len(self.places)}")

    def rows(self, table: Table) -> tuple[Row, ...]:
        """Those that are printed."""
        return table.rows[: self.shown.get(id(table))]

    def left_out(self) -> list[str]:
        """Which tables are not printed whole."""
        return [
            clean(
                str(
                    Text(
                        "%(table)s: the first %(shown)s of %(count)s rows are printed here.",
                        table=table.caption or chapter.title,
                        shown=f"{self.shown[id(table)]:,}",
                        count=f"{len(table.rows):,}",
                    )
                )
            )
            for chapter in self.report.chapters
            for table in tables_of(chapter)
            if id(table) in self.shown
        ]

    def data(self) -> dict[str, Any]:
        report = self.report
        found = _LANGUAGE.fullmatch(report.language)
        at = report.as_of.astimezone(UTC)
        apart = len(report.chapters) >= CONTENTS_FROM
        title = _line(report.title)
        running = title if len(title) <= LONGEST_RUNNING else f"{title[: LONGEST_RUNNING - 1].rstrip()}…"
        return {
            "document_title": " · ".join(each for each in (_line(report.number), title) if each)
            or _line(report.kind)
            or str(Text("Report")),
            "organization": clean(report.organization),
            "kind": clean(report.kind),
            "title": clean(report.title),
            "ref": clean(report.number),
            "running": clean(running),
            "stamp": report.stamp,
            "classification": report.classification,
            "language": found[1] if found else "en",
            "region": found[2].upper() if found and found[2] else None,
            "date": {
                "year": at.year,
                "month": at.month,
                "day": at.day,
                "hour": at.hour,
                "minute": at.minute,
                "second": at.second,
            },
            "facts": self.pairs(report.facts),
            "contents": apart,
            "cut": self.left_out(),
            "chapters": [
                self.chapter(number, each, level, lies=lies)
                for number, (each, level, lies) in enumerate(
                    zip(report.chapters, levels(report), turned(report, apart=apart), strict=True)
                )
            ],
            "fingerprint": report.fingerprint(),
            "labels": {
                "page_of": str(Text("Page %(page)s of %(pages)s", page="%(page)s", pages="%(pages)s")),
                "contents": str(Text("Contents")),
                "cut": str(
                    Text(
                        "Not every row is printed in this document. All of them stand in the Excel workbook and in the "
                        "Word file of this report."
                    )
                ),
                "stand_in_note": str(
                    Text(
                        "A white square stands for a character that the typefaces of this document lack. "
                        "The page, the Word file and the Excel workbook show it as it was written."
                    )
                ),
                "fingerprint": str(
                    Text("Fingerprint of what this report says (SHA-256): %(digest)s", digest="%(digest)s")
                ),
            },
        }

    def chapter(self, number: int, chapter: Chapter, level: int, *, lies: bool) -> dict[str, Any]:
        pieces: list[dict[str, Any]] = []
        for block in chapter.blocks or (None,):
            for made in self.block(block, chapter.title, across=lies) if block is not None else [{}]:
                across = made.pop("across") if made else lies
                if not pieces or pieces[-1]["across"] != across:
                    pieces.append({"across": across, "blocks": []})
                pieces[-1]["blocks"] += [made] if made else []
        return {
            "title": clean(chapter.title) if _line(chapter.title) else str(Text("Chapter")),
            "note": clean(chapter.note),
            "level": level,
            "to": f"chapter-{number}",
            "pieces": pieces or [{"across": lies, "blocks": []}],
        }

    def block(self, block: Block, title: str, *, across: bool) -> list[dict[str, Any]]:
        """A block for the template; ``across``: how its page lies."""
        if isinstance(block, Chart):
            return self.chart(block, across=across)
        made: list[dict[str, Any]] = []
        if isinstance(block, Para):
            made = [{"kind": "para", "text": clean(block.text), "tone": _tone(block.tone)}]
        elif isinstance(block, Facts):
            made = [{"kind": "facts", "pairs": self.pairs(block.pairs)}] if block.pairs else []
        elif isinstance(block, Bullets):
            items = [clean(item) for item in block.items]
            made = [{"kind": "bullets", "items": items}] if items else []
        else:
            made = self.tables(block, title, across=across)
        return [{**each, "across": across} for each in made]

    def chart(self, block: Chart, *, across: bool) -> list[dict[str, Any]]:
        spec = block.spec
        first, *others = ({**each, "across": across} for each in self.tables(spec.table, "", across=across))
        tall = is_tall(spec)
        made = {
            "kind": "chart",
            "sentence": clean(spec.sentence),
            "alt": _line(spec.alt) or _line(spec.sentence) or str(Text("Chart")),
            "file": self.picture(spec.picture),
            "wide": chart_width(spec, across=across and not tall),
            "marks": marks_of(spec),
            "bars": spec.bars,
            "across": across and not tall,
            "table": None if across and tall else first,
        }
        return [made, *([first] if across and tall else []), *others]

    def picture(self, picture: bytes) -> str:
        """Put the picture down if it can be drawn; gives the name of its file."""
        if not can_be_drawn(picture):
            return ""
        name = f"chart-{self.pictures}.svg"
        self.pictures += 1
        (self.root / name).write_bytes(flat(picture))
        return name

    def tables(self, table: Table, title: str, *, across: bool) -> list[dict[str, Any]]:
        cut = ""
        if id(table) in self.shown:
            cut = str(
                Text(
                    "These are the first %(shown)s of %(count)s rows. All of them stand in the Excel workbook and "
                    "in the Word file of this report; its fingerprint is of all of them.",
                    shown=f"{self.shown[id(table)]:,}",
                    count=f"{len(table.rows):,}",
                )
            )
            table = replace(table, rows=self.rows(table))
        if not table.columns:
            table = replace(table, caption="", rows=())
        return [
            {
                "kind": "table",
                "caption": clean(part.caption) if part.caption != title else "",
                "empty": clean(part.empty),
                "cut": cut,
                "columns": [{"label": clean(column.label), "kind": column.kind} for column in part.columns],
                "widths": shares(part, across=across),
                "rows": [
                    {
                        "to": self.place_of_row(row.anchor),
                        "whole": all(
                            len(cell.text) + 40 * cell.text.count("\n") < LONGEST_CELL_KEPT for cell in cells
                        ),
                        "cells": [self.words(cell.text, cell.url, cell.tone) for cell in cells],
                    }
                    for row, cells in padded(part)
                ],
            }
            for part in parts(table)
        ]

    def place_of_row(self, anchor: str) -> str:
        name = self.places.get(anchor, "")
        if not name.startswith("row-") or name in self.used:
            return ""
        self.used.add(name)
        return name

    def pairs(self, pairs: tuple[Pair, ...]) -> list[dict[str, str]]:
        return [{"label": clean(pair.label), **self.words(pair.value, pair.url, pair.tone)} for pair in pairs]

    def words(self, text: str, url: str, tone: str) -> dict[str, str]:
        return {
            "text": clean(text),
            "url": address(url),
            "to": self.places.get(url[1:], "") if url.startswith("#") else "",
            "tone": _tone(tone),
        }


def _tone(tone: str) -> str:
    return tone if tone in TONES else ""


def _line(text: str) -> str:
    """One line, without places to break at."""
    return " ".join(clean(text).replace(BREAK, "").split())


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "report.typ").read_bytes()
