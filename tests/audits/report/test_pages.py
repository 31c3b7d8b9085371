"""The pages of the closing and of the report, as people of different roles meet them."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from auditapp.audits.model import AuditMember, PlanAnswer
from auditapp.audits.report.queries import issued, revisions
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.people.model import Account
from auditapp.people.passwords import hash_password
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from tests.factories import make_person
from tests.factories.walked import make_closed_audit, make_issued_audit, make_walked_audit

CONCLUSION = {
    "text": "It works where it was sampled.",
    "objectives_met": "yes",
    "not_covered": "The site was closed.",
    "sampling": "Audits are samples.",
}


@pytest.fixture
def store(app):
    return app.extensions["auditapp_store"]


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def test_an_objection_to_the_plan_is_proposed_for_the_report(unit, client_of, store):
    walked = unit(lambda s: make_walked_audit(s, store))

    def object_and_settle(session):
        common = {"audit_id": walked.audit.id, "plan_revision": 1, "person_id": walked.auditee.person_id}
        session.add(
            PlanAnswer(**common, agreed=False, reason="The week is full.", at=now(), settled="Moved.")
        )
        session.add(PlanAnswer(**common, agreed=True, at=now()))

    unit(object_and_settle)
    page = text_of(client_of(walked.leader).get(f"/audits/{walked.audit.ref}/closing"))
    assert f"{walked.auditee.name} objected to the audit plan: The week is full. (Settled: Moved.)" in page
    assert page.count("objected to the audit plan") == 1


def test_from_the_closing_page_to_the_issued_report_and_its_pdf(unit, client_of, store):
    walked = unit(lambda s: make_walked_audit(s, store))
    ref = walked.audit.ref
    leader = client_of(walked.leader)
    page = leader.get(f"/audits/{ref}/closing")
    assert page.status_code == 200
    assert "There is no audit conclusion" in text_of(page)
    assert "2 of 3 questions were answered" in text_of(page)  # proposed
    assert leader.post(f"/audits/{ref}/closing/conclusion", data=CONCLUSION).status_code == 302
    held = (now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")
    done = leader.post(
        f"/audits/{ref}/closing/meeting",
        data={"held_at": held, "participants": f"{walked.auditee.name}, Owner"},
    )
    assert done.status_code == 302
    draft = leader.get(f"/audits/{ref}/report", follow_redirects=True)
    assert "Draft. Not issued" in text_of(draft)
    assert "The joint management team has not met since May." in text_of(draft)
    pdf = leader.get(f"/audits/{ref}/report/draft/pdf")
    assert pdf.data.startswith(b"%PDF")
    sign = leader.get(f"/audits/{ref}/report/issue")
    read = re.search(r'name="read_sha256"[^>]*value="([0-9a-f]{64})"', sign.get_data(as_text=True))
    assert read
    data = {"confirmed": "y", "name": walked.leader.name, "read_sha256": read[1]}
    shown = leader.post(f"/audits/{ref}/report/issue", data=data, follow_redirects=True)
    assert shown.status_code == 200
    assert "AR-" in text_of(shown)
    assert "Signed by typing the full name" in text_of(shown)
    for each in ("The empty folder of minutes", "Guest Person", "Policy, issue 3", "The site was closed."):
        assert each in text_of(shown)
    row = unit(lambda s: issued(s, walked.audit.id), "read")
    download = leader.get(f"/audits/{ref}/report/1/pdf")
    assert download.headers["Content-Disposition"] == f"attachment; filename={row.number}-1.pdf"
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in download.headers["Content-Security-Policy"]
    reader = PdfReader(io.BytesIO(download.data))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "The joint management team has not met since May." in " ".join(text.split())
    assert row.sha256 in text.replace("\n", "").replace("\u200b", "")
    assert leader.get(f"/audits/{ref}/report/1/pdf").data == download.data
    sha256 = re.search(r"pictures/([0-9a-f]{64})", shown.get_data(as_text=True))[1]
    shot = leader.get(f"/audits/{ref}/report/1/pictures/{sha256}")
    assert (shot.status_code, shot.mimetype) == (200, "image/jpeg")
    assert leader.get(f"/audits/{ref}/report/1/pictures/{'0' * 64}").status_code == 404


def test_a_password_is_asked_of_whoever_has_one(unit, client_of):
    walked = unit(make_closed_audit)
    secret = hash_password("correct horse battery")
    unit(lambda s: setattr(s.get(Account, walked.leader.person_id), "password_hash", secret))
    ref = walked.audit.ref
    leader = client_of(walked.leader)
    read = re.search(
        r'value="([0-9a-f]{64})"', leader.get(f"/audits/{ref}/report/issue").get_data(as_text=True)
    )[1]
    data = {"confirmed": "y", "read_sha256": read, "name": walked.leader.name}
    wrong = leader.post(f"/audits/{ref}/report/issue", data=data | {"password": "guess"})
    assert wrong.status_code == 422
    assert "This is not your password" in text_of(wrong)
    unticked = leader.post(
        f"/audits/{ref}/report/issue", data={"read_sha256": read, "password": "correct horse battery"}
    )
    assert unticked.status_code == 422
    right = leader.post(f"/audits/{ref}/report/issue", data=data | {"password": "correct horse battery"})
    assert right.status_code == 302
    for _ in range(12):
        last = leader.post(
            f"/audits/{ref}/report/correct", data={"reason": "r", "confirmed": "y", "password": "no"}
        )
    assert "Too many tries" in text_of(last)


def test_what_stands_in_the_way_is_shown_and_nothing_is_issued(unit, client_of):
    walked = unit(make_walked_audit)
    ref = walked.audit.ref
    leader = client_of(walked.leader)
    page = text_of(leader.get(f"/audits/{ref}/report/issue"))
    assert "not asked, without a reason: 1" in page
    assert "There is no audit conclusion" in page
    refused = leader.post(f"/audits/{ref}/report/issue", data={"confirmed": "y", "name": walked.leader.name})
    assert refused.status_code == 409
    assert "closing meeting" in text_of(refused)
    assert not unit(lambda s: revisions(s, walked.audit.id), "read")


def test_a_typed_conclusion_is_not_lost_when_it_is_refused(unit, client_of):
    walked = unit(make_walked_audit)
    leader = client_of(walked.leader)
    other = leader.post(f"/audits/{walked.audit.ref}/closing/conclusion", data=CONCLUSION)
    assert other.status_code == 302
    unit(lambda s: s.get(Account, walked.leader.person_id))
    leader.post(
        f"/audits/{walked.audit.ref}/closing/conclusion", data=CONCLUSION | {"version": "1", "text": "Second"}
    )
    stale = leader.post(
        f"/audits/{walked.audit.ref}/closing/conclusion",
        data=CONCLUSION | {"version": "1", "text": "Third words"},
    )
    assert stale.status_code == 409
    assert "Third words" in text_of(stale)
    assert "Somebody else saved the conclusion" in text_of(stale)


def test_two_who_begin_the_conclusion_at_once_do_not_overwrite_each_other(unit, client_of):
    walked = unit(make_walked_audit)
    leader, place = client_of(walked.leader), f"/audits/{walked.audit.ref}/closing/conclusion"
    blank = CONCLUSION | {"version": ""}  # both pages were opened before anything was kept
    assert leader.post(place, data=blank | {"text": "First words"}).status_code == 302
    stale = leader.post(place, data=blank | {"text": "Second words"})
    assert stale.status_code == 409
    assert "First words" in text_of(leader.get(f"/audits/{walked.audit.ref}/closing"))
    seen = re.search(r'name="version"[^>]*value="(\d+)"', stale.text)
    assert seen, "compared and saved again, it is taken"
    again = leader.post(place, data=blank | {"text": "Second words", "version": seen[1]})
    assert again.status_code == 302
    for number in ("9" * 5000, "-1", "x"):
        assert leader.post(place, data=blank | {"version": number}).status_code == 409


def test_a_refused_form_shows_the_draft_to_nobody_else(unit, client_of):
    def scene(session):
        walked = make_walked_audit(session)
        partner = Partner(name="Partner", created_at=now())
        session.add(partner)
        session.flush()
        contact = make_person(session, Role.PARTNER_CONTACT, partner_id=partner.id)
        walked.audit.members.append(AuditMember(person_id=contact.person_id, role=MemberRole.AUDITEE))
        return walked, contact, make_person(session, Role.VIEWER)

    walked, contact, viewer = unit(scene)
    posts = {
        "conclusion": (CONCLUSION, {"text": "\x01"}),
        "meeting": ({"held_at": "2026-11-20T10:00", "participants": "A"}, {}),
        "resume": ({"reason": "More"}, {}),
    }
    for who in (contact, viewer, walked.auditee):
        for path, bodies in posts.items():
            for data in bodies:
                answer = client_of(who).post(f"/audits/{walked.audit.ref}/closing/{path}", data=data)
                assert answer.status_code == 403
                assert "has not met since May" not in answer.text


def test_a_corrected_report_leaves_the_old_revision_readable_and_marked(unit, client_of, store):
    walked = unit(lambda s: make_issued_audit(s, store))
    ref = walked.audit.ref
    leader = client_of(walked.leader)
    page = leader.get(f"/audits/{ref}/report/correct")
    assert "The joint management team has not met since May." in text_of(page)
    data = CONCLUSION | {
        "reason": "The grade was reviewed",
        "version": "1",
        "f0_grade": "observation",
        "f0_statement": "The team meets too seldom.",
        "f0_evidence": "Minutes until May.",
        "confirmed": "y",
        "name": walked.leader.name,
    }
    shown = text_of(leader.post(f"/audits/{ref}/report/correct", data=data, follow_redirects=True))
    assert "What changed in this revision" in shown
    assert "The grade was reviewed" in shown
    assert "Revision 2" in shown
    old = text_of(leader.get(f"/audits/{ref}/report/1"))
    assert "This revision is superseded" in old
    assert "The joint management team has not met since May." in old
    for revision in (1, 2):
        assert leader.get(f"/audits/{ref}/report/{revision}/pdf").data.startswith(b"%PDF")
    assert leader.get(f"/audits/{ref}/report/3").status_code == 404
    for number in ("0", "9" * 30, "9" * 5000):
        for path in ("", "/pdf", f"/pictures/{'0' * 64}"):
            assert leader.get(f"/audits/{ref}/report/{number}{path}").status_code == 404


def test_who_may_read_what(unit, client_of, store):
    def scene(session):
        closed = make_closed_audit(session)
        ready = make_issued_audit(session, store)
        partner = Partner(name="Partner", created_at=now())
        session.add(partner)
        session.flush()
        contact = make_person(session, Role.PARTNER_CONTACT, partner_id=partner.id)
        viewer = make_person(session, Role.VIEWER)
        stranger = make_person(session, Role.ACTION_OWNER)
        return closed, ready, contact, viewer, stranger

    closed, ready, contact, viewer, stranger = unit(scene)
    paths = ("report", "report/draft", "report/issue", "closing", "report/draft/pdf")
    for path in paths:  # not issued yet: for the team only
        assert client_of(closed.leader).get(f"/audits/{closed.audit.ref}/{path}").status_code in {200, 302}
        assert client_of(viewer).get(f"/audits/{closed.audit.ref}/{path}").status_code == 403
        assert client_of(closed.auditee).get(f"/audits/{closed.audit.ref}/{path}").status_code == 403
    for path in (*paths, "report/1", "report/1/pdf"):  # somebody else's audit does not exist
        for who in (contact, stranger):
            assert client_of(who).get(f"/audits/{ready.audit.ref}/{path}").status_code == 404
    for who in (viewer, ready.auditee):  # issued: whoever may know of the audit
        for path in ("report", "report/1", "report/1/pdf"):
            assert client_of(who).get(f"/audits/{ready.audit.ref}/{path}").status_code == 200
        for path in ("report/correct",):
            assert client_of(who).get(f"/audits/{ready.audit.ref}/{path}").status_code == 403
    posts = {
        "closing/conclusion": CONCLUSION,
        "report/issue": {"confirmed": "y"},
        "follow-up": {},
        "complete": {},
    }
    for path, data in posts.items():
        assert client_of(viewer).post(f"/audits/{closed.audit.ref}/{path}", data=data).status_code in {
            403,
            409,
        }


def test_follow_up_and_completion_on_the_page(unit, client_of):
    walked = unit(make_issued_audit)
    ref = walked.audit.ref
    leader = client_of(walked.leader)
    assert "Start the follow-up" in text_of(leader.get(f"/audits/{ref}/report"))
    assert leader.post(f"/audits/{ref}/follow-up").status_code == 302
    page = leader.get(f"/audits/{ref}/report")
    assert "What was verified" in text_of(page)
    assert leader.post(f"/audits/{ref}/complete", data={"note": "\x00"}).status_code == 422
    note = {"note": "Minutes read."}
    refused = leader.post(f"/audits/{ref}/complete", data=note)
    assert refused.status_code == 409
    assert "These nonconformities are open" in text_of(refused)
    unit(lambda s: s.execute(sa.update(Nonconformity).values(status=NcStatus.CLOSED)))
    assert leader.post(f"/audits/{ref}/complete", data=note).status_code == 302
    assert "Completed" in text_of(leader.get(f"/audits/{ref}/report"))


@pytest.mark.parametrize(("own", "status"), [(2, 200), (1, 403)])
def test_a_partners_contact_reads_a_report_that_speaks_of_no_other_partner(unit, client_of, own, status):
    def scene(session):
        near, far = (Partner(name=name, created_at=now()) for name in ("Near", "Far"))
        session.add_all([near, far])
        session.flush()
        contact = make_person(session, Role.PARTNER_CONTACT, partner_id=near.id)
        walked = make_issued_audit(session)
        for index, sampled in enumerate(walked.audit.relationships):
            sampled.partners.append(near if index < own else far)
        walked.audit.members.append(AuditMember(person_id=contact.person_id, role=MemberRole.AUDITEE))
        return contact, walked.audit.ref

    contact, ref = unit(scene)
    for path in ("report", "report/1", "report/1/pdf"):
        assert client_of(contact).get(f"/audits/{ref}/{path}").status_code == status
    assert client_of(contact).get(f"/audits/{ref}/report/1/pictures/{'0' * 64}").status_code in {403, 404}
