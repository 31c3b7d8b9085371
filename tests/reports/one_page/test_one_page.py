"""A relationship on one page: one page it is, however much there is to say, and each reads what they may."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.rules import State, Whose
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskKind, Treatment
from auditapp.relationships.rules import Sharing
from auditapp.reports.one_page.report import one_page_report
from auditapp.reports.one_page.routes import SHEET
from auditapp.reports.paper.files import file_of
from tests.factories import make_contact, make_person, make_relationship
from tests.factories.nonconformities import make_nonconformity
from tests.statements import counted

LONG = "Something long that would never end if it were not cut somewhere, " * 12
TODAY = now().date()


@pytest.fixture
def ada(unit):
    return unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Ada"))


def filled(session, ada, place, count, first=0):
    """So many of each; the words as long as they may be."""
    for number in range(first, first + count):
        sharing = Sharing.SHARED if number % 2 else Sharing.INTERNAL
        word = "shared" if number % 2 else "secret"
        session.add(
            Risk(
                ref=f"RK-2026-{place.ref[-3:]}{number:03}", relationship_id=place.id, written_by_id=ada.person_id,
                kind=RiskKind.RISK, title=f"{word} risk {LONG}"[:200], likelihood=5, impact=1 + number % 5,
                treatment=next(iter(Treatment)), next_review_on=TODAY, sharing=sharing, created_at=now(),
            )
        )  # fmt: skip
        session.add(
            Objective(
                ref=f"OB-2026-{place.ref[-3:]}{number:03}", relationship_id=place.id, whose=next(iter(Whose)),
                statement=f"{word} objective {LONG}"[:400], state=State.AGREED, sharing=sharing, created_at=now(),
                created_by_id=ada.person_id, target_on=TODAY + timedelta(days=number),
            )
        )  # fmt: skip
        make_nonconformity(session, ada, relationship_id=place.id, title=LONG[:200])
    session.flush()


def pages(pdf):
    return len(PdfReader(io.BytesIO(pdf)).pages)


def test_it_is_one_page_with_nothing_and_with_far_too_much(unit, ada):
    def work(session):
        empty = make_relationship(session, ref="R-01", name="Quiet")
        full = make_relationship(session, ref="R-02", name=LONG[:200], purpose=LONG * 5)
        for _ in range(30):
            make_contact(session, full)
        filled(session, ada, full, 40)
        return [one_page_report(session, actor=ada, as_of=now(), ref=one.ref) for one in (empty, full)]

    empty, full = unit(work)
    said = {chapter.anchor: chapter for chapter in full.chapters}
    for anchor in ("risks", "objectives", "nonconformities"):
        rows = said[anchor].blocks[0].rows
        assert len(rows) == 6
        assert rows[-1].cells[0].text == "and 35 more"
    assert "more" in said["people"].blocks[0].rows[-1].cells[0].text
    assert [chapter.blocks[0].rows for chapter in empty.chapters if chapter.anchor == "risks"] == [()]
    for report in (empty, full):
        made = file_of(report, "pdf", sheet=SHEET, base="https://audits.example.org")
        assert made.startswith(b"%PDF")
        assert pages(made) == 1


def test_what_is_left_out_leads_to_all_of_it_and_the_files_are_there(unit, client_of, ada):
    def work(session):
        filled(session, ada, make_relationship(session, ref="R-03", name="Line works"), 7)

    unit(work)
    browser = client_of(ada)
    page = browser.get("/relationships/R-03/one-page").text
    assert "and 2 more" in page
    assert 'href="/relationships/R-03/risks' in page
    assert 'href="/relationships/R-03/one-page"' in browser.get("/relationships/R-03").text
    for suffix, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        assert browser.get(f"/relationships/R-03/one-page.{suffix}").data.startswith(begins)
    assert browser.get("/relationships/R-99/one-page").status_code == 404


def test_a_contact_reads_what_is_shared_of_their_own_relationship(unit, client_of, ada):
    def work(session):
        mine, other = (
            make_relationship(session, ref="R-04", name="Mine"),
            make_relationship(session, ref="R-05"),
        )
        filled(session, ada, mine, 3)
        return make_contact(session, mine), other.ref

    who, other = unit(work)
    contact, reader = client_of(who), client_of(unit(lambda s: make_person(s, Role.ACTION_OWNER)))
    page = contact.get("/relationships/R-04/one-page").text
    assert "shared risk" in page
    assert "secret" not in page
    assert "NC-" not in page
    assert contact.get(f"/relationships/{other}/one-page").status_code == 404
    assert "secret risk" in reader.get("/relationships/R-04/one-page").text
    assert client_of(None).get("/relationships/R-04/one-page").status_code == 302


def test_the_number_of_statements_does_not_grow(unit, ada):
    def asked(session):
        with counted(session) as said:
            one_page_report(session, actor=ada, as_of=now(), ref="R-06")
        return len(said)

    place = unit(lambda s: make_relationship(s, ref="R-06"))
    unit(lambda s: filled(s, ada, place, 3))
    before = unit(asked, "read")
    unit(lambda s: filled(s, ada, place, 9, first=10))
    assert unit(asked, "read") == before <= 24
