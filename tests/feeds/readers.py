"""Real readers of calendars, each as a function from bytes to events: {uid: (start, end, title, status)}.

``start`` and ``end`` are days, or moments in UTC: a time with a zone is what the reader made of it.
"""

import base64
import ctypes
import ctypes.util
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from icalendar import Calendar

from tests.house.source import ROOT

BIN = Path(sys.executable).parent


def plain(value):
    """A day, or a moment in UTC."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def by_icalendar(data):
    """With the library itself, from the bytes as they were sent."""
    return {
        str(one["UID"]): (
            plain(one["DTSTART"].dt),
            plain(one["DTEND"].dt),
            str(one["SUMMARY"]),
            str(one["STATUS"]),
        )
        for one in Calendar.from_ical(data).events
    }


class _Time(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "daylight")),
        ("zone", ctypes.c_void_p),
    )  # fmt: skip


def libical():
    """The library of Evolution and KDE, or ``None`` where it is not installed."""
    name = ctypes.util.find_library("ical") or "libical.so.3"
    try:
        lib = ctypes.CDLL(name)
    except OSError:
        return None
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for function, result, arguments in (
        ("icalparser_parse_string", pointer, [text]),
        ("icalrestriction_check", ctypes.c_int, [pointer]),
        ("icalcomponent_count_errors", ctypes.c_int, [pointer]),
        ("icalcomponent_free", None, [pointer]),
        ("icalcomponent_string_to_kind", ctypes.c_int, [text]),
        ("icalcomponent_get_first_component", pointer, [pointer, ctypes.c_int]),
        ("icalcomponent_get_next_component", pointer, [pointer, ctypes.c_int]),
        ("icalcomponent_get_uid", text, [pointer]),
        ("icalcomponent_get_summary", text, [pointer]),
        ("icalcomponent_get_status", ctypes.c_int, [pointer]),
        ("icalcomponent_get_dtstart", _Time, [pointer]),
        ("icalcomponent_get_dtend", _Time, [pointer]),
        ("icaltime_as_timet_with_zone", ctypes.c_long, [_Time, pointer]),
        ("icalproperty_status_to_string", text, [ctypes.c_int]),
    ):
        found = getattr(lib, function)
        found.restype, found.argtypes = result, arguments
    return lib


def by_libical(data, lib):
    """With libical, which must find nothing against it."""
    root = lib.icalparser_parse_string(data)
    assert root
    try:
        assert lib.icalrestriction_check(root) == 1
        assert lib.icalcomponent_count_errors(root) == 0
        kind = lib.icalcomponent_string_to_kind(b"VEVENT")
        found = {}
        one = lib.icalcomponent_get_first_component(root, kind)
        while one:
            uid = lib.icalcomponent_get_uid(one).decode()
            assert uid not in found
            found[uid] = (
                _moment(lib, lib.icalcomponent_get_dtstart(one)),
                _moment(lib, lib.icalcomponent_get_dtend(one)),
                lib.icalcomponent_get_summary(one).decode(),
                lib.icalproperty_status_to_string(lib.icalcomponent_get_status(one)).decode(),
            )
            one = lib.icalcomponent_get_next_component(root, kind)
        return found
    finally:
        lib.icalcomponent_free(root)


def _moment(lib, time):
    if time.is_date:
        return date(time.year, time.month, time.day)
    return datetime.fromtimestamp(lib.icaltime_as_timet_with_zone(time, time.zone), UTC)


READ = """async ([module, text]) => {
  const ICAL = (await import(module)).default;
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const one of calendar.getAllSubcomponents("vtimezone"))
    ICAL.TimezoneService.register(new ICAL.Timezone(one));
  return calendar.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one);
    const at = (time) => time.isDate ? time.toString() : time.toJSDate().toISOString();
    return [event.uid, at(event.startDate), at(event.endDate), event.summary, one.getFirstPropertyValue("status")];
  });
}"""


def by_icaljs(data, page):
    """With ical.js, the reader inside Thunderbird, in a browser whose own zone is far away."""
    module = base64.b64encode((ROOT / "tests/vendor/ical.min.js").read_bytes()).decode()
    rows = page.evaluate(READ, [f"data:text/javascript;base64,{module}", data.decode()])
    assert len({row[0] for row in rows}) == len(rows)
    return {uid: (_of_js(start), _of_js(end), title, status) for uid, start, end, title, status in rows}


def _of_js(text):
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


class Khal:
    """vdirsyncer fetches the feed over HTTP, khal lists it: what a terminal shows after a sync."""

    def __init__(self, folder, address):
        self.folder = folder
        (folder / "status").mkdir(parents=True)
        (folder / "calendars").mkdir()
        (folder / "sync.conf").write_text(
            f"""[general]
status_path = "{folder}/status/"
[pair feed]
a = "local"
b = "remote"
collections = null
conflict_resolution = "b wins"
partial_sync = "revert"
[storage local]
type = "filesystem"
path = "{folder}/calendars/feed"
fileext = ".ics"
[storage remote]
type = "http"
url = "{address}"
"""
        )
        (folder / "khal.conf").write_text(
            f"""[calendars]
[[feed]]
path = {folder}/calendars/feed
type = calendar
[locale]
local_timezone = Pacific/Auckland
default_timezone = Pacific/Auckland
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""
        )

    def _run(self, *command, answer=""):
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "PYTHONWARNINGS": ""},
            input=answer,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sync(self):
        """Fetch; the first time with everything that it asks."""
        if not (self.folder / "calendars/feed").exists():
            (self.folder / "calendars/feed").mkdir()
            self._run("vdirsyncer", "-c", str(self.folder / "sync.conf"), "discover", "feed", answer="y\ny\n")
        self._run("vdirsyncer", "-c", str(self.folder / "sync.conf"), "sync", "--force-delete")

    def files(self):
        """How many items there are on disk."""
        return len(list((self.folder / "calendars/feed").glob("*.ics")))

    def list(self, since, days):
        """{uid: (start, end, title, "")} as khal lists them; the last day of whole days is the one shown."""
        said = self._run(
            "khal", "-c", str(self.folder / "khal.conf"), "list", "--once", "--json", "uid", "--json", "title",
            "--json", "start-long", "--json", "end-long", "--json", "all-day", "--json", "status", since.isoformat(), f"{days}d",
        )  # fmt: skip
        found = {}
        for line in said.splitlines():
            for row in json.loads(line) if line.startswith("[") else ():
                found.setdefault(row["uid"], []).append(row)
        return found
