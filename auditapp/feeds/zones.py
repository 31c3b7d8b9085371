"""Time zones as calendars understand them: two yearly rules each, taken from the zone's own last line. Pure.

The library's own VTIMEZONEs list single dates, which Thunderbird and ical.js misread by an hour and Outlook ignores. A TZif
file ends with the rule that holds from its last change on, in POSIX form (RFC 9636 section 3.3). Whether it says the same
as the zone does in the time asked for is checked at each hour; where not, times are written in UTC.
"""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from pathlib import Path

HOUR = timedelta(hours=1)
_NAME = r"(?:<(?P<{0}q>[A-Za-z0-9+-]+)>|(?P<{0}>[A-Za-z]+))"
_OFFSET = r"(?P<{0}>[+-]?\d{{1,3}}(?::\d\d){{0,2}})"
_RULE = (
    r"M(?P<{0}m>\d{{1,2}})\.(?P<{0}w>[1-5])\.(?P<{0}d>[0-6])(?:/(?P<{0}t>[+-]?\d{{1,3}}(?::\d\d){{0,2}}))?"
)
_POSIX = re.compile(
    _NAME.format("std")
    + _OFFSET.format("stdo")
    + "(?:"
    + _NAME.format("dst")
    + _OFFSET.format("dsto")
    + "?,"
    + _RULE.format("s")
    + ","
    + _RULE.format("e")
    + ")?"
)
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
EVERY_YEAR_FROM = 1970


@dataclass(frozen=True, kw_only=True)
class Turn:
    """When the clocks change, every year: in ``month``, on the ``week``-th ``weekday`` (5: the last; 0: Sunday)."""

    month: int
    week: int
    weekday: int
    seconds: int  # after local midnight, by the clock before the change

    def on(self, year: int) -> datetime:
        """The wall-clock moment of a year, without a zone."""
        first = date(year, self.month, 1)
        day = first + timedelta((self.weekday - first.isoweekday()) % 7 + (self.week - 1) * 7)
        while day.month != self.month:
            day -= timedelta(7)
        return datetime(day.year, day.month, day.day) + timedelta(seconds=self.seconds)  # noqa: DTZ001 - a wall clock

    def rrule(self) -> str:
        """As RFC 5545 writes it."""
        return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={-1 if self.week == 5 else self.week}{_DAYS[self.weekday]}"  # noqa: PLR2004 - POSIX: 5 is the last


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a zone does every year. Offsets in seconds east of UTC; without summer time ``summer`` is ``None``."""

    name: str
    offset: int
    summer_name: str = ""
    summer: int | None = None
    begins: Turn | None = None
    ends: Turn | None = None

    def offset_at(self, at: datetime) -> int:
        """The offset at a moment (aware)."""
        if self.summer is None or self.begins is None or self.ends is None:
            return self.offset
        wall = at.astimezone(UTC).replace(tzinfo=None)
        year = (wall + timedelta(seconds=self.offset)).year
        begins = self.begins.on(year) - timedelta(seconds=self.offset)
        ends = self.ends.on(year) - timedelta(seconds=self.summer)
        inside = begins <= wall < ends if begins < ends else not ends <= wall < begins
        return self.summer if inside else self.offset


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(one) for one in text.lstrip("+-").split(":")] + [0, 0]
    return sign * (parts[0] * 3600 + parts[1] * 60 + parts[2])


def parse(line: str) -> Rule | None:
    """A POSIX rule; ``None`` for one that two yearly rules cannot say (an hour outside the day, a day of the year)."""
    found = _POSIX.fullmatch(line)
    if found is None:
        return None
    offset = -_seconds(found["stdo"])
    name = found["std"] or found["stdq"]
    if not (found["dst"] or found["dstq"]):
        return Rule(name=name, offset=offset)
    turns = []
    for which in ("s", "e"):
        seconds = _seconds(found[f"{which}t"] or "2")
        if not 0 <= seconds < 24 * 3600:
            return None
        turns.append(
            Turn(
                month=int(found[f"{which}m"]),
                week=int(found[f"{which}w"]),
                weekday=int(found[f"{which}d"]),
                seconds=seconds,
            )
        )
    return Rule(
        name=name,
        offset=offset,
        summer_name=found["dst"] or found["dstq"],
        summer=-_seconds(found["dsto"]) if found["dsto"] else offset + 3600,
        begins=turns[0],
        ends=turns[1],
    )


def footer(zone: str) -> str:
    """The last line of a zone's file, from where Python itself reads it; empty when there is none."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder) / zone
        if path.is_file():
            data = path.read_bytes()
            break
    else:
        *parts, last = zone.split("/")
        try:
            data = resources.files(".".join(("tzdata", "zoneinfo", *parts))).joinpath(last).read_bytes()
        except (ModuleNotFoundError, FileNotFoundError):
            return ""
    if not data.startswith(b"TZif") or not data.endswith(b"\n"):
        return ""
    return data[:-1].rsplit(b"\n", 1)[-1].decode("ascii", "replace")


def agrees(rule: Rule, zone: str, since: date, until: date) -> bool:
    """Whether the rule says what the zone does, at each hour from one day to the other."""
    info = zoneinfo.ZoneInfo(zone)
    moment = datetime(since.year, since.month, since.day, tzinfo=UTC)
    end = datetime(until.year, until.month, until.day, tzinfo=UTC)
    while moment <= end:
        offset = moment.astimezone(info).utcoffset()
        if offset is None or offset.total_seconds() != rule.offset_at(moment):
            return False
        moment += HOUR
    return True


@lru_cache(maxsize=64)
def _checked(zone: str, since: date, until: date) -> Rule | None:
    rule = parse(footer(zone))
    return rule if rule is not None and agrees(rule, zone, since, until) else None


def usable(zone: str, since: date, until: date) -> Rule | None:
    """The rule of a zone if calendars can be told by it what its clocks show between two days; ``None``: write UTC.

    Checked by whole months, so that it is not done anew every day.
    """
    if zone in {"UTC", "Etc/UTC"}:
        return None
    later = until.replace(day=1) + timedelta(days=32)
    return _checked(zone, since.replace(day=1), later.replace(day=1))


def _offset(seconds: int) -> str:
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    return f"{sign}{hours:02d}{rest // 60:02d}"


def _observance(kind: str, name: str, before: int, after: int, turn: Turn | None) -> list[str]:
    starts = turn.on(EVERY_YEAR_FROM) if turn else datetime(EVERY_YEAR_FROM, 1, 1)  # noqa: DTZ001 - a wall clock
    lines = [f"BEGIN:{kind}", f"DTSTART:{starts:%Y%m%dT%H%M%S}"]
    if turn:
        lines.append(f"RRULE:{turn.rrule()}")
    return [
        *lines,
        f"TZNAME:{name}",
        f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(after)}",
        f"END:{kind}",
    ]


def vtimezone(zone: str, rule: Rule) -> bytes:
    """The VTIMEZONE of a rule: one or two yearly observances, which every client reads."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    if rule.summer is None or rule.begins is None or rule.ends is None:
        lines += _observance("STANDARD", rule.name, rule.offset, rule.offset, None)
    else:
        lines += _observance("DAYLIGHT", rule.summer_name, rule.offset, rule.summer, rule.begins)
        lines += _observance("STANDARD", rule.name, rule.summer, rule.offset, rule.ends)
    return ("\r\n".join([*lines, "END:VTIMEZONE"]) + "\r\n").encode()
