"""An audit is completed when each of its nonconformities has ended, or is carried over with a reason."""

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.audits.report.service import complete_audit, start_follow_up
from auditapp.audits.rules import AuditStatus
from auditapp.findings.closeout import service
from auditapp.findings.closeout.queries import lines_of, open_of
from auditapp.findings.closeout.rules import MOST_NAMED, incomplete
from auditapp.findings.life import service as life
from auditapp.findings.model import CarryOver, Nonconformity
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from auditapp.trail.service import verify
from tests.factories import make_person
from tests.factories.nonconformities import make_nonconformity
from tests.factories.walked import make_issued_audit


def verbs_of(session, nc):
    return list(session.scalars(sa.select(Fact.verb).where(Fact.context_id == nc.id).order_by(Fact.seq)))


@pytest.fixture
def followed(session):
    """An audit in follow-up, its one nonconformity, and the programme manager."""
    walked = make_issued_audit(session)
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    start_follow_up(session, actor=manager, at=now(), audit=walked.audit)
    nc = session.scalar(sa.select(Nonconformity).where(Nonconformity.audit_id == walked.audit.id))
    return walked, nc, manager


def complete(session, walked, actor):
    complete_audit(session, actor=actor, at=now(), audit=walked.audit, note="Minutes were read.")


def test_an_open_one_stands_in_the_way_and_is_named(session, followed):
    walked, nc, manager = followed
    with pytest.raises(Refusal, match=nc.ref):
        complete(session, walked, manager)


def test_carried_over_with_a_reason_it_does_not(session, followed):
    walked, nc, manager = followed
    for _ in range(2):
        service.carry_over(session, actor=manager, at=now(), nc=nc, reason=" It needs a year. ")
    assert verbs_of(session, nc)[2:] == ["nonconformity.carried_over"]
    row = session.get(CarryOver, nc.id)
    assert (row.reason, row.audit_id, row.by_id) == ("It needs a year.", walked.audit.id, manager.person_id)
    assert [line.settled for line in lines_of(session, manager, walked.audit.id)] == [True]
    complete(session, walked, manager)
    assert walked.audit.status is AuditStatus.COMPLETED
    with pytest.raises(Refusal, match="is completed"):
        service.keep_in_audit(session, actor=manager, at=now(), nc=nc)
    assert list(verify(session)) == []


def test_a_carrying_over_is_changed_and_taken_back(session, followed):
    walked, nc, manager = followed
    service.carry_over(session, actor=manager, at=now(), nc=nc, reason="It needs a year.")
    service.carry_over(session, actor=walked.leader, at=now(), nc=nc, reason="It needs two years.")
    assert session.get(CarryOver, nc.id).reason == "It needs two years."
    for _ in range(2):
        service.keep_in_audit(session, actor=manager, at=now(), nc=nc)
    assert open_of(session, walked.audit.id) == [nc]
    assert verbs_of(session, nc)[2:] == [
        "nonconformity.carried_over",
        "nonconformity.carried_over",
        "nonconformity.carry_over_undone",
    ]


def test_one_that_was_withdrawn_does_not_stand_in_the_way(session, followed):
    walked, nc, manager = followed
    life.withdraw(session, actor=walked.leader, at=now(), nc=nc, reason="Settled otherwise.")
    complete(session, walked, manager)


@pytest.mark.parametrize("who", ["responsible", "somebody"])
def test_nobody_carries_over_what_they_answer_for(session, followed, who):
    walked, nc, _ = followed
    actor = walked.auditee if who == "responsible" else make_person(session)
    with pytest.raises(NotAllowed):
        service.carry_over(session, actor=actor, at=now(), nc=nc, reason="Later.")
    assert session.get(CarryOver, nc.id) is None


def test_a_reason_and_an_audit_are_needed(session, followed):
    _, nc, manager = followed
    with pytest.raises(Invalid, match="Say why"):
        service.carry_over(session, actor=manager, at=now(), nc=nc, reason=" ")
    other = make_nonconformity(session, manager)
    with pytest.raises(Refusal, match="comes from no audit"):
        service.carry_over(session, actor=manager, at=now(), nc=other, reason="Later.")


def test_a_finding_that_nobody_follows_stands_in_the_way_too(session, followed):
    walked, nc, manager = followed
    service.carry_over(session, actor=manager, at=now(), nc=nc, reason="Later.")
    session.add(
        Finding(
            ref="IA-OLD-F9",
            audit_id=walked.audit.id,
            grade=Grade.MAJOR,
            status=FindingStatus.ISSUED,
            statement="Issued before nonconformities were kept here.",
            objective_evidence="Seen.",
            requirements=[{"standard": "The small library", "ref": "1"}],
            raised_by_id=walked.leader.person_id,
            raised_at=now(),
        )
    )
    session.flush()
    with pytest.raises(Refusal, match="IA-OLD-F9"):
        complete(session, walked, manager)


def test_many_are_counted_and_not_all_named():
    many = [f"NC-{number}" for number in range(MOST_NAMED + 3)]
    said = str(incomplete(still_open=many, without=[]))
    assert "and 3 more" in said
    assert many[-1] not in said
    assert incomplete(still_open=[], without=[]) is None


def test_the_same_reason_again_by_somebody_who_may_not_is_refused(session, followed):
    _, nc, manager = followed
    stranger = make_person(session)
    with pytest.raises(NotAllowed):
        service.keep_in_audit(session, actor=stranger, at=now(), nc=nc)
    service.carry_over(session, actor=manager, at=now(), nc=nc, reason="Later.")
    with pytest.raises(NotAllowed):
        service.carry_over(session, actor=stranger, at=now(), nc=nc, reason="Later.")
