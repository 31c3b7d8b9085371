"""Visits of the body: planned, moved, held, cancelled."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.certification.model import Certificate, CertificateFinding, CertificateVisit
from auditapp.relationships.certification.queries import certificate_by_ref, certificate_of, visit_by_id
from auditapp.relationships.certification.rules import VisitKind
from auditapp.relationships.certification.service.base import (
    SURVEILLANCE,
    follow,
    must_be_fresh,
    must_change,
)
from auditapp.relationships.obligations import service as obligations
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class VisitInput:
    """What is known of a visit: its days (each from, to), who comes, what was said."""

    kind: VisitKind
    planned_from: date | None = None
    planned_to: date | None = None
    held_from: date | None = None
    held_to: date | None = None
    auditors: str = ""
    note: str = ""


def plan_visit(
    session: Session, *, actor: Principal, at: datetime, ref: str, visit: VisitInput
) -> CertificateVisit:
    """A visit is agreed with the body, or was held already."""
    must_change(actor)
    found = certificate_by_ref(session, actor, ref)
    if found.ended_on is not None:
        raise Refusal(Text("This certificate has ended: nobody comes for it any more."))
    row = CertificateVisit(certificate_id=found.id, kind=visit.kind, created_at=at)
    _put(session, at, row, visit)
    session.add(row)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate_visit.planned", thing_kind="certificate_visit",
        thing_id=row.id, thing_ref=_name(found, row), context_id=found.id, after=_plain(row),
    )  # fmt: skip
    _held(session, actor=actor, at=at, found=found, row=row, before=None)
    follow(session, at=at, found=found)
    return row


def change_visit(
    session: Session, *, actor: Principal, at: datetime, visit_id: UUID, version: int, visit: VisitInput
) -> CertificateVisit:
    """Other days, who comes, or: it was held."""
    must_change(actor)
    row = visit_by_id(session, actor, visit_id)
    must_be_fresh(row, version)
    if row.cancelled_on is not None:
        raise Refusal(Text("This visit was cancelled. Plan a new one."))
    found = certificate_of(session, actor, row.certificate_id)
    if visit.kind is not row.kind and _has_findings(session, row.id):
        raise Invalid(Text("Findings of this visit are recorded: its kind stays."), field="kind")
    before, held_before = _plain(row), row.held_to
    row.kind = visit.kind
    _put(session, at, row, visit)
    after = _plain(row)
    if before == after:
        return row
    if held_before is None and row.held_to is not None:
        record(
            session, actor_id=actor.person_id, at=at, verb="certificate_visit.held", thing_kind="certificate_visit",
            thing_id=row.id, thing_ref=_name(found, row), context_id=found.id, before=before, after=after,
        )  # fmt: skip
    else:
        record(
            session, actor_id=actor.person_id, at=at, verb="certificate_visit.changed",
            thing_kind="certificate_visit", thing_id=row.id, thing_ref=_name(found, row), context_id=found.id,
            before=before, after=after,
        )  # fmt: skip
    _held(session, actor=actor, at=at, found=found, row=row, before=held_before)
    follow(session, at=at, found=found)
    return row


def cancel_visit(
    session: Session, *, actor: Principal, at: datetime, visit_id: UUID, version: int, reason: str
) -> CertificateVisit:
    """It does not take place. One that was held cannot be cancelled."""
    must_change(actor)
    row = visit_by_id(session, actor, visit_id)
    must_be_fresh(row, version)
    if row.held_to is not None or _has_findings(session, row.id):
        raise Refusal(Text("This visit was held. Correct its days instead, if they are wrong."))
    if not reason.strip():
        raise Invalid(Text("Say why it is cancelled. The reason stays on record."), field="reason")
    found = certificate_of(session, actor, row.certificate_id)
    row.cancelled_on, row.cancel_reason = today_of(session, at), reason.strip()
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate_visit.cancelled",
        thing_kind="certificate_visit", thing_id=row.id, thing_ref=_name(found, row), context_id=found.id,
        after={"reason": row.cancel_reason},
    )  # fmt: skip
    follow(session, at=at, found=found)
    return row


def _put(session: Session, at: datetime, row: CertificateVisit, visit: VisitInput) -> None:
    """The days as they were given; a missing last day is the first one. Raises Invalid."""
    planned_to = visit.planned_to or visit.planned_from
    held_to = visit.held_to or visit.held_from
    if visit.planned_from is None and visit.held_from is None:
        raise Invalid(Text("Enter the first day of the visit."), field="planned_from")
    for first, last, name in (
        (visit.planned_from, planned_to, "planned_to"),
        (visit.held_from, held_to, "held_to"),
    ):
        if (first is None) != (last is None) or (first and last and last < first):
            raise Invalid(Text("The last day lies before the first. Change one of them."), field=name)
    if held_to is not None and held_to > today_of(session, at):
        raise Invalid(Text("This day lies ahead. Enter it when the visit was held."), field="held_to")
    row.planned_from, row.planned_to = visit.planned_from, planned_to
    row.held_from, row.held_to = visit.held_from, held_to
    row.auditors, row.note = visit.auditors.strip(), visit.note.strip()


def _held(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    found: Certificate,
    row: CertificateVisit,
    before: date | None,
) -> None:
    """A surveillance visit was held: what was due of it is done."""
    if row.kind is VisitKind.SURVEILLANCE and row.held_to is not None and before is None:
        obligations.done(
            session, actor=actor, at=at, key=SURVEILLANCE, subject=found.id, on=row.held_to, note=row.note
        )


def _has_findings(session: Session, visit_id: UUID) -> bool:
    return (
        session.scalar(
            sa.select(CertificateFinding.id).where(CertificateFinding.visit_id == visit_id).limit(1)
        )
        is not None
    )


def _name(found: Certificate, row: CertificateVisit) -> str:
    day = row.held_from or row.planned_from
    return f"{found.ref} {row.kind.value} {day.isoformat() if day else ''}".strip()


def _plain(row: CertificateVisit) -> dict[str, object]:
    return {
        "kind": row.kind.value,
        "auditors": row.auditors,
        "note": row.note,
        **{
            name: day.isoformat() if (day := getattr(row, name)) else ""
            for name in ("planned_from", "planned_to", "held_from", "held_to")
        },
    }
