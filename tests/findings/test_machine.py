"""The lives of nonconformities and their actions as a state machine: any order of verbs, right or wrong, by anybody.

What must hold after each step: replaying the trail gives the present; an ended thing stays ended unless it is reopened;
nobody judges their own work; nothing is closed while an action is neither verified nor cancelled with approval; a
refused command leaves nothing. Short in `make test`, long in `make soak`.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from auditapp.findings.life.service.base import count_turn, standing
from auditapp.findings.model import Action, ActionRequest, Nonconformity
from auditapp.findings.queries import parts
from auditapp.findings.raising.service import raise_nonconformity
from auditapp.findings.rules import action as action_rules
from auditapp.findings.rules import nonconformity as nc_rules
from auditapp.findings.rules.action import ActionStatus, ActionVerb, RequestStatus
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb, Source
from auditapp.kit.errors import Refusal
from auditapp.kit.orm import Base
from auditapp.trail import service as trail
from auditapp.trail.model import Fact
from tests.factories.nonconformities import Cast
from tests.findings.commands import KNOWN, Given, command_for
from tests.findings.replay import ACTION_STANDING, History, used

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOST = 3  # nonconformities
MOST_ACTIONS = 4  # in each
N, S = NcVerb, NcStatus
A, T = ActionVerb, ActionStatus
TABLES = [one for name, one in sorted(Base.metadata.tables.items()) if name.startswith("nonconformity")]
STRAY = {"withdraw": 8, "annul": 3}  # what ends a life is drawn more seldom, so that lives become long

# What brings a nonconformity nearer to its end.
ONWARD = {
    S.DRAFT: N.ISSUE,
    S.ISSUED: N.ACKNOWLEDGE,
    S.DISPUTED: N.UPHOLD,
    S.CONTAINMENT: N.CONTAIN,
    S.CAUSE: N.COMPLETE_CAUSE,
    S.PLANNING: N.SUBMIT_PLAN,
    S.PLAN_RETURNED: N.SUBMIT_PLAN,
    S.PLAN_SUBMITTED: N.ACCEPT_PLAN,
    S.IMPLEMENTING: N.SUBMIT_WORK,
    S.VERIFICATION: N.VERIFY,
    S.EFFECTIVENESS: N.CONFIRM,
    S.CLOSED: N.REOPEN,
    S.WITHDRAWN: N.REOPEN,
}
ACTION_ONWARD = {
    T.PROPOSED: A.ACCEPT,
    T.ACCEPTED: A.FINISH,
    T.RETURNED: A.START,
    T.IN_PROGRESS: A.FINISH,
    T.DONE: A.VERIFY,
}
# What has to come before it, when it is refused.
FIRST = {
    N.COMPLETE_CAUSE: (N.ANALYSE,),
    N.SUBMIT_PLAN: (N.PROPOSE_ACTION, N.SET_CRITERIA),
    N.VERIFY: (N.ANALYSE,),
}


class Lives(RuleBasedStateMachine):
    """One example: a few nonconformities with their actions and people, in a savepoint of their own."""

    def __init__(self, session, cast, seen):
        super().__init__()
        self.session, self.cast, self.seen = session, cast, seen
        self.at = BEGIN
        self.steps = 0
        self.histories = {}
        self.point = session.begin_nested()
        seen["examples"] += 1

    def teardown(self):
        for nc_id in self.histories:
            self.histories[nc_id].read(self.session)
            again = History(nc_id)
            again.read(self.session)
            assert again == self.histories[nc_id]
            self.seen.update(used(self.session, nc_id))
        self.point.rollback()
        self.session.expire_all()
        self.seen["steps"] += self.steps

    @initialize(far=st.integers(0, 36), data=st.data())
    def begin(self, far, data):
        self.raise_one(source=Source.CERTIFICATION_BODY, who="raiser")
        for _ in range(far):
            self.go_on(0, data)

    @rule(source=st.sampled_from(Source), who=st.sampled_from(["raiser", "auditor", "manager", "contact"]))
    def raise_one(self, source, who):
        if len(self.histories) == MOST:
            return

        def command():
            nc = raise_nonconformity(
                self.session, actor=self.cast[who], at=self.at, title="No review", statement="None is on record.",
                source=source, relationship_id=self.cast.relationship.id, body_name="Body",
                audit_id=self.cast.audit.id if who == "auditor" else None,
            )  # fmt: skip
            made.append(nc.id)

        made = []
        if self.attempt(command, self.cast[who], N.EDIT):
            self.histories[made[0]] = History(made[0])

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        self.at += timedelta(days=days)

    @rule(which=st.integers(0, MOST - 1), data=st.data())
    def go_on(self, which, data):
        """The next step towards the end, by somebody who may; often it lacks something, which then comes first."""
        nc = self.nc(which)
        unfinished = [one for one in self.actions(nc) if one.status in ACTION_ONWARD]
        if nc.status in {S.IMPLEMENTING, S.VERIFICATION} and unfinished:
            self.give(unfinished[0], ACTION_ONWARD[unfinished[0].status], data, right=True, sure=True)
            return
        verb = ONWARD[nc.status]
        if nc.status is S.EFFECTIVENESS:
            self.at += timedelta(days=90)
            verb = data.draw(st.sampled_from([N.CONFIRM, N.FAIL]))
        if not self.give(nc, verb, data, right=True, sure=True):
            for before in FIRST.get(verb, ()):
                if before is not N.PROPOSE_ACTION or len(self.actions(nc)) < MOST_ACTIONS:
                    self.give(self.nc(which), before, data, right=True, sure=True)

    @rule(which=st.integers(0, MOST - 1), verb=st.sampled_from(NcVerb), right=st.booleans(), data=st.data())
    def anything(self, which, verb, right, data):
        """Any verb about a nonconformity, whether possible now or not, by somebody who may or by anybody."""
        nc = self.nc(which)
        if verb is N.PROPOSE_ACTION and len(self.actions(nc)) >= MOST_ACTIONS:
            return
        self.give(nc, verb, data, right=right)

    @rule(which=st.integers(0, MOST - 1), data=st.data())
    def something_possible(self, which, data):
        """A verb that the status allows, by somebody who may."""
        nc = self.nc(which)
        verbs = [verb for verb in NcVerb if (nc.status, verb) in nc_rules.STEPS]
        if len(self.actions(nc)) >= MOST_ACTIONS and N.PROPOSE_ACTION in verbs:
            verbs.remove(N.PROPOSE_ACTION)
        verb = data.draw(st.sampled_from(verbs))
        if data.draw(st.integers(0, STRAY.get(verb, 0))) == 0:
            self.give(nc, verb, data, right=True)

    @rule(
        which=st.integers(0, MOST - 1), verb=st.sampled_from(ActionVerb), right=st.booleans(), data=st.data()
    )
    def anything_about_an_action(self, which, verb, right, data):
        found = self.actions(self.nc(which))
        if found:
            self.give(data.draw(st.sampled_from(found)), verb, data, right=right)

    @rule(which=st.integers(0, MOST - 1), data=st.data())
    def something_possible_about_an_action(self, which, data):
        found = self.actions(self.nc(which))
        if found:
            action = data.draw(st.sampled_from(found))
            verbs = [verb for verb in ActionVerb if (action.status, verb) in action_rules.STEPS]
            self.give(action, data.draw(st.sampled_from(verbs)), data, right=True)

    @rule(which=st.integers(0, MOST - 1), end=st.sampled_from([N.CONCEDE, N.UPHOLD, N.ANNUL]), data=st.data())
    def quarrel(self, which, end, data):
        """A dispute is answered and comes to one of its ends; without a turn of its own it hardly ever would."""
        if self.nc(which).status is S.ISSUED:
            for verb in (N.DISPUTE, N.ANSWER_DISPUTE, end):
                self.give(self.nc(which), verb, data, right=True, sure=True)
            if end is N.UPHOLD:
                self.give(self.nc(which), N.MAINTAIN, data, right=True, sure=True)

    def nc(self, which):
        ids = list(self.histories)
        return self.session.get_one(Nonconformity, ids[which % len(ids)])

    def actions(self, nc):
        return list(
            self.session.scalars(
                sa.select(Action).where(Action.nonconformity_id == nc.id).order_by(Action.number)
            )
        )

    def give(self, thing, verb, data, *, right, sure=False):
        """Let somebody do it: one of those who may, or anybody at all."""
        self.at += timedelta(hours=1)
        who = data.draw(st.sampled_from(self.able(thing, verb) if right else list(self.cast.people.values())))
        given = Given(self.session, self.cast, self.at, data.draw, sure=sure)
        command = command_for(given, thing, verb)
        return self.attempt(lambda: command(who), who, verb)

    def able(self, thing, verb):
        """Everybody who may do it, or everybody if nobody may."""
        nc, action = (thing, None) if isinstance(thing, Nonconformity) else (
            self.session.get_one(Nonconformity, thing.nonconformity_id), thing
        )  # fmt: skip
        rules = nc_rules if action is None else action_rules
        found = [
            one for one in self.cast.people.values() if rules.may(verb, parts(self.session, one, nc, action))
        ]
        return found or list(self.cast.people.values())

    def attempt(self, command, who, verb):
        """Run a command as a request does: refused means rolled back. Gives back whether it went through."""
        del who, verb
        self.seen["commands"] += 1
        before = self.rows()
        point = self.session.begin_nested()
        try:
            command()
            self.session.flush()
        except Refusal:
            point.rollback()
            self.session.expire_all()
            assert self.rows() == before
            self.seen["refused"] += 1
            return False
        point.commit()
        self.session.expire_all()
        self.seen["gone through"] += 1
        return True

    def rows(self):
        """Every row of nonconformities and actions, and how many facts there are."""
        self.session.flush()
        found = [self.session.execute(sa.select(one).order_by(*one.primary_key)).all() for one in TABLES]
        return found, self.session.scalar(sa.select(sa.func.max(Fact.seq)))

    @invariant()
    def replaying_the_trail_gives_the_present(self):
        self.steps += 1
        for nc_id, history in self.histories.items():
            history.read(self.session)
            nc = self.session.get_one(Nonconformity, nc_id)
            assert standing(nc) == history.values
            assert nc.reopened == history.reopened
            rows = {str(one.id): one for one in self.actions(nc)}
            assert set(rows) == set(history.actions)
            for action_id, told in history.actions.items():
                row = rows[action_id]
                present = {
                    "status": row.status.value, "owner": str(row.owner_id),
                    "deputy": str(row.deputy_id) if row.deputy_id else None, "due_on": row.due_on.isoformat(),
                    "first_due_on": row.first_due_on.isoformat(), "worked": sorted(row.worked_ids),
                    "done": row.done_at is not None, "verified": row.verified_at is not None,
                    "cancelled": row.cancelled_at is not None,
                }  # fmt: skip
                assert set(present) == ACTION_STANDING
                assert present == told.values
                assert told.worked <= set(row.worked_ids)

    @invariant()
    def the_next_step_is_due_exactly_while_it_is_open(self):
        for nc_id in self.histories:
            nc = self.session.get_one(Nonconformity, nc_id)
            assert (nc.turn_due_on is None) == (nc.status in nc_rules.ENDED)
            said = nc.turn_due_on
            count_turn(self.session, nc)
            assert nc.turn_due_on == said

    @invariant()
    def rows_agree_with_their_status(self):
        for nc_id in self.histories:
            nc = self.session.get_one(Nonconformity, nc_id)
            assert (nc.closed_at is not None) == (nc.status is S.CLOSED)
            if nc.status in {S.EFFECTIVENESS, S.CLOSED}:
                assert nc.verified_by_id is not None
                assert {one.status for one in self.actions(nc)} <= action_rules.ENDED
            if nc.status not in {S.DRAFT, S.WITHDRAWN}:
                assert nc.verifier_id not in {None, nc.responsible_id, nc.deputy_id}
            for action in self.actions(nc):
                assert (action.status is T.VERIFIED) == (action.verified_by_id is not None)
                assert (action.status is T.CANCELLED) == (action.cancelled_by_id is not None)
                assert str(action.verified_by_id) not in action.worked_ids
                waiting = self.session.scalars(
                    sa.select(ActionRequest).where(
                        ActionRequest.action_id == action.id, ActionRequest.status == RequestStatus.OPEN
                    )
                ).all()
                assert len(waiting) <= (action.status in action_rules.UNDONE)


def run(session, *, examples, steps):
    """Run the machine; gives what was seen."""
    cast, seen = Cast(session), Counter()
    run_state_machine_as_test(
        lambda: Lives(session, cast, seen),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a failure is shown as it was found: making it smaller takes minutes
            print_blob=True,
        ),
    )
    assert list(trail.verify(session)) == []
    return seen


def test_every_verb_is_tried():
    assert {repr(verb) for verb in (*NcVerb, *ActionVerb)} == KNOWN


def test_the_lives_of_nonconformities(session):
    seen = run(session, examples=10, steps=40)
    assert seen["gone through"] > 100


@pytest.mark.soak
def test_the_lives_of_nonconformities_at_length(session, capsys):
    seen = run(session, examples=500, steps=60)
    verbs = {repr(verb) for verb in (*NcVerb, *ActionVerb)}
    with capsys.disabled():
        print(
            f"\n{session.get_bind().dialect.name}: {seen['examples']} examples, {seen['steps']} steps, {seen['commands']} commands, "
            f"{seen['gone through']} gone through, {seen['refused']} refused; "
            f"{len(verbs & set(seen))} of {len(verbs)} verbs went through"
        )
    assert verbs - set(seen) == set()
