"""Slack's rate limits. Off until ``on`` is called, so that tests need not wait."""

import math
from collections import defaultdict, deque

from tests.slackfake.world import Refusal

PER_MINUTE = {"Tier1": 1, "Tier2": 20, "Tier3": 50, "Tier4": 100}
SPECIAL = {"auth.test": 600, "chat.postMessage": 300, "chat.getPermalink": 600}  # "hundreds a minute"
TIERS = {
    "api.test": "Tier4",
    "apps.connections.open": "Tier1",
    "apps.uninstall": "Tier1",
    "auth.revoke": "Tier3",
    "auth.teams.list": "Tier2",
    "bots.info": "Tier3",
    "chat.delete": "Tier3",
    "chat.postEphemeral": "Tier4",
    "chat.unfurl": "Tier3",
    "chat.update": "Tier3",
    "conversations.history": "Tier3",
    "conversations.info": "Tier3",
    "conversations.join": "Tier3",
    "conversations.list": "Tier2",
    "conversations.members": "Tier4",
    "conversations.open": "Tier3",
    "conversations.replies": "Tier3",
    "dnd.info": "Tier3",
    "files.completeUploadExternal": "Tier4",
    "files.getUploadURLExternal": "Tier4",
    "files.info": "Tier4",
    "oauth.v2.access": "Tier4",
    "oauth.v2.exchange": "Tier3",
    "reactions.add": "Tier3",
    "team.info": "Tier3",
    "users.conversations": "Tier2",
    "users.info": "Tier4",
    "users.list": "Tier2",
    "users.lookupByEmail": "Tier3",
    "views.open": "Tier4",
    "views.publish": "Tier4",
    "views.push": "Tier4",
    "views.update": "Tier4",
}


class TooMany(Refusal):
    def __init__(self, seconds):
        super().__init__("ratelimited")
        self.seconds = max(1, math.ceil(seconds))


class Rates:
    def __init__(self, world):
        self.world = world
        self.off()

    def on(self, factor=1.0):
        """Count from now on. ``factor`` scales every span: with 0.1 a minute lasts six seconds."""
        self.factor = factor
        self._calls, self._posts = defaultdict(deque), {}

    def off(self):
        self.factor = None
        self._calls, self._posts = defaultdict(deque), {}

    def check(self, name, call):
        """One more call of a method with this token's team."""
        if self.factor is None:
            return
        most = SPECIAL.get(name) or PER_MINUTE[TIERS.get(name, "Tier3")]
        token = call.token
        who = (
            (token.team.id if token.team else token.enterprise_id)
            if token and (token.team or token.enterprise_id)
            else "app"
        )
        now, span = self.world.now(), 60 * self.factor
        times = self._calls[name, who]
        while times and times[0] <= now - span:
            times.popleft()
        if len(times) >= most:
            raise TooMany(times[0] + span - now)
        times.append(now)

    def check_channel(self, channel):
        """One message a second and channel."""
        if self.factor is None:
            return
        now = self.world.now()
        last = self._posts.get(channel.id)
        if last is not None and now - last < self.factor:
            raise TooMany(last + self.factor - now)
        self._posts[channel.id] = now
