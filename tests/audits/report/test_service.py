"""Closing, issuing, correcting, following up, completing: what is refused, what is frozen, what is recorded."""

import dataclasses
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from auditapp.audits.execution.model import AnswerConflict, AuditQuestion
from auditapp.audits.execution.rules import FindingStatus, Grade, Result
from auditapp.audits.report.content import AuditReport, Document
from auditapp.audits.report.gather import conclusion_of, report_of
from auditapp.audits.report.model import AuditConclusion
from auditapp.audits.report.queries import anchors, issued, material, revisions
from auditapp.audits.report.service import (
    FindingCorrection,
    complete_audit,
    correct_report,
    draft,
    issue_report,
    record_closing_meeting,
    resume_audit,
    save_conclusion,
    start_follow_up,
)
from auditapp.audits.report.service.base import whole
from auditapp.audits.rules import AuditStatus
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from auditapp.trail.service import verify
from tests.factories import make_person
from tests.factories.walked import CONCLUSION, answer, make_closed_audit, make_issued_audit, make_walked_audit

DOCUMENT = Document(number="", revision=1, organization="", language="en", zone="UTC", issued_at=now())


def verbs(session):
    return list(session.scalars(sa.select(Fact.verb).order_by(Fact.seq)))


def minor(walked):
    return {
        walked.findings[0].ref: FindingCorrection(
            grade=Grade.OBSERVATION, statement="The team meets too seldom.", evidence="Minutes until May."
        )
    }


def test_the_report_holds_what_the_audit_holds(session, app):
    walked = make_issued_audit(session, app.extensions["auditapp_store"], both=True)
    report = AuditReport.from_json(issued(session, walked.audit.id).content.encode())
    assert report.document.number.startswith("AR-")
    assert report.document.number.endswith("-001")
    assert report.document.signature.name == walked.leader.name
    assert report.audit_number == walked.audit.ref
    assert [each.role for each in report.team] == ["leader"]
    auditee = next(each for each in report.participants if each.name == walked.auditee.name)
    assert (auditee.opening, auditee.closing) == (True, True)
    guest = next(each for each in report.participants if each.name == "Guest Person")
    assert (guest.function, guest.opening, guest.closing) == ("Observer of the partner", True, False)
    assert [each.kind for each in report.meetings] == ["opening", "closing"]
    (finding,) = report.findings
    assert finding.requirements[0].number == "2"
    assert finding.exhibits == ("E-01",)
    assert finding.stage == "working_together"
    assert finding.relationship.startswith("Relationship")
    # ask once, report against both: the first answer counts for both libraries
    assert {each.code for each in report.answers[0].clauses} == {"The small library", "The other library"}
    words = {(each.code, each.stage): each.word for each in report.degrees}
    assert words["The small library", "awareness"] == "fulfilled"
    assert words["The other library", "awareness"] == "fulfilled"
    assert words["The small library", "working_together"] == "hardly"
    not_asked = [each for each in report.not_covered if each.result == "not_asked"]
    assert not_asked
    assert {each.reason for each in not_asked} == {CONCLUSION.not_covered}
    assert report.exhibits[0].evidence_date.isoformat() == "2026-11-18"


def test_issuing_freezes_numbers_signs_and_anchors(session):
    walked = make_closed_audit(session)
    before = session.scalars(sa.select(Fact).order_by(Fact.seq.desc()).limit(1)).one()
    row = issue_report(session, actor=walked.leader, at=now(), audit=walked.audit, statement="By password.")
    assert walked.audit.status is AuditStatus.ISSUED
    assert walked.audit.issued_at is not None
    assert walked.findings[0].status is FindingStatus.ISSUED
    report = AuditReport.from_json(row.content.encode())
    assert report.sha256 == row.sha256
    assert (report.document.anchor.seq, report.document.anchor.hash) == (before.seq, before.hash)
    fact = session.scalars(sa.select(Fact).where(Fact.verb == "report.issued")).one()
    assert row.sha256 in fact.after
    assert not list(verify(session))
    assert not list(verify(session, anchors(session)))
    cut = [dataclasses.replace(each, hash="0" * 64) for each in anchors(session)]
    assert [each.seq for each in verify(session, cut)] == [before.seq]


def test_numbers_count_up(session):
    first = make_issued_audit(session)
    second = make_issued_audit(session)
    numbers = [issued(session, each.audit.id).number for each in (first, second)]
    assert [number[-3:] for number in numbers] == ["001", "002"]


@pytest.mark.parametrize("statement", ["UPDATE audit_report SET content = '{}'", "DELETE FROM audit_report"])
def test_the_database_refuses_to_change_an_issued_report(session, statement):
    make_issued_audit(session)
    session.flush()
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda s, w: setattr(s.get(AuditConclusion, w.audit.id), "text", " "), "no audit conclusion"),
        (lambda s, w: setattr(s.get(AuditConclusion, w.audit.id), "objectives_met", ""), "objectives were met"),
        (lambda s, w: setattr(s.get(AuditConclusion, w.audit.id), "sampling", ""), "audits are samples"),
        (lambda s, w: setattr(s.get(AuditConclusion, w.audit.id), "not_covered", ""), "not asked, without a reason: 1"),
        (
            lambda s, w: answer(s, w.questions[2], w.leader, now(), result=Result.NOT_VERIFIED),
            "without a reason: SM-2",
        ),
        (lambda _, w: setattr(w.findings[0], "objective_evidence", ""), "without objective evidence"),
        (lambda _, w: setattr(w.findings[0], "requirements", []), "name no requirement"),
        (lambda _, w: setattr(w.findings[0], "status", FindingStatus.WITHDRAWN), "lead to no finding: SM-2"),
        (
            lambda s, w: s.add(
                AnswerConflict(
                    audit_id=w.audit.id, question_id=w.questions[0].id, field="note", kept="a", other="b",
                    other_by_id=w.leader.person_id, other_at=now(),
                )
            ),
            "two values: 1",
        ),
    ],
)  # fmt: skip
def test_what_is_not_ready_is_refused_with_the_reason_and_whose_turn(session, damage, said):
    walked = make_closed_audit(session)
    damage(session, walked)
    session.flush()
    with pytest.raises(Refusal) as refused:
        issue_report(session, actor=walked.leader, at=now(), audit=walked.audit)
    assert said in str(refused.value)
    assert walked.audit.status is AuditStatus.REPORTING
    assert not revisions(session, walked.audit.id)


def test_only_the_leader_issues_and_only_after_the_closing_meeting(session):
    walked = make_walked_audit(session)
    save_conclusion(session, actor=walked.leader, at=now(), audit=walked.audit, values=CONCLUSION)
    with pytest.raises(Refusal, match="closing meeting"):
        issue_report(session, actor=walked.leader, at=now(), audit=walked.audit)
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    closed = make_closed_audit(session)
    for other in (manager, closed.auditee):
        with pytest.raises(NotAllowed):
            issue_report(session, actor=other, at=now(), audit=closed.audit)


def test_what_was_signed_is_what_was_read(session):
    walked = make_closed_audit(session)
    whole(session, walked.audit)
    read = draft(session, material(session, walked.audit), at=now()).body_sha256
    save_conclusion(
        session,
        actor=walked.leader,
        at=now(),
        audit=walked.audit,
        values=dataclasses.replace(CONCLUSION, text="Other"),
    )
    with pytest.raises(Stale):
        issue_report(session, actor=walked.leader, at=now(), audit=walked.audit, read_sha256=read)
    again = draft(session, material(session, walked.audit), at=now()).body_sha256
    issue_report(session, actor=walked.leader, at=now(), audit=walked.audit, read_sha256=again)


def test_the_conclusion_is_kept_by_the_team_only_and_never_over_a_newer_one(session):
    walked = make_walked_audit(session)
    row = save_conclusion(session, actor=walked.leader, at=now(), audit=walked.audit, values=CONCLUSION)
    session.flush()
    version = row.version
    save_conclusion(
        session, actor=walked.leader, at=now(), audit=walked.audit, version=version,
        values=dataclasses.replace(CONCLUSION, diverging="The auditee disagrees."),
    )  # fmt: skip
    session.flush()
    with pytest.raises(Stale):
        save_conclusion(
            session, actor=walked.leader, at=now(), audit=walked.audit, values=CONCLUSION, version=version
        )
    with pytest.raises(NotAllowed):
        save_conclusion(session, actor=walked.auditee, at=now(), audit=walked.audit, values=CONCLUSION)
    facts = len(verbs(session))
    save_conclusion(session, actor=walked.leader, at=now(), audit=walked.audit, values=conclusion_of(row))
    assert len(verbs(session)) == facts  # the same again is no change


def test_the_closing_meeting_has_its_rules(session):
    walked = make_walked_audit(session)
    at = now()

    def close(**more):
        values = {"actor": walked.leader, "held_at": at, "participants": "Dana", **more}
        record_closing_meeting(session, at=at, audit=walked.audit, **values)

    with pytest.raises(NotAllowed):
        close(actor=walked.auditee)
    with pytest.raises(Invalid, match="after it was held"):
        close(held_at=at + timedelta(minutes=1))
    with pytest.raises(Invalid, match="before the opening"):
        close(held_at=walked.opened_at - timedelta(days=1))
    with pytest.raises(Invalid, match="who took part"):
        close(participants=" ")
    close()
    assert walked.audit.status is AuditStatus.REPORTING
    with pytest.raises(Refusal):
        close()
    with pytest.raises(Invalid):
        resume_audit(session, actor=walked.leader, at=at, audit=walked.audit, reason="")
    resume_audit(
        session, actor=walked.leader, at=at, audit=walked.audit, reason="One interview was forgotten"
    )
    assert walked.audit.status is AuditStatus.IN_PROGRESS
    close(participants="Dana, Eli")
    assert verbs(session)[-3:] == ["audit.closing_held", "audit.resumed", "audit.closing_held"]


def test_a_correction_is_a_new_revision_that_says_what_changed(session):
    walked = make_issued_audit(session)
    first = issued(session, walked.audit.id)
    row = correct_report(
        session, actor=walked.leader, at=now(), audit=walked.audit, reason="Grade reviewed", conclusion=CONCLUSION,
        findings=minor(walked), statement="Again.",
    )  # fmt: skip
    old, new = (AuditReport.from_json(each.content.encode()) for each in (first, row))
    assert (row.number, row.revision) == (first.number, 2)
    assert new.document.supersedes == first.sha256
    assert new.document.reason == "Grade reviewed"
    told = {(each.chapter, each.item, each.field): (each.before, each.after) for each in new.document.changes}
    assert told["finding", walked.findings[0].ref, "grade"] == ("minor", "observation")
    assert told["finding", walked.findings[0].ref, "statement"][1] == "The team meets too seldom."
    assert old.findings[0].grade == "minor"  # the first stays as it was
    assert [each.revision for each in revisions(session, walked.audit.id)] == [2, 1]
    assert walked.findings[0].grade is Grade.OBSERVATION
    of_audit = [verb for verb in verbs(session) if not verb.startswith("nonconformity.")]
    assert of_audit[-2:] == ["finding.corrected", "report.corrected"]


def test_a_correction_builds_on_what_was_issued_not_on_what_the_tables_say_now(session):
    walked = make_issued_audit(session)
    walked.audit.title = "Renamed later"
    row = correct_report(
        session, actor=walked.leader, at=now(), audit=walked.audit, reason="Typing error",
        conclusion=dataclasses.replace(CONCLUSION, text="It works where it was sampled."), findings={},
    )  # fmt: skip
    new = AuditReport.from_json(row.content.encode())
    assert new.title == "Audit of a relationship"
    assert [(each.chapter, each.field) for each in new.document.changes] == [("conclusion", "text")]


def test_a_finding_can_be_withdrawn_by_a_correction_and_stays_on_record(session):
    walked = make_issued_audit(session)
    gone = FindingCorrection(
        grade=Grade.MINOR, statement=walked.findings[0].statement,
        evidence=walked.findings[0].objective_evidence, withdrawn="Minutes were found",
    )  # fmt: skip
    row = correct_report(
        session, actor=walked.leader, at=now(), audit=walked.audit, reason="New evidence", conclusion=CONCLUSION,
        findings={walked.findings[0].ref: gone},
    )  # fmt: skip
    new = AuditReport.from_json(row.content.encode())
    assert (new.findings[0].status, new.findings[0].status_reason) == ("withdrawn", "Minutes were found")
    assert walked.findings[0].status is FindingStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("more", "refusal", "said"),
    [
        ({"reason": " "}, Invalid, "Say why"),
        ({"findings": {}}, Invalid, "Nothing was changed"),
        ({"revision": 7}, Stale, "newer revision"),
    ],
)
def test_a_correction_is_refused(session, more, refusal, said):
    walked = make_issued_audit(session)
    values = {"reason": "r", "conclusion": CONCLUSION, "findings": minor(walked), **more}
    with pytest.raises(refusal, match=said):
        correct_report(session, actor=walked.leader, at=now(), audit=walked.audit, **values)
    with pytest.raises(NotAllowed):
        correct_report(session, actor=walked.auditee, at=now(), audit=walked.audit, **values)
    assert len(revisions(session, walked.audit.id)) == 1


def test_an_audit_with_nonconformities_goes_through_follow_up(session):
    walked = make_issued_audit(session)
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    with pytest.raises(NotAllowed):
        start_follow_up(session, actor=walked.auditee, at=now(), audit=walked.audit)
    with pytest.raises(Refusal, match="nonconformities"):
        complete_audit(session, actor=manager, at=now(), audit=walked.audit)
    start_follow_up(session, actor=manager, at=now(), audit=walked.audit)
    with pytest.raises(Invalid, match="what was verified"):
        complete_audit(session, actor=manager, at=now(), audit=walked.audit)
    note = "Minutes of June and July were read."
    with pytest.raises(Refusal, match="are open: NC-"):
        complete_audit(session, actor=manager, at=now(), audit=walked.audit, note=note)
    session.execute(sa.update(Nonconformity).values(status=NcStatus.CLOSED))
    walked.audit.status = AuditStatus.FOLLOW_UP  # as it is once the refused unit is undone
    complete_audit(session, actor=manager, at=now(), audit=walked.audit, note=note)
    assert walked.audit.status is AuditStatus.COMPLETED
    assert verbs(session)[-1] == "audit.completed"


def test_an_audit_without_nonconformities_can_be_completed_at_once(session):
    walked = make_closed_audit(session)
    walked.findings[0].grade = Grade.OBSERVATION
    session.flush()
    issue_report(session, actor=walked.leader, at=now(), audit=walked.audit)
    complete_audit(session, actor=walked.leader, at=now(), audit=walked.audit)
    assert walked.audit.status is AuditStatus.COMPLETED


def test_reading_an_audit_takes_the_same_statements_whatever_its_size(session, app):
    walked = make_walked_audit(session, app.extensions["auditapp_store"])

    def count():
        session.flush()
        session.expire_all()
        audit = whole(session, walked.audit)
        statements = []
        listener = lambda *args: statements.append(args[2])  # noqa: E731 - to be taken off again
        connection = session.connection()
        sa.event.listen(connection, "before_cursor_execute", listener)
        report_of(material(session, audit), document=DOCUMENT, conclusion=CONCLUSION)
        sa.event.remove(connection, "before_cursor_execute", listener)
        return len(statements)

    few = count()
    for index in range(60):
        question = AuditQuestion(
            audit_id=walked.audit.id, position=100 + index, key=f"small:X-{index}", chapter="1", chapter_title="",
            section="1", section_title="", stage="awareness", scope="system", text="?",
        )  # fmt: skip
        session.add(question)
        session.flush()
        answer(session, question, walked.leader, now(), result=Result.CONFORMS)
    assert count() == few
    assert few <= 12
