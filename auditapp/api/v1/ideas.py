"""What a relationship creates, learns and says: ideas, lessons, the communications plan."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, Parties, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.registers import of_relationship
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.registers.communications import model as communications_model
from auditapp.relationships.registers.communications.queries import communication_of, log_of
from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften
from auditapp.relationships.registers.ideas import model as ideas_model
from auditapp.relationships.registers.ideas.queries import decisions_of, idea_by_ref, values_of
from auditapp.relationships.registers.ideas.rules import Category, IdeaState, Phase, Verdict
from auditapp.relationships.registers.lessons import model as lessons_model
from auditapp.relationships.registers.lessons.queries import applied_counts, lesson_by_ref, themes_of
from auditapp.relationships.registers.lessons.rules import LessonState, Theme
from auditapp.relationships.registers.queries import visible
from auditapp.relationships.rules import Sharing, Stage

READ = Scope.READ_RELATIONSHIPS
IDEAS, LESSONS, COMMUNICATIONS = "Ideas", "Lessons", "Communications"
OF = Field(default="", description="The number of a relationship, such as R-01.")


class IdeasAsked(Paging):
    """Which ideas."""

    relationship: Line = OF
    state: IdeaState | None = Field(default=None)
    category: Category | None = Field(default=None)


class Idea(Given):
    """An idea that is to create value. ``party``: the partner that raised it; empty: our own organization."""

    ref: str
    title: str
    description: str
    relationship: Link | None
    party: str
    raised_by: Person | None
    raised_on: date
    category: Category
    state: IdeaState
    owner: Person | None
    target_on: date | None
    realised_on: date | None
    lesson: str
    sharing: Sharing
    page: str


class IdeaDecision(Given):
    """What a party decided; ``holds``: it is the one that counts."""

    party: str
    verdict: Verdict
    reason: str
    said_by: str
    by: str
    decided_at: datetime
    holds: bool


class IdeaValue(Given):
    """What it is worth to a party: expected or measured. ``amount``: in hundredths of ``unit``."""

    phase: Phase
    party: str
    amount: int | None
    unit: str
    words: str
    on: date
    shared_how: str


class WholeIdea(Idea):
    """An idea with the decisions and what it is worth."""

    decisions: list[IdeaDecision]
    values: list[IdeaValue]


def _idea(row: ideas_model.Idea, names: Names, parties: Parties) -> dict[str, Any]:
    where = names.relationship(row.relationship_id)
    return {
        "relationship": where,
        "party": parties.name(row.party_id),
        "raised_by": names.person(row.raised_by_id),
        "owner": names.person(row.owner_id),
        "page": site("ideas.show", ref=where.ref if where else "-", idea_ref=row.ref),
    }


def _names(rows: Iterable[Any], *people: str) -> Names:
    listed = list(rows)
    return Names(
        current_session(),
        people=people_in(listed, *people),
        relationships=[one.relationship_id for one in listed],
    )


@get("/ideas", scope=READ, gives=listing(Idea), tag=IDEAS)
def ideas(query: IdeasAsked) -> object:
    """The ideas that you may see."""
    model = ideas_model.Idea
    asked = of_relationship(visible(actor(), model), query.relationship, model.relationship_id)
    for column, value in ((model.state, query.state), (model.category, query.category)):
        if value is not None:
            asked = asked.where(column == value)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    names, parties = _names(rows, "raised_by_id", "owner_id"), Parties(one.party_id for one in rows)
    return page(Idea, (told(Idea, row, **_idea(row, names, parties)) for row in rows), cursor)


@get("/relationships/<ref>/ideas/<idea_ref>", scope=READ, gives=WholeIdea, tag=IDEAS)
def idea(ref: str, idea_ref: str) -> object:
    """One idea, with what the parties decided and what it is worth to each."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    row = idea_by_ref(session, actor(), found.id, idea_ref)
    decided, worth = decisions_of(session, row.id), values_of(session, [row.id])[row.id]
    parties = Parties(
        [row.party_id, *(one.party_id for one, _by in decided), *(one.party_id for one in worth)]
    )
    made = told(
        WholeIdea,
        row,
        decisions=[told(IdeaDecision, one, party=parties.name(one.party_id), by=by) for one, by in decided],
        values=[
            told(IdeaValue, one, party=parties.name(one.party_id)) for one in worth if not one.taken_back
        ],
        **_idea(row, _names([row], "raised_by_id", "owner_id"), parties),
    )
    return versioned(made, row.version)


class LessonsAsked(Paging):
    """Which lessons."""

    relationship: Line = OF
    stage: Stage | None = Field(default=None)
    state: LessonState | None = Field(default=None)


class Lesson(Given):
    """A lesson; ``applied``: how often it was used, as far as you may know."""

    ref: str
    title: str
    relationship: Link | None
    party: str
    written_by: Person | None
    learned_on: date
    happened: str
    learned: str
    recommendation: str
    stage: Stage | None
    themes: list[Theme]
    applied: int
    state: LessonState
    sharing: Sharing
    page: str


def _lessons(rows: list[lessons_model.Lesson]) -> list[Lesson]:
    session, ids = current_session(), [one.id for one in rows]
    themes, counts = themes_of(session, ids), applied_counts(session, actor(), ids)
    names, parties = _names(rows, "written_by_id"), Parties(one.party_id for one in rows)
    made = []
    for row in rows:
        where = names.relationship(row.relationship_id)
        made.append(
            told(
                Lesson,
                row,
                relationship=where,
                party=parties.name(row.party_id),
                written_by=names.person(row.written_by_id),
                themes=themes[row.id],
                applied=counts.get(row.id, 0),
                page=site("lessons.show", ref=where.ref if where else "-", lesson_ref=row.ref),
            )
        )
    return made


@get("/lessons", scope=READ, gives=listing(Lesson), tag=LESSONS)
def lessons(query: LessonsAsked) -> object:
    """The lessons that you may see, of every relationship."""
    model = lessons_model.Lesson
    asked = of_relationship(visible(actor(), model), query.relationship, model.relationship_id)
    for column, value in ((model.stage, query.stage), (model.state, query.state)):
        if value is not None:
            asked = asked.where(column == value)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    return page(Lesson, _lessons(list(rows)), cursor)


@get("/relationships/<ref>/lessons/<lesson_ref>", scope=READ, gives=Lesson, tag=LESSONS)
def lesson(ref: str, lesson_ref: str) -> object:
    """One lesson."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    row = lesson_by_ref(session, actor(), found.id, lesson_ref)
    return versioned(_lessons([row])[0], row.version)


class CommunicationsAsked(Paging):
    """Which rows of the communications plans."""

    relationship: Line = OF
    active: bool | None = Field(default=None)
    audience: Audience | None = Field(default=None)


class Communication(Given):
    """A row of a communications plan."""

    id: UUID
    what: str
    purpose: str
    relationship: Link | None
    audience: Audience
    audience_roles: str
    channel: Channel
    how_often: HowOften
    first_on: date
    next_on: date | None
    last_on: date | None
    owner: Person | None
    confidentiality: str
    active: bool
    sharing: Sharing
    page: str


class CommunicationEntry(Given):
    """It was done."""

    done_on: date
    note: str
    by: str


class WholeCommunication(Communication):
    """A row with its log, the newest first."""

    log: list[CommunicationEntry]


def _communication(row: communications_model.Communication, names: Names) -> dict[str, Any]:
    where = names.relationship(row.relationship_id)
    return {
        "relationship": where,
        "owner": names.person(row.owner_id),
        "page": site("communications.show", ref=where.ref if where else "-", communication_id=row.id),
    }


@get("/communications", scope=READ, gives=listing(Communication), tag=COMMUNICATIONS)
def communications(query: CommunicationsAsked) -> object:
    """The rows of communications plans that you may see."""
    model = communications_model.Communication
    asked = of_relationship(visible(actor(), model), query.relationship, model.relationship_id)
    for column, value in ((model.active, query.active), (model.audience, query.audience)):
        if value is not None:
            asked = asked.where(column == value)
    rows, cursor = rows_of(current_session(), asked, model.id, query)
    names = _names(rows, "owner_id")
    return page(
        Communication, (told(Communication, row, **_communication(row, names)) for row in rows), cursor
    )


@get("/relationships/<ref>/communications/<uuid:communication_id>", scope=READ, gives=WholeCommunication, tag=COMMUNICATIONS)  # fmt: skip
def communication(ref: str, communication_id: UUID) -> object:
    """One row of a plan, with when it was done."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    row = communication_of(session, actor(), found.id, communication_id)
    made = told(
        WholeCommunication,
        row,
        log=[told(CommunicationEntry, one, by=by) for one, by in log_of(session, row.id)],
        **_communication(row, _names([row], "owner_id")),
    )
    return versioned(made, row.version)
