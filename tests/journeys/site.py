"""A real server on a free port, with a database and an evidence folder of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.orm import Session

from auditapp.app import AuditApp, create_app
from auditapp.config import Settings
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.model import Person
from auditapp.people.service import begin_sign_in
from tests.serving import serving


class Site:
    """The running site: its address, and a way to look into its database."""

    def __init__(self, app: AuditApp, url: str, folder: Path) -> None:
        self.app = app
        self.url = url
        self.folder = folder

    def unit(self, work: Callable[[Session], Any], kind: Any = "read") -> Any:
        """One committed unit of work on the site's database, beside the server."""
        with self.app.app_context():
            return run_unit(lambda: work(current_session()), kind)

    def cookie_of(self, email: str) -> dict[str, Any]:
        """A sign-in of the person with that address, as a browser cookie: journeys that are not about signing in."""

        def sign_in(session: Session) -> str:
            person_id = session.scalars(sa.select(Person.id).where(Person.email == email)).one()
            return begin_sign_in(session, person_id=person_id, at=now(), days=1, address="", agent="journey")

        secret = self.unit(sign_in, "write")
        with self.app.app_context():
            return {"name": cookie_name(), "value": secret, "url": self.url}


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Serve the migrated database that stands in ``folder`` until the block ends."""
    app = create_app(Settings(secret_key=SecretStr("j" * 48), data_dir=folder))
    try:
        with serving(app, threads=8, ident="auditapp") as address:
            yield Site(app, address, folder)
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def copy_of(template: Path, folder: Path) -> Path:
    """A copy of an installation that nobody is running."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return folder
