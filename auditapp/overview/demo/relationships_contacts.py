"""The people of the relationships on the partners' side, and what the relationships rest on."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from auditapp.overview.demo.story import Story
from auditapp.people.model import Person
from auditapp.relationships.contacts.service import (
    add_break_point,
    add_member,
    depend,
    review_interdependencies,
    set_scores,
    set_terms,
)
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import MemberRole, Priority

# number, contract from and until in days from today, notice in days, break points (day, what)
TERMS: tuple[tuple[str, int, int, int, tuple[tuple[int, str], ...]], ...] = (
    ("R-01", -760, 1065, 180, ((65, "Option for the northern section"), (430, "Prices are looked at again"))),
    ("R-02", -1100, 725, 365, ((120, "Decision on the second basin"),)),
    ("R-03", -1900, 290, 90, ((200, "The framework ends unless it is renewed"),)),
    ("R-05", -540, 3110, 365, ((550, "Each party may leave the company"),)),
    ("R-07", -1500, -150, 60, ()),
)
# number, segment, scores of value, risk, dependence, spend, fit, future; priority; why another than suggested
SCORES: tuple[tuple[str, str, tuple[int, ...], Priority, str], ...] = (
    ("R-01", "strategic", (5, 5, 5, 5, 4, 4), Priority.CRITICAL, ""),
    ("R-02", "strategic", (4, 4, 4, 3, 5, 5), Priority.HIGH, "The second basin is not decided yet."),
    ("R-03", "key", (3, 3, 3, 4, 4, 2), Priority.MEDIUM, ""),
    ("R-04", "key", (4, 4, 3, 2, 3, 5), Priority.HIGH, ""),
    ("R-05", "strategic", (5, 5, 4, 4, 4, 5), Priority.CRITICAL, ""),
    (
        "R-06",
        "standard",
        (2, 2, 3, 2, 4, 2),
        Priority.LOW,
        "Our own division: what goes wrong is seen at once.",
    ),
)
CRITERIA = ("value", "risk", "dependence", "spend", "fit", "future")
LEANS: tuple[tuple[str, str, str], ...] = (
    ("R-01", "R-03", "Plant and sleepers come by their trains; a strike stops the possessions."),
    ("R-01", "R-05", "Low-carbon sleepers are made there; without them the old type is laid."),
    ("R-05", "R-01", "The line renewal takes four of five sleepers for two years."),
    ("R-04", "R-01", "The shared model is tried on this line first."),
)


def load_members(story: Story, at: datetime) -> None:
    """Every contact of a partner belongs to the partner's relationships: the first is its SER, the second its manager."""
    ada = story.people["ada"]
    session = story.session
    for found in session.scalars(sa.select(Relationship).order_by(Relationship.ref)).all():
        for partner in found.partners:
            theirs = session.scalars(
                sa.select(Person).where(Person.partner_id == partner.id, Person.active).order_by(Person.name)
            ).all()
            for person, role in zip(
                theirs,
                (MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER, *[MemberRole.CONTACT] * len(theirs)),
                strict=False,
            ):
                add_member(
                    session, actor=ada, at=at, relationship_id=found.id, person_id=person.id, role=role
                )
            if theirs:
                add_member(
                    session, actor=ada, at=at, relationship_id=found.id, person_id=theirs[-1].id,
                    role=MemberRole.JOINT_TEAM,
                )  # fmt: skip
        for person_id in (found.owner_id, found.manager_id):
            if person_id is not None:
                add_member(
                    session, actor=ada, at=at, relationship_id=found.id, person_id=person_id,
                    role=MemberRole.JOINT_TEAM,
                )  # fmt: skip
    _terms(story, at)


def _terms(story: Story, at: datetime) -> None:
    ada, session = story.people["ada"], story.session
    for ref, since, until, notice, breaks in TERMS:
        relationship_id = story.relationships[ref]
        common: dict[str, Any] = {"actor": ada, "at": at, "relationship_id": relationship_id}
        set_terms(
            session, version=session.get_one(Relationship, relationship_id).version,
            contract_starts_on=story.day(since), contract_ends_on=story.day(until), notice_days=notice, **common,
        )  # fmt: skip
        for day, note in breaks:
            add_break_point(session, on=story.day(day), note=note, **common)
        session.flush()
    for ref, segment, scores, priority, reason in SCORES:
        relationship_id = story.relationships[ref]
        set_scores(
            session, actor=ada, at=at, relationship_id=relationship_id,
            version=session.get_one(Relationship, relationship_id).version,
            scores={key: (score, "") for key, score in zip(CRITERIA, scores, strict=True)},
            segment=segment, priority=priority, reason=reason,
        )  # fmt: skip
        session.flush()
    for ref, other, note in LEANS:
        depend(
            session, actor=ada, at=at, relationship_id=story.relationships[ref],
            other_id=story.relationships[other], note=note,
        )  # fmt: skip
    session.flush()
    review_interdependencies(
        session,
        actor=ada,
        at=at,
        relationship_id=story.relationships["R-01"],
        on=at.date(),
        note="Nothing changed.",
    )
