"""Raising an idea and changing what was written."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.registers.ideas.model import Idea, IdeaValue
from auditapp.relationships.registers.ideas.queries import idea_by_id
from auditapp.relationships.registers.ideas.rules import (
    Category,
    Phase,
)
from auditapp.relationships.registers.ideas.service.base import (
    DECIDED,
    Worth,
    settle,
    unit,
    worth_fits,
)
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.registers.rules import may_change
from auditapp.relationships.registers.service import (
    fresh,
    must_be_of,
    must_change,
    running,
    shown_to,
)
from auditapp.relationships.rules import Sharing
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class Content:
    """What somebody writes about an idea. ``expected``: by party."""

    title: str
    category: Category
    description: str = ""
    owner_id: UUID | None = None
    target_on: date | None = None
    sharing: Sharing = Sharing.INTERNAL
    expected: dict[UUID | None, Worth] | None = None


def may_write(actor: Principal, idea: Idea) -> bool:
    """Whether somebody may change what was written."""
    return may_change(actor, idea.relationship_id, idea.party_id, (idea.raised_by_id,))


def raise_idea(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, content: Content
) -> Idea:
    """A new idea. Anybody of ours may raise one, and the partner's contacts; theirs are shared."""
    found = running(session, actor, relationship_id)
    today = today_of(session, at)
    content = replace(content, sharing=shown_to(actor, content.sharing))
    _fits(session, relationship_id, content)
    made = Idea(
        ref=f"ID-{today.year}-{next_number(session, f'ID-{today.year}'):03d}",
        relationship_id=found.id, party_id=actor.partner_id, raised_by_id=actor.person_id, raised_on=today,
        title="", category=content.category, created_at=at,
    )  # fmt: skip
    _write(made, content)
    session.add(made)
    session.flush()
    _expect(session, made, actor, at, content)
    record(
        session, actor_id=actor.person_id, at=at, verb="idea.raised", thing_kind="idea", thing_id=made.id,
        thing_ref=made.ref, context_id=found.id, after=_plain(made),
    )  # fmt: skip
    return made


def edit_idea(
    session: Session, *, actor: Principal, at: datetime, idea_id: UUID, version: int, content: Content
) -> Idea:
    """Change what was written."""
    found = idea_by_id(session, actor, idea_id)
    must_change(actor, found.relationship_id, found.party_id, (found.raised_by_id,))
    running(session, actor, found.relationship_id)
    fresh(version, found.version)
    content = replace(content, sharing=shown_to(actor, content.sharing))
    _fits(session, found.relationship_id, content)
    before = _plain(found)
    was = found.sharing
    _write(found, content)
    session.flush()
    _expect(session, found, actor, at, content)
    if found.sharing is not was and found.state in DECIDED:
        settle(session, found)  # now others decide, or no longer do
    if before != (after := _plain(found)):
        record(
            session, actor_id=actor.person_id, at=at, verb="idea.changed", thing_kind="idea", thing_id=found.id,
            thing_ref=found.ref, context_id=found.relationship_id, before=before, after=after,
        )  # fmt: skip
    return found


@owns_links("idea")
def _links(session: Session, actor: Principal, idea_id: UUID) -> tuple[str, UUID | None]:
    found = idea_by_id(session, actor, idea_id)
    must_change(actor, found.relationship_id, found.party_id, (found.owner_id, found.raised_by_id))
    return found.ref, found.relationship_id


def _fits(session: Session, relationship_id: UUID, content: Content) -> None:
    if not content.title.strip():
        raise Invalid(Text("Give the idea a name."), field="title")
    own = True if content.sharing is Sharing.INTERNAL else None  # nobody owns what they do not read
    must_be_of(session, relationship_id, content.owner_id, own=own, field="owner")
    for worth in (content.expected or {}).values():
        worth_fits(worth, needed=False)


def _write(idea: Idea, content: Content) -> None:
    idea.title, idea.description, idea.category = content.title.strip(), content.description, content.category
    idea.owner_id, idea.target_on = content.owner_id, content.target_on
    idea.sharing = content.sharing


def _expect(session: Session, idea: Idea, actor: Principal, at: datetime, content: Content) -> None:
    """What is expected for each party, anew; what was expected before is kept as taken back."""
    if content.expected is None:
        return
    parties = party_names(session, idea.relationship_id)
    there = {
        value.party_id: value
        for value in session.scalars(
            sa.select(IdeaValue).where(
                IdeaValue.idea_id == idea.id, IdeaValue.phase == Phase.EXPECTED, ~IdeaValue.taken_back
            )
        )
    }
    for party_id, worth in content.expected.items():
        if party_id not in parties:
            raise Invalid(Text("Choose one of the parties."), field="party")
        before = there.get(party_id)
        now = (worth.amount, unit(worth), worth.words.strip())
        if before is not None:
            if (before.amount, before.unit, before.words) == now:
                continue
            before.taken_back = True
        if worth.said:
            value = IdeaValue(
                idea_id=idea.id, phase=Phase.EXPECTED, party_id=party_id, amount=now[0], unit=now[1], words=now[2],
                on=today_of(session, at), by_id=actor.person_id, by_party_id=actor.partner_id, created_at=at,
            )  # fmt: skip
            session.add(value)
    session.flush()


def _plain(idea: Idea) -> dict[str, object]:
    return {
        "title": idea.title,
        "category": idea.category.value,
        "sharing": idea.sharing.value,
        "owner_id": str(idea.owner_id or ""),
        "target_on": idea.target_on.isoformat() if idea.target_on else "",
    }
