"""The demonstration organization's reports: nothing that the PDF says is missing in the Word file, and the templates are there."""

import shutil

import pytest

from auditapp.audits.report.content import AuditReport
from auditapp.audits.report.labels import in_english
from auditapp.audits.report.model import IssuedReport
from auditapp.kit.db import db
from auditapp.reports.audit_report.pdf import render
from auditapp.reports.templated.builtin import builtin
from auditapp.reports.templated.filling import fill
from auditapp.reports.templated.model import AuditTemplate
from auditapp.reports.templated.queries import templates
from tests.conftest import build, settings_for
from tests.reports.templated.words import missing

MOST = 4
"""Reports that are compared: the longest ones, and the one made with a template of the organization's own."""


@pytest.fixture(scope="module")
def organization(demonstration, tmp_path_factory):
    folder = tmp_path_factory.mktemp("word")
    shutil.copytree(demonstration, folder, dirs_exist_ok=True)
    app = build(settings_for(folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_nothing_that_the_pdf_says_is_missing_in_word(organization):
    store, labels = organization.extensions["auditapp_store"], in_english()

    def photo(sha256):
        return store.read(sha256) if store.has(sha256) else None

    chosen = db.session.query(AuditTemplate).one()
    letter = templates(db.session)[0]
    assert [each.works for each in letter.versions] == [False, True]
    rows = sorted(
        db.session.query(IssuedReport), key=lambda row: (row.audit_id != chosen.audit_id, -len(row.content))
    )
    assert len(rows) >= MOST
    for row in rows[:MOST]:
        report = AuditReport.from_json(row.content.encode())
        template = store.read(letter.versions[-1].sha256) if row.audit_id == chosen.audit_id else builtin()
        made = fill(template, report, photo, labels=labels)
        assert bool(made.lacks) is (row.audit_id == chosen.audit_id)
        assert missing(render(report, photo, labels=labels), made.data) == [], row.number
