"""Who is speaking: auth.*, oauth.v2.*, apps.*."""

from tests.slackfake.api.calls import method, page
from tests.slackfake.world import Refusal

CODE_SECONDS = 600


@method("auth.test", kinds=("bot", "user"))
def test(call):
    token = call.token
    bot = token.user
    team = token.team or bot.team
    answer = {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": bot.name,
        "team_id": team.id,
        "user_id": bot.id,
        "is_enterprise_install": token.team is None,
    }
    if bot.bot_id:
        answer["bot_id"] = bot.bot_id
    if team.enterprise_id:
        answer["enterprise_id"] = team.enterprise_id
    if token.expires is not None:
        answer["expires_in"] = int(token.expires - call.world.now())
    return answer


@method("auth.teams.list")
def teams_list(call):
    """The teams that a token is good for."""
    token = call.token
    teams = (
        [token.team]
        if token.team
        else [one for one in call.world.teams.values() if one.enterprise_id == token.enterprise_id]
    )
    here, following = page(teams, call, default=100)
    return {"teams": [{"id": one.id, "name": one.name} for one in here], "response_metadata": following}


@method("auth.revoke", kinds=("bot", "user"))
def revoke(call):
    if call.true("test"):
        return {"revoked": False}
    call.token.gone = "token_revoked"
    call.after.append(lambda: call.fake.events.tokens_revoked(call.token))
    return {"revoked": True}


def _client(call):
    app = call.world.app
    client_id, secret = call.get("client_id"), call.get("client_secret")
    if client_id != app.client_id:
        raise Refusal("invalid_client_id")
    if secret != app.client_secret:
        raise Refusal("bad_client_secret")


def _granted(call, installation):
    made = call.fake.new_tokens(installation)
    token, bot = made["token"], made["token"].user
    team = installation.team
    answer = {
        "app_id": call.world.app.id,
        "token_type": "bot",
        "access_token": token.value,
        "scope": ",".join(sorted(installation.scopes)),
        "bot_user_id": bot.id,
        "team": {"id": team.id, "name": team.name} if team else None,
        "enterprise": (
            {"id": installation.enterprise_id, "name": bot.team.enterprise_name}
            if installation.enterprise_id
            else None
        ),
        "is_enterprise_install": team is None,
        "authed_user": {"id": installation.by.id if installation.by else "U0ADMIN"},
    }
    if made["refresh"] is not None:
        answer |= {
            "refresh_token": made["refresh"].value,
            "expires_in": int(token.expires - call.world.now()),
        }
    return answer


@method("oauth.v2.access", kinds=())
def access(call):
    _client(call)
    if call.get("grant_type") == "refresh_token":
        return _refreshed(call)
    grant = call.world.codes.get(call.get("code"))
    if grant is None or grant["at"] + CODE_SECONDS < call.world.now():
        raise Refusal("invalid_code")
    if grant.get("used"):
        raise Refusal("code_already_used")
    if grant["redirect_uri"] != (call.get("redirect_uri") or ""):
        raise Refusal("bad_redirect_uri")
    grant["used"] = True
    make = call.fake.install_org if grant["enterprise"] else call.fake.install
    token = make(
        grant["enterprise"] or grant["team"],
        scopes=grant["scopes"],
        rotating=grant["rotating"],
        by=grant["by"],
    )
    return _granted(call, token.installation)


def _refreshed(call):
    refresh = call.world.tokens.get(call.get("refresh_token"))
    if refresh is None or refresh.kind != "refresh" or refresh.gone or not refresh.installation.live:
        raise Refusal("invalid_refresh_token")
    refresh.gone = "invalid_refresh_token"  # good once
    return _granted(call, refresh.installation)


@method("oauth.v2.exchange", kinds=())
def exchange(call):
    """A token that lives long for one that rotates."""
    _client(call)
    old = call.world.tokens.get(call.get("token"))
    if old is None or old.gone or old.installation is None:
        raise Refusal("invalid_auth")
    if old.installation.rotating:
        raise Refusal("token_already_exchanged")
    old.installation.rotating = True
    old.gone = "token_expired"
    return _granted(call, old.installation)


@method("apps.connections.open", "connections:write", kinds=("app",))
def connections_open(call):
    return {"url": call.fake.sockets.new_address()}


@method("apps.uninstall", kinds=("bot", "user"))
def uninstall(call):
    _client(call)
    call.fake.uninstall(call.token.installation, tell=False)
    call.after.append(lambda: call.fake.events.uninstalled(call.token.installation))
    return {}


@method("api.test", kinds=())
def api_test(call):
    if call.get("error"):
        raise Refusal(call.get("error"), args=call.args)
    return {"args": call.args}


@method("team.info", "team:read")
def team_info(call):
    team = call.token.team or call.team
    answer = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}
    if team.enterprise_id:
        answer |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_name}
    return {"team": answer}


@method("bots.info", "users:read")
def bots_info(call):
    bot = next(
        (one for one in call.world.users.values() if one.bot_id and one.bot_id == call.get("bot")), None
    )
    if bot is None:
        raise Refusal("bot_not_found")
    return {
        "bot": {
            "id": bot.bot_id,
            "deleted": bot.deleted,
            "name": bot.name,
            "app_id": call.world.app.id,
            "user_id": bot.id,
            "icons": {},
            "updated": bot.updated,
        }
    }
