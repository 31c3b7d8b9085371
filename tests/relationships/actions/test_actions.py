"""Joint actions: asked, done, dropped, reopened, more time; who may what, and what a contact sees."""

from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.actions import queries, service
from auditapp.relationships.actions.rules import STEPS, ActionStatus, ActionVerb, standing
from auditapp.relationships.rules import Sharing
from tests.factories import make_contact, make_person, make_relationship

S, V = ActionStatus, ActionVerb
TODAY = date(2026, 5, 4)


def build(session):
    found = make_relationship(session, ref="R-01")
    return SimpleNamespace(
        found=found,
        kim=make_person(session, name="Kim", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)]),
        oona=make_person(session, Role.ACTION_OWNER, name="Oona"),
        wes=make_contact(session, found, name="Wes"),
        viewer=make_person(session, Role.VIEWER),
    )


@pytest.fixture
def world(session):
    return build(session)


def add(session, world, **more):
    values = {
        "actor": world.kim, "title": "Send the drawings", "owner_id": world.oona.person_id,
        "due_on": TODAY, "sharing": Sharing.INTERNAL,
    }  # fmt: skip
    made = service.add_action(session, at=now(), relationship_id=world.found.id, **(values | more))
    session.flush()
    return made


@pytest.mark.parametrize(("status", "verb"), list(product(S, V)))
def test_every_step_and_no_other(status, verb):
    open_verbs = {V.FINISH, V.DROP, V.CHANGE, V.ASK}
    assert ((status, verb) in STEPS) == (verb in (open_verbs if status is S.OPEN else {V.REOPEN}))


@pytest.mark.parametrize(
    ("status", "days", "tone"),
    [
        (S.OPEN, -1, "overdue"),
        (S.OPEN, 3, "attention"),
        (S.OPEN, 30, "on_track"),
        (S.DONE, -9, "done"),
        (S.NOT_NEEDED, -9, "quiet"),
    ],
)
def test_how_it_stands(status, days, tone):
    assert standing(status, TODAY + timedelta(days=days), TODAY)[1] == tone


def test_what_a_contact_is_to_do_or_asks_for_is_shared(session, world):
    assert add(session, world).sharing is Sharing.INTERNAL
    assert add(session, world, owner_id=world.wes.person_id).sharing is Sharing.SHARED
    theirs = add(session, world, actor=world.wes)
    assert (theirs.sharing, theirs.party_id) == (Sharing.SHARED, world.wes.partner_id)


def test_a_contact_sees_the_shared_ones_of_their_relationship(session, world):
    internal, shared = add(session, world), add(session, world, sharing=Sharing.SHARED)
    stranger = make_contact(session, make_relationship(session))
    assert queries.action_by_ref(session, world.wes, shared.ref) is shared
    for who, one in ((world.wes, internal), (stranger, shared)):
        with pytest.raises(NotFound):
            queries.action_by_ref(session, who, one.ref)
    assert queries.list_actions(session, world.wes, today=TODAY).total == 1


def test_who_asks(session, world):
    for who in (world.viewer, world.oona):
        with pytest.raises(NotAllowed):
            add(session, world, actor=who)
    other = make_contact(session, make_relationship(session))
    with pytest.raises(Invalid):
        add(session, world, owner_id=other.person_id)


def test_done_by_its_owner_once(session, world):
    action = add(session, world)
    same = {"at": now(), "action": action, "note": "sent on Monday"}
    with pytest.raises(NotAllowed):
        service.finish(session, actor=world.viewer, **same)
    for _ in range(2):
        service.finish(session, actor=world.oona, **same)
    assert (action.status, action.settled_note) == (S.DONE, "sent on Monday")
    with pytest.raises(Invalid):
        service.reopen(session, actor=world.kim, at=now(), action=action, reason="")
    service.reopen(session, actor=world.kim, at=now(), action=action, reason="two were missing")
    assert action.status is S.OPEN


def test_dropped_by_who_asked_with_a_reason(session, world):
    action = add(session, world)
    with pytest.raises(NotAllowed):
        service.drop(session, actor=world.oona, at=now(), action=action, reason="x")
    with pytest.raises(Invalid):
        service.drop(session, actor=world.kim, at=now(), action=action, reason=" ")
    service.drop(session, actor=world.kim, at=now(), action=action, reason="bought instead")
    with pytest.raises(Refusal):
        service.finish(session, actor=world.oona, at=now(), action=action, note="")


def test_more_time_is_asked_for_and_answered_by_somebody_else(session, world):
    action = add(session, world)
    later = TODAY + timedelta(days=10)
    ask = {"at": now(), "action": action, "reason": "the printer broke"}
    with pytest.raises(NotAllowed):
        service.ask_for_time(session, actor=world.kim, until=later, **ask)
    with pytest.raises(Invalid):
        service.ask_for_time(session, actor=world.oona, until=TODAY, **ask)
    service.ask_for_time(session, actor=world.oona, until=later, **ask)
    with pytest.raises(NotAllowed):
        service.answer_time(session, actor=world.oona, at=now(), action=action, granted=True, note="")
    with pytest.raises(Invalid):
        service.answer_time(session, actor=world.kim, at=now(), action=action, granted=False, note="")
    service.answer_time(session, actor=world.kim, at=now(), action=action, granted=True, note="")
    assert (action.due_on, action.wanted_on) == (later, None)


def test_a_change_that_is_stale_is_refused(session, world):
    action = add(session, world)
    values = {
        "title": "x", "text": "", "owner_id": world.oona.person_id, "due_on": TODAY, "sharing": Sharing.INTERNAL,
    }  # fmt: skip
    with pytest.raises(Stale):
        service.change(session, actor=world.kim, at=now(), action=action, version=0, **values)
    service.change(session, actor=world.kim, at=now(), action=action, version=action.version, **values)
    assert action.title == "x"


def test_words_on_an_internal_action_stay_internal(session, world):
    action = add(session, world)
    made = service.say(session, actor=world.kim, at=now(), action=action, text="ours", sharing=Sharing.SHARED)
    assert made.sharing is Sharing.INTERNAL


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_pages_of_both_sides(app, client_of, unit):
    world = unit(build)
    unit(lambda s: add(s, world, title="Ours alone"))
    kim, wes = client_of(world.kim), client_of(world.wes)
    answer = kim.post(
        "/relationships/R-01/actions/new",
        data={
            "title": "Send the list",
            "owner": str(world.wes.person_id),
            "due_on": "2026-05-04",
            "sharing": "internal",
        },
    )
    address = answer.location
    page = wes.get("/relationships/R-01/actions").get_data(as_text=True)
    assert "Send the list" in page
    assert "Ours alone" not in page
    assert "You owe this" in wes.get(address).get_data(as_text=True)
    wes.post(f"{address}/time", data={"until": "2026-06-01", "reason": "holidays"})
    kim.post(f"{address}/time/answer", data={"answer": "grant", "note": ""})
    assert "1 June 2026" in wes.get(address).get_data(as_text=True)
    wes.post(f"{address}/done", data={"note": "sent"})
    assert "Done" in kim.get(address).get_data(as_text=True)
    bad = kim.post(
        "/relationships/R-01/actions/new",
        data={"title": "Kept", "owner": "", "due_on": "", "sharing": "internal"},
    )
    assert bad.status_code == 422
    assert "Kept" in bad.get_data(as_text=True)

    def statements():
        seen = []
        with app.app_context():
            engine = app.extensions["sqlalchemy"].engine

        def count(*_):
            seen.append(1)

        sa.event.listen(engine, "before_cursor_execute", count)
        kim.get("/relationships/R-01/actions")
        sa.event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    few = statements()
    unit(lambda s: [add(s, world) for _ in range(30)])
    assert statements() == few
