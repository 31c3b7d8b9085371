"""Random histories of what stands around nonconformities; ``around_slow`` computes their figures a second, slow way.

Audits, teams, competence and reminders are made through the real services, answers in audits by the factory.
"""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from auditapp.audits.execution.model import Answer as Given
from auditapp.audits.execution.model import AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.rules import Grade, Result
from auditapp.audits.model import Programme
from auditapp.audits.plan.rules import MemberInput
from auditapp.audits.plan.service import cancel, set_team
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import NonconformityRequirement
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.errors import Refusal
from auditapp.people.competence.service import (
    record_competence,
    record_training,
    remove_competence,
    remove_training,
)
from auditapp.people.model import Competence, Organization, Training
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.reminders.digest.service import gather
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.service import answer, climb, scan
from auditapp.reminders.outbox import service as outbox
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import Fault
from auditapp.reminders.rules import Answer
from auditapp.reports.readiness.rules import State
from auditapp.reports.readiness.service import GapInput, judge_clause
from tests.factories import make_person, make_relationship
from tests.factories.audits import answer_and_issue, make_audit, make_edition
from tests.factories.nonconformities import make_nonconformity
from tests.factories.reminding import make_owed

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
STANDARD = "The small library"


class World:
    """People, audits and reminders over some months; ``chance`` decides."""

    def __init__(self, session, chance):
        self.session, self.chance, self.at = session, chance, BEGIN
        if session.scalar(sa.select(Organization)) is None:
            session.add(Organization(name="Random", zone="Europe/London", created_at=BEGIN))
        self.manager = make_person(session, Role.SYSTEM_MANAGER, Role.PROGRAMME_MANAGER, name="Mo Manager")
        self.edition = make_edition(session)
        self.programme = Programme(
            ref=f"AP-{chance.randrange(10**9)}", title="Random", starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30),
            responsible_id=self.manager.person_id, created_at=BEGIN,
        )  # fmt: skip
        session.add(self.programme)
        self.owed = [make_owed(session) for _ in range(3)]
        self.places = [one.relationship for one in self.owed] + [make_relationship(session)]
        for one in self.places:
            one.ref = one.ref.upper()
        if chance.random() < 0.3:
            self.places[-1].ended_on = date(2026, 3, 20)
        self.auditors = [make_person(session, Role.AUDITOR, name=f"Auditor {number}") for number in range(4)]
        session.flush()

    def live(self):
        for one in self.auditors:
            self.learn(one)
        for number in range(7):
            self.audit(number)
        for ref in ("1", "2"):
            if self.chance.random() < 0.4:
                self.judge(ref)
        for day in range(9, 60, 3):
            self.at = BEGIN + timedelta(days=day)
            self.morning()
        self.session.flush()

    def learn(self, who):
        """Competence and training, some of which ends soon or has ended, some taken away again."""
        by = {"actor": self.manager, "at": self.at, "person_id": who.person_id}
        ends = self.chance.choice([None, date(2026, 4, 20), date(2026, 6, 15), date(2027, 1, 1)])
        record_competence(
            self.session, **by, library_key="small", since=date(2020, 1, 1), expires_on=ends, basis=""
        )
        record_training(
            self.session, **by, course="Interviews", taken_on=date(2024, 1, 1), note="",
            expires_on=self.chance.choice([None, date(2026, 2, 1), date(2026, 5, 10)]),
        )  # fmt: skip
        self.session.flush()

    def unlearn(self):
        competence, training = (
            self.session.scalar(sa.select(one.id).order_by(one.id).limit(1)) for one in (Competence, Training)
        )
        by = {"actor": self.manager, "at": self.at}
        if competence and self.chance.random() < 0.5:
            remove_competence(self.session, **by, competence_id=competence)
        elif training:
            remove_training(self.session, **by, training_id=training)

    def audit(self, number):
        chance, session = self.chance, self.session
        self.at = BEGIN + timedelta(days=number, hours=number)
        sampled = chance.sample(self.places, chance.randrange(0, 3))
        starts = date(2026, 3, 10) + timedelta(days=chance.randrange(0, 400))
        audit = make_audit(
            session, actor=self.manager, at=self.at, starts_on=starts, ends_on=starts + timedelta(days=chance.randrange(4)),
            relationship_ids=[one.id for one in sampled], programme_id=self.programme.id,
        )  # fmt: skip
        team = chance.sample(self.auditors, 2)
        members = [MemberInput(person_id=team[0].person_id, role=MemberRole.LEADER)]
        members.append(MemberInput(person_id=team[1].person_id, role=chance.choice(list(MemberRole)[1:])))
        point = session.begin_nested()
        try:
            set_team(session, actor=self.manager, at=self.at, audit=audit, members=members)
            point.commit()
        except Refusal:  # a competence has ended by then
            point.rollback()
        session.expire_all()
        session.refresh(audit, ["editions", "relationships", "members"])
        for one in audit.editions:
            session.refresh(one, ["edition"])
        what = chance.random()
        if what < 0.2:
            cancel(session, actor=self.manager, at=self.at, audit=audit, reason="Not now.")
        elif what < 0.8:
            answer_and_issue(
                session, audit, {"SM-1": chance.choice(list(Result)), "SM-2": chance.choice(list(Result))}
            )
            audit.issued_at = self.at
            self.find(audit)
        session.flush()

    def find(self, audit):
        """Nonconformities come of some answers that fail; and some against a clause without any."""
        session, chance = self.session, self.chance
        for question in session.scalars(
            sa.select(AuditQuestion).where(AuditQuestion.audit_id == audit.id)
        ).all():
            failed = session.get_one(Given, question.id).result is Result.NONCONFORMING
            if chance.random() > (0.7 if failed else 0.15):
                continue
            finding = Finding(
                ref=f"F-{chance.randrange(10**9)}", audit_id=audit.id, grade=Grade.MINOR, statement="Found.",
                raised_by_id=self.manager.person_id, raised_at=self.at,
            )  # fmt: skip
            session.add(finding)
            session.flush()
            if failed:
                session.add(FindingQuestion(finding_id=finding.id, question_id=question.id))
            nc = make_nonconformity(
                session, self.manager, clauses=(), finding_id=finding.id if failed else None,
                status=chance.choice([NcStatus.CAUSE, NcStatus.CLOSED]), grade=chance.choice([Grade.MAJOR, Grade.MINOR]),
            )  # fmt: skip
            session.add(
                NonconformityRequirement(
                    nonconformity_id=nc.id, position=0, standard=STANDARD, clause=question.section
                )
            )
            session.flush()

    def judge(self, ref):
        self.at = BEGIN + timedelta(days=self.chance.randrange(0, 12), hours=1)
        said = GapInput(
            state=self.chance.choice([one for one in State if one is not State.NOT_APPLICABLE]), gap="A gap."
        )
        judge_clause(self.session, actor=self.manager, at=self.at, standard="small", ref=ref, said=said)
        self.session.flush()

    def morning(self):
        """What the engine does, what channels do, what people say."""
        session, chance = self.session, self.chance
        scan(session, at=self.at, force=True)
        climb(session, at=self.at)
        gather(session, at=self.at)
        session.flush()
        for claim in outbox.claim(session, at=self.at, worker="random", limit=50):
            if chance.random() < 0.6:
                outbox.record_sent(session, at=self.at, claim=claim, provider_id="1")
            elif chance.random() < 0.7:
                fault = chance.choice([Fault.RETRY, Fault.UNKNOWN, Fault.PERSON_GONE, Fault.CONTENT])
                outbox.record_fault(session, at=self.at, claim=claim, fault=fault, reason="It said so.")
        if chance.random() < 0.2:
            self.say()
        if chance.random() < 0.05:
            self.unlearn()
        session.flush()

    def say(self):
        told = self.session.execute(
            sa.select(Notice, ReminderRun)
            .join(ReminderRun, ReminderRun.id == Notice.run_id)
            .where(ReminderRun.ended_at.is_(None))
            .order_by(Notice.created_at, Notice.id)
        ).all()
        if not told:
            return
        notice, run = self.chance.choice(told)
        notice.read_at = self.at
        who = principal_of_person(self.session, notice.person_id)
        point = self.session.begin_nested()
        try:
            answer(
                self.session, actor=who, at=self.at, run_id=run.id, generation=run.generation,
                answer=self.chance.choice([Answer.ACKNOWLEDGE, Answer.NOT_MINE]), reason="So it is.",
            )  # fmt: skip
            point.commit()
        except Refusal:
            point.rollback()
            self.session.expire_all()
