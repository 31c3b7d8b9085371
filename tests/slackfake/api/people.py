"""People: users.*, dnd.info."""

from tests.slackfake.api.calls import method, page
from tests.slackfake.shapes import user_json
from tests.slackfake.world import Refusal


def _json(call, user):
    return user_json(
        user, email="users:read.email" in call.token.scopes and call.sees(user.team), world=call.world
    )


@method("users.info", "users:read", required=("user",))
def info(call):
    return {"user": _json(call, call.user(call.get("user")))}


@method("users.list", "users:read")
def users_list(call):
    team = call.team
    here = [one for one in call.world.users.values() if one.team is team]
    here += [
        one
        for one in call.world.users.values()
        if one.team is not team and one.stranger and call._shares(one)
    ]
    members, following = page(here, call, default=max(len(here), 1))
    return {
        "members": [_json(call, one) for one in members],
        "cache_ts": int(call.world.now()),
        "response_metadata": following,
    }


@method("users.lookupByEmail", "users:read.email", required=("email",))
def lookup_by_email(call):
    wanted = str(call.get("email")).strip().lower()
    for user in call.world.users.values():
        if (user.email or "").lower() != wanted or user.is_bot or user.deleted or not user.email_visible:
            continue
        if call.sees(user.team):
            return {"user": _json(call, user)}
    raise Refusal("users_not_found")


@method("dnd.info", "dnd:read")
def dnd_info(call):
    user = call.user(call.get("user"))
    quiet = {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, "snooze_enabled": False}
    return quiet | (user.dnd or {})
