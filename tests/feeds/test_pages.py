"""The page Calendar: who has which feeds, making one, the address shown once, who polls it, the test, the end of one."""

import base64
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.feeds.lint import lint
from auditapp.feeds.model import Feed
from auditapp.feeds.rules import MOST_FEEDS, Scope
from auditapp.kit import clock
from auditapp.people.rules import Role
from auditapp.reminders.rules import Kind
from auditapp.trail.model import Fact
from bench.stage import statements
from tests.factories import make_contact, make_person, make_relationship
from tests.feeds import world
from tests.feeds.world import Items, events, feed_of, item, refresher

AT = world.AT - timedelta(days=40)  # whoever signs in now is signed in then, and some days later


@pytest.fixture
def moment(monkeypatch):
    held = {"at": AT}
    monkeypatch.setattr(clock, "now", lambda: held["at"])
    return held


@pytest.fixture
def who(unit):
    return unit(lambda s: make_person(s, Role.AUDITOR, name="Anna Auditor"))


def make_by_form(browser, **more):
    return browser.post("/calendar/", data={"name": "Phone", "scope": "mine", **more})


def address(page):
    return re.search(r"http://127\.0\.0\.1:8000(/feeds/[\w-]{43}\.ics)", page)[1]


def test_nobody_has_feeds_at_first(client_of, who):
    page = client_of(who).get("/calendar/").text
    assert "No feeds yet" in page
    assert "4 to 24 hours" in page


def test_a_feed_is_made_and_its_address_shown_once(app, client_of, unit, who):
    items = Items(item(owners=[who.person_id]))
    refresher(app, unit, items)()
    browser = client_of(who)
    answer = make_by_form(browser, name="  My   phone ", kinds=["action"], alarms="y")
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.text
    path = address(page)
    for start in (
        "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F",
        "https://outlook.office.com/calendar/0/addfromweb?url=http%3A%2F%2F",
        "webcal://127.0.0.1:8000/feeds/",
        "data:image/svg+xml",
    ):
        assert start in page
    assert page.count('rel="noreferrer noopener external"') == 5
    assert "has no certificate" in page
    assert list(events(client_of(None).get(path).data)) == ["action-1@auditapp"]
    again = browser.get("/calendar/").text
    assert "My phone" in again
    assert path not in again
    facts = unit(lambda s: s.scalars(sa.select(Fact.verb)).all(), "read")
    assert "feed.made" in facts


def test_the_code_for_the_camera_holds_the_address(client_of, who):
    page = make_by_form(client_of(who)).text
    image = re.search(r'src="(data:image/svg\+xml[^"]+)"', page)[1]
    assert "%3Csvg" in image or "<svg" in image or base64.b64decode(image.split(",")[1])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": " "}, "Say on which device it is"),
        ({"scope": "relationship"}, "Choose the relationship."),
        ({"scope": "programme"}, "Choose the audit programme."),
        ({"scope": "none"}, "Not a valid choice"),
        ({"kinds": ["none"]}, "not a valid choice"),
        (
            {"scope": "relationship", "relationship_id": "00000000-0000-0000-0000-000000000001"},
            "Not a valid choice",
        ),
    ],
)
def test_what_is_missing_is_said_beside_its_field(client_of, unit, who, data, said):
    answer = make_by_form(client_of(who), **data)
    assert answer.status_code == 422
    assert said.lower() in answer.text.lower()
    assert unit(lambda s: s.scalars(sa.select(Feed)).all(), "read") == []


def test_there_is_an_end_to_how_many(app, unit, client_of, who):
    for _ in range(MOST_FEEDS):
        feed_of(app, unit, who)
    answer = make_by_form(client_of(who))
    assert answer.status_code == 409
    assert "Revoke one" in answer.text


def test_who_polls_it_is_seen_and_when_that_stops(app, unit, client_of, who, moment):
    feed_id, path = feed_of(app, unit, who)
    browser = client_of(who)
    assert "No calendar has fetched it yet." in browser.get("/calendar/").text
    agent = {"User-Agent": "Mozilla/5.0 Thunderbird/153.7.0"}
    poller = client_of(None)
    etag = poller.get(path, headers=agent, buffered=True).headers["ETag"]
    moment["at"] = AT + timedelta(hours=4)
    poller.get(path, headers=agent | {"If-None-Match": etag}, buffered=True)
    page = browser.get("/calendar/").text
    assert "Thunderbird fetched it last" in page
    assert "about every 4 hours" in page
    assert "Nothing was new then (304)." in page
    assert "30 minutes" in browser.get(f"/calendar/{feed_id}").text
    moment["at"] = AT + timedelta(days=3)
    browser = client_of(who)
    page = browser.get("/calendar/").text
    assert "Polling has stopped" in page
    assert "Polling stopped" in browser.get(f"/calendar/{feed_id}").text


def test_the_test_of_a_feed_reads_it_and_says_what_each_client_shows(app, unit, client_of, who, moment):
    refresher(app, unit, Items(item(owners=[who.person_id], title="<b>Train & teach</b>")))()
    feed_id, _ = feed_of(app, unit, who, alarms=True)
    page = client_of(who).get(f"/calendar/{feed_id}/test").text
    assert "No faults. Every calendar can read it." in page
    assert "none of the 1 reminders" in page
    assert "A-2026-001 &lt;b&gt;Train &amp; teach&lt;/b&gt;" in page


def test_renamed_rotated_and_revoked(app, unit, client_of, who, moment):
    feed_id, path = feed_of(app, unit, who)
    browser = client_of(who)
    assert browser.post(f"/calendar/{feed_id}/rename", data={"name": "Tablet"}).status_code == 302
    assert "Tablet" in browser.get("/calendar/").text
    assert browser.post(f"/calendar/{feed_id}/rename", data={"name": ""}).status_code == 422
    rotated = browser.post(f"/calendar/{feed_id}/rotate")
    assert "goes on for 7 days" in rotated.text
    new = address(rotated.text)
    assert new != path
    assert "Revoke the feed on “Tablet”?" in browser.get(f"/calendar/{feed_id}/revoke").text
    assert browser.post(f"/calendar/{feed_id}/revoke").status_code == 302
    for one in (path, new):
        assert "revoked" in client_of(None).get(one).text
    assert "Revoked" in browser.get("/calendar/").text
    assert browser.post(f"/calendar/{feed_id}/rotate").status_code == 409
    assert browser.post(f"/calendar/{feed_id}/rename", data={"name": "x"}).status_code == 409
    moment["at"] = AT + timedelta(days=15)
    page = client_of(who).get("/calendar/").text
    assert "Tablet" not in page
    assert "No feeds yet" in page


def test_a_feed_is_only_its_own_persons(app, unit, client_of, who, moment):
    feed_id, _ = feed_of(app, unit, who)
    other = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    for end in ("", "/test", "/revoke"):
        assert other.get(f"/calendar/{feed_id}{end}").status_code == 404
    for verb in ("rename", "rotate", "revoke"):
        assert other.post(f"/calendar/{feed_id}/{verb}", data={"name": "x"}).status_code == 404


def test_one_event_can_be_downloaded_by_whoever_may_see_it(app, unit, client_of, who, moment):
    other = unit(lambda s: make_contact(s, make_relationship(s)))
    refresher(app, unit, Items(item("rmp:1", kind=Kind.RMP_REVIEW, ref="RMP-2026/1 é")))()
    answer = client_of(who).get("/calendar/event.ics?key=rmp:1")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="RMP-2026-1.ics"'
    assert lint(answer.data) == []
    assert list(events(answer.data)) == ["rmp-1@auditapp"]
    assert client_of(other).get("/calendar/event.ics?key=rmp:1").status_code == 404
    assert client_of(who).get("/calendar/event.ics?key=none").status_code == 404
    assert client_of(None).get("/calendar/event.ics?key=rmp:1").status_code == 302


def test_a_contact_chooses_from_what_is_theirs(unit, client_of):
    def make(session):
        here, there = make_relationship(session, name="Ours"), make_relationship(session, name="Theirs")
        del there
        return make_contact(session, here)

    page = client_of(unit(make)).get("/calendar/").text
    assert "Ours" in page
    assert "Theirs" not in page
    assert "Which audit programme" not in page


def test_the_list_costs_the_same_for_few_and_many(app, unit, client_of, who, moment):
    feed_of(app, unit, who)
    browser = client_of(who)

    def count():
        with statements(app) as sent:
            browser.get("/calendar/")
        return len(sent)

    few = count()
    for _ in range(9):
        feed_of(app, unit, who, scope=Scope.ALL)
    assert count() == few
