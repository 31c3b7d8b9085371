"""Pages of people: who may open which, and what they do."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.people.model import Account, Competence, Person, RoleGrant, SignIn, Training
from auditapp.people.persons.service import edit_person
from auditapp.people.rules import CAPABILITIES, Capability, Role
from auditapp.relationships.model import Partner
from auditapp.trail.model import Fact
from auditapp.trail.service import erase_personal, verify
from tests.factories import make_person, make_relationship

LOOKS = Capability.VIEW_ORGANIZATION
MANAGES = Capability.MANAGE_PEOPLE
RECORDS = {Capability.MANAGE_PEOPLE, Capability.MANAGE_PROGRAMME}
# page → the capabilities of which one opens it
PAGES = {
    "/people/": {LOOKS},
    "/people/?q=ann&role=auditor": {LOOKS},
    "/people/?show=left": {LOOKS},
    "/people/competence": {LOOKS},
    "/people/competence?kind=training&which=soon": {LOOKS},
    "/people/competence?which=expired": {LOOKS},
    "/people/{id}": {LOOKS},
    "/people/new": {MANAGES},
    "/people/{id}/edit": {MANAGES},
    "/people/{id}/deactivate": {MANAGES},
    "/people/{id}/responsibilities": {MANAGES},
    "/people/{id}/competence/new": RECORDS,
    "/people/{id}/training/new": RECORDS,
    "/people/me": {Capability.SIGNED_IN},
    "/import/people": {MANAGES},
    "/import/partners": {MANAGES},
    "/import/people.csv": {MANAGES},
}


def partner_contact(session):
    """Somebody of a partner, as the role is held in practice."""
    found = make_relationship(session)
    del found
    return make_person(session, Role.PARTNER_CONTACT)


@pytest.mark.parametrize("role", Role)
def test_who_may_open_which_page(unit, client_of, role):
    somebody = unit(lambda s: make_person(s, Role.VIEWER, name="Somebody Else"))
    browser = client_of(unit(lambda s: make_person(s, role)))
    wrong = []
    for page, needed in PAGES.items():
        answer = browser.get(page.format(id=somebody.person_id))
        wanted = 200 if CAPABILITIES[role] & needed else 403
        if answer.status_code != wanted:
            wrong.append((page, answer.status_code, wanted))
    assert wrong == []


@pytest.mark.parametrize(
    "page",
    ["/people/00000000-0000-0000-0000-000000000001", "/people/00000000-0000-0000-0000-000000000001/edit"],
)
def test_nobody_by_that_id(unit, client_of, page):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    assert browser.get(page).status_code == 404


def test_a_person_is_added_edited_and_found(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    form = {
        "name": "Ann Other",
        "email": "Ann.Other@Example.org",
        "job_title": "=1+1",
        "zone": "Europe/Paris",
        "partner": "",
        "roles": ["auditor", "viewer"],
    }
    answer = browser.post("/people/new", data=form)
    assert answer.status_code == 302
    page = browser.get(answer.location).text
    assert "Ann Other" in page
    assert "Internal auditor" in page
    person_id = answer.location.rsplit("/", 1)[1]
    person = unit(lambda s: s.scalar(sa.select(Person).where(Person.name == "Ann Other")), "read")
    assert (person.email, person.zone, person.job_title) == ("ann.other@example.org", "Europe/Paris", "=1+1")
    # the same address once more: told at the field, with the name of who has it
    answer = browser.post("/people/new", data=form | {"name": "Bo Other"})
    assert answer.status_code == 422
    assert "Ann Other has this address already" in answer.text
    assert 'value="Bo Other"' in answer.text
    # an old page does not overwrite a newer one
    edit = {
        "name": "Ann Newer",
        "email": "ann.other@example.org",
        "job_title": "",
        "zone": "UTC",
        "partner": "",
        "version": person.version,
    }
    assert browser.post(f"/people/{person_id}/edit", data=edit).status_code == 302
    answer = browser.post(f"/people/{person_id}/edit", data=edit | {"name": "Ann Older"})
    assert answer.status_code == 409
    assert "Somebody changed this person" in answer.text
    assert "Ann Newer" in browser.get("/people/?q=newer").text
    assert "Ann Newer" not in browser.get("/people/?q=newer&role=ser").text
    assert "Ann Newer" in browser.get("/people/?role=auditor").text
    # percent and underscore are letters, not wildcards
    assert "Ann Newer" not in browser.get("/people/?q=%25").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Type the person"),
        ({"email": "nobody"}, "is not an e-mail address"),
        ({"zone": "Mars/Olympus"}, "Not a valid choice"),
        ({"name": "x" * 201}, "longer than 200"),
        ({"name": "bell\x07"}, "control characters"),
    ],
)
def test_a_person_that_cannot_be_taken(unit, client_of, change, said):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    form = {"name": "Ann", "email": "ann@example.org", "job_title": "", "zone": "UTC", "partner": ""}
    answer = browser.post("/people/new", data=form | change)
    assert answer.status_code == 422
    assert said in answer.text


def test_roles_are_given_and_taken(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    who = unit(make_person)
    here = unit(make_relationship)
    base = f"/people/{who.person_id}"
    assert browser.post(f"{base}/roles", data={"role": "auditor", "scope": ""}).status_code == 302
    assert (
        browser.post(f"{base}/roles", data={"role": "auditor", "scope": ""}).status_code == 302
    )  # twice is once
    assert browser.post(f"{base}/roles", data={"role": "ser", "scope": str(here.id)}).status_code == 302
    answer = browser.post(f"{base}/roles", data={"role": "system_manager", "scope": str(here.id)})
    assert answer.status_code == 422
    assert "is given for all relationships" in answer.text
    assert here.ref in browser.get(base).text
    grants = unit(
        lambda s: s.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == who.person_id)).all(), "read"
    )
    assert {(grant.role, grant.relationship_id) for grant in grants} == {
        (Role.AUDITOR, None),
        (Role.SER, here.id),
    }
    for grant in grants:
        assert browser.post(f"{base}/roles/{grant.id}/revoke").status_code == 302
        assert browser.post(f"{base}/roles/{grant.id}/revoke").status_code == 302
    verbs = unit(
        lambda s: s.scalars(
            sa.select(Fact.verb).where(Fact.thing_id == str(who.person_id)).order_by(Fact.seq)
        ).all(),
        "read",
    )
    assert verbs == ["role.granted", "role.granted", "role.revoked", "role.revoked"]


def test_changing_sides_is_on_record(session):
    manager = make_person(session, Role.SYSTEM_MANAGER)
    partner = Partner(name="Bridge Ltd", created_at=now())
    session.add(partner)
    session.flush()
    contact = make_person(session, Role.PARTNER_CONTACT, partner_id=partner.id)
    person = session.get(Person, contact.person_id)
    edit_person(
        session, actor=manager, at=now(), person_id=person.id, version=person.version, name=person.name,
        email=person.email, job_title="", zone="UTC", partner_id=None,
    )  # fmt: skip
    verbs = session.scalars(
        sa.select(Fact.verb).where(Fact.thing_id == str(person.id)).order_by(Fact.seq)
    ).all()
    assert verbs == ["role.revoked", "person.changed"]


def test_the_last_system_manager_stays(unit, client_of):
    boss = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    browser = client_of(boss)
    grant = unit(
        lambda s: s.scalar(sa.select(RoleGrant.id).where(RoleGrant.person_id == boss.person_id)), "read"
    )
    base = f"/people/{boss.person_id}"
    for path in (f"{base}/roles/{grant}/revoke", f"{base}/deactivate", f"{base}/account/disable"):
        assert browser.post(path).status_code == 409
    second = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    assert client_of(second).post(f"{base}/roles/{grant}/revoke").status_code == 302
    assert browser.get("/people/new").status_code == 403


def test_leaving_and_coming_back(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    who = unit(lambda s: make_person(s, Role.AUDITOR, name="Ann Leaves"))
    theirs = client_of(who)
    base = f"/people/{who.person_id}"
    assert theirs.get("/people/me").status_code == 200
    assert "Deactivate Ann Leaves?" in browser.get(f"{base}/deactivate").text
    assert browser.post(f"{base}/deactivate").status_code == 302
    assert theirs.get("/people/me").status_code == 302
    assert "Ann Leaves" not in browser.get("/people/").text
    assert "Ann Leaves" in browser.get("/people/?show=left").text
    assert browser.post(f"{base}/activate").status_code == 302
    assert theirs.get("/people/me").status_code == 302  # the sign-in has ended for good
    assert client_of(who).get("/people/me").status_code == 200


def test_responsibilities(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    who = unit(make_person)
    base = f"/people/{who.person_id}/responsibilities"
    assert browser.post(base, data={"stages": ["awareness", "exit_strategy"]}).status_code == 302
    page = browser.get(base).text
    assert page.count(" checked") == 2
    assert browser.post(base, data={"stages": ["knowledge"]}).status_code == 302
    assert "Knowledge" in browser.get(f"/people/{who.person_id}").text
    assert browser.post(base, data={"stages": ["nonsense"]}).status_code == 422


def test_training_and_competence(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.PROGRAMME_MANAGER)))
    who = unit(lambda s: make_person(s, Role.AUDITOR, name="Ann Auditor"))
    base = f"/people/{who.person_id}"
    today = now().date()
    form = {
        "course": "Internal auditor",
        "taken_on": "2020-01-01",
        "expires_on": (today + timedelta(days=10)).isoformat(),
        "note": "",
    }
    assert browser.post(f"{base}/training/new", data=form).status_code == 302
    assert "Ann Auditor" in browser.get("/people/competence?kind=training&which=soon").text
    training = unit(lambda s: s.scalar(sa.select(Training.id)), "read")
    assert (
        browser.post(f"/people/training/{training}", data=form | {"expires_on": "2019-01-01"}).status_code
        == 422
    )
    assert (
        browser.post(f"/people/training/{training}", data=form | {"expires_on": "2021-01-01"}).status_code
        == 302
    )
    assert "Ann Auditor" in browser.get("/people/competence?kind=training&which=expired").text
    assert browser.get(f"/people/training/{training}").status_code == 200
    assert browser.post(f"/people/training/{training}/remove").status_code == 302
    assert browser.post(f"/people/training/{training}/remove").status_code == 302

    def have(session):
        session.add(
            Competence(
                person_id=who.person_id,
                library_key="old-one",
                since=date(2020, 1, 1),
                expires_on=date(2021, 1, 1),
            )
        )

    unit(have)
    competence = unit(lambda s: s.scalar(sa.select(Competence.id)), "read")
    assert "Ann Auditor" in browser.get("/people/competence?which=expired").text
    renewed = {"library": "old-one", "since": "2020-01-01", "expires_on": "", "basis": "Refresher"}
    assert browser.post(f"/people/competence/{competence}", data=renewed).status_code == 302
    assert "Ann Auditor" not in browser.get("/people/competence?which=expired").text
    assert "Refresher" in browser.get(f"/people/competence/{competence}").text
    assert "Refresher" in browser.get(base).text
    assert browser.post(f"/people/competence/{competence}/remove").status_code == 302
    facts = unit(lambda s: [one.before + one.after for one in s.scalars(sa.select(Fact))], "read")
    assert not [one for one in facts if "Refresher" in one]  # words about a person can be erased
    erased = unit(lambda s: [erase_personal(s, who.person_id), *verify(s)])
    assert erased[0] > 0
    assert erased[1:] == []


def test_a_link_that_sets_a_password(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    who = unit(lambda s: make_person(s, Role.VIEWER))
    first = browser.post(f"/people/{who.person_id}/link").text
    second = browser.post(f"/people/{who.person_id}/link").text
    links = [text.split('value="http://127.0.0.1:8000', 1)[1].split('"', 1)[0] for text in (first, second)]
    nobody = client_of(None)
    assert nobody.get(links[0]).status_code == 404  # an earlier link stops working
    assert nobody.get(links[1]).status_code == 200
    theirs = client_of(who)
    good = {"password": "correct horse battery", "again": "correct horse battery"}
    assert nobody.post(links[1], data=good | {"again": "something else"}).status_code == 422
    assert nobody.post(links[1], data={"password": "short", "again": "short"}).status_code == 422
    assert nobody.post(links[1], data=good).status_code == 302
    assert nobody.post(links[1], data=good).status_code == 404  # once only
    assert theirs.get("/people/me").status_code == 302  # all sign-ins have ended
    answer = nobody.post("/people/sign-in", data={"email": who.email, "password": good["password"]})
    assert answer.status_code == 302
    ended = unit(
        lambda s: s.scalars(sa.select(SignIn.ended_at).where(SignIn.person_id == who.person_id)).all(), "read"
    )
    assert sorted(moment is None for moment in ended) == [False, True]
    assert unit(lambda s: s.get(Account, who.person_id).password_hash, "read").startswith("$argon2id$")


def test_a_list_of_a_hundred_takes_as_many_statements_as_one_of_one(unit, client_of):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    counts = []
    for extra in (0, 100):
        unit(lambda s, extra=extra: [make_person(s, Role.AUDITOR, Role.VIEWER) for _ in range(extra)])
        seen = []

        def note(*args, seen=seen):
            seen.append(args[2])

        sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
        try:
            assert browser.get("/people/").status_code == 200
        finally:
            sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 10
