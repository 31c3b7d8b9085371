"""Links: by number or address, only what one may see, only by whoever may, once."""

from uuid import uuid4

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.rules import Role
from auditapp.relationships.links import queries, service
from auditapp.relationships.links.rules import Target, is_address
from auditapp.trail.queries import facts_of
from tests.factories import make_contact, make_person, make_relationship

THING = uuid4()


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """A kind of record that only our own people see, and a thing that only the system manager may change."""
    monkeypatch.setattr(queries, "_KINDS", {})
    monkeypatch.setattr(service, "_OWNERS", {})

    @queries.linkable("sample", Text("Sample"))
    def find(session, principal, refs):
        del session
        known = {"SA-1": "First", "SA-2": "Second"} if principal.partner_id is None else {}
        return {ref: Target(ref=ref, title=known[ref], endpoint="home.index") for ref in refs if ref in known}

    @service.owns_links("thing")
    def owner(session, actor, thing_id):
        del session, thing_id
        if Role.SYSTEM_MANAGER not in actor.roles:
            raise NotAllowed(Text("No."))
        return "T-1", None


@pytest.fixture
def ada(session):
    return make_person(session, Role.SYSTEM_MANAGER)


def add(session, actor, to, **more):
    return service.add_link(session, actor=actor, at=now(), from_kind="thing", from_id=THING, to=to, **more)


def test_a_number_is_found_in_any_case_and_shown_with_its_title(session, ada):
    add(session, ada, " sa-2 ")
    add(session, ada, "https://example.org/minutes", label="Minutes")
    shown = queries.links_of(session, ada, "thing", [THING])[THING]
    assert [(one.ref, one.target.title if one.target else one.label) for one in shown] == [
        ("SA-2", "Second"),
        ("", "Minutes"),
    ]


@pytest.mark.parametrize("to", ["SA-9", "", "javascript:alert(1)", "http://", "ftp://example.org/x"])
def test_what_is_not_there_is_refused_with_a_way_on(session, ada, to):
    with pytest.raises(Invalid) as refused:
        add(session, ada, to)
    assert refused.value.field == "to"


def test_the_same_again_changes_nothing(session, ada):
    assert add(session, ada, "SA-1").id == add(session, ada, "SA-1").id
    assert session.scalars(facts_of(thing_kind="thing")).all().__len__() == 1


def test_it_is_taken_away_again_by_whoever_may(session, ada):
    one = add(session, ada, "SA-1")
    session.flush()
    with pytest.raises(NotAllowed):
        service.remove_link(session, actor=make_person(session, Role.VIEWER), at=now(), link_id=one.id)
    service.remove_link(session, actor=ada, at=now(), link_id=one.id)
    session.flush()
    assert queries.links_of(session, ada, "thing", [THING]) == {THING: []}


def test_a_thing_that_nobody_owns_takes_no_links(session, ada):
    with pytest.raises(NotFound):
        service.add_link(session, actor=ada, at=now(), from_kind="other", from_id=THING, to="SA-1")


def test_who_may_not_see_the_record_learns_nothing_of_it(session, ada):
    add(session, ada, "SA-1")
    session.flush()
    contact = make_contact(session, make_relationship(session))
    [shown] = queries.links_of(session, contact, "thing", [THING])[THING]
    assert shown.target is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("https://example.org", True), ("http://x/y?z", True), ("//x", False), ("https://" + "x" * 500, False)],
)
def test_addresses(text, is_one):
    assert is_address(text) is is_one
