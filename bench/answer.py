"""One saved answer beside one bare durable transaction through Flask: one row changed and committed to the disk.

Taken in turns with it: *bare*, an application of one route on Flask and SQLAlchemy that loads a row, changes it and
commits, with the same database settings and no sign-in, form token, guard, rules or trail; and *raw*, the same on Flask and
the database driver alone. `--goal` exits with 1 when an answer takes more than 2.5 times bare.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import EnvironBuilder, run_wsgi_app

from auditapp.app import AuditApp
from auditapp.kit.db import db, engine_options, mode, prepare, sqlite_driver
from bench.stage import Stage, databases, machine, set_stage, side_by_side, site, statements

MOST_RATIO = 2.5


def sender(flask: Flask) -> Callable[[], None]:
    """Sends one request to ``/save``."""

    def send() -> None:
        environ = EnvironBuilder(path="/save", method="POST", data={"value": "1"}).get_environ()
        _, status, _ = run_wsgi_app(flask, environ, buffered=True)
        assert status.startswith("200")

    return send


def bare(url: sa.URL) -> Callable[[], None]:
    """Flask and SQLAlchemy, one route, one row."""
    flask = Flask("bare")
    shown = url.render_as_string(hide_password=False)
    flask.config.update(SQLALCHEMY_DATABASE_URI=shown, SQLALCHEMY_ENGINE_OPTIONS=engine_options(shown))
    database = SQLAlchemy(flask)

    class Bare(database.Model):  # type: ignore[name-defined,misc]
        id = database.Column(sa.Integer, primary_key=True)
        value = database.Column(sa.Integer)

    with flask.app_context(), mode("write"):
        prepare(database.engine)
        database.create_all()
        database.session.add(Bare(id=1, value=0))
        database.session.commit()

    @flask.post("/save")
    def save() -> dict[str, bool]:
        with mode("write"):
            row = database.session.get(Bare, 1)
            row.value += 1
            database.session.commit()
        return {"saved": True}

    return sender(flask)


def raw(url: sa.URL) -> Callable[[], None]:
    """Flask and the driver, one route, one row."""
    connection: Any
    if url.get_backend_name() == "sqlite":
        connection = sqlite_driver.connect(f"{url.database}", isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")
        begin = "BEGIN IMMEDIATE"
    else:
        connection = psycopg.connect(
            f"host={url.query['host']} user=postgres dbname=postgres", autocommit=True
        )
        begin = "BEGIN"
    connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, value INTEGER)")
    connection.execute("INSERT INTO raw VALUES (1, 0)")
    flask = Flask("raw")

    @flask.post("/save")
    def save() -> dict[str, bool]:
        connection.execute(begin)
        connection.execute("UPDATE raw SET value = value + 1 WHERE id = 1")
        connection.execute("COMMIT")
        return {"saved": True}

    return sender(flask)


def saving(stage: Stage) -> Callable[[], None]:
    """Sends the next answer: another note to the next question, with the version that stands there."""
    turns = itertools.count()
    known: dict[UUID, str] = {}
    stage.open_walk()

    def send() -> None:
        turn = next(turns)
        question = stage.questions[turn % len(stage.questions)]
        status, body = stage.call(
            stage.answer_path(question),
            "POST",
            stage.answer(f"Seen, and seen again: {turn}", known.get(question, "")),
            {"X-Requested-With": "fetch", "X-CSRFToken": stage.token},
        )()
        assert status == HTTPStatus.OK, body[:400]
        known[question] = json.loads(body)["tokens"]["note"]

    return send


def measure(app: AuditApp, rounds: int) -> bool:
    """Print the numbers of one database; says whether the goal is met."""
    stage = set_stage(app, 150, answered=False)
    send = saving(stage)
    send()
    with statements(app) as sent:
        send()
    with app.app_context():
        url = db.engine.url
    other = url.set(database=f"{url.database}.bare") if url.get_backend_name() == "sqlite" else url
    times = side_by_side(rounds, answer=send, bare=bare(other), raw=raw(other))
    ratio = times["answer"] / times["bare"]
    print(
        f"  one saved answer: {len(sent)} statements, {times['answer']:.2f} ms; {ratio:.2f} times a bare durable "
        f"transaction ({times['bare']:.2f} ms), {times['answer'] / times['raw']:.2f} times a raw one ({times['raw']:.2f} ms)"
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
