"""What recurs, from a conversation: settled by the service of the room, by whoever may there, once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.exits import service as exits
from auditapp.relationships.exits.model import ExitTrigger
from auditapp.relationships.exits.rules.triggers import TriggerState, TriggerVerb
from auditapp.relationships.obligations import service
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.obligations.rules import REGISTER_OF, ROOM_OF, State
from auditapp.relationships.rmp import service as rmp
from auditapp.relationships.rmp.model import PlanReview, PlanTick
from auditapp.relationships.rmp.rules import ReviewOutcome
from bots.deeds.exit_trigger import ExitTriggerTrade
from bots.deeds.obligation import ObligationTrade
from bots.deeds.rules import fields_by_name
from tests.bots.deeds.doing import ONCE, accepted, facts, filled, offered
from tests.factories import make_person
from tests.factories.reminding import make_owed, on
from tests.relationships.exits.conftest import in_force, make_scene
from tests.relationships.rmp.conftest import agree_all, build, write
from tests.statements import counted

TRADE, TRIGGERS = ObligationTrade(), ExitTriggerTrade()
once = pytest.mark.parametrize("app", [ONCE], indirect=True)


def due_of(session, key, subject):
    found = open_one(session, key, subject)
    assert found is not None
    return found


def in_force_plan(session):
    world = build(session)
    write(session, world)
    agree_all(session, world)
    rmp.bring_into_force(session, actor=world.kim, at=now(), plan=world.plan)
    session.flush()
    return world, due_of(session, "rmp_review", world.plan.id)


@once
def test_every_place_is_a_page(app):
    assert {*ROOM_OF.values(), *REGISTER_OF.values()} <= set(app.view_functions)


def test_a_plan_is_reviewed_with_its_outcome_and_the_next_day_counts_on(session):
    world, due = in_force_plan(session)
    thing = TRADE.look(session, world.kim, str(due.id), at=now())
    assert [one.verb for one in thing.deeds] == ["review", "tick", "move", "skip"]
    form = TRADE.form(session, world.kim, str(due.id), "review", at=now())
    fields = fields_by_name(form)
    assert fields["ours"].initial == "Kim Kapok"
    assert fields["theirs"].required
    given = filled(form, {"outcome": ReviewOutcome.CHANGES.value, "changes": "", "theirs": "Wes Willow"})
    with pytest.raises(Invalid) as refused:
        TRADE.do(session, world.kim, str(due.id), "review", given, version=thing.version, at=now())
    assert refused.value.field == "changes"
    given["changes"] = "Name the new manager"
    for _ in range(2):  # the second click finds it kept
        TRADE.do(session, world.kim, str(due.id), "review", given, version=thing.version, at=now())
        session.flush()
    assert session.scalar(sa.select(sa.func.count()).select_from(PlanReview)) == 1
    assert due.state is State.DONE
    following = due_of(session, "rmp_review", world.plan.id)
    assert following.intended_on > due.intended_on
    assert [one[0] for one in facts(session, world.plan.id)][-1] == "rmp.reviewed"
    other = make_person(session, Role.SYSTEM_MANAGER)
    with pytest.raises(Refusal, match="settled already"):
        TRADE.do(session, other, str(due.id), "review", given, version=thing.version, at=now())


@once
def test_a_stage_is_ticked(session):
    world, due = in_force_plan(session)
    form = TRADE.form(session, world.kim, str(due.id), "tick", at=now())
    given = filled(form, {"note": "Nothing had to change"})
    assert given["stage"] == world.found.stage.value
    TRADE.do(session, world.kim, str(due.id), "tick", given, version=None, at=now())
    assert session.scalar(sa.select(PlanTick.stage)) is world.found.stage
    assert due.state is State.OPEN


@once
def test_a_plan_of_both_is_read_by_the_partner_and_settled_by_us(session):
    world, due = in_force_plan(session)
    thing = TRADE.look(session, world.wes, str(due.id), at=now())
    assert [(one.verb, one.endpoint) for one in thing.deeds] == [("open", "rmp.show")]
    assert thing.events == ()
    with pytest.raises(NotFound):
        TRADE.do(session, world.wes, str(due.id), "review", {}, version=None, at=now())
    internal = make_owed(session, due=now().date())
    assert TRADE.look(session, world.wes, str(internal.obligation.id), at=now()) is None
    assert TRADE.look(session, world.ben, "nonsense", at=now()) is None


def test_a_management_review_is_not_ticked_off_and_says_where_its_minutes_are_issued(session):
    at = on(19)
    boss = make_person(session, Role.SYSTEM_MANAGER)
    found = service.begin(
        session, at=at, key="management_review", subject="system", anchor_on=at.date(), first_on=at.date()
    )
    thing = TRADE.look(session, boss, str(found.id), at=at)
    assert [one.verb for one in thing.deeds] == ["place", "move", "skip"]
    assert thing.deeds[0].endpoint == "management_review.index"
    for verb in (
        lambda: TRADE.do(session, boss, str(found.id), "done", {"on": at.date(), "note": "Held"}, version=None, at=at),
        lambda: service.finish(session, actor=boss, at=at, found=found, state=State.DONE, on=at.date(), note="Held"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match="minutes of its meeting are issued"):
            verb()
    assert found.state is State.OPEN


def test_done_skipped_and_moved_as_on_the_page(session):
    at = on(19)
    boss = make_person(session, Role.SYSTEM_MANAGER)
    there, here = (
        service.begin(
            session, at=at, key="policy_review", subject=f"system{number}", anchor_on=at.date(),
            first_on=at.date() - timedelta(days=1),
        )
        for number in range(2)
    )  # fmt: skip
    thing = TRADE.look(session, boss, str(here.id), at=at)
    assert thing.deeds[0].verb == "done"
    assert str(thing.status) == "Overdue"
    move = {"due_on": at.date() + timedelta(days=3), "reason": "The chair is away"}
    TRADE.do(session, boss, str(here.id), "move", move, version=thing.version, at=at)
    TRADE.do(session, boss, str(here.id), "move", move, version=thing.version, at=at)  # it holds already
    session.flush()
    with pytest.raises(Stale):
        TRADE.do(
            session, boss, str(here.id), "done", {"on": at.date(), "note": ""}, version=thing.version, at=at
        )
    given = {"on": at.date(), "note": "Held"}
    version = TRADE.look(session, boss, str(here.id), at=at).version
    done = TRADE.do(session, boss, str(here.id), "done", given, version=version, at=at)
    assert done.then == ("obligation", str(due_of(session, "policy_review", "system1").id))
    service.put_off(session, actor=boss, at=at, found=there, **move)
    service.finish(session, actor=boss, at=at, found=there, state=State.DONE, on=at.date(), note="Held")
    assert facts(session, here.id) == facts(session, there.id)
    again = TRADE.do(session, boss, str(here.id), "done", given, version=version, at=at)
    assert str(again.said) == "This is on record already."
    following = TRADE.look(session, boss, done.then[1], at=at)
    skip = {"note": ""}
    with pytest.raises(Invalid) as refused:
        TRADE.do(session, boss, done.then[1], "skip", skip, version=following.version, at=at)
    assert refused.value.field == "note"


@once
def test_what_is_offered_is_what_is_accepted(session):
    scene = make_scene(session)
    in_force(session, scene)
    trigger = session.scalars(sa.select(ExitTrigger).order_by(ExitTrigger.number)).first()
    watcher = make_person(session, name="Wanda Watcher")
    trigger.watcher_id = watcher.person_id
    session.flush()
    keys = ("exit_review", "continuity_test", "trigger_watch")
    duties = [due_of(session, key, scene.strategy.id) for key in keys]
    owed = make_owed(session, due=now().date())
    good = {
        "verb-1": "confirm",
        "reason": "It is so",
        "due_on": now().date() + timedelta(days=400),
        "sharing": "internal",
    }
    people = [*scene.people.values(), watcher, owed.owner, owed.manager]
    for duty in [*duties, owed.obligation]:
        for who in people:
            thing = TRADE.look(session, who, str(duty.id), at=now())
            wanted = offered(thing) if thing is not None else set()
            assert wanted == accepted(session, TRADE, who, str(duty.id), at=now(), given=good), (
                duty.key,
                who.name,
            )
    for who in people:
        thing = TRIGGERS.look(session, who, str(trigger.id), at=now())
        wanted = offered(thing) if thing is not None else set()
        assert wanted == accepted(session, TRIGGERS, who, str(trigger.id), at=now(), given={}), who.name


def test_a_round_over_the_triggers(session):
    scene = make_scene(session)
    in_force(session, scene)
    due, manager = due_of(session, "trigger_watch", scene.strategy.id), scene["manager"]
    live = session.scalars(sa.select(ExitTrigger).order_by(ExitTrigger.number)).all()
    thing = TRADE.look(session, manager, str(due.id), at=now())
    form = TRADE.form(session, manager, str(due.id), "watch", at=now())
    assert len(form.fields) == 2 * len(live)
    empty = {one.name: "" for one in form.fields}
    for given, field in ((empty, "verb-1"), (empty | {"verb-2": "trip"}, "note-2")):
        with pytest.raises(Invalid) as refused:
            TRADE.do(session, manager, str(due.id), "watch", given, version=thing.version, at=now())
        assert refused.value.field == field
    given = empty | {"verb-1": "confirm", "verb-2": "watch", "note-2": "They sold a plant"}
    done = TRADE.do(session, manager, str(due.id), "watch", given, version=thing.version, at=now())
    assert str(done.said) == "Triggers checked: 2."
    assert live[1].state is TriggerState.WATCH
    assert [one[0] for one in facts(session, live[1].id)][-1] == "exit.trigger_checked"


@once
def test_one_trigger_by_its_watcher_and_the_decision_to_stay(session):
    scene = make_scene(session)
    in_force(session, scene)
    one, other = session.scalars(sa.select(ExitTrigger).order_by(ExitTrigger.number).limit(2)).all()
    watcher = make_person(session, name="Wanda Watcher")
    one.watcher_id = other.watcher_id = watcher.person_id
    session.flush()
    thing = TRIGGERS.look(session, watcher, str(one.id), at=now())
    assert [deed.verb for deed in thing.deeds] == ["confirm", "watch", "trip"]
    with pytest.raises(Invalid) as refused:
        TRIGGERS.do(session, watcher, str(one.id), "trip", {"note": " "}, version=thing.version, at=now())
    assert refused.value.field == "note"
    at = now()
    for _ in range(2):
        TRIGGERS.do(session, watcher, str(one.id), "trip", {"note": "Sold"}, version=thing.version, at=at)
        session.flush()
    exits.check_trigger(
        session,
        actor=watcher,
        at=at,
        strategy=scene.strategy,
        trigger=other,
        verb=TriggerVerb.TRIP,
        note="Sold",
    )
    assert facts(session, one.id)[-1] == facts(session, other.id)[-1]
    assert one.state is TriggerState.TRIPPED
    with pytest.raises(Stale):
        TRIGGERS.do(session, watcher, str(one.id), "confirm", {}, version=thing.version, at=at)
    with pytest.raises(NotAllowed):
        TRIGGERS.do(session, watcher, str(one.id), "stay", {"reason": "Yes"}, version=None, at=at)
    TRIGGERS.do(session, scene["ser"], str(one.id), "stay", {"reason": "We mend it"}, version=None, at=at)
    assert one.state is TriggerState.WATCH
    assert TRIGGERS.look(session, scene["speaker"], str(one.id), at=at) is None


@once
def test_looking_is_bounded(session):
    world, due = in_force_plan(session)
    scene = make_scene(session)
    in_force(session, scene)
    watch = due_of(session, "trigger_watch", scene.strategy.id)
    for who, ident, most in ((world.kim, due.id, 24), (scene["manager"], watch.id, 24)):
        session.expire_all()
        with counted(session) as said:
            TRADE.look(session, who, str(ident), at=now())
        assert len(said) <= most, len(said)
    assert session.scalar(sa.select(sa.func.count()).select_from(Obligation)) > 0
