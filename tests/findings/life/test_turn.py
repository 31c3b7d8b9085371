"""Whose turn it is, in words, for every status and every reader."""

from datetime import date, timedelta

import pytest

from auditapp.findings.life.rules import BESIDE, OFFERS, offered
from auditapp.findings.rules.nonconformity import STEPS, NcStatus, NcVerb, may
from auditapp.findings.rules.parts import Part
from auditapp.findings.rules.turn import TurnFacts, turn

S, V = NcStatus, NcVerb
TODAY = date(2026, 11, 23)
WORKS = frozenset({Part.RESPONSIBLE, Part.READER})
VERIFIES = frozenset({Part.VERIFIER, Part.READER})
MANAGES = frozenset({Part.MANAGER, Part.READER})
RAISED = frozenset({Part.RAISER, Part.READER})
LEADS = frozenset({Part.LEADER, Part.AUDITOR, Part.READER})
OWNS = frozenset({Part.OWNER, Part.READER})
READS = frozenset({Part.READER})


def said(status, parts=READS, **more):
    """The turn of a reader with these parts."""
    can = frozenset(verb for verb in V if (status, verb) in STEPS and may(verb, parts))
    values = {
        "responsible": "Iris",
        "verifier": "Dan",
        "managers": ("Cora",),
        "may": can,
        "parts": parts,
        "today": TODAY,
        "status": status,
    }
    return turn(TurnFacts(**(values | more)))


# status, who reads, how the sentence begins, whether it is the reader's turn, the large step
TABLE = [
    (S.DRAFT, MANAGES, "Your turn: name who answers for it", True, V.ISSUE),
    (S.DRAFT, LEADS, "Your turn: name who answers for it", True, V.ISSUE),
    (S.DRAFT, frozenset({Part.AUDITOR, Part.READER}), "It is a draft.", False, V.ISSUE),
    (S.DRAFT, RAISED, "An internal auditor or Cora issues it.", False, V.EDIT),
    (S.DRAFT, READS, "An internal auditor or Cora issues it.", False, None),
    (S.ISSUED, WORKS, "Your turn: acknowledge it, or dispute it", True, V.ACKNOWLEDGE),
    (S.ISSUED, READS, "Iris acknowledges it, or disputes it", False, None),
    (S.DISPUTED, MANAGES, "Your turn: decide the dispute.", True, V.UPHOLD),
    (S.DISPUTED, VERIFIES, "Your turn: answer the dispute", True, V.ANSWER_DISPUTE),
    (S.DISPUTED, WORKS, "It is disputed: Cora decides.", False, None),
    (S.CONTAINMENT, WORKS, "Your turn: record what was put right", True, V.CONTAIN),
    (S.CONTAINMENT, MANAGES, "Iris records the correction", False, None),
    (S.CAUSE, WORKS, "Your turn: find the cause", True, V.ANALYSE),
    (S.CAUSE, READS, "Iris finds the cause", False, None),
    (S.PLANNING, WORKS, "Your turn: finish the action plan", True, V.SUBMIT_PLAN),
    (S.PLANNING, VERIFIES, "Iris finishes and submits", False, None),
    (S.PLAN_SUBMITTED, VERIFIES, "Your turn: accept the action plan", True, V.ACCEPT_PLAN),
    (S.PLAN_SUBMITTED, MANAGES, "Dan accepts or returns the action plan; you may", False, V.ACCEPT_PLAN),
    (S.PLAN_SUBMITTED, WORKS, "Dan accepts or returns the action plan.", False, None),
    (S.PLAN_RETURNED, WORKS, "Your turn: change the action plan", True, V.SUBMIT_PLAN),
    (S.PLAN_RETURNED, VERIFIES, "The action plan was returned; Iris", False, None),
    (S.IMPLEMENTING, WORKS, "Your turn: everything is done; submit", True, V.SUBMIT_WORK),
    (S.IMPLEMENTING, READS, "The actions are done; Iris submits", False, None),
    (S.VERIFICATION, VERIFIES, "Your turn: look at the work", True, V.VERIFY),
    (S.VERIFICATION, MANAGES, "Dan verifies or returns the work; you may", False, V.VERIFY),
    (S.VERIFICATION, VERIFIES | {Part.WORKER}, "Dan verifies or returns the work.", False, None),
    (S.EFFECTIVENESS, VERIFIES, "Your turn: check by the written criteria", True, V.CONFIRM),
    (S.EFFECTIVENESS, MANAGES, "Dan checks whether the actions worked; you", False, V.CONFIRM),
    (S.EFFECTIVENESS, WORKS, "Dan checks whether the actions worked.", False, None),
    (S.CLOSED, MANAGES, "Nobody’s turn: it is closed", False, None),
    (S.WITHDRAWN, MANAGES, "Nobody’s turn: it was withdrawn. Twice.", False, None),
]


@pytest.mark.parametrize(("status", "parts", "begins", "mine", "main"), TABLE)
def test_whose_turn(status, parts, begins, mine, main):
    found = said(status, parts, reason="Twice.")
    assert str(found.sentence).startswith(begins)
    assert (found.mine, found.main) == (mine, main)


def test_the_table_speaks_of_every_status():
    assert {row[0] for row in TABLE} == set(NcStatus)


@pytest.mark.parametrize("status", NcStatus)
@pytest.mark.parametrize("parts", [WORKS, VERIFIES, MANAGES, RAISED, LEADS, OWNS, READS])
@pytest.mark.parametrize("named", [True, False])
def test_every_reader_gets_a_whole_sentence(status, parts, named):
    more = {} if named else {"responsible": None, "verifier": None, "managers": ()}
    sentence = str(said(status, parts, **more).sentence)
    assert "None" not in sentence
    assert sentence.strip()


def test_owners_carry_out_actions():
    names = ("Oona", "Wes", "Iris", "Gus", "Hal")
    mine = said(S.IMPLEMENTING, OWNS, owners=names)
    assert mine.mine
    assert str(mine.sentence).startswith("Actions are being carried out by Oona, Wes, Iris and 2 more.")
    assert not said(S.IMPLEMENTING, WORKS, owners=names).mine


def test_before_its_day_nobody_checks_the_effect():
    day = TODAY + timedelta(days=11)
    for parts in (VERIFIES, WORKS):
        found = said(S.EFFECTIVENESS, parts, check_on=day, due=day + timedelta(days=20))
        assert str(found.sentence).startswith("Nothing to do before 4 December 2026.")
        assert found.next is None
        assert not found.mine


@pytest.mark.parametrize(
    ("parts", "days", "managers", "words"),
    [
        (WORKS, 11, ("Cora",), "by 4 December 2026, it stands as overdue on the list of Cora"),
        (WORKS, -3, ("Cora",), "It was due on 20 November 2026 and stands as overdue on the list of Cora"),
        (WORKS, 0, ("Cora",), "If nothing has happened by 23 November 2026"),
        (MANAGES, 11, ("Cora",), "overdue on your list."),
        (WORKS, 11, (), "overdue in the register."),
        (WORKS, -3, (), "stands as overdue in the register."),
    ],
)
def test_what_happens_if_nothing_does(parts, days, managers, words):
    found = said(S.ISSUED, parts, due=TODAY + timedelta(days=days), managers=managers)
    assert words in str(found.next)


def test_nothing_is_due_nothing_is_said():
    assert said(S.CLOSED).next is None


def test_steps_are_offered_once_and_in_order():
    large, beside, rest = offered(
        V.ACKNOWLEDGE, {V.ACKNOWLEDGE, V.DISPUTE, V.REASSIGN, V.WITHDRAW, V.COMMENT}
    )
    assert (large, beside, rest) == (V.ACKNOWLEDGE, (V.DISPUTE,), (V.REASSIGN, V.WITHDRAW))
    assert offered(V.ISSUE, {V.DISPUTE}) == (None, (V.DISPUTE,), ())
    assert set(OFFERS) >= BESIDE


def test_every_verb_is_offered_or_belongs_to_another():
    """A new verb is not forgotten: it has a step, or a reason to have none."""
    elsewhere = {
        V.ANNUL: "one page decides the dispute",
        V.FAIL: "one page checks the effect",
        V.COMPLETE_CAUSE: "on the page of the causes",
        V.RELATE: "in the part of repeats",
        V.CARRY_OVER: "on the page that closes an audit",
        V.COMMENT: "in the part of comments",
        V.ATTACH: "in the part of files",
    }
    assert set(OFFERS) | set(elsewhere) == set(NcVerb)
    assert not set(OFFERS) & set(elsewhere)
