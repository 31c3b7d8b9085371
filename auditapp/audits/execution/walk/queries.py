"""Reading the walk: a few statements for the whole page, whatever the number of questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.model import Device
from auditapp.audits.execution.evidence.queries import evidence_of_questions
from auditapp.audits.execution.model import (
    Answer,
    AnswerConflict,
    AuditQuestion,
    Evidence,
    Finding,
    FindingQuestion,
)
from auditapp.audits.execution.opening.freeze import question_id
from auditapp.audits.execution.opening.queries import planned
from auditapp.audits.execution.rules import FindingStatus, Result, is_answered
from auditapp.audits.execution.walk.rules import Origin, read_stamp
from auditapp.audits.model import Audit, AuditRelationship
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.relationships.model import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A frozen question with the relationship it is asked for (``None``: asked once)."""

    id: UUID
    position: int
    key: str
    chapter: str
    chapter_title: str
    section: str
    section_title: str
    stage: str
    relationship_id: UUID | None
    relationship_ref: str
    relationship_name: str
    text: str
    look_for: tuple[str, ...]
    guidance: str
    roles: tuple[str, ...]
    counts_for: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class State:
    """What the walk must know of every answer to draw list, progress and filters."""

    question_id: UUID
    revision: int
    result: Result
    answered: bool
    flagged: bool
    assigned_to: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Everything dynamic on one question's card."""

    answer: Answer
    names: dict[str, str]  # person id -> name, of whoever saved a field or has a finding
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    conflicts: tuple[AnswerConflict, ...]
    devices: dict[UUID, str] = field(
        default_factory=dict
    )  # names of tablets where values that met were written


def questions(session: Session, audit_id: UUID) -> tuple[Asked, ...]:
    """The frozen questions of an audit in the order of the walk. One statement; they never change again."""
    rows = session.execute(
        sa.select(
            AuditQuestion.id,
            AuditQuestion.position,
            AuditQuestion.key,
            AuditQuestion.chapter,
            AuditQuestion.chapter_title,
            AuditQuestion.section,
            AuditQuestion.section_title,
            AuditQuestion.stage,
            AuditQuestion.relationship_id,
            Relationship.ref,
            Relationship.name,
            AuditQuestion.text,
            AuditQuestion.look_for,
            AuditQuestion.guidance,
            AuditQuestion.roles,
            AuditQuestion.counts_for,
        )
        .outerjoin(Relationship, Relationship.id == AuditQuestion.relationship_id)
        .where(AuditQuestion.audit_id == audit_id)
        .order_by(AuditQuestion.position)
    ).all()
    return tuple(
        Asked(
            id=row[0],
            position=row[1],
            key=row[2],
            chapter=row[3],
            chapter_title=row[4],
            section=row[5],
            section_title=row[6],
            stage=row[7],
            relationship_id=row[8],
            relationship_ref=row[9] or "",
            relationship_name=row[10] or "",
            text=row[11],
            look_for=tuple(row[12]),
            guidance=row[13],
            roles=tuple(row[14]),
            counts_for=tuple(row[15]),
        )
        for row in rows
    )


def coming_questions(session: Session, audit: Audit) -> tuple[Asked, ...]:
    """What would be asked if the opening meeting were held now, with the ids that the questions will have.

    Three statements. For a tablet that is taken along before the opening meeting.
    """
    names = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            sa.select(Relationship.id, Relationship.ref, Relationship.name)
            .join(AuditRelationship, AuditRelationship.relationship_id == Relationship.id)
            .where(AuditRelationship.audit_id == audit.id)
        ).all()
    }
    return tuple(
        Asked(
            id=question_id(audit.id, one.key, one.relationship_id),
            position=position,
            key=one.key,
            chapter=one.chapter,
            chapter_title=one.chapter_title,
            section=one.section,
            section_title=one.section_title,
            stage=one.stage,
            relationship_id=one.relationship_id,
            relationship_ref=names[one.relationship_id][0] if one.relationship_id else "",
            relationship_name=names[one.relationship_id][1] if one.relationship_id else "",
            text=one.text,
            look_for=tuple(one.look_for),
            guidance=one.guidance,
            roles=tuple(one.roles),
            counts_for=tuple(one.counts_for),
        )
        for position, one in enumerate(planned(session, audit).questions, start=1)
    )


def not_written(audit_id: UUID, question: UUID) -> Written:
    """The card of a question that has no row yet: nothing is on it."""
    return Written(
        answer=Answer(question_id=question, audit_id=audit_id),
        names={},
        evidence=(),
        findings=(),
        conflicts=(),
    )


def states(session: Session, audit_id: UUID) -> list[State]:
    """Every answer's state in the order of the walk. One statement."""
    rows = session.execute(
        sa.select(
            Answer.question_id,
            Answer.revision,
            Answer.result,
            Answer.reason != "",
            Answer.flagged,
            AuditQuestion.assigned_to_id,
        )
        .join(AuditQuestion, AuditQuestion.id == Answer.question_id)
        .where(Answer.audit_id == audit_id)
        .order_by(AuditQuestion.position)
    ).all()
    return [
        State(row[0], row[1], row[2], is_answered(row[2], "." if row[3] else ""), row[4], row[5])
        for row in rows
    ]


def written(session: Session, question_ids: Sequence[UUID]) -> dict[UUID, Written]:
    """The dynamic part of these cards. Four statements; where two answers met, up to two more."""
    answers = session.scalars(sa.select(Answer).where(Answer.question_id.in_(question_ids))).all()
    evidence: dict[UUID, list[Evidence]] = {}
    for one in evidence_of_questions(session, question_ids):
        if one.question_id:
            evidence.setdefault(one.question_id, []).append(one)
    findings: dict[UUID, list[Finding]] = {}
    for supported, finding in session.execute(
        sa.select(FindingQuestion.question_id, Finding)
        .join(Finding, Finding.id == FindingQuestion.finding_id)
        .where(FindingQuestion.question_id.in_(question_ids), Finding.status != FindingStatus.WITHDRAWN)
        .order_by(Finding.raised_at, Finding.ref)
    ).all():
        findings.setdefault(supported, []).append(finding)
    conflicts: dict[UUID, list[AnswerConflict]] = {}
    if any(answer.conflicted for answer in answers):
        for met in session.scalars(
            sa.select(AnswerConflict)
            .where(AnswerConflict.question_id.in_(question_ids), AnswerConflict.settled_at.is_(None))
            .order_by(AnswerConflict.other_at)
        ).all():
            conflicts.setdefault(met.question_id, []).append(met)
    people = {stamp[0] for answer in answers for stamp in answer.stamps.values()}
    people |= {str(met.other_by_id) for every in conflicts.values() for met in every}
    people |= {str(met.kept_by_id) for every in conflicts.values() for met in every if met.kept_by_id}
    names = person_names(session, [UUID(person) for person in people])
    devices = device_names(
        session,
        origins_of((met, answer) for answer in answers for met in conflicts.get(answer.question_id, ())),
    )
    return {
        answer.question_id: Written(
            answer=answer,
            names=names,
            evidence=tuple(evidence.get(answer.question_id, ())),
            findings=tuple(findings.get(answer.question_id, ())),
            conflicts=tuple(conflicts.get(answer.question_id, ())),
            devices=devices,
        )
        for answer in answers
    }


def origins_of(met: Iterable[tuple[AnswerConflict, Answer]]) -> list[Origin]:
    """Where both values of each conflict come from: first the one that stands, if it was ever saved."""
    found = []
    for conflict, answer in met:
        if conflict.field in answer.stamps:
            found.append(read_stamp(answer.stamps[conflict.field]))
        found.append(origin_of(conflict))
    return found


def origin_of(met: AnswerConflict) -> Origin:
    """Where the second value comes from."""
    return Origin(met.other_by_id, met.other_at, met.other_device_id, met.other_written_at)


def device_names(session: Session, origins: Iterable[Origin]) -> dict[UUID, str]:
    """Names of the tablets by id. One statement, none when nothing came from one."""
    ids = {one.device_id for one in origins if one.device_id}
    if not ids:
        return {}
    rows = session.execute(sa.select(Device.id, Device.name).where(Device.id.in_(ids))).all()
    return {row[0]: row[1] for row in rows}


def person_names(session: Session, ids: Sequence[UUID]) -> dict[str, str]:
    """Names by id as text. One statement, none for nobody."""
    if not ids:
        return {}
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids))).all()
    return {str(row[0]): row[1] for row in rows}


def open_conflicts(session: Session, audit_id: UUID, *, page: int) -> Page[Any]:
    """Where two answers met and nobody has chosen: rows of (AnswerConflict, AuditQuestion, Answer)."""
    return paginate(
        session,
        sa.select(AnswerConflict, AuditQuestion, Answer)
        .join(AuditQuestion, AuditQuestion.id == AnswerConflict.question_id)
        .join(Answer, Answer.question_id == AnswerConflict.question_id)
        .where(AnswerConflict.audit_id == audit_id, AnswerConflict.settled_at.is_(None))
        .order_by(AuditQuestion.position, AnswerConflict.other_at),
        page=page,
        scalars=False,
    )


def settled_conflicts(session: Session, audit_id: UUID) -> Sequence[Any]:
    """The last fifty choices, newest first: rows of (AnswerConflict, AuditQuestion)."""
    return session.execute(
        sa.select(AnswerConflict, AuditQuestion)
        .join(AuditQuestion, AuditQuestion.id == AnswerConflict.question_id)
        .where(AnswerConflict.audit_id == audit_id, AnswerConflict.settled_at.is_not(None))
        .order_by(AnswerConflict.settled_at.desc())
        .limit(50)
    ).all()


def last_saved(answer: Answer, field: str) -> tuple[datetime, str] | None:
    """When a field was saved last, and by whom (a person id as text)."""
    stamp = answer.stamps.get(field)
    return (datetime.fromisoformat(stamp[1]), stamp[0]) if stamp else None
