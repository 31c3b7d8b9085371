"""The verbs of a nonconformity's life, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.report.model import Divergence
from auditapp.findings.life import queries, service
from auditapp.findings.model import Cause, Dispute, EffectivenessCheck
from auditapp.findings.queries import policy
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import DisputeOutcome, NcStatus, NcVerb, Source
from auditapp.findings.rules.policy import Policy
from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from auditapp.trail.model import Fact
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_action
from tests.factories.walked import make_walked_audit
from tests.findings.life.conftest import AT, facts, refused


def test_from_draft_to_verification(session, cast):
    nc = cast.nc(NcStatus.DRAFT)
    cast.issue(nc, deputy_id=cast.deputy.person_id)
    assert (nc.status, nc.issued_by_id) == (NcStatus.ISSUED, cast.auditor.person_id)
    who = {"actor": cast.responsible, "at": AT, "nc": nc}
    service.acknowledge(session, **who)
    service.contain(session, **who, correction="The review was held.", containment="")
    assert nc.status is NcStatus.CAUSE
    session.add(Cause(nonconformity_id=nc.id, text="Nobody owned the calendar", root=True))
    nc.status, nc.cause_done_at = NcStatus.PLANNING, AT
    missing = refused(session, nc, lambda: service.submit_plan(session, **who))
    assert "a corrective action" in str(missing.text)
    assert "criteria" in str(missing.text)
    action = make_action(session, nc, cast.deputy.person_id)
    service.set_criteria(
        session, **who, criteria="Three reviews on record", not_before=AT.date() + timedelta(days=90)
    )
    service.submit_plan(session, **who)
    judge = {"actor": cast.verifier, "at": AT, "nc": nc}
    service.return_plan(session, **judge, reason="Who sees to it afterwards?")
    assert nc.status_reason == "Who sees to it afterwards?"
    service.submit_plan(session, **who)
    service.accept_plan(session, **judge)
    assert nc.turn_due_on == action.due_on
    message = str(refused(session, nc, lambda: service.submit_work(session, **who)).text)
    assert action.ref in message
    assert "Dora Deputy" in message
    action.status = ActionStatus.DONE
    service.submit_work(session, **who)
    assert nc.status is NcStatus.VERIFICATION
    assert facts(session, nc) == [
        "nonconformity.issued",
        "nonconformity.acknowledged",
        "nonconformity.contained",
        "nonconformity.criteria_set",
        "nonconformity.plan_submitted",
        "nonconformity.plan_returned",
        "nonconformity.plan_submitted",
        "nonconformity.plan_accepted",
        "nonconformity.work_submitted",
    ]


def test_the_same_command_twice_is_one(session, cast):
    nc = cast.nc()
    for _ in range(2):
        service.acknowledge(session, actor=cast.responsible, at=AT, nc=nc, version=1)
    for _ in range(2):
        service.withdraw(session, actor=cast.manager, at=AT, nc=nc, reason="Raised twice.")
    assert facts(session, nc) == ["nonconformity.acknowledged", "nonconformity.withdrawn"]


def test_a_stale_page_is_refused_with_the_name_of_who_was_faster(session, cast):
    nc = cast.nc()
    version = nc.version
    service.dispute(session, actor=cast.deputy, at=AT, nc=nc, view="It was agreed so.")
    stale = refused(
        session,
        nc,
        lambda: service.acknowledge(session, actor=cast.responsible, at=AT, nc=nc, version=version),
        Stale,
    )
    assert "Dora Deputy" in str(stale.text)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"responsible_id": None}, "responsible_id"),
        ({"verifier_id": None}, "verifier_id"),
        ({"verifier_id": "responsible"}, "verifier_id"),
        ({"deputy_id": "verifier"}, "verifier_id"),
        ({"deputy_id": "responsible"}, "deputy_id"),
        ({"responsible_id": "gone"}, "responsible_id"),
        ({"responsible_id": "partner"}, "responsible_id"),
        ({"verifier_id": "partner"}, "verifier_id"),
        ({"grade": Grade.OBSERVATION}, "grade"),
    ],
)
def test_issuing_refuses_the_wrong_people(session, cast, change, field):
    partner = Partner(name="A partner", created_at=AT)
    session.add(partner)
    session.flush()
    people = {
        "responsible": cast.responsible,
        "verifier": cast.verifier,
        "gone": make_person(session, active=False),
        "partner": make_person(session, Role.PARTNER_CONTACT, partner_id=partner.id),
    }
    values = {
        key: people[value].person_id if isinstance(value, str) and value in people else value
        for key, value in change.items()
    }
    nc = cast.nc(NcStatus.DRAFT)
    assert refused(session, nc, lambda: cast.issue(nc, **values)).field == field


def test_whoever_works_on_an_action_cannot_verify(session, cast):
    nc = cast.nc(NcStatus.DRAFT)
    make_action(session, nc, cast.deputy.person_id, worked_ids=[str(cast.verifier.person_id)])
    refused(session, nc, lambda: cast.issue(nc))


def test_a_verifier_who_is_not_independent_needs_a_reason_and_a_reviewer(session, cast):
    relationship = make_relationship(session, manager_id=cast.verifier.person_id)
    near = make_person(session, scoped=[(Role.RELATIONSHIP_OWNER, relationship.id)])
    nc = cast.nc(NcStatus.DRAFT, relationship_id=relationship.id)
    assert not queries.default_verifier(session, nc, AT)
    for reason, reviewer, field in [
        ("", None, "verifier_id"),
        ("Nobody else", None, "reviewer_id"),
        ("Nobody else", cast.verifier, "reviewer_id"),
        ("Nobody else", cast.responsible, "reviewer_id"),
        ("Nobody else", near, "reviewer_id"),
    ]:
        error = refused(
            session,
            nc,
            lambda reason=reason, reviewer=reviewer: cast.issue(
                nc, verifier_reason=reason, reviewer_id=reviewer.person_id if reviewer else None
            ),
        )
        assert error.field == field
    cast.issue(nc, verifier_reason="Nobody else", reviewer_id=cast.auditor.person_id)
    assert "relationship manager" in nc.verifier_conflict
    assert (nc.verifier_reason, nc.verifier_reviewer_id) == ("Nobody else", cast.auditor.person_id)


def test_own_work_cannot_be_overridden(session, cast):
    nc = cast.nc(NcStatus.DRAFT)
    refused(
        session,
        nc,
        lambda: cast.issue(
            nc,
            verifier_id=cast.responsible.person_id,
            verifier_reason="Nobody else",
            reviewer_id=cast.auditor.person_id,
        ),
    )


def audit_nc(session, cast):
    walked = make_walked_audit(session)
    finding = session.scalars(sa.select(Finding).where(Finding.audit_id == walked.audit.id)).first()
    nc = cast.nc(finding_id=finding.id, audit_id=walked.audit.id, grade=finding.grade)
    return nc, finding, walked


def test_a_dispute_keeps_both_views_and_prints_until_it_is_settled(session, cast):
    nc, finding, walked = audit_nc(session, cast)
    mine = {"actor": cast.responsible, "at": AT, "nc": nc}
    service.dispute(session, **mine, view="The plan was agreed by mail.")
    row = session.get_one(Divergence, finding.id)
    assert (row.auditee_view, row.team_view) == ("The plan was agreed by mail.", "")
    service.answer_dispute(session, actor=cast.verifier, at=AT, nc=nc, answer="The mail shows no agreement.")
    assert session.get_one(Divergence, finding.id).team_view == "The mail shows no agreement."
    refused(
        session, nc, lambda: service.uphold(session, actor=cast.manager, at=AT, nc=nc, decision=" "), Invalid
    )
    refused(
        session,
        nc,
        lambda: service.uphold(session, actor=cast.responsible, at=AT, nc=nc, decision="Yes"),
        NotAllowed,
    )
    service.uphold(session, actor=cast.manager, at=AT, nc=nc, decision="It stands.", grade=Grade.MAJOR)
    dispute = session.scalars(sa.select(Dispute)).one()
    assert (dispute.outcome, nc.grade, finding.grade) == (DisputeOutcome.REGRADED, Grade.MAJOR, Grade.MAJOR)
    assert session.get(Divergence, finding.id) is None
    service.maintain(session, **mine, view="We still read it differently.")
    row = session.get_one(Divergence, finding.id)
    assert row.auditee_view == "The plan was agreed by mail.\n\nWe still read it differently."
    assert row.decision == "It stands."
    service.withdraw(session, actor=cast.manager, at=AT, nc=nc, reason="Seen anew.")
    assert session.get(Divergence, finding.id) is None
    assert (finding.status, finding.withdrawn_reason) == (FindingStatus.WITHDRAWN, "Seen anew.")
    service.reopen(session, actor=cast.manager, at=AT, nc=nc, reason="It holds after all.")
    assert (nc.status, nc.reopened, finding.status) == (NcStatus.ISSUED, 1, FindingStatus.DRAFT)
    assert walked.audit.status == "in_progress"


def test_annulling_and_conceding(session, cast):
    nc, finding, _ = audit_nc(session, cast)
    service.dispute(session, actor=cast.deputy, at=AT, nc=nc, view="No.")
    service.concede(session, actor=cast.responsible, at=AT, nc=nc)
    assert (nc.status, nc.acknowledged_by_id) == (NcStatus.CONTAINMENT, cast.responsible.person_id)
    assert session.get(Divergence, finding.id) is None
    refused(session, nc, lambda: service.maintain(session, actor=cast.deputy, at=AT, nc=nc, view="Still no."))
    other = cast.nc()
    service.dispute(session, actor=cast.deputy, at=AT, nc=other, view="No.")
    service.annul(session, actor=cast.manager, at=AT, nc=other, decision="Right.")
    assert (other.status, other.status_reason) == (NcStatus.WITHDRAWN, "Right.")


def test_an_issued_report_keeps_its_finding(session, cast):
    nc, finding, _ = audit_nc(session, cast)
    finding.status = FindingStatus.ISSUED
    service.acknowledge(session, actor=cast.responsible, at=AT, nc=nc)
    service.regrade(session, actor=cast.verifier, at=AT, nc=nc, grade=Grade.MAJOR, reason="It repeats.")
    assert (nc.grade, finding.grade) == (Grade.MAJOR, Grade.MINOR)
    said = queries.standing_of(session, cast.manager, nc, AT).report_says
    assert finding.ref in str(said)
    refused(
        session,
        nc,
        lambda: service.regrade(session, actor=cast.verifier, at=AT, nc=nc, grade=Grade.MAJOR, reason="Once"),
        Invalid,
    )


def test_reopening_counts_and_starts_a_new_round(session, cast):
    nc = cast.nc(NcStatus.CLOSED, closed_at=AT, verified_at=AT, cause_done_at=AT, plan_accepted_at=AT)
    refused(
        session, nc, lambda: service.reopen(session, actor=cast.verifier, at=AT, nc=nc, reason=""), Invalid
    )
    service.reopen(session, actor=cast.verifier, at=AT, nc=nc, reason="It came back.")
    assert (nc.status, nc.round) == (NcStatus.CAUSE, 2)
    assert {nc.closed_at, nc.verified_at, nc.cause_done_at, nc.plan_accepted_at} == {None}
    draft = cast.nc(NcStatus.DRAFT)
    service.withdraw(session, actor=cast.manager, at=AT, nc=draft, reason="Twice.")
    refused(
        session, draft, lambda: service.reopen(session, actor=cast.manager, at=AT, nc=draft, reason="No.")
    )


def test_the_reply_to_a_certification_body(session, cast):
    body = cast.nc(source=Source.CERTIFICATION_BODY)
    day = AT.date()

    def reply(nc, on):
        service.record_reply(session, actor=cast.responsible, at=AT, nc=nc, replied_on=on)

    refused(session, body, lambda: reply(body, day + timedelta(days=2)), Invalid)
    reply(body, day)
    assert body.replied_on == day
    own = cast.nc()
    refused(session, own, lambda: reply(own, day))


def test_criteria_are_written_in_advance(session, cast):
    nc = cast.nc(NcStatus.CAUSE)

    def write(criteria, on):
        service.set_criteria(session, actor=cast.responsible, at=AT, nc=nc, criteria=criteria, not_before=on)

    refused(session, nc, lambda: write("Seen", AT.date()), Invalid)
    refused(session, nc, lambda: write("Seen", None), Invalid)
    refused(session, nc, lambda: write("", AT.date() + timedelta(days=30)), Invalid)
    write("Seen", AT.date() + timedelta(days=30))
    assert session.scalars(sa.select(EffectivenessCheck)).one().criteria == "Seen"


def test_the_deadlines_of_the_house(session, cast):
    with pytest.raises(NotAllowed):
        service.set_policy(session, actor=cast.auditor, at=AT, policy=Policy(acknowledge_days=3))
    with pytest.raises(Invalid):
        service.set_policy(session, actor=cast.manager, at=AT, policy=Policy(acknowledge_days=0))
    service.set_policy(session, actor=cast.manager, at=AT, policy=Policy(acknowledge_days=3))
    assert policy(session).acknowledge_days == 3
    service.set_policy(session, actor=cast.manager, at=AT, policy=Policy(acknowledge_days=3))
    fact = session.scalars(sa.select(Fact).where(Fact.verb == "nonconformity.policy_set")).one()
    assert fact.after == '{"acknowledge_days":3}'


def test_standing_says_what_the_reader_may(session, cast):
    nc = cast.nc(turn_due_on=AT.date() - timedelta(days=3))
    mine = queries.standing_of(session, cast.responsible, nc, AT)
    assert mine.turn.mine
    assert mine.turn.main is NcVerb.ACKNOWLEDGE
    assert mine.overdue
    assert mine.tone == "overdue"
    assert "Mara Manager" in str(mine.turn.next)
    other = queries.standing_of(session, make_person(session, Role.VIEWER), nc, AT)
    assert other.may == {NcVerb.COMMENT}
    assert "Rita Responsible" in str(other.turn.sentence)


def test_those_who_could_verify_come_with_what_stands_against_them(session, cast):
    relationship = make_relationship(session, ser_id=cast.auditor.person_id)
    nc = cast.nc(relationship_id=relationship.id)
    make_action(session, nc, cast.manager.person_id)
    found = queries.verifier_choices(session, nc, AT)
    assert [(one.name, bool(one.conflicts)) for one in found] == [
        ("Vera Verifier", False),
        ("Anton Auditor", True),
    ]
