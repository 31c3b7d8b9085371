"""What a reminder is decided on, for many at once."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.reminders.ladder.rules.course import Ground
from auditapp.reminders.policies.queries import policies
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import Rhythm
from auditapp.reminders.rules import DueItem, Kind, Severity

ANNOUNCED_AHEAD = (
    400  # days: what somebody is told at once when it becomes theirs, however far away its day is
)
MARGIN = 1  # somebody's morning may come before the organization's midnight


def horizon(policy_of: Callable[[Kind, Severity], Policy]) -> Callable[[Kind], int]:
    """How many days ahead a kind is looked at: its longest lead."""
    known: dict[Kind, int] = {}

    def days(kind: Kind) -> int:
        if kind not in known:
            found = [policy_of(kind, severity) for severity in Severity]
            ahead = [
                ANNOUNCED_AHEAD if one.announce else max(one.leads, default=0) for one in found if one.active
            ]
            known[kind] = max(ahead, default=-1) + MARGIN
        return known[kind]

    return days


def people_of(items: Collection[DueItem]) -> set[UUID]:
    """Everybody on any level."""
    return {person for item in items for people in item.holders.values() for person in people}


def all_rhythms(session: Session, people: set[UUID], *, at: datetime) -> dict[UUID, Rhythm]:
    """The rhythms of these people and of those who stand in for them."""
    found = rhythms(session, people, at=at)
    others = {one.deputy_id for one in found.values() if one.deputy_id is not None}
    others |= {away.deputy_id for one in found.values() for away in one.away if away.deputy_id is not None}
    return found | rhythms(session, others - set(found), at=at) if others - set(found) else found


def grounds_of(
    session: Session, items: Mapping[str, DueItem], kept: Mapping[str, Policy], *, at: datetime,
    also: Collection[UUID] = (),
) -> dict[str, Ground]:  # fmt: skip
    """By item key, with the policy that each reminder keeps (``kept``) or the one in force."""
    policy_of = policies(session)
    found = all_rhythms(session, people_of(items.values()) | set(also), at=at)
    return {
        key: Ground(
            item=item, policy=kept.get(key) or policy_of(item.kind, item.severity), rhythms=found, at=at
        )
        for key, item in items.items()
    }
