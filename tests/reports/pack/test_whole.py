"""The pack of the demonstration organization: what is in it, what is withheld, and the command that proves it."""

import shutil
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.model import RoleGrant
from auditapp.people.queries import principal_of_person, relationship_names
from auditapp.people.rules import Role
from auditapp.reports.orders.queries import next_to_make
from auditapp.reports.orders.rules import OrderState
from auditapp.reports.orders.running import make
from auditapp.reports.pack import queries, running, service
from auditapp.reports.pack.catalogue import REPORTS
from auditapp.reports.pack.cli_commands import pack_group
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.rules import Chosen, Purpose
from auditapp.reports.readiness.queries.picture import shelf_of
from tests.conftest import build, settings_for


@pytest.fixture
def whole(demonstration, tmp_path):
    """The site on a copy of the demonstration organization."""
    shutil.copytree(demonstration, tmp_path / "copy")
    app = build(settings_for(tmp_path / "copy"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def made(app, *, confidential):
    """The order of a pack of everything, and its file."""

    def order():
        session = current_session()
        who = session.scalar(
            sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.SYSTEM_MANAGER).limit(1)
        )
        chosen = Chosen(
            purpose=Purpose.STAGE_2, standard=shelf_of(session).standards[0].id, reports=tuple(REPORTS),
            relationships=tuple(one[0] for one in relationship_names(session)),
            since=(now() - timedelta(days=900)).date(), confidential=confidential,
        )  # fmt: skip
        return service.place_order(session, actor=principal_of_person(session, who), at=now(), chosen=chosen)

    ref = run_unit(order, "write")
    pack_id = run_unit(lambda: next_to_make(current_session(), EvidencePack, now()), "read")
    make(app, running.WORKSHOP, pack_id)
    found = run_unit(lambda: queries.order_by_ref(current_session(), ref), "read")
    assert (found.state, found.error) == (OrderState.READY, "")
    return found, running.folder(app) / found.file


def test_the_pack_holds_what_the_organization_has_and_the_command_proves_it(whole):
    found, path = made(whole, confidential=False)
    told = CliRunner().invoke(
        pack_group, ["verify", str(path), "--manifest-hash", found.manifest_sha256], catch_exceptions=False
    )
    assert (told.exit_code, "whole: every file" in told.output) == (0, True), told.output
    manifest = running.read_manifest(path)
    groups = {one.group for one in manifest.entries}
    assert groups == {"reports", "audits", "evidence", "plans", "index"}
    assert any("Confidential" in one.why for one in manifest.withheld)
    assert any("Renewal contract" in one.title for one in manifest.withheld)

    broken = bytearray(path.read_bytes())
    broken[len(broken) // 2] ^= 1
    path.write_bytes(broken)
    told = CliRunner().invoke(pack_group, ["verify", str(path)])
    assert (told.exit_code, "CHANGED: " in told.output) == (1, True)
    told = CliRunner().invoke(pack_group, ["verify", str(path) + ".not"])
    assert (told.exit_code, "cannot be read" in told.output) == (2, True)


def test_confidential_things_are_in_it_when_they_are_chosen(whole):
    _found, path = made(whole, confidential=True)
    manifest = running.read_manifest(path)
    assert not any("Confidential" in one.why for one in manifest.withheld)
