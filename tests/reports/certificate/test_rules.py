"""Whose turn it is with what the body found, until when, and what stands on top."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditapp.relationships.certification.rules import FindingKind, FindingStatus
from auditapp.reports.certificate.rules import (
    Asked,
    Step,
    days_left,
    late,
    limit,
    order,
    step,
    summary,
    tone,
    turn,
)

TODAY = date(2026, 6, 10)
S, K = FindingStatus, FindingKind
PLAIN = Asked(kind=K.CONCERN, status=S.OPEN, owner="Cora", plan="Do it", due_on=TODAY + timedelta(days=10))


def days(count):
    return TODAY + timedelta(days=count)


@pytest.mark.parametrize(
    ("more", "next_step", "is_late", "left", "says"),
    [
        ({}, Step.ANSWER, False, 10, "Cora carries out the plan and answers by"),
        ({"due_on": None}, Step.ANSWER, False, None, "Cora carries out the plan and answers."),
        ({"plan": " "}, Step.PLAN, False, 10, "Cora writes the plan and answers by"),
        ({"owner": ""}, Step.NAME, False, 10, "The system manager names an owner."),
        ({"owner": "", "due_on": days(-1)}, Step.NAME, True, -1, "names an owner today"),
        ({"due_on": days(-3)}, Step.ANSWER, True, -3, "Cora owed the answer on"),
        ({"due_on": days(-3), "plan": ""}, Step.PLAN, True, -3, "has no plan yet"),
        ({"due_on": days(0)}, Step.ANSWER, False, 0, "by"),
        ({"status": S.ANSWERED, "due_on": days(-3)}, Step.BODY, False, -3, "The body reads the answer"),
        ({"status": S.ACCEPTED, "due_on": days(-3)}, Step.SETTLED, False, None, "settled"),
        ({"status": S.WITHDRAWN}, Step.SETTLED, False, None, "settled"),
        # Before Stage 2, whatever was written down:
        ({"stage_2_on": days(5)}, Step.ANSWER, False, 4, "Cora carries out"),
        ({"stage_2_on": days(0)}, Step.ANSWER, True, -1, "Cora owed"),
        ({"stage_2_on": days(5), "due_on": None}, Step.ANSWER, False, 4, "Cora carries out"),
        ({"stage_2_on": days(5), "kind": K.MINOR}, Step.ANSWER, False, 10, "Cora carries out"),
        ({"kind": K.OPPORTUNITY, "due_on": None}, Step.CHOICE, False, None, "asks for no answer"),
    ],
)
def test_whose_turn(more, next_step, is_late, left, says):
    asked = replace(PLAIN, **more)
    assert step(asked) is next_step
    assert late(asked, TODAY) is is_late
    assert days_left(asked, TODAY) == left
    assert says in str(turn(asked, TODAY))
    assert (tone(asked, TODAY) == "overdue") is is_late
    if next_step is not Step.SETTLED and left is not None:
        assert limit(asked) == days(left)


def test_late_ones_stand_on_top_and_settled_ones_last():
    late_one = replace(PLAIN, due_on=days(-2))
    later = replace(PLAIN, due_on=days(-9))
    reading = replace(PLAIN, status=S.ANSWERED, due_on=days(-30))
    settled = replace(PLAIN, status=S.ACCEPTED, due_on=days(-90), settled_on=days(-80))
    endless = replace(PLAIN, due_on=None)
    mixed = [settled, endless, reading, PLAIN, late_one, later]
    assert sorted(mixed, key=lambda one: order(one, TODAY)) == [
        later,
        late_one,
        PLAIN,
        endless,
        reading,
        settled,
    ]


def test_the_summary_names_the_worst():
    over = replace(PLAIN, due_on=days(-1))
    read = replace(PLAIN, status=S.ANSWERED)
    done = replace(PLAIN, status=S.ACCEPTED)
    for found, how, words in (
        ([over, PLAIN, read], "overdue", "Late: 1 of 2 that wait for our answer. The body reads 1."),
        ([PLAIN, read, done], "attention", "1 wait for our answer, none is late. The body reads 1."),
        ([read, done], "on_track", "the body still reads 1"),
        ([done], "done", "settled"),
        ([], "quiet", "none"),
    ):
        said, state = summary(found, TODAY)
        assert (state, words in str(said)) == (how, True)
