"""Ordering an archive on the page: asked for the password, made beside the clock, fetched by who ordered it, gone in time."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, run_unit
from auditapp.overview.archive import queries, running, service
from auditapp.overview.archive.model import ArchiveOrder
from auditapp.overview.archive.reading import faults, opened, trail_breaks
from auditapp.overview.archive.rules import GOOD_FOR
from auditapp.overview.history.sentences import SENTENCES
from auditapp.people import passwords
from auditapp.people.model import Account
from auditapp.people.rules import Role
from auditapp.reminders.engine.running import run_job, stopping
from auditapp.reports.orders.rules import LOST, MOST_TRIES, STEPS, OrderState
from auditapp.reports.orders.running import Left, Progress, folder, path_of
from auditapp.trail.model import Fact
from bots.slack import model as slack_model
from tests.factories import make_person

KNOWN = (slack_model,)
WORD = "a long word of mine"
JOB = running.JOBS[0]


@pytest.fixture
def manager(unit):
    """A system manager with a password."""

    def make(session):
        who = make_person(session, Role.SYSTEM_MANAGER, name="Mona Manager")
        account = session.get(Account, who.person_id)
        account.password_hash = passwords.hash_password(WORD)
        return who

    return unit(make)


def order(client, **more):
    return client.post("/archive/", data={"confirmed": "y", "with_passwords": "y", "password": WORD} | more)


def run(app, at=None):
    """The job, and the end of what it began."""
    done = run_job(app, JOB, at=at or now())
    for thread in threading.enumerate():
        if thread.name == "archive":
            thread.join(30)
    return done


def states(unit):
    return unit(lambda session: [one.state for one in queries.orders(session)], "read")


def test_an_archive_is_ordered_made_fetched_and_removed_in_time(app, unit, client_of, manager, tmp_path):
    client = client_of(manager)
    assert order(client, password="wrong").status_code == 422
    assert order(client, confirmed="").status_code == 422
    assert states(unit) == []
    assert order(client).status_code == 302
    page = client.get("/archive/").text
    assert "data-working" in page
    assert order(client).status_code == 409
    assert run(app) == 1
    assert states(unit) == [OrderState.READY]
    assert run(app) == 0
    page = client.get("/archive/").text
    assert "data-working" not in page

    [found] = unit(queries.orders, "read")
    reply = client.post(f"/archive/{found.id}/file")
    path = tmp_path / "fetched.zip"
    path.write_bytes(reply.data)
    reply.close()
    assert reply.headers["Content-Disposition"].startswith("attachment; filename=auditapp-archive-")
    with opened(path) as archive:
        assert [*faults(archive), *trail_breaks(archive)] == []
        assert archive.manifest.passwords
        assert archive.manifest.organization == "Test organization"

    other = client_of(unit(lambda session: make_person(session, Role.SYSTEM_MANAGER)))
    assert other.get("/archive/").status_code == 200
    assert other.post(f"/archive/{found.id}/file").status_code == 403

    lies = path_of(app, running.WORKSHOP, found.id)
    assert lies.stat().st_mode & 0o77 == 0
    assert run(app, now() + GOOD_FOR + timedelta(minutes=1)) == 1
    assert states(unit) == [OrderState.REMOVED]
    assert list(folder(app, running.WORKSHOP).iterdir()) == []
    assert client.post(f"/archive/{found.id}/file").status_code == 409
    verbs = unit(lambda s: s.scalars(sa.select(Fact.verb).where(Fact.verb.startswith("archive.")).order_by(Fact.seq)).all())  # fmt: skip
    assert verbs == ["archive.ordered", "archive.made", "archive.fetched", "archive.expired"]
    assert set(verbs) <= set(SENTENCES)


def test_nobody_else_comes_near(client_of, unit, manager):
    for who in (unit(lambda session: make_person(session, Role.SER, Role.PROGRAMME_MANAGER)), None):
        client = client_of(who)
        assert client.get("/archive/").status_code in {302, 403}
        assert order(client).status_code in {401, 403}
    assert states(unit) == []
    assert client_of(manager).get("/organization/").text.count("/archive/") == 1


def test_one_whose_maker_was_killed_is_begun_anew_and_at_last_given_up(app, unit, manager):
    at = now()
    order_id = unit(lambda s: service.place_order(s, actor=manager, at=at, passwords=True))
    assert unit(lambda s: service.begin(s, order_id=order_id, at=at))
    assert not unit(lambda s: service.begin(s, order_id=order_id, at=at)), "somebody makes it"
    assert run(app) == 0
    for number in range(2, MOST_TRIES + 1):
        assert unit(lambda s, n=number: service.begin(s, order_id=order_id, at=at + n * (LOST + LOST))), (
            number
        )
    assert not unit(lambda s: service.begin(s, order_id=order_id, at=at + 20 * LOST))
    assert states(unit) == [OrderState.FAILED]


def test_one_that_is_removed_or_whose_process_ends_is_left(app, unit, manager):
    for leave in ("remove", "stop"):
        order_id = unit(lambda s: service.place_order(s, actor=manager, at=now(), passwords=True))

        def remove(order_id=order_id):
            with app.app_context():
                work = lambda: service.remove(current_session(), actor=manager, at=now(), order_id=order_id)  # noqa: E731
                run_unit(work, "write")

        progress = Progress(app, ArchiveOrder, order_id)
        unit(lambda s, i=order_id: service.begin(s, order_id=i, at=now()))
        progress.tell(1, 10)
        assert unit(lambda s, i=order_id: queries.order(s, i), "read").done == 1
        progress._last -= timedelta(minutes=1)
        if leave == "remove":
            remove()
        else:
            stopping(app).set()
        with pytest.raises(Left):
            progress.tell(2, 10)
        stopping(app).clear()
    assert states(unit) == [OrderState.MAKING, OrderState.REMOVED]
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(ArchiveOrder)), "read") == 2


def test_every_state_is_reached():
    assert {OrderState.WAITING, *STEPS.values()} == set(OrderState)


def test_a_fault_is_told_to_who_ordered(app, unit, client_of, manager, monkeypatch):
    client = client_of(manager)
    order(client)

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(running, "write_archive", full)
    run(app)
    assert states(unit) == [OrderState.FAILED]
    assert "No space left on device" in client.get("/archive/").text
