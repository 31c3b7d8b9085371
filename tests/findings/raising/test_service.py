"""Nonconformities come from reports, from hand-overs and from anybody; they follow their finding; repeats are linked."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.execution.service import edit_finding, withdraw_finding
from auditapp.audits.report.model import IssuedReport
from auditapp.audits.report.service import FindingCorrection, correct_report, issue_report, resume_audit
from auditapp.findings import queries
from auditapp.findings.life import service as life
from auditapp.findings.life.service.base import standing
from auditapp.findings.model import Cause, Nonconformity, Repeat
from auditapp.findings.raising import service
from auditapp.findings.raising.queries import similar, similar_to
from auditapp.findings.raising.rules import Requirement
from auditapp.findings.rules.nonconformity import CauseCategory, NcStatus, Source
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.people.model import Person
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from auditapp.trail.model import Fact
from auditapp.trail.service import verify
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_nonconformity
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
    with pytest.raises(Refusal, match="between the closing meeting and the report"):
        service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)
    with pytest.raises(NotAllowed):
        service.hand_over(
            session, actor=make_person(session, Role.PROGRAMME_MANAGER), at=now(), audit=walked.audit
        )


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


def test_anybody_of_the_organization_raises_a_draft(session):
    who = make_person(session)
    relationship = make_relationship(session)
    nc = service.raise_nonconformity(
        session,
        actor=who,
        at=now(),
        title=" The plan is  not signed ",
        statement="Version 3 has no signature.",
        relationship_id=relationship.id,
        requirements=[{"standard": "ISO 44001:2017", "clause": "8.6.2", "title": "Joint plan"}],
    )
    assert nc.status is NcStatus.DRAFT
    assert nc.title == "The plan is not signed"
    assert nc.raised_by_id == who.person_id
    assert nc.turn_due_on is not None
    assert verbs_of(session, nc) == ["nonconformity.raised"]
    assert queries.nonconformity_by_ref(session, who, nc.ref) is nc


def test_a_contact_of_a_partner_raises_none(session):
    partner = Partner(name="Partner", created_at=now())
    session.add(partner)
    session.flush()
    contact = make_person(session, Role.PARTNER_CONTACT, partner_id=partner.id)
    with pytest.raises(NotAllowed):
        service.raise_nonconformity(session, actor=contact, at=now(), title="Something")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"grade": Grade.OBSERVATION}, "grade"),
        ({"relationship_id": new_id()}, "relationship"),
        ({"reply_due_on": date(2026, 6, 2), "close_due_on": date(2026, 6, 1)}, "close_due_on"),
    ],
)
def test_what_cannot_be_raised_names_its_field(session, values, field):
    who = make_person(session)
    with pytest.raises(Invalid) as caught:
        service.raise_nonconformity(session, actor=who, at=now(), **({"title": "Something"} | values))
    assert caught.value.field == field


def test_only_a_certification_body_has_deadlines_and_a_reference(session):
    who = make_person(session)
    values = {
        "title": "Minor 3",
        "body_name": "The body",
        "body_ref": "M-3",
        "reply_due_on": date(2026, 12, 1),
        "close_due_on": date(2027, 1, 1),
    }
    by_body = service.raise_nonconformity(
        session, actor=who, at=now(), source=Source.CERTIFICATION_BODY, **values
    )
    other = service.raise_nonconformity(session, actor=who, at=now(), source=Source.COMPLAINT, **values)
    assert (by_body.body_ref, by_body.reply_due_on) == ("M-3", date(2026, 12, 1))
    assert (other.body_ref, other.reply_due_on) == ("", None)


def test_a_draft_is_changed_by_whoever_raised_it_and_stale_pages_are_refused(session):
    who = make_person(session)
    nc = service.raise_nonconformity(session, actor=who, at=now(), title="A thing", statement="Seen.")
    version = nc.version
    edit = {"title": "A thing", "statement": "Seen twice.", "grade": Grade.MAJOR}
    service.edit_draft(session, actor=who, at=now(), nc=nc, version=version, **edit)
    assert (nc.statement, nc.grade) == ("Seen twice.", Grade.MAJOR)
    assert verbs_of(session, nc) == ["nonconformity.raised", "nonconformity.edited"]
    service.edit_draft(session, actor=who, at=now(), nc=nc, **edit)
    assert len(facts_of(session, nc)) == 2
    with pytest.raises(Stale):
        service.edit_draft(session, actor=who, at=now(), nc=nc, version=version, **edit)
    with pytest.raises(NotAllowed):
        service.edit_draft(session, actor=make_person(session), at=now(), nc=nc, **edit)


def test_a_draft_from_a_finding_keeps_what_the_finding_says(session):
    walked = make_closed_audit(session)
    session.get_one(Person, walked.auditee.person_id).active = False
    (nc,) = service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)
    service.edit_draft(session, actor=walked.leader, at=now(), nc=nc, title="No meetings", statement="Else.")
    assert nc.title == "No meetings"
    assert nc.statement == walked.findings[0].statement


# Repeats ---------------------------------------------------------------------------------------------------


def test_similar_ones_are_on_the_same_clause_or_of_the_same_cause_newest_first(session):
    auditor = make_person(session, Role.AUDITOR)
    at = now()
    days = iter(range(10, 100, 10))

    def earlier(clauses, **more):
        return make_nonconformity(
            session, auditor, clauses=clauses, raised_at=at - timedelta(days=next(days)), **more
        )

    clause = earlier(("8.2.2", "9"))
    cause = earlier(("7",))
    session.add(Cause(nonconformity_id=cause.id, text="x", root=True, category=CauseCategory.PEOPLE))
    not_root = earlier(("7",))
    session.add(Cause(nonconformity_id=not_root.id, text="x", category=CauseCategory.PEOPLE))
    earlier(("8.2.2",), status=NcStatus.WITHDRAWN)
    earlier(("8.2.3",))
    make_nonconformity(session, auditor, raised_at=at - timedelta(days=365 * 2 + 40))
    session.flush()
    look = similar(
        session,
        auditor,
        requirements=[Requirement(standard="ISO 44001:2017", clause="8.2.2")],
        categories=[CauseCategory.PEOPLE],
        at=at,
    )
    assert [one.ref for one in look.found] == [clause.ref, cause.ref]
    assert look.found[0].likeness.clauses == ("8.2.2",)
    assert look.found[1].likeness.category is CauseCategory.PEOPLE
    assert look.months == 24
    assert not look.suggests_major(Grade.MINOR)  # they are drafts
    clause.status = NcStatus.CLOSED
    session.flush()
    again = similar(session, auditor, requirements=[Requirement(standard="", clause="8.2.2")], at=at)
    assert again.suggests_major(Grade.MINOR)
    assert similar(session, auditor, at=at).found == ()


def test_similar_ones_are_at_most_five_and_only_what_one_may_see(session):
    auditor, outsider = make_person(session, Role.AUDITOR), make_person(session)
    at = now()
    for number in range(7):
        make_nonconformity(session, auditor, raised_at=at - timedelta(days=number + 1))
    mine = make_nonconformity(session, outsider, raised_at=at)
    assert len(similar_to(session, auditor, mine).found) == 5
    assert similar_to(session, outsider, mine).found == ()


def test_a_repeat_is_linked_once_and_taken_back(session):
    auditor = make_person(session, Role.AUDITOR)
    earlier = make_nonconformity(session, auditor, raised_at=now() - timedelta(days=9))
    nc = make_nonconformity(session, auditor)
    version = nc.version
    for _ in range(2):
        service.relate(session, actor=auditor, at=now(), nc=nc, earlier_id=earlier.id, note="The same team.")
    assert session.get(Repeat, (nc.id, earlier.id)).note == "The same team."
    assert verbs_of(session, nc) == ["nonconformity.repeat_linked"]
    assert nc.version == version + 1
    for _ in range(2):
        service.unrelate(session, actor=auditor, at=now(), nc=nc, earlier_id=earlier.id)
    assert session.get(Repeat, (nc.id, earlier.id)) is None
    assert verbs_of(session, nc)[1:] == ["nonconformity.repeat_unlinked"]


def test_only_an_earlier_one_is_repeated_and_only_auditors_say_so(session):
    auditor = make_person(session, Role.AUDITOR)
    earlier = make_nonconformity(session, auditor, raised_at=now() - timedelta(days=9))
    nc = make_nonconformity(session, auditor)
    with pytest.raises(Invalid):
        service.relate(session, actor=auditor, at=now(), nc=nc, earlier_id=nc.id)
    with pytest.raises(Invalid):
        service.relate(session, actor=auditor, at=now(), nc=earlier, earlier_id=nc.id)
    with pytest.raises(NotAllowed):
        service.relate(session, actor=make_person(session), at=now(), nc=nc, earlier_id=earlier.id)
    assert verbs_of(session, nc) == []
