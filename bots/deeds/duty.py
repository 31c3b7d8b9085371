"""One time of a recurring obligation with all that is needed to show and to settle it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.exits.model import ExitStrategy, ExitTrigger, ExitVersion
from auditapp.relationships.exits.queries.base import Reader, reader_of
from auditapp.relationships.exits.queries.strategy import strategy_of
from auditapp.relationships.exits.rules.versions import VersionStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import (
    Rule,
    obligation_by_id,
    reminded,
    rule_of,
    team_of,
)
from auditapp.relationships.obligations.rules import State, done_by_record
from auditapp.relationships.obligations.service import must_settle
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rmp.model import Plan
from auditapp.relationships.rmp.queries import open_version, plans_of, version_in_force, visible_plans
from auditapp.relationships.rmp.service import must_write
from bots.deeds.ground import Call, allowed, must_be_fresh
from bots.deeds.rules import Done

RMP_REVIEW, EXIT_REVIEW, CONTINUITY_TEST, TRIGGER_WATCH = (
    "rmp_review",
    "exit_review",
    "continuity_test",
    "trigger_watch",
)
OF_EXITS = frozenset({EXIT_REVIEW, CONTINUITY_TEST, TRIGGER_WATCH})
SETTLED = Text("This has been settled already. Open it again and look.")
ALREADY = Text("This is on record already.")


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One time of an obligation for one reader.

    ``settles``: they may move or skip it. ``plan``: of an RMP review, with ``writes`` (they may log it) and ``ticks``
    (they may tick its stages). ``strategy``: of an exit's obligation, with its reader; ``in_force``: a version of it
    holds; ``triggers``: those that the reader may check now; ``stamp`` changes with any of them.
    """

    found: Obligation
    rule: Rule
    relationship: Relationship | None
    today: date
    names: Sequence[str]
    mine: bool
    settles: bool
    plan: Plan | None = None
    writes: bool = False
    ticks: bool = False
    reader: Reader | None = None
    strategy: ExitStrategy | None = None
    in_force: bool = False
    triggers: Sequence[ExitTrigger] = ()
    stamp: int = 0

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.found.state is State.OPEN

    @property
    def missed(self) -> bool:
        """Whether its day is over."""
        return self.open and self.found.due_on < self.today

    @property
    def by_room(self) -> bool:
        """Whether it is done by making a record elsewhere."""
        return done_by_record(self.found.key, self.rule.source)

    @property
    def version(self) -> int:
        """What goes back with a deed."""
        return self.found.version + self.stamp


def duty_of(session: Session, who: Principal, obligation_id: UUID, *, at: datetime) -> Duty:
    """It, for one of our own people. Raises NotFound. At most eighteen statements."""
    if not who.can(Capability.VIEW_ORGANIZATION):
        raise NotFound
    found = obligation_by_id(session, who, obligation_id)
    relationship = (
        relationship_of(session, who, found.relationship_id) if found.relationship_id is not None else None
    )
    own = organization(session)
    asked = reminded(session, [found])[found.id]
    members = team_of(session, found.relationship_id)
    duty = Duty(
        found=found,
        rule=rule_of(session, found.key),
        relationship=relationship,
        today=day_in(own.zone if own else "UTC", at),
        names=[one.name for one in asked],
        mine=who.person_id in {one.person_id for one in asked},
        settles=allowed(must_settle, who, found, members),
    )
    if found.key == RMP_REVIEW:
        return _with_plan(session, who, duty)
    if found.key in OF_EXITS and relationship is not None:
        return _with_strategy(session, who, duty, relationship, at)
    return duty


def _with_plan(session: Session, who: Principal, duty: Duty) -> Duty:
    plan: Plan | None = session.scalar(visible_plans(who).where(Plan.id == _id(duty.found.subject)))
    if plan is None:
        return duty
    there = (version_in_force(session, plan.id) or open_version(session, plan.id)) is not None
    writes = there and allowed(must_write, who, plan)
    first = (
        plans_of(session, who, plan.relationship_id)[0].id == plan.id
        if plan.relationship_id is not None
        else False
    )
    return _with(duty, plan=plan, writes=writes, ticks=writes and first)


def _with_strategy(
    session: Session, who: Principal, duty: Duty, relationship: Relationship, at: datetime
) -> Duty:
    reader = reader_of(session, who, relationship, at)
    strategy = strategy_of(session, reader)
    if strategy is None or str(strategy.id) != duty.found.subject:
        return duty
    if duty.found.key != TRIGGER_WATCH:
        in_force = (
            session.scalar(
                sa.select(ExitVersion.id)
                .where(ExitVersion.strategy_id == strategy.id, ExitVersion.status == VersionStatus.IN_FORCE)
                .limit(1)
            )
            is not None
        )
        return _with(duty, reader=reader, strategy=strategy, in_force=in_force)
    rows = session.scalars(
        sa.select(ExitTrigger).where(ExitTrigger.strategy_id == strategy.id).order_by(ExitTrigger.number)
    ).all()
    return _with(
        duty,
        reader=reader,
        strategy=strategy,
        triggers=[
            one
            for one in rows
            if one.dropped_at is None and reader.runs and (reader.manages or one.watcher_id == who.person_id)
        ],
        stamp=sum(one.version for one in rows),
    )


def _with(duty: Duty, **more: object) -> Duty:
    return Duty(**{**vars(duty), **more})


def _id(subject: str) -> UUID:
    try:
        return UUID(subject)
    except ValueError:
        return UUID(int=0)


def settled_already(call: Call[Duty], state: State = State.DONE) -> Done | None:
    """What to say when it was settled before: to whoever did the same, that it holds. Raises Refusal to all others.

    ``None`` while it is open, and what was shown is how it stands; else Stale.
    """
    found = call.found.found
    if found.state is not State.OPEN:
        if found.state is state and found.ended_by_id == call.who.person_id:
            return Done(said=ALREADY)
        raise Refusal(SETTLED)
    must_be_fresh(call.version, call.found.version)
    return None
