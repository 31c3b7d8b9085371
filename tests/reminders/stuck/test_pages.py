"""The list of what is stuck: what, since when, who was told, whose turn; begun anew from there."""

from datetime import timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.people.rules import Role
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.rules import MemberRole
from auditapp.reminders.engine.service import run_jobs
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.queries import next_moment
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.stuck import queries
from tests.factories import make_person, make_relationship
from tests.statements import counted

DAYS = 60


def a_world(session, count=1):
    """``count`` scorecards that nobody answered for sixty days."""
    at = now()
    people = {
        "kim": make_person(session, Role.PROGRAMME_MANAGER, name="Kim Programme"),
        "ser": make_person(session, Role.SER, name="Sam Senior"),
        "viewer": make_person(session, Role.VIEWER),
    }
    owner = make_person(session, Role.ACTION_OWNER, name="Olga Owner")
    relationship = make_relationship(session, ref="R-01", name="Tidal scheme", owner_id=owner.person_id)
    session.add(
        RelationshipMember(
            relationship_id=relationship.id,
            person_id=owner.person_id,
            role=MemberRole.JOINT_TEAM,
            added_at=at,
        )
    )
    day = (at - timedelta(days=DAYS)).date()
    for number in range(count):
        session.add(
            Obligation(
                key="scorecard", subject=str(new_id()), number=number, anchor_on=day, intended_on=day, due_on=day,
                relationship_id=relationship.id, thing_kind="relationship", thing_ref="R-01", title="Tidal scheme",
                created_at=at,
            )
        )  # fmt: skip
    session.flush()
    moment = at - timedelta(days=DAYS)
    while moment < at:
        run_jobs(session, at=moment, only={"scan", "climb", "notify"})  # nothing else begins
        moment = next_moment(session, at=moment)
    return people


def test_what_nobody_answered_is_listed_with_who_was_told(session):
    a_world(session)
    page = queries.stuck(session, at=now())
    assert queries.how_many(session) == page.total == 1
    row = page.rows[0]
    assert row.item is not None
    assert list(row.waits_on) == ["Olga Owner"]
    assert "Olga Owner" in row.asked[0].names
    assert any("Sam Senior" in one.names for one in row.asked)
    assert [one.level for one in row.asked] == sorted(one.level for one in row.asked)
    assert row.due_on < row.since.date() <= now().date()


def test_as_many_statements_whatever_is_stuck(session):
    a_world(session, 3)
    with counted(session) as few:
        assert queries.stuck(session, at=now()).total == 3
    more = session.query(ReminderRun).filter_by(state=RunState.CAPPED).first()
    assert more is not None
    for _ in range(40):
        session.add(
            ReminderRun(
                item_key=f"x:{new_id()}", due_version="1", kind=more.kind, severity=more.severity, ref="A", title="A",
                due_on=more.due_on, due_at=None, relationship_id=None, policy=more.policy, owners=[],
                started_at=now(), state=RunState.CAPPED,
            )
        )  # fmt: skip
    session.flush()
    with counted(session) as many:
        page = queries.stuck(session, at=now(), page=2)
    assert (page.total, len(page.rows)) == (43, 18)
    assert len(many) <= len(few) + 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_programme_manager_opens_it_or_begins_it_anew(unit, client_of):
    world = unit(a_world)
    browser = client_of(world["kim"])
    page = browser.get("/policies/stuck/").text
    assert "1 reminder went up every level and nobody answered." in page
    assert "Olga Owner" in page
    assert "Begin anew" in page
    assert "Begin anew" not in client_of(world["ser"]).get("/policies/stuck/").text
    assert client_of(world["viewer"]).get("/policies/stuck/").status_code == 403
    run_id = unit(lambda s: queries.stuck(s, at=now()).rows[0].run_id, "read")
    assert f"/reminders/{run_id}/restart" in page
    assert browser.post(f"/reminders/{run_id}/restart").status_code == 302
    page = browser.get("/policies/stuck/").text
    assert "Nothing is stuck" in page
    assert "Nobody is reminded of them any more" not in page
