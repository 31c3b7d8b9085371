"""Looking at what is due: reminders begin, begin anew when a day moves, end when nothing is owed any more, and climb."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import LAST_DAY
from auditapp.people.model import Setting
from auditapp.people.queries import today_of
from auditapp.reminders import due
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.queries import course_of, due_runs, grounds_of, horizon, open_runs
from auditapp.reminders.ladder.rules.climbing import advance, begin
from auditapp.reminders.ladder.rules.course import Course, Ground, Move
from auditapp.reminders.ladder.service.keeping import begun, end, keep
from auditapp.reminders.policies.queries import policies
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.rules import DueItem, Kind
from auditapp.trail import service as trail

SEEN = "reminders.seen"  # the key under which is kept what was looked at last
# In a session's info: what was due, by day, facts recorded since the look began, and how far ahead. Only for looks ahead
# on one copy, where nobody else writes, so that it is asked for once for all of them.
REMEMBERED = "reminders.due"


@dataclass(kw_only=True)
class Remembered:
    """What was due on the days of a look ahead. ``first``: the number of the last fact when it began."""

    first: int
    known: dict[tuple[object, ...], list[DueItem]] = field(default_factory=dict)


def scan(session: Session, *, at: datetime, force: bool = False) -> int:
    """Bring reminders in line with what is due; gives how many began or ended.

    Looks only when something was recorded since the last time, or another day has come (``force``: always). Asks for
    what is due within each kind's longest lead, so its cost grows with what is due and not with what exists.
    """
    seen = _seen(session, at)
    mark = session.get(Setting, SEEN)
    if not force and mark is not None and mark.value == seen:
        return 0
    items = {one.key: one for one in _coming(session, at, seen) if _wanted(one)}
    running = {run.item_key: run for run in open_runs(session)}
    # What is due beyond what is looked ahead now, because a policy changed meanwhile, is owed all the same.
    beyond = {key for key in running if key not in items}
    items |= {key: one for key, one in _named(session, at, beyond).items() if _wanted(one)} if beyond else {}
    over = [run for key, run in running.items() if key not in items]
    anew = [run for key, run in running.items() if key in items and _changed(run, items[key])]
    end(session, over, at=at, reason="settled")
    end(session, anew, at=at, reason="moved")
    session.flush()
    moved = {run.item_key for run in anew}
    fresh = {
        key: one for key, one in items.items() if key not in running or (key in moved and key not in beyond)
    }
    count = _begin(session, fresh, at=at)
    _follow(items, {key: run for key, run in running.items() if key not in moved})
    if mark is None:
        session.add(Setting(key=SEEN, value=seen))
    else:
        mark.value = seen
    session.flush()
    return count + len(over)


def _seen(session: Session, at: datetime) -> dict[str, object]:
    head = trail.head(session)
    return {"seq": head.seq if head is not None else 0, "day": today_of(session, at).isoformat()}


def _coming(session: Session, at: datetime, seen: Mapping[str, object] | None = None) -> list[DueItem]:
    """What is due within each kind's longest lead. Where it is remembered, it is asked for only when it can differ."""
    ahead = horizon(policies(session))
    kept: Remembered | None = session.info.get(REMEMBERED)
    if kept is None:
        return due.coming(session, at=at, horizon=ahead)
    seen = seen if seen is not None else _seen(session, at)
    key = (int(str(seen["seq"])) - kept.first, seen["day"], *(ahead(kind) for kind in Kind))
    if key not in kept.known:
        kept.known[key] = due.coming(session, at=at, horizon=ahead)
    return list(kept.known[key])


def _named(session: Session, at: datetime, keys: Collection[str]) -> dict[str, DueItem]:
    """What is due under these keys, whatever its day; from what is remembered, where it is."""
    found = {}
    if REMEMBERED in session.info:
        found = {one.key: one for one in _coming(session, at)}
    left = [key for key in keys if key not in found]
    if left:
        found |= {one.key: one for one in due.items(session, at=at, until=LAST_DAY, keys=left)}
    return found


def _wanted(item: DueItem) -> bool:
    return bool(item.owners or item.above)


def _changed(run: ReminderRun, item: DueItem) -> bool:
    """Whether reminding begins anew: the day or what is owed is another, or nobody whose it was has it any more."""
    if run.due_version != item.version:
        return True
    owners = {str(one) for one in item.owners}
    return bool(owners and run.owners and not owners & set(run.owners))


def _begin(session: Session, fresh: Mapping[str, DueItem], *, at: datetime) -> int:
    if not fresh:
        return 0
    grounds = grounds_of(session, fresh, {}, at=at)
    moved: list[tuple[ReminderRun, Course, Move, Ground]] = []
    for key, item in fresh.items():
        ground = grounds[key]
        if not ground.policy.active:
            continue
        run = begun(item, ground.policy.to_json(), at=at)
        session.add(run)
        course = Course()
        moved.append((run, course, begin(course, ground), ground))
    session.flush()  # the rows of notices and steps name their run
    keep(session, moved)
    session.flush()
    return len(moved)


def _follow(items: Mapping[str, DueItem], running: Mapping[str, ReminderRun]) -> None:
    """What people see of a running reminder follows its thing."""
    for key, run in running.items():
        item = items.get(key)
        if item is not None and (run.title, run.due_on) != (item.title[:300], item.due_on):
            run.title, run.due_on = item.title[:300], item.due_on


def climb(session: Session, *, at: datetime) -> int:
    """Whatever comes now for reminders that run: told, told again, moved up, asked again; gives how many moved."""
    runs = due_runs(session, at=at)
    if not runs:
        return 0
    keys = [run.item_key for run in runs]
    items = _named(session, at, keys)
    gone = [run for run in runs if run.item_key not in items]
    end(session, gone, at=at, reason="settled")
    # What has another day by now begins anew at the next look.
    here = [run for run in runs if run.item_key in items and items[run.item_key].version == run.due_version]
    kept = {run.item_key: Policy.from_json(run.policy) for run in here}
    also = {one for run in here for one in (run.answered_by_id, run.blocked_by_id) if one is not None}
    grounds = grounds_of(session, {key: items[key] for key in kept}, kept, at=at, also=also)
    moved: list[tuple[ReminderRun, Course, Move, Ground]] = []
    for run in here:
        course, ground = course_of(run), grounds[run.item_key]
        moved.append((run, course, advance(course, ground), ground))
    keep(session, moved)
    session.flush()
    return len(runs)


def anything_new(session: Session, *, at: datetime) -> bool:
    """Whether :func:`scan` would look: cheap, so that a tick need not take the write lock."""
    mark = session.get(Setting, SEEN)
    return mark is None or mark.value != _seen(session, at)


def anything_comes(session: Session, *, at: datetime) -> bool:
    """Whether :func:`climb` would do something."""
    query = (
        sa.select(ReminderRun.id).where(ReminderRun.ended_at.is_(None), ReminderRun.next_at <= at).limit(1)
    )
    return session.scalar(query) is not None
