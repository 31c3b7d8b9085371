"""The demonstration organization, loaded once in a run of the tests and copied for each use."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

from auditapp.app import AuditApp
from auditapp.config import Settings
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.overview.demo.service import load_demonstration

DONE = "loaded"


def loaded_once(
    base: Path, migrated: Path, build: Callable[[Settings], AuditApp], settings: Settings
) -> Path:
    """The folder of ``settings`` under ``base``, filled by whichever process comes first; the others wait for it."""
    folder = settings.data_dir
    with (base / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / DONE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            shutil.copy(migrated, folder / "auditapp.sqlite3")
            app = build(settings)
            with app.app_context():
                store = app.extensions["auditapp_store"]
                run_unit(lambda: load_demonstration(current_session(), store, at=now()), "write")
                db.session.remove()
                db.engine.dispose()
            (base / DONE).touch()
    return folder
