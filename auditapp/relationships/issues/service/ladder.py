"""Setting the ladder of a relationship. Issues keep the figures that they entered their level with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Stale
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.people.rules import zones as known_zones
from auditapp.relationships.issues.model import Issue, IssueHolder, IssueLadder
from auditapp.relationships.issues.queries.ladder import Ladder, ladder_of
from auditapp.relationships.issues.rules.ladder import (
    LEVEL_LABELS,
    LONGEST,
    Expiry,
    Holder,
    Level,
    Limits,
    cells,
    not_longer,
    plain,
)
from auditapp.relationships.issues.service.advancing import advance_issue
from auditapp.relationships.model import Relationship
from auditapp.relationships.service import must_manage, must_run
from auditapp.trail.service import record

MOST_ANSWER_DAYS = 30


def set_ladder(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    limits: Limits,
    expiry: Expiry,
    answer_days: int,
    own_zone: str = "",
    zones: Mapping[UUID, str] | None = None,
    holders: Mapping[tuple[Level, UUID | None], Holder] | None = None,
    version: int | None = None,
) -> None:
    """Set everything. An empty holder or zone goes back to the default; zones and holders by partner id.

    ``version``: the ladder's, 0 when it had never been set. Raises Stale, NotAllowed, Invalid (fields as in the form).
    """
    must_manage(actor, relationship.id)
    must_run(relationship)
    row = session.get(IssueLadder, relationship.id)
    if version is not None and version != (row.version if row is not None else 0):
        raise Stale(Text("Somebody changed this ladder since you opened the page. Open it again and look."))
    _check(limits, answer_days, [own_zone, *(zones or {}).values()])
    wanted = {key: one for key, one in (holders or {}).items() if one}
    _check_holders(session, relationship, wanted)
    # What came by itself until now came under the old ladder.
    for issue in session.scalars(
        sa.select(Issue).where(Issue.relationship_id == relationship.id, Issue.next_at <= at)
    ):
        advance_issue(session, issue, at=at)
    before = _plain(ladder_of(session, relationship))
    if row is None:
        row = IssueLadder(relationship_id=relationship.id, limits={})
        session.add(row)
    row.limits, row.expiry, row.answer_days, row.own_zone = plain(limits), expiry, answer_days, own_zone
    row.zones = {str(partner_id): zone for partner_id, zone in (zones or {}).items() if zone}
    session.execute(sa.delete(IssueHolder).where(IssueHolder.relationship_id == relationship.id))
    session.add_all(
        IssueHolder(
            relationship_id=relationship.id,
            level=level,
            party_id=party_id,
            person_id=UUID(one.person_id) if one.person_id else None,
            name="" if one.person_id else one.name.strip()[:200],
        )
        for (level, party_id), one in wanted.items()
    )
    session.flush()
    after = _plain(ladder_of(session, relationship))
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="issue_ladder.changed", thing_kind="issue_ladder",
            thing_id=relationship.id, thing_ref=relationship.ref, context_id=relationship.id, before=before,
            after=after,
        )  # fmt: skip


def _check(limits: Limits, answer_days: int, zones: list[str]) -> None:
    for level, severity in cells():
        if not 1 <= limits[level][severity] <= LONGEST:
            raise Invalid(
                Text("A level takes from 1 to %(most)s working days.", most=LONGEST),
                field=f"days_{int(level)}_{severity.value}",
            )
    wrong = not_longer(limits)
    if wrong is not None:
        raise Invalid(
            Text(
                "%(level)s: a more severe issue cannot have more time than a less severe one.",
                level=LEVEL_LABELS[wrong],
            ),
            field=f"days_{int(wrong)}_critical",
        )
    if not 1 <= answer_days <= MOST_ANSWER_DAYS:
        raise Invalid(
            Text("The other party has from 1 to %(most)s working days.", most=MOST_ANSWER_DAYS),
            field="answer_days",
        )
    if any(zone and zone not in known_zones() for zone in zones):
        raise Invalid(Text("Choose a time zone of the list."), field="own_zone")


def _check_holders(
    session: Session, relationship: Relationship, holders: Mapping[tuple[Level, UUID | None], Holder]
) -> None:
    partners = {one.id for one in relationship.partners}
    ids = {UUID(one.person_id) for one in holders.values() if one.person_id}
    persons = {one.id: one for one in session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    for (level, party_id), holder in holders.items():
        if party_id is not None and party_id not in partners:
            raise Invalid(Text("This partner is not in the relationship any more. Open the page again."))
        if not holder.person_id:
            continue
        person = persons.get(UUID(holder.person_id))
        if person is None or not person.active or person.partner_id != party_id:
            raise Invalid(
                Text(
                    "%(level)s: choose somebody who is active and belongs to that party.",
                    level=LEVEL_LABELS[level],
                )
            )


def _plain(ladder: Ladder) -> dict[str, Any]:
    """As JSON values; people by id, names of people without an account stay out of the trail."""
    return {
        "limits": plain(ladder.limits),
        "expiry": ladder.expiry.value,
        "answer_days": ladder.answer_days,
        "own_zone": ladder.own_zone,
        "zones": ladder.zones,
        "holders": {
            f"{int(level)}:{party_id or 'own'}": one.person_id or "named"
            for (level, party_id), one in sorted(
                ladder.holders.items(), key=lambda pair: (pair[0][0], str(pair[0][1]))
            )
        },
    }
