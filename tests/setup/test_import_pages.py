"""Lists are looked at first, and taken when confirmed."""

import io

import sqlalchemy as sa

from auditapp.people.model import Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner, Relationship
from auditapp.trail import service as trail
from tests.factories import make_person

PEOPLE = "name,email,job_title,roles,zone\nAnn,ann@example.org,Boss,ser,\nBo,nobody,,,\n<b>Cy</b>,cy@example.org,=1+1,auditor,UTC\n"
PARTNERS = (
    "partner,country,sector,relationship,kind,stage,priority,owner_email,manager_email,ser_email\n"
    "North,DE,Rail,North alliance,alliance,5,high,ann@example.org,,\n"
    "North,,,North supply,supplier,3,,,,\n"
    "South,,,,,,,,,\n"
    "East,,,East alliance,friend,1,,,,\n"
)


def upload(browser, kind, text, **more):
    data = {"file": (io.BytesIO(text.encode()), "list.csv"), **more}
    return browser.post(f"/import/{kind}", data=data, content_type="multipart/form-data")


def names(unit):
    return set(unit(lambda s: s.scalars(sa.select(Person.name)).all(), "read"))


def test_people_are_looked_at_then_taken(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Boss")))
    answer = upload(browser, "people", PEOPLE)
    assert answer.status_code == 200
    assert "Good rows: 2. Rows with something wrong: 1." in answer.text
    assert "Line 3" in answer.text
    assert "“nobody” is not an e-mail address." in answer.text
    assert "&lt;b&gt;Cy&lt;/b&gt;" in answer.text
    assert names(unit) == {"Boss"}  # nothing is kept before it is confirmed
    # a file cannot be taken without having been looked at
    assert upload(browser, "people", PEOPLE, verb="take").status_code == 200
    assert names(unit) == {"Boss"}
    answer = browser.post("/import/people", data={"content": PEOPLE, "verb": "take"})
    assert answer.status_code == 200
    assert "People brought in: 2." in answer.text
    assert "Line 3" in answer.text
    assert names(unit) == {"Boss", "Ann", "<b>Cy</b>"}
    person = unit(lambda s: s.scalar(sa.select(Person).where(Person.email == "cy@example.org")), "read")
    assert (person.job_title, person.zone) == ("=1+1", "UTC")
    # the same once more brings nothing, the corrected row alone comes in
    answer = browser.post(
        "/import/people", data={"content": PEOPLE.replace("nobody", "bo@example.org"), "verb": "take"}
    )
    assert names(unit) == {"Boss", "Ann", "<b>Cy</b>", "Bo"}
    assert "Ann is here already with this address." in answer.text
    assert unit(lambda s: list(trail.verify(s)), "read") == []


def test_partners_are_looked_at_then_taken(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Boss")))
    browser.post("/import/people", data={"content": PEOPLE, "verb": "take"})
    answer = upload(browser, "partners", PARTNERS)
    assert "Good rows: 3. Rows with something wrong: 1." in answer.text
    assert "“friend” is not known." in answer.text
    browser.post("/import/partners", data={"content": PARTNERS, "verb": "take"})
    assert unit(lambda s: s.scalars(sa.select(Partner.name).order_by(Partner.name)).all(), "read") == [
        "North",
        "South",
    ]
    found = unit(lambda s: s.scalars(sa.select(Relationship).order_by(Relationship.ref)).all(), "read")
    assert [(one.ref, one.name) for one in found] == [("R-01", "North alliance"), ("R-02", "North supply")]
    owner = unit(lambda s: s.scalar(sa.select(Person).where(Person.email == "ann@example.org")), "read")
    assert found[0].owner_id == owner.id
    grant = unit(
        lambda s: s.scalar(sa.select(RoleGrant).where(RoleGrant.relationship_id == found[0].id)), "read"
    )
    assert (grant.role, grant.person_id) == (Role.RELATIONSHIP_OWNER, owner.id)


def test_a_good_list_goes_straight_on(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    text = "name,email\nAnn,ann@example.org\n"
    data = {"content": text, "verb": "take"}
    assert browser.post("/import/people", data=data).location == "/people/"
    data["content"] = text.replace("ann@", "bo@")
    assert (
        browser.post("/import/people", data=data | {"flow": "setup"}).location
        == "/import/partners?flow=setup"
    )


def test_no_file_and_bad_files(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    assert browser.post("/import/people").status_code == 422
    answer = browser.post("/import/people", data={"file": (io.BytesIO(b"PK\x03\x04"), "a.xlsx")})
    assert answer.status_code == 422
    assert "This is a workbook" in answer.text


def test_templates(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    for kind in ("people", "partners"):
        answer = browser.get(f"/import/{kind}.csv")
        assert answer.headers["Content-Disposition"] == f"attachment; filename={kind}.csv"
        assert answer.mimetype == "text/csv"
