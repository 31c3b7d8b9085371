"""From a signed click to its acknowledgement: 20 people at once, one worker, beside an empty Bolt listener.

Each click carries out another action ("Accept"), with all that follows: the deed, the trail, the card drawn anew through a
double of Slack. Both servers are processes of their own, with the same server software and threads as `auditapp run`;
they are clicked in turns. Printed: the median, p99 and the ratio of both. `--goal` exits with 1 when p99 is 500 ms or more.
"""

import argparse
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, request
from flask_migrate import upgrade
from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from waitress import serve

from auditapp.config import ROOT, Settings
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit import clock
from auditapp.kit.db import current_session, mode, run_unit
from auditapp.people.model import Person
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from bench.stage import machine
from bots.main import build
from bots.slack.identity import service as identity
from bots.slack.identity.queries import account_of
from bots.slack.identity.rules import Profile
from bots.slack.install import edge
from bots.slack.model import Sort
from bots.slack.rules import Ref, sign
from bots.slack.web import site_of
from tests.factories import make_person
from tests.factories.nonconformities import Cast, make_action, make_case
from tests.slackfake import SlackFake

GOAL_MS = 500.0
PEOPLE, ROUNDS, THREADS = 20, 10, 8
SECRET, KEY = "signing-secret-of-the-bench", "b" * 48
READY, NOBODY = "listening at ", "-"


def settings_of(folder: Path, fake_url: str, token: str) -> Settings:
    """An installation with one workspace."""
    return Settings(
        secret_key=SecretStr(KEY), data_dir=folder, slack_signing_secret=SecretStr(SECRET),
        slack_bot_token=SecretStr(token), slack_api_url=f"{fake_url}/api/", public_url="https://audit.example.org",
        log_level="WARNING",
    )  # fmt: skip


def prepare(folder: Path, fake: SlackFake, token: str) -> tuple[list[str], list[str]]:
    """People with accounts in Slack, and an action for every click; gives their ids there, and the buttons' values."""
    app = build(settings_of(folder, fake.url, token))
    with app.app_context():
        with mode("write"):
            upgrade(directory=str(ROOT / "migrations"))
        team = edge.connect(site_of(app), at=clock.now())

        def make() -> tuple[list[str], list[str]]:
            session, at = current_session(), clock.now()
            cast = Cast(session)
            nc, _, _ = make_case(session, cast, NcStatus.IMPLEMENTING, actions=ActionStatus.ACCEPTED)
            users, values = [], []
            for number in range(PEOPLE):
                who = make_person(session, Role.ACTION_OWNER, name=f"Person {number}")
                person = session.get(Person, who.person_id)
                assert person is not None
                user = fake.add_user(f"p{number}", email=person.email)
                found = Profile(
                    user_id=user.id,
                    team_id=user.team.id,
                    name=person.name,
                    email=person.email,
                    zone="",
                    sort=Sort.MEMBER,
                )
                assert team is not None
                identity.see(session, at=at, slack_team_id=team, profiles=[found])
                account = account_of(session, slack_team_id=team, user_id=user.id)
                assert account is not None
                identity.link(
                    session,
                    actor=who,
                    at=at,
                    secret=identity.link_secret(session, at=at, account_id=account.id),
                )
                users.append(user.id)
                for _ in range(ROUNDS):
                    action = make_action(session, nc, person.id)
                    session.flush()
                    values.append(
                        sign(
                            KEY, Ref(kind="action", id=str(action.id), verb="accept", version=action.version)
                        )
                    )
            return users, values

        return run_unit(make, "write")


def listen(kind: str, folder: str, fake_url: str, token: str, port: int) -> None:
    """One server, until it is ended."""
    if kind == "empty":
        app = Flask("empty")
        bolt = App(
            signing_secret=SECRET, process_before_response=True, token_verification_enabled=False,
            authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id="T", bot_token=NOBODY, bot_id=NOBODY, bot_user_id=NOBODY),
        )  # fmt: skip
        bolt.action("do-0")(lambda ack: ack())
        handler = SlackRequestHandler(bolt)
        app.add_url_rule("/slack/events", view_func=lambda: handler.handle(request), methods=["POST"])
    else:
        app = build(settings_of(Path(folder), fake_url, token))
    sys.stdout.write(f"{READY}{port}\n")
    sys.stdout.flush()
    serve(app, host="127.0.0.1", port=port, threads=THREADS)


@contextlib.contextmanager
def server(kind: str, folder: Path, fake: SlackFake, token: str, port: int) -> Iterator[int]:
    """The same as a process of its own."""
    command = [sys.executable, "-m", "bench.slack", "--listen", kind, str(folder), fake.url, token, str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"NO_PROXY": "*"}
    ) as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith(READY):
            if process.poll() is not None:
                raise RuntimeError(kind)
        time.sleep(0.5)
        try:
            yield port
        finally:
            process.terminate()


def click(port: int, team: str, user: str, value: str, number: int) -> float:
    """One signed click; seconds until its acknowledgement."""
    payload: dict[str, Any] = {
        "type": "block_actions", "team": {"id": team, "domain": "bench"}, "user": {"id": user, "team_id": team},
        "api_app_id": "A", "trigger_id": f"{number}.{user}", "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1"},
        "channel": {"id": "D1", "name": "directmessage"},
        "actions": [{"type": "button", "action_id": "do-0", "block_id": "deeds-0", "value": value, "action_ts": f"{number}.1"}],
    }  # fmt: skip
    body = urlencode({"payload": json.dumps(payload)})
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}",
    }  # fmt: skip
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/slack/events", body=body, headers=headers)
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - begun
    connection.close()
    assert answer.status == 200, answer.status
    return took


def burst(port: int, team: str, users: list[str], values: list[str], first: int) -> list[float]:
    """Everybody clicks at once."""
    found: list[float] = []
    gate = threading.Barrier(len(users))

    def one(number: int) -> None:
        gate.wait()
        found.append(
            click(port, team, users[number], values[number * ROUNDS + first], first * PEOPLE + number)
        )

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(users))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def p99(values: list[float]) -> float:
    """The 99th of a hundred."""
    return sorted(values)[max(0, -(-len(values) * 99 // 100) - 1)]


def main() -> None:
    """Measure, and print."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ.pop(name, None)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goal", action="store_true")
    parser.add_argument("--listen", nargs=5)
    chosen = parser.parse_args()
    if chosen.listen:
        kind, folder, url, token, port = chosen.listen
        listen(kind, folder, url, token, int(port))
        return
    with tempfile.TemporaryDirectory() as name, SlackFake() as fake:
        folder = Path(name)
        token = fake.install().value
        users, values = prepare(folder, fake, token)
        team = fake.team.id
        ours: list[float] = []
        empty: list[float] = []
        with (
            server("site", folder, fake, token, 47811) as one,
            server("empty", folder, fake, token, 47812) as two,
        ):
            click(one, team, users[0], "warm", 10_000)
            click(two, team, users[0], "warm", 10_000)
            for first in range(ROUNDS):
                ours += burst(one, team, users, values, first)
                empty += burst(two, team, users, values, first)
                time.sleep(2)  # what follows from the clicks is done
            time.sleep(3)
        done = done_actions(folder, fake, token)
    print(machine())
    print(
        f"{len(ours)} clicks, {PEOPLE} at once, one worker of {THREADS} threads; {done} actions were accepted"
    )
    for label, found in (("ours", ours), ("empty listener", empty)):
        print(
            f"{label:15} median {statistics.median(found) * 1000:6.1f} ms   p99 {p99(found) * 1000:6.1f} ms   most {max(found) * 1000:6.1f} ms"
        )
    print(
        f"ratio of medians {statistics.median(ours) / statistics.median(empty):.1f}, of p99 {p99(ours) / p99(empty):.1f}"
    )
    if chosen.goal and (p99(ours) * 1000 >= GOAL_MS or done != len(ours)):
        sys.exit(f"the goal is p99 below {GOAL_MS:.0f} ms, and every click done")


def done_actions(folder: Path, fake: SlackFake, token: str) -> int:
    """How many of the actions were accepted."""
    app = build(settings_of(folder, fake.url, token))
    with app.app_context():
        return run_unit(
            lambda: int(
                current_session().scalar(
                    sa.select(sa.func.count()).select_from(Fact).where(Fact.verb == "action.accepted")
                )
                or 0
            ),
            "read",
        )


if __name__ == "__main__":
    main()
