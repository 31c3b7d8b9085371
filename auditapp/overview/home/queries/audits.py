"""What the home page reads: a fixed number of statements, however many audits there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer, AnswerConflict, AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.rules import FindingStatus, Grade, Result
from auditapp.audits.model import Audit, AuditMember, PlanAnswer, Programme
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.plan.rules import standing
from auditapp.audits.report.rules import Rated, degree
from auditapp.audits.rules import AuditKind, AuditStatus, MemberRole
from auditapp.checklists.model import Edition
from auditapp.kit.clock import day_in
from auditapp.overview.home.rules.desk import OPEN, Situation, StageReady, stage_ready
from auditapp.people.model import Competence, Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import STAGES, Stage

MOST_AUDITS = 200  # open audits that a home page looks at: mine first, then the earliest
MOST_LINES = 8
A_YEAR = timedelta(days=365)
COMPETENCE_AHEAD = timedelta(days=60)


def situations(session: Session, principal: Principal) -> list[Situation]:
    """The open audits that a person may know of, as the rules want them. Four statements."""
    me = principal.person_id
    mine = sa.exists().where(AuditMember.audit_id == Audit.id, AuditMember.person_id == me)
    conflicts = (
        sa.select(sa.func.count())
        .where(AnswerConflict.audit_id == Audit.id, AnswerConflict.settled_at.is_(None))
        .correlate(Audit)
        .scalar_subquery()
    )
    rows = session.execute(
        visible_audits(principal)
        .outerjoin(Programme, Programme.id == Audit.programme_id)
        .outerjoin(Person, Person.id == Programme.responsible_id)
        .add_columns(Programme.responsible_id, Person.name, conflicts)
        .where(Audit.status.in_(OPEN))
        .order_by(sa.case((mine, 0), else_=1), Audit.starts_on.is_(None), Audit.starts_on, Audit.ref)
        .limit(MOST_AUDITS)
    ).all()
    ids = [row[0].id for row in rows]
    members = _by_audit(
        session,
        sa.select(AuditMember.audit_id, AuditMember.person_id, AuditMember.role, Person.name)
        .join(Person, Person.id == AuditMember.person_id)
        .where(AuditMember.audit_id.in_(ids))
        .order_by(AuditMember.position, Person.name),
    )
    answers = _by_audit(
        session,
        sa.select(
            PlanAnswer.audit_id,
            PlanAnswer.person_id,
            PlanAnswer.plan_revision,
            PlanAnswer.agreed,
            PlanAnswer.settled,
        )
        .where(PlanAnswer.audit_id.in_(ids))
        .order_by(PlanAnswer.at, PlanAnswer.id),
    )
    counts = _by_audit(session, _question_counts(ids))
    found = []
    for audit, responsible_id, responsible, open_conflicts in rows:
        count = counts.get(audit.id, [(None, 0, 0)])[0]
        found.append(
            _situation(
                principal,
                audit,
                members=members.get(audit.id, []),
                answers=answers.get(audit.id, []),
                responsible_id=responsible_id,
                responsible=responsible or "",
                counts=(count[1], count[2]),
                conflicts=open_conflicts,
            )
        )
    return found


def _by_audit(session: Session, query: sa.Executable) -> dict[UUID, list[Any]]:
    rows: dict[UUID, list[Any]] = {}
    for row in session.execute(query):
        rows.setdefault(row[0], []).append(row)
    return rows


def _question_counts(ids: Iterable[UUID]) -> sa.Select[UUID, int, Any]:
    """Audit, questions, answered questions."""
    answered = sa.case((sa.func.coalesce(Answer.result, Result.NOT_ASKED) != Result.NOT_ASKED, 1), else_=0)
    return (
        sa.select(AuditQuestion.audit_id, sa.func.count(), sa.func.sum(answered))
        .outerjoin(Answer, Answer.question_id == AuditQuestion.id)
        .where(AuditQuestion.audit_id.in_(ids))
        .group_by(AuditQuestion.audit_id)
    )


def _situation(
    principal: Principal,
    audit: Audit,
    *,
    members: list[Any],
    answers: list[Any],
    responsible_id: UUID | None,
    responsible: str,
    counts: tuple[int, int],
    conflicts: int,
) -> Situation:
    me = principal.person_id
    last = standing(answers, audit.plan_revision)
    auditees = [member for member in members if member.role is MemberRole.AUDITEE]
    return Situation(
        ref=audit.ref,
        title=audit.title,
        status=audit.status,
        starts_on=audit.starts_on,
        ends_on=audit.ends_on,
        closed_on=day_in(principal.zone, audit.closed_at) if audit.closed_at else None,
        issued_on=day_in(principal.zone, audit.issued_at) if audit.issued_at else None,
        sent=audit.plan_sent_at is not None,
        my_role=next((member.role for member in members if member.person_id == me), None),
        my_answer=me in last,
        manages=principal.can(Capability.MANAGE_PROGRAMME) or responsible_id == me,
        leader=next((member.name for member in members if member.role is MemberRole.LEADER), ""),
        manager=responsible,
        silent=[member.name for member in auditees if member.person_id not in last],
        objectors=[
            member.name
            for member in auditees
            if member.person_id in last
            and not last[member.person_id].agreed
            and not last[member.person_id].settled
        ],
        questions=int(counts[0]),
        answered=int(counts[1]),
        conflicts=int(conflicts),
    )


def _of_a_year(principal: Principal, at: datetime) -> sa.Select[UUID]:
    """The audits that readiness rests on."""
    return (
        visible_audits(principal)
        .where(
            Audit.opened_at > at - A_YEAR,
            Audit.kind != AuditKind.HEALTH,
            Audit.status != AuditStatus.CANCELLED,
        )
        .with_only_columns(Audit.id)
    )


def readiness(session: Session, principal: Principal, *, at: datetime) -> list[StageReady]:
    """The eight stages with how ready each is, from the audits of the last year. Two statements."""
    chosen = _of_a_year(principal, at)
    result = sa.func.coalesce(Answer.result, Result.NOT_ASKED)
    rated: dict[str, list[Rated]] = {}
    for stage, value, weight in session.execute(
        sa.select(AuditQuestion.stage, result, sa.func.sum(AuditQuestion.weight))
        .outerjoin(Answer, Answer.question_id == AuditQuestion.id)
        .where(AuditQuestion.audit_id.in_(chosen))
        .group_by(AuditQuestion.stage, result)
    ):
        rated.setdefault(stage, []).append(
            Rated(standard="", stage=stage, result=Result(value), weight=int(weight))
        )
    majors = set(
        session.scalars(
            sa.select(AuditQuestion.stage)
            .join(FindingQuestion, FindingQuestion.question_id == AuditQuestion.id)
            .join(Finding, Finding.id == FindingQuestion.finding_id)
            .where(
                Finding.audit_id.in_(chosen),
                Finding.grade == Grade.MAJOR,
                Finding.status != FindingStatus.WITHDRAWN,
            )
            .distinct()
        )
    )
    return [
        stage_ready(stage, degree("", stage, rated.get(stage, ()), major=stage in majors)) for stage in STAGES
    ]


@dataclass(frozen=True, kw_only=True)
class ProgrammeNow:
    """The audit programme that runs now, and how far it is."""

    ref: str
    title: str
    ends_on: date
    responsible: str
    audits: int
    done: int


def programme_now(session: Session, *, today: date) -> ProgrammeNow | None:
    """The running programme that ends last. One statement."""
    done = sa.case(
        (Audit.status.in_((AuditStatus.ISSUED, AuditStatus.FOLLOW_UP, AuditStatus.COMPLETED)), 1), else_=0
    )
    counted = sa.case((Audit.status != AuditStatus.CANCELLED, 1), else_=0)
    row = session.execute(
        sa.select(
            Programme.ref,
            Programme.title,
            Programme.ends_on,
            Person.name,
            sa.func.coalesce(sa.func.sum(sa.case((Audit.id.is_(None), 0), else_=counted)), 0),
            sa.func.coalesce(sa.func.sum(done), 0),
        )
        .join(Person, Person.id == Programme.responsible_id)
        .outerjoin(Audit, Audit.programme_id == Programme.id)
        .where(Programme.starts_on <= today, Programme.ends_on >= today, Programme.closed_at.is_(None))
        .group_by(Programme.id, Programme.ref, Programme.title, Programme.ends_on, Person.name)
        .order_by(Programme.ends_on.desc(), Programme.ref)
        .limit(1)
    ).first()
    if row is None:
        return None
    return ProgrammeNow(
        ref=row[0], title=row[1], ends_on=row[2], responsible=row[3], audits=int(row[4]), done=int(row[5])
    )


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """A few numbers: audits of a year, reports of a year, and findings of a year by grade."""

    audits: int  # that readiness rests on
    reports: int
    reports_before: int  # the year before
    findings: Mapping[Grade, int]


def numbers(session: Session, principal: Principal, *, at: datetime) -> Numbers:
    """Of what the person may see. Two statements."""
    visible = visible_audits(principal)
    issued = visible.where(Audit.issued_at > at - 2 * A_YEAR).with_only_columns(
        sa.func.coalesce(sa.func.sum(sa.case((Audit.issued_at > at - A_YEAR, 1), else_=0)), 0),
        sa.func.count(),
        sa.select(sa.func.count()).select_from(_of_a_year(principal, at).subquery()).scalar_subquery(),
    )
    year, two, audits = session.execute(issued).one()
    findings = session.execute(
        sa.select(Finding.grade, sa.func.count())
        .where(
            Finding.audit_id.in_(visible.with_only_columns(Audit.id)),
            Finding.status != FindingStatus.WITHDRAWN,
            Finding.raised_at > at - A_YEAR,
        )
        .group_by(Finding.grade)
    ).all()
    return Numbers(
        audits=int(audits),
        reports=int(year),
        reports_before=int(two) - int(year),
        findings={row[0]: int(row[1]) for row in findings},
    )


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """A report that was issued."""

    ref: str
    title: str
    issued_on: date


def latest_reports(session: Session, principal: Principal) -> list[ReportLine]:
    """The newest issued reports that the person may read. One statement."""
    rows = session.execute(
        visible_audits(principal)
        .where(Audit.issued_at.is_not(None))
        .order_by(Audit.issued_at.desc())
        .limit(MOST_LINES)
        .with_only_columns(Audit.ref, Audit.title, Audit.issued_at)
    ).all()
    return [
        ReportLine(ref=row[0], title=row[1], issued_on=day_in(principal.zone, row[2]))
        for row in rows
        if row[2] is not None
    ]


@dataclass(frozen=True, kw_only=True)
class Expiry:
    """A competence that has run out or soon will."""

    person_id: UUID
    name: str
    library: str
    expires_on: date


def expiring_of(session: Session, known: Sequence[Expiry], *, today: date, person_id: UUID) -> list[Expiry]:
    """The same of one person, where that of all is ``known``: one statement only if the list of all is cut."""
    if len(known) < MOST_LINES:
        return [one for one in known if one.person_id == person_id]
    return expiring(session, today=today, person_id=person_id)


def expiring(session: Session, *, today: date, person_id: UUID | None = None) -> list[Expiry]:
    """Competence that ends within 60 days or has ended, the earliest first; of one person or of all. One statement."""
    query = (
        sa.select(Person.id, Person.name, Competence.library_key, Competence.expires_on)
        .join(Person, Person.id == Competence.person_id)
        .where(Competence.expires_on <= today + COMPETENCE_AHEAD, Person.active)
        .order_by(Competence.expires_on, Person.name)
        .limit(MOST_LINES)
    )
    if person_id is not None:
        query = query.where(Person.id == person_id)
    return [
        Expiry(person_id=row[0], name=row[1], library=row[2], expires_on=row[3])
        for row in session.execute(query)
        if row[3] is not None
    ]


@dataclass(frozen=True, kw_only=True)
class RelationshipLine:
    """A relationship that the person runs."""

    ref: str
    name: str
    stage: Stage


def my_relationships(session: Session, principal: Principal) -> list[RelationshipLine]:
    """The running relationships for which the person answers. One statement."""
    me = principal.person_id
    rows = session.execute(
        sa.select(Relationship.ref, Relationship.name, Relationship.stage)
        .where(
            Relationship.ended_on.is_(None),
            sa.or_(Relationship.owner_id == me, Relationship.manager_id == me, Relationship.ser_id == me),
        )
        .order_by(Relationship.ref)
        .limit(MOST_LINES)
    ).all()
    return [RelationshipLine(ref=row[0], name=row[1], stage=row[2]) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """How far a new installation is; each number is only told up to two."""

    people: int
    relationships: int
    libraries: int
    programmes: int
    audits: int


def beginning(session: Session) -> Beginning:
    """One statement."""

    def up_to_two(column: Any) -> Any:
        return sa.select(sa.func.count()).select_from(sa.select(column).limit(2).subquery()).scalar_subquery()

    row = session.execute(
        sa.select(
            up_to_two(Person.id),
            up_to_two(Relationship.id),
            up_to_two(Edition.id),
            up_to_two(Programme.id),
            up_to_two(Audit.id),
        )
    ).one()
    return Beginning(people=row[0], relationships=row[1], libraries=row[2], programmes=row[3], audits=row[4])
