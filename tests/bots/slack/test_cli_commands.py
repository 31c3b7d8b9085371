"""`auditapp slack`: the app's description, the workspaces, and what works."""

import json

import pytest
from pydantic import SecretStr

from auditapp.kit import clock
from auditapp.people.rules import Role
from bots.slack.cli_commands import slack
from bots.slack.identity import edge as directories
from bots.slack.identity import queries as accounts
from bots.slack.identity import service
from bots.slack.install import edge, queries
from bots.slack.manifest import SCOPES
from bots.slack.web import site_of
from tests.factories import make_person
from tests.slackfake import SlackFake


@pytest.fixture
def run(app):
    def command(*words, **settings):
        app.extensions["auditapp"] = app.extensions["auditapp"].model_copy(update=settings)
        app.extensions.pop("auditapp_slack", None)
        return app.test_cli_runner().invoke(slack, words)

    return command


def test_the_description_is_json_and_a_site_without_https_is_told(run):
    told = run("manifest", public_url="https://audits.example.org")
    made = json.loads(told.stdout)
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://audits.example.org/slack/events"
    assert told.stderr == ""
    assert "--socket" in run("manifest", public_url="http://127.0.0.1:8000").stderr
    assert json.loads(run("manifest", "--socket").stdout)["settings"]["socket_mode_enabled"]


def test_without_slack_the_doctor_has_nothing_to_say(run):
    told = run("doctor")
    assert (told.exit_code, "Slack is not set up" in told.output) == (0, True)
    assert "No workspace is connected" in run("teams").output


def test_the_doctor_goes_through_scopes_and_people(app, run, unit):
    boss = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Dana"))
    ada = unit(lambda s: make_person(s, name="Ada"))
    unit(lambda s: make_person(s, name="Nobody There"))
    with SlackFake() as fake:
        token = fake.install(scopes=set(SCOPES) - {"files:read"})
        for one in (boss, ada):
            fake.add_user(one.name, email=one.email)
        settings = {"slack_api_url": fake.api_url, "slack_bot_token": SecretStr(token.value)}
        first = run("doctor", **settings)
        assert first.exit_code == 1
        assert "No answer arrives" in first.output
        assert "FAIL   files:read is missing" in first.output
        assert "ok     chat:write: writes messages" in first.output
        with app.app_context():
            site, at = site_of(app), clock.now()
            team = edge.fresh(site, at=at, slack_team_id=unit(queries.active_ids, "read")[0])
            directories.sync(app, team, at=at)

        def link(session):
            account = next(a for a, _t in accounts.accounts_of_person(session, ada.person_id))
            service.link(
                session, actor=ada, at=at, secret=service.link_secret(session, at=at, account_id=account.id)
            )

        unit(link)
        told = run("doctor", "--all", slack_app_token=SecretStr("xapp-1"))
        assert "1 receive and answer" in told.output
        assert f"Ada <{ada.email}>" in told.output
        assert "note 1 receive only" in told.output
        assert "Nobody There" in told.output
        assert "No account has their mail address" in told.output
        assert "active" in run("teams").output
        fake.revoke(token)
        told = run("doctor")
        assert "Its token was revoked. Install the app again." in told.output
        assert token.value not in told.output
        assert "dead: Its token was revoked" in run("teams").output
