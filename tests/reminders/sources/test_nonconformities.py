"""What nonconformities and their actions ask, by how they stand."""

import pytest

from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import ActionRequest, Dispute, EffectivenessCheck, ExtentCheck
from auditapp.findings.rules.action import ActionStatus, RequestKind, RequestStatus
from auditapp.findings.rules.nonconformity import ENDED, ExtentResult, NcStatus
from auditapp.people.rules import Role
from auditapp.reminders.rules import Answer, Kind, Level, Severity
from tests.factories import make_contact, make_person, make_relationship
from tests.factories.nonconformities import make_action, make_nonconformity
from tests.reminders.sources.conftest import AT, day

S, A = NcStatus, ActionStatus


@pytest.fixture
def cast(session):
    place = make_relationship(session)
    found = {
        name: make_person(session, *roles, name=name)
        for name, roles in {
            "raiser": [],
            "responsible": [],
            "deputy": [],
            "verifier": [Role.AUDITOR],
            "owner": [],
            "manager": [Role.PROGRAMME_MANAGER],
            "system": [Role.SYSTEM_MANAGER],
            "ser": [Role.SER],
            "keeper": [],
        }.items()
    }
    place.owner_id = place.manager_id = found["keeper"].person_id
    found["place"] = place
    return found


def case(session, cast, **more):
    return make_nonconformity(
        session, cast["raiser"],
        **({"responsible_id": cast["responsible"].person_id, "deputy_id": cast["deputy"].person_id,
            "verifier_id": cast["verifier"].person_id, "relationship_id": cast["place"].id,
            "turn_due_on": day(3), "status_since": AT} | more),
    )  # fmt: skip


WORKS, JUDGES = (["responsible"], ["deputy"]), (["verifier"], [])
TURNS = [
    (S.DRAFT, ["raiser"], []),
    (S.ISSUED, *WORKS),
    (S.DISPUTED, ["verifier"], []),
    (S.CONTAINMENT, *WORKS),
    (S.CAUSE, *WORKS),
    (S.PLANNING, *WORKS),
    (S.PLAN_SUBMITTED, *JUDGES),
    (S.PLAN_RETURNED, *WORKS),
    (S.IMPLEMENTING, *WORKS),  # every action is done
    (S.VERIFICATION, *JUDGES),
]


def test_each_status_asks_the_right_people(session, cast, look):
    assert {one for one, *_ in TURNS} | ENDED | {S.EFFECTIVENESS} == set(NcStatus)
    for status, owners, deputies in TURNS:
        nc = case(session, cast, status=status)
        [found] = [one for one in look("nonconformity") if one.thing_id == str(nc.id)]
        assert (found.kind, found.due_on) == (Kind.NONCONFORMITY, day(3))
        assert list(found.owners) == [cast[name].person_id for name in owners], status
        assert list(found.deputies) == [cast[name].person_id for name in deputies], status
        assert found.above == {
            Level.RELATIONSHIP: (cast["keeper"].person_id,),
            Level.PROGRAMME: (cast["manager"].person_id,),
            Level.SER: (cast["ser"].person_id,),
        }
        assert status.value in found.key


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_has_ended_asks_nobody(session, cast, look, status):
    case(session, cast, status=status)
    assert look("nonconformity") == []


def test_an_answered_dispute_is_decided_by_the_programme_manager(session, cast, look):
    nc = case(session, cast, status=S.DISPUTED)
    session.add(
        Dispute(
            nonconformity_id=nc.id, view="No.", raised_by_id=cast["responsible"].person_id, raised_at=AT, answer="Yes."
        )
    )  # fmt: skip
    [found] = look("nonconformity")
    assert found.owners == (cast["manager"].person_id,)
    assert Level.PROGRAMME not in found.above  # nobody is over themselves


def test_while_an_action_is_undone_the_action_is_asked_for_and_nothing_else(session, cast, look):
    nc = case(session, cast, status=S.IMPLEMENTING, grade=Grade.MAJOR)
    action = make_action(
        session, nc, cast["owner"].person_id, deputy_id=cast["deputy"].person_id, due_on=day(-1)
    )
    assert look("nonconformity") == []
    [found] = look("action")
    assert (found.kind, found.severity, found.due_on) == (Kind.ACTION, Severity.CRITICAL, day(-1))
    assert (found.owners, found.deputies) == (
        (cast["owner"].person_id,),
        (cast["deputy"].person_id,),
    )
    assert Answer.EXTEND in found.answers
    assert (found.endpoint, found.args) == ("findings.action", {"ref": action.ref})


def test_moving_the_day_or_the_owner_begins_anew_and_the_key_stays(session, cast, look):
    nc = case(session, cast, status=S.IMPLEMENTING)
    action = make_action(session, nc, cast["owner"].person_id, due_on=day(2))
    [before] = look("action")
    action.due_on = day(5)
    [later] = look("action")
    action.owner_id = cast["keeper"].person_id
    [other] = look("action")
    assert before.key == later.key == other.key
    assert len({before.version, later.version, other.version}) == 3
    action.status = A.IN_PROGRESS
    assert look("action")[0].version == other.version


def ask(session, action, kind, *, level=1, **more):
    session.add(
        ActionRequest(
            action_id=action.id, kind=kind, level=level, reason="Because.", asked_by_id=action.owner_id, asked_at=AT,
            **more,
        )
    )  # fmt: skip


# Kind, level -> who decides: nobody who asked, and nobody who answers for the work where it is about time.
DECIDERS = [
    (RequestKind.EXTENSION, 1, ["verifier"]),
    (RequestKind.EXTENSION, 2, ["manager", "ser"]),
    (RequestKind.EXTENSION, 3, ["ser"]),
    (RequestKind.CANT_DO, 1, ["responsible", "deputy", "verifier"]),
    (RequestKind.NOT_MINE, 1, ["responsible", "deputy"]),
    (RequestKind.CANCEL, 1, ["verifier"]),
]


def test_a_request_waits_for_who_decides_it_and_holds_its_action(session, cast, look):
    for kind, level, who in DECIDERS:
        nc = case(session, cast, status=S.IMPLEMENTING)
        action = make_action(session, nc, cast["owner"].person_id, due_on=day(9))
        ask(session, action, kind, level=level, due_on=day(2))
        [found] = [one for one in look("action_request") if one.ref == action.ref]
        assert (found.kind, found.due_on) == (Kind.ACTION_REQUEST, day(2))
        assert list(found.owners) == [cast[name].person_id for name in who], (kind, level)
        [held] = [one for one in look("action") if one.ref == action.ref]
        assert held.held_until == day(2)


def test_a_decided_request_holds_nothing(session, cast, look):
    nc = case(session, cast, status=S.IMPLEMENTING)
    action = make_action(session, nc, cast["owner"].person_id)
    ask(session, action, RequestKind.EXTENSION, due_on=day(2), status=RequestStatus.REFUSED)
    assert look("action_request") == []
    assert look("action")[0].held_until is None


def test_a_done_action_is_verified_by_somebody_who_did_not_work_on_it(session, cast, look):
    nc = case(session, cast, status=S.IMPLEMENTING)
    action = make_action(session, nc, cast["owner"].person_id, status=A.DONE, status_since=AT)
    [found] = look("action_verification")
    assert (found.kind, found.due_on) == (Kind.ACTION_VERIFICATION, day(14))  # ten working days
    assert found.owners == (cast["verifier"].person_id,)
    action.worked_ids = [str(cast["verifier"].person_id)]
    assert look("action_verification")[0].owners == (cast["manager"].person_id,)
    assert look("action_verification", until=day(13)) == []


def test_a_contact_owns_an_action_but_decides_nothing(session, cast, look):
    contact = make_contact(session, cast["place"])
    nc = case(session, cast, status=S.IMPLEMENTING, verifier_id=contact.person_id)
    make_action(session, nc, contact.person_id)
    [found] = look("action", person_id=contact.person_id)
    assert found.owners == (contact.person_id,)
    assert not found.shared


def test_who_left_is_not_asked(session, cast, look):
    nc = case(session, cast, status=S.IMPLEMENTING)
    gone = make_person(session, active=False)
    make_action(session, nc, gone.person_id)
    [found] = look("action")
    assert found.owners == ()
    assert found.above[Level.RELATIONSHIP] == (cast["keeper"].person_id,)


def test_the_check_of_the_effect_names_the_day_it_begins(session, cast, look):
    nc = case(session, cast, status=S.EFFECTIVENESS, turn_due_on=day(40), grade=Grade.MAJOR)
    session.add(EffectivenessCheck(nonconformity_id=nc.id, round=1, not_before=day(10)))
    [found] = look("effectiveness_check")
    assert (found.kind, found.due_on, found.owners) == (
        Kind.EFFECTIVENESS_CHECK,
        day(40),
        (cast["verifier"].person_id,),
    )
    assert "From 19 November 2026 on" in str(found.step)


def test_checks_of_the_extent_are_for_who_looks_there(session, cast, look):
    other = make_relationship(session)
    nc = case(session, cast, status=S.CAUSE)
    for checker, result in ((cast["keeper"], ExtentResult.OPEN), (None, ExtentResult.OPEN),
                            (cast["keeper"], ExtentResult.FOUND)):  # fmt: skip
        session.add(
            ExtentCheck(
                nonconformity_id=nc.id, relationship_id=other.id, place="The depot", due_on=day(4), result=result,
                checker_id=checker.person_id if checker else None,
            )
        )  # fmt: skip
    found = look("extent_check")
    assert {one.owners for one in found} == {(cast["keeper"].person_id,), (cast["responsible"].person_id,)}
    assert len(found) == 2
    assert {one.relationship_id for one in found} == {other.id}


def test_what_the_body_waits_for_is_serious(session, cast, look):
    nc = case(session, cast, status=S.CAUSE, reply_due_on=day(5), close_due_on=day(50))
    [reply], [closure] = look("body_reply"), look("body_closure")
    assert (reply.due_on, closure.due_on) == (day(5), day(50))
    assert reply.severity is closure.severity is Severity.SERIOUS
    assert reply.owners == (cast["responsible"].person_id,)
    nc.replied_on = day(0)
    assert look("body_reply") == []
