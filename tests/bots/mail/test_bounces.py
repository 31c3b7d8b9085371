"""Reports of mail servers, shaped as the well-known ones shape them, and what is noted of them."""

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import Fault, MessageKind, State
from bots.mail.cli_commands import mail
from bots.mail.dsn import read_report
from tests.bots.mail.messages import MESSAGE
from tests.factories import make_person

REPORTS = Path(__file__).parent / "reports"
DANA = "dana@partner.example"
WANTED = [  # file, which message, given up, to whom, why
    ("postfix", True, "550 5.1.1 <dana@partner.example>: Recipient address rejected: User unknown in virtual mailbox table"),
    ("exim", True, "5.0.0 550 No such person at this address"),
    ("exchange", True, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient dana@partner.example not found by SMTP address lookup"),
    ("expired_headless", True, "4.4.7"),
    ("postfix_delayed", False, "4.4.1 connect to mx1.partner.example[192.0.2.25]:25: Connection timed out"),
]  # fmt: skip


def raw(name):
    return (REPORTS / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(("name", "failed", "reason"), WANTED, ids=[one[0] for one in WANTED])
def test_what_a_report_says(name, failed, reason):
    found = read_report(raw(name))
    assert (found.message_id, found.failed, found.recipient, found.reason) == (MESSAGE, failed, DANA, reason)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_line_ends_do_not_matter(ends):
    given = raw("exchange").replace(b"\n", ends)
    assert read_report(given).message_id == MESSAGE


def test_an_absence_note_is_no_report():
    assert read_report(raw("absence")) is None
    assert read_report(b"") is None


@given(st.binary(max_size=400))
def test_rubbish_is_no_report(noise):
    read_report(noise)
    read_report(raw("postfix")[:900] + noise + raw("postfix")[900:])


@pytest.fixture
def sent(unit):
    """A digest that went out by mail."""

    def make(session):
        who = make_person(session)
        session.add(
            OutboxMessage(
                id=MESSAGE, dedupe="digest:1", person_id=who.person_id, kind=MessageKind.DIGEST, urgent=False,
                created_at=now(), next_try_at=now(), state=State.SENT, channel="mail", sent_at=now(),
                provider_id=f"<{MESSAGE}@example.org>",
            )
        )  # fmt: skip

    unit(make)
    return lambda: unit(lambda s: s.get_one(OutboxMessage, MESSAGE), "read")


def command(app, *words, given=None):
    return app.test_cli_runner().invoke(mail, words, input=given)


def test_what_came_back_goes_another_way(app, sent):
    said = command(app, "bounce", given=raw("postfix"))
    assert said.exit_code == 0
    assert said.output.startswith("Noted: dana@partner.example was not reached by mail (550 5.1.1")
    row = sent()
    assert (row.state, row.fault, row.passed) == (State.PENDING, Fault.PERSON_GONE, ["mail"])
    again = command(app, "bounce", str(REPORTS / "postfix.eml"))
    assert again.exit_code == 0
    assert "Nothing was noted" in again.output


@pytest.mark.parametrize("name", ["absence", "postfix_delayed"])
def test_other_mails_change_nothing(app, sent, name):
    said = command(app, "bounce", given=raw(name))
    assert said.exit_code == 0, "or the mail server would send a report about the report"
    assert "Nothing was noted" in said.output
    assert sent().state is State.SENT


def test_a_mail_that_is_not_ours(app, sent):
    other = str(new_id()).encode()
    assert (
        "Nothing was noted"
        in command(app, "bounce", given=raw("postfix").replace(str(MESSAGE).encode(), other)).output
    )
    assert (
        "does not say which" in command(app, "bounce", given=raw("postfix").replace(b"01938f00", b"x")).output
    )
    assert sent().state is State.SENT
    assert UUID(other.decode()) != MESSAGE


def test_without_its_table_the_mail_server_comes_again(app, unit):
    unit(lambda s: s.execute(sa.text("ALTER TABLE outbox_message RENAME TO elsewhere")))
    said = command(app, "bounce", given=raw("postfix"))
    assert said.exit_code == 75
    assert "cannot be reached" in said.output
