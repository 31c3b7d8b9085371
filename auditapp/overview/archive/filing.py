"""An archive as a file: written beside its place, and there only when it is whole."""

import os
import tempfile
from pathlib import Path

from auditapp.kit import clock
from auditapp.kit.app import VERSION
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.storage import Store, sync_folder
from auditapp.overview.archive.manifest import Manifest
from auditapp.overview.archive.writing import Tell, export


def write_archive(path: Path, store: Store, *, passwords: bool, tell: Tell) -> Manifest:
    """Write an archive and put it at ``path`` when it is whole, readable by nobody else. Raises Refusal and OSError.

    It is written while the one reading unit is open, so that all of it is of one moment; a repeated unit begins it anew.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as target:

            def work() -> Manifest:
                target.seek(0)
                target.truncate()
                session = current_session()
                return export(
                    session, store, target, at=clock.now(), app=VERSION, passwords=passwords, tell=tell
                )

            made = run_unit(work, "read")
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return made
