"""The PDF of an audit report of 150 questions and 40 photos beside typst alone compiling a document as long.

All are made in turns in one process, each time with words that it has not seen (typst remembers what it has set), so that a
busy machine is busy for all. The report is the whole way: the content laid out, photos read, PDF/A-2a and PDF/UA-1 checked by
typst, heads of rows added. Beside it stand two files that a person could have typed, held to the same standards, in the same
type and size: *alike* says the same words in the same kinds of elements (contents, headings, tables of three columns with
heads, 40 photos with captions, page numbers) and nothing else, drawn out by plain paragraphs to as many pages; *text* is paragraphs alone.
The goal is about *alike*: a table costs typst several times what a paragraph does, whoever writes it.
`bench/reports.py --goal` exits with 1 when the report takes more than twice as long as that.
"""

import argparse
import dataclasses
import hashlib
import io
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import typst

from auditapp.audits.report.content import AuditReport
from auditapp.audits.report.labels import in_english
from auditapp.reports.audit_report.pdf import render
from auditapp.reports.paper.files import file_of
from auditapp.reports.typesetting import STANDARDS, fonts
from bench.stage import machine, side_by_side
from tests.reports.audit_report.conftest import NOTE, build, picture
from tests.reports.paper.samples import full

MOST_RATIO = 2.0
QUESTIONS, FINDINGS, PHOTOS = 150, 12, 40
LONG_REGISTER = 10_000
HEAD = """#set document(title: "As long")
#set page(paper: "a4", margin: (top: 27mm, bottom: 26mm, inside: 25mm, outside: 22mm), binding: left, numbering: "1 / 1")
#set text(font: "Libertinus Serif", size: 10.4pt, overhang: true)
#set par(leading: 0.62em, spacing: 0.95em, linebreaks: "simple")
"""
CONTENTS = """#show table: set text(size: 9.3pt)
#show heading.where(level: 2): set block(sticky: true, above: 7.5mm, below: 3mm)
#outline(depth: 2)
#pagebreak()
"""


def audit_report(rounds: int) -> dict[str, Any]:
    """The audit report beside plain text: medians in milliseconds, pages, and the ratio."""
    report = build(answers=QUESTIONS, findings=FINDINGS, photos=PHOTOS)
    photos = {hashlib.sha256(data).hexdigest(): data for data in map(picture, range(PHOTOS))}
    labels, fresh = in_english(), itertools.count()

    def ours() -> bytes:
        said = f"Round {next(fresh)}"
        answers = tuple(dataclasses.replace(each, note=f"{said}. {each.note}") for each in report.answers)
        found = tuple(
            dataclasses.replace(each, statement=f"{said}. {each.statement}") for each in report.findings
        )
        changed = dataclasses.replace(report, objectives=said, answers=answers, findings=found)
        return render(changed, photos.get, labels=labels)

    pages = _pages(ours())
    with tempfile.TemporaryDirectory(prefix="auditapp-bench-") as folder:
        root = Path(folder)
        for index in range(PHOTOS):
            (root / f"{index}.jpg").write_bytes(picture(index))

        def compiled(text: str) -> bytes:
            (root / "plain.typ").write_text(HEAD + text, encoding="utf-8")
            compiler = typst.Compiler(str(root / "plain.typ"), root=folder, font_paths=fonts())
            made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS))
            assert isinstance(made, bytes)
            return made

        def plain(paragraphs: int) -> bytes:
            return compiled(_paragraphs(f"Round {next(fresh)}", paragraphs))

        def alike(paragraphs: int) -> bytes:
            said = f"Round {next(fresh)}"
            return compiled(CONTENTS + typed(report, said) + _paragraphs(said, paragraphs))

        alone, more = _as_long(plain, pages), _as_long(alike, pages)
        times = side_by_side(
            rounds, report=ours, alike=lambda: alike(more), text=lambda: plain(alone), clock=time.process_time
        )
    return {
        "pages": pages,
        **{name: round(value, 1) for name, value in times.items()},
        "ratio": round(times["report"] / times["alike"], 2),
        "ratio_text": round(times["report"] / times["text"], 2),
    }


def _paragraphs(said: str, count: int) -> str:
    return "\n\n".join(f"{said}, {number}. {' '.join(NOTE.split())}" for number in range(count))


def _as_long(make: Callable[[int], bytes], pages: int) -> int:
    """How many paragraphs make it that long."""
    paragraphs = 0
    while _pages(make(paragraphs)) < pages:
        paragraphs = round(paragraphs * 1.1) + 5
    return paragraphs


def typed(report: AuditReport, said: str) -> str:
    """What the report says of findings, answers and photos, as somebody who knows typst would type it for this one document."""

    def words(text: str) -> str:
        return f"#{json.dumps(text, ensure_ascii=False)}"

    lines = []
    for found in report.findings:
        lines += [
            f"== {words(found.number)} {words(found.title)}", "*Statement*", "", words(f"{said}. {found.statement}"), "",
            "*Objective evidence*", "", words(found.evidence), "",
            "#grid(columns: (42mm, 1fr), gutter: 3mm,",
            *(f"[{words(name)}], [{words(value)}]," for name, value in (
                ("Requirements", "\n".join(f"{one.code} {one.number} {one.title}" for one in found.requirements)),
                ("Relationship", found.relationship), ("Auditee", found.auditee), ("Raised by", found.raised_by),
                ("Answers", ", ".join(found.answers)), ("Evidence", ", ".join(found.exhibits)),
            )), ")",
        ]  # fmt: skip
    lines += [
        "== Answers",
        "#table(columns: (29mm, 1fr, 34mm), stroke: (bottom: 0.4pt), table.header[Question][Noted][Result],",
    ]
    for row in report.answers:
        told = (row.question, f"{said}. {row.note}", row.evidence, row.interviewees, row.sample)
        clauses = " ".join(f"{one.code} {one.number}" for one in row.clauses)
        lines.append(
            f"[*{words(row.ref)}* \\ {words(clauses)}], [{' #parbreak() '.join(words(one) for one in told if one)}], "
            f"[*{words(row.result)}* \\ {words(row.answered_by)} \\ {words(str(row.answered_at or ''))}],"
        )
    lines += [")", "== Photos", "#grid(columns: (1fr, 1fr), gutter: 7mm,"]
    lines += [
        f'block(breakable: false)[#image("{index}.jpg", width: 76mm, alt: "Photo") *{words(shot.ref)}* {words(shot.caption)} \\ '
        f"{words(shot.added_by)} \\ SHA-256 {words(shot.sha256)}],"
        for index, shot in enumerate(report.exhibits[:PHOTOS])
    ]
    return "\n".join([*lines, ")", "", ""])


def long_register() -> dict[str, Any]:
    """A report with a table of 10,000 rows beside one of 1,000, in each form: seconds, and how often as long."""
    took: dict[str, list[float]] = {}
    for rows in (LONG_REGISTER // 10, LONG_REGISTER):
        report = full(rows)
        for suffix in ("pdf", "docx", "xlsx"):
            start = time.perf_counter()
            file_of(report, suffix, base="https://audits.example.org")
            took.setdefault(suffix, []).append(time.perf_counter() - start)
    return {
        suffix: {"seconds": round(long, 2), "ratio": round(long / short, 1)}
        for suffix, (short, long) in took.items()
    }


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--goal", action="store_true", help="exit with 1 when the goal is missed")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = {"audit_report": audit_report(given.rounds), "long_register": long_register()}
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        one = found["audit_report"]
        print(f"Reports as files, median milliseconds of CPU. {machine()}")
        print(
            f"  {QUESTIONS} questions and {PHOTOS} photos, {one['pages']} pages: {one['report']}"
            f"  a document alike {one['alike']}  ratio {one['ratio']} (goal {MOST_RATIO} at most)"
            f"  paragraphs of as many pages {one['text']}  ratio {one['ratio_text']}"
        )
        for suffix, form in found["long_register"].items():
            print(
                f"  {LONG_REGISTER:,} rows as {suffix}: {form['seconds']} s, {form['ratio']} times as long as a tenth of them"
            )
    if given.goal and found["audit_report"]["ratio"] > MOST_RATIO:
        sys.exit(1)


if __name__ == "__main__":
    main()
