"""What nonconformities ask: the step each stands in, checks of extent and effectiveness, and what a body waits for."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import Action, Dispute, EffectivenessCheck, ExtentCheck, Nonconformity
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.action import UNDONE
from auditapp.findings.rules.nonconformity import ENDED, OPEN, ExtentResult, NcStatus
from auditapp.kit.text import Text, day_words
from auditapp.reminders.rules import Kind, Severity
from auditapp.reminders.sources.base import WORK, Draft, Holder, Seat, Wanted, short, stands

S = NcStatus
STILL_OPEN = sorted(OPEN)
LEADER_ID = (
    sa.select(AuditMember.person_id)
    .where(AuditMember.audit_id == Nonconformity.audit_id, AuditMember.role == MemberRole.LEADER)
    .limit(1)
    .scalar_subquery()
)
UNDONE_THERE = sa.exists().where(
    Action.nonconformity_id == Nonconformity.id, Action.status.in_(sorted(UNDONE))
)
ANSWERED = sa.exists().where(
    Dispute.nonconformity_id == Nonconformity.id, Dispute.answer != "", Dispute.decided_at.is_(None)
)
NOT_BEFORE = (
    sa.select(EffectivenessCheck.not_before)
    .where(
        EffectivenessCheck.nonconformity_id == Nonconformity.id,
        EffectivenessCheck.round == Nonconformity.reopened + 1,
    )
    .scalar_subquery()
)
COLUMNS = (
    Nonconformity.id,
    Nonconformity.ref,
    Nonconformity.title,
    Nonconformity.status,
    Nonconformity.grade,
    Nonconformity.turn_due_on,
    Nonconformity.status_since,
    Nonconformity.reopened,
    Nonconformity.raised_by_id,
    Nonconformity.responsible_id,
    Nonconformity.deputy_id,
    Nonconformity.verifier_id,
    Nonconformity.relationship_id,
    Nonconformity.audit_id,
    Audit.programme_id.label("programme_id"),
)
_WORKS = Text("You answer for it.")
_JUDGES = Text("You are its verifier.")
# Status -> step, page, why. Whose turn it is stands in ``_turn``.
STEPS: Mapping[NcStatus, tuple[Text, str, Text]] = {
    S.DRAFT: (
        Text("Name who answers for it and who verifies it, then issue it."),
        "findings.show",
        Text("You raised it, or lead the audit it comes from."),
    ),
    S.ISSUED: (Text("Acknowledge it, or dispute it and say why."), "findings.show", _WORKS),
    S.CONTAINMENT: (
        Text("Record what was put right at once, and what keeps it from doing harm."),
        "findings.show",
        _WORKS,
    ),
    S.CAUSE: (Text("Find the cause, and where else it may occur."), "findings.causes", _WORKS),
    S.PLANNING: (Text("Finish the action plan and submit it."), "findings.show", _WORKS),
    S.PLAN_RETURNED: (Text("Change the action plan and submit it again."), "findings.show", _WORKS),
    S.PLAN_SUBMITTED: (
        Text("Accept the action plan, or return it and say why."),
        "findings.show",
        _JUDGES,
    ),
    S.IMPLEMENTING: (
        Text("Everything is done: submit the work for verification."),
        "findings.show",
        _WORKS,
    ),
    S.VERIFICATION: (
        Text("Look at the work: verify it, or return it and say why."),
        "findings.show",
        _JUDGES,
    ),
}
DISPUTES: Mapping[bool, tuple[Text, str, Text]] = {  # by whether the audit team has answered
    False: (
        Text("Answer the dispute with the audit team’s view."),
        "findings.show",
        Text("You lead the audit it comes from, or are its verifier."),
    ),
    True: (
        Text("Decide the dispute: does it stand, and with which grade?"),
        "findings.show",
        Text("You manage the audit programme."),
    ),
}


def severity_of(grade: Grade) -> Severity:
    """A major nonconformity is critical."""
    return Severity.CRITICAL if grade is Grade.MAJOR else Severity.NORMAL


def steps(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """The step that each nonconformity stands in. One statement."""
    kind, word = Kind.NONCONFORMITY, "nonconformity"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, UNDONE_THERE.label("undone"), ANSWERED.label("answered")).where(
            Nonconformity.status.in_([one for one in STILL_OPEN if one is not S.EFFECTIVENESS]),
            *wanted.days(Nonconformity.turn_due_on, kind),
        )
    )
    for row in rows:
        if row.status is S.IMPLEMENTING and row.undone:
            continue  # its actions are asked for one by one
        step, endpoint, why = DISPUTES[row.answered] if row.status is S.DISPUTED else STEPS[row.status]
        owners, deputies, otherwise = _turn(row)
        part = row.status.value + (".decide" if row.status is S.DISPUTED and row.answered else "")
        yield Draft(
            key=f"{word}:{row.id}:{part}", kind=kind, step=step, why=why, due_on=row.turn_due_on,
            version=f"{row.turn_due_on}:{row.reopened}", endpoint=endpoint, owners=owners, deputies=deputies,
            otherwise=otherwise, changed_at=row.status_since, **_of(row),
        )  # fmt: skip


def _query(wanted: Wanted, word: str, *more: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*COLUMNS, LEADER_ID.label("leader_id"), *more)
        .outerjoin(Audit, Audit.id == Nonconformity.audit_id)
        .where(
            *wanted.narrow(
                word,
                Nonconformity.id,
                relationship=Nonconformity.relationship_id,
                programme=Audit.programme_id,
            ),
            *wanted.seen(Nonconformity.id, visible_nonconformities),
        )
    )


def _of(row: Any) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "title": row.title,
        "args": {"ref": row.ref},
        "thing_kind": "nonconformity",
        "thing_id": str(row.id),
        "severity": severity_of(row.grade),
        "relationship_id": row.relationship_id,
        "audit_id": row.audit_id,
        "programme_id": row.programme_id,
    }


Turn = tuple[tuple[Holder | None, ...], tuple[Holder | None, ...], tuple[Holder | None, ...]]


def _turn(row: Any) -> Turn:
    """Owners, deputies, and who is asked when nobody of them is there."""
    if row.status is S.DRAFT:
        return (row.leader_id or row.raised_by_id,), (), (row.raised_by_id, Seat.PROGRAMME_MANAGER)
    if row.status is S.DISPUTED:
        if row.answered:
            return (Seat.PROGRAMME_MANAGER,), (), (Seat.SYSTEM_MANAGER,)
        return (row.leader_id, row.verifier_id), (), (Seat.PROGRAMME_MANAGER,)
    if row.status in {S.PLAN_SUBMITTED, S.VERIFICATION, S.EFFECTIVENESS}:
        return (row.verifier_id,), (), (row.leader_id, Seat.PROGRAMME_MANAGER)
    return (row.responsible_id,), (row.deputy_id,), ()


def effectiveness(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Checks whether the actions worked, due at the end of their window. One statement."""
    kind, word = Kind.EFFECTIVENESS_CHECK, "effectiveness_check"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, NOT_BEFORE.label("not_before")).where(
            stands(Nonconformity.status, S.EFFECTIVENESS), *wanted.days(Nonconformity.turn_due_on, kind)
        )
    )
    for row in rows:
        owners, deputies, otherwise = _turn(row)
        waits = row.not_before is not None and row.not_before > wanted.today
        step = (
            Text(
                "From %(day)s on, check by the written criteria whether the actions worked.",
                day=day_words(row.not_before),
            )
            if waits
            else Text("Check by the written criteria whether the actions worked.")
        )
        yield Draft(
            key=f"{word}:{row.id}:{row.reopened + 1}", kind=kind, step=step, why=_JUDGES, due_on=row.turn_due_on,
            version=f"{row.turn_due_on}", endpoint="findings.show", owners=owners, deputies=deputies,
            otherwise=otherwise, changed_at=row.status_since,
            **_of(row),
        )  # fmt: skip


def extents(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Places where somebody is to look whether it occurs there too. One statement."""
    kind, word = Kind.EXTENT_CHECK, "extent_check"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        sa.select(
            *COLUMNS,
            ExtentCheck.id.label("check_id"),
            ExtentCheck.checker_id,
            ExtentCheck.due_on.label("check_due_on"),
            ExtentCheck.place,
            ExtentCheck.clause,
            ExtentCheck.relationship_id.label("place_id"),
        )
        .join(Nonconformity, Nonconformity.id == ExtentCheck.nonconformity_id)
        .outerjoin(Audit, Audit.id == Nonconformity.audit_id)
        .where(
            stands(ExtentCheck.result, ExtentResult.OPEN),
            *wanted.days(ExtentCheck.due_on, kind),
            Nonconformity.status.not_in(sorted(ENDED)),
            *wanted.narrow(
                word,
                ExtentCheck.id,
                relationship=sa.func.coalesce(ExtentCheck.relationship_id, Nonconformity.relationship_id),
                programme=Audit.programme_id,
            ),
            *wanted.mine(ExtentCheck.checker_id, Nonconformity.responsible_id),
            *wanted.seen(Nonconformity.id, visible_nonconformities),
        )
    )
    for row in rows:
        place = " · ".join(part for part in (row.place, row.clause) if part)
        found = _of(row) | {
            "title": short(f"{row.title} · {place}" if place else row.title),
            "relationship_id": row.place_id or row.relationship_id,
        }
        yield Draft(
            key=f"{word}:{row.check_id}", kind=kind, due_on=row.check_due_on, version=f"{row.check_due_on}",
            step=Text("Look whether it occurs here too, and say what you found."),
            why=Text("You were asked to look there."), endpoint="findings.show",
            owners=(row.checker_id,), otherwise=(row.responsible_id,), **found,
        )  # fmt: skip


def replies(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """When the certification body wants a reply to its nonconformity. One statement."""
    yield from _of_body(
        session, wanted, "body_reply", Nonconformity.reply_due_on, Nonconformity.replied_on.is_(None),
        step=Text("Reply to the certification body, and record that it was sent."),
        endpoint="findings.show",
    )  # fmt: skip


def closures(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """When the certification body wants its nonconformity closed. One statement."""
    yield from _of_body(
        session, wanted, "body_closure", Nonconformity.close_due_on, Nonconformity.closed_at.is_(None),
        step=Text("Bring it to its end: the certification body wants it closed by this day."),
        endpoint="findings.show",
    )  # fmt: skip


def _of_body(
    session: Session, wanted: Wanted, word: str, day: Any, waits: sa.ColumnElement[bool], *, step: Text, endpoint: str
) -> Iterator[Draft]:  # fmt: skip
    kind = Kind.BODY_REPLY
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, day.label("body_day"), Nonconformity.body_ref).where(
            waits, *wanted.days(day, kind), Nonconformity.status.in_(STILL_OPEN)
        )
    )
    for row in rows:
        found = _of(row)
        if found["severity"] is Severity.NORMAL:
            found["severity"] = Severity.SERIOUS
        owner: UUID | None = row.responsible_id
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, step=step, why=_WORKS, due_on=row.body_day,
            version=f"{row.body_day}", endpoint=endpoint, owners=(owner,), deputies=(row.deputy_id,),
            otherwise=(Seat.SYSTEM_MANAGER,), answers=WORK, **found,
        )  # fmt: skip
