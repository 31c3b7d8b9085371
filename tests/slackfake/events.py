"""The Events API: what happens is told, again if need be, late and out of order if a test says so."""

import random
from dataclasses import dataclass

RETRY_AFTER = (0, 60, 360)  # seconds after the first try: at once, one minute, five minutes later
SCOPES = {
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.mpim": "mpim:history",
    "file_shared": "files:read",
    "link_shared": "links:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "member_left_channel": "channels:read",
    "reaction_added": "reactions:read",
}
CHANNEL_KINDS = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


@dataclass
class Retry:
    body: dict
    number: int
    due: float
    reason: str


class Events:
    def __init__(self, fake):
        self.fake = fake
        self.sent = []  # bodies, in order of their first delivery
        self.pending = []  # retries to come
        self.echo = False  # whether the app hears of its own messages, as it does at Slack
        self._held = None

    def tell(self, event, team, *, name=None, anyway=False):
        """An event to the app, if it is installed there, may hear of it and has subscribed to it."""
        world = self.fake.world
        name = name or event["type"]
        installation = world.installation_for(team) or (
            world.installations[-1] if anyway and world.installations else None
        )
        if installation is None:
            return None
        if name in SCOPES and SCOPES[name] not in installation.scopes:
            return None
        if world.app.events and name not in world.app.events:
            return None
        bot = installation.bot_in(team)
        org = installation.team is None
        body = {
            "token": world.app.verification_token,
            "team_id": team.id,
            "api_app_id": world.app.id,
            "event": {"event_ts": world.new_ts()} | event,
            "type": "event_callback",
            "event_id": world.new_id("Ev"),
            "event_time": int(world.now()),
            "authorizations": [
                {
                    "enterprise_id": installation.enterprise_id,
                    "team_id": None if org else team.id,
                    "user_id": bot.id if bot else "",
                    "is_bot": True,
                    "is_enterprise_install": org,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{world.random(16)}",
        }
        if installation.enterprise_id:
            body["enterprise_id"] = installation.enterprise_id
        if self._held is not None:
            self._held.append(body)
            return None
        return self.deliver(body)

    def deliver(self, body):
        """The first delivery; when it fails, the first retry at once and two more by ``retry``."""
        if body not in self.sent:
            self.sent.append(body)
        answer = self.fake.deliveries.send("events_api", body)
        self._settle(body, 0, answer)
        if not answer.ok:
            return self.retry() or answer
        return answer

    def _settle(self, body, number, answer):
        if answer.ok or number >= len(RETRY_AFTER) or answer.headers.get("X-Slack-No-Retry") == "1":
            return
        reason = {"timeout": "http_timeout", "connection": "connection_failed"}.get(
            answer.error, "http_error"
        )
        due = self.fake.world.now() + (RETRY_AFTER[number] - (RETRY_AFTER[number - 1] if number else 0))
        self.pending.append(Retry(body, number + 1, due, reason))

    def retry(self, *, force=False):
        """Send what is due again; with ``force`` also what would be due later. Gives the last answer."""
        due = [one for one in self.pending if force or one.due <= self.fake.world.now()]
        answer = None
        for one in due:
            self.pending.remove(one)
            answer = self.fake.deliveries.send("events_api", one.body, retry=(one.number, one.reason))
            self._settle(one.body, one.number, answer)
        return answer

    def redeliver(self, which=-1, *, retry=None):
        """The same event once more, as Slack sometimes does."""
        return self.fake.deliveries.send("events_api", self.sent[which], retry=retry)

    def hold(self):
        """Keep events back until ``release``."""
        self._held = []

    def release(self, order="reversed"):
        """Deliver what was held: reversed, shuffled, as it happened ("same"), or by a list of positions."""
        held, self._held = self._held or [], None
        if order == "reversed":
            held = held[::-1]
        elif order == "shuffled":
            random.shuffle(held)
        elif order != "same":
            held = [held[one] for one in order]
        return [self.deliver(one) for one in held]

    def message(self, message, **more):
        """Somebody wrote: message.im, message.channels, message.groups."""
        from_app = message.bot_id is not None
        channel = message.channel
        if from_app and not self.echo:
            return None
        bot = self.fake.world.bot_of(channel.team)
        if bot is None or bot.id not in channel.members:
            return None
        event = self.fake.message_json(message) | {
            "channel": channel.id,
            "channel_type": {"public": "channel", "private": "group"}.get(channel.kind, channel.kind),
        }
        if message.files:
            event["subtype"] = "file_share"
        return self.tell(event | more, channel.team, name=f"message.{CHANNEL_KINDS[channel.kind]}")

    def uninstalled(self, installation):
        """app_uninstalled and tokens_revoked; Slack says them in no certain order."""
        for bot in installation.bots.values():
            self.tell(
                {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot.id]}}, bot.team, anyway=True
            )
            self.tell({"type": "app_uninstalled"}, bot.team, anyway=True)

    def tokens_revoked(self, token):
        team = token.team or token.user.team
        self.tell(
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [token.user.id]}}, team, anyway=True
        )

    def user_change(self, user):
        return self.tell(
            {
                "type": "user_change",
                "user": self.fake.user_json(user),
                "cache_ts": int(self.fake.world.now()),
            },
            user.team,
        )

    def team_join(self, user):
        return self.tell({"type": "team_join", "user": self.fake.user_json(user)}, user.team)
