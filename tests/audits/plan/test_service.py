"""Planning, sending, answering, moving: what is taken, what is refused, what the trail keeps."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.model import Audit, AuditMember, PlanAnswer
from auditapp.audits.plan import service
from auditapp.audits.plan.queries import (
    PLAN,
    audit_by_ref,
    follower_of,
    interviews_of,
    sessions_of,
    visible_audits,
)
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.checklists.rules import EditionStatus
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.trail.model import PersonalPayload
from auditapp.trail.queries import facts_of
from auditapp.trail.service import verify
from tests.factories import make_person, make_relationship
from tests.factories.audits import (
    make_audit,
    make_auditor,
    make_edition,
    make_scheduled_audit,
    member,
    plan_of,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 4, 7), date(2026, 4, 9)


def verbs(session, audit):
    return [fact.verb for fact in reversed(session.scalars(facts_of(context_id=audit.id)).all())]


def reread(session, audit):
    session.flush()
    session.expire_all()
    return session.scalars(sa.select(Audit).where(Audit.id == audit.id).options(*PLAN)).one()


def test_an_audit_is_numbered_by_the_year_of_its_first_day(session):
    refs = [make_audit(session, at=AT, starts_on=day).ref for day in (FIRST, date(2027, 1, 4), FIRST)]
    assert refs == ["IA-2026-001", "IA-2027-001", "IA-2026-002"]


def test_the_plan_keeps_everything_that_was_given(session):
    relationship = make_relationship(session)
    leader = make_auditor(session, "small", "other")
    lead, other = make_edition(session), make_edition(session, "other")
    audit = make_audit(
        session,
        at=AT,
        starts_on=FIRST,
        edition_ids=[other.id, lead.id],
        relationship_ids=[relationship.id],
        stages=["working_together", "awareness"],
        repeat_months=12,
        leader_id=leader.person_id,
    )
    found = reread(session, audit)
    assert [one.edition_id for one in found.editions] == [other.id, lead.id]
    assert [one.id for one in found.relationships] == [relationship.id]
    assert found.stages == ["awareness", "working_together"]
    assert (found.intended_on, found.repeat_months) == (FIRST, 12)
    assert [(one.person_id, one.role) for one in found.members] == [(leader.person_id, MemberRole.LEADER)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"edition_ids": []}, "edition_ids"),
        ({"ends_on": FIRST - timedelta(days=1)}, "ends_on"),
        ({"ends_on": FIRST + timedelta(days=400)}, "ends_on"),
        ({"stages": ["nowhere"]}, "stages"),
        ({"repeat_months": 0}, "repeat_months"),
        ({"repeat_months": 61}, "repeat_months"),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_field(session, wrong, field):
    with pytest.raises(Invalid) as refused:
        make_audit(session, at=AT, starts_on=FIRST, **wrong)
    assert refused.value.field == field


def test_only_released_editions_one_per_library(session):
    draft = make_edition(session, "draft", status=EditionStatus.DRAFT)
    two = [make_edition(session).id, make_edition(session, edition="2").id]
    for editions in ([draft.id], two):
        with pytest.raises(Invalid) as refused:
            make_audit(session, edition_ids=editions)
        assert refused.value.field == "edition_ids"


def test_who_may_plan(session):
    relationship = make_relationship(session)
    scoped = make_person(session, scoped=[(Role.PROGRAMME_MANAGER, relationship.id)])
    audit = make_audit(session, actor=scoped, relationship_ids=[relationship.id])
    service.change_plan(session, actor=scoped, at=AT, audit=audit, plan=plan_of(audit, scope="Less."))
    other = make_relationship(session)
    with pytest.raises(NotAllowed):
        service.change_plan(
            session, actor=scoped, at=AT, audit=audit, plan=plan_of(audit, relationship_ids=[other.id])
        )
    for who in (scoped, make_person(session, Role.VIEWER), make_person(session, Role.RELATIONSHIP_OWNER)):
        with pytest.raises(NotAllowed):
            make_audit(session, actor=who)


def test_somebody_who_did_not_plan_it_may_not_change_it(session):
    audit = make_audit(session, leader=make_auditor(session))
    stranger = make_auditor(session)
    with pytest.raises(NotAllowed):
        service.postpone(session, actor=stranger, at=AT, audit=audit, reason="x")


# ── agreement ──


def test_sending_names_everything_that_is_missing(session):
    audit = make_audit(session, objectives="", scope=" ")
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    with pytest.raises(Refusal) as refused:
        service.send_plan(session, actor=manager, at=AT, audit=audit)
    for word in ("leader", "auditee", "objectives", "scope"):
        assert word in str(refused.value)


def test_the_audit_is_scheduled_when_every_auditee_agreed(session):
    leader, one, two = make_auditor(session), make_person(session), make_person(session)
    audit = make_audit(session, leader=leader, auditees=[one, two])
    with pytest.raises(Refusal, match="not sent"):
        service.answer_plan(session, actor=one, at=AT, audit=audit, agreed=True)
    service.send_plan(session, actor=leader, at=AT, audit=audit)
    service.send_plan(session, actor=leader, at=AT, audit=audit)  # again: nothing happens
    service.answer_plan(session, actor=one, at=AT, audit=audit, agreed=True)
    assert audit.status is AuditStatus.PLANNED
    service.answer_plan(session, actor=one, at=AT, audit=audit, agreed=True)  # sent twice: nothing happens
    service.answer_plan(session, actor=two, at=AT, audit=audit, agreed=True)
    assert (audit.status, audit.agreed_at) == (AuditStatus.SCHEDULED, AT)
    service.answer_plan(session, actor=two, at=AT, audit=audit, agreed=True)  # the page was slow
    assert session.scalar(sa.select(sa.func.count()).select_from(PlanAnswer)) == 2
    assert verbs(session, audit) == [
        "audit.planned",
        "audit.team_set",
        "plan.sent",
        "plan.answered",
        "plan.answered",
        "audit.agreed",
    ]
    assert list(verify(session)) == []


def test_only_auditees_answer_and_others_only_write_down(session):
    leader, auditee, stranger = make_auditor(session), make_person(session), make_auditor(session)
    audit = make_audit(session, leader=leader, auditees=[auditee])
    service.send_plan(session, actor=leader, at=AT, audit=audit)
    for who, person_id in ((leader, None), (stranger, auditee.person_id)):
        with pytest.raises(NotAllowed):
            service.answer_plan(session, actor=who, at=AT, audit=audit, agreed=True, person_id=person_id)
    with pytest.raises(Invalid):  # how it was given is part of it
        service.answer_plan(
            session, actor=leader, at=AT, audit=audit, agreed=True, person_id=auditee.person_id
        )
    answer = service.answer_plan(
        session,
        actor=leader,
        at=AT,
        audit=audit,
        agreed=True,
        person_id=auditee.person_id,
        reason="Agreed on the telephone.",
    )
    assert answer.recorded_by_id == leader.person_id
    assert audit.status is AuditStatus.SCHEDULED


def test_an_objection_stays_on_record_and_stands_in_the_way_until_settled(session):
    leader, auditee = make_auditor(session), make_person(session)
    audit = make_audit(session, leader=leader, auditees=[auditee])
    service.send_plan(session, actor=leader, at=AT, audit=audit)
    with pytest.raises(Invalid):
        service.answer_plan(session, actor=auditee, at=AT, audit=audit, agreed=False)
    answer = service.answer_plan(
        session, actor=auditee, at=AT, audit=audit, agreed=False, reason="That is a holiday."
    )
    assert audit.status is AuditStatus.PLANNED
    with pytest.raises(NotAllowed):
        service.settle_objection(session, actor=auditee, at=AT, audit=audit, answer_id=answer.id, how="x")
    with pytest.raises(Invalid):
        service.settle_objection(session, actor=leader, at=AT, audit=audit, answer_id=answer.id, how=" ")
    service.settle_objection(
        session, actor=leader, at=AT, audit=audit, answer_id=answer.id, how="Half a day."
    )
    assert audit.status is AuditStatus.SCHEDULED
    kept = session.scalars(sa.select(PlanAnswer)).one()
    assert (kept.reason, kept.settled, kept.settled_by_id) == (
        "That is a holiday.",
        "Half a day.",
        leader.person_id,
    )


def test_a_changed_plan_is_a_new_revision_and_is_answered_anew(session):
    audit, leader, auditee = make_scheduled_audit(session)
    service.change_plan(
        session, actor=leader, at=AT, audit=audit, plan=plan_of(audit)
    )  # the same: nothing happens
    assert (audit.status, audit.plan_revision) == (AuditStatus.SCHEDULED, 1)
    service.change_plan(session, actor=leader, at=AT, audit=audit, plan=plan_of(audit, scope="Less."))
    assert (audit.status, audit.plan_revision, audit.plan_sent_at, audit.agreed_at) == (
        AuditStatus.PLANNED,
        2,
        None,
        None,
    )
    service.send_plan(session, actor=leader, at=AT, audit=audit)
    with pytest.raises(Stale):
        service.answer_plan(session, actor=auditee, at=AT, audit=audit, agreed=True, revision=1)
    service.answer_plan(session, actor=auditee, at=AT, audit=audit, agreed=True, revision=2)
    assert audit.status is AuditStatus.SCHEDULED


def test_the_audit_client_is_a_name_and_stands_in_the_personal_part(session):
    audit, leader, _ = make_scheduled_audit(session, client="Cleo Client")
    service.change_plan(session, actor=leader, at=AT, audit=audit, plan=plan_of(audit, client="Cora Client"))
    assert (audit.client, audit.plan_revision) == ("Cora Client", 2)
    facts = session.scalars(facts_of(context_id=audit.id)).all()
    assert "audit.plan_changed" in {fact.verb for fact in facts}
    assert not [fact.verb for fact in facts if "Client" in fact.before + fact.after]
    payloads = session.scalars(sa.select(PersonalPayload.payload)).all()
    assert {"Cleo", "Cora"} == {name for name in ("Cleo", "Cora") if any(name in one for one in payloads)}


def test_a_page_made_from_an_older_version_is_told_who_was_faster(session):
    leader = make_auditor(session, name="Fay Faster")
    audit = make_audit(session, leader=leader)
    session.flush()
    seen = audit.version
    service.change_plan(
        session, actor=leader, at=AT, audit=audit, plan=plan_of(audit, scope="A"), version=seen
    )
    session.flush()
    with pytest.raises(Stale, match="Fay Faster"):
        service.change_plan(
            session, actor=leader, at=AT, audit=audit, plan=plan_of(audit, scope="B"), version=seen
        )
    seen = audit.version
    other = make_auditor(session)
    service.add_member(session, actor=leader, at=AT, audit=audit, member=member(other, MemberRole.AUDITOR))
    session.flush()
    assert audit.version > seen


# ── moving ──


def test_postponing_keeps_the_reason_and_new_dates_start_a_new_round(session):
    audit, leader, _ = make_scheduled_audit(session, at=AT, starts_on=FIRST)
    service.add_session(
        session,
        actor=leader,
        at=AT,
        audit=audit,
        starts_at=datetime(2026, 4, 7, 8, tzinfo=UTC),
        ends_at=datetime(2026, 4, 7, 9, tzinfo=UTC),
        title="Opening meeting",
    )
    with pytest.raises(Invalid):
        service.postpone(session, actor=leader, at=AT, audit=audit, reason="")
    service.postpone(session, actor=leader, at=AT, audit=audit, reason="The partner moves house.")
    assert (audit.status, audit.status_reason) == (AuditStatus.POSTPONED, "The partner moves house.")
    with pytest.raises(Refusal, match="new dates"):
        service.send_plan(session, actor=leader, at=AT, audit=audit)
    service.reschedule(session, actor=leader, at=AT, audit=audit, starts_on=LAST, ends_on=LAST)
    assert (audit.status, audit.plan_revision, audit.starts_on) == (AuditStatus.PLANNED, 2, LAST)
    assert audit.intended_on == FIRST
    assert [one.starts_at for one in sessions_of(session, audit.id)] == [datetime(2026, 4, 9, 8, tzinfo=UTC)]
    assert "moves house" in "".join(fact.after for fact in session.scalars(facts_of(context_id=audit.id)))


def test_a_cancelled_audit_stays_so(session):
    audit, leader, auditee = make_scheduled_audit(session)
    service.cancel(session, actor=leader, at=AT, audit=audit, reason="Merged with another.")
    facts = len(verbs(session, audit))
    tries = [
        lambda: service.postpone(session, actor=leader, at=AT, audit=audit, reason="x"),
        lambda: service.reschedule(session, actor=leader, at=AT, audit=audit, starts_on=FIRST, ends_on=LAST),
        lambda: service.send_plan(session, actor=leader, at=AT, audit=audit),
        lambda: service.answer_plan(session, actor=auditee, at=AT, audit=audit, agreed=True),
        lambda: service.change_plan(
            session, actor=leader, at=AT, audit=audit, plan=plan_of(audit, title="New")
        ),
        lambda: service.add_interview(session, actor=leader, at=AT, audit=audit, name="N"),
    ]
    for attempt in tries:
        with pytest.raises(Refusal, match="cancelled"):
            attempt()
    assert len(verbs(session, audit)) == facts


def test_the_next_one_counts_from_the_intended_day_and_copies_no_answers(session):
    leader, gone = make_auditor(session), make_auditor(session, name="Gus Gone")
    audit, leader, auditee = make_scheduled_audit(
        session, leader=leader, auditors=[gone], at=AT, starts_on=FIRST, repeat_months=12
    )
    service.add_session(
        session,
        actor=leader,
        at=AT,
        audit=audit,
        starts_at=datetime(2026, 4, 7, 8, tzinfo=UTC),
        ends_at=datetime(2026, 4, 7, 9, tzinfo=UTC),
        title="Opening meeting",
    )
    service.add_interview(session, actor=leader, at=AT, audit=audit, name="Ida", topic="Exit", when=AT)
    service.postpone(session, actor=leader, at=AT, audit=audit, reason="Later.")
    service.reschedule(
        session, actor=leader, at=AT, audit=audit, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2)
    )
    newer = make_edition(session, edition="2")
    session.execute(
        sa.text("DELETE FROM role_grant WHERE person_id = :p"), {"p": bare(session, gone.person_id)}
    )
    new, left_out = service.repeat_audit(session, actor=leader, at=AT, audit=audit)
    new = reread(session, new)
    assert (new.starts_on, new.ends_on) == (date(2027, 4, 7), date(2027, 4, 8))
    assert (new.previous_id, new.status, new.plan_revision) == (audit.id, AuditStatus.PLANNED, 1)
    assert left_out == ["Gus Gone"]
    assert [one.person_id for one in new.members] == [leader.person_id, auditee.person_id]
    assert [one.edition_id for one in new.editions] == [newer.id]
    assert [one.starts_at.date() for one in sessions_of(session, new.id)] == [date(2027, 4, 7)]
    assert [(one.name, one.at) for one in interviews_of(session, new.id)] == [("Ida", None)]
    assert session.scalar(sa.select(sa.func.count()).select_from(PlanAnswer)) == 1
    with pytest.raises(Refusal, match=new.ref):
        service.repeat_audit(session, actor=leader, at=AT, audit=audit)
    assert follower_of(session, audit.id).id == new.id


def bare(session, value):
    """A UUID as this database keeps it."""
    return value.hex if session.get_bind().dialect.name == "sqlite" else value


# ── who sees what ──


def seen(session, who):
    return {audit.ref for audit in session.scalars(visible_audits(who))}


def test_who_sees_which_audit(session):
    relationship = make_relationship(session)
    leader, auditee = make_auditor(session), make_person(session)
    mine = make_audit(session, leader=leader, auditees=[auditee], relationship_ids=[relationship.id])
    other = make_audit(session, leader=leader)
    both = {mine.ref, other.ref}
    assert seen(session, make_person(session, Role.VIEWER)) == both
    assert seen(session, make_person(session, Role.ACTION_OWNER)) == set()
    assert seen(session, auditee) == {mine.ref}
    owner = make_person(session, scoped=[(Role.RELATIONSHIP_OWNER, relationship.id)])
    assert seen(session, owner) == {mine.ref}
    by_row = make_person(session)
    relationship.manager_id = by_row.person_id
    session.flush()
    assert seen(session, by_row) == {mine.ref}
    assert seen(session, make_person(session, Role.RELATIONSHIP_MANAGER)) == {mine.ref}
    with pytest.raises(NotFound):
        audit_by_ref(session, auditee, other.ref)
    assert audit_by_ref(session, auditee, mine.ref.lower()).id == mine.id


def test_a_reviewer_sees_the_audit(session):
    audit = make_audit(session, leader=make_auditor(session))
    reviewer = make_person(session)
    session.flush()
    session.execute(
        sa.update(AuditMember).where(AuditMember.audit_id == audit.id).values(reviewer_id=reviewer.person_id)
    )
    assert seen(session, reviewer) == {audit.ref}
