"""The document of a plan as a Word file."""

from datetime import UTC, datetime
from typing import Any

from docx.enum.text import WD_BREAK

from auditapp.reports.rmp_document.blocks import Block, Run
from auditapp.reports.rmp_document.content import PlanDocument
from auditapp.reports.wordfile import (
    CELL_AIR,
    finished,
    footer,
    new_document,
    plain,
    ruled,
    soft,
    table,
    whole_row,
)

MONO = "DejaVu Sans Mono"


def render(document: PlanDocument) -> bytes:
    """The plan as docx, with real headings, tables and a footer that counts pages."""
    made = new_document(
        title=f"{document.ref} {document.title}",
        author=document.organization,
        at=datetime.fromtimestamp(document.timestamp, UTC),
        language=document.language,
    )
    soft(made.add_paragraph(), document.kind)
    made.add_heading(plain(document.title), level=0)
    made.add_paragraph(plain(f"{document.ref} · {document.version} · {document.status}"))
    if document.shared_part:
        made.add_paragraph(plain(document.shared_part))
    table(made, [], [list(pair) for pair in document.facts])
    if document.approvals:
        made.add_heading(plain(document.approvals_title), level=2)
        table(made, document.approvals_head, document.approvals)
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for section in document.sections:
        made.add_heading(plain(f"{section.number}  {section.title}"), level=1)
        if not section.blocks:
            soft(made.add_paragraph(), document.empty)
        for block in section.blocks:
            _block(made, block)
        for line in (*section.links, section.note):
            if line:
                said = made.add_paragraph()
                said.paragraph_format.space_before = CELL_AIR * 2
                soft(said, line)
    if document.reviews:
        made.add_heading(plain(document.reviews_title), level=1)
        table(made, document.reviews_head, document.reviews)
    footer(made, f"{document.organization} · {document.ref} · {document.version}", document.page_pattern)
    return finished(made)


def _runs(paragraph: Any, runs: list[Run]) -> None:
    for one in runs:
        words = plain(one["text"])
        run = paragraph.add_run(
            f"{words} ({plain(one['url'])})" if one["url"] and one["url"] != words else words
        )
        run.bold, run.italic, run.font.strike = (
            one["bold"] or None,
            one["italic"] or None,
            one["strike"] or None,
        )
        if one["code"]:
            run.font.name = MONO


def _block(made: Any, block: Block) -> None:
    kind = block["kind"]
    if kind == "heading":
        _runs(made.add_heading(level=min(block["level"] + 2, 9)), block["runs"])
    elif kind == "item":
        depth = min(block["depth"], 3)
        style = "List Number" if block["number"] else "List Bullet" if block["bullet"] else "List Continue"
        paragraph = made.add_paragraph(style=f"{style} {depth}" if depth > 1 else style)
        if block["number"]:  # the number as it was written: Word's own would run through the document
            paragraph.style = made.styles["List Continue" if depth == 1 else f"List Continue {depth}"]
            paragraph.add_run(f"{block['number']}. ")
        _runs(paragraph, block["runs"])
    elif kind == "quote":
        _runs(made.add_paragraph(style="Intense Quote"), block["runs"])
    elif kind == "code":
        made.add_paragraph().add_run(plain(block["text"])).font.name = MONO
    elif kind == "rule":
        made.add_paragraph("—" * 12)
    elif kind == "table":
        wide = max((len(row) for row in block["rows"]), default=0)
        if not wide:
            return
        drawn = made.add_table(rows=0, cols=wide, style="Table Grid")
        ruled(drawn)
        for row in block["rows"]:
            added = drawn.add_row()
            whole_row(added)
            for at, runs in enumerate(row):
                said = added.cells[at].paragraphs[0]
                said.paragraph_format.space_before = said.paragraph_format.space_after = CELL_AIR
                _runs(said, runs)
    else:
        _runs(made.add_paragraph(), block["runs"])
