"""Making, changing and closing an audit programme."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, Programme
from auditapp.audits.programme.rules import check_frequency, check_period
from auditapp.audits.rules import AuditStatus
from auditapp.kit.errors import Invalid, NotAllowed, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import next_number
from auditapp.people.rules import Capability, Principal
from auditapp.trail import service as trail

ENDED = frozenset({AuditStatus.ISSUED, AuditStatus.FOLLOW_UP, AuditStatus.COMPLETED, AuditStatus.CANCELLED})


def require_manager(actor: Principal) -> None:
    """Raises NotAllowed unless the actor manages audit programmes."""
    if not actor.can(Capability.MANAGE_PROGRAMME):
        raise NotAllowed(Text("Audit programmes are managed by the audit programme manager."))


def about(programme: Programme) -> dict[str, Any]:
    """How the trail names a programme."""
    return {
        "thing_kind": "programme",
        "thing_id": programme.id,
        "thing_ref": programme.ref,
        "context_id": programme.id,
    }


def _values(programme: Programme) -> dict[str, Any]:
    return {
        "title": programme.title,
        "starts_on": programme.starts_on.isoformat(),
        "ends_on": programme.ends_on.isoformat(),
        "objectives": programme.objectives,
        "risks": programme.risks,
        "frequency": dict(programme.frequency),
        "responsible": str(programme.responsible_id),
    }


def _checked(
    session: Session,
    *,
    title: str,
    starts_on: date,
    ends_on: date,
    responsible_id: UUID,
    frequency: Mapping[str, int],
) -> dict[str, int]:
    if not title.strip():
        raise Invalid(Text("Give the programme a title."), field="title")
    check_period(starts_on, ends_on)
    person = session.get(Person, responsible_id)
    if person is None or not person.active or person.partner_id is not None:
        raise Invalid(Text("Choose somebody of the own organization."), field="responsible_id")
    return check_frequency(frequency)


def create_programme(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    title: str,
    starts_on: date,
    ends_on: date,
    responsible_id: UUID | None = None,
    objectives: str = "",
    risks: str = "",
    frequency: Mapping[str, int] | None = None,
) -> Programme:
    """Begin a programme (``AP-2026``, by the year of its first day). ``frequency``: months per priority.

    Raises NotAllowed, or Invalid with the field.
    """
    require_manager(actor)
    responsible_id = responsible_id or actor.person_id
    rules = _checked(
        session,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        responsible_id=responsible_id,
        frequency=frequency or {},
    )
    number = next_number(session, f"AP-{starts_on.year}")
    programme = Programme(
        ref=f"AP-{starts_on.year}" if number == 1 else f"AP-{starts_on.year}-{number}",
        title=title.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        objectives=objectives.strip(),
        risks=risks.strip(),
        frequency=rules,
        responsible_id=responsible_id,
        created_at=at,
    )
    session.add(programme)
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="programme.created",
        **about(programme),
        after=_values(programme),
    )
    return programme


def change_programme(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    programme: Programme,
    title: str,
    starts_on: date,
    ends_on: date,
    responsible_id: UUID,
    objectives: str = "",
    risks: str = "",
    frequency: Mapping[str, int] | None = None,
    version: int | None = None,
) -> None:
    """Take new values. Raises NotAllowed, Stale, Refusal when it is closed or audits would fall outside."""
    require_manager(actor)
    if programme.closed_at is not None:
        raise Refusal(Text("%(ref)s is closed and stays as it is. Begin a new programme.", ref=programme.ref))
    if version is not None and version != programme.version:
        raise Stale(
            Text("Somebody changed this programme since you opened the page. Compare, then save again.")
        )
    rules = _checked(
        session,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        responsible_id=responsible_id,
        frequency=frequency or {},
    )
    outside = session.scalar(
        sa.select(Audit.ref)
        .where(
            Audit.programme_id == programme.id,
            Audit.status != AuditStatus.CANCELLED,
            sa.or_(Audit.starts_on < starts_on, Audit.starts_on > ends_on),
        )
        .order_by(Audit.ref)
        .limit(1)
    )
    if outside is not None:
        raise Invalid(
            Text("%(ref)s would fall outside the period. Move that audit first.", ref=outside),
            field="ends_on",
        )
    before = _values(programme)
    programme.title = title.strip()
    programme.starts_on = starts_on
    programme.ends_on = ends_on
    programme.objectives = objectives.strip()
    programme.risks = risks.strip()
    programme.frequency = rules
    programme.responsible_id = responsible_id
    after = _values(programme)
    changed = [key for key in after if before[key] != after[key]]
    if not changed:
        return
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="programme.changed",
        **about(programme),
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )


def close_programme(session: Session, *, actor: Principal, at: datetime, programme: Programme) -> None:
    """Close a programme whose audits have all ended. Closed already: nothing happens.

    Raises NotAllowed, or Refusal naming an audit that is still open.
    """
    require_manager(actor)
    if programme.closed_at is not None:
        return
    open_audit = session.scalar(
        sa.select(Audit.ref)
        .where(Audit.programme_id == programme.id, Audit.status.not_in(ENDED))
        .order_by(Audit.ref)
        .limit(1)
    )
    if open_audit is not None:
        raise Refusal(
            Text(
                "%(ref)s is still open. Issue its report, move it to another programme, or cancel it; then close this one.",
                ref=open_audit,
            )
        )
    programme.closed_at = at
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="programme.closed",
        **about(programme),
        after={"closed_at": at.isoformat()},
    )
