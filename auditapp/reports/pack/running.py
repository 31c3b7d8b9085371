"""The edge where ordered packs are made: in a thread of its own beside the clock, so that no reminder waits for it.

Whatever process runs the clock looks for orders. One that is killed leaves an order without a sign of life, which the next
look begins anew; nothing that is not whole is ever at a pack's place.
"""

import hashlib
import logging
import threading
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.reminders.engine.registry import Job
from auditapp.reminders.engine.running import stopping
from auditapp.reports.pack import queries, service
from auditapp.reports.pack.gathering import gather
from auditapp.reports.pack.making import Shelf, write
from auditapp.reports.pack.manifest import NAME, Manifest, read
from auditapp.reports.pack.rules import PURPOSE_LABELS
from auditapp.reports.pack.zipping import written

log = logging.getLogger(__name__)
BEAT = timedelta(seconds=1)
"""How often it says how far it is."""
OUR_SIDE = Text("Something went wrong on our side. Try it once more; if it stays, look at the program’s log.")
NO_ROOM = Text("The file could not be written: %(why)s. Make room in the data folder and try it once more.")
TITLE = Text("Evidence pack: %(purpose)s")
_busy = threading.Lock()  # two would only slow each other down


class _Left(Exception):
    """Nobody wants it any more, or the process ends."""


def folder(app: Flask) -> Path:
    """Where packs lie: nothing that the site serves by itself."""
    settings: Settings = app.extensions["auditapp"]
    found = settings.data_dir / "packs"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def read_manifest(path: Path) -> Manifest:
    """What a pack says that is in it."""
    with zipfile.ZipFile(path) as opened:
        return read(opened.read(NAME))


def pending(session: Session, at: datetime) -> bool:
    """Whether an order waits."""
    return queries.next_to_make(session, at) is not None


def look(app: Flask, at: datetime) -> int:
    """Begin the order that waits; gives how much was done."""
    pack_id = run_unit(lambda: queries.next_to_make(current_session(), at), "read")
    if pack_id is None or not _busy.acquire(blocking=False):
        return 0
    threading.Thread(target=_make_and_let_go, args=(app, pack_id), name="evidence-pack", daemon=True).start()
    return 1


def _make_and_let_go(app: Flask, pack_id: UUID) -> None:
    try:
        with app.app_context():
            make(app, pack_id)
    except Exception:
        log.exception("an evidence pack could not be written down")
    finally:
        _busy.release()


def make(app: Flask, pack_id: UUID) -> None:
    """Make an ordered pack, unless somebody else does. Runs in an app context, outside of any unit of work."""
    begun = run_unit(lambda: service.begin(current_session(), pack_id=pack_id, at=clock.now()), "write")
    if begun is None:
        return
    path = folder(app) / f"{pack_id.hex}.zip"
    tidy(app)
    try:
        made = _write(app, path, pack_id, begun)
        with path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        size = path.stat().st_size
        kept = run_unit(
            lambda: service.finish(
                current_session(), pack_id=pack_id, at=clock.now(), size=size, files=made[1], sha256=sha256,
                manifest_sha256=made[0],
            ),
            "write",
        )  # fmt: skip
        if not kept:
            path.unlink(missing_ok=True)
    except _Left:
        log.info("an evidence pack was left")
    except Refusal as refusal:
        _fail(pack_id, refusal.text)
    except OSError as error:
        log.exception("an evidence pack could not be written")
        _fail(pack_id, Text(NO_ROOM.msgid, why=error.strerror or ""))
    except Exception:
        log.exception("an evidence pack broke off")
        _fail(pack_id, OUR_SIDE)


def _write(app: Flask, path: Path, pack_id: UUID, begun: service.Begun) -> tuple[str, int]:
    settings: Settings = app.extensions["auditapp"]
    who, chosen = begun.who, begun.chosen
    with force_locale(who.locale):
        found = run_unit(
            lambda: gather(
                current_session(), actor=who, as_of=clock.now(), chosen=chosen, address=_address(app)
            ),
            "read",
        )
        title = str(Text(TITLE.msgid, purpose=PURPOSE_LABELS[chosen.purpose]))
    with written(path) as target:
        made = write(
            target,
            found,
            ref=begun.ref,
            title=title,
            locale=who.locale,
            base=settings.public_url,
            shelf=Shelf(app.extensions["auditapp_store"], settings.data_dir / "reports"),
            tell=_Progress(app, pack_id).tell,
        )
    return made.sha256, len(made.entries)


def _address(app: Flask) -> Any:
    """Paths of the site outside of a request."""
    adapter = app.url_map.bind("localhost")

    def address(endpoint: str, values: Mapping[str, str]) -> str:
        return adapter.build(endpoint, dict(values))

    return address


def tidy(app: Flask) -> None:
    """Remove every file that belongs to no order."""
    there = list(
        folder(app).iterdir()
    )  # before the orders are read: what is begun meanwhile is none of these
    used = run_unit(lambda: queries.files_in_use(current_session()), "read")
    for path in there:
        if path.name not in used and not any(path.name.startswith(f".{name}-") for name in used):
            path.unlink(missing_ok=True)


def _fail(pack_id: UUID, why: Text) -> None:
    run_unit(lambda: service.fail(current_session(), pack_id=pack_id, at=clock.now(), why=why), "write")


class _Progress:
    """Says how far it is, no more often than is read."""

    def __init__(self, app: Flask, pack_id: UUID) -> None:
        self._app, self._pack_id = app, pack_id
        self._last = clock.now() - BEAT

    def tell(self, done: int, total: int) -> None:
        at = clock.now()
        if at - self._last < BEAT:
            return
        self._last = at
        if stopping(self._app).is_set():
            raise _Left
        try:
            with self._app.app_context():
                wanted = run_unit(
                    lambda: service.go_on(
                        current_session(), pack_id=self._pack_id, at=at, done=done, total=total
                    ),
                    "write",
                )
        except OperationalError:  # the next beat tells it
            log.info("how far an evidence pack is could not be written down")
            return
        if not wanted:
            raise _Left


JOBS = (
    Job(
        name="evidence-pack", label=Text("Evidence packs that were ordered"), order=91, edge=look, due=pending
    ),
)
