"""Steps that several journeys take."""

import re
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from auditapp.overview.demo.people import PASSWORD
from tests.journeys.browser import check, shot

RAIL_JV = "R-05"
TITLE = "Northlight joint venture: daily work"


def plan_an_audit(page: Page, *, starts_on: str, look: bool = True) -> str:
    """The programme manager plans an audit, names the team and sends the plan; returns the audit's number."""
    page.goto("/audits/")
    page.get_by_role("link", name="Plan an audit").click()
    if look:
        check(page, "plan-new")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("First day").fill(starts_on)
    page.get_by_label("Last day").fill(starts_on)
    page.get_by_label("Audit programme").select_option(index=1)
    page.get_by_label("Audit team leader").select_option(
        label=option(page, "Audit team leader", "Dan Dogwood")
    )
    for words in (
        "ISO 44001:2017 ",
        f"{RAIL_JV} ",
        "Working together",
        "Value creation",
        "Management system",
    ):
        page.locator("label.choice").filter(has_text=re.compile(rf"^\s*{words}")).first.click()
    page.get_by_label("Audit objectives").fill("Find out whether the venture works day by day as was agreed.")
    page.get_by_label("Audit scope").fill(
        "Daily work and value creation of the venture; the system around it."
    )
    page.get_by_role("button", name="Save and name the team").click()
    expect(page.get_by_role("heading", name="Who takes part", level=2)).to_be_visible()
    ref = page.url.split("/")[-2]
    page.get_by_role("row", name=re.compile("Ella Elm")).get_by_role("button", name="As auditor").click()
    expect(page.get_by_role("table", name="Who takes part")).to_contain_text("Ella Elm")
    mia = page.locator("ul.items li").filter(has_text="Mia Maple")
    mia.get_by_role("button", name="Add as auditee").click()
    expect(page.get_by_role("table", name="Who takes part")).to_contain_text("Mia Maple")
    if look:
        check(page, "plan-team")
    page.goto(f"/audits/{ref}/agenda")
    page.get_by_role("button", name="Propose an agenda").click()
    expect(page.get_by_role("table", name="Agenda")).to_contain_text("Opening meeting")
    if look:
        check(page, "plan-agenda")
    page.goto(f"/audits/{ref}")
    if look:
        check(page, "plan-ready")
    page.get_by_role("button", name="Send the plan").click()
    expect(page.locator("body")).to_contain_text("Waiting for an answer")
    if look:
        check(page, "plan-sent")
    return ref


def option(page: Page, label: str, starts: str) -> str:
    """The whole text of the option that begins so."""
    found = page.get_by_label(label).locator("option").all_inner_texts()
    return next(text for text in found if text.strip().startswith(starts))


def agree(page: Page, ref: str, *, look: bool = True) -> None:
    """An auditee reads the plan and agrees."""
    page.goto(f"/audits/{ref}")
    if look:
        check(page, "plan-to-answer")
    page.get_by_label("I agree to the plan").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("body")).to_contain_text("Scheduled")


def open_it(page: Page, ref: str, *, look: bool = True) -> None:
    """The leader records the opening meeting."""
    page.goto(f"/audits/{ref}/open")
    if look:
        check(page, "opening")
    page.get_by_role("button", name="Open the audit").click()
    page.wait_for_url(re.compile(r"/walk"))


def card(page: Page, number: int) -> Any:
    """The card of a question."""
    return page.locator(f"#q{number}")


def answer(page: Page, number: int, words: str, note: str = "") -> None:
    """Answer a question with a tap, and see in words that it is saved."""
    here = card(page, number)
    here.locator(".answers .segment").filter(has_text=re.compile(rf"^\s*{words}\s*$")).click()
    expect(here.locator("[data-saved=result]")).to_contain_text("Received")
    if note:
        box = here.get_by_label("Notes")
        box.fill(note)
        box.blur()
        expect(here.locator("[data-saved=note]")).to_contain_text("Received")


def raise_beside(page: Page, number: int, words: str, grade: str, statement: str) -> str:
    """Write down what was seen, choose the answer, grade the finding in place, save it; returns its number."""
    here = card(page, number)
    here.locator("details.more > summary").click()
    seen = here.get_by_label("Objective evidence")
    seen.fill(f"Records shown for question {number}")
    seen.blur()
    expect(here.locator("[data-saved=evidence]")).to_contain_text("Received")
    here.locator(".answers .segment").filter(has_text=re.compile(rf"^\s*{words}\s*$")).click()
    expect(here.locator("[data-saved=result]")).to_contain_text("Received")
    if words != "Nonconforming":  # that one opens the finding by itself
        here.locator("[data-finding]").click()
    form = here.locator("form[data-raise]")
    expect(form).to_be_visible()
    form.locator(".grades .segment").filter(has_text=grade).click()
    form.get_by_label("Statement").fill(statement)
    form.get_by_role("button", name="Save the finding").click()
    link = here.locator(".raised a").first
    expect(link).to_be_visible()
    return str(link.inner_text())


def take_photo(page: Page, number: int) -> None:
    """The camera of the tablet; here it hands over a picture that was drawn."""
    here = card(page, number)
    with page.expect_file_chooser() as chosen:
        here.locator("[data-photo]").click()
    chosen.value.set_files({"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    mine = here.locator("[data-mine]")
    expect(mine).to_contain_text("Received")
    expect(mine.locator("img")).to_be_visible()


def picture() -> bytes:
    """A photo of a page."""
    image = Image.new("RGB", (1600, 1200), (120, 88, 62))
    on = ImageDraw.Draw(image)
    on.rectangle((400, 100, 1200, 1100), fill=(250, 248, 242))
    for row in range(14):
        on.line((480, 220 + row * 58, 1120 - row % 3 * 90, 220 + row * 58), fill=(90, 90, 90), width=8)
    target = BytesIO()
    image.save(target, "JPEG", quality=85)
    return target.getvalue()


def close_it(page: Page, ref: str, *, reason: str, look: bool = True) -> None:
    """The closing meeting and the conclusion."""
    page.goto(f"/audits/{ref}/closing")
    if look:
        check(page, "closing")
    page.get_by_label("Who took part").fill(
        "Dan Dogwood, lead auditor\nElla Elm, auditor\nMia Maple, supply chain"
    )
    held_up = page.get_by_label("Why does it close without what is still on a tablet?")
    if held_up.count():  # the demonstration has a tablet that is away
        held_up.fill("The other tablet is in a car that is in a workshop; what is on it is known.")
    page.get_by_role("button", name="Record the closing meeting").click()
    expect(page.locator("body")).to_contain_text("The closing meeting is recorded")
    page.get_by_label("Audit conclusion").fill(
        "The venture works as agreed, with gaps in how issues are escalated."
    )
    page.locator(".segment").filter(has_text=re.compile(r"^\s*Yes")).first.click()
    page.get_by_label("Areas not covered, and why").fill(reason)
    page.get_by_role("button", name="Save the conclusion").click()
    expect(page.locator("body")).to_contain_text("Last saved")
    if look:
        check(page, "closing-done")


def issue_it(page: Page, ref: str, *, look: bool = True) -> None:
    """The leader reads the draft, signs and issues."""
    page.goto(f"/audits/{ref}/report/draft")
    if look:
        check(page, "report-draft")
    page.goto(f"/audits/{ref}/report/issue")
    if look:
        check(page, "report-sign")
    page.get_by_label("I have read the report and issue it.").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Issue the report").click()
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible()
    if look:
        check(page, "report-issued")
        shot(page, "report-page")
