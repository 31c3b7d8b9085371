"""The PDF: what it says, that it is an archive document, that it is always the same, that hostile text is inert."""

import dataclasses
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from auditapp.audits.report.content import AuditReport, Change, Divergence, Finding, Line, Meeting, Signed
from auditapp.audits.report.labels import LABELS, in_english
from auditapp.reports.audit_report import pdf as pdf_module
from auditapp.reports.audit_report.pdf import render
from auditapp.reports.glyphs import BREAK, STAND_IN, clean
from tests.reports.audit_report.conftest import picture

Make = Callable[..., AuditReport]
Album = Callable[[int], dict[str, bytes]]


def squeezed(text: str) -> str:
    """Without anything that line breaking adds or takes."""
    return re.sub(r"[\s\u200b\u00ad-]+", "", text)


def words_of(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def no_photos(_: str) -> bytes | None:
    return None


def test_it_says_everything(make_report: Make, album: Album) -> None:
    report = make_report(answers=20, findings=6, photos=3)
    pdf = render(report, album(3).get, labels=in_english())
    reader = PdfReader(io.BytesIO(pdf))
    text = words_of(pdf)
    assert reader.metadata is not None
    assert reader.metadata.title == "AR-2026-001 · Collaborative relationships with rail partners"
    assert reader.metadata.author == "Ada Example"
    for finding in report.findings:
        assert squeezed(finding.statement) in text
        assert squeezed(finding.number) in text
    for answer in report.answers:
        assert squeezed(answer.ref) in text
    for exhibit in report.exhibits:
        assert exhibit.sha256 in text
        assert squeezed(exhibit.caption) in text
    for said in (
        report.client,
        report.objectives,
        report.conclusion.text,
        report.conclusion.sampling,
        report.sha256,
    ):
        assert squeezed(said) in text
    for named in (*report.team, *report.participants):
        assert squeezed(named.name) in text
    assert report.independence[0].reviewer.replace(" ", "") in text
    assert squeezed(report.competence[0].warning) in text
    last = squeezed(reader.pages[-1].extract_text())
    assert f"Page{len(reader.pages)}of{len(reader.pages)}" in last
    assert "AR2026001Revision1" in last
    assert len(reader.outline) > 10


def test_it_is_an_archive_document(make_report: Make, album: Album) -> None:
    reader = PdfReader(io.BytesIO(render(make_report(), album(5).get, labels=in_english())))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert str(reader.metadata["/CreationDate"]).startswith("D:20261120153000")  # type: ignore[index]


def test_the_same_content_gives_the_same_bytes(make_report: Make, album: Album) -> None:
    report = make_report(answers=12, photos=2)
    first = render(report, album(2).get, labels=in_english())
    assert first == render(AuditReport.from_json(report.to_json()), album(2).get, labels=in_english())
    other = dataclasses.replace(report, client="Somebody else")
    assert first != render(other, album(2).get, labels=in_english())


def test_a_large_report_has_all_its_photos(make_report: Make, album: Album) -> None:
    pdf = render(make_report(answers=150, findings=12, photos=40), album(40).get, labels=in_english())
    reader = PdfReader(io.BytesIO(pdf))
    pictures = {
        ref.idnum
        for page in reader.pages
        for ref in page["/Resources"].get("/XObject", {}).values()  # type: ignore[union-attr]
    }
    assert len(pictures) >= 40
    assert len(reader.pages) > 30


@pytest.mark.parametrize(
    "damaged", [b"", b"not a picture", b"\xff\xd8\xff\xe0 cut short", b"\x89PNG\r\n\x1a\n"]
)
def test_a_damaged_picture_leaves_a_frame_that_says_so(make_report: Make, damaged: bytes) -> None:
    text = words_of(render(make_report(answers=3, photos=1), lambda _: damaged, labels=in_english()))
    assert "Thispicturecannotbeprinted" in text


def test_a_picture_that_is_damaged_within_is_left_out_and_the_others_stay(make_report: Make) -> None:
    whole, other = picture(0), picture(1)
    damaged = whole[: whole.index(b"\xff\xda")] + b"\xff\xd9"  # a head and an end, and nothing between
    report = make_report(answers=3, photos=2)
    first = report.exhibits[0].sha256
    made = render(report, lambda key: damaged if key == first else other, labels=in_english())
    assert words_of(made).count("Thispicturecannotbeprinted") == 2  # by its finding, and among the exhibits
    assert b"/DCTDecode" in made


def test_an_empty_report_still_has_every_chapter(make_report: Make) -> None:
    full = make_report(answers=0, findings=0, photos=0)
    empty = AuditReport(
        document=dataclasses.replace(full.document, signature=None, anchor=None),
        audit_number="",
        title="",
        objectives="",
        client="",
        scope=dataclasses.replace(full.scope, text="", functions=(), processes=(), relationships=()),
        criteria=(),
        conclusion=dataclasses.replace(full.conclusion, **dict.fromkeys(full.conclusion.__slots__, "")),
    )
    text = words_of(render(empty, no_photos, labels=in_english()))
    for key in ("findings", "diverging", "not_covered", "sampling", "degree", "conclusion", "good_practices"):
        assert squeezed(str(LABELS[f"chapter.{key}"])) in text
    assert "Draft" in text
    assert squeezed("There were no diverging opinions between the audit team and the auditee.") in text


def test_diverging_opinions_stand_with_both_views_and_the_decision(make_report: Make) -> None:
    report = make_report(answers=3, findings=2, photos=0)
    differing = dataclasses.replace(
        report,
        divergences=(
            Divergence(
                number=report.findings[0].number,
                auditee_view="We met by telephone.\n- in May\n- in June",
                team_view="Nothing is on record.",
                decision="It stands, as a minor one.",
            ),
            Divergence(number=report.findings[1].number, auditee_view="<script> #panic()"),
        ),
    )
    text = words_of(render(differing, no_photos, labels=in_english()))
    for said in (
        "The auditee’s view",
        "We met by telephone.",
        "Nothing is on record.",
        "It stands, as a minor one.",
        "The audit team has not answered.",
        "Not decided when the report was issued.",
        "#panic()",
    ):
        assert squeezed(said) in text
    assert squeezed("There were no diverging opinions") not in text


def test_a_revision_says_what_changed(make_report: Make) -> None:
    report = make_report(answers=2, photos=0)
    changes = (
        Change(kind="changed", chapter="finding", item="F-01", field="grade", before="major", after="minor"),
    )
    document = dataclasses.replace(
        report.document,
        revision=2,
        reason="Grade corrected after review",
        supersedes="ab" * 32,
        changes=changes,
    )
    text = words_of(render(report.with_document(document), no_photos, labels=in_english()))
    for said in (
        "What changed in this revision",
        "Grade corrected after review",
        "Finding · F-01 · grade",
        "Revision 2",
    ):
        assert squeezed(said) in text


HOSTILE = [
    '#panic(1) #read("/etc/passwd") $x^2$ *bold* _it_ `raw` <label> @ref = heading\n- list\n+ enum\n/ term: x',
    "https://example.org // not a comment /* nor this */ \\ \\u{1F600} ~ -- --- ...",
    "\x00\x07\x1b[31m\x7f\x85 control \u202etxt.exe\u2066 isolates",
    "שלום עולם — سلام دنیا mixed with English 123",
    "日本語 한국어 😀👩‍👩‍👧‍👦🇩🇪 \ue000\U000f0000 \ufffe",
    "a" * 10_000,
    "word " * 2_000,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "क्ष त्र ज्ञ श्री กำ ကြ",
    "e\u0301" * 50 + "\u20dd\u0489 ̈ ́",
]


def hostile_report(report: AuditReport, text: str) -> AuditReport:
    """The same report with one text in every place that a person fills."""
    finding = Finding(
        number="F-1",
        grade=text[:40],
        title=text,
        statement=text,
        evidence=text,
        relationship=text[:300],
        auditee=text[:300],
        status="",
        raised_by=text[:100],
    )
    return dataclasses.replace(
        report,
        title=text[:300],
        objectives=text,
        client=text[:300],
        scope=dataclasses.replace(report.scope, text=text, organization=text[:300], functions=(text[:200],)),
        criteria=tuple(dataclasses.replace(each, title=text[:200]) for each in report.criteria),
        team=tuple(dataclasses.replace(each, name=text[:100], note=text[:200]) for each in report.team),
        findings=(finding,),
        conclusion=dataclasses.replace(report.conclusion, text=text, diverging=text, sampling=text),
        answers=tuple(
            dataclasses.replace(each, note=text, evidence=text, section=text[:200]) for each in report.answers
        ),
        exhibits=tuple(
            dataclasses.replace(each, caption=text[:500], target=text[:500]) for each in report.exhibits
        ),
        document=dataclasses.replace(report.document, organization=text[:200], number=text[:40]),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_out_inert(make_report: Make, album: Album, text: str) -> None:
    report = hostile_report(make_report(answers=2, findings=1, photos=1), text)
    assert render(report, album(1).get, labels=in_english()).startswith(b"%PDF-1.7")


def test_typst_markup_is_printed_as_it_was_written(make_report: Make) -> None:
    report = hostile_report(make_report(answers=1, photos=0), HOSTILE[0])
    text = words_of(render(report, no_photos, labels=in_english()))
    assert '#panic(1)#read("/etc/passwd")$x^2$*bold*_it_`raw`<label>@ref=heading' in text


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
@example("\\")
@example('"')
@example("\u0300")
@example("#")
def test_any_text_makes_a_document(make_report: Make, text: str) -> None:
    report = hostile_report(make_report(answers=1, findings=1, photos=0), text)
    assert render(report, no_photos, labels=in_english()).startswith(b"%PDF-1.7")


@given(st.text())
def test_cleaning_is_stable_and_leaves_nothing_that_is_not_printable(text: str) -> None:
    once = clean(text)
    assert all(
        each in {"\n", BREAK} or each.isprintable() or each == "\u00a0" or ord(each) > 0x2000 for each in once
    )
    assert "\u202e" not in once
    assert "\x00" not in once


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain text, 100 % – “quoted” €", "plain text, 100 % – “quoted” €"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("x\x00y", f"x{STAND_IN}y"),
        ("ok 😀, 日本, جودة, Ω", "ok 😀, 日本, جودة, Ω"),
        ("\U0001f469\u200d\U0001f467 a\u200db", "\U0001f469\u200d\U0001f467 ab"),
        ("\ue000 \U0010ffff", f"{STAND_IN} {STAND_IN}"),
        ("\u202eevil", f"{STAND_IN}evil"),
        ("k" * 30, f"{'k' * 12}{BREAK}{'k' * 12}{BREAK}{'k' * 6}"),
    ],
)
def test_what_stands_in_for_what_cannot_be_printed(written: str, shown: str) -> None:
    assert clean(written) == shown


def test_pictures_keep_their_size_in_bytes(make_report: Make, album: Album) -> None:
    pictures = album(3)
    pdf = render(make_report(answers=1, photos=3), pictures.get, labels=in_english())
    assert len(pdf) < sum(map(len, pictures.values())) + 400_000


def test_labels_are_all_used_and_all_there(make_report: Make) -> None:
    labels = {key: f"«{text}»" for key, text in in_english().items()}
    text = words_of(render(make_report(answers=1, photos=1), no_photos, labels=labels))
    assert "«Auditconclusion»" in text


def test_every_label_of_the_template_exists() -> None:
    template = (Path(pdf_module.__file__).parent / "report.typ").read_text(encoding="utf-8")
    asked = set(re.findall(r'L\("([a-z_.]+)"\)', template))
    asked |= {f"chapter.{key}" for key in re.findall(r'chapter\("([a-z_]+)"\)', template)}
    asked |= set(re.findall(r'(?:said\([^"]*|nothing\()"([a-z_.]+)"', template))
    asked |= {f"degree.{key}" for key in ("fulfilled", "arranged", "unfulfilled", "open")}
    assert asked <= set(LABELS)
    assert len(asked) > 100


def test_lines_and_signatures_are_printed_beside_what_they_belong_to(make_report: Make, album: Album) -> None:
    report = make_report(answers=1, photos=2)
    lines = (
        Line(ink="red", points=(100, 100, 500, 300, 900, 100)),
        Line(ink="javascript:", points=(500, 500)),
    )
    drawn, plain = report.exhibits[:2]
    taken = report.document.issued_at
    report = dataclasses.replace(
        report,
        exhibits=(
            dataclasses.replace(
                drawn, drawing=lines, original_sha256="f" * 64, captured_at=taken, received_at=taken
            ),
            dataclasses.replace(plain, coming=True),
        ),
        meetings=(
            Meeting(
                kind="closing",
                held_at=taken,
                signed=(Signed(name="Ede Auditee", lines=lines), Signed(name="Tip Ed")),
            ),
        ),
    )
    assert AuditReport.from_json(report.to_json()) == report
    pdf = render(report, album(2).get, labels=in_english())
    text = words_of(pdf)
    assert "f" * 64 in text
    assert drawn.sha256 in text
    for said in (
        "Taken20",
        "Receivedfromthetablet20",
        "hasnotcomefromthetabletyet",
        "EdeAuditee",
        "signedbytypingthename",
    ):
        assert said in text
    assert "javascript" not in text
