"""Forged, replayed, late and malformed requests: refused with 4xx, never 500, and nothing is changed."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest

from bots.slack.inbound.shapes import fits
from bots.slack.model import SlackSeen, SlackWork
from tests.bots.slack.world import SIGNING

CLICK = {
    "type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}, "actions": [{"action_id": "do-0", "value": "x"}],
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


def signed(world, body, *, at=0, secret=SIGNING, **headers):
    """POST a body as Slack signs it."""
    raw = body if isinstance(body, bytes) else body.encode()
    stamp = str(headers.pop("stamp", int(world.watch.at.timestamp()) + at))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    given = {
        "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}", "Content-Type": FORM,
    } | {key.replace("_", "-"): value for key, value in headers.items()}  # fmt: skip
    answer = world.app.test_client().post("/slack/events", data=raw, headers=given)
    world.settle()
    return answer


def payload(value):
    return urlencode({"payload": value if isinstance(value, str) else json.dumps(value)})


BAD = {
    "another secret": lambda world: signed(world, payload(CLICK), secret="wrong"),
    "no signature": lambda world: world.app.test_client().post(
        "/slack/events", data=payload(CLICK), content_type=FORM
    ),
    "no body": lambda world: world.app.test_client().post("/slack/events"),
    "a changed body": lambda world: signed(world, payload(CLICK), X_Slack_Signature="v0=" + "0" * 64),
    "a signature of other letters": lambda world: signed(world, payload(CLICK), X_Slack_Signature="v0=ü"),
    "six minutes old": lambda world: signed(world, payload(CLICK), at=-360),
    "six minutes ahead": lambda world: signed(world, payload(CLICK), at=360),
    "a time in words": lambda world: signed(world, payload(CLICK), stamp="yesterday"),
    "a time of other digits": lambda world: signed(world, payload(CLICK), stamp="¹²³"),
    "an endless time": lambda world: signed(world, payload(CLICK), stamp="9" * 400),
    "broken JSON": lambda world: signed(world, payload('{"type": "block_actions"')),
    "JSON that is no object": lambda world: signed(world, payload("[1, 2]")),
    "JSON nested without end": lambda world: signed(world, payload("[" * 200_000)),
    "no type": lambda world: signed(world, payload({"user": {"id": "U1"}})),
    "a user that is no object": lambda world: signed(world, payload(CLICK | {"user": "U1"})),
    "no actions": lambda world: signed(world, payload(CLICK | {"actions": []})),
    "actions that are none": lambda world: signed(world, payload(CLICK | {"actions": ["x"]})),
    "a view that is none": lambda world: signed(
        world, payload({"type": "view_submission", "user": {"id": "U1"}, "view": 1})
    ),
    "values that are none": lambda world: signed(
        world,
        payload(
            {
                "type": "view_submission",
                "user": {"id": "U1"},
                "team": {"id": "T1"},
                "view": {"id": "V1", "callback_id": "form", "state": {"values": [1]}},
            }
        ),
    ),
    "an event without an id": lambda world: signed(
        world,
        json.dumps({"type": "event_callback", "event": {"type": "message"}}),
        Content_Type="application/json",
    ),
    "signed broken JSON of an event": lambda world: signed(world, "{", Content_Type="application/json"),
    "bytes that are no text": lambda world: signed(world, b"payload=\xff\xfe"),
    "a huge body": lambda world: signed(world, b"payload=" + b"a" * 1_000_001),
    "a command without anybody": lambda world: signed(world, "command=%2Faudit&text=mine"),
    "an ssl_check that nobody signed": lambda world: world.app.test_client().post(
        "/slack/events", data="ssl_check=1&token=x", content_type=FORM
    ),
    "a form with a thousand fields": lambda world: signed(world, "&".join(f"a{n}=1" for n in range(1000))),
    "nothing at all": lambda world: signed(world, ""),
}


def test_each_is_refused_in_words_and_nothing_is_changed(world):
    for what, send in BAD.items():
        answer = send(world)
        assert 400 <= answer.status_code < 500, (what, answer.status_code, answer.text)
        assert answer.mimetype == "text/plain", what
        assert answer.text.strip(), what
    assert world.read(lambda s: (s.query(SlackWork).count(), s.query(SlackSeen).count())) == (0, 0)


def test_a_signed_ssl_check_is_answered_and_nothing_more(world):
    assert signed(world, "ssl_check=1&token=x").status_code == 200


def test_the_address_is_proved_with_its_challenge(world):
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    answer = signed(world, body, Content_Type="application/json")
    assert (answer.status_code, answer.json) == (200, {"challenge": "abc"})


def test_what_is_replayed_is_kept_once(world):
    team = next(iter(world.fake.world.teams.values())).id
    body = payload(CLICK | {"team": {"id": team}, "container": {"message_ts": "1.2"}, "trigger_id": "1.2.3"})
    stamp = int(world.watch.at.timestamp())
    answers = [signed(world, body, stamp=stamp) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert world.read(lambda s: s.query(SlackWork).count()) == 1


def test_of_a_workspace_that_is_not_installed_nothing_is_kept(world):
    assert signed(world, payload(CLICK | {"team": {"id": "TELSEWHERE"}})).status_code < 500
    assert world.read(lambda s: s.query(SlackWork).count()) == 0


@pytest.mark.parametrize(
    "text", ["", "payload=", "payload={}", "payload=null", "a=b", "%ff", "payload=" + "9" * 5000]
)
def test_no_text_breaks_the_look_at_its_shape(text):
    assert fits(text, FORM) is False
    assert fits(text, "application/json") is False
