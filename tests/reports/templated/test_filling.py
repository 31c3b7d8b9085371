"""The Word file: everything that the PDF says, in every script, the same bytes each time, and a draft says that it is one."""

import dataclasses
import io
import re
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from auditapp.audits.report.labels import in_english
from auditapp.reports.audit_report.pdf import render
from auditapp.reports.templated.builtin import builtin
from auditapp.reports.templated.filling import Faulty, fill
from auditapp.reports.templated.sample import sample, sample_pictures
from tests.reports.templated.words import missing, word_text

LABELS = in_english()
ALBUM = sample_pictures()


def filled(report, data=None, photos=ALBUM.get, **more):
    return fill(data or builtin(), report, photos, labels=LABELS, **more).data


@pytest.mark.parametrize("draft", [False, True])
def test_it_holds_all_that_the_pdf_holds(draft):
    report = sample(draft=draft)
    pdf = render(report, ALBUM.get, labels=LABELS)
    assert missing(pdf, filled(report)) == []
    assert ("Draft." in word_text(filled(report))) is draft


def test_even_an_empty_template_holds_all_that_the_pdf_holds(template):
    report = sample()
    pdf = render(report, ALBUM.get, labels=LABELS)
    assert missing(pdf, filled(report, template("Nothing"))) == []


def test_the_comparison_finds_what_is_missing():
    report = sample()
    pdf = render(report, ALBUM.get, labels=LABELS)
    less = dataclasses.replace(report, conclusion=dataclasses.replace(report.conclusion, obstacles=""))
    assert any("Obstacles" in piece for piece in missing(pdf, filled(less)))


def test_the_same_report_gives_the_same_bytes():
    first = filled(sample(), made_with="Letter, version 2")
    assert first == filled(sample(), made_with="Letter, version 2")
    about = Document(io.BytesIO(first)).core_properties
    assert (about.comments, about.keywords) == ("Letter, version 2", sample().sha256)
    assert about.author.startswith("Who signed")


def test_a_draft_says_so_on_every_page():
    for data in (filled(sample(draft=True)), filled(sample())):
        made = Document(io.BytesIO(data))
        heads = [p.text for section in made.sections for p in section.header.paragraphs]
        assert any("Not issued" in text for text in heads) is (data == filled(sample(draft=True)))


def test_photos_are_turned_bounded_and_told_to_who_cannot_see_them():
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    Image.new("RGB", (4000, 3000), (200, 30, 30)).save(target, "JPEG", exif=exif)
    data = filled(sample(), photos=lambda _sha: target.getvalue())
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sizes = [
            Image.open(io.BytesIO(parts.read(n))).size
            for n in parts.namelist()
            if n.endswith((".jpg", ".jpeg"))
        ]
    assert sizes
    assert all(wide < high <= 1600 for wide, high in sizes)
    body = Document(io.BytesIO(data)).element.body
    assert all(each.get("descr") for each in body.iter(qn("wp:docPr")))
    ids = [each.get("id") for each in body.iter(qn("wp:docPr"))]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "text",
    [
        '<w:p/> & "quotes" ]]> {{ title }} {% for x in y %} {_{ }_} {# x #}',
        "שלום עולם — سلام دنیا", "日本語 한국어 中文 😀", "Ελληνικά", "a\tb  c", "\ufdd0findings\ufdd0 \x00\x07\x0c\x1b \ufffe",
    ],
)  # fmt: skip
def test_any_text_comes_out_as_it_was_written(template, text):
    report = dataclasses.replace(sample(), client=text, objectives=f"{text}\n- {text}")
    kept = re.sub(r"[\x00\x07\x0c\x1b\ufdd0\ufffe]", "", text)
    for data in (
        filled(report),
        filled(report, template("{{ client }}", "{{ objectives }}", header="{{ client }}")),
    ):
        body = Document(io.BytesIO(data)).element.body
        shown = "".join(
            "\t" if e.tag == qn("w:tab") else e.text or "" for e in body.iter(qn("w:t"), qn("w:tab"))
        )
        assert kept.strip() in shown
        assert "Audit findings and objective evidence" in shown


def test_texts_from_right_to_left_are_set_so():
    report = dataclasses.replace(sample(), client="سلام دنیا")
    body = Document(io.BytesIO(filled(report))).element.body
    paragraph = next(
        p for p in body.iter(qn("w:p")) if "سلام" in "".join(t.text or "" for t in p.iter(qn("w:t")))
    )
    assert paragraph.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    assert next(paragraph.iter(qn("w:rtl")), None) is not None


@pytest.mark.parametrize(
    "blocks",
    [
        ["{%p for a in answers %}{%p for b in answers %}"],
        ["{% for a in answers %}{% for b in answers %}" * 9 + "x" + "{% endfor %}{% endfor %}" * 9],
    ],
)
def test_what_never_ends_is_ended(template, blocks):
    with pytest.raises(Faulty):
        filled(sample(), template(*blocks))
