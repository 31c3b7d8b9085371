"""An archive as a file: written beside its place, and there only when it is whole."""

from pathlib import Path

from auditapp.kit import clock
from auditapp.kit.app import VERSION
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.storage import Store
from auditapp.overview.archive.manifest import Manifest
from auditapp.overview.archive.writing import Tell, export
from auditapp.reports.orders.filing import written


def write_archive(path: Path, store: Store, *, passwords: bool, tell: Tell) -> Manifest:
    """Write an archive and put it at ``path`` when it is whole, readable by nobody else. Raises Refusal and OSError.

    It is written while the one reading unit is open, so that all of it is of one moment; a repeated unit begins it anew.
    """
    with written(path) as target:

        def work() -> Manifest:
            target.seek(0)
            target.truncate()
            session = current_session()
            return export(session, store, target, at=clock.now(), app=VERSION, passwords=passwords, tell=tell)

        return run_unit(work, "read")
