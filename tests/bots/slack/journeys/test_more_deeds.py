"""What else is answered in Slack, each once by real clicks: reminders, audits, exit triggers, reviews, issues, extensions."""

from datetime import timedelta

import pytest

from auditapp.audits.model import Audit
from auditapp.audits.plan.service import send_plan
from auditapp.audits.rules import AuditStatus
from auditapp.findings.model import Action
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.db import current_session
from auditapp.relationships.exits.model import ExitTrigger
from auditapp.relationships.exits.rules.triggers import TriggerState
from auditapp.relationships.issues.model import Issue, IssueStay
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.obligations.rules import State
from auditapp.relationships.rmp import service as rmp
from auditapp.relationships.rmp.model import PlanReview
from auditapp.relationships.rmp.rules import ReviewOutcome
from auditapp.reminders.ladder.model import ReminderRun
from tests.factories import make_person
from tests.factories.audits import make_audit, make_auditor
from tests.factories.nonconformities import Cast, make_case
from tests.relationships.exits.conftest import in_force, make_scene
from tests.relationships.issues.conftest import make_cast
from tests.relationships.rmp.conftest import agree_all, build, write


@pytest.fixture
def case(world):
    def make():
        session = current_session()
        cast = Cast(session)
        _, action, _ = make_case(session, cast, NcStatus.IMPLEMENTING, actions=ActionStatus.IN_PROGRESS)
        action.due_on = world.watch.at.date()
        session.flush()
        cast.action_id, cast.ref = action.id, action.ref
        return cast

    made = world.write(make)
    for one in ("owner", "verifier", "manager"):
        world.join(one, made.id_of(one))
    return made


def run_of(world, case):
    return world.read(lambda s: s.query(ReminderRun).filter_by(item_key=f"action:{case.action_id}").one())


@pytest.mark.parametrize(
    ("verb", "label", "state"),
    [("not_mine", "Not mine", ""), ("blocked", "waiting", ""), ("snooze", "later", "snoozed")],
)
def test_a_reminder_is_answered_on_its_card(world, case, verb, label, state):
    world.next_morning()
    before = run_of(world, case)
    card = world.card("owner", case.ref)
    thing, said = world.label("owner", "reminder", before.id, verb)
    assert thing == case.ref
    assert world._press(world["owner"], card, said) or world._behind(world["owner"], card, said)
    world.settle()
    view = world["owner"].views()[-1]
    given = {"reason": "It is the gatekeeper's."}
    if verb == "blocked":
        given["to_person_id"] = str(case.id_of("verifier"))
    assert world["owner"].submit(view, given).ok, view.body
    world.settle()
    world.run()
    after = run_of(world, case)
    assert after.generation > before.generation
    assert world.doubles() == []
    if verb == "blocked":
        world.watch.go(minutes=10)
        world.run()
        assert any(case.ref in one for one in world.told("verifier")), "they are told at once"


def test_an_extension_is_decided_with_its_impact_shown(world, case):
    world.next_morning()
    wanted = world.watch.at.date() + timedelta(days=10)
    world.deed(
        "owner", "action", case.action_id, "ask_extension", wanted_on=wanted.isoformat(), reason="Snow.",
        impact="The gate stays open at night.",
    )  # fmt: skip
    world.next_morning()
    card = world.card("verifier", case.ref)
    assert card is not None, world.told("verifier")
    _, label = world.label("verifier", "action", case.action_id, "decide")
    assert world._press(world["verifier"], card, label)
    world.settle()
    view = world["verifier"].views()[-1]
    assert "The gate stays open at night." in str(view.body)
    assert "Snow." in str(view.body)
    given = world._given(
        view, {"granted": "yes", "due_on": wanted.isoformat(), "decision": "So be it."}, None
    )
    assert world["verifier"].submit(view, given).ok
    world.settle()
    assert world.read(lambda s: s.get(Action, case.action_id).due_on) == wanted


def test_exit_triggers_are_watched_from_their_card(world):
    def make():
        session = current_session()
        scene = make_scene(session)
        in_force(session, scene)
        due = open_one(session, "trigger_watch", scene.strategy.id)
        due.due_on = due.intended_on = world.watch.at.date()
        session.flush()
        rows = (
            session.query(ExitTrigger).filter_by(strategy_id=scene.strategy.id).order_by(ExitTrigger.number)
        )
        return scene["manager"].person_id, due.id, [one.number for one in rows]

    manager, due_id, numbers = world.write(make)
    world.join("manager", manager)
    world.next_morning()
    first, second, *_ = numbers
    given = {f"verb-{one}": "confirm" for one in numbers}
    given |= {f"verb-{first}": "watch", f"verb-{second}": "trip"}
    given |= {f"note-{one}": "Seen in the news." for one in (first, second)}
    world.deed("manager", "obligation", due_id, "watch", **given)
    states = world.read(lambda s: {one.number: one.state for one in s.query(ExitTrigger)})
    assert (states[first], states[second]) == (TriggerState.WATCH, TriggerState.TRIPPED)
    assert set(list(states.values())[2:]) <= {TriggerState.QUIET}
    assert world.read(lambda s: s.get(Obligation, due_id).state) is State.DONE


def test_a_plan_is_reviewed_an_audit_agreed_to_and_an_issue_moved_up(world):
    def make():
        session, at = current_session(), world.watch.now()
        plan = build(session)
        write(session, plan)
        agree_all(session, plan)
        rmp.bring_into_force(session, actor=plan.kim, at=at, plan=plan.plan)
        session.flush()
        due = open_one(session, "rmp_review", plan.plan.id)
        due.due_on, due.owner_id = world.watch.at.date(), plan.kim.person_id
        leader, ari = make_auditor(session, name="Lena Leader"), make_person(session, name="Ari Auditee")
        audit = make_audit(session, leader=leader, auditees=[ari])
        send_plan(session, actor=leader, at=at, audit=audit)
        cast = make_cast(session)
        issue = cast.raised(session, at=at)
        session.flush()
        return (
            plan.kim.person_id, open_one(session, "rmp_review", plan.plan.id).id, ari.person_id, audit.id,
            cast.manager.person_id, issue.id,
        )  # fmt: skip

    kim, due_id, ari, audit_id, mia, issue_id = world.write(make)
    for name, person_id in (("kim", kim), ("ari", ari), ("mia", mia)):
        world.join(name, person_id)
    world.next_morning()
    world.deed(
        "kim", "obligation", due_id, "review", outcome=ReviewOutcome.CONFIRMED.value, theirs="Wes Willow"
    )
    assert world.read(lambda s: s.get(Obligation, due_id).state) is State.DONE
    assert world.read(lambda s: s.query(PlanReview).count()) == 1
    world.deed("ari", "audit", audit_id, "agree")
    assert world.read(lambda s: s.get(Audit, audit_id).status) is AuditStatus.SCHEDULED
    world.deed("mia", "issue", issue_id, "move_up", reason="It takes too long.")
    assert world.read(lambda s: s.query(IssueStay).filter_by(issue_id=issue_id).count()) == 2
    assert world.read(lambda s: s.get(Issue, issue_id).ref)
