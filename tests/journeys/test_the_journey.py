"""The product's main job, by hand: plan, agree, open, answer, photo, findings, close, issue, download."""

from io import BytesIO

import pypdf
import sqlalchemy as sa

from auditapp.audits.execution.model import Answer, Finding
from auditapp.audits.execution.rules import Result
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import day_in, now
from auditapp.trail import service as trail
from tests.journeys.browser import DESK, check, person
from tests.journeys.steps import (
    TITLE,
    agree,
    answer,
    close_it,
    issue_it,
    open_it,
    plan_an_audit,
    raise_beside,
    take_photo,
)

NOTES = {
    3: "Shown at once, last changed in spring.",
    12: "Three of three records are complete.",
    25: "Seen on site.",
}


def test_from_plan_to_pdf(chromium, demo):
    today = day_in("Europe/London", now()).isoformat()
    cora = person(chromium, demo, "cora.cedar@example.org", DESK)
    ref = plan_an_audit(cora, starts_on=today)
    cora.context.close()

    mia = person(chromium, demo, "mia.maple@example.org")
    mia.goto("/")
    check(mia, "home-auditee")
    agree(mia, ref)
    mia.context.close()

    dan = person(chromium, demo, "dan.dogwood@example.org")
    ella = person(chromium, demo, "ella.elm@example.org")
    dan.goto("/")
    check(dan, "home-auditor")
    open_it(dan, ref)
    check(dan, "walk-begun")
    ella.goto(f"/audits/{ref}/walk")
    for number in range(1, 38):
        page = dan if number % 2 else ella
        answer(page, number, "Conforms", NOTES.get(number, ""))
    take_photo(ella, 38)
    said = "Issues wait on level 2 of the ladder for longer than ten working days."
    first = raise_beside(ella, 38, "Nonconforming", "Minor nonconformity", said)
    second = raise_beside(dan, 39, "Observation", "Observation", "The record does not show when it was made.")
    third = raise_beside(
        ella, 40, "Good practice", "Good practice", "New people spend half a day with the partner."
    )
    assert [first, second, third] == [f"{ref}-F{number}" for number in (1, 2, 3)]
    dan.reload()
    check(dan, "walk-forty")
    dan.goto(f"/audits/{ref}/findings")
    check(dan, "findings-of-audit")
    dan.goto(f"/findings/{first}")
    check(dan, "finding")

    close_it(dan, ref, reason="The day was too short; the rest is asked in the follow-up audit.")
    issue_it(dan, ref)
    with dan.expect_download() as download:
        dan.get_by_role("link", name="Download the PDF").click()
    pdf = pypdf.PdfReader(BytesIO(download.value.path().read_bytes()))
    text = " ".join(page.extract_text() for page in pdf.pages)
    words = "".join(text.split())
    assert TITLE.replace(" ", "") in words
    for expected in (said, first, second, third, "Dan Dogwood", "Ella Elm"):
        assert "".join(expected.split()) in words, expected
    assert any(page.images for page in pdf.pages), "the photo is in the report"
    for page in (dan, ella):
        page.context.close()

    demo.unit(lambda s: look(s, ref))


def look(s, ref):
    audit = s.scalars(sa.select(Audit).where(Audit.ref == ref)).one()
    assert audit.status is AuditStatus.ISSUED
    answered = s.scalars(sa.select(Answer.answered_by_id).where(
        Answer.audit_id == audit.id, Answer.result != Result.NOT_ASKED
    )).all()  # fmt: skip
    assert len(answered) == 40
    assert len(set(answered)) == 2
    assert len(s.scalars(sa.select(Finding).where(Finding.audit_id == audit.id)).all()) == 3
    assert list(trail.verify(s)) == []
