"""Pages about Slack: whose they are, what they say without Slack, and who is joined to whom."""

import logging

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.people.service import person_ref
from auditapp.reminders.engine import registry
from bots.main import mount
from bots.slack.identity import queries, service
from bots.slack.install import service as installs
from bots.slack.jobs import DIRECTORIES, TEAMS
from bots.slack.model import SlackTeam, Sort, Standing
from tests.bots.slack.conftest import AT, VAULT, given, profile
from tests.factories import make_person
from tests.statements import counted

PATHS = [
    "/slack/",
    "/slack/people",
    "/slack/people?who=everybody",
    "/slack/accounts",
    "/slack/channels",
    "/slack/choices",
]


@pytest.fixture
def here(app):
    """The site with Slack's pages."""
    app.extensions["auditapp"] = app.extensions["auditapp"].model_copy(
        update={
            "slack_client_id": "1.2",
            "slack_client_secret": SecretStr("x"),
            "secret_key": SecretStr("v" * 48),
        }
    )
    mount(app)
    yield app
    for job in (TEAMS, DIRECTORIES):
        registry.forget(job)


def fill(session, many=0):
    team = installs.install(session, actor=None, at=AT, vault=VAULT, given=given())
    for number in range(many):
        who = make_person(session, name=f"Somebody {number}")
        service.see(
            session,
            at=AT,
            slack_team_id=team,
            profiles=[profile(f"U{number}", email=who.email if number % 2 else "")],
        )
    return team


def test_without_slack_the_page_says_how_to_begin(app, unit, client_of):
    mount(app)
    boss = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    shown = boss.get("/slack/").get_data(as_text=True)
    assert "Slack is not set up here" in shown
    assert "auditapp slack manifest" in shown
    assert boss.get("/slack/install").status_code == 404
    assert "Slack is not connected here" in boss.get("/me/slack").get_data(as_text=True)


def test_the_pages_are_the_system_managers(here, unit, client_of):
    unit(fill)
    boss = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    other = client_of(unit(lambda s: make_person(s, Role.PROGRAMME_MANAGER)))
    for path in [*PATHS, "/slack/install"]:
        assert boss.get(path).status_code == 200, path
        assert other.get(path).status_code == 403, path
        assert client_of(None).get(path).status_code == 302, path
    assert 'href="/slack/"' in boss.get("/").get_data(as_text=True)
    assert 'href="/slack/"' not in other.get("/").get_data(as_text=True)


def test_as_many_statements_for_one_as_for_many(here, unit, client_of):
    boss = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    team = unit(lambda s: fill(s, 2))
    with here.app_context():
        engine = db.engine

    def statements():
        found = {}
        for path in PATHS:
            with counted(engine) as said:
                boss.get(path)
            found[path] = len(said)
        return found

    statements()
    few = statements()

    def more(session):
        for _number in range(10):
            make_person(session)
        profiles = [profile(f"UX{number}") for number in range(40)]
        service.see(session, at=AT, slack_team_id=team, profiles=profiles)

    unit(more)
    assert statements() == few
    assert max(few.values()) <= 16


def test_a_person_is_joined_by_a_link_and_takes_it_back(here, unit, client_of, caplog):
    who = unit(lambda s: make_person(s, name="Ada"))
    unit(lambda s: fill(s, 1))

    def invite(session):
        account = queries.account_of(session, slack_team_id=session.scalar(sa.select(SlackTeam.id)), user_id="U0")  # fmt: skip
        return account.id, service.link_secret(session, at=now(), account_id=account.id)

    account_id, secret = unit(invite)
    browser = client_of(who)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("access").info("GET %s 200", f"/slack/link/{secret}")
        away = client_of(None).get(f"/slack/link/{secret}")  # signs in first, and comes back
        logging.getLogger("access").info("GET %s 200", away.location)
        shown = browser.get(f"/slack/link/{secret}").get_data(as_text=True)
        assert "Is this account yours?" in shown
        assert "Ada" in shown
        assert unit(lambda s: queries.account_by_id(s, account_id).standing, "read") is Standing.UNMATCHED
        assert browser.post(f"/slack/link/{secret}").location == "/me/slack"
        assert browser.post(f"/slack/link/{secret}").status_code == 422
        assert browser.get(f"/slack/link/{secret}").status_code == 404
    assert secret not in caplog.text
    assert unit(lambda s: queries.account_for(s, who.person_id), "read").may_act
    assert "Confirmed" in browser.get("/me/slack").get_data(as_text=True)
    other = client_of(unit(make_person))
    assert other.post(f"/me/slack/{account_id}/refuse").status_code == 404
    browser.post(f"/me/slack/{account_id}/refuse")
    assert unit(lambda s: queries.account_for(s, who.person_id), "read") is None
    assert "Taken back" in browser.get("/me/slack").get_data(as_text=True)
    history = (
        client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))).get("/history/").get_data(as_text=True)
    )
    assert "took an account in Slack back" in history
    assert person_ref(who.person_id) not in history


def test_the_system_manager_says_whose_an_account_is(here, unit, client_of):
    boss = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    who = unit(lambda s: make_person(s, name="Ben"))
    team = unit(lambda s: fill(s, 1))
    unit(lambda s: service.see(s, at=AT, slack_team_id=team, profiles=[profile("UB", sort=Sort.BOT)]))
    ids = {
        name: unit(lambda s, name=name: queries.account_of(s, slack_team_id=team, user_id=name).id, "read")
        for name in ("U0", "UB")
    }
    path = f"/slack/accounts/{ids['U0']}"
    assert boss.post(path, data={"person": ""}).status_code == 422
    assert boss.post(f"/slack/accounts/{ids['UB']}", data={"person": str(who.person_id)}).status_code == 422
    assert boss.post(path, data={"person": str(who.person_id)}).status_code == 302
    assert "It belongs to Ben." in boss.get(path).get_data(as_text=True)
    assert "Ben" in boss.get("/slack/accounts?standing=mapped&q=u0").get_data(as_text=True)
    boss.post(f"{path}/unmap")
    assert "Nobody knows whose it is." in boss.get(path).get_data(as_text=True)
    assert boss.get(f"/slack/accounts/{team}").status_code == 404
