"""The actions of a review: asked for in the meeting, reminded of as an obligation of its owner, answered by them."""

import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.ids import new_id
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.obligations import service as obligations
from auditapp.reports.management_review.model import ManagementReview, ReviewAction
from auditapp.reports.management_review.rules import (
    ACTION_DUTY,
    ACTION_REFUSAL,
    ACTION_STEPS,
    ActionStatus,
    ActionVerb,
    Verb,
    may_issue,
    may_write,
)
from auditapp.reports.management_review.service.base import after, must_write, own_people
from auditapp.trail.model import Fact
from auditapp.trail.service import reacts_to, record


def ask(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, title: str, owner: Any, due_on: date
) -> ReviewAction:  # fmt: skip
    """Ask one of our own people for something; they are reminded from now on."""
    must_write(actor)
    after(review, Verb.WRITE)
    if not title.strip():
        raise Invalid(Text("Say what is to be done."), field="title")
    if review.held_on is not None and due_on < review.held_on:
        raise Invalid(Text("It cannot be due before the meeting."), field="due_on")
    own_people(session, [owner], "owner")
    last = session.scalar(
        sa.select(sa.func.max(ReviewAction.number)).where(ReviewAction.review_id == review.id)
    )
    number = (last or 0) + 1
    made = ReviewAction(
        id=new_id(), ref=f"{review.ref}-A{number}", review_id=review.id, number=number, title=title.strip()[:200],
        owner_id=owner, due_on=due_on, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    obligations.begin(
        session, at=at, key=ACTION_DUTY, subject=made.id, anchor_on=due_on, first_on=due_on,
        thing_kind="review_action", thing_ref=made.ref, title=made.title, owner_id=owner,
    )  # fmt: skip
    _tell(session, made, actor=actor, at=at, verb="review_action.asked",
          after={"title": made.title, "owner_id": str(owner), "due_on": due_on.isoformat()})  # fmt: skip
    return made


def take_out(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, action: ReviewAction
) -> None:
    """Take an action out of minutes of which nothing was issued; afterwards it is dropped with a reason."""
    must_write(actor)
    after(review, Verb.WRITE)
    if review.revision:
        raise NotAllowed(
            Text("It stands in minutes that were issued. Open it, and say there why it is not needed.")
        )
    obligations.end(session, at=at, key=ACTION_DUTY, subject=action.id, on=today_of(session, at))
    session.delete(action)
    _tell(session, action, actor=actor, at=at, verb="review_action.removed", before={"title": action.title})


def finish(
    session: Session, *, actor: Principal, at: datetime, action: ReviewAction, chair_id: Any, note: str, evidence: str
) -> None:  # fmt: skip
    """It is done: what was done, and where it can be seen. The same again is a silent success."""
    _must_answer(actor, action, chair_id)
    if action.status is ActionStatus.DONE:
        return
    status = step(ACTION_STEPS, action.status, ActionVerb.FINISH, ACTION_REFUSAL)
    if not note.strip():
        raise Invalid(Text("Say what was done."), field="note")
    _settle(session, action, actor=actor, at=at, status=status, note=note, evidence=evidence)
    _tell(
        session,
        action,
        actor=actor,
        at=at,
        verb="review_action.done",
        after={"note": note, "evidence": evidence},
    )


def drop(
    session: Session, *, actor: Principal, at: datetime, action: ReviewAction, chair_id: Any, reason: str
) -> None:
    """It is not needed after all: who keeps reviews says so, or who chaired it."""
    _must_decide(actor, chair_id)
    if action.status is ActionStatus.NOT_NEEDED:
        return
    status = step(ACTION_STEPS, action.status, ActionVerb.DROP, ACTION_REFUSAL)
    if not reason.strip():
        raise Invalid(Text("Say why it is not needed. The reason stays on record."), field="note")
    _settle(session, action, actor=actor, at=at, status=status, note=reason, evidence="")
    _tell(session, action, actor=actor, at=at, verb="review_action.dropped", after={"reason": reason})


def reopen(
    session: Session, *, actor: Principal, at: datetime, action: ReviewAction, chair_id: Any, reason: str,
    due_on: date | None = None,
) -> None:  # fmt: skip
    """It is to be done after all, or again; perhaps until another day. Its owner is reminded again."""
    _must_decide(actor, chair_id)
    status = step(ACTION_STEPS, action.status, ActionVerb.REOPEN, ACTION_REFUSAL)
    if not reason.strip():
        raise Invalid(Text("Say why it is opened again."), field="note")
    action.status, action.settled_on, action.due_on = status, None, due_on or action.due_on
    obligations.open_extra(
        session, at=at, key=ACTION_DUTY, subject=action.id, due_on=action.due_on, cause="reopened", because=reason.strip(),
        thing_kind="review_action", thing_ref=action.ref, title=action.title, owner_id=action.owner_id,
    )  # fmt: skip
    _tell(session, action, actor=actor, at=at, verb="review_action.reopened",
          after={"reason": reason, "due_on": action.due_on.isoformat()})  # fmt: skip


@reacts_to("obligation.done", "obligation.skipped", "obligation.moved")
def _follow_the_obligation(session: Session, fact: Fact) -> None:
    """What is done to the reminder of an action is not done behind the back of the action itself."""
    if not fact.thing_ref.startswith("MR-"):
        return
    action = session.scalar(sa.select(ReviewAction).where(ReviewAction.ref == fact.thing_ref))
    if action is None or action.status is not ActionStatus.OPEN:
        return
    if fact.verb != "obligation.moved":
        raise Refusal(
            Text("Say on the page of %(ref)s what was done, or why it is not needed.", ref=action.ref)
        )
    if fact.actor_id == action.owner_id:
        raise NotAllowed(
            Text(
                "The day was agreed in the review. Ask the system manager or who chaired it for another one."
            )
        )
    action.due_on = date.fromisoformat(json.loads(fact.after)["due_on"])


def _settle(
    session: Session, action: ReviewAction, *, actor: Principal, at: datetime, status: ActionStatus, note: str, evidence: str
) -> None:  # fmt: skip
    on = today_of(session, at)
    action.status, action.settled_on = status, on
    action.note, action.evidence = note.strip(), evidence.strip()[:500]
    if status is ActionStatus.DONE:
        obligations.done(session, actor=actor, at=at, key=ACTION_DUTY, subject=action.id, on=on, note=note)
    else:
        obligations.end(session, at=at, key=ACTION_DUTY, subject=action.id, on=on)


def _must_answer(actor: Principal, action: ReviewAction, chair_id: Any) -> None:
    if actor.person_id != action.owner_id and not may_write(actor) and not may_issue(actor, chair_id):
        raise NotAllowed(
            Text("Its owner, who chaired the review, or who keeps reviews can say that it is done.")
        )


def _must_decide(actor: Principal, chair_id: Any) -> None:
    if not may_write(actor) and not may_issue(actor, chair_id):
        raise NotAllowed(Text("Who chaired the review, or who keeps reviews, decides this."))


def _tell(
    session: Session, action: ReviewAction, *, actor: Principal, at: datetime, verb: str,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="review_action", thing_id=action.id,
        thing_ref=action.ref, context_id=action.review_id, before=before, after=after,
    )  # fmt: skip
