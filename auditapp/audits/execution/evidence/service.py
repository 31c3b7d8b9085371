"""The verbs of evidence: keep a file, add it, describe it, remove it with a reason, bring it back."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.changes import touch
from auditapp.audits.execution.evidence.rules import Photo
from auditapp.audits.execution.model import Evidence
from auditapp.audits.execution.queries import question_of, writable
from auditapp.audits.execution.rules import EvidenceKind
from auditapp.audits.model import Audit
from auditapp.kit.errors import Invalid
from auditapp.kit.keeping import Kept
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail

LONGEST_ADDRESS = 2_000
LONGEST_TITLE = 300


def add_file(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    kept: Kept,
    question_id: UUID | None = None,
    title: str = "",
    evidence_date: date | None = None,
) -> Evidence:
    """Add a kept file to an audit, to one of its questions if given. The same file sent again is added once.

    Without ``evidence_date`` the day that the picture says it was taken, if it says one.
    """
    writable(session, actor, audit)
    again = _there(session, audit, question_id, kept.sha256)
    if again is not None:
        return again
    photo = bool(kept.preview_sha256)
    evidence = Evidence(
        audit_id=audit.id,
        question_id=question_id,
        kind=EvidenceKind.PHOTO if photo else EvidenceKind.FILE,
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
        added_by_id=actor.person_id,
        added_at=at,
        arrived_at=at,
    )
    return _added(session, actor, at, audit, evidence)


def add_coming_photo(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    photo: Photo,
    question_id: UUID | None,
    title: str,
    device_id: UUID,
    operation_id: UUID,
) -> Evidence:
    """Add a photo whose bytes are still on a tablet; :func:`arrive` puts them to it. The same photo is added once."""
    writable(session, actor, audit)
    photo.require()
    again = _there(session, audit, question_id, photo.sha256)
    if again is not None:
        return again
    evidence = Evidence(
        audit_id=audit.id,
        question_id=question_id,
        kind=EvidenceKind.PHOTO,
        title=short_title(title) or spoken_name(photo.file_name) or photo.sha256[:12],
        file_name=photo.file_name[-300:],
        sha256=photo.sha256,
        media_type=photo.media_type,
        size=photo.size,
        width=photo.width,
        height=photo.height,
        evidence_date=not_ahead(photo.captured_at.date(), at, given=False) if photo.captured_at else None,
        original_sha256=photo.original_sha256,
        original_size=photo.original_size,
        captured_at=photo.captured_at,
        annotation=photo.annotation,
        device_id=device_id,
        operation_id=operation_id,
        added_by_id=actor.person_id,
        added_at=at,
    )
    return _added(session, actor, at, audit, evidence)


def arrive(session: Session, *, actor: Principal, at: datetime, audit: Audit, kept: Kept) -> int:
    """Put the bytes that came to every photo of the audit that waits for them; gives how many did."""
    waiting = session.scalars(
        sa.select(Evidence).where(
            Evidence.audit_id == audit.id, Evidence.sha256 == kept.sha256, Evidence.arrived_at.is_(None)
        )
    ).all()
    for evidence in waiting:
        evidence.arrived_at = at
        evidence.size = kept.size
        evidence.media_type = kept.media_type
        evidence.preview_sha256, evidence.preview_type = kept.preview_sha256, kept.preview_type
        if kept.preview_sha256:
            evidence.width, evidence.height = kept.width, kept.height
        _touch(session, evidence)
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="evidence.arrived",
            thing_kind="evidence",
            thing_id=evidence.id,
            thing_ref=f"{audit.ref} {evidence.title}"[:120],
            context_id=audit.id,
            after={"sha256": kept.sha256, "size": kept.size},
        )
    return len(waiting)


def annotate_evidence(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    evidence: Evidence,
    annotation: list[dict[str, Any]],
) -> bool:
    """Draw over a photo: the lines stand apart, the picture stays as it is. Gives whether anything changed."""
    writable(session, actor, audit)
    before = evidence.annotation
    if annotation == before:
        return False
    evidence.annotation = annotation
    _touch(session, evidence)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="evidence.annotated",
        thing_kind="evidence",
        thing_id=evidence.id,
        thing_ref=f"{audit.ref} {evidence.title}"[:120],
        context_id=audit.id,
        before={"annotation": before},
        after={"annotation": annotation},
    )
    return True


def add_address(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    kind: EvidenceKind,
    title: str,
    address: str,
    question_id: UUID | None = None,
    evidence_date: date | None = None,
) -> Evidence:
    """Add a link, or a reference to a document held elsewhere (``address`` then says where, in words)."""
    writable(session, actor, audit)
    if question_id is not None:
        question_of(session, audit.id, question_id)
    address = address.strip()
    if kind is EvidenceKind.LINK:
        require_link(address)
    elif not address:
        raise Invalid(
            Text("Say where the document is held: who has it, and under which number."), field="address"
        )
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(
            Text("This is too long; at most %(most)s characters.", most=LONGEST_ADDRESS), field="address"
        )
    evidence = Evidence(
        audit_id=audit.id,
        question_id=question_id,
        kind=kind,
        title=short_title(title) or short_title(address),
        address=address,
        evidence_date=not_ahead(evidence_date, at, given=True),
        added_by_id=actor.person_id,
        added_at=at,
    )
    return _added(session, actor, at, audit, evidence)


def change_evidence(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    evidence: Evidence,
    title: str,
    evidence_date: date | None,
) -> None:
    """Describe a piece of evidence better: what it shows and of which day it is."""
    writable(session, actor, audit)
    title = short_title(title)
    if not title:
        raise Invalid(Text("Say in a few words what this shows."), field="title")
    before = _described(evidence)
    evidence.title = title
    evidence.evidence_date = not_ahead(evidence_date, at, given=True)
    after = _described(evidence)
    if before != after:
        _record_change(
            session, actor=actor, at=at, audit=audit, evidence=evidence, before=before, after=after
        )


def remove_evidence(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, evidence: Evidence, reason: str
) -> None:
    """Take evidence out of the audit, with a reason. The file stays in the store, and it can be brought back."""
    writable(session, actor, audit)
    if evidence.removed_at is not None:
        return
    if not reason.strip():
        raise Invalid(Text("Say why “%(title)s” is removed.", title=evidence.title), field="reason")
    evidence.removed_at, evidence.removed_by_id, evidence.removal_reason = at, actor.person_id, reason.strip()
    _touch(session, evidence)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="evidence.removed",
        thing_kind="evidence",
        thing_id=evidence.id,
        thing_ref=f"{audit.ref} {evidence.title}"[:120],
        context_id=audit.id,
        after={"reason": evidence.removal_reason},
    )


def restore_evidence(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, evidence: Evidence
) -> None:
    """Bring removed evidence back."""
    writable(session, actor, audit)
    if evidence.removed_at is None:
        return
    reason = evidence.removal_reason
    evidence.removed_at, evidence.removed_by_id, evidence.removal_reason = None, None, ""
    _touch(session, evidence)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="evidence.restored",
        thing_kind="evidence",
        thing_id=evidence.id,
        thing_ref=f"{audit.ref} {evidence.title}"[:120],
        context_id=audit.id,
        before={"reason": reason},
    )


def require_link(address: str) -> None:
    """Raises Invalid unless the address is a web address that is safe to offer as a link."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if not good or any(char.isspace() or not char.isprintable() for char in address):
        raise Invalid(
            Text(
                "A link starts with https:// or http:// and has no blanks in it. Copy it from the address bar."
            ),
            field="address",
        )


def _there(session: Session, audit: Audit, question_id: UUID | None, sha256: str) -> Evidence | None:
    """The same file at the same place of the audit. Raises NotFound for a question of another audit."""
    if question_id is not None:
        question_of(session, audit.id, question_id)
    return session.scalar(
        sa.select(Evidence).where(
            Evidence.audit_id == audit.id,
            Evidence.question_id == question_id if question_id else Evidence.question_id.is_(None),
            Evidence.sha256 == sha256,
            Evidence.removed_at.is_(None),
        )
    )


def _added(session: Session, actor: Principal, at: datetime, audit: Audit, evidence: Evidence) -> Evidence:
    session.add(evidence)
    _touch(session, evidence)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="evidence.added",
        thing_kind="evidence",
        thing_id=evidence.id,
        thing_ref=f"{audit.ref} {evidence.title}"[:120],
        context_id=audit.id,
        after={
            "kind": evidence.kind,
            "sha256": evidence.sha256,
            "size": evidence.size,
            "media_type": evidence.media_type,
            "address": evidence.address,
            "question": str(evidence.question_id) if evidence.question_id else None,
            **_described(evidence),
        },
    )
    return evidence


def _record_change(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    evidence: Evidence,
    before: dict[str, str | None],
    after: dict[str, str | None],
) -> None:
    _touch(session, evidence)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="evidence.changed",
        thing_kind="evidence",
        thing_id=evidence.id,
        thing_ref=f"{audit.ref} {evidence.title}"[:120],
        context_id=audit.id,
        before=before,
        after=after,
    )


def _touch(session: Session, evidence: Evidence) -> None:
    touch(session, [evidence.question_id] if evidence.question_id else [])


def _described(evidence: Evidence) -> dict[str, str | None]:
    day = evidence.evidence_date
    return {"title": evidence.title, "evidence_date": day.isoformat() if day else None}


def short_title(text: str) -> str:
    """What something is called: one line of printable characters, at most ``LONGEST_TITLE``."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:LONGEST_TITLE]


def spoken_name(file_name: str) -> str:
    """A title from the name of a file."""
    return short_title(file_name.rsplit(".", 1)[0].replace("_", " "))


def not_ahead(day: date | None, at: datetime, *, given: bool) -> date | None:
    """Evidence is of today or earlier (a day's grace for zones); a camera's wrong clock is not believed."""
    if day is not None and (day - at.date()).days > 1:
        if given:
            raise Invalid(Text("The date of the evidence lies ahead. Check the year."), field="evidence_date")
        return None
    return day
