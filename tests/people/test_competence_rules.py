"""Competence and independence as tables (ISO 19011 4 e, 5.4.2, 7.2)."""

from datetime import date, timedelta

import pytest

from auditapp.kit.ids import new_id
from auditapp.people.competence_rules import (
    SOON_DAYS,
    Validity,
    competence_state,
    independence_conflicts,
    validity,
)
from auditapp.people.rules import PROCESS_LABELS, Role
from auditapp.relationships.rules import STAGE_LABELS

DAY = date(2026, 5, 10)
BEFORE = DAY - timedelta(days=1)
AFTER = DAY + timedelta(days=1)
ME, OTHER, HERE, ELSEWHERE = new_id(), new_id(), new_id(), new_id()


@pytest.mark.parametrize(
    ("competences", "needed", "missing", "expired"),
    [
        # nothing is needed, nothing is missing
        ([], set(), (), ()),
        # what is needed and not there is missing
        ([], {"b", "a"}, ("a", "b"), ()),
        # the last day counts
        ([("a", BEFORE, DAY)], {"a"}, (), ()),
        # the day after does not
        ([("a", BEFORE, BEFORE)], {"a"}, (), (("a", BEFORE),)),
        # the first day counts
        ([("a", DAY, None)], {"a"}, (), ()),
        # what begins later is missing today
        ([("a", AFTER, None)], {"a"}, ("a",), ()),
        # what is not needed may be expired
        ([("a", BEFORE, None), ("b", BEFORE, BEFORE)], {"a"}, (), ()),
        # both kinds at once
        ([("a", BEFORE, BEFORE)], {"a", "b"}, ("b",), (("a", BEFORE),)),
    ],
)
def test_competence(competences, needed, missing, expired):
    state = competence_state(competences, needed, DAY)
    assert (state.missing, state.expired) == (missing, expired)
    assert state.ok == (not missing and not expired)


@pytest.mark.parametrize(
    ("scoped", "responsibilities", "duties", "stages", "said"),
    [
        # nobody of the relationship, no process: independent
        ({}, set(), (OTHER, OTHER, OTHER), {"awareness"}, []),
        # each of the three who answer for a relationship
        ({}, set(), (ME, None, None), set(), ["is Senior Executive Responsible of R-01"]),
        ({}, set(), (None, ME, None), set(), ["is relationship owner of R-01"]),
        ({}, set(), (None, None, ME), set(), ["is relationship manager of R-01"]),
        # the same by a role given for this relationship
        (
            {HERE: {Role.RELATIONSHIP_MANAGER}},
            set(),
            (None, None, None),
            set(),
            ["is relationship manager of R-01"],
        ),
        # said once when column and role agree
        ({HERE: {Role.SER}}, set(), (ME, None, None), set(), ["is Senior Executive Responsible of R-01"]),
        # a role for another relationship does not matter
        ({ELSEWHERE: {Role.RELATIONSHIP_OWNER}}, set(), (None, None, None), set(), []),
        # nor does a role that does not answer for the relationship
        ({HERE: {Role.ACTION_OWNER, Role.VIEWER, Role.AUDITOR}}, set(), (None, None, None), set(), []),
        # a process counts when it is in scope
        (
            {},
            {"awareness"},
            (None, None, None),
            {"awareness", "knowledge"},
            ["is responsible for “Awareness”"],
        ),
        ({}, {"exit_strategy"}, (None, None, None), {"awareness"}, []),
        (
            {},
            {"management_system"},
            (None, None, None),
            {"management_system"},
            ["is responsible for “Management system”"],
        ),
        # everything at once is all said
        (
            {},
            {"knowledge"},
            (None, ME, ME),
            {"knowledge"},
            [
                "is relationship owner of R-01",
                "is relationship manager of R-01",
                "is responsible for “Knowledge”",
            ],
        ),
    ],
)
def test_independence(scoped, responsibilities, duties, stages, said):
    found = independence_conflicts(ME, scoped, responsibilities, [(HERE, "R-01", *duties)], stages)
    assert [str(text) for text in found] == said


def test_an_empty_seat_is_nobodys():
    assert independence_conflicts(ME, {}, set(), [(HERE, "R-01", None, None, None)], set()) == []


@pytest.mark.parametrize(
    ("since", "expires_on", "stands"),
    [
        (AFTER, None, Validity.LATER),
        (DAY, None, Validity.VALID),
        (BEFORE, BEFORE, Validity.EXPIRED),
        (BEFORE, DAY, Validity.SOON),
        (BEFORE, DAY + timedelta(days=SOON_DAYS), Validity.SOON),
        (BEFORE, DAY + timedelta(days=SOON_DAYS + 1), Validity.VALID),
    ],
)
def test_validity(since, expires_on, stands):
    assert validity(since, expires_on, DAY) is stands


def test_the_processes_are_the_stages():
    assert {stage.value: label for stage, label in STAGE_LABELS.items()} == dict(PROCESS_LABELS)
