"""An external auditor tries every address of the site, by every method, filled with what exists, and sees only the pack."""

import re
import shutil

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.kit.orm import Base
from auditapp.people.guards import cookie_name
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in
from auditapp.trail.model import Fact
from bots.main import mount
from tests.conftest import build, settings_for
from tests.reports.visitors.world import invited, let_in, ready_pack

WORKING = {("visiting.leave", "POST"), ("visiting.enter_said", "POST")}  # tried at the end
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
NAMES = {"finding_id": "nonconformity", "file_id": "case_file", "step_id": "action_step"}
# What opens for a visitor: (endpoint, method).
OWN = {
    *(
        (f"visiting.{name}", method)
        for name in ("contents", "one_file", "whole", "enter")
        for method in ("GET", "HEAD")
    ),
    *((f"shell.{name}", method) for name in ("static", "released_static") for method in ("GET", "HEAD")),
}


@pytest.fixture
def site(demonstration, tmp_path):
    """The site with the bots on its own copy of the demonstration."""
    shutil.copytree(demonstration, tmp_path / "site")
    app = build(settings_for(tmp_path / "site"))
    mount(app)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def singular(word):
    """The name of one of them, as its table is called."""
    return f"{word[:-3]}y" if word.endswith("ies") else word.rstrip("s")


def known(session):
    """Ids and numbers of what exists, by table."""
    ids, refs = {}, {}
    for table in Base.metadata.sorted_tables:
        keys = list(table.primary_key)
        if len(keys) == 1 and isinstance(keys[0].type, sa.Uuid):
            ids[table.name] = [str(one) for one in session.scalars(sa.select(keys[0]).limit(1))]
        if "ref" in table.c:
            refs[table.name] = list(session.scalars(sa.select(table.c.ref).limit(1)))
    return ids, refs


def values_for(place, name, kind, known_ones):
    """What to try in one place of an address."""
    ids, refs, own = known_ones
    if name in own:
        return own[name]
    if kind == "uuid":
        stem = NAMES.get(name, name.removesuffix("_id"))
        fitting = [value for table, found in sorted(ids.items()) if stem in table for value in found]
        return fitting[:3] or [value for found in ids.values() for value in found][:5]
    if kind == "int":
        return ["1"]
    return refs.get(place) or [value for found in refs.values() for value in found][:4]


def addresses(app, ids, refs, own, most):
    """(endpoint, address) of every rule, filled; at most so many of each, none: all."""
    for rule in app.url_map.iter_rules():
        made = [rule.rule]
        for kind, name in re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule):
            tried = values_for(singular(rule.rule.split("/")[1]), name, kind, (ids, refs, own))
            made = [re.sub(rf"<[^<>]*\b{name}>", value, one, count=1) for one in made for value in tried][
                :most
            ]
        yield from ((rule.endpoint, one) for one in made)


def signed_in(site, unit, manager):
    """The browser of the manager."""
    browser = site.test_client()
    secret = unit(
        lambda session: begin_sign_in(
            session, person_id=manager.person_id, at=now(), days=1, address="", agent=""
        )
    )
    with site.app_context():
        browser.set_cookie(cookie_name(), secret, domain="localhost")
    return browser


def opens(browser, tried):
    """Endpoints that open for somebody: the addresses are real ones."""
    found = set()
    for endpoint, address in tried:
        if endpoint not in found and not endpoint.startswith("visiting."):
            answer = browser.get(address)
            if answer.status_code == 200:
                found.add(endpoint)
            answer.close()
    return found


def right(endpoint, method, status):
    """Whether a visitor may get that answer."""
    if status == 200:
        return (endpoint, method) in OWN
    if endpoint.startswith("visiting.") or endpoint.endswith("static"):
        return status in {403, 404, 405}
    return status in {403, 308}  # 308: only the slash at the end of the address


def facts_of_others(session):
    """How much happened that is no visit."""
    return session.scalar(
        sa.select(sa.func.count()).select_from(Fact).where(Fact.thing_kind != "pack_visitor")
    )


@pytest.mark.parametrize("most", [2, pytest.param(None, marks=pytest.mark.soak)], ids=["two", "all"])
def test_every_address_by_every_method_opens_nothing_but_the_pack(site, most):
    def unit(work, kind="write"):
        with site.app_context():
            return run_unit(lambda: work(current_session()), kind)

    def manager_of(session):
        query = sa.select(RoleGrant.person_id).join(Person, Person.id == RoleGrant.person_id)
        return principal_of_person(
            session, session.scalar(query.where(RoleGrant.role == Role.SYSTEM_MANAGER, Person.active))
        )

    manager = unit(manager_of, "read")
    pack = ready_pack(site, unit, manager, standard="iso44001-2017")
    secret = invited(unit, manager, pack)
    visitor = let_in(site, secret)
    own = {
        "secret": [secret],
        "path": ["reports/readiness.pdf", "index.html"],
        "filename": ["css/base.css"],
        "mark": ["a"],
    }
    tried = list(addresses(site, *unit(known, "read"), own, most))
    rules = {rule.endpoint for rule in site.url_map.iter_rules()}
    assert {endpoint for endpoint, _ in tried} == rules
    real = opens(signed_in(site, unit, manager), tried)
    assert len(real) > 150

    facts = unit(facts_of_others, "read")
    opened, wrong, asked = set(), [], 0
    for endpoint, address in [*tried, ("", "/no/such/page"), ("", "/feeds/none.ics"), ("", "/slack/")]:
        for method in METHODS:
            if (endpoint, method) in WORKING or (endpoint, method) == ("visiting.enter", "POST"):
                continue
            asked += 1
            answer = visitor.open(address, method=method)
            shown = endpoint.replace("enter_said", "enter")
            if answer.status_code == 200:
                opened.add((shown, method))
            if not right(shown, method, answer.status_code):
                wrong.append((method, address, answer.status_code))
            answer.close()
    print(f"{len(rules)} endpoints, {len(real)} open for the manager; {asked} requests of a visitor")
    assert wrong == []
    assert opened == OWN
    assert unit(facts_of_others, "read") == facts
    assert visitor.post(f"/visit/enter/{secret}", data={"name": "Eva"}).status_code == 302
    assert visitor.post("/visit/leave").status_code == 200
