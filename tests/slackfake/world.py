"""What Slack knows: teams, people, channels, messages, files, views, tokens. State only; no protocol."""

import copy
import itertools
import secrets
import threading
import time
from dataclasses import dataclass, field

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"

BOT_SCOPES = frozenset(
    [
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "dnd:read",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "links:read",
        "links:write",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "reactions:write",
        "team:read",
        "users:read",
        "users:read.email",
    ]
)


class Short:
    """A short repr: these hang together, and a failing test prints them."""

    def __repr__(self):
        words = {
            key: getattr(self, key)
            for key in ("id", "name", "ts", "text", "title", "value")
            if getattr(self, key, None)
        }
        return f"<{type(self).__name__} " + " ".join(f"{key}={value!r}" for key, value in words.items()) + ">"


class Refusal(Exception):
    """What Slack answers instead of doing it: an error string and what stands beside it."""

    def __init__(self, error, **more):
        super().__init__(error)
        self.error, self.more = error, more


@dataclass(eq=False, repr=False)
class Team(Short):
    id: str
    name: str
    domain: str
    enterprise_id: str | None = None
    enterprise_name: str | None = None


@dataclass(eq=False, repr=False)
class User(Short):
    id: str
    team: Team
    name: str
    real_name: str
    email: str | None = None
    email_visible: bool = True
    tz: str = "Europe/London"
    tz_offset: int = 0
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    restricted: bool = False
    ultra_restricted: bool = False
    stranger: bool = False  # of another organization, through Slack Connect
    bot_id: str | None = None
    locale: str = "en-GB"
    updated: int = 0
    dnd: dict | None = None


@dataclass(eq=False, repr=False)
class Message(Short):
    channel: "Channel"
    ts: str
    user: User | None
    text: str = ""
    blocks: list = field(default_factory=list)
    attachments: list = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict | None = None
    edited: dict | None = None
    deleted: bool = False
    files: list = field(default_factory=list)
    bot_id: str | None = None
    app_id: str | None = None
    only_for: User | None = None  # an ephemeral one
    broadcast: bool = False
    unfurls: dict = field(default_factory=dict)
    reactions: list = field(default_factory=list)
    earlier: list = field(default_factory=list)  # (text, blocks) before each edit
    arguments: dict = field(
        default_factory=dict
    )  # unfurl_links and what else chat.postMessage was called with

    def snapshot(self):
        """As it stands now: for a click on what is no longer there."""
        one = copy.copy(self)
        one.blocks, one.attachments = copy.deepcopy(self.blocks), copy.deepcopy(self.attachments)
        return one


@dataclass(eq=False, repr=False)
class Channel(Short):
    id: str
    team: Team
    name: str
    kind: str  # public, private, im, mpim
    members: list = field(default_factory=list)  # of user ids
    archived: bool = False
    shared_with: list = field(default_factory=list)  # teams, through Slack Connect
    messages: list = field(default_factory=list)
    created: int = 0

    def find(self, ts):
        return next((one for one in self.messages if one.ts == ts and not one.deleted), None)


@dataclass(eq=False, repr=False)
class StoredFile(Short):
    id: str
    team: Team
    user: User
    name: str
    mimetype: str
    content: bytes
    mode: str = "hosted"  # or tombstone, hidden_by_limit
    short: int = 0  # so many bytes of it are not handed out
    external: bool = False  # only files.info tells, file_access: check_file_info
    title: str = ""
    channels: list = field(default_factory=list)
    shared_ts: dict = field(default_factory=dict)
    created: int = 0
    complete: bool = True


@dataclass(eq=False, repr=False)
class Token(Short):
    value: str
    kind: str  # bot, user, app, refresh
    scopes: frozenset
    team: Team | None = None
    enterprise_id: str | None = None
    user: User | None = None
    expires: float | None = None
    gone: str | None = None  # the error its bearer gets
    installation: "Installation | None" = None


@dataclass(eq=False, repr=False)
class Installation(Short):
    """Of the one app in a team or, ``team`` None, in a whole organization."""

    team: Team | None
    enterprise_id: str | None
    scopes: frozenset
    by: User | None
    bots: dict = field(default_factory=dict)  # team id: bot user
    rotating: bool = False
    tokens: list = field(default_factory=list)
    live: bool = True

    def bot_in(self, team):
        return self.bots.get(team.id)


@dataclass(eq=False, repr=False)
class View(Short):
    id: str
    team: Team
    user: User
    body: dict
    hash: str
    root: str
    previous: str | None = None
    values: dict = field(default_factory=dict)
    installation: Installation | None = None

    @property
    def blocks(self):
        return self.body["blocks"]

    @property
    def title(self):
        return self.body.get("title", {}).get("text", "")

    @property
    def callback_id(self):
        return self.body.get("callback_id", "")

    def snapshot(self):
        """As it stands now: for a click on what is no longer there."""
        one = copy.copy(self)
        one.body, one.values = copy.deepcopy(self.body), copy.deepcopy(self.values)
        return one


@dataclass
class AppSettings:
    """The app under test, as its page at Slack has it."""

    id: str = "A0FAKEAPP1"
    name: str = "auditapp"
    client_id: str = "1111.2222"
    client_secret: str = "client-secret"
    signing_secret: str = "signing-secret"
    verification_token: str = "verification-token"
    unfurl_domains: tuple = ()  # empty: every one
    messages_tab: bool = True
    commands: tuple = ()  # empty: every one
    callback_ids: tuple = ()  # of shortcuts; empty: every one
    events: tuple = ()  # subscribed to; empty: every one
    redirect_urls: tuple = ()  # empty: every one


class World:
    def __init__(self, now=time.time):
        self.now = now
        self.lock = threading.RLock()
        self.app = AppSettings()
        self.teams, self.users, self.channels = {}, {}, {}
        self.files, self.tokens, self.codes, self.uploads = {}, {}, {}, {}
        self.installations = []
        self.views, self.stacks, self.homes = {}, {}, {}
        self.triggers, self.response_urls = {}, {}
        self.ephemerals = []
        self._numbers = itertools.count(1)
        self._last_ts = 0.0

    def new_id(self, letter):
        number, text = next(self._numbers), ""
        for _ in range(5):
            number, rest = divmod(number, len(LETTERS))
            text = LETTERS[rest] + text
        return f"{letter}0FAKE{text}"

    def new_ts(self):
        """Never the same twice, never earlier than the last."""
        with self.lock:
            self._last_ts = max(self.now(), self._last_ts + 0.000001)
            return f"{self._last_ts:.6f}"

    def random(self, length=24):
        return secrets.token_hex(length // 2)

    def user(self, user):
        return user if isinstance(user, User) else self.users.get(user)

    def im(self, bot, user):
        """The conversation of a bot with a person, made if need be."""
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == {bot.id, user.id}:
                return channel
        channel = Channel(self.new_id("D"), bot.team, "", "im", [bot.id, user.id], created=int(self.now()))
        self.channels[channel.id] = channel
        return channel

    def installation_for(self, team):
        return next(
            (
                one
                for one in self.installations
                if one.live
                and (
                    one.team is team
                    or (one.team is None and one.enterprise_id and one.enterprise_id == team.enterprise_id)
                )
            ),
            None,
        )

    def bot_of(self, team):
        installation = self.installation_for(team)
        return installation.bot_in(team) if installation else None

    def new_trigger(self, user, view=None):
        value = f"{self.random(12)}.{self.random(12)}.{self.random(32)}"
        self.triggers[value] = {"user": user, "at": self.now(), "used": False, "view": view}
        return value

    def new_response_url(self, channel, user, message=None):
        key = self.random(24)
        self.response_urls[key] = {
            "channel": channel,
            "user": user,
            "message": message,
            "at": self.now(),
            "uses": 0,
        }
        return key

    def named(self, blocks):
        """Blocks as they are kept: with the ids that Slack makes up."""
        blocks = copy.deepcopy(blocks)
        for block in blocks:
            block.setdefault("block_id", self.random(6))
            for part in [*block.get("elements", ()), block.get("accessory"), block.get("element")]:
                if (
                    part is not None
                    and block["type"] not in {"context", "rich_text"}
                    and part["type"] != "image"
                ):
                    part.setdefault("action_id", self.random(6))
        return blocks
