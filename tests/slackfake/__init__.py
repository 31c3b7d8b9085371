"""Slack for the tests: it keeps state, speaks the real protocol over HTTP and Socket Mode, and refuses what Slack would refuse.

with SlackFake() as fake:
    token = fake.install()
    ada = fake.add_user("ada", email="ada@example.org")
    client = WebClient(token.value, base_url=fake.api_url)
    client.chat_postMessage(channel=ada.id, text="Hello")
    [message] = fake.messages(ada)
    fake.point_at("http://127.0.0.1:5000")
    fake.person(ada).click(message, "acknowledge")
"""

import threading
import time

from tests.slackfake.api import METHODS
from tests.slackfake.blockkit import HOME, MESSAGE, MODAL, problems
from tests.slackfake.deliver import Answer, Deliveries
from tests.slackfake.events import Events
from tests.slackfake.faults import Faults
from tests.slackfake.filling import NotPossible
from tests.slackfake.making import Making
from tests.slackfake.mentions import Mention, mentions, mentions_in, texts
from tests.slackfake.person import Person
from tests.slackfake.rates import Rates
from tests.slackfake.server import Recorded, Site
from tests.slackfake.shapes import file_json, message_json, user_json
from tests.slackfake.sockets import Sockets
from tests.slackfake.world import BOT_SCOPES, Channel, World

TRIGGER_SECONDS = 3


class SlackFake(Making):
    """One Slack. ``now`` is its clock (seconds since 1970); ``strict`` raises when the app answers what Slack cannot take."""

    def __init__(self, *, now=time.time, strict=True):
        self.world = World(now)
        self.strict = strict
        self.trigger_seconds = TRIGGER_SECONDS
        self.recorded, self.unfurling = [], {}
        self.faults, self.rates = Faults(), Rates(self.world)
        self.deliveries, self.events, self.sockets = Deliveries(self), Events(self), Sockets(self)
        self.team = self.add_team("Acme")
        self._site, self._threads = Site(self), []
        self.url = self.files_url = ""

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Listen on a free port of 127.0.0.1."""
        self.url = self.files_url = self._site.start()
        return self

    def stop(self):
        """End every connection, thread and socket."""
        self.settle()
        self.sockets.stop()
        self._site.stop()

    @property
    def api_url(self):
        return f"{self.url}/api/"

    @property
    def app(self):
        """The settings of the app; change them with ``configure_app``."""
        return self.world.app

    def point_at(self, target, path="/slack/events"):
        """Where the app is: a base address, or a WSGI program. None: it comes by Socket Mode."""
        self.deliveries.target, self.deliveries.path = target, path

    def later(self, deeds):
        """Tell the app something without keeping its call waiting."""
        thread = threading.Thread(target=lambda: [one() for one in deeds], daemon=True)
        self._threads.append(thread)
        thread.start()

    def settle(self, seconds=10):
        """Wait until everything that calls set off has been told."""
        for thread in list(self._threads):
            thread.join(timeout=seconds)
        self._threads.clear()

    def uninstall(self, installation_or_token, *, tell=True):
        """Somebody removes the app; the app hears of it unless ``tell`` is False."""
        installation = getattr(installation_or_token, "installation", None) or installation_or_token
        with self.world.lock:
            installation.live = False
            for token in installation.tokens:
                token.gone = token.gone or "account_inactive"
        if tell:
            self.events.uninstalled(installation)

    def person(self, user):
        """Act as somebody: a user, its id, or its name."""
        found = self.world.user(user) or next(
            (one for one in self.world.users.values() if one.name == user), None
        )
        if found is None:
            raise LookupError(user)
        return Person(self, found)

    def message_json(self, message):
        return message_json(message, base=self.files_url)

    def file_json_of(self, file):
        """A file as messages carry it: only its id where it is somebody else's."""
        return file_json(file, self.files_url)

    def user_json(self, user):
        installation = self.world.installation_for(user.team)
        return user_json(
            user,
            email=installation is not None and "users:read.email" in installation.scopes,
            world=self.world,
        )

    # looking

    def messages(self, where, *, thread=None):
        """What stands in a channel, or between the app and a person: not what was deleted. ``thread``: only its answers."""
        channels = [where] if isinstance(where, Channel) else self._dms(where)
        found = [one for channel in channels for one in channel.messages if not one.deleted]
        if thread is not None:
            found = [one for one in found if one.thread_ts == thread.ts and one is not thread]
        return sorted(found, key=lambda one: float(one.ts))

    def _dms(self, user):
        return [
            one
            for one in self.world.channels.values()
            if one.kind == "im" and self._user(user).id in one.members
        ]

    def _user(self, user):
        return user.user if isinstance(user, Person) else self.person(user).user

    def ephemerals(self, user):
        """What only this person was shown and was not taken away."""
        return [one for one in self.world.ephemerals if one.only_for is self._user(user) and not one.deleted]

    def seen_by(self, user):
        """Everything a person can see, oldest first: conversations he is in, and ephemerals."""
        user = self._user(user)
        there = [
            one
            for channel in self.world.channels.values()
            if user.id in channel.members
            for one in channel.messages
        ]
        found = [one for one in there if not one.deleted] + self.ephemerals(user)
        return sorted(found, key=lambda one: float(one.ts))

    def home(self, user):
        """The Home tab of a person, or None."""
        return self.world.homes.get(self._user(user).id)

    def views(self, user):
        """The modals a person has open, the topmost last."""
        return list(self.world.stacks.get(self._user(user).id, ()))

    def calls(self, method=None):
        """The calls of a method, or all, as they arrived."""
        return [one for one in self.recorded if method in {None, one.method}]


__all__ = [
    "BOT_SCOPES", "HOME", "MESSAGE", "METHODS", "MODAL", "Answer", "Mention", "NotPossible", "Person", "Recorded",
    "SlackFake", "mentions", "mentions_in", "problems", "texts",
]  # fmt: skip
