"""What can be done with meetings."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import next_number
from auditapp.people.rules import Capability, Principal, zones
from auditapp.relationships.actions.service import may_run
from auditapp.relationships.contacts.queries import people_of
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.meetings.model import Meeting, MeetingAgreement, MeetingDecision
from auditapp.relationships.meetings.queries import meeting_by_ref, parties_of
from auditapp.relationships.meetings.rules import (
    OBLIGATION_OF,
    REFUSALS,
    STEPS,
    MeetingKind,
    MeetingVerb,
)
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_run
from auditapp.trail.service import record


def must_keep(session: Session, actor: Principal, relationship_id: UUID) -> None:
    """Refuse whoever may not plan meetings and write minutes: who runs the relationship, or its own joint team."""
    if actor.partner_id is not None or not may_run(session, actor, relationship_id):
        raise NotAllowed(
            Text("Whoever runs this relationship, or our members of its joint team, keep its meetings.")
        )


def plan_meeting(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    kind: MeetingKind,
    title: str,
    starts_at: datetime,
    zone: str,
    place: str,
    agenda: str,
    sharing: Sharing,
    invited: Collection[UUID],
) -> Meeting:
    """Plan a meeting. ``starts_at``: without a zone, as the clocks in ``zone`` show it."""
    must_keep(session, actor, relationship_id)
    found = relationship_of(session, actor, relationship_id)
    must_run(found)
    made = Meeting(
        id=new_id(),
        ref=f"M-{at.year}-{next_number(session, f'M-{at.year}'):03d}",
        relationship_id=relationship_id,
        kind=kind,
        title="",
        starts_at=at,
        zone=zone,
        invited=[],
        present=[],
        created_at=at,
    )
    _set(
        session,
        made,
        title=title,
        starts_at=starts_at,
        zone=zone,
        place=place,
        agenda=agenda,
        sharing=sharing,
        invited=invited,
    )
    session.add(made)
    _tell(session, made, actor=actor, at=at, verb="meeting.planned",
          after={"title": made.title, "starts_at": made.starts_at.isoformat(), "kind": kind.value})  # fmt: skip
    return made


def change_meeting(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    meeting: Meeting,
    version: int,
    title: str,
    starts_at: datetime,
    zone: str,
    place: str,
    agenda: str,
    sharing: Sharing,
    invited: Collection[UUID],
    reason: str,
) -> None:
    """Change a planned meeting; another time asks for a reason."""
    must_keep(session, actor, meeting.relationship_id)
    step(STEPS, meeting.status, MeetingVerb.CHANGE, REFUSALS[MeetingVerb.CHANGE])
    if meeting.version != version:
        raise Stale(Text("Somebody changed this meeting since you opened it. Open it again and look."))
    before = meeting.starts_at
    _set(
        session,
        meeting,
        title=title,
        starts_at=starts_at,
        zone=zone,
        place=place,
        agenda=agenda,
        sharing=sharing,
        invited=invited,
    )
    moved = meeting.starts_at != before
    if moved and not reason.strip():
        raise Invalid(Text("Say why it is moved."), field="reason")
    meeting.reason = reason.strip()
    _tell(session, meeting, actor=actor, at=at, verb="meeting.changed",
          before={"starts_at": before.isoformat()}, after={"starts_at": meeting.starts_at.isoformat(), "reason": reason})  # fmt: skip


def _set(
    session: Session,
    meeting: Meeting,
    *,
    title: str,
    starts_at: datetime,
    zone: str,
    place: str,
    agenda: str,
    sharing: Sharing,
    invited: Collection[UUID],
) -> None:
    if not title.strip():
        raise Invalid(Text("Name the meeting."), field="title")
    if zone not in zones():
        raise Invalid(Text("Choose a time zone from the list."), field="zone")
    meeting.title, meeting.place, meeting.agenda, meeting.sharing = (
        title.strip()[:200],
        place.strip()[:300],
        agenda,
        sharing,
    )
    meeting.starts_at = starts_at if starts_at.tzinfo else starts_at.replace(tzinfo=ZoneInfo(zone))
    meeting.zone = zone
    meeting.invited = _people(session, meeting.relationship_id, invited)


def _people(session: Session, relationship_id: UUID, chosen: Collection[UUID]) -> list[str]:
    """Those of ``chosen`` who are of the relationship or of our own organization. Raises Invalid for others."""
    known = {one.person_id for one in people_of(session, relationship_id)}
    others = set(chosen) - known
    if (
        others
        and set(
            session.scalars(sa.select(Person.id).where(Person.id.in_(others), Person.partner_id.is_(None)))
        )
        != others
    ):
        raise Invalid(
            Text("Somebody chosen is no longer of this relationship. Choose again."), field="invited"
        )
    return sorted(str(one) for one in set(chosen))


def cancel(session: Session, *, actor: Principal, at: datetime, meeting: Meeting, reason: str) -> None:
    """It does not take place."""
    must_keep(session, actor, meeting.relationship_id)
    if not reason.strip():
        raise Invalid(Text("Say why it is cancelled."), field="reason")
    meeting.status = step(STEPS, meeting.status, MeetingVerb.CANCEL, REFUSALS[MeetingVerb.CANCEL])
    meeting.reason = reason.strip()
    _tell(session, meeting, actor=actor, at=at, verb="meeting.cancelled", after={"reason": reason})


def hold(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    meeting: Meeting,
    present: Collection[UUID],
    also: str,
) -> None:
    """It was held. What recurs of its kind counts as done on its day, and the next is counted from the intended one."""
    must_keep(session, actor, meeting.relationship_id)
    if at < meeting.starts_at and day_in(meeting.zone, at) < day_in(meeting.zone, meeting.starts_at):
        raise Invalid(
            Text("It is still to come. Change its time first if it was held earlier."), field="present"
        )
    if not present:
        raise Invalid(Text("Say who was there."), field="present")
    meeting.status = step(STEPS, meeting.status, MeetingVerb.HOLD, REFUSALS[MeetingVerb.HOLD])
    meeting.present, meeting.also_present = (
        _people(session, meeting.relationship_id, present),
        also.strip()[:400],
    )
    meeting.held_on = day_in(meeting.zone, meeting.starts_at)
    key = OBLIGATION_OF.get(meeting.kind)
    if key is not None:
        obligations.done(
            session,
            actor=actor,
            at=at,
            key=key,
            subject=meeting.relationship_id,
            on=meeting.held_on,
            note=meeting.ref,
        )
    _tell(
        session, meeting, actor=actor, at=at, verb="meeting.held", after={"on": meeting.held_on.isoformat()}
    )


def write_minutes(
    session: Session, *, actor: Principal, at: datetime, meeting: Meeting, version: int, text: str
) -> None:
    """Write the minutes."""
    must_keep(session, actor, meeting.relationship_id)
    step(STEPS, meeting.status, MeetingVerb.WRITE, REFUSALS[MeetingVerb.WRITE])
    if meeting.version != version:
        raise Stale(
            Text("Somebody wrote the minutes since you opened them. Bring the two together."), field="minutes"
        )
    if meeting.minutes == text:
        return
    meeting.minutes = text
    _tell(session, meeting, actor=actor, at=at, verb="meeting.minutes_written", after={"length": len(text)})


def decide(
    session: Session, *, actor: Principal, at: datetime, meeting: Meeting, text: str, ours: str, theirs: str
) -> MeetingDecision:
    """Write down a decision."""
    must_keep(session, actor, meeting.relationship_id)
    step(STEPS, meeting.status, MeetingVerb.WRITE, REFUSALS[MeetingVerb.WRITE])
    if not text.strip():
        raise Invalid(Text("Say what was decided."), field="text")
    last = session.scalar(
        sa.select(sa.func.max(MeetingDecision.number)).where(MeetingDecision.meeting_id == meeting.id)
    )
    made = MeetingDecision(
        meeting_id=meeting.id, number=(last or 0) + 1, text=text.strip(), ours=ours.strip()[:200],
        theirs=theirs.strip()[:200],
    )  # fmt: skip
    session.add(made)
    _tell(
        session,
        meeting,
        actor=actor,
        at=at,
        verb="meeting.decided",
        after={"number": made.number, "text": text},
    )
    return made


def remove_decision(
    session: Session, *, actor: Principal, at: datetime, meeting: Meeting, decision_id: UUID
) -> None:
    """It was not decided after all; its number is not used again."""
    must_keep(session, actor, meeting.relationship_id)
    step(STEPS, meeting.status, MeetingVerb.WRITE, REFUSALS[MeetingVerb.WRITE])
    row = session.get(MeetingDecision, decision_id)
    if row is None or row.meeting_id != meeting.id:
        raise NotFound
    if row.removed_at is None:
        row.removed_at = at
        _tell(session, meeting, actor=actor, at=at, verb="meeting.decision_removed",
              before={"number": row.number, "text": row.text})  # fmt: skip


def submit(session: Session, *, actor: Principal, at: datetime, meeting: Meeting) -> None:
    """Put the minutes before the parties."""
    must_keep(session, actor, meeting.relationship_id)
    meeting.status = step(STEPS, meeting.status, MeetingVerb.SUBMIT, REFUSALS[MeetingVerb.SUBMIT])
    _tell(session, meeting, actor=actor, at=at, verb="meeting.minutes_submitted")


def agree(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    meeting: Meeting,
    party_id: UUID | None,
    note: str = "",
) -> None:
    """A party agrees to the minutes; with the last one they are agreed.

    A member of the partner's side agrees signed in; whoever keeps the meetings may write down the partner's
    agreement and says where it is kept.
    """
    step(STEPS, meeting.status, MeetingVerb.AGREE, REFUSALS[MeetingVerb.AGREE])
    parties = dict(parties_of(session, meeting))
    if party_id not in parties:
        raise NotFound
    on_behalf = _speaks(session, actor, meeting, party_id)
    if on_behalf and not note.strip():
        raise Invalid(Text("Say where the partner's agreement is written down."), field="note")
    given = {
        one.party_id
        for one in session.scalars(
            sa.select(MeetingAgreement).where(
                MeetingAgreement.meeting_id == meeting.id, MeetingAgreement.agrees, MeetingAgreement.counts
            )
        )
    }
    if party_id in given:
        return
    session.add(
        MeetingAgreement(
            meeting_id=meeting.id, party_id=party_id, person_id=actor.person_id, at=at, agrees=True,
            note=note.strip(), on_behalf=on_behalf,
        )
    )  # fmt: skip
    if given | {party_id} == set(parties):
        meeting.status = step(STEPS, meeting.status, MeetingVerb.COMPLETE, REFUSALS[MeetingVerb.COMPLETE])
    _tell(session, meeting, actor=actor, at=at, verb="meeting.minutes_agreed",
          after={"party": str(party_id or ""), "on_behalf": on_behalf})  # fmt: skip


def object_to(session: Session, *, actor: Principal, at: datetime, meeting: Meeting, reason: str) -> None:
    """A party objects: the objection is kept, and the minutes go back to be written."""
    if not reason.strip():
        raise Invalid(Text("Say what is not right in the minutes."), field="note")
    _speaks(session, actor, meeting, actor.partner_id)
    meeting.status = step(STEPS, meeting.status, MeetingVerb.OBJECT, REFUSALS[MeetingVerb.OBJECT])
    session.execute(
        sa.update(MeetingAgreement).where(MeetingAgreement.meeting_id == meeting.id).values(counts=False)
    )
    session.add(
        MeetingAgreement(
            meeting_id=meeting.id, party_id=actor.partner_id, person_id=actor.person_id, at=at, agrees=False,
            counts=False, note=reason.strip(),
        )
    )  # fmt: skip
    meeting.reason = reason.strip()
    _tell(session, meeting, actor=actor, at=at, verb="meeting.minutes_objected", after={"reason": reason})


def _speaks(session: Session, actor: Principal, meeting: Meeting, party_id: UUID | None) -> bool:
    """Whether it is on behalf of the party. Raises NotAllowed for who may not speak for it."""
    if actor.partner_id is not None:
        if actor.partner_id != party_id or not may_run(session, actor, meeting.relationship_id):
            raise NotAllowed(Text("Each party speaks for itself."))
        return False
    if party_id is None and str(actor.person_id) in {*meeting.present, *meeting.invited}:
        return False
    must_keep(session, actor, meeting.relationship_id)
    return party_id is not None


@owns_links("meeting")
def may_link(session: Session, actor: Principal, meeting_id: UUID) -> tuple[str, UUID | None]:
    """Whoever keeps the meetings links records to them: what is to be talked about."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound
    meeting_by_ref(session, actor, meeting.ref)
    must_keep(session, actor, meeting.relationship_id)
    return meeting.ref, meeting.relationship_id


def keeps(session: Session, actor: Principal, relationship_id: UUID) -> bool:
    """Whether somebody keeps the meetings of a relationship."""
    return actor.partner_id is None and (
        actor.can(Capability.MANAGE_RELATIONSHIPS, relationship_id)
        or may_run(session, actor, relationship_id)
    )


def _tell(
    session: Session,
    meeting: Meeting,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
    before: Any = None,
    after: Any = None,
) -> None:
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="meeting", thing_id=meeting.id,
        thing_ref=meeting.ref, context_id=meeting.relationship_id, before=before, after=after,
    )  # fmt: skip
