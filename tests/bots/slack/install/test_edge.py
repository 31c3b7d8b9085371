"""Workspaces, with a Slack that answers: installed, named by a token, renewed, revoked, read."""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.people.model import Person
from auditapp.people.rules import Role
from auditapp.reminders.engine import registry
from auditapp.reminders.engine.running import run_job
from bots.main import mount
from bots.slack.identity import edge as directories
from bots.slack.identity import queries as identity
from bots.slack.install import edge, queries
from bots.slack.install import service as installs
from bots.slack.install.rules import from_token, reason_words
from bots.slack.jobs import DIRECTORIES, TEAMS
from bots.slack.model import SlackAccount, SlackPlace, SlackTeam, Sort, Standing, TeamState
from bots.slack.vault import Vault
from bots.slack.web import SlackError, site_of
from tests.factories import make_person, make_relationship
from tests.slackfake import SlackFake


@pytest.fixture
def fake():
    with SlackFake() as found:
        yield found


@pytest.fixture
def here(app, fake):
    """The site with Slack's pages, and the fake as its Slack; gives what may be set."""

    def make(**more):
        named = {
            "slack_api_url": fake.api_url, "slack_client_id": fake.app.client_id,
            "slack_client_secret": SecretStr(fake.app.client_secret), "public_url": "https://audits.example.org",
        }  # fmt: skip
        app.extensions["auditapp"] = app.extensions["auditapp"].model_copy(update=named | more)
        mount(app)
        return app

    yield make
    for job in (TEAMS, DIRECTORIES):
        registry.forget(job)


def row(app, **where):
    with app.app_context():
        return run_unit(
            lambda: current_session().scalars(sa.select(SlackTeam).filter_by(**where)).one(), "read"
        )


def test_from_the_button_to_the_directory(here, fake, unit, client_of):
    app = here()
    boss = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    fake.add_user("boss", real_name="boss", email=boss.email)
    fake.add_user("guest", real_name="guest", email="guest@example.org", restricted=True)
    fake.add_user("gone", real_name="gone", email="gone@example.org", deleted=True)
    browser = client_of(boss)
    asked = browser.get("/slack/install")
    assert f"form-action 'self' {fake.url};" in asked.headers["Content-Security-Policy"]
    sent = browser.post("/slack/install")
    assert sent.status_code == 303
    query = parse_qs(urlsplit(sent.location).query)
    state, code = query["state"][0], fake.oauth_code(redirect_uri=query["redirect_uri"][0], rotating=True)
    # Somebody else's browser cannot spend it, and nothing is exchanged for it.
    other = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    refused = other.get(f"/slack/oauth_redirect?code={code}&state={state}", follow_redirects=True)
    assert b"Begin it again" in refused.data
    assert fake.calls("oauth.v2.access") == []
    back = browser.get(f"/slack/oauth_redirect?code={code}&state={state}")
    assert back.location == "/slack/"
    assert b"Begin it again" in browser.get(f"/slack/oauth_redirect?code={code}&state={state}", follow_redirects=True).data  # fmt: skip
    kept = row(app, team_id=fake.team.id)
    assert (kept.state, kept.installed_by_id) == (TeamState.ACTIVE, boss.person_id)
    assert not re.search(r"xox", kept.token + kept.refresh_token)
    # Its people are read by the clock.
    with app.app_context():
        team = edge.fresh(site_of(app), at=clock.now(), slack_team_id=kept.id)
        directories.sync(app, team, at=clock.now())

    def sorts(session):
        return dict(session.execute(sa.select(SlackAccount.name, SlackAccount.sort)).all())

    found = unit(sorts, "read")
    assert (found["boss"], found["guest"], found["gone"]) == (Sort.MEMBER, Sort.GUEST, Sort.GONE)
    assert unit(lambda s: identity.account_for(s, boss.person_id), "read").standing is Standing.SUGGESTED


def test_a_token_is_renewed_by_one_of_many_and_a_refused_renewal_is_told(here, fake, unit):
    app = here()
    boss = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    site, at = site_of(app), clock.now()
    uri = "https://audits.example.org/slack/oauth_redirect"
    with app.app_context():
        state = run_unit(lambda: edge.service.begin_install(current_session(), actor=boss, at=at), "write")
        team_id = edge.finish_install(
            site, actor=boss, at=at, state=state, code=fake.oauth_code(redirect_uri=uri, rotating=True), redirect_uri=uri
        )  # fmt: skip
    soon, found = at + timedelta(hours=11), []

    def renew():
        with app.app_context():
            found.append(edge.fresh(site, at=soon, slack_team_id=team_id).token)

    workers = [threading.Thread(target=renew) for _number in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(found) == 4
    assert len(fake.calls("oauth.v2.access")) == 2  # the code, and one renewal
    with app.app_context():
        newest = edge.fresh(site, at=soon, slack_team_id=team_id)
        assert site.api.call(newest, "auth.test")["ok"]
        # Its refresh token was spent by somebody else: nothing can be renewed, and the system manager is told.
        fake.faults.add("oauth.v2.access", "error:invalid_refresh_token")
        assert edge.fresh(site, at=soon + timedelta(hours=12), slack_team_id=team_id) is None
    assert (row(app).state, row(app).reason) == (TeamState.DEAD, "invalid_refresh_token")


def test_a_workspace_named_by_its_token_dies_and_lives_again(here, fake, unit, client_of):
    token = fake.install()
    app = here(slack_bot_token=SecretStr(token.value))
    at = clock.now()
    boss = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    with app.app_context():
        edge.run(app, at)
        edge.run(app, at)
    assert len(fake.calls("auth.test")) == 1  # asked once for each token
    kept = row(app, team_id=fake.team.id)
    fake.revoke(token, "account_inactive")
    with app.app_context():
        site = site_of(app)
        team = edge.fresh(site, at=at, slack_team_id=kept.id)
        with pytest.raises(SlackError) as told:
            site.api.call(team, "users.list")
        assert edge.failed(team, told.value, at=at)
        assert not edge.look(site, at=at, slack_team_id=kept.id)
    browser = client_of(boss)
    assert b"Slack does not work in" in browser.get("/me").data
    assert b"Slack does not work in" not in client_of(unit(make_person)).get("/me").data
    token.gone = None
    browser.post(f"/slack/workspaces/{kept.id}/look")
    assert row(app).state is TeamState.ACTIVE
    assert b"Slack does not work in" not in browser.get("/me").data
    # Removed here, its token is forgotten.
    assert browser.get(f"/slack/workspaces/{kept.id}/remove").status_code == 200
    browser.post(f"/slack/workspaces/{kept.id}/remove")
    assert (row(app).state, row(app).token) == (TeamState.UNINSTALLED, "")
    assert unit(queries.anything_active, "read") is False


def test_the_directory_of_a_whole_organization_is_read_workspace_by_workspace(here, fake, unit):
    app = here()
    for name in ("North", "South"):
        team = fake.add_team(name, enterprise="All of us")
        fake.add_user(
            f"from {name}", team=team, email=f"{name.lower()}@example.org", real_name=f"from {name}"
        )
    token = fake.install_org("All of us")
    at = clock.now()
    with app.app_context():
        site = site_of(app)
        who, scopes = site.api.whoami(token.value)
        given = from_token(token.value, who, scopes)
        assert (given.team_id, bool(given.enterprise_id)) == ("", True)
        team_id = run_unit(
            lambda: installs.install(current_session(), actor=None, at=at, vault=site.vault, given=given),
            "write",
        )
        team = edge.fresh(site, at=at, slack_team_id=team_id)
        directories.sync(app, team, at=at)
        fake.faults.add("users.list", "ratelimited:30")
        with pytest.raises(directories.NotNowError):
            directories.sync(app, team, at=at)
        with pytest.raises(directories.NotNowError):  # Slack's word is kept, by every process
            directories.sync(app, team, at=at)
    assert len(fake.calls("users.list")) == 3
    names = set(unit(lambda s: s.scalars(sa.select(SlackAccount.name)).all(), "read"))
    assert {"from North", "from South"} <= names


def test_a_channel_is_found_joined_and_kept(here, fake, unit, client_of):
    token = fake.install()
    app = here(slack_bot_token=SecretStr(token.value))
    with app.app_context():
        edge.run(app, clock.now())
    boss = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    relationship = unit(make_relationship)
    other = fake.add_team("Elsewhere")
    fake.add_channel("audits", bot=False)
    fake.add_channel("secret", private=True, bot=False)
    shared = fake.add_channel("with-partner", shared_with=[other])
    browser, workspace = client_of(boss), str(row(app).id)

    def add(channel):
        return browser.post(
            "/slack/channels",
            data={"workspace": workspace, "channel": channel, "subject": f"r:{relationship.id}"},
            follow_redirects=True,
        ).get_data(as_text=True)

    assert "Kept." in add("#Audits")
    assert "told in this channel already" in add("audits")
    assert len(fake.calls("conversations.join")) == 1
    assert "must invite the app first" in add("secret")
    assert "No channel like that" in add("nowhere")
    assert "People of other organizations read this channel" in add(
        f"https://acme.slack.com/archives/{shared.id}"
    )
    assert browser.post(
        "/slack/choices", data={"partners": [str(relationship.id)], "private": ["nonconformity"]}
    ).location.endswith("/slack/choices")
    assert "Kept." in add(shared.id)
    assert unit(identity.private_kinds, "read") == {"nonconformity"}
    kept = unit(lambda s: s.scalars(sa.select(SlackPlace).order_by(SlackPlace.name)).all(), "read")
    assert [(one.name, one.external) for one in kept] == [("audits", False), ("with-partner", True)]
    browser.post(f"/slack/channels/{kept[0].id}/end")
    assert "Ended" in browser.get("/slack/channels").get_data(as_text=True)


def test_a_token_that_cannot_be_read_is_told_and_read_again_with_its_key(here, fake, unit):
    token = fake.install()
    app = here(slack_bot_token=SecretStr(token.value))
    at = clock.now()
    with app.app_context():
        edge.run(app, at)
        right = site_of(app)
        wrong = replace(right, vault=Vault("another key"))
        team_id = row(app).id
        assert edge.fresh(wrong, at=at, slack_team_id=team_id) is None
        assert row(app).reason == "wrong_key"
        assert "Put the key back" in str(reason_words("wrong_key"))
        edge.run(app, at + timedelta(hours=1))
        assert edge.fresh(right, at=at, slack_team_id=team_id).token == token.value


def test_the_clock_joins_reads_and_suggests(here, fake, unit):
    token = fake.install()
    app = here(slack_bot_token=SecretStr(token.value))
    fake.add_user("late", real_name="late", email="late@example.org")
    jobs = {job.name: job for job in registry.jobs()}

    def both(at):
        for name in (TEAMS, DIRECTORIES):
            run_job(app, jobs[name], at=at)

    both(at := clock.now())
    calls = len(fake.calls())
    both(at + timedelta(minutes=5))
    assert len(fake.calls()) == calls  # nothing is left to do, and nothing is asked

    def arrive(session):
        who = make_person(session)
        session.get(Person, who.person_id).email = "late@example.org"
        return who

    who = unit(arrive)
    both(at + timedelta(minutes=10))
    assert unit(lambda s: identity.account_for(s, who.person_id), "read").standing is Standing.SUGGESTED
    assert len(fake.calls()) == calls
    fake.add_user("new", real_name="new", email="new@example.org")
    both(at + timedelta(hours=7))
    assert "new" in unit(lambda s: s.scalars(sa.select(SlackAccount.name)).all(), "read")
    with app.app_context():
        site = site_of(app)
        team = edge.fresh(site, at=at, slack_team_id=row(app).id)
        user = fake.add_user("joined", real_name="joined", email="joined@example.org")
        assert directories.look_up(site, team, user.id, at=at) is not None
        assert directories.look_up(site, team, "U0NOBODY00", at=at) is None
