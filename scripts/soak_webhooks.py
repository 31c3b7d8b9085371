"""Told at least once, in order, under fire: real workers deliver webhooks to a real receiver and are killed meanwhile.

`scripts/soak_webhooks.py --database postgresql --kills 40`: again and again things happen, processes of
`auditapp worker` and `auditapp tick` begin, and SIGKILL ends some of them, or all, after a random number of deliveries and
a random moment more. The receiver writes down what comes; while workers are killed it drops connections and refuses now and then.
In the end every fact that was to be told must have come, each time under the same id, with the same bytes and a good
signature, and to each endpoint in the order of the history. Exits with 1 otherwise.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from auditapp.api.webhooks.events import ALL, EVENT_OF, verbs_of
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.queries import OPEN, behind
from auditapp.api.webhooks.rules import ASIDE, Status
from auditapp.api.webhooks.running import allowed_of, vault_of
from auditapp.api.webhooks.service.managing import Wish, make
from auditapp.app import AuditApp
from auditapp.config import Settings
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.kit.ids import new_id
from auditapp.people.model import Account, Organization, Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.reminders.engine.running import worker_name
from auditapp.trail.model import Fact
from auditapp.trail.service import record
from bench.stage import databases, site
from scripts.soak_nursery import Nursery, alive
from scripts.soak_receiver import CHANCE, HOST, SLOWEST, Arrival, Book, Receiver, receiving
from scripts.soak_reminders import restart

WORKERS = 2
FEW = 3  # things that happen before each kill
MOST_EACH = 5  # deliveries to an endpoint before a kill, on average
LONGEST_BEGIN = 90.0  # seconds a worker may take until it delivers, on a busy machine
# What happens: most of it is told, some of it to nobody.
HAPPENS = ("audit.planned", "issue.raised", "nonconformity.issued", "answer.changed", "rmp.in_force")
WANTS = ((ALL,), ("audit.planned",), ("issue.raised", "nonconformity.issued"), (ALL,))
SHOWN = 12
T = TypeVar("T")


@dataclass
class Report:
    """What was done and what came of it. ``caught``: messages that were on their way when their worker was killed."""

    kills: int = 0
    restarts: int = 0
    caught: int = 0
    seconds: float = 0
    told: int = 0
    again: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def in_unit(app: AuditApp, work: Callable[[], T], kind: Any = "write") -> T:
    """A unit of work of its own."""
    with app.app_context():
        try:
            return run_unit(work, kind)
        finally:
            db.session.remove()


def prepare(app: AuditApp, receiver: Receiver, endpoints: int) -> UUID:
    """A system manager, and endpoints that want different things; gives who it is."""
    settings: Settings = app.extensions["auditapp"]
    settings.webhook_allow, settings.webhook_ports = f"{HOST}/32", str(receiver.server_address[1])
    at = now()

    def work() -> UUID:
        session = current_session()
        session.add(Organization(name="Soaked", zone="Europe/London", created_at=at))
        person = Person(name="Sam Manager", email="sam@example.org", created_at=at)
        session.add(person)
        session.flush()
        session.add(Account(person_id=person.id))
        session.add(RoleGrant(person_id=person.id, role=Role.SYSTEM_MANAGER, granted_at=at))
        session.flush()
        who = principal_of_person(session, person.id)
        assert who is not None
        for number in range(endpoints):
            wish = Wish(name=f"{number}", url=receiver.url(number), events=WANTS[number % len(WANTS)])
            _made, secret = make(
                session, actor=who, at=at, wish=wish, allowed=allowed_of(settings), vault=vault_of(settings)
            )
            receiver.book.secrets[number] = secret
        return person.id

    return in_unit(app, work)


def happen(app: AuditApp, who: UUID, count: int) -> None:
    """So many things happen, in transactions of one to five."""
    while count > 0:
        some = min(count, random.randint(1, 5))
        count -= some

        def work(some: int = some) -> None:
            for _ in range(some):
                verb = random.choice(HAPPENS)
                record(
                    current_session(), actor_id=who, at=now(), verb=verb, thing_kind=verb.partition(".")[0],
                    thing_id=new_id(), thing_ref="X-1",
                )  # fmt: skip

        in_unit(app, work)


def caught(app: AuditApp, pids: list[int], *, wait: bool) -> int:
    """How many messages some killed workers had on their way. Unless we ``wait``, their time runs out now, not in a minute."""
    host = worker_name().rpartition(":")[0]

    def work() -> int:
        session = current_session()
        held = session.scalars(
            sa.select(WebhookDelivery).where(
                WebhookDelivery.status == Status.SENDING,
                sa.or_(*(WebhookDelivery.claimed_by.startswith(f"{host}:{pid} ") for pid in pids)),
            )
        ).all()
        for row in held:
            row.lease_until = row.lease_until if wait else now()
        return len(held)

    return in_unit(app, work)


def all_told(app: AuditApp) -> bool:
    """Whether everything was read, and nothing waits or is on its way."""

    def work() -> bool:
        session = current_session()
        waits = session.scalar(sa.select(sa.exists().where(WebhookDelivery.status.in_(OPEN))))
        return not waits and not behind(session)

    return in_unit(app, work, "read")


def judge(app: AuditApp, book: Book, report: Report) -> None:
    """Compare the history with what came."""

    def work() -> tuple[list[Any], list[Any], list[Any]]:
        session = current_session()
        return (
            list(session.execute(sa.select(Webhook.id, Webhook.name, Webhook.events, Webhook.read_seq))),
            list(session.execute(sa.select(Fact.seq, Fact.verb).order_by(Fact.seq))),
            list(session.scalars(sa.select(WebhookDelivery))),
        )

    hooks, facts, rows = in_unit(app, work, "read")
    for hook in hooks:
        verbs = set(verbs_of(hook.events))
        wanted = [fact.seq for fact in facts if fact.verb in verbs]
        own = {row.seq: row for row in rows if row.webhook_id == hook.id}
        came = [one for one in book.arrivals if one.endpoint == int(hook.name)]
        by_seq: dict[int, list[Arrival]] = {}
        for one in came:
            by_seq.setdefault(one.seq, []).append(one)
        report.told += len(wanted)
        report.again += len(came) - len(by_seq)
        report.lost += [f"{hook.name}: {seq} never came" for seq in wanted if seq not in by_seq]
        report.lost += [
            f"{hook.name}: {seq} is {own[seq].status.value if seq in own else 'not written down'}"
            for seq in wanted
            if seq not in own or own[seq].status is not Status.DELIVERED
        ]
        report.wrong += [f"{hook.name}: {seq} was not to be told" for seq in by_seq if seq not in wanted]
        report.wrong += [f"{hook.name}: {one.seq} has a wrong signature" for one in came if not one.good]
        for seq, some in by_seq.items():
            row = own.get(seq)
            if row is not None and {(one.message_id, one.body) for one in some} != {
                (row.message_id, row.body)
            }:
                report.wrong.append(f"{hook.name}: {seq} came under another id or in other words")
            if row is not None and len(some) > row.tries:
                report.wrong.append(f"{hook.name}: {seq} came {len(some)} times in {row.tries} tries")
        # What was tried too often steps aside; that apart, nothing ever comes before what stands in front of it.
        aside = {seq for seq, row in own.items() if row.tries >= ASIDE}
        order = [one.seq for one in came if one.seq not in aside]
        if order != sorted(order):
            report.wrong.append(f"{hook.name}: came as {order}")


def soak(
    app: AuditApp, folder: Path, *, kills: int, endpoints: int = 4, wave: int = 60, chance: float = 0.0, wait: bool = False,
    restarts: int = 0, minutes: float = 10, say: bool = False,
) -> Report:  # fmt: skip
    """Tell under fire; gives what came of it. ``wave``: how much happens when all was told. Bounded by ``minutes``.

    ``wait``: what a killed worker had claimed is left until its lease ends, a minute later, as in real life.
    """
    assert EVENT_OF.keys() & set(HAPPENS)
    report, began, book = Report(), time.monotonic(), Book(chance)
    until = began + 60 * minutes
    restarted = sorted(random.sample(range(1, kills), restarts)) if restarts else []
    with receiving(book) as receiver:
        who = prepare(app, receiver, endpoints)
        settings: Settings = app.extensions["auditapp"]
        nursery = Nursery(
            app, "scripts.soak_workers", log=folder / "workers.log",
            AUDITAPP_WEBHOOK_ALLOW=settings.webhook_allow, AUDITAPP_WEBHOOK_PORTS=settings.webhook_ports,
        )  # fmt: skip
        crew = Crew(nursery)
        try:
            while report.kills < kills and time.monotonic() < until:
                # Always something to send, and always something new to write down for it.
                happen(app, who, wave if all_told(app) or not report.kills else FEW)
                crew.fill()
                await_some(book, random.randint(1, MOST_EACH * endpoints))
                pids = crew.kill()
                report.kills += len(pids)
                report.caught += caught(app, pids, wait=wait)
                if restarted and report.kills >= restarted[0]:
                    restarted.pop(0)
                    restart(app)
                    report.restarts += 1
                if say:
                    print(f"  {report.kills} kills, {len(book.arrivals)} came, {time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
            book.chance = 0
            happen(app, who, FEW)
            while time.monotonic() < until and not all_told(app):
                crew.fill()
                time.sleep(0.5)
        finally:
            nursery.close()
    report.seconds = time.monotonic() - began
    judge(app, book, report)
    return report


class Crew:
    """Some workers, and one more process at a time that ticks once and ends by itself."""

    def __init__(self, nursery: Nursery) -> None:
        """Nobody yet."""
        self._nursery = nursery
        self._ticks: set[int] = set()

    def fill(self) -> None:
        """As many as there ought to be. Raises RuntimeError when a worker ended by itself."""
        self._forget()
        if gone := [one for one in self._nursery.workers if not alive(one)]:
            message = f"workers ended by themselves: {gone}"
            raise RuntimeError(message)
        while len(self._nursery.workers) - len(self._ticks) < WORKERS:
            self._nursery.grow("worker")
        if not self._ticks:
            self._ticks.add(self._nursery.grow("tick"))

    def kill(self) -> list[int]:
        """End some, or all, this very moment; gives their numbers."""
        self._forget()
        pids = [self._nursery.shrink() for _ in range(random.randint(1, len(self._nursery.workers)))]
        self._ticks.difference_update(pids)
        while any(alive(one) for one in pids):
            time.sleep(0.005)
        return pids

    def _forget(self) -> None:
        """Ticks that came to their end."""
        for one in [each for each in self._ticks if not alive(each)]:
            self._ticks.remove(one)
            self._nursery.workers.remove(one)


def await_some(book: Book, count: int) -> None:
    """Until so many more messages came, or none comes for long; then a moment at random."""
    before, until = len(book.arrivals), time.monotonic() + LONGEST_BEGIN
    while time.monotonic() < until and len(book.arrivals) - before < count:
        time.sleep(0.005)
    time.sleep(random.uniform(0, SLOWEST))


def tell(report: Report) -> None:
    """The counts, and what is wrong."""
    print(
        f"kills        {report.kills}, of the database {report.restarts}; {report.caught} messages were on their way"
    )
    print(f"seconds      {report.seconds:.0f}")
    print(f"to be told   {report.told}; {report.again} came once more, under the same id")
    print(f"lost         {len(report.lost)}")
    for line in (report.lost + report.wrong)[:SHOWN]:
        print(f"  WRONG      {line}")


def main() -> None:
    """Soak the database asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--endpoints", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--restarts", type=int, default=0)
    parser.add_argument("--database", choices=databases(), default="sqlite")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    random.seed(given.seed)
    with site(given.database) as app, tempfile.TemporaryDirectory(prefix="soak") as name:
        report = soak(
            app, Path(name), kills=given.kills, endpoints=given.endpoints, restarts=given.restarts,
            minutes=given.minutes, chance=CHANCE, wait=True, say=True,
        )  # fmt: skip
        tell(report)
        print((Path(name) / "workers.log").read_text(encoding="utf-8")[-3000:])
    if report.lost or report.wrong:
        sys.exit(1)
    print("Everything was told, in order, under one id.")


if __name__ == "__main__":
    main()
