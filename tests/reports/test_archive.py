"""Every kind of PDF is an archive document that can be read aloud, says veraPDF; and shows the scripts people write in."""

import dataclasses
import io
import itertools
import re
import subprocess

import pikepdf
import pytest
import typst
from PIL import Image, ImageChops
from pypdf import PdfReader

from auditapp.audits.report.labels import in_english
from auditapp.reports import glyphs
from auditapp.reports.audit_report import pdf as audit_report
from auditapp.reports.glyphs import STAND_IN
from auditapp.reports.paper.files import file_of
from auditapp.reports.rmp_document import pdf as rmp_document
from auditapp.reports.rmp_document.blocks import blocks_of
from auditapp.reports.rmp_document.content import PlanDocument, Section
from auditapp.reports.typesetting import STYLE, fonts, typeset
from tests.reports.audit_report.conftest import build, picture
from tests.reports.paper.samples import full
from tests.reports.verapdf.check import PROMISED, verdicts

SIMPLIFIED, TRADITIONAL, ARABIC, GREEK, EMOJI = (
    "质量审核", "品質稽核與臺灣", "تدقيق الجودة الداخلي", "Έλεγχος ποιότητας", "\N{GRINNING FACE}\N{THUMBS UP SIGN}\N{CHECK MARK}",
)  # fmt: skip
WRITTEN = (SIMPLIFIED, TRADITIONAL, ARABIC, GREEK, EMOJI)
ALL = " · ".join(WRITTEN)
NOBODY_HAS = "\N{CUNEIFORM SIGN A}"


def a_paper():
    report = full(40)
    return file_of(dataclasses.replace(report, title=ALL), "pdf", base="https://audits.example.org")


def an_audit_report():
    made = build(answers=20, findings=4, photos=2)
    shots = {
        each.sha256: picture(number) for number, each in enumerate(made.exhibits) if each.kind == "photo"
    }
    first, *others = made.findings
    made = dataclasses.replace(
        made,
        title=ALL,
        objectives=ALL,
        findings=(dataclasses.replace(first, title=ALL, statement=ALL), *others),
    )
    return audit_report.render(made, shots.get, labels=in_english())


def a_plan():
    text = f"#### {SIMPLIFIED} deep\n\n{ALL}\n\n{ARABIC}\n\n- {EMOJI}\n\n| who | what |\n|---|---|\n| us | {TRADITIONAL} |\n"
    return rmp_document.render(
        PlanDocument(
            language="en", organization="Example Rail", kind="Plan", ref="RMP-1", title="Joint plan", version="Version 1",
            status="In force", shared_part="", facts=[("Partner", GREEK)], approvals_title="Agreed", approvals_head=["Who", "When"],
            approvals=[["Kim", "1 May"]], contents_title="Contents",
            sections=[Section(number=1, title="Scope", blocks=blocks_of(text), note="", links=[])],
            empty="Nothing yet.", reviews_title="Reviews", reviews_head=["When", "Who"], reviews=[["1 May", "Kim"]],
            page_pattern="Page %(page)s of %(pages)s", timestamp=1_795_000_000, file_name="x",
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return {"paper": a_paper(), "audit_report": an_audit_report(), "plan": a_plan()}


def test_verapdf_has_nothing_against_any_of_them(made, tmp_path):
    plain = tmp_path / "plain.typ"
    plain.write_text("#table(columns: 2)[a][b]\n#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg'/>\"))")
    bare = typst.Compiler(str(plain), root=str(tmp_path), font_paths=fonts()).compile(
        format="pdf", pdf_tags=False
    )
    found = verdicts(tmp_path, {**made, "bare": bare})
    assert len(found["bare", "PDFA-2A"].faults) > 1, (
        "a checker that finds nothing in a bare document finds nothing"
    )
    assert len(found["bare", "PDFUA-1"].faults) > 1
    for name, profile in itertools.product(made, PROMISED):
        assert found[name, profile].faults == [], (name, profile)
        assert found[name, profile].rules > 100
        assert found[name, profile].checks > 1_000


def test_each_says_so_itself_and_brings_everything_along(made):
    for data in made.values():
        with pikepdf.open(io.BytesIO(data)) as document:
            xmp = document.Root.Metadata.read_bytes().decode()
            root = document.Root
            assert "<pdfaid:part>2</pdfaid:part>" in xmp
            assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
            assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
            assert root.OutputIntents[0].S == pikepdf.Name.GTS_PDFA1
            assert root.ViewerPreferences.DisplayDocTitle is True
            assert str(root.Lang).startswith("en")
            assert not document.is_encrypted
            assert not {"/AA", "/OpenAction", "/JavaScript", "/EmbeddedFiles"} & {
                *root,
                *root.get("/Names", {}),
            }
            described = [each for each in document.objects if _is(each, "/Type", "/FontDescriptor")]
            assert described
            assert all({"/FontFile2", "/FontFile3"} & {*each} for each in described)


def test_every_table_has_heads_of_its_columns_and_of_its_rows(made):
    for name, data in made.items():
        with pikepdf.open(io.BytesIO(data)) as document:
            rows = [each for each in document.objects if _is(each, "/S", "/TR")]
            ids = {str(key) for key, _value in pikepdf.NameTree(document.Root.StructTreeRoot.IDTree).items()}
            below = 0
            for row in rows:
                kinds = [str(cell.S) for cell in row.K]
                assert kinds[0] == "/TH", name
                scopes = [str(each.Scope) for each in _attributes(row.K[0]) if "/Scope" in each]
                assert len(scopes) == 1
                if "/TD" in kinds:
                    below += 1
                    assert scopes == ["/Row"]
                    for cell in list(row.K)[1:]:
                        heads = [str(one) for each in _attributes(cell) for one in each.get("/Headers", [])]
                        assert not heads or str(row.K[0].ID) in heads
                        assert set(heads) <= ids
                else:
                    assert scopes == ["/Column"]
            assert 0 < below < len(rows)


def test_what_was_written_can_be_copied_out(made, tmp_path):
    for name, data in made.items():
        (tmp_path / "x.pdf").write_bytes(data)
        text = subprocess.run(
            ["pdftotext", "x.pdf", "-"], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout
        bare = re.sub(r"[\s\u200b\u202a-\u202e\u2066-\u2069]+", "", text)
        for words in (*SIMPLIFIED, TRADITIONAL, *ARABIC.split(), GREEK, EMOJI):
            assert words.replace(" ", "") in bare, (name, words)
        assert "".join(GREEK.split()) in "".join(
            "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split()
        )


def test_each_character_has_a_shape_of_its_own(tmp_path):
    """Drawn one by one: each picture has ink, and none is like another's or like the white square."""
    shown = {each: drawn(tmp_path, each) for each in "审質臺جΈ\N{GRINNING FACE}"}
    shown[STAND_IN] = drawn(tmp_path, NOBODY_HAS)
    assert all(each.getextrema()[0] < 128 for each in shown.values())
    for (one, first), (other, second) in itertools.combinations(shown.items(), 2):
        assert ImageChops.difference(first, second).getbbox(), (one, other)


def test_arabic_is_joined_and_begins_at_the_right(tmp_path):
    joined, apart = drawn(tmp_path, "جودة", wide=True), drawn(tmp_path, "ج و د ة", wide=True)
    assert ImageChops.difference(joined, apart).getbbox()
    for words, right in ((ARABIC, True), (f"({ARABIC})", True), ("Latin", False), (SIMPLIFIED, False)):
        left, _top, end, _bottom = ImageChops.invert(drawn(tmp_path, words, wide=True)).getbbox()
        assert (left > 300 - end) is right, words


def test_the_first_document_with_a_character_that_no_typeface_has_is_like_the_next():
    odd = f"{'a' * 30}{NOBODY_HAS}{'-b' * 15} \N{WHITE HARD SHELL FLOPPY DISK}{'c' * 30} e\u0301\u0489 {ALL}"
    report = dataclasses.replace(full(2), title=odd, organization=odd)
    glyphs._lacking.clear()
    first = file_of(report, "pdf")
    assert NOBODY_HAS in glyphs._lacking
    assert file_of(report, "pdf") == first
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    assert STAND_IN in text
    assert "[white hard shell floppy disk]" in " ".join(text.replace("\u200b", "").split())


def drawn(folder, text, *, wide=False):
    """A text as a picture of its page."""
    (folder / "style.typ").write_bytes(STYLE.read_bytes())
    (folder / "one.typ").write_text(
        f'#import "style.typ": *\n#let data = json("data.json")\n#set document(title: "x")\n'
        f"#set page(width: {'150pt' if wide else '30pt'}, height: 30pt, margin: 2pt)\n"
        f'#set text(font: faces-of("en", none), size: 16pt)\n#prose(data.text)'
    )
    (folder / "one.pdf").write_bytes(typeset(folder, "one.typ", {"text": text}, 1))
    subprocess.run(["pdftoppm", "-r", "144", "-png", "-singlefile", "one.pdf", "one"], cwd=folder, check=True)
    with Image.open(folder / "one.png") as image:
        return image.convert("L")


def _is(value, key, name):
    return isinstance(value, pikepdf.Dictionary) and value.get(key) == pikepdf.Name(name)


def _attributes(cell):
    held = cell.get("/A", pikepdf.Array())
    return list(held) if isinstance(held, pikepdf.Array) else [held]
