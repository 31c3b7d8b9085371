"""The dossier: everything on one page, at most fifteen statements whatever the relationship holds; a contact's half of it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.people.rules import Role
from auditapp.relationships.actions import service as actions
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.obligations.service import begin_missing
from auditapp.relationships.rmp import service as rmp
from auditapp.relationships.rmp.model import Plan
from auditapp.relationships.rmp.rules import PlanKind
from auditapp.relationships.rules import MemberRole, Sharing
from tests.factories import make_contact, make_person, make_relationship

MOST = 15


def build(session):
    found = make_relationship(session, ref="R-01", name="Tidal scheme")
    kim = make_person(session, name="Kim Kapok", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])
    found.manager_id = kim.person_id
    wes = make_contact(session, found, MemberRole.PARTNER_SER, name="Wes Willow")
    plan = rmp.begin_plan(
        session, actor=kim, at=now(), kind=PlanKind.JOINT, title="Joint plan", relationship_id=found.id
    )
    begin_missing(session, at=now())
    session.flush()
    return SimpleNamespace(found=found, kim=kim, wes=wes, plan=plan)


def fill(session, world, *, issues=50, versions=20, many=200):
    for number in range(issues):
        session.add(
            Issue(
                id=new_id(), ref=f"IS-2026-9{number:02d}", relationship_id=world.found.id, title=f"Issue {number}",
                kind="delivery", severity="serious", raised_at=now(), raised_by_id=world.kim.person_id,
                partner_id=world.wes.partner_id, description="d", impact="i", sharing=Sharing.SHARED, level=1 + number % 4,
            )
        )  # fmt: skip
    plan = session.get(Plan, world.plan.id)
    for _ in range(versions - 1):
        rmp.withdraw(session, actor=world.kim, at=now(), plan=plan, reason="x")
        rmp.begin_version(session, actor=world.kim, at=now(), plan=plan, reason="x")
    for number in range(many):
        actions.add_action(
            session, actor=world.kim, at=now(), relationship_id=world.found.id, title=f"Action {number}",
            owner_id=world.kim.person_id, due_on=date(2026, 1, 1) + timedelta(days=number),
            sharing=Sharing.SHARED if number % 2 else Sharing.INTERNAL,
        )  # fmt: skip
    for number in range(20):
        person = make_person(session, name=f"Member {number:02d}")
        session.add(
            RelationshipMember(
                relationship_id=world.found.id,
                person_id=person.person_id,
                role=MemberRole.JOINT_TEAM,
                added_at=now(),
            )
        )


def statements(app, browser, address):
    seen = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine

    def note(connection, cursor, statement, *_):
        del connection, cursor
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION")):
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    answer = browser.get(address)
    sa.event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    return seen, answer.get_data(as_text=True)


def test_at_most_fifteen_statements_with_fifty_issues_twenty_versions_and_two_hundred_actions(
    app, unit, client_of
):
    world = unit(build)
    browser = client_of(world.kim)
    few, _page = statements(app, browser, "/relationships/R-01")
    unit(lambda s: fill(s, world))
    many, page = statements(app, browser, "/relationships/R-01")
    assert len(many) <= MOST, "\n\n".join(many)
    assert len(many) == len(few) or len(few) < len(many) <= MOST
    for words in ("All 50", "All 200", "Joint plan", "Issue 3", "Member 07", "Wes Willow"):
        assert words in page
    partner, _page = statements(app, browser, f"/relationships/partners/{world.wes.partner_id}")
    assert len(partner) <= MOST


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_contact_reads_their_half(app, unit, client_of):
    world = unit(build)
    unit(lambda s: fill(s, world, issues=2, versions=1, many=4))
    seen, page = statements(app, client_of(world.wes), "/relationships/R-01")
    assert len(seen) <= MOST
    assert "Action 1" in page
    assert "Action 0" not in page
    assert "Joint plan" not in page, "a draft is not shared"
    assert "What recurs" not in page
    assert "Nonconformities" not in page
