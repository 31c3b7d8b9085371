"""Reviews, what hangs on them, and the actions they asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person, RoleGrant
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.reports.management_review.codec import loads
from auditapp.reports.management_review.model import (
    ManagementReview,
    ReviewAction,
    ReviewDecision,
    ReviewNote,
    ReviewPaper,
    ReviewParticipant,
)
from auditapp.reports.management_review.rules import (
    ACTION_LABELS,
    STATUS_LABELS,
    ActionStatus,
    PaperKind,
    Stage,
    Topic,
)
from auditapp.reports.paper.model import Report

MOST_ACTIONS = 500  # of earlier reviews on one paper
_REF = re.compile(r"[^A-Z0-9-]")


def visible_reviews(principal: Principal) -> sa.Select[Any]:
    """The reviews somebody may read: who may see every audit all; who chairs, takes part or owes an action, theirs."""
    query = sa.select(ManagementReview)
    if principal.partner_id is not None or not principal.can(Capability.VIEW_ORGANIZATION):
        return query.where(sa.false())
    if principal.can(Capability.VIEW_AUDITS):
        return query
    me = principal.person_id
    return query.where(
        sa.or_(
            ManagementReview.chair_id == me,
            ManagementReview.id.in_(
                sa.select(ReviewParticipant.review_id).where(ReviewParticipant.person_id == me)
            ),
        )
    )


def review_by_ref(session: Session, principal: Principal, ref: str) -> ManagementReview:
    """A review by its number. Raises NotFound, also for one that is not to be read."""
    found: ManagementReview | None = session.scalar(
        visible_reviews(principal).where(ManagementReview.ref == _clean(ref))
    )
    if found is None:
        raise NotFound
    return found


def review_of(session: Session, principal: Principal, review_id: UUID) -> ManagementReview:
    """A review by its id, for services. Raises NotFound, also for one that is not to be read."""
    found: ManagementReview | None = session.scalar(
        visible_reviews(principal).where(ManagementReview.id == review_id)
    )
    if found is None:
        raise NotFound
    return found


def list_reviews(session: Session, principal: Principal, *, page: int) -> Page[tuple[Any, ...]]:
    """A page of (review, chair's name, number of its actions that are open), the latest first. Two statements."""
    actions = (
        sa.select(sa.func.count())
        .where(ReviewAction.review_id == ManagementReview.id, ReviewAction.status == ActionStatus.OPEN)
        .correlate(ManagementReview)
        .scalar_subquery()
    )
    return paginate(
        session,
        visible_reviews(principal)
        .join(Person, Person.id == ManagementReview.chair_id)
        .add_columns(Person.name, actions)
        .order_by(ManagementReview.planned_on.desc(), ManagementReview.ref.desc()),
        page=page,
        scalars=False,
    )


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What hangs on a review. ``people``: (participant, name) by name; ``actions``: (action, owner's name) by number."""

    chair: str
    people: Sequence[tuple[ReviewParticipant, str]]
    notes: dict[tuple[Topic, Stage], str]
    decisions: Sequence[ReviewDecision]
    actions: Sequence[tuple[ReviewAction, str]]
    papers: Sequence[tuple[ReviewPaper, str]]  # with who made it; the newest first, without their content

    @property
    def attended(self) -> list[str]:
        """Who was there, by name."""
        return [name for one, name in self.people if one.attended]

    def paper(self, kind: PaperKind, revision: int | None = None) -> ReviewPaper | None:
        """The newest frozen paper of a kind, or that revision of it."""
        for one, _who in self.papers:
            if one.kind is kind and revision in {None, one.revision}:
                return one
        return None


def parts_of(session: Session, review: ManagementReview) -> Parts:
    """Everything that hangs on a review. Six statements."""
    mine = review.id
    people = session.execute(
        sa.select(ReviewParticipant, Person.name)
        .join(Person, Person.id == ReviewParticipant.person_id)
        .where(ReviewParticipant.review_id == mine)
        .order_by(Person.name, Person.id)
    )
    return Parts(
        chair=session.scalar(sa.select(Person.name).where(Person.id == review.chair_id)) or "",
        people=[(row[0], row[1]) for row in people],
        notes={
            (one.topic, one.stage): one.text
            for one in session.scalars(sa.select(ReviewNote).where(ReviewNote.review_id == mine))
        },
        decisions=session.scalars(
            sa.select(ReviewDecision).where(ReviewDecision.review_id == mine).order_by(ReviewDecision.number)
        ).all(),
        actions=[
            (row[0], row[1])
            for row in session.execute(
                sa.select(ReviewAction, Person.name)
                .join(Person, Person.id == ReviewAction.owner_id)
                .where(ReviewAction.review_id == mine)
                .order_by(ReviewAction.number)
            )
        ],
        papers=[
            (row[0], row[1])
            for row in session.execute(
                sa.select(ReviewPaper, Person.name)
                .join(Person, Person.id == ReviewPaper.made_by_id)
                .where(ReviewPaper.review_id == mine)
                .order_by(ReviewPaper.made_at.desc(), ReviewPaper.revision.desc())
            )
        ],
    )


def frozen(session: Session, paper: ReviewPaper) -> Report:
    """A paper as it was issued. Raises Refusal when it is not what its fingerprint says. One statement."""
    kept = session.scalar(
        sa.select(ReviewPaper).where(ReviewPaper.id == paper.id).options(undefer(ReviewPaper.content))
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if kept is None:
        raise NotFound
    return loads(kept.content, kept.sha256)


def action_by_ref(
    session: Session, principal: Principal, ref: str
) -> tuple[ReviewAction, str, ManagementReview]:
    """(action, owner's name, its review). Everybody of the own organization may read it. Raises NotFound."""
    row = session.execute(
        sa.select(ReviewAction, Person.name, ManagementReview)
        .join(Person, Person.id == ReviewAction.owner_id)
        .join(ManagementReview, ManagementReview.id == ReviewAction.review_id)
        .where(
            ReviewAction.ref == _clean(ref),
            # the list of what is due names it to the whole organization
            sa.true() if principal.can(Capability.VIEW_ORGANIZATION) else sa.false(),
        )
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def earlier_actions(
    session: Session, principal: Principal, *, review_id: UUID, since: date
) -> list[tuple[ReviewAction, str, str]]:
    """(action, owner, review's number) of other reviews: what is open, and what was settled in the period. One statement."""
    rows = session.execute(
        sa.select(ReviewAction, Person.name, ManagementReview.ref)
        .join(Person, Person.id == ReviewAction.owner_id)
        .join(ManagementReview, ManagementReview.id == ReviewAction.review_id)
        .where(
            ReviewAction.review_id != review_id,
            ReviewAction.review_id.in_(visible_reviews(principal).with_only_columns(ManagementReview.id)),
            sa.or_(ReviewAction.status == ActionStatus.OPEN, ReviewAction.settled_on >= since),
        )
        .order_by(ReviewAction.due_on, ReviewAction.ref)
        .limit(MOST_ACTIONS)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def executives(session: Session) -> set[UUID]:
    """Who is a Senior Executive Responsible: offered first as chair. One statement."""
    return set(session.scalars(sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.SER)))


@linkable("management_review", Text("Management review"))
def find_reviews(session: Session, principal: Principal, refs: Any) -> dict[str, Target]:
    """Reviews by number, as far as they may be read."""
    return {
        one.ref: Target(
            ref=one.ref, title=one.title, endpoint="management_review.show", values={"ref": one.ref},
            status=STATUS_LABELS[one.status],
        )
        for one in session.scalars(visible_reviews(principal).where(ManagementReview.ref.in_(refs)))
    }  # fmt: skip


@linkable("review_action", Text("Action of a management review"))
def find_actions(session: Session, principal: Principal, refs: Any) -> dict[str, Target]:
    """Actions of reviews by number, as far as their reviews may be read; and one's own."""
    theirs = ReviewAction.review_id.in_(visible_reviews(principal).with_only_columns(ManagementReview.id))
    own = ReviewAction.owner_id == principal.person_id
    return {
        one.ref: Target(
            ref=one.ref, title=one.title, endpoint="management_review.action", values={"ref": one.ref},
            status=ACTION_LABELS[one.status],
        )
        for one in session.scalars(
            sa.select(ReviewAction).where(ReviewAction.ref.in_(refs), sa.or_(theirs, own))
        )
    }  # fmt: skip


def _clean(ref: str) -> str:
    return _REF.sub("", ref.upper())[:30]
