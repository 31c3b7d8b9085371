"""Jobs, their marks, and what a monitor is told."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa

from auditapp.config import ROOT
from auditapp.kit import clock, queue
from auditapp.kit.text import Text
from auditapp.reminders.engine import queries, registry, service
from auditapp.reminders.engine.registry import Job
from auditapp.reminders.engine.running import run_job, stopping, tick, wanted
from auditapp.reminders.engine.worker import ring_wanted
from tests.factories import make_person
from tests.reminders.outbox.conftest import put

NOW = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
LATE = timedelta(minutes=5)


@pytest.fixture
def only():
    """No job but those that the test registers."""
    before = registry.jobs()
    for job in before:
        registry.forget(job.name)
    yield registry.register
    for job in registry.jobs():
        registry.forget(job.name)
    for job in before:
        registry.register(job)


def count(name, seen, *, order=1, **more):
    return Job(name=name, label=Text(name), order=order, work=lambda _s, _at: seen.append(name) or 1, **more)


def test_jobs_run_in_their_order_in_one_session_and_nothing_is_committed(session, only):
    seen = []
    for name, order in (("third", 3), ("first", 1), ("second", 2)):
        only(count(name, seen, order=order))
    only(Job(name="outside", label=Text("outside"), order=0, edge=lambda _app, _at: 1 / 0))
    only(Job(name="last", label=Text("last"), order=9, work=lambda s, _at: bool(make_person(s))))
    assert service.run_jobs(session, at=NOW) == 4
    assert seen == ["first", "second", "third"]
    assert session.in_transaction()
    assert queries.marks(session) == {}


def test_a_job_is_marked_when_it_ends_well(app, unit, only):
    job = count("a", [])
    assert run_job(app, job, at=NOW, worker="w1") == 1
    mark = unit(queries.marks, "read")["a"]
    assert (mark.ended_at, mark.worker, mark.error) == (NOW, "w1", "")


def test_a_failing_job_leaves_nothing_behind_but_what_went_wrong_and_stops_no_other(app, unit, only, caplog):
    def fail(session, _at):
        make_person(session)
        raise ValueError("no luck")

    seen = []
    only(Job(name="bad", label=Text("bad"), order=1, work=fail))
    only(count("good", seen, order=2))
    assert tick(app, at=NOW) == 1
    assert seen == ["good"]
    mark = unit(queries.marks, "read")["bad"]
    assert mark.ended_at is None
    assert mark.error.endswith("ValueError: no luck\n")
    assert unit(lambda s: s.execute(sa.text("SELECT count(*) FROM person")).scalar(), "read") == 0
    only(count("bad", seen))
    tick(app, at=NOW + timedelta(seconds=1))
    assert seen == ["good", "bad"], "what failed is tried with the next tick, what went well is not due yet"
    assert unit(queries.marks, "read")["bad"].error == ""


def test_a_job_with_nothing_to_do_takes_no_lock(app, unit, only):
    seen = []
    only(count("a", seen, due=lambda _s, _at: False))
    for minute in (0, 1, 3, 4):
        tick(app, at=NOW + timedelta(minutes=minute))
    assert seen == ["a", "a"], "the first time, and for its mark when that grows old"


def test_a_process_that_is_asked_to_end_begins_nothing_new(app, only):
    only(count("a", []))
    stopping(app).set()
    assert tick(app, at=NOW) == 0


def test_a_second_clock_changes_nothing(app, only):
    seen = []
    only(count("a", seen))
    for _ in range(3):
        tick(app, at=NOW)
    assert seen == ["a"]


def test_what_a_monitor_is_told(app, unit, only, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    only(count("a", []))
    browser = client_of(None)
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "ready": False,
        "wrong": ["The clock has never run here. Start `auditapp worker`."],
    }
    tick(app, at=NOW)
    assert (browser.get("/readyz").status_code, browser.get("/readyz").json["wrong"]) == (200, [])
    unit(lambda s: put(s, make_person(s).person_id, at=NOW - LATE - timedelta(seconds=1)))
    assert "should have gone out and wait: 1." in browser.get("/readyz").json["wrong"][0]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))
    assert "stood still since 2026-11-09 09:00 UTC" in browser.get("/readyz").json["wrong"][0]
    assert browser.get("/healthz").status_code == 200


def test_a_job_that_fails_for_long_is_told(app, unit, only):
    only(Job(name="bad", label=Text("The bad job"), order=1, work=lambda _s, _at: 1 // 0))
    tick(app, at=NOW)
    (said,) = unit(lambda s: queries.what_is_wrong(s, at=NOW, late=LATE), "read")
    assert "The bad job" in str(said)
    assert "ZeroDivisionError" in str(said)


def waiting_jobs(session):
    if session.get_bind().dialect.name != "postgresql":
        return None
    found = session.execute(sa.text("SELECT task_name FROM procrastinate.procrastinate_jobs ORDER BY id"))
    return [row.task_name for row in found]


def test_a_bell_rings_with_the_transaction_and_not_without_it(app, unit):
    def ring_and_fail(session):
        assert queue.ring(session, "deliver") is (waiting_jobs(session) is not None)
        raise LookupError

    with pytest.raises(LookupError):
        unit(ring_and_fail)
    assert not unit(waiting_jobs, "read")
    for _ in range(2):  # one that waits already is enough
        unit(lambda s: [queue.ring(s, "deliver"), queue.ring(s, "deliver"), make_person(s)])
    assert unit(waiting_jobs, "read") in (None, ["deliver"])
    assert unit(lambda s: s.execute(sa.text("SELECT count(*) FROM person")).scalar(), "read") == 2


def test_a_message_that_is_put_rings_for_delivery(app, unit):
    unit(lambda s: [put(s, make_person(s).person_id, n) for n in range(3)])
    assert unit(waiting_jobs, "read") in (None, ["deliver"])


def test_the_tick_of_postgresql_only_rings(app, unit, only, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    seen = []
    only(count("a", seen))
    only(count("b", seen, order=2))
    if unit(waiting_jobs, "read") is None:
        assert [job.name for job in wanted(app, at=NOW)] == ["a", "b"]
        return
    for _ in range(2):
        assert ring_wanted(app) == ["a", "b"]
    assert unit(waiting_jobs, "read") == ["a", "b"]
    assert seen == []


def test_the_tables_of_jobs_are_those_that_the_library_brings():
    """When this fails, the library is newer: what it added needs a migration of ours."""
    ours = (ROOT / "migrations" / "sql" / "procrastinate_3_10.sql").read_text(encoding="utf-8")
    theirs = Path(str(files("procrastinate.sql"))).joinpath("schema.sql").read_text(encoding="utf-8")
    assert ours.endswith(theirs)
