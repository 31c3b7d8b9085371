"""What a partner's contact sees and may send, and that the pages stay bounded."""

import re

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
    ExitTest,
    ExitTrigger,
    ExitTriggerCheck,
    ExitVersion,
)
from auditapp.relationships.exits.rules.content import Section
from auditapp.relationships.exits.rules.reviews import PlanResult, ReviewOutcome
from auditapp.relationships.exits.rules.triggers import TriggerKind, TriggerState, TriggerVerb
from auditapp.relationships.exits.rules.versions import VersionKind, VersionStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing
from tests.factories import make_contact, make_person, make_relationship
from tests.relationships.exits.conftest import TODAY, base, in_force, scene_of, started

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
SECRETS = (
    "forty people lose",  # an internal section
    "a rumour about their bank",  # an internal trigger
    "nobody must know",  # a note of a check
    "we were too trusting",  # an internal review
    "the back door was open",  # an internal test
    "never again with them",  # our own evaluation
    "why version two",  # our reason for a draft
)


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
