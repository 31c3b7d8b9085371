"""The PDF of an audit report of 150 questions and 40 photos beside typst alone compiling plain text that fills as many pages.

Both are made in turns in one process, each time with words that it has not seen (typst remembers what it has set), so that a
busy machine is busy for both. The report is the whole way: the content laid out, photos read, PDF/A-2a and PDF/UA-1 checked by
typst, heads of rows added. The plain text is one file of paragraphs in the same type and size, held to the same standards.
`bench/reports.py --goal` exits with 1 when the report takes more than twice as long.
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
from pathlib import Path
from typing import Any

import pikepdf
import typst

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
PLAIN = """#set document(title: "Plain text")
#set page(paper: "a4", margin: 25mm)
#set text(font: "Libertinus Serif", size: 10.4pt)
#set par(leading: 0.62em, spacing: 0.95em)
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

        def plain(paragraphs: int) -> bytes:
            said = f"Round {next(fresh)}"
            text = "\n\n".join(f"{said}, {number}. {' '.join(NOTE.split())}" for number in range(paragraphs))
            (root / "plain.typ").write_text(PLAIN + text, encoding="utf-8")
            compiler = typst.Compiler(str(root / "plain.typ"), root=folder, font_paths=fonts())
            made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS))
            assert isinstance(made, bytes)
            return made

        paragraphs = 20
        while _pages(plain(paragraphs)) < pages:
            paragraphs = round(paragraphs * 1.1) + 1
        times = side_by_side(rounds, report=ours, plain=lambda: plain(paragraphs))
    return {
        "pages": pages,
        **{name: round(value, 1) for name, value in times.items()},
        "ratio": round(times["report"] / times["plain"], 2),
    }


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
        print(f"Reports as files, median milliseconds. {machine()}")
        print(
            f"  {QUESTIONS} questions and {PHOTOS} photos, {one['pages']} pages: {one['report']}"
            f"  plain text of as many pages {one['plain']}  ratio {one['ratio']} (goal {MOST_RATIO} at most)"
        )
        for suffix, form in found["long_register"].items():
            print(
                f"  {LONG_REGISTER:,} rows as {suffix}: {form['seconds']} s, {form['ratio']} times as long as a tenth of them"
            )
    if given.goal and found["audit_report"]["ratio"] > MOST_RATIO:
        sys.exit(1)


if __name__ == "__main__":
    main()
