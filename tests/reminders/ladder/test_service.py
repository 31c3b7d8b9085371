"""Reminders begin with what is due, follow it, climb, are answered and end; on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.relationships.obligations.model import ObligationRule
from auditapp.relationships.obligations.rules import Scope, State
from auditapp.relationships.obligations.service import finish, put_off
from auditapp.relationships.rules import Stage
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.ladder.queries import next_moment
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.ladder.service import answer, anything_comes, anything_new, climb, restart, scan
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.policies.rules import default_policy
from auditapp.reminders.policies.service import set_policy
from auditapp.reminders.rules import Answer, Kind, Severity
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.factories.reminding import make_owed, on
from tests.statements import counted


def runs(session, key):
    return session.scalars(
        sa.select(ReminderRun)
        .where(ReminderRun.item_key == key)
        .order_by(ReminderRun.started_at, ReminderRun.id)
    ).all()


def told(session, key):
    rows = session.execute(
        sa.select(Notice.person_id, Notice.kind)
        .where(Notice.item_key == key, Notice.cancelled_at.is_(None))
        .order_by(Notice.created_at, Notice.id)
    )
    return [(row[0], row[1]) for row in rows]


def look(session, at):
    scan(session, at=at, force=True)
    climb(session, at=at)


def late(session):
    """Something overdue whose owner was told."""
    owed = make_owed(session)
    look(session, on(19))
    (run,) = runs(session, owed.key)
    assert run.state is RunState.CLIMBING
    return owed, run


def test_it_begins_within_the_lead_and_not_before(session):
    owed = make_owed(session)
    look(session, on(1))
    assert runs(session, owed.key) == []
    look(session, on(11))  # leads of a scorecard: 7 and 1 days
    (run,) = runs(session, owed.key)
    assert (run.state, run.kind) == (RunState.COMING, Kind.OBLIGATION)
    assert told(session, owed.key) == [(owed.owner.person_id, NoticeKind.REMINDER)]
    look(session, on(11, 10))
    assert len(told(session, owed.key)) == 1, "looking again tells nobody twice"


def test_it_ends_when_it_is_done_and_what_waited_is_told_no_more(session):
    owed, run = late(session)
    finish(
        session,
        actor=owed.owner,
        at=on(19, 8),
        found=owed.obligation,
        state=State.DONE,
        on=date(2026, 3, 19),
        note="",
    )
    look(session, on(19, 11))
    assert (run.state, run.end_reason) == (RunState.ENDED, "settled")
    assert told(session, owed.key) == []


def test_another_day_begins_anew_and_the_old_one_is_over(session):
    owed, run = late(session)
    put_off(
        session,
        actor=owed.owner,
        at=on(19, 10),
        found=owed.obligation,
        due_on=date(2026, 3, 25),
        reason="Ill.",
    )
    look(session, on(19, 11))
    old, new = runs(session, owed.key)
    assert (old.end_reason, old.id) == ("moved", run.id)
    assert (new.state, new.due_on) == (RunState.COMING, date(2026, 3, 25))


def test_another_owner_begins_anew(session):
    owed, _ = late(session)
    owed.obligation.owner_id = make_person(session).person_id
    look(session, on(19, 11))
    assert len(runs(session, owed.key)) == 2


def test_a_running_reminder_keeps_the_policy_it_began_with(session):
    owed, run = late(session)
    kept = dict(run.policy)
    quick = default_policy(Kind.OBLIGATION, Severity.NORMAL).to_json() | {"every_days": 9}
    policy = type(default_policy(Kind.OBLIGATION, Severity.NORMAL)).from_json(quick)
    set_policy(
        session,
        actor=owed.programme,
        at=on(19, 10),
        kind=Kind.OBLIGATION,
        severity=None,
        policy=policy,
        version=0,
    )
    look(session, on(19, 11))
    assert run.policy == kept
    assert runs(session, owed.key) == [run]


def test_what_is_looked_ahead_less_far_ends_no_running_reminder(session):
    owed = make_owed(session)
    look(session, on(11))
    (run,) = runs(session, owed.key)
    session.add(
        ObligationRule(
            key="scorecard",
            scope=Scope.RELATIONSHIP,
            whose=["joint_team"],
            months=3,
            lead_days=[1],
            from_stage=Stage.WORKING_TOGETHER,
        )
    )
    session.flush()
    look(session, on(12))
    assert run.ended_at is None
    assert runs(session, owed.key) == [run]


def test_it_climbs_level_by_level_to_the_list_of_what_is_stuck(session):
    owed, run = late(session)
    moment = on(19)
    for _ in range(60):
        if run.state is RunState.CAPPED:
            break
        moment = run.next_at
        climb(session, at=moment)
    asked = [who for who, kind in told(session, owed.key) if kind is NoticeKind.ESCALATION]
    assert set(asked[:2]) == {owed.leader.person_id, owed.manager.person_id}
    assert asked[2] == owed.ser.person_id
    assert run.state is RunState.CAPPED
    assert (owed.programme.person_id, NoticeKind.INFORMATION) in told(session, owed.key)
    skipped = session.scalars(sa.select(ReminderStep).where(ReminderStep.kind == StepKind.SKIPPED)).all()
    assert {step.level for step in skipped} == {1, 5}  # no deputy, no joint team: left out, and said so
    restart(session, actor=owed.programme, at=moment + timedelta(days=1), run_id=run.id)
    assert (run.state, run.level) == (RunState.CLIMBING, 0)
    with pytest.raises(Refusal):
        restart(session, actor=owed.owner, at=moment + timedelta(days=1), run_id=run.id)


def test_an_answer_counts_the_generation_and_an_older_one_is_refused(session):
    owed, run = late(session)
    given = {"run_id": run.id, "generation": 0, "at": on(19, 10)}
    answer(session, actor=owed.owner, answer=Answer.ACKNOWLEDGE, **given)
    assert (run.state, run.generation) == (RunState.ACKNOWLEDGED, 1)
    answer(session, actor=owed.owner, answer=Answer.ACKNOWLEDGE, **given)  # pressed twice: as good as once
    assert run.generation == 1
    with pytest.raises(Refusal) as older:
        answer(session, actor=owed.leader, answer=Answer.ACKNOWLEDGE, **given)
    assert "answered already" in str(older.value)
    assert session.scalars(sa.select(Fact.verb).where(Fact.thing_id == str(run.id))).all() == [
        "reminder.acknowledged"
    ]


def test_every_answer_is_on_record_and_frees_what_waited(session):
    for said, more in (
        (Answer.ACKNOWLEDGE, {}),
        (Answer.SNOOZE, {"until": on(20)}),
        (Answer.NOT_MINE, {"reason": "The depot's."}),
        (Answer.BLOCKED, {"reason": "The figures."}),
    ):
        owed, run = late(session)
        before = {one.id for one in session.scalars(sa.select(Notice).where(Notice.run_id == run.id))}
        other = {"to_person_id": make_person(session).person_id} if said is Answer.BLOCKED else {}
        given = more | other
        answer(session, actor=owed.owner, at=on(19, 10), run_id=run.id, generation=0, answer=said, **given)
        for one in session.scalars(sa.select(Notice).where(Notice.id.in_(before))).all():
            session.refresh(one)
            assert one.cancelled_at is not None, said
        (fact,) = session.scalars(sa.select(Fact).where(Fact.thing_id == str(run.id))).all()
        assert fact.verb == f"reminder.{said.value}" or said in {Answer.ACKNOWLEDGE, Answer.SNOOZE}


def test_what_is_wrong_with_an_answer_is_said_at_its_field(session):
    owed, run = late(session)
    for said, more, field in (
        (Answer.SNOOZE, {}, "until"),
        (Answer.SNOOZE, {"until": on(31)}, "until"),
        (Answer.NOT_MINE, {"reason": " "}, "reason"),
        (Answer.BLOCKED, {"reason": "x"}, "to_person_id"),
        (Answer.BLOCKED, {"to_person_id": owed.leader.person_id}, "reason"),
    ):
        with pytest.raises(Invalid) as wrong:
            answer(session, actor=owed.owner, at=on(19, 10), run_id=run.id, generation=0, answer=said, **more)
        assert wrong.value.field == field
        assert run.generation == 0


def test_whom_it_does_not_concern_it_does_not_exist_for(session):
    _, run = late(session)
    with pytest.raises(NotFound):
        answer(
            session,
            actor=make_person(session),
            at=on(19, 10),
            run_id=run.id,
            generation=0,
            answer=Answer.ACKNOWLEDGE,
        )


def test_nothing_is_asked_about_what_is_done(session):
    owed, run = late(session)
    finish(
        session,
        actor=owed.owner,
        at=on(19, 8),
        found=owed.obligation,
        state=State.DONE,
        on=date(2026, 3, 19),
        note="",
    )
    with pytest.raises(Refusal):
        answer(
            session, actor=owed.owner, at=on(19, 10), run_id=run.id, generation=0, answer=Answer.ACKNOWLEDGE
        )


def test_it_looks_only_when_something_was_recorded_or_the_day_is_another(session):
    owed = make_owed(session)
    assert anything_new(session, at=on(11))
    scan(session, at=on(11))
    assert not anything_new(session, at=on(11, 23))
    with counted(session) as statements:
        assert scan(session, at=on(11, 23)) == 0
    assert len(statements) <= 3
    assert anything_new(session, at=on(12, 0, 1))
    put_off(
        session,
        actor=owed.owner,
        at=on(11, 23),
        found=owed.obligation,
        due_on=date(2026, 3, 17),
        reason="Sooner.",
    )
    assert anything_new(session, at=on(11, 23))


def test_the_next_moment_is_when_something_comes(session):
    owed = make_owed(session)
    look(session, on(11))
    (run,) = runs(session, owed.key)
    assert not anything_comes(session, at=on(11, 10))
    assert next_moment(session, at=on(11, 10)) == on(12, 0)
    assert next_moment(session, at=on(16, 23)) == on(17, 0)
    assert run.next_at == on(17)
    assert anything_comes(session, at=on(17))


@pytest.mark.parametrize("count", [1, 30])
def test_as_many_statements_whatever_climbs(session, count):
    for _ in range(count):
        make_owed(session)
    scan(session, at=on(17), force=True)
    scan(session, at=on(18), force=True)
    session.flush()
    with counted(session) as statements:
        climb(session, at=on(19))
    reads = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert len(reads) <= 30
