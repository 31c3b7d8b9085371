"""Withdrawing, grading anew, opening again."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.findings.life.service.base import (
    allowed,
    count_turn,
    put,
    repeated,
    standing,
    tell,
    written,
)
from auditapp.findings.life.service.disputes import end_with_withdrawal
from auditapp.findings.life.service.settling import check_grade, settle
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def withdraw(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    reason: str,
    version: int | None = None,
) -> None:
    """It does not stand. It keeps its number; open actions end with it, and so does an open dispute."""
    if repeated(session, nc, "nonconformity.withdrawn", actor, reason):
        return
    status = allowed(session, nc, NcVerb.WITHDRAW, actor=actor, version=version)
    reason = written(reason, Text("Say why %(ref)s is withdrawn.", ref=nc.ref), field="reason")
    before = standing(nc)
    end_with_withdrawal(session, nc, actor=actor, at=at, reason=reason)
    nc.status_reason = reason
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.withdrawn", before=before, reason=reason)
    settle(session, nc, actor=actor, at=at, withdrawn=reason)


def regrade(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    grade: Grade | None,
    reason: str,
    version: int | None = None,
) -> None:
    """Another grade, and why. Deadlines of the present step are counted anew."""
    if nc.grade is grade and repeated(session, nc, "nonconformity.regraded", actor, reason):
        return
    allowed(session, nc, NcVerb.REGRADE, actor=actor, version=version)
    reason = written(reason, Text("Say why the grade changes."), field="reason")
    check_grade(grade)
    if grade is None or grade is nc.grade:
        raise Invalid(
            Text("It is graded “%(grade)s” already. Choose the other grade.", grade=GRADE_LABELS[nc.grade]),
            field="grade",
        )
    before = standing(nc)
    nc.grade = grade
    count_turn(session, nc)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.regraded", before=before, reason=reason)
    settle(session, nc, actor=actor, at=at)


def reopen(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    reason: str,
    version: int | None = None,
) -> None:
    """It does not hold after all (or it does, when it was withdrawn): a new round begins, and is counted."""
    if repeated(session, nc, "nonconformity.reopened", actor, reason):
        return
    status = allowed(session, nc, NcVerb.REOPEN, actor=actor, version=version)
    reason = written(reason, Text("Say why %(ref)s is opened again.", ref=nc.ref), field="reason")
    was_withdrawn = nc.status is NcStatus.WITHDRAWN
    if was_withdrawn and (nc.responsible_id is None or nc.verifier_id is None):
        raise Refusal(
            Text(
                "%(ref)s was withdrawn before it was issued. Raise a new one if it holds after all.",
                ref=nc.ref,
            )
        )
    before = standing(nc)
    begin_round(nc)
    if was_withdrawn:
        nc.acknowledged_at = None
        nc.acknowledged_by_id = None
        nc.contained_at = None
    nc.status_reason = reason
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.reopened", before=before, reason=reason)
    if was_withdrawn:
        settle(session, nc, actor=actor, at=at, restored=True)


def begin_round(nc: Nonconformity) -> None:
    """Count a reopening; what the former round reached does not count any more. Its rows and facts stay."""
    nc.reopened += 1
    nc.cause_done_at = None
    nc.plan_submitted_at = None
    nc.plan_accepted_at = None
    nc.plan_accepted_by_id = None
    nc.verified_at = None
    nc.verified_by_id = None
    nc.closed_at = None
    nc.closed_by_id = None
