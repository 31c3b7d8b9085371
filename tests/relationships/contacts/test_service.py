"""Members, the way in, terms and priority: who may what, and what a contact then sees."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.ids import digest
from auditapp.people.model import Person, SignIn
from auditapp.people.queries import principal_of_sign_in
from auditapp.people.rules import Role
from auditapp.relationships.contacts import queries, service
from auditapp.relationships.contacts.model import AccessLink
from auditapp.relationships.contacts.rules import DEFAULT_CRITERIA, criteria_from, suggested, weighted
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rules import MemberRole, Priority
from tests.factories import make_contact, make_person, make_relationship


@pytest.fixture
def found(session):
    return make_relationship(session, ref="R-01")


@pytest.fixture
def kim(session, found):
    return make_person(session, scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])


@pytest.fixture
def wes(session, found):
    return make_contact(session, found, name="Wes")


def member(session, kim, found, person_id, role):
    return service.add_member(
        session, actor=kim, at=now(), relationship_id=found.id, person_id=person_id, role=role
    )


def roles(session, found):
    return {one.name: set(one.roles) for one in queries.people_of(session, found.id)}


def test_both_sides_people_with_their_roles(session, found, kim, wes):
    found.manager_id = kim.person_id
    member(session, kim, found, kim.person_id, MemberRole.JOINT_TEAM)
    member(session, kim, found, wes.person_id, MemberRole.PARTNER_SER)
    session.flush()
    assert roles(session, found) == {
        kim.name: {"manager", "joint_team"},
        "Wes": {"contact", "partner_ser"},
    }


def test_a_partner_has_one_ser_and_the_one_before_stays_a_contact(session, found, kim, wes):
    other = make_person(session, Role.PARTNER_CONTACT, partner_id=wes.partner_id, name="Una")
    member(session, kim, found, wes.person_id, MemberRole.PARTNER_SER)
    member(session, kim, found, other.person_id, MemberRole.PARTNER_SER)
    assert roles(session, found) == {"Una": {"partner_ser"}, "Wes": {"contact"}}


@pytest.mark.parametrize("role", [MemberRole.PARTNER_SER, MemberRole.PARTNER_MANAGER, MemberRole.CONTACT])
def test_our_own_people_take_no_part_of_the_partners(session, found, kim, role):
    with pytest.raises(Invalid):
        member(session, kim, found, kim.person_id, role)


def test_a_stranger_is_not_named(session, found, kim):
    stranger = make_contact(session, make_relationship(session))
    with pytest.raises(Invalid):
        member(session, kim, found, stranger.person_id, MemberRole.CONTACT)
    with pytest.raises(NotAllowed):
        member(session, make_person(session, Role.VIEWER), found, kim.person_id, MemberRole.JOINT_TEAM)


def test_a_contact_sees_it_while_they_are_a_member(session, found, kim, wes):
    assert session.scalars(visible_relationships(wes)).all() == [found]
    row = session.scalars(
        sa.select(RelationshipMember).where(RelationshipMember.person_id == wes.person_id)
    ).one()
    service.end_member(session, actor=kim, at=now(), member_id=row.id, on=now().date())
    assert session.scalars(visible_relationships(wes)).all() == []
    assert [one.name for one in queries.unseeing(session, found.id)] == ["Wes"]
    member(session, kim, found, wes.person_id, MemberRole.CONTACT)
    assert session.scalars(visible_relationships(wes)).all() == [found]


def link(session, kim, found, who, **more):
    return service.make_link(
        session,
        actor=kim,
        at=now(),
        relationship_id=found.id,
        person_id=who.person_id,
        **({"days": 7, "hours": 24} | more),
    )


def come_in(session, secret, at=None):
    return service.come_in(session, at=at or now(), secret=secret, address="127.0.0.1", agent="test")


def test_a_link_lets_in_once_and_for_its_hours(session, found, kim, wes):
    secret = link(session, kim, found, wes)
    cookie, ref = come_in(session, secret)
    session.flush()
    assert ref == "R-01"
    who = principal_of_sign_in(session, token_digest=digest(cookie), at=now() + timedelta(hours=23))
    assert who.person_id == wes.person_id
    assert principal_of_sign_in(session, token_digest=digest(cookie), at=now() + timedelta(hours=25)) is None
    with pytest.raises(NotFound):
        come_in(session, secret)
    assert session.scalars(sa.select(AccessLink)).one().digest == digest(secret)


def test_a_link_ends_with_its_days_with_a_newer_one_and_when_taken_back(session, found, kim, wes):
    first = link(session, kim, found, wes)
    second = link(session, kim, found, wes)
    with pytest.raises(NotFound):
        come_in(session, first)
    with pytest.raises(NotFound):
        come_in(session, second, now() + timedelta(days=8))
    row = session.scalars(sa.select(AccessLink).where(AccessLink.digest == digest(second))).one()
    service.revoke_link(session, actor=kim, at=now(), link_id=row.id)
    with pytest.raises(NotFound):
        come_in(session, second)


def test_a_link_opens_nothing_for_who_left(session, found, kim, wes):
    secret = link(session, kim, found, wes)
    session.get(Person, wes.person_id).active = False
    session.flush()
    with pytest.raises(NotFound):
        come_in(session, secret)
    with pytest.raises(Refusal, match="not active"):
        link(session, kim, found, wes)


def test_the_end_of_membership_ends_links_and_sign_ins(session, found, kim, wes):
    come_in(session, link(session, kim, found, wes))
    waiting = link(session, kim, found, wes)
    row = session.scalars(
        sa.select(RelationshipMember).where(RelationshipMember.person_id == wes.person_id)
    ).one()
    service.end_member(session, actor=kim, at=now(), member_id=row.id, on=now().date())
    session.expire_all()
    assert all(one.ended_at for one in session.scalars(sa.select(SignIn)))
    with pytest.raises(NotFound):
        come_in(session, waiting)


def test_access_is_listed_and_ended(session, found, kim, wes):
    come_in(session, link(session, kim, found, wes))
    link(session, kim, found, wes)
    session.flush()
    assert len(queries.access_of(session, found.id, at=now())) == 2
    service.end_access(session, actor=kim, at=now(), relationship_id=found.id, person_id=wes.person_id)
    assert queries.access_of(session, found.id, at=now()) == []


@pytest.mark.parametrize("more", [{"days": 31}, {"days": 0}, {"hours": 9999}, {"hours": 0}])
def test_how_long_is_bounded(session, found, kim, wes, more):
    with pytest.raises(Invalid):
        link(session, kim, found, wes, **more)


def test_a_link_is_for_a_member_of_the_partner(session, found, kim, wes):
    with pytest.raises(Invalid):
        link(session, kim, found, kim)
    with pytest.raises(NotAllowed):
        link(session, make_person(session, Role.SER), found, wes)


@pytest.mark.parametrize(
    ("scores", "mean", "priority"),
    [
        ({}, None, None),
        ({"value": 5, "risk": 5, "dependence": 5, "spend": 5, "fit": 5, "future": 5}, 5.0, Priority.CRITICAL),
        ({"value": 4}, 4.0, Priority.HIGH),
        ({"value": 1, "risk": 5}, 3.0, Priority.MEDIUM),
        ({"fit": 1, "future": 2}, 5 / 3, Priority.LOW),
    ],
)
def test_scores_suggest_a_priority(scores, mean, priority):
    found = weighted(DEFAULT_CRITERIA, scores)
    assert found == (pytest.approx(mean) if mean is not None else None)
    assert found is None or suggested(found) is priority


def score(session, kim, found, **more):
    values = {
        "version": found.version, "scores": {"value": (4, "why")}, "segment": "key", "priority": Priority.HIGH,
        "reason": "",
    }  # fmt: skip
    return service.set_scores(session, actor=kim, at=now(), relationship_id=found.id, **(values | more))


def test_another_priority_than_suggested_asks_why(session, found, kim):
    score(session, kim, found)
    session.flush()
    with pytest.raises(Invalid) as refused:
        score(session, kim, found, priority=Priority.LOW)
    assert refused.value.field == "reason"
    score(session, kim, found, priority=Priority.LOW, reason="it ends soon")
    assert (found.priority, found.priority_reason) == (Priority.LOW, "it ends soon")
    with pytest.raises(Stale):
        score(session, kim, found, version=0)


def test_criteria_are_the_system_managers(session, found, kim):
    ada = make_person(session, Role.SYSTEM_MANAGER)
    with pytest.raises(NotAllowed):
        service.set_criteria(session, actor=kim, at=now(), rows=[("value", "Value", 1)])
    service.set_criteria(
        session,
        actor=ada,
        at=now(),
        rows=[("value", "Value to our objectives", 2), ("", "Carbon", 5), ("risk", "", 1)],
    )
    session.flush()
    kept = queries.criteria(session)
    assert [(str(one.title), one.weight) for one in kept] == [("Value to our objectives", 2), ("Carbon", 5)]
    assert criteria_from(None) == DEFAULT_CRITERIA
    with pytest.raises(Invalid):
        service.set_criteria(session, actor=ada, at=now(), rows=[("", "", 1)])


def test_terms_and_break_points(session, found, kim):
    values = {"contract_starts_on": date(2026, 1, 1), "contract_ends_on": date(2025, 1, 1), "notice_days": 30}
    with pytest.raises(Invalid):
        service.set_terms(
            session, actor=kim, at=now(), relationship_id=found.id, version=found.version, **values
        )
    service.set_terms(
        session, actor=kim, at=now(), relationship_id=found.id, version=found.version,
        **(values | {"contract_ends_on": date(2028, 1, 1)}),
    )  # fmt: skip
    for day in (date(2027, 6, 1), date(2027, 1, 1)):
        row = service.add_break_point(
            session, actor=kim, at=now(), relationship_id=found.id, on=day, note="x"
        )
    session.flush()
    assert queries.next_break(session, found.id, date(2026, 12, 1)).on == date(2027, 1, 1)
    service.remove_break_point(session, actor=kim, at=now(), break_point_id=row.id)
    session.flush()
    assert queries.next_break(session, found.id, date(2026, 12, 1)).on == date(2027, 6, 1)


def test_an_interdependency_is_seen_from_both(session, found, kim):
    other = make_relationship(session, ref="R-02")
    row = service.depend(
        session, actor=kim, at=now(), relationship_id=found.id, other_id=other.id, note="their trains"
    )
    session.flush()
    assert [(one.other.ref, one.leans) for one in queries.interdependencies(session, kim, found.id)] == [
        ("R-02", True)
    ]
    assert [(one.other.ref, one.leans) for one in queries.interdependencies(session, kim, other.id)] == [
        ("R-01", False)
    ]
    with pytest.raises(Invalid):
        service.depend(session, actor=kim, at=now(), relationship_id=found.id, other_id=found.id, note="x")
    service.review_interdependencies(
        session, actor=kim, at=now(), relationship_id=found.id, on=date(2026, 5, 5), note=""
    )
    session.refresh(row)
    assert row.reviewed_on == date(2026, 5, 5)
    service.no_longer_depend(session, actor=kim, at=now(), row_id=row.id)
    session.flush()
    assert queries.interdependencies(session, kim, found.id) == []
