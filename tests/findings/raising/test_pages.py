"""Raising a nonconformity in a few taps, what is like it, what it repeats, handing over before the report."""

import re

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import AuditQuestion, Finding
from auditapp.audits.execution.rules import Grade
from auditapp.findings import queries
from auditapp.findings.model import Nonconformity, Repeat
from auditapp.findings.rules.nonconformity import NcStatus, Source
from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner, RelationshipPartner
from tests.factories import make_person, make_relationship
from tests.factories.audits import make_audit, make_auditor, make_edition
from tests.factories.nonconformities import make_nonconformity
from tests.factories.walked import make_closed_audit

STATEMENT = "Version 3 of the plan has no signature of the partner."


def text_of(response):
    return response.get_data(as_text=True)


def chosen(page, name):
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', text_of(page), re.DOTALL)[0]
    found = re.search(r'<option selected value="([^"]*)"', select)
    return found[1] if found else ""


@pytest.fixture
def place(unit):
    """Somebody without any role, an auditor, a relationship with a partner and an audit of it."""

    def scene(session):
        make_edition(session)
        partner = Partner(name="Northline Works", created_at=now())
        relationship = make_relationship(session, ref="R-07")
        session.add(partner)
        session.flush()
        session.add(RelationshipPartner(relationship_id=relationship.id, partner_id=partner.id))
        auditor = make_auditor(session)
        audit = make_audit(session, leader=auditor, relationship_ids=[relationship.id])
        return make_person(session), auditor, relationship.id, audit.ref, partner.id

    return unit(scene)


def test_three_fields_are_enough(unit, client_of, place):
    who, _, relationship_id, _, _ = place
    client = client_of(who)
    page = client.get("/nonconformities/new?from=/relationships/R-07")
    assert page.status_code == 200
    assert chosen(page, "relationship") == str(relationship_id)
    answer = client.post(
        "/nonconformities/new",
        data={
            "title": "The plan is not signed",
            "statement": STATEMENT,
            "relationship": str(relationship_id),
            "grade": "minor",
            "source": "self_identified",
        },
    )
    assert answer.status_code == 302
    assert answer.location.endswith("/raised")
    nc = unit(lambda s: s.scalar(sa.select(Nonconformity)), "read")
    assert (nc.status, nc.statement, nc.relationship_id) == (NcStatus.DRAFT, STATEMENT, relationship_id)
    after = client.get(answer.location)
    assert after.status_code == 200
    assert "An auditor or the audit programme manager looks at the draft" in text_of(after)
    assert f"/nonconformities/{nc.ref}/files/new" in text_of(after)


@pytest.mark.parametrize(
    "path",
    [
        "/relationships/R-07/edit",
        "/audits/{audit}",
        "/audits/{audit}/report",
        "/relationships/partners/{partner}",
    ],
)
def test_it_begins_from_the_page_one_comes_from(client_of, place, path):
    _, auditor, relationship_id, audit, partner = place
    page = client_of(auditor).get(
        "/nonconformities/new", query_string={"from": path.format(audit=audit, partner=partner)}
    )
    assert chosen(page, "relationship") == str(relationship_id)


@pytest.mark.parametrize(
    "path",
    ["", "/", "/audits/", "/relationships/partners/none", "https://elsewhere/relationships/R-07", "\0"],
)
def test_any_other_page_prefills_nothing(client_of, place, path):
    page = client_of(place[0]).get("/nonconformities/new", query_string={"from": path})
    assert page.status_code == 200
    assert chosen(page, "relationship") == ""


def test_an_audit_that_is_not_ones_own_is_not_named(client_of, place):
    stranger, audit = place[0], place[3]
    page = client_of(stranger).get("/nonconformities/new", query_string={"from": f"/audits/{audit}"})
    assert audit not in text_of(page).split("<main", 1)[1]
    posted = client_of(stranger).post(
        "/nonconformities/new",
        data={
            "title": "T",
            "statement": "S",
            "relationship": "",
            "source": "issue",
            "grade": "minor",
            "audit": audit,
        },
    )
    assert posted.status_code == 302


def test_the_header_offers_it_on_every_page_but_not_to_a_partners_contact(unit, client_of, place):
    contact = unit(
        lambda s: make_person(s, Role.PARTNER_CONTACT, partner_id=place[4], name="Contact of a partner")
    )
    assert "/nonconformities/new?from=/relationships/R-07" in text_of(
        client_of(place[0]).get("/relationships/R-07")
    )
    assert "/nonconformities/new" not in text_of(client_of(contact).get("/"))
    assert client_of(contact).get("/nonconformities/new").status_code == 403
    assert client_of(contact).post("/nonconformities/new", data={"title": "x"}).status_code == 403


def test_what_is_missing_stands_beside_its_field_and_what_was_typed_stays(client_of, place):
    answer = client_of(place[0]).post(
        "/nonconformities/new",
        data={
            "title": "",
            "statement": STATEMENT,
            "relationship": "",
            "grade": "minor",
            "source": "complaint",
            "requirements-0": "what the handbook says",
        },
    )
    assert answer.status_code == 422
    assert "Say in one line what is wrong." in text_of(answer)
    assert STATEMENT in text_of(answer)
    wrong = client_of(place[0]).post(
        "/nonconformities/new",
        data={"title": "T", "statement": "S", "relationship": "", "grade": "minor", "source": "complaint",
              "requirements-0": "what the handbook says"},
    )  # fmt: skip
    assert wrong.status_code == 422
    assert "names no requirement" in text_of(wrong)


def test_a_certification_body_has_its_own_part(unit, client_of, place):
    answer = client_of(place[0]).post(
        "/nonconformities/new",
        data={
            "title": "Minor 3 of the surveillance audit",
            "statement": "No record of the management review.",
            "relationship": "",
            "grade": "major",
            "source": "certification_body",
            "requirements-0": "The small library 2",
            "requirements-1": "1",
            "requirements-2": "Handbook 4.2.1",
            "body_name": "The body",
            "body_ref": "SA2-3",
            "reply_due_on": "2027-01-15",
            "close_due_on": "2027-03-15",
        },
    )
    assert answer.status_code == 302

    def read(session):
        nc = session.scalar(sa.select(Nonconformity))
        rows = queries.requirements_of(session, [nc.id])[nc.id]
        return nc, [(row.standard, row.clause) for row in rows]

    nc, rows = unit(read, "read")
    assert (nc.source, nc.grade, nc.body_ref) == (Source.CERTIFICATION_BODY, Grade.MAJOR, "SA2-3")
    assert rows == [("The small library", "2"), ("The small library", "1"), ("Handbook", "4.2.1")]


def test_looking_for_similar_ones_keeps_nothing(unit, client_of, place):
    auditor = place[1]
    earlier = unit(lambda s: make_nonconformity(s, auditor, status=NcStatus.CLOSED).ref)
    client = client_of(auditor)
    answer = client.post(
        "/nonconformities/new",
        data={"look": "yes", "title": "", "statement": "", "grade": "minor",
              "requirements-0": "ISO 44001:2017 8.2.2 Policy"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert earlier in text_of(answer)
    assert "speaks for a major" in text_of(answer)
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Nonconformity)), "read") == 1


def test_similar_ones_are_a_page_and_a_piece_of_one(unit, client_of, place):
    auditor = place[1]
    earlier = unit(lambda s: make_nonconformity(s, auditor, status=NcStatus.CLOSED).ref)
    asked = {"requirement": ["ISO 44001:2017 8.2.2 Policy", "nonsense", "\0"]}
    client = client_of(auditor)
    page = client.get("/nonconformities/similar", query_string=asked)
    piece = client.get("/nonconformities/similar", query_string=asked, headers={"X-Requested-With": "fetch"})
    assert earlier in text_of(page)
    assert earlier in text_of(piece)
    assert "<html" in text_of(page)
    assert "<html" not in text_of(piece)
    assert "speaks for a major" not in text_of(
        client.get("/nonconformities/similar?grade=major", query_string=None)
    )
    stranger = client_of(place[0]).get("/nonconformities/similar", query_string=asked)
    assert earlier not in text_of(stranger)
    assert client.get("/nonconformities/similar").status_code == 200


def test_similar_ones_are_found_for_a_question_of_a_walk(unit, client_of, place):
    def scene(session):
        walked = make_closed_audit(session)
        position = session.scalar(
            sa.select(sa.func.min(AuditQuestion.position)).where(AuditQuestion.audit_id == walked.audit.id)
        )
        return walked.audit.ref, walked.leader, position

    ref, leader, position = unit(scene)
    client = client_of(leader)
    address = f"/nonconformities/similar?audit={ref}&question={position}"
    assert "Looked for nonconformities against" in text_of(client.get(address))
    assert "Choose a requirement first" in text_of(client.get(f"{address}99"))
    assert client_of(place[0]).get(address).status_code == 404


def test_an_audit_finding_leads_to_its_nonconformity(unit, client_of, place):
    def scene(session):
        walked = make_closed_audit(session)
        found = session.scalars(sa.select(Finding).where(Finding.audit_id == walked.audit.id)).first()
        return walked.leader, found.ref, found.id

    leader, ref, finding_id = unit(scene)
    client = client_of(leader)
    without = client.get(f"/nonconformities/for/{ref}", follow_redirects=True)
    assert "has no nonconformity yet" in text_of(without)
    nc = unit(lambda s: make_nonconformity(s, leader, finding_id=finding_id).ref)
    assert client.get(f"/nonconformities/for/{ref}").location.endswith(f"/nonconformities/{nc}")
    assert client.get("/nonconformities/for/IA-1-F1").status_code == 404
    assert client_of(place[0]).get(f"/nonconformities/for/{ref}").status_code == 404


def test_a_draft_is_changed_on_its_page_and_a_stale_page_is_shown_again(unit, client_of, place):
    who = place[0]
    nc = unit(lambda s: make_nonconformity(s, who))
    client = client_of(who)
    address = f"/nonconformities/{nc.ref}/edit"
    page = client.get(address)
    assert page.status_code == 200
    assert "ISO 44001:2017 8.2.2" in text_of(page)
    data = {
        "title": "Another title",
        "statement": "Another statement.",
        "relationship": "",
        "grade": "major",
        "source": "complaint",
        "requirements-0": "ISO 44001:2017 8.2.2",
        "version": "1",
    }
    assert client.post(address, data=data).status_code == 302
    again = client.post(address, data=data | {"title": "A third"})
    assert again.status_code == 409
    assert "since you opened the page" in text_of(again)
    assert "A third" in text_of(again)
    kept = unit(lambda s: s.get(Nonconformity, nc.id), "read")
    assert (kept.title, kept.grade) == ("Another title", Grade.MAJOR)


def test_a_draft_of_a_finding_offers_only_its_title(unit, client_of):
    def scene(session):
        walked = make_closed_audit(session)
        nc = make_nonconformity(
            session,
            walked.leader,
            finding_id=walked.findings[0].id,
            audit_id=walked.audit.id,
            source=Source.AUDIT,
        )
        return walked.leader, nc

    leader, nc = unit(scene)
    client = client_of(leader)
    page = client.get(f"/nonconformities/{nc.ref}/edit")
    assert 'name="statement"' not in text_of(page)
    answer = client.post(f"/nonconformities/{nc.ref}/edit", data={"title": "Shorter", "version": "1"})
    assert answer.status_code == 302
    kept = unit(lambda s: s.get(Nonconformity, nc.id), "read")
    assert (kept.title, kept.statement) == ("Shorter", nc.statement)


def test_who_may_not_change_a_draft_is_told_before_the_form_is_read(unit, client_of, place):
    _, auditor, relationship_id, _, _ = place

    def scene(session):
        owner = make_person(session)
        session.get_one(type(make_relationship(session)), relationship_id).owner_id = owner.person_id
        return make_nonconformity(session, auditor, relationship_id=relationship_id).ref, owner

    ref, owner = unit(scene)
    for data in ({}, {"title": "x", "statement": "y"}):
        assert client_of(owner).post(f"/nonconformities/{ref}/edit", data=data).status_code == 403
        assert client_of(owner).post(f"/nonconformities/{ref}/repeats", data=data).status_code == 403
        assert client_of(place[0]).post(f"/nonconformities/{ref}/edit", data=data).status_code == 404
    assert client_of(owner).get(f"/nonconformities/{ref}/edit").status_code == 403
    assert client_of(owner).get(f"/nonconformities/{ref}/repeats").status_code == 200


def test_a_repeat_is_linked_on_its_page_and_a_major_is_suggested(unit, client_of, place):
    auditor = place[1]

    def scene(session):
        earlier = make_nonconformity(session, auditor, status=NcStatus.CLOSED)
        return earlier, make_nonconformity(
            session, auditor, status=NcStatus.ISSUED, verifier_id=auditor.person_id
        )

    earlier, nc = unit(scene)
    client = client_of(auditor)
    address = f"/nonconformities/{nc.ref}/repeats"
    page = text_of(client.get(address))
    assert "Same clause: 8.2.2" in page
    assert "It may be a major one" in page
    assert f"/nonconformities/{nc.ref}/regrade" in page
    assert client.post(address, data={"earlier": earlier.ref.lower(), "note": "Again."}).status_code == 302
    assert unit(lambda s: s.get(Repeat, (nc.id, earlier.id)).note, "read") == "Again."
    assert client.post(address, data={"earlier": "NC-1999-1"}).status_code == 422
    assert client.post(address, data={"earlier": nc.ref}).status_code == 422
    assert client.post(address, data={}).status_code == 422
    assert client.post(f"{address}/{earlier.id}/remove").status_code == 302
    assert unit(lambda s: s.get(Repeat, (nc.id, earlier.id)), "read") is None


def test_the_leader_hands_over_on_the_closing_page(unit, client_of):
    walked = unit(make_closed_audit)
    ref = walked.audit.ref
    leader = client_of(walked.leader)
    assert "Hand over the nonconformities" in text_of(leader.get(f"/audits/{ref}/closing"))
    manager = unit(lambda s: make_person(s, Role.PROGRAMME_MANAGER))
    assert client_of(manager).post(f"/nonconformities/of/{ref}/hand-over").status_code == 403
    for _ in range(2):
        answer = leader.post(f"/nonconformities/of/{ref}/hand-over", follow_redirects=True)
        assert answer.status_code == 200
    assert "was handed over already" in text_of(answer)
    assert unit(lambda s: s.scalar(sa.select(Nonconformity)).status, "read") is NcStatus.ISSUED


def test_a_dispute_before_the_report_prints_in_it_with_both_views(unit, client_of):
    walked = unit(make_closed_audit)
    ref = walked.audit.ref
    leader, auditee = client_of(walked.leader), client_of(walked.auditee)
    assert leader.post(f"/nonconformities/of/{ref}/hand-over").status_code == 302
    nc = unit(
        lambda s: s.scalar(sa.select(Nonconformity).where(Nonconformity.audit_id == walked.audit.id)), "read"
    )
    view = {"view": "The team met by telephone.", "version": str(nc.version)}
    assert auditee.post(f"/nonconformities/{nc.ref}/dispute", data=view).status_code == 302
    said = ("The team met by telephone.", "The auditee’s view", "The audit team has not answered.")
    for path in ("closing", "report/draft"):
        page = text_of(leader.get(f"/audits/{ref}/{path}"))
        assert all(one in page for one in said)
