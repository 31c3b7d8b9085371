"""The page of reports that come by themselves, and the link that ends one without a sign-in."""

import re

import pytest

from auditapp.people.rules import Role
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reports.schedule import queries
from auditapp.reports.schedule.stopping import stop_token
from tests.factories import make_person
from tests.factories.audits import make_edition

FORM = {"rhythm": "monthly", "weekday": "0", "day": "1", "zone": "Europe/London", "form": "pdf"}


@pytest.fixture
def people(unit):
    def work(session):
        make_edition(session)
        return make_person(session, Role.SYSTEM_MANAGER), make_person(session, Role.SER, name="Sera Sample")

    return unit(work)


def test_a_person_has_a_report_come_tries_it_and_ends_it(app, unit, client_of, people):
    _, ser = people
    client = client_of(ser)
    assert "/reports/schedule/" in client.get("/reports").text
    page = client.get("/reports/schedule/").text
    assert "readiness:small" in page
    form = FORM | {"report": "readiness:small", "person_id": str(ser.person_id)}
    assert client.post("/reports/schedule/", data=form | {"day": "40"}).status_code == 422
    assert client.post("/reports/schedule/", data=form | {"day": ""}).status_code == 422
    assert client.post("/reports/schedule/", data=form | {"report": "nothing"}).status_code == 422
    assert client.post("/reports/schedule/", data=form).status_code == 302
    assert client.post("/reports/schedule/", data=form).status_code == 409
    page = client.get("/reports/schedule/").text
    assert "Every month on day 1" in page
    [where] = re.findall(r"/reports/schedule/[0-9a-f-]{36}(?=/try)", page)
    assert client.post(f"{where}/try").status_code == 302
    assert unit(lambda s: s.query(OutboxMessage).count(), "read") == 1

    [line] = unit(lambda s: queries.schedules(s, ser), "read")
    token = stop_token(app.extensions["auditapp"].secret_key.get_secret_value(), line.id)
    nobody = client_of(None)
    assert "Have it come no more" in nobody.get(f"/reports/schedule/stop/{token}").text
    assert len(unit(lambda s: queries.schedules(s, ser), "read")) == 1, "opening it changes nothing"
    for _ in range(2):
        assert "comes no more" in nobody.post(f"/reports/schedule/stop/{token}").text
    assert nobody.get(f"/reports/schedule/stop/{token}x").status_code == 404
    assert unit(lambda s: queries.schedules(s, ser), "read") == []
    assert client.post(f"{where}/end").status_code == 404


def test_a_manager_sets_one_for_others_and_nobody_else_does(client_of, unit, people):
    manager, ser = people
    other = unit(lambda session: make_person(session, Role.AUDITOR))
    form = FORM | {"report": "trends", "person_id": str(ser.person_id), "rhythm": "weekly"}
    assert client_of(other).post("/reports/schedule/", data=form).status_code == 422
    assert client_of(manager).post("/reports/schedule/", data=form).status_code == 302
    stuck = FORM | {"report": "stuck", "person_id": str(other.person_id)}
    refused = client_of(manager).post("/reports/schedule/", data=stuck)
    assert (refused.status_code, "may not see this report" in refused.text) == (422, True)
    assert "Sera Sample" not in client_of(other).get("/reports/schedule/").text
    page = client_of(manager).get("/reports/schedule/").text
    [where] = re.findall(r"/reports/schedule/[0-9a-f-]{36}(?=/end)", page)
    assert client_of(other).post(f"{where}/end").status_code == 404
    assert client_of(ser).post(f"{where}/end").status_code == 302
    contact = client_of(unit(lambda s: make_person(s, Role.PARTNER_CONTACT)))
    assert contact.get("/reports/schedule/").status_code == 403
