"""Our own reader finds each of the faults that were measured, and nothing in what is sound; hostile titles stay whole."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from auditapp.feeds import render
from auditapp.feeds.lint import MEASURED, WORDS, lint
from auditapp.feeds.preview import look, shown_by
from auditapp.feeds.rules import CLIENTS, Entry, client_of
from auditapp.feeds.zones import parse
from auditapp.reminders.rules import Kind
from tests.feeds.readers import by_icalendar, by_libical, libical

AT = datetime(2026, 11, 27, 10, 30, tzinfo=UTC)
RULE = parse("GMT0BST,M3.5.0/1,M10.5.0")
LIBICAL = libical()


def entry(title="Train the deputies", **more):
    values = {
        "key": "action:1", "kind": Kind.ACTION, "title": title, "ref": "A-1", "starts": date(2026, 12, 1),
        "ends": date(2026, 12, 1), "link": "https://example.org/actions/A-1", "step": "Do it.",
    }  # fmt: skip
    return Entry(**(values | more))


def calendar(*entries, name="Dates", alarms=True):
    zones = ("Europe/London",) if any(one.timed for one in entries) else ()
    parts = [render.head_of_feed(name, zones)]
    for one in entries:
        pieces = render.render(one, rule=RULE if one.timed else None, sequence=2, at=AT)
        parts += [pieces.event, pieces.alarm if alarms else b"", render.EVENT_END]
    return b"".join([*parts, render.TAIL])


SESSION = entry(
    "Opening", key="audit_session:1", starts=datetime(2026, 12, 1, 9, tzinfo=UTC),
    ends=datetime(2026, 12, 1, 10, tzinfo=UTC), zone="Europe/London", place="Room 4",
)  # fmt: skip
SOUND = calendar(entry(), SESSION)


def swap(old, new, data=SOUND):
    assert old in data
    return data.replace(old, new, 1)


BROKEN = {
    "no_uid": swap(b"UID:action-1@auditapp\r\n", b""),
    "double_uid": swap(b"UID:audit_session-1@auditapp", b"UID:action-1@auditapp"),
    "no_dtstamp": swap(b"DTSTAMP:20261127T103000Z\r\n", b""),
    "backwards": swap(
        b"DTEND;TZID=Europe/London:20261201T100000", b"DTEND;TZID=Europe/London:20261201T080000"
    ),
    "no_length": swap(b"DTEND;VALUE=DATE:20261202", b"DTEND;VALUE=DATE:20261201"),
    "line_end": SOUND.replace(b"\r\n", b"\n"),
    "long_line": swap(b"SUMMARY:A-1 Train the deputies", b"SUMMARY:" + b"x" * 90),
    "no_timezone": swap(b"TZID:Europe/London", b"TZID:Europe/Paris"),
    "refresh_value": swap(b"REFRESH-INTERVAL;VALUE=DURATION:", b"REFRESH-INTERVAL:"),
    "escape": swap(b"\r\nNAME:Dates", b"\r\nNAME:Dates, ours"),
    "mixed": swap(b"DTEND;VALUE=DATE:20261202", b"DTEND:20261202T000000Z"),
    "syntax": swap(b"SUMMARY:A-1 Train the", b"SUMMARY:A-1 Train\r\nthe"),
    "split_character": swap(b"SUMMARY:A-1 Train", "SUMMARY:é".encode()[:-1] + b"\r\n " + "é".encode()[-1:]),
    "control": swap(b"Train", b"Tr\x07ain"),
    "no_prodid": swap(b"PRODID:-//auditapp//Calendar feeds//EN\r\n", b""),
    "no_version": swap(b"VERSION:2.0\r\n", b""),
    "status": swap(b"STATUS:CONFIRMED", b"STATUS:OPEN"),
    "no_trigger": swap(b"TRIGGER:-PT15H\r\n", b""),
    "publish": swap(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:PUBLISH"),
    "encoding": swap(b"Train", "Trän".encode("latin-1")),
    "bom": b"\xef\xbb\xbf" + SOUND,
    "begin_end": SOUND.removesuffix(b"END:VCALENDAR\r\n"),
    "calendar_uid": swap(b"VERSION:2.0", b"VERSION:2.0\r\nUID:one"),
    "rdate_timezone": swap(b"TZNAME:BST", b"RDATE:20260329T010000,20270328T010000\r\nTZNAME:BST"),
    "offset": swap(b"TZOFFSETFROM:+0000", b"TZOFFSETFROM:-000115"),
    "empty_property": swap(b"LOCATION:Room 4", b"LOCATION:"),
    "twice": swap(b"SEQUENCE:2", b"SEQUENCE:2\r\nSEQUENCE:3"),
    "no_sequence": swap(b"SEQUENCE:2\r\n", b""),
    "stamp": swap(b"LAST-MODIFIED:20261127T103000Z", b"LAST-MODIFIED:20261120T103000Z"),
    "opaque_day": swap(b"TRANSP:TRANSPARENT", b"TRANSP:OPAQUE"),
    "no_dtstart": swap(b"DTSTART;VALUE=DATE:20261201\r\n", b""),
    "bad_date": swap(b"DTSTART;VALUE=DATE:20261201", b"DTSTART;VALUE=DATE:20261301"),
    "empty": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n",
    "too_many": calendar(*(entry(key=f"a:{one}") for one in range(2010)), alarms=False),
}


def test_what_is_sound_has_no_faults():
    assert lint(SOUND) == []
    assert lint(render.head_of_feed("", ()) + render.TAIL) == []


@pytest.mark.parametrize("code", sorted(BROKEN))
def test_each_fault_is_found_and_named(code):
    assert code in {one.code for one in lint(BROKEN[code])}


def test_all_that_was_measured_is_tried_and_every_fault_has_words():
    assert len(MEASURED) == 22
    assert set(MEASURED) <= set(BROKEN)
    assert set(BROKEN) == set(WORDS)


def test_a_fault_says_in_which_line():
    faults = lint(swap(b"STATUS:CONFIRMED", b"STATUS:OPEN"))
    assert [(one.code, SOUND.split(b"\r\n")[one.line - 1]) for one in faults] == [
        ("status", b"STATUS:CONFIRMED")
    ]


texts = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("\\,;:\n\r\"' \t\x00\x1b\u2028\u202e\u200f\ufeff😀👩‍👧éمNn"),
    ),
    max_size=400,
)


@given(title=texts, step=texts, place=texts, name=texts)
def test_any_text_makes_a_sound_calendar_that_is_read_back(title, step, place, name):
    one = entry(title, step=step, place=place)
    data = calendar(one, name=name)
    assert lint(data) == []
    (found,) = Calendar.from_ical(data).events
    assert str(found["SUMMARY"]) == render.heading(one)
    assert str(found["DESCRIPTION"]) == render.description(one)
    assert str(found.get("LOCATION", "")) == render.line(place)
    if LIBICAL is not None:
        assert by_libical(data, LIBICAL) == by_icalendar(data)


@given(text=texts)
def test_what_is_cleaned_keeps_every_letter(text):
    kept = render.clean(text)
    assert render.clean(kept) == kept
    assert [char for char in text if char.isalnum()] == [char for char in kept if char.isalnum()]


def test_what_each_client_shows_is_said():
    counts, lines = look(SOUND)
    assert (counts.days, counts.timed, counts.tasks, counts.alarms) == (1, 1, 0, 2)
    assert [(one.title, one.when) for one in lines] == [
        ("A-1 Train the deputies", "2026-12-01 – 2026-12-02"),
        ("A-1 Opening", "2026-12-01 09:00 Europe/London – 2026-12-01 10:00 Europe/London"),
    ]
    said = {one.client.name: str(one.words) for one in shown_by(counts)}
    assert set(said) == set(CLIENTS)
    assert said["Google Calendar"].startswith("2 events, none of the 2 reminders.")
    assert said["Thunderbird"].startswith("2 events, 2 reminders.")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Google-Calendar-Importer", "Google Calendar"),
        ("Mozilla/5.0 (compatible; Google-Calendar-Importer; x)", "Google Calendar"),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)", "Outlook"),
        ("macOS/15.1 (24B83) dataaccessd/1.0", "Apple Calendar"),
        ("iOS/18.1 (22B83) dataaccessd/1.0", "Apple Calendar"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.7.0", "Thunderbird"),
        ("Evolution/3.46.4", "Evolution"),
        ("vdirsyncer/0.21.0", "vdirsyncer"),
        ("curl/8.1", "curl"),
        ("", "Another calendar"),
        ("\x00" * 10 + "x" * 500, "x" * 60),
    ],
)  # fmt: skip
def test_a_client_is_known_by_what_it_says(agent, name):
    assert client_of(agent) == name
