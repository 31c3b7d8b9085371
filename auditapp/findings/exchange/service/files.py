"""Files, photos, links and references beside a nonconformity or an action. Bytes are kept as evidence of audits is."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.evidence.service import (
    LONGEST_ADDRESS,
    not_ahead,
    require_link,
    short_title,
    spoken_name,
)
from auditapp.findings.exchange.queries import of_own_organization, partner_takes_part
from auditapp.findings.exchange.rules import kept_internal
from auditapp.findings.exchange.service.base import about_action, allowed_attach
from auditapp.findings.life.service.base import about
from auditapp.findings.model import Action, CaseFile, Nonconformity
from auditapp.kit.errors import Invalid, NotAllowed
from auditapp.kit.keeping import Kept
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def add_file(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    kept: Kept,
    action: Action | None = None,
    title: str = "",
    evidence_date: date | None = None,
    internal: bool = True,
) -> CaseFile:
    """Add a file that is in the store already. The same file sent again to the same place is added once.

    Without ``evidence_date`` the day that a picture says it was taken, if it says one.
    """
    allowed_attach(session, nc, action, actor=actor)
    internal = _internal(session, actor, action, wanted=internal)
    again = session.scalar(
        sa.select(CaseFile).where(
            CaseFile.nonconformity_id == nc.id,
            CaseFile.action_id == action.id if action else CaseFile.action_id.is_(None),
            CaseFile.sha256 == kept.sha256,
            CaseFile.internal == internal,
            CaseFile.removed_at.is_(None),
        )
    )
    if again is not None:
        return again
    made = CaseFile(
        nonconformity_id=nc.id,
        action_id=action.id if action else None,
        title=short_title(title) or spoken_name(kept.file_name) or kept.sha256[:12],
        file_name=kept.file_name,
        sha256=kept.sha256,
        media_type=kept.media_type,
        size=kept.size,
        preview_sha256=kept.preview_sha256,
        preview_type=kept.preview_type,
        width=kept.width,
        height=kept.height,
        evidence_date=not_ahead(evidence_date or kept.taken_on, at, given=evidence_date is not None),
        internal=internal,
        added_by_id=actor.person_id,
        added_at=at,
    )
    return _added(session, actor, at, made)


def add_address(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    address: str,
    action: Action | None = None,
    title: str = "",
    evidence_date: date | None = None,
    internal: bool = True,
) -> CaseFile:
    """Add a link, or in words where a document is held. What begins like a web address has to be one."""
    allowed_attach(session, nc, action, actor=actor)
    address = address.strip()
    if not address:
        raise Invalid(Text("Say where it is: an address, or who holds it."), field="address")
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(
            Text("This is too long; at most %(most)s characters.", most=LONGEST_ADDRESS), field="address"
        )
    if "://" in address:
        require_link(address)
    made = CaseFile(
        nonconformity_id=nc.id,
        action_id=action.id if action else None,
        title=short_title(title) or short_title(address),
        address=address,
        evidence_date=not_ahead(evidence_date, at, given=True),
        internal=_internal(session, actor, action, wanted=internal),
        added_by_id=actor.person_id,
        added_at=at,
    )
    return _added(session, actor, at, made)


def remove_file(session: Session, *, actor: Principal, at: datetime, file: CaseFile, reason: str) -> None:
    """Take a file out, with a reason. Its bytes stay in the store, and it can be brought back.

    A partner's contact can only take out what they added.
    """
    nc, action = _carrier(session, file)
    allowed_attach(session, nc, action, actor=actor)
    if not of_own_organization(actor) and file.added_by_id != actor.person_id:
        raise NotAllowed(Text("You can only remove what you added."))
    if file.removed_at is not None:
        return
    reason = reason.strip()
    if not reason:
        raise Invalid(Text("Say why “%(title)s” is removed.", title=file.title), field="reason")
    file.removed_at, file.removed_by_id, file.removal_reason = at, actor.person_id, reason
    after = {"file": str(file.id), "reason": reason}
    if action is None:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="nonconformity.file_removed",
            **about(nc),
            after=after,
        )
    else:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="action.file_removed",
            **about_action(action),
            after=after,
        )


def restore_file(session: Session, *, actor: Principal, at: datetime, file: CaseFile) -> None:
    """Bring a removed file back."""
    nc, action = _carrier(session, file)
    allowed_attach(session, nc, action, actor=actor)
    if not of_own_organization(actor):
        raise NotAllowed(Text("The organization that runs this system can bring it back."))
    if file.removed_at is None:
        return
    before = {"file": str(file.id), "reason": file.removal_reason}
    file.removed_at, file.removed_by_id, file.removal_reason = None, None, ""
    if action is None:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="nonconformity.file_restored",
            **about(nc),
            before=before,
            after={"file": str(file.id)},
        )
    else:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="action.file_restored",
            **about_action(action),
            before=before,
            after={"file": str(file.id)},
        )


def _added(session: Session, actor: Principal, at: datetime, made: CaseFile) -> CaseFile:
    session.add(made)
    nc, action = _carrier(session, made)
    after: dict[str, Any] = {
        "file": str(made.id),
        "sha256": made.sha256,
        "size": made.size,
        "media_type": made.media_type,
        "internal": made.internal,
        "evidence_date": made.evidence_date.isoformat() if made.evidence_date else None,
    }
    if action is None:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="nonconformity.file_added",
            **about(nc),
            after=after,
        )
    else:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="action.file_added",
            **about_action(action),
            after=after,
        )
    return made


def _internal(session: Session, actor: Principal, action: Action | None, *, wanted: bool) -> bool:
    return kept_internal(
        wanted, own=of_own_organization(actor), with_partner=partner_takes_part(session, action)
    )


def _carrier(session: Session, file: CaseFile) -> tuple[Nonconformity, Action | None]:
    nc = session.get_one(Nonconformity, file.nonconformity_id)
    return nc, session.get(Action, file.action_id) if file.action_id else None
