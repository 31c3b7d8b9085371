"""Registers of 100 nonconformities and 300 actions beside those of 10,000 and 30,000: times, ratios, statements.

Both databases stand side by side in one run and are asked in turns, so a busy machine is busy for both. The rows are
put in through SQLAlchemy core, spread as an organization's are: three in five are open, in every state of the life.
`bench/registers.py --goal` exits with 1 when a page of the large one takes more than 1.5 times that of the small one,
or needs more statements.
"""

import argparse
import random
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.app import AuditApp
from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import (
    Action,
    ActionRequest,
    Cause,
    EffectivenessCheck,
    Nonconformity,
    NonconformityRequirement,
)
from auditapp.findings.rules import action as action_rules
from auditapp.findings.rules import nonconformity as nc_rules
from auditapp.findings.rules.action import (
    ActionKind,
    ActionPriority,
    ActionStatus,
    RequestKind,
    RequestStatus,
)
from auditapp.findings.rules.nonconformity import CauseCategory, CheckResult, NcStatus, Source
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.kit.ids import new_id
from auditapp.people.guards import cookie_name
from auditapp.people.model import Account, Organization, Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import STAGES, Kind
from bench.stage import Stage as Browser
from bench.stage import databases, machine, side_by_side, site, statements

MOST_RATIO = 1.5
PEOPLE, RELATIONSHIPS, YEARS = 40, 25, 6
PIECE = 1000
PAGES = {
    "first page": "/nonconformities/",
    "filtered page": "/nonconformities/?show=open&grade=minor&sort=-raised",
    "clauses, newest first": "/nonconformities/?show=all&clause=8.1&clause=8.2&clause=8.3&sort=-raised",
    "search": "/nonconformities/?q=inplan",
    "sorted, page 2": "/nonconformities/?show=all&sort=responsible&page=2",
    "my turn": "/nonconformities/?show=turn",
    "board": "/nonconformities/board",
    "actions, first page": "/actions/",
    "actions, overdue": "/actions/?show=overdue&sort=-priority",
}
FILES = {
    "CSV": "/nonconformities/export.csv?show=all",
    "Excel": "/nonconformities/export.xlsx?show=all",
    "CSV of actions": "/actions/export.csv?show=all",
}
WORDS = [
    "review",
    "joint",
    "plan",
    "charter",
    "minutes",
    "risk",
    "register",
    "partner",
    "escalation",
    "objective",
    "value",
    "knowledge",
    "transfer",
    "exit",
    "calendar",
    "signature",
    "competence",
    "behaviour",
    "information",
    "sharing",
    "decision",
    "agreed",
    "meeting",
    "governance",
    "record",
    "owner",
]
WORDS += [f"{begin}{end}" for begin in ("in", "re", "con", "pro", "de", "sub") for end in WORDS]
COMMON = [1 / (place + 3) for place in range(len(WORDS))]  # few words are common, most are rare
OPEN_STATES = sorted(nc_rules.OPEN)
OPEN_SHARE, MAJOR_SHARE, PLACED_SHARE, ASKED_SHARE = 0.6, 0.2, 0.8, 0.1
EMPTY = dict.fromkeys(
    (
        "source_note", "body_name", "body_ref", "verifier_conflict", "verifier_reason", "correction", "containment",
        "cause_summary", "extent_summary", "status_reason",
    ),
    "",
) | {"reopened": 0, "version": 1}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """A site with its registers: who manages, who sees only a part, and how many rows there are."""

    manager: Browser
    owner: Browser
    rows: int


def fill(app: AuditApp, count: int) -> Filled:
    """So many nonconformities, three times as many actions."""
    chance = random.Random(44001)  # the same rows every time
    cast = Cast(chance=chance, today=now().date(), count=count)

    def work() -> Filled:
        session = current_session()
        cast.begin(session)
        for start in range(0, count, PIECE):
            cast.insert(session, range(start, min(count, start + PIECE)))
        secrets = [
            begin_sign_in(session, person_id=one, at=now(), days=1, address="", agent="bench")
            for one in cast.people[:2]
        ]
        manager, owner = (
            Browser(app=app, ref="", cookie=f"{cookie_name()}={secret}", questions=[]) for secret in secrets
        )
        return Filled(manager=manager, owner=owner, rows=count)

    with app.app_context():
        filled = run_unit(work, "write")
        if db.engine.dialect.name == "postgresql":  # its autovacuum does this by itself, a little later
            with db.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM ANALYZE"))
        return filled


class Cast:
    """Who and what the rows speak of, and the rows."""

    # In the order of the foreign keys.
    tables: tuple[Any, ...] = (
        Nonconformity, NonconformityRequirement, Cause, EffectivenessCheck, Action, ActionRequest,
    )  # fmt: skip

    def __init__(self, *, chance: random.Random, today: date, count: int) -> None:
        self.chance, self.today, self.count = chance, today, count
        self.people: list[UUID] = []
        self.relationships: list[UUID] = []

    def begin(self, session: Session) -> None:
        """People and relationships. The second person owns half of the relationships and sees nothing else."""
        at = now()
        session.add(Organization(name="Measured", zone="Europe/London", created_at=at))
        people = [
            Person(
                name=f"{chr(65 + number % 26)}. Person {number}",
                email=f"p{number}@example.org",
                created_at=at,
            )
            for number in range(PEOPLE)
        ]
        session.add_all(people)
        session.flush()
        self.people = [one.id for one in people]
        for place, person_id in enumerate(self.people):
            session.add(Account(person_id=person_id))
            role = Role.ACTION_OWNER if place else Role.PROGRAMME_MANAGER
            session.add(RoleGrant(person_id=person_id, role=role, granted_at=at))
        relationships = [
            Relationship(
                ref=f"R-{number + 1:02}",
                name=f"Relationship number {number + 1}",
                kind=Kind.SUPPLIER,
                stage=STAGES[number % len(STAGES)],
                owner_id=self.people[1] if number % 2 else None,
                created_at=at,
            )
            for number in range(RELATIONSHIPS)
        ]
        session.add_all(relationships)
        session.flush()
        self.relationships = [one.id for one in relationships]

    def insert(self, session: Session, numbers: range) -> None:
        """One piece of the rows, by SQLAlchemy core."""
        rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in self.tables}
        for number in numbers:
            self._one(number, rows)
        for table, values in rows.items():
            if values:
                session.execute(sa.insert(table), values)

    def _one(self, number: int, rows: dict[Any, list[dict[str, Any]]]) -> None:
        chance, pick = self.chance, self.chance.choice
        raised = self.today - timedelta(days=(self.count - number) * 365 * YEARS // self.count)
        at = datetime(raised.year, raised.month, raised.day, 9, number % 60, tzinfo=UTC)
        status = pick(OPEN_STATES) if chance.random() < OPEN_SHARE else NcStatus.CLOSED
        ended = status is NcStatus.CLOSED
        responsible, verifier, owner = chance.sample(self.people[2:], 3)
        nc_id = new_id()
        ref = f"NC-{raised.year}-{number + 1:03}"
        rows[Nonconformity].append(
            {
                "id": nc_id,
                "ref": ref,
                "title": self._words(6),
                "statement": self._words(60),
                "objective_evidence": self._words(40),
                "grade": Grade.MAJOR if chance.random() < MAJOR_SHARE else Grade.MINOR,
                "status": status,
                "status_since": at,
                "turn_due_on": None if ended else self.today + timedelta(days=chance.randrange(-30, 90)),
                "source": pick(list(Source)),
                "relationship_id": pick(self.relationships) if chance.random() < PLACED_SHARE else None,
                "stage": pick(STAGES).value,
                "raised_by_id": pick(self.people[2:]),
                "raised_at": at,
                "responsible_id": responsible,
                "verifier_id": verifier,
                "closed_at": at + timedelta(days=90) if ended else None,
                **EMPTY,
            }
        )
        clauses = chance.sample(
            [f"{a}.{b}.{c}" for a in range(4, 11) for b in range(1, 4) for c in range(1, 4)], 2
        )
        for position, clause in enumerate(clauses):
            rows[NonconformityRequirement].append(
                {"nonconformity_id": nc_id, "position": position, "standard": "ISO 44001:2017", "clause": clause,
                 "title": ""}
            )  # fmt: skip
        rows[Cause].append(
            {"id": new_id(), "nonconformity_id": nc_id, "round": 1, "position": 0, "text": self._words(12),
             "category": pick(list(CauseCategory)), "root": True, "evidence": ""}
        )  # fmt: skip
        if ended or status is NcStatus.EFFECTIVENESS:
            rows[EffectivenessCheck].append(
                {"id": new_id(), "nonconformity_id": nc_id, "round": 1, "criteria": self._words(8),
                 "not_before": self.today + timedelta(days=chance.randrange(-60, 60)),
                 "result": CheckResult.EFFECTIVE if ended else CheckResult.OPEN, "note": "", "sample": ""}
            )  # fmt: skip
        for place in range(1, 4):
            self._action(rows, nc_id, f"{ref}-A{place}", place, at=at, owner=owner, ended=ended)

    def _action(
        self, rows: dict[Any, list[dict[str, Any]]], nc_id: UUID, ref: str, place: int,
        *, at: datetime, owner: UUID, ended: bool,
    ) -> None:  # fmt: skip
        chance, pick = self.chance, self.chance.choice
        status = ActionStatus.VERIFIED if ended else pick(sorted(action_rules.OPEN))
        due = self.today + timedelta(days=chance.randrange(-400, 0) if ended else chance.randrange(-30, 90))
        action_id = new_id()
        rows[Action].append(
            {"id": action_id, "ref": ref, "nonconformity_id": nc_id, "number": place, "round": 1,
             "kind": pick(list(ActionKind)), "status": status, "status_since": at,
             "priority": pick(list(ActionPriority)), "title": self._words(5), "description": self._words(30),
             "owner_id": owner, "due_on": due, "first_due_on": due, "proposed_by_id": owner, "proposed_at": at,
             "expected": "", "evidence_wanted": "", "result": "", "status_reason": "", "worked_ids": [], "version": 1}
        )  # fmt: skip
        if status in action_rules.UNDONE and chance.random() < ASKED_SHARE:
            rows[ActionRequest].append(
                {"id": new_id(), "action_id": action_id, "kind": RequestKind.EXTENSION,
                 "status": RequestStatus.OPEN, "level": 1, "reason": self._words(8), "impact": "",
                 "asked_by_id": owner, "asked_at": at, "decision": ""}
            )  # fmt: skip

    def _words(self, count: int) -> str:
        return " ".join(self.chance.choices(WORDS, COMMON, k=count)).capitalize()


def measure(kind: str, sizes: tuple[int, int], rounds: int) -> bool:
    """Print the figures of one kind of database; says whether the goals are met."""
    met = True
    with ExitStack() as stack:
        small, large = (fill(stack.enter_context(site(kind)), size) for size in sizes)
        print(f"  {'':28}{sizes[0]:>9,}  {sizes[1]:>9,}   ratio  statements  bytes")
        for who, filled in (("", lambda one: one.manager), ("narrowed: ", lambda one: one.owner)):
            for name, path in PAGES.items():
                met = _page(f"{who}{name}", path, filled(small), filled(large), rounds) and met
        for name, path in FILES.items():
            _file(name, path, large)
    return met


def _page(name: str, path: str, small: Browser, large: Browser, rounds: int) -> bool:
    calls = {"small": small.call(path), "large": large.call(path)}
    counts, sizes = [], []
    for browser, call in zip((small, large), calls.values(), strict=True):
        call()
        with statements(browser.app) as sent:
            status, body = call()
        if status != 200:
            sys.exit(f"{path} answers {status}")
        counts.append(len(sent))
        sizes.append(len(body))
    times = side_by_side(rounds, **calls)
    ratio = times["large"] / times["small"]
    print(
        f"  {name:28}{times['small']:7.1f}ms  {times['large']:7.1f}ms  {ratio:5.2f}x  "
        f"{counts[0]:>4} / {counts[1]:<4}  {sizes[0]:,} / {sizes[1]:,}"
    )
    return ratio <= MOST_RATIO and counts[0] == counts[1]


def _file(name: str, path: str, large: Filled) -> None:
    call = large.manager.call(path)
    call()
    start = time.perf_counter()
    status, body = call()
    seconds = time.perf_counter() - start
    rows = large.rows * (3 if path.startswith("/actions/") else 1)
    if status != 200:
        sys.exit(f"{path} answers {status}")
    print(
        f"  {name:28}{rows:,} rows: {seconds:.2f} s, {seconds / rows * 1_000_000:.0f} µs a row, {len(body):,} bytes"
    )


def main() -> None:
    """Measure on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=databases(), help="one kind of database")
    parser.add_argument("--goal", action="store_true", help="exit with 1 when a goal is missed")
    given = parser.parse_args()
    print(f"Registers ({machine()}); goals: at most {MOST_RATIO} times, the same statements")
    met = True
    for kind in [given.only] if given.only else databases():
        print(f" {kind}")
        met = measure(kind, (given.small, given.large), given.rounds) and met
    if given.goal and not met:
        sys.exit(1)


if __name__ == "__main__":
    main()
