"""The effectiveness check: it holds and is closed, or it came back and a new round begins."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.findings.life.service.base import (
    allowed,
    just_done,
    put,
    repeated,
    standing,
    tell,
    today,
    written,
)
from auditapp.findings.life.service.ending import begin_round
from auditapp.findings.model import EffectivenessCheck, Nonconformity
from auditapp.findings.rules.nonconformity import CheckResult, NcStatus, NcVerb
from auditapp.findings.verification.queries import check_of, gate_of
from auditapp.findings.verification.rules import require_closable, require_day
from auditapp.findings.verification.service.verifier import require_independent
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def confirm_effective(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    note: str,
    sample: str = "",
    version: int | None = None,
) -> None:
    """The criteria written in advance are met: it is closed. Not before the day, and not with anything left open."""
    if nc.status is NcStatus.CLOSED and just_done(session, nc.id, "nonconformity.effective", actor):
        return
    status = allowed(session, nc, NcVerb.CONFIRM, actor=actor, version=version)
    require_independent(session, nc, actor=actor, at=at)
    check = _due(session, nc, at=at)
    require_closable(gate_of(session, nc))
    note = written(note, Text("Say what you found, measured by the criteria."), field="note")
    before = standing(nc)
    _judged(check, CheckResult.EFFECTIVE, actor=actor, at=at, note=note, sample=sample)
    nc.closed_at = at
    nc.closed_by_id = actor.person_id
    nc.status_reason = ""
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.effective", before=before)


def fail_effective(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    reason: str,
    sample: str = "",
    version: int | None = None,
) -> None:
    """The criteria are not met: it opens again at its cause, and the reopening is counted."""
    if repeated(session, nc, "nonconformity.not_effective", actor, reason):
        return
    status = allowed(session, nc, NcVerb.FAIL, actor=actor, version=version)
    require_independent(session, nc, actor=actor, at=at)
    check = _due(session, nc, at=at)
    reason = written(reason, Text("Say what you found, measured by the criteria."), field="reason")
    before = standing(nc)
    _judged(check, CheckResult.NOT_EFFECTIVE, actor=actor, at=at, note=reason, sample=sample)
    begin_round(nc)
    nc.status_reason = reason
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.not_effective", before=before, reason=reason)


def _due(session: Session, nc: Nonconformity, *, at: datetime) -> EffectivenessCheck:
    """The check of this round. Raises Refusal before its day, and when there is none."""
    check = check_of(session, nc)
    if check is None or not check.criteria.strip():
        raise Refusal(
            Text("There are no criteria for the effectiveness check, so nothing can be judged by them.")
        )
    require_day(check.not_before, today(session, at))
    return check


def _judged(
    check: EffectivenessCheck, result: CheckResult, *, actor: Principal, at: datetime, note: str, sample: str
) -> None:
    check.result = result
    check.note = note
    check.sample = sample.strip()
    check.checked_by_id = actor.person_id
    check.checked_at = at
