"""A real mail server that takes, refuses, delays, drops: each fault gets its class."""

import itertools
import time

import pytest

from auditapp.reminders.outbox.rules import Fault, NotSentError
from bots.mail import smtp
from bots.mail.choose import mail_channel
from bots.mail.local import LocalOutbox
from bots.mail.smtp import SmtpMail, fault_of, pause_of
from tests.bots.mail.messages import MESSAGE, digest, line, message, recipient
from tests.bots.mail.server import (
    PASSWORD,
    free_port,
    mail_server,
    settings_for_mail,
    trusting,
)


def refused(channel, what=None):
    with pytest.raises(NotSentError) as raised:
        channel.send(what or message())
    return raised.value


def test_it_arrives_whole():
    with mail_server() as server:
        given = SmtpMail(server.settings).send(digest())
    assert given == f"<{MESSAGE}@example.org>"
    [(session, raw, mail)] = server.mails
    assert session.host_name
    assert server.seen[0][:2] == ("MAIL", "audits@example.org")
    assert server.seen[1] == ("RCPT", "dana@example.org")
    assert mail["Subject"] == "2 overdue, 1 due today"
    assert "1 day overdue" in mail.get_body(("plain",)).get_content()
    assert max(len(one) for one in raw.split(b"\r\n")) <= 998


def test_lines_of_dots_arrive_as_they_were():
    with mail_server() as server:
        SmtpMail(server.settings).send(message(line(step="."), opening="."))
    [(_, _, mail)] = server.mails
    text = mail.get_body(("plain",)).get_content().splitlines()
    assert text[0] == "."
    assert "  ." in text


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_protected_and_signed_in(security):
    with mail_server(security, auth=True) as server:
        settings = server.settings.model_copy(
            update={"smtp_user": "auditapp", "smtp_password": settings_for_mail(smtp_password=PASSWORD).smtp_password}
        )  # fmt: skip
        SmtpMail(settings, context=trusting()).send(message())
        assert "250" not in SmtpMail(settings, context=trusting()).check()
    assert len(server.mails) == 1


def test_a_wrong_password_ends_the_channel():
    with mail_server("starttls", auth=True) as server:
        settings = server.settings.model_copy(update={"smtp_user": "auditapp"})
        found = refused(SmtpMail(settings, context=trusting()))
    assert found.fault is Fault.CHANNEL_DEAD
    assert "535" in found.reason
    assert server.mails == []


def test_without_signing_in_where_it_is_wanted():
    with mail_server("starttls", auth=True) as server:
        assert refused(SmtpMail(server.settings, context=trusting())).fault is Fault.CHANNEL_DEAD


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_knows_ends_the_channel(security):
    with mail_server(security) as server:
        found = refused(SmtpMail(server.settings))
    assert found.fault is Fault.CHANNEL_DEAD
    assert "certificate is not trusted" in found.reason


def test_a_server_without_starttls_is_not_trusted():
    with mail_server() as server:
        found = refused(SmtpMail(server.settings.model_copy(update={"smtp_security": "starttls"})))
    assert (found.fault, found.reason) == (Fault.CHANNEL_DEAD, "the mail server offers no STARTTLS")


def test_tls_where_none_is_spoken():
    with mail_server() as server:
        found = refused(SmtpMail(server.settings.model_copy(update={"smtp_security": "tls"})))
    assert found.fault is Fault.CHANNEL_DEAD


def test_nobody_listens():
    found = refused(SmtpMail(settings_for_mail(smtp_port=free_port(), smtp_security="none")))
    assert (found.fault, found.reason) == (Fault.RETRY, "connecting: the mail server refuses connections")


def test_a_name_that_is_not_known():
    channel = SmtpMail(settings_for_mail(smtp_host="mail.invalid", smtp_security="none"))
    assert refused(channel).fault is Fault.RETRY


CASES = [  # what the server answers where, the class, seconds until the next try
    ({"rcpt": "450 4.2.0 Greylisted, try again in 120 seconds"}, Fault.RETRY, 120),
    ({"rcpt": "451 4.7.1 Greylisting in action, please come back later"}, Fault.RETRY, 300),
    ({"rcpt": "452 4.2.2 Mailbox full"}, Fault.RETRY, None),
    ({"rcpt": "550 5.1.1 <dana@example.org>: Recipient address rejected: User unknown"}, Fault.PERSON_GONE, None),
    ({"rcpt": "551 5.1.6 User has moved"}, Fault.PERSON_GONE, None),
    ({"rcpt": "553 5.1.3 Bad destination mailbox address syntax"}, Fault.PERSON_GONE, None),
    ({"rcpt": "550 relaying denied"}, Fault.CHANNEL_DEAD, None),
    ({"rcpt": "554 5.7.1 <dana@example.org>: Relay access denied"}, Fault.CHANNEL_DEAD, None),
    ({"rcpt": "552 5.2.2 Mailbox full"}, Fault.PERSON_GONE, None),
    ({"mail": "421 4.3.2 Closing"}, Fault.RETRY, None),
    ({"mail": "550 5.7.1 Sender not allowed"}, Fault.CHANNEL_DEAD, None),
    ({"mail": "530 5.7.0 Authentication required"}, Fault.CHANNEL_DEAD, None),
    ({"data": "451 4.3.0 Try later"}, Fault.RETRY, None),
    ({"data": "552 5.3.4 Message too big"}, Fault.CONTENT, None),
    ({"data": "554 5.7.1 Spam"}, Fault.CONTENT, None),
    ({"data": "550 5.1.1 No such user here"}, Fault.PERSON_GONE, None),
    ({"rcpt": "drop"}, Fault.RETRY, None),
    ({"data": "drop"}, Fault.UNKNOWN, None),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "fault", "after"), CASES, ids=[str(one[0]) for one in CASES])
def test_each_answer_has_its_class(answers, fault, after):
    with mail_server(**answers) as server:
        found = refused(SmtpMail(server.settings))
    assert (found.fault, found.retry_after) == (fault, after)
    assert len(server.mails) == ("data" in answers)


def test_silence_before_the_mail_is_tried_again():
    with mail_server(rcpt=3.0) as server:
        found = refused(SmtpMail(server.settings.model_copy(update={"smtp_timeout_seconds": 1})))
    assert (found.fault, found.reason) == (Fault.RETRY, "MAIL FROM: the mail server did not answer in time")
    assert server.mails == []


@pytest.mark.parametrize("security", ["none", "tls"])
def test_silence_after_the_mail_says_nothing(monkeypatch, security):
    monkeypatch.setattr(smtp, "MOST_SECONDS", 1.0)
    with mail_server(security, data=3.0) as server:
        began = time.monotonic()
        found = refused(SmtpMail(server.settings, context=trusting()))
        assert time.monotonic() - began < 2.5
    assert found.fault is Fault.UNKNOWN
    assert len(server.mails) == 1, "it had arrived"


def test_a_conversation_that_only_goes_on_is_ended(monkeypatch):
    monkeypatch.setattr(smtp, "MOST_SECONDS", 1.0)
    with mail_server(mail=0.8, rcpt=0.8) as server:
        assert refused(SmtpMail(server.settings)).fault is Fault.RETRY
    assert server.mails == []


def test_a_slow_answer_after_the_mail_is_waited_for():
    with mail_server(data=1.5) as server:
        SmtpMail(server.settings.model_copy(update={"smtp_timeout_seconds": 1})).send(message())
    assert len(server.mails) == 1


def test_a_second_try_carries_the_same_id():
    with mail_server(data=["451 4.3.0 later", None]) as server:
        channel = SmtpMail(server.settings)
        assert refused(channel).fault is Fault.RETRY
        channel.send(message())
    assert {mail["Message-ID"] for _, _, mail in server.mails} == {f"<{MESSAGE}@example.org>"}


def test_addresses_in_other_letters():
    odd = message(to=recipient(email="jörg@bücher.example"))
    with mail_server() as server:
        assert refused(SmtpMail(server.settings), odd).fault is Fault.PERSON_GONE
    with mail_server(smtputf8=True) as server:
        SmtpMail(server.settings).send(odd)
    assert server.seen[1] == ("RCPT", "jörg@xn--bcher-kva.example")
    assert "<jörg@xn--bcher-kva.example>" in server.mails[0][1].decode()


def test_who_has_no_address_is_not_reached():
    channel = SmtpMail(settings_for_mail())
    assert not channel.reaches(recipient(email=""))
    assert channel.reaches(recipient())
    assert refused(channel, message(to=recipient(email="dana"))).fault is Fault.PERSON_GONE
    with pytest.raises(NotSentError):
        channel.find(MESSAGE)


def test_every_code_has_a_class():
    steps = ("connecting", "the greeting", "STARTTLS", "signing in", "MAIL FROM", "RCPT TO", "DATA", "the end of DATA")  # fmt: skip
    for step, code in itertools.product(steps, (-1, 421, 450, 451, 500, 503, 530, 535, 550, 554, 571)):
        fault = fault_of(step, code, "no")
        assert (fault is Fault.UNKNOWN) == (code == -1 and step == "the end of DATA")
        assert (fault is Fault.RETRY) == (code < 500 and fault is not Fault.UNKNOWN)
        assert (fault is Fault.CONTENT) == (code >= 500 and "DATA" in step)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("try again in 5 minutes", 300), ("retry after 90s", 90), ("in 1 hour", 3600), ("greylisted", 300), ("4.2.0", None)],
)  # fmt: skip
def test_how_long_to_wait(text, seconds):
    assert pause_of(text) == seconds


def test_the_settings_choose_the_channel(tmp_path):
    assert isinstance(mail_channel(settings_for_mail()), SmtpMail)
    assert isinstance(mail_channel(settings_for_mail(smtp_host="", data_dir=tmp_path)), LocalOutbox)
    assert (mail_channel(settings_for_mail()).name, mail_channel(settings_for_mail()).askable) == (
        "mail",
        False,
    )
