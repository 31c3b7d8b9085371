"""Without a mail server: files that are whole or not there, and can be asked for."""

from email import message_from_bytes, policy
from uuid import uuid4

import pytest

from auditapp.reminders.outbox.rules import Fault, NotSentError
from bots.mail.local import LocalOutbox
from tests.bots.mail.messages import MESSAGE, digest, message, recipient
from tests.bots.mail.server import settings_for_mail


@pytest.fixture
def outbox(tmp_path):
    return LocalOutbox(settings_for_mail(smtp_host="", data_dir=tmp_path))


def test_a_mail_becomes_a_file_and_can_be_asked_for(outbox):
    assert outbox.find(MESSAGE) is None
    given = outbox.send(digest())
    [path] = outbox.folder.iterdir()
    assert path.name == f"{MESSAGE}.eml"
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["Message-ID"] == given == outbox.find(MESSAGE)
    assert mail["Subject"] == "2 overdue, 1 due today"
    assert path.stat().st_mode & 0o077 == 0, "its links answer for somebody"
    assert outbox.askable


def test_the_same_again_is_one_file(outbox):
    assert outbox.send(message()) == outbox.send(message())
    assert len(list(outbox.folder.iterdir())) == 1
    outbox.send(message(id=uuid4()))
    assert len(list(outbox.folder.iterdir())) == 2


def test_what_was_cut_off_is_not_there(outbox, monkeypatch):
    monkeypatch.setattr(
        "os.fsync", lambda _handle: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(NotSentError) as raised:
        outbox.send(message())
    assert raised.value.fault is Fault.RETRY
    assert "No space left" in raised.value.reason
    assert outbox.find(MESSAGE) is None
    assert list(outbox.folder.iterdir()) == []


def test_who_has_no_address_is_not_reached(outbox):
    assert not outbox.reaches(recipient(email=""))
    with pytest.raises(NotSentError):
        outbox.send(message(to=recipient(email="nobody")))
    assert not outbox.folder.exists()
