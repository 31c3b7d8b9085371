"""The job that writes events: what changed is written once, what vanished leaves or is said to be cancelled."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from auditapp.feeds import render
from auditapp.feeds.gather import Gathered, Items, Site, gather
from auditapp.feeds.model import FeedEvent, FeedEventPerson, FeedState
from auditapp.feeds.queries import living_feeds, principals
from auditapp.feeds.rules import AHEAD, BACK, CANCELLED_STAYS, Entry, Part, State, day_of
from auditapp.feeds.service.settling import settle
from auditapp.feeds.zones import Rule, usable
from auditapp.kit.orm import canonical
from auditapp.kit.text import Text, day_words
from auditapp.reminders.rules import Kind, Severity
from auditapp.trail.service import head

DAY = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=600)  # longer than the window: nothing can return under its key by then
# What goes with an audit or a meeting that does not take place, instead of just leaving.
TAKES_PLACE = ("audit_days:", "audit_session:", "meeting:")


def plain_of(entry: Entry) -> dict[str, Any]:
    """An entry as JSON, without who has to do with it and when it changed, and without what PostgreSQL cannot keep."""
    return {
        "key": entry.key,
        "kind": entry.kind.value,
        "ref": render.clean(entry.ref),
        "title": render.clean(entry.title),
        "step": render.clean(entry.step),
        "why": render.clean(entry.why),
        "place": render.clean(entry.place),
        "note": render.clean(entry.note),
        "moved": render.clean(entry.moved),
        "starts": entry.starts.isoformat(),
        "ends": entry.ends.isoformat(),
        "zone": entry.zone,
        "link": entry.link,
        "deadline": entry.deadline,
        "severity": entry.severity.value,
        "cancelled": entry.cancelled,
    }


def entry_of(about: Mapping[str, Any]) -> Entry:
    """An entry out of JSON, enough to write it anew."""
    kept = {key: value for key, value in about.items() if key != "moved_on"}
    parse = datetime.fromisoformat if "T" in kept["starts"] else date.fromisoformat
    return Entry(
        **{
            **kept,
            "kind": Kind(kept["kind"]),
            "severity": Severity(kept["severity"]),
            "starts": parse(kept["starts"]),
            "ends": parse(kept["ends"]),
        }
    )


def _moved(row: FeedEvent | None, about: dict[str, Any], day: str) -> dict[str, Any]:
    """Say from which day it moved, on which day; that stays until it moves again."""
    if row is None or row.state is State.GONE:
        return about | {"moved_on": ""}
    before, said = row.about["ends"], row.about.get("moved_on", "")
    was = date.fromisoformat(before[:10])
    if was != date.fromisoformat(about["ends"][:10]):
        said = str(
            Text(
                "Moved from %(before)s, seen on %(day)s.",
                before=day_words(was),
                day=day_words(date.fromisoformat(day)),
            )
        )
    return about | {"moved_on": said}


class _Writer:
    """Compares what there is with what is stored, and writes what differs."""

    def __init__(self, session: Session, gathered: Gathered, *, at: datetime) -> None:
        self.session = session
        self.at = at
        self.gathered = gathered
        self.since = gathered.today - BACK
        self.until = gathered.today + AHEAD
        light = load_only(
            FeedEvent.key,
            FeedEvent.state,
            FeedEvent.fingerprint,
            FeedEvent.sequence,
            FeedEvent.about,
            FeedEvent.changed_at,
            FeedEvent.ended_at,
            FeedEvent.audit_id,
            FeedEvent.thing_id,
            FeedEvent.last_on,
        )
        self.rows = {one.key: one for one in session.scalars(sa.select(FeedEvent).options(light))}
        self.people: dict[str, dict[UUID, Part]] = {}
        for key, person_id, part in session.execute(
            sa.select(FeedEventPerson.key, FeedEventPerson.person_id, FeedEventPerson.part)
        ):
            self.people.setdefault(key, {})[person_id] = part
        self.changed = 0
        self.linked: list[dict[str, Any]] = []
        self.unlinked: list[tuple[str, UUID]] = []

    def rule(self, entry: Entry) -> Rule | None:
        return usable(entry.zone, self.since, self.until) if entry.timed and entry.zone else None

    def state_of(self, entry: Entry) -> State:
        last = day_of(entry.ends)
        return State.PAST if last < self.since else State.OPEN

    def write(self, entry: Entry) -> None:
        """Store an entry, anew only when something in it changed."""
        row = self.rows.get(entry.key)
        rule = self.rule(entry)
        state = self.state_of(entry)
        about = _moved(row, plain_of(entry), self.gathered.today.isoformat())
        fingerprint = render.digest(
            canonical(about).encode(), repr(rule).encode(), entry.relationship_id.__repr__().encode(),
            repr((entry.programme_id, entry.audit_id, entry.shared, entry.thing_kind, entry.thing_id)).encode(),
        )  # fmt: skip
        if row is not None and row.fingerprint == fingerprint and row.state is state:
            self.link(entry)
            return
        if (
            row is not None
            and row.fingerprint == fingerprint
            and {row.state, state} <= {State.OPEN, State.PAST}
        ):
            row.state = state
            self.changed += 1
            self.link(entry)
            return
        sequence = row.sequence + 1 if row is not None else 0
        changed_at = self.at
        if entry.changed_at is not None and row is None:
            changed_at = min(entry.changed_at, self.at)
        elif entry.changed_at is not None and row is not None:
            # Never back: the record may not say when the step came that changed it.
            changed_at = entry.changed_at if row.changed_at < entry.changed_at <= self.at else self.at
        self._store(
            entry, about, rule, fingerprint, sequence=sequence, changed_at=changed_at, state=state, row=row
        )
        self.link(entry)

    def _store(
        self,
        entry: Entry,
        about: dict[str, Any],
        rule: Rule | None,
        fingerprint: str,
        *,
        sequence: int,
        changed_at: datetime,
        state: State,
        row: FeedEvent | None,
    ) -> None:
        said = "\n".join(one for one in (about["moved_on"], entry.moved) if one)
        changed_at = changed_at.replace(microsecond=0)  # as the calendar writes it
        pieces = render.render(entry_of(about | {"moved": said}), rule=rule, sequence=sequence, at=changed_at)
        values: dict[str, Any] = {
            "kind": entry.kind,
            "deadline": entry.deadline,
            "thing_kind": entry.thing_kind,
            "thing_id": entry.thing_id,
            "relationship_id": entry.relationship_id,
            "programme_id": entry.programme_id,
            "audit_id": entry.audit_id,
            "shared": entry.shared,
            "first_on": day_of(entry.starts),
            "last_on": day_of(entry.ends),
            "zone": entry.zone if rule is not None else "",
            "title": render.heading(entry),
            "sequence": sequence,
            "fingerprint": fingerprint,
            "digest": render.digest(pieces.event, pieces.event_private, pieces.alarm),
            "changed_at": changed_at,
            "about": about,
            "event": pieces.event,
            "event_private": pieces.event_private,
            "todo": pieces.todo,
            "todo_private": pieces.todo_private,
            "alarm": pieces.alarm,
            "state": state,
            "ended_at": None if state in {State.OPEN, State.PAST} else self.at,
        }
        self.changed += 1
        if row is None:
            self.session.add(FeedEvent(key=entry.key, **values))
            return
        for name, value in values.items():
            setattr(row, name, value)

    def link(self, entry: Entry) -> None:
        """Who has to do with it, as it is now; written at the end, all at once."""
        here = self.people.get(entry.key, {})
        for one, part in here.items():
            if entry.people.get(one) is not part:
                self.unlinked.append((entry.key, one))
        for one, part in entry.people.items():
            if here.get(one) is not part:
                self.linked.append({"key": entry.key, "person_id": one, "part": part})

    def _write_links(self) -> None:
        if self.unlinked:
            table: Any = FeedEventPerson.__table__
            self.session.connection().execute(
                sa.delete(table).where(
                    table.c.key == sa.bindparam("k"), table.c.person_id == sa.bindparam("p")
                ),
                [{"k": key, "p": one} for key, one in self.unlinked],
            )
        if self.linked:
            self.session.execute(sa.insert(FeedEventPerson), self.linked)
        self.changed += len(self.unlinked) + len(self.linked)

    def leave(self, row: FeedEvent) -> None:
        """What is not there any more: cancelled and said so for a while, or gone."""
        if row.state is State.GONE:
            if row.ended_at is not None and row.ended_at < self.at - FORGOTTEN_AFTER:
                self.session.delete(row)
            return
        if row.state is State.CANCELLED:
            if row.ended_at is not None and row.ended_at <= self.at - CANCELLED_STAYS:
                self._end(row)
            return
        word = self.gathered.off.get(row.thing_id) if row.thing_id is not None else None
        if word is None or not row.key.startswith(TAKES_PLACE) or row.last_on < self.since:
            self._end(row)
            return
        about = row.about | {"cancelled": word}
        entry = entry_of(about)
        rule = self.rule(entry)
        self._cancel(row, entry, about, rule)

    def _cancel(self, row: FeedEvent, entry: Entry, about: dict[str, Any], rule: Rule | None) -> None:
        at = self.at.replace(microsecond=0)
        pieces = render.render(entry, rule=rule, sequence=row.sequence + 1, at=at)
        row.state, row.ended_at, row.changed_at = State.CANCELLED, self.at, at
        row.sequence += 1
        row.about, row.title, row.fingerprint = about, render.heading(entry), "cancelled"
        row.digest = render.digest(pieces.event, pieces.event_private, pieces.alarm)
        row.event, row.event_private, row.alarm = pieces.event, pieces.event_private, pieces.alarm
        row.todo = row.todo_private = b""
        row.deadline = False
        self.changed += 1

    def _end(self, row: FeedEvent) -> None:
        row.state, row.ended_at = State.GONE, self.at
        self.changed += 1

    def run(self) -> int:
        """All of it; how many events changed."""
        for entry in self.gathered.entries.values():
            self.write(entry)
        for key, row in self.rows.items():
            if key not in self.gathered.entries:
                self.leave(row)
        self.session.flush()
        self._write_links()
        return self.changed


def next_midnight(zone: str, at: datetime) -> datetime:
    """When the present day ends there."""
    tomorrow = at.astimezone(ZoneInfo(zone)).date() + DAY
    return datetime.combine(tomorrow, time(), ZoneInfo(zone)).astimezone(UTC)


def read_to_now(session: Session) -> int:
    """The number of the last fact."""
    last = head(session)
    return last.seq if last else 0


def pending(session: Session, *, at: datetime) -> bool:
    """Whether there is anything to read: a fact was recorded since, or a day has ended somewhere."""
    state = session.get(FeedState, 1)
    return state is None or state.read_to != read_to_now(session) or at >= state.next_at


def refresh(session: Session, *, at: datetime, site: Site, items: Items) -> int:
    """Bring the feeds up to date; how many events and feeds changed. Nothing is done when nothing is pending."""
    if not pending(session, at=at):
        return 0
    read_to, state = read_to_now(session), session.get(FeedState, 1)
    gathered = gather(session, at=at, items=items, site=site)
    changed = _Writer(session, gathered, at=at).run()
    feeds = living_feeds(session)
    people = principals(session, {one.person_id for one in feeds})
    for feed in feeds:
        who = people.get(feed.person_id)
        if who is None:  # left, or the account is closed: nobody's feed
            feed.revoked_at = at
            changed += 1
        else:
            changed += settle(session, feed, who, at=at, site=site)
    zones = {gathered.zone, *(one.zone for one in people.values())}
    next_at = min(next_midnight(one, at) for one in zones)
    if state is None:
        session.add(FeedState(read_to=read_to, next_at=next_at))
    else:
        state.read_to, state.next_at = read_to, next_at
    session.flush()
    return changed
