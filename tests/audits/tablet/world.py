"""A server whose database can be set back to an older day."""

import shutil

from auditapp.audits.execution.opening.freeze import question_id
from auditapp.audits.execution.opening.queries import planned
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.service import begin_sign_in
from tests.audits.execution.conftest import make_cast
from tests.conftest import build, settings_for


class World:
    """A server on SQLite with an audit that is agreed and not opened; it can go back to an older day."""

    def __init__(self, folder, template):
        self.file, self.begin, self.backup = (
            folder / name for name in ("auditapp.sqlite3", "begin", "backup")
        )
        shutil.copy(template, self.file)
        self.app = build(settings_for(folder))
        self.cast = self.unit(lambda s: make_cast(s, opened=False))
        ids = self.unit(lambda s: planned(s, self.cast.audit(s)).questions)
        self.cast.questions = [question_id(self.cast.audit_id, one.key, one.relationship_id) for one in ids]
        self.cookies = {name: self.sign_in(getattr(self.cast, name)) for name in ("leader", "auditor")}
        self.copy_to(self.begin)

    def unit(self, work, kind="write"):
        with self.app.app_context():
            return run_unit(lambda: work(current_session()), kind)

    def sign_in(self, who):
        return self.unit(
            lambda s: begin_sign_in(s, person_id=who.person_id, at=now(), days=1, address="", agent="test")
        )

    def close(self):
        """What a restart of the server does to its database: the last connection writes everything into the one file."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def copy_to(self, target):
        self.close()
        shutil.copy(self.file, target)

    def back_to(self, source):
        self.close()
        for rest in self.file.parent.glob("auditapp.sqlite3-*"):
            rest.unlink()
        shutil.copy(source, self.file)

    def client(self, name):
        client = self.app.test_client()
        with self.app.app_context():
            client.set_cookie(cookie_name(), self.cookies[name], domain="localhost")
        return client
