"""Choosing when one is told, and saying when one is away."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.organization.rules import countries_known, regions
from auditapp.people.rules import Principal
from auditapp.people.service import person_ref
from auditapp.reminders.quiet.model import Absence, PersonRhythm
from auditapp.reminders.quiet.queries import may_change
from auditapp.reminders.quiet.rules import Away, absence_fault, rhythm_faults
from auditapp.trail.service import record

LONGEST_NOTE = 200


def set_rhythm(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    person_id: UUID,
    version: int,
    work_days: Collection[int],
    starts: int,
    ends: int,
    digest: int,
    budget: int,
    channels: Sequence[str],
    country: str = "",
    subdivision: str = "",
    deputy_id: UUID | None = None,
) -> None:
    """Choose working days and hours (minutes after midnight), the digest's time, budget, channels, holidays, deputy.

    ``country`` empty: the partner's or the organization's; a ``subdivision`` that is not of the country falls away.
    ``version`` is the one that was on the page, 0 when nothing was chosen before. Raises Stale for an older one,
    Invalid with the field for what cannot be, NotAllowed for whoever is neither the person nor a system manager.
    """
    person = _person(session, actor, person_id)
    row = session.get(PersonRhythm, person_id)
    if (row.version if row else 0) != version:
        raise Stale(Text("This was changed since you opened the page. Open it again and look."))
    faults = rhythm_faults(
        work_days=work_days, starts=starts, ends=ends, digest=digest, budget=budget, channels=channels
    )
    for name, wrong in faults:
        raise Invalid(wrong, field=name)
    if country and country not in countries_known():
        raise Invalid(Text("The holidays of this country are not known. Choose another."), field="country")
    _deputy_fits(session, person, deputy_id)
    before = _plain(row) if row else None
    if row is None:
        row = PersonRhythm(
            person_id=person_id, work_days=[], starts_at=starts, ends_at=ends, digest_at=digest,
            budget=budget, channels=[],
        )  # fmt: skip
        session.add(row)
    row.work_days = sorted(set(work_days))
    row.starts_at, row.ends_at, row.digest_at = starts, ends, digest
    row.budget, row.channels = budget, list(channels)
    row.country = country
    row.subdivision = subdivision if subdivision in regions(country) else ""
    row.deputy_id = deputy_id
    after = _plain(row)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="rhythm.chosen", thing_kind="person",
            thing_id=person_id, thing_ref=person_ref(person_id), before=before, after=after,
        )  # fmt: skip


def add_absence(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    person_id: UUID,
    first_on: date,
    last_on: date,
    deputy_id: UUID | None = None,
    note: str = "",
) -> UUID:
    """Say that somebody is away from the first to the last day, in their own zone; gives the absence's id.

    Raises Invalid with the field for days that cannot be, for another absence in between, and for a deputy who cannot
    stand in; NotAllowed for whoever is neither the person nor a system manager.
    """
    person = _person(session, actor, person_id)
    known = session.execute(
        sa.select(Absence.first_on, Absence.last_on).where(
            Absence.person_id == person_id, Absence.last_on >= first_on
        )
    )
    fault = absence_fault(
        first_on=first_on,
        last_on=last_on,
        today=day_in(person.zone, at),
        others=[Away(first_on=row[0], last_on=row[1]) for row in known],
    )
    if fault is not None:
        raise Invalid(fault[1], field=fault[0])
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid(Text("At most %(most)s characters can be kept.", most=LONGEST_NOTE), field="note")
    _deputy_fits(session, person, deputy_id)
    absence = Absence(
        person_id=person_id, first_on=first_on, last_on=last_on, deputy_id=deputy_id, note=note, made_at=at
    )
    session.add(absence)
    record(
        session, actor_id=actor.person_id, at=at, verb="absence.added", thing_kind="person", thing_id=person_id,
        thing_ref=person_ref(person_id), personal=_days(absence), personal_of=person_id,
    )  # fmt: skip
    return absence.id


def end_absence(
    session: Session, *, actor: Principal, at: datetime, person_id: UUID, absence_id: UUID
) -> None:
    """Somebody is not away after all: what has not begun is removed, what has begun ends with yesterday.

    One that is gone already stays so. Raises Refusal for one that is over: what was stays.
    """
    person = _person(session, actor, person_id)
    absence = session.scalar(
        sa.select(Absence).where(Absence.id == absence_id, Absence.person_id == person_id)
    )
    if absence is None:
        return
    today = day_in(person.zone, at)
    if absence.last_on < today:
        raise Refusal(
            Text("This absence is over. It stays, so that it can be seen later who was told meanwhile.")
        )
    record(
        session, actor_id=actor.person_id, at=at, verb="absence.ended", thing_kind="person", thing_id=person_id,
        thing_ref=person_ref(person_id), personal=_days(absence), personal_of=person_id,
    )  # fmt: skip
    if absence.first_on < today:
        absence.last_on = today - timedelta(days=1)
    else:
        session.delete(absence)


def _person(session: Session, actor: Principal, person_id: UUID) -> Person:
    if not may_change(actor, person_id):
        raise NotAllowed(
            Text(
                "Only the person and the system manager choose this. Ask the system manager if it should change."
            )
        )
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def _deputy_fits(session: Session, person: Person, deputy_id: UUID | None) -> None:
    if deputy_id is None:
        return
    if deputy_id == person.id:
        raise Invalid(Text("Nobody stands in for themselves. Choose somebody else."), field="deputy")
    deputy = session.get(Person, deputy_id)
    if deputy is None or not deputy.active or deputy.partner_id != person.partner_id:
        raise Invalid(
            Text("A deputy is somebody active of the same organization. Choose somebody else."),
            field="deputy",
        )


def _plain(row: PersonRhythm) -> dict[str, object]:
    return {
        "work_days": list(row.work_days), "starts": row.starts_at, "ends": row.ends_at, "digest": row.digest_at,
        "budget": row.budget, "channels": list(row.channels), "country": row.country,
        "subdivision": row.subdivision, "deputy_id": str(row.deputy_id) if row.deputy_id else None,
    }  # fmt: skip


def _days(absence: Absence) -> dict[str, object]:
    """What the trail keeps of an absence, as personal: when somebody is away can be erased like the note."""
    return {
        "first_on": absence.first_on.isoformat(), "last_on": absence.last_on.isoformat(),
        "deputy_id": str(absence.deputy_id) if absence.deputy_id else None, "note": absence.note,
    }  # fmt: skip
