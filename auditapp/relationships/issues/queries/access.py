"""What of issues somebody may see, and what they are to one. Decided here and nowhere else."""

from collections.abc import Collection
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Account, Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.contacts.queries import roles_in
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.rules.issue import STATUS_LABELS, Part
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.queries import readable, visible_relationships
from auditapp.relationships.rules import MemberRole

_ANSWERS_FOR_ALL = frozenset({MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER})


def visible_issues(principal: Principal) -> sa.Select[Any]:
    """The issues somebody may see, joined with their relationship, to be narrowed and ordered further.

    A partner's contact: those of their relationships that are shared, and that are about their own organization.
    """
    query = (
        sa.select(Issue)
        .join(Relationship, Relationship.id == Issue.relationship_id)
        .where(
            Issue.relationship_id.in_(visible_relationships(principal).with_only_columns(Relationship.id)),
            readable(principal, Issue.sharing),
        )
    )
    if not principal.can(Capability.VIEW_ORGANIZATION):
        query = query.where(Issue.partner_id == principal.partner_id)
    return query


def issue_by_ref(session: Session, principal: Principal, ref: str) -> tuple[Issue, Relationship]:
    """An issue by its number, and its relationship. Raises NotFound, also for one that is not to be seen."""
    row = session.execute(
        visible_issues(principal).add_columns(Relationship).where(Issue.ref == ref.replace("\0", ""))
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


class Held(Protocol):
    """Who holds a level: a stay, or what it will be when it is written down. Ids of people."""

    @property
    def own_id(self) -> UUID | None:
        """Of our own people."""

    @property
    def partner_id(self) -> UUID | None:
        """Of the partner's people."""


def parts_of(
    session: Session, principal: Principal, issue: Issue, relationship: Relationship, stay: Held
) -> frozenset[Part]:
    """What somebody is to an issue on the level it stands on. At most one statement."""
    me = principal.person_id
    found: set[Part] = {Part.RAISER} if issue.raised_by_id == me else set()
    if principal.partner_id is None:
        runs = principal.can(Capability.MANAGE_RELATIONSHIPS, relationship.id)
        if runs or stay.own_id == me:
            found |= {Part.SPEAKS_OWN, Part.TAKES_PART}
        elif me in {relationship.ser_id, relationship.owner_id, relationship.manager_id} or roles_in(
            session, relationship.id, me
        ):
            found.add(Part.TAKES_PART)
    elif principal.partner_id == issue.partner_id:
        found.add(Part.CONTACT)
        # A name without an account cannot speak here: then whoever of the partner is in the relationship does.
        if stay.partner_id in {None, me} or _ANSWERS_FOR_ALL & roles_in(session, relationship.id, me):
            found.add(Part.SPEAKS_PARTNER)
    return frozenset(found)


def partner_can_sign_in(session: Session, issue: Issue) -> bool:
    """Whether anybody of the partner can answer here. Otherwise our own people write down what they said."""
    if issue.partner_id is None:
        return False
    return (
        session.scalar(
            sa.select(Person.id)
            .join(Account, Account.person_id == Person.id)
            .join(RelationshipMember, RelationshipMember.person_id == Person.id)
            .where(
                Person.partner_id == issue.partner_id,
                Person.active,
                Account.disabled_at.is_(None),
                RelationshipMember.relationship_id == issue.relationship_id,
                RelationshipMember.until.is_(None),
            )
            .limit(1)
        )
        is not None
    )


@linkable("issue", Text("Issue"))
def find_issues(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """The issues among some numbers that somebody may see, for links. One statement."""
    rows = session.execute(
        visible_issues(principal).add_columns(Relationship.ref).where(Issue.ref.in_(refs))
    ).all()
    return {
        issue.ref: Target(
            ref=issue.ref,
            title=issue.title,
            endpoint="issues.show",
            values={"ref": relationship_ref, "number": issue.ref},
            status=STATUS_LABELS[issue.status],
        )
        for issue, relationship_ref in rows
    }
