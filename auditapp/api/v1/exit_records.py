"""What is kept of an exit strategy: the triggers with what was seen, reviews, tests of the continuity plan."""

from datetime import date, datetime
from typing import Literal

from auditapp.api.declare import expected, get, post, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Given, Locked, Paging, Person, Words, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.exits import READ, TAG, ExitTrigger, exit_strategy
from auditapp.api.v1.linked import LinkedRecord, linked
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.relationships.exits import model, service
from auditapp.relationships.exits.queries.watching import (
    all_checks,
    readable_reviews,
    readable_tests,
    trigger_by_number,
)
from auditapp.relationships.exits.rules.reviews import PlanResult, ReviewOutcome
from auditapp.relationships.exits.rules.triggers import TriggerState, TriggerVerb
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.rules import Sharing

INSIDE = (Capability.VIEW_ORGANIZATION,)


class WholeExitTrigger(ExitTrigger):
    """A trigger with what stands behind it. ``issues``: it stands for issues that the last level did not resolve."""

    issues: bool
    state_since: datetime
    dropped_at: datetime | None
    drop_reason: str
    evidence: list[LinkedRecord]
    page: str


class LookedAt(Asked):
    """What was seen of a trigger. A note is needed unless nothing has changed."""

    verb: Literal["confirm", "calm", "watch", "trip"]
    note: Words = ""


def _trigger(ref: str, row: model.ExitTrigger, status: int = 200) -> object:
    session = current_session()
    watcher = Names(session, people=[row.watcher_id]).person(row.watcher_id)
    made = told(
        WholeExitTrigger,
        row,
        text=row.description,
        watcher=watcher.name if watcher else "",
        shared=row.sharing is Sharing.SHARED,
        evidence=linked(links_of(session, actor(), "exit_trigger", [row.id])[row.id]),
        page=site("exits.trigger", ref=ref, number=row.number),
    )
    return versioned(made, row.version, status)


@get("/relationships/<ref>/exit/triggers/<int(max=9999):number>", scope=READ, gives=WholeExitTrigger, needs=INSIDE, tag=TAG)  # fmt: skip
def exit_trigger(ref: str, number: int) -> object:
    """One trigger, also one that was dropped."""
    reader, strategy = exit_strategy(ref)
    return _trigger(reader.relationship.ref, trigger_by_number(current_session(), strategy, number))


@post("/relationships/<ref>/exit/triggers/<int(max=9999):number>/check", scope=Scope.WRITE_RELATIONSHIPS, gives=WholeExitTrigger, status=201, needs=INSIDE, tag=TAG)  # fmt: skip
def check_exit_trigger(ref: str, number: int, json: LookedAt, headers: Locked) -> object:
    """Say what was seen of a trigger: its watcher does, or whoever manages the relationship."""
    session = current_session()
    reader, strategy = exit_strategy(ref)
    row = trigger_by_number(session, strategy, number)
    service.check_trigger(
        session,
        actor=actor(),
        at=clock.now(),
        strategy=strategy,
        trigger=row,
        verb=TriggerVerb(json.verb),
        note=json.note,
        version=expected(headers),
    )
    session.flush()
    return _trigger(reader.relationship.ref, row, 201)


class TriggerCheck(Given):
    """A look at a trigger, a decision about it, or a move by the system (``ref``: the record that caused it)."""

    on: date
    at: datetime
    verb: TriggerVerb
    before: TriggerState
    after: TriggerState
    note: str
    ref: str
    by: Person | None


@get("/relationships/<ref>/exit/triggers/<int(max=9999):number>/checks", scope=READ, gives=listing(TriggerCheck), needs=INSIDE, tag=TAG)  # fmt: skip
def exit_trigger_checks(ref: str, number: int, query: Paging) -> object:
    """What was seen of a trigger."""
    session = current_session()
    _reader, strategy = exit_strategy(ref)
    trigger = trigger_by_number(session, strategy, number)
    rows, cursor = rows_of(session, all_checks(trigger), model.ExitTriggerCheck.id, query)
    names = Names(session, people=people_in(rows, "by_id"))
    return page(TriggerCheck, (told(TriggerCheck, one, by=names.person(one.by_id)) for one in rows), cursor)


class ExitReview(Given):
    """A review of the strategy. ``own`` and ``theirs``: who took part; ``sharing`` is told to our own people."""

    version_number: int
    on: date
    own: str
    theirs: str
    outcome: ReviewOutcome
    changes: str
    sharing: Sharing | None
    by: Person | None


@get("/relationships/<ref>/exit/reviews", scope=READ, gives=listing(ExitReview), tag=TAG)
def exit_reviews(ref: str, query: Paging) -> object:
    """The reviews of the exit strategy that you may read."""
    session = current_session()
    reader, strategy = exit_strategy(ref)
    rows, cursor = rows_of(session, readable_reviews(reader, strategy), model.ExitReview.id, query)
    names = Names(session, people=people_in(rows, "by_id"))
    return page(
        ExitReview,
        (
            told(
                ExitReview,
                one,
                by=names.person(one.by_id),
                sharing=one.sharing if reader.inside else None,
            )
            for one in rows
        ),
        cursor,
    )


class ContinuityTest(Given):
    """A test of the customer continuity plan with its evidence; ``sharing`` is told to our own people."""

    number: int
    on: date
    what: str
    result: PlanResult
    found: str
    sharing: Sharing | None
    by: Person | None
    evidence: list[LinkedRecord]


@get("/relationships/<ref>/exit/tests", scope=READ, gives=listing(ContinuityTest), tag=TAG)
def exit_tests(ref: str, query: Paging) -> object:
    """The tests of the continuity plan that you may read."""
    session = current_session()
    reader, strategy = exit_strategy(ref)
    rows, cursor = rows_of(session, readable_tests(reader, strategy), model.ExitTest.id, query)
    names = Names(session, people=people_in(rows, "by_id"))
    evidence = links_of(session, actor(), "exit_test", [one.id for one in rows])
    return page(
        ContinuityTest,
        (
            told(
                ContinuityTest,
                one,
                by=names.person(one.by_id),
                sharing=one.sharing if reader.inside else None,
                evidence=linked(evidence[one.id]),
            )
            for one in rows
        ),
        cursor,
    )
