"""Keeping templates, choosing one for an audit, and the Word report beside the PDF."""

import io

import pytest
from docx import Document

from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.factories.walked import make_issued_audit, make_walked_audit
from tests.reports.templated.words import word_text
from tests.statements import counted

PAGES = "/reports/templates"


@pytest.fixture
def manager(unit):
    return unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Dana"))


def sent(data, **more):
    return {"file": (io.BytesIO(data), "letter.docx"), **more}


def test_a_template_is_checked_corrected_and_made_the_default(app, client_of, manager, template):
    client = client_of(manager)
    assert PAGES in client.get("/reports").get_data(as_text=True)
    assert PAGES in client.get("/organization/").get_data(as_text=True)
    answer = client.post(f"{PAGES}/new", data=sent(b"no file", name="Our letter"))
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "This is no Word file" in text
    assert 'value="Our letter"' in text  # what was typed is not lost
    assert client.post(f"{PAGES}/new", data={"name": "Our letter"}).status_code == 422
    answer = client.post(f"{PAGES}/new", data=sent(template("A", "{{ titel }}"), name="Our letter"))
    assert answer.status_code == 302
    where = answer.headers["Location"]
    text = client.get(where).get_data(as_text=True)
    assert "There is no titel. Did you mean title?" in text
    assert "paragraph 2" in text
    assert client.post(f"{PAGES}/default", data={"template": where.rsplit("/", 1)[-1]}).status_code == 409
    assert client.get(f"{where}/1/trial.docx").status_code == 302
    assert (
        client.post(where, data=sent(template("A", "{{ title }}"), note="Spelled right")).status_code == 302
    )
    text = client.get(where).get_data(as_text=True)
    assert "By itself the report would lack" in text
    assert "Annex A: all answers" in text
    assert "Spelled right" in text
    assert "titel" in client.get(f"{where}?version=1").get_data(as_text=True)
    assert "Annex A" in str(
        [p.text for p in Document(io.BytesIO(client.get(f"{where}/2/trial.docx").data)).paragraphs]
    )
    assert client.get(f"{where}/1.docx").data == template("A", "{{ titel }}")
    assert client.post(f"{PAGES}/default", data={"template": where.rsplit("/", 1)[-1]}).status_code == 302
    assert "All reports, unless" in client.get(PAGES).get_data(as_text=True)
    assert client.post(f"{where}/withdraw").status_code == 302
    assert client.post(where, data=sent(template("B"))).status_code == 409
    assert "All reports, unless" not in client.get(PAGES).get_data(as_text=True)
    with app.app_context():
        told = [f.verb for f in db.session.query(Fact).order_by(Fact.seq) if f.verb.startswith("template.")]
        db.session.rollback()
    assert told == [
        "template.added", "template.version_added", "template.made_default", "template.default_ended", "template.withdrawn",
    ]  # fmt: skip


def test_the_report_is_made_with_what_was_chosen_for_the_audit(app, client_of, unit, manager, template):
    store = app.extensions["auditapp_store"]

    def walk(session):
        walked = make_walked_audit(session, store)
        return walked.audit.ref, walked.leader, walked.auditee

    ref, leader, auditee = unit(walk)
    client, lead = client_of(manager), client_of(leader)
    draft = lead.get(f"/audits/{ref}/report/draft/docx")
    assert draft.status_code == 200
    assert "Draft." in word_text(draft.data)
    assert client_of(auditee).get(f"/audits/{ref}/report/draft/docx").status_code == 403
    assert client_of(auditee).get(f"/audits/{ref}/report/template").status_code == 403

    def issue(session):
        walked = make_issued_audit(session, store)
        return walked.audit.ref, walked.leader, walked.auditee

    ref, leader, auditee = unit(issue)
    lead = client_of(leader)
    where = client.post(
        f"{PAGES}/new", data=sent(template("Our own words: {{ title }}"), name="Ours")
    ).headers["Location"]
    client.post(f"{PAGES}/default", data={"template": where.rsplit("/", 1)[-1]})
    address = f"/audits/{ref}/report/1/docx"
    before = lead.get(address)
    assert before.data == lead.get(address).data
    assert "Ourownwords" not in word_text(before.data)  # the default came after it was issued
    page = lead.get(f"/audits/{ref}/report/template").get_data(as_text=True)
    assert "Ours (1)" in page
    version = page.split("Ours (1)")[0].rsplit('value="', 1)[1].split('"')[0]
    assert lead.post(f"/audits/{ref}/report/template", data={"version_id": "other"}).status_code == 422
    assert lead.post(f"/audits/{ref}/report/template", data={"version_id": version}).status_code == 302
    assert (
        client_of(auditee).post(f"/audits/{ref}/report/template", data={"version_id": version}).status_code
        == 403
    )
    client.post(where, data=sent(template("Newer words")))
    chosen = lead.get(address)
    assert "Ourownwords" in word_text(chosen.data)  # the version that was chosen, not the newest
    assert "Ours, version 1" in Document(io.BytesIO(chosen.data)).core_properties.comments
    assert lead.get(f"{address}?with=built-in").data == before.data
    assert lead.get(f"{address}?with={version}").data == chosen.data
    assert lead.get(f"{address}?with=nothing").status_code == 404
    shown = lead.get(f"/audits/{ref}/report").get_data(as_text=True)
    assert address in shown
    assert f"/audits/{ref}/report/template" in shown


def test_who_may_what(client_of, unit, manager, template):
    where = client_of(manager).post(f"{PAGES}/new", data=sent(template("A"), name="Ours")).headers["Location"]
    auditor = client_of(unit(lambda s: make_person(s, Role.AUDITOR)))
    contact = client_of(unit(lambda s: make_person(s, Role.PARTNER_CONTACT)))
    for page in (
        PAGES,
        f"{PAGES}/names",
        f"{PAGES}/built-in.docx",
        where,
        f"{where}/1.docx",
        f"{where}/1/trial.docx",
    ):
        assert auditor.get(page).status_code == 200, page
        assert contact.get(page).status_code == 403, page
    assert "Upload a new version" not in auditor.get(where).get_data(as_text=True)
    for page in (f"{PAGES}/new", where, f"{where}/withdraw", f"{PAGES}/default"):
        assert auditor.post(page, data={}).status_code == 403, page


def test_the_list_asks_a_fixed_number_of_statements(app, client_of, manager, template):
    client = client_of(manager)
    said = []
    for number in range(3):
        client.post(f"{PAGES}/new", data=sent(template(str(number)), name=f"Template {number}"))
        with app.app_context(), counted(db.engine) as found:
            client.get(PAGES)
        said.append(len(found))
    assert said[0] == said[-1]
