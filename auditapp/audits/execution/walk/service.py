"""The verbs of the walk: save answers, and choose between two that met."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer, AnswerConflict, AuditQuestion
from auditapp.audits.execution.queries import question_of, writable
from auditapp.audits.execution.rules import AnswerField, Result, is_answered, require_open
from auditapp.audits.execution.walk.rules import (
    Base,
    Merged,
    Value,
    cleaned,
    merge,
    stamp,
    token,
    version_known,
    was_shown,
)
from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.plan.queries import audit_by_ref
from auditapp.audits.plan.rules import require_team
from auditapp.audits.rules import TEAM
from auditapp.kit.errors import NotFound, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail

# Built once: it is sent with every saved answer.
_TO_WRITE = (
    sa.select(Answer, Audit.status, AuditMember.role, AuditQuestion.section)
    .join(Audit, Audit.id == Answer.audit_id)
    .join(AuditQuestion, AuditQuestion.id == Answer.question_id)
    .join(
        AuditMember,
        sa.and_(AuditMember.audit_id == Audit.id, AuditMember.person_id == sa.bindparam("person_id")),
        isouter=True,
    )
    .where(Answer.question_id == sa.bindparam("question_id"), Audit.ref == sa.bindparam("ref"))
)


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What became of an answer: the fields that stand as sent, and those where somebody else was faster.

    ``tokens``: what a page must send back next time, per field that was sent; ``values``: what stands there now.
    """

    at: datetime
    result: Result
    answered: bool
    flagged: bool
    revision: int
    tokens: Mapping[str, str]
    values: Mapping[str, Value]
    changed: tuple[AnswerField, ...] = ()
    conflicts: tuple[AnswerConflict, ...] = field(default=())


def save_answer(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    ref: str,
    question_id: UUID,
    values: Mapping[str, object],
    known: Mapping[str, Base],
    device_id: UUID | None = None,
    written_at: datetime | None = None,
) -> Saved:
    """Save one field of an answer, or several.

    ``known``: what the sender's page knew per field; a field that is left out was empty and never saved.
    ``device_id``, ``written_at``: the tablet that it was written on, and when, if it comes later than it was written.
    Nobody's words are lost: a value written on top of an older version than the present one stands beside it as a
    conflict until one of the two is chosen. Raises NotFound, NotAllowed (not of the team), Refusal (not the time),
    Invalid (a value that cannot be kept).
    """
    answer, section = _answer_to_write(session, actor, ref, question_id)
    thing_ref = f"{ref.upper()} {section}"
    versions, stamps = dict(answer.versions), dict(answer.stamps)
    changed: list[AnswerField] = []
    conflicts: list[AnswerConflict] = []
    facts: list[tuple[AnswerField, Value, Value]] = []
    taken = {AnswerField(name): cleaned(AnswerField(name), value) for name, value in values.items()}
    for name, sent in taken.items():
        base = known.get(name.value, Base())
        current: Value = getattr(answer, name.value)
        version = versions.get(name.value, 0)
        what = merge(
            current=current,
            version=version,
            base=version_known(base, version, current),
            sent=sent,
            shown=device_id is None and was_shown(base, name, sent),  # a tablet sends what was written only
        )
        if what is Merged.SAVED:
            _set(answer, name, sent)
            versions[name.value] = version + 1
            stamps[name.value] = stamp(actor.person_id, at, device_id, written_at)
            changed.append(name)
            if name is AnswerField.RESULT:
                answer.answered_by_id = None if answer.result is Result.NOT_ASKED else actor.person_id
                answer.answered_at = None if answer.result is Result.NOT_ASKED else at
            facts.append((name, current, sent))
        elif what is Merged.CONFLICT:
            conflicts.append(
                _both(
                    session,
                    actor=actor,
                    at=at,
                    answer=answer,
                    thing_ref=thing_ref,
                    name=name,
                    sent=sent,
                    device_id=device_id,
                    written_at=written_at,
                )
            )
    if changed:
        answer.versions, answer.stamps = versions, stamps
    if changed or conflicts:
        answer.revision += 1
        session.flush()
    for name, before, after in facts:
        _tell(
            session,
            actor=actor,
            at=at,
            answer=answer,
            thing_ref=thing_ref,
            name=name,
            before=before,
            after=after,
        )
    return Saved(
        at=at,
        result=answer.result,
        answered=is_answered(answer.result, answer.reason),
        flagged=answer.flagged,
        revision=answer.revision,
        tokens={
            name.value: token(versions[name.value], getattr(answer, name.value))
            for name in taken
            if versions.get(name.value)
        },
        values={name.value: getattr(answer, name.value) for name in taken},
        changed=tuple(changed),
        conflicts=tuple(conflicts),
    )


def settle_conflict(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    conflict_id: UUID,
    other: bool,
    seen: int,
) -> Answer:
    """Choose between the value that stands and the ``other`` one; both stay on record.

    ``seen``: the version of the field that the person looked at. Raises NotFound, NotAllowed, Refusal when it was
    settled already, Stale when the field changed since.
    """
    writable(session, actor, audit)
    conflict = session.scalar(
        sa.select(AnswerConflict).where(AnswerConflict.id == conflict_id, AnswerConflict.audit_id == audit.id)
    )
    if conflict is None:
        raise NotFound
    question, answer = question_of(session, audit.id, conflict.question_id)
    name = AnswerField(conflict.field)
    if conflict.settled_at is not None:
        if (conflict.chosen == "other") == other:
            return answer
        raise Refusal(
            Text("Somebody of the team has chosen already. Change the answer itself if it should differ.")
        )
    version = answer.versions.get(conflict.field, 0)
    if version != seen:
        raise Stale(
            Text("The answer was changed again since you looked. Look at both once more, then choose.")
        )
    before: Value = getattr(answer, conflict.field)
    if other and before != conflict.other:
        _set(answer, name, conflict.other)
        answer.versions = {**answer.versions, conflict.field: version + 1}
        answer.stamps = {
            **answer.stamps,
            conflict.field: stamp(
                conflict.other_by_id, conflict.other_at, conflict.other_device_id, conflict.other_written_at
            ),
        }
        if name is AnswerField.RESULT:
            answer.answered_by_id, answer.answered_at = conflict.other_by_id, conflict.other_at
    conflict.settled_at, conflict.settled_by_id = at, actor.person_id
    conflict.chosen = "other" if other else "kept"
    session.flush()
    open_fields = session.scalars(
        sa.select(AnswerConflict.field)
        .where(AnswerConflict.question_id == question.id, AnswerConflict.settled_at.is_(None))
        .distinct()
    ).all()
    answer.conflicted = sorted(open_fields)
    answer.revision += 1
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="answer.settled",
        thing_kind="answer",
        thing_id=question.id,
        thing_ref=f"{audit.ref} {question.section}",
        context_id=audit.id,
        before=_plain(name, before),
        after={**_plain(name, getattr(answer, conflict.field)), "chosen": conflict.chosen},
        personal=_personal(name, before, getattr(answer, conflict.field)),
    )
    return answer


def _answer_to_write(session: Session, actor: Principal, ref: str, question_id: UUID) -> tuple[Answer, str]:
    """One statement for the usual case; the refusals take their time."""
    row = session.execute(
        _TO_WRITE, {"person_id": actor.person_id, "question_id": question_id, "ref": ref.upper()}
    ).first()
    if row is None:
        raise NotFound
    if row[2] not in TEAM:
        audit_by_ref(session, actor, ref)  # who may not know of it is told nothing
        require_team(row[2])
    require_open(row[1])
    return row[0], row[3]


def _set(answer: Answer, name: AnswerField, value: Value) -> None:
    setattr(answer, name.value, Result(str(value)) if name is AnswerField.RESULT else value)


def _both(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    answer: Answer,
    thing_ref: str,
    name: AnswerField,
    sent: Value,
    device_id: UUID | None,
    written_at: datetime | None,
) -> AnswerConflict:
    """Keep the value that came too late beside the one that stands.

    Sent again it is still one; more words of the same person on top of the same old value replace the fewer. What the
    same person wrote on another device, or later on this one, stands beside: that one did not know of these.
    """
    conflict = session.scalar(
        sa.select(AnswerConflict).where(
            AnswerConflict.question_id == answer.question_id,
            AnswerConflict.field == name.value,
            AnswerConflict.other_by_id == actor.person_id,
            AnswerConflict.other_device_id == device_id
            if device_id
            else AnswerConflict.other_device_id.is_(None),
            AnswerConflict.other_written_at <= written_at if written_at else sa.true(),
            AnswerConflict.settled_at.is_(None),
        )
    )
    if conflict is not None and conflict.other == sent:
        return conflict
    last = answer.stamps.get(name.value)
    if conflict is None:
        conflict = AnswerConflict(
            audit_id=answer.audit_id,
            question_id=answer.question_id,
            field=name.value,
            kept=getattr(answer, name.value),
            kept_by_id=UUID(last[0]) if last else None,
            kept_at=datetime.fromisoformat(last[1]) if last else None,
            other=sent,
            other_by_id=actor.person_id,
            other_at=at,
            other_written_at=written_at,
            other_device_id=device_id,
        )
        session.add(conflict)
    else:
        conflict.other, conflict.other_at = sent, at
        conflict.other_written_at, conflict.other_device_id = written_at, device_id
    answer.conflicted = sorted({*answer.conflicted, name.value})
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="answer.conflicted",
        thing_kind="answer",
        thing_id=answer.question_id,
        thing_ref=thing_ref,
        context_id=answer.audit_id,
        before=_plain(name, conflict.kept),
        after=_plain(name, sent),
        personal=_personal(name, conflict.kept, sent),
    )
    return conflict


def _tell(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    answer: Answer,
    thing_ref: str,
    name: AnswerField,
    before: Value,
    after: Value,
) -> None:
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="answer.changed",
        thing_kind="answer",
        thing_id=answer.question_id,
        thing_ref=thing_ref,
        context_id=answer.audit_id,
        before=_plain(name, before),
        after=_plain(name, after),
        personal=_personal(name, before, after),
    )


def _plain(name: AnswerField, value: Value) -> dict[str, Value]:
    """A field and its value for the trail; who was spoken with is personal and stands apart."""
    return (
        {"field": name.value} if name is AnswerField.INTERVIEWEES else {"field": name.value, "value": value}
    )


def _personal(name: AnswerField, before: Value, after: Value) -> dict[str, Value] | None:
    return {"before": before, "after": after} if name is AnswerField.INTERVIEWEES else None
