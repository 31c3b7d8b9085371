"""What is easily forgotten: ephemerals, closed forms, forged requests, channels shared with partners, lost sockets."""

import json

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

from tests.bots.slackfake.samples import actions, button, modal
from tests.slackfake import NotPossible


class Program:
    """An app that keeps what it is sent, and answers 200."""

    def __init__(self):
        self.bodies, self.heads = [], []

    def __call__(self, environ, start_response):
        self.bodies.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        self.heads.append(environ)
        start_response("200 OK", [])
        return [b""]


@pytest.fixture
def program(fake):
    made = Program()
    fake.point_at(made)
    return made


def test_an_ephemeral_is_changed_only_through_its_answer_address(fake, client, ada, program):
    room = fake.add_channel("room", members=[ada, fake.add_user("eve")])
    client.chat_postEphemeral(channel=room.id, user=ada.id, text="Only you", blocks=[actions(button())])
    [shown] = fake.ephemerals(ada)
    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_update(channel=room.id, ts=shown.ts, text="x")
    with pytest.raises(NotPossible, match="only ada does"):
        fake.person("eve").click(shown, "Go")
    payload = fake.person(ada).click(shown, "Go").payload
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    assert WebhookClient(payload["response_url"]).send(text="Done", replace_original=True).status_code == 200
    assert (shown.text, shown.blocks) == ("Done", [])
    assert WebhookClient(payload["response_url"]).send(delete_original=True).status_code == 200
    assert fake.ephemerals(ada) == []


def test_closing_a_form_is_told_only_where_the_app_asked(fake, client, ada, program):
    person = fake.person(ada)
    for asked in (False, True):
        client.views_open(trigger_id=fake.world.new_trigger(ada), view=modal(notify_on_close=asked))
        answer = person.close()
        assert person.views() == []
        assert (answer is not None) is asked
    assert fake.deliveries.answers[-1].payload["type"] == "view_closed"


def test_requests_are_signed_and_can_be_forged(fake, ada, program, clock):
    fake.person(ada).command("/audit", "due")
    head, secret = program.heads[0], fake.app.signing_secret
    signed = {
        "timestamp": head["HTTP_X_SLACK_REQUEST_TIMESTAMP"],
        "signature": head["HTTP_X_SLACK_SIGNATURE"],
    }
    assert (
        SignatureVerifier(secret).generate_signature(body=program.bodies[0], timestamp=signed["timestamp"])
        == signed["signature"]
    )
    forged = fake.deliveries.signed(b"ssl_check=1", at=clock.at - 301, secret="other")
    assert fake.deliveries.raw(b"ssl_check=1", forged).status == 200
    assert program.heads[-1]["HTTP_X_SLACK_SIGNATURE"] == forged["X-Slack-Signature"]


def test_partners_through_connect(fake, client, ada):
    pat = fake.add_user("pat", team=fake.add_team("Partner"), stranger=True)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.chat_postMessage(channel=fake.add_user("kim", team=pat.team).id, text="x")
    joint = fake.add_channel("joint", members=[ada, pat], shared_with=[pat.team])
    client.chat_postMessage(channel=joint.id, text="For both")
    assert [one.text for one in fake.seen_by(pat)] == ["For both"]
    assert client.conversations_info(channel=joint.id)["channel"]["is_ext_shared"]
    assert client.users_info(user=pat.id)["user"]["is_stranger"]


def test_a_revoked_token_is_told(fake, client, token, program):
    client.auth_revoke()
    fake.settle()
    assert json.loads(program.bodies[-1])["event"]["type"] == "tokens_revoked"


def test_an_app_that_may_not_hear_does_not(fake, ada, program):
    fake.person(ada).dm_say("heard")
    quiet = fake.add_team("Quiet")
    fake.install(quiet, scopes={"chat:write", "im:write"})
    fake.person(fake.add_user("quinn", team=quiet)).dm_say("not heard")
    assert [one["event"]["text"] for one in fake.events.sent] == ["heard"]
    fake.configure_app(events=("app_home_opened",))
    fake.person(ada).dm_say("not subscribed to")
    assert len(fake.events.sent) == 1
