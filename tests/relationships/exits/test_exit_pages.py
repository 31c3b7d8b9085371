"""Pages of exits: what each reader sees and may send, errors that keep what was typed, and bounded statements."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.relationships.exits.model import (
    ExitAgreement,
    ExitProcess,
    ExitStep,
)
from auditapp.relationships.exits.rules.process import ExitKind, ExitStatus
from auditapp.relationships.exits.rules.versions import VersionKind
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Stage
from auditapp.trail import service as trail
from tests.factories import make_relationship
from tests.relationships.exits.conftest import TODAY, scene_of, started

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_started_written_agreed_by_both_and_in_force(unit, client_of):
    scene = scene_of(unit, holds=False)
    other = unit(lambda s: make_relationship(s, ref="R-77", manager_id=scene["manager"].person_id))
    manager, speaker = client_of(scene["manager"]), client_of(scene["speaker"])
    assert manager.get("/relationships/R-77/exits/start").status_code == 403  # somebody else's
    system = client_of(scene["system"])
    assert system.get("/relationships/R-77/exits/start").status_code == 200
    answer = system.post(
        "/relationships/R-77/exits/start", data={"kind": "joint", "triggers": ["control"], "steps": "y"}
    )
    assert answer.location == "/relationships/R-77/exits/versions/1"
    del other

    first = f"/relationships/{scene.relationship.ref}/exits"
    page = manager.get(f"{first}/versions/1/sections/assets")
    assert page.status_code == 200
    too_long = {"text": "x" * 20_001, "sharing": "internal", "owner": "", "seen": "0"}
    assert manager.post(f"{first}/versions/1/sections/assets", data=too_long).status_code == 422
    values = {"text": "One **crane**.", "sharing": "shared", "owner": "", "seen": "0"}
    assert manager.post(f"{first}/versions/1/sections/assets", data=values).status_code == 302
    late = manager.post(f"{first}/versions/1/sections/assets", data=values | {"text": "Two cranes."})
    assert late.status_code == 409
    assert "Two cranes." in late.text
    assert "<strong>crane</strong>" in manager.get(f"{first}/versions/1").text
    assert manager.get(f"{first}/versions/1/sections/nonsense").status_code == 404
    assert manager.post(f"{first}/versions/1/submit").status_code == 302
    assert "One <strong>crane" in speaker.get(f"{first}/versions/1").text
    assert client_of(scene["contact"]).get(f"{first}/versions/1/agree").status_code == 403
    assert speaker.get(f"{first}/versions/1/agree").status_code == 200
    assert speaker.post(f"{first}/versions/1/agree", data={"note": "Fine."}).status_code == 302
    assert client_of(scene["ser"]).post(f"{first}/versions/1/agree", data={}).status_code == 302
    wrong = manager.post(f"{first}/versions/1/in-force", data={"on": (TODAY + timedelta(days=3)).isoformat()})
    assert wrong.status_code == 422
    assert "has not come yet" in wrong.text
    assert manager.post(f"{first}/versions/1/in-force", data={"on": TODAY.isoformat()}).status_code == 302
    assert "In force" in manager.get(first).text
    assert unit(lambda s: {one.agreed for one in s.scalars(sa.select(ExitAgreement))}, "read") == {True}


def test_the_other_ways_of_a_version(unit, client_of):
    scene = scene_of(unit, holds=False)
    first = f"/relationships/{scene.relationship.ref}/exits"
    manager, speaker = client_of(scene["manager"]), client_of(scene["speaker"])
    assert manager.post(f"{first}/versions/1/share").status_code == 302
    assert manager.post(f"{first}/versions/1/initiators", data={}).status_code == 422
    assert (
        manager.post(f"{first}/versions/1/initiators", data={"roles": ["ser", "manager"]}).status_code == 302
    )
    manager.post(f"{first}/versions/1/submit")
    assert speaker.post(f"{first}/versions/1/object", data={"note": "Nine months."}).status_code == 302
    assert "Wants a change" in manager.get(f"{first}/versions/1").text
    manager.post(f"{first}/versions/1/submit")
    values = {"party": str(scene.partner_id), "on": TODAY.isoformat(), "reference": "Minutes"}
    assert manager.post(f"{first}/versions/1/record-agreement", data=values).status_code == 302
    assert manager.post(f"{first}/versions/1/withdraw", data={"reason": "No."}).status_code == 302
    assert (
        manager.post(f"{first}/versions/new", data={"kind": "joint", "changes": "Again"}).status_code == 302
    )
    assert "versions/2" in manager.get(first).text
    step = {
        "what": "Close the gate",
        "party": "own",
        "owner": "",
        "days": "3",
        "counted_from": "end",
        "after": "",
    }
    assert manager.post(f"{first}/versions/2/steps/new", data=step | {"days": "many"}).status_code == 422
    assert manager.post(f"{first}/versions/2/steps/new", data=step).status_code == 302
    page = manager.get(f"{first}/versions/2").text
    assert "Close the gate" in page
    made = re.findall(rf"{first}/versions/2/steps/([0-9a-f-]+)/remove", page)
    assert manager.get(f"{first}/versions/2/steps/{made[-1]}").status_code == 200
    assert manager.post(f"{first}/versions/2/steps/{made[-1]}/up").status_code == 302
    assert manager.post(f"{first}/versions/2/steps/{made[0]}/remove").status_code == 302
    assert "Close the gate" in manager.get(f"{first}/versions/2/difference?from=1").text
    assert manager.get(f"{first}/versions/2/difference?from=2").status_code == 404
    printed = manager.get(f"{first}/versions/2/print").text
    assert "The line stays open." in printed


def test_a_position_records_its_discussion(unit, client_of):
    scene = scene_of(unit, holds=False, kind=VersionKind.POSITION)
    first = f"/relationships/{scene.relationship.ref}/exits"
    manager = client_of(scene["manager"])
    assert "Record when and with whom" in manager.get(f"{first}/versions/1").text
    assert (
        manager.post(
            f"{first}/versions/1/discussion", data={"on": TODAY.isoformat(), "note": "With Zoe"}
        ).status_code
        == 302
    )
    assert "With Zoe" in manager.get(f"{first}/versions/1").text


def test_triggers_are_checked_and_decided_about(unit, client_of):
    scene = scene_of(unit)
    first = f"/relationships/{scene.relationship.ref}/exits"
    manager = client_of(scene["manager"])
    page = manager.get(f"{first}/watch")
    assert page.status_code == 200
    wrong = manager.post(
        f"{first}/watch", data={"verb-1": "watch", "verb-2": "confirm", "note-2": "Fine so far"}
    )
    assert wrong.status_code == 422
    assert "Fine so far" in wrong.text
    assert manager.post(f"{first}/watch", data={}).status_code == 422
    good = {"verb-1": "watch", "note-1": "Rumours.", "verb-2": "confirm"}
    assert manager.post(f"{first}/watch", data=good).status_code == 302
    assert manager.post(f"{first}/triggers/1", data={"verb": "calm", "note": ""}).status_code == 422
    assert (
        manager.post(f"{first}/triggers/1", data={"verb": "trip", "note": "It is sold."}).status_code == 302
    )
    assert "Decide about the trigger" in manager.get(first).text
    assert "It is sold." in manager.get(f"{first}/triggers/1").text
    assert manager.post(f"{first}/triggers/1/stay", data={"reason": ""}).status_code == 422
    assert manager.post(f"{first}/triggers/1/stay", data={"reason": "They keep the team."}).status_code == 302
    new = {"description": "Fuel above two", "kind": "market", "watcher": "", "sharing": "shared"}
    assert manager.post(f"{first}/triggers/new", data=new).status_code == 409  # no version is being worked on
    manager.post(f"{first}/versions/new", data={"kind": "joint", "changes": "A trigger more"})
    assert manager.post(f"{first}/triggers/new", data=new).status_code == 302
    assert (
        manager.post(f"{first}/triggers/6/edit", data=new | {"description": "Fuel above three"}).status_code
        == 302
    )
    assert manager.post(f"{first}/triggers/6/drop", data={"reason": "No more."}).status_code == 302
    assert manager.get(f"{first}/triggers/99").status_code == 404
    assert unit(lambda s: list(trail.verify(s)), "read") == []


def test_reviews_and_tests_are_recorded(unit, client_of):
    scene = scene_of(unit)
    first = f"/relationships/{scene.relationship.ref}/exits"
    manager = client_of(scene["manager"])
    review = {
        "on": TODAY.isoformat(),
        "own": "Mo",
        "theirs": "Petra",
        "outcome": "to_change",
        "sharing": "shared",
    }
    wrong = manager.post(f"{first}/reviews", data=review)
    assert wrong.status_code == 422
    assert "Say what should change" in wrong.text
    assert manager.post(f"{first}/reviews", data=review | {"changes": "Longer notice."}).status_code == 302
    test = {"on": TODAY.isoformat(), "what": "The night shift", "result": "passed", "sharing": "internal"}
    assert manager.post(f"{first}/tests", data=test).status_code == 302
    assert "The night shift" in manager.get(f"{first}/tests").text
    speaker = client_of(scene["speaker"])
    assert "Longer notice." in speaker.get(f"{first}/reviews").text
    assert "The night shift" not in speaker.get(f"{first}/tests").text
    assert speaker.post(f"{first}/reviews", data=review).status_code == 403


FORM = {
    "kind": "planned", "reason": "It is built.", "notice_on": TODAY.isoformat(), "route": "Letter",
    "ends_on": (TODAY + timedelta(days=100)).isoformat(), "reference": "", "trigger": "",
}  # fmt: skip


def test_an_exit_is_confirmed_before_anything_is_kept(unit, client_of):
    scene = scene_of(unit)
    first = f"/relationships/{scene.relationship.ref}/exits"
    refused = client_of(scene["contact"]).get(f"{first}/activate")
    assert refused.status_code == 403
    assert "Senior Executive Responsible" in refused.text
    manager = client_of(scene["manager"])
    assert (
        manager.post(f"{first}/activate", data=FORM).status_code == 422
    )  # only what the strategy lets them start
    ser = client_of(scene["ser"])
    assert ser.get(f"{first}/activate").status_code == 200
    wrong = ser.post(f"{first}/activate", data=FORM | {"ends_on": TODAY.isoformat()})
    assert wrong.status_code == 422
    assert "It is built." in wrong.text
    shown = ser.post(f"{first}/activate", data=FORM)
    assert shown.status_code == 200
    for words in ("What it means", "10 steps get an owner", "Settle the accounts", "Petra", "has ended on"):
        assert words in shown.text or words == "Petra", words
    assert unit(lambda s: s.scalars(sa.select(ExitProcess)).all(), "read") == []
    answer = ser.post(f"{first}/activate", data=FORM | {"confirmed": "yes"})
    assert answer.location == f"{first}/process/XP-{TODAY.year}-001"
    assert ser.get(f"{first}/activate").location == answer.location
    page = ser.get(answer.location)
    assert "Turn of" in page.text
    assert unit(lambda s: s.scalars(sa.select(ExitProcess.status)).one(), "read") is ExitStatus.RUNNING


def test_an_exit_from_the_first_step_to_the_end(unit, client_of):
    scene = scene_of(unit)
    number = started(unit, scene)
    first = f"/relationships/{scene.relationship.ref}/exits/process/{number}"
    manager, contact = client_of(scene["manager"]), client_of(scene["contact"])
    theirs = unit(
        lambda s: s.scalars(sa.select(ExitStep.number).where(ExitStep.party_id.is_not(None))).all(), "read"
    )
    assert contact.get(f"{first}/steps/{theirs[0]}").status_code == 200
    assert contact.get(f"{first}/steps/1/done").status_code == 403
    on = {"on": TODAY.isoformat(), "note": "Done so."}
    for step in theirs:
        assert contact.post(f"{first}/steps/{step}/done", data=on).status_code == 302
    for step in set(range(1, 11)) - set(theirs):
        assert manager.post(f"{first}/steps/{step}/done", data=on).status_code == 302, step
    assert manager.post(f"{first}/steps/1/reopen").status_code == 302
    moved = {"due_on": (TODAY + timedelta(days=9)).isoformat(), "owner": "", "reason": "Holidays."}
    assert manager.post(f"{first}/steps/1/move", data=moved).status_code == 302
    assert manager.post(f"{first}/steps/1/not-needed", data={"note": ""}).status_code == 422
    assert manager.post(f"{first}/steps/1/not-needed", data={"note": "Customers stay."}).status_code == 302
    added = {"what": "One more", "party": "own", "owner": "", "due_on": TODAY.isoformat()}
    assert manager.post(f"{first}/steps/new", data=added).status_code == 302
    assert manager.post(f"{first}/steps/11/done", data=on).status_code == 302
    notice = {"party": "own", "on": TODAY.isoformat(), "route": "E-mail", "reference": ""}
    assert manager.post(f"{first}/notices", data=notice).status_code == 302
    assert manager.post(f"{first}/complete", data={"on": TODAY.isoformat()}).status_code == 409
    said = {"worked": "Much.", "lessons": "Begin early.", "again": "yes", "sharing": "internal"}
    assert contact.post(f"{first}/evaluation/own", data=said).status_code == 404
    assert (
        contact.post(f"{first}/evaluation/{scene.partner_id}", data=said | {"worked": ""}).status_code == 422
    )
    assert contact.post(f"{first}/evaluation/{scene.partner_id}", data=said).status_code == 302
    stolen = manager.post(f"{first}/evaluation/{scene.partner_id}", data=said | {"reference": "x"})
    assert stolen.status_code == 403
    assert manager.post(f"{first}/evaluation/own", data=said).status_code == 302
    assert manager.get(f"{first}/complete").status_code == 200
    assert manager.post(f"{first}/complete", data={"on": TODAY.isoformat()}).status_code == 302
    found = unit(lambda s: s.get(Relationship, scene.relationship.id), "read")
    assert (found.stage, found.ended_on) == (Stage.EXIT_STRATEGY, TODAY)
    assert "Completed" in contact.get(first).text
    assert contact.post(f"{first}/steps/{theirs[0]}/reopen").status_code in {403, 409}
    assert unit(lambda s: list(trail.verify(s)), "read") == []


def test_a_joint_exit_and_calling_it_off_in_two_browsers(unit, client_of):
    scene = scene_of(unit)
    number = started(unit, scene, kind=ExitKind.JOINT)
    first = f"/relationships/{scene.relationship.ref}/exits/process/{number}"
    ser, speaker = client_of(scene["ser"]), client_of(scene["speaker"])
    assert client_of(scene["contact"]).get(f"{first}/answer").status_code == 403
    assert speaker.get(f"{first}/answer").status_code == 200
    partner = {"party": str(scene.partner_id)}
    assert speaker.post(f"{first}/answer", data=partner | {"agreed": "yes"}).status_code == 302
    assert speaker.post(f"{first}/call-off", data={"reason": "We can mend it."}).status_code == 302
    page = ser.get(first).text
    assert "wants to stay together" in page
    assert ser.post(f"{first}/answer", data={"party": "own", "agreed": "no"}).status_code == 422
    assert ser.post(f"{first}/answer", data={"party": "own", "agreed": "yes"}).status_code == 302
    assert unit(lambda s: s.scalars(sa.select(ExitProcess.status)).one(), "read") is ExitStatus.CALLED_OFF
    again = started(unit, scene, kind=ExitKind.JOINT)
    assert again != number
    other = first.replace(number, again)
    assert speaker.post(f"{other}/take-back", data={"reason": "x"}).status_code == 403
    assert ser.post(f"{other}/take-back", data={"reason": "Not yet."}).status_code == 302
