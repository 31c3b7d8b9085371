"""The document of a plan as a Word file."""

import io
import re
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from auditapp.reports.rmp_document.blocks import Block, Run
from auditapp.reports.rmp_document.content import PlanDocument

# What XML 1.0 cannot hold (section 2.2).
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SOFT = RGBColor(0x56, 0x60, 0x6E)
MONO = "DejaVu Sans Mono"


def render(document: PlanDocument) -> bytes:
    """The plan as docx, with real headings, tables and a footer that counts pages."""
    made = Document()
    made.core_properties.title = _text(f"{document.ref} {document.title}")[:250]
    made.core_properties.author = _text(document.organization)[:250]
    made.core_properties.created = made.core_properties.modified = datetime.fromtimestamp(
        document.timestamp, UTC
    ).replace(tzinfo=None)
    made.styles["Normal"].font.size = Pt(10.5)
    _soft(made.add_paragraph(), document.kind)
    made.add_heading(_text(document.title), level=0)
    made.add_paragraph(_text(f"{document.ref} · {document.version} · {document.status}"))
    if document.shared_part:
        made.add_paragraph(_text(document.shared_part))
    _table(made, [], [list(pair) for pair in document.facts])
    if document.approvals:
        made.add_heading(_text(document.approvals_title), level=2)
        _table(made, document.approvals_head, document.approvals)
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for section in document.sections:
        made.add_heading(_text(f"{section.number}  {section.title}"), level=1)
        if not section.blocks:
            _soft(made.add_paragraph(), document.empty)
        for block in section.blocks:
            _block(made, block)
        for line in (*section.links, section.note):
            if line:
                _soft(made.add_paragraph(), line)
    if document.reviews:
        made.add_heading(_text(document.reviews_title), level=1)
        _table(made, document.reviews_head, document.reviews)
    _footer(made, document)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _text(value: str) -> str:
    return _NO_XML.sub("", value)


def _soft(paragraph: Any, words: str) -> None:
    run = paragraph.add_run(_text(words))
    run.font.color.rgb = SOFT
    run.font.size = Pt(9)


def _runs(paragraph: Any, runs: list[Run]) -> None:
    for one in runs:
        words = _text(one["text"])
        run = paragraph.add_run(
            f"{words} ({_text(one['url'])})" if one["url"] and one["url"] != words else words
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
        made.add_paragraph().add_run(_text(block["text"])).font.name = MONO
    elif kind == "rule":
        made.add_paragraph("—" * 12)
    elif kind == "table":
        wide = max((len(row) for row in block["rows"]), default=0)
        if not wide:
            return
        table = made.add_table(rows=0, cols=wide, style="Table Grid")
        for row in block["rows"]:
            cells = table.add_row().cells
            for at, runs in enumerate(row):
                _runs(cells[at].paragraphs[0], runs)
    else:
        _runs(made.add_paragraph(), block["runs"])


def _table(made: Any, head: list[str], rows: list[list[str]]) -> None:
    wide = max(len(head), *(len(row) for row in rows)) if rows else len(head)
    table = made.add_table(rows=0, cols=wide, style="Table Grid")
    for number, row in enumerate([head, *rows] if head else rows):
        cells = table.add_row().cells
        for at, words in enumerate(row):
            cells[at].paragraphs[0].add_run(_text(words)).bold = True if head and number == 0 else None


def _footer(made: Any, document: PlanDocument) -> None:
    paragraph = made.sections[0].footer.paragraphs[0]
    before, _, rest = document.page_pattern.partition("%(page)s")
    between, _, after = rest.partition("%(pages)s")
    _soft(paragraph, f"{document.organization} · {document.ref} · {document.version} · {before}")
    _field(paragraph, "PAGE")
    _soft(paragraph, between)
    _field(paragraph, "NUMPAGES")
    _soft(paragraph, after)


def _field(paragraph: Any, code: str) -> None:
    """A field that Word fills in (ECMA-376 part 1, 17.16)."""
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, code), ("end", None)):
        if kind is not None:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)  # noqa: SLF001 - python-docx has no fields
