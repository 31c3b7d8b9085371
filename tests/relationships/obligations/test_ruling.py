"""The rules: changing them, own ones, beginning wherever they apply, and who settles what."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.obligations import service
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import open_one, reminded, rule_of, rules
from auditapp.relationships.obligations.rules import DEFAULTS, Scope, Source, State, Whose, has_come
from auditapp.relationships.partners.service import add_partner, add_relationship, edit_relationship
from auditapp.relationships.rules import Kind, MemberRole, Priority, Stage
from tests.factories import make_person, make_relationship

RULE = {
    "key": "management_review",
    "version": 0,
    "title": "",
    "scope": Scope.SYSTEM,
    "whose": [Whose.SER],
    "months": 6,
    "days": 0,
    "lead_days": [7, 30],
    "bs": "5",
    "iso": "9.3",
    "from_stage": Stage.AWARENESS,
    "active": True,
}


@pytest.fixture
def ada(session):
    return make_person(session, Role.SYSTEM_MANAGER)


def save(session, actor, **more):
    return service.save_rule(session, actor=actor, at=now(), **(RULE | more))


def keys(session, subject):
    return set(
        session.scalars(
            sa.select(Obligation.key).where(
                Obligation.subject == str(subject), Obligation.state == State.OPEN
            )
        )
    )


def of_stage(stage):
    return {
        key
        for key, rule in DEFAULTS.items()
        if rule.source is Source.INTERVAL
        and rule.scope is Scope.RELATIONSHIP
        and has_come(stage, rule.from_stage)
    }


def new_relationship(session, ada, stage, **more):
    partner = add_partner(session, actor=ada, at=now(), name="Heron", sector="", country="GB")
    return add_relationship(
        session, actor=ada, at=now(), name="Together", kind=Kind.ALLIANCE, stage=stage, priority=Priority.LOW,
        partner_ids=[partner], **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    "stage", [Stage.AWARENESS, Stage.KNOWLEDGE, Stage.WORKING_TOGETHER, Stage.EXIT_STRATEGY]
)
def test_a_new_relationship_is_asked_what_its_stage_has(session, ada, stage):
    found = new_relationship(session, ada, stage)
    assert keys(session, found.id) == of_stage(stage)
    assert "joint_team_meeting" not in of_stage(Stage.AWARENESS)


def test_what_has_begun_does_not_begin_again(session, ada):
    make_relationship(session)
    first = service.begin_missing(session, at=now())
    assert first == len(of_stage(Stage.WORKING_TOGETHER)) + 2  # and two of the system
    assert service.begin_missing(session, at=now()) == 0


def test_the_end_of_a_relationship_ends_what_recurs_in_it(session, ada):
    found = new_relationship(session, ada, Stage.WORKING_TOGETHER, started_on=date(2026, 1, 1))
    edit_relationship(
        session, actor=ada, at=now(), relationship_id=found.id, version=found.version, name=found.name,
        kind=found.kind, priority=found.priority, purpose="", ser_id=None, owner_id=None,
        manager_id=None, started_on=found.started_on, ended_on=date(2026, 6, 1),
        partner_ids=[one.id for one in found.partners],
    )  # fmt: skip
    assert keys(session, found.id) == set()


def test_a_changed_rule_holds_from_the_next_time_on(session, ada):
    service.begin_missing(session, at=now())
    there = open_one(session, "management_review", "system")
    save(session, ada)
    assert open_one(session, "management_review", "system").intended_on == there.intended_on
    following = service.done(
        session, actor=ada, at=now(), key="management_review", subject="system", on=there.intended_on
    )
    assert timedelta(days=170) < following.intended_on - there.intended_on < timedelta(days=190)
    assert rule_of(session, "management_review").lead_days == (30, 7)


def test_a_rule_switched_off_asks_nothing_and_goes_on_where_it_was(session, ada):
    service.begin_missing(session, at=now())
    day = open_one(session, "management_review", "system").intended_on
    save(session, ada, active=False)
    assert open_one(session, "management_review", "system") is None
    assert service.begin_missing(session, at=now()) == 0
    save(session, ada, version=rule_of(session, "management_review").version, months=12)
    assert open_one(session, "management_review", "system").intended_on == day


def test_a_rule_of_ones_own_begins_in_every_relationship_that_has_come_so_far(session, ada):
    near, far = make_relationship(session, stage=Stage.KNOWLEDGE), make_relationship(session)
    key = save(
        session, ada, key=None, title="Walk the site together", scope=Scope.RELATIONSHIP,
        from_stage=Stage.WORKING_TOGETHER,
    )  # fmt: skip
    assert (key in keys(session, near.id), key in keys(session, far.id)) == (False, True)
    assert [rule.title for rule in rules(session)][27:] == ["Walk the site together"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"key": None}, "title"),
        ({"whose": []}, "whose"),
        ({"months": 0}, "months"),
        ({"months": 121}, "months"),
        ({"lead_days": [1, 2, 3, 4, 5, 6, 7]}, "lead_days"),
        ({"lead_days": [9999]}, "lead_days"),
    ],
)
def test_what_cannot_be_a_rule_names_its_field(session, ada, more, field):
    with pytest.raises(Invalid) as refused:
        save(session, ada, **more)
    assert refused.value.field == field


def test_somebody_else_was_faster_or_may_not(session, ada):
    save(session, ada)
    with pytest.raises(Stale):
        save(session, ada)
    with pytest.raises(NotAllowed):
        save(session, make_person(session, Role.SER), version=1)


def test_what_was_missed_is_skipped_with_one_reason_each_on_record(session, ada):
    at_hand = service.begin(
        session, at=now(), key="joint_team_meeting", subject="x", anchor_on=date(2026, 1, 10)
    )
    count = service.skip_missed(
        session, actor=ada, at=now(), found=at_hand, on=date(2026, 6, 1), reason="the site was closed"
    )
    assert count == 4
    assert open_one(session, "joint_team_meeting", "x").intended_on == date(2026, 6, 10)
    skipped = session.scalars(sa.select(Obligation).where(Obligation.state == State.SKIPPED)).all()
    assert {one.note for one in skipped} == {"the site was closed"}


def test_who_is_reminded_follows_the_seats(session, ada):
    ben = make_person(session, Role.SER, name="Ben")
    mia = make_person(session, name="Mia")
    team = make_person(session, name="Tom")
    found = make_relationship(session, manager_id=mia.person_id)
    session.add(
        RelationshipMember(
            relationship_id=found.id, person_id=team.person_id, role=MemberRole.JOINT_TEAM, added_at=now()
        )
    )
    service.begin_missing(session, at=now())
    rows = {(one.key, one.subject): one for one in session.scalars(sa.select(Obligation))}
    told = reminded(session, list(rows.values()))

    def names(key, subject):
        return [one.name for one in told[rows[key, str(subject)].id]]

    assert names("joint_team_meeting", found.id) == ["Tom"]
    assert names("health_check", found.id) == ["Mia"]
    assert names("ser_oversight", found.id) == ["Ben"]  # the relationship has none of its own
    assert set(names("management_review", "system")) == {"Ben", ada.name}
    assert names("business_case_review", found.id) == []
    del ben


def test_who_settles_what(session, ada):
    found = make_relationship(session)
    service.begin_missing(session, at=now())
    of_it, of_system = open_one(session, "scorecard", found.id), open_one(session, "policy_review", "system")
    team = make_person(session)
    people = {
        "system manager": ada,
        "SER": make_person(session, Role.SER),
        "manager": make_person(session, scoped=[(Role.RELATIONSHIP_MANAGER, found.id)]),
        "owner elsewhere": make_person(
            session, scoped=[(Role.RELATIONSHIP_OWNER, make_relationship(session).id)]
        ),
        "joint team": team,
        "viewer": make_person(session, Role.VIEWER),
    }

    def may(who, one):
        try:
            service.must_settle(people[who], one, {team.person_id})
        except NotAllowed:
            return False
        return True

    assert {who for who in people if may(who, of_it)} == {"system manager", "SER", "manager", "joint team"}
    assert {who for who in people if may(who, of_system)} == {"system manager", "SER"}
    assert session.get(Relationship, found.id) is found
