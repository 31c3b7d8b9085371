"""What recurs: every open time by its rule, with its own lead times and the people the rule names."""

import pytest

from auditapp.people.rules import Role
from auditapp.relationships.obligations import service
from auditapp.relationships.obligations.model import Obligation, ObligationRule
from auditapp.relationships.obligations.rules import DEFAULTS, Scope, Source, State, Whose
from auditapp.relationships.rules import MemberRole, Priority
from auditapp.reminders import due
from auditapp.reminders.rules import Kind, Level, Severity
from auditapp.reminders.sources.obligations import KINDS, SEATS, STEPS, TOGETHER, kind_of
from tests.factories import make_contact, make_person, make_relationship
from tests.reminders.sources.conftest import AT, day


@pytest.fixture
def cast(session):
    place = make_relationship(session, name="Tidal scheme")
    found = {
        name: make_person(session, *roles, name=name)
        for name, roles in {
            "system": [Role.SYSTEM_MANAGER],
            "ser": [Role.SER],
            "owner": [],
            "manager": [],
            "named": [],
        }.items()
    }
    place.owner_id, place.manager_id = found["owner"].person_id, found["manager"].person_id
    found["joint"] = make_contact(session, place, MemberRole.JOINT_TEAM, name="joint")
    found["partner_manager"] = make_contact(
        session, place, MemberRole.PARTNER_MANAGER, name="partner_manager", partner_id=found["joint"].partner_id
    )  # fmt: skip
    return found | {"place": place}


def open_time(session, cast, key, *, due_on, of_place=True, **more):
    row = Obligation(
        key=key, subject=str(cast["place"].id) if of_place else "system", anchor_on=due_on, number=1,
        intended_on=due_on, due_on=due_on, created_at=AT, relationship_id=cast["place"].id if of_place else None,
        **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


# Key -> who is asked, where the seats are filled as above. A contact only where it is done together.
ASKED = {
    "management_review": ["ser", "system"],
    "joint_team_meeting": ["joint"],
    "ser_oversight": ["ser"],
    "health_check": ["manager"],
    "scorecard": ["joint"],
    "exit_review": ["owner", "partner_manager"],
    "continuity_test": ["owner"],
    "risk_review": ["manager"],
    "value_review": ["manager"],
    "policy_review": ["system", "ser"],
    "business_case_review": ["owner"],
    "rmp_review": ["manager"],
    "surveillance_visit": ["system", "ser"],
    "body_finding_reply": ["system"],
}


def test_each_rule_asks_whom_it_names(session, cast, look):
    for key, who in ASKED.items():
        system = DEFAULTS[key].scope is Scope.SYSTEM or key in {"surveillance_visit", "body_finding_reply"}
        row = open_time(session, cast, key, due_on=day(10), of_place=not system)
        [found] = [one for one in look("obligation") if one.thing_id == str(row.id)]
        assert list(found.owners) == [cast[name].person_id for name in who], key
        assert (found.kind, found.leads) == (kind_of(key), DEFAULTS[key].lead_days)
        assert found.shared == (key in TOGETHER and key != "rmp_review")
        assert (found.endpoint == "obligations.show") == (not found.shared)


def test_every_rule_that_is_kept_here_has_a_kind_a_step_and_somebody():
    assert set(KINDS) <= set(DEFAULTS)
    assert {kind_of(key) for key in DEFAULTS} <= set(STEPS)
    named = {Whose.DOCUMENT_OWNER, Whose.WATCHER, Whose.RISK_OWNER, Whose.TOP_MANAGEMENT, Whose.ACTION_OWNER}
    known = set(SEATS) | named
    for key, rule in DEFAULTS.items():
        if rule.source is not Source.ELSEWHERE:
            assert set(rule.whose) <= known, key


def test_who_is_named_comes_first_and_an_empty_seat_falls_to_who_runs_it(session, cast, look):
    open_time(session, cast, "document_review", due_on=day(3), owner_id=cast["named"].person_id)
    open_time(session, cast, "trigger_watch", due_on=day(4))
    document, watch = look("obligation")
    assert document.owners == (cast["named"].person_id,)
    assert watch.owners == (cast["owner"].person_id,)
    cast["place"].owner_id = None
    assert look("obligation")[1].owners == (cast["manager"].person_id,)


def test_a_critical_relationship_makes_its_reviews_serious(session, cast, look):
    cast["place"].priority = Priority.CRITICAL
    open_time(session, cast, "value_review", due_on=day(3))
    assert [one.severity for one in look("obligation")] == [Severity.SERIOUS]


def test_what_is_settled_is_not_due_and_the_next_is_another_item(session, cast, look):
    row = open_time(session, cast, "value_review", due_on=day(3))
    [before] = look("obligation")
    service.finish(
        session, actor=cast["system"], at=AT, found=row, state=State.DONE, on=AT.date(), note="Done."
    )
    [after] = look("obligation")
    assert after.key != before.key
    assert after.due_on > before.due_on


def test_a_rule_of_their_own_counts_too(session, cast, look):
    session.add(
        ObligationRule(
            key="own_garden", title="Water the garden", scope=Scope.RELATIONSHIP, whose=["relationship_owner"],
            months=1, lead_days=[2],
        )
    )  # fmt: skip
    open_time(session, cast, "own_garden", due_on=day(2))
    [found] = look("obligation")
    assert (found.kind, found.title) == (Kind.OBLIGATION, "Water the garden: Tidal scheme")
    assert found.above[Level.RELATIONSHIP] == (cast["manager"].person_id,)


def test_the_scan_sees_a_rule_as_long_ahead_as_its_own_leads(session, cast):
    for number, key in enumerate(("value_review", "policy_review", "recertification")):
        longest = max(DEFAULTS[key].lead_days)
        for ahead in (longest, longest + 1):
            open_time(
                session, cast, key, due_on=day(ahead), extra=f"{number}-{ahead}" if ahead == longest else ""
            )
    found = due.coming(session, at=AT, horizon=lambda _: 1)
    assert sorted(one.due_on for one in found) == [
        day(max(DEFAULTS[key].lead_days)) for key in ("value_review", "policy_review", "recertification")
    ]


def test_overdue_ones_count_however_old_unless_a_first_day_is_given(session, cast, look):
    open_time(session, cast, "value_review", due_on=day(-700))
    assert len(look("obligation", until=day(0))) == 1
    assert look("obligation", since=day(-699)) == []
    assert len(look("obligation", since=day(-700))) == 1
