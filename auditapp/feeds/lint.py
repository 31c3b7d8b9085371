"""Our own reader of calendars, for *test this feed*: no library finds all of these faults. Pure.

The 22 faults that were tried against nine libraries, none of which saw them all, and the rules of this house on top.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from auditapp.feeds.rules import MOST_EVENTS
from auditapp.kit.text import Text

OCTETS = 75
TEXTS = frozenset(
    {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "COMMENT", "CONTACT", "TZNAME", "UID"}
)
LISTS = frozenset({"CATEGORIES", "RESOURCES"})
ITEMS = frozenset({"VEVENT", "VTODO"})
STATUSES = {
    "VEVENT": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "VTODO": {"NEEDS-ACTION", "COMPLETED", "IN-PROCESS", "CANCELLED"},
}
ONCE = frozenset(
    {"UID", "DTSTAMP", "DTSTART", "DTEND", "DUE", "SUMMARY", "DESCRIPTION", "SEQUENCE", "LAST-MODIFIED", "STATUS",
     "TRANSP", "URL", "LOCATION"}
)  # fmt: skip
_LINE = re.compile(
    r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)*):(.*)",
    re.DOTALL,
)
_PARAM = re.compile(r";([A-Za-z0-9-]+)=(\"[^\"]*\"|[^\";:,]*)")
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*", re.DOTALL)
_TEXT_LIST = re.compile(r"(?:[^\\;]|\\[\\;,nN])*", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_OFFSET = re.compile(r"[+-]\d{4}")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something wrong: a code, the line it stands in (of the file, from 1; 0 for the whole), and in words."""

    code: str
    line: int
    words: Text


WORDS: dict[str, Text] = {
    "encoding": Text("It is not UTF-8."),
    "bom": Text("It begins with a byte order mark."),
    "line_end": Text("A line does not end with CR and LF."),
    "long_line": Text("A line is longer than 75 octets."),
    "split_character": Text("A line is folded inside a character."),
    "control": Text("There is a control character in it."),
    "syntax": Text("A line is no property: a line break stands raw in a text."),
    "begin_end": Text("What begins does not end, or the other way round."),
    "no_prodid": Text("The calendar has no PRODID."),
    "no_version": Text("The calendar has no VERSION."),
    "empty": Text("The calendar holds nothing."),
    "calendar_uid": Text("The calendar has a UID of its own: clients take the whole for one item."),
    "publish": Text("METHOD:PUBLISH needs an ORGANIZER in each event."),
    "refresh_value": Text("REFRESH-INTERVAL lacks VALUE=DURATION."),
    "escape": Text("A comma, semicolon or backslash stands unescaped in a text."),
    "no_uid": Text("An event has no UID."),
    "double_uid": Text("Two events have the same UID."),
    "no_dtstamp": Text("An event has no DTSTAMP."),
    "no_dtstart": Text("An event has no DTSTART."),
    "mixed": Text("An event begins on a day and ends at a time, or the other way round."),
    "backwards": Text("An event ends before it begins."),
    "no_length": Text("An event of whole days ends on the day it begins: the end is the first day after it."),
    "bad_date": Text("A date or time cannot be read."),
    "no_timezone": Text("A time names a zone that the calendar does not describe."),
    "rdate_timezone": Text("A zone is described by single dates: some clients are an hour wrong then."),
    "offset": Text("A zone has an offset that clients cannot read."),
    "status": Text("A STATUS is none that this component can have."),
    "no_trigger": Text("An alarm has no TRIGGER."),
    "empty_property": Text("A property is empty."),
    "twice": Text("A property stands twice in one event."),
    "no_sequence": Text("An event has no SEQUENCE or LAST-MODIFIED: some clients never see that it changed."),
    "stamp": Text("DTSTAMP is not when the record changed."),
    "opaque_day": Text("An event of whole days makes its owner look busy."),
    "too_many": Text("There are more events than clients handle well."),
}
# The faults that were tried against the libraries, as (code, what it is called there), for the tests and the docs.
MEASURED = (
    "no_uid", "no_dtstamp", "backwards", "no_length", "line_end", "long_line", "no_timezone", "refresh_value", "escape",
    "mixed", "syntax", "split_character", "control", "double_uid", "no_prodid", "no_version", "status", "no_trigger", "publish",
    "encoding", "bom", "begin_end",
)  # fmt: skip


@dataclass(kw_only=True)
class Property:
    """A line as it was read."""

    name: str
    params: dict[str, str]
    value: str
    line: int


@dataclass(kw_only=True)
class Block:
    """A component with its properties and what stands in it."""

    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)

    def get(self, name: str) -> Property | None:
        """The first property of a name."""
        return next((one for one in self.properties if one.name == name), None)

    def walk(self) -> Iterator["Block"]:
        """This and all in it."""
        yield self
        for block in self.blocks:
            yield from block.walk()


def _fault(code: str, line: int = 0) -> Fault:
    return Fault(code=code, line=line, words=WORDS[code])


def _physical(data: bytes) -> Iterator[Fault]:
    """What can be seen in the bytes."""
    if data.startswith(b"\xef\xbb\xbf"):
        yield _fault("bom", 1)
    try:
        re.sub(rb"\r?\n[ \t]", b"", data).decode()
        whole = True
    except UnicodeDecodeError:
        whole = False
        yield _fault("encoding")
    for number, line in enumerate(data.split(b"\n")[:-1] or [data], 1):
        if not line.endswith(b"\r"):
            yield _fault("line_end", number)
        line = line.removesuffix(b"\r")  # noqa: PLW2901 - the same line
        if len(line) > OCTETS:
            yield _fault("long_line", number)
        if _CONTROL.search(line.decode("latin-1")):
            yield _fault("control", number)
        if whole:
            try:
                line.decode()
            except UnicodeDecodeError:
                yield _fault("split_character", number)
    if not data.endswith(b"\n"):
        yield _fault("line_end", data.count(b"\n") + 1)


def read(data: bytes) -> tuple[list[Block], list[Fault]]:
    """The components of a calendar file, and the lines that could not be read."""
    faults: list[Fault] = []
    unfolded: list[tuple[int, bytes]] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n"), 1):
        if line[:1] in {b" ", b"\t"} and unfolded:
            unfolded[-1] = (unfolded[-1][0], unfolded[-1][1] + line[1:])
        elif line:
            unfolded.append((number, line))
    roots: list[Block] = []
    stack: list[Block] = []
    for number, raw in unfolded:
        found = _LINE.fullmatch(raw.decode("utf-8", "replace"))
        if found is None:
            faults.append(_fault("syntax", number))
            continue
        name, value = found[1].upper(), found[3]
        if name == "BEGIN":
            block = Block(name=value.upper(), line=number)
            (stack[-1].blocks if stack else roots).append(block)
            stack.append(block)
        elif name == "END":
            if not stack or stack[-1].name != value.upper():
                faults.append(_fault("begin_end", number))
            else:
                stack.pop()
        elif stack:
            params = {key.upper(): text.strip('"') for key, text in _PARAM.findall(found[2])}
            stack[-1].properties.append(Property(name=name, params=params, value=value, line=number))
        else:
            faults.append(_fault("syntax", number))
    if stack or not roots:
        faults.append(_fault("begin_end"))
    return roots, faults


def _moment(prop: Property | None) -> date | datetime | None:
    """A day, or a moment without regard to its zone. Raises ValueError."""
    if prop is None:
        return None
    if len(prop.value) == len("20260101"):
        return datetime.strptime(prop.value, "%Y%m%d").replace(tzinfo=UTC).date()
    return datetime.strptime(prop.value.removesuffix("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _properties(block: Block) -> Iterator[Fault]:
    for prop in block.properties:
        if not prop.value.strip():
            yield _fault("empty_property", prop.line)
        right = _TEXT if prop.name in TEXTS else _TEXT_LIST if prop.name in LISTS else None
        if right is not None and right.fullmatch(prop.value) is None:
            yield _fault("escape", prop.line)
    counts = Counter(prop.name for prop in block.properties)
    if block.name in ITEMS:
        for name in ONCE:
            if counts[name] > 1:
                yield _fault("twice", block.line)


def _times(block: Block) -> Iterator[Fault]:
    start, end = block.get("DTSTART"), block.get("DTEND") or block.get("DUE")
    if start is None and block.name == "VEVENT":
        yield _fault("no_dtstart", block.line)
    try:
        begins, ends = _moment(start), _moment(end)
    except ValueError:
        yield _fault("bad_date", block.line)
        return
    for prop, value in ((start, begins), (end, ends)):
        if prop is not None and (prop.params.get("VALUE") == "DATE") is isinstance(value, datetime):
            yield _fault("bad_date", prop.line)
    if begins is None or ends is None or end is None:
        return
    if isinstance(begins, datetime) is not isinstance(ends, datetime):
        yield _fault("mixed", end.line)
    elif ends < begins:
        yield _fault("backwards", end.line)
    elif ends == begins and not isinstance(begins, datetime) and end.name == "DTEND":
        yield _fault("no_length", end.line)


def _house(block: Block) -> Iterator[Fault]:
    stamp, modified = block.get("DTSTAMP"), block.get("LAST-MODIFIED")
    if modified is None or block.get("SEQUENCE") is None:
        yield _fault("no_sequence", block.line)
    elif stamp is not None and stamp.value != modified.value:
        yield _fault("stamp", stamp.line)
    start, busy = block.get("DTSTART"), block.get("TRANSP")
    whole = block.name == "VEVENT" and start is not None and start.params.get("VALUE") == "DATE"
    if whole and (busy is None or busy.value != "TRANSPARENT"):
        yield _fault("opaque_day", block.line)


def _item(block: Block, zones: set[str], *, publishes: bool) -> Iterator[Fault]:
    if block.get("UID") is None:
        yield _fault("no_uid", block.line)
    if block.get("DTSTAMP") is None:
        yield _fault("no_dtstamp", block.line)
    if publishes and block.get("ORGANIZER") is None:
        yield _fault("publish", block.line)
    status = block.get("STATUS")
    if status is not None and status.value not in STATUSES[block.name]:
        yield _fault("status", status.line)
    for prop in block.properties:
        if "TZID" in prop.params and prop.params["TZID"] not in zones:
            yield _fault("no_timezone", prop.line)
    for alarm in block.blocks:
        if alarm.name == "VALARM" and alarm.get("TRIGGER") is None:
            yield _fault("no_trigger", alarm.line)
    yield from _times(block)
    yield from _house(block)


def _head(calendar: Block) -> Iterator[Fault]:
    for name, code in (("PRODID", "no_prodid"), ("VERSION", "no_version")):
        if calendar.get(name) is None:
            yield _fault(code, calendar.line)
    if (own := calendar.get("UID")) is not None:
        yield _fault("calendar_uid", own.line)
    refresh = calendar.get("REFRESH-INTERVAL")
    if refresh is not None and refresh.params.get("VALUE") != "DURATION":
        yield _fault("refresh_value", refresh.line)
    if not calendar.blocks:
        yield _fault("empty")


def _zone(block: Block) -> Iterator[Fault]:
    for prop in block.properties:
        if prop.name == "RDATE":
            yield _fault("rdate_timezone", prop.line)
        if prop.name.startswith("TZOFFSET") and not _OFFSET.fullmatch(prop.value):
            yield _fault("offset", prop.line)


def _items(calendar: Block) -> Iterator[Fault]:
    items = [one for one in calendar.blocks if one.name in ITEMS]
    if len(items) > MOST_EVENTS + 1:
        yield _fault("too_many")
    described = (one.get("TZID") for one in calendar.blocks if one.name == "VTIMEZONE")
    zones = {prop.value for prop in described if prop is not None}
    method = calendar.get("METHOD")
    seen: set[str] = set()
    for block in items:
        yield from _item(block, zones, publishes=method is not None and method.value == "PUBLISH")
        uid = block.get("UID")
        if uid is not None and block.get("RECURRENCE-ID") is None:
            if uid.value in seen:
                yield _fault("double_uid", uid.line)
            seen.add(uid.value)


def _calendar(calendar: Block) -> Iterator[Fault]:
    yield from _head(calendar)
    for block in calendar.walk():
        yield from _properties(block)
        if block.name in {"STANDARD", "DAYLIGHT"}:
            yield from _zone(block)
    yield from _items(calendar)


def lint(data: bytes) -> list[Fault]:
    """Everything that is wrong with a calendar file, in the order of its lines; nothing when it is sound."""
    roots, faults = read(data)
    faults += _physical(data)
    for calendar in roots:
        if calendar.name == "VCALENDAR":
            faults += _calendar(calendar)
    return sorted(faults, key=lambda one: (one.line, one.code))


def unescaped(value: str) -> str:
    """A text as a client shows it."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
