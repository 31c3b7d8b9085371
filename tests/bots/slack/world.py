"""The whole site with Slack: people of ours with accounts there, a clock that both share, and both ways to be reached."""

import contextlib
import time
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.reminders.engine import registry as engine
from auditapp.reminders.engine.running import tick
from auditapp.reminders.outbox import channels
from bots.deeds.registry import trade_of
from bots.main import build
from bots.slack import socket
from bots.slack.identity import service as identity
from bots.slack.identity.queries import account_of
from bots.slack.identity.rules import Profile
from bots.slack.inbound import later
from bots.slack.install import edge
from bots.slack.model import SlackWork, Sort
from bots.slack.web import site_of
from tests.slackfake import SlackFake

BEGUN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday morning
MORE = "More …"
SIGNING, APP_TOKEN = "signing-secret-of-tests", "xapp-tests"


class Watch:
    """One clock for the site and for Slack."""

    def __init__(self, at=BEGUN):
        self.at = at

    def now(self):
        """The moment, a little later each time it is looked at."""
        self.at += timedelta(microseconds=500)
        return self.at

    def stamp(self):
        return self.now().timestamp()

    def go(self, **more):
        self.at += timedelta(**more)

    def morning(self):
        """Half past nine of the next working day."""
        self.at = (self.at + timedelta(days=1)).replace(hour=9, minute=30)
        while self.at.weekday() > 4:
            self.at += timedelta(days=1)


class World:
    """A running site and its Slack."""

    def __init__(self, app, fake, watch):
        self.app, self.fake, self.watch = app, fake, watch
        self.users, self.ids = {}, {}
        self._close = None

    # people

    def join(self, name, person_id, *, linked=True):
        """Somebody gets an account in Slack, and says once, signed in, that it is theirs."""
        person = self.read(lambda session: session.get(Person, person_id))
        user = self.fake.add_user(name, email=person.email, real_name=person.name, tz="Europe/London")
        self.users[name], self.ids[name] = user, person_id

        def keep():
            session, at = current_session(), self.watch.now()
            team = edge.queries.active_ids(session)[0]
            found = Profile(user_id=user.id, team_id=user.team.id, name=person.name, email=person.email, zone="Europe/London", sort=Sort.MEMBER)  # fmt: skip
            identity.see(session, at=at, slack_team_id=team, profiles=[found])
            account = account_of(session, slack_team_id=team, user_id=user.id)
            if linked:
                secret = identity.link_secret(session, at=at, account_id=account.id)
                identity.link(session, actor=principal_of_person(session, person_id), at=at, secret=secret)
            return account.id

        return self.write(keep)

    def __getitem__(self, name):
        return self.fake.person(self.users[name])

    # the site

    def write(self, work):
        with self.app.app_context():
            return run_unit(work, "write")

    def read(self, work):
        with self.app.app_context():
            return run_unit(lambda: work(current_session()), "read")

    def settle(self):
        """Until everything that was asked for is done."""
        later.settle()
        self.fake.settle()

    def run(self, rounds=6):
        """The clock ticks until nothing is left to do."""
        for _ in range(rounds):
            self.watch.go(seconds=2)
            if not tick(self.app, at=self.watch.now()):
                break
        self.settle()

    def next_morning(self):
        """The day ends, the night passes, and everybody has their morning."""
        self.run()
        self.watch.morning()
        self.run()

    # what a person does

    def posts(self, name):
        return self.fake.messages(self.users[name])

    def card(self, name, ref):
        """The card of a thing in somebody's conversation with the app, if it stands."""
        for message in reversed(self.posts(name)):
            head = next((one for one in message.blocks or () if one["type"] == "header"), None)
            if head is not None and not message.thread_ts and head["text"]["text"].startswith(f"{ref} ·"):
                return message
        return None

    def label(self, name, kind, thing_id, verb):
        """What stands on the button of a deed for somebody now."""

        def read(session):
            who = principal_of_person(session, self.ids[name])
            thing = trade_of(kind).look(session, who, str(thing_id), at=self.watch.now())
            found = next((one for one in thing.deeds if one.verb == verb), None)
            assert found is not None, f"{verb} is not offered to {name}: {[one.verb for one in thing.deeds]}"
            return thing.ref, str(found.label)[:75]

        return self.read(read)

    def deed(self, name, kind, thing_id, verb, *, files=None, **values):
        """Do something as a person does: on the card, behind “More”, or found by ``/audit``; gives the window left, if any."""
        ref, label = self.label(name, kind, thing_id, verb)
        person = self[name]
        message = self.card(name, ref)
        pressed = False
        if message is not None:
            pressed = self._press(person, message, label) or self._behind(person, message, label)
        if not pressed:
            answer, row = self._row(name, ref)
            person.click(answer, row["accessory"]["action_id"], block_id=row["block_id"])
            self.settle()
            person.click(person.views()[-1], label)
        self.settle()
        answer = None
        forms = [one for one in person.views() if "submit" in one.body]
        if forms:
            given = self._given(forms[-1], values, files)
            answer = person.submit(forms[-1], given)
            self.settle()
        else:
            assert not values, f"{verb} asked for nothing: {[one.body['title'] for one in person.views()]}"
        self.watch.go(minutes=1)
        return answer

    def _row(self, name, ref):
        """The answer to a command that has a thing in it, and its row: found by its number, or among what is due."""
        for words in (f"find {ref}", "mine"):
            took = self[name].command("/audit", words)
            assert took.ok, took
            self.settle()
            assert self.fake.ephemerals(self.users[name]), self.trouble()
            answer = self.fake.ephemerals(self.users[name])[-1]
            for one in answer.blocks:
                if ref in str(one.get("text")) and one.get("accessory"):
                    return answer, one
        raise AssertionError(f"{ref} is nowhere to be found by {name}")

    def _press(self, person, message, label):
        if label not in self._buttons(message).values():
            return False
        person.click(message, label)
        return True

    def _buttons(self, message):
        """What stands on each button, by its id; where two rows have the same, with that of its row."""
        found = {}
        for block in message.blocks:
            for part in block["elements"] if block["type"] == "actions" else ():
                name = part["action_id"]
                name = f"{block['block_id']}/{name}" if name in found else name
                found[name] = part.get("text", {}).get("text")
        return found

    def _behind(self, person, message, label):
        if "more" not in self._buttons(message):
            return False
        person.click(message, "more")
        self.settle()
        person.click(person.views()[-1], label)
        return True

    def _given(self, view, values, files):
        blocks = {one["block_id"]: one for one in view.body["blocks"] if one["type"] == "input"}
        given = {}
        for name, value in values.items():
            element = blocks[name]["element"]
            ticked = element["type"] == "checkboxes" and value is True
            given[name] = [element["options"][0]["value"]] if ticked else value
        if files:
            name = next(key for key, one in blocks.items() if one["element"]["type"] == "file_input")
            given[name] = files
        return given

    def doubles(self):
        """Signs of messages that were posted more than once."""
        signs = [
            one.metadata["event_payload"]["d"]
            for channel in self.fake.world.channels.values()
            for one in channel.messages
            if one.metadata
        ]
        return [one for one in set(signs) if signs.count(one) > 1]

    def trouble(self):
        """What was called, and what came in, for whoever looks at a failed test."""
        rows = self.read(
            lambda s: [(one.kind, one.state.value, one.tries, one.said) for one in s.query(SlackWork)]
        )
        return rows, [(one.method, one.status, str(one.answer)[:200]) for one in self.fake.recorded[-12:]]

    def told(self, name):
        """The text of everything somebody can see."""
        return [one.text for one in self.fake.seen_by(self.users[name])]

    def close_windows(self, name):
        person = self[name]
        while person.views():
            person.close()


@contextlib.contextmanager
def slack_world(settings: Settings, monkeypatch, *, socket_mode=False, strict=True, prepare=lambda _: None):
    """A site with a workspace, reached by HTTP or by its socket, until the end."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    watch = Watch()
    monkeypatch.setattr(clock, "now", watch.now)
    before = engine.jobs()
    with SlackFake(now=watch.stamp, strict=strict) as fake:
        fake.configure_app(signing_secret=SIGNING)
        token = fake.install()
        values = settings.model_dump() | {
            "slack_signing_secret": SecretStr(SIGNING), "slack_bot_token": SecretStr(token.value),
            "slack_api_url": fake.api_url, "slack_file_hosts": fake.url.removeprefix("http://"),
            "public_url": "https://audit.example.org", "slack_client_id": fake.app.client_id,
            "slack_client_secret": SecretStr(fake.app.client_secret),
        }  # fmt: skip
        if socket_mode:
            values["slack_app_token"] = SecretStr(fake.add_app_token().value)
        app = build(Settings(**values))
        app.testing = True
        prepare(app)
        end = None
        try:
            with app.app_context():
                edge.connect(site_of(app), at=watch.now())
            if socket_mode:
                fake.point_at(None)
                end = socket.connect(app)
                fake.sockets.wait_for(1)
            else:
                fake.point_at(app.wsgi_app)
            yield World(app, fake, watch)
            later.settle()
        finally:
            if end is not None:
                end()
            later.settle()
            channels.forget("slack")
            for job in engine.jobs():
                if job not in before:
                    engine.forget(job.name)
            engine.accompany("slack", lambda _: None)
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


__all__ = ["APP_TOKEN", "MORE", "World", "slack_world", "time"]
