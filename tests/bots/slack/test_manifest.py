"""The app's description, against Slack's own published schemas (see schemas/README.md)."""

import json
from pathlib import Path

import jsonschema
import pytest

from bots.slack.manifest import EVENTS, NEEDED, SCOPES, WHY, build
from bots.slack.rules import ATTACH, COMMAND, RAISE_ISSUE, RAISE_NONCONFORMITY

FOLDER = Path(__file__).parent / "schemas"
SCHEMAS = {
    name: json.loads((FOLDER / f"manifest.schema.{name}.json").read_text()) for name in ("1.0.0", "2.0.0")
}
# Which right each event needs: docs.slack.dev/reference/events.
RIGHTS = {
    "app_home_opened": None, "app_uninstalled": None, "tokens_revoked": None, "channel_archive": "channels:read",
    "channel_deleted": "channels:read", "channel_rename": "channels:read", "group_archive": "groups:read",
    "group_deleted": "groups:read", "group_rename": "groups:read", "link_shared": "links:read",
    "message.im": "im:history", "team_join": "users:read", "user_change": "users:read",
}  # fmt: skip


@pytest.mark.parametrize("socket", [False, True])
@pytest.mark.parametrize("rotation", [False, True])
@pytest.mark.parametrize("url", ["https://audits.example.org", "http://127.0.0.1:8000"])
def test_slacks_own_schemas_take_it(socket, rotation, url):
    made = build(public_url=url, socket=socket, rotation=rotation)
    for schema in SCHEMAS.values():
        jsonschema.Draft7Validator(schema).validate(made)
    assert ("request_url" in made["settings"]["event_subscriptions"]) is not socket
    assert made["settings"]["socket_mode_enabled"] is socket
    public = url.startswith("https")  # Slack sends nobody back elsewhere, and such a token must not end
    assert ("unfurl_domains" in made["features"]) is public
    assert ("redirect_urls" in made["oauth_config"]) is public
    assert made["settings"]["token_rotation_enabled"] is (rotation and public)


def test_the_schemas_would_refuse_a_slip():
    made = build(public_url="https://audits.example.org", socket=False)
    made["features"]["slash_commands"][0].pop("description")
    for schema in SCHEMAS.values():
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft7Validator(schema).validate(made)


def test_every_right_has_its_reason_and_every_event_its_right():
    assert set(NEEDED) <= set(SCOPES)
    assert set(RIGHTS) == set(EVENTS)
    assert {one for one in RIGHTS.values() if one} <= set(SCOPES)


def test_what_comes_back_is_known_and_short_enough_for_slack():
    made = build(public_url="https://audits.example.org", socket=False)
    called = {one["callback_id"] for one in made["features"]["shortcuts"]}
    assert {ATTACH, RAISE_ISSUE, RAISE_NONCONFORMITY} <= called
    assert all(
        len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in made["features"]["shortcuts"]
    )
    assert [one["command"] for one in made["features"]["slash_commands"]] == [COMMAND]
    assert len(made["display_information"]["description"]) <= 140
    assert made["features"]["unfurl_domains"] == ["audits.example.org"]


def test_the_page_for_administrators_names_every_right_and_why():
    page = (Path(__file__).parents[3] / "docs" / "slack.md").read_text(encoding="utf-8")
    assert [
        f"| `{scope}` | {why} |" for scope, why in WHY.items() if f"| `{scope}` | {why} |" not in page
    ] == []
