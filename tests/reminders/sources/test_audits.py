"""What audits ask, by how they stand: whose turn it is and by when."""

from datetime import UTC, datetime

import pytest

from auditapp.audits.model import PlanAnswer
from auditapp.audits.rules import AuditStatus
from auditapp.kit.ids import new_id
from auditapp.people.rules import Role
from auditapp.relationships.obligations.model import ObligationRule
from auditapp.relationships.obligations.rules import DEFAULTS
from auditapp.reminders.rules import Kind, Level
from tests.factories import make_contact, make_person, make_relationship
from tests.factories.audits import make_audit, make_auditor
from tests.factories.nonconformities import make_nonconformity
from tests.reminders.sources.conftest import AT, day

S = AuditStatus
ONE = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def cast(session):
    found = make_relationship(session)
    return {
        "head": make_person(session, Role.PROGRAMME_MANAGER, name="Head"),
        "leader": make_auditor(session, name="Leader"),
        "auditor": make_auditor(session, name="Auditor"),
        "auditee": make_person(session, name="Auditee"),
        "contact": make_contact(session, found, name="Contact"),
        "place": found,
    }


def audit_of(session, cast, *, led=True, **more):
    found = make_audit(
        session, actor=cast["head"], at=AT, leader=cast["leader"] if led else None,
        auditors=[cast["auditor"]] if led else (), auditees=[cast["auditee"], cast["contact"]] if led else (),
        relationship_ids=[cast["place"].id], starts_on=day(20),
    )  # fmt: skip
    for name, value in more.items():
        setattr(found, name, value)
    session.flush()
    return found


def answer(session, audit, who, *, agreed, settled=""):
    session.add(
        PlanAnswer(
            audit_id=audit.id, plan_revision=audit.plan_revision, person_id=who.person_id, agreed=agreed, at=AT,
            settled=settled,
        )
    )  # fmt: skip


# How it stands -> (word of the key, kind, who, days from today)
CASES = [
    ({"led": False}, "audit_preparation", Kind.AUDIT_PREPARATION, ["head"], 13),
    ({}, "audit_preparation", Kind.AUDIT_PREPARATION, ["leader"], 13),
    ({"plan_sent_at": ONE}, "audit_answer", Kind.AUDIT_ANSWER, ["auditee", "contact"], 13),
    ({"status": S.POSTPONED}, "audit_preparation", Kind.AUDIT_PREPARATION, ["leader"], 13),
    ({"status": S.SCHEDULED}, "audit", Kind.AUDIT, ["leader", "auditor", "auditee", "contact"], 21),
    ({"status": S.REPORTING, "closed_at": ONE}, "audit_report", Kind.AUDIT_REPORT, ["leader"], 7),
    ({"status": S.ISSUED, "issued_at": ONE}, "audit_follow_up", Kind.AUDIT_FOLLOW_UP, ["head"], 53),
    ({"status": S.FOLLOW_UP, "issued_at": ONE}, "audit_follow_up", Kind.AUDIT_FOLLOW_UP, ["head"], 53),
]


def test_each_status_asks_the_right_people_by_the_right_day(session, cast, look):
    for stands, word, kind, who, days in CASES:
        audit = audit_of(session, cast, **stands)
        [found] = [one for one in look(word) if one.audit_id == audit.id]
        assert (found.kind, found.due_on) == (kind, day(days)), stands
        assert list(found.owners) == [cast[name].person_id for name in who], stands
        assert found.relationship_id == cast["place"].id
        if who != ["head"]:
            assert found.above[Level.PROGRAMME] == (cast["head"].person_id,)


@pytest.mark.parametrize("status", [S.COMPLETED, S.CANCELLED])
def test_an_audit_that_has_ended_asks_nobody(session, cast, look, status):
    audit_of(session, cast, status=status, issued_at=ONE, closed_at=ONE)
    assert [look(word) for word in ("audit", "audit_preparation", "audit_report", "audit_follow_up")] == [
        []
    ] * 4


def test_only_the_silent_are_asked_to_answer_and_an_objection_is_for_the_leader(session, cast, look):
    audit = audit_of(session, cast, plan_sent_at=ONE)
    answer(session, audit, cast["auditee"], agreed=True)
    [found] = look("audit_answer")
    assert found.owners == (cast["contact"].person_id,)
    answer(session, audit, cast["contact"], agreed=False)
    assert look("audit_answer") == []
    [found] = look("audit_preparation")
    assert found.owners == (cast["leader"].person_id,)
    assert "objection" in str(found.step)


def test_once_its_days_are_over_only_the_leader_is_asked(session, cast, look):
    audit_of(session, cast, status=S.IN_PROGRESS, starts_on=day(-5), ends_on=day(-3), opened_at=ONE)
    [found] = look("audit")
    assert (found.due_on, found.owners) == (day(-3), (cast["leader"].person_id,))
    assert "closing meeting" in str(found.step)


def test_an_audit_counts_from_its_first_day(session, cast, look):
    audit_of(session, cast, status=S.SCHEDULED)
    [found] = look("audit", until=day(20))
    assert (found.starts_on, found.due_on) == (day(20), day(21))
    assert look("audit", until=day(19)) == []


def test_follow_up_waits_until_every_nonconformity_is_through(session, cast, look):
    audit = audit_of(session, cast, status=S.FOLLOW_UP, issued_at=ONE)
    make_nonconformity(session, cast["leader"], audit_id=audit.id)
    assert look("audit_follow_up") == []


def test_the_report_is_due_as_the_rule_says(session, cast, look):
    default = DEFAULTS["audit_report"]
    session.add(
        ObligationRule(key="audit_report", scope=default.scope, whose=["lead_auditor"], days=5, lead_days=[1])
    )
    audit_of(session, cast, status=S.REPORTING, closed_at=ONE)
    assert [one.due_on for one in look("audit_report")] == [day(-2)]


def test_narrowed_by_relationship_programme_and_key(session, cast, look):
    audit = audit_of(session, cast)
    [found] = look("audit_preparation")
    assert look("audit_preparation", relationship_ids=[cast["place"].id]) == [found]
    assert look("audit_preparation", relationship_ids=[new_id()]) == []
    assert look("audit_preparation", programme_id=new_id()) == []
    assert look("audit_preparation", keys=[found.key]) == [found]
    assert look("audit_preparation", keys=[f"audit_preparation:{audit.id}:other", "nonsense"]) == []
    assert look("audit", keys=[found.key]) == []


def test_the_leader_finds_what_is_theirs(session, cast, look):
    audit_of(session, cast)
    assert len(look("audit_preparation", person_id=cast["leader"].person_id)) == 1
    assert look("audit_preparation", person_id=cast["auditee"].person_id) == []
    assert len(look("audit", person_id=cast["contact"].person_id)) == 1
