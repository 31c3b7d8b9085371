"""Nonconformities come from reports, from hand-overs and from anybody; they follow their finding; repeats are linked."""

import json

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.execution.service import edit_finding, withdraw_finding
from auditapp.audits.report.model import IssuedReport
from auditapp.audits.report.service import (
    FindingCorrection,
    complete_audit,
    correct_report,
    issue_report,
    resume_audit,
    start_follow_up,
)
from auditapp.findings import queries
from auditapp.findings.closeout.service import carry_over
from auditapp.findings.life import service as life
from auditapp.findings.life.service.base import standing
from auditapp.findings.model import Nonconformity
from auditapp.findings.raising import service
from auditapp.findings.rules.nonconformity import NcStatus, Source
from auditapp.kit.clock import now
from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.people.model import Person
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from auditapp.trail.model import Fact
from auditapp.trail.service import verify
from tests.factories import make_person
from tests.factories.walked import CONCLUSION, make_closed_audit, make_issued_audit, make_walked_audit


def facts_of(session, nc):
    return list(session.scalars(sa.select(Fact).where(Fact.context_id == nc.id).order_by(Fact.seq)))


def verbs_of(session, nc):
    return [fact.verb for fact in facts_of(session, nc)]


def of_finding(session, finding):
    return session.scalar(sa.select(Nonconformity).where(Nonconformity.finding_id == finding.id))


def test_an_issued_report_brings_its_nonconformities_issued(session):
    walked = make_issued_audit(session)
    finding = walked.findings[0]
    nc = of_finding(session, finding)
    assert nc.ref.startswith("NC-")
    assert nc.status is NcStatus.ISSUED
    assert nc.source is Source.AUDIT
    assert nc.grade is finding.grade
    assert nc.title == "The joint management team has not met since May"
    assert nc.statement == finding.statement
    assert nc.objective_evidence == finding.objective_evidence
    assert (nc.audit_id, nc.relationship_id) == (walked.audit.id, finding.relationship_id)
    assert nc.stage == walked.questions[1].stage
    assert nc.responsible_id == walked.auditee.person_id
    assert nc.verifier_id == walked.leader.person_id
    assert nc.turn_due_on is not None
    assert [(row.standard, row.clause) for row in queries.requirements_of(session, [nc.id])[nc.id]] == [
        ("The small library", "2")
    ]
    assert verbs_of(session, nc) == ["nonconformity.raised", "nonconformity.issued"]
    assert list(verify(session)) == []


def test_the_facts_give_back_how_it_stands(session):
    walked = make_issued_audit(session)
    nc = of_finding(session, walked.findings[0])
    replayed = {}
    for fact in facts_of(session, nc):
        replayed |= json.loads(fact.after)
    now_standing = standing(nc)
    assert {name: replayed[name] for name in now_standing} == now_standing


def test_what_is_no_nonconformity_or_was_withdrawn_begins_no_life(session):
    walked = make_walked_audit(session)
    for grade, status in ((Grade.OBSERVATION, FindingStatus.DRAFT), (Grade.MAJOR, FindingStatus.WITHDRAWN)):
        session.add(
            Finding(
                ref=f"{walked.audit.ref}-{grade.value}",
                audit_id=walked.audit.id,
                grade=grade,
                status=status,
                statement="Something.",
                objective_evidence="Seen.",
                raised_by_id=walked.leader.person_id,
                raised_at=now(),
            )
        )
    session.flush()
    assert [one.ref for one in service.to_raise(session, walked.audit.id)] == [walked.findings[0].ref]


@pytest.mark.parametrize("falls_to", ["manager", "owner"])
def test_an_auditee_of_a_partner_does_not_answer_for_it(session, falls_to):
    walked = make_closed_audit(session)
    partner = Partner(name="Partner", created_at=now())
    session.add(partner)
    session.flush()
    session.get_one(Person, walked.auditee.person_id).partner_id = partner.id
    someone = make_person(session)
    relationship = next(
        one for one in walked.audit.relationships if one.id == walked.findings[0].relationship_id
    )
    setattr(relationship, f"{falls_to}_id", someone.person_id)
    session.flush()
    issue_report(session, actor=walked.leader, at=now(), audit=walked.audit)
    nc = of_finding(session, walked.findings[0])
    assert nc.status is NcStatus.ISSUED
    assert nc.responsible_id == someone.person_id


def test_without_anybody_to_answer_it_stays_a_draft_that_says_so(session):
    walked = make_closed_audit(session)
    session.get_one(Person, walked.auditee.person_id).active = False
    session.flush()
    issue_report(session, actor=walked.leader, at=now(), audit=walked.audit)
    nc = of_finding(session, walked.findings[0])
    assert nc.status is NcStatus.DRAFT
    assert "nobody of the organization answers for it" in nc.status_reason
    assert verbs_of(session, nc) == ["nonconformity.raised"]


def test_a_leader_who_may_not_verify_leaves_a_draft_that_says_so(session):
    walked = make_closed_audit(session)
    finding = walked.findings[0]
    finding.auditee_id = None
    relationship = next(one for one in walked.audit.relationships if one.id == finding.relationship_id)
    relationship.manager_id = walked.leader.person_id
    session.flush()
    issue_report(session, actor=walked.leader, at=now(), audit=walked.audit)
    nc = of_finding(session, finding)
    assert nc.status is NcStatus.DRAFT
    assert "verif" in nc.status_reason


def test_a_hand_over_comes_before_the_report_and_once(session):
    walked = make_closed_audit(session)
    first = service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)
    assert [nc.status for nc in first] == [NcStatus.ISSUED]
    assert service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit) == []
    issue_report(session, actor=walked.leader, at=now(), audit=walked.audit)
    assert session.scalar(sa.select(sa.func.count()).select_from(Nonconformity)) == 1
    assert verbs_of(session, first[0]) == ["nonconformity.raised", "nonconformity.issued"]


def test_only_the_leader_hands_over_and_only_in_time(session):
    walked = make_walked_audit(session)
    with pytest.raises(Refusal, match="after the closing meeting"):
        service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)
    with pytest.raises(NotAllowed):
        service.hand_over(
            session, actor=make_person(session, Role.PROGRAMME_MANAGER), at=now(), audit=walked.audit
        )


def of_old(session):
    """An audit whose report was issued before nonconformities had a life of their own."""
    walked = make_issued_audit(session)
    nc = of_finding(session, walked.findings[0])
    for row in queries.requirements_of(session, [nc.id])[nc.id]:
        session.delete(row)
    session.flush()
    session.delete(nc)
    session.flush()
    return walked


@pytest.mark.parametrize("hat", ["leader", "manager"])
def test_findings_of_reports_issued_long_ago_are_handed_over_and_the_audit_completed(session, hat):
    walked = of_old(session)
    who = walked.leader if hat == "leader" else make_person(session, Role.PROGRAMME_MANAGER)
    with pytest.raises(NotAllowed, match="or the audit programme manager"):
        service.hand_over(session, actor=walked.auditee, at=now(), audit=walked.audit)
    start_follow_up(session, actor=who, at=now(), audit=walked.audit)
    point = session.begin_nested()
    with pytest.raises(Refusal, match=walked.findings[0].ref):
        complete_audit(session, actor=who, at=now(), audit=walked.audit, note="Minutes were read.")
    point.rollback()
    (nc,) = service.hand_over(session, actor=who, at=now(), audit=walked.audit)
    assert (nc.status, nc.verifier_id) == (NcStatus.ISSUED, walked.leader.person_id)
    assert service.hand_over(session, actor=who, at=now(), audit=walked.audit) == []
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    carry_over(session, actor=manager, at=now(), nc=nc, reason="It goes on.")
    complete_audit(session, actor=who, at=now(), audit=walked.audit, note="Minutes were read.")
    with pytest.raises(Refusal, match="after the closing meeting"):
        service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)


def test_a_finding_without_evidence_is_not_handed_over(session):
    walked = make_closed_audit(session)
    walked.findings[0].objective_evidence = ""
    with pytest.raises(Refusal, match=walked.findings[0].ref):
        service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)


def handed_over_and_resumed(session):
    walked = make_closed_audit(session)
    (nc,) = service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)
    resume_audit(session, actor=walked.leader, at=now(), audit=walked.audit, reason="A closer look.")
    return walked, walked.findings[0], nc


def change(session, walked, finding, **changed):
    values = {
        "grade": finding.grade,
        "statement": finding.statement,
        "objective_evidence": finding.objective_evidence,
        "requirements": finding.requirements,
        "relationship_id": finding.relationship_id,
        "auditee_id": finding.auditee_id,
    }
    edit_finding(
        session, actor=walked.leader, at=now(), audit=walked.audit, finding=finding, version=finding.version,
        **(values | changed),
    )  # fmt: skip


def test_what_is_changed_in_the_finding_is_changed_in_what_was_handed_over(session):
    walked, finding, nc = handed_over_and_resumed(session)
    change(
        session,
        walked,
        finding,
        grade=Grade.MAJOR,
        statement="No meeting since March. None is planned.",
        requirements=[{"standard": "The small library", "ref": "1", "title": "Policy"}],
    )
    assert nc.grade is Grade.MAJOR
    assert nc.title == "No meeting since March"
    assert nc.statement == "No meeting since March. None is planned."
    assert [row.clause for row in queries.requirements_of(session, [nc.id])[nc.id]] == ["1"]
    assert verbs_of(session, nc)[2:] == ["nonconformity.followed"]
    assert json.loads(facts_of(session, nc)[-1].after)["grade"] == "major"


def test_a_change_that_does_not_concern_it_leaves_no_trace(session):
    walked, finding, nc = handed_over_and_resumed(session)
    version = nc.version
    change(session, walked, finding, auditee_id=None)
    assert nc.version == version
    assert len(facts_of(session, nc)) == 2


def test_a_finding_that_is_withdrawn_takes_its_nonconformity_along(session):
    walked, finding, nc = handed_over_and_resumed(session)
    withdraw_finding(
        session, actor=walked.leader, at=now(), audit=walked.audit, finding=finding, reason="Misread."
    )
    assert nc.status is NcStatus.WITHDRAWN
    assert "Misread." in nc.status_reason
    assert verbs_of(session, nc)[2:] == ["nonconformity.withdrawn"]


def test_a_finding_that_becomes_an_observation_takes_it_along_too(session):
    walked, finding, nc = handed_over_and_resumed(session)
    change(session, walked, finding, grade=Grade.OBSERVATION)
    assert nc.status is NcStatus.WITHDRAWN
    assert finding.grade is Grade.OBSERVATION


def test_a_dispute_that_is_decided_changes_the_finding_and_comes_to_rest(session):
    walked = make_closed_audit(session)
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    (nc,) = service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)
    life.dispute(session, actor=walked.auditee, at=now(), nc=nc, view="They met by telephone.")
    life.annul(session, actor=manager, at=now(), nc=nc, decision="The calls are on record.")
    assert walked.findings[0].status is FindingStatus.WITHDRAWN
    assert verbs_of(session, nc)[2:] == ["nonconformity.disputed", "nonconformity.dispute_annulled"]


def test_a_regrading_decided_here_is_not_undone_by_the_finding(session):
    walked = make_closed_audit(session)
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    (nc,) = service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)
    life.dispute(session, actor=walked.auditee, at=now(), nc=nc, view="It is worse.")
    life.uphold(session, actor=manager, at=now(), nc=nc, decision="It is.", grade=Grade.MAJOR)
    assert walked.findings[0].grade is Grade.MAJOR
    assert nc.grade is Grade.MAJOR
    assert verbs_of(session, nc)[2:] == ["nonconformity.disputed", "nonconformity.dispute_upheld"]


def correct(session, walked, **changed):
    finding = walked.findings[0]
    values = {
        "grade": finding.grade,
        "statement": finding.statement,
        "evidence": finding.objective_evidence,
    }
    return correct_report(
        session,
        actor=walked.leader,
        at=now(),
        audit=walked.audit,
        reason="A mistake.",
        conclusion=CONCLUSION,
        findings={finding.ref: FindingCorrection(**(values | changed))},
    )


def test_a_corrected_report_corrects_its_nonconformity(session):
    walked = make_issued_audit(session)
    nc = of_finding(session, walked.findings[0])
    life.acknowledge(session, actor=walked.auditee, at=now(), nc=nc)
    correct(session, walked, grade=Grade.MAJOR, evidence="No minutes since April.")
    assert nc.grade is Grade.MAJOR
    assert nc.objective_evidence == "No minutes since April."
    assert nc.status is NcStatus.CONTAINMENT
    assert verbs_of(session, nc)[-1] == "nonconformity.followed"


def test_another_correction_leaves_a_later_regrading_alone(session):
    walked = make_issued_audit(session)
    nc = of_finding(session, walked.findings[0])
    life.regrade(session, actor=walked.leader, at=now(), nc=nc, grade=Grade.MAJOR, reason="It came back.")
    correct(session, walked, statement="The joint management team has not met since early May.")
    assert nc.grade is Grade.MAJOR
    assert nc.statement == "The joint management team has not met since early May."


def test_a_finding_withdrawn_from_the_report_ends_its_nonconformity(session):
    walked = make_issued_audit(session)
    nc = of_finding(session, walked.findings[0])
    correct(session, walked, withdrawn="It was another team.")
    assert nc.status is NcStatus.WITHDRAWN


def test_a_nonconformity_that_ended_only_gets_a_note(session):
    walked = make_issued_audit(session)
    nc = of_finding(session, walked.findings[0])
    life.withdraw(session, actor=walked.leader, at=now(), nc=nc, reason="Settled otherwise.")
    version = nc.version
    correct(session, walked, statement="The team met twice.")
    assert (nc.status, nc.version) == (NcStatus.WITHDRAWN, version)
    assert nc.statement != "The team met twice."
    assert verbs_of(session, nc)[-1] == "nonconformity.finding_noted"


def test_a_refused_issue_of_one_does_not_stop_the_report(session):
    walked = make_closed_audit(session)
    session.get_one(Person, walked.auditee.person_id).active = False
    issue_report(session, actor=walked.leader, at=now(), audit=walked.audit)
    assert session.scalar(sa.select(sa.func.count()).select_from(IssuedReport)) == 1


# Raised by anybody -----------------------------------------------------------------------------------------
