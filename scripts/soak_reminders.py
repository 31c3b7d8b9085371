"""Exactly once under fire: messages are delivered while workers are killed, the database restarts and sinks misbehave.

`scripts/soak_reminders.py --database postgresql --messages 10000 --kills 200`: puts so many messages into the outbox, lets
workers deliver them (4 on PostgreSQL, 2 on SQLite: the real clock, jobs and delivery), sends SIGKILL at random moments,
shuts PostgreSQL down without ado now and then, and compares what the outbox says with what the sinks wrote down. Nothing
may be missing; nothing may be there twice on the sink that can be asked; on the one that cannot, each message that is
there twice has a try that nobody knows the end of. Exits with 1 otherwise.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from auditapp.app import AuditApp
from auditapp.config import ROOT, Settings
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.model import Account, Organization, Person
from auditapp.reminders.outbox import service
from auditapp.reminders.outbox.model import OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.rules import Fault, MessageKind, State
from auditapp.reminders.quiet.model import PersonRhythm
from bench.stage import databases, pgserver, site
from scripts.soak_nursery import Nursery, end
from scripts.soak_sinks import MOODS

PEOPLE = 40
BATCH = 1000
WORKERS = {"postgresql": 4, "sqlite": 2}
ENDS = (State.SENT, State.FAILED, State.CANCELLED)
SINKS = {"slack": "web", "mail": "mail"}
LINE = 135  # bytes of a delivery in the book
KILLED_WITHIN = 0.8  # of the deliveries, on average, lie before the last kill
SHOWN = 12


@dataclass
class Report:
    """What was done and what came of it."""

    kills: int = 0
    restarts: int = 0
    seconds: float = 0
    states: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubles: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SINKS.values(), 0))
    unexplained: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    because: Counter[str] = field(default_factory=Counter)

    @property
    def sound(self) -> bool:
        """Whether it is as it has to be."""
        return not self.lost and not self.unexplained and not self.doubles["web"]


def put_messages(app: AuditApp, count: int) -> None:
    """People, half of whom prefer mail, and messages for them."""
    at = now()

    def people() -> list[Any]:
        session = current_session()
        session.add(Organization(name="Soaked", zone="Europe/London", created_at=at))
        found = []
        for number in range(PEOPLE):
            person = Person(name=f"Person {number}", email=f"p{number}@example.org", created_at=at)
            session.add(person)
            session.flush()
            session.add(Account(person_id=person.id))
            if number % 2:
                session.add(
                    PersonRhythm(
                        person_id=person.id,
                        work_days=[0, 1, 2, 3, 4],
                        starts_at=540,
                        ends_at=1020,
                        digest_at=540,
                        budget=6,
                        channels=["mail", "slack"],
                    )
                )
            found.append(person.id)
        return found

    def some(first: int, last: int, ids: list[Any]) -> None:
        for number in range(first, last):
            service.put(
                current_session(),
                at=at,
                dedupe=f"soak:{number}",
                person_id=ids[number % PEOPLE],
                kind=MessageKind.NOW if number % 10 == 0 else MessageKind.DIGEST,
                urgent=number % 10 == 0,
            )

    with app.app_context():
        ids = run_unit(people, "write")
        for first in range(0, count, BATCH):
            run_unit(lambda first=first: some(first, min(first + BATCH, count), ids), "write")  # type: ignore[misc]
        db.session.remove()
        db.engine.dispose()


@contextmanager
def sinks(
    folder: Path, chance: float, moods: tuple[str, ...], seed: int | None
) -> Iterator[tuple[Path, list[str]]]:
    """The sinks as a process of their own; gives the book and their ports."""
    book = folder / "book.jsonl"
    book.touch()
    command = [sys.executable, "-m", "scripts.soak_sinks", "--book", str(book), "--chance", str(chance)]
    command += ["--moods", ",".join(moods)]
    command += ["--seed", str(seed)] if seed is not None else []
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield book, process.stdout.readline().split()
    finally:
        end(process)


def restart(app: AuditApp) -> None:
    """PostgreSQL ends at once, as after a crash, and starts again."""
    settings: Settings = app.extensions["auditapp"]
    folder = parse_qs(urlsplit(settings.database_url).query)["host"][0]
    server = pgserver.get_server(folder, cleanup_mode="stop")
    pid = server.get_pid()
    os.kill(pid, signal.SIGQUIT)
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.02)
    server.ensure_postgres_running()


def await_some(book: Path, count: float, pause: tuple[float, float]) -> None:
    """Until so many more messages arrived, but no longer than the longer pause; then a moment at random."""
    until, before = time.monotonic() + pause[1], book.stat().st_size
    while time.monotonic() < until and book.stat().st_size - before < count * LINE:
        time.sleep(0.01)
    time.sleep(random.uniform(0, pause[0]))


def open_messages(app: AuditApp) -> int:
    """How many are not at their end."""
    with app.app_context():
        try:
            return run_unit(
                lambda: (
                    current_session().scalar(
                        sa.select(sa.func.count()).where(OutboxMessage.state.not_in(ENDS))
                    )
                    or 0
                ),
                "read",
            )
        finally:
            db.session.remove()


def judge(app: AuditApp, book: Path, report: Report) -> None:
    """Compare what the outbox says with what arrived."""
    arrived: Counter[tuple[str, str]] = Counter()
    for line in book.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        arrived[row["sink"], row["message"]] += 1

    def work() -> tuple[list[Any], list[Any]]:
        session = current_session()
        messages = session.execute(
            sa.select(OutboxMessage.id, OutboxMessage.state, OutboxMessage.channel)
        ).all()
        tried = session.execute(
            sa.select(
                OutboxAttempt.message_id,
                OutboxAttempt.number,
                OutboxAttempt.channel,
                OutboxAttempt.outcome,
                OutboxAttempt.error,
            ).order_by(OutboxAttempt.message_id, OutboxAttempt.number)
        ).all()
        return list(messages), list(tried)

    with app.app_context():
        messages, tried = run_unit(work, "read")
        db.session.remove()
        db.engine.dispose()
    by_message: dict[str, list[Any]] = {}
    for one in tried:
        by_message.setdefault(str(one.message_id), []).append(one)
        report.outcomes[one.outcome or "open"] += 1
    for message_id, state, channel in messages:
        name = str(message_id)
        report.states[state.value] += 1
        report.channels[channel] += state is State.SENT
        if state is not State.SENT:
            report.lost.append(f"{name}: {state.value}")
        elif channel in SINKS and not arrived[SINKS[channel], name]:
            report.lost.append(f"{name}: sent by {channel}, and never arrived")
        total = sum(arrived[sink, name] for sink in SINKS.values())
        if arrived["web", name] > 1:
            report.doubles["web"] += arrived["web", name] - 1
        if total > 1:
            explain(name, total, by_message[name], report)


def explain(name: str, total: int, tries: list[Any], report: Report) -> None:
    """Every arrival more than one needs a try by the sink that cannot be asked whose end nobody knows."""
    unknown = [one for one in tries if one.channel == "mail" and one.outcome == Fault.UNKNOWN]
    line = f"{name}: {total} times; " + "; ".join(
        f"{one.number} {one.channel} {one.outcome} {one.error[:60]}" for one in tries
    )
    report.doubles["mail"] += total - 1
    if len(unknown) < total - 1:
        report.unexplained.append(line)
        return
    report.explained.append(line)
    for one in unknown[: total - 1]:
        report.because["killed" if "worker" in one.error else "dropped or late"] += 1


def soak(
    app: AuditApp, folder: Path, *, database: str, messages: int, kills: int, restarts: int, chance: float = 0.01, moods: tuple[str, ...] = MOODS,
    minutes: float = 15, pause: tuple[float, float] = (0.1, 4.0), seed: int | None = None, say: bool = True,
) -> Report:  # fmt: skip
    """Deliver under fire; gives what came of it. Bounded: what is not at its end after ``minutes`` is lost."""
    put_messages(app, messages)
    report, began = Report(), time.monotonic()
    wanted = sorted(random.sample(range(1, kills), restarts)) if database == "postgresql" and restarts else []
    with ExitStack() as stack:
        book, ports = stack.enter_context(sinks(folder, chance, moods, seed))
        nursery = Nursery(app, "scripts.soak_channels", *ports, log=folder / "workers.log")
        stack.callback(nursery.close)
        for _ in range(WORKERS[database]):
            nursery.grow()
        until = began + 60 * minutes
        while time.monotonic() < until:
            # Spread over the whole of the work: after so many deliveries, or a while, and a random moment more.
            if report.kills < kills:
                await_some(book, random.expovariate(1 / (KILLED_WITHIN * messages / kills)), pause)
                nursery.kill()
                report.kills += 1
            else:
                time.sleep(1)
            if report.restarts < len(wanted) and report.kills >= wanted[report.restarts]:
                restart(app)
                report.restarts += 1
            if say and report.kills % 20 == 0 and report.kills < kills:
                print(
                    f"  {report.kills} kills, {open_messages(app)} messages on their way, "
                    f"{time.monotonic() - began:.0f} s",
                    flush=True,
                )
            if report.kills >= kills and not open_messages(app):
                break
        report.seconds = time.monotonic() - began
    judge(app, book, report)
    return report


def tell(report: Report) -> None:
    """The counts, and each double."""
    print(f"kills        {report.kills}")
    print(f"restarts     {report.restarts}")
    print(f"seconds      {report.seconds:.0f}")
    print(f"messages     {dict(report.states)}, by channel {dict(report.channels)}")
    print(f"tries        {dict(report.outcomes)}")
    print(f"lost         {len(report.lost)}")
    print(f"doubles      {report.doubles['web']} where it can be asked")
    print(f"doubles      {report.doubles['mail']} where it cannot: {dict(report.because)}")
    for line in report.explained[:SHOWN]:
        print(f"  explained  {line}")
    if len(report.explained) > SHOWN:
        print(f"  … and {len(report.explained) - SHOWN} more, each with a try whose end nobody knows")
    for line in (report.lost + report.unexplained)[:SHOWN]:
        print(f"  WRONG      {line}")


def main() -> None:
    """Soak each database asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--restarts", type=int, default=6)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--database", choices=databases(), default="sqlite")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    random.seed(given.seed)
    print(f"{given.messages} messages on {given.database}, {given.kills} kills", flush=True)
    with site(given.database) as app, tempfile.TemporaryDirectory(prefix="soak") as name:
        report = soak(
            app,
            Path(name),
            database=given.database,
            messages=given.messages,
            kills=given.kills,
            restarts=given.restarts,
            minutes=given.minutes,
            seed=given.seed,
        )
        tell(report)
        log = (Path(name) / "workers.log").read_text(encoding="utf-8")
        if log:
            print(log[-3000:])
    if not report.sound:
        sys.exit(1)
    print("Nothing lost, no double without its reason.")


if __name__ == "__main__":
    main()
