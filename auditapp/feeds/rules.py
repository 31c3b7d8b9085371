"""What a feed holds, for how long, and who polls it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.reminders.rules import Kind, Severity

BACK = timedelta(days=90)  # what lies further back leaves the feed
AHEAD = timedelta(days=548)  # eighteen months
CANCELLED_STAYS = timedelta(days=30)
REVOKED_SAYS_SO = timedelta(days=14)
OVERLAP = timedelta(days=7)  # the old address goes on so long after a rotation
WRITE_POLL_EVERY = timedelta(minutes=5)
SETTLES = timedelta(
    minutes=5
)  # an invitation waits so long: an agenda that is being written makes one mail, not five
MOST_EVENTS = 2000  # clients become slow beyond
MOST_FEEDS = 20  # that one person keeps


class Scope(StrEnum):
    """Whose dates a feed holds."""

    MINE = "mine"
    TEAM = "team"
    RELATIONSHIP = "relationship"
    PROGRAMME = "programme"
    ALL = "all"


SCOPE_LABELS: Mapping[Scope, Text] = {
    Scope.MINE: Text("Mine"),
    Scope.TEAM: Text("My team"),
    Scope.RELATIONSHIP: Text("One relationship"),
    Scope.PROGRAMME: Text("One audit programme"),
    Scope.ALL: Text("Everything I may see"),
}


class Part(StrEnum):
    """What somebody has to do with an event."""

    OWNER = "owner"
    MEMBER = "member"  # of the audit team, invited to the meeting
    DEPUTY = "deputy"
    ABOVE = "above"  # is told when it stays undone


# The same where one chooses.
SCOPE_CHOICES: Mapping[Scope, Text] = {
    **SCOPE_LABELS,
    Scope.TEAM: Text("My team: what waits for others in relationships that I run and audits that I lead"),
}
MINE = frozenset({Part.OWNER, Part.MEMBER})


class State(StrEnum):
    """Where an event stands in the feeds."""

    OPEN = "open"
    PAST = "past"  # still open, but further back than feeds reach: counted among what is overdue
    CANCELLED = "cancelled"  # said so for thirty days
    GONE = "gone"  # kept so that its number goes on when it returns


class Invited(StrEnum):
    """What was said last to somebody about one date, by mail."""

    REQUESTED = "requested"
    CANCELLED = "cancelled"


# Things of which events are seen only by whoever may see the thing itself.
FINDINGS = frozenset({"nonconformity", "action"})
PERSONAL_KINDS = frozenset({Kind.INDUCTION})  # about one person: for whoever has to do with it


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one event says. ``starts`` to ``ends``: days, both included; or aware moments, the end excluded.

    ``deadline``: it can be overdue. ``moved``: why and from when it was moved, once it was.
    """

    key: str
    kind: Kind
    title: str
    starts: date | datetime
    ends: date | datetime
    link: str
    ref: str = ""
    step: str = ""
    why: str = ""
    place: str = ""
    note: str = ""
    moved: str = ""
    zone: str = ""  # of timed ones
    deadline: bool = True
    severity: Severity = Severity.NORMAL
    cancelled: str = ""  # the word in front of the title
    changed_at: datetime | None = None
    thing_kind: str = ""
    thing_id: UUID | None = None
    relationship_id: UUID | None = None
    programme_id: UUID | None = None
    audit_id: UUID | None = None
    shared: bool = False
    people: Mapping[UUID, Part] = field(default_factory=dict)

    @property
    def timed(self) -> bool:
        """Whether it is at a time of the day, rather than on a day."""
        return isinstance(self.starts, datetime)


def day_of(value: date | datetime) -> date:
    """The day of either."""
    return value.date() if isinstance(value, datetime) else value


@dataclass(frozen=True, kw_only=True)
class Client:
    """A calendar as the page of a feed describes it. ``delay``: how old what it shows may be."""

    name: str
    delay: Text
    alarms: bool
    tasks: bool
    note: Text


GOOGLE, OUTLOOK, APPLE, THUNDERBIRD, OTHER = (
    "Google Calendar",
    "Outlook",
    "Apple Calendar",
    "Thunderbird",
    "Another calendar",
)
CLIENTS: Mapping[str, Client] = {
    GOOGLE: Client(
        name=GOOGLE,
        delay=Text("4 to 24 hours, by its own clock; nothing makes it look sooner"),
        alarms=False,
        tasks=False,
        note=Text("It shows no reminders of feeds and no tasks."),
    ),
    OUTLOOK: Client(
        name=OUTLOOK,
        delay=Text("about 3 hours on the web, sometimes more than 24"),
        alarms=False,
        tasks=False,
        note=Text("It shows no reminders of feeds and no tasks."),
    ),
    APPLE: Client(
        name=APPLE,
        delay=Text("5 minutes to a week: you choose when you subscribe"),
        alarms=True,
        tasks=False,
        note=Text("It takes the reminders out unless “Remove Alerts” is switched off. It shows no tasks."),
    ),
    THUNDERBIRD: Client(
        name=THUNDERBIRD,
        delay=Text("30 minutes, or what you set for the calendar"),
        alarms=True,
        tasks=True,
        note=Text("It shows events, reminders and tasks."),
    ),
}
# What clients say of themselves in User-Agent, the more particular first.
_AGENTS = (
    ("google-calendar-importer", GOOGLE),
    ("google", GOOGLE),
    ("outlook", OUTLOOK),
    ("microsoft", OUTLOOK),
    ("exchange", OUTLOOK),
    ("thunderbird", THUNDERBIRD),
    ("dataaccessd", APPLE),
    ("calendaragent", APPLE),
    ("calendarstore", APPLE),
    ("ios/", APPLE),
    ("macos", APPLE),
    ("mac+os", APPLE),
    ("evolution", "Evolution"),
    ("nextcloud", "Nextcloud"),
    ("vdirsyncer", "vdirsyncer"),
    ("icsx5", "ICSx5"),
    ("icsdroid", "ICSx5"),
    ("home assistant", "Home Assistant"),
    ("homeassistant", "Home Assistant"),
)


@lru_cache(maxsize=512)
def client_of(agent: str) -> str:
    """The name of a client from its User-Agent header; what it calls itself when we do not know it."""
    low = agent.lower()
    for mark, name in _AGENTS:
        if mark in low:
            return name
    first = "".join(char for char in agent[:200] if char.isprintable()).split("/")[0].strip()
    return first[:60] or OTHER


@dataclass(frozen=True, kw_only=True)
class Polled:
    """How one client polls a feed. ``every``: between its last two looks, ``None`` after the first."""

    client: str
    last_at: datetime
    every: timedelta | None
    status: int
    full: int
    unchanged: int

    def stopped(self, at: datetime) -> bool:
        """Whether it seems to have stopped: three times its usual pause, and at least two days."""
        usual = max(self.every or timedelta(), timedelta(hours=16))
        return at - self.last_at > 3 * usual

    def rhythm(self) -> Text | None:
        """“about every 4 hours”."""
        if self.every is None:
            return None
        minutes = round(self.every / timedelta(minutes=1))
        if minutes < 90:  # noqa: PLR2004 - an hour and a half
            return Text("about every %(count)s minutes", count=max(minutes, 1))
        hours = round(minutes / 60)
        if hours < 48:  # noqa: PLR2004 - two days
            return Text("about every %(count)s hours", count=hours)
        return Text("about every %(count)s days", count=round(hours / 24))


def overdue_words(count: int) -> str:
    """The title of today's summary."""
    return str(Text("%(count)s overdue", count=count))
