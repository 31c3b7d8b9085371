"""How ordered archives are made, in a thread beside the clock."""

from pathlib import Path

from flask import Flask

from auditapp.kit.text import Text
from auditapp.overview.archive import service
from auditapp.overview.archive.filing import write_archive
from auditapp.overview.archive.manifest import Manifest
from auditapp.overview.archive.model import ArchiveOrder
from auditapp.overview.archive.rules import GOOD_FOR
from auditapp.reports.orders.running import Tell, Workshop


def _write(app: Flask, begun: service.Begun, path: Path, tell: Tell) -> Manifest:
    return write_archive(path, app.extensions["auditapp_store"], passwords=begun.passwords, tell=tell)


WORKSHOP: Workshop[service.Begun, Manifest] = Workshop(
    name="archive",
    label=Text("Archives that were ordered"),
    order=90,
    table=ArchiveOrder,
    folder="archives",
    begin=lambda session, order_id, at: service.begin(session, order_id=order_id, at=at),
    write=_write,
    finish=lambda session, whole, made: service.finish(
        session, order_id=whole.order_id, at=whole.at, size=whole.size, sha256=whole.sha256, made=made
    ),
    fail=lambda session, order_id, at, why: service.fail(session, order_id=order_id, at=at, why=why),
    expire=lambda session, order_id, at: service.remove(session, actor=None, at=at, order_id=order_id),
    good_for=lambda _settings: GOOD_FOR,
)
JOBS = (WORKSHOP.job,)
