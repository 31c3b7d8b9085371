"""Channels: told in the morning and at once, kept up, ended with a reason; shared ones hear of what is shared only."""

from datetime import timedelta

import pytest

from auditapp.findings.model import Action
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.db import current_session
from auditapp.people.guards import cookie_name
from auditapp.people.service import begin_sign_in
from auditapp.relationships.rules import Sharing
from bots.slack.model import SlackPlace, SlackTeam
from tests.factories.nonconformities import Cast, make_case
from tests.relationships.issues.conftest import make_cast


@pytest.fixture
def case(world):
    def make():
        session = current_session()
        cast = Cast(session)
        _, action, _ = make_case(session, cast, NcStatus.IMPLEMENTING, actions=ActionStatus.IN_PROGRESS)
        action.due_on = world.watch.at.date()
        session.flush()
        cast.action_id, cast.ref = action.id, action.ref
        return cast

    made = world.write(make)
    world.join("owner", made.id_of("owner"))
    return made


def told_in(world, name, relationship_id, set_by_id, **more):
    """A channel in which a relationship is told."""
    channel = world.fake.add_channel(name, members=[world.users["owner"]] if "owner" in world.users else [])

    def keep():
        session = current_session()
        team = session.query(SlackTeam).one()
        place = SlackPlace(
            slack_team_id=team.id, channel_id=channel.id, name=name, set_by_id=set_by_id, set_at=world.watch.now(),
            relationship_id=relationship_id, **more,
        )  # fmt: skip
        session.add(place)
        session.flush()
        return place.id

    return channel, world.write(keep)


def client_of(world, person_id):
    client = world.app.test_client()
    secret = world.write(
        lambda: begin_sign_in(
            current_session(), person_id=person_id, at=world.watch.now(), days=9, address="", agent="t"
        )
    )
    with world.app.app_context():
        client.set_cookie(cookie_name(), secret, domain="localhost")
    return client


def posts(world, channel):
    return [one for one in world.fake.messages(channel) if one.metadata]


def test_an_escalation_is_told_at_once_and_an_archived_channel_ends_with_a_reason(world, case):
    channel, place_id = told_in(world, "north", case.relationship.id, case.id_of("relationship_manager"))
    world.next_morning()
    before = len(posts(world, channel))
    for _ in range(12):  # nobody answers: it goes up
        world.watch.go(hours=2)
        world.run(rounds=3)
    for _ in range(4):
        world.next_morning()
        world.watch.go(hours=3)
        world.run()
    told = posts(world, channel)
    mornings = [one for one in told if "level" not in one.text.lower()]
    assert len(told) > before
    up = [one for one in told if one not in mornings]
    assert up, [one.text for one in told]
    assert all(case.ref in one.text for one in up)
    assert world.doubles() == []
    # archived while nobody looks: the next message finds out, and the page says why
    channel.archived = True
    world.next_morning()
    place = world.read(lambda s: s.get(SlackPlace, place_id))
    assert place.ended_at is not None
    assert place.reason == "is_archived"
    page = client_of(world, case.id_of("system_manager")).get("/slack/channels").text
    assert "archived" in page
    assert "is_archived" not in page, "in words"
    count = len(world.fake.calls("chat.postMessage"))
    world.next_morning()
    assert not [
        one for one in world.fake.calls("chat.postMessage")[count:] if one.args.get("channel") == channel.id
    ]


def test_what_is_done_changes_the_post_and_a_shared_channel_hears_of_shared_things_only(world):
    def make():
        session, at = current_session(), world.watch.now()
        cast = make_cast(session)
        shared = cast.raised(session, at=at - timedelta(days=30), title="Shared trouble")
        own = cast.raised(
            session, at=at - timedelta(days=30), title="Secret trouble", sharing=Sharing.INTERNAL
        )
        session.flush()
        return cast, shared.ref, own.ref, shared.id

    cast, shared, own, _ = world.write(make)
    open_channel, _ = told_in(
        world, "with-partner", cast.relationship.id, cast.manager.person_id, external=True
    )
    inner, _ = told_in(world, "ours", cast.relationship.id, cast.manager.person_id)
    world.next_morning()
    assert posts(world, open_channel), world.trouble()
    text = " ".join(one.text for one in posts(world, open_channel))
    assert shared in text
    assert own not in text
    assert "Secret" not in str([one.blocks for one in posts(world, open_channel)])
    assert own in " ".join(one.text for one in posts(world, inner))
    assert world.read(lambda s: s.query(Action).count()) == 0
