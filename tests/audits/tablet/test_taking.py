"""What is taken along: by whom, what is in it and what is not, before the opening meeting too; and what makes it an app."""

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import AuditQuestion
from auditapp.audits.execution.rules import Grade
from auditapp.audits.execution.service import open_audit, raise_finding
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.rules import DocumentKind, VersionStatus
from tests.audits.execution.conftest import make_cast
from tests.factories import make_relationship
from tests.statements import counted

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast(unit):
    return unit(lambda s: make_cast(s, limit=3))


def document(session, cast, ref, relationship_id, status=VersionStatus.APPROVED):
    found = Document(
        ref=ref, title=f"Document {ref}", kind=next(iter(DocumentKind)), owner_id=cast.leader.person_id,
        approver_id=cast.leader.person_id, created_at=now(), relationship_id=relationship_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add(
        DocumentVersion(
            document_id=found.id, number=1, status=status, sha256="a" * 64, file_name="x.pdf",
            media_type="application/pdf", size=2048, author_id=cast.leader.person_id, made_at=now(),
        )
    )  # fmt: skip


def test_the_package_names_what_is_needed_and_nothing_else(unit, client_of, cast):
    def more(session):
        other = make_relationship(session, name="With Partner South")
        document(session, cast, "DOC-101", cast.relationship_id)
        document(session, cast, "DOC-102", None)
        document(session, cast, "DOC-103", other.id)
        document(session, cast, "DOC-104", cast.relationship_id, VersionStatus.DRAFT)

    unit(more)
    told = client_of(cast.auditor).get(f"/tablet/audits/{cast.ref}/package").json
    assert (told["auditapp"], told["audit"], told["person"]) == (
        "package",
        str(cast.audit_id),
        str(cast.auditor.person_id),
    )
    assert told["editions"] == ["Relationship health check 1"]
    assert [one["url"] for one in told["entries"]] == [
        "/tablet", f"/tablet/audits/{cast.ref}", f"/audits/{cast.ref}/walk", f"/audits/{cast.ref}",
        f"/tablet/audits/{cast.ref}/earlier", "/documents/DOC-101/versions/1/file", "/documents/DOC-102/versions/1/file",
    ]  # fmt: skip
    client = client_of(cast.auditor)
    for one in told["entries"][:5]:
        assert client.get(one["url"]).status_code == 200
    for url in told["files"]:
        with client.get(url) as answer:
            assert answer.status_code == 200, url


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("auditee", 403), ("outsider", 404)])
def test_only_the_audit_team_takes_it_along(client_of, cast, who, status):
    for address in ("", "/package", "/earlier"):
        answer = client_of(getattr(cast, who)).get(f"/tablet/audits/{cast.ref}{address}")
        assert answer.status_code in {status, 403}


def test_it_is_taken_along_until_the_closing_meeting(unit, client_of, cast):
    unit(lambda s: setattr(cast.audit(s), "status", AuditStatus.REPORTING))
    answer = client_of(cast.leader).get(f"/tablet/audits/{cast.ref}")
    assert answer.status_code == 409
    assert "until its closing meeting" in answer.text
    assert cast.ref not in client_of(cast.leader).get("/tablet").text


def test_before_the_opening_meeting_the_walk_has_the_ids_that_the_questions_will_have(unit, client_of):
    cast = unit(lambda s: make_cast(s, opened=False))
    page = client_of(cast.auditor).get(f"/audits/{cast.ref}/walk").text
    before = re.findall(r'data-q="([0-9a-f-]{36})"', page)
    assert "The opening meeting comes first" in page
    assert len(before) > 20
    assert "No questions yet" in client_of(cast.reader).get(f"/audits/{cast.ref}/walk").text
    unit(
        lambda s: open_audit(
            s, actor=cast.leader, at=now(), audit=cast.audit(s), held_at=now() - MINUTE, participants="All"
        )
    )
    after = unit(
        lambda s: s.scalars(
            sa.select(AuditQuestion.id)
            .where(AuditQuestion.audit_id == cast.audit_id)
            .order_by(AuditQuestion.position)
        ).all(),
        "read",
    )
    assert before == [str(one) for one in after]


def test_earlier_findings_are_of_the_same_relationship_or_clause(unit, client_of, cast):
    def earlier(session):
        old = make_cast(session, limit=3, ref="IA-2025-001")
        for statement, relationship, places in (
            ("Of another relationship", old.relationship_id, []),
            ("Of the system, same clause", None, None),
            (
                "Of the system, another clause",
                None,
                [{"standard": "ISO 9001:2015", "ref": "4.4", "title": "x"}],
            ),
        ):
            asked = [old.questions[0]] if places is None else []
            found = raise_finding(
                session, actor=old.leader, at=now(), audit=old.audit(session), grade=Grade.MINOR, statement=statement,
                question_ids=asked, relationship_id=relationship, requirements=places or (),
            )  # fmt: skip
            found.relationship_id = relationship

    unit(earlier)
    page = client_of(cast.leader).get(f"/tablet/audits/{cast.ref}/earlier").text
    assert "Of the system, same clause" in page
    assert "Of another relationship" not in page
    assert "another clause" not in page


def test_statements_do_not_grow_with_what_is_taken_along(app, unit, client_of, cast):
    client = client_of(cast.leader)

    def count():
        with app.app_context():
            engine = db.engine
        with counted(engine) as said:
            assert client.get(f"/tablet/audits/{cast.ref}/package").status_code == 200
        return len(said)

    few = count()
    unit(lambda s: [document(s, cast, f"DOC-2{n:02}", cast.relationship_id) for n in range(30)])
    assert count() == few <= 16


def test_the_app_has_a_manifest_with_icons_that_are_there(client_of):
    client = client_of(None)
    told = json.loads(client.get("/manifest.webmanifest").data)
    assert (told["display"], told["start_url"], told["scope"]) == ("standalone", "/tablet", "/")
    assert {one["purpose"] for one in told["icons"]} == {"any", "maskable"}
    for one in told["icons"]:
        with client.get(one["src"]) as answer:
            assert answer.mimetype == "image/png"


def test_the_worker_is_new_with_every_release_and_asked_for_every_time(client_of, monkeypatch):
    client = client_of(None)
    first = client.get("/sw.js")
    assert first.mimetype == "text/javascript"
    assert first.cache_control.no_cache
    assert first.headers["Service-Worker-Allowed"] == "/"
    monkeypatch.setattr("auditapp.audits.tablet.taking.routes.release_mark", lambda: "0" * 12)
    assert client.get("/sw.js").data != first.data


def test_every_answer_says_that_it_is_ours_and_for_whom(client_of, cast):
    assert client_of(None).get("/healthz").headers["X-Auditapp"] == "-"
    assert client_of(cast.reader).get("/tablet/ping").headers["X-Auditapp"] == str(cast.reader.person_id)
    assert client_of(None).get("/tablet/ping").json["person"] is None
    told = client_of(cast.reader).get("/tablet/ping").json
    assert told["auditapp"] == "here"
    assert told["until"] > told["at"]
