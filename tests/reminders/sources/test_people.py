"""What is due of people: trainings, competences, inductions, development; and who may know of it."""

import pytest

from auditapp.people.model import Competence, Training
from auditapp.people.rules import Role
from auditapp.relationships.registers.behaviours.model import BehaviourDevelopment, Induction
from auditapp.relationships.rules import MemberRole
from auditapp.reminders import due
from auditapp.reminders.rules import Kind
from tests.factories import make_contact, make_person, make_relationship
from tests.reminders.sources.conftest import AT, day


@pytest.fixture
def cast(session):
    place = make_relationship(session, name="Tidal scheme")
    keeper = make_person(session, name="keeper", scoped=[(Role.RELATIONSHIP_MANAGER, place.id)])
    place.manager_id = keeper.person_id
    found = {name: make_person(session, name=name) for name in ("gwen", "other")}
    found["lead"] = make_contact(session, place, MemberRole.PARTNER_MANAGER, name="lead")
    found["contact"] = make_contact(session, place, name="contact", partner_id=found["lead"].partner_id)
    return found | {"place": place, "keeper": keeper}


def test_a_training_counts_until_it_is_taken_again(session, cast, look):
    me = cast["gwen"].person_id
    for taken, ends, person in ((-700, 9, me), (-400, None, me), (-700, 20, cast["contact"].person_id)):
        session.add(
            Training(
                person_id=person, course="Auditor", taken_on=day(taken), expires_on=day(ends) if ends else None
            )
        )  # fmt: skip
    assert look("training") == []
    session.add(Training(person_id=me, course="Lead auditor", taken_on=day(-9), expires_on=day(30)))
    [found] = look("training", person_id=me)
    assert (found.kind, found.due_on, found.owners) == (Kind.TRAINING, day(30), (me,))
    assert (found.endpoint, found.args) == ("persons.show", {"person_id": str(me)})


def test_a_competence_runs_out(session, cast, look):
    me = cast["gwen"].person_id
    session.add(Competence(person_id=me, library_key="small", since=day(-700), expires_on=day(-3)))
    session.add(Competence(person_id=me, library_key="endless", since=day(-700)))
    assert [(one.due_on, one.owners) for one in look("competence")] == [(day(-3), (me,))]


# Who is developed -> who may know of it; an induction is known to the whole party.
SEEN = [
    ("gwen", {"gwen", "keeper"}, {"gwen", "keeper", "other"}),
    ("contact", {"contact", "lead"}, {"contact", "lead", "keeper"}),
]


@pytest.mark.parametrize("case", SEEN, ids=lambda case: case[0])
def test_development_is_known_to_few(session, cast, look, case):
    whose, developing, brought_in = case
    common = {
        "relationship_id": cast["place"].id,
        "person_id": cast[whose].person_id,
        "created_at": AT,
    }
    session.add(BehaviourDevelopment(what="Listen", due_on=day(5), by_id=cast["keeper"].person_id, **common))
    session.add(Induction(role="contact", begun_on=day(-5), due_on=day(6), **common))
    assert [one.owners for one in look("development") + look("induction")] == [(cast[whose].person_id,)] * 2
    for word, known in (("development", developing), ("induction", brought_in)):
        seen = {
            name
            for name in ("gwen", "other", "keeper", "lead", "contact")
            if any(
                one.key.startswith(word)
                for one in due.visible(session, cast[name], at=AT, until=day(30), kinds=[Kind.INDUCTION])
            )
        }
        assert seen == known, word
