"""Meetings: planned, held, minutes agreed by each party; what recurs moves on; what a contact sees and says."""

from datetime import datetime, timedelta
from itertools import product
from types import SimpleNamespace

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.meetings import queries, service
from auditapp.relationships.meetings.rules import STEPS, MeetingKind, MeetingStatus, MeetingVerb
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.rules import MemberRole, Sharing
from tests.factories import make_contact, make_person, make_relationship

S, V = MeetingStatus, MeetingVerb
TABLE = {
    S.PLANNED: {V.CHANGE, V.HOLD, V.CANCEL},
    S.HELD: {V.WRITE, V.SUBMIT},
    S.SUBMITTED: {V.AGREE, V.COMPLETE, V.OBJECT},
    S.AGREED: set(),
    S.CANCELLED: set(),
}


@pytest.mark.parametrize(("status", "verb"), list(product(S, V)))
def test_every_step_and_no_other(status, verb):
    assert ((status, verb) in STEPS) == (verb in TABLE[status])


def build(session):
    found = make_relationship(session, ref="R-01")
    kim = make_person(session, name="Kim", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])
    tom = make_person(session, name="Tom")
    session.add(
        RelationshipMember(
            relationship_id=found.id, person_id=tom.person_id, role=MemberRole.JOINT_TEAM, added_at=now()
        )
    )
    wes = make_contact(session, found, name="Wes")
    return SimpleNamespace(found=found, kim=kim, tom=tom, wes=wes, viewer=make_person(session, Role.VIEWER))


@pytest.fixture
def world(session):
    return build(session)


def plan(session, world, **more):
    values = {
        "actor": world.kim, "kind": MeetingKind.JOINT_TEAM, "title": "Joint team", "place": "", "agenda": "- one",
        "starts_at": datetime(2026, 3, 29, 9, 0), "zone": "Europe/London", "sharing": Sharing.SHARED,  # noqa: DTZ001 - by the clocks there
        "invited": [world.tom.person_id, world.wes.person_id],
    }  # fmt: skip
    made = service.plan_meeting(session, at=now(), relationship_id=world.found.id, **(values | more))
    session.flush()
    return made


def held(session, world, **more):
    meeting = plan(session, world, **more)
    service.hold(session, actor=world.kim, at=now(), meeting=meeting, present=[world.tom.person_id], also="")
    return meeting


def test_a_time_is_what_the_clocks_there_show(session, world):
    meeting = plan(session, world)
    assert meeting.starts_at.utcoffset() is not None
    assert (
        meeting.starts_at.astimezone().timestamp()
        == datetime.fromisoformat("2026-03-29T08:00:00+00:00").timestamp()
    )


def test_who_keeps_meetings(session, world):
    plan(session, world, actor=world.tom)
    for who in (world.viewer, world.wes):
        with pytest.raises(NotAllowed):
            plan(session, world, actor=who)


def test_held_moves_on_what_recurs_from_the_intended_day(session, world):
    obligations.begin(
        session,
        at=now(),
        key="joint_team_meeting",
        subject=world.found.id,
        anchor_on=datetime(2026, 2, 20).date(),  # noqa: DTZ001
    )
    held(session, world)
    assert open_one(session, "joint_team_meeting", world.found.id).intended_on.isoformat() == "2026-04-20"


def test_a_meeting_to_come_is_not_held(session, world):
    meeting = plan(session, world, starts_at=now() + timedelta(days=9))
    with pytest.raises(Invalid):
        service.hold(
            session, actor=world.kim, at=now(), meeting=meeting, present=[world.tom.person_id], also=""
        )


def test_moving_and_cancelling_ask_why(session, world):
    meeting = plan(session, world)
    values = {
        "title": "x", "starts_at": datetime(2026, 4, 1, 9, 0), "zone": "Europe/London", "place": "", "agenda": "",  # noqa: DTZ001
        "sharing": Sharing.SHARED, "invited": [],
    }  # fmt: skip
    with pytest.raises(Stale):
        service.change_meeting(
            session, actor=world.kim, at=now(), meeting=meeting, version=0, reason="", **values
        )
    with pytest.raises(Invalid):
        service.change_meeting(
            session, actor=world.kim, at=now(), meeting=meeting, version=meeting.version, reason="", **values
        )
    with pytest.raises(Invalid):
        service.cancel(session, actor=world.kim, at=now(), meeting=meeting, reason="")
    service.cancel(session, actor=world.kim, at=now(), meeting=meeting, reason="strike")
    assert meeting.status is S.CANCELLED


def test_minutes_are_agreed_by_each_party_and_an_objection_sends_them_back(session, world):
    meeting = held(session, world)
    service.write_minutes(
        session, actor=world.kim, at=now(), meeting=meeting, version=meeting.version, text="We met."
    )
    first = service.decide(
        session, actor=world.kim, at=now(), meeting=meeting, text="Share the model", ours="Kim", theirs="Wes"
    )
    service.decide(session, actor=world.kim, at=now(), meeting=meeting, text="Second", ours="", theirs="")
    session.flush()
    service.remove_decision(session, actor=world.kim, at=now(), meeting=meeting, decision_id=first.id)
    third = service.decide(
        session, actor=world.kim, at=now(), meeting=meeting, text="Third", ours="", theirs=""
    )
    assert third.number == 3
    service.submit(session, actor=world.kim, at=now(), meeting=meeting)
    service.agree(session, actor=world.tom, at=now(), meeting=meeting, party_id=None)
    with pytest.raises(NotAllowed):
        service.agree(session, actor=world.wes, at=now(), meeting=meeting, party_id=None)
    with pytest.raises(Invalid):
        service.agree(session, actor=world.kim, at=now(), meeting=meeting, party_id=world.wes.partner_id)
    service.object_to(session, actor=world.wes, at=now(), meeting=meeting, reason="the day is wrong")
    assert meeting.status is S.HELD
    service.submit(session, actor=world.kim, at=now(), meeting=meeting)
    service.agree(session, actor=world.wes, at=now(), meeting=meeting, party_id=world.wes.partner_id)
    assert meeting.status is S.SUBMITTED, "our agreement was to what stood before"
    service.agree(session, actor=world.tom, at=now(), meeting=meeting, party_id=None)
    assert meeting.status is S.AGREED
    with pytest.raises(Refusal):
        service.write_minutes(
            session, actor=world.kim, at=now(), meeting=meeting, version=meeting.version, text="x"
        )


def test_internal_meetings_are_for_us_alone(session, world):
    meeting = held(session, world, sharing=Sharing.INTERNAL)
    with pytest.raises(NotFound):
        queries.meeting_by_ref(session, world.wes, meeting.ref)
    service.submit(session, actor=world.kim, at=now(), meeting=meeting)
    service.agree(session, actor=world.tom, at=now(), meeting=meeting, party_id=None)
    assert meeting.status is S.AGREED


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_pages_from_plan_to_agreed_minutes(client_of, unit):
    world = unit(build)
    kim, wes = client_of(world.kim), client_of(world.wes)
    data = {
        "kind": "joint_team", "title": "Joint team in March", "starts_at": "2026-03-02T09:00", "zone": "Europe/London",
        "place": "", "agenda": "- numbers", "invited": [str(world.tom.person_id)], "sharing": "shared", "reason": "",
    }  # fmt: skip
    address = kim.post("/relationships/R-01/meetings/new", data=data).location
    assert "Joint team in March" in wes.get("/relationships/R-01/meetings").get_data(as_text=True)
    kim.post(f"{address}/hold", data={"present": [str(world.tom.person_id)], "also": ""})
    kim.post(f"{address}/decisions", data={"text": "We share the model", "ours": "", "theirs": ""})
    kim.post(
        f"{address}/actions",
        data={"title": "Send the model", "owner": str(world.wes.person_id), "due_on": "2026-04-01"},
    )
    kim.post(f"{address}/minutes", data={"minutes": "**We met.**", "version": "3"})
    page = kim.get(address).get_data(as_text=True)
    for words in ("We share the model", "Send the model"):
        assert words in page
    kim.post(f"{address}/submit")
    assert (
        wes.post(f"{address}/agree", data={"party": str(world.wes.partner_id), "note": ""}).status_code == 302
    )
    kim.post(f"{address}/agree", data={"party": "", "note": ""})
    assert "Minutes agreed" in wes.get(address).get_data(as_text=True)
    assert wes.get("/relationships/R-01/meetings/new").status_code == 403
    assert wes.post(f"{address}/decisions", data={"text": "x"}).status_code == 403
