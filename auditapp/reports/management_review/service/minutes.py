"""Writing the minutes, issuing them, correcting what was issued."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.queries import SYSTEM
from auditapp.reports.management_review.model import ManagementReview, ReviewDecision, ReviewPaper
from auditapp.reports.management_review.queries.store import Parts, frozen, parts_of
from auditapp.reports.management_review.reports.minutes import minutes
from auditapp.reports.management_review.reports.pack import NOWHERE, Places, without_data
from auditapp.reports.management_review.rules import (
    DUTY,
    DecisionKind,
    PaperKind,
    Topic,
    Verb,
    lacks,
    may_issue,
)
from auditapp.reports.management_review.service.base import (
    after,
    freeze,
    must_be_current,
    must_write,
    payload,
    told,
)
from auditapp.trail.service import record


def write_conclusion(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, text: str, version: int | None = None
) -> None:  # fmt: skip
    """What the review concludes of the whole system."""
    must_write(actor)
    review.status = after(review, Verb.WRITE)
    text = text.strip()
    if text == review.conclusion:
        return
    must_be_current(review, version)
    before, review.conclusion = review.conclusion, text
    _tell(session, review, actor=actor, at=at, verb="management_review.concluded",
          before={"conclusion": before}, after={"conclusion": text})  # fmt: skip


def decide(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, kind: DecisionKind, text: str
) -> ReviewDecision:  # fmt: skip
    """Write down a decision."""
    must_write(actor)
    after(review, Verb.WRITE)
    if not text.strip():
        raise Invalid(Text("Say what was decided."), field="text")
    last = session.scalar(
        sa.select(sa.func.max(ReviewDecision.number)).where(ReviewDecision.review_id == review.id)
    )
    made = ReviewDecision(review_id=review.id, number=(last or 0) + 1, kind=kind, text=text.strip())
    session.add(made)
    session.flush()
    _tell(session, review, actor=actor, at=at, verb="management_review.decided",
          after={"number": made.number, "kind": kind.value, "text": made.text})  # fmt: skip
    return made


def remove_decision(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, decision_id: UUID
) -> None:
    """Take a decision out of minutes that are not issued."""
    must_write(actor)
    after(review, Verb.WRITE)
    found = session.get(ReviewDecision, decision_id)
    if found is None or found.review_id != review.id:
        raise NotFound
    session.delete(found)
    _tell(session, review, actor=actor, at=at, verb="management_review.decision_removed",
          before={"number": found.number, "kind": found.kind.value, "text": found.text})  # fmt: skip


def what_is_missing(session: Session, review: ManagementReview, parts: Parts) -> list[Text]:
    """What stands in the way of issuing the minutes; empty when nothing does. At most one statement."""
    pack = parts.paper(PaperKind.PACK)
    empty: set[Topic] = without_data(frozen(session, pack)) if pack is not None else set()
    noted = {topic for topic, _stage in parts.notes}
    return lacks(
        attended=[one.person_id for one, _name in parts.people if one.attended],
        conclusion=review.conclusion,
        silent=empty - noted,
    )


def issue(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, places: Places = NOWHERE
) -> ReviewPaper:
    """Issue the minutes as they stand: frozen, numbered, told to everybody invited. The duty to review is answered."""
    if not may_issue(actor, review.chair_id):
        raise NotAllowed(Text("Who chaired the meeting, or the system manager, issues its minutes."))
    status = after(review, Verb.ISSUE)
    parts = parts_of(session, review)
    missing = what_is_missing(session, review, parts)
    if missing:
        raise Refusal(missing[0])
    revision, reason = review.revision + 1, review.reason
    paper = freeze(
        session, actor=actor, at=at, review=review, kind=PaperKind.MINUTES, revision=revision, reason=reason,
        report=minutes(
            session, actor=actor, as_of=at, review=review, parts=parts, revision=revision, reason=reason, places=places
        ),
    )  # fmt: skip
    review.status, review.revision, review.reason = status, revision, ""
    people = {one.person_id for one, _name in parts.people}
    after_it: dict[str, Any] = payload(
        review, revision=revision, sha256=paper.sha256, reason=reason, tell=told(people)
    )
    if revision == 1:
        _answer_the_duty(session, actor=actor, at=at, review=review)
        _tell(session, review, actor=actor, at=at, verb="management_review.minutes_issued", after=after_it)
    else:
        _tell(session, review, actor=actor, at=at, verb="management_review.minutes_corrected", after=after_it)
    return paper


def correct(
    session: Session, *, actor: Principal, at: datetime, review: ManagementReview, reason: str
) -> None:
    """Open issued minutes again for a corrected issue. What was issued stays what it was."""
    must_write(actor)
    status = after(review, Verb.CORRECT)
    if not reason.strip():
        raise Invalid(Text("Say what is wrong in what was issued. It stands in the new issue."), field="note")
    review.status, review.reason = status, reason.strip()
    _tell(session, review, actor=actor, at=at, verb="management_review.correction_begun",
          after={"reason": reason, "revision": review.revision})  # fmt: skip


def _answer_the_duty(session: Session, *, actor: Principal, at: datetime, review: ManagementReview) -> None:
    """The recurring obligation is done with these minutes, and its next day moves; one that never began begins here."""
    own = organization(session)
    on = review.held_on or day_in(own.zone if own else "UTC", at)
    obligations.begin(session, at=at, key=DUTY, subject=SYSTEM, anchor_on=on, first_on=on)
    note = str(Text("Minutes %(ref)s of the management review are issued.", ref=review.ref))
    obligations.done(session, actor=actor, at=at, key=DUTY, subject=SYSTEM, on=on, note=note)


def _tell(
    session: Session, review: ManagementReview, *, actor: Principal, at: datetime, verb: str,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="management_review", thing_id=review.id,
        thing_ref=review.ref, context_id=review.id, before=before, after=after,
    )  # fmt: skip
