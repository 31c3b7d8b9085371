"""What can be done with documents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.keeping import Kept
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.documents.model import Document, DocumentReading, DocumentVersion
from auditapp.relationships.documents.queries import REVIEW, document_by_ref
from auditapp.relationships.documents.rules import (
    REFUSALS,
    STEPS,
    UNDER_WAY,
    DocumentKind,
    VersionStatus,
    VersionVerb,
)
from auditapp.relationships.links.rules import is_address
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record

LONGEST_MONTHS = 60


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a version holds: a file that is in the store already, or an address; and what changed."""

    kept: Kept | None = None
    url: str = ""
    changes: str = ""


def must_control(actor: Principal, relationship_id: UUID | None) -> None:
    """Refuse whoever may not add documents there: who runs the relationship; of the system who manages checklists."""
    if relationship_id is not None:
        must_manage(actor, relationship_id)
    elif not actor.can(Capability.MANAGE_SETTINGS) and not actor.can(Capability.MANAGE_CHECKLISTS):
        raise NotAllowed(
            Text(
                "Documents of the management system are added by the system manager or the audit programme manager."
            )
        )


def _must_own(actor: Principal, document: Document) -> None:
    if actor.person_id != document.owner_id:
        must_control(actor, document.relationship_id)


def add_document(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID | None,
    title: str,
    kind: DocumentKind,
    clauses: str,
    owner_id: UUID,
    approver_id: UUID,
    review_months: int | None,
    sharing: Sharing,
    contents: Contents,
) -> Document:
    """A new document with its first version, a draft."""
    must_control(actor, relationship_id)
    if relationship_id is not None:
        relationship_of(session, actor, relationship_id)
    made = Document(
        id=new_id(), ref=f"DOC-{next_number(session, 'DOC'):03d}", relationship_id=relationship_id, title="",
        kind=kind, owner_id=owner_id, approver_id=approver_id, created_at=at,
    )  # fmt: skip
    _set(
        session, made, title=title, kind=kind, clauses=clauses, owner_id=owner_id, approver_id=approver_id,
        review_months=review_months, sharing=sharing,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _add_version(session, made, actor=actor, at=at, contents=contents, number=1)
    _tell(session, made, actor=actor, at=at, verb="document.added", after=_plain(made))
    return made


def change_document(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    document: Document,
    version: int,
    title: str,
    kind: DocumentKind,
    clauses: str,
    owner_id: UUID,
    approver_id: UUID,
    review_months: int | None,
    sharing: Sharing,
) -> None:
    """Change what it is called, whose it is, who approves it, how often it is reviewed, who reads it."""
    _must_own(actor, document)
    if document.version != version:
        raise Stale(Text("Somebody changed this document since you opened it. Open it again and look."))
    before = _plain(document)
    _set(
        session, document, title=title, kind=kind, clauses=clauses, owner_id=owner_id, approver_id=approver_id,
        review_months=review_months, sharing=sharing,
    )  # fmt: skip
    after = _plain(document)
    due = open_one(session, REVIEW, document.id)
    if due is not None:  # whoever owns it now is reminded
        due.owner_id, due.title = owner_id, document.title
    if before["review_months"] != after["review_months"]:
        obligations.set_interval(session, key=REVIEW, subject=document.id, months=review_months, days=None)
    if before != after:
        _tell(session, document, actor=actor, at=at, verb="document.changed", before=before, after=after)


def _set(
    session: Session,
    document: Document,
    *,
    title: str,
    kind: DocumentKind,
    clauses: str,
    owner_id: UUID,
    approver_id: UUID,
    review_months: int | None,
    sharing: Sharing,
) -> None:
    if not title.strip():
        raise Invalid(Text("Name the document."), field="title")
    for person_id, field in ((owner_id, "owner"), (approver_id, "approver")):
        person = session.get(Person, person_id)
        if person is None or not person.active or person.partner_id is not None:
            raise Invalid(Text("Choose somebody active of our own organization."), field=field)
    if review_months is not None and not 1 <= review_months <= LONGEST_MONTHS:
        raise Invalid(
            Text("A review every 1 to %(most)s months.", most=LONGEST_MONTHS), field="review_months"
        )
    if sharing is Sharing.SHARED and document.relationship_id is None:
        raise Invalid(Text("Only a document of a relationship is shared with its partner."), field="sharing")
    document.title, document.kind, document.owner_id, document.approver_id = (
        title.strip()[:200],
        kind,
        owner_id,
        approver_id,
    )
    document.clauses = ", ".join(one.strip() for one in clauses.replace(";", ",").split(",") if one.strip())[
        :200
    ]
    document.review_months, document.sharing = review_months, sharing


def new_version(
    session: Session, *, actor: Principal, at: datetime, document: Document, contents: Contents
) -> DocumentVersion:
    """A new version, a draft; the approved one holds until the new one is approved."""
    _must_own(actor, document)
    _must_be_in_use(document)
    last = session.scalars(
        sa.select(DocumentVersion)
        .where(DocumentVersion.document_id == document.id)
        .order_by(DocumentVersion.number.desc())
        .limit(1)
    ).first()
    if last is not None and last.status in UNDER_WAY:
        raise Refusal(
            Text(
                "Version %(number)s is under way. Have it approved or withdraw it first.", number=last.number
            )
        )
    if not contents.changes.strip():
        raise Invalid(Text("Say what is different in this version."), field="changes")
    made = _add_version(
        session, document, actor=actor, at=at, contents=contents, number=(last.number if last else 0) + 1
    )
    _tell(session, document, actor=actor, at=at, verb="document.version_added",
          after={"number": made.number, "changes": made.changes, "sha256": made.sha256, "url": made.url})  # fmt: skip
    return made


def _add_version(
    session: Session, document: Document, *, actor: Principal, at: datetime, contents: Contents, number: int
) -> DocumentVersion:
    if contents.kept is None and not is_address(contents.url):
        raise Invalid(Text("Choose a file, or type the address where it is kept (https://…)."), field="file")
    kept = contents.kept
    made = DocumentVersion(
        document_id=document.id, number=number, author_id=actor.person_id, made_at=at,
        changes=contents.changes.strip(), url="" if kept else contents.url, sha256=kept.sha256 if kept else "",
        file_name=kept.file_name if kept else "", media_type=kept.media_type if kept else "",
        size=kept.size if kept else 0,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def submit(
    session: Session, *, actor: Principal, at: datetime, document: Document, row: DocumentVersion
) -> None:
    """Put a draft up for approval."""
    _must_own(actor, document)
    _must_be_in_use(document)
    row.status = step(STEPS, row.status, VersionVerb.SUBMIT, REFUSALS[VersionVerb.SUBMIT])
    row.note = ""
    _tell(session, document, actor=actor, at=at, verb="document.submitted", after={"number": row.number})


def approve(
    session: Session, *, actor: Principal, at: datetime, document: Document, row: DocumentVersion
) -> None:
    """Approve a version: the one before is superseded, reviews begin or go on. Nobody approves what they wrote."""
    if actor.person_id != document.approver_id:
        raise NotAllowed(Text("Only the approver of this document approves it. Its owner can name another."))
    if actor.person_id == row.author_id:
        raise NotAllowed(Text("Nobody approves what they wrote. Name another approver for this version."))
    if row.status is VersionStatus.APPROVED:
        return
    _must_be_in_use(document)
    status = step(STEPS, row.status, VersionVerb.APPROVE, REFUSALS[VersionVerb.APPROVE])
    today = today_of(session, at)
    before = session.scalar(
        sa.select(DocumentVersion).where(
            DocumentVersion.document_id == document.id, DocumentVersion.status == VersionStatus.APPROVED
        )
    )
    if before is not None:
        before.status = step(STEPS, before.status, VersionVerb.SUPERSEDE, REFUSALS[VersionVerb.SUPERSEDE])
        before.ended_on = today
        session.flush()
    row.status, row.approved_by_id, row.approved_on = status, actor.person_id, today
    session.flush()
    obligations.begin(
        session, at=at, key=REVIEW, subject=document.id, anchor_on=today, relationship_id=document.relationship_id,
        thing_kind="document", thing_ref=document.ref, title=document.title, months=document.review_months,
        owner_id=document.owner_id,
    )  # fmt: skip
    _tell(session, document, actor=actor, at=at, verb="document.approved", after={"number": row.number})


def return_version(
    session: Session, *, actor: Principal, at: datetime, document: Document, row: DocumentVersion, reason: str
) -> None:
    """The approver sends it back."""
    if actor.person_id != document.approver_id:
        raise NotAllowed(Text("Only the approver of this document returns it."))
    if not reason.strip():
        raise Invalid(Text("Say what has to change."), field="reason")
    row.status = step(STEPS, row.status, VersionVerb.RETURN, REFUSALS[VersionVerb.RETURN])
    row.note = reason.strip()
    _tell(
        session,
        document,
        actor=actor,
        at=at,
        verb="document.returned",
        after={"number": row.number, "reason": reason},
    )


def withdraw_version(
    session: Session, *, actor: Principal, at: datetime, document: Document, row: DocumentVersion, reason: str
) -> None:
    """A version that does not hold, or holds no more; it can still be read."""
    _must_own(actor, document)
    if not reason.strip():
        raise Invalid(Text("Say why it is withdrawn."), field="reason")
    row.status = step(STEPS, row.status, VersionVerb.WITHDRAW, REFUSALS[VersionVerb.WITHDRAW])
    row.note, row.ended_on = reason.strip(), today_of(session, at)
    _tell(session, document, actor=actor, at=at, verb="document.version_withdrawn",
          after={"number": row.number, "reason": reason})  # fmt: skip


def withdraw_document(
    session: Session, *, actor: Principal, at: datetime, document: Document, reason: str
) -> None:
    """The document is out of use; its versions stay."""
    _must_own(actor, document)
    if not reason.strip():
        raise Invalid(Text("Say why it is taken out of use."), field="reason")
    if document.withdrawn_on is None:
        document.withdrawn_on = today_of(session, at)
        obligations.end(session, at=at, key=REVIEW, subject=document.id, on=document.withdrawn_on)
        _tell(session, document, actor=actor, at=at, verb="document.withdrawn", after={"reason": reason})


def bring_back(session: Session, *, actor: Principal, at: datetime, document: Document) -> None:
    """It is in use again; its reviews go on where they were."""
    _must_own(actor, document)
    if document.withdrawn_on is not None:
        document.withdrawn_on = None
        obligations.begin(
            session, at=at, key=REVIEW, subject=document.id, anchor_on=today_of(session, at),
            relationship_id=document.relationship_id, thing_kind="document", thing_ref=document.ref,
            title=document.title, months=document.review_months, owner_id=document.owner_id,
        )  # fmt: skip
        _tell(session, document, actor=actor, at=at, verb="document.brought_back")


def reviewed(session: Session, *, actor: Principal, at: datetime, document: Document, note: str) -> None:
    """It was reviewed and holds as it is; the next day is counted from the intended one."""
    _must_own(actor, document)
    _must_be_in_use(document)
    obligations.done(
        session, actor=actor, at=at, key=REVIEW, subject=document.id, on=today_of(session, at), note=note
    )
    _tell(session, document, actor=actor, at=at, verb="document.reviewed", after={"note": note})


def read(
    session: Session, *, actor: Principal, at: datetime, document: Document, row: DocumentVersion
) -> None:
    """Somebody has read the approved version. The same again is a silent success."""
    if row.status is not VersionStatus.APPROVED:
        raise Refusal(Text("Only an approved version is read and known."))
    if session.get(DocumentReading, (row.id, actor.person_id)) is None:
        session.add(DocumentReading(version_id=row.id, person_id=actor.person_id, at=at))
        _tell(session, document, actor=actor, at=at, verb="document.read", after={"number": row.number})


@owns_links("document")
def may_link(session: Session, actor: Principal, document_id: UUID) -> tuple[str, UUID | None]:
    """Its owner and who controls documents there."""
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound
    document_by_ref(session, actor, document.ref)
    _must_own(actor, document)
    return document.ref, document.relationship_id


def _must_be_in_use(document: Document) -> None:
    if document.withdrawn_on is not None:
        raise Refusal(Text("This document is out of use. Bring it back first."))


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": document.title, "kind": document.kind.value, "clauses": document.clauses,
        "owner_id": str(document.owner_id), "approver_id": str(document.approver_id),
        "review_months": document.review_months, "sharing": document.sharing.value,
    }  # fmt: skip


def _tell(
    session: Session,
    document: Document,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
    before: Any = None,
    after: Any = None,
) -> None:
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="document", thing_id=document.id,
        thing_ref=document.ref, context_id=document.relationship_id, before=before, after=after,
    )  # fmt: skip
