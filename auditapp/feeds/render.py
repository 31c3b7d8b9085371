"""An entry as bytes of a calendar (RFC 5545). Written once when it changes; a feed is a join of these.

Each piece lacks its last line, so that a feed with alarms can put one in before it. Pure.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Todo, vCalAddress, vDuration, vText

from auditapp.feeds.rules import Entry
from auditapp.feeds.zones import Rule, footer, parse, vtimezone
from auditapp.kit.text import Text
from auditapp.reminders.rules import KIND_LABELS, Kind, Severity

PRODUCT = "-//auditapp//Calendar feeds//EN"
DAY = timedelta(days=1)
ANY_ZONE = vtimezone("UTC", Rule(name="UTC", offset=0))
EVENT_END, TODO_END = b"END:VEVENT\r\n", b"END:VTODO\r\n"
TAIL = b"END:VCALENDAR\r\n"
EVERY = timedelta(hours=1)  # what clients are asked for; few listen
BEFORE_DAY = timedelta(hours=-15)  # nine in the morning of the day before
BEFORE_TIME = timedelta(minutes=-30)
OCCASIONS = frozenset({Kind.AUDIT, Kind.MEETING})  # they take place, rather than being due
PRIORITIES = {Severity.CRITICAL: 1, Severity.SERIOUS: 3, Severity.NORMAL: 5}
# Controls but for the line's end, surrogates, non-characters, the byte order mark, and what turns the direction of writing
# for all that follows; direction marks stay.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_ENDS = re.compile("\r\n|\r|\x85|\u2028|\u2029")


def clean(text: str) -> str:
    """Without what breaks a reader; one kind of line end."""
    return _UNWANTED.sub("", _ENDS.sub("\n", text)).replace("\t", " ").strip()


def line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean(text).split())


def uid_of(key: str) -> str:
    """The name that an event keeps for ever."""
    return f"{key.replace(':', '-')}@auditapp"


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """The bytes of an entry, in the forms that feeds ask for; the tasks and the alarm may be empty."""

    event: bytes
    event_private: bytes
    todo: bytes
    todo_private: bytes
    alarm: bytes


def heading(entry: Entry, *, private: bool = False) -> str:
    """The title in the calendar."""
    if private:
        due = entry.deadline and entry.kind not in OCCASIONS
        words = str(Text("%(kind)s due", kind=KIND_LABELS[entry.kind]) if due else KIND_LABELS[entry.kind])
        words = f"{words}: {line(entry.ref)}" if entry.ref else words
    else:
        ref, words = line(entry.ref), line(entry.title)
        if ref not in words:
            words = f"{ref} {words}".strip()
        words = words or str(KIND_LABELS[entry.kind])
    return f"{entry.cancelled}: {words}" if entry.cancelled else words


def description(entry: Entry, *, private: bool = False) -> str:
    """Step, why, what moved, and the link."""
    parts = [] if private else [entry.step, entry.why, entry.note, entry.moved]
    return "\n\n".join(one for part in (*parts, entry.link) if (one := clean(part)))


def _common(
    component: Component, entry: Entry, *, uid: str, sequence: int, at: datetime, private: bool
) -> None:
    component.add("uid", uid)
    component.add("dtstamp", at)
    component.add("last-modified", at)
    component.add("sequence", sequence)
    component["summary"] = vText(heading(entry, private=private))
    if words := description(entry, private=private):
        component["description"] = vText(words)
    if entry.link:
        component.add("url", entry.link)
    component.add("categories", [str(KIND_LABELS[entry.kind])])


def moment(value: datetime, zone: str, rule: Rule | None) -> datetime:
    """A time in its zone where calendars can be told by its rule, in UTC elsewhere."""
    return value.astimezone(ZoneInfo(zone) if rule is not None else UTC)


def _event(entry: Entry, *, rule: Rule | None, sequence: int, at: datetime, private: bool) -> Event:
    event = Event()
    _common(event, entry, uid=uid_of(entry.key), sequence=sequence, at=at, private=private)
    if isinstance(entry.starts, datetime) and isinstance(entry.ends, datetime):
        event.add("dtstart", moment(entry.starts, entry.zone, rule))
        event.add("dtend", moment(entry.ends, entry.zone, rule))
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.ends + DAY)  # the first day after it
    event.add("transp", "OPAQUE" if entry.timed and not entry.cancelled else "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if (place := line(entry.place)) and not private:
        event["location"] = vText(place)
    return event


def _todo(entry: Entry, *, sequence: int, at: datetime, private: bool) -> Todo:
    todo = Todo()
    _common(todo, entry, uid=uid_of(f"task:{entry.key}"), sequence=sequence, at=at, private=private)
    todo.add("due", entry.ends)
    todo.add("status", "NEEDS-ACTION")
    todo.add("priority", PRIORITIES[entry.severity])
    return todo


def _alarm(entry: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm["description"] = vText(str(KIND_LABELS[entry.kind]))  # shown on locked screens: no title
    alarm.add("trigger", BEFORE_TIME if entry.timed else BEFORE_DAY)
    return alarm


def _open(component: Component, end: bytes) -> bytes:
    return bytes(component.to_ical()).removesuffix(end)


def render(entry: Entry, *, rule: Rule | None, sequence: int, at: datetime) -> Pieces:
    """All forms of an entry. ``at``: when its record changed, which stands as DTSTAMP and LAST-MODIFIED."""
    tasks = entry.deadline and not entry.timed and not entry.cancelled
    return Pieces(
        event=_open(_event(entry, rule=rule, sequence=sequence, at=at, private=False), EVENT_END),
        event_private=_open(_event(entry, rule=rule, sequence=sequence, at=at, private=True), EVENT_END),
        todo=_open(_todo(entry, sequence=sequence, at=at, private=False), TODO_END) if tasks else b"",
        todo_private=_open(_todo(entry, sequence=sequence, at=at, private=True), TODO_END) if tasks else b"",
        alarm=b"" if entry.cancelled else _alarm(entry).to_ical(),
    )


def digest(*parts: bytes) -> str:
    """Sixteen hex digits that stand for some bytes."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def notice(
    *,
    uid: str,
    title: str,
    text: str,
    link: str,
    day: date,
    at: datetime,
    sequence: int,
    last: date | None = None,
) -> bytes:
    """A whole event of a day or some that says something itself: what is overdue, or that the feed was revoked."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", at)
    event.add("last-modified", at)
    event.add("sequence", sequence)
    event.add("dtstart", day)
    event.add("dtend", (last or day) + DAY)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    event["summary"] = vText(line(title))
    if words := clean(text):
        event["description"] = vText(words)
    if link:
        event.add("url", link)
    return bytes(event.to_ical())


def head(name: str, zones: Iterable[bytes], *, method: str = "") -> bytes:
    """The beginning of a calendar: no UID of its own, for clients would take the whole for one item."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if name := line(name):
        calendar["name"] = vText(name)
        calendar["x-wr-calname"] = vText(name)
        calendar.add("refresh-interval", vDuration(EVERY), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(EVERY))
    return bytes(calendar.to_ical()).removesuffix(TAIL) + b"".join(zones)


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """Somebody in a calendar: a name and a mail address."""

    name: str
    email: str

    def calendar_address(self, **params: str) -> vCalAddress:
        """As ORGANIZER and ATTENDEE write it."""
        found = vCalAddress(f"mailto:{line(self.email)}")
        if name := line(self.name).replace('"', "'"):  # a quoted parameter cannot hold one
            found.params["CN"] = name
        found.params.update(params)
        return found


def invitation(
    entry: Entry, *, rule: Rule | None, sequence: int, at: datetime, organizer: Mailbox, guest: Mailbox
) -> bytes:
    """The calendar part of a mail (RFC 5546): METHOD:REQUEST, or METHOD:CANCEL of an entry that is cancelled."""
    event = _event(entry, rule=rule, sequence=sequence, at=at, private=False)
    event["organizer"] = organizer.calendar_address()
    event["attendee"] = guest.calendar_address(
        CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP="FALSE"
    )
    zones = [zone_bytes(entry.zone)] if rule is not None else []
    return head("", zones, method="CANCEL" if entry.cancelled else "REQUEST") + bytes(event.to_ical()) + TAIL


@lru_cache(maxsize=64)
def zone_bytes(zone: str) -> bytes:
    """The VTIMEZONE of a zone whose rule was found usable when its events were written."""
    rule = parse(footer(zone))
    return vtimezone(zone, rule) if rule is not None else b""


@lru_cache(maxsize=512)
def head_of_feed(name: str, zones: tuple[str, ...]) -> bytes:
    """The beginning of a feed with the zones it needs. A calendar must hold something (RFC 5545 3.6): at least UTC."""
    return head(name, [zone_bytes(one) for one in zones] or [ANY_ZONE])
