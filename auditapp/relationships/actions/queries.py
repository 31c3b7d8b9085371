"""Reading joint actions: what of them somebody may see is decided here."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.actions.model import JointAction, JointNote
from auditapp.relationships.actions.rules import STATUS_LABELS, ActionStatus
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import readable, visible_relationships


def visible_actions(principal: Principal) -> sa.Select[Any]:
    """The joint actions somebody may see; a contact the shared ones of their relationships."""
    query = sa.select(JointAction).where(readable(principal, JointAction.sharing))
    if principal.can(Capability.VIEW_ORGANIZATION):
        return query
    return query.where(
        JointAction.relationship_id.in_(visible_relationships(principal).with_only_columns(Relationship.id))
    )


def action_by_ref(session: Session, principal: Principal, ref: str) -> JointAction:
    """A joint action by its number. Raises NotFound, also for one that is not to be seen."""
    found: JointAction | None = session.scalar(
        visible_actions(principal).where(JointAction.ref == ref.upper().replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


def list_actions(
    session: Session,
    principal: Principal,
    *,
    today: date,
    relationship_id: UUID | None = None,
    show: str = "open",
    mine: bool = False,
    source_kind: str = "",
    page: int = 1,
) -> Page[tuple[JointAction, str, str, str]]:
    """A page of (action, owner, relationship number and name): ``open`` by day, ``overdue``, or ``settled``."""
    query = (
        visible_actions(principal)
        .join(Person, Person.id == JointAction.owner_id)
        .join(Relationship, Relationship.id == JointAction.relationship_id)
        .add_columns(Person.name, Relationship.ref, Relationship.name)
    )
    if show == "settled":
        query = query.where(JointAction.status != ActionStatus.OPEN).order_by(
            JointAction.settled_on.desc(), JointAction.ref
        )
    else:
        query = query.where(JointAction.status == ActionStatus.OPEN).order_by(
            JointAction.due_on, JointAction.ref
        )
        if show == "overdue":
            query = query.where(JointAction.due_on < today)
    if relationship_id is not None:
        query = query.where(JointAction.relationship_id == relationship_id)
    if mine:
        query = query.where(JointAction.owner_id == principal.person_id)
    if source_kind:
        query = query.where(JointAction.source_kind == source_kind)
    return paginate(session, query, page=page, scalars=False)


def actions_from(
    session: Session, principal: Principal, source_kind: str, source_ref: str
) -> Sequence[tuple[JointAction, str]]:
    """The actions that come from one record, with their owners, by day."""
    return [
        (row[0], row[1])
        for row in session.execute(
            visible_actions(principal)
            .join(Person, Person.id == JointAction.owner_id)
            .add_columns(Person.name)
            .where(JointAction.source_kind == source_kind, JointAction.source_ref == source_ref)
            .order_by(JointAction.due_on, JointAction.ref)
            .limit(200)
        )
    ]


def notes_of(session: Session, principal: Principal, action_id: UUID) -> Sequence[tuple[JointNote, str]]:
    """What was said about an action, as far as somebody may read it, oldest first."""
    return [
        (row[0], row[1])
        for row in session.execute(
            sa.select(JointNote, Person.name)
            .join(Person, Person.id == JointNote.person_id)
            .where(JointNote.action_id == action_id, readable(principal, JointNote.sharing))
            .order_by(JointNote.at)
            .limit(200)
        )
    ]


@linkable("joint_action", Text("Joint action"))
def find_actions(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Joint actions by number, as far as they may be seen."""
    return {
        one.ref: Target(
            ref=one.ref,
            title=one.title,
            endpoint="joint_actions.show",
            values={"action_ref": one.ref},
            status=STATUS_LABELS[one.status],
        )
        for one in session.scalars(visible_actions(principal).where(JointAction.ref.in_(refs)))
    }
