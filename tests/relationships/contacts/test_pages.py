"""Pages of people and terms; a contact comes in by a link."""

import re
from types import SimpleNamespace

import pytest

from auditapp.people.rules import Role
from tests.factories import make_contact, make_person, make_relationship

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def world(unit):
    def make(session):
        found = make_relationship(session, ref="R-01", name="Tidal scheme")
        make_relationship(session, ref="R-02", name="Elsewhere")
        return SimpleNamespace(
            kim=make_person(session, name="Kim Kapok", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)]),
            ada=make_person(session, Role.SYSTEM_MANAGER),
            wes=make_contact(session, found, name="Wes Willow"),
        )

    return unit(make)


def test_a_contact_comes_in_by_a_link_that_a_mail_program_has_opened_before(client_of, world):
    page = client_of(world.kim).post(
        f"/relationships/R-01/people/{world.wes.person_id}/link", data={"days": "7", "hours": "24"}
    )
    address = re.search(r'value="http[^"]*?(/come-in/[^"]+)"', page.get_data(as_text=True))[1]
    client_of(None).get(address)
    browser = client_of(None)
    assert "Wes Willow" in browser.get(address).get_data(as_text=True)
    answer = browser.post(address)
    assert answer.location == "/relationships/R-01"
    assert browser.get("/relationships/R-01").status_code == 200
    assert browser.get("/relationships/R-02").status_code == 404
    assert client_of(None).post(address).status_code == 404


def test_a_wrong_link_says_what_to_do_and_is_throttled(client_of, world):
    del world
    browser = client_of(None)
    assert "Ask whoever sent it" in browser.get("/come-in/wrong").get_data(as_text=True)
    answers = {browser.post("/come-in/wrong").status_code for _ in range(60)}
    assert answers == {404, 429}


def test_people_are_named_and_their_part_is_ended(client_of, world):
    browser = client_of(world.kim)
    page = browser.get("/relationships/R-01/people").get_data(as_text=True)
    assert "Wes Willow" in page
    answer = browser.post(
        "/relationships/R-01/people", data={"person": str(world.kim.person_id), "role": "joint_team"}
    )
    assert answer.status_code == 302
    assert (
        browser.post(
            "/relationships/R-01/people", data={"person": str(world.kim.person_id), "role": "contact"}
        ).status_code
        == 422
    )
    ends = re.findall(
        r"/relationships/R-01/people/[0-9a-f-]{36}/end(?!-)",
        browser.get("/relationships/R-01/people").get_data(as_text=True),
    )
    assert len(ends) == 2
    for address in ends:
        browser.post(address)
    assert client_of(world.wes).get("/relationships/R-01").status_code == 404


def test_a_contact_sees_the_people_and_not_the_terms(client_of, world):
    browser = client_of(world.wes)
    page = browser.get("/relationships/R-01/people").get_data(as_text=True)
    assert "Wes Willow" in page
    assert "one-time link" not in page
    assert browser.get("/relationships/R-01/terms").status_code == 403
    for address in (
        "/people",
        "/terms",
        "/terms/breaks",
        "/terms/priority",
        f"/people/{world.wes.person_id}/link",
    ):
        assert browser.post(f"/relationships/R-01{address}").status_code == 403


def test_terms_priority_and_interdependencies_are_kept(client_of, world):
    browser = client_of(world.kim)
    browser.post(
        "/relationships/R-01/terms",
        data={
            "version": "1",
            "contract_starts_on": "2026-01-01",
            "contract_ends_on": "2029-01-01",
            "notice_days": "90",
        },
    )
    browser.post(
        "/relationships/R-01/terms/breaks", data={"on": "2027-05-01", "note": "Option for the north"}
    )
    refused = browser.post(
        "/relationships/R-01/terms/priority",
        data={
            "version": "2",
            "score-value": "5",
            "why-value": "the largest",
            "segment": "strategic",
            "priority": "low",
        },
    )
    assert refused.status_code == 422
    assert "the largest" in refused.get_data(as_text=True)
    browser.post(
        "/relationships/R-01/terms/priority",
        data={"version": "2", "score-value": "5", "segment": "strategic", "priority": "critical"},
    )
    page = browser.get("/relationships/R-01/terms").get_data(as_text=True)
    for words in ("Option for the north", "5.0 of 5", "strategic", "2029-01-01"):
        assert words in page


def test_criteria_are_changed_by_the_system_manager(client_of, world):
    assert client_of(world.kim).get("/relationships/criteria").status_code == 403
    browser = client_of(world.ada)
    assert browser.get("/relationships/criteria").status_code == 200
    refused = browser.post(
        "/relationships/criteria", data={"key": [""], "title": ["Carbon"], "weight": ["99"]}
    )
    assert refused.status_code == 422
    assert "Carbon" in refused.get_data(as_text=True)
    assert (
        browser.post(
            "/relationships/criteria", data={"key": [""], "title": ["Carbon"], "weight": ["9"]}
        ).status_code
        == 302
    )
