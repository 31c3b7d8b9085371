"""The cycle of a certificate as tables: leap days, several cycles, visits early and late, lapsed, restored."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.errors import Refusal
from auditapp.kit.states import step
from auditapp.relationships.certification.rules import (
    STEPS,
    WRONG_STEP,
    Decision,
    DecisionKind,
    Facts,
    FindingKind,
    FindingStatus,
    FindingVerb,
    RenewalState,
    Scheme,
    Visit,
    VisitKind,
    WindowState,
    kinds_of,
    last_day,
    next_window,
    renewal,
    standing,
    surveillance,
    tone,
    usual_due,
    usual_last_day,
    verify_until,
)

D = date.fromisoformat
W, R = WindowState, RenewalState
INITIAL, AGAIN, RESTORED = DecisionKind


def decided(on, until=None, kind=INITIAL):
    return Decision(kind=kind, decided_on=D(on), expires_on=D(until) if until else last_day(D(on)))


def held(on, kind=VisitKind.SURVEILLANCE):
    return Visit(kind=kind, held=(D(on), D(on)))


def planned(on, kind=VisitKind.SURVEILLANCE):
    return Visit(kind=kind, planned=(D(on), D(on)))


@pytest.mark.parametrize(
    ("on", "last"),
    [
        ("2024-05-10", "2027-05-09"),
        ("2024-01-01", "2026-12-31"),
        ("2024-12-31", "2027-12-30"),
        ("2024-02-29", "2027-02-28"),  # three full years end on the day before 1 March
        ("2023-02-28", "2026-02-27"),
        ("2021-03-01", "2024-02-29"),  # the day before 1 March of a leap year
    ],
)
def test_three_years_to_the_day(on, last):
    assert last_day(D(on)) == D(last)


@pytest.mark.parametrize(
    ("kind", "on", "before", "last"),
    [
        (INITIAL, "2024-05-10", None, "2027-05-09"),
        # in time: the anniversary stays
        (AGAIN, "2027-03-01", "2027-05-09", "2030-05-09"),
        (AGAIN, "2027-05-09", "2027-05-09", "2030-05-09"),
        # restored: by the old cycle too
        (RESTORED, "2027-09-30", "2027-05-09", "2030-05-09"),
        (AGAIN, "2024-02-01", "2024-02-29", "2027-02-28"),
        # begun anew after it expired: three years from the decision
        (INITIAL, "2028-01-15", "2027-05-09", "2031-01-14"),
    ],
)
def test_the_usual_last_day(kind, on, before, last):
    old = decided("2021-01-01", before) if before else None
    assert usual_last_day(kind, D(on), old) == D(last)


def shown(windows):
    return [(one.year, one.latest.isoformat(), one.state.value) for one in windows]


MAY = decided("2024-05-10")  # until 9 May 2027
# decision, visits, today -> windows (year, latest, state), latest day of the one that waits
WINDOWS = [
    ("nothing yet", MAY, [], "2024-06-01", [(None, "2025-05-10", "open"), (2026, "2026-12-31", "ahead")], "2025-05-10"),
    ("the day of the decision", MAY, [], "2024-05-10", [(None, "2025-05-10", "ahead"), (2026, "2026-12-31", "ahead")], "2025-05-10"),
    ("planned", MAY, [planned("2025-04-02")], "2025-01-01", [(None, "2025-05-10", "planned"), (2026, "2026-12-31", "ahead")], "2025-05-10"),
    ("planned too late does not count", MAY, [planned("2025-06-02")], "2025-01-01", [(None, "2025-05-10", "open"), (2026, "2026-12-31", "ahead")], "2025-05-10"),
    ("on its last day", MAY, [held("2025-05-10")], "2025-05-11", [(None, "2025-05-10", "done"), (2026, "2026-12-31", "ahead")], "2026-12-31"),
    ("a day late", MAY, [held("2025-05-11")], "2025-06-01", [(None, "2025-05-10", "late"), (2026, "2026-12-31", "ahead")], "2026-12-31"),
    ("missed", MAY, [], "2025-05-11", [(None, "2025-05-10", "missed"), (2026, "2026-12-31", "ahead")], "2025-05-10"),
    # early, in the year of the decision: the next calendar year asks for one of its own
    ("early", MAY, [held("2024-11-20")], "2025-01-01", [(None, "2025-05-10", "done"), (2025, "2025-12-31", "open"), (2026, "2026-12-31", "ahead")], "2025-12-31"),
    ("early, then both years", MAY, [held("2024-11-20"), held("2025-10-01"), held("2026-03-01")], "2026-06-01",
     [(None, "2025-05-10", "done"), (2025, "2025-12-31", "done"), (2026, "2026-12-31", "done")], None),
    ("a whole year late is told once", MAY, [held("2026-02-01")], "2026-06-01", [(None, "2025-05-10", "late")], None),
    ("the second missed", MAY, [held("2025-04-01")], "2027-01-01", [(None, "2025-05-10", "done"), (2026, "2026-12-31", "missed")], "2026-12-31"),
    # a year of recertification needs no surveillance, planned or held
    ("recertified in 2026", MAY, [held("2025-04-01"), planned("2026-11-10", VisitKind.RECERTIFICATION)], "2026-02-01", [(None, "2025-05-10", "done")], None),
    ("the audit was in 2026", MAY, [held("2025-04-01"), held("2026-11-10", VisitKind.RECERTIFICATION)], "2027-01-05", [(None, "2025-05-10", "done")], None),
    # a leap day: twelve months from 29 February end on 28 February
    ("leap day", decided("2024-02-29"), [], "2024-03-01", [(None, "2025-02-28", "open"), (2026, "2026-12-31", "ahead")], "2025-02-28"),
    ("leap day, late by one", decided("2024-02-29"), [held("2025-03-01")], "2025-03-02", [(None, "2025-02-28", "late"), (2026, "2026-12-31", "ahead")], "2026-12-31"),
    # from 1 January to 31 December: the last year is that of recertification
    ("whole years", decided("2024-01-01"), [], "2024-02-01", [(None, "2025-01-01", "open")], "2025-01-01"),
    # other visits do not count, nor does one on the day of the decision or before
    ("others do not count", MAY, [held("2025-03-01", VisitKind.SHORT_NOTICE), held("2024-05-10"), held("2023-08-01")], "2025-05-11",
     [(None, "2025-05-10", "missed"), (2026, "2026-12-31", "ahead")], "2025-05-10"),
    # a second cycle that began before the old one ended, and keeps its anniversary
    ("second cycle", decided("2026-12-20", "2030-05-09", AGAIN), [held("2025-04-01"), held("2026-11-10", VisitKind.RECERTIFICATION)], "2027-02-01",
     [(None, "2027-12-20", "open"), (2028, "2028-12-31", "ahead"), (2029, "2029-12-31", "ahead")], "2027-12-20"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "visits", "today", "windows", "waits"),
    [row[1:] for row in WINDOWS],
    ids=[row[0] for row in WINDOWS],
)
def test_surveillance(decision, visits, today, windows, waits):
    found = surveillance(decision, visits, D(today))
    assert shown(found) == windows
    waiting = next_window(found)
    assert (waiting.latest.isoformat() if waiting else None) == waits


RENEWALS = [
    ([], "2026-08-08", R.AHEAD),
    ([], "2026-08-09", R.PLAN),  # nine months before
    ([], "2026-11-09", R.PLAN),  # six months before
    ([], "2026-11-10", R.HURRY),
    ([], "2027-05-09", R.HURRY),  # its last day
    ([planned("2026-12-01", VisitKind.RECERTIFICATION)], "2026-11-20", R.PLANNED),
    (
        [planned("2027-06-01", VisitKind.RECERTIFICATION)],
        "2026-11-20",
        R.HURRY,
    ),  # after the last day is too late
    ([held("2026-12-01", VisitKind.RECERTIFICATION)], "2026-12-24", R.AUDITED),
    ([held("2026-12-01", VisitKind.RECERTIFICATION)], "2027-05-10", R.LAPSED),
    ([], "2027-05-10", R.LAPSED),
    ([], "2027-11-09", R.LAPSED),  # six months after
    ([], "2027-11-10", R.OVER),
]


@pytest.mark.parametrize(("visits", "today", "state"), RENEWALS)
def test_recertification(visits, today, state):
    found = renewal(MAY, visits, D(today))
    assert found.state is state
    assert [day.isoformat() for day in (found.plan_from, found.start_by, found.decide_by, found.restore_until)] == [
        "2026-08-09", "2026-11-09", "2027-05-09", "2027-11-09",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "until"),
    [("2026-03-10", "2026-09-10"), ("2025-08-31", "2026-02-28"), ("2023-08-31", "2024-02-29")],
)
def test_majors_of_stage_2_within_six_months(last, until):
    assert verify_until(D(last)) == D(until)


S1, S2, RC = VisitKind.STAGE_1, VisitKind.STAGE_2, VisitKind.RECERTIFICATION
CYCLE = [decided("2024-05-10"), decided("2027-03-01", "2030-05-09", AGAIN)]
LAPSED = [decided("2024-05-10"), decided("2027-09-30", "2030-05-09", RESTORED)]
# what is known, today -> phase, tone, words of the sentence, words of what comes, until when
STANDINGS = [
    ({}, "2026-01-01", "preparing", "attention", ("no certificate", "Agree the days of Stage 1", None)),
    ({"visits": [planned("2026-03-01", S1)]}, "2026-01-01", "preparing", "on_track", ("", "Stage 1 is planned for 1 March 2026", "2026-03-01")),
    ({"visits": [held("2026-03-02", S1)]}, "2026-03-09", "stage_1", "attention", ("ended on 2 March 2026", "Agree the days of Stage 2", None)),
    ({"visits": [held("2026-03-02", S1), planned("2026-06-01", S2)], "concerns": 3}, "2026-03-09", "stage_1", "attention", ("", "still open: 3", "2026-06-01")),
    ({"visits": [held("2026-03-02", S1), planned("2026-06-01", S2)]}, "2026-03-09", "stage_1", "on_track", ("", "planned for 1 June 2026", "2026-06-01")),
    ({"visits": [held("2026-03-02", S1), held("2026-06-03", S2)]}, "2026-06-09", "stage_2", "on_track", ("", "decides", None)),
    ({"visits": [held("2026-06-03", S2)], "majors": 1}, "2026-12-03", "stage_2", "attention", ("", "by 3 December 2026, or Stage 2 is held again: 1", "2026-12-03")),
    ({"visits": [held("2026-06-03", S2)], "majors": 1}, "2026-12-04", "stage_2", "overdue", ("", "Stage 2 has to be held again", "2026-12-03")),
    ({"decisions": [MAY]}, "2024-06-01", "certified", "on_track", ("until 9 May 2027", "first surveillance visit has to be held by 10 May 2025", "2025-05-10")),
    ({"decisions": [MAY]}, "2025-05-11", "certified", "overdue", ("", "may suspend", "2025-05-10")),
    ({"decisions": [MAY], "visits": [held("2025-04-01")]}, "2025-06-01", "certified", "on_track", ("", "next surveillance visit has to be held by 31 December 2026", "2026-12-31")),
    ({"decisions": [MAY], "visits": [held("2025-04-01"), planned("2026-03-03")]}, "2025-06-01", "certified", "on_track", ("", "planned for 3 March 2026", "2026-03-03")),
    ({"decisions": [MAY], "visits": [held("2025-04-01"), held("2026-03-03")]}, "2026-04-01", "certified", "on_track", ("", "begin to plan it from 9 August 2026", "2026-08-09")),
    ({"decisions": [MAY], "visits": [held("2025-04-01"), held("2026-03-03")]}, "2026-09-01", "certified", "attention", ("", "time to plan recertification", "2026-11-09")),
    ({"decisions": [MAY], "visits": [held("2025-04-01"), held("2026-03-03")]}, "2027-01-01", "certified", "overdue", ("", "should have begun", "2027-05-09")),
    ({"decisions": [MAY], "visits": [held("2025-04-01"), planned("2026-11-10", RC)]}, "2026-09-01", "certified", "on_track", ("", "planned for 10 November 2026", "2026-11-10")),
    ({"decisions": [MAY], "visits": [held("2025-04-01"), held("2026-11-10", RC)], "majors": 2}, "2026-12-01", "certified", "attention", ("", "verified: 2", "2027-05-09")),
    ({"decisions": [MAY]}, "2027-05-10", "lapsed", "overdue", ("9 May 2027 was its last day", "restored until 9 November 2027", "2027-11-09")),
    ({"decisions": [MAY]}, "2027-11-10", "expired", "overdue", ("expired on 9 May 2027", "no longer be restored", None)),
    # the second cycle and the restored certificate
    ({"decisions": CYCLE}, "2027-04-01", "certified", "on_track", ("until 9 May 2030", "first surveillance visit has to be held by 1 March 2028", "2028-03-01")),
    ({"decisions": LAPSED}, "2027-10-01", "certified", "on_track", ("until 9 May 2030", "by 30 September 2028", "2028-09-30")),
    ({"decisions": [MAY], "ended_on": D("2025-01-01")}, "2025-06-01", "ended", "quiet", ("1 January 2025", "Nothing is due", None)),
]  # fmt: skip


@pytest.mark.parametrize(("known", "today", "phase", "colour", "words"), STANDINGS)
def test_the_state_of_the_certificate(known, today, phase, colour, words):
    said, coming, by = words
    found = standing(Facts(scheme=Scheme.ISO_44001, body="A body", **known), D(today))
    assert (found.phase.value, found.tone) == (phase, colour)
    assert said in str(found.sentence)
    assert coming in str(found.next)
    assert (found.by.isoformat() if found.by else None) == by


@given(
    on=st.dates(date(2015, 1, 1), date(2040, 1, 1)),
    visits=st.lists(st.integers(-200, 1300), max_size=6),
    later=st.integers(0, 2000),
)
def test_windows_never_overlap_wrongly(on, visits, later):
    """Whatever the visits: windows follow each other, lie in the cycle, and a day more never undoes what was held."""
    decision = Decision(kind=INITIAL, decided_on=on, expires_on=last_day(on))
    days = [date.fromordinal(on.toordinal() + one) for one in visits]
    known = [Visit(kind=VisitKind.SURVEILLANCE, held=(day, day)) for day in days]
    today = date.fromordinal(on.toordinal() + later)
    found = surveillance(decision, known, today)
    assert [one.latest for one in found] == sorted(one.latest for one in found)
    assert all(one.earliest <= one.latest <= decision.expires_on for one in found)
    again = surveillance(decision, known, date.fromordinal(today.toordinal() + 1))
    assert [one.on for one in found] == [one.on for one in again]
    counted = {one.on for one in found if one.on}
    assert counted <= set(days)
    assert len(counted) == len([one for one in found if one.on])


A = FindingStatus


@pytest.mark.parametrize("status", FindingStatus)
@pytest.mark.parametrize("verb", FindingVerb)
def test_the_life_of_a_finding(status, verb):
    leads = {
        (A.OPEN, "answer"): A.ANSWERED,
        (A.OPEN, "withdraw"): A.WITHDRAWN,
        (A.ANSWERED, "accept"): A.ACCEPTED,
        (A.ANSWERED, "return"): A.OPEN,
        (A.ANSWERED, "withdraw"): A.WITHDRAWN,
        (A.ACCEPTED, "reopen"): A.OPEN,
        (A.WITHDRAWN, "reopen"): A.OPEN,
    }
    if (status, verb.value) in leads:
        assert step(STEPS, status, verb, WRONG_STEP) is leads[status, verb.value]
        return
    with pytest.raises(Refusal):
        step(STEPS, status, verb, WRONG_STEP)


def test_until_when_an_answer_is_wanted():
    visit = held("2026-03-02", S1)
    assert usual_due(FindingKind.CONCERN, visit, D("2026-06-01")) == D("2026-05-31")
    assert usual_due(FindingKind.CONCERN, visit, None) == D("2026-04-01")
    assert usual_due(FindingKind.MAJOR, held("2026-06-03", S2), None) == D("2026-07-03")
    assert usual_due(FindingKind.OPPORTUNITY, visit, None) is None


def test_what_a_visit_finds():
    assert FindingKind.CONCERN in kinds_of(S1)
    assert FindingKind.MAJOR not in kinds_of(S1)
    assert FindingKind.CONCERN not in kinds_of(S2)


@pytest.mark.parametrize(
    ("status", "due", "colour"),
    [
        (A.OPEN, "2026-01-01", "overdue"),
        (A.OPEN, "2026-01-02", "attention"),
        (A.OPEN, None, "attention"),
        (A.ANSWERED, "2026-01-01", "on_track"),
        (A.ACCEPTED, "2026-01-01", "done"),
        (A.WITHDRAWN, None, "quiet"),
    ],
)
def test_the_colour_of_a_finding(status, due, colour):
    assert tone(status, D(due) if due else None, D("2026-01-02")) == colour
