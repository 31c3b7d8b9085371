"""The scan for what is due with 10,000 obligations beside the same with 1,000,000: 1,000 are due in both.

Half of the others are settled, half lie far ahead. Both databases stand side by side in one run and are asked in turns,
so a busy machine is busy for both. Printed are the times, their ratio, the statements, and the plan by which each
database finds the obligations. `bench/due.py --goal` exits with 1 when the ratio is above 1.3, when the scan does not
find exactly what is due, or when it needs more statements.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.app import AuditApp
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.kit.ids import new_id
from auditapp.people.model import Organization, Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import rules
from auditapp.relationships.obligations.rules import DEFAULTS, Source, State
from auditapp.relationships.rules import STAGES, Kind
from auditapp.reminders import due
from auditapp.reminders.policies.rules import default_policy
from auditapp.reminders.rules import Kind as DueKind
from auditapp.reminders.rules import Severity
from auditapp.reminders.sources.base import Wanted
from auditapp.reminders.sources.obligations import bounds_of, due_query
from bench.stage import databases, machine, side_by_side, site, statements

MOST_RATIO = 1.3
DUE, RELATIONSHIPS, PEOPLE, PIECE = 1_000, 50, 40, 20_000
FAR = 400  # days ahead of what is not due: behind the longest lead time
KEYS = sorted(key for key, rule in DEFAULTS.items() if rule.source is not Source.ELSEWHERE)


def horizon(kind: DueKind) -> int:
    """The longest lead time of a kind as it comes."""
    return max(default_policy(kind, Severity.NORMAL).leads, default=0)


@dataclass(frozen=True)
class Filled:
    """A site with its obligations."""

    app: AuditApp
    rows: int

    def scan(self) -> Callable[[], int]:
        """One scan, as the engine does it: in a unit of its own."""

        def run() -> int:
            with self.app.app_context():
                return run_unit(lambda: len(due.coming(current_session(), at=now(), horizon=horizon)), "read")

        return run

    def plan(self) -> str:
        """How the database finds the obligations that are due."""
        with self.app.app_context():
            return run_unit(lambda: _plan(current_session()), "read")


def _plan(session: Session) -> str:
    today = now().date()
    wanted = Wanted(
        at=now(),
        today=today,
        zone="Europe/London",
        last=lambda kind: today + timedelta(days=horizon(kind)),
        leads_count=True,
    )
    query = due_query(bounds_of({rule.key: rule for rule in rules(session)}, wanted), wanted)
    dialect = session.get_bind().dialect
    shown = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    lead = "EXPLAIN QUERY PLAN " if dialect.name == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) "
    return "\n".join(f"    {row[-1]}" for row in session.execute(sa.text(lead + shown.replace(":", r"\:"))))


def fill(app: AuditApp, count: int) -> Filled:
    """So many obligations, of which DUE are due."""
    chance = random.Random(44001)  # the same rows every time

    def begin() -> list[UUID]:
        session = current_session()
        session.add(Organization(name="Measured", zone="Europe/London", created_at=now()))
        people = [
            Person(name=f"Person {number}", email=f"p{number}@example.org", created_at=now())
            for number in range(PEOPLE)
        ]
        session.add_all(people)
        session.flush()
        for person, role in zip(
            people, (Role.SYSTEM_MANAGER, Role.SER, Role.PROGRAMME_MANAGER), strict=False
        ):
            session.add(RoleGrant(person_id=person.id, role=role, granted_at=now()))
        places = [
            Relationship(
                ref=f"R-{number + 1:02}", name=f"Relationship number {number + 1}", kind=Kind.SUPPLIER,
                stage=STAGES[number % len(STAGES)], owner_id=chance.choice(people).id,
                manager_id=chance.choice(people).id, created_at=now(),
            )
            for number in range(RELATIONSHIPS)
        ]  # fmt: skip
        session.add_all(places)
        session.flush()
        return [one.id for one in places]

    with app.app_context():
        places = run_unit(begin, "write")
        rows = _rows(chance, now().date(), count, places)
        for start in range(0, count, PIECE):
            values = [next(rows) for _ in range(min(PIECE, count - start))]
            run_unit(lambda values=values: current_session().execute(sa.insert(Obligation), values), "write")
        if db.engine.dialect.name == "postgresql":  # its autovacuum does this by itself, a little later
            with db.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM ANALYZE"))
    return Filled(app=app, rows=count)


def _rows(chance: random.Random, today: date, count: int, places: list[UUID]) -> Iterator[dict[str, Any]]:
    due_ones = set(chance.sample(range(count), DUE))  # strewn over the whole table, as time strews them
    for number in range(count):
        key = chance.choice(KEYS)
        settled = False
        if number in due_ones:
            day = today + timedelta(days=chance.randrange(-60, max(DEFAULTS[key].lead_days) + 1))
        else:
            settled = chance.random() < 0.5
            days = chance.randrange(30, 1500) if settled else -chance.randrange(FAR, FAR + 1000)
            day = today - timedelta(days=days)
        subject = new_id()
        yield {
            "id": new_id(),
            "key": key,
            "subject": str(subject),
            "relationship_id": chance.choice(places),
            "thing_kind": "",
            "thing_ref": "",
            "title": "",
            "anchor_on": day,
            "number": 1,
            "intended_on": day,
            "due_on": day,
            "extra": "",
            "because": "",
            "state": State.DONE if settled else State.OPEN,
            "ended_on": day if settled else None,
            "note": "It was done, and what came of it is in the minutes." if settled else "",
            "created_at": now(),
            "version": 1,
        }


def measure(kind: str, sizes: tuple[int, int], rounds: int) -> bool:
    """Print the figures of one kind of database; says whether the goals are met."""
    with ExitStack() as stack:
        small, large = (fill(stack.enter_context(site(kind)), size) for size in sizes)
        counts, found = [], []
        for one in (small, large):
            scan = one.scan()
            scan()
            with statements(one.app) as sent:
                found.append(scan())
            counts.append(len(sent))
        times = side_by_side(rounds, small=small.scan(), large=large.scan())
        ratio = times["large"] / times["small"]
        print(f"  {'obligations':16}{sizes[0]:>11,}  {sizes[1]:>11,}   ratio  statements  found")
        print(
            f"  {'one scan':16}{times['small']:9.1f}ms  {times['large']:9.1f}ms  {ratio:5.2f}x  "
            f"{counts[0]:>4} / {counts[1]:<4} {found[0]:,} / {found[1]:,}"
        )
        for one in (small, large):
            print(f"  plan with {one.rows:,} obligations:")
            print(one.plan())
    return ratio <= MOST_RATIO and counts[0] == counts[1] and found == [DUE, DUE]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60, help="scans of each (default 60)")
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--database", choices=databases(), action="append", help="only this one")
    parser.add_argument("--goal", action="store_true", help="exit with 1 when a goal is missed")
    asked = parser.parse_args()
    print(f"{machine()}; {DUE:,} obligations are due; goal: at most {MOST_RATIO} times")
    met = True
    for kind in asked.database or databases():
        print(f"{kind}:")
        met = measure(kind, (asked.small, asked.large), asked.rounds) and met
    if asked.goal and not met:
        sys.exit(1)


if __name__ == "__main__":
    main()
