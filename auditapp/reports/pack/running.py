"""How ordered packs are made, in a thread beside the clock."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import force_locale

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.text import Text
from auditapp.reports.orders.filing import written
from auditapp.reports.orders.running import Tell, Workshop
from auditapp.reports.orders.running import folder as folder_of
from auditapp.reports.pack import service
from auditapp.reports.pack.gathering import gather
from auditapp.reports.pack.making import Shelf, write
from auditapp.reports.pack.manifest import NAME, Manifest, read
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.rules import PURPOSE_LABELS

TITLE = Text("Evidence pack: %(purpose)s")


def folder(app: Flask) -> Path:
    """Where packs lie: nothing that the site serves by itself."""
    return folder_of(app, WORKSHOP)


def read_manifest(path: Path) -> Manifest:
    """What a pack says that is in it."""
    with zipfile.ZipFile(path) as opened:
        return read(opened.read(NAME))


def _write(app: Flask, begun: service.Begun, path: Path, tell: Tell) -> tuple[str, int]:
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
            tell=tell,
        )
    return made.sha256, len(made.entries)


def _address(app: Flask) -> Any:
    """Paths of the site outside of a request."""
    adapter = app.url_map.bind("localhost")

    def address(endpoint: str, values: Mapping[str, str]) -> str:
        return adapter.build(endpoint, dict(values))

    return address


WORKSHOP: Workshop[service.Begun, tuple[str, int]] = Workshop(
    name="evidence-pack",
    label=Text("Evidence packs that were ordered"),
    order=91,
    table=EvidencePack,
    folder="packs",
    begin=lambda session, pack_id, at: service.begin(session, pack_id=pack_id, at=at),
    write=_write,
    finish=lambda session, whole, made: service.finish(
        session, pack_id=whole.order_id, at=whole.at, size=whole.size, sha256=whole.sha256, manifest_sha256=made[0],
        files=made[1],
    ),
    fail=lambda session, pack_id, at, why: service.fail(session, pack_id=pack_id, at=at, why=why),
)  # fmt: skip
JOBS = (WORKSHOP.job,)
