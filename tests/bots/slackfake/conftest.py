"""A Slack, the app in it, a person, and the real client."""

import pytest
from slack_sdk import WebClient

from tests.slackfake import SlackFake


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self):
        self.at = 1_800_000_000.0

    def __call__(self):
        return self.at


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """WebClient reads these, and knows of no exceptions."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fake(clock):
    with SlackFake(now=clock) as running:
        running.clock = clock
        yield running


@pytest.fixture
def token(fake):
    return fake.install()


@pytest.fixture
def ada(fake, token):
    return fake.add_user("ada", email="ada@example.org")


@pytest.fixture
def client(fake, token):
    return WebClient(token.value, base_url=fake.api_url, retry_handlers=[])
