"""Reminders: how one stands and what can be said to it, what nobody answered, and the policies that decide."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from flask import current_app
from pydantic import Field

from auditapp.api.declare import expected, get, post, versioned
from auditapp.api.lists import Names, page, told
from auditapp.api.places import site
from auditapp.api.shapes import MOST_ROWS, ROWS, Asked, Day, Given, Locked, Person, Words, listing
from auditapp.api.tokens.rules import Scope
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability
from auditapp.reminders.ladder import service
from auditapp.reminders.ladder.queries import run_for_page
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.policies.queries import Line as PolicyLine
from auditapp.reminders.policies.queries import lines
from auditapp.reminders.quiet.queries import rhythm_of
from auditapp.reminders.quiet.rules import local_moment
from auditapp.reminders.rules import Answer, DueItem, Kind, Level, Severity
from auditapp.reminders.stuck import queries as at_the_end

READ = Scope.READ_AUDITS
TAG = "Reminders"


class ReminderLevel(Given):
    """A level of the ladder: who holds it, how many working hours it waits, how it stands."""

    label: str
    people: str
    wait_hours: int
    stands: Literal["asked", "now", "later", "empty"]


class ReminderStep(Given):
    """What happened."""

    at: datetime
    who: str
    sentence: str


class Reminder(Given):
    """A reminder. ``answers``: what can be said to it now; its ``ETag`` changes with every answer.

    ``owners``: whose turn it is; ``latest``: until when it can be put off.
    """

    id: UUID
    item_key: str
    kind: Kind
    severity: Severity
    ref: str
    title: str
    due_on: date
    due_at: datetime | None
    state: RunState
    overdue: bool
    started_at: datetime
    ended_at: datetime | None
    owners: list[Person]
    mine: bool
    next: str
    blocked_by: str
    answers: list[Answer]
    latest: date | None
    reason_wanted: bool
    levels: list[ReminderLevel]
    steps: list[ReminderStep]
    page: str


class ReminderAnswer(Asked):
    """What you say to a reminder. ``until``: of `snooze`; ``to_person_id``: for whom it waits, of `blocked`."""

    answer: Literal["acknowledge", "snooze", "not_mine", "blocked"]
    reason: Words = ""
    until: Day | None = None
    to_person_id: UUID | None = None


class StuckAsked(Asked):
    """Which part of the list."""

    limit: int = Field(default=ROWS, ge=1, le=MOST_ROWS, description="How many rows at most.")
    cursor: int = Field(default=1, ge=1, le=2**31, description="`next_cursor` of the page before.")


class StuckLevel(Given):
    """A level that was asked: nobody where no one holds it."""

    level: str
    people: list[str]
    last_at: datetime


class StuckReminder(Given):
    """A reminder that went up every level without an answer. ``waits_on``: whose turn it is."""

    reminder: UUID
    kind: Kind
    severity: Severity
    ref: str
    title: str
    due_on: date
    since: datetime
    waits_on: list[str]
    step: str
    asked: list[StuckLevel]
    page: str


class ReminderRung(Given):
    """A level, and how many working hours pass before the next one is asked."""

    level: str
    wait_hours: int


class ReminderPolicy(Given):
    """What is done about a kind of thing that is due. ``severity`` null: for every one that has no policy of its own.

    ``leads``: days before the due day on which the owner is told; ``every_days``: working days between two reminders.
    ``running``: reminders it decides about; ``older``: those that go on with an older policy.
    """

    kind: Kind
    severity: Severity | None
    active: bool
    announce: bool
    leads: list[int]
    on_day: bool
    every_days: int
    most_per_level: int
    most: int
    ack_days: int
    snooze_days: int
    free_snoozes: int
    grace_days: int
    rungs: list[ReminderRung]
    as_suggested: bool
    changed_at: datetime | None
    changed_by: str
    running: int
    older: int


class ReminderPolicies(Given):
    """The policies that hold now."""

    items: list[ReminderPolicy]


def _level(level: Level) -> str:
    return level.name.lower()


def _place(item: DueItem | None, run_id: UUID) -> str:
    """Where it is done; where that is not known any more, the reminder's own page."""
    if item is None or item.endpoint not in current_app.view_functions:
        return site("reminders.show", run_id=run_id)
    return site(item.endpoint, **item.args)


def _reminder(run_id: UUID) -> object:
    session = current_session()
    found = run_for_page(session, actor(), run_id, at=clock.now())
    owners = found.item.owners if found.item is not None else ()
    names = Names(session, people=owners)
    made = told(
        Reminder,
        found.run,
        overdue=found.overdue,
        owners=[one for each in owners if (one := names.person(each))],
        mine=found.mine,
        next=str(found.next or ""),
        blocked_by=found.blocked_by,
        answers=sorted(found.answers),
        latest=found.latest,
        reason_wanted=found.reason_wanted,
        levels=[told(ReminderLevel, one, label=str(one.label), people=one.names) for one in found.levels],
        steps=[told(ReminderStep, one, sentence=str(one.sentence)) for one in found.steps],
        page=site("reminders.show", run_id=run_id),
    )
    return versioned(made, found.run.generation)


@get("/reminders/<uuid:run_id>", scope=READ, gives=Reminder, tag=TAG)
def reminder(run_id: UUID) -> object:
    """One reminder that you hold, were told of, or may read with the whole history. `/due` names those that run."""
    return _reminder(run_id)


@post("/reminders/<uuid:run_id>/answer", scope=Scope.WRITE_ACTIONS, gives=Reminder, tag=TAG)
def answer_reminder(run_id: UUID, json: ReminderAnswer, headers: Locked) -> object:
    """Say how it stands: it is in hand, remind me later, it is not mine, I wait for somebody."""
    session, who, at = current_session(), actor(), clock.now()
    run = run_for_page(session, who, run_id, at=at).run  # raises for what is not theirs
    read = expected(headers)
    if json.to_person_id is not None and json.to_person_id not in dict(person_names(session)):
        raise Invalid(Text("There is nobody like that."), field="to_person_id")
    own = rhythm_of(session, who.person_id, at=at)
    service.answer(
        session,
        actor=who,
        at=at,
        run_id=run_id,
        generation=run.generation if read is None else read,
        answer=Answer(json.answer),
        reason=json.reason,
        until=local_moment(json.until, own.starts, own.zone) if json.until else None,
        to_person_id=json.to_person_id,
    )
    return _reminder(run_id)


@get("/reminders/stuck", scope=READ, gives=listing(StuckReminder), needs=(Capability.VIEW_TRAIL,), tag=TAG)
def stuck_reminders(query: StuckAsked) -> object:
    """Reminders that nobody answered on any level, the longest due first."""
    found = at_the_end.stuck(current_session(), at=clock.now(), page=query.cursor, per_page=query.limit)
    shown = found.rows if found.number == query.cursor else ()  # beyond the end there is nothing
    return page(
        StuckReminder,
        (
            told(
                StuckReminder,
                row,
                reminder=row.run_id,
                waits_on=list(row.waits_on),
                step=str(row.step or ""),
                asked=[
                    StuckLevel(level=_level(one.level), people=list(one.names), last_at=one.at)
                    for one in row.asked
                ],
                page=_place(row.item, row.run_id),
            )
            for row in shown
        ),
        query.cursor + 1 if query.cursor < found.pages else None,
    )


def _policy(line: PolicyLine) -> ReminderPolicy:
    policy = line.policy
    return told(
        ReminderPolicy,
        policy,
        **{
            name: getattr(line, name)
            for name in ("kind", "severity", "changed_at", "changed_by", "running", "older")
        },
        leads=list(policy.leads),
        rungs=[ReminderRung(level=_level(one.level), wait_hours=one.wait_hours) for one in policy.rungs],
        as_suggested=line.version == 0,
    )


@get("/reminder-policies", scope=READ, gives=ReminderPolicies, needs=(Capability.VIEW_ORGANIZATION,), tag=TAG)
def reminder_policies() -> object:
    """What is done about every kind of thing that is due: who is told before and after, and who comes next."""
    return ReminderPolicies(items=[_policy(one) for one in lines(current_session())])
