"""Competence and behaviours: what is expected of whom, and how people stand as far as you may know."""

from datetime import date
from uuid import UUID

from auditapp.api.declare import get
from auditapp.api.lists import told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Link, Person
from auditapp.api.tokens.rules import Scope
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.relationships.contacts.queries import Someone
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.registers.behaviours import queries
from auditapp.relationships.registers.behaviours.model import Induction
from auditapp.relationships.registers.behaviours.rules import (
    EXPECTED,
    INDUCTION_STEPS,
    DevelopmentState,
    InductionState,
    ItemKind,
    Source,
)
from auditapp.relationships.registers.queries import party_names

READ = Scope.READ_RELATIONSHIPS
TAG = "Competence and behaviours"


class Expectation(Given):
    """Something that is expected; ``levels``: from 1, at the beginning, to 4, leads others in it, by role."""

    key: str
    kind: ItemKind
    name: str
    text: str
    levels: dict[str, int]
    active: bool


class Expectations(Given):
    """What is expected of everybody with a role in a relationship."""

    items: list[Expectation]
    page: str


class BehaviourStanding(Given):
    """How many things are assessed of how many, how many gaps there are, and when that was last looked at."""

    assessed: int
    of: int
    gaps: int
    last: date | None


class InductionSeen(Given):
    """How somebody new in a key role is brought in."""

    role: str
    state: InductionState
    begun_on: date
    due_on: date
    ended_on: date | None
    done: int
    steps: int


class DevelopmentSeen(Given):
    """What a person does to come closer to what is expected; ``about``: the thing, where one is named."""

    what: str
    about: str
    due_on: date
    state: DevelopmentState
    ended_on: date | None
    result: str


class PersonStanding(Given):
    """A person of a relationship. ``standing`` and ``induction`` null: not for you to see, or there is none."""

    person: Person
    job_title: str
    party: str
    roles: list[str]
    standing: BehaviourStanding | None
    development_due: list[date]
    induction: InductionSeen | None
    page: str


class PeopleStanding(Given):
    """The people of both sides of a relationship, our own first."""

    relationship: Link
    items: list[PersonStanding]
    page: str


class LevelGiven(Given):
    """The newest level of one source."""

    level: int
    assessed_on: date


class Expected(Given):
    """What is expected of a person, the newest level by source, and how far there is to go; null: not assessed."""

    key: str
    kind: ItemKind
    name: str
    text: str
    level: int
    levels: dict[str, LevelGiven]
    gap: int | None


class Assessment(Given):
    """A level that was given, with its evidence."""

    about: str
    source: Source
    level: int
    evidence: str
    assessed_on: date
    by: str


class InductionStepSeen(Given):
    """A step of an induction."""

    text: str
    done_on: date | None
    done_by: str


class PersonBehaviours(Given):
    """A person in a relationship. Not ``sees``: levels and development are personal, and not for you."""

    relationship: Link
    person: Person
    job_title: str
    party: str
    roles: list[str]
    sees: bool
    expected: list[Expected]
    development: list[DevelopmentSeen]
    assessments: list[Assessment]
    induction: InductionSeen | None
    induction_steps: list[InductionStepSeen]
    page: str


def _induction(row: Induction, done: int, steps: int) -> InductionSeen:
    return told(InductionSeen, row, done=done, steps=steps)


def _who(one: Someone, party: str) -> dict[str, object]:
    return {
        "person": Person(id=one.person_id, name=one.name),
        "job_title": one.job_title,
        "party": party,
        "roles": sorted(one.roles),
    }


@get("/behaviours", scope=READ, gives=Expectations, needs=(Capability.VIEW_ORGANIZATION,), tag=TAG)
def expectations() -> object:
    """What is expected of whom, in all relationships."""
    return Expectations(
        items=[
            told(
                Expectation,
                item,
                name=str(item.name),
                text=str(item.text),
                levels={role: item.level_for([role]) for role in EXPECTED},
            )
            for item in queries.items(current_session(), all_of_them=True)
        ],
        page=site("behaviours.catalogue"),
    )


@get("/relationships/<ref>/behaviours", scope=READ, gives=PeopleStanding, tag=TAG)
def people_standing(ref: str) -> object:
    """The people of both sides, and how they stand as far as you may know: levels are never told to the other party."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    shown, parties = queries.everybody(session, actor(), found), party_names(session, found.id)
    return PeopleStanding(
        relationship=Link(ref=found.ref, name=found.name),
        items=[
            PersonStanding.model_validate(
                {
                    **_who(one, parties.get(one.party_id, "")),
                    "standing": told(BehaviourStanding, standing)
                    if (standing := shown.standing.get(one.person_id))
                    else None,
                    "development_due": [row.due_on for row in shown.developments.get(one.person_id, ())],
                    "induction": _induction(*induction)
                    if (induction := shown.inductions.get(one.person_id))
                    else None,
                    "page": site("behaviours.show", ref=found.ref, person_id=one.person_id),
                }
            )
            for one in shown.people
        ],
        page=site("behaviours.of_relationship", ref=found.ref),
    )


@get("/relationships/<ref>/behaviours/<uuid:person_id>", scope=READ, gives=PersonBehaviours, tag=TAG)
def person_behaviours(ref: str, person_id: UUID) -> object:
    """One person: what is expected, how they stand, what they do about it, how they were brought in."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    people = queries.all_people(session, found.id)
    one = queries.someone(people, person_id)
    shown = queries.somebody(session, found, one, queries.reader_of(actor(), found, people))
    steps = [
        told(InductionStepSeen, row, text=str(INDUCTION_STEPS.get(row.key, row.text)), done_by=who or "")
        for row, who in shown.steps
    ]
    done = sum(each.done_on is not None for each in steps)
    return PersonBehaviours.model_validate(
        {
            **_who(one, party_names(session, found.id).get(one.party_id, "")),
            "relationship": Link(ref=found.ref, name=found.name),
            "sees": shown.sees,
            "expected": [
                told(
                    Expected,
                    item,
                    name=str(item.name),
                    text=str(item.text),
                    level=item.level_for(one.roles),
                    levels={
                        source.value: told(LevelGiven, row)
                        for source, row in shown.levels.get(item.key, {}).items()
                    },
                    gap=shown.gaps[item.key] if shown.sees else None,
                )
                for item in shown.items
            ],
            "development": [
                told(DevelopmentSeen, row, about=str(shown.names.get(row.item_key, "")))
                for row in shown.developments
            ],
            "assessments": [
                told(Assessment, row, about=str(shown.names.get(row.item_key, row.item_key)), by=who)
                for row, who in shown.past
            ],
            "induction": _induction(shown.induction, done, len(steps)) if shown.induction else None,
            "induction_steps": steps,
            "page": site("behaviours.show", ref=found.ref, person_id=person_id),
        }
    )
