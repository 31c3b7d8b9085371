"""The clock in any order of events, in pure rules, beside a slow clock that looks at every hour: it never runs
backwards, what it once said stays true. Short in `make test`, long in `make soak`."""

from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from auditapp.kit import workdays
from auditapp.relationships.issues.rules.clock import (
    Going,
    Party,
    Run,
    Span,
    clock,
    day_start,
    due,
    reached,
    spent,
    stretches,
)
from auditapp.relationships.issues.rules.ladder import Level
from tests.relationships.issues.machines import BEGIN, CALENDARS, HOUR, run_machine


def slow(run, going, at):
    """The same as ``spent``, hour by hour, in another way: a day is as long as it has hours."""
    total = Fraction(0)
    for one in stretches(run):
        if one.going is not going:
            continue
        calendar = run.calendars[one.party]
        here, end = one.begin, min(at, one.end or at)
        entered = run.entered.astimezone(ZoneInfo(calendar.zone)).date()
        whole = run.entered == day_start(entered, calendar.zone)
        while here < end:
            day = here.astimezone(ZoneInfo(calendar.zone)).date()
            counts = workdays.is_working(day, country=calendar.country, subdivision=calendar.subdivision)
            if counts and (day > entered or whole):
                length = day_start(day + timedelta(days=1), calendar.zone) - day_start(day, calendar.zone)
                total += Fraction(1, length // HOUR)
            here += HOUR
    return total


class Clocks(RuleBasedStateMachine):
    """One stay on one level, in pure rules."""

    @initialize(
        own=st.sampled_from(CALENDARS), partner=st.sampled_from(CALENDARS), hours=st.integers(0, 60 * 24),
        limit=st.integers(1, 12), party=st.sampled_from(Party),
    )  # fmt: skip
    def enter(self, own, partner, hours, limit, party):
        self.at = BEGIN + hours * HOUR
        self.run_ = Run(
            level=Level.OPERATIONAL, entered=self.at, limit=limit, calendars={Party.OWN: own, Party.PARTNER: partner},
            spans=(Span(began=self.at, party=party),),
        )  # fmt: skip
        self.told = {}  # what the clock once said about a moment stays true
        self.was_due = None

    def put(self, span):
        spans = self.run_.spans
        if spans[-1].began == span.began and len(spans) > 1:
            spans = spans[:-1]
        elif spans[-1].began == span.began:
            return
        self.run_ = Run(**{**vars_of(self.run_), "spans": (*spans, span)})

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours):
        self.at += hours * HOUR

    @rule()
    def the_ball_goes_over(self):
        now = self.now()
        last = self.run_.spans[-1]
        until = last.until if now.going is Going.PAUSED else None
        self.put(Span(began=self.at, party=now.party.other, going=now.going, until=until))

    @rule(hours=st.integers(1, 200))
    def both_agree_to_a_pause(self, hours):
        now = self.now()
        if now.going is Going.RUNNING:
            self.put(Span(began=self.at, party=now.party, going=Going.PAUSED, until=self.at + hours * HOUR))

    @rule()
    def it_is_taken_up_again(self):
        now = self.now()
        if now.going is not Going.RUNNING:
            self.put(Span(began=self.at, party=now.party, going=Going.RUNNING))

    @rule()
    def it_is_answered(self):
        now = self.now()
        if now.going is Going.RUNNING:
            self.put(Span(began=self.at, party=now.party.other, going=Going.ANSWERED))

    @rule(limit=st.integers(1, 12))
    def it_is_more_or_less_severe(self, limit):
        self.run_ = Run(**{**vars_of(self.run_), "limit": limit, "floor": self.at})

    def now(self):
        return clock(self.run_, self.at)

    @invariant()
    def the_clock_never_runs_backwards(self):
        if not hasattr(self, "run_"):
            return
        seen = Fraction(0)
        for at, used in sorted(self.told.items()):
            assert used >= seen
            assert spent(self.run_, Going.RUNNING, at) == used
            seen = used
        self.told[self.at] = spent(self.run_, Going.RUNNING, self.at)

    @invariant()
    def it_is_what_a_slow_clock_says(self):
        if hasattr(self, "run_"):
            for going in Going:
                assert spent(self.run_, going, self.at) == slow(self.run_, going, self.at)

    @invariant()
    def due_is_when_the_limit_is_used_up_while_it_runs(self):
        if not hasattr(self, "run_"):
            return
        over = due(self.run_)
        if over is None:
            assert self.run_.spans[-1].going is Going.ANSWERED
            return
        assert spent(self.run_, Going.RUNNING, over) >= self.run_.limit
        assert self.run_.floor is None or over >= self.run_.floor
        if over > max(self.run_.floor or over, self.run_.spans[-1].until or self.run_.spans[-1].began):
            assert spent(self.run_, Going.RUNNING, over) == self.run_.limit
        now = clock(self.run_, over)
        assert now.going is Going.RUNNING
        assert now.half <= over
        assert now.day_before <= over
        half, whole = reached(self.run_, Fraction(1, 2)), reached(self.run_, Fraction(self.run_.limit))
        assert half <= whole


def vars_of(run):
    return {name: getattr(run, name) for name in ("level", "entered", "limit", "calendars", "spans", "floor")}


def test_the_clock_in_any_order_of_events():
    run_machine(Clocks, examples=40, steps=25)


@pytest.mark.soak
def test_the_clock_in_any_order_of_events_at_length():
    run_machine(Clocks, examples=2000, steps=50)
