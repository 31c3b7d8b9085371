"""Reading partners and relationships. What somebody may see of them is decided here and nowhere else."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from auditapp.kit.errors import NotFound
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Partner, Relationship, RelationshipMember, RelationshipPartner
from auditapp.relationships.rules import Sharing


def visible_relationships(principal: Principal) -> sa.Select[Any]:
    """The relationships somebody may see, to be narrowed and ordered further.

    Everybody of the own organization sees all of them; a partner's contact those in which they are a member and
    their partner takes part.
    """
    query = sa.select(Relationship)
    if principal.can(Capability.VIEW_ORGANIZATION):
        return query
    return query.where(
        Relationship.id.in_(
            sa.select(RelationshipPartner.relationship_id)
            .join(
                RelationshipMember,
                RelationshipMember.relationship_id == RelationshipPartner.relationship_id,
            )
            .where(
                RelationshipPartner.partner_id == principal.partner_id,
                RelationshipMember.person_id == principal.person_id,
                RelationshipMember.until.is_(None),
            )
        )
    )


def visible_partners(principal: Principal) -> sa.Select[Any]:
    """The partners somebody may see: all, or one's own."""
    query = sa.select(Partner)
    if principal.can(Capability.VIEW_ORGANIZATION):
        return query
    return query.where(Partner.id == principal.partner_id)


def relationship_by_ref(session: Session, principal: Principal, ref: str) -> Relationship:
    """A relationship by its number (``R-01``). Raises NotFound, also for one that is not to be seen."""
    found: Relationship | None = session.scalar(
        visible_relationships(principal).where(Relationship.ref == ref.replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


def partner_by_id(session: Session, principal: Principal, partner_id: UUID) -> Partner:
    """A partner. Raises NotFound, also for one that is not to be seen."""
    found: Partner | None = session.scalar(visible_partners(principal).where(Partner.id == partner_id))
    if found is None:
        raise NotFound
    return found


def manageable(principal: Principal) -> sa.ColumnElement[bool]:
    """Which relationships somebody may change, as a condition on Relationship."""
    if principal.can(Capability.MANAGE_RELATIONSHIPS):
        return sa.true()
    ids = [one for one in principal.scoped if principal.can(Capability.MANAGE_RELATIONSHIPS, one)]
    return Relationship.id.in_(ids)


def readable(principal: Principal, sharing: "InstrumentedAttribute[Sharing]") -> sa.ColumnElement[bool]:
    """What of a visible relationship somebody may read, as a condition on a row's ``sharing``.

    Our own people: all of it; a partner's contact: what is shared. To be used together with
    :func:`visible_relationships`.
    """
    if principal.can(Capability.VIEW_ORGANIZATION):
        return sa.true()
    return sharing == Sharing.SHARED


def relationship_of(session: Session, principal: Principal, relationship_id: UUID) -> Relationship:
    """A relationship by its id, for services. Raises NotFound, also for one that is not to be seen."""
    found: Relationship | None = session.scalar(
        visible_relationships(principal).where(Relationship.id == relationship_id)
    )
    if found is None:
        raise NotFound
    return found
