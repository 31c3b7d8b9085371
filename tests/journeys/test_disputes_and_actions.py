"""Journeys of nonconformities: a dispute, more time, a partner's contact and what they do not see, raised and found."""

import re
from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import expect

from auditapp.audits.execution.rules import Grade
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.trail import service as trail
from tests.journeys.browser import DESK, PHONE, TABLET, check, person
from tests.journeys.case_steps import action_of, carried_out, finding_before_the_report, in_days, nc_of


def press(page, name):
    page.get_by_role("button", name=name).click()


def follow(page, name):
    page.get_by_role("link", name=name).click()


def leave(*pages):
    for page in pages:
        page.context.close()


def unfold(page, words):
    page.locator("summary").filter(has_text=words).click()


def choose(page, words):
    """One answer of a segmented question."""
    page.locator(".segment").filter(has_text=re.compile(rf"^\s*{words}")).first.click()


def sound(demo):
    assert demo.unit(lambda s: list(trail.verify(s))) == []


def test_a_dispute_is_decided_and_the_opinion_maintained(chromium, demo):
    said = "Nobody wrote down why a partnership is worth it"
    audit, finding = demo.unit(lambda s: finding_before_the_report(s, f"{said}."), "write")
    finn = person(chromium, demo, "finn.fir@example.org", TABLET)
    noah = person(chromium, demo, "noah.nettle@example.org", PHONE)
    cora = person(chromium, demo, "cora.cedar@example.org", DESK)

    finn.goto(f"/audits/{audit}/closing")
    check(finn, "closing-hand-over")
    press(finn, "Hand over the nonconformities")
    expect(finn.locator("body")).to_contain_text("handed over")
    check(finn, "handed-over")
    finn.get_by_role("link", name=re.compile(said)).click()
    ref = re.search(r"NC-\d+-\d+", finn.url)[0]

    noah.goto("/")
    noah.get_by_role("link", name=re.compile(said)).first.click()
    check(noah, "issued")
    follow(noah, "Dispute it")
    check(noah, "dispute")
    noah.get_by_label("How you see it").fill("It was said in two meetings; the minutes are with the partner.")
    press(noah, f"Dispute {ref}")
    expect(noah.locator("body")).to_contain_text("is disputed")

    finn.goto(f"/nonconformities/{ref}")
    follow(finn, "Answer the dispute")
    check(finn, "answer-dispute")
    finn.get_by_label("The audit team’s view").fill("Minutes that nobody here holds are no record of ours.")
    press(finn, "Save the answer")
    expect(finn.locator("body")).to_contain_text("beside the auditee’s view")
    assert finn.goto(f"/nonconformities/{ref}/decide").status == 403  # who audits does not decide it

    cora.goto(f"/nonconformities/{ref}")
    check(cora, "disputed")
    follow(cora, "Decide the dispute")
    for words in ("It was said in two meetings", "no record of ours"):
        expect(cora.locator("main")).to_contain_text(words)
    check(cora, "decide-dispute")
    choose(cora, "It stands, as: Minor")
    cora.get_by_label("Why").fill(
        "It stands: minutes are kept where they are needed. One partnership: minor."
    )
    press(cora, "Decide")
    expect(cora.locator("body")).to_contain_text("is decided")
    check(cora, "decided")

    noah.goto(f"/nonconformities/{ref}")
    expect(noah.locator("main")).to_contain_text("minutes are kept where they are needed")
    unfold(noah, "Other steps")
    follow(noah, "Keep a different opinion")
    check(noah, "maintain")
    noah.get_by_label("How you see it").fill("We still see two sets of minutes as enough.")
    press(noah, "Keep this opinion")
    expect(noah.locator("body")).to_contain_text("is kept beside the decision")
    check(noah, "maintained")

    finn.goto(f"/audits/{audit}/report/draft")
    differs = finn.locator("article.differs").filter(has_text=finding)
    for words in (
        "We still see two sets of minutes as enough",
        "no record of ours",
        "One partnership: minor",
    ):
        expect(differs).to_contain_text(words)
    check(finn, "draft-differs")
    nc = nc_of(demo, ref)
    assert (nc.grade, nc.status) == (Grade.MINOR, NcStatus.CONTAINMENT)
    sound(demo)
    leave(finn, noah, cora)


def test_more_time_is_refused_then_granted_one_level_up(chromium, demo):
    _, (ref,) = demo.unit(
        lambda s: carried_out(s, "Two logs of the same issues", "Each party keeps a log.", ("Keep one log", "Oona")), "write"
    )  # fmt: skip
    first = action_of(demo, ref).due_on
    oona = person(chromium, demo, "oona.oak@example.org", PHONE)
    dan = person(chromium, demo, "dan.dogwood@example.org", TABLET)
    cora = person(chromium, demo, "cora.cedar@example.org", DESK)

    def ask(days, impact):
        oona.goto(f"/actions/{ref}")
        unfold(oona, "Something is in the way")
        follow(oona, "More time")
        oona.get_by_label("Until when").fill(in_days(days).isoformat())
        oona.get_by_label("Why more time is needed").fill("The partner changes its system.")
        oona.get_by_label("What it means for others").fill(impact)
        press(oona, "Ask for more time")
        expect(oona.locator("body")).to_contain_text("You asked for more time")

    oona.goto(f"/actions/{ref}")
    press(oona, "Accept")
    check(oona, "action-accepted")
    oona.goto(f"/actions/{ref}/more-time")
    check(oona, "more-time")
    ask(30, "Two logs for a fortnight more.")
    check(oona, "asked")

    dan.goto("/actions/mine")
    check(dan, "mine-to-decide")
    dan.get_by_role("listitem").filter(has_text="Keep one log").get_by_role("link", name="Decide").click()
    for words in ("Two logs for a fortnight more.", "What it moves"):
        expect(dan.locator("main")).to_contain_text(words)
    check(dan, "decide-request")
    choose(dan, "Refuse it")
    dan.get_by_label("What you say to it").fill("Begin with a list; it needs no system.")
    press(dan, "Record the decision")
    expect(dan.locator("body")).to_contain_text("Your decision is recorded")
    assert action_of(demo, ref).due_on == first

    oona.goto(f"/actions/{ref}")
    unfold(oona, "What was asked for")
    expect(oona.locator("main")).to_contain_text("Begin with a list")
    check(oona, "refused")
    ask(25, "None: the list is kept by hand.")
    expect(oona.locator("main")).to_contain_text("the audit programme manager")

    assert dan.goto(f"/actions/{ref}/decide").status == 403
    expect(dan.locator("main")).to_contain_text("This is decided by")
    cora.goto("/actions/mine")
    cora.get_by_role("listitem").filter(has_text="Keep one log").get_by_role("link", name="Decide").click()
    choose(cora, "Grant it")
    check(cora, "decide-request-above")
    press(cora, "Record the decision")
    expect(cora.locator("body")).to_contain_text("Your decision is recorded")
    assert (action_of(demo, ref).due_on, action_of(demo, ref).first_due_on) == (in_days(25), first)
    cora.goto(f"/actions/{ref}")
    expect(cora.locator("dl.summary div").filter(has_text="Due date").first).to_contain_text("first:")
    check(cora, "granted")
    sound(demo)
    leave(oona, dan, cora)


def test_raised_in_a_few_taps_and_found(chromium, demo):
    mia = person(chromium, demo, "mia.maple@example.org", PHONE)
    cora = person(chromium, demo, "cora.cedar@example.org", DESK)
    mia.goto("/relationships/R-05")
    follow(mia, "Raise a nonconformity")
    check(mia, "raise")
    expect(mia.get_by_label("Where", exact=True).locator("option:checked")).to_contain_text("R-05")
    mia.get_by_label("What is wrong, in one line").fill("Sleepers are counted by hand at the gate")
    mia.get_by_label("What happened").fill(
        "Both parties count; the zephyrograph shows other figures on Monday."
    )
    press(mia, "Raise it")
    expect(mia.locator("body")).to_contain_text("It is written down")
    check(mia, "raised")
    ref = re.search(r"NC-\d+-\d+", mia.url)[0]

    for words, lands in ((ref, f"/nonconformities/{ref}"), ("zephyrogr", "/search/?q=")):
        cora.goto("/")
        box = cora.locator("header").get_by_role("combobox")
        box.fill(words)
        box.press("Enter")
        expect(cora).to_have_url(re.compile(re.escape(lands)))
        expect(cora.locator("main")).to_contain_text("Sleepers are counted by hand")
    check(cora, "search")
    cora.locator("main").get_by_role("link", name=re.compile("Sleepers are counted")).click()
    expect(cora.locator("main")).to_contain_text("zephyrograph")
    check(cora, "draft")
    follow(cora, "Change the draft")
    check(cora, "edit-draft")
    cora.get_by_label("Requirement 1", exact=True).fill("ISO 44001:2017, 8.6.2")
    cora.get_by_label("Objective evidence").fill("Both sheets of the week")
    press(cora, "Save the draft")
    cora.goto(f"/nonconformities/{ref}")
    follow(cora, "Issue it")
    check(cora, "issue")
    for label, name in (("Responsible person", "Mia Maple"), ("Verifier", "Ella Elm")):
        cora.get_by_label(label, exact=True).select_option(label=option_of(cora, label, name))
    expect(cora.locator("main")).not_to_contain_text(",,")
    press(cora, f"Issue {ref}")
    expect(cora.locator("main")).to_contain_text("acknowledge")
    assert nc_of(demo, ref).status is NcStatus.ISSUED
    kept_and_changed(cora, demo, ref)
    sound(demo)
    leave(mia, cora)


def option_of(page, label, starts):
    found = page.get_by_label(label, exact=True).locator("option").all_inner_texts()
    return next(text for text in found if text.strip().startswith(starts))


def kept_and_changed(cora, demo, ref):
    """On the register and on the board; a view that is kept; two due dates at once; a workbook."""
    cora.goto("/nonconformities/board")
    expect(cora.locator(".lane-card").filter(has_text=ref)).to_be_visible()
    check(cora, "board")
    cora.goto("/nonconformities/")
    cora.get_by_label("Number or words").last.fill("Sleepers")
    cora.get_by_role("button", name="Show").first.click()
    expect(cora.get_by_role("table", name="Nonconformities")).to_contain_text(ref)
    check(cora, "register")
    follow(cora, "Save this view")
    check(cora, "views")
    cora.get_by_label("Name of the view").first.fill("All about sleepers")
    press(cora, "Save the view")
    cora.goto("/nonconformities/")
    follow(cora, "All about sleepers")
    expect(cora.get_by_role("table", name="Nonconformities").get_by_role("row")).to_have_count(2)
    with cora.expect_download() as download:
        follow(cora, "All as Excel")
    assert download.value.suggested_filename.endswith(".xlsx")
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).worksheets[0]
    texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert ref in texts
    assert "Sleepers are counted by hand at the gate" in texts

    _, refs = demo.unit(
        lambda s: carried_out(s, "Two gates, two lists", "Each gate has its own list.",
                              ("Print one list", "Oona"), ("Brief the gates", "Pip")), "write"
    )  # fmt: skip
    cora.goto("/actions/?q=" + refs[0].rsplit("-", 1)[0])
    check(cora, "actions-register")
    for one in refs:
        cora.get_by_label(f"Choose {one}").check()
    press(cora, "Change due date")
    expect(cora.locator("main")).to_contain_text("2 can be changed")
    check(cora, "change-many")
    cora.get_by_label("New due date").fill(in_days(40).isoformat())
    cora.get_by_label("Reason").fill("The gates are rebuilt first.")
    press(cora, "Change 2")
    expect(cora.get_by_role("table", name="Actions")).to_be_visible()
    assert {action_of(demo, one).due_on for one in refs} == {in_days(40)}
