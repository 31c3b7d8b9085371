"""One call to Slack, against a Slack that fails in every way: it is made once, and its error says what to do."""

import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from auditapp.config import Settings
from auditapp.kit.ids import new_id
from auditapp.reminders.outbox.rules import Fault
from bots.slack.faults import FaultSort
from bots.slack.web import Api, SlackError, Team, to_not_sent
from tests.slackfake import SlackFake

F = FaultSort


def settings(url: str) -> Settings:
    return Settings(secret_key=SecretStr("k" * 48), data_dir=Path("var"), slack_api_url=url)


@pytest.fixture(scope="module")
def world():
    with SlackFake() as fake:
        token = fake.install()
        ada = fake.add_user("ada", email="ada@example.org")
        yield fake, Api(settings(fake.api_url)), token.value, ada


@pytest.fixture
def slack(world):
    fake = world[0]
    fake.faults.clear()
    fake.rates.__init__(fake.world)  # what one case used up is no other's
    yield world
    fake.faults.clear()


# What happens on the way, what came of it: the sort, and how many messages the person sees.
CASES = [
    ("drop_after_reading", F.AMBIGUOUS, 0),
    ("lose_answer", F.AMBIGUOUS, 1),
    ("status:500", F.AMBIGUOUS, 0),
    ("status_after:502", F.AMBIGUOUS, 1),
    ("error_after:internal_error", F.AMBIGUOUS, 1),
    ("html", F.AMBIGUOUS, 0),
    ("slow_after:3", F.AMBIGUOUS, 1),
    ("ratelimited:17", F.RETRY, 0),
    ("error:service_unavailable", F.RETRY, 0),
    ("error:token_revoked", F.WORKSPACE, 0),
    ("error:is_archived", F.PERSON, 0),
    ("error:msg_too_long", F.RENDER, 0),
]


@pytest.mark.parametrize(("fault", "sort", "seen"), CASES)
def test_a_post_is_made_once_and_its_error_is_sorted(slack, fault, sort, seen):
    fake, api, token, ada = slack
    before = len(fake.messages(ada))
    fake.faults.add("chat.postMessage", fault)
    with pytest.raises(SlackError) as told:
        api.call(token, "chat.postMessage", timeout=1.5, channel=ada.id, text="Once")
    fake.settle()
    assert (told.value.sort, len(fake.messages(ada)) - before) == (sort, seen)
    assert told.value.retry_after == (17 if "ratelimited" in fault else None)
    assert token not in f"{told.value!r} {told.value}"
    assert not fake.faults.left


def test_what_may_be_repeated_is_never_in_doubt(slack):
    fake, api, token, ada = slack
    for method, arguments in (("users.info", {"user": ada.id}), ("conversations.open", {"users": [ada.id]})):
        fake.faults.add(method, "drop_after_reading")
        with pytest.raises(SlackError) as told:
            api.call(token, method, **arguments)
        assert told.value.sort is F.RETRY
        assert api.call(token, method, **arguments)["ok"]


def test_a_call_that_never_left_is_made_again(slack):
    _fake, _api, token, ada = slack
    nowhere = Api(settings("http://127.0.0.1:9/api/"))
    with pytest.raises(SlackError) as told:
        nowhere.call(token, "chat.postMessage", channel=ada.id, text="Never")
    assert told.value.sort is F.RETRY


def test_a_proxy_of_the_environment_is_not_taken_for_what_it_must_not_be(slack, monkeypatch):
    _fake, api, token, ada = slack
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert api.call(token, "users.info", user=ada.id)["ok"]
    monkeypatch.delenv("no_proxy")
    monkeypatch.delenv("NO_PROXY")
    with pytest.raises(SlackError):
        api.call(token, "users.info", user=ada.id)


def test_no_token_is_logged_and_a_team_does_not_print_its_own(slack, caplog):
    _fake, api, token, ada = slack
    team = Team(
        id=new_id(), team_id="T1", enterprise_id="", name="Acme", bot_user_id="UB", bot_id="BB", token=token
    )
    with caplog.at_level(logging.DEBUG):
        api.call(team, "users.info", user=ada.id)
        with pytest.raises(SlackError):
            api.refresh("xoxe-1-secret")
        with pytest.raises(SlackError):
            api.exchange("the-code", "https://audits.example.org/slack/oauth_redirect")
    assert token not in caplog.text + repr(team)
    assert "xoxe-1-secret" not in caplog.text
    assert "the-code" not in caplog.text


def test_who_am_i_says_the_scopes(slack):
    _fake, api, token, _ada = slack
    who, scopes = api.whoami(token)
    assert who["bot_id"]
    assert "chat:write" in scopes


def test_the_outbox_is_told_what_to_do():
    def fault(sort, **more):
        return to_not_sent(SlackError(sort, "code", "chat.postMessage", retry_after=5), **more).fault

    assert fault(F.RETRY) is Fault.RETRY
    assert fault(F.AMBIGUOUS) is Fault.UNKNOWN
    assert fault(F.RENDER) is Fault.CONTENT
    assert fault(F.PERSON) is Fault.PERSON_GONE
    assert fault(F.WORKSPACE) is Fault.PERSON_GONE
    assert fault(F.WORKSPACE, alone=True) is Fault.CHANNEL_DEAD
