"""Pages of what recurs: what is due is listed, done, skipped, moved; rules are kept; contacts see none of it."""

from datetime import date

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.obligations import service
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State
from tests.factories import make_contact, make_person, make_relationship

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def world(unit):
    def make(session):
        ada = make_person(session, Role.SYSTEM_MANAGER)
        found = make_relationship(session, ref="R-01", name="Tidal scheme")
        contact = make_contact(session, found)
        one = service.begin(
            session,
            at=now(),
            key="scorecard",
            subject=found.id,
            anchor_on=date(2026, 1, 10),
            relationship_id=found.id,
        )
        return {"ada": ada, "contact": contact, "viewer": make_person(session, Role.VIEWER), "id": one.id}

    return unit(make)


def the_one(unit, world):
    return unit(lambda s: s.get(Obligation, world["id"]), "read")


def test_what_is_due_stands_in_the_list_of_all_and_of_its_relationship(client_of, world):
    browser = client_of(world["viewer"])
    for address in ("/obligations/", "/relationships/R-01/obligations", "/obligations/?show=overdue"):
        page = browser.get(address).get_data(as_text=True)
        assert "Performance scorecard" in page
        assert "Overdue" in page
    assert "Nothing settled yet" in browser.get("/obligations/?show=settled").get_data(as_text=True)


def test_it_is_done_and_the_next_one_follows(client_of, unit, world):
    browser = client_of(world["ada"])
    answer = browser.post(
        f"/obligations/{world['id']}/done", data={"on": "2026-05-02", "note": "Scores in DOC-7"}
    )
    assert answer.status_code == 302
    assert "10 July 2026" in browser.get(answer.location).get_data(as_text=True)
    found = the_one(unit, world)
    assert (found.state, found.ended_on, found.note) == (State.DONE, date(2026, 5, 2), "Scores in DOC-7")


def test_a_management_review_is_not_ticked_off_but_by_its_minutes(client_of, unit, world):
    def owed(session):
        return service.begin(
            session, at=now(), key="management_review", subject="system", anchor_on=date(2026, 1, 10)
        ).id

    address = f"/obligations/{unit(owed)}"
    browser = client_of(world["ada"])
    page = browser.get(address).get_data(as_text=True)
    assert "minutes of its meeting are issued" in page
    assert "/reports/management-reviews" in page
    assert f"{address}/done" not in page
    answer = browser.post(f"{address}/done", data={"on": "2026-05-02"})
    assert answer.status_code == 409
    assert "It was done" not in answer.get_data(as_text=True)


def test_skipping_without_a_reason_keeps_the_page_and_says_so(client_of, unit, world):
    page = client_of(world["ada"]).post(f"/obligations/{world['id']}/skip", data={"note": " "})
    assert page.status_code == 422
    assert "Say why" in page.get_data(as_text=True)
    assert the_one(unit, world).state is State.OPEN


def test_all_that_were_missed_are_skipped_at_once(client_of, unit, world):
    client_of(world["ada"]).post(
        f"/obligations/{world['id']}/skip", data={"note": "Strike", "all_missed": "y"}
    )
    left = unit(
        lambda s: s.scalars(sa.select(Obligation).where(Obligation.state == State.OPEN)).all(), "read"
    )
    assert [one.due_on >= now().date() for one in left] == [True]


def test_it_is_moved_and_says_both_days(client_of, world):
    browser = client_of(world["ada"])
    browser.post(f"/obligations/{world['id']}/move", data={"due_on": "2026-12-24", "reason": "holidays"})
    page = browser.get(f"/obligations/{world['id']}").get_data(as_text=True)
    assert "24 December 2026" in page
    assert "10 April 2026" in page


def test_who_may_not_settle_is_refused(client_of, unit, world):
    answer = client_of(world["viewer"]).post(f"/obligations/{world['id']}/done", data={"on": "2026-05-02"})
    assert answer.status_code == 403
    assert the_one(unit, world).state is State.OPEN


def test_a_rule_is_changed_and_a_bad_one_keeps_what_was_typed(client_of, world):
    browser = client_of(world["ada"])
    page = browser.post(
        "/obligations/rules/scorecard",
        data={
            "version": "0",
            "months": "1",
            "days": "0",
            "lead_days": "seven",
            "whose": ["joint_team"],
            "active": "y",
        },
    )
    assert page.status_code == 422
    assert "seven" in page.get_data(as_text=True)
    answer = browser.post(
        "/obligations/rules/scorecard",
        data={
            "version": "0",
            "months": "1",
            "days": "0",
            "lead_days": "7, 1",
            "whose": ["joint_team"],
            "active": "y",
        },
    )
    assert answer.status_code == 302
    assert "every month" in browser.get("/obligations/rules").get_data(as_text=True)
    assert browser.get("/obligations/rules/nothing").status_code == 404


def test_a_rule_of_ones_own_is_added(client_of, world):
    browser = client_of(world["ada"])
    answer = browser.post(
        "/obligations/rules/new",
        data={
            "version": "0", "title": "Walk the site", "scope": "relationship", "months": "2", "days": "0",
            "lead_days": "3", "whose": ["joint_team"], "from_stage": "working_together", "active": "y",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert "Walk the site" in browser.get("/relationships/R-01/obligations").get_data(as_text=True)
    assert browser.get("/obligations/rules/new").status_code == 200


def test_a_contact_sees_none_of_it(client_of, world):
    browser = client_of(world["contact"])
    for address in ("/obligations/", "/relationships/R-01/obligations", f"/obligations/{world['id']}"):
        assert browser.get(address).status_code == 403


def test_the_list_costs_the_same_for_few_and_many(app, client_of, unit, world, request):
    browser = client_of(world["viewer"])

    def statements():
        from_now = []
        with app.app_context():
            engine = app.extensions["sqlalchemy"].engine

        def count(*_):
            from_now.append(1)

        sa.event.listen(engine, "before_cursor_execute", count)
        browser.get("/obligations/")
        sa.event.remove(engine, "before_cursor_execute", count)
        return len(from_now)

    few = statements()

    def more(session):
        for number in range(40):
            found = make_relationship(session, ref=f"R-9{number:02d}")
            service.begin(
                session, at=now(), key="scorecard", subject=found.id, anchor_on=date(2026, 1, 10),
                relationship_id=found.id,
            )  # fmt: skip

    unit(more)
    assert statements() == few
