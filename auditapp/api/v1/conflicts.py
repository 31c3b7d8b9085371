"""Answers that met: two people wrote the same field of the same question."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.lists import Names, page, rows_of
from auditapp.api.places import site
from auditapp.api.shapes import Given, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.audits.execution.model import Answer, AnswerConflict, AuditQuestion
from auditapp.audits.execution.queries import access
from auditapp.audits.execution.rules import AnswerField
from auditapp.audits.execution.walk.queries import device_names, origin_of
from auditapp.audits.execution.walk.rules import Origin, read_stamp
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability


class ConflictsAsked(Paging):
    """Which of them."""

    settled: bool = Field(default=False, description="Where one was chosen, in place of those that are open.")


class WrittenValue(Given):
    """One of two values. ``device`` and ``written_at``: of what came from a tablet."""

    value: str | bool
    by: Person | None
    at: datetime | None
    device: str
    written_at: datetime | None


class MetAnswer(Given):
    """Two values of one field. ``chosen``: kept or other, once somebody has chosen."""

    id: UUID
    question: int = Field(description="The number of the question.")
    field: AnswerField
    kept: WrittenValue
    other: WrittenValue
    chosen: str
    settled_at: datetime | None
    settled_by: Person | None
    page: str


def _standing(met: AnswerConflict, answer: Answer) -> tuple[Any, Origin | None]:
    """The value that stands, or stood when one was chosen, and where it comes from."""
    if met.settled_at is None:
        stamp = answer.stamps.get(met.field)
        return getattr(answer, met.field), read_stamp(stamp) if stamp else None
    known = met.kept_by_id is not None and met.kept_at is not None
    return met.kept, Origin(met.kept_by_id, met.kept_at) if known else None  # type: ignore[arg-type] # both are known


@get(
    "/audits/<ref>/conflicts",
    scope=Scope.READ_AUDITS,
    gives=listing(MetAnswer),
    needs=(Capability.VIEW_ORGANIZATION,),
    tag="Audits",
)
def conflicts(ref: str, query: ConflictsAsked) -> object:
    """Where two answers met: both values, and which was chosen."""
    session: Any = current_session()
    audit = access(session, actor(), ref).audit
    gone = AnswerConflict.settled_at
    asked = sa.select(AnswerConflict).where(
        AnswerConflict.audit_id == audit.id, gone.is_not(None) if query.settled else gone.is_(None)
    )
    rows, cursor = rows_of(session, asked, AnswerConflict.id, query)
    answers = {
        answer.question_id: (answer, position)
        for answer, position in session.execute(
            sa.select(Answer, AuditQuestion.position)
            .join(AuditQuestion, AuditQuestion.id == Answer.question_id)
            .where(AuditQuestion.id.in_({one.question_id for one in rows}))
        )
    }
    pairs = [(met, *_standing(met, answers[met.question_id][0])) for met in rows]
    origins = [one for met, _value, origin in pairs for one in (origin, origin_of(met)) if one is not None]
    names = Names(session, people=[*(one.person_id for one in origins), *(one.settled_by_id for one in rows)])
    devices = device_names(session, origins)

    def written(value: Any, origin: Origin | None) -> WrittenValue:
        return WrittenValue(
            value=value if isinstance(value, bool) else str(value or ""),
            by=names.person(origin.person_id) if origin else None,
            at=origin.at if origin else None,
            device=devices.get(origin.device_id, "") if origin and origin.device_id else "",
            written_at=origin.written_at if origin else None,
        )

    items = [
        MetAnswer(
            id=met.id,
            question=answers[met.question_id][1],
            field=AnswerField(met.field),
            kept=written(value, origin),
            other=written(met.other, origin_of(met)),
            chosen=met.chosen,
            settled_at=met.settled_at,
            settled_by=names.person(met.settled_by_id),
            page=site("execution.conflicts", ref=audit.ref),
        )
        for met, value, origin in pairs
    ]
    return page(MetAnswer, items, cursor)
