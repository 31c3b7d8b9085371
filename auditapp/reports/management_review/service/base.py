"""What every command of a review begins and ends with."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.reports.management_review.codec import dumps
from auditapp.reports.management_review.model import ManagementReview, ReviewPaper
from auditapp.reports.management_review.rules import (
    REFUSALS,
    STEPS,
    PaperKind,
    Status,
    Verb,
    may_write,
)
from auditapp.reports.paper.model import Report

WRITERS = Text(
    "The system manager, a Senior Executive Responsible or the audit programme manager keeps management reviews."
)


def must_write(actor: Principal) -> None:
    """Refuse whoever does not keep reviews."""
    if not may_write(actor):
        raise NotAllowed(WRITERS)


def after(review: ManagementReview, verb: Verb) -> Status:
    """The status that a verb leads to. Raises Refusal."""
    return step(STEPS, review.status, verb, REFUSALS[verb])


def must_be_current(review: ManagementReview, version: int | None) -> None:
    """Refuse what was typed over an older state. ``None``: the caller does not say what was seen."""
    if version is not None and version != review.version:
        raise Stale(Text("Somebody changed this review meanwhile. Look at what they wrote, then save again."))


def own_people(session: Session, ids: Iterable[UUID], field: str) -> set[UUID]:
    """The ids again, all of active people of our own organization. Raises Invalid naming the field."""
    wanted = set(ids)
    known = set(
        session.scalars(
            sa.select(Person.id).where(Person.id.in_(wanted), Person.active, Person.partner_id.is_(None))
        )
    )
    if wanted - known:
        raise Invalid(Text("Choose active people of our own organization."), field=field)
    return known


def freeze(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    review: ManagementReview,
    kind: PaperKind,
    revision: int,
    report: Report,
    reason: str = "",
) -> ReviewPaper:
    """Keep a paper as it is."""
    kept = ReviewPaper(
        review_id=review.id, kind=kind, revision=revision, content=dumps(report), sha256=report.fingerprint(),
        reason=reason, made_at=at, made_by_id=actor.person_id,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def told(people: Collection[UUID]) -> list[str]:
    """Who is told of a fact, as it keeps them: ids."""
    return sorted(str(one) for one in people)


def payload(review: ManagementReview, **more: Any) -> dict[str, Any]:
    """What a fact about a review says."""
    return {"title": review.title, **more}
