"""Whose turn an action is, and what more time moves: as tables."""

from datetime import date, timedelta

import pytest

from auditapp.findings.rules.action import ActionStatus, ActionVerb, RequestKind
from auditapp.findings.rules.action_impact import ImpactFacts, impact
from auditapp.findings.rules.action_turn import ActionFacts, Group, RequestFacts, group_of, turn

S, V = ActionStatus, ActionVerb
TODAY = date(2026, 12, 1)
ALL = frozenset(V)


def facts(status, **more):
    values = {"due": TODAY + timedelta(days=3), "today": TODAY, "owner": "Otto", "may": ALL} | more
    return ActionFacts(status=status, **values)


@pytest.mark.parametrize(
    ("status", "mine", "sentence", "main"),
    [
        (S.PROPOSED, True, "Your turn: accept it", V.ACCEPT),
        (S.PROPOSED, False, "Otto accepts it", V.ACCEPT),
        (S.ACCEPTED, True, "Your turn: begin", V.START),
        (S.ACCEPTED, False, "Otto has accepted it", V.START),
        (S.IN_PROGRESS, True, "Your turn: carry it out", V.FINISH),
        (S.IN_PROGRESS, False, "Otto is at work", V.FINISH),
        (S.RETURNED, True, "it was returned", V.FINISH),
        (S.RETURNED, False, "returned to Otto", V.FINISH),
        (S.DONE, False, "Your turn: look at what was done", V.VERIFY),
        (S.VERIFIED, True, "Nobody", None),
        (S.CANCELLED, True, "Nobody", None),
    ],
)
def test_whose_turn(status, mine, sentence, main):
    found = turn(facts(status, mine=mine))
    assert sentence in str(found.sentence)
    assert found.main is main
    assert turn(facts(status, mine=mine, may=frozenset())).main is None


def test_done_waits_for_the_verifier_by_name_if_it_may_be_known():
    may = frozenset({V.RESUME})
    assert "Vera looks" in str(turn(facts(S.DONE, mine=True, may=may, verifier="Vera")).sentence)
    assert "The verifier looks" in str(turn(facts(S.DONE, mine=True, may=may)).sentence)


@pytest.mark.parametrize(("days", "words"), [(-1, "stands as overdue"), (0, "due today"), (3, "4 December")])
def test_what_comes_if_nothing_happens(days, words):
    assert words in str(turn(facts(S.IN_PROGRESS, due=TODAY + timedelta(days=days))).next)


@pytest.mark.parametrize("kind", RequestKind)
def test_a_request_says_who_decides(kind):
    asked = RequestFacts(kind=kind, asked_by="Otto", deciders="the verifier", due=TODAY)
    found = turn(facts(S.ACCEPTED, request=asked))
    assert "It is decided by: the verifier" in str(found.sentence)
    assert "owed by 1 December" in str(found.next)
    mine = RequestFacts(kind=kind, asked_by="Otto", deciders="the verifier", decide=True)
    assert turn(facts(S.ACCEPTED, request=mine)).main is V.DECIDE
    late = RequestFacts(kind=kind, asked_by="Otto", deciders="x", due=TODAY - timedelta(days=1))
    assert "was owed" in str(turn(facts(S.ACCEPTED, request=late)).next)


@pytest.mark.parametrize(
    ("status", "days", "asked", "group"),
    [
        (S.PROPOSED, 90, False, Group.NOW),
        (S.RETURNED, 90, False, Group.NOW),
        (S.ACCEPTED, 7, False, Group.NOW),
        (S.ACCEPTED, 8, False, Group.LATER),
        (S.IN_PROGRESS, -1, False, Group.OVERDUE),
        (S.IN_PROGRESS, -1, True, Group.WAITING),
        (S.DONE, -1, False, Group.WAITING),
    ],
)
def test_groups(status, days, asked, group):
    assert group_of(status, TODAY + timedelta(days=days), TODAY, asked=asked) is group


def moved(**more):
    values = {"due": TODAY, "first_due": TODAY, "wanted": TODAY + timedelta(days=10), "today": TODAY} | more
    return " ".join(str(one) for one in impact(ImpactFacts(**values)))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "moves by 10 days"),
        ({}, "would be the last action"),
        ({"other_dues": [TODAY + timedelta(days=20)]}, "does not wait for this one"),
        ({"check_on": TODAY + timedelta(days=10)}, "effectiveness check"),
        ({"reply_by": TODAY + timedelta(days=5)}, "reply until 6 December 2026: that would be passed"),
        ({"close_by": TODAY - timedelta(days=5)}, "that is passed already"),
        ({"granted": 1, "refused": 2}, "1 granted, 2 refused"),
    ],
)
def test_impact(more, words):
    assert words in moved(**more)
