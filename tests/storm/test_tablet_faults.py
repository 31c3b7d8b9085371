"""Each thing that goes wrong on the tablet itself: a full disk, a database that is taken away, a wrong clock, other people."""

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.model import AnswerConflict
from auditapp.kit.clock import now
from tests.storm.campaign import picture
from tests.storm.conftest import bar
from tests.storm.proxy import Fate, wait_for
from tests.storm.tablet import card, rows, said, take, tap, write

pytestmark = pytest.mark.browser
KEPT = "On this tablet"
RECEIVED = re.compile(r"^Received \d\d:\d\d")
SURE = re.compile(r"^Received \d\d:\d\d, verified$")
FULL = """() => {
  globalThis.real = [IDBObjectStore.prototype.put, IDBObjectStore.prototype.add];
  IDBObjectStore.prototype.put = IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
ROOM = "() => { [IDBObjectStore.prototype.put, IDBObjectStore.prototype.add] = globalThis.real; }"
HELD = """(() => {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...given) {
    const asked = open.apply(this, given);
    asked.addEventListener("success", () => { if (given[0] === "auditapp" && given.length > 1) globalThis.base = asked.result; });
    return asked;
  };
})();"""
# The connection goes while a transaction is under way, as WebKit does it.
TORN = """() => {
  const real = IDBDatabase.prototype.transaction;
  let left = 2;
  IDBDatabase.prototype.transaction = function (...given) {
    if (given[1] === "readwrite" && left) {
      left -= 1;
      throw new DOMException("Connection to Indexed Database server lost. Refresh the page to try again", "UnknownError");
    }
    return real.apply(this, given);
  };
}"""
YEAR = 365 * 86_400_000
CLOCK = """(() => {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + OFF); }
    static now() { return Real.now() + OFF; }
  };
})();"""


def test_a_full_tablet_never_says_kept(scene):
    page = scene.open()
    scene.proxy.down = True
    page.evaluate(FULL)
    write(page, 1, "No room for this")
    place = said(page, 1, "note")
    expect(place).to_contain_text("Not kept: this tablet is full. Make room")
    expect(page.locator("#q1-n")).to_have_value("No room for this")
    expect(bar(page).locator("[data-said]")).to_have_text("Something is not kept")
    tap(page, 2, "conforms")
    expect(said(page, 2, "result")).to_contain_text("Not kept")
    assert rows(page, "operations") == []
    page.evaluate(ROOM)
    place.get_by_role("button", name="Try again").click()
    expect(place).to_have_text(KEPT)
    said(page, 2, "result").get_by_role("button", name="Try again").click()
    expect(said(page, 2, "result")).to_have_text(KEPT)
    scene.proxy.down = False
    page.evaluate("() => document.querySelector('[data-send]').click()")
    expect(place).to_have_text(RECEIVED)
    expect(bar(page).locator("[data-said]")).to_have_text("Everything is received")
    assert scene.answer(1).note == "No room for this"


@pytest.mark.parametrize(
    "lose", ["() => base.close()", "() => { base.close(); base.dispatchEvent(new Event('close')); }", TORN]
)
def test_the_database_of_the_tablet_is_lost_and_opened_again(scene, lose):
    page = scene.open("auditor", HELD)
    scene.proxy.down = True
    tap(page, 1, "conforms")
    expect(said(page, 1, "result")).to_have_text(KEPT)
    page.evaluate(lose)
    tap(page, 2, "observation")
    write(page, 2, "Written after it")
    expect(said(page, 2, "result")).to_have_text(KEPT)
    expect(said(page, 2, "note")).to_have_text(KEPT)
    scene.proxy.down = False
    page.evaluate("() => document.querySelector('[data-send]').click()")
    expect(said(page, 2, "note")).to_have_text(RECEIVED)
    assert (scene.answer(1).versions, scene.answer(2).versions) == ({"result": 1}, {"result": 1, "note": 1})


def test_somebody_else_on_the_same_tablet(scene):
    page = scene.open("auditor")
    scene.proxy.down = True
    write(page, 1, "Of the auditor")
    expect(said(page, 1, "note")).to_have_text(KEPT)
    scene.proxy.down = False
    scene.proxy.order(Fate.DROP_BEFORE, method="POST", path="/operations")
    page.context.add_cookies([scene.cookie("leader")])
    scene.proxy.lift()
    # The page that is still open belongs to the auditor: it must not bring that in the leader's name.
    page.evaluate("() => document.querySelector('[data-send]').click()")
    expect(bar(page).locator("[data-why]")).to_contain_text("Somebody else is signed in here now")
    assert scene.operations() == []
    scene.walk(page)
    expect(bar(page).locator("[data-why]")).to_contain_text("1 of somebody else wait")
    expect(page.locator("#q1-n")).to_have_value("")
    tap(page, 2, "conforms")
    expect(said(page, 2, "result")).to_have_text(RECEIVED)
    assert [person for _, _, person, _ in scene.operations()] == [scene.cast.leader.person_id]
    page.context.add_cookies([scene.cookie("auditor")])
    page.goto(f"/audits/{scene.ref}/walk")
    expect(said(page, 1, "note")).to_have_text(RECEIVED)
    assert {person for _, _, person, _ in scene.operations()} == {
        scene.cast.leader.person_id, scene.cast.auditor.person_id,
    }  # fmt: skip
    assert scene.answer(1).note == "Of the auditor"


@pytest.mark.parametrize("off", [-YEAR, YEAR])
def test_a_clock_that_is_wrong_by_a_year(scene, off):
    page = scene.open("auditor", CLOCK.replace("OFF", str(off)))
    other = scene.open("leader")
    expect(bar(page)).to_have_attribute("data-unsaved", "0")
    page.context.set_offline(True)
    write(page, 1, "By the wrong clock")
    expect(said(page, 1, "note")).to_have_text(KEPT)
    write(other, 1, "By the right one")
    expect(said(other, 1, "note")).to_have_text(RECEIVED)
    page.context.set_offline(False)
    expect(card(page, 1).locator(".met")).to_be_visible()
    written = scene.site.unit(
        lambda s: s.scalars(
            sa.select(Operation.written_at).where(Operation.audit_id == scene.cast.audit_id)
        ).all()
    )
    assert all(abs(now() - one) < timedelta(minutes=3) for one in written), written
    met = scene.site.unit(
        lambda s: s.scalars(
            sa.select(AnswerConflict).where(AnswerConflict.question_id == scene.cast.questions[0])
        ).one()
    )
    assert abs(now() - met.other_written_at) < timedelta(minutes=3)


def test_two_tabs_at_once(scene):
    page = scene.open()
    second = scene.walk(page.context.new_page())
    scene.proxy.down = True
    tap(page, 1, "conforms")
    tap(second, 2, "observation")
    write(page, 3, "From the first tab")
    write(second, 4, "From the second tab")
    for place in (
        said(page, 1, "result"),
        said(second, 2, "result"),
        said(page, 3, "note"),
        said(second, 4, "note"),
    ):
        expect(place).to_have_text(KEPT)
    scene.proxy.down = False
    scene.proxy.order(Fate.DELAY, method="POST", path="/operations")
    for one in (page, second):
        one.evaluate("() => void document.querySelector('[data-send]').click()")
    for one in (page, second):
        expect(bar(one)).to_have_attribute("data-unsaved", "0")
    assert [state for _, state, _, _ in scene.operations()] == ["applied"] * 4
    assert sorted(json.loads(text)["seq"] for *_, text in scene.operations()) == [1, 2, 3, 4]
    assert [scene.answer(n).versions for n in (1, 2, 3, 4)] == [
        {"result": 1},
        {"result": 1},
        {"note": 1},
        {"note": 1},
    ]
    # A tab that did not send says it as well, at the latest when somebody looks at it.
    expect(said(page, 1, "result")).to_have_text(RECEIVED)
    expect(said(second, 2, "result")).to_have_text(RECEIVED)


def test_what_is_unsent_goes_out_from_any_page(scene):
    page = scene.open()
    scene.proxy.down = True
    tap(page, 1, "conforms")
    expect(said(page, 1, "result")).to_have_text(KEPT)
    page.context.set_offline(True)
    scene.proxy.down = False
    page.goto("about:blank")
    page.context.set_offline(False)
    assert scene.operations() == []
    page.goto("/audits")
    for _ in range(200):
        if scene.operations():
            break
        page.wait_for_timeout(100)
    assert [(kind, state) for kind, state, *_ in scene.operations()] == [("answer", "applied")]


def test_two_tablets_and_the_office_meet_and_it_is_settled_in_the_page(scene):
    one, other = scene.open("auditor"), scene.open("leader")
    office = scene.open("leader")
    one.context.set_offline(True)
    other.context.set_offline(True)
    tap(one, 1, "conforms")
    write(one, 1, "Minutes signed")
    tap(other, 1, "observation")
    write(other, 2, "Only the other tablet")
    for place in (said(one, 1, "note"), said(other, 2, "note")):
        expect(place).to_have_text(KEPT)
    write(office, 1, "Asked again in the office")  # another value in the same field; the result not touched
    expect(said(office, 1, "note")).to_have_text(RECEIVED)
    one.context.set_offline(False)
    expect(said(one, 1, "result")).to_have_text(RECEIVED)
    other.context.set_offline(False)
    expect(said(other, 2, "note")).to_have_text(RECEIVED)
    met = scene.site.unit(
        lambda s: {
            row.field: (row.kept, row.other)
            for row in s.scalars(
                sa.select(AnswerConflict).where(AnswerConflict.question_id == scene.cast.questions[0])
            )
        }
    )
    assert met == {
        "note": ("Asked again in the office", "Minutes signed"),
        "result": ("conforms", "observation"),
    }
    expect(card(other, 1).locator(".met")).to_have_count(2)  # both stand on the card of whoever looks
    mine = card(other, 1).locator(".met", has_text="Minutes signed")
    expect(mine).to_contain_text("Aud Auditor")
    mine.locator("form", has_text="Minutes signed").get_by_role("button").click()
    expect(card(other, 1).locator(".met")).to_have_count(1)
    expect(other.locator("#q1-n")).to_have_value("Minutes signed")
    assert scene.answer(1).note == "Minutes signed"
    assert scene.answer(2).note == "Only the other tablet"
    card(other, 1).locator(".met form").first.get_by_role("button").click()
    expect(card(other, 1).locator(".met")).to_have_count(0)
    assert wait_for(
        lambda: (
            scene.site.unit(
                lambda s: s.scalar(
                    sa.select(sa.func.count())
                    .select_from(AnswerConflict)
                    .where(
                        AnswerConflict.question_id == scene.cast.questions[0],
                        AnswerConflict.settled_at.is_(None),
                    )
                )
            )
            == 0
        )
    )


def test_a_browser_that_throws_its_database_away_loses_nothing(scene):
    page = scene.open()
    tap(page, 1, "conforms")
    expect(said(page, 1, "result")).to_have_text(SURE)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    scene.walk(page)
    scene.proxy.down = True
    tap(page, 2, "observation")
    write(page, 2, "Kept in two places")
    take(page, 2, "IMG_2.jpg", picture(3))
    stands = card(page, 2).locator("[data-mine] [data-stands]")
    for place in (said(page, 2, "result"), said(page, 2, "note"), stands):
        expect(place).to_have_text(KEPT)
    page.wait_for_timeout(300)
    page.goto("about:blank")
    other = page.context.new_page()
    other.goto(f"/audits/{scene.ref}/walk", wait_until="commit")
    other.evaluate(
        "() => new Promise((good) => { const asked = indexedDB.deleteDatabase('auditapp'); asked.onsuccess = good; asked.onblocked = good; })"
    )
    other.close()
    page.goto(f"/audits/{scene.ref}/walk")
    for place in (said(page, 2, "result"), said(page, 2, "note"), stands):
        expect(place).to_have_text(KEPT)
    expect(page.locator("#q2-n")).to_have_value("Kept in two places")
    tap(page, 3, "conforms")
    scene.proxy.down = False
    page.evaluate("() => document.querySelector('[data-send]').click()")
    expect(stands).to_have_text(SURE)
    expect(said(page, 3, "result")).to_have_text(SURE)
    assert [state for _, state, _, _ in scene.operations()] == ["applied"] * 5
    assert sorted(json.loads(text)["seq"] for *_, text in scene.operations()) == [1, 2, 3, 4, 5]
