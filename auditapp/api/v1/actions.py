"""Actions: those that you may see, and answering them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import expected, get, post, versioned
from auditapp.api.filters import ActionsAsked, wanted
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import (
    Asked,
    Conditions,
    Day,
    Given,
    Locked,
    Needed,
    Nothing,
    Person,
    Words,
    listing,
)
from auditapp.api.tokens.rules import Scope
from auditapp.findings import model
from auditapp.findings.actions import service
from auditapp.findings.actions.queries import action_standing, requests_of, steps_of
from auditapp.findings.queries import action_by_ref
from auditapp.findings.register.queries.narrow import narrowed
from auditapp.findings.register.routes.base import reader
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.rules.action import (
    ActionKind,
    ActionPriority,
    ActionStatus,
    RequestKind,
    RequestStatus,
)
from auditapp.findings.verification import service as verification
from auditapp.findings.verification.queries import tries_of
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.guards import actor
from auditapp.people.rules import Capability

READ, WRITE = Scope.READ_FINDINGS, Scope.WRITE_ACTIONS
TAG = "Actions"
NOT_FOR_CONTACTS = (
    "grade",
    "relationship",
    "nonconformity",
    "extension",
)  # what they do not see of an action


class Action(Given):
    """An action in a list."""

    ref: str
    title: str
    nonconformity: str
    kind: ActionKind
    status: ActionStatus
    priority: ActionPriority
    owner: Person | None
    deputy: Person | None
    due_on: date
    first_due_on: date
    done_at: datetime | None
    verified_at: datetime | None
    page: str


class ActionStep(Given):
    """A step of an action."""

    text: str
    done_at: datetime | None


class ActionRequest(Given):
    """What its owner asked for. ``decision``: the answer, in words."""

    kind: RequestKind
    status: RequestStatus
    reason: str
    impact: str
    wanted_on: date | None
    asked_at: datetime
    decided_at: datetime | None
    decision: str


class ActionTry(Given):
    """What a verifier said of it. ``sample`` and ``by`` are not for a partner’s contact."""

    accepted: bool
    note: str
    sample: str
    by: Person | None
    at: datetime


class WholeAction(Action):
    """An action. ``turn``: whose turn it is, in words; ``may``: what you can do now."""

    description: str
    expected: str
    evidence_wanted: str
    result: str
    status_reason: str
    overdue: bool
    steps: list[ActionStep]
    requests: list[ActionRequest] = Field(description="The newest first.")
    tries: list[ActionTry] = Field(description="The newest first.")
    turn: str
    may: list[str]


class Done(Asked):
    """What was done."""

    result: Needed


class Extension(Asked):
    """More time."""

    wanted_on: Day
    reason: Needed
    impact: Needed = Field(description="What it means that it comes later.")


class Why(Asked):
    """Why."""

    reason: Needed


class Handing(Why):
    """Why it belongs to somebody else, and to whom."""

    proposed_owner_id: UUID | None = None


class Looked(Asked):
    """What was looked at."""

    note: Words = ""
    sample: Words = ""


class Returned(Why):
    """Why it goes back, and what was looked at."""

    sample: Words = ""


def _common(row: model.Action, number: str, names: Names) -> dict[str, Any]:
    return {
        "nonconformity": number,
        "owner": names.person(row.owner_id),
        "deputy": names.person(row.deputy_id),
        "page": site("findings.action", ref=row.ref),
    }


def _whole(row: model.Action, nc: model.Nonconformity) -> WholeAction:
    session = current_session()
    standing = action_standing(session, actor(), row, nc, clock.now())
    doing = {row.owner_id, row.deputy_id}  # what somebody asked who had it before stays in our own house
    names = Names(session, people=[row.owner_id, row.deputy_id])
    return told(
        WholeAction,
        row,
        **_common(row, nc.ref, names),
        overdue=standing.overdue,
        steps=[told(ActionStep, one) for one in steps_of(session, [row.id])[row.id]],
        requests=[
            told(ActionRequest, one)
            for one in requests_of(session, row.id)
            if standing.own or one.asked_by_id in doing
        ],
        tries=[
            told(
                ActionTry,
                one,
                sample=one.sample if standing.own else "",
                by=Person(id=one.by_id, name=name) if standing.own else None,
            )
            for one, name in tries_of(session, nc, row)
        ],
        turn=str(standing.turn.sentence),
        may=sorted(one.value for one in standing.may),
    )


@get("/actions", scope=READ, gives=listing(Action), tag=TAG)
def actions(query: ActionsAsked) -> object:
    """The actions that you may see, narrowed as in their register; for a partner’s contact, their own."""
    session, made = current_session(), model.Action
    for name in NOT_FOR_CONTACTS:
        if getattr(query, name) and not actor().can(Capability.VIEW_ORGANIZATION):
            raise Invalid(
                Text("Only people of the organization itself can ask by this."), field=f"query.{name}"
            )
    asked = narrowed(reader(), wanted(Register.ACTIONS, query))
    rows, cursor = rows_of(session, asked, made.id, query)
    nc = model.Nonconformity
    numbers = dict(
        session.execute(
            sa.select(nc.id, nc.ref).where(nc.id.in_({row.nonconformity_id for row in rows}))
        ).all()
    )
    names = Names(session, people=people_in(rows, "owner_id", "deputy_id"))
    return page(
        Action,
        (told(Action, row, **_common(row, numbers[row.nonconformity_id], names)) for row in rows),
        cursor,
    )


@get("/actions/<ref>", scope=READ, gives=WholeAction, tag=TAG)
def action(ref: str) -> object:
    """One action."""
    row, nc = action_by_ref(current_session(), actor(), ref)
    return versioned(_whole(row, nc), row.version)


def _done(ref: str, headers: Conditions, work: Callable[..., Any], **more: Any) -> object:
    session = current_session()
    row, nc = action_by_ref(session, actor(), ref)
    work(session, actor=actor(), at=clock.now(), action=row, version=expected(headers), **more)
    session.flush()
    return versioned(_whole(row, nc), row.version)


@post("/actions/<ref>/accept", scope=WRITE, gives=WholeAction, tag=TAG)
def accept_action(ref: str, json: Nothing, headers: Locked) -> object:
    """Accept it, as its owner."""
    del json
    return _done(ref, headers, service.accept_action)


@post("/actions/<ref>/start", scope=WRITE, gives=WholeAction, tag=TAG)
def start_action(ref: str, json: Nothing, headers: Locked) -> object:
    """Say that it has begun."""
    del json
    return _done(ref, headers, service.start_action)


@post("/actions/<ref>/finish", scope=WRITE, gives=WholeAction, tag=TAG)
def finish_action(ref: str, json: Done, headers: Locked) -> object:
    """Say that it is done, and what was done."""
    return _done(ref, headers, service.finish_action, result=json.result)


@post("/actions/<ref>/ask-extension", scope=WRITE, gives=WholeAction, tag=TAG)
def ask_extension(ref: str, json: Extension, headers: Locked) -> object:
    """Ask for more time."""
    return _done(ref, headers, service.ask_extension, **json.model_dump())


@post("/actions/<ref>/say-cannot", scope=WRITE, gives=WholeAction, tag=TAG)
def say_cannot(ref: str, json: Why, headers: Locked) -> object:
    """Say that it cannot be done, and why."""
    return _done(ref, headers, service.say_cant, reason=json.reason)


@post("/actions/<ref>/say-not-mine", scope=WRITE, gives=WholeAction, tag=TAG)
def say_not_mine(ref: str, json: Handing, headers: Locked) -> object:
    """Say that it belongs to somebody else."""
    return _done(ref, headers, service.say_not_mine, **json.model_dump())


@post("/actions/<ref>/verify", scope=WRITE, gives=WholeAction, tag=TAG)
def verify_action(ref: str, json: Looked, headers: Locked) -> object:
    """Say, as the verifier, that it was done."""
    return _done(ref, headers, verification.verify_action, note=json.note, sample=json.sample)


@post("/actions/<ref>/return", scope=WRITE, gives=WholeAction, tag=TAG)
def return_action(ref: str, json: Returned, headers: Locked) -> object:
    """Send it back, as the verifier, and say why."""
    return _done(ref, headers, verification.return_action, reason=json.reason, sample=json.sample)
