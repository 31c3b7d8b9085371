"""Each thing that a network does to a tablet: what was written stays, the page says what is wrong, then it is brought."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.storm.campaign import picture
from tests.storm.conftest import bar
from tests.storm.proxy import Fate, wait_for
from tests.storm.tablet import card, rows, said, take, tap, write

pytestmark = pytest.mark.browser
KEPT = "On this tablet"
RETRY = 8  # seconds that the server asks for: long enough that a busy machine sees what is said meanwhile
RECEIVED = re.compile(r"^Received \d\d:\d\d")
SURE = re.compile(r"^Received \d\d:\d\d, verified$")
# Waiting for an answer is what takes time: here a tenth of it.
HASTY = "AbortSignal.timeout = ((old) => (ms) => old.call(AbortSignal, ms / 10))(AbortSignal.timeout);"


def why(page):
    return page.locator("details[data-state] [data-why]")


def send(page):
    page.evaluate("() => document.querySelector('[data-send]').click()")


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        (Fate.PORTAL, "This network answers in our place"),
        (Fate.ELSEWHERE, "No connection"),
        (Fate.BUSY, "The server is busy"),
        (Fate.DROP_BEFORE, "No connection"),
        (Fate.DROP_AFTER, "No connection"),
        (Fate.SILENCE, "No connection"),
    ],
)
def test_what_is_not_received_is_kept_and_said(scene, fate, words):
    page = scene.open("auditor", HASTY)
    order = scene.proxy.order(fate, method="POST", path="/operations")
    tap(page, 1, "conforms")
    write(page, 1, "Charter seen")
    expect(said(page, 1, "result")).to_have_text(KEPT)
    expect(why(page)).to_contain_text(words)
    expect(bar(page)).to_have_attribute("data-unsaved", "2")
    assert [one["state"] for one in rows(page, "operations")] == ["kept", "kept"]
    order.times = 0
    if fate is Fate.SILENCE:
        scene.proxy.over.set()  # those that were never answered are let go
        scene.proxy.over.clear()
    send(page)
    expect(said(page, 1, "note")).to_have_text(SURE)
    expect(bar(page)).to_have_attribute("data-unsaved", "0")
    expect(why(page)).to_be_hidden()
    assert [state for _, state, _, _ in scene.operations()] == ["applied", "applied"]
    assert scene.answer(1).versions == {"result": 1, "note": 1}


def test_retry_after_is_kept(scene):
    page = scene.open()
    scene.proxy.retry_after = RETRY
    scene.proxy.order(Fate.SLOW_DOWN, method="POST", path="/operations", times=1)
    scene.proxy.seen.clear()
    tap(page, 1, "conforms")
    expect(why(page)).to_contain_text("The server is busy")
    tap(page, 2, "conforms")  # more of it is no reason to ask sooner
    expect(said(page, 2, "result")).to_have_text(RECEIVED)
    asked = [one for one in scene.proxy.seen if one.method == "POST" and "/operations" in one.path]
    slow = [one.fate for one in asked].index(Fate.SLOW_DOWN)
    assert [one.fate for one in asked[slow : slow + 2]] == [Fate.SLOW_DOWN, Fate.PASS]
    assert asked[slow + 1].at - asked[slow].at > RETRY - 0.5


def test_a_photo_that_is_too_large_on_the_way_is_kept_and_said(scene):
    page = scene.open()
    order = scene.proxy.order(Fate.TOO_LARGE, method="PUT", path="/photos/")
    data = picture(1)
    take(page, 1, "IMG_1.jpg", data)
    stands = card(page, 1).locator("[data-mine] [data-stands]")
    expect(stands).to_contain_text("not taken by the server")
    expect(bar(page)).to_have_attribute("data-unsaved", "1")
    (kept,) = rows(page, "photos")
    assert (kept["state"], kept["length"]) == ("kept", len(data))
    assert not stands.inner_text().rstrip().endswith(":"), "no reason is said"
    order.times = 0
    send(page)
    expect(stands).to_have_text(SURE)
    expect(bar(page)).to_have_attribute("data-unsaved", "0")


def test_signed_out_meanwhile(scene):
    page = scene.open()
    page.context.clear_cookies()
    tap(page, 1, "conforms")
    expect(said(page, 1, "result")).to_have_text(KEPT)
    expect(why(page)).to_contain_text("Your sign-in has ended")
    page.locator("details[data-state] > summary").click()
    expect(page.locator("[data-sign-in]")).to_be_visible()
    assert scene.operations() == []
    write(page, 2, "Still writing")
    expect(said(page, 2, "note")).to_have_text(KEPT)
    # In another tab; the token of the page is of the sign-in that ended.
    page.context.add_cookies([scene.cookie("auditor")])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(said(page, 1, "result")).to_have_text(RECEIVED)
    expect(said(page, 2, "note")).to_have_text(RECEIVED)
    expect(page.locator("[data-sign-in]")).to_be_hidden()


def test_the_token_of_the_forms_changes(scene):
    page = scene.open()
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.context.add_cookies([one for one in cookies if one["name"] == scene.cookie("auditor")["name"]])
    tap(page, 1, "conforms")
    expect(said(page, 1, "result")).to_have_text(RECEIVED)
    statuses = [one.status for one in scene.proxy.seen if "/operations" in one.path][-3:]
    assert 400 in statuses
    assert len(scene.operations()) == 1


@pytest.mark.parametrize("more", [False, True])
def test_the_server_comes_back_from_yesterdays_backup(scene, tmp_path, more):
    page = scene.open()
    tap(page, 1, "conforms")
    expect(said(page, 1, "result")).to_have_text(SURE)
    backup = scene.site.backup(tmp_path / "yesterday.sqlite3")
    write(page, 1, "After the backup")
    tap(page, 2, "observation")
    take(page, 2, "IMG_1.jpg", picture(2))
    stands = card(page, 2).locator("[data-mine] [data-stands]")
    for place in (said(page, 1, "note"), said(page, 2, "result"), stands):
        expect(place).to_have_text(SURE)
    scene.site.restore(backup)
    assert len(scene.operations()) == 1
    if more:
        tap(page, 3, "conforms")  # the first thing that it hears of the tablet is new
    else:
        send(page)
    assert wait_for(lambda: page.wait_for_timeout(100) or len(scene.operations()) == 4 + more), (
        "the tablet did not notice"
    )
    expect(bar(page)).to_have_attribute("data-unsaved", "0")
    expect(stands).to_have_text(SURE)
    assert (scene.answer(1).note, scene.answer(2).result.value) == ("After the backup", "observation")
    assert {json.loads(text)["seq"] for *_, text in scene.operations()} == set(range(1, 5 + more))


def test_a_walk_that_was_not_taken_along_says_what_is_missing(scene):
    scene.proxy.order(Fate.DROP_BEFORE, path="/capture.js")
    page = scene.open("auditor", service_workers="block")
    page.context.set_offline(True)
    card(page, 1).locator("[data-photo]").click()
    expect(card(page, 1).get_by_role("status").filter(has_text="not on this tablet yet")).to_be_visible()
    tap(page, 1, "conforms")
    expect(said(page, 1, "result")).to_have_text(KEPT)
