"""What every Word file here needs and python-docx lacks: texts that XML can hold, fields, repeated heads, links, steady bytes."""

import io
import re
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from auditapp.reports.zips import steadied

INK = RGBColor(0x1C, 0x24, 0x30)
SOFT = RGBColor(0x56, 0x60, 0x6E)
ACCENT = RGBColor(0x0D, 0x5C, 0x66)
HAIR = "C9CED6"
SHORTEST, LONGEST = 14, 32  # characters that a column of a plain table is made for
CELL_AIR = Pt(2)  # above and below what stands in a cell
LONGEST_PROPERTY = 250  # characters of a title in the file's properties
# What XML 1.0 cannot hold (section 2.2).
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(value: str) -> str:
    """The text without what XML cannot hold."""
    return _NO_XML.sub("", value)


def new_document(*, title: str, author: str, at: datetime, language: str = "") -> Any:
    """An empty document as of a moment; nothing in it tells when it was really made."""
    made = Document()
    about = made.core_properties
    about.title, about.author = plain(title)[:LONGEST_PROPERTY], plain(author)[:LONGEST_PROPERTY]
    about.created = about.modified = at.astimezone(UTC).replace(tzinfo=None)
    about.last_modified_by, about.comments = "", ""
    normal = made.styles["Normal"]
    normal.font.size = Pt(10.5)
    for level in range(1, 10):
        made.styles[f"Heading {level}"].font.color.rgb = ACCENT
    made.styles["Title"].font.color.rgb, made.styles["Title"].font.size = INK, Pt(22)
    for line in made.styles["Title"].element.iter(qn("w:bottom")):
        line.set(qn("w:color"), str(INK))
        del line.attrib[qn("w:themeColor")]
    if language:
        about.language = language
        said = OxmlElement("w:lang")
        said.set(qn("w:val"), language)
        normal.element.get_or_add_rPr().append(said)
    return made


def finished(made: Any) -> bytes:
    """The file; the same content always gives the same bytes."""
    out = io.BytesIO()
    made.save(out)
    return steadied(out.getvalue())


def soft(paragraph: Any, words: str) -> None:
    """A quiet run at the end of a paragraph."""
    run = paragraph.add_run(plain(words))
    run.font.color.rgb = SOFT
    run.font.size = Pt(9)


def repeat_head(row: Any) -> None:
    """The row is its table's head: it stands again on every page, and readers say it (ECMA-376 part 1, 17.4.78)."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no repeated heads


def whole_row(row: Any) -> None:
    """The row is not broken over two pages (17.4.6)."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no such rows


def ruled(drawn: Any) -> None:
    """Hairlines between the rows, a line of ink above them, none at the sides (17.4.38)."""
    lines = OxmlElement("w:tblBorders")
    for side, size in (("top", 8), ("left", 0), ("bottom", 4), ("right", 0), ("insideH", 4), ("insideV", 0)):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "single" if size else "nil")
        line.set(qn("w:sz"), str(size))
        line.set(qn("w:space"), "0")
        line.set(qn("w:color"), str(INK) if side == "top" else HAIR if size else "auto")
        lines.append(line)
    drawn._tbl.tblPr.insert_element_before(  # noqa: SLF001 - python-docx has no borders
        lines, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"
    )


def table(made: Any, head: list[str], rows: list[list[str]]) -> None:
    """A plain table of texts; its head, if it has one, is repeated on every page."""
    wide = max(len(head), *(len(row) for row in rows)) if rows else len(head)
    if not wide:
        return
    drawn = made.add_table(rows=0, cols=wide, style="Table Grid")
    ruled(drawn)
    section = made.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    longest = [
        min(LONGEST, max(SHORTEST, *(len(row[at]) for row in [head, *rows] if at < len(row))))
        for at in range(wide)
    ]
    drawn.autofit = False
    for column, share in zip(drawn.columns, longest, strict=True):
        column.width = room * share // sum(longest)
    for number, row in enumerate([head, *rows] if head else rows):
        added = drawn.add_row()
        cells = added.cells
        for at, words in enumerate(row):
            cells[at].width = drawn.columns[at].width
            said = cells[at].paragraphs[0]
            said.add_run(plain(words)).bold = True if head and number == 0 else None
            said.paragraph_format.space_before = said.paragraph_format.space_after = CELL_AIR
        whole_row(added)
        if head and number == 0:
            repeat_head(added)


def footer(made: Any, words: str, page_pattern: str) -> None:
    """A footer on every page: ``words``, then the pattern with ``%(page)s`` and ``%(pages)s`` counted by Word."""
    paragraph = made.sections[0].footer.paragraphs[0]
    before, _, rest = page_pattern.replace(" ", "\N{NO-BREAK SPACE}").partition("%(page)s")
    between, _, after = rest.partition("%(pages)s")
    soft(paragraph, f"{words} · {before}" if words else before)
    field(paragraph, "PAGE")
    soft(paragraph, between)
    field(paragraph, "NUMPAGES")
    soft(paragraph, after)


def field(paragraph: Any, code: str) -> None:
    """A quiet field that Word fills in (ECMA-376 part 1, 17.16)."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run(
            "1" if kind == "shown" else ""
        )  # each has the type: the figure is set in that of its own run
        run.font.color.rgb = SOFT
        run.font.size = Pt(9)
        if kind == "code":
            element = OxmlElement("w:instrText")
            element.text = code
        elif kind != "shown":
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            continue
        run._r.append(element)  # noqa: SLF001 - python-docx has no fields


def link(paragraph: Any, words: str, bookmark: str) -> None:
    """Words that lead to a bookmark of the document (17.16.22)."""
    around = OxmlElement("w:hyperlink")
    around.set(qn("w:anchor"), bookmark)
    run = paragraph.add_run(plain(words))
    run.font.color.rgb = ACCENT
    run.font.underline = True
    around.append(run._r)  # noqa: SLF001 - python-docx has no links to write
    paragraph._p.append(around)  # noqa: SLF001


def mark(paragraph: Any, name: str, number: int) -> None:
    """A bookmark over a paragraph (17.13.6); ``name`` and ``number`` are the only ones of their kind in the document."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    where = paragraph._p  # noqa: SLF001 - python-docx has no bookmarks
    before = where.find(qn("w:pPr"))
    where.insert(0 if before is None else 1, start)
    where.append(end)
