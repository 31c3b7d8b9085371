"""The settings of the organization after the first run."""

import json
import re

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.people.model import Organization, Person
from auditapp.people.organization.service import change_organization
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from tests.factories import make_person

KEPT = {"name": "Gorse & Daughters", "zone": "Europe/Berlin", "locale": "en", "country": "DE", "region": ""}


@pytest.fixture
def manager(unit):
    return unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))


@pytest.fixture
def browser(client_of, manager):
    return client_of(manager)


def kept(unit):
    return unit(lambda s: s.execute(sa.select(Organization.__table__)).one(), "read")


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page).group(1)


def test_it_is_found_from_the_list_of_people_and_from_ones_own_menu(browser):
    page = browser.get("/people/").text
    assert page.count('href="/organization/"') == 2


def test_changing_country_offers_its_regions_and_holidays(browser, unit):
    page = browser.get("/organization/").text
    assert "Christmas Day" in page
    assert 'value="SCT"' in page
    answer = browser.post("/organization/", data=KEPT | {"version": version_on(page), "region": "SCT"})
    assert answer.location == "/organization/"
    found = kept(unit)
    assert (found.name, found.zone, found.country) == ("Gorse & Daughters", "Europe/Berlin", "DE")
    assert found.subdivision == ""  # Scotland is not in Germany
    page = browser.get("/organization/").text
    assert "Look whether a region has holidays of its own" in page
    browser.post("/organization/", data=KEPT | {"version": version_on(page), "region": "BY"})
    assert kept(unit).subdivision == "BY"
    facts = unit(
        lambda s: s.execute(
            sa.select(Fact.before, Fact.after).where(Fact.verb == "organization.changed")
        ).all(),
        "read",
    )
    assert [json.loads(fact.after)["subdivision"] for fact in facts] == ["", "BY"]
    assert json.loads(facts[0].before)["country"] == "GB"
    assert "changed the settings of the organization" in browser.get("/history/?kind=organization").text


def test_what_changes_nothing_is_no_fact(browser, unit):
    page = browser.get("/organization/").text
    same = {
        "name": "Test organization",
        "zone": "Europe/London",
        "locale": "en",
        "country": "GB",
        "region": "",
    }
    assert browser.post("/organization/", data=same | {"version": version_on(page)}).status_code == 302
    assert (
        unit(lambda s: s.scalars(sa.select(Fact).where(Fact.thing_kind == "organization")).all(), "read")
        == []
    )


def test_an_older_page_overwrites_nothing_and_keeps_what_was_typed(browser, unit):
    version = version_on(browser.get("/organization/").text)
    browser.post("/organization/", data=KEPT | {"version": version})
    answer = browser.post("/organization/", data=KEPT | {"version": version, "name": "Somebody Else's"})
    assert answer.status_code == 409
    assert "Somebody Else&#39;s" in answer.text
    assert kept(unit).name == "Gorse & Daughters"


@pytest.mark.parametrize("wrong", [{"name": " "}, {"zone": "Nowhere"}, {"country": "XX"}, {"locale": "xx"}])
def test_what_is_wrong_is_told_at_its_field(browser, unit, wrong):
    page = browser.get("/organization/").text
    answer = browser.post("/organization/", data=KEPT | {"version": version_on(page)} | wrong)
    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in answer.text
    assert kept(unit).country == "GB"


def test_new_people_begin_with_the_language_of_the_organization(browser, unit):
    unit(lambda s: s.execute(sa.update(Organization).values(locale="fr")))
    data = {"name": "Ann Other", "email": "ann@example.org", "zone": "Europe/London", "partner": ""}
    assert browser.post("/people/new", data=data).status_code == 302
    assert (
        unit(lambda s: s.scalar(sa.select(Person.locale).where(Person.name == "Ann Other")), "read") == "fr"
    )


def test_the_service_itself_asks_who_acts(unit, manager):
    ser = unit(lambda s: make_person(s, Role.SER))
    with pytest.raises(NotAllowed):
        unit(lambda s: change_organization(s, actor=ser, at=now(), version=1, **KEPT))
    with pytest.raises(Stale):
        unit(lambda s: change_organization(s, actor=manager, at=now(), version=9, **KEPT))
    with pytest.raises(Invalid):
        unit(
            lambda s: change_organization(s, actor=manager, at=now(), version=1, **KEPT | {"zone": "Nowhere"})
        )
