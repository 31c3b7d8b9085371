"""Take along, leave, come back: in a real browser with its service worker, against the real server."""

import re

import pytest
from playwright.sync_api import expect

from tests.audits.execution.conftest import make  # noqa: F401 - a fixture of `walk`
from tests.audits.execution.test_browser import card, press, saved, walk  # noqa: F401 - fixtures among them
from tests.journeys.browser import PHONE, check, shot

pytestmark = pytest.mark.browser


def in_charge(page):
    """Until the service worker serves this page."""
    page.goto("/tablet")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.evaluate(
        "() => new Promise((done) => { const look = () => navigator.serviceWorker.controller ? done(true) : setTimeout(look, 50); look(); })"
    )


def taken(page, ref):
    in_charge(page)
    page.goto(f"/tablet/audits/{ref}")
    page.locator("[data-go]").click()
    expect(page.locator("[data-verdict]")).to_be_visible(timeout=30_000)


def test_taken_along_checked_and_worked_in_without_a_network(walk):  # noqa: F811
    page, ref = walk.open("auditor", goto=False), walk.cast.ref
    taken(page, ref)
    expect(page.locator("[data-verdict]")).to_have_text(re.compile("^Safe to leave"))
    expect(page.locator("[data-checks] li")).to_have_count(7)
    expect(page.locator("[data-checks]")).to_contain_text("kept and read back with the same hash")
    check(page, "tablet-take")
    page.context.set_offline(True)
    page.goto(f"/audits/{ref}/walk")
    press(page, 2, "Conforms")
    expect(saved(page, 2, "result")).to_have_text("On this tablet")
    page.reload()
    expect(saved(page, 2, "result")).to_have_text("On this tablet")
    expect(card(page, 2).get_by_label("Conforms", exact=True)).to_be_checked()
    page.goto(f"/tablet/audits/{ref}/earlier")
    expect(page.get_by_role("heading", level=1)).to_have_text("Earlier findings")
    page.goto("/audits/")  # not taken along: what is here is offered instead
    expect(page.get_by_role("heading", level=1)).to_have_text("Audits on this tablet")
    expect(page.locator("[data-stands]")).to_contain_text("1 not sent yet")
    page.locator("[data-remove]").click()
    expect(page.locator("[data-stands]")).to_contain_text("Not removed: 1")
    shot(page, "tablet-home")
    page.context.set_offline(False)
    page.goto(f"/audits/{ref}/walk")
    expect(saved(page, 2, "result")).to_have_text(re.compile("^Received"))
    expect(page.locator("[data-said]")).to_have_text("Everything is received")
    page.goto("/tablet")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[data-remove]").click()
    expect(page.locator("[data-remove]")).to_be_hidden()
    assert (
        page.evaluate(
            "caches.match(`/audits/${document.querySelector('[data-ref]').dataset.ref}/walk`).then(Boolean)"
        )
        is False
    )
    check(page)


def test_the_next_person_is_not_shown_what_was_kept_for_the_one_before(walk):  # noqa: F811
    page, ref = walk.open("auditor"), walk.cast.ref
    in_charge(page)
    page.goto(f"/audits/{ref}/walk")
    card(page, 3).get_by_label("Notes").fill("Told in confidence")
    card(page, 3).get_by_label("Notes").blur()
    expect(saved(page, 3, "note")).to_have_text(re.compile("^Received"))
    page.reload()
    page.context.clear_cookies()
    page.context.add_cookies(walk.open("leader", goto=False).context.cookies())
    page.goto("/tablet")  # the leader is at the tablet now
    page.context.set_offline(True)
    page.goto(f"/audits/{ref}/walk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Audits on this tablet")
    assert "Told in confidence" not in page.content()
    page.context.set_offline(False)


def test_signing_out_asks_while_something_is_unsent_and_then_shows_nothing_more(walk):  # noqa: F811
    page, ref = walk.open("auditor"), walk.cast.ref
    in_charge(page)
    page.goto(f"/audits/{ref}/walk")
    page.route("**/operations", lambda route: route.abort())
    press(page, 1, "Conforms")
    expect(saved(page, 1, "result")).to_have_text("On this tablet")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.evaluate("document.querySelector('[data-sign-out]').requestSubmit()")
    expect(saved(page, 1, "result")).to_have_text("On this tablet")
    page.wait_for_timeout(300)
    assert "1 things on this device are not sent yet" in asked[0]
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.evaluate("document.querySelector('[data-sign-out]').requestSubmit()")
    page.context.set_offline(True)
    with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto(f"/audits/{ref}/walk")
    page.context.set_offline(False)


def test_a_hotel_is_neither_kept_nor_shown_where_a_copy_is(walk):  # noqa: F811
    page, ref = walk.open("auditor"), walk.cast.ref
    in_charge(page)
    page.goto(f"/audits/{ref}/walk")
    expect(page.locator("[data-walk]")).to_be_visible()
    hotel = "<html><h1>Welcome to the hotel</h1></html>"
    page.context.route("**/*", lambda route: route.fulfill(status=200, content_type="text/html", body=hotel))
    page.goto(f"/audits/{ref}/walk")
    expect(page.locator("[data-walk]")).to_be_visible()
    press(page, 1, "Conforms")
    expect(saved(page, 1, "result")).to_have_text("On this tablet")
    expect(page.locator("[data-state]")).to_have_attribute("data-trouble", "portal")
    page.locator("[data-state] summary").click()
    expect(page.locator("[data-why]")).to_contain_text("This network answers in our place")
    page.context.unroute("**/*")
    page.locator("[data-send]").click()
    expect(saved(page, 1, "result")).to_have_text(re.compile("^Received"))


def test_a_new_version_waits_for_a_tap(walk, monkeypatch):  # noqa: F811
    page, ref = walk.open("auditor"), walk.cast.ref
    in_charge(page)
    page.goto(f"/audits/{ref}/walk")
    card(page, 3).get_by_label("Notes").fill("Being typed")
    monkeypatch.setattr("auditapp.audits.tablet.taking.routes.release_mark", lambda: "f" * 12)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    newer = page.locator("[data-newer]")
    expect(newer).to_be_visible(timeout=20_000)
    expect(card(page, 3).get_by_label("Notes")).to_have_value("Being typed")
    with page.expect_navigation():
        newer.get_by_role("button").click()
    expect(card(page, 3).get_by_label("Notes")).to_have_value("Being typed")
    expect(page.locator("[data-newer]")).to_be_hidden()


def test_the_pages_fit_a_phone(walk):  # noqa: F811
    page = walk.open("leader", goto=False, viewport=PHONE)
    taken(page, walk.cast.ref)
    check(page, "tablet-take-phone")
    page.goto("/tablet")
    check(page, "tablet-home-phone")
