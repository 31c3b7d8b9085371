"""A report as a Word file: real headings, heads of tables that repeat, links, a footer that counts pages."""

import io
from typing import Any, Final
from xml.sax.saxutils import escape

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from auditapp.kit.text import Text
from auditapp.reports.paper.layout import WORD, chart_width, parts, shares, turned
from auditapp.reports.paper.model import (
    Block,
    Bullets,
    Cell,
    Chapter,
    Chart,
    Facts,
    Pair,
    Para,
    Report,
    Table,
    address,
    padded,
)
from auditapp.reports.paper.pictures import png
from auditapp.reports.paper.telling import wrote
from auditapp.reports.wordfile import (
    finished,
    footer,
    link,
    mark,
    new_document,
    plain,
    ruled,
    soft,
)

INK: Final = {
    "attention": "8A5A00",
    "overdue": "9C1420",
    "done": "1F6B45",
    "on_track": "0D5C66",
    "quiet": "56606E",
}
BODY, HEAD = 18, 16  # half points of a table's type
ACROSS, UPRIGHT = 247, 160  # millimetres between the margins
LONGEST_ROW_KEPT = 300
"""Characters: a longer row may be broken between two pages."""
MOST_ROWS_KEPT = 8
"""A table of no more rows is not broken between two pages."""
CONTENTS_FROM = 4
"""Chapters: a shorter report needs no contents."""
LABEL_LETTER = 2  # millimetres of a letter of a fact's name
_TWIPS = 56.7  # of a millimetre


def render(report: Report) -> bytes:
    """The report as docx; the same report always gives the same bytes."""
    return _Writer(report).written()


class _Writer:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.made = new_document(
            title=" · ".join(each for each in (report.number, report.title) if each),
            author=report.organization,
            at=report.as_of,
            language=report.language,
        )
        self.body = self.made.element.body
        self.links: dict[str, str] = {}
        self.bookmarks: dict[str, str] = {}
        self.across = False
        self.lies = turned(report, WORD, apart=False)
        for place, chapter in enumerate(report.chapters):
            if chapter.anchor:
                self.bookmarks.setdefault(chapter.anchor, f"chapter_{place}")
            for block in chapter.blocks:
                if isinstance(block, Table):
                    for row in block.rows:
                        if row.anchor:
                            self.bookmarks.setdefault(row.anchor, f"row_{len(self.bookmarks)}")
        self.opened: set[str] = set()
        self.marks = 0
        self.gapped: Any = None

    def written(self) -> bytes:
        report, made = self.report, self.made
        _page(made.sections[0], across=False)
        head = made.sections[0].header.paragraphs[0]
        soft(head, " · ".join(each for each in (report.title, report.classification) if each))
        soft(made.add_paragraph(), " · ".join(each for each in (report.organization, report.kind) if each))
        made.add_heading(plain(report.title), level=0)
        made.add_paragraph(
            plain(" · ".join(each for each in (report.number, report.stamp, report.classification) if each))
        )
        self.facts(report.facts)
        if len(report.chapters) >= CONTENTS_FROM:
            self.contents()
        for place, chapter in enumerate(report.chapters):
            self.chapter(place, chapter)
            wrote(place + 1, len(report.chapters))
        # Where a table is the last, in the gap below it: the mark takes no page of its own.
        ends_in_gap = self.gapped is not None and self.body[-2] is self.gapped._p  # noqa: SLF001 - python-docx has no last paragraph
        soft(
            self.gapped if ends_in_gap else made.add_paragraph(),
            str(
                Text(
                    "Fingerprint of what this report says (SHA-256): %(digest)s", digest=report.fingerprint()
                )
            ),
        )
        footer(
            made,
            " · ".join(each for each in (report.organization, report.number, report.stamp) if each),
            str(Text("Page %(page)s of %(pages)s", page="%(page)s", pages="%(pages)s")),
        )
        return finished(made)

    def contents(self) -> None:
        self.made.add_paragraph().add_run(str(Text("Contents"))).bold = True
        for place, chapter in enumerate(self.report.chapters):
            if chapter.level == 1:
                line = self.made.add_paragraph()
                line.paragraph_format.space_after = Pt(2)
                link(line, chapter.title, f"place_{place}")

    def chapter(self, place: int, chapter: Chapter) -> None:
        across = self.lies[place]
        if across != self.across:
            _page(self.made.add_section(WD_SECTION.NEW_PAGE), across=across)
            self.across = across
        heading = self.made.add_heading(plain(chapter.title), level=min(max(chapter.level, 1), 9))
        mark(heading, f"place_{place}", self.next_mark())
        if chapter.anchor and self.bookmarks[chapter.anchor] == f"chapter_{place}":
            mark(heading, f"chapter_{place}", self.next_mark())
        if chapter.note:
            note = self.made.add_paragraph()
            soft(note, chapter.note)
            note.paragraph_format.keep_with_next = True
        for block in chapter.blocks:
            self.block(block, chapter.title)

    def next_mark(self) -> int:
        self.marks += 1
        return self.marks

    def block(self, block: Block, title: str) -> None:
        if isinstance(block, Para):
            self.para(block)
        elif isinstance(block, Bullets):
            for item in block.items:
                self.made.add_paragraph(plain(item), style="List Bullet")
        elif isinstance(block, Facts):
            self.facts(block.pairs)
        elif isinstance(block, Chart):
            self.chart(block)
        else:
            self.table(block, title)

    def para(self, block: Para) -> None:
        if block.tone not in INK:
            for piece in block.pieces:
                for line in (piece,) if isinstance(piece, str) else piece:
                    self.made.add_paragraph(
                        plain(line), style=None if isinstance(piece, str) else "List Bullet"
                    )
            return
        paragraph = self.made.add_paragraph()
        run = paragraph.add_run(plain(block.text))
        run.font.color.rgb = RGBColor.from_string(INK[block.tone])
        paragraph.paragraph_format.left_indent = Mm(4)
        border = parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="18" w:space="8" w:color="{INK[block.tone]}"/></w:pBdr>'
        )
        paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001 - python-docx has no borders
            border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )

    def facts(self, pairs: tuple[Pair, ...]) -> None:
        if pairs:
            rows = [(Cell(pair.label, tone="quiet"), Cell(pair.value, pair.url, pair.tone)) for pair in pairs]
            longest = max(len(plain(pair.label)) for pair in pairs)
            label = min(max(35, round(4 + LABEL_LETTER * longest)), 70)
            self.drawn([label, UPRIGHT - label], [], [("", cells) for cells in rows])
            self.gap()

    def chart(self, block: Chart) -> None:
        spec = block.spec
        self.made.add_paragraph(plain(spec.sentence)).paragraph_format.keep_with_next = True
        picture = png(spec)
        if picture:
            shape = (
                self.made.add_paragraph()
                .add_run()
                .add_picture(io.BytesIO(picture), width=Mm(chart_width(spec, across=self.across)))
            )
            about = shape._inline.docPr  # noqa: SLF001 - python-docx has no texts beside pictures
            about.set("descr", plain(spec.alt))
        self.table(spec.table, "")

    def table(self, table: Table, title: str) -> None:
        if table.caption and table.caption != title:
            caption = self.made.add_paragraph()
            caption.add_run(plain(table.caption)).bold = True
            caption.paragraph_format.keep_with_next = True
        if not table.rows or not table.columns:
            if table.empty:
                soft(self.made.add_paragraph(), table.empty)
            return
        for number, part in enumerate(parts(table, WORD)):
            if number:
                self.made.add_paragraph().add_run(plain(part.caption)).bold = True
            rows = [(row.anchor, cells) for row, cells in padded(part)]
            self.drawn(
                shares(part, WORD, across=self.across),
                [column.label for column in part.columns],
                rows,
                right=[column.kind == "number" for column in part.columns],
            )
            self.gap()

    def gap(self) -> None:
        """Two tables that touch would become one."""
        self.gapped = self.made.add_paragraph()
        self.gapped.paragraph_format.space_after = Pt(4)

    def drawn(
        self,
        shares: list[int],
        head: list[str],
        rows: list[tuple[str, tuple[Cell, ...]]],
        *,
        right: list[bool] | None = None,
    ) -> None:
        """A table, written as XML at one go: cell by cell python-docx needs minutes for ten thousand rows."""
        full = round((ACROSS if self.across else UPRIGHT) * _TWIPS)
        wide = [full * share // sum(shares) for share in shares]
        aligned = right or [False] * len(shares)
        made = self.made.add_table(rows=0, cols=len(shares), style="Table Grid" if head else None)
        made.autofit = False
        if head:
            ruled(made)
        for column, width in zip(made._tbl.tblGrid.gridCol_lst, wide, strict=True):  # noqa: SLF001 - as above
            column.set(qn("w:w"), str(width))
        lines = []
        if head:
            cells = "".join(
                _cell(_run(label, ink=INK["quiet"], bold=True, size=HEAD), width, right=end, kept=True)
                for label, width, end in zip(head, wide, aligned, strict=True)
            )
            lines.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>")
        for number, (anchor, row) in enumerate(rows, start=1):
            kept = len(rows) <= MOST_ROWS_KEPT and number < len(rows)
            cells = "".join(
                _cell(
                    self.words(cell),
                    width,
                    right=end,
                    anchor=self.row_mark(anchor) if not place else "",
                    kept=kept,
                )
                for place, (cell, width, end) in enumerate(zip(row, wide, aligned, strict=True))
            )
            whole = (
                "<w:trPr><w:cantSplit/></w:trPr>"
                if sum(len(cell.text) for cell in row) < LONGEST_ROW_KEPT
                else ""
            )
            lines.append(f"<w:tr>{whole}{cells}</w:tr>")
        for each in parse_xml(f"<w:tbl {nsdecls('w', 'r')}>{''.join(lines)}</w:tbl>"):
            made._tbl.append(each)  # noqa: SLF001 - as above

    def row_mark(self, anchor: str) -> str:
        name = self.bookmarks.get(anchor, "")
        if name in self.opened or not name.startswith("row_"):
            return ""
        self.opened.add(name)
        number = self.next_mark()
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'

    def words(self, cell: Cell) -> str:
        ink = INK.get(cell.tone, "")
        if cell.url.startswith("#") and cell.url[1:] in self.bookmarks:
            name = self.bookmarks[cell.url[1:]]
            return f'<w:hyperlink w:anchor="{name}">{_run(cell.text, ink=INK["on_track"])}</w:hyperlink>'
        target = address(cell.url)
        if not target:
            return _run(cell.text, ink=ink, bold=cell.tone == "overdue")
        if target not in self.links:
            self.links[target] = f"rIdLink{len(self.links)}"
            self.made.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, target, self.links[target], is_external=True
            )
        return (
            f'<w:hyperlink r:id="{self.links[target]}">'
            f"{_run(cell.text, ink=ink or INK['on_track'])}</w:hyperlink>"
        )


def _page(section: Any, *, across: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if across else (Mm(210), Mm(297))
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)


def _cell(words: str, width: int, *, right: bool, anchor: str = "", kept: bool = False) -> str:
    aligned = '<w:jc w:val="right"/>' if right else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr>{"<w:keepNext/>" if kept else ""}<w:spacing w:before="40" w:after="40"/>{aligned}</w:pPr>{anchor}{words}</w:p></w:tc>'
    )


def _run(text: str, *, ink: str = "", bold: bool = False, size: int = BODY) -> str:
    look = (
        ("<w:b/>" if bold else "") + (f'<w:color w:val="{ink}"/>' if ink else "") + f'<w:sz w:val="{size}"/>'
    )
    lines = plain(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    words = "<w:br/>".join(
        "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in each.split("\t"))
        for each in lines
    )
    return f"<w:r><w:rPr>{look}</w:rPr>{words}</w:r>"
