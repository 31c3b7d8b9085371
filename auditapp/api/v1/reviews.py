"""Management reviews: what was decided, and who is to do what."""

from datetime import date, datetime

from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.reports.management_review import model
from auditapp.reports.management_review.queries.store import (
    Parts,
    action_by_ref,
    parts_of,
    review_by_ref,
    visible_reviews,
)
from auditapp.reports.management_review.rules import ActionStatus, DecisionKind, Status

READ = Scope.READ_REPORTS
INSIDE = (Capability.VIEW_ORGANIZATION,)
TAG = "Management reviews"


class ManagementReview(Given):
    """A management review as a list shows it."""

    ref: str
    title: str
    status: Status
    planned_on: date
    since: date
    held_on: date | None
    chair: Person | None
    revision: int
    page: str


class ReviewDecision(Given):
    """What was decided."""

    number: int
    kind: DecisionKind
    text: str


class ReviewAction(Given):
    """What somebody is to do."""

    ref: str
    title: str
    owner: Person | None
    due_on: date
    status: ActionStatus
    settled_on: date | None
    note: str
    evidence: str = Field(description="Where what was done can be seen.")


class OneReviewAction(ReviewAction):
    """An action of a management review, and which one asked for it."""

    review: Link
    page: str


class ReviewPaper(Given):
    """A frozen paper: the pack of the meeting, or an issue of the minutes."""

    kind: str
    revision: int
    sha256: str
    reason: str
    made_at: datetime


class WholeManagementReview(ManagementReview):
    """A management review with what came of it."""

    place: str
    agenda: str
    also_present: str
    attended: list[str]
    conclusion: str
    decisions: list[ReviewDecision]
    actions: list[ReviewAction]
    papers: list[ReviewPaper]


@get("/management-reviews", scope=READ, gives=listing(ManagementReview), needs=INSIDE, tag=TAG)
def management_reviews(query: Paging) -> object:
    """The management reviews that you may read."""
    made = model.ManagementReview
    rows, cursor = rows_of(current_session(), visible_reviews(actor()), made.id, query)
    names = Names(current_session(), people=people_in(rows, "chair_id"))
    return page(
        ManagementReview,
        (
            told(
                ManagementReview,
                row,
                chair=names.person(row.chair_id),
                page=site("management_review.show", ref=row.ref),
            )
            for row in rows
        ),
        cursor,
    )


@get("/management-reviews/<ref>", scope=READ, gives=WholeManagementReview, needs=INSIDE, tag=TAG)
def management_review(ref: str) -> object:
    """One management review: who was there, decisions, actions, the papers with their fingerprints."""
    row = review_by_ref(current_session(), actor(), ref)
    parts: Parts = parts_of(current_session(), row)
    names = Names(current_session(), people=[row.chair_id, *(one.owner_id for one, _owner in parts.actions)])
    made = told(
        WholeManagementReview,
        row,
        chair=names.person(row.chair_id),
        attended=parts.attended,
        decisions=[told(ReviewDecision, one) for one in parts.decisions],
        actions=[told(ReviewAction, one, owner=names.person(one.owner_id)) for one, _owner in parts.actions],
        papers=[told(ReviewPaper, one, kind=one.kind.value) for one, _who in parts.papers],
        page=site("management_review.show", ref=row.ref),
    )
    return versioned(made, row.version)


@get("/management-review-actions/<ref>", scope=READ, gives=OneReviewAction, needs=INSIDE, tag=TAG)
def review_action(ref: str) -> object:
    """One action that a management review asked for."""
    row, owner, review = action_by_ref(current_session(), actor(), ref)
    made = told(
        OneReviewAction,
        row,
        owner=Person(id=row.owner_id, name=owner),
        review=Link(ref=review.ref, name=review.title),
        page=site("management_review.action", ref=row.ref),
    )
    return versioned(made, row.version)
