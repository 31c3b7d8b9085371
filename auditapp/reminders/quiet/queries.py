"""Reading when people may be told."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.kit.errors import NotFound
from auditapp.kit.memory import once
from auditapp.people.model import Person
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Partner
from auditapp.reminders.quiet.model import Absence, PersonRhythm
from auditapp.reminders.quiet.rules import Away, Rhythm

REMEMBERED = timedelta(days=40)  # a clock of working hours may look back so far
AT_ONCE = 10_000  # ids in one statement
MOST_NAMES = 500  # deputies to choose from

_Deputy = aliased(Person)
# A deputy who left, or went over to the other side, is told nothing.
_STANDS_IN = sa.and_(_Deputy.active, _Deputy.partner_id.is_not_distinct_from(Person.partner_id))


def rhythms(session: Session, person_ids: Collection[UUID], *, at: datetime) -> dict[UUID, Rhythm]:
    """When each of these people may be told, an entry for every id asked for.

    Without a choice of their own the defaults hold, with the country of their partner, else of the organization.
    Absences that ended more than 40 days before ``at`` are left out, and so are deputies who left.
    Three statements, whatever the number (three more for each ten thousand people).
    """
    asked = list(dict.fromkeys(person_ids))
    known: dict[UUID, Rhythm] = once(session, "rhythms", dict)
    known |= _rhythms(session, [one for one in asked if one not in known], at=at)
    return {person_id: known[person_id] for person_id in asked}


def _rhythms(session: Session, asked: list[UUID], *, at: datetime) -> dict[UUID, Rhythm]:
    if not asked:
        return {}
    own = organization(session)
    country, subdivision = (own.country, own.subdivision) if own else ("GB", "")
    found: dict[UUID, Rhythm] = {}
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        away = _away(session, part, since=(at - REMEMBERED).date())
        rows = session.execute(
            sa.select(Person.id, Person.zone, Partner.country, PersonRhythm, _Deputy.id)
            .outerjoin(Partner, Partner.id == Person.partner_id)
            .outerjoin(PersonRhythm, PersonRhythm.person_id == Person.id)
            .outerjoin(_Deputy, sa.and_(_Deputy.id == PersonRhythm.deputy_id, _STANDS_IN))
            .where(Person.id.in_(part))
        )
        for person_id, zone, theirs, chosen, deputy_id in rows:
            row: PersonRhythm | None = chosen  # the outer join may find none
            place = (theirs, "") if theirs else (country, subdivision)
            absences = tuple(away[person_id])
            found[person_id] = (
                Rhythm(zone=zone, country=place[0], subdivision=place[1], away=absences)
                if row is None
                else _chosen(row, zone, place, absences, deputy_id)
            )
    nobody = Rhythm(country=country, subdivision=subdivision)
    return {person_id: found.get(person_id, nobody) for person_id in asked}


def _chosen(
    row: PersonRhythm, zone: str, place: tuple[str, str], away: tuple[Away, ...], deputy_id: UUID | None
) -> Rhythm:
    country, subdivision = (row.country, row.subdivision) if row.country else place
    return Rhythm(
        zone=zone,
        work_days=frozenset(row.work_days),
        starts=row.starts_at,
        ends=row.ends_at,
        digest=row.digest_at,
        country=country,
        subdivision=subdivision,
        budget=row.budget,
        channels=tuple(row.channels),
        away=away,
        deputy_id=deputy_id,
    )


def _away(session: Session, person_ids: Collection[UUID], *, since: date) -> dict[UUID, list[Away]]:
    found: dict[UUID, list[Away]] = defaultdict(list)
    rows = session.execute(
        sa.select(Absence.person_id, Absence.first_on, Absence.last_on, _Deputy.id)
        .join(Person, Person.id == Absence.person_id)
        .outerjoin(_Deputy, sa.and_(_Deputy.id == Absence.deputy_id, _STANDS_IN))
        .where(Absence.person_id.in_(person_ids), Absence.last_on > since)
        .order_by(Absence.first_on)
    )
    for person_id, first_on, last_on, deputy_id in rows:
        found[person_id].append(Away(first_on=first_on, last_on=last_on, deputy_id=deputy_id))
    return found


def rhythm_of(session: Session, person_id: UUID, *, at: datetime) -> Rhythm:
    """When one person may be told. Three statements."""
    return rhythms(session, [person_id], at=at)[person_id]


def may_change(who: Principal, person_id: UUID) -> bool:
    """Whether somebody may change when a person is told: their own times, or everybody's as the system manager."""
    return who.person_id == person_id or who.can(Capability.MANAGE_PEOPLE)


def person_for(session: Session, who: Principal, person_id: UUID) -> Person:
    """A person whose times ``who`` may see and change. Raises NotFound."""
    found = session.get(Person, person_id) if may_change(who, person_id) else None
    if found is None:
        raise NotFound
    return found


def chosen_by(session: Session, person_id: UUID) -> PersonRhythm | None:
    """What a person chose themselves, or ``None``."""
    return session.get(PersonRhythm, person_id)


def absences_of(session: Session, person_id: UUID, *, since: date) -> list[Absence]:
    """A person's absences that last until ``since`` or longer, the first one first, at most a hundred."""
    return list(
        session.scalars(
            sa.select(Absence)
            .where(Absence.person_id == person_id, Absence.last_on >= since)
            .order_by(Absence.first_on)
            .limit(100)
        )
    )


def absence_of(session: Session, person_id: UUID, absence_id: UUID) -> Absence:
    """One absence of a person. Raises NotFound."""
    found = session.scalar(sa.select(Absence).where(Absence.id == absence_id, Absence.person_id == person_id))
    if found is None:
        raise NotFound
    return found


def possible_deputies(session: Session, person: Person) -> list[tuple[UUID, str]]:
    """(id, name) of who can stand in for a person: active people of the same side, by name."""
    same_side = (
        Person.partner_id.is_(None) if person.partner_id is None else Person.partner_id == person.partner_id
    )
    rows = session.execute(
        sa.select(Person.id, Person.name)
        .where(Person.active, Person.id != person.id, same_side)
        .order_by(Person.name, Person.id)
        .limit(MOST_NAMES)
    )
    return [(row[0], row[1]) for row in rows]


def usual_place(session: Session, person: Person) -> tuple[str, str]:
    """(country, region) whose holidays hold for somebody who chose none."""
    if person.partner_id is not None:
        partner = session.get(Partner, person.partner_id)
        if partner is not None and partner.country:
            return partner.country, ""
    own = organization(session)
    return (own.country, own.subdivision) if own else ("GB", "")
