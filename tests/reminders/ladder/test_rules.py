"""The life of a reminder as tables of cases, and a year of many of them with random people, absences and answers."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.ladder.rules.answers import acknowledge, blocked, not_mine, restart, snooze
from auditapp.reminders.ladder.rules.climbing import advance, begin, comes_next
from auditapp.reminders.ladder.rules.course import Course, Ground, overdue_from
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.policies.rules import Policy, Rung
from auditapp.reminders.quiet.rules import Away, Rhythm, away_on, is_at_work, local_day
from auditapp.reminders.rules import DueItem, Kind, Level

OWNER, DEPUTY, MANAGER, PROGRAMME, SER, OTHER = (UUID(int=n) for n in range(1, 7))
ZONE = "Europe/London"
DUE = date(2026, 3, 18)  # a Wednesday
LEVELS = (Level.OWNER, Level.DEPUTY, Level.RELATIONSHIP, Level.PROGRAMME, Level.SER)
POLICY = Policy(
    announce=False, leads=(7, 1), every_days=1, most_per_level=3, most=12,
    rungs=tuple(Rung(level=level, wait_hours=16) for level in LEVELS),
)  # fmt: skip


def item(**changes):
    values = {
        "key": "action:1", "kind": Kind.ACTION, "ref": "CA-1", "title": "Mend it", "step": Text("Do it."),
        "why": Text("It is yours."), "due_on": DUE, "version": "1", "owners": (OWNER,), "endpoint": "home.index",
        "zone": ZONE, "deputies": (DEPUTY,),
        "above": {Level.RELATIONSHIP: (MANAGER,), Level.PROGRAMME: (PROGRAMME,), Level.SER: (SER,)},
    }  # fmt: skip
    return DueItem(**(values | changes))


def rhythms(**away):
    people = {
        "owner": OWNER,
        "deputy": DEPUTY,
        "manager": MANAGER,
        "programme": PROGRAMME,
        "ser": SER,
        "other": OTHER,
    }
    return {who: Rhythm(zone=ZONE, country="GB", away=away.get(name, ())) for name, who in people.items()}


def at(day, hour=9, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)  # London is on UTC until 29 March


def told(move):
    return [(one.person_id, one.kind, one.level) for one in move.told]


def play(course, what, policy, people, *, first, last):
    """Let the reminder run by itself from one moment to another; every telling with the moment it was decided."""
    found = []
    move = begin(course, Ground(item=what, policy=policy, rhythms=people, at=first))
    found += [(first, one) for one in move.told]
    while course.next_at is not None and course.next_at <= last:
        now = course.next_at
        move = advance(course, Ground(item=what, policy=policy, rhythms=people, at=now))
        found += [(now, one) for one in move.told]
        assert course.next_at is None or course.next_at > now, "it looks ahead"
    return found


def test_told_before_on_and_after_the_day_and_then_level_by_level():
    course = Course()
    found = play(course, item(), POLICY, rhythms(), first=at(2), last=at(31) + timedelta(days=20))
    heard = [(one.not_before.strftime("%d %H:%M"), one.person_id, one.kind) for _, one in found]
    assert heard[:6] == [
        ("11 09:00", OWNER, NoticeKind.REMINDER),
        ("17 09:00", OWNER, NoticeKind.REMINDER),
        ("18 09:00", OWNER, NoticeKind.REMINDER),
        ("19 09:00", OWNER, NoticeKind.OVERDUE),
        ("20 09:00", OWNER, NoticeKind.OVERDUE),
        (
            "23 09:00",
            OWNER,
            NoticeKind.COPY,
        ),  # 16 working hours after Thursday morning: Friday evening, so Monday
    ]
    assert heard[6] == ("20 17:00", DEPUTY, NoticeKind.ESCALATION) or heard[6][1:] == (
        DEPUTY,
        NoticeKind.ESCALATION,
    )
    climbed = [one.person_id for _, one in found if one.kind is NoticeKind.ESCALATION]
    assert climbed == [DEPUTY, MANAGER, PROGRAMME, SER]
    assert course.state is RunState.CAPPED
    assert found[-1][1].kind is NoticeKind.INFORMATION
    assert found[-1][1].person_id == PROGRAMME


def test_the_level_below_hears_that_it_went_up():
    course = Course()
    found = play(course, item(), POLICY, rhythms(), first=at(2), last=at(31) + timedelta(days=20))
    copies = [(one.person_id, one.level) for _, one in found if one.kind is NoticeKind.COPY]
    assert copies[0] == (OWNER, Level.OWNER)
    assert {who for who, _ in copies} == {OWNER, DEPUTY, MANAGER, PROGRAMME}


def test_empty_levels_are_left_out_and_it_is_said_why():
    what = item(deputies=(), above={Level.RELATIONSHIP: (OWNER,), Level.PROGRAMME: (PROGRAMME,)})
    course = Course()
    begin(course, Ground(item=what, policy=POLICY, rhythms=rhythms(), at=at(19)))
    course.next_at = course.until
    move = advance(course, Ground(item=what, policy=POLICY, rhythms=rhythms(), at=course.until))
    skipped = [(step.level, str(step.reason)) for step in move.steps if step.kind is StepKind.SKIPPED]
    assert skipped == [
        (Level.DEPUTY, "Nobody holds this level."),
        (Level.RELATIONSHIP, "Whoever holds this level was asked already."),
    ]
    assert course.level is Level.PROGRAMME


def test_whoever_is_away_is_stood_in_for_and_nobody_is_told_twice():
    people = rhythms(owner=(Away(first_on=date(2026, 3, 1), last_on=date(2026, 3, 31), deputy_id=OTHER),))
    found = play(Course(), item(), POLICY, people, first=at(2), last=at(20))
    assert {one.person_id for _, one in found} == {OTHER}
    assert {one.instead_of for _, one in found} == {OWNER}


def test_somebody_away_whom_nobody_stands_in_for_is_passed_over_when_it_is_late():
    people = rhythms(owner=(Away(first_on=date(2026, 3, 1), last_on=date(2026, 3, 31)),))
    course = Course()
    found = play(course, item(), POLICY, people, first=at(2), last=at(20))
    assert [one.person_id for _, one in found][:1] == [DEPUTY]


def test_what_was_missed_is_caught_up_once():
    course = Course()
    move = begin(course, Ground(item=item(), policy=POLICY, rhythms=rhythms(), at=at(17, 12)))
    assert told(move) == [
        (OWNER, NoticeKind.REMINDER, Level.OWNER)
    ]  # two leads had passed, one reminder comes
    late = Course()
    move = begin(late, Ground(item=item(), policy=POLICY, rhythms=rhythms(), at=at(31)))
    assert told(move) == [(OWNER, NoticeKind.OVERDUE, Level.OWNER)]  # nobody above before the owner was


def test_it_is_announced_when_it_becomes_somebodys():
    course = Course()
    move = begin(
        course, Ground(item=item(), policy=replace(POLICY, announce=True), rhythms=rhythms(), at=at(2))
    )
    assert told(move) == [(OWNER, NoticeKind.REMINDER, Level.OWNER)]
    assert course.next_at == at(11)


def test_while_somebody_decides_nobody_is_reminded():
    course = Course()
    held = item(held_until=date(2026, 3, 20))
    move = begin(course, Ground(item=held, policy=POLICY, rhythms=rhythms(), at=at(18)))
    assert told(move) == []
    assert course.next_at == at(21, 0)


def running(moment=None):
    course = Course()
    begin(course, Ground(item=item(), policy=POLICY, rhythms=rhythms(), at=moment or at(19)))
    return course


def ground(moment):
    return Ground(item=item(), policy=POLICY, rhythms=rhythms(), at=moment)


def test_in_hand_stops_the_climb_and_is_asked_again_and_silence_resumes_on_the_same_level():
    course = running()
    acknowledge(course, ground(at(19, 10)), by=OWNER)
    assert (course.state, course.generation) == (RunState.ACKNOWLEDGED, 1)
    assert course.next_at == at(26)  # five working days
    move = advance(course, ground(at(26)))
    assert told(move) == [(OWNER, NoticeKind.QUESTION, Level.OWNER)]
    move = advance(course, ground(course.next_at))
    assert course.state is RunState.CLIMBING
    assert course.level is Level.OWNER
    assert told(move) == [(OWNER, NoticeKind.OVERDUE, Level.OWNER)]
    assert StepKind.RESUMED in {step.kind for step in move.steps}


def test_in_hand_before_the_day_silences_what_comes_before_but_not_what_comes_after():
    course = running(at(2))
    acknowledge(course, ground(at(12)), by=OWNER)
    assert course.state is RunState.COMING
    assert course.next_at == overdue_from(item())


def test_putting_off_is_bounded_wants_a_reason_after_the_second_and_is_seen_above():
    course = running()
    with pytest.raises(Invalid) as none:
        snooze(course, ground(at(19, 10)), by=OWNER, until=None, reason="")
    assert none.value.field == "until"
    with pytest.raises(Invalid) as far:
        snooze(course, ground(at(19, 10)), by=OWNER, until=at(26), reason="")
    assert far.value.field == "until"
    move = snooze(course, ground(at(19, 10)), by=OWNER, until=at(20), reason="")
    assert told(move) == [(DEPUTY, NoticeKind.INFORMATION, Level.OWNER)]
    advance(course, ground(at(20)))
    assert course.state is RunState.CLIMBING
    snooze(course, ground(at(20, 10)), by=OWNER, until=at(23), reason="")
    advance(course, ground(at(23)))
    with pytest.raises(Invalid) as silent:
        snooze(course, ground(at(23, 10)), by=OWNER, until=at(24), reason=" ")
    assert silent.value.field == "reason"
    with pytest.raises(Invalid) as past:  # ten days after the due day, and no further
        snooze(course, ground(at(28)), by=OWNER, until=at(30), reason="The crane comes late.")
    assert past.value.field == "until"
    with pytest.raises(Refusal):
        snooze(course, ground(at(30)), by=OWNER, until=at(31), reason="The crane comes late.")


def test_not_mine_goes_up_now_and_says_why():
    course = running()
    with pytest.raises(Invalid):
        not_mine(course, ground(at(19, 10)), by=OWNER, reason="")
    move = not_mine(course, ground(at(19, 10)), by=OWNER, reason="The depot's.")
    assert (DEPUTY, NoticeKind.ESCALATION, Level.DEPUTY) in told(move)


def test_blocked_moves_the_clock_to_somebody_else_and_comes_back():
    course = running()
    with pytest.raises(Invalid):
        blocked(course, ground(at(19, 10)), by=OWNER, person_id=OWNER, reason="x")
    move = blocked(course, ground(at(19, 10)), by=OWNER, person_id=OTHER, reason="The drawing is missing.")
    assert told(move) == [(OTHER, NoticeKind.DECISION, Level.OWNER)]
    assert (course.state, course.blocked_by) == (RunState.BLOCKED, OTHER)
    move = advance(course, ground(course.next_at))
    assert (course.state, course.level, course.blocked_by) == (RunState.CLIMBING, Level.OWNER, None)


def test_what_is_stuck_can_begin_anew():
    course = Course()
    play(course, item(), POLICY, rhythms(), first=at(2), last=at(31) + timedelta(days=40))
    assert course.state is RunState.CAPPED
    move = restart(course, ground(at(31)), by=PROGRAMME)
    assert (OWNER, NoticeKind.OVERDUE, Level.OWNER) in told(move)
    assert course.state is RunState.CLIMBING


def test_what_comes_next_names_who_and_when():
    course = running(at(2))
    comes = comes_next(course, ground(at(11)))
    assert (comes.level, comes.people, comes.at) == (Level.OWNER, (OWNER,), overdue_from(item()))
    course = running()
    comes = comes_next(course, ground(at(19, 10)))
    assert (comes.level, comes.people, comes.at) == (Level.DEPUTY, (DEPUTY,), course.until)


ZONES = [
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/St_Johns",
]
PEOPLE = [UUID(int=n) for n in range(1, 9)]
absence = st.builds(
    lambda first, length, deputy: Away(
        first_on=date(2026, 1, 1) + timedelta(days=first), last_on=date(2026, 1, 1) + timedelta(days=first + length),
        deputy_id=deputy,
    ),
    st.integers(0, 360), st.integers(0, 30), st.none() | st.sampled_from(PEOPLE),
)  # fmt: skip
rhythm = st.builds(
    lambda zone, starts, length, away, deputy: Rhythm(
        zone=zone, starts=starts, ends=starts + length, digest=starts, away=tuple(away), deputy_id=deputy
    ),
    st.sampled_from(ZONES), st.integers(5 * 60, 12 * 60), st.integers(60, 600), st.lists(absence, max_size=3),
    st.none() | st.sampled_from(PEOPLE),
)  # fmt: skip
some = st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    people=st.lists(rhythm, min_size=len(PEOPLE), max_size=len(PEOPLE)),
    owners=some, deputies=some, above=st.fixed_dictionaries({level: some for level in Level if level > Level.DEPUTY}),
    due=st.integers(0, 330), announce=st.booleans(), zone=st.sampled_from(ZONES), gap=st.sampled_from([0, 0, 3, 21]),
)  # fmt: skip
def test_a_year_keeps_its_promises(*, people, owners, deputies, above, due, announce, zone, gap):
    known = dict(zip(PEOPLE, people, strict=True))
    known = {
        who: replace(one, deputy_id=None if one.deputy_id == who else one.deputy_id)
        for who, one in known.items()
    }
    what = item(
        due_on=date(2026, 1, 1) + timedelta(days=due),
        owners=owners,
        deputies=deputies,
        above=above,
        zone=zone,
    )
    policy = replace(
        POLICY, announce=announce, rungs=tuple(Rung(level=level, wait_hours=16) for level in Level)
    )
    course, now = Course(), datetime(2026, 1, 1, tzinfo=UTC)
    heard, levels, moments = defaultdict(list), [], 0
    move = begin(course, Ground(item=what, policy=policy, rhythms=known, at=now))
    while True:
        moments += 1
        assert moments < 400
        for one in move.told:
            day = local_day(one.not_before, known[one.person_id].zone)
            assert is_at_work(known[one.person_id], day), "nobody is told on a day off"
            assert one.not_before >= now
            assert away_on(known[one.person_id], local_day(now, known[one.person_id].zone)) is None
            heard[one.person_id].append(one)
        levels += [step.level for step in move.steps if step.kind in {StepKind.CLIMBED, StepKind.SKIPPED}]
        if course.next_at is None or now.year > 2027:
            break
        assert course.next_at > now
        now = course.next_at + timedelta(days=gap)  # nothing looked for a while
        move = advance(course, Ground(item=what, policy=policy, rhythms=known, at=now))
    assert course.state is RunState.CAPPED, "what is late ends with somebody above, or on the list"
    assert levels == sorted(levels), "no level is passed over, and none comes twice"
    assert course.total <= policy.most + len(policy.rungs)
    assert all(len(told_to) < 40 for told_to in heard.values())
