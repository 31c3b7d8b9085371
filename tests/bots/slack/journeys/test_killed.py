"""A real worker, killed with SIGKILL while Slack does what it asked: between the call and its record, again and again."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from auditapp.config import ROOT
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.text import Text
from auditapp.reminders.outbox.model import OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import MessageKind, State
from auditapp.reminders.outbox.service import put
from tests.factories.nonconformities import Cast

WORKER = """
import json, sys, time
from datetime import timedelta
from auditapp.config import Settings
from bots.deliver import Pace, deliver_once
from bots.main import build
app = build(Settings(**json.loads(sys.argv[1])))
pace = Pace(limit=3, lease=timedelta(seconds=3), margin=timedelta(seconds=0.5), settle=timedelta(seconds=0.3),
            ask_again=timedelta(seconds=0.3))
while True:
    deliver_once(app, pace=pace)
    time.sleep(0.05)
"""


def start(settings):
    """A worker of its own process."""
    values = json.dumps(settings, default=str)
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, values], env=os.environ | {"PYTHONPATH": str(ROOT)}
    )


def run(world, settings, *, messages, kills, seconds):
    """So many messages, so many kills; gives the states, and the signs of what was posted."""
    cast = world.write(lambda: Cast(current_session()))
    world.join("owner", cast.id_of("owner"))
    owner = cast.id_of("owner")

    def ask():
        for number in range(messages):
            put(
                current_session(), at=clock.now(), dedupe=f"killed:{number}", person_id=owner, kind=MessageKind.ANSWER, urgent=True,
                extra={"said": Text(f"Message {number}").to_json(), "about": Text("A test").to_json()},
            )  # fmt: skip

    world.write(ask)
    running = [start(settings)]
    died = []

    def kill():
        died.append(running[-1].pid)
        os.kill(running[-1].pid, signal.SIGKILL)

    world.fake.faults.add("chat.postMessage", "none", times=kills, skip=1, do=kill)
    until = time.monotonic() + seconds
    states = {}
    while time.monotonic() < until:
        if running[-1].poll() is not None:
            running.append(start(settings))
        states = world.read(lambda s: [one.state for one in s.query(OutboxMessage)])
        if set(states) == {State.SENT}:
            break
        time.sleep(0.2)
    running[-1].kill()
    for one in running:
        one.wait()
    return states, died


@pytest.fixture
def real(world, monkeypatch):
    """The same world on the real clock: the worker is another process, and knows no other."""
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC))
    world.fake.world.now = time.time
    world.watch.now = clock.now
    return world


def settings_of(world):
    settings = world.app.extensions["auditapp"]
    found = settings.model_dump()
    return {
        key: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for key, value in found.items()
    }


def check(world, *, messages, kills, seconds):
    states, died = run(world, settings_of(world), messages=messages, kills=kills, seconds=seconds)
    posts = [one for one in world.posts("owner") if one.metadata]
    tries = world.read(lambda s: s.query(OutboxAttempt).count())
    print(
        f"{messages} messages, {len(died)} kills, {tries} tries: {len(posts)} posts, doubles {len(world.doubles())}"
    )
    assert states == [State.SENT] * messages
    assert len(posts) == messages, "none lost, none twice"
    assert world.doubles() == []
    assert len(died) == kills


def test_three_messages_and_a_kill(real):
    check(real, messages=3, kills=1, seconds=180)


@pytest.mark.soak
def test_sixty_messages_and_thirty_kills(real):
    check(real, messages=60, kills=30, seconds=900)
