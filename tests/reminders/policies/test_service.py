"""Policies are set, taken back, and found: on both databases."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.kit.ids import new_id
from auditapp.overview.history.queries import newest
from auditapp.people.rules import Role
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.policies import queries, service
from auditapp.reminders.policies.rules import Policy, default_policy
from auditapp.reminders.rules import Kind, Severity
from auditapp.trail.model import Fact
from tests.factories import make_person

SLOW = Policy(every_days=9, leads=(1, 5))
FAST = Policy(every_days=1, leads=())


@pytest.fixture
def ada(session):
    return make_person(session, Role.PROGRAMME_MANAGER, name="Ada Programme")


def put(session, actor, policy=SLOW, *, kind=Kind.ACTION, severity=None, version=0):
    return service.set_policy(
        session, actor=actor, at=now(), kind=kind, severity=severity, policy=policy, version=version
    )


def facts(session):
    return session.scalars(
        sa.select(Fact).where(Fact.thing_kind == "reminder_policy").order_by(Fact.seq)
    ).all()


def a_run(session, policy, *, kind=Kind.ACTION, severity=Severity.NORMAL, **more):
    session.add(
        ReminderRun(
            item_key=f"x:{new_id()}", due_version="1", kind=kind, severity=severity, ref="A-1", title="A",
            due_on=now().date(), due_at=None, relationship_id=None, owners=[], policy=policy.to_json(), started_at=now(), **more,
        )
    )  # fmt: skip
    session.flush()


def test_what_nobody_changed_is_as_suggested(session):
    holds = queries.policies(session)
    for kind in Kind:
        for severity in Severity:
            assert holds(kind, severity) == default_policy(kind, severity)


def test_a_policy_holds_for_its_kind_until_a_severity_has_its_own(session, ada):
    put(session, ada)
    put(session, ada, FAST, severity=Severity.CRITICAL)
    holds = queries.policies(session)
    assert holds(Kind.ACTION, Severity.NORMAL) == replace(SLOW, leads=(5, 1))
    assert holds(Kind.ACTION, Severity.CRITICAL) == FAST
    assert holds(Kind.AUDIT, Severity.CRITICAL) == default_policy(Kind.AUDIT, Severity.CRITICAL)


def test_what_was_changed_is_on_record_before_and_after(session, ada):
    put(session, ada)
    put(session, ada, FAST, version=1)
    service.reset_policy(session, actor=ada, at=now(), kind=Kind.ACTION, severity=None, version=2)
    suggested = default_policy(Kind.ACTION, Severity.NORMAL).to_json()
    said = [(one.verb, one.before, one.after) for one in facts(session)]
    assert [verb for verb, _, _ in said] == [
        "reminder_policy.changed", "reminder_policy.changed", "reminder_policy.reset",
    ]  # fmt: skip
    assert '"every_days":9' in said[0][2]
    assert said[0][1] == said[2][2]
    assert f'"leads":{suggested["leads"]}'.replace(" ", "") in said[0][1]
    sentences = [str(told.sentence) for told in newest(session, thing_id="action", most=9)]
    assert "Ada Programme went back to the suggested policy of reminders: Action." in sentences


def test_saying_the_same_again_is_one_change(session, ada):
    put(session, ada)
    put(session, ada)
    put(session, ada, version=7)
    assert len(facts(session)) == 1


def test_somebody_else_was_faster(session, ada):
    put(session, ada)
    with pytest.raises(Stale):
        put(session, ada, FAST)
    with pytest.raises(Stale):
        service.reset_policy(session, actor=ada, at=now(), kind=Kind.ACTION, severity=None, version=0)
    with pytest.raises(Stale):
        put(session, ada, FAST, severity=Severity.CRITICAL, version=1)


def test_taking_back_what_nobody_changed_is_nothing(session, ada):
    service.reset_policy(session, actor=ada, at=now(), kind=Kind.ACTION, severity=None, version=0)
    assert facts(session) == []


@pytest.mark.parametrize(
    "role", [one for one in Role if one not in {Role.SYSTEM_MANAGER, Role.PROGRAMME_MANAGER}]
)
def test_only_two_roles_decide(session, role):
    who = make_person(session, role)
    with pytest.raises(NotAllowed):
        put(session, who)
    with pytest.raises(NotAllowed):
        service.reset_policy(session, actor=who, at=now(), kind=Kind.ACTION, severity=None, version=0)


def test_what_cannot_be_is_refused(session, ada):
    with pytest.raises(Invalid) as refused:
        put(session, ada, Policy(leads=(400,)))
    assert refused.value.field == "leads"


def test_the_lines_of_the_page_count_what_runs_and_what_runs_under_another_policy(session, ada):
    suggested = default_policy(Kind.ACTION, Severity.NORMAL)
    critical = default_policy(Kind.ACTION, Severity.CRITICAL)
    a_run(session, suggested)
    a_run(session, suggested, severity=Severity.SERIOUS)
    a_run(session, suggested, ended_at=now())
    a_run(session, critical, severity=Severity.CRITICAL)
    a_run(session, suggested, severity=Severity.CRITICAL)

    def count(severity):
        found = queries.line(session, Kind.ACTION, severity)
        return (found.running, found.older)

    assert count(None) == (2, 0)
    assert count(Severity.CRITICAL) == (2, 1)
    put(session, ada)
    assert count(None) == (4, 4)
    assert count(Severity.CRITICAL) == (0, 0)
    put(session, ada, suggested, severity=Severity.CRITICAL)
    assert (count(None), count(Severity.CRITICAL)) == ((2, 2), (2, 1))
    found = queries.line(session, Kind.ACTION, None)
    assert (found.version, found.changed_by) == (1, "Ada Programme")


@pytest.mark.parametrize("runs", [1, 30])
def test_as_many_statements_whatever_runs(session, ada, runs):
    put(session, ada)
    for _ in range(runs):
        a_run(session, SLOW)
    seen = []

    def note(*args):
        seen.append(args[2])

    engine = session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        queries.policies(session)
        assert len(seen) == 1
        queries.lines(session)
        assert len(seen) == 3
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
