"""The one answer to "what is due for whom, when, and why". Pages, messages, feeds and commands all read this.

The number of statements is the same whatever there is, and the time they take grows with what is due, not with what
exists: every source is bounded by day on an index.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import AuditMember
from auditapp.audits.rules import MemberRole
from auditapp.kit.clock import FIRST_DAY, LAST_DAY, day_in
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from auditapp.reminders.rules import DueItem, Kind
from auditapp.reminders.sources import (
    actions,
    audits,
    certification,
    exits,
    issues,
    nonconformities,
    obligations,
    people,
    registers,
    relationships,
)
from auditapp.reminders.sources.base import Draft, Source, Wanted
from auditapp.reminders.sources.holders import Sitting, holders_of, roles

SOURCES: tuple[Source, ...] = (
    audits.audits,
    nonconformities.steps,
    nonconformities.effectiveness,
    nonconformities.extents,
    nonconformities.replies,
    nonconformities.closures,
    actions.actions,
    actions.verifications,
    actions.requests,
    issues.levels,
    issues.resolutions,
    issues.proposals,
    relationships.joint_actions,
    relationships.time_asked,
    relationships.meetings,
    relationships.health_checks,
    relationships.contracts,
    relationships.break_points,
    registers.treatments,
    registers.looks,
    registers.communications,
    registers.objectives,
    registers.ideas,
    exits.steps,
    exits.ends,
    obligations.obligations,
    people.trainings,
    people.competences,
    people.inductions,
    people.developments,
    certification.visits,
)


def items(
    session: Session,
    *,
    at: datetime,
    until: date,
    person_id: UUID | None = None,
    relationship_ids: Collection[UUID] | None = None,
    programme_id: UUID | None = None,
    kinds: Collection[Kind] | None = None,
    keys: Collection[str] | None = None,
    since: date | None = None,
) -> list[DueItem]:
    """Everything open whose day is ``until`` at the latest, overdue or not, by day.

    ``since`` leaves out what was due before it. ``person_id``: of whom they are, as owner or deputy. ``keys``: only
    these, as :attr:`DueItem.key` has them. What lasts several days counts from its first.
    """
    return _gather(
        session, at=at, last=lambda _: until, since=since, person_id=person_id, kinds=kinds, keys=keys,
        relationship_ids=relationship_ids, programme_id=programme_id,
    )  # fmt: skip


def coming(session: Session, *, at: datetime, horizon: Callable[[Kind], int]) -> list[DueItem]:
    """For the scan: everything open that is overdue, or due within so many days by its kind.

    What has lead times of its own (``DueItem.leads``) is given that long ahead instead.
    """
    today = _today(session, at)[1]
    return _gather(session, at=at, last=lambda kind: _later(today, max(horizon(kind), 0)), leads_count=True)


def visible(
    session: Session,
    principal: Principal,
    *,
    at: datetime,
    until: date,
    since: date | None = None,
    kinds: Collection[Kind] | None = None,
    relationship_id: UUID | None = None,
    programme_id: UUID | None = None,
) -> list[DueItem]:
    """Everything that somebody may see; a partner's contact what is shared with them. By day."""
    return _gather(
        session, at=at, last=lambda _: until, since=since, kinds=kinds, reader=principal,
        relationship_ids=None if relationship_id is None else [relationship_id], programme_id=programme_id,
    )  # fmt: skip


def team(
    session: Session,
    principal: Principal,
    *,
    at: datetime,
    until: date,
    since: date | None = None,
    kinds: Collection[Kind] | None = None,
    relationship_id: UUID | None = None,
    programme_id: UUID | None = None,
) -> list[DueItem]:
    """Of what somebody may see, what waits for others in relationships that are theirs, and in audits they lead."""
    me = principal.person_id
    runs = set(
        session.scalars(
            sa.select(Relationship.id).where(
                sa.or_(Relationship.owner_id == me, Relationship.manager_id == me)
            )
        )
    )
    leads = set(
        session.scalars(
            sa.select(AuditMember.audit_id).where(
                AuditMember.person_id == me, AuditMember.role == MemberRole.LEADER
            )
        )
    )
    found = visible(
        session, principal, at=at, until=until, since=since, kinds=kinds, relationship_id=relationship_id,
        programme_id=programme_id,
    )  # fmt: skip
    return [
        item
        for item in found
        if (item.relationship_id in runs or item.audit_id in leads) and item.owners != (me,)
    ]


def _today(session: Session, at: datetime) -> tuple[str, date]:
    """The organization's zone and its day."""
    own = organization(session)
    zone = own.zone if own else "UTC"
    return zone, day_in(zone, at)


def _later(day: date, days: int) -> date:
    return min(LAST_DAY, day + timedelta(days=min(days, (LAST_DAY - day).days)))


def _gather(
    session: Session,
    *,
    at: datetime,
    last: Callable[[Kind], date],
    since: date | None = None,
    person_id: UUID | None = None,
    relationship_ids: Collection[UUID] | None = None,
    programme_id: UUID | None = None,
    kinds: Collection[Kind] | None = None,
    keys: Collection[str] | None = None,
    reader: Principal | None = None,
    leads_count: bool = False,
) -> list[DueItem]:
    zone, today = _today(session, at)
    seats = roles(session)
    wanted = Wanted(
        at=at, today=today, zone=zone, last=lambda kind: min(last(kind), LAST_DAY),
        since=None if since is None else max(since, FIRST_DAY), kinds=None if kinds is None else set(kinds),
        keys=None if keys is None else by_word(keys), relationship_ids=relationship_ids, programme_id=programme_id,
        reader=reader, person_id=person_id, broad=_holds_a_role(seats, person_id), leads_count=leads_count,
    )  # fmt: skip
    drafts = [
        draft
        for source in SOURCES
        for draft in source(session, wanted)
        if _counts(draft, wanted) and (keys is None or draft.key in keys)
    ]
    holders = holders_of(session, drafts, seats)
    found = [holders.item(draft, zone) for draft in drafts]
    if person_id is not None:
        found = [item for item in found if person_id in item.owners or person_id in item.deputies]
    return sorted(found, key=lambda item: (item.due_on, item.ref, item.key))


def _counts(draft: Draft, wanted: Wanted) -> bool:
    """Whether its days lie in what is asked for. What has leads of its own was bounded by its source."""
    if wanted.since is not None and draft.due_on < wanted.since:
        return False
    if wanted.leads_count and draft.leads is not None:
        return (draft.starts_on or draft.due_on) <= _later(wanted.today, max(draft.leads))
    return (draft.starts_on or draft.due_on) <= wanted.last(draft.kind)


def _holds_a_role(seats: Sitting, person_id: UUID | None) -> bool:
    return any(person_id in people for people in seats.values())


def by_word(keys: Collection[str]) -> Mapping[str, Collection[UUID]]:
    """Ids by the word a key begins with; what is no key of ours is left out."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for key in keys:
        word, _, rest = key.partition(":")
        try:
            found[word].add(UUID(rest.partition(":")[0]))
        except ValueError:
            continue
    return found
