"""Pages of the outbox: what stands in the lists, what can be done, who may look."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.rules import StepKind
from auditapp.reminders.outbox import service
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import Fault, MessageKind, NoticeKind, State
from auditapp.reminders.rules import Kind, Severity
from tests.factories import make_contact, make_person, make_relationship
from tests.reminders.outbox.conftest import put

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def read(browser, address):
    """A file, read to its end and let go."""
    with browser.get(address) as answer:
        return answer.data


def notice(session, run, person, message=None, *, number=0, at, **more):
    found = Notice(
        dedupe=f"{run.item_key}:{number}",
        person_id=person.person_id,
        item_key=run.item_key,
        kind=NoticeKind.OVERDUE,
        urgent=False,
        about={"ref": run.ref, "title": run.title},
        created_at=at,
        not_before=at,
        run_id=run.id,
        message_id=message.id if message else None,
        **more,
    )
    session.add(found)
    session.flush()
    return found


@pytest.fixture
def world(unit, sinks):
    at = now() - timedelta(hours=2)

    def make(session):
        sam, pat = make_person(session, Role.SYSTEM_MANAGER), make_person(session, Role.PROGRAMME_MANAGER)
        ada, found = (
            make_person(session, Role.AUDITOR, name="Ada Moss"),
            make_relationship(session, ref="R-01"),
        )
        run = ReminderRun(
            item_key="action:17", due_version="1", kind=Kind.ACTION, severity=Severity.NORMAL, ref="ACT-2026-017",
            title="Repair the gauge", due_on=date(2026, 11, 2), due_at=None, relationship_id=found.id, policy={}, owners=[],
            started_at=at,
        )  # fmt: skip
        session.add(run)
        session.flush()
        sent = put(session, ada.person_id, 1, at=at)
        (claim,) = service.claim(session, at=at, worker="w1", limit=1)
        service.record_sent(session, at=at, claim=claim, provider_id="C1:17")
        notice(session, run, ada, sent, number=1, at=at)
        notice(
            session, run, ada, number=2, at=at + timedelta(minutes=5), cancelled_at=at, cancel_reason="It was closed."
        )  # fmt: skip
        session.add(
            ReminderStep(
                run_id=run.id, number=1, at=at + timedelta(minutes=30), kind=StepKind.ANSWERED, level=0, generation=1,
                person_id=ada.person_id,
            )
        )  # fmt: skip
        dead = put(session, ada.person_id, 2, at=at, kind=MessageKind.INVITATION)
        sinks["mail"].unreachable.add(ada.person_id)
        service.claim(session, at=at, worker="w1", limit=1)
        return {
            "sam": sam, "pat": pat, "ada": ada, "ser": make_person(session, Role.SER),
            "contact": make_contact(session, found), "sent": sent.id, "dead": dead.id, "relationship": found.id,
        }  # fmt: skip

    return unit(make)


def test_messages_are_listed_and_narrowed_by_the_address(client_of, world):
    browser = client_of(world["sam"])

    def listed(query=""):
        page = browser.get(f"/messages/{query}")
        assert page.status_code == 200
        text = page.get_data(as_text=True)
        return {name for name in ("sent", "dead") if f"/messages/{world[name]}" in text}

    assert listed() == {"sent", "dead"}
    assert listed("?state=failed") == {"dead"}
    assert listed("?state=sent&channel=slack&kind=digest") == {"sent"}
    assert listed("?channel=mail") == set()
    assert listed("?fallen=1") == set()
    assert listed(f"?person={world['ada'].person_id}") == {"sent", "dead"}
    assert listed(f"?person={world['pat'].person_id}") == set()
    assert listed("?state=nonsense&kind=x&page=99&person=x") == {"sent", "dead"}


def test_one_message_shows_its_tries_and_what_it_tells(client_of, world):
    page = client_of(world["pat"]).get(f"/messages/{world['sent']}").get_data(as_text=True)
    assert "Ada Moss" in page
    assert "ACT-2026-017" in page
    assert "C1:17" in page
    assert "Send it again" not in page


def test_a_dead_letter_is_sent_again_and_the_page_says_by_whom(client_of, unit, world):
    browser = client_of(world["sam"])
    page = browser.get(f"/messages/{world['dead']}").get_data(as_text=True)
    assert "No channel reaches this person." in page
    answer = browser.post(f"/messages/{world['dead']}/again", follow_redirects=True)
    assert "It goes out again" in answer.get_data(as_text=True)
    assert "which no channel had taken" in answer.get_data(as_text=True)
    assert unit(lambda s: s.get(OutboxMessage, world["dead"]).state, "read") is State.PENDING
    assert browser.post(f"/messages/{world['dead']}/again").status_code == 409


def test_a_dead_channel_is_told_and_tried_again(client_of, unit, world):
    def break_it(session):
        put(session, world["pat"].person_id, 5, at=now())
        (claim,) = service.claim(session, at=now(), worker="w1", limit=1)
        service.record_fault(session, at=now(), claim=claim, fault=Fault.CHANNEL_DEAD, reason="invalid_auth")

    unit(break_it)
    browser = client_of(world["sam"])
    assert "invalid_auth" in browser.get("/messages/").get_data(as_text=True)
    assert "Try “slack” again" in browser.get("/messages/channels").get_data(as_text=True)
    assert browser.post("/messages/channels/slack/again").status_code == 302
    assert "Does not work" not in browser.get("/messages/channels").get_data(as_text=True)
    assert browser.post("/messages/channels/pigeon/again").status_code == 404


def test_the_log_says_who_was_told_what_and_when_they_answered(client_of, world):
    browser = client_of(world["ser"])
    page = browser.get("/messages/log?item=action:17").get_data(as_text=True)
    for words in ("Repair the gauge", "Ada Moss", "Delivered", "Not sent: It was closed.", "Overdue"):
        assert words in page
    for query, count in {
        "item=action:17": 2,
        "ref=ACT-2026-017": 2,
        f"relationship={world['relationship']}": 2,
        f"relationship={world['dead']}": 0,
        f"person={world['ada'].person_id}&since=2026-01-01": 2,
        "until=2026-01-01": 0,
        "since=2199-01-01": 0,
        "item=action:18": 0,
        "since=never": 2,
    }.items():
        rows = list(csv.reader(io.StringIO(read(browser, f"/messages/log.csv?{query}").decode("utf-8-sig"))))
        assert len(rows) == count + 1, query
    book = openpyxl.load_workbook(io.BytesIO(read(browser, "/messages/log.xlsx?item=action:17")))
    heads, first, second = [[cell.value for cell in row] for row in book.active.iter_rows()]
    told = dict(zip(heads, first, strict=True))
    assert told["Number"] == "ACT-2026-017"
    assert (told["By"], told["Outcome"], told["Answered by"]) == ("slack", "Delivered", "Ada Moss")
    assert told["Message"] == str(world["sent"])
    assert dict(zip(heads, second, strict=True))["Outcome"] == "Not sent: It was closed."


@pytest.mark.parametrize(
    ("who", "messages", "log"),
    [
        ("sam", 200, 200),
        ("pat", 200, 200),
        ("ser", 403, 200),
        ("ada", 403, 403),
        ("contact", 403, 403),
        (None, 302, 302),
    ],
)
def test_who_may_look(client_of, world, who, messages, log):
    browser = client_of(world[who] if who else None)
    for address in ("/messages/", f"/messages/{world['sent']}", "/messages/channels"):
        assert browser.get(address).status_code == messages
    for address in ("/messages/log", "/messages/log.csv", "/messages/log.xlsx"):
        with browser.get(address) as answer:
            assert answer.status_code == log


def test_pages_cost_the_same_however_much_there_is(app, client_of, unit, world):
    engine = None
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    browser = client_of(world["sam"])
    counts = []
    for many in (1, 30):
        unit(lambda s, many=many: [put(s, world["ada"].person_id, f"{many}-{n}") for n in range(many)])
        for address in ("/messages/", "/messages/log"):
            sent = []

            def note(*arguments, sent=sent):
                sent.append(arguments[2])

            sa.event.listen(engine, "before_cursor_execute", note)
            assert browser.get(address).status_code == 200
            sa.event.remove(engine, "before_cursor_execute", note)
            counts.append(len([one for one in sent if one.startswith("SELECT")]))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12
