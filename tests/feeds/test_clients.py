"""Feeds in real clients: every event is read by four independent readers as it was stored, and a change arrives."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from auditapp.audits.model import Audit, AuditMember, AuditSession
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.feeds.lint import lint
from auditapp.feeds.model import FeedEvent
from auditapp.feeds.render import line
from auditapp.feeds.rules import Scope
from auditapp.people.rules import Role
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import MeetingKind
from tests.conftest import REFUSE_SKIPS
from tests.factories import make_person, make_relationship
from tests.feeds.readers import Khal, by_icalendar, by_icaljs, by_libical, libical
from tests.feeds.world import AT, TODAY, Items, feed_of, item, nudge, refresher
from tests.serving import serving

DAY = timedelta(days=1)
HOSTILE = (
    "Two\nlines, and a comma; a semicolon: a \\ backslash \\n \\, \\;",
    "Ends with a backslash \\",
    "Fold " + "x" * 60 + "😀" * 30,
    "x" * 61 + "é" * 40,
    "مراجعة العلاقة, 2026; الخطة",  # right to left
    "\u202eturned\u202c and \u200fmarked",
    "ten thousand " + "long" * 2500,
    "control \x00\x07\x1b characters\x85next\u2028line",
    "BEGIN:VEVENT\r\nUID:injected\r\nEND:VEVENT",
    "quotes \" ' and < > & %0A",
    "👩‍👩‍👧‍👦" * 12,
    "  blanks   around\t",
    '"',
    "DTSTART:20260101",
)  # fmt: skip
SINCE, DAYS = TODAY - timedelta(days=90), 640


def make(session):
    """Somebody with an audit over both changes of the clocks, meetings in four zones."""
    who = make_person(session, Role.SYSTEM_MANAGER, name="Ada, Alder; \\")
    for number, day in enumerate((date(2026, 12, 7), date(2027, 3, 27), date(2027, 10, 30))):
        audit = Audit(
            ref=f"IA-{number}", title=f"Audit, {number}; of \\ all", status=AuditStatus.SCHEDULED, starts_on=day,
            ends_on=day + 2 * DAY, created_at=AT, places="Leeds, 4; top",
        )  # fmt: skip
        session.add(audit)
        audit.members.append(AuditMember(person_id=who.person_id, role=MemberRole.LEADER))
        session.flush()
        for hours in range(0, 72, 7):
            starts = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours)
            session.add(
                AuditSession(
                    audit_id=audit.id, title=f"Session after {hours} hours", starts_at=starts,
                    ends_at=starts + timedelta(minutes=50), place="Room, 1",
                )
            )  # fmt: skip
    relationship = make_relationship(session)
    for number, zone in enumerate(
        ("America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Australia/Sydney")
    ):
        for month in range(1, 13, 2):
            session.add(
                Meeting(
                    ref=f"M-{number}-{month}", relationship_id=relationship.id, kind=MeetingKind.OTHER, present=[],
                    title=f"Meeting in {zone}", invited=[], created_at=AT, zone=zone,
                    starts_at=datetime(2027, month, 28, 12, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC),
                )
            )  # fmt: skip
    return who


def stored(session):
    """What was stored, by UID, as readers should see it."""
    found = {}
    for row in session.scalars(sa.select(FeedEvent).where(FeedEvent.state.in_(("open", "cancelled")))):
        about = row.about
        if "T" in about["starts"]:
            start, end = (datetime.fromisoformat(about[one]).astimezone(UTC) for one in ("starts", "ends"))
        else:
            start, end = date.fromisoformat(about["starts"]), date.fromisoformat(about["ends"]) + DAY
        status = "CANCELLED" if about["cancelled"] else "CONFIRMED"
        found[row.key.replace(":", "-") + "@auditapp"] = (start, end, row.title, status)
    return found


@pytest.fixture
def world(app, unit):
    """(what is due, the job, the path of a feed of everything, who)."""
    who = unit(make)
    items = Items(
        *(
            item(
                f"a:{number}",
                title=title,
                ref=f"A-{number}",
                due_on=TODAY + number * DAY,
                owners=[who.person_id],
            )
            for number, title in enumerate(HOSTILE)
        )
    )
    run = refresher(app, unit, items)
    run()
    _, path = feed_of(app, unit, who, scope=Scope.ALL, alarms=True)
    return items, run, path, who


@pytest.fixture(scope="module")
def page(chromium):
    """A page of a browser that stands in Auckland."""
    return chromium.new_context(timezone_id="Pacific/Auckland").new_page()


@pytest.fixture(scope="module")
def lib():
    """libical."""
    found = libical()
    if found is None:
        if REFUSE_SKIPS:
            pytest.fail("libical is missing, and skips are refused")
        pytest.skip("*** NOT READ BY libical: it is not installed (apt install libical3) ***")
    return found


def test_what_was_stored_is_what_is_meant(unit, world):
    found = unit(stored, "read")
    for number, title in enumerate(HOSTILE):
        assert found[f"a-{number}@auditapp"][2] == f"A-{number} {line(title)}"
    assert "injected" not in found
    assert len(found) == len(HOSTILE) + 3 + 3 * 11 + 4 * 6


def test_the_library_itself_reads_what_was_stored(client_of, unit, world):
    data = client_of(None).get(world[2]).data
    assert lint(data) == []
    assert by_icalendar(data) == unit(stored, "read")


def test_libical_reads_what_was_stored_and_finds_nothing_against_it(client_of, unit, world, lib):
    assert by_libical(client_of(None).get(world[2]).data, lib) == unit(stored, "read")


@pytest.mark.browser
def test_ical_js_reads_what_was_stored(client_of, unit, world, page):
    assert by_icaljs(client_of(None).get(world[2]).data, page) == unit(stored, "read")


def as_khal_shows(events):
    """The same events as khal lists them, in Auckland; whole days by their last day.

    Without their UIDs: vdirsyncer gives items of a feed names of its own, made of what is in them.
    """
    here = ZoneInfo("Pacific/Auckland")
    shown = []
    for start, end, title, status in events.values():
        if isinstance(start, datetime):
            times = (f"{start.astimezone(here):%Y-%m-%d %H:%M}", f"{end.astimezone(here):%Y-%m-%d %H:%M}")
        else:
            times = (start.isoformat(), (end - DAY).isoformat())
        shown.append((*times, title, status))
    return sorted(shown)


def read_by_khal(khal):
    khal.sync()
    rows = khal.list(SINCE, DAYS)
    assert {uid for uid, same in rows.items() if len(same) != 1} == set()
    assert khal.files() == len(rows)
    return sorted(
        (row["start-long"].strip(), row["end-long"].strip(), row["title"], row["status"].strip())
        for (row,) in rows.values()
    )


def test_vdirsyncer_and_khal_show_it_and_a_change_after_the_next_sync(app, unit, world, tmp_path):
    items, run, path, _ = world
    app.config["SERVER_NAME"] = None
    with serving(app) as url:
        khal = Khal(tmp_path / "khal", url + path)
        assert read_by_khal(khal) == as_khal_shows(unit(stored, "read"))
        # A change in the site, an item that is done, a new one, and an audit that is cancelled.
        items.items[0] = item("a:0", title="Renamed, and moved", ref="A-0", due_on=TODAY + 40 * DAY)
        del items.items[1]
        items.items.append(item("a:new", ref="A-99", title="New"))
        unit(
            lambda s: s.execute(
                sa.update(Audit).where(Audit.ref == "IA-1").values(status=AuditStatus.CANCELLED)
            )
        )
        nudge(unit)
        run(AT + timedelta(minutes=5))
        second = read_by_khal(khal)
        assert second == as_khal_shows(unit(stored, "read"))
        titles = [title for _, _, title, _ in second]
        assert titles.count("A-0 Renamed, and moved") == titles.count("A-99 New") == 1
        assert not [title for title in titles if title.startswith("A-1 ")]
        assert sum(title.startswith("Cancelled: ") for title in titles) == 12
        # Thirty days later the cancelled ones are gone from the client too.
        nudge(unit)
        run(AT + timedelta(days=31))
        third = read_by_khal(khal)
        overdue = [one for one in third if one[2].endswith(" overdue")]
        assert [one[2] for one in overdue] == ["13 overdue"]
        assert [one for one in third if one not in overdue] == as_khal_shows(unit(stored, "read"))
        assert not [title for _, _, title, _ in third if title.startswith("Cancelled: ")]
