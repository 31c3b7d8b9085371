"""Files by token: the bytes that the pages hand out, read from the disk as they are sent."""

import io
import threading
import tracemalloc
import zipfile
from hashlib import sha256

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Evidence
from auditapp.audits.model import Audit
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, run_unit
from auditapp.people.rules import Role
from auditapp.reminders.engine.running import run_job
from auditapp.reports.pack.checking import check
from auditapp.reports.pack.manifest import NAME
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.running import JOBS, folder
from auditapp.trail.model import Fact

SMALL = {
    "purpose": "surveillance", "standard": "iso44001-2017", "since": "2026-01-01", "reports": ["readiness"],
    "audits": False, "plans": False, "documents": False,
}  # fmt: skip
LARGE, LITTLE = 40 << 20, 4 << 20  # bytes of a file, and of memory


def in_unit(app, work, kind="read"):
    with app.app_context():
        return run_unit(lambda: work(current_session()), kind)


def taken(answer):
    """Read an answer as a server sends it; gives its size, its SHA-256, and how much memory that took at most."""
    size, seen = 0, sha256()
    tracemalloc.start()
    try:
        for part in answer.iter_encoded():
            size += len(part)
            seen.update(part)
        return size, seen.hexdigest(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        answer.close()


@pytest.fixture
def pack(demo):
    """A pack that is ready, and where its file lies."""
    app, program_of = demo
    ref = program_of(Role.SYSTEM_MANAGER).post("/packs", SMALL).json["ref"]
    run_job(app, JOBS[0], at=now())
    for thread in threading.enumerate():
        if thread.name == "evidence-pack":
            thread.join(120)
    pack_id = in_unit(app, lambda s: s.scalar(sa.select(EvidencePack.id).where(EvidencePack.ref == ref)))
    return ref, folder(app) / f"{pack_id.hex}.zip"


def fetched(app, ref):
    """Who fetched a pack, as the history says."""
    asked = sa.select(Fact.actor_id).where(Fact.verb == "evidence_pack.fetched", Fact.thing_ref == ref)
    return in_unit(app, lambda s: list(s.scalars(asked)))


def test_a_pack_whole_and_file_by_file(demo, pack):
    app, program_of = demo
    (ref, path), program = pack, program_of(Role.SYSTEM_MANAGER)
    told = program.get(f"/packs/{ref}").json
    assert told["state"] == "ready"
    bearer = {"Authorization": f"Bearer {program.secret}"}
    with program.client.head(f"/api/v1/packs/{ref}/file", headers=bearer) as answer:
        assert answer.headers["Content-Length"] == str(told["size"])
    assert fetched(app, ref) == []
    answer = program.get(f"/packs/{ref}/file")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert f"filename={ref}.zip" in answer.headers["Content-Disposition"]
    assert answer.data == path.read_bytes()
    assert sha256(answer.data).hexdigest() == told["sha256"]
    assert check(io.BytesIO(answer.data), manifest_sha256=told["manifest_sha256"]).whole
    answer.close()
    assert [str(one) for one in fetched(app, ref)] == [program.get("/me").json["person"]["id"]]
    entries = program.get(f"/packs/{ref}/files").json["items"]
    assert entries
    for one in entries:
        with program.get(f"/packs/{ref}/files/{one['path']}") as file:
            assert sha256(file.data).hexdigest() == one["sha256"]
            assert file.headers["Content-Length"] == str(one["size"])
    assert program.get(f"/packs/{ref}/files/none").status_code == 404


def test_who_gets_no_pack(demo, pack):
    app, program_of = demo
    ref, path = pack
    for role in (Role.AUDITOR, Role.PARTNER_CONTACT):
        assert program_of(role).get(f"/packs/{ref}/file").status_code == 403
    manager = program_of(Role.SYSTEM_MANAGER)
    assert manager.get("/packs/EP-2001-001/file").status_code == 404
    waiting = manager.post("/packs", SMALL).json["ref"]
    assert manager.get(f"/packs/{waiting}/file").status_code == 404
    path.unlink()
    assert manager.get(f"/packs/{ref}/file").status_code == 404
    assert fetched(app, ref) == []


def test_large_files_are_not_held_in_memory(demo, pack):
    app, program_of = demo
    (ref, path), program = pack, program_of(Role.SYSTEM_MANAGER)
    zeros = sha256(bytes(LARGE)).hexdigest()
    # A pack whose one file grew.
    with zipfile.ZipFile(path) as old:
        manifest = old.read(NAME)
    one = program.get(f"/packs/{ref}/files").json["items"][0]["path"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as new:
        new.writestr(NAME, manifest)
        new.writestr(one, bytes(LARGE))
    # Evidence as large.
    kept, size = app.extensions["auditapp_store"].put(io.BytesIO(bytes(LARGE)))
    assert (kept, size) == (zeros, LARGE)

    def grow(session):
        row = session.scalars(
            sa.select(Evidence).where(Evidence.sha256 != "", Evidence.removed_at.is_(None)).limit(1)
        ).one()
        row.sha256, row.size = kept, LARGE
        return session.get(Audit, row.audit_id).ref, row.id

    audit, evidence_id = in_unit(app, grow, "write")
    size, _, memory = taken(program.get(f"/packs/{ref}/file"))
    assert (size, memory < LITTLE) == (path.stat().st_size, True)
    for address in (f"/packs/{ref}/files/{one}", f"/audits/{audit}/evidence/{evidence_id}/file"):
        size, told, memory = taken(program.get(address))
        assert (size, told, memory < LITTLE) == (LARGE, zeros, True)
