"""The pages of a system manager who prepares a visit."""

import pytest

from auditapp.kit.db import db
from auditapp.people.rules import Role
from tests.factories import make_person
from tests.factories.audits import make_edition
from tests.statements import counted

PAGES = ["readiness", "gap", "stage-1", "stage-2", "surveillance"]


@pytest.fixture
def manager(unit):
    def work(session):
        make_edition(session)
        make_edition(session, "other", maps='"small:SM-1"')
        return make_person(session, Role.SYSTEM_MANAGER, name="Dana")

    return unit(work)


def test_the_list_leads_to_every_report_and_each_has_its_files(client_of, manager):
    client = client_of(manager)
    index = client.get("/reports").get_data(as_text=True)
    for page in PAGES:
        assert f"/reports/{page}?standard=small" in index
        answer = client.get(f"/reports/{page}?standard=small")
        assert answer.status_code == 200, page
        text = answer.get_data(as_text=True)
        assert "The small library" in text
        assert f"/reports/{page}.pdf?standard=small" in text
    sheet = client.get("/reports/stage-1.xlsx?standard=small")
    assert (sheet.status_code, sheet.data[:2]) == (200, b"PK")
    assert client.get("/reports/gap?standard=small&from=other").status_code == 200
    assert client.get("/reports/readiness?standard=nothing").status_code == 404


def test_without_a_checklist_each_page_says_what_to_do(client_of, unit):
    client = client_of(unit(lambda session: make_person(session, Role.SYSTEM_MANAGER, name="Dana")))
    for page in PAGES:
        answer = client.get(f"/reports/{page}")
        assert answer.status_code == 200, page
        assert 'href="/checklists/"' in answer.get_data(as_text=True).split("<main", 1)[1]
    assert client.get("/reports/gap.pdf").status_code == 404


def test_a_clause_is_judged_and_the_page_says_so(client_of, manager):
    client = client_of(manager)
    assert "/reports/gap/small/1" in client.get("/reports/gap?standard=small").get_data(as_text=True)
    page = client.get("/reports/readiness?standard=small").get_data(as_text=True)
    assert "Nobody knows yet" in page
    form = {"state": "partial", "gap": "", "owner_id": "", "version": "0"}
    assert client.post("/reports/gap/small/1", data=form).status_code == 422
    form["gap"] = "The policy says nothing of partners."
    answer = client.post("/reports/gap/small/1", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/reports/gap?standard=small#clause-1")
    page = client.get("/reports/readiness?standard=small&state=partial").get_data(as_text=True)
    assert "The policy says nothing of partners." in page
    assert 'value="1"' in client.get("/reports/gap/small/1").get_data(as_text=True)
    assert client.post("/reports/gap/small/1", data=form | {"gap": "Else"}).status_code == 409


def test_who_may_not_see_every_audit_is_told_so(client_of, unit, manager):
    assert manager
    owner = client_of(unit(lambda s: make_person(s, Role.RELATIONSHIP_OWNER)))
    contact = client_of(unit(lambda s: make_person(s, Role.PARTNER_CONTACT)))
    for page in PAGES:
        assert owner.get(f"/reports/{page}").status_code == 403
        assert contact.get(f"/reports/{page}").status_code == 403
    auditor = client_of(unit(lambda s: make_person(s, Role.AUDITOR)))
    assert auditor.get("/reports/readiness?standard=small").status_code == 200
    assert auditor.get("/reports/gap/small/1").status_code == 403
    assert "/reports/gap/small/1" not in auditor.get("/reports/gap?standard=small").get_data(as_text=True)


def test_the_page_asks_a_fixed_number_of_statements(app, client_of, manager):
    client = client_of(manager)
    client.get("/reports/readiness?standard=small")
    with app.app_context(), counted(db.engine) as said:
        client.get("/reports/readiness?standard=small")
    assert len(said) <= 32
