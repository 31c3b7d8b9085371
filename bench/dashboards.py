"""Dashboards, trends, readiness and the packs with 100 findings beside the same with 10,000: times, ratios, statements.

Both sites stand side by side in one run and are asked in turns, so a busy machine is busy for both. Nonconformities and
actions are those of `bench/registers.py`; a fifth of them came from findings of audits, and about each something was
reminded. The relationships, the standards and the audits are the same in both: what grows is what is found. Charts are
asked for as a page does, one after the other. `bench/dashboards.py --goal` exits with 1 when a page takes more than
twice as long with the many, or needs more statements.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.app import AuditApp
from auditapp.audits.execution.model import Answer, AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.opening.freeze import freeze
from auditapp.audits.execution.rules import FindingStatus, Result
from auditapp.audits.model import Audit, AuditEdition, AuditMember, AuditRelationship, Programme
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.checklists.queries import libraries
from auditapp.checklists.service import import_shipped
from auditapp.findings.model import EffectivenessCheck, Nonconformity
from auditapp.findings.rules.nonconformity import CheckResult
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.kit.ids import new_id
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import MessageKind, NoticeKind, State
from auditapp.reminders.rules import Kind, Severity
from auditapp.reports.dashboards.pictures import DRAWN
from bench.registers import Filled, fill
from bench.stage import Stage as Browser
from bench.stage import databases, machine, side_by_side, site, statements

MOST_RATIO = 2.0
AUDITS, SAMPLED = 12, 2  # audits of each standard, and relationships in each
FROM_AUDITS = 5  # every fifth was found in an audit
PIECE = 2000
PAGES = {
    "dashboard of the SER": "/reports/dashboards/ser",
    "dashboard of the system manager": "/reports/dashboards/system-manager",
    "dashboard of a manager": "/reports/dashboards/relationship-manager",
    **{f"chart: {name}": f"/reports/dashboards/ser/{name}.svg" for name in DRAWN},
    "trends": "/reports/trends",
    "readiness": "/reports/readiness",
    "gap analysis": "/reports/gap",
    "Stage 1 pack": "/reports/stage-1",
    "Stage 2 pack": "/reports/stage-2",
    "surveillance pack": "/reports/surveillance",
}
OWN = "dashboard of a manager"  # opened by somebody who answers for half of the relationships and sees nothing else


def furnish(app: AuditApp, filled: Filled) -> Filled:
    """Standards, a programme with issued audits, and what was reminded, around the nonconformities that are there."""

    def work() -> None:
        session = current_session()
        people = session.scalars(sa.select(Person.id).order_by(Person.name)).all()
        first = session.scalar(sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.PROGRAMME_MANAGER))
        actor = principal_of_person(session, first) if first else None
        if actor is None:
            sys.exit("nobody manages the programme")
        actor = replace(actor, roles=frozenset({Role.SYSTEM_MANAGER, Role.PROGRAMME_MANAGER}))
        editions = [one.id for one in import_shipped(session, actor=actor, at=now())]
        questions = _audits(session, editions, list(people), actor.person_id)
        _moments(session)
        _found(session, questions, actor.person_id)
        remind(session)

    with app.app_context():
        run_unit(work, "write")
        if db.engine.dialect.name == "postgresql":  # its autovacuum does this by itself, a little later
            with db.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM ANALYZE"))
    return filled


def _audits(
    session: Session, editions: list[UUID], people: list[UUID], actor: UUID
) -> list[tuple[UUID, UUID]]:
    """A programme with issued audits over all relationships; gives their (audit, question)."""
    at, made = now(), []
    programme = Programme(
        ref="AP-1", title="Measured", starts_on=at.date() - timedelta(days=400), ends_on=at.date() + timedelta(days=600),
        responsible_id=actor, created_at=at,
    )  # fmt: skip
    session.add(programme)
    session.flush()
    relationships = session.scalars(sa.select(Relationship.id).order_by(Relationship.ref)).all()
    for number in range(AUDITS):
        edition = editions[number % len(editions)]
        library = libraries(session, [edition])[0]
        day = at - timedelta(days=30 * (number + 1))
        audit = Audit(
            ref=f"IA-{day.year}-{number + 1:03}", title=f"Audit {number + 1}", status=AuditStatus.ISSUED,
            programme_id=programme.id, starts_on=day.date(), ends_on=day.date(), issued_at=day, opened_at=day, created_at=day,
        )  # fmt: skip
        audit.members.append(AuditMember(person_id=people[2 + number], role=MemberRole.LEADER))
        audit.editions.append(AuditEdition(edition_id=edition, position=0))
        session.add(audit)
        session.flush()
        sampled = [relationships[(number * SAMPLED + place) % len(relationships)] for place in range(SAMPLED)]
        session.add_all(AuditRelationship(audit_id=audit.id, relationship_id=one) for one in sampled)
        rows = [
            {"id": new_id(), "audit_id": audit.id, "position": position, **asdict(one)}
            for position, one in enumerate(freeze([library], stages=[], relationships=sampled), 1)
        ]
        session.execute(sa.insert(AuditQuestion), rows)
        session.add_all(
            Answer(
                question_id=row["id"], audit_id=audit.id,
                result=Result.NONCONFORMING if place % 9 == 0 else Result.CONFORMS,
            )
            for place, row in enumerate(rows)
        )  # fmt: skip
        made += [(audit.id, row["id"]) for row in rows]
    return made


def _moments(session: Session) -> None:
    """When each was issued, acknowledged, planned; when its effect was checked."""
    raised = Nonconformity.raised_at
    session.execute(
        sa.update(Nonconformity).values(issued_at=raised, acknowledged_at=raised, plan_submitted_at=raised)
    )
    closed = (
        sa.select(Nonconformity.closed_at)
        .where(Nonconformity.id == EffectivenessCheck.nonconformity_id)
        .scalar_subquery()
    )
    session.execute(
        sa.update(EffectivenessCheck)
        .where(EffectivenessCheck.result != CheckResult.OPEN)
        .values(checked_at=closed)
    )


def _found(session: Session, questions: list[tuple[UUID, UUID]], actor: UUID) -> None:
    """The findings of audits that a fifth of the nonconformities came from, each on an answer."""
    ids = session.execute(sa.select(Nonconformity.id, Nonconformity.grade).order_by(Nonconformity.ref)).all()[
        ::FROM_AUDITS
    ]
    findings, on, came = [], [], []
    for number, (nc_id, grade) in enumerate(ids):
        audit_id, question_id = questions[number * 7 % len(questions)]
        finding_id = new_id()
        findings.append(
            {"id": finding_id, "ref": f"F-{number + 1}", "audit_id": audit_id, "grade": grade, "statement": "Found.",
             "status": FindingStatus.ISSUED, "objective_evidence": "", "requirements": [], "raised_by_id": actor,
             "raised_at": now(), "withdrawn_reason": "", "version": 1}
        )  # fmt: skip
        on.append({"finding_id": finding_id, "question_id": question_id})
        came.append({"key": nc_id, "finding": finding_id})
    session.execute(sa.insert(Finding), findings)
    session.execute(sa.insert(FindingQuestion), on)
    table = sa.inspect(Nonconformity).local_table
    session.connection().execute(
        sa.update(table).where(table.c.id == sa.bindparam("key")).values(finding_id=sa.bindparam("finding")),
        came,
    )


def remind(session: Session) -> None:
    """About each nonconformity: a reminder, what it did, two notices and their messages."""
    known = session.execute(
        sa.select(
            Nonconformity.id, Nonconformity.ref, Nonconformity.relationship_id, Nonconformity.responsible_id, Nonconformity.raised_at
        ).where(Nonconformity.responsible_id.is_not(None)).order_by(Nonconformity.ref)
    ).all()  # fmt: skip
    for start in range(0, len(known), PIECE):
        rows: dict[Any, list[dict[str, Any]]] = {
            one: [] for one in (ReminderRun, ReminderStep, OutboxMessage, Notice)
        }
        for number, one in enumerate(known[start : start + PIECE], start):
            _reminder(rows, number, one)
        for table, values in rows.items():
            session.execute(sa.insert(table), values)


def _reminder(rows: dict[Any, list[dict[str, Any]]], number: int, one: Any) -> None:
    at, run_id = one.raised_at, new_id()
    rows[ReminderRun].append(
        {"id": run_id, "item_key": f"nonconformity:{one.id}", "due_version": "1", "kind": Kind.NONCONFORMITY,
         "severity": Severity.NORMAL, "ref": one.ref, "title": "A step of it", "due_on": at.date(),
         "relationship_id": one.relationship_id, "policy": {}, "owners": [], "started_at": at,
         "state": RunState.ENDED, "level": 0, "told": 1, "total": 2, "leads": [], "generation": 0, "snoozes": 0,
         "steps": 3, "ended_at": at + timedelta(days=3), "end_reason": "done", "version": 1}
    )  # fmt: skip
    kinds = (StepKind.TOLD, (StepKind.ANSWERED, StepKind.CLIMBED)[number % 2], StepKind.ENDED)
    for place, kind in enumerate(kinds):
        rows[ReminderStep].append(
            {"id": new_id(), "run_id": run_id, "number": place + 1, "at": at + timedelta(days=place), "kind": kind,
             "level": int(kind is StepKind.CLIMBED), "generation": 0, "reason": {}}
        )  # fmt: skip
    for place in range(2):
        message_id, moment = new_id(), at + timedelta(days=place)
        rows[OutboxMessage].append(
            {"id": message_id, "dedupe": f"m{number}.{place}", "person_id": one.responsible_id,
             "kind": next(iter(MessageKind)), "urgent": False, "created_at": moment, "next_try_at": moment, "extra": {},
             "state": State.SENT, "channel": "mail", "passed": [], "claimed_by": "", "tries": 1, "doubted": 0,
             "error": "", "provider_id": "", "sent_at": moment, "ended_at": moment}
        )  # fmt: skip
        rows[Notice].append(
            {"id": new_id(), "dedupe": f"n{number}.{place}", "person_id": one.responsible_id,
             "item_key": f"nonconformity:{one.id}", "kind": next(iter(NoticeKind)), "urgent": False, "about": {},
             "created_at": moment, "not_before": moment, "run_id": run_id, "generation": 0, "level": 0,
             "message_id": message_id, "cancel_reason": ""}
        )  # fmt: skip


def measure(kind: str, sizes: tuple[int, int], rounds: int, only: str) -> bool:
    """Print the figures of one kind of database; says whether the goals are met."""
    met = True
    with ExitStack() as stack:
        apps = [stack.enter_context(site(kind)) for _ in sizes]
        small, large = (furnish(app, fill(app, size)) for app, size in zip(apps, sizes, strict=True))
        print(f"  {'':34}{sizes[0]:>9,}  {sizes[1]:>9,}   ratio  statements")
        for name, path in PAGES.items():
            if only in name:
                who: Callable[[Filled], Browser] = (
                    (lambda one: one.owner) if name == OWN else lambda one: one.manager
                )
                met = _page(name, path, who(small), who(large), rounds) and met
    return met


def _page(name: str, path: str, small: Browser, large: Browser, rounds: int) -> bool:
    calls = {"small": small.call(path), "large": large.call(path)}
    counts = []
    for browser, call in zip((small, large), calls.values(), strict=True):
        call()
        with statements(browser.app) as sent:
            status, _body = call()
        if status != 200:
            sys.exit(f"{path} answers {status}")
        counts.append(len(sent))
    times = side_by_side(rounds, **calls)
    ratio = times["large"] / times["small"]
    print(
        f"  {name:34}{times['small']:7.1f}ms  {times['large']:7.1f}ms  {ratio:5.2f}x  {counts[0]:>4} / {counts[1]:<4}"
    )
    return ratio <= MOST_RATIO and counts[0] == counts[1]


def main() -> None:
    """Measure on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=databases(), help="one kind of database")
    parser.add_argument("--page", default="", help="only pages whose name holds this")
    parser.add_argument("--goal", action="store_true", help="exit with 1 when a goal is missed")
    given = parser.parse_args()
    print(f"Dashboards ({machine()}); goals: at most {MOST_RATIO:g} times, the same statements")
    met = True
    for kind in [given.only] if given.only else databases():
        print(f" {kind}")
        met = measure(kind, (given.small, given.large), given.rounds, given.page) and met
    if given.goal and not met:
        sys.exit(1)


if __name__ == "__main__":
    main()
