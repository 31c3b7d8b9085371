"""A report that comes by itself, as Slack shows it: on Monday morning, once, with the way to all of it and the way to end it."""

import pytest
import sqlalchemy as sa

from auditapp.kit.db import current_session
from auditapp.people.rules import Role
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reports.schedule import service
from auditapp.reports.schedule.rules import Form, Rhythm, What
from auditapp.reports.schedule.service import Wish
from tests.factories import make_person


@pytest.fixture
def cora(world):
    """A programme manager with an account in Slack, who wants to know each Tuesday what is stuck."""

    def make():
        session, at = current_session(), world.watch.now()
        who = make_person(session, Role.PROGRAMME_MANAGER, name="Cora Cedar")
        wish = Wish(
            person_id=who.person_id, what=What.STUCK, standard="", rhythm=Rhythm.WEEKLY, day=1, zone="Europe/London",
            form=Form.PDF,
        )  # fmt: skip
        service.add(session, actor=who, at=at, wish=wish)
        return who

    who = world.write(make)
    world.join("cora", who.person_id)
    return who


def shown(world):
    return [post for post in world.posts("cora") if "What is stuck" in str(post.blocks)]


def test_a_report_stands_in_slack_once(world, cora):
    world.run()
    assert shown(world) == []
    world.next_morning()
    [post] = shown(world)
    said = str(post.blocks)
    assert "Nothing is stuck" in said
    assert "https://audit.example.org/policies/stuck/" in said
    assert "https://audit.example.org/reports/schedule/stop/" in said
    world.next_morning()
    assert len(shown(world)) == 1
    [sent] = world.read(lambda s: s.scalars(sa.select(OutboxMessage)).all())
    assert (sent.person_id, sent.channel, sent.state) == (cora.person_id, "slack", "sent")
    assert world.doubles() == []
