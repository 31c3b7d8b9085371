"""A report as PDF/A-2b, tagged, with bookmarks; through typst."""

import re
import tempfile
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

from auditapp.kit.text import Text
from auditapp.reports.glyphs import BREAK, clean
from auditapp.reports.paper.layout import lies_across, parts, widths
from auditapp.reports.paper.model import (
    Block,
    Bullets,
    Chapter,
    Chart,
    Facts,
    Pair,
    Para,
    Report,
    Table,
    fingerprint,
    is_address,
    padded,
)
from auditapp.reports.paper.pictures import flat, png
from auditapp.reports.typesetting import STYLE, typeset

TONES = frozenset({"on_track", "attention", "overdue", "done", "quiet"})
CONTENTS_FROM = 4
"""Chapters: a shorter report begins at once, without contents."""
LONGEST_ADDRESS = 2000
LONGEST_CELL_KEPT = 300
"""Characters: a row with a longer cell may be broken between two pages."""
LONGEST_RUNNING = 90
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?:[-_].*)?")


def render(report: Report) -> bytes:
    """The report as PDF/A-2b; the same report always gives the same bytes."""
    with tempfile.TemporaryDirectory(prefix="auditapp-report-") as folder:
        root = Path(folder)
        (root / "report.typ").write_bytes(_template())
        (root / "style.typ").write_bytes(STYLE.read_bytes())
        data = _View(report, root).data()
        return typeset(root, "report.typ", data, int(report.as_of.timestamp()))


class _View:
    """The report as plain values for the template; pictures of charts are put down in ``root``."""

    def __init__(self, report: Report, root: Path) -> None:
        self.report, self.root = report, root
        self.pictures = 0
        self.places: dict[str, str] = {}
        self.used: set[str] = set()
        for number, chapter in enumerate(report.chapters):
            if chapter.anchor:
                self.places.setdefault(chapter.anchor, f"chapter-{number}")
            for block in chapter.blocks:
                for row in block.rows if isinstance(block, Table) and block.columns else ():
                    if row.anchor:
                        self.places.setdefault(row.anchor, f"row-{len(self.places)}")

    def data(self) -> dict[str, Any]:
        report = self.report
        found = _LANGUAGE.fullmatch(report.language)
        at = report.as_of.astimezone(UTC)
        title = _line(report.title)
        running = title if len(title) <= LONGEST_RUNNING else f"{title[: LONGEST_RUNNING - 1].rstrip()}…"
        return {
            "document_title": " · ".join(each for each in (_line(report.ref), title) if each),
            "organization": clean(report.organization),
            "kind": clean(report.kind),
            "title": clean(report.title),
            "ref": clean(report.ref),
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
            "contents": len(report.chapters) >= CONTENTS_FROM,
            "chapters": [self.chapter(number, each) for number, each in enumerate(report.chapters)],
            "fingerprint": fingerprint(report),
            "labels": {
                "page_of": str(Text("Page %(page)s of %(pages)s", page="%(page)s", pages="%(pages)s")),
                "contents": str(Text("Contents")),
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

    def chapter(self, number: int, chapter: Chapter) -> dict[str, Any]:
        return {
            "title": clean(chapter.title),
            "note": clean(chapter.note),
            "level": min(max(chapter.level, 1), 3),
            "to": f"chapter-{number}",
            "across": lies_across(chapter),
            "blocks": [made for block in chapter.blocks for made in self.block(block, chapter.title)],
        }

    def block(self, block: Block, title: str) -> list[dict[str, Any]]:
        if isinstance(block, Para):
            return [{"kind": "para", "text": clean(block.text), "tone": _tone(block.tone)}]
        if isinstance(block, Facts):
            return [{"kind": "facts", "pairs": self.pairs(block.pairs)}] if block.pairs else []
        if isinstance(block, Bullets):
            return (
                [{"kind": "bullets", "items": [clean(item) for item in block.items]}] if block.items else []
            )
        if isinstance(block, Chart):
            first, *others = self.tables(block.spec.table, "")
            chart = {
                "kind": "chart",
                "sentence": clean(block.spec.sentence),
                "alt": _line(block.spec.alt),
                "file": self.picture(block.spec.picture),
                "table": first,
            }
            return [chart, *others]
        return self.tables(block, title)

    def picture(self, picture: bytes) -> str:
        """Put the picture down if it can be drawn; gives the name of its file."""
        if not picture or png(picture) is None:
            return ""
        name = f"chart-{self.pictures}.svg"
        self.pictures += 1
        (self.root / name).write_bytes(flat(picture))
        return name

    def tables(self, table: Table, title: str) -> list[dict[str, Any]]:
        if not table.columns:
            return [
                {
                    "kind": "table",
                    "caption": "",
                    "empty": clean(table.empty),
                    "rows": [],
                    "columns": [],
                    "widths": [],
                }
            ]
        return [
            {
                "kind": "table",
                "caption": clean(part.caption) if part.caption != title else "",
                "empty": clean(part.empty),
                "columns": [{"label": clean(column.label), "kind": column.kind} for column in part.columns],
                "widths": widths(part),
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
        kept = is_address(url) and len(url) <= LONGEST_ADDRESS and url.isascii() and url.isprintable()
        return {
            "text": clean(text),
            "url": url if kept else "",
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
