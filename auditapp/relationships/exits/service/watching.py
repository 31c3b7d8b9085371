"""Triggers: naming them, looking at them, deciding about one that has tripped."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import ExitStrategy, ExitTrigger, ExitTriggerCheck, ExitVersion
from auditapp.relationships.exits.rules.reviews import BECAUSE
from auditapp.relationships.exits.rules.triggers import (
    NEEDS_NOTE,
    TriggerKind,
    TriggerState,
    TriggerVerb,
    closes_watch,
    next_state,
)
from auditapp.relationships.exits.rules.versions import VersionStatus
from auditapp.relationships.exits.service.agreeing import changed
from auditapp.relationships.exits.service.base import (
    fresh,
    may_decide,
    may_write,
    person_of,
    relationship_for,
    said,
)
from auditapp.relationships.exits.service.reviewing import ask_review
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.queries import open_extras, open_one
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_run
from auditapp.trail.service import record

WATCH = "trigger_watch"


def watch_triggers(session: Session, *, at: datetime, relationship_id: UUID, because: str, ref: str) -> int:
    """Put triggers on *watch* because of another record (an issue that its last level did not resolve).

    Those that are quiet and stand for such issues; where none is marked so, the quiet ones of performance. Recorded
    once per ``ref``, the number of that record; the same again moves nothing. Gives how many were moved; 0 without
    a strategy.
    """
    strategy = session.scalar(
        sa.select(ExitStrategy).where(ExitStrategy.relationship_id == relationship_id).limit(1)
    )
    if strategy is None:
        return 0
    live = session.scalars(
        sa.select(ExitTrigger)
        .where(ExitTrigger.strategy_id == strategy.id, ExitTrigger.dropped_at.is_(None))
        .order_by(ExitTrigger.number)
    ).all()
    told = session.scalar(
        sa.select(ExitTriggerCheck.id)
        .join(ExitTrigger, ExitTrigger.id == ExitTriggerCheck.trigger_id)
        .where(ExitTrigger.strategy_id == strategy.id, ExitTriggerCheck.ref == ref[:60])
        .limit(1)
    )
    if told is not None:
        return 0
    meant = [one for one in live if one.issues] or [
        one for one in live if one.kind is TriggerKind.PERFORMANCE
    ]
    moved = [one for one in meant if one.state is TriggerState.QUIET]
    for one in moved:
        one.state, one.state_since = TriggerState.WATCH, at
        session.add(
            ExitTriggerCheck(
                trigger_id=one.id, on=today_of(session, at), verb=TriggerVerb.WATCH, before=TriggerState.QUIET,
                after=TriggerState.WATCH, note=because, ref=ref[:60], at=at,
            )
        )  # fmt: skip
        record(
            session, actor_id=None, at=at, verb="exit.trigger_watched", thing_kind="exit_trigger", thing_id=one.id,
            thing_ref=trigger_ref(strategy, one), context_id=relationship_id,
            after={"reason": because, "ref": ref},
        )  # fmt: skip
    return len(moved)


def trigger_ref(strategy: ExitStrategy, trigger: ExitTrigger) -> str:
    """The number of a trigger as people say it."""
    return f"{strategy.ref}-T{trigger.number}"


def _touch_agreed(
    session: Session, strategy: ExitStrategy, *, actor: Principal, at: datetime, shared: bool
) -> None:
    """What the triggers say is part of what was agreed: it changes together with a version that is being worked on."""
    working = session.scalar(
        sa.select(ExitVersion).where(
            ExitVersion.strategy_id == strategy.id,
            ExitVersion.status.in_([VersionStatus.DRAFT, VersionStatus.SUBMITTED, VersionStatus.AGREED]),
        )
    )
    if working is None:
        raise Refusal(
            Text("The triggers are part of what was agreed. Begin a new version, and change them with it.")
        )
    changed(session, working, strategy, actor=actor, at=at, shared=shared)


def add_trigger(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    kind: TriggerKind,
    description: str,
    watcher_id: UUID | None,
    sharing: Sharing = Sharing.INTERNAL,
    issues: bool = False,
) -> ExitTrigger:
    """One more trigger."""
    may_write(actor, relationship_for(session, strategy))
    description = said(description, Text("Say what would have to happen."), "description")
    person_of(session, watcher_id, None, field="watcher")
    _touch_agreed(session, strategy, actor=actor, at=at, shared=sharing is Sharing.SHARED)
    last = session.scalar(
        sa.select(sa.func.max(ExitTrigger.number)).where(ExitTrigger.strategy_id == strategy.id)
    )
    made = ExitTrigger(
        strategy_id=strategy.id, number=(last or 0) + 1, kind=kind, description=description[:300],
        watcher_id=watcher_id, sharing=sharing, issues=issues, state_since=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.trigger_added", thing_kind="exit_trigger",
        thing_id=made.id, thing_ref=trigger_ref(strategy, made), context_id=strategy.relationship_id,
        after=_plain(made),
    )  # fmt: skip
    return made


def edit_trigger(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    trigger: ExitTrigger,
    version: int | None,
    kind: TriggerKind,
    description: str,
    watcher_id: UUID | None,
    sharing: Sharing,
    issues: bool,
) -> None:
    """Change what a trigger says (with a version that is being worked on), or who watches it (at any time)."""
    may_write(actor, relationship_for(session, strategy))
    fresh(trigger, version)
    description = said(description, Text("Say what would have to happen."), "description")[:300]
    if watcher_id != trigger.watcher_id:
        person_of(session, watcher_id, None, field="watcher")
    before = _plain(trigger)
    if (kind, description, sharing) != (trigger.kind, trigger.description, trigger.sharing):
        shared = Sharing.SHARED in {sharing, trigger.sharing}
        _touch_agreed(session, strategy, actor=actor, at=at, shared=shared)
    trigger.kind, trigger.description, trigger.sharing = kind, description, sharing
    trigger.watcher_id, trigger.issues = watcher_id, issues
    after = _plain(trigger)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="exit.trigger_changed", thing_kind="exit_trigger",
            thing_id=trigger.id, thing_ref=trigger_ref(strategy, trigger), context_id=strategy.relationship_id,
            before=before, after=after,
        )  # fmt: skip


def drop_trigger(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    trigger: ExitTrigger,
    reason: str,
) -> None:
    """Watch it no longer. Its checks stay on record."""
    may_write(actor, relationship_for(session, strategy))
    if trigger.dropped_at is not None:
        return
    reason = said(reason, Text("Say why it is no longer watched."), "reason")
    if trigger.state is TriggerState.TRIPPED:
        raise Refusal(Text("It has tripped: decide about it first. Then it can be dropped."))
    _touch_agreed(session, strategy, actor=actor, at=at, shared=trigger.sharing is Sharing.SHARED)
    trigger.dropped_at, trigger.drop_reason = at, reason
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.trigger_dropped", thing_kind="exit_trigger",
        thing_id=trigger.id, thing_ref=trigger_ref(strategy, trigger), context_id=strategy.relationship_id,
        after={"reason": reason},
    )  # fmt: skip


def check_trigger(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    trigger: ExitTrigger,
    verb: TriggerVerb,
    note: str,
    version: int | None = None,
) -> None:
    """What its watcher saw. Its watcher may say it, and whoever manages the relationship."""
    relationship = relationship_for(session, strategy)
    if actor.person_id == trigger.watcher_id:
        must_run(relationship)
    else:
        may_write(actor, relationship)
    _look(
        session, actor=actor, at=at, strategy=strategy, trigger=trigger, verb=verb, note=note, version=version
    )
    _close_watch(session, strategy, actor=actor, at=at)


def check_all(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    said_of: Mapping[int, tuple[TriggerVerb, str]],
) -> int:
    """A round over the triggers, by number; gives how many were looked at. All or none."""
    may_write(actor, relationship_for(session, strategy))
    live = {
        one.number: one
        for one in session.scalars(
            sa.select(ExitTrigger).where(
                ExitTrigger.strategy_id == strategy.id, ExitTrigger.dropped_at.is_(None)
            )
        )
    }
    for number, (verb, note) in said_of.items():
        if number not in live:
            raise NotFound
        _look(
            session, actor=actor, at=at, strategy=strategy, trigger=live[number], verb=verb, note=note,
            field=f"note-{number}",
        )  # fmt: skip
    _close_watch(session, strategy, actor=actor, at=at)
    return len(said_of)


def _look(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    trigger: ExitTrigger,
    verb: TriggerVerb,
    note: str,
    version: int | None = None,
    field: str = "note",
) -> None:
    fresh(trigger, version)
    if trigger.dropped_at is not None:
        raise Refusal(Text("This trigger is no longer watched."))
    if verb is TriggerVerb.STAY:
        raise Refusal(Text("To stay is a decision and not a check. Use “Decide” on the page of the trigger."))
    before = trigger.state
    after = next_state(before, verb)
    if verb in NEEDS_NOTE:
        note = said(note, Text("Say what was seen: others will read it when they decide."), field)
    today = today_of(session, at)
    _keep(session, trigger, verb, after=after, note=note, actor=actor, at=at)
    trigger.checked_on = today
    what = {"state": after.value, "before": before.value, "note": note}
    ref = trigger_ref(strategy, trigger)
    if after is TriggerState.TRIPPED and before is not TriggerState.TRIPPED:
        record(
            session, actor_id=actor.person_id, at=at, verb="exit.trigger_tripped", thing_kind="exit_trigger",
            thing_id=trigger.id, thing_ref=ref, context_id=strategy.relationship_id, after=what | {"reason": note},
        )  # fmt: skip
        ask_review(
            session, at=at, relationship_id=strategy.relationship_id, cause="trigger",
            because=f"{BECAUSE['trigger']} {trigger.description}",
        )  # fmt: skip
    else:
        record(
            session, actor_id=actor.person_id, at=at, verb="exit.trigger_checked", thing_kind="exit_trigger",
            thing_id=trigger.id, thing_ref=ref, context_id=strategy.relationship_id, after=what,
        )  # fmt: skip


def decide_to_stay(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    trigger: ExitTrigger,
    reason: str,
    version: int | None = None,
) -> None:
    """A trigger has tripped, and we go on together: with the reason. It stays on watch."""
    may_decide(actor, relationship_for(session, strategy))
    fresh(trigger, version)
    after = next_state(trigger.state, TriggerVerb.STAY)
    reason = said(reason, Text("Say why we stay: the reason is what the next review looks at."), "reason")
    _keep(session, trigger, TriggerVerb.STAY, after=after, note=reason, actor=actor, at=at)
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.trigger_stayed", thing_kind="exit_trigger",
        thing_id=trigger.id, thing_ref=trigger_ref(strategy, trigger), context_id=strategy.relationship_id,
        after={"reason": reason},
    )  # fmt: skip


def _keep(
    session: Session,
    trigger: ExitTrigger,
    verb: TriggerVerb,
    *,
    after: TriggerState,
    note: str,
    actor: Principal,
    at: datetime,
) -> None:
    before = trigger.state
    if before is not after:
        trigger.state, trigger.state_since = after, at
    session.add(
        ExitTriggerCheck(
            trigger_id=trigger.id, on=today_of(session, at), verb=verb, before=before, after=after, note=note.strip(),
            by_id=actor.person_id, at=at,
        )
    )  # fmt: skip


def _close_watch(session: Session, strategy: ExitStrategy, *, actor: Principal, at: datetime) -> None:
    """When every trigger was looked at, the watch that is due is done."""
    session.flush()
    due = open_one(session, WATCH, strategy.id)
    first = min((one.due_on for one in [due, *open_extras(session, WATCH, strategy.id)] if one), default=None)
    if first is None:
        return
    today = today_of(session, at)
    seen = session.scalars(
        sa.select(ExitTrigger.checked_on).where(
            ExitTrigger.strategy_id == strategy.id, ExitTrigger.dropped_at.is_(None)
        )
    ).all()
    if closes_watch(list(seen), due_on=first, today=today):
        obligations.done(session, actor=actor, at=at, key=WATCH, subject=strategy.id, on=today)


@owns_links("exit_trigger")
def trigger_links(session: Session, actor: Principal, trigger_id: UUID) -> tuple[str, UUID | None]:
    """Who may link evidence to a trigger: its watcher, and whoever manages the relationship."""
    trigger = session.get(ExitTrigger, trigger_id)
    if trigger is None or actor.partner_id is not None:
        raise NotFound
    strategy = session.get_one(ExitStrategy, trigger.strategy_id)
    if actor.person_id != trigger.watcher_id:
        may_write(actor, relationship_for(session, strategy))
    return trigger_ref(strategy, trigger), strategy.relationship_id


def _plain(trigger: ExitTrigger) -> dict[str, object]:
    return {
        "kind": trigger.kind.value,
        "description": trigger.description,
        "sharing": trigger.sharing.value,
        "issues": trigger.issues,
        "watcher_id": str(trigger.watcher_id or ""),
    }
