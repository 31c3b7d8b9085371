"""Pages of exits: what each reader sees and may send, errors that keep what was typed, and bounded statements."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import (
    ExitAgreement,
    ExitProcess,
    ExitReview,
    ExitStep,
    ExitStrategy,
    ExitTest,
    ExitTrigger,
    ExitTriggerCheck,
    ExitVersion,
)
from auditapp.relationships.exits.queries.base import roles_held
from auditapp.relationships.exits.rules.content import Section
from auditapp.relationships.exits.rules.process import ExitKind, ExitStatus
from auditapp.relationships.exits.rules.reviews import PlanResult, ReviewOutcome
from auditapp.relationships.exits.rules.triggers import TriggerKind, TriggerState, TriggerVerb
from auditapp.relationships.exits.rules.versions import VersionKind, VersionStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing, Stage
from auditapp.trail import service as trail
from tests.factories import make_contact, make_person, make_relationship
from tests.relationships.exits.conftest import in_force, make_scene

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
TODAY = now().date()
SECRETS = (
    "forty people lose",  # an internal section
    "a rumour about their bank",  # an internal trigger
    "nobody must know",  # a note of a check
    "we were too trusting",  # an internal review
    "the back door was open",  # an internal test
    "never again with them",  # our own evaluation
    "why version two",  # our reason for a draft
)


def scene_of(unit, *, holds=True, **more):
    def make(session):
        scene = make_scene(session, **more)
        if holds:
            in_force(session, scene)
        session.expunge_all()
        return scene

    return unit(make)


def base(session, scene, part="manager"):
    strategy = session.get(ExitStrategy, scene.strategy.id)
    return {"actor": scene[part], "at": now(), "strategy": strategy}


def started(unit, scene, **more):
    """An exit, started by our SER; gives its number."""

    def work(session):
        relationship = session.get(Relationship, scene.relationship.id)
        ser = scene["ser"]
        values = {"kind": ExitKind.PLANNED, "reason": "It is built.", "notice_on": TODAY, "route": "Letter",
                  "ends_on": TODAY + timedelta(days=100)}  # fmt: skip
        return service.activate(
            session, actor=ser, at=now(), relationship=relationship, held=roles_held(session, ser, relationship),
            **(values | more),
        ).ref  # fmt: skip

    return unit(work)


def filled(unit, scene):
    """Everything there can be, with something internal in each of it; gives the number of the exit."""

    def work(session):
        common = base(session, scene)
        version = service.begin_version(session, kind=VersionKind.JOINT, changes="why version two", **common)
        service.write_section(
            session, version=version, key=Section.IMPACT_INTERNAL, text="forty people lose their work",
            sharing=Sharing.INTERNAL, owner_id=None, **common,
        )  # fmt: skip
        trigger = service.add_trigger(
            session,
            kind=TriggerKind.ORGANIZATION,
            description="a rumour about their bank",
            watcher_id=None,
            **common,
        )
        service.check_trigger(
            session, trigger=trigger, verb=TriggerVerb.TRIP, note="nobody must know", **common
        )
        service.record_review(
            session,
            on=TODAY,
            own="Mo",
            theirs="",
            outcome=ReviewOutcome.KEPT,
            changes="we were too trusting",
            **common,
        )
        service.record_test(
            session, on=TODAY, what="the back door was open", result=PlanResult.PASSED, found="", **common
        )
        in_force(
            session,
            type(
                "S",
                (),
                {"__getitem__": lambda _s, k: scene[k], "strategy": common["strategy"], "version": version},
            )(),
        )
        service.begin_version(session, kind=VersionKind.JOINT, changes="why version two, once more", **common)

    unit(work)
    ref = started(unit, scene)

    def evaluate(session):
        process = session.scalars(sa.select(ExitProcess)).one()
        service.evaluate(
            session, actor=scene["manager"], at=now(), relationship=session.get(Relationship, scene.relationship.id),
            process=process, party_id=None, values=service.Evaluated(
                worked="never again with them", lessons="x", value_reached="", future="", again=service.parting.Again.NO
            ),
        )  # fmt: skip

    unit(evaluate)
    return ref


def addresses(browser, first):
    """Every page of this room that can be reached from the first one."""
    seen, queue = {}, [first]
    while queue:
        address = queue.pop()
        if address in seen:
            continue
        answer = browser.get(address)
        seen[address] = answer
        for found in re.findall(r'href="([^"#]+)', answer.text if answer.status_code == 200 else ""):
            link = found.replace("&amp;", "&")
            if re.match(r"/relationships/[^/]+/exits", link) and link not in seen:
                queue.append(link)
    return seen


def test_a_contact_sees_exactly_the_shared_half(unit, client_of):
    scene = scene_of(unit)
    filled(unit, scene)
    first = f"/relationships/{scene.relationship.ref}/exits"
    inside = addresses(client_of(scene["system"]), first)
    text = " ".join(answer.text for answer in inside.values())
    for secret in SECRETS:
        assert secret in text, secret
    assert {answer.status_code for answer in inside.values()} == {200}
    for part in ("speaker", "contact"):
        browser = client_of(scene[part])
        outside = addresses(browser, first)
        assert {answer.status_code for answer in outside.values()} <= {200}, part
        rest = {address: browser.get(address) for address in inside if address not in outside}
        everything = {**outside, **rest}
        for address, answer in everything.items():
            for secret in (*SECRETS, "Mo Manager recorded"):
                assert secret not in answer.text, (part, secret, address)
        shown = " ".join(answer.text for answer in outside.values())
        assert "The line stays open." in shown
        assert "Spare parts." in shown
        assert "Change of control or ownership of a party" in shown
    stranger = client_of(unit(lambda s: make_contact(s, make_relationship(s))))
    assert {stranger.get(address).status_code for address in inside} <= {403, 404}


def test_a_contact_may_send_nothing_of_ours(app, unit, client_of):
    scene = scene_of(unit)
    number = filled(unit, scene)
    browser = client_of(scene["contact"])
    values = {"ref": scene.relationship.ref, "number": number, "key": "assets", "step": 1, "party": "own",
              "step_id": "00000000-0000-0000-0000-000000000001"}  # fmt: skip
    before = unit(lambda s: s.scalar(sa.text("SELECT count(*) FROM trail_fact")), "read")
    tried = 0
    with app.test_request_context():
        adapter = app.create_url_adapter(None)
        for rule in app.url_map.iter_rules():
            if not rule.endpoint.startswith("exits.") or "POST" not in rule.methods:
                continue
            own = {**values, "number": 2 if "versions" in rule.rule or "triggers" in rule.rule else number}
            address = adapter.build(rule.endpoint, {k: own[k] for k in rule.arguments}, method="POST")
            answer = browser.post(
                address, data={"reason": "x", "note": "x", "on": TODAY.isoformat(), "verb": "confirm"}
            )
            wanted = (
                {302} if rule.endpoint == "exits.activate" else {403, 404, 409}
            )  # on to the one under way
            assert answer.status_code in wanted, (rule.endpoint, answer.status_code)
            tried += 1
    assert tried > 30
    assert unit(lambda s: s.scalar(sa.text("SELECT count(*) FROM trail_fact")), "read") == before


def test_before_anything_is_submitted_a_contact_finds_nothing(unit, client_of):
    scene = scene_of(unit, holds=False)
    browser = client_of(scene["speaker"])
    first = f"/relationships/{scene.relationship.ref}/exits"
    page = browser.get(first)
    assert page.status_code == 200
    assert "Nothing here for you yet" in page.text
    assert "Spare parts" not in page.text
    for path in (
        "/versions/1",
        "/versions/1/print",
        "/versions/1/difference",
        "/reviews",
        "/tests",
        "/versions/1/agree",
    ):
        assert browser.get(first + path).status_code == 404, path


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


def statements(app, browser, address):
    with app.app_context():
        engine = db.engine
    said = []

    def listen(*args):
        said.append(args[2])

    sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        assert browser.get(address).status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", listen)
    return len(said)


def test_the_pages_stay_bounded(app, unit, client_of):
    scene = scene_of(unit)
    number = started(unit, scene)
    first = f"/relationships/{scene.relationship.ref}/exits"
    pages = (
        "",
        "/versions/1",
        "/versions/1/print",
        "/triggers/1",
        "/watch",
        "/reviews",
        "/tests",
        f"/process/{number}",
    )
    browsers = {part: client_of(scene[part]) for part in ("system", "speaker")}
    ours = {"system": pages, "speaker": [one for one in pages if one not in {"/triggers/1", "/watch"}]}

    def count():
        return {
            (part, page): statements(app, browsers[part], first + page)
            for part in browsers
            for page in ours[part]
        }

    def more(session):
        strategy, version = scene.strategy.id, scene.version.id
        process = session.scalars(sa.select(ExitProcess)).one()
        for n in range(40):
            who = make_person(session).person_id
            session.add_all([
                ExitVersion(strategy_id=strategy, number=n + 2, kind=VersionKind.JOINT, status=VersionStatus.SUPERSEDED,
                            initiators=["ser"], begun_at=now()),
                ExitTrigger(strategy_id=strategy, number=n + 6, kind=TriggerKind.MARKET, description=f"T{n}", watcher_id=who,
                            sharing=Sharing.SHARED, state_since=now()),
                ExitReview(strategy_id=strategy, version_number=1, on=TODAY, own="A", outcome=ReviewOutcome.KEPT, at=now(),
                           sharing=Sharing.SHARED),
                ExitTest(strategy_id=strategy, number=n + 1, on=TODAY, what="A", result=PlanResult.PASSED, at=now(), by_id=who,
                         sharing=Sharing.SHARED),
                ExitAgreement(version_id=version, agreed=True, by_id=who, at=now(), on=TODAY, lapsed_at=now()),
                ExitStep(process_id=process.id, number=n + 11, what="S", owner_id=who, due_on=TODAY, first_due_on=TODAY),
            ])  # fmt: skip
        trigger = session.scalars(sa.select(ExitTrigger).where(ExitTrigger.number == 1)).one()
        session.add_all(
            ExitTriggerCheck(
                trigger_id=trigger.id, on=TODAY, verb=TriggerVerb.CONFIRM, before=TriggerState.QUIET,
                after=TriggerState.QUIET, at=now(),
            )
            for _ in range(60)
        )  # fmt: skip

    small = count()
    unit(more)
    large = count()
    assert {key: (small[key], large[key]) for key in small if large[key] > small[key] + 1} == {}
    assert max(large.values()) <= 24, large
