"""What relationships and reviews ask of somebody: actions, issues on their level, plans to agree to, documents to approve."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.queries import visible_actions
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.rules import VersionStatus as DocumentStatus
from auditapp.relationships.issues.model import Issue, IssueStay
from auditapp.relationships.issues.queries.access import visible_issues
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import Status as IssueStatus
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.rmp.model import Plan, PlanApproval, PlanVersion
from auditapp.relationships.rmp.queries import AGREES_FOR_PARTNER, visible_plans
from auditapp.relationships.rmp.rules import VersionStatus
from auditapp.reports.management_review.model import ReviewAction
from auditapp.reports.management_review.rules import ActionStatus as ReviewActionStatus

MOST = 20
SOON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A line of a home page, and where its step is done."""

    ref: str
    title: str
    sentence: Text
    step: Text
    endpoint: str
    values: Mapping[str, Any]
    due: date | None = None


def asks(session: Session, principal: Principal, *, today: date) -> list[Ask]:
    """What waits for somebody in relationships and from reviews. Five statements; three for a partner's contact."""
    found = _actions(session, principal, today) + _issues(session, principal) + _plans(session, principal)
    if principal.partner_id is not None:
        return found
    return found + _documents(session, principal) + _review_actions(session, principal, today)


def _review_actions(session: Session, principal: Principal, today: date) -> list[Ask]:
    rows = session.scalars(
        sa.select(ReviewAction)
        .where(
            ReviewAction.owner_id == principal.person_id,
            ReviewAction.status == ReviewActionStatus.OPEN,
            ReviewAction.due_on <= today + SOON,
        )
        .order_by(ReviewAction.due_on, ReviewAction.ref)
        .limit(MOST)
    )
    return [
        Ask(
            ref=one.ref, title=one.title, due=one.due_on, step=Text("Say that it is done"),
            sentence=Text("The management review asks you for it."), endpoint="management_review.action",
            values={"ref": one.ref},
        )
        for one in rows
    ]  # fmt: skip


def _actions(session: Session, principal: Principal, today: date) -> list[Ask]:
    rows = session.scalars(
        visible_actions(principal)
        .where(
            JointAction.owner_id == principal.person_id,
            JointAction.status == ActionStatus.OPEN,
            JointAction.due_on <= today + SOON,
        )
        .order_by(JointAction.due_on, JointAction.ref)
        .limit(MOST)
    )
    return [
        Ask(
            ref=one.ref, title=one.title, due=one.due_on, step=Text("Say that it is done"),
            sentence=Text("A joint action that you have promised."), endpoint="joint_actions.show",
            values={"action_ref": one.ref},
        )
        for one in rows
    ]  # fmt: skip


def _issues(session: Session, principal: Principal) -> list[Ask]:
    """Open issues whose present level somebody holds for the party whose turn it is."""
    newest = (
        sa.select(sa.func.max(IssueStay.number))
        .where(IssueStay.issue_id == Issue.id)
        .correlate(Issue)
        .scalar_subquery()
    )
    me = principal.person_id
    rows = session.execute(
        visible_issues(principal)
        .join(IssueStay, sa.and_(IssueStay.issue_id == Issue.id, IssueStay.number == newest))
        .where(
            Issue.status == IssueStatus.OPEN,
            sa.or_(
                sa.and_(Issue.awaited == Party.OWN, IssueStay.own_id == me),
                sa.and_(Issue.awaited == Party.PARTNER, IssueStay.partner_id == me),
            ),
        )
        .with_only_columns(Issue.ref, Issue.title, Issue.due_at, Relationship.ref)
        .order_by(None)
        .order_by(sa.nulls_last(Issue.due_at.asc()), Issue.ref)
        .limit(MOST)
    )
    return [
        Ask(
            ref=row[0], title=row[1], due=row[2].date() if row[2] else None, step=Text("Move it on"),
            sentence=Text("An issue stands on your level, and it is your side’s turn."), endpoint="issues.show",
            values={"ref": row[3], "number": row[0]},
        )
        for row in rows
    ]  # fmt: skip


def _plans(session: Session, principal: Principal) -> list[Ask]:
    """Versions that wait for the agreement of a party for which somebody agrees."""
    me = principal.person_id
    agreed = sa.exists().where(
        PlanApproval.version_id == PlanVersion.id,
        PlanApproval.content_hash == PlanVersion.content_hash,
        PlanApproval.party_id == principal.partner_id
        if principal.partner_id is not None
        else PlanApproval.party_id.is_(None),
    )
    if principal.partner_id is None:
        mine: sa.ColumnElement[bool] = Plan.relationship_id.in_(
            sa.select(Relationship.id).where(sa.or_(Relationship.ser_id == me, Relationship.owner_id == me))
        )
    else:
        mine = Plan.relationship_id.in_(
            sa.select(RelationshipMember.relationship_id).where(
                RelationshipMember.person_id == me,
                RelationshipMember.until.is_(None),
                RelationshipMember.role.in_(AGREES_FOR_PARTNER),
            )
        )
    rows = session.execute(
        visible_plans(principal)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .where(PlanVersion.status == VersionStatus.SUBMITTED, mine, ~agreed)
        .with_only_columns(Plan.ref, Plan.title, PlanVersion.number)
        .order_by(Plan.ref)
        .limit(MOST)
    )
    return [
        Ask(
            ref=row[0], title=row[1], step=Text("Agree or return it"),
            sentence=Text("Version %(number)s of the plan waits for your side’s agreement.", number=row[2]),
            endpoint="rmp.show", values={"plan_ref": row[0], "version": row[2]},
        )
        for row in rows
    ]  # fmt: skip


def _documents(session: Session, principal: Principal) -> list[Ask]:
    rows = session.execute(
        sa.select(Document.ref, Document.title, DocumentVersion.number)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            DocumentVersion.status == DocumentStatus.IN_REVIEW,
            Document.approver_id == principal.person_id,
            DocumentVersion.author_id != principal.person_id,
        )
        .order_by(Document.ref)
        .limit(MOST)
    )
    return [
        Ask(
            ref=row[0], title=row[1], step=Text("Approve or return it"),
            sentence=Text("Version %(number)s of the document waits for your approval.", number=row[2]),
            endpoint="documents.show", values={"document_ref": row[0]},
        )
        for row in rows
    ]  # fmt: skip
