"""Pages of plans: written, submitted, agreed in two browsers, compared; a contact's half of it."""

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.relationships.rmp import service
from auditapp.relationships.rmp.model import Plan
from auditapp.relationships.rules import Sharing
from tests.relationships.rmp.conftest import build, write

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def world(unit):
    def make(session):
        world = build(session)
        world.ref = world.plan.ref
        return world

    return unit(make)


def text(browser, address):
    answer = browser.get(address, follow_redirects=True)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_a_plan_is_written_submitted_and_agreed_by_both(client_of, world):
    kim, ben, wes = client_of(world.kim), client_of(world.ben), client_of(world.wes)
    assert "Joint plan" in text(kim, "/relationships/R-01/rmp")
    kim.post(
        f"/rmp/{world.ref}/sections/scope_and_context",
        data={
            "version": "0",
            "text": "# What\n\n- **one** <script>x</script>",
            "owner": str(world.kim.person_id),
            "sharing": "shared",
        },
    )
    page = text(kim, f"/rmp/{world.ref}")
    assert "<strong>one</strong>" in page
    assert "<script>x" not in page
    assert wes.get(f"/rmp/{world.ref}").status_code == 404
    kim.post(f"/rmp/{world.ref}/submit")
    assert "Version 1 waits for the agreement of Test organization, Partner" in text(kim, f"/rmp/{world.ref}")
    ben.post(f"/rmp/{world.ref}/agree", data={"party": ""})
    assert "<strong>one</strong>" in text(wes, f"/rmp/{world.ref}")
    wes.post(f"/rmp/{world.ref}/agree", data={"party": str(world.wes.partner_id)})
    kim.post(f"/rmp/{world.ref}/in-force")
    assert "In force" in text(wes, f"/rmp/{world.ref}")
    assert "Next review" in text(kim, f"/rmp/{world.ref}")


def test_a_conflict_keeps_what_was_typed_and_shows_the_other_text(client_of, unit, world):
    unit(lambda s: write(s, world, text="Theirs"))
    page = client_of(world.kim).post(
        f"/rmp/{world.ref}/sections/scope_and_context",
        data={"version": "0", "text": "Mine, typed long", "owner": "", "sharing": "shared"},
    )
    body = page.get_data(as_text=True)
    assert page.status_code == 409
    assert "Mine, typed long" in body
    assert "Theirs" in body


def test_two_versions_are_compared(client_of, unit, world):
    def two(session):
        plan = session.get(Plan, world.plan.id)
        section = write(session, world, text="We meet monthly.")
        service.submit(session, actor=world.kim, at=now(), plan=plan)
        service.withdraw(session, actor=world.kim, at=now(), plan=plan, reason="again")
        service.begin_version(session, actor=world.kim, at=now(), plan=plan, reason="")
        del section
        write(session, world, text="We meet weekly.", version=1)

    unit(two)
    page = text(client_of(world.kim), f"/rmp/{world.ref}/compare?from=1&to=2")
    assert "monthly<" in page
    assert "weekly<" in page


def test_a_review_is_logged_and_an_empty_one_is_not(client_of, unit, world):
    unit(lambda s: write(s, world))
    kim = client_of(world.kim)
    bad = kim.post(
        f"/rmp/{world.ref}/review", data={"held_on": "2026-02-02", "ours": "Kim", "outcome": "confirmed"}
    )
    assert bad.status_code == 422
    assert "reviewed by both sides" in bad.get_data(as_text=True)
    kim.post(
        f"/rmp/{world.ref}/review",
        data={"held_on": "2026-02-02", "ours": "Kim", "theirs": "Wes", "outcome": "confirmed"},
    )
    assert "Confirmed as it is" in text(kim, f"/rmp/{world.ref}")


def test_a_contact_changes_nothing(client_of, unit, world):
    unit(lambda s: write(s, world))
    unit(lambda s: service.submit(s, actor=world.kim, at=now(), plan=s.get(Plan, world.plan.id)))
    wes = client_of(world.wes)
    for address, data in (
        (f"/rmp/{world.ref}/sections/scope_and_context", {"version": "1", "text": "x"}),
        (f"/rmp/{world.ref}/versions", {}),
        (f"/rmp/{world.ref}/withdraw", {"reason": "x"}),
        (f"/rmp/{world.ref}/review", {}),
        (f"/rmp/{world.ref}/stages/awareness", {"note": "x"}),
    ):
        assert wes.post(address, data=data).status_code == 403, address
    assert (
        client_of(world.tim)
        .post(f"/rmp/{world.ref}/agree", data={"party": str(world.wes.partner_id)})
        .status_code
        == 403
    )


def test_a_section_is_commented_on_by_each_side(client_of, unit, world):
    unit(lambda s: write(s, world))
    unit(lambda s: service.submit(s, actor=world.kim, at=now(), plan=s.get(Plan, world.plan.id)))
    address = f"/rmp/{world.ref}/sections/scope_and_context"
    client_of(world.kim).post(
        f"{address}/comments", data={"comment": "ours alone", "sharing": Sharing.INTERNAL.value}
    )
    client_of(world.wes).post(f"{address}/comments", data={"comment": "from the partner"})
    assert "ours alone" not in text(client_of(world.wes), address)
    assert "from the partner" in text(client_of(world.kim), address)


def test_plans_are_begun_and_set(client_of, world):
    kim = client_of(world.kim)
    answer = kim.post(
        "/rmp/new",
        data={"relationship": "R-01", "kind": "internal", "title": "Ours", "owner": "", "partner_owner": ""},
    )
    assert answer.status_code == 302
    again = kim.post(
        "/rmp/new",
        data={"relationship": "R-01", "kind": "internal", "title": "Again", "owner": "", "partner_owner": ""},
    )
    assert again.status_code == 422
    assert "Ours" in text(kim, "/rmp/")
    assert "Joint plan" in text(kim, "/relationships/R-01/rmp")
    kim.post(
        f"/rmp/{world.ref}/settings",
        data={"version": "1", "title": "Renamed", "owner": "", "partner_owner": "", "months": "6"},
    )
    assert "Renamed" in text(kim, f"/rmp/{world.ref}")


def test_the_page_costs_the_same_with_many_versions(app, client_of, unit, world):
    kim = client_of(world.kim)

    def statements():
        seen = []
        with app.app_context():
            engine = app.extensions["sqlalchemy"].engine

        def count(*_):
            seen.append(1)

        sa.event.listen(engine, "before_cursor_execute", count)
        assert kim.get(f"/rmp/{world.ref}").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    unit(lambda s: write(s, world))
    few = statements()

    def more(session):
        plan = session.get(Plan, world.plan.id)
        for _ in range(20):
            service.withdraw(session, actor=world.kim, at=now(), plan=plan, reason="x")
            service.begin_version(session, actor=world.kim, at=now(), plan=plan, reason="x")

    unit(more)
    assert statements() == few
