"""Who audited how much, with which competence, and how independently."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditMember, AuditRelationship
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.kit.text import Text
from auditapp.people.competence.queries import Which, counts
from auditapp.people.model import Person
from auditapp.reports.figures.queries.base import relationship_ids
from auditapp.reports.figures.rules import MOST_ROWS, Asked, Count, Load, Place, Where

# Who audits; auditees, observers and experts take part without it.
AUDITING = (MemberRole.LEADER, MemberRole.AUDITOR)


def auditor_load(session: Session, asked: Asked) -> list[Load]:
    """Who audited in the period, the most days first. One statement.

    An audit counts by its first day, unless it was cancelled. Warnings and overrides are counted per audit: somebody
    took part although a competence was missing, or although something stood against independence. The list of audits
    narrows to whole years only, so the rows may be more than the number.
    """
    joined = (
        sa.select(
            Person.id,
            Person.name,
            sa.func.count().label("audits"),
            sa.func.count(sa.case((AuditMember.role == MemberRole.LEADER, 1))).label("led"),
            sa.func.sum(_days(session)).label("days"),
            sa.func.count(sa.case((AuditMember.competence_warning != "", 1))).label("warnings"),
            sa.func.count(sa.case((AuditMember.override_reason != "", 1))).label("overrides"),
        )
        .select_from(AuditMember)
        .join(Audit, Audit.id == AuditMember.audit_id)
        .join(Person, Person.id == AuditMember.person_id)
        .where(
            AuditMember.role.in_(AUDITING),
            Audit.status != AuditStatus.CANCELLED,
            Audit.starts_on >= asked.since,
            Audit.starts_on <= asked.until,
            Audit.id.in_(visible_audits(asked.principal).with_only_columns(Audit.id)),
        )
        .group_by(Person.id, Person.name)
    )
    if asked.refs is not None:
        sampled = sa.select(AuditRelationship.audit_id).where(
            AuditRelationship.relationship_id.in_(relationship_ids(asked))
        )
        joined = joined.where(Audit.id.in_(sampled))
    year = (("year", str(asked.since.year)),) if asked.since.year == asked.until.year else ()
    rows = session.execute(joined.order_by(sa.desc("days"), Person.name).limit(MOST_ROWS))
    return [
        Load(
            name=row.name,
            audits=row.audits,
            led=row.led,
            days=int(row.days),
            warnings=row.warnings,
            overrides=row.overrides,
            rows=asked.rows(Place.AUDITS, ("view", "all"), ("person", str(row.id)), *year),
        )
        for row in rows
    ]


def competence_gaps(session: Session, asked: Asked) -> list[Count]:
    """Competence and training of active people that has run out, and that soon does. Two statements."""
    found = counts(session, on=asked.today)
    labels = {
        ("competence", Which.EXPIRED): Text("Competence that has run out"),
        ("competence", Which.SOON): Text("Competence that soon runs out"),
        ("training", Which.EXPIRED): Text("Training that has run out"),
        ("training", Which.SOON): Text("Training that soon runs out"),
    }
    return [
        Count(
            key=f"{name}-{which.value}",
            label=label,
            count=found[name][which],
            rows=Where(place=Place.COMPETENCE, pairs=(("kind", name), ("which", which.value))),
        )
        for (name, which), label in labels.items()
    ]


def _days(session: Session) -> Any:
    """How many days an audit takes, from its first day to its last."""
    ends = sa.func.coalesce(Audit.ends_on, Audit.starts_on)
    if session.get_bind().dialect.name == "sqlite":
        return sa.func.julianday(ends) - sa.func.julianday(Audit.starts_on) + 1
    return ends - Audit.starts_on + 1
