"""From what is due to a mail, and from its link back to the reminder; nothing stands in for anything."""

import re
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.reminders.digest import service as digest
from auditapp.reminders.digest.queries import build_message
from auditapp.reminders.ladder import service as ladder
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.quiet.queries import rhythms
from bots.mail.local import LocalOutbox
from tests.factories import make_person
from tests.factories.nonconformities import make_action, make_nonconformity


@pytest.fixture
def wednesday():
    """Noon of a Wednesday of the last weeks: everybody works, and a link of then still holds."""
    today = now().date() - timedelta(days=7)
    day = today - timedelta(days=(today.weekday() - 2) % 7)
    return datetime.combine(day, time(12), UTC)


def test_a_mail_comes_and_its_link_answers(app, unit, client_of, wednesday):
    def overdue(session):
        owner = make_person(session, Role.ACTION_OWNER, name="Olga Owner")
        found = make_nonconformity(session, make_person(session, Role.AUDITOR), status=NcStatus.IMPLEMENTING)
        make_action(
            session,
            found,
            owner.person_id,
            status=ActionStatus.ACCEPTED,
            due_on=wednesday.date() - timedelta(days=2),
        )
        return owner

    owner = unit(overdue)

    def told(session):
        ladder.scan(session, at=wednesday, force=True)
        session.flush()
        for hours in range(30):  # until the next morning
            at = wednesday + timedelta(hours=hours)
            ladder.climb(session, at=at)
            digest.gather(session, at=at)
            found = session.scalars(
                sa.select(OutboxMessage.id).where(OutboxMessage.person_id == owner.person_id)
            ).first()
            if found is not None:
                return build_message(session, found, at=at, path_of=lambda endpoint, _args: f"/{endpoint}")
        return None

    message = unit(told)
    assert message is not None
    outbox = LocalOutbox(app.extensions["auditapp"])
    outbox.send(message)
    [path] = outbox.folder.iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    assert "Put the review into the joint calendar" in text
    links = re.findall(r"/answer/\S+", text)
    [answer] = [one for one in links if "/quiet/" not in one]
    browser = client_of(None)
    assert browser.get(answer).status_code == 200
    assert "Thank you." in browser.post(answer).text
    run = unit(lambda s: s.scalars(sa.select(ReminderRun)).one(), "read")
    assert (run.state, run.answered_by_id) == (RunState.ACKNOWLEDGED, owner.person_id)
    for quiet in (one for one in links if "/quiet/" in one):
        assert browser.post(quiet, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        rhythm = unit(lambda s: rhythms(s, [owner.person_id], at=now()), "read")[owner.person_id]
        assert "mail" not in rhythm.channels
