"""What is due of audits, nonconformities and actions: the answer that the Due page, messages and feeds give too."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.overview.home.rules.strip import last_day
from auditapp.people.queries import names_of
from auditapp.people.rules import Principal
from auditapp.reminders import due
from auditapp.reminders.rules import DueItem, Kind

# What the strip and the list of what is late show; the Due page has every kind.
KINDS = (
    Kind.AUDIT,
    Kind.AUDIT_PREPARATION,
    Kind.AUDIT_ANSWER,
    Kind.AUDIT_REPORT,
    Kind.AUDIT_FOLLOW_UP,
    Kind.NONCONFORMITY,
    Kind.EFFECTIVENESS_CHECK,
    Kind.ACTION,
)


def due_now(session: Session, principal: Principal, *, at: datetime, today: date) -> list[DueItem]:
    """What is overdue or due in the weeks of the strip, of what somebody sees, by day. 12 statements."""
    return due.visible(session, principal, at=at, until=last_day(today), kinds=KINDS)


def owner_names(session: Session, items: Sequence[DueItem]) -> dict[UUID, str]:
    """Names of those whose turn it is. One statement."""
    return names_of(session, {one for item in items for one in item.owners})
