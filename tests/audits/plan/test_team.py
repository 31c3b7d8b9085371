"""The audit team: one leader, able, independent, or overridden with a reviewer."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from auditapp.audits.model import Audit
from auditapp.audits.plan import service
from auditapp.audits.plan.queries import PLAN
from auditapp.audits.rules import MemberRole
from auditapp.kit.errors import Invalid, Refusal
from auditapp.people.model import ProcessResponsibility
from auditapp.people.rules import Role
from auditapp.trail.queries import facts_of
from tests.factories import make_person, make_relationship
from tests.factories.audits import make_audit, make_auditor, make_edition, member, plan_of

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST = date(2026, 4, 7)


def reread(session, audit):
    session.flush()
    session.expire_all()
    return session.scalars(sa.select(Audit).where(Audit.id == audit.id).options(*PLAN)).one()


def test_exactly_one_leader(session):
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    audit = make_audit(session, actor=manager)
    one, two = make_auditor(session), make_auditor(session)
    for members in (
        [],
        [member(one, MemberRole.AUDITOR)],
        [member(p, MemberRole.LEADER) for p in (one, two)],
    ):
        with pytest.raises(Invalid) as refused:
            service.set_team(session, actor=manager, at=AT, audit=audit, members=members)
        assert refused.value.field == "role"


def test_a_new_leader_makes_the_old_one_an_auditor(session):
    one, two = make_auditor(session), make_auditor(session)
    audit = make_audit(session, leader=one)
    service.add_member(session, actor=one, at=AT, audit=audit, member=member(two, MemberRole.LEADER))
    found = reread(session, audit)
    assert {m.person_id: m.role for m in found.members} == {
        two.person_id: MemberRole.LEADER,
        one.person_id: MemberRole.AUDITOR,
    }


def test_the_leader_cannot_just_go(session):
    leader = make_auditor(session)
    audit = make_audit(session, leader=leader)
    with pytest.raises(Refusal, match="another audit team leader"):
        service.remove_member(session, actor=leader, at=AT, audit=audit, person_id=leader.person_id)


@pytest.mark.parametrize("policy", ["refuse", "warn"])
def test_expired_competence_is_refused_or_printed(session, policy):
    late = make_auditor(session, expires_on=date(2026, 4, 1))
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    audit = make_audit(session, actor=manager, at=AT, starts_on=FIRST)
    members = [member(late, MemberRole.LEADER)]

    def name_them():
        service.set_team(
            session, actor=manager, at=AT, audit=audit, members=members, competence_policy=policy
        )

    if policy == "refuse":
        with pytest.raises(Refusal, match="1 April 2026"):
            name_them()
        return
    name_them()
    assert "1 April 2026" in audit.members[0].competence_warning


def test_missing_competence_counts_per_library(session):
    audit = make_audit(session, edition_ids=[make_edition(session).id, make_edition(session, "other").id])
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    with pytest.raises(Refusal, match="The other library"):
        service.set_team(
            session,
            actor=manager,
            at=AT,
            audit=audit,
            members=[member(make_auditor(session), MemberRole.LEADER)],
        )


def test_an_auditor_needs_the_role_and_a_partners_contact_stays_outside(session):
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    audit = make_audit(session, actor=manager)
    with pytest.raises(Refusal, match="internal auditor"):
        service.set_team(
            session, actor=manager, at=AT, audit=audit, members=[member(manager, MemberRole.LEADER)]
        )


def conflicted(session):
    """An audit of a relationship that its would-be leader manages, and the people around it."""
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    leader = make_auditor(session, name="Noa Near")
    relationship = make_relationship(session, ref="R-07", manager_id=leader.person_id)
    audit = make_audit(session, actor=manager, relationship_ids=[relationship.id])
    return manager, leader, audit


def test_responsible_for_the_relationship_is_refused_in_words(session):
    manager, leader, audit = conflicted(session)
    with pytest.raises(Refusal, match=r"Noa Near .*R-07"):
        service.set_team(
            session, actor=manager, at=AT, audit=audit, members=[member(leader, MemberRole.LEADER)]
        )


def test_responsible_for_an_audited_process_is_refused_unless_out_of_scope(session):
    leader = make_auditor(session)
    session.add(ProcessResponsibility(person_id=leader.person_id, stage="exit_strategy"))
    with pytest.raises(Refusal):
        make_audit(session, leader=leader)
    assert make_audit(session, leader=leader, stages=["awareness"]).ref


def test_an_override_needs_a_reason_and_another_independent_reviewer(session):
    manager, leader, audit = conflicted(session)
    reviewer, auditee = make_auditor(session), make_person(session)
    also_near = make_person(session, scoped=[(Role.RELATIONSHIP_OWNER, audit.relationships[0].id)])

    def name_them(reason="", reviewed_by=None):
        service.set_team(
            session,
            actor=manager,
            at=AT,
            audit=audit,
            members=[
                member(
                    leader,
                    MemberRole.LEADER,
                    override_reason=reason,
                    reviewer_id=reviewed_by.person_id if reviewed_by else None,
                ),
                member(auditee, MemberRole.AUDITEE),
            ],
        )

    for reason, reviewed_by in [
        ("", reviewer),
        ("Nobody else", None),
        ("Nobody else", leader),
        ("Nobody else", auditee),
        ("Nobody else", also_near),
    ]:
        with pytest.raises(Refusal):
            name_them(reason, reviewed_by)
    name_them("Nobody else", reviewer)
    row = reread(session, audit).members[0]
    assert (row.override_reason, row.reviewer_id) == ("Nobody else", reviewer.person_id)
    assert "R-07" in row.conflict
    fact = session.scalars(facts_of(context_id=audit.id)).first()
    assert "Nobody else" in fact.after
    assert "R-07" in fact.after


def test_the_team_is_checked_again_when_the_ground_changes(session):
    leader = make_auditor(session)
    near = make_relationship(session, owner_id=leader.person_id)
    audit = make_audit(session, leader=leader)
    with pytest.raises(Refusal, match="not independent"):
        service.change_plan(
            session, actor=leader, at=AT, audit=audit, plan=plan_of(audit, relationship_ids=[near.id])
        )
