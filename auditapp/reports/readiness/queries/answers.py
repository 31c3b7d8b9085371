"""The latest answers, by question and relationship: one statement however many audits there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer, AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.rules import Result
from auditapp.audits.model import Audit, AuditEdition
from auditapp.audits.programme.queries.coverage import ISSUED, LOOKED_AT
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import Library, merge
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import ENDED
from auditapp.relationships.model import Relationship
from auditapp.reports.readiness.rules import Seen

MOST_ANSWERS = 100_000  # more than any organization has questions times relationships


@dataclass(frozen=True, kw_only=True)
class Latest:
    """The latest answer to a question. A nonconforming one is failing, pending or put right, as :class:`Seen` says."""

    key: str  # library:question
    relationship_id: UUID | None
    result: Result
    audit: str
    on: date
    stage: str
    failing: bool
    pending: bool
    put_right: bool


def latest_answers(
    session: Session,
    library_keys: Collection[str],
    *,
    since: datetime,
    today: date,
    within: sa.Select[Any] | None = None,
) -> list[Latest]:
    """Answers of issued audits that used one of these libraries, of running relationships. One statement.

    ``within``: the ids of the relationships that they are about, when not all are wanted.
    """
    using = (
        sa.select(AuditEdition.audit_id)
        .join(Edition, Edition.id == AuditEdition.edition_id)
        .where(Edition.library_key.in_(library_keys))
    )
    ranked = (
        sa.select(
            AuditQuestion.id,
            AuditQuestion.key,
            AuditQuestion.relationship_id,
            Answer.result,
            Audit.ref,
            Audit.issued_at,
            AuditQuestion.stage,
            sa.func.row_number()
            .over(
                partition_by=[AuditQuestion.key, AuditQuestion.relationship_id],
                order_by=[Audit.issued_at.desc(), Audit.ref.desc()],
            )
            .label("place"),
        )
        .join(Answer, Answer.question_id == AuditQuestion.id)
        .join(Audit, Audit.id == AuditQuestion.audit_id)
        .outerjoin(Relationship, Relationship.id == AuditQuestion.relationship_id)
        .where(
            Audit.status.in_(ISSUED),
            Audit.issued_at >= since,
            Audit.id.in_(using),
            Answer.result.in_(LOOKED_AT),
            sa.or_(Relationship.ended_on.is_(None), Relationship.ended_on > today),
            *([] if within is None else [AuditQuestion.relationship_id.in_(within)]),
        )
    ).subquery()
    came = (
        sa.select(sa.literal(1))
        .select_from(FindingQuestion)
        .join(Finding, Finding.id == FindingQuestion.finding_id)
        .join(Nonconformity, Nonconformity.finding_id == Finding.id)
        .where(FindingQuestion.question_id == ranked.c.id)
        .correlate(ranked)
    )
    ended = Nonconformity.status.in_(ENDED)
    fails = ranked.c.result == Result.NONCONFORMING
    rows = session.execute(
        sa.select(
            ranked.c.key,
            ranked.c.relationship_id,
            ranked.c.result,
            ranked.c.ref,
            ranked.c.issued_at,
            ranked.c.stage,
            sa.and_(fails, came.where(~ended).exists()).label("open"),
            sa.and_(fails, came.where(ended).exists()).label("closed"),
        )
        .where(ranked.c.place == 1)
        .order_by(ranked.c.key, ranked.c.relationship_id)
        .limit(MOST_ANSWERS)
    )
    return [_latest(row) for row in rows]


def _latest(row: Any) -> Latest:
    fails = row.result is Result.NONCONFORMING
    pending = fails and bool(row.open)
    put_right = fails and bool(row.closed) and not pending
    return Latest(
        key=row.key, relationship_id=row.relationship_id, result=row.result, audit=row.ref,
        on=row.issued_at.date(), stage=row.stage, failing=fails and not pending and not put_right, pending=pending, put_right=put_right,
    )  # fmt: skip


def clauses_by_key(library: Library, others: Sequence[Library] = ()) -> dict[str, set[str]]:
    """Which clauses an answer counts for, by ``library:question`` of whichever library led its audit."""
    found = {f"{library.id}:{one.id}": set(one.clauses) for one in library.questions}
    for other in others:
        for item in merge([other, library]):
            counted = {place.clause for place in item.counts_for if place.library == library.id}
            if counted:
                found[item.key] = found.get(item.key, set()) | counted
    return found


def questions_by_clause(library: Library) -> dict[str, int]:
    """How many questions speak for each clause."""
    found: dict[str, int] = {}
    for question in library.questions:
        for ref in question.clauses:
            found[ref] = found.get(ref, 0) + 1
    return found


def seen_by_clause(
    answers: Sequence[Latest], counts_for: dict[str, set[str]], *, self_assessed: bool = False
) -> dict[str, Seen]:
    """What the latest answers say of each clause they count for."""
    kept: dict[str, list[Latest]] = {}
    for one in answers:
        for ref in counts_for.get(one.key, ()):
            kept.setdefault(ref, []).append(one)
    return {ref: _seen(those, self_assessed=self_assessed) for ref, those in kept.items()}


def _seen(those: Sequence[Latest], *, self_assessed: bool) -> Seen:
    results: dict[Result, int] = {}
    for one in those:
        results[one.result] = results.get(one.result, 0) + 1
    newest = max(those, key=lambda one: (one.on, one.audit))
    return Seen(
        asked=len({one.key for one in those}),
        results=results,
        failing=sum(one.failing for one in those),
        pending=sum(one.pending for one in those),
        put_right=sum(one.put_right for one in those),
        on=newest.on,
        audit=newest.audit,
        relationships=len({one.relationship_id for one in those if one.relationship_id}),
        self_assessed=self_assessed,
    )
