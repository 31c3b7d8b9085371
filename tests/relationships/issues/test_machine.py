"""Issues in any order of commands, right or wrong, by anybody, beside a replay of the trail: no level is skipped without
a record, days add up, the present is what the trail says. Short in `make test`, long in `make soak`."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from auditapp.kit.errors import Refusal
from auditapp.relationships.issues import service
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.running import (
    current_stay,
    open_request,
    run_of,
    spans_of,
    stays_of,
)
from auditapp.relationships.issues.queries.standing import standing_of
from auditapp.relationships.issues.rules.clock import (
    Going,
    Party,
    due,
    spent,
)
from auditapp.relationships.issues.rules.issue import CommentKind, IssueKind, Outcome, Status
from auditapp.relationships.issues.rules.ladder import DEFAULT_LIMITS, TOP, Expiry, Level, Severity
from auditapp.relationships.issues.service.base import standing
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing
from auditapp.trail import service as trail
from tests.relationships.issues.conftest import make_cast
from tests.relationships.issues.machines import BEGIN, CALENDARS, HOUR, run_machine
from tests.relationships.issues.replay import FRESH, STANDING, History


class Ladders(RuleBasedStateMachine):
    """A few issues of one relationship, with their people, in a savepoint of their own."""

    def __init__(self, session, cast, seen):
        super().__init__()
        self.session, self.cast, self.seen = session, cast, seen
        self.at = BEGIN
        self.histories = {}
        self.used = {}
        self.point = session.begin_nested()
        seen["examples"] += 1

    def teardown(self):
        for issue_id, history in self.histories.items():
            again = History(issue_id)
            again.read(self.session)
            assert again.values == history.values
            assert again.stays == history.stays
            self.seen.update(history.verbs)
        self.point.rollback()
        self.session.expire_all()

    @initialize(
        expiry=st.sampled_from([Expiry.MOVE, Expiry.MOVE, Expiry.ASK]), zone=st.sampled_from(CALENDARS)
    )
    def begin(self, expiry, zone):
        self.set_ladder(expiry, zone, 0)
        self.raise_one("manager", Severity.MODERATE, Sharing.SHARED)

    @rule(expiry=st.sampled_from(Expiry), zone=st.sampled_from(CALENDARS), shorter=st.integers(0, 2))
    def set_ladder(self, expiry, zone, shorter):
        limits = {
            level: {severity: max(1, days - shorter) for severity, days in row.items()}
            for level, row in DEFAULT_LIMITS.items()
        }
        relationship = self.session.get_one(Relationship, self.cast.relationship.id)
        self.attempt(
            service.set_ladder, "manager", relationship=relationship, limits=limits, expiry=expiry, answer_days=5,
            zones={self.cast.lead.partner_id: zone.zone},
        )  # fmt: skip

    @rule(
        who=st.sampled_from(["manager", "lead", "viewer"]), severity=st.sampled_from(Severity),
        sharing=st.sampled_from(Sharing),
    )  # fmt: skip
    def raise_one(self, who, severity, sharing):
        if len(self.histories) < 3:
            made = self.attempt(
                service.raise_issue, who, relationship_id=self.cast.relationship.id, title="It is late",
                kind=IssueKind.DELIVERY, severity=severity, sharing=sharing,
            )  # fmt: skip
            self.histories[made.id] = History(made.id)

    @rule(hours=st.integers(1, 90))
    def time_passes(self, hours):
        self.at += hours * HOUR

    @rule(weeks=st.integers(1, 6))
    def nothing_ticks_for_weeks(self, weeks):
        self.at += timedelta(weeks=weeks)

    @rule()
    def tick(self):
        service.advance(self.session, at=self.at)
        assert service.advance(self.session, at=self.at) == 0

    @rule(which=st.integers(0, 2), party=st.sampled_from(Party), data=st.data())
    def talk(self, which, party, data):
        self.on(which, service.pass_ball, data, to=party, note="Over to you")
        kind = data.draw(st.sampled_from(CommentKind))
        self.on(which, service.comment, data, text="So we say", kind=kind)

    @rule(which=st.integers(0, 2), days=st.integers(1, 40), level=st.sampled_from(Level), data=st.data())
    def agree(self, which, days, level, data):
        """Something is proposed, and answered, taken back or left."""
        issue = self.issue(which)
        if data.draw(st.booleans()):
            self.on(
                which,
                service.ask_pause,
                data,
                until_on=(self.at + timedelta(days=days)).date(),
                reason="We wait",
            )
        else:
            self.on(which, service.ask_jump, data, to_level=level, reason="It cannot wait")
        self.at += data.draw(st.integers(0, 80)) * HOUR
        what = data.draw(st.sampled_from(["agree", "agree", "refuse", "back", "leave"]))
        if what in {"agree", "refuse"}:
            self.on(which, service.answer_request, data, agreed=what == "agree", answer="So be it")
        elif what == "back" and open_request(self.session, issue.id) is not None:
            self.on(which, service.take_back_request, data)

    @rule(which=st.integers(0, 2), data=st.data())
    def take_up_again(self, which, data):
        self.on(which, service.resume, data)

    @rule(which=st.integers(0, 2), severity=st.sampled_from(Severity), data=st.data())
    def change(self, which, severity, data):
        self.on(which, service.change_severity, data, severity=severity, reason="It is so")

    @rule(which=st.integers(0, 2), data=st.data())
    def move_up(self, which, data):
        self.on(which, service.move_up, data, reason="We agree on nothing")

    @rule(which=st.integers(0, 2), data=st.data())
    def end(self, which, data):
        """A resolution, and what the other party says to it; sometimes it is reopened, withdrawn, shared."""
        self.on(which, service.resolve, data, cause="A", resolution="B", lesson="C")
        self.at += data.draw(st.integers(0, 300)) * HOUR
        what = data.draw(
            st.sampled_from(
                [service.accept, service.object_to, service.reopen, service.withdraw, service.share_issue]
            )
        )
        more = {} if what in {service.accept, service.share_issue} else {"reason": "It is so"}
        self.on(which, what, data, **more)

    def issue(self, which):
        ids = sorted(self.histories)
        return self.session.get_one(Issue, ids[which % len(ids)])

    def on(self, which, command, data, **values):
        who = data.draw(
            st.sampled_from(["manager", "lead", "partner_manager", "partner_ser", "ser", "viewer"])
        )
        self.attempt(command, who, issue=self.issue(which), **values)

    def attempt(self, command, who, **values):
        """A refused command leaves nothing."""
        point = self.session.begin_nested()
        try:
            made = command(self.session, actor=self.cast_of(who), at=self.at, **values)
        except Refusal:
            point.rollback()
            self.session.expire_all()
            self.seen["refused"] += 1
            return None
        point.commit()
        self.seen["gone through"] += 1
        return made

    def cast_of(self, who):
        return getattr(self.cast, who)

    @invariant()
    def replaying_the_trail_gives_the_present(self):
        for issue_id, history in self.histories.items():
            history.read(self.session)
            issue = self.session.get_one(Issue, issue_id)
            stay = current_stay(self.session, issue)
            assert {key: standing(issue, stay)[key] for key in STANDING} == history.values
            assert history.due(stay.calendars) == issue.due_at
            rows = [(one.number, one.level, one.entered_at) for one in stays_of(self.session, issue_id)]
            assert rows == [
                one[:3] for one in history.stays
            ]  # no level without its fact, no fact without its level
            assert {one[3] for one in history.stays} <= FRESH

    @invariant()
    def days_add_up_and_stays_follow_each_other(self):
        for issue_id in self.histories:
            stays = stays_of(self.session, issue_id)
            spans = spans_of(self.session, [one.id for one in stays])
            for stay, above in zip(stays, [*stays[1:], None], strict=True):
                run = run_of(stay, spans[stay.id])
                assert run.spans[0].began == stay.entered_at
                assert [one.began for one in run.spans] == sorted(one.began for one in run.spans)
                if stay.left_at is None:
                    assert above is None
                    continue
                assert stay.left_at >= run.spans[-1].began
                for going, kept in (
                    (Going.RUNNING, stay.used_days), (Going.PAUSED, stay.paused_days), (Going.ANSWERED, stay.answered_days),
                ):  # fmt: skip
                    assert kept == round(float(spent(run, going, stay.left_at)), 2)
                if stay.outcome is Outcome.EXPIRED:
                    assert stay.left_at == stay.expired_at == due(run)
                    assert stay.used_days >= stay.limit_days
                if above is not None and stay.outcome in {Outcome.EXPIRED, Outcome.MOVED_UP, Outcome.JUMPED}:
                    assert above.entered_at == stay.left_at
                    assert above.level > stay.level

    @invariant()
    def no_clock_ever_runs_backwards(self):
        for issue_id in self.histories:
            for stay in stays_of(self.session, issue_id):
                run = run_of(stay, spans_of(self.session, [stay.id])[stay.id])
                used = spent(run, Going.RUNNING, min(self.at, stay.left_at or self.at))
                before, moment = self.used.get(stay.id, (Fraction(0), stay.entered_at))
                # What a late tick finds out is older than what was last looked at.
                if stay.left_at is None or stay.left_at >= moment:
                    assert used >= before
                assert stay.left_at is None or stay.left_at <= self.at
                self.used[stay.id] = (used, self.at)

    @invariant()
    def a_page_never_shows_a_level_as_running_whose_time_is_over(self):
        for issue_id in self.histories:
            issue = self.session.get_one(Issue, issue_id)
            relationship = self.session.get_one(Relationship, issue.relationship_id)
            found = standing_of(self.session, self.cast.manager, issue, relationship, self.at)
            if found.status is Status.OPEN and found.clock.expired:
                assert str(found.label) == "Time is over"
            point = self.session.begin_nested()
            service.advance_issue(self.session, issue, at=self.at)
            stay = current_stay(self.session, issue)
            assert (found.level, found.seen, found.status) == (stay.level, stay.number, issue.status)
            assert stay.expired_at is None or stay.level == TOP or stay.expiry is Expiry.ASK
            point.rollback()
            self.session.expire_all()


def climb_ladders(session, *, examples, steps):
    cast, seen = make_cast(session), Counter()
    run_machine(lambda: Ladders(session, cast, seen), examples=examples, steps=steps)
    assert list(trail.verify(session)) == []
    return seen


def test_issues_in_any_order_of_commands(session):
    seen = climb_ladders(session, examples=6, steps=25)
    assert seen["gone through"] > 20


@pytest.mark.soak
def test_issues_in_any_order_of_commands_at_length(session, capsys):
    seen = climb_ladders(session, examples=60, steps=40)
    with capsys.disabled():
        print(
            f"\n{session.get_bind().dialect.name}: {seen['examples']} examples, {seen['gone through']} commands gone "
            f"through, {seen['refused']} refused; {sum(one.startswith('issue.') for one in seen)} kinds of facts"
        )
