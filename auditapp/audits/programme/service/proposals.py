"""Accepting, dismissing and bringing back what a programme proposes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditEdition, Programme, ProposalDismissal
from auditapp.audits.plan.service import create_audit
from auditapp.audits.programme.queries import propose_audits
from auditapp.audits.programme.rules import Proposal
from auditapp.audits.programme.service.programmes import about, require_manager
from auditapp.checklists.model import Edition
from auditapp.checklists.queries import current_editions
from auditapp.checklists.rules import Kind
from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def _proposed(session: Session, programme: Programme, key: str, today: date) -> Proposal:
    for one in propose_audits(session, programme, today=today):
        if one.key == key:
            return one
    raise Refusal(
        Text("This audit is not proposed any more: it was planned meanwhile, or its reasons are gone.")
    )


def accept_proposal(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    programme: Programme,
    key: str,
    edition_ids: Sequence[UUID] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Audit:
    """Make the planned audit that was proposed, prefilled with its reasons; it can be changed like any plan.

    Without ``edition_ids`` it takes the current editions of the first checklist that the programme uses.
    Raises NotAllowed, or Refusal when it is not proposed any more or there is no checklist.
    """
    require_manager(actor)
    proposal = _proposed(session, programme, key, day_in(actor.zone, at))
    first = starts_on or proposal.starts_on
    reasons = "\n".join(str(cause.text) for cause in proposal.causes)
    audit = create_audit(
        session,
        actor=actor,
        at=at,
        title=str(proposal.title)[:200],
        programme_id=programme.id,
        edition_ids=list(edition_ids) or _usual_editions(session, programme),
        relationship_ids=[proposal.relationship_id] if proposal.relationship_id else [],
        stages=proposal.stages,
        objectives=str(
            Text("Find out whether what was agreed is done and works.\n%(reasons)s", reasons=reasons)
        ),
        client=actor.name,
        starts_on=first,
        ends_on=ends_on or min(first + timedelta(days=1), max(first, programme.ends_on)),
    )
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="proposal.accepted",
        **about(programme),
        after={"proposal": key, "audit": audit.ref, "causes": proposal.codes},
    )
    return audit


def _usual_editions(session: Session, programme: Programme) -> list[UUID]:
    """The current edition of the checklist that led the programme's newest audit, or of the first there is."""
    current = {one.library_key: one.id for one in current_editions(session) if one.kind == Kind.CLAUSE}
    lead = session.scalar(
        sa.select(Edition.library_key)
        .join(AuditEdition, AuditEdition.edition_id == Edition.id)
        .join(Audit, Audit.id == AuditEdition.audit_id)
        .where(
            Audit.programme_id == programme.id,
            AuditEdition.position == 0,
            Edition.library_key.in_(current),
        )
        .order_by(Audit.starts_on.desc(), Audit.ref.desc())
        .limit(1)
    )
    if lead is not None:
        return [current[lead]]
    if not current:
        raise Refusal(Text("There is no released clause checklist. Import or release one first."))
    return [next(iter(current.values()))]


def dismiss_proposal(
    session: Session, *, actor: Principal, at: datetime, programme: Programme, key: str, reason: str
) -> ProposalDismissal:
    """Set a proposal aside with a reason. It comes back by itself when there is something new."""
    require_manager(actor)
    if not reason.strip():
        raise Invalid(Text("Say why this audit is not needed; the reason stays on record."), field="reason")
    proposal = _proposed(session, programme, key, day_in(actor.zone, at))
    row = ProposalDismissal(
        programme_id=programme.id,
        key=key,
        causes=proposal.codes,
        reason=reason.strip(),
        dismissed_by_id=actor.person_id,
        dismissed_at=at,
    )
    session.add(row)
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="proposal.dismissed",
        **about(programme),
        after={"proposal": key, "causes": proposal.codes, "reason": row.reason},
    )
    return row


def bring_back(
    session: Session, *, actor: Principal, at: datetime, programme: Programme, dismissal_id: UUID
) -> None:
    """Propose a dismissed audit again. Brought back already: nothing happens."""
    require_manager(actor)
    row = session.scalar(
        sa.select(ProposalDismissal).where(
            ProposalDismissal.id == dismissal_id, ProposalDismissal.programme_id == programme.id
        )
    )
    if row is None:
        raise NotFound
    if row.brought_back_at is not None:
        return
    row.brought_back_at = at
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="proposal.brought_back",
        **about(programme),
        after={"proposal": row.key},
    )
