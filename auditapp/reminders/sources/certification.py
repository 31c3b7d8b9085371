"""Visits of the certification body that are agreed. Its other days recur or are replied to: see obligations."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.relationships.certification.model import Certificate, CertificateVisit
from auditapp.relationships.certification.rules import SCHEME_LABELS, VISIT_LABELS
from auditapp.reminders.rules import Kind
from auditapp.reminders.sources.base import Draft, Seat, Wanted, short


def visits(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Planned visits of the body, until they are held or cancelled. One statement."""
    kind, word = Kind.CERTIFICATE, "certificate_visit"
    if not wanted.wants(kind, word) or wanted.from_outside:
        return
    ends = sa.func.coalesce(CertificateVisit.planned_to, CertificateVisit.planned_from)
    rows = session.execute(
        sa.select(
            CertificateVisit.id, CertificateVisit.kind, CertificateVisit.planned_from, ends.label("ends_on"),
            CertificateVisit.created_at, Certificate.ref, Certificate.body, Certificate.scheme,
        )
        .join(Certificate, Certificate.id == CertificateVisit.certificate_id)
        .where(
            CertificateVisit.planned_from <= wanted.last(kind),
            CertificateVisit.held_from.is_(None),
            CertificateVisit.cancelled_on.is_(None),
            Certificate.ended_on.is_(None),
            *wanted.narrow(word, CertificateVisit.id),
        )
    )  # fmt: skip
    for row in rows:
        over = row.ends_on < wanted.today
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=row.ref, due_on=row.ends_on, starts_on=row.planned_from,
            title=short(f"{VISIT_LABELS[row.kind]}: {SCHEME_LABELS[row.scheme]}, {row.body}"),
            step=Text("Record that the visit was held, or agree other days.") if over
            else Text("Be ready for the visit of the certification body."),
            why=Text("You keep the certificate, or answer for the system."), version=f"{row.planned_from}:{row.ends_on}",
            endpoint="certification.show", args={"ref": row.ref},
            owners=(Seat.SYSTEM_MANAGER,) if over else (Seat.SYSTEM_MANAGER, Seat.SER), thing_kind="certificate_visit",
            thing_id=str(row.id), changed_at=row.created_at,
        )  # fmt: skip
