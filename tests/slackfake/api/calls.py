"""A call of the Web API: its arguments, its bearer, and the checks that every method shares."""

import json
from dataclasses import dataclass, field

from tests.slackfake.world import Refusal

METHODS = {}
KINDS = {
    "public": "channels",
    "private": "groups",
    "im": "im",
    "mpim": "mpim",
}  # of channels, in names of scopes


@dataclass
class Method:
    run: object
    scopes: tuple = ()
    kinds: tuple = ("bot",)  # of tokens; empty: none is needed
    required: tuple = ()


def method(name, *scopes, kinds=("bot",), required=()):
    def keep(run):
        METHODS[name] = Method(run, scopes, kinds, required)
        return run

    return keep


@dataclass
class Call:
    fake: object
    name: str
    args: dict
    token: object = None
    after: list = field(default_factory=list)  # done when the answer is decided: events

    @property
    def world(self):
        return self.fake.world

    def get(self, key, default=None):
        value = self.args.get(key)
        return default if value in (None, "") else value

    def true(self, key):
        return self.args.get(key) in (True, "true", "1", 1)

    def number(self, key, default, least, most):
        value = self.get(key, default)
        try:
            value = int(value)
        except (TypeError, ValueError):
            raise Refusal(
                "invalid_arguments",
                response_metadata=messages(f"must provide an integer [json-pointer:/{key}]"),
            ) from None
        if not least <= value <= most:
            raise Refusal("invalid_limit")
        return value

    def parsed(self, key, error):
        """An argument that is JSON, as text or already read."""
        value = self.get(key)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise Refusal(error) from None
        return value

    @property
    def team(self):
        """The team a call is about: the token's, or the one named with an org-wide token."""
        if self.token.team is not None:
            return self.token.team
        team = self.world.teams.get(self.get("team_id"))
        if team is None:
            raise Refusal("missing_argument" if not self.get("team_id") else "team_not_found")
        if self.token.enterprise_id != team.enterprise_id:
            raise Refusal("team_access_not_granted")
        return team

    def bot(self, team=None):
        """The bot user that a token speaks for in a team."""
        if self.token.installation is None:
            return self.token.user
        return self.token.installation.bot_in(team) if team else self.token.user

    def sees(self, team):
        if self.token.team is not None:
            return self.token.team is team
        return team.enterprise_id == self.token.enterprise_id

    def user(self, user, error="user_not_found"):
        """A person of a team the token is for, or a stranger who shares a channel with it."""
        found = self.world.users.get(user)
        if found is None or not (self.sees(found.team) or found.stranger or self._shares(found)):
            raise Refusal(error)
        return found

    def _shares(self, user):
        return any(
            user.id in one.members
            and one.shared_with
            and (self.sees(one.team) or any(map(self.sees, one.shared_with)))
            for one in self.world.channels.values()
        )

    def channel(self, value, *, member=False, live=False):
        """A channel the bot may know of. ``member``: it has to be in it; ``live``: it must not be archived."""
        channel = self.world.channels.get(value)
        if channel is None or not any(self.sees(one) for one in (channel.team, *channel.shared_with)):
            raise Refusal("channel_not_found")
        inside = any(bot.id in channel.members for bot in self._bots())
        if not inside and channel.kind != "public":
            raise Refusal("channel_not_found")
        if member and not inside:
            raise Refusal("not_in_channel")
        if live and channel.archived:
            raise Refusal("is_archived")
        return channel

    def _bots(self):
        installation = self.token.installation
        return installation.bots.values() if installation else [self.token.user]

    def scope(self, *any_of):
        """One of the scopes is needed here, because of what the arguments name."""
        if not set(any_of) & self.token.scopes:
            raise Refusal("missing_scope", needed=any_of[0], provided=",".join(sorted(self.token.scopes)))


def messages(*sentences):
    return {"messages": [f"[ERROR] {one}" for one in sentences]}


def run(fake, name, args, bearer):
    """Answer a call: (answer, call). Raises Refusal."""
    known = METHODS.get(name)
    if known is None:
        raise Refusal("unknown_method", req_method=name)
    call = Call(fake, name, args)
    if known.kinds:
        call.token = bearer_of(fake.world, bearer or args.get("token"))
        fake.rates.check(name, call)
        if call.token.kind not in known.kinds:
            raise Refusal("not_allowed_token_type")
        if known.scopes:
            call.scope(*known.scopes)
    else:
        fake.rates.check(name, call)
    missing = [key for key in known.required if call.get(key) is None]
    if missing:
        raise Refusal(
            "invalid_arguments",
            response_metadata=messages(*(f"missing required field: {key}" for key in missing)),
        )
    return known.run(call), call


def bearer_of(world, value):
    """Whose token this is; refuses what Slack refuses."""
    if not value:
        raise Refusal("not_authed")
    token = world.tokens.get(value)
    if token is None or token.kind == "refresh":
        raise Refusal("invalid_auth")
    if token.gone:
        raise Refusal(token.gone)
    if token.expires is not None and token.expires <= world.now():
        raise Refusal("token_expired")
    if token.installation is not None and not token.installation.live:
        raise Refusal("account_inactive")
    return token


def page(items, call, default=100, most=1000):
    """One page of a list and the cursor of the next one."""
    limit = call.number("limit", default, 1, most) if call.get("limit") not in (0, "0") else default
    start = call.get("cursor", "next:0")
    if not (isinstance(start, str) and start.startswith("next:") and start[5:].isdigit()):
        raise Refusal("invalid_cursor")
    first = int(start[5:])
    following = f"next:{first + limit}" if first + limit < len(items) else ""
    return items[first : first + limit], {"next_cursor": following}
