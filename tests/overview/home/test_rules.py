"""Whose turn it is, and where a line stands on somebody's home page."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.audits.report.rules import Rated, degree
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.kit.text import Text
from auditapp.overview.home.rules.desk import (
    OPEN,
    Situation,
    Who,
    desk,
    greeting,
    names,
    stage_ready,
    turn,
)
from auditapp.overview.home.rules.strip import MOST_AUDITS, MOST_OTHERS, last_day, late, weeks
from auditapp.relationships.rules import Stage
from auditapp.reminders.rules import DueItem, Kind

TODAY = date(2026, 11, 23)  # a Monday
S = AuditStatus
BASE = Situation(ref="IA-2026-001", title="An audit", status=S.PLANNED, leader="Lea", manager="Mo")


def days(number):
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("changes", "who", "place"),
    [
        # nobody leads it: the programme manager names somebody
        ({"leader": ""}, Who.MANAGER, "plan"),
        # the plan is written and sent by the leader
        ({"sent": False}, Who.LEADER, "plan"),
        # then the auditees answer
        ({"sent": True, "silent": ["Ana"]}, Who.AUDITEE, "plan"),
        # an objection is settled by the leader, though others have not answered yet
        ({"sent": True, "silent": ["Ana"], "objectors": ["Bo"]}, Who.LEADER, "plan"),
        ({"status": S.SCHEDULED}, Who.LEADER, "plan"),
        ({"status": S.IN_PROGRESS, "questions": 40, "answered": 12}, Who.TEAM, "walk"),
        # all answered, but two auditors disagree
        ({"status": S.IN_PROGRESS, "questions": 40, "answered": 40, "conflicts": 1}, Who.TEAM, "walk"),
        ({"status": S.IN_PROGRESS, "questions": 40, "answered": 40}, Who.LEADER, "closing"),
        ({"status": S.REPORTING}, Who.LEADER, "closing"),
        ({"status": S.ISSUED}, Who.MANAGER, "plan"),
        ({"status": S.FOLLOW_UP}, Who.MANAGER, "plan"),
        ({"status": S.POSTPONED}, Who.LEADER, "plan"),
    ],
)
def test_whose_turn_it_is(changes, who, place):
    what = turn(replace(BASE, **changes))
    assert (what.who, what.place) == (who, place)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        # mine: I lead it and the plan is due within four weeks
        ({"my_role": MemberRole.LEADER, "starts_on": days(20)}, "mine"),
        # it has time: it only comes
        ({"my_role": MemberRole.LEADER, "starts_on": days(40)}, "coming"),
        # beyond six weeks it is nowhere
        ({"my_role": MemberRole.LEADER, "starts_on": days(60)}, None),
        # as an auditee I answer the plan
        ({"my_role": MemberRole.AUDITEE, "sent": True, "silent": ["Me"], "starts_on": days(9)}, "mine"),
        # I have answered, another auditee has not
        (
            {
                "my_role": MemberRole.AUDITEE,
                "sent": True,
                "silent": ["Ana"],
                "my_answer": True,
                "starts_on": days(9),
            },
            "waiting",
        ),
        # the leader waits for the auditee
        ({"my_role": MemberRole.LEADER, "sent": True, "silent": ["Ana"], "starts_on": days(9)}, "waiting"),
        # so does whoever manages the programme
        ({"manages": True, "sent": True, "silent": ["Ana"], "starts_on": days(9)}, "waiting"),
        # somebody who only may read it sees it coming
        ({"sent": True, "silent": ["Ana"], "starts_on": days(9)}, "coming"),
        # agreed, and its day has not come
        ({"status": S.SCHEDULED, "my_role": MemberRole.AUDITOR, "starts_on": days(3)}, "coming"),
        # its day has come
        ({"status": S.SCHEDULED, "my_role": MemberRole.LEADER, "starts_on": TODAY}, "today"),
        ({"status": S.SCHEDULED, "my_role": MemberRole.AUDITOR, "starts_on": days(-2)}, "today"),
        ({"status": S.IN_PROGRESS, "my_role": MemberRole.AUDITOR, "questions": 9}, "today"),
        # an observer watches, and waits for the team
        ({"status": S.IN_PROGRESS, "my_role": MemberRole.OBSERVER, "questions": 9}, "waiting"),
        ({"status": S.REPORTING, "my_role": MemberRole.LEADER, "closed_on": days(-1)}, "mine"),
        ({"status": S.REPORTING, "my_role": MemberRole.AUDITOR, "closed_on": days(-1)}, "waiting"),
        ({"status": S.ISSUED, "manages": True, "issued_on": days(-1)}, "mine"),
        ({"status": S.FOLLOW_UP, "manages": True}, None),
    ],
)
def test_where_an_audit_stands(changes, where):
    found = desk([replace(BASE, **changes)], TODAY)
    here = {
        "today": [found.today] if found.today else [],
        "mine": found.mine,
        "waiting": found.waiting,
        "coming": found.coming,
    }
    assert [name for name, items in here.items() if items] == ([where] if where else [])


def test_the_most_urgent_comes_first():
    lead = {"my_role": MemberRole.LEADER}
    found = desk(
        [
            replace(BASE, ref="later", starts_on=days(25), **lead),
            replace(BASE, ref="late", starts_on=days(3), **lead),
            replace(BASE, ref="soon", starts_on=days(12), **lead),
        ],
        TODAY,
    )
    assert [one.situation.ref for one in found.mine] == ["late", "soon", "later"]


SITUATIONS = st.builds(
    Situation,
    ref=st.text("abc", min_size=1, max_size=3),
    title=st.just("An audit"),
    status=st.sampled_from(OPEN),
    starts_on=st.none() | st.dates(date(2026, 9, 1), date(2027, 3, 1)),
    ends_on=st.none() | st.dates(date(2026, 9, 1), date(2027, 3, 1)),
    closed_on=st.none() | st.dates(date(2026, 9, 1), date(2027, 3, 1)),
    issued_on=st.none() | st.dates(date(2026, 9, 1), date(2027, 3, 1)),
    sent=st.booleans(),
    my_role=st.none() | st.sampled_from(MemberRole),
    my_answer=st.booleans(),
    manages=st.booleans(),
    leader=st.sampled_from(["", "Lea"]),
    silent=st.lists(st.sampled_from(["Ana", "Bo"]), max_size=2),
    objectors=st.lists(st.sampled_from(["Ana", "Bo"]), max_size=2),
    answered=st.integers(0, 3),
    questions=st.integers(0, 3),
    conflicts=st.integers(0, 1),
)


@given(st.lists(SITUATIONS, max_size=6))
def test_no_audit_stands_twice_on_a_desk(situations):
    found = desk(situations, TODAY)
    placed = [found.today, *found.mine, *found.waiting, *found.coming]
    assert len({id(one.situation) for one in placed if one}) == len([one for one in placed if one])
    assert all(str(one.turn.sentence) and str(one.turn.step) for one in placed if one)


def due(number, kind=Kind.ACTION, *, starts=None):
    return DueItem(
        key=f"{kind}:{number}", kind=kind, ref=f"A-{number}", title="One", step=Text("Do it."), why=Text("Yours."),
        due_on=days(number), starts_on=None if starts is None else days(starts), version="1", owners=(), endpoint="x",
    )  # fmt: skip


def test_the_strip_has_six_weeks_that_begin_on_mondays():
    strip = weeks([], TODAY + timedelta(days=3))
    assert [week.monday for week in strip] == [days(7 * number) for number in range(6)]
    assert [week.now for week in strip] == [True] + [False] * 5
    assert last_day(TODAY + timedelta(days=6)) == days(41)


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        # an audit stands in every week it takes, also when its days are over
        (due(9, Kind.AUDIT, starts=4), [1, 1, 0, 0, 0, 0]),
        (due(1, Kind.AUDIT, starts=0), [1, 0, 0, 0, 0, 0]),
        # all else on its day, and no more once that is over
        (due(2), [1, 0, 0, 0, 0, 0]),
        (due(1), [0, 0, 0, 0, 0, 0]),
        (due(41), [0, 0, 0, 0, 0, 1]),
        (due(42), [0, 0, 0, 0, 0, 0]),
    ],
)
def test_where_something_stands_in_the_strip(item, shown):
    assert [len(week.items) for week in weeks([item], days(2))] == shown


def test_a_week_that_is_full_says_how_much_more_there_is():
    items = [due(3) for _ in range(5)] + [due(4, Kind.AUDIT, starts=3) for _ in range(7)]
    first = weeks(items, TODAY)[0]
    assert (len(first.items), first.more) == (MOST_AUDITS + MOST_OTHERS, 4)


def test_what_is_late_is_what_is_due_before_today():
    assert [one.ref for one in late([due(0), due(-1), due(-9), due(3)], TODAY)] == ["A--9", "A--1"]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([], "nobody"),
        (["Ana"], "Ana"),
        (["Ana", "Bo"], "Ana and Bo"),
        (["Ana", "Bo", "Cy"], "Ana and 2 others"),
    ],
)
def test_names_are_said_as_people_do(people, said):
    assert str(names(people)) == said


@pytest.mark.parametrize(
    ("mine", "today", "said"),
    [
        (0, 0, "Nothing needs you now."),
        (1, 0, "One thing needs you."),
        (4, 0, "4 things need you."),
        (0, 1, "One audit is yours today. Nothing else needs you."),
        (2, 1, "One audit is yours today, and 2 more need you."),
    ],
)
def test_the_greeting_counts(mine, today, said):
    assert str(greeting({"mine": mine, "today": today})) == said


@pytest.mark.parametrize(
    ("weights", "word", "state"),
    [
        ({}, "Not looked at", "quiet"),
        ({"conforms": 10}, "Ready", "done"),
        # nothing wrong was found, but hardly anybody looked
        ({"conforms": 1, "not_asked": 9}, "Too little seen", "attention"),
        ({"conforms": 9, "nonconforming": 1}, "Nearly ready", "on_track"),
        ({"conforms": 6, "nonconforming": 4}, "Gaps", "attention"),
        ({"conforms": 1, "nonconforming": 9}, "Not ready", "overdue"),
        ({"arranged": 5}, "Arranged", "on_track"),
    ],
)
def test_a_stage_is_as_ready_as_its_answers_say(weights, word, state):
    rated = [
        Rated(standard="", stage="awareness", result=result, weight=weight)
        for result, weight in weights.items()
    ]
    found = stage_ready(Stage.AWARENESS, degree("", "awareness", rated))
    assert (found.word, found.state) == (Text(word), state)
