"""Who verifies: naming somebody, and making sure that whoever does it is independent at that moment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.plan.queries import candidates
from auditapp.audits.plan.rules.team import conflict_words
from auditapp.findings.life.queries import ground_of
from auditapp.findings.life.service.base import allowed, standing, tell
from auditapp.findings.life.service.verifier import check_verifier
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def require_independent(session: Session, nc: Nonconformity, *, actor: Principal, at: datetime) -> None:
    """Raises NotAllowed, saying what stands against it, unless the actor is independent now.

    The verifier whose conflict was recorded with a reason and a reviewer may all the same. That nobody judges their
    own work is not asked here: the tables of ``rules`` bar it.
    """
    if actor.person_id == nc.verifier_id and nc.verifier_conflict and nc.verifier_reviewer_id is not None:
        return
    who = candidates(session, ground_of(session, nc, at), {actor.person_id})[actor.person_id]
    if who.conflicts:
        raise NotAllowed(
            Text(
                "You are not independent here: %(name)s %(conflict)s. Somebody independent has to do this.",
                name=who.name,
                conflict=conflict_words(who),
            )
        )


def assign_verifier(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    verifier_id: UUID | None,
    reason: str = "",
    reviewer_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Name who verifies: somebody independent, or with a reason and an independent reviewer (see check_verifier).

    The same again is a silent success.
    """
    allowed(session, nc, NcVerb.ASSIGN_VERIFIER, actor=actor)
    reason = reason.strip()
    conflict = check_verifier(session, nc, verifier_id, at=at, reason=reason, reviewer_id=reviewer_id)
    wanted = (
        verifier_id,
        conflict,
        reason if conflict else "",
        reviewer_id if conflict else None,
    )
    if wanted == (nc.verifier_id, nc.verifier_conflict, nc.verifier_reason, nc.verifier_reviewer_id):
        return
    allowed(session, nc, NcVerb.ASSIGN_VERIFIER, actor=actor, version=version)
    before = standing(nc)
    nc.verifier_id, nc.verifier_conflict, nc.verifier_reason, nc.verifier_reviewer_id = wanted
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.verifier_assigned",
        before=before,
        reason=nc.verifier_reason,
        reviewer=str(nc.verifier_reviewer_id) if nc.verifier_reviewer_id else None,
    )
