"""The walk with the tablet's bar: by keyboard, by ear, twice as large, upright and on its side."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import TABLET, check, shot
from tests.storm.campaign import picture
from tests.storm.conftest import bar
from tests.storm.tablet import card, said, take, tap

pytestmark = pytest.mark.browser
LANDSCAPE = {"width": 1180, "height": 820}
TWICE = {"width": 410, "height": 590}  # a tablet upright at 200 %
TWICE_LANDSCAPE = {"width": 590, "height": 410}
OVERLAP = """() => {
  const one = document.activeElement.getBoundingClientRect();
  const other = document.querySelector("details[data-state]").getBoundingClientRect();
  return Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)) * Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left));
}"""


def test_everything_by_keyboard(scene):
    page = scene.open()
    page.context.set_offline(True)
    page.keyboard.press("j")  # to the second question
    page.keyboard.press("k")
    page.keyboard.press("1")
    expect(said(page, 1, "result")).to_have_text("On this tablet")
    page.keyboard.press("n")
    page.keyboard.type("j k 1 n f are letters here")
    page.keyboard.press("Tab")
    expect(said(page, 1, "note")).to_have_text("On this tablet")
    expect(page.locator("#q1-n")).to_have_value("j k 1 n f are letters here")
    page.keyboard.press("f")
    expect(card(page, 1).locator("input[type=checkbox][name=flagged]")).to_be_checked()
    summary = bar(page).locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(bar(page)).to_have_attribute("open", "")
    page.context.set_offline(False)
    for _ in range(4):  # on to the button
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-send]')"):
            break
    page.keyboard.press("Enter")
    expect(bar(page).locator("[data-said]")).to_have_text("Everything is received")


def test_what_a_screen_reader_hears(scene):
    page = scene.open()
    page.wait_for_load_state(
        "networkidle"
    )  # nothing was taken along: the camera's script comes when nobody waits
    page.context.set_offline(True)
    asks = card(page, 1).locator("h3").inner_text()
    group = page.get_by_role("group", name=asks, exact=True)
    group.get_by_role("radio", name="Conforms", exact=True).check()
    expect(said(page, 1, "result")).to_have_text("On this tablet")
    for name in ("Notes", "Take a photo", "Write a finding"):
        assert card(page, 1).get_by_label(name).or_(card(page, 1).get_by_role("link", name=name)).count(), (
            name
        )
    take(page, 1, "IMG_1.jpg", picture(1), library=False)
    expect(
        card(page, 1).get_by_role("list", name="Photos from this tablet").get_by_role("status")
    ).to_have_text("On this tablet")
    heard = bar(page).aria_snapshot()
    assert "status: 3 not sent yet" in heard or "3 not sent yet" in heard, (
        heard
    )  # two operations and the bytes of a photo
    bar(page).locator("summary").click()
    expect(bar(page).get_by_role("button", name="Send now")).to_be_visible()
    expect(bar(page).get_by_role("button", name="Make a rescue file")).to_be_visible()


@pytest.mark.parametrize(
    "size",
    [TABLET, LANDSCAPE, TWICE, TWICE_LANDSCAPE],
    ids=["portrait", "landscape", "twice", "twice on its side"],
)
def test_upright_on_its_side_and_twice_as_large(scene, size):
    page = scene.open(viewport=size)
    page.context.set_offline(True)
    tap(page, 1, "conforms")
    expect(said(page, 1, "result")).to_have_text("On this tablet")
    for n in (2, 4):
        page.locator(f"#q{n}-n").focus()
        page.keyboard.type("Seen")
        assert page.evaluate(OVERLAP) == 0, f"the bar covers the note of question {n}"
        expect(said(page, n, "note")).to_have_text("On this tablet")
    shot(page, f"walk-{size['width']}")
    page.set_viewport_size({"width": size["height"], "height": size["width"]})  # turned
    expect(page.locator("#q4-n")).to_have_value("Seen")
    page.set_viewport_size(size)
    bar(page).locator("summary").click()
    # Still unsent: the bar is looked at in its loudest colours, and does not change them meanwhile.
    expect(bar(page).locator("[data-why]")).to_contain_text("No connection")
    check(page)
    shot(page, f"bar-{size['width']}")
