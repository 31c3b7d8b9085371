"""Reading meetings: what of them somebody may see is decided here."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.meetings.model import Meeting, MeetingAgreement, MeetingDecision
from auditapp.relationships.meetings.rules import STATUS_LABELS, MeetingStatus
from auditapp.relationships.model import Partner, Relationship, RelationshipPartner
from auditapp.relationships.queries import readable, visible_relationships


def visible_meetings(principal: Principal) -> sa.Select[Any]:
    """The meetings somebody may see; a contact the shared ones of their relationships."""
    query = sa.select(Meeting).where(readable(principal, Meeting.sharing))
    if principal.can(Capability.VIEW_ORGANIZATION):
        return query
    return query.where(
        Meeting.relationship_id.in_(visible_relationships(principal).with_only_columns(Relationship.id))
    )


def meeting_by_ref(session: Session, principal: Principal, ref: str) -> Meeting:
    """A meeting by its number. Raises NotFound, also for one that is not to be seen."""
    found: Meeting | None = session.scalar(
        visible_meetings(principal).where(Meeting.ref == ref.upper().replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


def list_meetings(
    session: Session, principal: Principal, relationship_id: UUID, *, coming: bool, at: datetime, page: int
) -> Page[Meeting]:
    """A page of meetings: those to come (and not held yet) by time, or those that were, newest first."""
    query = visible_meetings(principal).where(Meeting.relationship_id == relationship_id)
    if coming:
        query = query.where(Meeting.status == MeetingStatus.PLANNED).order_by(Meeting.starts_at, Meeting.ref)
    else:
        query = query.where(Meeting.status != MeetingStatus.PLANNED).order_by(
            Meeting.starts_at.desc(), Meeting.ref
        )
    del at
    return paginate(session, query, page=page)


def decisions_of(session: Session, meeting_id: UUID) -> Sequence[MeetingDecision]:
    """What a meeting decided, in order."""
    return session.scalars(
        sa.select(MeetingDecision)
        .where(MeetingDecision.meeting_id == meeting_id, MeetingDecision.removed_at.is_(None))
        .order_by(MeetingDecision.number)
    ).all()


def agreements_of(session: Session, meeting_id: UUID) -> Sequence[tuple[MeetingAgreement, str]]:
    """What the parties said of the minutes, in order, with who."""
    return [
        (row[0], row[1])
        for row in session.execute(
            sa.select(MeetingAgreement, Person.name)
            .join(Person, Person.id == MeetingAgreement.person_id)
            .where(MeetingAgreement.meeting_id == meeting_id)
            .order_by(MeetingAgreement.at)
        )
    ]


def parties_of(session: Session, meeting: Meeting) -> list[tuple[UUID | None, str]]:
    """Who agrees to the minutes: our own organization (``None``), and each partner where they are shared."""
    found: list[tuple[UUID | None, str]] = [(None, "")]
    if meeting.sharing.value == "shared":
        found += [
            (row[0], row[1])
            for row in session.execute(
                sa.select(Partner.id, Partner.name)
                .join(RelationshipPartner, RelationshipPartner.partner_id == Partner.id)
                .where(RelationshipPartner.relationship_id == meeting.relationship_id)
                .order_by(Partner.name)
            )
        ]
    return found


@linkable("meeting", Text("Meeting"))
def find_meetings(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Meetings by number, as far as they may be seen."""
    return {
        one.ref: Target(
            ref=one.ref,
            title=one.title,
            endpoint="meetings.show",
            values={"meeting_ref": one.ref},
            status=STATUS_LABELS[one.status],
        )
        for one in session.scalars(visible_meetings(principal).where(Meeting.ref.in_(refs)))
    }
