"""The tables of nonconformities, actions and requests are whole: nothing is unreachable, nothing has no way out."""

from datetime import date, timedelta

import pytest

from auditapp.audits.execution.rules import Grade
from auditapp.findings.rules import action, nonconformity
from auditapp.findings.rules.action import (
    REQUEST_STEPS,
    ActionStatus,
    ActionVerb,
    RequestKind,
    RequestStatus,
    RequestVerb,
    deciders,
    request_step,
)
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb
from auditapp.findings.rules.parts import Involved, Part, parts_of
from auditapp.findings.rules.policy import Policy, check_day, turn_due
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.ids import new_id
from auditapp.overview.history.sentences import SENTENCES
from auditapp.people.rules import Principal, Role
from tests.findings.facts import ACTION_FACTS, NC_FACTS

N, A = NcVerb, ActionVerb
NC = (nonconformity.STEPS, NcStatus.DRAFT, NcStatus, NcVerb, nonconformity.ENDED)
ACTION = (action.STEPS, ActionStatus.PROPOSED, ActionStatus, ActionVerb, action.ENDED)
REQUEST = (
    REQUEST_STEPS,
    RequestStatus.OPEN,
    RequestStatus,
    RequestVerb,
    set(RequestStatus) - {RequestStatus.OPEN},
)
LIVES = pytest.mark.parametrize(
    ("steps", "first", "statuses", "verbs", "ended"), [NC, ACTION, REQUEST], ids=["nc", "action", "request"]
)  # fmt: skip


def reachable(steps, first):
    found, todo = {first}, [first]
    while todo:
        status = todo.pop()
        for (before, _), after in steps.items():
            if before is status and after not in found:
                found.add(after)
                todo.append(after)
    return found


@LIVES
def test_every_status_is_reached_and_every_verb_is_used(steps, first, statuses, verbs, ended):
    del ended
    assert reachable(steps, first) == set(statuses)
    assert {verb for _, verb in steps} == set(verbs)


@LIVES
def test_every_open_status_has_a_way_to_an_end(steps, first, statuses, verbs, ended):
    del first, verbs
    stuck = [status for status in statuses if not reachable(steps, status) & set(ended)]
    assert stuck == []


def test_an_ended_thing_is_only_left_by_reopening():
    for steps, ended, reopen in (
        (nonconformity.STEPS, nonconformity.ENDED, N.REOPEN),
        (action.STEPS, action.ENDED, A.REOPEN),
    ):
        left = {verb for (status, verb), after in steps.items() if status in ended and after is not status}
        assert left == {reopen}
    assert not {status for status, _ in REQUEST_STEPS} - {RequestStatus.OPEN}


def test_closing_is_only_by_a_confirmed_effect():
    ways = {
        one for one, after in nonconformity.STEPS.items() if after is NcStatus.CLOSED and one[0] is not after
    }
    assert ways == {(NcStatus.EFFECTIVENESS, N.CONFIRM)}
    ways = {
        one for one, after in action.STEPS.items() if after is ActionStatus.VERIFIED and one[0] is not after
    }
    assert ways == {(ActionStatus.DONE, A.VERIFY)}


def test_every_verb_says_who_may():
    assert set(nonconformity.WHO) == set(NcVerb)
    assert set(action.WHO) == set(ActionVerb)
    assert all(nonconformity.WHO.values())
    assert all(action.WHO.values())
    for kind in RequestKind:
        assert all(deciders(kind, level) <= action.WHO[A.DECIDE] for level in range(1, 9))


def test_whoever_judges_may_not_have_worked_on_it():
    working = {Part.RESPONSIBLE, Part.DEPUTY, Part.FORMER, Part.OWNER, Part.STAND_IN, Part.WORKER}
    for verb in (N.VERIFY, N.RETURN_WORK, N.CONFIRM, N.FAIL):
        assert nonconformity.BARRED[verb] == working
    for verb in (A.VERIFY, A.RETURN, A.REOPEN):
        assert action.BARRED[verb] == working


def test_nobody_who_is_barred_is_so_for_nothing():
    """A bar against a part is of use only when somebody with it could otherwise do it."""
    for who, barred in ((nonconformity.WHO, nonconformity.BARRED), (action.WHO, action.BARRED)):
        assert set(barred) <= set(who)
        assert [verb for verb, parts in barred.items() if not who[verb] - parts] == []


def test_every_verb_has_its_sentence_in_the_history():
    assert set(NC_FACTS) == set(NcVerb)
    assert set(ACTION_FACTS) == set(ActionVerb)
    facts = [fact for table in (NC_FACTS, ACTION_FACTS) for row in table.values() for fact in row]
    assert [fact for fact in facts if fact not in SENTENCES] == []


def test_a_step_that_is_not_in_the_table_is_refused_with_whose_turn_it_is():
    for status in NcStatus:
        for verb in NcVerb:
            if (status, verb) in nonconformity.STEPS:
                assert nonconformity.next_status(status, verb) is nonconformity.STEPS[status, verb]
            else:
                with pytest.raises(Refusal) as caught:
                    nonconformity.next_status(status, verb)
                assert str(nonconformity.WHOSE_TURN[status]) in str(caught.value)
    for a_status in ActionStatus:
        for a_verb in ActionVerb:
            if (a_status, a_verb) not in action.STEPS:
                with pytest.raises(Refusal) as caught:
                    action.next_status(a_status, a_verb)
                assert str(action.WHOSE_TURN[a_status]) in str(caught.value)
    with pytest.raises(Refusal, match="no longer open"):
        request_step(RequestStatus.GRANTED, RequestVerb.REFUSE)


def test_own_work_is_refused_as_such_and_a_stranger_is_told_who_may():
    with pytest.raises(NotAllowed, match="Nobody judges their own part: you are the responsible person"):
        nonconformity.require_may(N.VERIFY, frozenset({Part.RESPONSIBLE, Part.MANAGER}))
    with pytest.raises(NotAllowed, match=r"It is done by: .*the responsible person"):
        nonconformity.require_may(N.ACKNOWLEDGE, frozenset({Part.READER}))
    with pytest.raises(NotAllowed, match="this action is yours"):
        action.require_may(A.VERIFY, frozenset({Part.VERIFIER, Part.WORKER}))
    nonconformity.require_may(N.VERIFY, frozenset({Part.VERIFIER, Part.READER}))


def test_a_request_goes_up_with_every_decided_one_and_stays_at_the_top():
    first, second, third, fourth = (deciders(RequestKind.EXTENSION, level) for level in (1, 2, 3, 4))
    assert Part.VERIFIER in first
    assert Part.VERIFIER not in second
    assert second == {Part.MANAGER, Part.SER}
    assert third == fourth == {Part.SER}


def test_a_contact_of_a_partner_has_a_part_in_actions_only():
    me = new_id()
    contact = Principal(person_id=me, name="W", partner_id=new_id(), roles=frozenset({Role.PARTNER_CONTACT}))
    everything = Involved(
        raiser_id=me, issuer_id=me, responsible_id=me, deputy_id=me, verifier_id=me, leader_id=me,
        relationship_ser_id=me, owner_ids={me}, stand_in_ids={me}, worker_ids={me},
    )  # fmt: skip
    assert parts_of(contact, everything) == {Part.OWNER, Part.STAND_IN, Part.WORKER}
    assert parts_of(contact, Involved()) == frozenset()


def test_parts_of_roles_held_for_one_relationship_count_there_only():
    here, there = new_id(), new_id()
    auditor = Principal(person_id=new_id(), name="A", scoped={here: frozenset({Role.AUDITOR, Role.SER})})
    assert parts_of(auditor, Involved(relationship_id=here)) >= {Part.AUDITOR, Part.SER}
    assert not parts_of(auditor, Involved(relationship_id=there)) & {Part.AUDITOR, Part.SER}
    assert Part.AUDITOR in parts_of(auditor, Involved())


def weekdays(day, count):
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


FRIDAY = date(2026, 3, 6)
DUE = {
    NcStatus.DRAFT: date(2026, 3, 13),
    NcStatus.ISSUED: date(2026, 3, 13),
    NcStatus.DISPUTED: date(2026, 3, 20),
    NcStatus.CONTAINMENT: date(2026, 3, 13),
    NcStatus.CAUSE: date(2026, 4, 3),
    NcStatus.PLANNING: date(2026, 3, 13),
    NcStatus.PLAN_SUBMITTED: date(2026, 3, 13),
    NcStatus.PLAN_RETURNED: date(2026, 3, 13),
    NcStatus.IMPLEMENTING: date(2026, 5, 1),
    NcStatus.VERIFICATION: date(2026, 3, 20),
    NcStatus.EFFECTIVENESS: date(2026, 6, 29),
    NcStatus.CLOSED: None,
    NcStatus.WITHDRAWN: None,
}


@pytest.mark.parametrize("status", NcStatus)
def test_each_step_is_due_after_so_many_working_days(status):
    due = turn_due(
        status, grade=Grade.MINOR, since=FRIDAY, policy=Policy(), days=weekdays,
        last_action=date(2026, 5, 1), check_on=date(2026, 6, 1),
    )  # fmt: skip
    assert due == DUE[status]


def test_the_cause_of_a_major_is_due_sooner_and_nothing_is_due_before_it_began():
    def due(status, **more):
        values = {"grade": Grade.MAJOR, "last_action": None, "check_on": None} | more
        return turn_due(status, since=FRIDAY, policy=Policy(), days=weekdays, **values)

    assert due(NcStatus.CAUSE) == date(2026, 3, 20)
    assert due(NcStatus.IMPLEMENTING) == FRIDAY
    assert due(NcStatus.IMPLEMENTING, last_action=date(2026, 1, 1)) == FRIDAY
    assert due(NcStatus.EFFECTIVENESS, check_on=date(2026, 1, 1)) == weekdays(FRIDAY, 20)


def test_figures_of_the_organization():
    assert Policy.from_json(None) == Policy()
    assert Policy.from_json({"plan_days": 9, "unknown": 3, "cause_days_major": "x"}) == Policy(plan_days=9)
    assert Policy.from_json(Policy(verify_days=3).to_json()) == Policy(verify_days=3)
    assert check_day(FRIDAY, Policy(effectiveness_days=10)) == date(2026, 3, 16)
    assert Policy(repeat_months=120).checked().repeat_months == 120
    for wrong in (Policy(plan_days=0), Policy(plan_days=366), Policy(repeat_months=121)):
        with pytest.raises(Invalid, match="whole number from 1 to"):
            wrong.checked()
