"""One saved answer beside one bare durable transaction through Flask: an UPDATE of one row, committed to the disk.

The bare application has the same database settings and no session, form token, guard, trail or SQLAlchemy.
`bench/answer.py --goal` exits with 1 when the goal is missed.
"""

import argparse
import itertools
import sys
from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from auditapp.app import AuditApp
from auditapp.kit.db import db, sqlite_driver
from bench.stage import Stage, databases, machine, set_stage, side_by_side, site, statements

MOST_RATIO = 2.5


def bare(app: AuditApp) -> Callable[[], Any]:
    """A Flask application of one route that updates one row and commits; the result sends one request."""
    with app.app_context():
        url = db.engine.url
    if url.get_backend_name() == "sqlite":
        connection = sqlite_driver.connect(
            f"{url.database}.bare", isolation_level=None, check_same_thread=False
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")
        begin = "BEGIN IMMEDIATE"
    else:
        connection = psycopg.connect(
            f"host={url.query['host']} user=postgres dbname=postgres", autocommit=True
        )
        begin = "BEGIN"
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, value INTEGER)")
    connection.execute("INSERT INTO bare VALUES (1, 0)")
    flask = Flask("bare")

    @flask.post("/save")
    def save() -> dict[str, bool]:
        connection.execute(begin)
        connection.execute("UPDATE bare SET value = value + 1 WHERE id = 1")
        connection.execute("COMMIT")
        return {"saved": True}

    def send() -> None:
        environ = EnvironBuilder(path="/save", method="POST", data={"value": "1"}).get_environ()
        _, status, _ = run_wsgi_app(flask, environ, buffered=True)
        assert status.startswith("200")

    return send


def saving(stage: Stage) -> Callable[[], None]:
    """Sends the next answer: another note to the next question, with the version that stands there."""
    turns = itertools.count()
    stage.open_walk()

    def send() -> None:
        turn = next(turns)
        question = stage.questions[turn % len(stage.questions)]
        status, body = stage.call(
            f"/audits/{stage.ref}/walk/{question}/answer",
            "POST",
            {"note": f"Seen, and seen again: {turn}", "base_note": str(turn // len(stage.questions))},
            {"X-Requested-With": "fetch", "X-CSRFToken": stage.token},
        )()
        assert status == 200, body[:400]

    return send


def measure(app: AuditApp, rounds: int) -> bool:
    """Print the numbers of one database; says whether the goal is met."""
    stage = set_stage(app, 150, answered=False)
    send = saving(stage)
    send()
    with statements(app) as sent:
        send()
    times = side_by_side(rounds, answer=send, bare=bare(app))
    ratio = times["answer"] / times["bare"]
    print(
        f"  one saved answer: {len(sent)} statements, {times['answer']:.2f} ms; "
        f"{ratio:.2f} times a bare durable transaction ({times['bare']:.2f} ms)"
    )
    return ratio <= MOST_RATIO


def main() -> None:
    """Measure on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--goal", action="store_true", help="exit with 1 when the goal is missed")
    given = parser.parse_args()
    print(f"One saved answer ({machine()}); goal: at most {MOST_RATIO} times a bare transaction")
    met = True
    for kind in databases():
        with site(kind) as app:
            print(f" {kind}")
            met = measure(app, given.rounds) and met
    if given.goal and not met:
        sys.exit(1)


if __name__ == "__main__":
    main()
