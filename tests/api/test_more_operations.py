"""Evidence, packs and notices by token: the same bytes, the same people, the same refusals as on the pages."""

from hashlib import sha256

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Evidence
from auditapp.audits.model import Audit
from auditapp.kit.db import current_session, db
from auditapp.people.rules import Role
from auditapp.reminders.outbox.model import Notice
from tests.statements import counted

ORDER = {
    "purpose": "surveillance",
    "standard": "iso44001-2017",
    "since": "2026-01-01",
    "reports": ["readiness"],
}


def most_evidence(app):
    """The number of the audit with the most evidence that has bytes."""
    with app.app_context():
        return current_session().scalar(
            sa.select(Audit.ref)
            .join(Evidence, Evidence.audit_id == Audit.id)
            .where(Evidence.sha256 != "", Evidence.removed_at.is_(None))
            .group_by(Audit.ref)
            .order_by(sa.func.count().desc())
            .limit(1)
        )


def test_evidence(demo):
    app, program_of = demo
    program, audit = program_of(Role.SYSTEM_MANAGER), most_evidence(app)
    items = program.get(f"/audits/{audit}/evidence", limit="100").json["items"]
    one = next(each for each in items if each["sha256"] and not each["coming"])
    assert program.get(f"/audits/{audit}/evidence/{one['id']}").json == one
    with program.get(f"/audits/{audit}/evidence/{one['id']}/file") as answer:
        assert sha256(answer.data).hexdigest() == one["sha256"]
    contact = program_of(Role.PARTNER_CONTACT)
    for path in ("", f"/{one['id']}", f"/{one['id']}/file"):
        assert contact.get(f"/audits/{audit}/evidence{path}").status_code == 403


def test_packs(demo):
    _app, program_of = demo
    manager, auditor = program_of(Role.SYSTEM_MANAGER), program_of(Role.AUDITOR)
    made = manager.post("/packs", ORDER, headers={"Idempotency-Key": "1"})
    assert (made.status_code, made.json["state"], made.json["purpose"]) == (201, "waiting", "surveillance")
    again = manager.post("/packs", ORDER, headers={"Idempotency-Key": "1"})
    assert again.json["ref"] == made.json["ref"] == manager.get("/packs").json["items"][0]["ref"]
    assert manager.get(f"/packs/{made.json['ref']}/files").status_code == 404
    for wrong in ({"reports": ["none"]}, {"standard": "none"}, {"relationships": ["R-99"]}):
        refused = manager.post("/packs", ORDER | wrong)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, next(iter(wrong)))
    for path in ("/packs", f"/packs/{made.json['ref']}", f"/packs/{made.json['ref']}/files"):
        assert auditor.get(path).status_code == 403
    assert auditor.post("/packs", ORDER).status_code == 403


def test_notices_are_ones_own(demo):
    app, program_of = demo
    with app.app_context():
        owner_of = {str(one.id): str(one.person_id) for one in current_session().scalars(sa.select(Notice))}
    for role in (Role.SYSTEM_MANAGER, Role.AUDITOR, Role.PARTNER_CONTACT):
        program = program_of(role)
        person = program.get("/me").json["person"]["id"]
        items = program.get("/notices", limit="100").json["items"]
        assert {owner_of[one["id"]] for one in items} <= {person}
        foreign = next(one for one, owner in owner_of.items() if owner != person)
        assert program.post(f"/notices/{foreign}/read").status_code == 404
        for one in items[:1]:
            assert program.post(f"/notices/{one['id']}/read").json["read_at"] is not None


@pytest.mark.parametrize("path", ["/audits/{audit}/evidence", "/packs", "/notices"])
def test_a_list_takes_as_many_statements_at_any_length(demo, path):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    path = path.format(audit=most_evidence(app))
    program.get("/me")
    with app.app_context():
        engine = db.engine
    with counted(engine) as few:
        program.get(path, limit="1")
    with counted(engine) as many:
        program.get(path, limit="100")
    assert len(many) <= len(few) + 1 <= 10
