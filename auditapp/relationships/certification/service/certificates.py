"""The certificate itself, and what the body decided."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text, day_words
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.certification.model import Certificate, CertificateDecision
from auditapp.relationships.certification.queries import certificate_by_ref, plain_decision
from auditapp.relationships.certification.rules import (
    DecisionKind,
    Scheme,
    latest_last_day,
    restore_until,
    usual_last_day,
)
from auditapp.relationships.certification.service.base import (
    RECERTIFICATION,
    follow,
    must_be_fresh,
    must_change,
)
from auditapp.relationships.obligations import service as obligations
from auditapp.trail.service import record


def add_certificate(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    scheme: Scheme,
    body: str,
    number: str = "",
    scope: str = "",
    note: str = "",
) -> Certificate:
    """A certificate, or the wish for one."""
    must_change(actor)
    if not body.strip():
        raise Invalid(Text("Name the certification body."), field="body")
    found = Certificate(
        ref=f"CR-{next_number(session, 'CR'):02d}", scheme=scheme, body=body.strip(), number=number.strip(),
        scope=scope.strip(), note=note.strip(), created_at=at,
    )  # fmt: skip
    session.add(found)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate.added", thing_kind="certificate",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id, after=_plain(found),
    )  # fmt: skip
    return found


def edit_certificate(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    ref: str,
    version: int,
    scheme: Scheme,
    body: str,
    number: str,
    scope: str,
    note: str,
) -> Certificate:
    """Change what is printed on it."""
    must_change(actor)
    found = certificate_by_ref(session, actor, ref)
    must_be_fresh(found, version)
    if not body.strip():
        raise Invalid(Text("Name the certification body."), field="body")
    before = _plain(found)
    found.scheme, found.body, found.number = scheme, body.strip(), number.strip()
    found.scope, found.note = scope.strip(), note.strip()
    after = _plain(found)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="certificate.changed", thing_kind="certificate",
            thing_id=found.id, thing_ref=found.ref, context_id=found.id, before=before, after=after,
        )  # fmt: skip
    return found


def record_decision(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    ref: str,
    version: int,
    kind: DecisionKind,
    decided_on: date,
    expires_on: date | None = None,
    note: str = "",
) -> CertificateDecision:
    """The body decided: a new cycle begins. Without ``expires_on``: the last day that is usual for it."""
    must_change(actor)
    found = certificate_by_ref(session, actor, ref)
    must_be_fresh(found, version)
    _runs(found)
    earlier = _decisions(session, found.id)
    before = earlier[-1] if earlier else None
    last = _check(session, at, kind=kind, decided_on=decided_on, expires_on=expires_on, before=before)
    made = CertificateDecision(
        certificate_id=found.id, kind=kind, decided_on=decided_on, expires_on=last, note=note.strip(), entered_at=at
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate.decided", thing_kind="certificate",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        after={"kind": kind.value, "decided_on": decided_on.isoformat(), "expires_on": last.isoformat()},
    )  # fmt: skip
    if before is not None:
        obligations.done(
            session, actor=actor, at=at, key=RECERTIFICATION, subject=found.id, on=decided_on, note=note
        )
    follow(session, at=at, found=found)
    return made


def correct_decision(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    ref: str,
    version: int,
    kind: DecisionKind,
    decided_on: date,
    expires_on: date | None,
    note: str,
) -> CertificateDecision:
    """Correct the newest decision; those before it stand. ``version`` is the decision's."""
    must_change(actor)
    found = certificate_by_ref(session, actor, ref)
    _runs(found)
    earlier = _decisions(session, found.id)
    if not earlier:
        raise NotFound
    row = earlier[-1]
    must_be_fresh(row, version)
    before = earlier[-2] if len(earlier) > 1 else None
    last = _check(session, at, kind=kind, decided_on=decided_on, expires_on=expires_on, before=before)
    was = {"decided_on": row.decided_on.isoformat(), "expires_on": row.expires_on.isoformat()}
    row.kind, row.decided_on, row.expires_on, row.note = kind, decided_on, last, note.strip()
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate.decision_corrected", thing_kind="certificate",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id, before=was,
        after={"kind": kind.value, "decided_on": decided_on.isoformat(), "expires_on": last.isoformat()},
    )  # fmt: skip
    follow(session, at=at, found=found)
    return row


def end_certificate(
    session: Session, *, actor: Principal, at: datetime, ref: str, version: int, on: date, reason: str
) -> None:
    """It is given up, or the body withdrew it: nothing is due any more."""
    must_change(actor)
    found = certificate_by_ref(session, actor, ref)
    must_be_fresh(found, version)
    _runs(found)
    if on > today_of(session, at):
        raise Invalid(Text("This day lies ahead. Enter it when it has come."), field="on")
    if not reason.strip():
        raise Invalid(Text("Say why it ended. The reason stays on record."), field="reason")
    found.ended_on, found.end_reason = on, reason.strip()
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate.ended", thing_kind="certificate",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        after={"ended_on": on.isoformat(), "reason": found.end_reason},
    )  # fmt: skip
    follow(session, at=at, found=found)


def resume_certificate(session: Session, *, actor: Principal, at: datetime, ref: str, version: int) -> None:
    """It was ended by mistake: it goes on where it stood."""
    must_change(actor)
    found = certificate_by_ref(session, actor, ref)
    must_be_fresh(found, version)
    if found.ended_on is None:
        return
    before = {"ended_on": found.ended_on.isoformat(), "reason": found.end_reason}
    found.ended_on, found.end_reason = None, ""
    record(
        session, actor_id=actor.person_id, at=at, verb="certificate.resumed", thing_kind="certificate",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id, before=before,
    )  # fmt: skip
    follow(session, at=at, found=found)


def _runs(found: Certificate) -> None:
    if found.ended_on is not None:
        raise Refusal(Text("This certificate has ended. Take that back first, if it was a mistake."))


def _decisions(session: Session, certificate_id: UUID) -> list[CertificateDecision]:
    return list(
        session.scalars(
            sa.select(CertificateDecision)
            .where(CertificateDecision.certificate_id == certificate_id)
            .order_by(CertificateDecision.decided_on)
        )
    )


def _check(
    session: Session,
    at: datetime,
    *,
    kind: DecisionKind,
    decided_on: date,
    expires_on: date | None,
    before: CertificateDecision | None,
) -> date:
    """Refuse what cannot be; gives the last day on which the certificate holds."""
    if decided_on > today_of(session, at):
        raise Invalid(
            Text("This day lies ahead. Enter the decision when it has been taken."), field="decided_on"
        )
    if before is None and kind is not DecisionKind.INITIAL:
        raise Invalid(Text("The first decision is the certification itself."), field="kind")
    if before is not None:
        if decided_on <= before.decided_on:
            raise Invalid(
                Text("This lies before the decision of %(day)s.", day=day_words(before.decided_on)),
                field="decided_on",
            )
        over = restore_until(before.expires_on)
        lapsed = decided_on > before.expires_on
        if kind is DecisionKind.RECERTIFICATION and lapsed:
            raise Invalid(
                Text(
                    "The certificate had lapsed by then: %(day)s was its last day. Enter it as restored, or as a new "
                    "certification.",
                    day=day_words(before.expires_on),
                ),
                field="kind",
            )
        if kind is DecisionKind.RESTORED and (not lapsed or decided_on > over):
            raise Invalid(
                Text(
                    "It could be restored from its last day, %(day)s, until %(until)s only.",
                    day=day_words(before.expires_on), until=day_words(over),
                ),
                field="decided_on",
            )  # fmt: skip
    old = plain_decision(before) if before else None
    last = expires_on or usual_last_day(kind, decided_on, old)
    if not decided_on < last <= latest_last_day(kind, decided_on, old):
        raise Invalid(
            Text(
                "A certificate holds three years: its last day lies after the decision and not after %(day)s.",
                day=day_words(latest_last_day(kind, decided_on, old)),
            ),
            field="expires_on",
        )
    return last


def _plain(found: Certificate) -> dict[str, object]:
    return {
        "scheme": found.scheme.value, "body": found.body, "number": found.number, "scope": found.scope,
        "note": found.note,
    }  # fmt: skip
