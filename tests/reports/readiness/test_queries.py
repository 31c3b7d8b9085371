"""The picture of a standard from real rows, on both databases; its statements never grow."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.rules import Grade, Result
from auditapp.findings.model import NonconformityRequirement
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.people.rules import Role
from auditapp.relationships.certification.model import Certificate, CertificateFinding, CertificateVisit
from auditapp.relationships.certification.rules import FindingKind, Scheme, VisitKind
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.rules import DocumentKind, VersionStatus
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State as DutyState
from auditapp.reports.readiness.queries.picture import picture_of
from auditapp.reports.readiness.reports import (
    gap_report,
    readiness_report,
    stage1_report,
    stage2_report,
    surveillance_report,
)
from auditapp.reports.readiness.rules import State
from auditapp.reports.readiness.service import GapInput, judge_clause
from tests.factories import make_contact, make_person, make_relationship
from tests.factories.audits import answer_and_issue, make_audit, make_auditor, make_edition
from tests.factories.nonconformities import make_nonconformity
from tests.statements import counted

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
STANDARD = "The small library"
REPORTS = [readiness_report, gap_report, stage1_report, stage2_report, surveillance_report]
R = Result


@pytest.fixture
def manager(session):
    return make_person(session, Role.SYSTEM_MANAGER, name="Dana")


def issued(session, results, *, days_ago, relationship=None):
    audit = make_audit(
        session, at=AT - timedelta(days=days_ago), leader=make_auditor(session),
        relationship_ids=[relationship.id] if relationship else [],
    )  # fmt: skip
    session.refresh(audit, ["editions", "relationships", "members"])
    for one in audit.editions:
        session.refresh(one, ["edition"])
    answer_and_issue(session, audit, results)
    audit.issued_at = AT - timedelta(days=days_ago)
    session.flush()
    return audit


def states(session, who, **more):
    seen = picture_of(session, who, as_of=AT, **more)
    return {one.clause.ref: one.state for one in seen.judged}, seen


def raised(session, who, audit, key, *, status=NcStatus.CAUSE, grade=Grade.MINOR, **more):
    """A finding of an audit on the answer to a question, and the nonconformity that came from it."""
    question = session.scalars(
        sa.select(AuditQuestion).where(AuditQuestion.audit_id == audit.id, AuditQuestion.key == key)
    ).one()
    finding = Finding(
        ref=f"{audit.ref}-F1", audit_id=audit.id, grade=grade, statement="Found.", raised_by_id=who.person_id, raised_at=AT
    )  # fmt: skip
    session.add(finding)
    session.flush()
    session.add(FindingQuestion(finding_id=finding.id, question_id=question.id))
    nc = make_nonconformity(
        session, who, clauses=(), finding_id=finding.id, status=status, grade=grade, responsible_id=who.person_id, **more
    )  # fmt: skip
    session.add(
        NonconformityRequirement(
            nonconformity_id=nc.id, position=0, standard=STANDARD, clause=question.section
        )
    )
    session.flush()
    return nc


def test_the_latest_answer_counts_and_what_was_put_right(session, manager):
    found = make_relationship(session)
    make_edition(session)
    assert set(states(session, manager)[0].values()) == {State.NOT_ASSESSED}
    first = issued(session, {"SM-1": R.CONFORMS, "SM-2": R.NONCONFORMING}, days_ago=300, relationship=found)
    nc = raised(session, manager, first, "small:SM-2")
    now, seen = states(session, manager)
    assert now == {"1": State.CONFORM, "2": State.PARTIAL}
    second = seen.judged[1]
    assert [one.kind.value for one in second.reasons] == ["minor"]
    assert second.first.who == "Dana"
    nc.status = NcStatus.CLOSED
    session.flush()
    assert states(session, manager)[0]["2"] is State.CONFORM
    nc.status = NcStatus.CAUSE
    issued(session, {"SM-2": R.CONFORMS}, days_ago=10, relationship=found)
    now, seen = states(session, manager)
    assert now == {"1": State.CONFORM, "2": State.PARTIAL}  # the answer is new, the nonconformity still open
    assert seen.whole.minors == 1
    assert seen.whole.audited_on == date(2026, 11, 21)


def test_what_does_not_count(session, manager):
    ended = make_relationship(session, ended_on=date(2026, 6, 1))
    issued(session, {"SM-1": R.CONFORMS}, days_ago=3 * 366 + 1)  # over three years ago
    issued(session, {"SM-1": R.NOT_VERIFIED, "SM-2": R.CONFORMS}, days_ago=5, relationship=ended)
    assert set(states(session, manager)[0].values()) == {State.NOT_ASSESSED}


def test_an_answer_to_a_merged_question_counts_for_both_standards_and_no_other_answer_does(session, manager):
    other = make_edition(session, "other", maps='"small:SM-1"')
    lead = make_edition(session)
    audit = make_audit(
        session, at=AT, leader=make_auditor(session, "small", "other"), edition_ids=[other.id, lead.id]
    )
    session.refresh(audit, ["editions", "relationships", "members"])
    for one in audit.editions:
        session.refresh(one, ["edition"])
    answer_and_issue(session, audit, {"OT-1": R.CONFORMS})
    audit.issued_at = AT
    session.flush()
    assert states(session, manager, key="small")[0]["1"] is State.CONFORM
    assert states(session, manager, key="other")[0]["1"] is State.CONFORM
    assert states(session, manager, key="small")[0]["2"] is State.NOT_ASSESSED


def full(session, manager, *, findings):
    """A bit of everything, with so many open nonconformities."""
    found = make_relationship(session, ref="R-01")
    make_contact(session, found)
    make_edition(session, "other", maps='"small:SM-1"')
    issued(session, {"SM-1": R.CONFORMS, "SM-2": R.CONFORMS}, days_ago=30, relationship=found)
    for place in range(findings):
        nc = make_nonconformity(
            session, manager, clauses=(), status=NcStatus.PLANNING, grade=Grade.MAJOR if place % 7 == 0 else Grade.MINOR
        )  # fmt: skip
        session.add(
            NonconformityRequirement(
                nonconformity_id=nc.id, position=0, standard=STANDARD, clause=str(1 + place % 2)
            )
        )
    document = Document(
        ref="DOC-001", title="The policy", kind=DocumentKind.POLICY, clauses="1", owner_id=manager.person_id,
        approver_id=manager.person_id, created_at=AT,
    )  # fmt: skip
    session.add(document)
    session.flush()
    session.add(
        DocumentVersion(
            document_id=document.id, number=3, status=VersionStatus.APPROVED, author_id=manager.person_id, made_at=AT
        )
    )  # fmt: skip
    session.add(
        Obligation(
            key="management_review", subject="system", anchor_on=date(2026, 1, 1), number=1, state=DutyState.DONE,
            intended_on=date(2026, 5, 1), due_on=date(2026, 5, 1), ended_on=date(2026, 5, 2), created_at=AT,
        )
    )  # fmt: skip
    certificate = Certificate(
        ref="CR-01", scheme=Scheme.ISO_44001, body="A body", scope="Alliances.", created_at=AT
    )
    session.add(certificate)
    session.flush()
    visit = CertificateVisit(certificate_id=certificate.id, kind=VisitKind.STAGE_1, created_at=AT)
    session.add(visit)
    session.flush()
    session.add(
        CertificateFinding(
            ref="SC-2026-001", certificate_id=certificate.id, visit_id=visit.id, kind=FindingKind.CONCERN,
            clause="2", statement="Minutes are missing", created_at=AT,
        )
    )  # fmt: skip
    session.flush()


def test_everything_reaches_its_clause(session, manager):
    full(session, manager, findings=8)
    _states, seen = states(session, manager, key="small")
    first, second = (one.clause for one in seen.judged)
    assert (first.majors, first.minors, second.majors, second.minors) == (1, 3, 1, 3)
    assert len(first.findings) == 4  # three of a grade are shown, all are counted
    assert [(one.ref, one.number) for one in first.papers] == [("DOC-001", 3)]
    assert [one.ref for one in second.concerns] == ["SC-2026-001"]
    assert (seen.whole.majors, seen.whole.partners, seen.whole.reviewed_on) == (2, 1, date(2026, 5, 2))


@pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.__name__)
def test_statements_never_grow(session, manager, report):
    full(session, manager, findings=4)
    more = {"standard": "small"} | ({"origin": "other"} if report is gap_report else {})
    report(session, actor=manager, as_of=AT, **more)  # libraries are parsed once
    with counted(session) as few:
        made = report(session, actor=manager, as_of=AT, **more)
    for _ in range(120):
        make_nonconformity(session, manager, clauses=("9",), status=NcStatus.PLANNING)
    session.execute(sa.update(NonconformityRequirement).values(standard=STANDARD))
    for _ in range(5):
        issued(
            session,
            {"SM-1": R.CONFORMS, "SM-2": R.CONFORMS},
            days_ago=20,
            relationship=make_relationship(session),
        )
    with counted(session) as many:
        again = report(session, actor=manager, as_of=AT, **more)
    assert len(few) == len(many) <= 48
    assert made.organization
    assert again.chapters
    assert all(chapter.blocks or chapter.level == 1 for chapter in again.chapters)


def test_whoever_may_not_see_every_audit_reads_none_of_it(session, manager):
    make_edition(session)
    outsider = make_person(session, Role.RELATIONSHIP_OWNER)
    with pytest.raises(NotAllowed):
        picture_of(session, outsider, as_of=AT)


def test_the_gap_analysis_is_kept_by_version_and_said_twice_is_once(session, manager):
    make_edition(session)
    said = GapInput(state=State.PARTIAL, gap="No criteria", action="Write them", due_on=date(2026, 12, 24))
    values = {"actor": manager, "at": AT, "standard": "small", "ref": "1"}
    row = judge_clause(session, **values, said=said)
    session.flush()
    assert states(session, manager)[0]["1"] is State.PARTIAL
    assert judge_clause(session, **values, said=said) is row
    with pytest.raises(Stale):
        judge_clause(session, **values, said=GapInput(state=State.CONFORM))
    judge_clause(session, **values, said=GapInput(state=State.CONFORM), version=row.version)
    session.flush()
    assert states(session, manager)[0]["1"] is State.CONFORM
    with pytest.raises(Invalid, match="why it does not apply"):
        judge_clause(session, **values, said=GapInput(state=State.NOT_APPLICABLE), version=row.version)
    with pytest.raises(NotAllowed):
        judge_clause(session, **values | {"actor": make_person(session, Role.AUDITOR)}, said=said)
