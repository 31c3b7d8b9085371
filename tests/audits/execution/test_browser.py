"""The walk in a real browser: two auditors, a lost connection, a photo, a finding; and without JavaScript."""

import re
import shutil

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.audits.execution.model import Answer, AnswerConflict, Evidence, Finding
from auditapp.audits.execution.rules import Grade, Result
from auditapp.people.model import Person
from auditapp.trail.service import verify
from tests.journeys.browser import PHONE, check, person
from tests.journeys.site import running
from tests.storm.tablet import awake

pytestmark = pytest.mark.browser


@pytest.fixture
def walk(sqlite_template, tmp_path, make, chromium):
    """A served audit of 25 questions; ``open(role)`` gives a page of somebody at the walk."""
    shutil.copy(sqlite_template, tmp_path / "auditapp.sqlite3")
    with running(tmp_path) as site:
        site.cast = site.unit(make, "write")
        pages = []

        def open_as(role, *, goto=True, **more):
            who = getattr(site.cast, role).person_id
            email = site.unit(lambda s: s.get(Person, who).email)
            page = person(chromium, site, email, **more)
            pages.append(page)
            if goto:
                page.goto(f"/audits/{site.cast.ref}/walk")
            return page

        site.open = open_as
        yield site
        for page in pages:
            page.context.close()


def card(page, n):
    return page.locator(f"#q{n}")


def press(page, n, label):
    card(page, n).locator(".answers").get_by_label(label, exact=True).check()


def saved(page, n, field):
    return card(page, n).locator(f"[data-saved={field}]")


def answer(site, n):
    return site.unit(lambda s: s.get(Answer, site.cast.questions[n - 1]))


def test_every_field_saves_by_itself_and_says_so(walk):
    page = walk.open("auditor")
    check(page)
    press(page, 1, "Conforms")
    expect(saved(page, 1, "result")).to_have_text(re.compile(r"^Received \d\d:\d\d"))
    expect(page.locator("[data-total] .number")).to_have_text(f"1 of {len(walk.cast.questions)}")
    card(page, 1).get_by_label("Notes").fill("Seen in the minutes")
    card(page, 2).get_by_label("Notes").focus()
    expect(saved(page, 1, "note")).to_have_text(re.compile(r"^Received"))
    press(page, 2, "Not applicable")
    expect(saved(page, 2, "result")).to_have_text(re.compile(r"^Received"))
    expect(page.locator("[data-total] .number")).to_have_text(f"1 of {len(walk.cast.questions)}")
    card(page, 2).get_by_label("Why?").fill("Not begun")
    card(page, 2).get_by_label("Why?").blur()
    expect(page.locator("[data-total] .number")).to_have_text(f"2 of {len(walk.cast.questions)}")
    expect(page.locator("[data-said]")).to_have_text("Everything is received")
    assert (answer(walk, 1).result, answer(walk, 1).note) == (Result.CONFORMS, "Seen in the minutes")
    page.reload()
    expect(card(page, 2).get_by_label("Why?")).to_have_value("Not begun")
    check(page)


def test_two_auditors_at_once_lose_nothing(walk):
    first, second = walk.open("auditor"), walk.open("leader")
    card(first, 1).get_by_label("Notes").fill("What the auditor wrote")
    card(first, 1).get_by_label("Notes").blur()
    expect(saved(first, 1, "note")).to_have_text(re.compile("^Received"))
    press(second, 1, "Observation")  # another field: merged without a word
    expect(saved(second, 1, "result")).to_have_text(re.compile("^Received"))
    card(second, 1).get_by_label("Notes").fill("What the leader wrote")
    card(second, 1).get_by_label("Notes").blur()
    expect(saved(second, 1, "note")).to_contain_text("Both are kept")
    met = card(second, 1).locator(".met")
    expect(met).to_contain_text("What the auditor wrote")
    expect(met).to_contain_text("What the leader wrote")
    check(second)
    met.locator("form").nth(1).get_by_role("button").click()
    expect(card(second, 1).locator(".met")).to_have_count(0)
    assert answer(walk, 1).note == "What the leader wrote"
    assert walk.unit(lambda s: s.scalar(sa.select(AnswerConflict.chosen))) == "other"
    assert walk.unit(lambda s: list(verify(s))) == []


def test_what_was_typed_without_a_connection_is_sent_when_it_is_back(walk):
    page = walk.open("auditor")
    page.context.set_offline(True)
    card(page, 3).get_by_label("Notes").fill("Written in the cellar")
    card(page, 3).get_by_label("Notes").blur()
    expect(saved(page, 3, "note")).to_have_text("On this tablet")
    expect(page.locator("[data-said]")).to_have_text("1 not sent yet")
    page.context.set_offline(False)
    expect(saved(page, 3, "note")).to_have_text(re.compile("^Received"))
    assert answer(walk, 3).note == "Written in the cellar"


def test_what_was_typed_survives_a_reload_before_it_was_saved(walk):
    page = walk.open("auditor")
    page.route("**/operations", lambda route: route.abort())
    card(page, 3).get_by_label("Notes").fill("Not sent yet")
    card(page, 3).get_by_label("Notes").blur()
    expect(saved(page, 3, "note")).to_have_text("On this tablet")
    page.unroute("**/operations")
    page.reload()
    expect(card(page, 3).get_by_label("Notes")).to_have_value("Not sent yet")
    expect(saved(page, 3, "note")).to_have_text(re.compile("^Received"))
    assert answer(walk, 3).note == "Not sent yet"


def test_what_one_person_typed_is_not_sent_in_the_name_of_the_next(walk):
    page = walk.open("auditor")
    page.route("**/operations", lambda route: route.abort())
    card(page, 3).get_by_label("Notes").fill("Typed by the auditor")
    card(page, 3).get_by_label("Notes").blur()
    expect(saved(page, 3, "note")).to_have_text("On this tablet")
    mine = page.context.cookies()
    page.unroute("**/operations")
    page.context.clear_cookies()
    page.context.add_cookies(walk.open("leader").context.cookies())
    page.reload()
    expect(card(page, 3).get_by_label("Notes")).to_have_value("")
    expect(page.locator("[data-said]")).to_have_text("Everything is received")
    assert answer(walk, 3).note == ""
    page.context.clear_cookies()
    page.context.add_cookies(mine)
    page.reload()
    expect(card(page, 3).get_by_label("Notes")).to_have_value("Typed by the auditor")
    expect(saved(page, 3, "note")).to_have_text(re.compile("^Received"))
    assert answer(walk, 3).note == "Typed by the auditor"


def test_a_finding_beside_the_answer_in_two_taps(walk):
    page = walk.open("auditor")
    press(page, 4, "Nonconforming")
    beside = card(page, 4).locator("[data-raise]")
    expect(beside.get_by_label("Statement")).to_have_value(re.compile("^No objective evidence was found for"))
    check(page)
    beside.get_by_label("Minor nonconformity").check()
    beside.get_by_role("button", name="Save the finding").click()
    expect(card(page, 4)).to_contain_text(f"Finding {walk.cast.ref}-F1 is saved")
    assert walk.unit(lambda s: s.scalar(sa.select(Finding.grade))) is Grade.MINOR
    page.reload()
    expect(card(page, 4).locator(".raised a")).to_have_text(f"{walk.cast.ref}-F1")


def test_a_photo_from_the_corner(walk, photo):
    page = walk.open("auditor")
    awake(page)  # until then the camera is a link to a page with a form
    with page.expect_file_chooser() as chooser:
        card(page, 5).locator("[data-photo]").click()
    chooser.value.set_files({"name": "whiteboard.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(card(page, 5)).to_contain_text("Received")
    assert walk.unit(lambda s: s.scalar(sa.select(Evidence.arrived_at))) is not None
    page.reload()
    awake(page)
    expect(card(page, 5).locator(".thumbs img:visible")).to_have_count(1)  # its own, not the server's as well
    with page.expect_file_chooser() as chooser:
        card(page, 6).locator("[data-photo]").click()
    chooser.value.set_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"<svg/>"})
    expect(card(page, 6).locator(".saved-wrong")).to_be_visible()
    assert walk.unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Evidence))) == 1


def test_keys(walk):
    page = walk.open("auditor")
    page.keyboard.press("3")
    expect(saved(page, 1, "result")).to_have_text(re.compile("^Received"))
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(saved(page, 2, "result")).to_have_text(re.compile("^Received"))
    page.keyboard.press("f")
    expect(page.locator("[data-count=flagged]")).to_have_text("1")
    page.keyboard.press("n")
    page.keyboard.type("j1")
    expect(saved(page, 2, "note")).to_have_text(re.compile("^Received"))
    assert (answer(walk, 1).result, answer(walk, 2).result) == (Result.OBSERVATION, Result.CONFORMS)
    assert (answer(walk, 2).note, answer(walk, 2).flagged) == ("j1", True)


def test_a_form_comes_when_somebody_comes_near_and_what_was_answered_stands_in_it(walk):
    page = walk.open("auditor")
    awake(page)
    assert (
        page.locator("form[data-answer]").count() < 20
    )  # the browser looks through every form again and again
    page.goto(f"{page.url}#q25")
    press(page, 25, "Observation")
    expect(saved(page, 25, "result")).to_have_text(re.compile("^Received"))
    page.goto(page.url.partition("#")[0])
    awake(page)
    expect(page.locator("[data-line='25']")).to_have_attribute("data-result", "observation")
    assert page.locator("#q25 form").count() == 0
    page.locator("#q25").scroll_into_view_if_needed()
    expect(card(page, 25).get_by_label("Observation", exact=True)).to_be_checked()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("form[data-answer]")).to_have_count(25)


def test_a_script_that_never_came_leaves_the_plain_forms(walk):
    page = walk.open("auditor", goto=False)
    page.route("**/js/walk.js", lambda route: route.abort())
    page.goto(f"/audits/{walk.cast.ref}/walk")
    expect(page.locator("form[data-answer]")).to_have_count(25)
    press(page, 20, "Conforms")
    card(page, 20).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Question 20 is saved.")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(walk):
    page = walk.open("auditor", viewport=PHONE)
    press(page, 1, "Nonconforming")
    expect(card(page, 1).locator("[data-raise]")).to_be_visible()
    check(page)


def test_without_javascript(walk, photo):
    page = walk.open("auditor", java_script_enabled=False)
    card(page, 2).locator(".answers").get_by_label("Not verified").check()
    card(page, 2).get_by_label("Why?").fill("Nobody was there")
    card(page, 2).get_by_label("Notes").fill("By plain form")
    card(page, 2).get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(r"/walk#q2$"))
    expect(page.get_by_text("Question 2 is saved.")).to_be_visible()
    assert (answer(walk, 2).result, answer(walk, 2).note) == (Result.NOT_VERIFIED, "By plain form")
    card(page, 2).locator("[data-finding]").click()
    page.get_by_label("Major nonconformity").check()
    page.get_by_role("button", name="Save the finding").click()
    expect(card(page, 2).locator(".raised a")).to_have_text(f"{walk.cast.ref}-F1")
    card(page, 2).locator("[data-photo]").click()
    page.get_by_label("File").set_input_files(
        {"name": "wall.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_role("button", name="Save the file").click()
    expect(card(page, 2).locator(".thumbs img")).to_have_count(1)


def test_the_other_pages(walk):
    page = walk.open("leader")
    press(page, 1, "Observation")
    expect(saved(page, 1, "result")).to_have_text(re.compile("^Received"))
    card(page, 1).locator("[data-finding]").click()
    card(page, 1).get_by_role("button", name="Save the finding").click()
    expect(card(page, 1)).to_contain_text("Write what was found")
    card(page, 1).get_by_label("Statement").fill("The plan is kept in two places.")
    card(page, 1).get_by_role("button", name="Save the finding").click()
    expect(card(page, 1)).to_contain_text("is saved")
    ref = walk.cast.ref
    for address in (
        f"/audits/{ref}/findings", f"/audits/{ref}/findings/new?question=1", f"/findings/{ref}-F1",
        f"/findings/{ref}-F1/edit", f"/findings/{ref}-F1/answers", "/findings/", f"/audits/{ref}/evidence",
        f"/audits/{ref}/evidence/new", f"/audits/{ref}/conflicts", f"/audits/{ref}/assign",
        f"/audits/{ref}/walk?q=nothing-like-it",
    ):  # fmt: skip
        page.goto(address)
        check(page)
