"""A person, two channels, and messages for them."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.reminders.outbox import channels, service
from auditapp.reminders.outbox.model import OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import MessageKind
from tests.factories import make_person
from tests.reminders.outbox.sinks import Sink

NOW = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def sinks():
    """Slack that can be asked and mail that cannot, as far as these tests go."""
    found = {"slack": Sink("slack"), "mail": Sink("mail", askable=False)}
    for one in found.values():
        channels.register(one)
    return found


def put(session, person_id, number=0, *, at=NOW, urgent=False, kind=MessageKind.DIGEST, **more):
    return service.put(
        session, at=at, dedupe=f"test:{person_id}:{number}", person_id=person_id, kind=kind, urgent=urgent, **more
    )  # fmt: skip


def attempts(session, message_id):
    return [
        (one.number, one.channel, one.outcome)
        for one in session.scalars(
            sa.select(OutboxAttempt).where(OutboxAttempt.message_id == message_id).order_by(OutboxAttempt.number)
        )
    ]  # fmt: skip


def message(session, message_id):
    return session.get_one(OutboxMessage, message_id, populate_existing=True)


@pytest.fixture
def ada(unit):
    """Somebody with an account."""
    return unit(lambda s: make_person(s, name="Ada Moss"))
