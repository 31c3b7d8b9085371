"""Whose dashboard is which, and what stands on it: pure."""

import pytest

from auditapp.kit.ids import new_id
from auditapp.people.rules import Principal, Role
from auditapp.relationships.rules import Stage
from auditapp.reports.dashboards.rules import (
    OF_EVERYBODY,
    Board,
    Spoke,
    boards_of,
    own_board,
    parts_for,
    weakest,
)
from auditapp.shell.charts import Series
from auditapp.shell.radar import radar

R, B = Role, Board


def somebody(*roles, scoped=()):
    return Principal(
        person_id=new_id(),
        name="Somebody",
        roles=frozenset(roles),
        scoped={new_id(): frozenset(scoped)} if scoped else {},
    )


@pytest.mark.parametrize(
    ("who", "own", "may"),
    [
        (somebody(R.SER), B.SER, set(B)),
        (somebody(R.SYSTEM_MANAGER), B.SYSTEM_MANAGER, set(B)),
        (somebody(R.PROGRAMME_MANAGER, R.SER), B.SYSTEM_MANAGER, set(B)),
        (somebody(R.VIEWER), B.SER, set(B)),
        (somebody(R.AUDITOR, scoped=[R.RELATIONSHIP_MANAGER]), B.RELATIONSHIP_MANAGER, set(B)),
        (somebody(scoped=[R.RELATIONSHIP_MANAGER]), B.RELATIONSHIP_MANAGER, {B.RELATIONSHIP_MANAGER}),
        (somebody(scoped=[R.SER]), B.RELATIONSHIP_MANAGER, {B.RELATIONSHIP_MANAGER}),
        (somebody(R.ACTION_OWNER), B.RELATIONSHIP_MANAGER, {B.RELATIONSHIP_MANAGER}),
    ],
)
def test_whose_dashboard_it_is(who, own, may):
    assert own_board(who) is own
    assert boards_of(who)[0] is own
    assert set(boards_of(who)) == may


def test_reminders_of_everybody_are_for_those_who_may_read_the_history():
    for board in (B.SER, B.SYSTEM_MANAGER):
        assert OF_EVERYBODY & set(parts_for(board, somebody(R.SER)))
        assert not OF_EVERYBODY & set(parts_for(board, somebody(R.VIEWER)))
    assert "ladder" in parts_for(B.RELATIONSHIP_MANAGER, somebody(scoped=[R.RELATIONSHIP_MANAGER]))


def test_the_weakest_stage_is_one_that_was_looked_at():
    spokes = [
        Spoke(stage=Stage.AWARENESS, good=2, looked=3, whole=3),
        Spoke(stage=Stage.KNOWLEDGE, good=1, looked=2, whole=3),
        Spoke(stage=Stage.EXIT_STRATEGY, good=0, looked=0, whole=4),
        Spoke(stage=Stage.WORKING_TOGETHER, good=0, looked=0, whole=0),
    ]
    assert weakest(spokes) is spokes[1]
    assert [one.ready for one in spokes] == [66, 33, 0, None]
    assert weakest([]) is None


def test_a_radar_breaks_where_nothing_is_known_and_says_so_when_nothing_is():
    names = ["Awareness", "Internal assessment & more", "Exit"]
    whole = radar(names, [Series(name="", values=[10, 100, 120])]).decode()
    assert whole.count("<circle") == 3
    assert "&amp;" in whole
    broken = radar(names, [Series(name="", values=[10, None, 50], look=1)]).decode()
    assert broken.count("<line") == 3 + 1
    assert "Nothing yet" in radar(names, [Series(name="", values=[None] * 3)], nothing="Nothing yet").decode()
