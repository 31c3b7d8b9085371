"""Planning a review, preparing it, holding it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Principal
from auditapp.reports.management_review.model import ManagementReview, ReviewNote, ReviewParticipant
from auditapp.reports.management_review.queries.store import parts_of
from auditapp.reports.management_review.reports.pack import NOWHERE, Places, input_pack
from auditapp.reports.management_review.rules import PaperKind, Stage, Topic, Verb
from auditapp.reports.management_review.service.base import (
    after,
    freeze,
    must_be_current,
    must_write,
    own_people,
    payload,
    told,
)
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class PlanInput:
    """What is planned. ``since``: the first day of the period that is looked back on."""

    title: str
    planned_on: date
    since: date
    chair_id: UUID
    people: tuple[UUID, ...] = ()
    place: str = ""
    agenda: str = ""


def plan(session: Session, *, actor: Principal, at: datetime, said: PlanInput) -> ManagementReview:
    """Plan a review. Raises NotAllowed and Invalid (naming the field)."""
    must_write(actor)
    people, year = _must_hold(session, said), said.planned_on.year
    made = ManagementReview(
        id=new_id(), ref=f"MR-{year}-{next_number(session, f'MR-{year}'):02d}", title=said.title.strip()[:200],
        planned_on=said.planned_on, since=said.since, place=said.place.strip()[:200], agenda=said.agenda.strip(),
        chair_id=said.chair_id, created_at=at, created_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(ReviewParticipant(review_id=made.id, person_id=one) for one in sorted(people))
    session.flush()
    _tell(session, made, actor=actor, at=at, verb="management_review.planned",
          after=_plain(said) | {"tell": told(people)})  # fmt: skip
    return made


def change(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, said: PlanInput, version: int
) -> None:  # fmt: skip
    """Change what is planned. The same again changes nothing."""
    must_write(actor)
    review.status = after(review, Verb.CHANGE)
    people = _must_hold(session, said)
    invited = {one.person_id: one for one in _participants(session, review)}
    before = PlanInput(
        title=review.title, planned_on=review.planned_on, since=review.since, chair_id=review.chair_id,
        people=tuple(sorted(invited)), place=review.place, agenda=review.agenda,
    )  # fmt: skip
    now = PlanInput(
        title=said.title.strip()[:200], planned_on=said.planned_on, since=said.since, chair_id=said.chair_id,
        people=tuple(sorted(people)), place=said.place.strip()[:200], agenda=said.agenda.strip(),
    )  # fmt: skip
    if before == now:
        return
    must_be_current(review, version)
    review.title, review.planned_on, review.since = now.title, now.planned_on, now.since
    review.place, review.agenda, review.chair_id = now.place, now.agenda, now.chair_id
    for person_id, row in invited.items():
        if person_id not in people:
            session.delete(row)
    session.add_all(
        ReviewParticipant(review_id=review.id, person_id=one) for one in sorted(people - set(invited))
    )
    _tell(session, review, actor=actor, at=at, verb="management_review.changed", before=_plain(before),
          after=_plain(now) | {"tell": told(people | set(invited)) if before.planned_on != now.planned_on else []})  # fmt: skip


def cancel(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, reason: str
) -> None:
    """It will not be held. The reason stays on record."""
    must_write(actor)
    status = after(review, Verb.CANCEL)
    if not reason.strip():
        raise Invalid(Text("Say why it is cancelled. The reason stays on record."), field="note")
    review.status, review.reason = status, reason.strip()
    people = [one.person_id for one in _participants(session, review)]
    _tell(session, review, actor=actor, at=at, verb="management_review.cancelled",
          after=payload(review, reason=reason, tell=told(people)))  # fmt: skip


def write_note(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, topic: Topic, text: str
) -> None:
    """Write about one input: before the meeting it goes into the pack, afterwards into the minutes. Empty takes it away."""
    must_write(actor)
    planned = review.held_on is None
    after(review, Verb.PREPARE if planned else Verb.WRITE)
    stage = Stage.BEFORE if planned else Stage.SAID
    row = session.get(ReviewNote, (review.id, topic, stage))
    before, text = row.text if row is not None else "", text.strip()
    if before == text:
        return
    if row is None:
        session.add(
            ReviewNote(review_id=review.id, topic=topic, stage=stage, text=text, by_id=actor.person_id, at=at)
        )
    elif text:
        row.text, row.by_id, row.at = text, actor.person_id, at
    else:
        session.delete(row)
    session.flush()
    _tell(session, review, actor=actor, at=at, verb="management_review.noted",
          before={"topic": topic.value, "text": before}, after={"topic": topic.value, "text": text})  # fmt: skip


def hold(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    review: ManagementReview,
    held_on: date,
    attended: Collection[UUID],
    also_present: str = "",
    places: Places = NOWHERE,
) -> None:
    """The meeting was held: who was there is kept, and the pack frozen as it is at this moment."""
    must_write(actor)
    status = after(review, Verb.HOLD)
    if held_on > today_of(session, at):
        raise Invalid(Text("A meeting is recorded once it was held: this day lies ahead."), field="held_on")
    if held_on < review.since:
        raise Invalid(
            Text("It cannot have been held before the period that it looks back on."), field="held_on"
        )
    people = own_people(session, attended, "attended")
    if not people:
        raise Invalid(Text("Say who was there."), field="attended")
    review.status, review.held_on, review.also_present = status, held_on, also_present.strip()
    invited = {one.person_id: one for one in _participants(session, review)}
    for person_id, row in invited.items():
        row.attended = person_id in people
    session.add_all(
        ReviewParticipant(review_id=review.id, person_id=one, attended=True)
        for one in sorted(people - set(invited))
    )
    session.flush()
    pack = input_pack(
        session, actor=actor, as_of=at, review=review, parts=parts_of(session, review), places=places
    )
    kept = freeze(session, actor=actor, at=at, review=review, kind=PaperKind.PACK, revision=1, report=pack)
    _tell(session, review, actor=actor, at=at, verb="management_review.held",
          after=payload(review, held_on=held_on.isoformat(), attended=told(people), pack=kept.sha256))  # fmt: skip


def _must_hold(session: Session, said: PlanInput) -> set[UUID]:
    """Who is invited: the chair always."""
    if not said.title.strip():
        raise Invalid(Text("Give it a name."), field="title")
    if said.since > said.planned_on:
        raise Invalid(Text("The period ends with the meeting: choose a day before it."), field="since")
    own_people(session, [said.chair_id], "chair")
    return own_people(session, said.people, "people") | {said.chair_id}


def _participants(session: Session, review: ManagementReview) -> list[ReviewParticipant]:
    return list(session.scalars(sa.select(ReviewParticipant).where(ReviewParticipant.review_id == review.id)))


def _plain(said: PlanInput) -> dict[str, Any]:
    return {
        "title": said.title, "planned_on": said.planned_on.isoformat(), "since": said.since.isoformat(),
        "chair_id": str(said.chair_id), "people": told(said.people), "place": said.place, "agenda": said.agenda,
    }  # fmt: skip


def _tell(
    session: Session, review: ManagementReview, *, actor: Principal, at: datetime, verb: str,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="management_review", thing_id=review.id,
        thing_ref=review.ref, context_id=review.id, before=before, after=after,
    )  # fmt: skip
