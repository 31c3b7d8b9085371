"""Agreement, dates, turns and the preview as tables."""

import itertools
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.audits.plan.rules import (
    PlanFacts,
    TurnFacts,
    add_months,
    check_sendable,
    check_stages,
    is_agreed,
    may_plan,
    missing_for_sending,
    preview,
    proposed_agenda,
    require_leader,
    require_team,
    stages_in_scope,
    whose_turn,
)
from auditapp.audits.rules import STEPS, WHOSE_TURN, AuditStatus, AuditVerb, MemberRole, next_status
from auditapp.checklists.rules import merge, parse
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.people.rules import Principal, Role
from auditapp.relationships.rules import Stage
from tests.factories.audits import LIBRARY

ADA, BEN = UUID(int=1), UUID(int=2)
TODAY = date(2026, 6, 15)


@dataclass
class Answer:
    person_id: UUID
    agreed: bool = True
    plan_revision: int = 2
    settled: str = ""


@pytest.mark.parametrize(
    ("auditees", "answers", "agreed"),
    [
        ([], [], False),  # nobody was asked
        ([ADA], [], False),
        ([ADA], [Answer(ADA)], True),
        ([ADA, BEN], [Answer(ADA)], False),
        ([ADA, BEN], [Answer(ADA), Answer(BEN)], True),
        ([ADA], [Answer(ADA, plan_revision=1)], False),  # to an earlier plan
        ([ADA], [Answer(BEN)], False),  # somebody else's
        ([ADA], [Answer(ADA, agreed=False)], False),
        ([ADA], [Answer(ADA, agreed=False, settled="Moved by a day.")], True),
        ([ADA], [Answer(ADA, agreed=False), Answer(ADA)], True),  # the last one counts
        ([ADA], [Answer(ADA), Answer(ADA, agreed=False)], False),
    ],
)
def test_when_a_plan_is_agreed(auditees, answers, agreed):
    assert is_agreed(auditees, answers, 2) is agreed


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 6, 15), 12, date(2027, 6, 15)),
        (date(2026, 6, 15), -6, date(2025, 12, 15)),
    ],
)
def test_months_later(day, months, then):
    assert add_months(day, months) == then


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_months_never_skip_a_month(day, months):
    then = add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day <= day.day


FULL = {"has_leader": True, "auditees": 1, "editions": 1, "objectives": "o", "scope": "s", "dated": True}


@pytest.mark.parametrize(
    ("lacks", "word"),
    [
        ({"has_leader": False}, "audit team leader"),
        ({"auditees": 0}, "auditee"),
        ({"editions": 0}, "checklist"),
        ({"objectives": " "}, "objectives"),
        ({"scope": ""}, "scope"),
        ({"dated": False}, "dates"),
    ],
)
def test_what_a_plan_needs_before_it_is_sent(lacks, word):
    assert missing_for_sending(PlanFacts(**FULL)) == []
    with pytest.raises(Refusal, match=word):
        check_sendable(PlanFacts(**(FULL | lacks)))


def test_stages():
    assert check_stages(["exit_strategy", "awareness", "awareness"]) == ["awareness", "exit_strategy"]
    with pytest.raises(Invalid):
        check_stages(["somewhere"])
    assert stages_in_scope([]) == {stage.value for stage in Stage}
    assert stages_in_scope(["awareness"]) == {"awareness"}


@pytest.mark.parametrize(
    ("role", "mine", "created", "may"),
    [
        (Role.PROGRAMME_MANAGER, None, False, True),
        (Role.SYSTEM_MANAGER, None, False, True),
        (Role.AUDITOR, MemberRole.LEADER, False, True),
        (Role.AUDITOR, MemberRole.AUDITOR, False, False),
        (Role.AUDITOR, None, True, True),
        (Role.VIEWER, None, True, False),  # lost the role since
        (Role.SER, None, False, False),
        (Role.RELATIONSHIP_OWNER, MemberRole.AUDITEE, False, False),
    ],
)
def test_who_may_change_a_plan(role, mine, created, may):
    who = Principal(person_id=ADA, name="Ada", roles=frozenset({role}))
    assert may_plan(who, mine, created=created) is may


@pytest.mark.parametrize("role", [None, *MemberRole])
def test_who_is_in_the_team(role):
    allowed = {require_team: {MemberRole.LEADER, MemberRole.AUDITOR}, require_leader: {MemberRole.LEADER}}
    for check, roles in allowed.items():
        if role in roles:
            check(role)
        else:
            with pytest.raises(NotAllowed):
                check(role)


def test_the_table_of_life_is_whole():
    """Every status is reached, every verb used, and what has ended has no way out."""
    assert set(STEPS.values()) | {AuditStatus.PLANNED} == set(AuditStatus)
    assert {verb for _, verb in STEPS} == set(AuditVerb)
    left = {status for status, _ in STEPS}
    assert set(AuditStatus) - left == {AuditStatus.CANCELLED, AuditStatus.COMPLETED}


@pytest.mark.parametrize("status", list(AuditStatus))
@pytest.mark.parametrize("verb", list(AuditVerb))
def test_every_refusal_says_whose_turn_it_is(status, verb):
    if (status, verb) in STEPS:
        assert next_status(status, verb) is STEPS[status, verb]
        return
    with pytest.raises(Refusal) as refused:
        next_status(status, verb)
    assert str(WHOSE_TURN[status]) in str(refused.value)


def turn(status, **more):
    values = {"status": status, "leader": "Lou", "starts_on": date(2026, 7, 1), "sent": False, "today": TODAY}
    found = whose_turn(TurnFacts(**(values | more)))
    return str(found.turn), str(found.next or "")


S = AuditStatus


@pytest.mark.parametrize(
    ("status", "more", "said"),
    [
        (S.PLANNED, {"leader": None}, "The audit programme manager names"),
        (S.PLANNED, {"leader": None, "mine_plan": True}, "Your turn: name"),
        (S.PLANNED, {}, "Lou finishes the plan"),
        (S.PLANNED, {"mine_plan": True}, "Your turn: send"),
        (S.PLANNED, {"mine_plan": True, "ready": False}, "Your turn: finish"),
        (S.PLANNED, {"sent": True, "waiting": ["Ada", "Ben"]}, "Waiting for the answer of Ada, Ben"),
        (S.PLANNED, {"sent": True, "waiting": ["Ada"], "mine_answer": True}, "Your turn: agree to the plan"),
        (S.PLANNED, {"sent": True, "objecting": ["Ada"]}, "Lou settles the objection of Ada"),
        (S.PLANNED, {"sent": True, "objecting": ["Ada"], "mine_lead": True}, "Your turn: settle"),
        (S.SCHEDULED, {}, "Lou holds the opening meeting"),
        (S.SCHEDULED, {"mine_lead": True}, "Your turn: hold"),
        (S.IN_PROGRESS, {}, "The audit team is at work"),
        (S.REPORTING, {"mine_lead": True}, "Your turn: write the conclusion"),
        (S.POSTPONED, {"mine_plan": True}, "Your turn: give it new dates"),
        (S.CANCELLED, {"reason": "Snow."}, "Nobody’s turn: it was cancelled. Snow."),
        (S.COMPLETED, {}, "Nobody’s turn"),
        (S.ISSUED, {}, "decides on follow-up"),
        (S.FOLLOW_UP, {}, "completes it"),
    ],
)
def test_whose_turn_it_is(status, more, said):
    assert said in turn(status, **more)[0]


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (date(2026, 6, 14), "has passed"),
        (TODAY, "today"),
        (date(2026, 6, 16), "tomorrow"),
        (date(2026, 6, 25), "in 10 days"),
        (None, ""),
    ],
)
def test_what_happens_next(first, said):
    for status in (S.PLANNED, S.SCHEDULED):
        assert said in turn(status, starts_on=first)[1]


def library(key, maps=""):
    text = LIBRARY.format(key=key, edition="1", title=key, mark=key[:2].upper(), maps=maps)
    return parse(text.encode(), name=key)


@pytest.mark.parametrize(
    ("stages", "relationships", "total", "once", "each"),
    [
        ([], 0, 1, 1, 1),
        ([], 3, 4, 1, 1),
        (["awareness"], 3, 1, 1, 0),
        (["working_together"], 2, 2, 0, 1),
        (["exit_strategy"], 2, 0, 0, 0),
    ],
)
def test_how_long_the_walk_will_be(stages, relationships, total, once, each):
    found = preview(merge([library("small")]), stages_in_scope(stages), relationships)
    assert (found.total, found.once, found.each) == (total, once, each)
    assert sum(count for _, count in found.by_stage) == total


def test_merged_questions_are_told():
    found = preview(merge([library("small"), library("other", maps='"small:SM-1"')]), stages_in_scope([]), 1)
    assert (found.total, found.merged) == (3, 1)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 20),
    st.sets(st.sampled_from([stage.value for stage in Stage])),
)
def test_a_proposed_agenda_begins_and_ends_with_a_meeting_and_holds_every_stage(first, days, stages):
    last = date.fromordinal(first.toordinal() + days)
    lines = proposed_agenda(first, last, stages, "Europe/Berlin")
    assert (str(lines[0].title), str(lines[-1].title)) == ("Opening meeting", "Closing meeting")
    assert sorted(stage for line in lines for stage in line.stages) == sorted(stages)
    assert all(line.starts_at < line.ends_at for line in lines)
    assert all(one.ends_at <= two.starts_at for one, two in itertools.pairwise(lines))
    assert all(first <= line.starts_at.astimezone(ZoneInfo("Europe/Berlin")).date() <= last for line in lines)


def test_a_proposed_agenda_leaves_days_off_out_unless_there_is_no_other():
    thursday, saturday = date(2026, 12, 24), date(2026, 12, 26)
    closed = {date(2026, 12, 25), saturday}
    lines = proposed_agenda(thursday, saturday, [], "Europe/London", closed=closed)
    assert {line.starts_at.date() for line in lines} == {thursday}
    lines = proposed_agenda(saturday, saturday, [], "Europe/London", closed=closed)
    assert {line.starts_at.date() for line in lines} == {saturday}
