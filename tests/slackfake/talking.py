"""What a person does in Slack that is no click: writing, sharing, coming and going."""

import re
from urllib.parse import urlsplit

from tests.slackfake.filling import NotPossible
from tests.slackfake.shapes import view_json
from tests.slackfake.world import Channel, Message, StoredFile

ADDRESS = re.compile(r"https?://[^\s<>|]+")


class Talking:
    """Needs ``fake``, ``world`` and ``user``."""

    def dm(self):
        """The conversation with the app."""
        bot = self.world.bot_of(self.user.team)
        if bot is None:
            raise NotPossible("The app is not installed here.")
        with self.world.lock:
            return self.world.im(bot, self.user)

    def say(self, where, text="", *, thread=None, files=(), marked=False):
        """Write in a channel, or below a message with ``where`` or ``thread``; gives the message."""
        if isinstance(where, Message):
            where, thread = where.channel, thread or where
        if self.user.deleted or self.user.id not in where.members:
            raise NotPossible(f"{self.user.name} cannot write there.")
        if where.archived:
            raise NotPossible("That channel is archived.")
        root = (thread.thread_ts or thread.ts) if isinstance(thread, Message) else thread
        if not marked:  # as Slack hands it on
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        with self.world.lock:
            message = Message(where, self.world.new_ts(), self.user, text, thread_ts=root, files=list(files))
            where.messages.append(message)
            for file in files:
                file.channels.append(where.id)
        for file in files:
            self._shared(file, where)
        self.fake.events.message(message)
        self._links(message)
        return message

    def dm_say(self, text="", **more):
        """Write to the app."""
        return self.say(self.dm(), text, **more)

    def edit(self, message, text):
        """Change one's own message."""
        if message.user is not self.user:
            raise NotPossible("That is somebody else's message.")
        before = self.fake.message_json(message)
        message.earlier.append((message.text, message.blocks))
        message.text, message.edited = text, {"user": self.user.id, "ts": self.world.new_ts()}
        self._changed(
            message,
            {
                "subtype": "message_changed",
                "message": self.fake.message_json(message),
                "previous_message": before,
            },
        )

    def remove(self, message):
        """Take one's own message away."""
        if message.user is not self.user:
            raise NotPossible("That is somebody else's message.")
        before = self.fake.message_json(message)
        message.deleted = True
        self._changed(
            message, {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before}
        )

    def _changed(self, message, event):
        channel = message.channel
        kind = {"public": "channel", "private": "group"}.get(channel.kind, channel.kind)
        bot = self.world.bot_of(channel.team)
        if bot is not None and bot.id in channel.members:
            shared = {
                "type": "message",
                "channel": channel.id,
                "channel_type": kind,
                "ts": self.world.new_ts(),
                "hidden": True,
            }
            self.fake.events.tell(
                shared | event, channel.team, name=f"message.{'im' if kind == 'im' else kind + 's'}"
            )

    def upload(
        self,
        name,
        content,
        mimetype="application/octet-stream",
        *,
        channel=None,
        text="",
        thread=None,
        **more,
    ):
        """Send a file: (file, message)."""
        file = self.file(name, content, mimetype, **more)
        return file, self.say(channel or self.dm(), text, files=[file], thread=thread)

    def file(self, name, content, mimetype="application/octet-stream", **more):
        """A file that stands nowhere yet: for a file_input."""
        return self.fake.add_file(self.user, name, content, mimetype, **more)

    def _shared(self, file, channel):
        event = {
            "type": "file_shared",
            "file_id": file.id,
            "user_id": self.user.id,
            "file": {"id": file.id},
            "channel_id": channel.id,
        }
        self.fake.events.tell(event, channel.team)

    def share_link(self, url, *, channel=None, text=None):
        """Post a link; the app hears of it and may unfurl it."""
        return self.say(channel or self.dm(), text or f"<{url.replace('&', '&amp;')}>", marked=True)

    def _links(self, message):
        domains = self.world.app.unfurl_domains
        links = [
            {"url": url, "domain": urlsplit(url).hostname}
            for url in dict.fromkeys(one.replace("&amp;", "&") for one in ADDRESS.findall(message.text))
            if not domains or any((urlsplit(url).hostname or "").endswith(one) for one in domains)
        ]
        if not links:
            return
        bot = self.world.bot_of(message.channel.team)
        unfurl_id = f"{message.channel.id}.{message.ts}.{self.world.random(8)}"
        self.fake.unfurling[unfurl_id] = message
        event = {
            "type": "link_shared",
            "user": self.user.id,
            "channel": message.channel.id,
            "message_ts": message.ts,
            "links": links,
            "source": "conversations_history",
            "unfurl_id": unfurl_id,
            "is_bot_user_member": bot is not None and bot.id in message.channel.members,
        }
        if message.thread_ts:
            event["thread_ts"] = message.thread_ts
        self.fake.events.tell(event, message.channel.team)

    def open_home(self, tab="home"):
        """Open the app's page; gives the Home view that stands there afterwards."""
        event = {"type": "app_home_opened", "user": self.user.id, "channel": self.dm().id, "tab": tab}
        here = self.world.homes.get(self.user.id)
        if tab == "home" and here is not None:
            event["view"] = view_json(here, self.world)
        self.fake.events.tell(event, self.user.team)
        return self.world.homes.get(self.user.id)

    def leave(self, channel: Channel | None = None):
        """Leave a channel; without one, the workspace: the account is deactivated."""
        if channel is not None:
            channel.members.remove(self.user.id)
            event = {
                "type": "member_left_channel",
                "user": self.user.id,
                "channel": channel.id,
                "team": self.user.team.id,
            }
            self.fake.events.tell(event, channel.team)
            return
        self.change(deleted=True)

    def change(self, **fields):
        """Another name, address, time zone or standing; the app hears user_change."""
        with self.world.lock:
            for name, value in fields.items():
                if not hasattr(self.user, name):
                    raise AttributeError(name)
                setattr(self.user, name, value)
            self.user.updated = int(self.world.now())
        self.fake.events.user_change(self.user)

    def join(self):
        """The app hears that this person is new."""
        self.fake.events.team_join(self.user)

    def file_of(self, message) -> StoredFile:
        return message.files[0]
