"""From draft to acknowledged: who answers for it, who verifies it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.findings.life.service.base import (
    allowed,
    just_done,
    put,
    repeated,
    standing,
    tell,
    written,
)
from auditapp.findings.life.service.settling import check_grade, settle
from auditapp.findings.life.service.verifier import check_verifier, own_person
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def issue_nonconformity(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    responsible_id: UUID | None,
    verifier_id: UUID | None,
    deputy_id: UUID | None = None,
    grade: Grade | None = None,
    verifier_reason: str = "",
    reviewer_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Hand a draft to whoever answers for it, and name who verifies it.

    A verifier who is not independent needs ``verifier_reason`` and ``reviewer_id``. Raises NotAllowed, Stale,
    Invalid or Refusal naming the field.
    """
    if just_done(session, nc.id, "nonconformity.issued", actor) and nc.responsible_id == responsible_id:
        return
    status = allowed(session, nc, NcVerb.ISSUE, actor=actor, version=version)
    written(
        nc.statement,
        Text("Write first what is wrong, so that somebody who was not there understands it."),
        field="statement",
    )
    _check_answering(session, responsible_id, deputy_id)
    check_grade(grade)
    conflict = check_verifier(
        session,
        nc,
        verifier_id,
        at=at,
        reason=verifier_reason,
        reviewer_id=reviewer_id,
        answering=(responsible_id, deputy_id),
    )
    before = standing(nc)
    nc.responsible_id = responsible_id
    nc.deputy_id = deputy_id
    nc.verifier_id = verifier_id
    nc.verifier_conflict = conflict
    nc.verifier_reason = verifier_reason.strip() if conflict else ""
    nc.verifier_reviewer_id = reviewer_id if conflict else None
    nc.issued_by_id = actor.person_id
    nc.issued_at = at
    if grade is not None:
        nc.grade = grade
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.issued", before=before)
    settle(session, nc, actor=actor, at=at)


def acknowledge(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, version: int | None = None
) -> None:
    """The auditee takes it on; correction and containment come next."""
    if just_done(session, nc.id, "nonconformity.acknowledged", actor):
        return
    status = allowed(session, nc, NcVerb.ACKNOWLEDGE, actor=actor, version=version)
    before = standing(nc)
    nc.acknowledged_at = at
    nc.acknowledged_by_id = actor.person_id
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.acknowledged", before=before)


def reassign(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    responsible_id: UUID | None,
    deputy_id: UUID | None,
    reason: str,
    version: int | None = None,
) -> None:
    """Somebody else answers for it from now on, or stands in. The verifier stays independent of both."""
    if (nc.responsible_id, nc.deputy_id) == (responsible_id, deputy_id) and repeated(
        session, nc, "nonconformity.reassigned", actor, reason
    ):
        return
    allowed(session, nc, NcVerb.REASSIGN, actor=actor, version=version)
    reason = written(reason, Text("Say why somebody else answers for it."), field="reason")
    _check_answering(session, responsible_id, deputy_id)
    if (nc.responsible_id, nc.deputy_id) == (responsible_id, deputy_id):
        raise Invalid(Text("These are the people who answer for it already."), field="responsible_id")
    for field, person_id in (("responsible_id", responsible_id), ("deputy_id", deputy_id)):
        if person_id is not None and nc.status is not NcStatus.DRAFT and person_id == nc.verifier_id:
            raise Refusal(
                Text(
                    "This person verifies it, and nobody verifies their own work. Name another verifier first."
                ),
                field=field,
            )
        if person_id is not None and person_id == nc.verifier_reviewer_id:
            raise Refusal(
                Text("This person reviews the verification. Name another verifier or reviewer first."),
                field=field,
            )
    before = standing(nc)
    nc.responsible_id = responsible_id
    nc.deputy_id = deputy_id
    tell(session, nc, actor=actor, at=at, verb="nonconformity.reassigned", before=before, reason=reason)


def _check_answering(session: Session, responsible_id: UUID | None, deputy_id: UUID | None) -> None:
    own_person(
        session, responsible_id, field="responsible_id", missing=Text("Name the person who answers for it.")
    )
    if deputy_id is None:
        return
    own_person(session, deputy_id, field="deputy_id", missing=Text("There is no such person."))
    if deputy_id == responsible_id:
        raise Invalid(Text("The deputy is somebody else than the responsible person."), field="deputy_id")
