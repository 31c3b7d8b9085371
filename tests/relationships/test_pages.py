"""Pages of partners and relationships: who sees what, who changes what."""

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.people.model import RoleGrant
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner, Relationship, RelationshipPartner
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rules import Stage
from auditapp.trail import service as trail
from tests.factories import make_contact, make_person, make_relationship


@pytest.fixture
def north(unit):
    """A partner."""
    return unit(lambda s: make_partner(s, "North"))


def make_partner(session, name):
    found = Partner(name=name, created_at=now())
    session.add(found)
    session.flush()
    return found


def join(session, relationship, partner):
    session.add(RelationshipPartner(relationship_id=relationship.id, partner_id=partner.id))
    session.flush()


def form(partner, **more):
    return {
        "name": "North alliance", "partners": [str(partner.id)], "kind": "alliance", "stage": "working_together",
        "priority": "high", "purpose": "", "ser": "", "owner": "", "manager": "", "started_on": "", "ended_on": "",
    } | more  # fmt: skip


def test_a_relationship_is_added_and_changed(unit, client_of, north):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    one, two = unit(make_person), unit(make_person)
    answer = browser.post(
        "/relationships/new", data=form(north, owner=str(one.person_id), ser=str(two.person_id))
    )
    assert answer.location == "/relationships/R-01"
    page = browser.get("/relationships/R-01").text
    assert one.name in page
    assert "North" in page

    def roles(session):
        return {
            (grant.person_id, grant.role)
            for grant in session.scalars(sa.select(RoleGrant).where(RoleGrant.relationship_id.is_not(None)))
        }

    assert unit(roles, "read") == {(one.person_id, Role.RELATIONSHIP_OWNER), (two.person_id, Role.SER)}
    # the seat passes on, and the role with it
    data = form(north, owner=str(two.person_id), ser=str(two.person_id), version=1, stage="exit_strategy")
    assert browser.post("/relationships/R-01/edit", data=data).status_code == 302
    assert unit(roles, "read") == {(two.person_id, Role.RELATIONSHIP_OWNER), (two.person_id, Role.SER)}
    # the stage moves on its own path, and not by this form
    assert unit(lambda s: s.scalar(sa.select(Relationship.stage)), "read") is Stage.WORKING_TOGETHER
    # an old page is refused
    answer = browser.post("/relationships/R-01/edit", data=data)
    assert answer.status_code == 409
    assert "Somebody changed this relationship" in answer.text
    # the days must be in order
    data |= {"version": 2, "started_on": "2026-02-01", "ended_on": "2026-01-01"}
    assert browser.post("/relationships/R-01/edit", data=data).status_code == 422
    assert browser.post("/relationships/R-01/edit", data=data | {"ended_on": "2026-03-01"}).status_code == 302
    assert "R-01" not in browser.get("/relationships/").text
    assert "R-01" in browser.get("/relationships/?show=ended").text
    assert unit(lambda s: list(trail.verify(s)), "read") == []


def test_who_sees_which_relationships(unit, client_of, north):
    south = unit(lambda s: make_partner(s, "South"))
    mine, other = (
        unit(lambda s: make_relationship(s, name="Mine")),
        unit(lambda s: make_relationship(s, name="Other")),
    )
    unit(lambda s: (join(s, mine, north), join(s, other, south)))
    contact = unit(lambda s: make_contact(s, s.get_one(Relationship, mine.id), partner_id=north.id))
    viewer = unit(lambda s: make_person(s, Role.VIEWER))
    lost = unit(lambda s: make_person(s, Role.PARTNER_CONTACT))
    refs = {
        who.person_id: {
            one.ref for one in unit(lambda s, who=who: s.scalars(visible_relationships(who)).all(), "read")
        }
        for who in (contact, viewer)
    }
    assert refs[contact.person_id] == {mine.ref}
    assert refs[viewer.person_id] == {mine.ref, other.ref}
    assert unit(lambda s: s.scalars(visible_relationships(lost)).all(), "read") == []
    browser = client_of(contact)
    page = browser.get("/relationships/").text
    assert "Mine" in page
    assert "Other" not in page
    assert browser.get(f"/relationships/{mine.ref}").status_code == 200
    assert browser.get(f"/relationships/{other.ref}").status_code == 404
    assert browser.get(f"/relationships/partners/{north.id}").status_code == 200
    assert browser.get(f"/relationships/partners/{south.id}").status_code == 404
    page = browser.get("/relationships/partners").text
    assert "North" in page
    assert "South" not in page
    assert browser.get("/people/").status_code == 403


def test_whoever_manages_one_relationship_changes_that_one(unit, client_of, north):
    mine, other = unit(make_relationship), unit(make_relationship)
    unit(lambda s: (join(s, mine, north), join(s, other, north)))
    browser = client_of(unit(lambda s: make_person(s, scoped=[(Role.RELATIONSHIP_MANAGER, mine.id)])))
    assert browser.get(f"/relationships/{mine.ref}/edit").status_code == 200
    assert browser.post(f"/relationships/{mine.ref}/edit", data=form(north, version=1)).status_code == 302
    assert browser.get(f"/relationships/{other.ref}/edit").status_code == 403
    assert browser.post(f"/relationships/{other.ref}/edit", data=form(north, version=1)).status_code == 403
    assert browser.get("/relationships/new").status_code == 403
    assert browser.post("/relationships/new", data=form(north)).status_code == 403
    assert browser.get("/relationships/partners/new").status_code == 403
    assert browser.get(f"/relationships/partners/{north.id}/edit").status_code == 403


def test_partners(unit, client_of, north):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    good = {"name": "West", "sector": "Rail", "country": "DE", "note": "", "active": "y"}
    answer = browser.post("/relationships/partners/new", data=good)
    assert answer.status_code == 302
    assert "Germany" in browser.get(answer.location).text
    again = browser.post("/relationships/partners/new", data=good | {"name": "WEST"})
    assert again.status_code == 422
    assert "There is a partner named WEST already." in again.text
    assert (
        browser.post(f"{answer.location}/edit", data=good | {"name": "North", "version": 1}).status_code
        == 422
    )
    assert (
        browser.post(f"{answer.location}/edit", data=good | {"name": "Far West", "version": 1}).status_code
        == 302
    )
    assert "Far West" in browser.get("/relationships/partners?q=far").text
    assert browser.get(f"/relationships/new?partner={north.id}").text.count(" checked") == 1


@pytest.mark.parametrize(
    "change",
    [{"partners": []}, {"name": ""}, {"stage": "management_system"}, {"kind": "friend"}, {"owner": "nobody"}],
)
def test_a_relationship_that_cannot_be_taken(unit, client_of, north, change):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    assert browser.post("/relationships/new", data=form(north) | change).status_code == 422


def test_a_partners_person_answers_for_nothing_of_ours(unit, client_of, north):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    contact = unit(lambda s: make_person(s, Role.PARTNER_CONTACT, partner_id=north.id))
    answer = browser.post("/relationships/new", data=form(north, owner=str(contact.person_id)))
    assert answer.status_code == 422


def test_lists_stay_bounded(unit, client_of, north):
    browser = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    counts = []
    for extra in (1, 60):

        def more(session, extra=extra):
            for _ in range(extra):
                join(session, make_relationship(session), north)

        unit(more)
        seen = []

        def note(*args, seen=seen):
            seen.append(args[2])

        sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
        try:
            assert browser.get("/relationships/").status_code == 200
        finally:
            sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 10
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Relationship)), "read") == 61
