"""The address that calendars poll: bytes, ETags, rights, revoked and unknown tokens, and nothing that gives it away."""

import gzip
import logging
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.feeds import service
from auditapp.feeds.lint import lint
from auditapp.feeds.model import Feed, FeedPoll
from auditapp.feeds.routes import serving
from auditapp.feeds.rules import OVERLAP, REVOKED_SAYS_SO, Scope
from auditapp.feeds.secrecy import hide
from auditapp.kit import clock
from auditapp.kit.db import db
from auditapp.people.model import Account, Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.reminders.rules import Kind, Level
from bench.stage import statements
from tests.factories import make_contact, make_person, make_relationship
from tests.feeds.world import AT, Items, events, feed_of, item, nudge, refresher


@pytest.fixture
def moment(monkeypatch):
    """The clock, to be set."""
    held = {"at": AT}
    monkeypatch.setattr(clock, "now", lambda: held["at"])
    monkeypatch.setattr(serving, "limiter", serving.Limiter())
    return held


@pytest.fixture
def world(app, unit, moment):
    who = unit(lambda s: make_person(s, Role.AUDITOR, name="Anna Auditor"))
    items = Items(item("action:1", owners=[who.person_id]), item("action:2", ref="A-2026-002"))
    run = refresher(app, unit, items)
    run()
    feed_id, path = feed_of(app, unit, who)
    return {"who": who, "items": items, "run": run, "id": feed_id, "path": path}


def test_a_feed_is_bytes_of_a_calendar(app, client_of, world):
    answer = client_of(None).get(world["path"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert re.fullmatch(r'"\d+-[0-9a-f]{16}"', answer.headers["ETag"])
    assert lint(answer.data) == []
    assert list(events(answer.data)) == ["action-1@auditapp"]


def test_nothing_new_is_a_304_until_something_is(client_of, world, moment):
    browser = client_of(None)
    first = browser.get(world["path"])
    again = browser.get(world["path"], headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    world["items"].items[0] = item("action:1", owners=[world["who"].person_id], title="Another title")
    moment["at"] = AT + timedelta(hours=1)
    assert world["run"](moment["at"]) > 0
    later = browser.get(world["path"], headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert later.headers["ETag"] != first.headers["ETag"]
    event = events(later.data)["action-1@auditapp"]
    assert (event["SUMMARY"], event["SEQUENCE"]) == ("A-2026-001 Another title", 1)
    assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt == moment["at"]


def test_the_etag_holds_with_gzip_too(client_of, world):
    browser = client_of(None)
    plain = browser.get(world["path"])
    packed = browser.get(world["path"], headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    for tag in (
        packed.headers["ETag"],
        plain.headers["ETag"],
        "W/" + plain.headers["ETag"],
        f'"x", {plain.headers["ETag"]}',
    ):
        headers = {"Accept-Encoding": "gzip", "If-None-Match": tag}
        assert browser.get(world["path"], headers=headers).status_code == 304


def test_a_client_that_knows_only_dates_is_told_by_date(client_of, world, moment):
    browser = client_of(None)
    assert "Last-Modified" not in browser.get(world["path"]).headers  # its second is not over
    moment["at"] = AT + timedelta(minutes=1)
    known = browser.get(world["path"]).headers["Last-Modified"]
    assert browser.get(world["path"], headers={"If-Modified-Since": known}).status_code == 304
    old = {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}
    assert browser.get(world["path"], headers=old).status_code == 200
    world["items"].items.append(item("action:3", owners=[world["who"].person_id]))
    world["run"](AT + timedelta(minutes=2))
    moment["at"] = AT + timedelta(minutes=3)
    assert browser.get(world["path"], headers={"If-Modified-Since": known}).status_code == 200


def test_head_is_cheap_and_says_the_length(app, client_of, world):
    browser = client_of(None)
    full = browser.get(world["path"], buffered=True)
    with statements(app) as sent:
        head = browser.head(world["path"], buffered=True)
    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(full.data)
    assert head.headers["ETag"] == full.headers["ETag"]
    assert len(sent) == 1


def test_a_poll_costs_few_statements(app, client_of, world):
    browser = client_of(None)
    etag = browser.get(world["path"], buffered=True).headers["ETag"]
    known = {"If-None-Match": etag}
    browser.get(world["path"], headers=known, buffered=True)
    with statements(app) as sent:
        assert browser.get(world["path"], headers=known, buffered=True).status_code == 304
    assert len(sent) == 0  # its one statement goes past the ORM, where nobody counts
    other = {"If-None-Match": f"{etag}, {etag}"}  # the long way
    with statements(app) as sent:
        assert browser.get(world["path"], headers=other, buffered=True).status_code == 304
    assert len(sent) == 1
    browser.get(world["path"], buffered=True)
    with statements(app) as sent:
        assert browser.get(world["path"], buffered=True).status_code == 200
    assert len(sent) <= 4


def test_rights_are_those_of_this_moment(app, unit, client_of, world, moment):
    who = world["who"]
    _, path = feed_of(app, unit, who, scope=Scope.ALL)
    browser = client_of(None)
    first = browser.get(path)
    assert len(events(first.data)) == 2
    unit(lambda s: s.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == who.person_id)))
    moment["at"] = AT + timedelta(minutes=1)
    now = browser.get(path)
    assert list(events(now.data)) == ["action-1@auditapp"]
    assert now.headers["ETag"] != first.headers["ETag"]


def test_a_contact_sees_what_is_theirs_and_what_is_shared(app, unit, client_of, moment):
    def make(session):
        here, there = make_relationship(session), make_relationship(session)
        return make_contact(session, here), here.id, there.id

    who, here, there = unit(make)
    items = Items(
        item("rmp:1", kind=Kind.RMP_REVIEW, thing_kind="plan", relationship_id=here, shared=True),
        item("rmp:2", kind=Kind.RMP_REVIEW, thing_kind="plan", relationship_id=here),
        item("rmp:3", kind=Kind.RMP_REVIEW, thing_kind="plan", relationship_id=there, shared=True),
        item("nc:4", kind=Kind.NONCONFORMITY, thing_kind="nonconformity", relationship_id=here, shared=True),
        item("action:5", owners=[who.person_id]),
        item("rmp:6", kind=Kind.RMP_REVIEW, thing_kind="plan", above={Level.JOINT_BOARD: (who.person_id,)}),
        item("issue:7", kind=Kind.ISSUE_LEVEL, thing_kind="issue", relationship_id=here, shared=True),
    )
    refresher(app, unit, items)()
    _, path = feed_of(app, unit, who, scope=Scope.ALL)
    assert set(events(client_of(None).get(path).data)) == {"rmp-1@auditapp", "action-5@auditapp"}


@pytest.mark.parametrize("gone", ["revoked", "left", "closed"])
def test_a_revoked_feed_says_so_and_then_is_gone(unit, client_of, world, moment, gone):
    who = world["who"]
    if gone == "revoked":
        unit(lambda s: service.revoke(s, actor=who, at=AT, feed_id=world["id"]))
    elif gone == "left":
        unit(lambda s: s.execute(sa.update(Person).values(active=False)))
    else:
        unit(lambda s: s.execute(sa.update(Account).values(disabled_at=AT)))
    browser = client_of(None)
    assert "revoked" in browser.get(world["path"]).text  # at once, before any job
    nudge(unit)
    world["run"](AT + timedelta(seconds=1))
    answer = browser.get(world["path"])
    assert answer.status_code == 200
    assert lint(answer.data) == []
    (event,) = events(answer.data).values()
    assert "revoked" in event["SUMMARY"]
    assert browser.get(world["path"], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    moment["at"] = AT + REVOKED_SAYS_SO + timedelta(minutes=1)
    after = browser.get(world["path"], headers={"If-None-Match": answer.headers["ETag"]})
    assert after.status_code == 410
    assert after.mimetype == "text/plain"


def test_after_a_rotation_both_addresses_go_on_for_a_week(unit, client_of, world, moment):
    _, secret = unit(lambda s: service.rotate(s, actor=world["who"], at=AT, feed_id=world["id"]))
    new, old, browser = f"/feeds/{secret}.ics", world["path"], client_of(None)
    assert browser.get(new).data == browser.get(old).data
    moment["at"] = AT + OVERLAP + timedelta(seconds=1)
    assert "replaced" in browser.get(old).text
    assert list(events(browser.get(new).data)) == ["action-1@auditapp"]
    moment["at"] = AT + OVERLAP + REVOKED_SAYS_SO + timedelta(seconds=1)
    assert browser.get(old).status_code == 410
    assert browser.get(new).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/wrong.ics",
        "/feeds/" + "x" * 43 + ".ics",
        "/feeds/",
        "/feeds/none",
        "/feeds//x.ics",
        "/feeds/a/b.ics",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
def test_never_a_page_and_never_a_redirect(client_of, world, path, method):
    answer = client_of(None).open(path, method=method)
    assert answer.status_code in {404, 405}
    assert answer.mimetype == "text/plain"
    assert "<" not in answer.text


def test_wrong_addresses_are_limited_and_right_ones_are_not_known_by_it(client_of, world, moment):
    browser = client_of(None)
    for number in range(30):
        assert browser.get(f"/feeds/wrong{number}.ics").status_code == 404
    answer = browser.get("/feeds/wrong.ics")
    assert (answer.status_code, answer.mimetype) == (429, "text/plain")
    assert int(answer.headers["Retry-After"]) > 0
    assert browser.get(world["path"]).status_code == 429
    moment["at"] = AT + timedelta(minutes=11)
    assert browser.get(world["path"]).status_code == 200


def test_who_polls_is_written_down_after_the_answer_and_not_each_time(unit, client_of, world, moment):
    browser = client_of(None)
    agent = {"User-Agent": "Mozilla/5.0 (compatible; Google-Calendar-Importer; calendar-feeds@google.com)"}

    def polls():
        return [
            (one.client, one.status, one.full, one.unchanged, one.last_at, one.previous_at)
            for one in unit(lambda s: s.scalars(sa.select(FeedPoll)).all(), "read")
        ]

    etag = browser.get(world["path"], headers=agent, buffered=True).headers["ETag"]
    assert polls() == [("Google Calendar", 200, 1, 0, AT, None)]
    for minutes in (1, 2, 3):
        moment["at"] = AT + timedelta(minutes=minutes)
        browser.get(world["path"], headers=agent | {"If-None-Match": etag}, buffered=True)
    changed = AT + timedelta(minutes=1)
    assert polls() == [("Google Calendar", 304, 1, 1, changed, AT)]
    moment["at"] = AT + timedelta(hours=6)
    browser.get(world["path"], headers=agent | {"If-None-Match": etag}, buffered=True)
    assert polls() == [("Google Calendar", 304, 1, 2, moment["at"], changed)]
    browser.get(world["path"], headers={"User-Agent": "Thunderbird/153.7"}, buffered=True)
    assert len(polls()) == 2


def test_the_secret_is_not_stored(unit, world):
    token = world["path"].removeprefix("/feeds/").removesuffix(".ics")
    feed = unit(lambda s: s.scalars(sa.select(Feed)).one(), "read")
    assert token not in repr(feed)
    assert len(feed.token_digest) == 64


def test_no_log_shows_an_address(app, client_of, world, caplog):
    caplog.set_level(logging.DEBUG)
    token = world["path"].removeprefix("/feeds/").removesuffix(".ics")
    client_of(None).get(world["path"])
    log = logging.getLogger("some.server")
    log.info("GET %s HTTP/1.1", world["path"])
    log.info('"%(r)s" %(s)s', {"r": f"GET https://x{world['path']} HTTP/1.1", "s": 200})
    log.info(f"GET {world['path']}")  # noqa: G004 - what a server might do
    log.warning("a %s", ValueError(world["path"]))
    assert token not in caplog.text
    assert "/feeds/(hidden)" in caplog.text
    assert hide("/feeds/abc") == "/feeds/abc"


def test_the_short_way_to_a_304_ends_with_the_feed(unit, client_of, world, moment):
    """Revoked, left, rotated away or changed: what an ETag was good for is over at once."""
    browser = client_of(None)
    known = {"If-None-Match": browser.get(world["path"], buffered=True).headers["ETag"]}
    assert browser.get(world["path"], headers=known).status_code == 304
    unit(lambda s: s.execute(sa.update(Account).values(disabled_at=AT)))
    assert browser.get(world["path"], headers=known).status_code == 200
    unit(lambda s: s.execute(sa.update(Account).values(disabled_at=None)))
    assert browser.get(world["path"], headers=known).status_code == 304
    unit(lambda s: service.revoke(s, actor=world["who"], at=AT, feed_id=world["id"]))
    assert browser.get(world["path"], headers=known).status_code == 200
    assert browser.get("/feeds/wrong.ics", headers=known).status_code == 404


def test_a_lost_connection_costs_the_short_way_and_nothing_else(app, unit, client_of, world):
    browser = client_of(None)
    known = {"If-None-Match": browser.get(world["path"], buffered=True).headers["ETag"]}

    def poll():
        with statements(app) as sent:
            assert browser.get(world["path"], headers=known, buffered=True).status_code == 304
        return len(sent)

    poll()
    assert poll() == 0
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            others = "pid <> pg_backend_pid() AND datname = current_database()"
            unit(
                lambda s: s.execute(
                    sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
                )
            )
            assert poll() == 1  # the long way, once
            assert poll() == 0
        db.engine.dispose()
    assert poll() == 0
