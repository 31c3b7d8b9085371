"""Who acts in a relationship of the demonstration, on either side, as they are by then."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from auditapp.overview.demo.story import Story
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.rules import MemberRole


def actor_of(story: Story, first: str) -> Principal:
    """Somebody as they are by now."""
    found = principal_of_person(story.session, story.people[first].person_id)
    return found or story.people[first]


def common_to(story: Story, first: str, at: datetime, ref: str) -> dict[str, Any]:
    """Who acts, when and in which relationship."""
    return {"actor": actor_of(story, first), "at": at, "relationship_id": story.relationships[ref]}


def theirs_of(story: Story, ref: str) -> Principal | None:
    """Somebody of the partner who sees the relationship: its manager there, else whoever there is."""
    person_id = story.session.scalar(
        sa.select(RelationshipMember.person_id)
        .join(Person, Person.id == RelationshipMember.person_id)
        .where(
            RelationshipMember.relationship_id == story.relationships[ref],
            RelationshipMember.until.is_(None),
            Person.partner_id.is_not(None),
        )
        .order_by(RelationshipMember.role != MemberRole.PARTNER_MANAGER, Person.name)
        .limit(1)
    )
    return principal_of_person(story.session, person_id) if person_id else None
