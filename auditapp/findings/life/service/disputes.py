"""A dispute keeps both views; the audit programme manager decides it."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.audits.report.service import clear_divergence
from auditapp.findings.life.queries import DECIDED_AGAINST, newest_dispute
from auditapp.findings.life.service.base import (
    allowed,
    put,
    repeated,
    standing,
    tell,
    touch,
    written,
)
from auditapp.findings.life.service.settling import check_grade, keep_divergence, settle
from auditapp.findings.model import Dispute, Nonconformity
from auditapp.findings.rules.nonconformity import DisputeOutcome, NcVerb
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def dispute(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    view: str,
    version: int | None = None,
) -> None:
    """The auditee sees it differently, and says how."""
    if repeated(session, nc, "nonconformity.disputed", actor, view):
        return
    status = allowed(session, nc, NcVerb.DISPUTE, actor=actor, version=version)
    view = written(view, Text("Say how you see it; both views stay on record."), field="view")
    before = standing(nc)
    row = Dispute(nonconformity_id=nc.id, view=view, raised_by_id=actor.person_id, raised_at=at)
    session.add(row)
    put(session, nc, status, at=at)
    keep_divergence(session, nc, row, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.disputed", before=before, reason=view)


def answer_dispute(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    answer: str,
    version: int | None = None,
) -> None:
    """The audit team's view, beside the auditee's. It can be changed until the dispute is decided."""
    if repeated(session, nc, "nonconformity.dispute_answered", actor, answer):
        return
    allowed(session, nc, NcVerb.ANSWER_DISPUTE, actor=actor, version=version)
    answer = written(answer, Text("Say how the audit team sees it."), field="answer")
    row = _open(session, nc)
    before = standing(nc)
    row.answer = answer
    row.answered_by_id = actor.person_id
    row.answered_at = at
    touch(nc)
    keep_divergence(session, nc, row, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.dispute_answered", before=before, reason=answer)


def concede(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, version: int | None = None
) -> None:
    """The auditee takes the dispute back, and with that acknowledges the nonconformity."""
    if repeated(session, nc, "nonconformity.dispute_conceded", actor, ""):
        return
    status = allowed(session, nc, NcVerb.CONCEDE, actor=actor, version=version)
    row = _open(session, nc)
    before = standing(nc)
    _decide(row, DisputeOutcome.CONCEDED, "", actor=actor, at=at)
    nc.acknowledged_at = at
    nc.acknowledged_by_id = actor.person_id
    put(session, nc, status, at=at)
    keep_divergence(session, nc, row, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.dispute_conceded", before=before)


def uphold(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    decision: str,
    grade: Grade | None = None,
    version: int | None = None,
) -> None:
    """It stands; with another grade when one is given that differs. The auditee may maintain the opinion."""
    if repeated(session, nc, "nonconformity.dispute_upheld", actor, decision) and grade in {None, nc.grade}:
        return
    status = allowed(session, nc, NcVerb.UPHOLD, actor=actor, version=version)
    decision = written(decision, Text("Say why it stands; both sides read it."), field="decision")
    check_grade(grade)
    row = _open(session, nc)
    before = standing(nc)
    regraded = grade is not None and grade is not nc.grade
    _decide(
        row,
        DisputeOutcome.REGRADED if regraded else DisputeOutcome.UPHELD,
        decision,
        actor=actor,
        at=at,
    )
    if grade is not None:
        nc.grade = grade
    put(session, nc, status, at=at)
    keep_divergence(session, nc, row, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.dispute_upheld", before=before, reason=decision)
    settle(session, nc, actor=actor, at=at)


def annul(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    decision: str,
    version: int | None = None,
) -> None:
    """It does not stand: the nonconformity is withdrawn."""
    if repeated(session, nc, "nonconformity.dispute_annulled", actor, decision):
        return
    status = allowed(session, nc, NcVerb.ANNUL, actor=actor, version=version)
    decision = written(decision, Text("Say why it does not stand; both sides read it."), field="decision")
    row = _open(session, nc)
    before = standing(nc)
    _decide(row, DisputeOutcome.ANNULLED, decision, actor=actor, at=at)
    nc.status_reason = decision
    put(session, nc, status, at=at)
    keep_divergence(session, nc, row, at=at)
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.dispute_annulled",
        before=before,
        reason=decision,
    )
    settle(session, nc, actor=actor, at=at, withdrawn=decision)


def maintain(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    view: str,
    version: int | None = None,
) -> None:
    """The auditee does the work, but keeps a different opinion: the report prints it beside the decision."""
    if repeated(session, nc, "nonconformity.opinion_maintained", actor, view):
        return
    allowed(session, nc, NcVerb.MAINTAIN, actor=actor, version=version)
    view = written(view, Text("Say in which way your opinion differs from what was decided."), field="view")
    row = newest_dispute(session, nc)
    if row is None or row.outcome not in DECIDED_AGAINST:
        raise Refusal(
            Text(
                "There is no decision to differ from: an opinion is maintained after a dispute was decided "
                "against it."
            )
        )
    before = standing(nc)
    row.maintained = view
    touch(nc)
    keep_divergence(session, nc, row, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.opinion_maintained", before=before, reason=view)


def end_with_withdrawal(
    session: Session, nc: Nonconformity, *, actor: Principal, at: datetime, reason: str
) -> None:
    """A nonconformity that is withdrawn takes its open dispute with it; nothing diverges any more."""
    row = newest_dispute(session, nc)
    if row is not None and row.outcome is None:
        _decide(row, DisputeOutcome.ANNULLED, reason, actor=actor, at=at)
    if nc.finding_id is not None:
        clear_divergence(session, finding_id=nc.finding_id)


def _open(session: Session, nc: Nonconformity) -> Dispute:
    row = newest_dispute(session, nc)
    if row is None or row.outcome is not None:
        raise Refusal(Text("No dispute of %(ref)s is open.", ref=nc.ref))
    return row


def _decide(row: Dispute, outcome: DisputeOutcome, decision: str, *, actor: Principal, at: datetime) -> None:
    row.outcome = outcome
    row.decision = decision
    row.decided_by_id = actor.person_id
    row.decided_at = at
