"""What the job writes: once when it changes, with a number that goes up; what vanishes leaves, what is cancelled says so."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.model import Audit, AuditMember, AuditSession
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.feeds.lint import lint
from auditapp.feeds.model import FeedEvent
from auditapp.feeds.rules import Scope
from auditapp.kit import clock
from auditapp.people.rules import Role
from auditapp.relationships.issues.model import Issue, IssueStay
from auditapp.relationships.issues.rules.ladder import Severity
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import MeetingKind, MeetingStatus
from auditapp.reminders.rules import Kind
from bench.stage import statements
from tests.factories import make_person, make_relationship
from tests.feeds.world import AT, TODAY, Items, events, feed_of, item, nudge, refresher
from tests.relationships.issues.conftest import make_cast

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(app, unit, client_of, monkeypatch):
    """A person, what is due, the job, and what their feed of everything holds at a moment."""
    held = {"at": AT}
    monkeypatch.setattr(clock, "now", lambda: held["at"])
    who = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Ada Alder", zone="Europe/London"))
    items = Items()
    run = refresher(app, unit, items)
    run()
    _, path = feed_of(app, unit, who, scope=Scope.ALL)
    browser = client_of(None)

    class World:
        pass

    found = World()
    found.who, found.items = who, items

    def at(moment, *, changed=True):
        held["at"] = moment
        if changed:
            nudge(unit, moment)
        return run(moment)

    def feed():
        answer = browser.get(path)
        assert answer.status_code == 200
        assert lint(answer.data) == []
        return events(answer.data)

    found.at, found.feed, found.browser, found.path = at, feed, browser, path
    return found


def test_a_deadline_is_a_transparent_day_with_an_exclusive_end(world):
    world.items.items = [
        item(owners=[world.who.person_id], due_on=date(2026, 12, 4), changed_at=AT - 3 * DAY)
    ]
    world.at(AT + HOUR)
    event = world.feed()["action-1@auditapp"]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 12, 4), date(2026, 12, 5))
    assert (event["TRANSP"], event["STATUS"], event["SEQUENCE"]) == ("TRANSPARENT", "CONFIRMED", 0)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == AT - 3 * DAY
    assert event["SUMMARY"] == "A-2026-001 Train the deputies"
    said = str(event["DESCRIPTION"])
    assert "Do it and say that it is done." in said
    assert "Whose turn: Ada Alder (“You are its owner.”)" in said
    assert said.endswith(event["URL"])
    assert event["URL"].startswith("http://127.0.0.1:8000/actions/")
    assert event["CATEGORIES"].cats == ["Action"]
    assert "LOCATION" not in event


def test_the_same_again_writes_nothing(world, unit):
    world.items.items = [item(owners=[world.who.person_id])]
    assert world.at(AT + HOUR) > 0
    assert world.at(AT + 2 * HOUR) == 0
    assert unit(lambda s: s.scalars(sa.select(FeedEvent.sequence)).all(), "read") == [0]


def test_without_a_new_fact_nothing_is_even_looked_at(app, unit, world):
    world.items.items = [item(owners=[world.who.person_id])]
    world.at(AT, changed=False)
    with statements(app) as sent:
        assert world.at(AT + HOUR, changed=False) == 0
    assert len(sent) <= 2


def test_a_moved_day_keeps_its_event_and_says_where_it_was(world):
    world.items.items = [item(due_on=date(2026, 12, 4))]
    world.at(AT + HOUR)
    world.items.items = [item(due_on=date(2026, 12, 11))]
    world.at(AT + DAY)
    event = world.feed()["action-1@auditapp"]
    assert (event["DTSTART"].dt, event["SEQUENCE"]) == (date(2026, 12, 11), 1)
    assert event["LAST-MODIFIED"].dt == AT + DAY
    assert "Moved from 4 December 2026, seen on 28 November 2026." in event["DESCRIPTION"]
    world.items.items = [item(due_on=date(2026, 12, 11), title="Train them")]
    world.at(AT + 2 * DAY)
    event = world.feed()["action-1@auditapp"]
    assert event["SEQUENCE"] == 2
    assert "Moved from 4 December" in event["DESCRIPTION"]


def test_what_is_finished_leaves_and_returns_with_a_higher_number(world):
    world.items.items = [item()]
    world.at(AT + HOUR)
    world.items.items = []
    world.at(AT + 2 * HOUR)
    assert world.feed() == {}
    world.items.items = [item()]
    world.at(AT + 3 * HOUR)
    assert world.feed()["action-1@auditapp"]["SEQUENCE"] == 1


def test_the_window_ends_behind_and_ahead(world, unit):
    world.items.items = [
        item("a:1", due_on=TODAY - 91 * DAY),
        item("a:2", due_on=TODAY - 90 * DAY),
        item("a:3", due_on=TODAY + 548 * DAY),
        item("a:4", due_on=TODAY + 549 * DAY),
    ]
    world.at(AT + HOUR)
    found = world.feed()
    assert {one for one in found if one.startswith("a-")} == {"a-2@auditapp", "a-3@auditapp"}
    (summary,) = (one for uid, one in found.items() if uid.startswith("overdue-"))
    assert summary["SUMMARY"] == "2 overdue"


def test_what_is_overdue_is_one_event_today_while_it_stays_where_it_was(world):
    world.items.items = [item(f"a:{day}", ref=f"A-{day}", due_on=TODAY - day * DAY) for day in range(8)]
    world.at(AT + HOUR)
    found = world.feed()
    assert len(found) == 9
    (summary,) = (one for uid, one in found.items() if uid.startswith("overdue-"))
    assert (summary["SUMMARY"], summary["DTSTART"].dt, summary["TRANSP"]) == (
        "7 overdue",
        TODAY,
        "TRANSPARENT",
    )
    assert "2026-11-20  A-7 Train the deputies" in summary["DESCRIPTION"]
    assert found["a-3@auditapp"]["DTSTART"].dt == TODAY - 3 * DAY
    etag = world.browser.get(world.path).headers["ETag"]
    # At the person's midnight it moves on by itself, without a new fact.
    midnight = datetime(2026, 11, 28, 0, 0, tzinfo=UTC)
    assert world.at(midnight - timedelta(minutes=1), changed=False) == 0
    assert world.at(midnight, changed=False) > 0
    later = world.browser.get(world.path, headers={"If-None-Match": etag})
    assert later.status_code == 200
    (moved,) = (one for uid, one in events(later.data).items() if uid.startswith("overdue-"))
    assert (moved["UID"], moved["SUMMARY"], moved["DTSTART"].dt) == (summary["UID"], "8 overdue", TODAY + DAY)
    assert moved["SEQUENCE"] > summary["SEQUENCE"]


def _audit(session, who, **more):
    audit = Audit(
        ref="IA-2026-009", title="Audit of Logistics", status=AuditStatus.SCHEDULED, starts_on=date(2027, 3, 29),
        ends_on=date(2027, 3, 30), created_at=AT, places="Leeds", **more,
    )  # fmt: skip
    session.add(audit)
    audit.members.append(AuditMember(person_id=who.person_id, role=MemberRole.LEADER))
    session.flush()
    line = AuditSession(
        audit_id=audit.id, title="Opening meeting", place="Room 4", auditors="Ada Alder",
        starts_at=datetime(2027, 3, 29, 8, 0, tzinfo=UTC), ends_at=datetime(2027, 3, 29, 8, 45, tzinfo=UTC),
    )  # fmt: skip
    session.add(line)
    session.flush()
    return audit.id, line.id


def test_an_audit_has_its_days_and_its_sessions_with_a_zone(world, unit):
    audit_id, line_id = unit(lambda s: _audit(s, world.who))
    world.items.items = [
        item(
            f"audit:{audit_id}", kind=Kind.AUDIT, ref="IA-2026-009", title="Audit of Logistics", thing_kind="audit",
            thing_id=str(audit_id), audit_id=audit_id, starts_on=date(2027, 3, 29), due_on=date(2027, 3, 30),
            owners=[world.who.person_id],
        )
    ]  # fmt: skip
    world.at(AT + HOUR)
    found = world.feed()
    assert set(found) == {f"audit_days-{audit_id}@auditapp", f"audit_session-{line_id}@auditapp"}
    days, line = found[f"audit_days-{audit_id}@auditapp"], found[f"audit_session-{line_id}@auditapp"]
    assert (days["DTSTART"].dt, days["DTEND"].dt, days["LOCATION"]) == (
        date(2027, 3, 29),
        date(2027, 3, 31),
        "Leeds",
    )
    # Summer time began the day before: nine in the morning in London, eight in UTC.
    assert line["DTSTART"].params["TZID"] == "Europe/London"
    assert line["DTSTART"].dt.replace(tzinfo=None) == datetime(2027, 3, 29, 9, 0)  # noqa: DTZ001 - a wall clock
    assert line["DTSTART"].dt.astimezone(UTC) == datetime(2027, 3, 29, 8, 0, tzinfo=UTC)
    assert (line["TRANSP"], line["LOCATION"]) == ("OPAQUE", "Room 4")


@pytest.mark.parametrize(
    ("status", "word"), [(AuditStatus.CANCELLED, "Cancelled"), (AuditStatus.POSTPONED, "Postponed")]
)
def test_a_cancelled_audit_says_so_for_thirty_days(world, unit, status, word):
    audit_id, line_id = unit(lambda s: _audit(s, world.who))
    world.at(AT + HOUR)
    before = world.feed()
    unit(lambda s: s.execute(sa.update(Audit).values(status=status)))
    world.at(AT + 2 * HOUR)
    found = world.feed()
    assert set(found) == set(before)
    for uid, event in found.items():
        assert event["STATUS"] == "CANCELLED"
        assert event["SUMMARY"].startswith(f"{word}: ")
        assert event["TRANSP"] == "TRANSPARENT"
        assert event["SEQUENCE"] == before[uid]["SEQUENCE"] + 1
        assert event["DTSTART"].dt == before[uid]["DTSTART"].dt
    world.at(AT + 2 * HOUR + 29 * DAY)
    assert set(world.feed()) == set(before)
    world.at(AT + 2 * HOUR + 30 * DAY)
    assert world.feed() == {}
    unit(lambda s: s.execute(sa.update(Audit).values(status=AuditStatus.SCHEDULED)))
    world.at(AT + 31 * DAY)
    assert {one["STATUS"] for one in world.feed().values()} == {"CONFIRMED"}
    del audit_id, line_id


def test_a_session_taken_out_of_the_agenda_just_leaves(world, unit):
    audit_id, _ = unit(lambda s: _audit(s, world.who))
    world.at(AT + HOUR)
    unit(lambda s: s.execute(sa.delete(AuditSession)))
    world.at(AT + 2 * HOUR)
    assert set(world.feed()) == {f"audit_days-{audit_id}@auditapp"}


def test_a_meeting_stands_in_its_own_zone_or_in_utc(world, unit):
    def make(session):
        relationship = make_relationship(session)
        for number, zone in enumerate(("America/New_York", "Africa/Casablanca", "UTC")):
            session.add(
                Meeting(
                    ref=f"M-{number}", relationship_id=relationship.id, kind=MeetingKind.OTHER, title="Quarterly",
                    starts_at=datetime(2026, 12, 8, 15, 0, tzinfo=UTC), zone=zone, present=[],
                    invited=[str(world.who.person_id)], created_at=AT,
                )
            )  # fmt: skip

    unit(make)
    world.at(AT + HOUR)
    found = {str(one["SUMMARY"]): one for one in world.feed().values()}
    assert found["M-0 Quarterly"]["DTSTART"].to_ical() == b"20261208T100000"
    assert found["M-1 Quarterly"]["DTSTART"].to_ical() == b"20261208T150000Z"
    assert found["M-2 Quarterly"]["DTSTART"].to_ical() == b"20261208T150000Z"
    unit(
        lambda s: s.execute(
            sa.update(Meeting).where(Meeting.ref == "M-0").values(status=MeetingStatus.CANCELLED)
        )
    )
    world.at(AT + 2 * HOUR)
    assert "Cancelled: M-0 Quarterly" in {str(one["SUMMARY"]) for one in world.feed().values()}


def test_the_levels_of_an_issue_move_together_and_say_why(world, unit):
    def make(session):
        cast = make_cast(session)
        return cast.raised(session, severity=Severity.MODERATE, at=AT).id

    issue_id = unit(make)
    first = "2026-12-07"

    def level(day):
        return item(
            f"issue_level:{issue_id}:1", kind=Kind.ISSUE_LEVEL, ref="IS-2026-001", title="It is late",
            thing_kind="issue", thing_id=str(issue_id), due_on=day,
        )  # fmt: skip

    world.items.items = [level(date.fromisoformat(first))]
    world.at(AT + HOUR)
    before = {uid: one for uid, one in world.feed().items() if uid.startswith("issue_forecast-")}
    assert sorted(uid[-10:-9] for uid in before) == ["2", "3", "4"]
    assert all("moves with it" in one["DESCRIPTION"] for one in before.values())

    # The severity changes: every level gets less time.
    def harder(session):
        session.execute(sa.update(Issue).values(severity=Severity.SERIOUS))
        session.execute(sa.update(IssueStay).values(limit_days=3, floor_at=AT + 2 * HOUR))

    unit(harder)
    world.items.items = [level(date(2026, 12, 3))]
    world.at(AT + 3 * HOUR)
    found = world.feed()
    for uid, one in before.items():
        assert found[uid]["DTSTART"].dt < one["DTSTART"].dt
        assert found[uid]["SEQUENCE"] == 1
        assert "Moved from" in found[uid]["DESCRIPTION"]
    said = found[f"issue_level-{issue_id}-1@auditapp"]["DESCRIPTION"]
    assert "Moved from 7 December 2026" in said
    assert "Why its days moved: its severity was changed." in said


def test_private_titles_name_only_the_kind_and_the_number(app, unit, world, client_of):
    world.items.items = [item(owners=[world.who.person_id], due_on=TODAY - DAY)]
    unit(lambda s: _audit(s, world.who))
    world.at(AT + HOUR)
    _, path = feed_of(app, unit, world.who, scope=Scope.ALL, private_titles=True, alarms=True)
    answer = client_of(None).get(path)
    assert lint(answer.data) == []
    titles = {str(one["SUMMARY"]) for one in events(answer.data).values()}
    assert titles == {"Action due: A-2026-001", "Audit: IA-2026-009", "1 overdue"}
    for secret in ("Train", "Logistics", "Leeds", "Room 4", "Ada", "Opening", "Test organization"):
        assert secret not in answer.text


def test_alarms_and_tasks_are_options(app, unit, world, client_of):
    world.items.items = [item(owners=[world.who.person_id])]
    unit(lambda s: _audit(s, world.who))
    world.at(AT + HOUR)
    plain = world.browser.get(world.path).text
    assert "VALARM" not in plain
    _, path = feed_of(app, unit, world.who, alarms=True)
    with_alarms = client_of(None).get(path)
    assert lint(with_alarms.data) == []
    triggers = {one.walk("VALARM")[0]["TRIGGER"].dt for one in events(with_alarms.data).values()}
    assert triggers == {timedelta(hours=-15), timedelta(minutes=-30)}
    _, path = feed_of(app, unit, world.who, tasks=True)
    tasks = client_of(None).get(path)
    assert lint(tasks.data) == []
    assert events(tasks.data) == {}
    assert tasks.text.count("BEGIN:VTODO") == 1
    assert "DUE;VALUE=DATE:20261203" in tasks.text


def test_kinds_and_scopes_narrow(app, unit, world, client_of):
    def make(session):
        return make_relationship(session).id, make_relationship(session, owner_id=world.who.person_id).id

    here, mine = unit(make)
    world.items.items = [
        item("a:1", owners=[world.who.person_id]),
        item("a:2", relationship_id=here),
        item("b:3", kind=Kind.RMP_REVIEW, relationship_id=here),
        item("b:4", relationship_id=mine, owners=[unit(make_person).person_id]),
    ]
    world.at(AT + HOUR)

    def keys(**options):
        _, path = feed_of(app, unit, world.who, **options)
        return {uid.split("@")[0] for uid in events(client_of(None).get(path).data)}

    assert keys(scope=Scope.ALL) == {"a-1", "a-2", "b-3", "b-4"}
    assert keys(scope=Scope.MINE) == {"a-1"}
    assert keys(scope=Scope.TEAM) == {"b-4"}
    assert keys(scope=Scope.RELATIONSHIP, relationship_id=here) == {"a-2", "b-3"}
    assert keys(scope=Scope.ALL, kinds=[Kind.RMP_REVIEW]) == {"b-3"}


def test_the_cost_of_looking_does_not_grow_with_what_there_is(app, unit, world):
    world.items.items = [item("a:0", owners=[world.who.person_id])]
    world.at(AT + HOUR)

    def count(moment):
        with statements(app) as sent:
            world.at(moment)
        return len(sent)

    few = count(AT + 2 * HOUR)
    world.items.items += [item(f"a:{number}", owners=[world.who.person_id]) for number in range(1, 120)]
    world.at(AT + 3 * HOUR)
    assert count(AT + 4 * HOUR) == few
