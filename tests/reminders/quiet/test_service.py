"""Choosing when one is told, being away, and reading both for many at once."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid, NotAllowed, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.people.model import Organization, Person
from auditapp.people.rules import Role
from auditapp.reminders.quiet.model import Absence, PersonRhythm
from auditapp.reminders.quiet.queries import possible_deputies, rhythm_of, rhythms
from auditapp.reminders.quiet.rules import Away, Rhythm, may_be_told
from auditapp.reminders.quiet.service import add_absence, end_absence, set_rhythm
from auditapp.trail.model import Fact, PersonalPayload
from tests.factories import make_contact, make_person, make_relationship
from tests.statements import counted

AT = datetime(2026, 11, 30, 10, tzinfo=UTC)
TODAY = AT.date()
CHOICE = {
    "work_days": [0, 1, 2, 3],
    "starts": 480,
    "ends": 960,
    "digest": 450,
    "budget": 3,
    "channels": ["mail", "in_app"],
    "country": "DE",
    "subdivision": "BY",
}


@pytest.fixture
def people(session):
    """The system manager, somebody, a colleague, and a partner's contact in Ireland."""
    relationship = make_relationship(session)
    return {
        "manager": make_person(session, Role.SYSTEM_MANAGER),
        "own": make_person(session, Role.AUDITOR),
        "other": make_person(session, Role.AUDITOR),
        "contact": make_contact(session, relationship, country="IE", zone="Europe/Dublin"),
    }


def facts(session, verb):
    return session.scalars(sa.select(Fact).where(Fact.verb == verb).order_by(Fact.seq)).all()


def test_without_a_choice_the_defaults_hold_where_somebody_is(session, people):
    session.get(Organization, 1).subdivision = "SCT"
    session.flush()
    found = rhythms(session, [people["own"].person_id, people["contact"].person_id], at=AT)
    assert found[people["own"].person_id] == Rhythm(zone="Europe/London", country="GB", subdivision="SCT")
    assert found[people["contact"].person_id] == Rhythm(zone="Europe/Dublin", country="IE")
    nobody = new_id()
    assert rhythms(session, [nobody], at=AT)[nobody].country == "GB"


def test_a_choice_holds_and_is_a_fact_once(session, people):
    own, other = people["own"], people["other"]
    for version in (0, 1):  # the second time changes nothing
        set_rhythm(
            session, actor=own, at=AT, person_id=own.person_id, version=version, deputy_id=other.person_id, **CHOICE
        )  # fmt: skip
        session.flush()
    assert rhythm_of(session, own.person_id, at=AT) == Rhythm(
        zone="Europe/London", work_days=frozenset({0, 1, 2, 3}), starts=480, ends=960, digest=450, country="DE",
        subdivision="BY", budget=3, channels=("mail", "in_app"), deputy_id=other.person_id,
    )  # fmt: skip
    (fact,) = facts(session, "rhythm.chosen")
    assert (fact.thing_kind, fact.thing_id, fact.before) == ("person", str(own.person_id), "")
    assert json.loads(fact.after)["starts"] == 480


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"work_days": []}, "work_days"),
        ({"starts": 22 * 60, "ends": 6 * 60}, "ends"),
        ({"budget": 0}, "budget"),
        ({"channels": ["mail"]}, "channels"),
        ({"country": "XX"}, "country"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session, people, change, field):
    own = people["own"]
    with pytest.raises(Invalid) as refused:
        set_rhythm(session, actor=own, at=AT, person_id=own.person_id, version=0, **CHOICE | change)
    assert refused.value.field == field
    assert session.get(PersonRhythm, own.person_id) is None


def test_a_region_of_another_country_falls_away(session, people):
    own = people["own"]
    set_rhythm(session, actor=own, at=AT, person_id=own.person_id, version=0, **CHOICE | {"country": "FR"})
    assert rhythm_of(session, own.person_id, at=AT).subdivision == ""
    set_rhythm(session, actor=own, at=AT, person_id=own.person_id, version=1, **CHOICE | {"country": ""})
    assert rhythm_of(session, own.person_id, at=AT).country == "GB"


def test_an_older_page_overwrites_nothing(session, people):
    own = people["own"]
    set_rhythm(session, actor=own, at=AT, person_id=own.person_id, version=0, **CHOICE)
    session.flush()
    with pytest.raises(Stale):
        set_rhythm(session, actor=own, at=AT, person_id=own.person_id, version=0, **CHOICE | {"budget": 9})


def test_only_the_person_and_the_system_manager_choose(session, people):
    own, other, manager, contact = (people[name] for name in ("own", "other", "manager", "contact"))
    set_rhythm(session, actor=contact, at=AT, person_id=contact.person_id, version=0, **CHOICE)
    set_rhythm(session, actor=manager, at=AT, person_id=own.person_id, version=0, **CHOICE)
    days = {"first_on": TODAY, "last_on": TODAY}
    for actor in (other, contact):
        with pytest.raises(NotAllowed):
            set_rhythm(session, actor=actor, at=AT, person_id=own.person_id, version=1, **CHOICE)
        with pytest.raises(NotAllowed):
            add_absence(session, actor=actor, at=AT, person_id=own.person_id, **days)
    absence_id = add_absence(session, actor=manager, at=AT, person_id=own.person_id, **days)
    with pytest.raises(NotAllowed):
        end_absence(session, actor=other, at=AT, person_id=own.person_id, absence_id=absence_id)


def test_a_deputy_is_somebody_else_active_and_of_the_same_side(session, people):
    own, other, contact = people["own"], people["other"], people["contact"]
    partner_id = session.get(Person, contact.person_id).partner_id
    mate = make_person(session, Role.PARTNER_CONTACT, partner_id=partner_id)
    gone = make_person(session, Role.AUDITOR, active=False)
    common = {"at": AT, "first_on": TODAY, "last_on": TODAY}
    for wrong in (own, contact, gone):
        with pytest.raises(Invalid) as refused:
            add_absence(session, actor=own, person_id=own.person_id, deputy_id=wrong.person_id, **common)
        assert refused.value.field == "deputy"
    with pytest.raises(Invalid):
        add_absence(session, actor=contact, person_id=contact.person_id, deputy_id=own.person_id, **common)
    add_absence(session, actor=own, person_id=own.person_id, deputy_id=other.person_id, **common)
    add_absence(session, actor=contact, person_id=contact.person_id, deputy_id=mate.person_id, **common)
    offered = [name for _, name in possible_deputies(session, session.get(Person, contact.person_id))]
    assert offered == [mate.name]
    # who leaves stands in for nobody any more, and so does who goes over to the other side
    session.get(Person, other.person_id).active = False
    session.get(Person, mate.person_id).partner_id = None
    session.flush()
    found = rhythms(session, [own.person_id, contact.person_id], at=AT)
    assert {one.away[0].deputy_id for one in found.values()} == {None}


def test_absences_do_not_meet_and_their_days_are_personal(session, people):
    own, manager = people["own"], people["manager"]
    first, last = date(2026, 12, 7), date(2026, 12, 11)
    add_absence(
        session, actor=own, at=AT, person_id=own.person_id, first_on=first, last_on=last, note="The Alps"
    )
    with pytest.raises(Invalid) as refused:
        add_absence(session, actor=manager, at=AT, person_id=own.person_id, first_on=last, last_on=last)
    assert refused.value.field == "first_on"
    assert "7 December 2026" in str(refused.value)
    add_absence(session, actor=people["other"], at=AT, person_id=people["other"].person_id, first_on=first, last_on=last)  # fmt: skip
    fact = facts(session, "absence.added")[0]
    assert (fact.before, fact.after) == ("", "")
    payload = session.scalar(sa.select(PersonalPayload).where(PersonalPayload.seq == fact.seq))
    assert payload.person_id == own.person_id
    assert json.loads(payload.payload)["note"] == "The Alps"


def test_what_has_not_begun_is_removed_and_what_has_begun_ends_with_yesterday(session, people):
    own = people["own"]
    common = {"actor": own, "at": AT, "person_id": own.person_id}
    begun = add_absence(
        session, first_on=TODAY - timedelta(days=3), last_on=TODAY + timedelta(days=3), **common
    )
    today = add_absence(
        session, first_on=TODAY + timedelta(days=4), last_on=TODAY + timedelta(days=5), **common
    )
    assert not may_be_told(rhythm_of(session, own.person_id, at=AT), AT)
    end_absence(session, absence_id=begun, **common)
    end_absence(session, absence_id=today, **common)
    end_absence(session, absence_id=today, **common)  # twice is as good as once
    session.flush()
    (left,) = session.scalars(sa.select(Absence)).all()
    assert (left.first_on, left.last_on) == (TODAY - timedelta(days=3), TODAY - timedelta(days=1))
    assert may_be_told(rhythm_of(session, own.person_id, at=AT), AT)
    with pytest.raises(Refusal):
        end_absence(session, absence_id=begun, **common)
    assert len(facts(session, "absence.ended")) == 2


def test_old_absences_are_forgotten_after_forty_days(session, people):
    own = people["own"]
    for days in (-41, -40, -39, 300):
        on = TODAY + timedelta(days=days)
        session.add(Absence(person_id=own.person_id, first_on=on, last_on=on, made_at=AT))
    session.flush()
    found = rhythm_of(session, own.person_id, at=AT).away
    assert [one.first_on - TODAY for one in found] == [timedelta(days=-39), timedelta(days=300)]


@pytest.mark.parametrize("many", [1, 10, 200])
def test_reading_costs_the_same_for_many(session, many):
    ids = [make_person(session, Role.AUDITOR).person_id for _ in range(many)]
    session.execute(
        sa.insert(Absence),
        [
            {"id": new_id(), "person_id": one, "first_on": TODAY, "last_on": TODAY, "note": "", "made_at": AT}
            for one in ids
        ],
    )
    session.expire_all()
    with counted(session) as statements:
        found = rhythms(session, ids, at=AT)
    assert len(statements) == 3
    assert [found[one].away for one in ids] == [(Away(first_on=TODAY, last_on=TODAY),)] * many
