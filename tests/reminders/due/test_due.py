"""The facade: what is asked for, who may see what, and that it stays cheap however much there is."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import Action
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.ids import new_id
from auditapp.people.model import Training
from auditapp.people.rules import Role
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import rules
from auditapp.relationships.obligations.rules import State
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskKind, Treatment
from auditapp.relationships.rules import MemberRole, Sharing
from auditapp.reminders import due
from auditapp.reminders.rules import DueItem, Kind, Level
from auditapp.reminders.sources import obligations
from auditapp.reminders.sources.base import Wanted
from tests.factories import make_contact, make_organization, make_person, make_relationship
from tests.factories.audits import make_audit, make_auditor
from tests.factories.nonconformities import make_action, make_nonconformity
from tests.reminders.sources.conftest import AT, TODAY, day


def fill(session, count, *, first=0):
    """So many of the things that pile up, each in a relationship of its own."""
    for number in range(first, first + count):
        who = make_person(session)
        place = make_relationship(session, owner_id=who.person_id)
        contact = make_contact(session, place, MemberRole.JOINT_TEAM)
        nc = make_nonconformity(
            session, who, status=NcStatus.IMPLEMENTING, relationship_id=place.id, verifier_id=who.person_id,
            turn_due_on=day(1), grade=Grade.MINOR,
        )  # fmt: skip
        make_action(session, nc, who.person_id, due_on=day(number % 9))
        make_nonconformity(
            session, who, status=NcStatus.CAUSE, responsible_id=who.person_id, turn_due_on=day(2)
        )
        place_id = {"relationship_id": place.id, "created_at": AT}
        session.add_all(
            [
                Obligation(
                    key="trigger_watch", subject=str(new_id()), anchor_on=TODAY, number=1, intended_on=day(3),
                    due_on=day(3), **place_id,
                ),
                JointAction(
                    ref=f"JA-{number}", title="Send it", due_on=day(4), owner_id=contact.person_id,
                    sharing=Sharing.SHARED, asked_by_id=who.person_id, **place_id,
                ),
                Risk(
                    ref=f"RK-{number}", written_by_id=who.person_id, kind=RiskKind.RISK, title="Rain", likelihood=1,
                    impact=1, treatment=Treatment.REDUCE, due_on=day(5), next_review_on=day(6), **place_id,
                ),
                Training(person_id=who.person_id, course="Auditor", taken_on=day(-9), expires_on=day(7)),
            ]
        )  # fmt: skip
        audit = make_audit(session, at=AT, leader=make_auditor(session), auditees=[who], starts_on=day(12))
        audit.relationships.append(place)
    session.flush()


def counted(session, work):
    """What some work gives, and how many statements it took."""
    statements = []

    def note(*args):
        statements.append(args[2])

    session.flush()
    session.expire_all()
    bind = session.get_bind()
    sa.event.listen(bind, "before_cursor_execute", note)
    try:
        return work(), len(statements)
    finally:
        sa.event.remove(bind, "before_cursor_execute", note)


def test_the_number_of_statements_is_the_same_with_1_10_and_100_of_everything(session):
    make_organization(session)
    manager = make_person(session, Role.PROGRAMME_MANAGER)
    asked = {
        "scan": lambda: due.coming(session, at=AT, horizon=lambda _: 30),
        "all": lambda: due.items(session, at=AT, until=day(30)),
        "mine": lambda: due.items(session, at=AT, until=day(30), person_id=manager.person_id),
        "seen": lambda: due.visible(session, manager, at=AT, until=day(30)),
        "kind": lambda: due.items(session, at=AT, until=day(30), kinds=[Kind.JOINT_ACTION]),
    }
    seen: dict[str, set[int]] = {name: set() for name in asked}
    sizes = []
    for count, first in ((1, 0), (9, 1), (90, 10)):
        fill(session, count, first=first)
        for name, work in asked.items():
            found, statements = counted(session, work)
            seen[name].add(statements)
            if name == "all":
                sizes.append(len(found))
    assert {name: len(counts) for name, counts in seen.items()} == dict.fromkeys(asked, 1), seen
    assert sizes == [9, 90, 900]
    assert max(seen["kind"]) <= 8


INDEXES = {
    "obligations": "ix_obligation_open_due",
    "joint_actions": "ix_joint_action_open_due",
    "treatments": "ix_risk_open_due",
    "trainings": "ix_training_expires_on",
    "actions": "ix_nonconformity_action_status_due_on",
}


def plan_of(session, statement, parameters):
    dialect = session.get_bind().dialect.name
    lead = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
    rows = session.connection().exec_driver_sql(lead + statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def test_what_is_due_is_found_on_an_index_by_its_day(session):
    """Plans with many rows settled or far ahead, as the planner of PostgreSQL sees them after ANALYZE."""
    make_organization(session)
    place = make_relationship(session)
    who = make_person(session)
    nc = make_nonconformity(session, who, status=NcStatus.IMPLEMENTING)
    common = {"created_at": AT, "relationship_id": place.id}
    first = make_action(session, nc, who.person_id, due_on=day(3))
    for number in range(3000):
        far = day(400 + number % 700)
        session.add(
            Obligation(
                key="value_review", subject=str(new_id()), anchor_on=TODAY, number=1, intended_on=far, due_on=far,
                state=State.OPEN if number % 2 else State.DONE, **common,
            )
        )  # fmt: skip
        session.add(
            JointAction(
                ref=f"JA-{number}", title="Send it", due_on=far, owner_id=who.person_id, sharing=Sharing.SHARED,
                asked_by_id=who.person_id, **common,
            )
        )  # fmt: skip
        session.add(
            Risk(
                ref=f"RK-{number}", written_by_id=who.person_id, kind=RiskKind.RISK, title="Rain", likelihood=1,
                impact=1, treatment=Treatment.REDUCE, due_on=far, next_review_on=far, **common,
            )
        )  # fmt: skip
        session.add(Training(person_id=who.person_id, course="Auditor", taken_on=day(-9), expires_on=far))
    session.flush()
    same = {column.name: getattr(first, column.key) for column in sa.inspect(Action).columns}
    session.execute(
        sa.insert(Action),
        [
            same | {"id": new_id(), "ref": f"A-{number}", "due_on": day(400 + number % 700)}
            for number in range(3000)
        ],
    )
    session.execute(sa.text("ANALYZE"))
    said: list[tuple[str, object]] = []

    def note(*args):
        said.append((args[2], args[3]))

    sa.event.listen(session.get_bind(), "before_cursor_execute", note)
    due.coming(session, at=AT, horizon=lambda _: 14)
    sa.event.remove(session.get_bind(), "before_cursor_execute", note)
    plans = "\n".join(plan_of(session, *one) for one in said if one[0].lstrip().startswith("SELECT"))
    missing = {name: index for name, index in INDEXES.items() if not re.search(rf"\b{index}\b", plans)}
    assert missing == {}


def test_only_the_days_of_each_rule_are_read(session):
    """Rules with the same last day stand together; there are as many conditions as distinct lead times."""
    found = {rule.key: rule for rule in rules(session)}
    wanted = Wanted(at=AT, today=TODAY, zone="UTC", last=lambda _: day(7), leads_count=True)
    bounds = obligations.bounds_of(found, wanted)
    for last, keys in bounds.items():
        assert {max(found[key].lead_days) for key in keys} == {(last - TODAY).days}
    assert sum(len(keys) for keys in bounds.values()) == len(found)


@pytest.fixture
def world(session):
    """A relationship with its people, an audit of it, and something due of each sort."""
    make_organization(session)
    place, other = make_relationship(session, ref="R-01"), make_relationship(session, ref="R-02")
    people = {
        name: make_person(session, *roles, name=name)
        for name, roles in {
            "keeper": [], "owner": [], "auditor": [Role.AUDITOR], "viewer": [Role.VIEWER], "ser": [Role.SER],
            "system": [Role.SYSTEM_MANAGER],
        }.items()
    }  # fmt: skip
    place.manager_id = people["keeper"].person_id
    people["contact"] = make_contact(session, place, MemberRole.JOINT_TEAM, name="contact")
    people["stranger"] = make_contact(session, other, name="stranger")
    leader = make_auditor(session, name="leader")
    audit = make_audit(
        session, at=AT, leader=leader, auditees=[people["contact"]], relationship_ids=[place.id], starts_on=day(12)
    )  # fmt: skip
    nc = make_nonconformity(
        session, leader, status=NcStatus.IMPLEMENTING, relationship_id=place.id, audit_id=audit.id,
        responsible_id=people["keeper"].person_id, verifier_id=leader.person_id,
    )  # fmt: skip
    make_action(session, nc, people["owner"].person_id, due_on=day(3))
    make_action(session, nc, people["contact"].person_id, due_on=day(4))
    common = {"relationship_id": place.id, "created_at": AT}
    for key in ("scorecard", "value_review"):
        session.add(
            Obligation(key=key, subject=str(place.id), anchor_on=TODAY, number=1, intended_on=day(5), due_on=day(5), **common)
        )  # fmt: skip
    for number, sharing in enumerate((Sharing.SHARED, Sharing.INTERNAL)):
        session.add(
            JointAction(
                ref=f"JA-{number}", title="Send it", due_on=day(6), owner_id=people["owner"].person_id, sharing=sharing,
                asked_by_id=people["keeper"].person_id, **common,
            )
        )  # fmt: skip
    session.flush()
    return people | {"leader": leader, "place": place, "other": other, "audit": audit, "nc": nc}


def words(found: list[DueItem]):
    return sorted(item.key.partition(":")[0] for item in found)


# Who reads -> what they see, by the words of the keys.
EVERYTHING = [
    "action",
    "action",
    "audit",
    "audit_preparation",
    "joint_action",
    "joint_action",
    "obligation",
    "obligation",
]
SEEN = {
    "system": EVERYTHING,
    "viewer": EVERYTHING,
    "auditor": EVERYTHING,
    "keeper": EVERYTHING,  # it is their relationship
    # an action of theirs shows its nonconformity with its actions, and nothing of the audit
    "owner": ["action", "action", "joint_action", "joint_action", "obligation", "obligation"],
    # a contact: an action and an audit of their own, and what is shared
    "contact": ["action", "audit", "audit_preparation", "joint_action", "obligation"],
    "stranger": [],
}


def test_everybody_sees_what_they_may_see(session, world):
    for name, expected in SEEN.items():
        found = due.visible(session, world[name], at=AT, until=day(60))
        assert words(found) == expected, name


def test_what_is_shared_is_said(session, world):
    found = due.visible(session, world["contact"], at=AT, until=day(60))
    assert {item.key.partition(":")[0] for item in found if item.shared} == {"joint_action", "obligation"}
    assert {item.relationship_id for item in found} == {world["place"].id}


def test_mine_is_what_i_own_or_stand_in_for(session, world):
    def mine(name):
        return words(due.items(session, at=AT, until=day(60), person_id=world[name].person_id))

    assert mine("owner") == ["action", "joint_action", "joint_action"]
    assert mine("contact") == ["action", "audit", "obligation"]
    assert mine("keeper") == ["obligation"]
    assert mine("stranger") == []
    assert mine("leader") == ["audit", "audit_preparation"]


def test_my_team_is_what_waits_for_others_where_i_run_or_lead(session, world):
    def team(name):
        return words(due.team(session, world[name], at=AT, until=day(60)))

    assert team("keeper") == [one for one in EVERYTHING if one != "obligation"] + ["obligation"]
    assert team("leader") == ["action", "action", "audit"]
    assert team("viewer") == []


def test_narrowed_by_kind_relationship_programme_and_day(session, world):
    def found(**more):
        return words(due.items(session, at=AT, **({"until": day(60)} | more)))

    assert found(kinds=[Kind.ACTION]) == ["action", "action"]
    assert found(until=day(3)) == ["action"]
    assert found(since=day(6), until=day(6)) == ["joint_action", "joint_action"]
    assert found(relationship_ids=[world["place"].id]) == EVERYTHING
    assert found(relationship_ids=[world["other"].id]) == []
    assert found(programme_id=UUID(int=1)) == []
    assert found(keys=[]) == []


def test_an_item_is_found_again_by_its_key(session, world):
    everything = due.items(session, at=AT, until=day(60))
    assert len({item.key for item in everything}) == len(everything)
    for item in everything:
        assert due.items(session, at=AT, until=day(60), keys=[item.key]) == [item]
    assert due.items(session, at=AT, until=day(60), keys=[item.key for item in everything]) == everything


def test_by_day_and_never_over_themselves(session, world):
    found = due.items(session, at=AT, until=day(60))
    assert [item.due_on for item in found] == sorted(item.due_on for item in found)
    for item in found:
        assert not any(set(people) & set(item.owners) for people in item.above.values())
        assert set(item.above) <= set(Level) - {Level.OWNER, Level.DEPUTY}


def test_the_far_future_is_no_fault(session, world):
    assert due.items(session, at=AT, until=day(0) + timedelta(days=365 * 5000))
    assert due.coming(session, at=AT, horizon=lambda _: 10**6)
