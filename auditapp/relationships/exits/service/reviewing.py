"""Reviews of the strategy and tests of its continuity plan; what brings a review before its time."""

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import ExitReview, ExitStrategy, ExitTest, ExitVersion
from auditapp.relationships.exits.rules.reviews import (
    BECAUSE,
    REVIEW_DAYS,
    PlanResult,
    ReviewOutcome,
    counts_for,
)
from auditapp.relationships.exits.rules.versions import VersionStatus
from auditapp.relationships.exits.service.base import (
    may_write,
    not_later,
    relationship_for,
    said,
)
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.queries import open_extras, open_one
from auditapp.relationships.obligations.rules import State
from auditapp.relationships.rules import Sharing
from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed
from auditapp.trail.service import reacts_to, record

REVIEW = "exit_review"
TEST = "continuity_test"
KEY_PEOPLE = ("ser_id", "owner_id", "manager_id")
PARTNERS_SEATS = frozenset({"partner_ser", "partner_manager"})
DATES = ("started_on", "ended_on", "contract", "break", "notice")


def ask_review(session: Session, *, at: datetime, relationship_id: UUID, cause: str, because: str) -> bool:
    """Ask for a review between its regular days; nothing happens while no version is in force."""
    strategy = session.scalar(sa.select(ExitStrategy).where(ExitStrategy.relationship_id == relationship_id))
    if strategy is None or open_one(session, REVIEW, strategy.id) is None:
        return False
    obligations.open_extra(
        session, at=at, key=REVIEW, subject=strategy.id, due_on=today_of(session, at) + timedelta(days=REVIEW_DAYS),
        cause=cause, because=because, relationship_id=relationship_id, thing_kind="exit", thing_ref=strategy.ref,
        title=str(strategy.ref),
    )  # fmt: skip
    return True


@reacts_to("relationship.stage_moved", "relationship.stage_reopened")
def stage_moved(session: Session, fact: Fact) -> None:
    """Another stage asks for another look."""
    found = fact.context_id or UUID(fact.thing_id)
    ask_review(session, at=fact.at, relationship_id=found, cause="stage", because=str(BECAUSE["stage"]))


@reacts_to("relationship.changed", "relationship.terms_changed")
def relationship_changed(session: Session, fact: Fact) -> None:
    """A new key person, or other dates of the contract, ask for another look."""
    before, after = parsed(fact.before) or {}, parsed(fact.after) or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return
    moved = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    found = fact.context_id or UUID(fact.thing_id)
    if moved & set(KEY_PEOPLE):
        ask_review(session, at=fact.at, relationship_id=found, cause="person", because=str(BECAUSE["person"]))
    if any(key.startswith(DATES) for key in moved):
        ask_review(session, at=fact.at, relationship_id=found, cause="dates", because=str(BECAUSE["dates"]))


@reacts_to("relationship.member_added", "relationship.member_removed")
def member_changed(session: Session, fact: Fact) -> None:
    """So does another person in a seat of the partner."""
    told = {**(parsed(fact.before) or {}), **(parsed(fact.after) or {})}
    if told.get("role") in PARTNERS_SEATS:
        found = fact.context_id or UUID(fact.thing_id)
        ask_review(session, at=fact.at, relationship_id=found, cause="person", because=str(BECAUSE["person"]))


def record_review(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    on: date,
    own: str,
    theirs: str,
    outcome: ReviewOutcome,
    changes: str,
    sharing: Sharing = Sharing.INTERNAL,
) -> ExitReview:
    """A review was held. The next is counted from the day it was intended for."""
    may_write(actor, relationship_for(session, strategy))
    not_later(on, today_of(session, at))
    version = session.scalar(
        sa.select(ExitVersion.number).where(
            ExitVersion.strategy_id == strategy.id, ExitVersion.status == VersionStatus.IN_FORCE
        )
    )
    if version is None:
        raise Refusal(Text("No version is in force yet, so there is nothing to review."))
    own = said(own, Text("Say who took part from our side."), "own")
    if outcome is not ReviewOutcome.KEPT:
        changes = said(changes, Text("Say what should change, and why."), "changes")
    made = ExitReview(
        strategy_id=strategy.id, version_number=version, on=on, own=own[:300], theirs=theirs.strip()[:300],
        outcome=outcome, changes=changes.strip(), sharing=sharing, by_id=actor.person_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.reviewed", thing_kind="exit", thing_id=strategy.id,
        thing_ref=strategy.ref, context_id=strategy.relationship_id,
        after={"on": on.isoformat(), "outcome": outcome.value, "version": version},
    )  # fmt: skip
    settle(session, actor=actor, at=at, key=REVIEW, strategy=strategy, on=on, note=outcome.value)
    return made


def record_test(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    on: date,
    what: str,
    result: PlanResult,
    found: str,
    sharing: Sharing = Sharing.INTERNAL,
) -> ExitTest:
    """The continuity plan was tested. One that does not work fully says what was found."""
    may_write(actor, relationship_for(session, strategy))
    not_later(on, today_of(session, at))
    what = said(what, Text("Say what was tested."), "what")
    if result is not PlanResult.PASSED:
        found = said(found, Text("Say what did not work: the plan is mended by it."), "found")
    last = session.scalar(sa.select(sa.func.max(ExitTest.number)).where(ExitTest.strategy_id == strategy.id))
    made = ExitTest(
        strategy_id=strategy.id, number=(last or 0) + 1, on=on, what=what, result=result, found=found.strip(),
        sharing=sharing, by_id=actor.person_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.continuity_tested", thing_kind="exit",
        thing_id=strategy.id, thing_ref=strategy.ref, context_id=strategy.relationship_id,
        after={"on": on.isoformat(), "result": result.value},
    )  # fmt: skip
    settle(session, actor=actor, at=at, key=TEST, strategy=strategy, on=on, note=result.value)
    return made


def settle(
    session: Session, *, actor: Principal, at: datetime, key: str, strategy: ExitStrategy, on: date, note: str
) -> None:
    """What was asked for between is done; the regular time too, if this comes near enough to it to count for it."""
    regular = open_one(session, key, strategy.id)
    if regular is not None and counts_for(on, regular.due_on):
        obligations.done(session, actor=actor, at=at, key=key, subject=strategy.id, on=on, note=note)
        return
    for extra in open_extras(session, key, strategy.id):
        obligations.finish(session, actor=actor, at=at, found=extra, state=State.DONE, on=on, note=note)


@owns_links("exit_test")
def links_of_test(session: Session, actor: Principal, test_id: UUID) -> tuple[str, UUID | None]:
    """Who may link evidence to a test: whoever manages the relationship."""
    found = session.get(ExitTest, test_id)
    if found is None or actor.partner_id is not None:
        raise NotFound
    strategy = session.get_one(ExitStrategy, found.strategy_id)
    may_write(actor, relationship_for(session, strategy))
    return f"{strategy.ref}-C{found.number}", strategy.relationship_id
