"""The files: everything that was put in comes out, always in the same bytes, whatever was written."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from auditapp.kit.sheets import sheet_text
from auditapp.reports.glyphs import BREAK, STAND_IN
from auditapp.reports.paper import layout
from auditapp.reports.paper.files import FORMS, file_of
from auditapp.reports.paper.model import Cell, Chapter, Column, Row, Table
from auditapp.reports.paper.pictures import can_be_drawn, flat, is_harmless, png
from auditapp.reports.wordfile import plain
from auditapp.reports.zips import FIRST
from tests.reports.paper.samples import AT, HOSTILE, REPORTS, SCRIPTS, cells_of, full, trend

BASE = "https://audits.example.org"
# The one formula we write: two texts, in which a quotation mark stands doubled.
LONG_LINK = re.compile(r'=HYPERLINK\("(?:https?://|mailto:)(?:[^"]|"")*","(?:[^"]|"")*"\)', re.DOTALL)


@pytest.fixture(scope="module")
def made():
    """The report, and its files."""
    report = full(60)
    return report, {suffix: file_of(report, suffix, base=BASE) for suffix in FORMS}


def squeezed(text):
    return re.sub(r"[\s\u200b\u00ad-]+", "", text)


@pytest.mark.parametrize("suffix", FORMS)
def test_the_same_report_gives_the_same_bytes(made, suffix):
    report, files = made
    assert file_of(full(60), suffix, base=BASE) == files[suffix]
    if suffix != "pdf":
        with zipfile.ZipFile(io.BytesIO(files[suffix])) as found:
            assert {info.date_time for info in found.infolist()} == {FIRST}
            core = found.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {f"{report.as_of:%Y-%m-%dT%H:%M:%SZ}"}


def test_the_pdf_is_an_archive_document_that_says_it_all(made):
    report, files = made
    reader = PdfReader(io.BytesIO(files["pdf"]))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert reader.metadata.title == "CR-2026-11 · Could we be audited today?"
    assert reader.metadata.author == "Example Rail"
    assert str(reader.metadata["/CreationDate"]).startswith("D:20261128140200")
    bookmarks = [squeezed(one.title) for one in reader.outline if not isinstance(one, list)]
    assert [squeezed(one.title) for one in report.chapters if one.level == 1] == bookmarks
    pages = [squeezed(page.extract_text()) for page in reader.pages]
    assert f"Page{len(pages)}of{len(pages)}" in pages[-1]
    assert "Asof28November2026,14:02UTC" in pages[0]
    assert all("Confidential" in page for page in pages)
    assert sum("Whatisasked" in page for page in pages) >= 2, "the head of a long table stands on each page"
    text = "".join(pages)
    for row in (row for table in cells_of(report)[:4] for row in table):
        for cell in row:
            assert squeezed(cell) in text, cell
    assert report.fingerprint() in text
    assert "#settext(red)" in text
    assert "Ποιότητα" in text
    assert "中文" in text
    assert "\N{GRINNING FACE}" in text
    assert STAND_IN in text  # the control character of the hostile text
    addresses = {
        one.get_object()["/A"]["/URI"]
        for page in reader.pages
        for one in page.get("/Annots", [])
        if "/A" in one.get_object() and "/URI" in one.get_object()["/A"]
    }
    assert f"{BASE}/findings?clause=3" in addresses
    across = [page for page in reader.pages if page.mediabox.width > page.mediabox.height]
    assert 0 < len(across) < len(reader.pages)


def test_word_holds_every_cell(made):
    report, files = made
    found = docx.Document(io.BytesIO(files["docx"]))
    assert found.core_properties.title == "CR-2026-11 · Could we be audited today?"
    assert found.core_properties.created.replace(tzinfo=AT.tzinfo) == AT
    headings = [
        (one.style.name, one.text) for one in found.paragraphs if one.style.name.startswith(("Head", "Title"))
    ]
    assert headings == [("Title", report.title)] + [
        (f"Heading {one.level}", one.title) for one in report.chapters
    ]
    rows = [[cell.text for cell in row.cells] for table in found.tables for row in table.rows]
    whole = [rows_ for rows_ in cells_of(report) if rows_ and len(rows_[0]) <= 12]
    for row in (row for table in whole for row in table):
        assert [plain(cell) for cell in row] in rows
    matrix = cells_of(report)[-2][0]
    first, second = layout.parts(report.chapters[3].blocks[0], layout.WORD)
    for part in (first, second):
        assert [cell.text for cell in part.rows[0].cells] in rows
    assert len(first.columns) + len(second.columns) == len(matrix) + 1
    heads = [table for table in found.tables if table._tbl.xpath("./w:tr/w:trPr/w:tblHeader")]
    assert len(heads) == 6  # clauses, two charts, two parts of the matrix, texts
    assert len(found.inline_shapes) == 2
    text = "\n".join(one.text for one in found.paragraphs)
    assert "Nobody has looked at the exit strategy." in text
    assert "There is no gap." in text
    assert "First the exit strategy" in text
    assert {(one.page_width > one.page_height) for one in found.sections} == {True, False}
    fields = found.sections[0].footer._element.xpath(".//w:instrText/text()")
    assert fields == ["PAGE", "NUMPAGES"]
    names = set(found.element.xpath(".//w:bookmarkStart/@w:name"))
    assert set(found.element.xpath(".//w:hyperlink/@w:anchor")) <= names


def test_excel_holds_every_cell_as_what_it_is(made):
    report, files = made
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert book.sheetnames[:4] == ["Facts", "Text", "Clauses", "Gaps"]
    facts = {row[0].value: row[1].value for row in book["Facts"].iter_rows()}
    assert facts["Title"] == report.title
    assert facts["As of (UTC)"] == "2026-11-28 14:02"
    assert facts["Classification"] == "Confidential"
    assert facts["State"] == "Not yet"
    assert facts["Fingerprint (SHA-256)"] == report.fingerprint()
    sheet = book["Clauses"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E61"
    assert sheet["D5"].value == 3
    assert sheet["D5"].hyperlink.target == "https://example.org/rows"
    assert sheet["E5"].value == datetime(2026, 12, 1)  # noqa: DTZ001 - a day of a sheet has no zone
    assert sheet["A5"].hyperlink.target == f"{BASE}/findings?clause=3"
    for name, rows in zip(book.sheetnames[2:], cells_of(report), strict=True):
        for at, row in enumerate(rows, start=2):
            for place, text in enumerate(row, start=1):
                cell = book[name].cell(at, place)
                if cell.data_type == "n" or cell.is_date:
                    continue
                assert cell.data_type in "si"
                assert cell.value == sheet_text(text)
    said = [tuple(cell.value for cell in row) for row in book["Text"].iter_rows(min_row=2)]
    assert ("Summary", "Written in", SCRIPTS) in said
    assert ("Summary", "Odd", sheet_text(HOSTILE)) in said
    assert ("Summary", None, "Nobody has looked at the exit strategy.") in said


def test_charts_are_drawn_and_name_nothing_outside():
    picture = trend().spec.picture
    assert b"var(--" in picture
    assert b"var(--" not in flat(picture)
    assert is_harmless(picture)
    assert png(trend().spec).startswith(b"\x89PNG")
    for odd in (
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
        b"<svg><style>@import 'https://example.org/a.css'</style></svg>",
        b"no picture",
    ):
        assert not can_be_drawn(odd)


def test_a_long_register_is_cut_on_paper_alone_and_says_so(monkeypatch):
    monkeypatch.setattr(layout, "MOST_ROWS", 3)
    report = full(1_234)
    pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(file_of(report, "pdf"))).pages]
    assert "Clauses:thefirst3of1,234rowsareprintedhere." in pages[0]
    assert "".join(pages).count("Thesearethefirst3of1,234rows.") == 2, "above the table, and where it ends"
    assert "Overdueactionsbymonth:thefirst3of7rows" in pages[0]
    assert report.fingerprint() in "".join(pages)
    word = docx.Document(io.BytesIO(file_of(report, "docx")))
    assert max(len(table.rows) for table in word.tables) == 1_235
    book = openpyxl.load_workbook(io.BytesIO(file_of(report, "xlsx")), read_only=True)
    assert sum(1 for _row in book["Clauses"].iter_rows()) == 1_235


def test_a_report_of_nothing_is_a_report():
    empty = full()
    empty = type(empty)(kind="", title="", ref="", organization="", as_of=AT)
    for suffix in FORMS:
        assert file_of(empty, suffix)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(REPORTS)
def test_no_text_breaks_a_file(report):
    pdf, word, excel = (file_of(report, suffix, base=BASE) for suffix in ("pdf", "docx", "xlsx"))
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) >= 1
    assert b"pdfuaid:part>1<" in reader.trailer["/Root"]["/Metadata"].get_data()
    document = docx.Document(io.BytesIO(word))
    book = openpyxl.load_workbook(io.BytesIO(excel))
    assert BREAK not in (document.core_properties.title or "")
    for target in document.element.xpath(".//w:hyperlink/@r:id"):
        assert document.part.rels[target].target_ref.startswith(("http", "mailto:"))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or LONG_LINK.fullmatch(cell.value), "a text is no formula"
                assert cell.hyperlink is None or not (cell.hyperlink.target or "").startswith("javascript")


def short(*rows, url=""):
    """A report of one table that lies across, without contents."""
    table = Table(
        "Gaps", tuple(Column(f"Interdependency {one}") for one in range(7)),
        tuple(Row((Cell(text, url), *(Cell("as agreed") for _ in range(6)))) for text in rows),
    )  # fmt: skip
    return replace(full(), chapters=(Chapter("Gaps", (table,)),), facts=())


def test_a_long_link_in_excel_is_a_formula_since_no_other_link_wraps_in_libreoffice():
    long = 'The gap analysis says "partial": trust is measured on our side alone'
    for said, formula in ((long, True), ("8.2", False), ("x" * 300, False)):
        made = file_of(short(said, url="/gap"), "xlsx", base=BASE)
        cell = openpyxl.load_workbook(io.BytesIO(made))["Gaps"]["A2"]
        doubled = said.replace('"', '""')
        assert cell.value == (f'=HYPERLINK("{BASE}/gap","{doubled}")' if formula else said)
        assert bool(cell.hyperlink) is not formula
        assert openpyxl.load_workbook(io.BytesIO(made), data_only=True)["Gaps"]["A2"].value == said


def test_the_mark_of_a_short_report_turns_no_page_of_its_own():
    reader = PdfReader(io.BytesIO(file_of(short("8.2"), "pdf", base=BASE)))
    assert short("8.2").fingerprint() in squeezed(reader.pages[-1].extract_text())
    assert "asagreed" in squeezed(reader.pages[-1].extract_text())
