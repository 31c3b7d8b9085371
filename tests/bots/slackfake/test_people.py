"""People and the app, both ways: a small Bolt app over HTTP and over Socket Mode."""

import time
import urllib.error
import urllib.request

import pytest
from flask import Flask
from flask import request as flask_request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.bots.slackfake.samples import actions, button, field, home, modal, section
from tests.serving import serving
from tests.slackfake import NotPossible

FORM = modal(
    field({"type": "plain_text_input", "action_id": "text", "max_length": 20}, block_id="why"),
    field({"type": "static_select", "action_id": "pick", "options": [{"text": {"type": "plain_text", "text": "Yes"}, "value": "y"}]},
          block_id="which", optional=True),
)  # fmt: skip


@pytest.fixture
def heard():
    return []


@pytest.fixture
def bolt(fake, client, heard):
    app = App(client=client, signing_secret=fake.app.signing_secret, process_before_response=True)

    @app.action("go")
    def go(ack, body, client):
        ack()
        heard.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.action("tell")
    def tell(ack, respond):
        ack()
        respond(text="Told", replace_original=False)

    @app.view("form")
    def form(ack, view):
        values = view["state"]["values"]
        heard.append(values)
        text = values["why"]["text"]["value"]
        answers = {
            "bad": {"response_action": "errors", "errors": {"why": "Say more"}},
            "next": {"response_action": "push", "view": FORM},
            "other": {"response_action": "update", "view": modal(section("Other"))},
            "broken": {"response_action": "errors", "errors": {"nowhere": "x"}},
        }
        ack(answers.get(text, {}))

    @app.command("/audit")
    def command(ack, body):
        ack(f"You said {body['text']}")

    @app.shortcut("note")
    def shortcut(ack, body):
        ack()
        heard.append(body)

    @app.event("app_home_opened")
    def opened(event, client):
        client.views_publish(user_id=event["user"], view=home(section(f"Home of {event['user']}")))

    for name in (
        "message",
        "file_shared",
        "link_shared",
        "user_change",
        "team_join",
        "app_uninstalled",
        "tokens_revoked",
    ):
        app.event(name)(lambda event, body: heard.append((event["type"], body["event_id"])))
    return app


@pytest.fixture(params=["http", "socket"])
def app(request, fake, bolt, clock):
    """The Bolt app, reached in either way; the clock runs, because Bolt looks at its own."""
    if request.param == "http":
        flask = Flask("bolt")
        handler = SlackRequestHandler(bolt)
        flask.post("/slack/events")(lambda: handler.handle(flask_request))
        clock.at = time.time()
        with serving(flask) as address:
            fake.point_at(address)
            yield bolt
    else:
        socket = SocketModeHandler(
            bolt, fake.add_app_token().value, web_client=WebClient(base_url=fake.api_url)
        )
        socket.connect()
        fake.sockets.wait_for(1)
        yield bolt
        leave(fake, socket)


def leave(fake, *apps):
    """Slack ends the connections first: the client would wait three seconds for a word from it."""
    for one in apps:
        one.client.auto_reconnect_enabled = False
    fake.sockets.stop()
    for one in apps:
        one.close()


def until(true):
    for _ in range(200):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("It did not happen.")


@pytest.fixture
def card(fake, client, ada):
    client.chat_postMessage(
        channel=ada.id, text="Card", blocks=[actions(button(value="1"), button("tell", "Tell me"))]
    )
    return fake.messages(ada)[0]


def test_from_a_click_to_a_form_and_its_answers(fake, app, ada, card, heard):
    person = fake.person(ada)
    answer = person.click(card, "Go")
    assert answer.ok
    assert 0 < answer.seconds < 3
    until(person.views)
    assert heard[0]["actions"][0]["value"] == "1"
    assert heard[0]["message"]["ts"] == card.ts
    assert person.submit(values={"why": "bad"}).errors == {"why": "Say more"}
    assert person.submit(values={"why": "next", "which": "Yes"}).ok
    assert len(person.views()) == 2
    assert heard[-1]["which"]["pick"]["selected_option"]["value"] == "y"
    person.submit(values={"why": "other"})
    assert person.views()[-1].blocks[0]["text"]["text"] == "Other"
    person.close()
    with pytest.raises(AssertionError, match="which are no input blocks"):
        person.submit(values={"why": "broken"})
    assert person.submit(values={"why": "fine"}).ok
    assert person.views() == []


def test_what_nobody_could_do(fake, app, ada, client, card):
    person, shown = fake.person(ada), card.snapshot()
    with pytest.raises(NotPossible, match="There is no 'Delete' here"):
        person.click(card, "Delete")
    with pytest.raises(NotPossible, match="not in that conversation"):
        fake.person(fake.add_user("eve")).click(card, "Go")
    client.chat_update(channel=card.channel.id, ts=card.ts, text="Closed", blocks=[])
    with pytest.raises(NotPossible):
        person.click(card, "Go")
    assert person.click(card, "Go", as_shown=shown).ok
    until(person.views)
    with pytest.raises(NotPossible, match="has to be filled in"):
        person.submit()
    with pytest.raises(NotPossible, match="21 characters"):
        person.submit(values={"why": "x" * 21})


def test_commands_shortcuts_home_and_words(fake, app, ada, card, heard):
    person = fake.person(ada)
    person.command("/audit", "mine")
    assert fake.ephemerals(ada)[-1].text == "You said mine"
    person.click(card, "tell")
    until(lambda: fake.ephemerals(ada)[-1].text == "Told")
    person.shortcut("note", message=card)
    person.shortcut("note")
    until(lambda: [one["type"] for one in heard if isinstance(one, dict)] == ["message_action", "shortcut"])
    person.open_home()
    until(lambda: fake.home(ada) is not None)
    person.dm_say("Hello")
    person.upload("a.png", b"x", "image/png")
    person.share_link("https://audit.example/i/1?a=1&b=2")
    person.change(tz="Asia/Tokyo")
    fake.person(fake.add_user("new")).join()
    names = {"message", "file_shared", "link_shared", "user_change", "team_join"}
    until(lambda: {one[0] for one in heard if isinstance(one, tuple)} == names)
    link = next(one["event"] for one in fake.events.sent if one["event"]["type"] == "link_shared")
    assert link["links"] == [{"url": "https://audit.example/i/1?a=1&b=2", "domain": "audit.example"}]
    app.client.chat_unfurl(
        channel=link["channel"],
        ts=link["message_ts"],
        unfurls={link["links"][0]["url"]: {"blocks": [section("Card")]}},
    )
    assert fake.messages(ada)[-1].unfurls


def test_events_come_again_twice_out_of_order_and_after_the_app_is_gone(fake, app, ada, token, heard):
    person = fake.person(ada)
    fake.events.hold()
    person.dm_say("one")
    person.dm_say("two")
    fake.events.release()
    assert [one["event"]["text"] for one in fake.events.sent] == ["two", "one"]
    fake.events.redeliver()
    until(lambda: len(heard) == 3)
    assert heard[1] == heard[2]
    fake.uninstall(token)
    until(lambda: {one[0] for one in heard} >= {"app_uninstalled", "tokens_revoked"})


def test_events_are_tried_three_times_more(fake, ada, token, clock):
    answers = iter([500, 500, 500, 200])
    seen = []

    def program(environ, start_response):
        seen.append((environ.get("HTTP_X_SLACK_RETRY_NUM"), environ.get("HTTP_X_SLACK_RETRY_REASON")))
        start_response(f"{next(answers)} X", [])
        return [b""]

    fake.point_at(program)
    fake.person(ada).dm_say("x")
    assert len(seen) == 2
    clock.at += 60
    fake.events.retry()
    fake.events.retry()
    assert len(seen) == 3
    clock.at += 300
    fake.events.retry()
    assert seen == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert fake.events.pending == []


def test_connections_share_the_work_and_are_asked_to_come_again(fake, bolt, ada, card):
    address = WebClient(base_url=fake.api_url)
    apps = [SocketModeHandler(bolt, fake.add_app_token().value, web_client=address) for _ in range(2)]
    for one in apps:
        one.connect()
    fake.sockets.wait_for(2)
    person = fake.person(ada)
    for _ in range(4):
        assert person.shortcut("note").ok
    assert {len(one.sent) for one in fake.sockets.connections} == {2}
    first = {one.number for one in fake.sockets.connections}
    fake.sockets.ask_to_come_again()
    until(
        lambda: (
            len(fake.sockets.connections) == 2
            and not first & {one.number for one in fake.sockets.connections}
        )
    )
    assert person.shortcut("note").ok
    leave(fake, *apps)
    until(lambda: not fake.sockets.connections)
    assert person.shortcut("note").error == "no_connection"


def test_an_answer_address_is_good_five_times_for_half_an_hour(fake, ada, card, clock):
    fake.point_at(lambda _, start: (start("200 OK", []) and [b""]) or [b""])

    def used(url):
        sent = urllib.request.Request(url, b'{"text": "x"}', {"Content-Type": "application/json"})  # noqa: S310 - our own
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sent) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code

    url = fake.person(ada).shortcut("note", message=card).payload["response_url"]
    assert [used(url) for _ in range(6)] == [200] * 5 + [404]
    late = fake.person(ada).shortcut("note", message=card).payload["response_url"]
    clock.at += 1801
    assert used(late) == 404
