"""The life of an audit as a state machine: any order of commands, right or wrong, by anybody.

What must hold: a command goes through exactly when the table has a step for it; a refused command leaves nothing;
replaying the trail gives the present; a cancelled or completed audit stays so.
"""

import json
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from auditapp.audits.model import Audit, PlanAnswer
from auditapp.audits.plan import service
from auditapp.audits.plan.queries import PLAN
from auditapp.audits.plan.rules import MemberInput
from auditapp.audits.plan.service.base import about, plan_values, standing_values
from auditapp.audits.rules import STEPS, AuditStatus, AuditVerb, MemberRole, next_status
from auditapp.kit.errors import Refusal
from auditapp.people.rules import Role
from auditapp.trail import service as trail
from auditapp.trail.queries import facts_of, parsed
from tests.factories import make_person
from tests.factories.audits import make_audit, make_auditor

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENDED = {AuditStatus.CANCELLED, AuditStatus.COMPLETED}
LATER = [
    AuditVerb.OPEN,
    AuditVerb.CLOSE,
    AuditVerb.RESUME,
    AuditVerb.ISSUE,
    AuditVerb.FOLLOW_UP,
    AuditVerb.COMPLETE,
]


class Life(RuleBasedStateMachine):
    def __init__(self, session):
        super().__init__()
        self.session = session
        self.at = BEGIN
        self.ended = None

    @initialize(auditees=st.integers(1, 2))
    def plan(self, auditees):
        session = self.session
        self.leader = make_auditor(session)
        self.manager = make_person(session, Role.PROGRAMME_MANAGER)
        self.auditees = [make_person(session) for _ in range(auditees)]
        self.spare = [make_auditor(session) for _ in range(2)]
        audit = make_audit(session, leader=self.leader, auditees=self.auditees, at=self.at)
        self.id = audit.id

    @property
    def audit(self):
        return self.session.scalars(sa.select(Audit).where(Audit.id == self.id).options(*PLAN)).one()

    def snapshot(self):
        self.session.flush()
        self.session.expire_all()
        audit = self.audit
        facts = self.session.scalar(
            sa.select(sa.func.count()).select_from(facts_of(context_id=self.id).subquery())
        )
        team = sorted((str(one.person_id), one.role.value) for one in audit.members)
        return (
            plan_values(audit)
            | standing_values(audit)
            | {"team": team, "facts": facts, "sent": audit.plan_sent_at}
        )

    def attempt(self, command, *, verb=None):
        """Run a command as a request does: refused means rolled back. Gives back whether it went through."""
        self.at += timedelta(hours=1)
        before = self.snapshot()
        status = AuditStatus(before["status"])
        point = self.session.begin_nested()
        try:
            command()
            self.session.flush()
        except Refusal:
            point.rollback()
            assert self.snapshot() == before
            if verb is not None:
                assert (status, verb) not in STEPS
            return False
        point.commit()
        if verb is not None:
            assert self.snapshot()["status"] == STEPS[status, verb]
        return True

    @rule(by_manager=st.booleans())
    def send(self, by_manager):
        actor = self.manager if by_manager else self.leader
        self.attempt(lambda: service.send_plan(self.session, actor=actor, at=self.at, audit=self.audit))

    @rule(who=st.integers(0, 1), agreed=st.booleans(), spoken=st.booleans())
    def answer(self, who, agreed, spoken):
        auditee = self.auditees[who % len(self.auditees)]
        self.attempt(
            lambda: service.answer_plan(
                self.session,
                actor=self.leader if spoken else auditee,
                at=self.at,
                audit=self.audit,
                agreed=agreed,
                reason="Said so.",
                person_id=auditee.person_id if spoken else None,
            )
        )

    @rule(by_stranger=st.booleans())
    def settle(self, by_stranger):
        objection = self.session.scalars(
            sa.select(PlanAnswer)
            .where(PlanAnswer.audit_id == self.id, PlanAnswer.agreed.is_(False))
            .order_by(PlanAnswer.at.desc())
            .limit(1)
        ).first()
        if objection is None:
            return
        answer_id = objection.id
        went = self.attempt(
            lambda: service.settle_objection(
                self.session,
                actor=self.spare[0] if by_stranger else self.leader,
                at=self.at,
                audit=self.audit,
                answer_id=answer_id,
                how="Talked.",
            )
        )
        assert not (
            went and by_stranger and self.spare[0].person_id not in {m.person_id for m in self.audit.members}
        )

    @rule(scope=st.sampled_from(["A", "B", "C"]), days=st.integers(0, 3))
    def change(self, scope, days):
        def command():
            audit = self.audit
            first = audit.starts_on + timedelta(days=days)
            plan = service.PlanInput(
                title=audit.title,
                kind=audit.kind,
                edition_ids=[one.edition_id for one in audit.editions],
                objectives=audit.objectives,
                scope=scope,
                starts_on=first,
                ends_on=first + timedelta(days=1),
            )
            service.change_plan(self.session, actor=self.leader, at=self.at, audit=audit, plan=plan)

        self.attempt(command)

    @rule(who=st.integers(0, 1), add=st.booleans())
    def team(self, who, add):
        person = self.spare[who].person_id
        if add:
            wanted = MemberInput(person_id=person, role=MemberRole.AUDITOR)
            self.attempt(
                lambda: service.add_member(
                    self.session, actor=self.leader, at=self.at, audit=self.audit, member=wanted
                )
            )
        else:
            self.attempt(
                lambda: service.remove_member(
                    self.session, actor=self.leader, at=self.at, audit=self.audit, person_id=person
                )
            )

    @rule()
    def postpone(self):
        self.attempt(
            lambda: service.postpone(
                self.session, actor=self.leader, at=self.at, audit=self.audit, reason="Snow."
            ),
            verb=AuditVerb.POSTPONE,
        )

    @rule(days=st.integers(0, 40))
    def reschedule(self, days):
        first = date(2026, 9, 1) + timedelta(days=days)
        self.attempt(
            lambda: service.reschedule(
                self.session, actor=self.leader, at=self.at, audit=self.audit, starts_on=first, ends_on=first
            ),
            verb=AuditVerb.RESCHEDULE,
        )

    @rule(sure=st.sampled_from([False, False, False, True]))
    def cancel(self, sure):
        if sure:
            self.attempt(
                lambda: service.cancel(
                    self.session, actor=self.manager, at=self.at, audit=self.audit, reason="Not needed."
                ),
                verb=AuditVerb.CANCEL,
            )

    @rule(verb=st.sampled_from(LATER))
    def go_on(self, verb):
        """The steps of the rooms above planning, as far as they concern the status."""

        def command():
            audit = self.audit
            before = standing_values(audit)
            audit.status = next_status(audit.status, verb)
            trail.record(
                self.session,
                actor_id=self.leader.person_id,
                at=self.at,
                verb="audit.opened",
                **about(audit),
                before=before,
                after=standing_values(audit),
            )

        self.attempt(command, verb=verb)

    @invariant()
    def replaying_the_trail_gives_the_present(self):
        if not hasattr(self, "id"):
            return
        self.session.flush()
        replayed = {}
        for fact in reversed(self.session.scalars(facts_of(context_id=self.id)).all()):
            after = parsed(fact.after)
            if fact.verb == "audit.team_set":
                replayed["team"] = sorted((one["person"], one["role"]) for one in after["team"])
            elif fact.verb.startswith("audit."):
                replayed |= after
        present = self.snapshot()
        for key in [*plan_values(self.audit), "status", "revision", "team"]:
            assert json.dumps(replayed[key]) == json.dumps(present[key]) or replayed[key] == present[key], key

    @invariant()
    def what_has_ended_stays_so(self):
        if not hasattr(self, "id"):
            return
        status = self.audit.status
        assert self.ended in (None, status)
        self.ended = status if status in ENDED else None

    @invariant()
    def scheduled_means_agreed(self):
        if hasattr(self, "id") and self.audit.status is AuditStatus.SCHEDULED:
            assert self.audit.agreed_at is not None
            assert self.audit.plan_sent_at is not None


def test_the_life_of_an_audit(session):
    run_state_machine_as_test(
        lambda: Life(session),
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert list(trail.verify(session)) == []
