"""Kill the real server again and again while it saves answers and photos; nothing it acknowledged may be missing.

`scripts/soak_kill.py --kills 200`: starts `auditapp run`, lets auditors save over HTTP, sends SIGKILL at a random moment, and
looks into the database and the evidence store: every acknowledged answer and photo is there, the trail verifies, the
database is sound. Then the next round, on the same data. Exits with 1 as soon as something is missing.
"""

import argparse
import hashlib
import http.client
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

import sqlalchemy as sa
from PIL import Image

from auditapp.app import AuditApp
from auditapp.audits.execution.model import Answer, Evidence
from auditapp.audits.execution.walk.rules import token
from auditapp.config import Settings
from auditapp.kit.db import current_session, db, run_unit
from auditapp.trail import service as trail
from bench.stage import Stage, databases, set_stage, site

HOST = "127.0.0.1"
START_SECONDS = 60
QUESTIONS = 60
ANSWERING = 2  # auditors who save answers
SHOWING = 1  # auditors who save photos


@dataclass
class Ledger:
    """What was sent and what was acknowledged. Each question is answered by one thread, so that its order is known."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    acknowledged: dict[UUID, str] = field(default_factory=dict)  # question -> last acknowledged note
    tried: dict[UUID, set[str]] = field(default_factory=dict)  # notes sent after that one, not acknowledged
    tokens: dict[UUID, str] = field(default_factory=dict)  # what the server wants back with the next save
    photos: set[str] = field(default_factory=set)  # SHA-256 of acknowledged photos
    answers: int = 0
    refused: list[str] = field(default_factory=list)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start(app: AuditApp, port: int) -> subprocess.Popen[bytes]:
    """The server as an installation runs it, ready to answer."""
    settings: Settings = app.extensions["auditapp"]
    environment = os.environ | {
        "AUDITAPP_SECRET_KEY": settings.secret_key.get_secret_value(),
        "AUDITAPP_DATA_DIR": str(settings.data_dir),
        "AUDITAPP_DATABASE_URL": settings.database_url,
        "AUDITAPP_LOG_LEVEL": "WARNING",
    }
    command = [str(Path(sys.executable).with_name("auditapp")), "run", "--host", HOST, "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return server
        except OSError:
            if server.poll() is not None:
                sys.exit(f"the server ended by itself with {server.returncode}")
            time.sleep(0.05)
    server.kill()
    sys.exit("the server did not answer in time")


def photo() -> bytes:
    """A picture that no other is like."""
    target = io.BytesIO()
    Image.frombytes("RGB", (48, 48), random.randbytes(48 * 48 * 3)).save(target, "JPEG")
    return target.getvalue()


def multipart(fields: dict[str, str], data: bytes) -> tuple[bytes, str]:
    """A form with a photo in it, and its content type."""
    mark = uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n'
    parts += [f"{head}Content-Type: image/jpeg\r\n\r\n".encode(), data, f"\r\n--{mark}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={mark}"


class Auditor(threading.Thread):
    """Somebody who saves until the server is gone."""

    def __init__(self, stage: Stage, port: int, ledger: Ledger, questions: list[UUID]) -> None:
        """``questions`` are this auditor's alone."""
        super().__init__(daemon=True)
        self.stage, self.port, self.ledger, self.questions = stage, port, ledger, questions

    def run(self) -> None:
        """Save, one after the other, until the connection breaks."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            while True:
                self.save(connection)
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def send(
        self, connection: http.client.HTTPConnection, path: str, body: bytes, kind: str
    ) -> tuple[int, bytes]:
        """One request and the whole of its answer."""
        headers = {
            "Cookie": self.stage.cookie,
            "Content-Type": kind,
            "X-Requested-With": "fetch",
            "X-CSRFToken": self.stage.token,
        }
        connection.request("POST", path, body, headers)
        with connection.getresponse() as answer:  # it holds the socket until it is closed
            return answer.status, answer.read()

    def save(self, connection: http.client.HTTPConnection) -> None:
        """One answer."""
        ledger, question = self.ledger, random.choice(self.questions)
        note = f"Seen {uuid4().hex}"
        with ledger.lock:
            ledger.tried.setdefault(question, set()).add(note)
        body = urlencode(self.stage.answer(note, ledger.tokens.get(question, ""))).encode()
        status, answer = self.send(
            connection, self.stage.answer_path(question), body, "application/x-www-form-urlencoded"
        )
        if status != HTTPStatus.OK:
            ledger.refused.append(f"{status} {answer[:200]!r}")
            raise http.client.HTTPException
        with ledger.lock:
            ledger.acknowledged[question] = note
            ledger.tried[question] = set()
            ledger.tokens[question] = json.loads(answer)["tokens"]["note"]
            ledger.answers += 1


class Photographer(Auditor):
    """Somebody who saves photos."""

    def save(self, connection: http.client.HTTPConnection) -> None:
        """One photo."""
        data = photo()
        number = self.stage.questions.index(random.choice(self.questions)) + 1
        body, kind = multipart({"question": str(number)}, data)
        status, answer = self.send(connection, f"/audits/{self.stage.ref}/evidence", body, kind)
        if status != HTTPStatus.CREATED:
            self.ledger.refused.append(f"{status} {answer[:200]!r}")
            raise http.client.HTTPException
        with self.ledger.lock:
            self.ledger.photos.add(hashlib.sha256(data).hexdigest())


def missing(app: AuditApp, ledger: Ledger) -> list[str]:
    """What was acknowledged and is not there, and what is not sound."""

    def work() -> list[str]:
        session = current_session()
        found = []
        notes = {
            row.question_id: row.note for row in session.execute(sa.select(Answer.question_id, Answer.note))
        }
        found += [
            f"answer {question}: {note!r} was acknowledged, {there!r} stands"
            for question, note in ledger.acknowledged.items()
            if (there := notes.get(question, "")) != note and there not in ledger.tried[question]
        ]
        rows = session.execute(sa.select(Evidence.sha256, Evidence.preview_sha256)).all()
        kept = {row.sha256 for row in rows}
        store = app.extensions["auditapp_store"]
        found += [f"photo {sha256} was acknowledged and has no row" for sha256 in ledger.photos - kept]
        found += [
            f"photo {sha256} has a row and no file" for row in rows for sha256 in row if not store.has(sha256)
        ]
        found += [f"trail: {fault.message}" for fault in trail.verify(session)]
        if session.get_bind().dialect.name == "sqlite":
            state = session.execute(sa.text("PRAGMA integrity_check")).scalar()
            found += [] if state == "ok" else [f"database: {state}"]
        return found

    with app.app_context():
        try:
            return run_unit(work, "read") + [
                f"file {name} is damaged" for name in app.extensions["auditapp_store"].scrub()
            ]
        finally:
            db.session.remove()
            db.engine.dispose()


def learn(app: AuditApp, ledger: Ledger) -> None:
    """Where a kill came between commit and acknowledgement: take the present value as what the auditor sees next."""

    def work() -> None:
        for answer in current_session().scalars(sa.select(Answer)):
            if answer.note:
                ledger.acknowledged[answer.question_id] = answer.note
                ledger.tokens[answer.question_id] = token(answer.versions["note"], answer.note)
        ledger.tried = {question: set() for question in ledger.acknowledged}

    with app.app_context():
        run_unit(work, "read")
        db.session.remove()
        db.engine.dispose()


def work_begins(ledger: Ledger) -> None:
    """Wait for an answer and a photo: on a busy machine every kill may have come before the first of them."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and not ledger.refused and not (ledger.answers and ledger.photos):
        time.sleep(0.02)


def soak(app: AuditApp, kills: int, *, longest: float = 0.8, say: bool = True) -> tuple[Ledger, list[str]]:
    """Kill the server ``kills`` times; gives what was acknowledged and what was missing."""
    stage = set_stage(app, QUESTIONS, answered=False)
    stage.open_walk()
    with app.app_context():
        db.engine.dispose()
    ledger = Ledger()
    for number in range(1, kills + 1):
        learn(app, ledger)
        port = free_port()
        server = start(app, port)
        each = len(stage.questions) // (ANSWERING + SHOWING)
        shares = [stage.questions[n * each : (n + 1) * each] for n in range(ANSWERING + SHOWING)]
        people = [
            (Auditor if n < ANSWERING else Photographer)(stage, port, ledger, share)
            for n, share in enumerate(shares)
        ]
        for person in people:
            person.start()
        if number == kills:
            work_begins(ledger)
        time.sleep(random.uniform(0.05, longest))
        server.send_signal(signal.SIGKILL)
        server.wait()
        for person in people:
            person.join()
        found = missing(app, ledger) + [f"refused: {each}" for each in ledger.refused]
        if say and (number % 20 == 0 or number == kills):
            print(
                f"  {number} kills: {ledger.answers} answers and {len(ledger.photos)} photos acknowledged, "
                f"{len(found)} missing",
                flush=True,
            )
        if found:
            return ledger, found
    return ledger, []


def main() -> None:
    """Soak each database asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=databases(), default="sqlite")
    parser.add_argument("--seed", type=int, default=None, help="the same moments again")
    given = parser.parse_args()
    random.seed(given.seed)
    print(f"Killing the server {given.kills} times on {given.database} while it saves", flush=True)
    with site(given.database) as app:
        ledger, found = soak(app, given.kills)
    for fault in found:
        print(f"MISSING {fault}")
    if found:
        sys.exit(1)
    print(
        f"{given.kills} kills, {ledger.answers} answers and {len(ledger.photos)} photos acknowledged, nothing missing, trail whole"
    )


if __name__ == "__main__":
    main()
