"""Certificates, decisions, visits and findings: who may, what is refused, what falls due of them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.certification import queries, service
from auditapp.relationships.certification.rules import (
    DecisionKind,
    FindingKind,
    FindingStatus,
    FindingVerb,
    Scheme,
    VisitKind,
)
from auditapp.relationships.certification.service.findings import FindingInput
from auditapp.relationships.certification.service.visits import VisitInput
from auditapp.relationships.links.queries import find_target
from auditapp.relationships.links.service import add_link
from auditapp.relationships.obligations.model import Obligation, ObligationRule
from auditapp.relationships.obligations.rules import Scope, State, add_months
from auditapp.trail import service as trail
from tests.factories import make_contact, make_person, make_relationship

TODAY = now().date()


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def ada(session):
    return make_person(session, Role.SYSTEM_MANAGER)


@pytest.fixture
def found(session, ada):
    return service.add_certificate(session, actor=ada, at=now(), scheme=Scheme.ISO_44001, body="Oakmark")


def decide(session, ada, found, on, **more):
    values = {"kind": DecisionKind.INITIAL, "version": found.version, "decided_on": on}
    return service.record_decision(session, actor=ada, at=now(), ref=found.ref, **(values | more))


def visit(session, ada, found, kind, **days):
    return service.plan_visit(
        session, actor=ada, at=now(), ref=found.ref, visit=VisitInput(kind=kind, **days)
    )


def raised(session, ada, row, kind=FindingKind.MINOR, **more):
    values = {"statement": "No record of it.", "due_on": TODAY + timedelta(days=20)}
    return service.raise_finding(
        session, actor=ada, at=now(), visit_id=row.id, finding=FindingInput(kind=kind, **(values | more))
    )


def due(session, key):
    """(day, state) of every time of a rule, in order."""
    return [
        (row.due_on, row.state)
        for row in session.scalars(
            sa.select(Obligation)
            .where(Obligation.key == key)
            .order_by(Obligation.intended_on, Obligation.extra)
        )
    ]


def test_a_decision_lets_surveillance_and_recertification_fall_due(session, ada, found):
    made = decide(session, ada, found, ago(100))
    first = add_months(ago(100), 12)
    assert due(session, "surveillance_visit") == [(first, State.OPEN)]
    assert due(session, "recertification") == [(made.expires_on, State.OPEN)]


def test_a_visit_that_was_held_makes_the_next_one_due(session, ada, found):
    decide(session, ada, found, ago(300))
    row = visit(session, ada, found, VisitKind.SURVEILLANCE, planned_from=ago(10))
    first = add_months(ago(300), 12)
    assert due(session, "surveillance_visit") == [(first, State.OPEN)]
    held = VisitInput(kind=row.kind, planned_from=ago(10), held_from=ago(9), held_to=ago(8))
    service.change_visit(session, actor=ada, at=now(), visit_id=row.id, version=row.version, visit=held)
    times = due(session, "surveillance_visit")
    assert times[0] == (first, State.DONE)
    assert [state for _, state in times[1:]] == [State.OPEN]
    assert times[1][0] > TODAY
    # it was a mistake: the same day is asked again, as an extra time
    taken_back = VisitInput(kind=row.kind, planned_from=TODAY + timedelta(days=3))
    service.change_visit(session, actor=ada, at=now(), visit_id=row.id, version=row.version, visit=taken_back)
    assert [day for day, state in due(session, "surveillance_visit") if state is State.OPEN] == [first]


def test_recertification_in_time_keeps_the_anniversary(session, ada, found):
    first = decide(session, ada, found, add_months(TODAY, -34))
    second = decide(session, ada, found, ago(1), kind=DecisionKind.RECERTIFICATION)
    assert second.expires_on == add_months(first.expires_on, 36)
    assert [one[1] for one in due(session, "recertification")] == [State.DONE, State.OPEN]


def test_a_lapsed_certificate_is_restored_within_six_months(session, ada, found):
    first = decide(session, ada, found, add_months(TODAY, -40))
    with pytest.raises(Invalid, match="had lapsed"):
        decide(session, ada, found, ago(1), kind=DecisionKind.RECERTIFICATION)
    restored = decide(session, ada, found, ago(1), kind=DecisionKind.RESTORED)
    assert restored.expires_on == add_months(first.expires_on, 36)


def test_an_expired_one_is_begun_anew(session, ada, found):
    decide(session, ada, found, add_months(TODAY, -50))
    with pytest.raises(Invalid, match="could be restored"):
        decide(session, ada, found, ago(1), kind=DecisionKind.RESTORED)
    decide(session, ada, found, ago(1), kind=DecisionKind.INITIAL)


WRONG_DECISIONS = [
    ({"kind": DecisionKind.RECERTIFICATION}, "kind"),
    ({"on": TODAY + timedelta(days=1)}, "decided_on"),
    ({"expires_on": ago(40)}, "expires_on"),
    ({"expires_on": add_months(TODAY, 40)}, "expires_on"),
]


def test_what_cannot_have_been_decided(session, ada, found):
    for more, field in WRONG_DECISIONS:
        with pytest.raises(Invalid) as refusal:
            decide(session, ada, found, **({"on": ago(30)} | more))
        assert refusal.value.field == field


def test_the_newest_decision_is_corrected(session, ada, found):
    row = decide(session, ada, found, ago(100))
    service.correct_decision(
        session, actor=ada, at=now(), ref=found.ref, version=row.version, kind=DecisionKind.INITIAL,
        decided_on=ago(90), expires_on=None, note="A slip of the finger.",
    )  # fmt: skip
    assert due(session, "surveillance_visit") == [(add_months(ago(90), 12), State.OPEN)]
    with pytest.raises(Stale):
        service.correct_decision(
            session, actor=ada, at=now(), ref=found.ref, version=1, kind=DecisionKind.INITIAL,
            decided_on=ago(80), expires_on=None, note="",
        )  # fmt: skip


def test_given_up_and_taken_back(session, ada, found):
    decide(session, ada, found, ago(100))

    def end(**more):
        values = {"on": ago(1), "reason": "The standard was withdrawn.", "version": found.version}
        service.end_certificate(session, actor=ada, at=now(), ref=found.ref, **(values | more))

    with pytest.raises(Invalid):
        end(reason=" ")
    with pytest.raises(Invalid):
        end(on=TODAY + timedelta(days=2))
    end()
    assert [one[1] for one in due(session, "surveillance_visit")] == [State.ENDED]
    with pytest.raises(Refusal, match="has ended"):
        decide(session, ada, found, ago(1))
    with pytest.raises(Refusal, match="has ended"):
        visit(session, ada, found, VisitKind.SHORT_NOTICE, planned_from=TODAY)
    service.resume_certificate(session, actor=ada, at=now(), ref=found.ref, version=found.version)
    assert [one[1] for one in due(session, "surveillance_visit")] == [State.OPEN]


WRONG_DAYS = [
    ({}, "planned_from"),
    ({"planned_to": TODAY}, "planned_from"),
    ({"planned_from": TODAY, "planned_to": ago(1)}, "planned_to"),
    ({"held_from": ago(2), "held_to": ago(3)}, "held_to"),
    ({"held_from": TODAY + timedelta(days=1)}, "held_to"),
]


def test_days_that_cannot_be(session, ada, found):
    for days, field in WRONG_DAYS:
        with pytest.raises(Invalid) as refusal:
            visit(session, ada, found, VisitKind.STAGE_1, **days)
        assert refusal.value.field == field


def test_a_visit_is_cancelled_with_a_reason_unless_it_was_held(session, ada, found):
    row = visit(session, ada, found, VisitKind.STAGE_1, planned_from=TODAY + timedelta(days=9))

    def cancel(one, **more):
        values = {"version": one.version, "reason": "The auditor is ill."}
        service.cancel_visit(session, actor=ada, at=now(), visit_id=one.id, **(values | more))

    with pytest.raises(Invalid):
        cancel(row, reason="")
    cancel(row)
    with pytest.raises(Refusal, match="was cancelled"):
        raised(session, ada, row, FindingKind.CONCERN)
    held = visit(session, ada, found, VisitKind.STAGE_1, held_from=ago(3))
    with pytest.raises(Refusal, match="was held"):
        cancel(held)


def test_the_life_of_a_concern(session, ada, found):
    owner = make_person(session, Role.RELATIONSHIP_OWNER)
    row = visit(session, ada, found, VisitKind.STAGE_1, held_from=ago(20))
    concern = raised(session, ada, row, FindingKind.CONCERN, owner_id=owner.person_id, due_on=ago(2))
    assert concern.ref.startswith("SC-")
    assert due(session, "stage1_concern") == [(ago(2), State.OPEN)]
    # the owner writes the plan; nothing else of theirs is taken
    service.change_finding(
        session, actor=owner, at=now(), ref=concern.ref, version=concern.version,
        finding=FindingInput(kind=FindingKind.CONCERN, statement="I say otherwise", plan="Hold it in May."),
    )  # fmt: skip
    assert (concern.plan, concern.statement) == ("Hold it in May.", "No record of it.")
    add_link(
        session, actor=owner, at=now(), from_kind="certificate_finding", from_id=concern.id,
        to="https://intranet.example.org/minutes",
    )  # fmt: skip
    service.answer_finding(
        session,
        actor=owner,
        at=now(),
        ref=concern.ref,
        version=concern.version,
        on=ago(1),
        answer="It was held.",
    )
    assert due(session, "stage1_concern") == [(ago(2), State.DONE)]
    with pytest.raises(Refusal, match="was answered"):
        service.change_finding(
            session, actor=owner, at=now(), ref=concern.ref, version=concern.version,
            finding=FindingInput(kind=FindingKind.CONCERN, statement="x"),
        )  # fmt: skip

    def settle(verb, **more):
        values = {"on": TODAY, "said": "They said so.", "version": concern.version}
        service.settle_finding(session, actor=ada, at=now(), ref=concern.ref, verb=verb, **(values | more))

    with pytest.raises(Invalid) as refusal:
        settle(FindingVerb.RETURN)
    assert refusal.value.field == "due_on"
    settle(FindingVerb.RETURN, due_on=ago(2))  # even the same day is asked again
    assert sorted(due(session, "stage1_concern")) == [(ago(2), State.DONE), (ago(2), State.OPEN)]
    service.answer_finding(
        session,
        actor=owner,
        at=now(),
        ref=concern.ref,
        version=concern.version,
        on=TODAY,
        answer="Minutes sent.",
    )
    settle(FindingVerb.ACCEPT, said="")
    assert concern.status is FindingStatus.ACCEPTED
    assert {state for _, state in due(session, "stage1_concern")} == {State.DONE}
    assert list(trail.verify(session)) == []


def test_another_day_moves_what_is_due_and_another_owner_gets_it(session, ada, found):
    row = visit(session, ada, found, VisitKind.STAGE_2, held_from=ago(5))
    one = raised(session, ada, row, FindingKind.MAJOR)
    other = make_person(session, Role.ACTION_OWNER)
    moved = FindingInput(
        kind=FindingKind.MAJOR, statement="No record of it.", due_on=TODAY + timedelta(days=40),
        owner_id=other.person_id,
    )  # fmt: skip
    service.change_finding(session, actor=ada, at=now(), ref=one.ref, version=one.version, finding=moved)
    assert due(session, "body_finding_reply") == [(TODAY + timedelta(days=40), State.OPEN)]
    assert session.scalars(sa.select(Obligation.owner_id)).all() == [other.person_id]


def test_an_opportunity_asks_for_no_answer(session, ada, found):
    row = visit(session, ada, found, VisitKind.STAGE_2, held_from=ago(5))
    raised(session, ada, row, FindingKind.OPPORTUNITY, due_on=None)
    assert due(session, "body_finding_reply") == []
    with pytest.raises(Invalid, match="Stage 1 raises"):
        raised(session, ada, row, FindingKind.CONCERN)
    with pytest.raises(Invalid) as refusal:
        raised(session, ada, row, due_on=None)
    assert refusal.value.field == "due_on"


def test_a_rule_that_is_switched_off_asks_nothing(session, ada, found):
    session.add(
        ObligationRule(
            key="surveillance_visit", scope=Scope.THING, whose=["ser"], lead_days=[9], active=False
        )
    )
    session.flush()
    decide(session, ada, found, ago(100))
    assert due(session, "surveillance_visit") == []


def test_findings_can_be_linked_to_by_our_own_people_alone(session, ada, found):
    row = visit(session, ada, found, VisitKind.STAGE_2, held_from=ago(5))
    one = raised(session, ada, row)
    assert find_target(session, ada, one.ref.lower())[0] == "certificate_finding"
    assert find_target(session, ada, found.ref)[0] == "certificate"
    contact = make_contact(session, make_relationship(session))
    assert find_target(session, contact, one.ref) is None
    with pytest.raises(NotFound):
        queries.finding_by_ref(session, contact, one.ref)


VERBS = {
    "add": lambda s, who, _: service.add_certificate(
        s, actor=who, at=now(), scheme=Scheme.BS_11000, body="x"
    ),
    "decide": lambda s, who, r: decide(s, who, r, date(2020, 1, 1)),
    "visit": lambda s, who, r: visit(s, who, r, VisitKind.STAGE_1, planned_from=TODAY),
    "end": lambda s, who, r: service.end_certificate(
        s, actor=who, at=now(), ref=r.ref, version=r.version, on=TODAY, reason="x"
    ),
}


def test_the_system_manager_keeps_it(session, found):
    for role in (Role.SER, Role.PROGRAMME_MANAGER, Role.RELATIONSHIP_OWNER, Role.VIEWER):
        who = make_person(session, role)
        for verb in VERBS.values():
            with pytest.raises(NotAllowed):
                verb(session, who, found)


def test_only_its_owner_answers(session, ada, found):
    row = visit(session, ada, found, VisitKind.STAGE_2, held_from=ago(5))
    one = raised(session, ada, row)
    other = make_person(session, Role.SER)
    with pytest.raises(NotAllowed):
        service.answer_finding(
            session, actor=other, at=now(), ref=one.ref, version=one.version, on=TODAY, answer="x"
        )
    with pytest.raises(NotAllowed):
        add_link(
            session,
            actor=other,
            at=now(),
            from_kind="certificate_finding",
            from_id=one.id,
            to="https://a.example.org",
        )
