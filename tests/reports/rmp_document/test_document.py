"""A plan as PDF and Word: what was written comes out as text, whatever it is; a contact gets the shared part alone."""

import io

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditapp.kit.clock import now
from auditapp.relationships.rmp import queries, service
from auditapp.relationships.rules import Sharing
from auditapp.reports.rmp_document import pdf, word
from auditapp.reports.rmp_document.blocks import blocks_of
from auditapp.reports.rmp_document.gather import document_of
from tests.relationships.rmp.conftest import agree_all, build, write

TEXT = """# What it is about

We build **together**, _openly_, ~~alone~~ and with `care`.

1. first
2. second
   - inside

> said by both

| who | what |
|---|---|
| us | plan |

[the agreement](https://example.org/a)
"""
HOSTILE = "#set text(red) $x$ @ref <label> *x* \\ `` ]] /* */ // {=HTML= \U0001f600 \u4f60 \x0b <script>"


def made(session, world, who, text=TEXT):
    write(session, world, text=text)
    write(session, world, key="business_case_and_value", text="Our margin is 12 %", sharing=Sharing.INTERNAL)
    agree_all(session, world)
    version = service.bring_into_force(session, actor=world.kim, at=now(), plan=world.plan)
    return document_of(session, who, plan=world.plan, version=version, found=world.found, language="en")


@pytest.fixture
def world(session):
    return build(session)


def words_of_pdf(data):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def words_of_word(data):
    found = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in found.paragraphs), *cells])


def test_blocks_of_a_text():
    kinds = [one["kind"] for one in blocks_of(TEXT)]
    assert kinds == ["heading", "para", "item", "item", "item", "quote", "table", "para"]
    items = [(one["depth"], one["number"]) for one in blocks_of(TEXT) if one["kind"] == "item"]
    assert items == [(1, 1), (1, 2), (2, 0)]


def test_both_formats_hold_the_plan(session, world):
    document = made(session, world, world.kim)
    for text in (words_of_pdf(pdf.render(document)), words_of_word(word.render(document))):
        for part in (
            "Joint plan",
            "RMP-",
            "Scope and context",
            "together",
            "inside",
            "said by both",
            "Our margin is 12 %",
            "Wes Willow",
        ):
            assert part in text, part
    headings = [
        one.text
        for one in docx.Document(io.BytesIO(word.render(document))).paragraphs
        if one.style.name == "Heading 1"
    ]
    assert len(headings) == 20
    assert pdf.render(document) == pdf.render(document)


def test_a_contact_gets_the_shared_part_and_a_line_that_says_so(session, world):
    document = made(session, world, world.wes)
    for text in (words_of_pdf(pdf.render(document)), words_of_word(word.render(document))):
        assert "together" in text
        assert "margin" not in text
        assert "shared between the parties" in text
    assert [one.title for one in document.sections] == ["Scope and context"]


def test_what_was_agreed_before_a_return_is_no_agreement(session, world):
    write(session, world, text=TEXT)
    service.submit(session, actor=world.kim, at=now(), plan=world.plan)
    service.agree(
        session,
        actor=world.kim,
        at=now(),
        plan=world.plan,
        party_id=world.wes.partner_id,
        note="letter of 3 May",
    )
    version = queries.open_version(session, world.plan.id)
    common = {"plan": world.plan, "version": version, "found": world.found, "language": "en"}
    document = document_of(session, world.kim, **common)
    assert document.approvals[0][1] == "written down by Kim Kapok: letter of 3 May"
    service.return_version(session, actor=world.kim, at=now(), plan=world.plan, reason="x")
    assert document_of(session, world.kim, **common).approvals == []


def test_hostile_texts_come_out_as_text(session, world):
    document = made(session, world, world.kim, text=HOSTILE)
    assert "#set text(red)" in words_of_pdf(pdf.render(document))
    assert "#set text(red)" in words_of_word(word.render(document))


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text_has_blocks(text):
    for block in blocks_of(text):
        assert block["kind"] in {"heading", "para", "item", "quote", "code", "rule", "table"}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_files_are_downloads(client_of, unit):
    def make(session):
        world = build(session)
        made(session, world, world.kim)
        world.ref = world.plan.ref
        return world

    world = unit(make)
    for ending, magic in (("pdf", b"%PDF-"), ("word", b"PK")):
        for who in (world.kim, world.wes):
            answer = client_of(who).get(f"/rmp/{world.ref}/versions/1/{ending}")
            assert answer.data.startswith(magic)
            assert answer.headers["Content-Disposition"].startswith("attachment")
            answer.close()
    assert client_of(world.wes).get(f"/rmp/{world.ref}/versions/9/pdf").status_code == 404
