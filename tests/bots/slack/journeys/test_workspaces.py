"""Two workspaces and an organization: each person is written to once, wherever; removed, revoked and renewed on the way."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.findings.model import Action
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.db import current_session, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.queries import principal_of_person
from auditapp.people.service import begin_sign_in
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import State
from bots.slack.identity import service as identity
from bots.slack.identity.queries import account_of
from bots.slack.identity.rules import Profile
from bots.slack.install import edge
from bots.slack.install import service as installs
from bots.slack.install.rules import from_exchange
from bots.slack.model import SlackTeam, Sort, TeamState
from bots.slack.web import site_of
from tests.factories.nonconformities import Cast, make_case


@pytest.fixture
def case(world):
    def make():
        session = current_session()
        cast = Cast(session)
        _, action, _ = make_case(session, cast, NcStatus.IMPLEMENTING, actions=ActionStatus.ACCEPTED)
        action.due_on = world.watch.at.date()
        session.flush()
        cast.action_id, cast.ref = action.id, action.ref
        return cast

    made = world.write(make)
    world.join("owner", made.id_of("owner"))
    return made


def add_team(world, *, enterprise="", rotating=False, name="Other"):
    """Another workspace, or organization, in which the app is installed by its code."""
    team = world.fake.add_team(name, enterprise=enterprise or None)
    site, at = site_of(world.app), world.watch.now()
    code = world.fake.oauth_code(team, enterprise=enterprise or None, rotating=rotating)
    with world.app.app_context():
        answer = site.api.exchange(code, "")
        who, _ = site.api.whoami(str(answer["access_token"]))
        given = from_exchange(answer, who, at=at)
        kept = run_unit(
            lambda: installs.install(current_session(), actor=None, at=at, vault=site.vault, given=given), "write"
        )  # fmt: skip
    return team, kept


def has_account(world, person_id, team, slack_team_id, name):
    """Somebody's account in that workspace, connected."""
    user = world.fake.add_user(name, team=team, email=f"{name}@example.org", tz="Europe/London")
    world.users[name], world.ids[name] = user, person_id

    def keep():
        session, at = current_session(), world.watch.now()
        found = Profile(
            user_id=user.id, team_id=team.id, name=name, email=f"{name}@example.org", zone="Europe/London", sort=Sort.MEMBER
        )  # fmt: skip
        identity.see(session, at=at, slack_team_id=slack_team_id, profiles=[found])
        account = account_of(session, slack_team_id=slack_team_id, user_id=user.id)
        secret = identity.link_secret(session, at=at, account_id=account.id)
        identity.link(session, actor=principal_of_person(session, person_id), at=at, secret=secret)

    world.write(keep)


def posts(world, *names):
    return [one for name in names for one in world.posts(name) if one.metadata]


def status(world, case):
    return world.read(lambda s: s.get(Action, case.action_id).status)


def test_with_accounts_in_two_workspaces_one_message_and_either_may_answer(world, case):
    team, kept = add_team(world)
    has_account(world, case.id_of("owner"), team, kept, "twin")
    world.next_morning()
    (card,) = posts(world, "owner", "twin")
    other = "owner" if card in world.posts("twin") else "twin"
    world.deed(other, "action", case.action_id, "start")
    assert status(world, case) is ActionStatus.IN_PROGRESS
    world.run()
    (card,) = posts(world, "owner", "twin")
    assert "began the action" in card.text, "the card in the other workspace keeps up"


def test_one_workspace_is_removed_the_other_takes_over_then_mail_and_the_banner(world, case):
    team, kept = add_team(world)
    has_account(world, case.id_of("owner"), team, kept, "twin")
    first = world.fake.world.installations[0]
    world.fake.uninstall(first)
    world.settle()
    world.next_morning()
    assert [len(posts(world, one)) for one in ("owner", "twin")] == [0, 1]
    world.fake.uninstall(world.fake.world.installation_for(team))
    world.settle()
    states = world.read(lambda s: list(s.scalars(sa.select(SlackTeam.state))))
    assert TeamState.ACTIVE not in states
    world.next_morning()
    sent = world.read(
        lambda s: [
            (one.channel, one.state) for one in s.query(OutboxMessage).filter_by(person_id=case.id_of("owner")).order_by(OutboxMessage.created_at)
        ]
    )  # fmt: skip
    assert ("slack", State.SENT) in sent
    assert all(channel != "slack" for channel, _ in sent[1:]), sent
    client = world.app.test_client()
    secret = world.write(
        lambda: begin_sign_in(
            current_session(), person_id=case.id_of("system_manager"), at=world.watch.now(), days=9, address="", agent="t"
        )
    )  # fmt: skip
    with world.app.app_context():
        client.set_cookie(cookie_name(), secret, domain="localhost")
    assert "Slack does not work in" in client.get("/me/slack").text


def test_an_organization_with_tokens_that_change_in_the_middle(world, case):
    team, kept = add_team(world, enterprise="Globe", rotating=True, name="Globe North")
    has_account(world, case.id_of("verifier"), team, kept, "val")
    world.write(
        lambda: setattr(current_session().get(Action, case.action_id), "owner_id", case.id_of("verifier"))
    )
    world.next_morning()
    (card,) = posts(world, "val")
    assert case.ref in card.text
    world.deed("val", "action", case.action_id, "start")
    assert status(world, case) is ActionStatus.IN_PROGRESS
    renewed = len(world.fake.calls("oauth.v2.access"))
    world.watch.go(hours=14)
    world["val"].command("/audit", "mine")
    world.settle()
    assert case.ref in world.fake.ephemerals(world.users["val"])[-1].text
    world["val"].open_home()
    world.settle()
    assert case.ref in str(world.fake.home(world.users["val"]).body)
    assert len(world.fake.calls("oauth.v2.access")) > renewed
    world.watch.go(days=1)
    world.run()
    with world.app.app_context():
        found = edge.fresh(site_of(world.app), at=world.watch.now() + timedelta(hours=1), slack_team_id=kept)
    assert found is not None
    assert world.doubles() == []
