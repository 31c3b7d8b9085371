"""Objectives, measures and their readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from auditapp.overview.demo.story import Story
from auditapp.people.rules import Principal
from auditapp.relationships.registers.objectives import queries, service
from auditapp.relationships.registers.objectives.model import Measure, Objective
from auditapp.relationships.registers.objectives.rules import Direction, Whose
from auditapp.relationships.rules import Stage


@dataclass(frozen=True, kw_only=True)
class Told:
    """A measure of the story: its target, and what was read every so many days until ``until`` days from today."""

    name: str
    unit: str
    direction: Direction
    target: float
    tolerance: float
    baseline: float
    who: str
    interval: str
    every: int
    values: Sequence[float]
    until: int = -6
    high: float | None = None
    method: str = ""


M, L, W = Direction.MORE, Direction.LESS, Direction.WITHIN
ON_TIME = Told(
    name="Possessions handed back on time", unit="%", direction=M, target=90, tolerance=5, baseline=71, who="oona",
    interval="month", every=30, values=(71, 74, 70, 76, 79, 83, 78, 82, 86, 84, 88, 91, 87), until=-9,
    method="Handed back within five minutes of the time in the possession plan, by the operator's log.",
)  # fmt: skip
DELAY = Told(
    name="Delay caused by the works", unit="minutes a week", direction=L, target=120, tolerance=40, baseline=310,
    who="kim", interval="week", every=7, until=-31,
    values=(310, 290, 335, 280, 260, 275, 240, 228, 251, 219, 260, 205, 190, 214, 176, 180, 402, 188, 171, 160, 166,
            149, 158, 141, 150, 139, 128, 147, 133, 126, 118, 131, 122, 115, 121, 109),
)  # fmt: skip
TRAINED = Told(
    name="Planners who have worked a week in the operator's office", unit="people", direction=M, target=12,
    tolerance=3, baseline=0, who="kim", interval="quarter", every=91, values=(0, 2, 5, 7), until=-40,
)  # fmt: skip
IDEAS = Told(
    name="Saved by joint ideas", unit="kGBP a year", direction=M, target=400, tolerance=80, baseline=0, who="leo",
    interval="quarter", every=91, values=(20, 90, 180, 290, 430), until=-20,
)  # fmt: skip
COST = Told(
    name="Cost of energy at the basin", unit="GBP a MWh", direction=L, target=96, tolerance=6, baseline=131,
    who="leo", interval="quarter", every=91, values=(131, 126, 118, 109, 101), until=-18,
)  # fmt: skip
FORECAST = Told(
    name="Trains run against trains forecast", unit="%", direction=W, target=95, high=105, tolerance=4, baseline=82,
    who="mia", interval="month", every=30, values=(82, 86, 91, 112, 108, 103, 97, 99, 104, 101, 96, 93), until=-12,
)  # fmt: skip
CARBON = Told(
    name="Carbon in a sleeper", unit="kg CO2e", direction=L, target=60, tolerance=5, baseline=92, who="mia",
    interval="quarter", every=91, values=(92, 88, 81, 77), until=-25,
)  # fmt: skip

# number, whose, who proposes, statement, stage, clause, owner, target day, measures, how it goes on
OBJECTIVES: tuple[
    tuple[str, Whose, str, str, Stage, str, str, int, tuple[Told, ...], str], ...
] = (
    (
        "R-01", Whose.JOINT, "kim", "Hand nine of ten possessions back on time, so that trains run on Monday morning",
        Stage.WORKING_TOGETHER, "8.6.3", "iris", 210, (ON_TIME, DELAY), "agreed",
    ),
    (
        "R-01", Whose.OWN, "kim", "Learn from the operator how possessions are planned", Stage.KNOWLEDGE, "8.3.4",
        "kim", 150, (TRAINED,), "agreed",
    ),
    (
        "R-01", Whose.OWN, "wes", "Keep the line open on weekdays throughout the renewal", Stage.WORKING_TOGETHER, "",
        "wes", 900, (), "agreed",
    ),
    (
        "R-01", Whose.JOINT, "kim", "Bring the northern section into service in one go, not in three",
        Stage.VALUE_CREATION, "8.7.2", "iris", 400, (), "waits",
    ),
    (
        "R-02", Whose.JOINT, "leo", "Make ideas of both sides worth 400,000 pounds a year by the second basin",
        Stage.VALUE_CREATION, "8.7", "jon", -10, (IDEAS,), "reached",
    ),
    (
        "R-02", Whose.JOINT, "leo", "Bring the cost of energy below that of the reference plant",
        Stage.VALUE_CREATION, "8.7", "leo", 320, (COST,), "agreed",
    ),
    (
        "R-03", Whose.JOINT, "mia", "Run the trains that were forecast, neither fewer nor more", Stage.STAYING_TOGETHER,
        "8.8.6", "mia", 180, (FORECAST,), "agreed",
    ),
    (
        "R-03", Whose.JOINT, "mia", "Share one yard at the coast", Stage.VALUE_CREATION, "", "mia", 60, (), "dropped",
    ),
    (
        "R-05", Whose.JOINT, "mia", "Make a sleeper with a third less carbon than the old type",
        Stage.WORKING_TOGETHER, "8.6.3", "jon", 365, (CARBON,), "agreed",
    ),
)  # fmt: skip
CORRECTED = ("Possessions handed back on time", 7)  # the reading whose digits were swapped at first


def load_objectives(story: Story, at: datetime) -> None:
    """Each is proposed in its relationship's time, agreed a week later, and then read."""
    del at
    for number, line in enumerate(OBJECTIVES):
        began = -470 + 6 * number if line[9] != "waits" else -9
        story.tell(story.moment(began, 10), partial(_propose, story, line))


def _propose(story: Story, line: tuple[object, ...], at: datetime) -> None:
    ref, whose, who, statement, stage, clause, owner, target, measures, ends = line
    actor = story.people[str(who)]
    found = service.add_objective(
        story.session, actor=actor, at=at, relationship_id=story.relationships[str(ref)],
        whose=Whose(str(whose)), statement=str(statement), stage=Stage(str(stage)), clause=str(clause),
        owner_id=story.people[str(owner)].person_id, target_on=story.day(int(str(target))),
    )  # fmt: skip
    for told in measures if isinstance(measures, tuple) else ():
        _measure(story, found, actor, told, at)
    if ends == "waits":
        service.agree(
            story.session, actor=story.people["ben"], at=at, found=found, party_id=None, version=found.version
        )
        return
    for party_id, agrees, note in _parties(story, found):
        service.agree(
            story.session,
            actor=agrees,
            at=at,
            found=found,
            party_id=party_id,
            version=found.version,
            note=note,
        )
    if ends == "reached":
        story.tell(story.moment(-15, 15), partial(_settle, story, found, actor))
    elif ends == "dropped":
        story.tell(story.moment(-190, 15), partial(_settle, story, found, actor))


def _settle(story: Story, found: Objective, actor: Principal, at: datetime) -> None:
    if found.target_on is not None and found.target_on < story.today:
        service.reach(
            story.session, actor=actor, at=at, found=found,
            reason="430,000 pounds in the books of both sides, agreed in the scorecard of the quarter.",
        )  # fmt: skip
    else:
        service.drop(
            story.session, actor=actor, at=at, found=found,
            reason="The port sold the yard. Both sides looked for another for half a year and found none.",
        )  # fmt: skip


def _parties(story: Story, found: Objective) -> list[tuple[UUID | None, Principal, str]]:
    """Who agrees for each party: who signs in, or who writes it down."""
    people: list[tuple[UUID | None, Principal, str]] = []
    contacts = {story.people[one].partner_id: story.people[one] for one in ("wes", "xavi", "yara", "zoe")}
    for party_id, _name in queries.parties_of(story.session, found):
        if party_id is None:
            people.append((None, story.people["ben"], ""))
        elif party_id in contacts:
            people.append((party_id, contacts[party_id], ""))
        else:
            people.append((party_id, story.people["ada"], "Minutes of the board of the joint venture"))
    return people


def _measure(story: Story, found: Objective, actor: Principal, told: Told, at: datetime) -> None:
    first = told.until - told.every * (len(told.values) - 1)
    made = service.add_measure(
        story.session, actor=actor, at=at, found=found, name=told.name, unit=told.unit, direction=told.direction,
        target=told.target, target_high=told.high, tolerance=told.tolerance, baseline=told.baseline,
        method=told.method, measured_by_id=story.people[told.who].person_id, interval=told.interval,
    )  # fmt: skip
    for number in range(len(told.values)):
        story.tell(
            story.moment(max(first + told.every * number, -460), 16, number % 50),
            partial(_read, story, (found, made, told), number),
        )


def _read(story: Story, what: tuple[Objective, Measure, Told], number: int, at: datetime) -> None:
    found, measure, told = what
    value = told.values[number]
    who = story.people[told.who]
    on = min(at.date(), story.today)
    swapped = (told.name, number) == CORRECTED
    made = service.read_off(
        story.session,
        actor=who,
        at=at,
        found=found,
        measure=measure,
        read_on=on,
        value=28.0 if swapped else value,
    )
    if swapped:
        service.correct_reading(
            story.session, actor=who, at=at, found=found, measure=measure, reading_id=made.id, read_on=on,
            value=value, note="", reason="The digits were swapped.",
        )  # fmt: skip
