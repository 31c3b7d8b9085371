"""A tablet by the rules of js/tablet/operations.js and sync.js, without a browser; and a database that can be set back."""

import hashlib
import json
import shutil
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa

from auditapp.audits.execution.model import Answer
from auditapp.audits.execution.rules import AnswerField
from auditapp.audits.execution.walk.rules import token
from auditapp.audits.tablet.sync.queries import held_operations
from auditapp.audits.tablet.sync.rules import read_report
from auditapp.audits.tablet.sync.service import Tablet, bring
from auditapp.kit.db import db

DONE = {"applied", "same", "conflict"}
PARKED = {"refused", "reused", "broken"}


class Slate:
    """What one person writes on one device, and what of it has a receipt."""

    def __init__(self, name, who, audit_id, ref):
        self.id, self.name, self.who, self.audit_id, self.ref = uuid4(), name, who, audit_id, ref
        self.seq, self.head = 0, ""
        self.ops = {}  # id -> what was written and how it stands; the oldest first
        self.rows = {}  # (question, field) -> the last operation there
        self.tokens = {}  # (question, field) -> what the page or a receipt said

    def write(self, question, field, value, at):
        self.seq += 1
        key, number = (question, field), str(uuid4())
        before = self.rows.get(key)
        body = {
            "question": str(question), "field": field, "value": value, "known": self.tokens.get(key, ""),
            "after": before if before and self.ops[before]["state"] == "kept" else None,
        }  # fmt: skip
        text = json.dumps({
            "id": number, "device": str(self.id), "seq": self.seq, "previous": self.head, "audit": str(self.audit_id),
            "person": str(self.who.person_id), "kind": "answer", "at": at.isoformat(), "offset": 0, "body": body,
        })  # fmt: skip
        self.head = hashlib.sha256(text.encode()).hexdigest()
        self.ops[number] = {
            "id": number, "seq": self.seq, "sha256": self.head, "text": text, "key": key, "value": value,
            "state": "kept", "verified": False,
        }  # fmt: skip
        self.rows[key] = number

    def kept(self, *, parked=False):
        return [
            one
            for one in self.ops.values()
            if one["state"] == "kept" or (parked and one["state"] == "parked")
        ]

    def deliver(self, session, at, ops):
        """What the server makes of these; the tablet has not heard of it yet."""
        return bring(
            session, actor=self.who, at=at, ref=self.ref, tablet=Tablet(id=self.id, name=self.name),
            report=read_report({"unsent": len(self.kept(parked=True))}), sent=[(one["text"], one["sha256"]) for one in ops],
        )  # fmt: skip

    def hear(self, outcome):
        for receipt in outcome.receipts:
            one = self.ops[receipt.id]
            assert receipt.sha256 == one["sha256"]
            if receipt.state.value in DONE:
                one |= {"state": "received", "verified": False}
                if self.rows[one["key"]] == one["id"] and (
                    known := receipt.result["tokens"].get(one["key"][1])
                ):
                    self.tokens[one["key"]] = known
            elif receipt.state.value in PARKED:
                one["state"] = "parked"
                assert receipt.why
            else:
                assert receipt.state.value == "waiting", receipt

    def recall(self, session, runs):
        """Ask what is held of what got receipts; what is not there is brought again. True when something was lost."""
        mine = [one for one in self.ops.values() if one["state"] == "received"]
        lost = any(not any(first <= one["seq"] <= last for first, last in runs) for one in mine)
        asked = mine if lost else [one for one in mine if not one["verified"]]
        held = set(
            held_operations(session, self.audit_id, [(UUID(one["id"]), one["sha256"]) for one in asked])
        )
        for one in asked:
            one.update({"verified": True} if one["id"] in held else {"state": "kept", "verified": False})
        return lost

    def look(self, session):
        """The page is loaded anew."""
        for answer in session.scalars(sa.select(Answer).where(Answer.audit_id == self.audit_id)):
            for name, version in answer.versions.items():
                self.tokens[answer.question_id, name] = token(version, getattr(answer, name))


class Shelf:
    """Copies of a test's database, and the way back to one of them: SQLite by its file, PostgreSQL by a template."""

    def __init__(self, app, folder):
        self.app, self.folder, self.made = app, folder, []
        url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        self.path = Path(url.database) if url.get_backend_name() == "sqlite" else None
        self.name, self.server = (
            url.database,
            f"host={url.query.get('host', '')} user=postgres dbname=postgres",
        )

    def close(self):
        """As a restart does: nobody is connected any more."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def save(self):
        """Gives the mark of the copy."""
        self.close()
        mark = f"{self.name if self.path is None else 'copy'}_b{len(self.made)}"
        if self.path is None:
            self._say(f"CREATE DATABASE {mark} TEMPLATE {self.name} STRATEGY file_copy")
        else:
            assert not Path(f"{self.path}-wal").exists()  # the last connection has put all into the file
            shutil.copy(self.path, self.folder / mark)
        self.made.append(mark)
        return mark

    def restore(self, mark):
        self.close()
        if self.path is None:
            self._say(f"DROP DATABASE {self.name} WITH (FORCE)")
            self._say(f"CREATE DATABASE {self.name} TEMPLATE {mark} STRATEGY file_copy")
        else:
            shutil.copy(self.folder / mark, self.path)

    def clear(self, *, but):
        """Throw away all copies except one."""
        for mark in [one for one in self.made if one != but]:
            if self.path is None:
                self._say(f"DROP DATABASE {mark} WITH (FORCE)")
            else:
                (self.folder / mark).unlink()
            self.made.remove(mark)

    def _say(self, words):
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(words)


FIELDS = {
    AnswerField.RESULT.value: ["conforms", "observation", "nonconforming", "not_asked"],
    AnswerField.NOTE.value: None,  # each value is another one, so that it can be followed
    AnswerField.SAMPLE.value: ["agreed", ""],
    AnswerField.FLAGGED.value: [True, False],
}
