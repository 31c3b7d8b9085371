"""What relationships ask besides: joint actions, meetings, health checks, contracts, registers, exits, visits."""

from datetime import UTC, datetime, time

import pytest

from auditapp.people.rules import Role
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.certification.model import Certificate, CertificateVisit
from auditapp.relationships.certification.rules import Scheme, VisitKind
from auditapp.relationships.contacts.model import BreakPoint
from auditapp.relationships.exits.model import ExitProcess, ExitStep, ExitStrategy
from auditapp.relationships.exits.rules.process import ExitKind, ExitStatus, StepStatus
from auditapp.relationships.health.model import HealthAnswer, HealthCheck, HealthInvite
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import MeetingKind
from auditapp.relationships.registers.communications.model import Communication
from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften
from auditapp.relationships.registers.ideas.model import Idea
from auditapp.relationships.registers.ideas.rules import Category, IdeaState
from auditapp.relationships.registers.objectives.model import Objective
from auditapp.relationships.registers.objectives.rules import State as ObjectiveState
from auditapp.relationships.registers.objectives.rules import Whose
from auditapp.relationships.registers.risks.model import Risk
from auditapp.relationships.registers.risks.rules import RiskKind, RiskState, Treatment
from auditapp.relationships.rules import MemberRole, Sharing
from auditapp.reminders.rules import Answer, Kind
from tests.factories import make_contact, make_person, make_relationship
from tests.reminders.sources.conftest import AT, day

SHARED, INTERNAL = Sharing.SHARED, Sharing.INTERNAL


@pytest.fixture
def cast(session):
    place = make_relationship(session, ref="R-01", name="Tidal scheme")
    found = {
        name: make_person(session, *roles, name=name)
        for name, roles in {"manager": [], "other": [], "system": [Role.SYSTEM_MANAGER], "ser": [Role.SER]}.items()
    }  # fmt: skip
    place.manager_id = found["manager"].person_id
    found["contact"] = make_contact(session, place, MemberRole.PARTNER_MANAGER, name="contact")
    return found | {"place": place}


def who(cast, *names):
    return tuple(cast[name].person_id for name in names)


def add(session, *rows):
    session.add_all(rows)
    session.flush()
    return rows[0]


def joint(cast, number=1, **more):
    values = {
        "ref": f"JA-2026-{number:03}", "relationship_id": cast["place"].id, "title": "Send the list", "due_on": day(4),
        "owner_id": cast["contact"].person_id, "sharing": SHARED, "asked_by_id": cast["other"].person_id, "created_at": AT,
    }  # fmt: skip
    return JointAction(**(values | more))


def test_a_joint_action_is_its_owners_and_held_while_more_time_is_asked(session, cast, look):
    row = add(session, joint(cast))
    [found] = look("joint_action")
    assert (found.kind, found.owners, found.held_until) == (Kind.JOINT_ACTION, who(cast, "contact"), None)
    assert Answer.EXTEND in found.answers
    row.wanted_on = day(9)
    [held], [asked] = look("joint_action"), look("joint_action_time")
    assert held.held_until == day(4)
    assert (asked.kind, asked.owners) == (Kind.ACTION_REQUEST, who(cast, "other"))


def test_a_contact_is_not_asked_about_what_is_not_shared(session, cast, look):
    add(session, joint(cast, sharing=INTERNAL))
    [found] = look("joint_action")
    assert (found.owners, found.shared) == ((), False)


def test_a_contact_who_left_the_relationship_is_not_asked(session, cast, look):
    elsewhere = make_contact(session, make_relationship(session))
    add(session, joint(cast, owner_id=elsewhere.person_id))
    assert look("joint_action")[0].owners == ()


def test_a_meeting_is_for_the_invited_and_afterwards_for_who_runs_the_relationship(session, cast, look):
    starts = datetime.combine(day(2), time(23, 30), tzinfo=UTC)
    row = add(
        session,
        Meeting(
            ref="M-2026-001", relationship_id=cast["place"].id, kind=MeetingKind.OTHER, title="Kick-off",
            starts_at=starts, zone="Europe/Amsterdam", present=[], created_at=AT,
            invited=[str(one) for one in who(cast, "other", "contact")],
        ),
    )  # fmt: skip
    [found] = look("meeting")
    assert (found.due_on, found.due_at, found.zone) == (day(3), starts, "Europe/Amsterdam")
    assert (found.kind, found.owners) == (Kind.MEETING, who(cast, "other", "contact"))
    row.starts_at = datetime.combine(day(-2), time(9), tzinfo=UTC)
    assert look("meeting")[0].owners == who(cast, "manager")


def test_a_health_check_asks_who_has_not_answered_and_then_who_closes_it(session, cast, look):
    check = add(
        session,
        HealthCheck(
            ref="HC-2026-001", relationship_id=cast["place"].id, edition=1, questions=[{"key": "trust"}], desired={},
            opened_at=AT, opened_by_id=cast["manager"].person_id, closes_on=day(5),
        ),
    )  # fmt: skip
    invites = {
        name: HealthInvite(check_id=check.id, person_id=cast[name].person_id, invited_at=AT)
        for name in ("other", "contact")
    }
    add(session, *invites.values())
    [found] = look("health_answers")
    assert set(found.owners) == set(who(cast, "other", "contact"))
    for name, left in (("other", ["contact"]), ("contact", ["manager"])):
        add(session, HealthAnswer(invite_id=invites[name].id, question="trust", score=3, answered_at=AT))
        [found] = look("health_answers")
        assert (found.kind, found.owners) == (Kind.HEALTH_CHECK, who(cast, *left))


def test_the_days_of_a_contract_count_while_they_are_to_come(session, cast, look):
    cast["place"].contract_ends_on, cast["place"].notice_days = day(100), 30
    add(session, *(BreakPoint(relationship_id=cast["place"].id, on=day(number)) for number in (-1, 9)))
    assert [(one.due_on, one.kind) for one in look("contract")] == [(day(70), Kind.OBLIGATION)]
    assert [one.due_on for one in look("break_point")] == [day(9)]
    cast["place"].notice_days = 101
    assert look("contract") == []


def risk(cast, number=1, **more):
    values = {
        "ref": f"RK-2026-{number:03}", "relationship_id": cast["place"].id, "written_by_id": cast["manager"].person_id,
        "kind": RiskKind.RISK, "title": "Rain", "likelihood": 2, "impact": 2, "treatment": Treatment.REDUCE,
        "due_on": day(8), "next_review_on": day(30), "owner_id": cast["other"].person_id,
        "partner_owner_id": cast["contact"].person_id, "sharing": SHARED,
    }  # fmt: skip
    return Risk(created_at=AT, **(values | more))


def test_registers_ask_the_owner_of_each_row_or_who_keeps_them(session, cast, look):
    place = {"relationship_id": cast["place"].id, "created_at": AT}
    add(
        session,
        risk(cast),
        risk(cast, 2, state=RiskState.CLOSED),
        risk(cast, 3, owner_id=None, sharing=INTERNAL, due_on=None, next_review_on=day(40)),
        Communication(
            what="Forecast", audience=Audience.BOTH, channel=Channel.EMAIL, how_often=HowOften.MONTH, first_on=day(1),
            next_on=day(2), **place,
        ),
        Objective(
            ref="OB-1", whose=Whose.JOINT, statement="Faster", owner_id=cast["other"].person_id, target_on=day(6),
            state=ObjectiveState.AGREED, created_by_id=cast["other"].person_id, **place,
        ),
        Idea(
            ref="ID-1", raised_by_id=cast["other"].person_id, raised_on=day(-9), title="Share", category=Category.COST,
            target_on=day(7), state=IdeaState.ACCEPTED, **place,
        ),
    )  # fmt: skip
    expected = {
        "risk_treatment": [(Kind.RISK_TREATMENT, day(8), who(cast, "other", "contact"))],
        "risk_look": [
            (Kind.OBLIGATION, day(30), who(cast, "other", "contact")),
            (Kind.OBLIGATION, day(40), who(cast, "manager")),
        ],
        "communication": [(Kind.OBLIGATION, day(2), who(cast, "manager"))],
        "objective": [(Kind.OBLIGATION, day(6), who(cast, "other"))],
        "idea": [(Kind.OBLIGATION, day(7), who(cast, "manager"))],
    }
    for word, wanted in expected.items():
        assert [(one.kind, one.due_on, one.owners) for one in look(word)] == wanted, word
    cast["place"].ended_on = day(-1)
    assert [look(word) for word in expected] == [[]] * len(expected)


def test_steps_of_an_exit_are_for_their_owners_or_for_whose_party_they_are(session, cast, look):
    strategy = add(session, ExitStrategy(ref="EX-1", relationship_id=cast["place"].id, created_at=AT))
    process = add(
        session,
        ExitProcess(
            ref="XP-2026-001", relationship_id=cast["place"].id, strategy_id=strategy.id, kind=ExitKind.PLANNED,
            status=ExitStatus.RUNNING, reason="It is over.", initiated_at=AT, notice_on=day(0), ends_on=day(60),
        ),
    )  # fmt: skip
    rows = [
        ExitStep(process_id=process.id, number=number, what=what, due_on=day(number), first_due_on=day(number), **more)
        for number, what, more in (
            (1, "Ours, owned", {"owner_id": cast["other"].person_id}),
            (2, "Ours", {}),
            (3, "Theirs", {"party_id": cast["contact"].partner_id}),
            (4, "Done", {"status": StepStatus.DONE}),
        )
    ]  # fmt: skip
    add(session, *rows)
    assert [(one.title, one.owners) for one in look("exit_step")] == [
        ("Ours, owned", who(cast, "other")),
        ("Ours", who(cast, "manager")),
        ("Theirs", who(cast, "contact")),
    ]
    assert [(one.kind, one.due_on) for one in look("exit_end")] == [(Kind.EXIT_STEP, day(60))]
    process.status = ExitStatus.CALLED_OFF
    assert look("exit_step") == look("exit_end") == []


def test_a_visit_of_the_body_lasts_and_then_waits_to_be_recorded(session, cast, look):
    found = add(session, Certificate(ref="CR-01", scheme=Scheme.ISO_44001, body="A body", created_at=AT))
    row = add(
        session,
        CertificateVisit(
            certificate_id=found.id, kind=VisitKind.SURVEILLANCE, planned_from=day(6), planned_to=day(8), created_at=AT
        ),
    )  # fmt: skip
    [visit] = look("certificate_visit", until=day(6))
    assert (visit.starts_on, visit.due_on, visit.kind) == (day(6), day(8), Kind.CERTIFICATE)
    assert set(visit.owners) == set(who(cast, "system", "ser"))
    row.planned_from, row.planned_to = day(-3), day(-2)
    assert look("certificate_visit")[0].owners == who(cast, "system")
    row.held_from = row.held_to = day(-2)
    assert look("certificate_visit") == []
