"""The work as a whole: verified, or returned with a reason."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.findings import queries
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
from auditapp.findings.model import Nonconformity, Verification
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb
from auditapp.findings.rules.policy import check_day
from auditapp.findings.verification.queries import check_of, gate_of
from auditapp.findings.verification.rules import day_of_check, require_verifiable
from auditapp.findings.verification.service.verifier import require_independent
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def verify_work(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    note: str,
    sample: str,
    not_before: date | None = None,
    version: int | None = None,
) -> None:
    """All that was planned is done. From here its effect is awaited until the day of the check.

    ``sample``: what was looked at, and how it was chosen. ``not_before`` puts the check off. Raises Refusal naming
    every action, request and check of the extent that is open.
    """
    if nc.status is NcStatus.EFFECTIVENESS and just_done(session, nc.id, "nonconformity.verified", actor):
        return
    status = allowed(session, nc, NcVerb.VERIFY, actor=actor, version=version)
    require_independent(session, nc, actor=actor, at=at)
    check = check_of(session, nc)
    require_verifiable(gate_of(session, nc), criteria=check.criteria if check else "")
    if check is None:  # refused above: a check without a row has no criteria
        raise NotFound
    note = written(note, Text("Say what you looked at and what you found."), field="note")
    sample = written(
        sample, Text("Say what you looked at: which records, how many of how many."), field="sample"
    )
    day = today(session, at)
    moved = day_of_check(not_before, check.not_before, check_day(day, queries.policy(session)), day)
    before = standing(nc)
    check.not_before = moved
    nc.verified_at = at
    nc.verified_by_id = actor.person_id
    nc.status_reason = ""
    session.add(
        Verification(
            nonconformity_id=nc.id, round=nc.round, accepted=True, note=note, sample=sample, by_id=actor.person_id, at=at
        )
    )  # fmt: skip
    put(session, nc, status, at=at)
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.verified",
        before=before,
        check_on=moved.isoformat(),
    )


def return_work(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    reason: str,
    sample: str = "",
    version: int | None = None,
) -> None:
    """Something is not as it should be, and what: the work goes on."""
    if repeated(session, nc, "nonconformity.work_returned", actor, reason):
        return
    allowed(session, nc, NcVerb.RETURN_WORK, actor=actor, version=version)
    require_independent(session, nc, actor=actor, at=at)
    reason = written(reason, Text("Say what is still missing, so that it can be put right."), field="reason")
    send_back(session, nc, actor=actor, at=at, reason=reason, sample=sample)


def send_back(
    session: Session, nc: Nonconformity, *, actor: Principal, at: datetime, reason: str, sample: str = ""
) -> None:
    """The submitted work is not accepted: by itself, or because one of its actions was not."""
    status = allowed(session, nc, NcVerb.RETURN_WORK, actor=actor)
    before = standing(nc)
    nc.status_reason = reason
    session.add(
        Verification(
            nonconformity_id=nc.id, round=nc.round, accepted=False, note=reason, sample=sample.strip(),
            by_id=actor.person_id, at=at,
        )
    )  # fmt: skip
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.work_returned", before=before, reason=reason)
