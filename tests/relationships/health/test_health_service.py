"""A check from its opening to its workshop; who may what; what stays hidden; what is due next."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.health import queries, service
from auditapp.relationships.health.rules.life import CheckState, Progress
from auditapp.relationships.health.rules.questions import FIRST, as_data
from auditapp.relationships.health.rules.results import OWN, Rag, Trend
from auditapp.relationships.links.queries import find_target
from auditapp.relationships.links.service import add_link
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.obligations.rules import add_months
from auditapp.relationships.obligations.service import begin
from auditapp.relationships.rules import Sharing
from auditapp.trail.model import Fact
from tests.factories import make_contact, make_person, make_relationship
from tests.relationships.health.conftest import answer_all, closed, opened, today

KEY = FIRST.questions[0][1].key


def test_both_sides_answer_and_it_is_worked_out(session, world):
    check = opened(session, world)
    assert [one.progress for one in queries.invites_of(session, check)] == [Progress.NOT_BEGUN] * 4
    answer_all(session, world.ben, check, 4)
    answer_all(session, world.wes, check, 2)
    assert [one.progress for one in queries.invites_of(session, check)].count(Progress.ANSWERED) == 2
    service.close(session, actor=world.kim, at=now(), check=check, sharing=Sharing.SHARED)
    found = queries.results_of(check)
    assert found.means == {OWN: 4, str(world.wes.partner_id): 2}
    assert (check.state, check.overall, check.trend) == (CheckState.CLOSED, Rag.RED, Trend.FIRST)
    last = queries.latest(session, world.found.id)
    assert (last.ref, str(last.word), last.tone, last.trend) == (check.ref, "Unwell", "overdue", Trend.FIRST)


def test_what_was_due_is_done_and_the_next_is_counted_from_the_day_intended(session, world):
    intended = today() - timedelta(days=20)
    begin(session, at=now(), key="health_check", subject=world.found.id, anchor_on=intended, first_on=intended,
          relationship_id=world.found.id)  # fmt: skip
    check = closed(session, world)
    assert check.intended_on == intended
    assert open_one(session, "health_check", world.found.id).due_on == add_months(intended, 6)


def test_without_anything_due_the_next_one_begins(session, world):
    closed(session, world)
    due = open_one(session, "health_check", world.found.id)
    assert today() + timedelta(days=150) < due.due_on < today() + timedelta(days=220)
    check = opened(session, world)
    service.call_off(session, actor=world.kim, at=now(), check=check, reason="Wrong people")
    assert open_one(session, "health_check", world.found.id).id == due.id  # still due


@pytest.mark.parametrize(("asked", "field"), [("ben", "theirs"), ("wes", "ours")])
def test_both_sides_are_asked(session, world, asked, field):
    with pytest.raises(Invalid) as refused:
        opened(session, world, people=[getattr(world, asked).person_id])
    assert refused.value.field == field


@pytest.mark.parametrize(
    "more",
    [
        {"closes_on": today() - timedelta(days=1)},
        {"minimum": 0},
        {"minimum": 11},
        {"desired": {}},
        {"desired": {one.key: 6 for one in FIRST.dimensions}},
    ],
)
def test_what_a_check_cannot_be_opened_with(session, world, more):
    with pytest.raises(Invalid):
        opened(session, world, **more)


def test_only_one_is_answered_at_a_time(session, world):
    first = opened(session, world)
    with pytest.raises(Refusal) as refused:
        opened(session, world)
    assert first.ref in str(refused.value.text)


def test_a_stranger_is_not_asked(session, world):
    stranger = make_contact(session, make_relationship(session))
    with pytest.raises(Invalid):
        opened(session, world, people=[world.ben.person_id, stranger.person_id])


def test_answers_change_until_the_end(session, world):
    check = opened(session, world)
    first = service.answer(session, actor=world.wes, at=now(), check=check, question=KEY, score=2)
    again = service.answer(
        session, actor=world.wes, at=now(), check=check, question=KEY, score=None, comment="x",
        sharing=Sharing.SHARED,
    )  # fmt: skip
    assert (again.id, again.score, again.comment) == (first.id, None, "x")
    with pytest.raises(NotFound):
        service.answer(session, actor=world.wes, at=now(), check=check, question="no-1", score=2)
    with pytest.raises(Invalid):
        service.answer(session, actor=world.wes, at=now(), check=check, question=KEY, score=6)
    with pytest.raises(NotAllowed):
        service.answer(session, actor=world.ada, at=now(), check=check, question=KEY, score=3)
    with pytest.raises(Refusal):
        service.answer(
            session, actor=world.wes, at=now() + timedelta(days=15), check=check, question=KEY, score=3
        )
    answer_all(session, world.ben, check, 3)
    service.close(session, actor=world.kim, at=now(), check=check, sharing=Sharing.INTERNAL)
    with pytest.raises(Refusal):
        service.answer(session, actor=world.wes, at=now(), check=check, question=KEY, score=3)


def test_the_trail_says_who_answered_and_never_what(session, world):
    check = opened(session, world)
    answer_all(session, world.wes, check, 1, comment="A secret", sharing=Sharing.INTERNAL)
    facts = session.scalars(sa.select(Fact).where(Fact.thing_id == str(check.id))).all()
    assert [one.verb for one in facts] == ["health.opened", "health.answered"]
    assert "secret" not in str([(one.before, one.after) for one in facts])


def test_people_are_asked_and_taken_off(session, world):
    check = opened(session, world, people=[world.ben.person_id, world.wes.person_id])
    at = {"actor": world.kim, "at": now(), "check": check}
    service.invite(session, **at, person_id=world.tim.person_id)
    service.invite(session, **at, person_id=world.tim.person_id)
    assert len(queries.invites_of(session, check)) == 3
    service.uninvite(session, **at, person_id=world.tim.person_id)
    service.uninvite(session, **at, person_id=world.tim.person_id)
    with pytest.raises(NotFound):
        queries.check_by_ref(session, world.tim, check.ref)
    service.answer(session, actor=world.wes, at=now(), check=check, question=KEY, score=2)
    with pytest.raises(Refusal):
        service.uninvite(session, **at, person_id=world.wes.person_id)


def test_the_promise_of_the_minimum_is_kept(session, world):
    check = opened(session, world, minimum=2)
    values = {
        "actor": world.kim, "at": now(), "check": check, "desired": dict(check.desired),
        "closes_on": check.closes_on,
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        service.change(session, version=check.version, minimum=1, **values)
    assert refused.value.field == "minimum"
    with pytest.raises(Stale):
        service.change(session, version=99, minimum=2, **values)
    service.change(
        session, version=check.version, minimum=3, **(values | {"desired": dict.fromkeys(check.desired, 5)})
    )
    assert (check.minimum, set(check.desired.values())) == (3, {5})


def test_a_small_side_is_hidden_from_everybody(session, world):
    check = closed(session, world, (4, 4, 1, None), minimum=2)
    found = queries.results_of(check)
    theirs = str(world.wes.partner_id)
    assert found.withheld == {theirs: 1}
    assert found.means[theirs] is None
    assert check.overall is Rag.GREEN


def test_nobody_answered(session, world):
    check = opened(session, world)
    answer_all(session, world.ben, check, None)
    with pytest.raises(Refusal):
        service.close(session, actor=world.kim, at=now(), check=check, sharing=Sharing.SHARED)


def test_comments_go_where_they_were_meant_to_and_carry_no_name(session, world):
    check = opened(session, world)
    answer_all(session, world.ben, check, 3, comment="Ours alone", sharing=Sharing.INTERNAL)
    answer_all(session, world.kim, check, 3, comment="Ours for both", sharing=Sharing.SHARED)
    answer_all(session, world.wes, check, 3, comment="Theirs alone", sharing=Sharing.INTERNAL)
    answer_all(session, world.tim, check, 3, comment="Theirs for both", sharing=Sharing.SHARED)
    assert queries.comments_of(session, world.kim, check) == []  # not before it is closed
    service.close(session, actor=world.kim, at=now(), check=check, sharing=Sharing.SHARED)

    def read(who):
        return {one.text for one in queries.comments_of(session, who, check)}

    assert read(world.ada) == {"Ours alone", "Ours for both", "Theirs for both"}
    assert read(world.wes) == {"Theirs alone", "Theirs for both", "Ours for both"}
    service.follow_up(
        session, actor=world.kim, at=now(), check=check, version=check.version, workshop_on=None, workshop="",
        workshop_sharing=Sharing.INTERNAL, sharing=Sharing.INTERNAL,
    )  # fmt: skip
    assert read(world.wes) == set()


def test_comments_of_a_hidden_side_are_hidden(session, world):
    check = opened(session, world, minimum=2)
    answer_all(session, world.ben, check, 3)
    answer_all(session, world.kim, check, 3)
    answer_all(session, world.wes, check, 1, comment="For both", sharing=Sharing.SHARED)
    service.close(session, actor=world.kim, at=now(), check=check, sharing=Sharing.SHARED)
    assert queries.comments_of(session, world.ada, check) == []


def test_a_contact_sees_what_they_are_asked_and_what_is_shared(session, world):
    check = closed(session, world, sharing=Sharing.INTERNAL)
    assert queries.check_by_ref(session, world.tim, check.ref) is check  # asked in it
    assert not queries.shows_results(world.tim, check)
    assert queries.latest(session, world.found.id, world.tim) is None
    other = make_contact(session, world.found, partner_id=world.wes.partner_id)
    assert queries.list_checks(session, other, world.found.id, page=1).total == 0
    assert find_target(session, other, check.ref) is None
    service.follow_up(
        session, actor=world.kim, at=now(), check=check, version=check.version, workshop_on=today(),
        workshop="We meet monthly", workshop_sharing=Sharing.SHARED, sharing=Sharing.SHARED,
    )  # fmt: skip
    assert queries.latest(session, world.found.id, other).ref == check.ref
    assert str(find_target(session, other, check.ref)[1].status) == "Unwell"
    stranger = make_contact(session, make_relationship(session))
    assert queries.latest(session, world.found.id, stranger) is None


def test_what_came_of_it_is_noted_once_it_is_closed(session, world):
    check = opened(session, world)
    values = {
        "actor": world.kim, "at": now(), "check": check, "workshop": "x", "workshop_on": today(),
        "workshop_sharing": Sharing.INTERNAL, "sharing": Sharing.SHARED,
    }  # fmt: skip
    with pytest.raises(Refusal):
        service.follow_up(session, version=check.version, **values)
    answer_all(session, world.ben, check, 3)
    service.close(session, actor=world.kim, at=now(), check=check, sharing=Sharing.SHARED)
    with pytest.raises(Stale):
        service.follow_up(session, version=99, **values)
    with pytest.raises(Invalid):
        service.follow_up(
            session, version=check.version, **(values | {"workshop_on": today() + timedelta(days=1)})
        )
    with pytest.raises(Invalid):
        service.follow_up(
            session, version=check.version,
            **(values | {"sharing": Sharing.INTERNAL, "workshop_sharing": Sharing.SHARED}),
        )  # fmt: skip
    service.follow_up(session, version=check.version, **values)
    add_link(
        session,
        actor=world.kim,
        at=now(),
        from_kind="health_check",
        from_id=check.id,
        to="https://example.org",
    )
    for who in (world.wes, world.ben):
        with pytest.raises(NotAllowed):
            add_link(
                session, actor=who, at=now(), from_kind="health_check", from_id=check.id, to="https://e.org"
            )


def test_a_respect_that_stays_red_is_counted_over_checks(session, world):
    closed(session, world, (4, 4, 2, 2))
    second = closed(session, world, (4, 4, 3, 2), at=now() + timedelta(seconds=1))
    assert {one.times_red for one in queries.results_of(second).elements} == {2}
    assert second.trend is Trend.BETTER
    assert len(queries.closed_checks(session, world.kim, world.found.id)) == 2


@pytest.mark.parametrize("who", ["ben", "wes", "tim"])
def test_who_may_not_run_a_check(session, world, who):
    actor = getattr(world, who)
    check = opened(session, world)
    calls = [
        lambda: service.close(session, actor=actor, at=now(), check=check, sharing=Sharing.SHARED),
        lambda: service.call_off(session, actor=actor, at=now(), check=check, reason="x"),
        lambda: service.invite(session, actor=actor, at=now(), check=check, person_id=world.ada.person_id),
        lambda: service.uninvite(session, actor=actor, at=now(), check=check, person_id=world.ben.person_id),
        lambda: opened(session, world, actor=actor),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()


def test_nothing_is_opened_in_a_relationship_that_has_ended(session, world):
    world.found.ended_on = today()
    session.flush()
    with pytest.raises(Refusal):
        opened(session, world)


def test_own_questions_are_a_new_edition_and_a_check_keeps_its_own(session, world):
    check = opened(session, world)
    data = as_data(FIRST)
    data[0]["questions"] = ["Do we trust each other?"]
    with pytest.raises(NotAllowed):
        service.new_edition(session, actor=world.kim, at=now(), after_edition=1, data=data)
    assert (
        service.new_edition(session, actor=world.ada, at=now(), after_edition=1, data=as_data(FIRST)) is None
    )
    made = service.new_edition(session, actor=world.ada, at=now(), after_edition=1, data=data, note="Shorter")
    assert made.number == 2
    with pytest.raises(Stale):
        service.new_edition(session, actor=world.ada, at=now(), after_edition=1, data=data)
    with pytest.raises(Invalid):
        service.new_edition(session, actor=world.ada, at=now(), after_edition=2, data=[])
    assert len(queries.questions_of(check).questions) == 12
    service.call_off(session, actor=world.kim, at=now(), check=check, reason="New questions")
    second = opened(session, world)
    assert (second.edition, len(queries.questions_of(second).questions)) == (2, 11)
    assert len(queries.editions(session)) == 1


def test_several_partners_are_sides_of_their_own(session, world):
    third = make_contact(session, world.found, name="Una Ulex")
    people = [one.person_id for one in (world.ben, world.wes, third)]
    check = opened(session, world, people=people)
    answer_all(session, world.ben, check, 5)
    answer_all(session, world.wes, check, 3)
    answer_all(session, third, check, 1)
    service.close(session, actor=world.kim, at=now(), check=check, sharing=Sharing.SHARED)
    found = queries.results_of(check)
    assert sorted(found.means.values()) == [1, 3, 5]
    assert found.elements[0].gap == 4


def test_candidates_are_those_with_a_seat(session, world):
    make_person(session, Role.VIEWER, name="Not asked")
    assert [one.name for one in queries.candidates(session, world.found)] == [
        "Ben Birch", "Kim Kapok", "Tim Teasel", "Wes Willow",
    ]  # fmt: skip
