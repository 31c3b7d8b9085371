"""Reading ideas and what they were worth, as far as somebody may."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Relationship, RelationshipPartner
from auditapp.relationships.registers.ideas.model import Idea, IdeaDecision, IdeaValue
from auditapp.relationships.registers.ideas.rules import IDEA_STATE_LABELS, Category, IdeaState, Phase
from auditapp.relationships.registers.queries import visible
from auditapp.relationships.rules import Sharing

MOST = 100
MOST_CARDS = 6
_OPEN = (IdeaState.PROPOSED, IdeaState.LATER, IdeaState.ACCEPTED, IdeaState.IN_PROGRESS)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the address asks for; ``show`` is a state, ``open`` or ``all``."""

    show: str = "open"
    category: Category | None = None
    words: str = ""
    owner_id: UUID | None = None


def _narrowed(principal: Principal, relationship_id: UUID, wanted: Wanted) -> sa.Select[Any]:
    query = visible(principal, Idea).where(Idea.relationship_id == relationship_id)
    if wanted.show in set(IdeaState):
        query = query.where(Idea.state == IdeaState(wanted.show))
    elif wanted.show == "open":
        query = query.where(Idea.state.in_(_OPEN))
    if wanted.category is not None:
        query = query.where(Idea.category == wanted.category)
    if wanted.owner_id is not None:
        query = query.where(Idea.owner_id == wanted.owner_id)
    if wanted.words:
        query = query.where(
            sa.or_(
                *(
                    column.icontains(wanted.words, autoescape=True)
                    for column in (Idea.ref, Idea.title, Idea.description)
                )
            )
        )
    return query.order_by(Idea.raised_on.desc(), Idea.ref.desc())


def list_ideas(
    session: Session, principal: Principal, relationship_id: UUID, wanted: Wanted, *, page: int
) -> Page[Idea]:
    """A page of ideas, newest first. Two statements."""
    return paginate(session, _narrowed(principal, relationship_id, wanted), page=page)


def every_idea(
    session: Session, principal: Principal, relationship_id: UUID, wanted: Wanted
) -> Iterator[tuple[Idea, str, str | None]]:
    """All that the address asks for, with who raised it and who owns it."""
    raiser, owner = sa.orm.aliased(Person), sa.orm.aliased(Person)
    query = (
        _narrowed(principal, relationship_id, wanted)
        .add_columns(raiser.name, owner.name)
        .join(raiser, raiser.id == Idea.raised_by_id)
        .outerjoin(owner, owner.id == Idea.owner_id)
        .execution_options(yield_per=200)
    )
    for row in session.execute(query):
        yield row[0], row[1], row[2]


def counts(session: Session, principal: Principal, relationship_id: UUID) -> dict[str, int]:
    """How many stand where, and how many are open. One statement."""
    rows = session.execute(
        visible(principal, Idea)
        .where(Idea.relationship_id == relationship_id)
        .with_only_columns(Idea.state, sa.func.count())
        .group_by(Idea.state)
    ).all()
    found = {state.value: 0 for state in IdeaState} | {row[0].value: int(row[1]) for row in rows}
    found |= {"open": sum(found[state.value] for state in _OPEN), "all": sum(found.values())}
    return found


def board(session: Session, principal: Principal, relationship_id: UUID) -> dict[IdeaState, list[Idea]]:
    """The first of each state, newest first. One statement."""
    place = (
        sa.func.row_number()
        .over(partition_by=Idea.state, order_by=(Idea.raised_on.desc(), Idea.ref.desc()))
        .label("place")
    )
    ranked = (
        visible(principal, Idea)
        .where(Idea.relationship_id == relationship_id)
        .with_only_columns(Idea.id, place)
        .subquery()
    )
    found: dict[IdeaState, list[Idea]] = {state: [] for state in IdeaState}
    for one in session.scalars(
        sa.select(Idea)
        .join(ranked, ranked.c.id == Idea.id)
        .where(ranked.c.place <= MOST_CARDS)
        .order_by(ranked.c.place)
    ):
        found[one.state].append(one)
    return found


def idea_by_ref(session: Session, principal: Principal, relationship_id: UUID, ref: str) -> Idea:
    """An idea by its number. Raises NotFound, also for one that is not to be seen."""
    found: Idea | None = session.scalar(
        visible(principal, Idea).where(
            Idea.relationship_id == relationship_id, Idea.ref == ref.replace("\0", "")
        )
    )
    if found is None:
        raise NotFound
    return found


def idea_by_id(session: Session, principal: Principal, idea_id: UUID) -> Idea:
    """An idea by its id, for services. Raises NotFound, also for one that is not to be seen."""
    found: Idea | None = session.scalar(visible(principal, Idea).where(Idea.id == idea_id))
    if found is None:
        raise NotFound
    return found


def deciding(session: Session, idea: Idea) -> list[UUID | None]:
    """Which parties decide: we alone about what is internal, and every party about what is shared."""
    if idea.sharing is Sharing.INTERNAL:
        return [None]
    partners = session.scalars(
        sa.select(RelationshipPartner.partner_id)
        .where(RelationshipPartner.relationship_id == idea.relationship_id)
        .order_by(RelationshipPartner.partner_id)
    )
    return [None, *partners]


def decisions_of(session: Session, idea_id: UUID) -> Sequence[tuple[IdeaDecision, str]]:
    """The decisions with the names of who kept them, newest first. One statement."""
    rows = session.execute(
        sa.select(IdeaDecision, Person.name)
        .join(Person, Person.id == IdeaDecision.by_id)
        .where(IdeaDecision.idea_id == idea_id)
        .order_by(IdeaDecision.decided_at.desc(), IdeaDecision.id.desc())
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]


def values_of(session: Session, idea_ids: Collection[UUID]) -> dict[UUID, list[IdeaValue]]:
    """What several ideas are worth, expected and measured, without what was taken back. One statement."""
    found: dict[UUID, list[IdeaValue]] = {one: [] for one in idea_ids}
    if found:
        for value in session.scalars(
            sa.select(IdeaValue)
            .where(IdeaValue.idea_id.in_(found), ~IdeaValue.taken_back)
            .order_by(IdeaValue.on, IdeaValue.created_at)
        ):
            found[value.idea_id].append(value)
    return found


def value_by_id(session: Session, idea: Idea, value_id: UUID) -> IdeaValue:
    """A value of an idea. Raises NotFound."""
    found = session.scalar(sa.select(IdeaValue).where(IdeaValue.id == value_id, IdeaValue.idea_id == idea.id))
    if found is None:
        raise NotFound
    return found


def value_so_far(
    session: Session, principal: Principal, relationship_id: UUID
) -> dict[UUID | None, list[tuple[str, int]]]:
    """What was measured so far for each party: sums of hundredths by unit. One statement."""
    ideas = visible(principal, Idea).where(Idea.relationship_id == relationship_id).with_only_columns(Idea.id)
    found: dict[UUID | None, list[tuple[str, int]]] = {}
    for party_id, unit, total in session.execute(
        sa.select(IdeaValue.party_id, IdeaValue.unit, sa.func.sum(IdeaValue.amount))
        .where(
            IdeaValue.idea_id.in_(ideas),
            IdeaValue.phase == Phase.MEASURED,
            ~IdeaValue.taken_back,
            IdeaValue.amount.is_not(None),
        )
        .group_by(IdeaValue.party_id, IdeaValue.unit)
        .order_by(IdeaValue.unit)
    ):
        found.setdefault(party_id, []).append((unit, int(total or 0)))
    return found


@linkable("idea", Text("Idea"))
def _targets(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    rows = session.execute(
        visible(principal, Idea)
        .join(Relationship, Relationship.id == Idea.relationship_id)
        .where(Idea.ref.in_(refs))
        .with_only_columns(Idea.ref, Idea.title, Idea.state, Relationship.ref)
    )
    return {
        row[0]: Target(
            ref=row[0],
            title=row[1],
            endpoint="ideas.show",
            values={"ref": row[3], "idea_ref": row[0]},
            status=IDEA_STATE_LABELS[row[2]],
        )
        for row in rows
    }
