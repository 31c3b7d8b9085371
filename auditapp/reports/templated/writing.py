"""Chapters put into a Word document: with the document's own styles where it has them."""

import io
import unicodedata
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from auditapp.reports.templated.blocks import Block, Chapter, Facts, Grid, Head, Prose, Said, Shots
from auditapp.reports.templated.pictures import Picture
from auditapp.reports.wordfile import ACCENT, plain

HAIR = "C9CED6"
QUIET = "56606E"
TWIPS = 56.7  # of a millimetre
LONGEST_ROW_KEPT = 400
"""Characters: a longer row may be broken between two pages."""


def leftwards(text: str) -> bool:
    """Whether the first letter that says so is of a script written from right to left."""
    for char in text:
        way = unicodedata.bidirectional(char)
        if way in {"R", "AL"}:
            return True
        if way == "L":
            return False
    return False


class Writer:
    """Writes chapters at the end of a document."""

    def __init__(self, made: Any, pictures: Mapping[str, Picture]) -> None:
        """``made``: a document of python-docx."""
        self.made = made
        self.pictures = pictures
        self.styles = {style.name for style in made.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
        section = made.sections[-1]
        width, left, right = section.page_width, section.left_margin, section.right_margin
        self.wide = (
            round((width - left - right) / Mm(1)) if width and left is not None and right is not None else 160
        )

    def chapter(self, chapter: Chapter) -> list[Any]:
        """Write it; returns its elements, which stand at the end of the document's body."""
        body = self.made.element.body
        before = len(body)
        self.heading(chapter.title, 1)
        for block in chapter.blocks:
            self.block(block)
        return list(body)[before - 1 : -1] if _ends_in_section(body) else list(body)[before:]

    def heading(self, text: str, level: int) -> None:
        """A heading that stays with what follows."""
        name = f"Heading {level}"
        paragraph = self.made.add_paragraph()
        if name in self.styles:
            paragraph.style = self.made.styles[name]
            paragraph.add_run(plain(text))
        else:
            run = paragraph.add_run(plain(text))
            run.bold, run.font.size, run.font.color.rgb = True, Pt(19 - 3 * level), ACCENT
            mark = OxmlElement("w:outlineLvl")
            mark.set(qn("w:val"), str(level - 1))
            paragraph._p.get_or_add_pPr().append(mark)  # noqa: SLF001 - python-docx has no outline levels
        paragraph.paragraph_format.keep_with_next = True
        self.turn(paragraph, text)

    def block(self, block: Block) -> None:
        """One block."""
        if isinstance(block, Head):
            self.heading(block.text, block.level)
        elif isinstance(block, Prose):
            self.prose(block.said)
        elif isinstance(block, Facts):
            label = max(25, self.wide // 4)
            rows = [((Said(name, quiet=True),), lines) for name, lines in block.rows]
            self.table((), (label, self.wide - label), rows)
        elif isinstance(block, Grid):
            self.table(block.head, block.shares, block.rows)
        else:
            self.shots(block)

    def prose(self, said: Said) -> None:
        """Each line a paragraph."""
        for line in plain(said.shown).splitlines():
            bare = line.strip()
            if not bare:
                continue
            listed = bare.startswith(("- ", "• "))
            own = listed and "List Bullet" in self.styles
            paragraph = self.made.add_paragraph(style="List Bullet" if own else None)
            run = paragraph.add_run(bare[2:].strip() if own else bare)
            run.bold = said.bold or None
            if said.quiet:
                run.font.color.rgb = RGBColor.from_string(QUIET)
            self.turn(paragraph, bare)

    @staticmethod
    def turn(paragraph: Any, text: str) -> None:
        """Right to left where the text begins so."""
        if leftwards(text):
            about = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no direction of reading
            about.insert_element_before(
                OxmlElement("w:bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
                "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
                "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
            )  # fmt: skip
            for run in paragraph.runs:
                run.font.rtl = True

    def table(self, head: tuple[str, ...], shares: tuple[int, ...], rows: Any) -> None:
        """A table, written as XML at one go."""
        if not rows and not head:
            return
        full = round(self.wide * TWIPS)
        wide = [full * share // sum(shares) for share in shares]
        edge = f'w:val="single" w:space="0" w:sz="4" w:color="{HAIR}"'
        lines = f"<w:bottom {edge}/><w:insideH {edge}/>" if head else ""
        borders = f"<w:tblBorders>{lines}</w:tblBorders>" if lines else ""
        parts = [
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(wide)}" w:type="dxa"/>',
            f'{borders}<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>',
            *(f'<w:gridCol w:w="{width}"/>' for width in wide),
            "</w:tblGrid>",
        ]
        if head:
            cells = "".join(
                _cell((Said(name, bold=True, quiet=True),), width)
                for name, width in zip(head, wide, strict=True)
            )
            parts.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>")
        for row in rows:
            cells = "".join(_cell(cell, width) for cell, width in zip(row, wide, strict=True))
            kept = sum(len(said.shown) for cell in row for said in cell) < LONGEST_ROW_KEPT
            parts.append(f"<w:tr>{'<w:trPr><w:cantSplit/></w:trPr>' if kept else ''}{cells}</w:tr>")
        self.put(parse_xml("".join([*parts, "</w:tbl>"])))
        self.gap()

    def put(self, element: Any) -> None:
        """An element at the end of the body, before what describes its last section."""
        body = self.made.element.body
        if _ends_in_section(body):
            body[-1].addprevious(element)
        else:
            body.append(element)

    def gap(self) -> None:
        """Two tables that touch would become one."""
        paragraph = self.made.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.space_before = Pt(0)

    def shots(self, block: Shots) -> None:
        """Pictures beside each other in a table without lines."""
        room = self.wide // block.columns - 4
        made = self.made.add_table(rows=0, cols=block.columns)
        for at in range(0, len(block.shots), block.columns):
            row = made.add_row()
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx cannot
            for cell, shot in zip(row.cells, block.shots[at : at + block.columns], strict=False):
                paragraph = cell.paragraphs[0]
                picture = self.pictures.get(shot.key)
                if picture is not None:
                    wide, high = picture.size(min(shot.wide, room), shot.high)
                    place(paragraph.add_run(), picture, wide, high, shot.alt)
                elif shot.missing:
                    _quiet(paragraph.add_run(plain(shot.missing)))
                for said in (one for one in shot.below if one.shown):
                    below = cell.add_paragraph()
                    below.paragraph_format.space_after = Pt(0)
                    run = below.add_run(plain(said.shown))
                    _quiet(run)
                    run.bold = said.bold or None
                    self.turn(below, said.shown)
        self.gap()


def place(run: Any, picture: Picture, wide: float, high: float, alt: str) -> None:
    """The picture in a run, with a text for who cannot see it."""
    shape = run.add_picture(io.BytesIO(picture.data), width=Mm(wide), height=Mm(high))
    shape._inline.docPr.set("descr", plain(alt))  # noqa: SLF001 - python-docx has no texts beside pictures


def _quiet(run: Any) -> None:
    run.font.size = Pt(8.5)
    run.font.color.rgb = RGBColor.from_string(QUIET)


def _ends_in_section(body: Any) -> bool:
    return len(body) > 0 and body[-1].tag == qn("w:sectPr")


def _cell(lines: tuple[Said, ...], width: int) -> str:
    shown = [
        _paragraph(said, line) for said in lines for line in plain(said.shown).splitlines() if line.strip()
    ]
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(shown) or "<w:p/>"}</w:tc>'


def _paragraph(said: Said, line: str) -> str:
    turned = leftwards(line)
    look = (
        ("<w:b/>" if said.bold else "")
        + (f'<w:color w:val="{QUIET}"/>' if said.quiet else "")
        + '<w:sz w:val="18"/>'
        + ("<w:rtl/>" if turned else "")
    )
    words = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in line.strip().split("\t")
    )
    return (
        f'<w:p><w:pPr>{"<w:bidi/>" if turned else ""}<w:spacing w:before="20" w:after="20"/></w:pPr>'
        f"<w:r><w:rPr>{look}</w:rPr>{words}</w:r></w:p>"
    )
