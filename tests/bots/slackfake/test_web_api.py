"""The Web API, with the real client: it does what Slack does and refuses what Slack refuses."""

import time
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation import TokenRotator

from tests.bots.slackfake.samples import actions, button, home, modal, section
from tests.slackfake import BOT_SCOPES


def refusal(call, *args, **kwargs):
    with pytest.raises(SlackApiError) as refused:
        call(*args, **kwargs)
    return refused.value.response


def test_a_message_is_kept_changed_and_found_by_its_metadata(fake, client, ada):
    mark = {"event_type": "auditapp", "event_payload": {"d": "opaque"}}
    posted = client.chat_postMessage(channel=ada.id, text="Hello", blocks=[actions(button())], metadata=mark)
    assert posted["channel"].startswith("D")
    reply = client.chat_postMessage(channel=posted["channel"], text="And", thread_ts=posted["ts"])
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Bye", blocks=[])
    [found] = client.conversations_history(channel=posted["channel"], include_all_metadata=True)["messages"]
    assert (found["text"], found["metadata"], found["reply_count"]) == ("Bye", mark, 1)
    assert "blocks" not in found
    [stripped] = client.conversations_history(channel=posted["channel"])["messages"]
    assert stripped["metadata"] == {"event_type": "auditapp"}
    thread = client.conversations_replies(channel=posted["channel"], ts=posted["ts"])["messages"]
    assert [one["ts"] for one in thread] == [posted["ts"], reply["ts"]]
    assert fake.messages(ada)[0].earlier[0][0] == "Hello"


def test_refusals_of_messages(fake, token, client, ada):
    eve, grace, robot = (
        fake.add_user("eve"),
        fake.add_user("grace", deleted=True),
        fake.add_user("robot", is_bot=True),
    )
    shut, apart = fake.add_channel("shut", archived=True), fake.add_channel("apart", private=True, bot=False)
    away, other = fake.add_channel("away", bot=False), fake.add_channel("other", team=fake.add_team("Other"))
    room = fake.add_channel("room", members=[ada])
    theirs = fake.person(ada).say(room, "Mine")
    post, text = client.chat_postMessage, {"text": "x"}
    assert refusal(post, channel=shut.id, **text)["error"] == "is_archived"
    assert refusal(post, channel=away.id, **text)["error"] == "not_in_channel"
    assert {refusal(post, channel=one, **text)["error"] for one in (apart.id, other.id, "C404", "U404")} == {
        "channel_not_found"
    }
    assert refusal(post, channel=robot.id, **text)["error"] == "cannot_dm_bot"
    assert refusal(client.conversations_open, users=grace.id)["error"] == "user_disabled"
    assert refusal(post, channel=room.id, text="x" * 40_001)["error"] == "msg_too_long"
    assert refusal(client.api_call, "chat.postMessage", json={"channel": room.id})["error"] == "no_text"
    answer = refusal(post, channel=room.id, text="x", blocks=[section("x" * 3001)])
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert refusal(post, channel=room.id, text="x", thread_ts="1.000001")["error"] == "thread_not_found"
    assert (
        refusal(client.chat_update, channel=room.id, ts=theirs.ts, text="x")["error"] == "cant_update_message"
    )
    assert (
        refusal(client.chat_update, channel=room.id, ts="1.000001", text="x")["error"] == "message_not_found"
    )
    assert (
        refusal(client.chat_postEphemeral, channel=room.id, user=eve.id, text="x")["error"]
        == "user_not_in_channel"
    )
    assert client.chat_postEphemeral(channel=room.id, user=ada.id, text="You only")["message_ts"]
    assert [one.text for one in fake.seen_by(ada)] == ["Mine", "You only"]
    assert fake.seen_by(eve) == []


def test_tokens_and_scopes(fake, client, token, ada, clock):
    poor = WebClient(fake.install(fake.add_team("Poor"), scopes={"chat:write"}).value, base_url=fake.api_url)
    answer = refusal(poor.users_info, user=ada.id)
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "users:read",
        "chat:write",
    )
    assert refusal(WebClient(base_url=fake.api_url).auth_test)["error"] == "not_authed"
    assert refusal(WebClient("xoxb-no", base_url=fake.api_url).auth_test)["error"] == "invalid_auth"
    assert refusal(client.apps_connections_open, app_token=token.value)["error"] == "not_allowed_token_type"
    fake.revoke(token)
    assert refusal(client.auth_test)["error"] == "token_revoked"


def test_rotation_gives_a_token_and_takes_the_old_refresh_token_away(fake, clock):
    team = fake.add_team("Turning")
    token = fake.install(team, rotating=True)
    clock.at += 43_201
    assert refusal(WebClient(token.value, base_url=fake.api_url).auth_test)["error"] == "token_expired"
    bot = Bot(
        bot_token=token.value, bot_id="B", bot_user_id="U", bot_refresh_token=fake.refresh_token_of(token),
        bot_token_expires_at=1, installed_at=1.0,
    )  # fmt: skip
    rotator = TokenRotator(
        client_id=fake.app.client_id,
        client_secret=fake.app.client_secret,
        client=WebClient(base_url=fake.api_url),
    )
    turned = rotator.perform_bot_token_rotation(bot=bot)
    assert WebClient(turned.bot_token, base_url=fake.api_url).auth_test()["team_id"] == team.id
    again = refusal(
        WebClient(base_url=fake.api_url).oauth_v2_access, client_id=fake.app.client_id, client_secret=fake.app.client_secret,
        grant_type="refresh_token", refresh_token=bot.bot_refresh_token,
    )  # fmt: skip
    assert again["error"] == "invalid_refresh_token"


def test_installing_in_an_organization(fake):
    north, south = fake.add_team("North", enterprise="Globe"), fake.add_team("South", enterprise="Globe")
    people = [fake.add_user("nora", team=north), fake.add_user("sam", team=south)]
    bare = WebClient(base_url=fake.api_url)
    page = f"https://slack.example/oauth/v2/authorize?client_id={fake.app.client_id}&scope={','.join(BOT_SCOPES)}&state=s"
    back = fake.person(people[0]).allow(f"{page}&redirect_uri=https://site.example/cb", enterprise="Globe")
    code = parse_qs(urlsplit(back).query)["code"][0]
    keys = {"client_id": fake.app.client_id, "client_secret": fake.app.client_secret, "code": code}
    assert (
        refusal(bare.oauth_v2_access, **keys, redirect_uri="https://elsewhere.example")["error"]
        == "bad_redirect_uri"
    )
    granted = bare.oauth_v2_access(**keys, redirect_uri="https://site.example/cb")
    assert (granted["team"], granted["is_enterprise_install"], granted["enterprise"]["name"]) == (
        None,
        True,
        "Globe",
    )
    assert (
        refusal(bare.oauth_v2_access, **keys, redirect_uri="https://site.example/cb")["error"]
        == "code_already_used"
    )
    org = WebClient(granted["access_token"], base_url=fake.api_url)
    for one in people:
        org.chat_postMessage(channel=one.id, text="Hello")
        assert len(fake.messages(one)) == 1
    assert refusal(org.users_list)["error"] == "missing_argument"
    assert [one["id"] for one in org.users_list(team_id=south.id)["members"] if not one["is_bot"]] == [
        people[1].id
    ]


def test_people(fake, client, ada):
    fake.add_user("hidden", email="hidden@example.org", email_visible=False)
    fake.add_user("gone", email="gone@example.org", deleted=True)
    stranger = fake.add_user("pat", team=fake.add_team("Partner"), email="pat@example.org", stranger=True)
    fake.add_channel("joint", members=[ada, stranger], shared_with=[stranger.team])
    assert client.users_lookupByEmail(email="ADA@example.org")["user"]["id"] == ada.id
    for email in ("hidden@example.org", "gone@example.org", "pat@example.org"):
        assert refusal(client.users_lookupByEmail, email=email)["error"] == "users_not_found"
    listed = [one for page in client.users_list(limit=2) for one in page["members"]]
    assert {one["name"] for one in listed} == {"auditapp", "ada", "hidden", "gone", "pat"}
    assert "email" not in client.users_info(user=stranger.id)["user"]["profile"]


def test_views_with_triggers_and_hashes(fake, client, ada, clock):
    def trigger():
        return fake.world.new_trigger(ada)

    used = trigger()
    view = client.views_open(trigger_id=used, view=modal())["view"]
    assert refusal(client.views_open, trigger_id=used, view=modal())["error"] == "exchanged_trigger_id"
    assert refusal(client.views_open, trigger_id="1.2.3", view=modal())["error"] == "invalid_trigger_id"
    late = trigger()
    clock.at += 3.1
    assert refusal(client.views_open, trigger_id=late, view=modal())["error"] == "expired_trigger_id"
    answer = refusal(client.views_open, trigger_id=trigger(), view=home())
    assert answer["error"] == "invalid_arguments"
    assert (
        "[ERROR] missing required field: title [json-pointer:/view]"
        in answer["response_metadata"]["messages"]
    )
    for _ in range(2):
        client.views_push(trigger_id=trigger(), view=modal())
    assert refusal(client.views_push, trigger_id=trigger(), view=modal())["error"] == "push_limit_reached"
    newer = client.views_update(
        view_id=view["id"],
        hash=view["hash"],
        view=modal(section(), submit={"type": "plain_text", "text": "Ok"}),
    )
    assert (
        refusal(client.views_update, view_id=view["id"], hash=view["hash"], view=modal())["error"]
        == "hash_conflict"
    )
    assert newer["view"]["hash"] != view["hash"]
    fake.person(ada).close(all_of_them=True)
    assert refusal(client.views_update, view_id=view["id"], view=modal())["error"] == "not_found"
    first = client.views_publish(user_id=ada.id, view=home())["view"]
    client.views_publish(user_id=ada.id, view=home(section("New")), hash=first["hash"])
    assert (
        refusal(client.views_publish, user_id=ada.id, view=home(), hash=first["hash"])["error"]
        == "hash_conflict"
    )


def fetched(url, token=""):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})  # noqa: S310 - our own
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return answer.headers.get_content_type(), answer.read()


def test_files_go_up_in_three_steps_and_come_down_only_with_the_scope(fake, client, token, ada):
    channel = client.conversations_open(users=ada.id)["channel"]["id"]
    file = client.files_upload_v2(content=b"bytes", filename="note.txt", channel=channel)["file"]
    assert fake.messages(ada)[0].files[0].content == b"bytes"
    sent, _ = fake.person(ada).upload("a.png", b"\x89PNG", "image/png")
    url = client.files_info(file=sent.id)["file"]["url_private_download"]
    assert fetched(url, token.value) == ("image/png", b"\x89PNG")
    assert fetched(url)[0] == "text/html"
    weak = fake.install(fake.add_team("Weak"), scopes=BOT_SCOPES - {"files:read"})
    assert fetched(url, weak.value)[0] == "text/html"
    theirs = fake.file_json_of(fake.add_file(ada, "b.png", b"x", external=True))
    assert theirs["file_access"] == "check_file_info"
    assert client.files_info(file=theirs["id"])["file"]["url_private"]
    gone = fake.add_file(ada, "c.png", b"x", mode="tombstone")
    assert refusal(client.files_info, file=gone.id)["error"] == "file_deleted"
    assert file["size"] == 5


def test_limits_of_calls(fake, client, ada, clock):
    fake.rates.on()
    post = {"channel": ada.id, "text": "x"}
    client.chat_postMessage(**post)
    answer = refusal(client.chat_postMessage, **post)
    assert (answer.status_code, answer.headers["Retry-After"], answer["error"]) == (429, "1", "ratelimited")
    clock.at += 1
    client.chat_postMessage(**post)
    for _ in range(20):
        client.users_list()
    assert refusal(client.users_list).headers["Retry-After"] == "60"
    clock.at += 60
    client.users_list()


FAULTS = {
    "drop_before": (ConnectionError, 0),
    "drop_after_reading": (ConnectionError, 0),
    "lose_answer": (ConnectionError, 1),
    "status:503": (SlackApiError, 0),
    "status_after:500": (SlackApiError, 1),
    "error:token_revoked": (SlackApiError, 0),
    "error_after:fatal_error": (SlackApiError, 1),
    "ratelimited:30": (SlackApiError, 0),
    "slow_after:0.6": (TimeoutError, 1),
    "html": (SlackApiError, 0),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_faults(fake, token, ada, kind):
    wrong, kept = FAULTS[kind]
    client = WebClient(token.value, base_url=fake.api_url, retry_handlers=[], timeout=0.3)
    fake.faults.add("chat.postMessage", kind)
    with pytest.raises(wrong):
        client.chat_postMessage(channel=ada.id, text="x")
    time.sleep(0.01 if kept == 0 else 0.05)
    assert (len(fake.messages(ada)), fake.faults.left) == (kept, [])
    client.chat_postMessage(channel=ada.id, text="y")
    assert len(fake.calls("chat.postMessage")) == 2


def test_an_outage_and_a_token_revoked_in_mid_flight(fake, client, token, ada):
    with fake.faults.outage():
        assert refusal(client.auth_test).status_code == 503
    client.auth_test()
    fake.faults.add("chat.*", skip=1, do=lambda: fake.revoke(token))
    client.chat_postMessage(channel=ada.id, text="x")
    assert refusal(client.chat_postMessage, channel=ada.id, text="y")["error"] == "token_revoked"
