"""A long report is ordered on its page, made beside the clock by any process, and fetched by whoever ordered it alone."""

import hashlib
import re
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit import clock
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, run_unit
from auditapp.people.model import RoleGrant
from auditapp.people.rules import Role
from auditapp.reminders.engine.running import run_job
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import State
from auditapp.reports.made import queries, service
from auditapp.reports.made.model import ReportOrder
from auditapp.reports.made.running import WORKSHOP
from auditapp.reports.orders import running
from auditapp.reports.orders.rules import LOST, MOST_TRIES, OrderState
from auditapp.reports.paper.files import FORMS
from tests.factories import make_person
from tests.factories.audits import make_edition
from tests.factories.nonconformities import make_nonconformity
from tests.house.source import ROOT
from tests.statements import counted

FILE = "/reports/nonconformities.xlsx?show=all"
REPORTS = [
    "/reports/readiness", "/reports/gap", "/reports/stage-1", "/reports/stage-2", "/reports/surveillance",
    "/reports/nonconformities?show=all",
]  # fmt: skip
OTHER_PROCESS = """
import sys, time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from auditapp.kit import clock
from auditapp.kit.clock import now
from auditapp.reports.made import running as made
from auditapp.reports.orders import running
from tests.conftest import build, settings_for

folder, url, order_id, how, later = sys.argv[1:]
if how == "hang":
    @contextmanager
    def half(path):
        path.with_name(f".{path.name}-half").write_bytes(b"half")
        print("half", flush=True)
        time.sleep(600)
        yield
    made.written = half
clock.now = lambda: now() + timedelta(seconds=int(later))
app = build(settings_for(Path(folder), url))
with app.app_context():
    running.make(app, made.WORKSHOP, UUID(order_id))
"""


@pytest.fixture
def manager(app, unit, monkeypatch):
    """A system manager of whom every file that tells of anything is long."""

    def make(session):
        make_edition(session)
        who = make_person(session, Role.SYSTEM_MANAGER, name="Mona Manager")
        for number in range(3):
            make_nonconformity(session, who, title=f"Number {number}")
        return who

    who = unit(make)
    monkeypatch.setattr(app.extensions["auditapp"], "long_report_rows", 0)
    return who


def order(client, address=FILE):
    """The page of a new order, as somebody orders it: by the button of the page that the link of the file leads to."""
    page = client.get(address)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    kept = re.search(r'name="address" value="([^"]*)"', page.text)[1].replace("&amp;", "&")
    reply = client.post("/reports/files", data={"address": kept})
    assert reply.status_code == 302
    return reply.headers["Location"]


def run(app, at=None):
    done = run_job(app, WORKSHOP.job, at=at or now())
    for thread in threading.enumerate():
        if thread.name == WORKSHOP.name:
            thread.join(60)
    return done


def rows(unit):
    return unit(
        lambda session: session.scalars(sa.select(ReportOrder).order_by(ReportOrder.ordered_at)).all()
    )


def lying(app):
    return sorted(one.name for one in running.folder(app, WORKSHOP).iterdir())


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_ordered_file_is_the_immediate_one_byte_for_byte(app, client_of, manager, monkeypatch):
    client, at = client_of(manager), now().replace(microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: at)
    settings = app.extensions["auditapp"]
    for report in REPORTS:
        for suffix in FORMS if report.endswith("all") else ("pdf",):
            path, mark, query = report.partition("?")
            address = f"{path}.{suffix}{mark}{query}"
            settings.long_report_rows = 10**6
            at_once = client.get(address)
            settings.long_report_rows = 0
            place = order(client, address)
            run(app, at)
            made = client.get(f"{place}/file")
            assert made.data == at_once.data, address
            assert made.headers["Content-Disposition"] == at_once.headers["Content-Disposition"]
            assert made.mimetype == at_once.mimetype
            made.close()


def test_a_file_is_ordered_made_told_of_fetched_and_expires(app, unit, client_of, manager):
    client = client_of(manager)
    place = order(client)
    assert order(client) == place, "it is being made already"
    assert "data-working" in client.get(place).text
    assert client.get(f"{place}/file").status_code == 409
    assert run(app) == 1
    assert run(app) == 0
    [row] = rows(unit)
    assert (row.state, row.error, row.done, row.total) == (OrderState.READY, "", 100, 100)
    assert "data-working" not in client.get(place).text
    reply = client.get(f"{place}/file")
    assert hashlib.sha256(reply.data).hexdigest() == row.sha256
    reply.close()
    assert place in client.get(FILE).text, "whoever asks again is led to it"
    assert place in client.get("/reports/files").text
    assert "/reports/files" in client.get("/reports").text
    assert "The file is ready: fetch it." in client.get("/notices/").text
    [notice] = unit(lambda session: session.scalars(sa.select(Notice)).all())
    message = unit(lambda session: session.get(OutboxMessage, notice.message_id))
    assert (message.state, message.channel) == (State.SENT, "in_app")
    assert client.post(f"/notices/{notice.id}/open").headers["Location"] == place

    other = client_of(unit(lambda session: make_person(session, Role.SYSTEM_MANAGER)))
    for address in (place, f"{place}/file"):
        assert other.get(address).status_code == 404
    assert other.post(f"{place}/remove").status_code == 404
    assert place not in other.get("/reports/files").text

    days = app.extensions["auditapp"].report_file_days
    assert run(app, now() + timedelta(days=days, minutes=1)) == 1
    assert lying(app) == []
    assert client.get(f"{place}/file").status_code == 409
    assert "It was removed" in client.get(place).text
    assert place not in client.get("/reports/files").text


def test_a_short_report_is_a_file_at_once_and_others_are_not_ordered(app, unit, client_of, manager):
    client = client_of(manager)
    for address in (
        "/reports/files",
        "/organization/",
        "/reports/gap",
        "//elsewhere/gap.pdf",
        "/reports/gap.exe",
    ):
        assert client.post("/reports/files", data={"address": address}).status_code == 404
    partner = client_of(unit(lambda session: make_person(session, Role.RELATIONSHIP_OWNER)))
    assert partner.post("/reports/files", data={"address": "/reports/gap.pdf"}).status_code == 403
    assert (
        client.post("/reports/files", data={"address": "/reports/gap.pdf?standard=" + "x" * 3000}).status_code
        == 422
    )
    for number in range(6):
        reply = client.post("/reports/files", data={"address": f"/reports/gap.pdf?n={number}"})
        assert reply.status_code == (302 if number < 5 else 409)
    app.extensions["auditapp"].long_report_rows = 8
    assert client.get(FILE).mimetype == FORMS["xlsx"].mimetype
    assert len(rows(unit)) == 5


def test_another_process_makes_it_and_one_that_is_killed_leaves_nothing_broken(app, unit, client_of, manager):
    client = client_of(manager)
    place = order(client)
    [row] = rows(unit)
    settings = app.extensions["auditapp"]

    def other(how, later):
        command = [
            sys.executable,
            "-c",
            OTHER_PROCESS,
            settings.data_dir,
            settings.database_url,
            row.id.hex,
            how,
            str(later),
        ]
        return subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, text=True, cwd=ROOT
        )  # our own

    with other("hang", 0) as killed:
        assert killed.stdout.readline() == "half\n"
        killed.kill()
    assert [one.state for one in rows(unit)] == [OrderState.MAKING]
    assert client.get(f"{place}/file").status_code == 409
    assert run(app) == 0, "it may still be alive"
    with other("whole", int(LOST.total_seconds()) + 30) as second:
        assert second.wait(300) == 0  # a busy machine starts it slowly
    [row] = rows(unit)
    assert (row.state, row.tries) == (OrderState.READY, 2)
    reply = client.get(f"{place}/file")
    assert hashlib.sha256(reply.data).hexdigest() == row.sha256
    reply.close()
    run(app)
    assert lying(app) == [f"{row.id.hex}.file"], "what was left half is tidied up"


def test_one_that_is_never_finished_is_given_up_and_can_be_tried_again(app, unit, client_of, manager):
    client = client_of(manager)
    place = order(client)
    [row] = rows(unit)
    for again in range(MOST_TRIES + 1):
        at = now() + again * (LOST + timedelta(seconds=1))
        begun = unit(lambda session, at=at: service.begin(session, order_id=row.id, at=at))
        assert (begun is None) == (again == MOST_TRIES)
    assert "several times" in client.get(place).text
    [notice] = unit(lambda session: session.scalars(sa.select(Notice)).all())
    assert "could not be made" in notice.about["step"]["msgid"]
    assert client.post(f"{place}/retry").status_code == 302
    run(app)
    assert [one.state for one in rows(unit)] == [OrderState.READY]


def roles(unit, who, *now_held):
    def change(session):
        session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == who.person_id))
        session.add_all(RoleGrant(person_id=who.person_id, role=role, granted_at=now()) for role in now_held)

    unit(change)


def test_who_lost_the_right_gets_no_file(app, unit, client_of, manager):
    client = client_of(manager)
    made = order(client)
    run(app)
    roles(unit, manager, Role.VIEWER)
    assert client.get(f"{made}/file").status_code == 409
    roles(unit, manager, Role.SYSTEM_MANAGER)
    reply = client.get(f"{made}/file")
    assert reply.status_code == 200
    reply.close()
    late = order(client, "/reports/gap.pdf")
    roles(unit, manager, Role.RELATIONSHIP_OWNER)
    run(app)
    assert "not part of your roles" in client.get(late).text
    assert [one.state for one in rows(unit)] == [OrderState.READY, OrderState.FAILED]


def test_how_far_it_is_only_grows_and_one_that_is_removed_is_left(app, unit, client_of, manager, monkeypatch):
    client, far, tell = client_of(manager), [], running.Progress.tell
    monkeypatch.setattr(running, "BEAT", timedelta())
    monkeypatch.setattr(
        running.Progress, "tell", lambda self, *told: (far.append(told), tell(self, *told))[1]
    )
    for suffix in FORMS:
        order(client, f"/reports/gap.{suffix}")
    assert run(app) == 1, "one after the other"
    assert {one.state for one in rows(unit)} == {OrderState.READY}
    starts = [place for place, (done, _total) in enumerate(far) if done == 0]
    assert len(starts) == 3
    for first, last in zip(starts, [*starts[1:], len(far)], strict=True):
        shares = [done for done, _total in far[first:last]]
        assert shares == sorted(shares)
        assert shares[-1] < 100
    assert {total for _done, total in far} == {100}
    assert len(set(far)) >= 4

    place = order(client, "/reports/stage-2.pdf")

    def leave(self, done, total):
        if done >= 30:
            with app.app_context():
                ends = rows_open(manager)
                run_unit(
                    lambda: service.remove(current_session(), actor=manager, at=now(), order_id=ends), "write"
                )
        tell(self, done, total)

    monkeypatch.setattr(running.Progress, "tell", leave)
    run(app)
    assert "It was removed" in client.get(place).text
    assert len(lying(app)) == 3


def rows_open(manager):
    return run_unit(
        lambda: next(
            one.id for one in queries.orders(current_session(), manager, page=1).rows if one.is_open
        ),
        "read",
    )


def test_the_pages_read_as_much_for_many_files(app, unit, manager):
    def work(session):
        queries.open_of(session, manager)
        for number in range(3):
            with counted(session) as said:
                queries.orders(session, manager, page=1)
            assert len(said) == 2
            with counted(session) as said:
                queries.rights_now(session, manager)
            assert len(said) == 2
            service.place_order(
                session, actor=manager, at=now(), label=service.IS_READY, address=f"/reports/gap.pdf?n={number}",
                form="pdf", locale="en",
            )  # fmt: skip

    unit(work)
