"""Steps of the life of a nonconformity, each as the person takes it whose turn it is."""

import re
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from auditapp.findings.model import Nonconformity
from auditapp.kit import clock
from auditapp.people.guards import cookie_name
from auditapp.people.model import Person
from auditapp.people.service import begin_sign_in
from tests.journeys.browser import check, person
from tests.journeys.site import Site
from tests.journeys.steps import option, picture

REAL = clock.now


def later(monkeypatch: Any, days: int) -> None:
    """It is so many days later, for the server too: it runs in this process and asks the one clock."""
    monkeypatch.setattr(clock, "now", lambda: REAL() + timedelta(days=days))


def lasting(browser: Browser, site: Site, first: str, viewport: Any) -> Page:
    """A browser of somebody of the demonstration whose sign-in outlasts the months of a nonconformity."""

    def sign_in(session: Any) -> str:
        who = session.scalars(sa.select(Person.id).where(Person.email.startswith(f"{first}."))).one()
        return begin_sign_in(session, person_id=who, at=REAL(), days=400, address="", agent="journey")

    page = person(browser, site, None, viewport)
    secret = site.unit(sign_in, "write")
    with site.app.app_context():
        page.context.add_cookies([{"name": cookie_name(), "value": secret, "url": site.url}])
    return page


def today() -> date:
    """The day it is in the journey."""
    return clock.day_in("Europe/London", clock.now())


def ref_where(site: Site, **values: Any) -> str:
    """The number of the nonconformity that is so."""
    return str(site.unit(lambda s: s.scalars(sa.select(Nonconformity.ref).filter_by(**values)).one()))


def open_nc(page: Page, ref: str) -> None:
    """Its page, looked at."""
    page.goto(f"/nonconformities/{ref}")
    check(page)


def follow(page: Page, label: str) -> None:
    """Press the step that its head offers, and look at the form it leads to."""
    page.get_by_role("main").get_by_role("link", name=label, exact=True).first.click()
    expect(page.get_by_role("main")).to_be_visible()
    check(page)


def press(page: Page, label: str, says: str) -> None:
    """Press a button, and read what happened."""
    page.get_by_role("button", name=label, exact=True).first.click()
    expect(page.locator("body")).to_contain_text(says)


def status_of(page: Page, words: str) -> None:
    """The head says where it stands."""
    expect(page.locator("header.head")).to_contain_text(words)


def acknowledge_and_contain(page: Page, ref: str) -> None:
    """The responsible person takes it on and puts right what can be put right today."""
    open_nc(page, ref)
    press(page, "Acknowledge it", f"{ref} is acknowledged")
    status_of(page, "Correction and containment")
    follow(page, "Record correction and containment")
    page.get_by_label("Correction").fill("The two oldest issues were decided the same day.")
    page.get_by_label("Containment").fill(
        "Every open issue is read out at the weekly call until further notice."
    )
    press(page, "Record it", f"Correction and containment of {ref} are recorded")
    status_of(page, "Cause and extent")


def find_the_cause(page: Page, ref: str) -> None:
    """Two whys, of which the second branches; one is a root cause with its category; the extent is said."""
    open_nc(page, ref)
    follow(page, "Work on cause and extent")
    add_why(page, None, "Nobody was told that the issue waited.")
    add_why(page, "1", "The reminder goes to a post that is vacant.", category="Process")
    add_why(page, "1", "The partner's deputy is not on the list.")
    check(page)
    expect(page.locator("svg").filter(has_text="vacant").first).to_be_visible()
    page.get_by_role("link", name="Complete cause and extent").click()
    check(page)
    page.get_by_label("The cause, in one or two sentences").fill("Reminders go to a post that nobody holds.")
    page.get_by_label("Where else it may occur").fill(
        "All lists were compared: only this one names a vacant post."
    )
    press(page, "Complete cause and extent", "Action plan")


def add_why(page: Page, under: str | None, text: str, category: str = "") -> None:
    """One answer; ``under``: the number of the answer that it explains."""
    here = page.locator(".why-top") if under is None else face(page, under)
    form = here.locator("form.why-form").first
    if not form.is_visible():
        here.locator("summary").filter(has_text="Why?").click()
    form.get_by_label("Because …").fill(text)
    if category:
        form.get_by_label("This is a root cause").check()
        form.locator("summary").filter(has_text="Category").click()
        form.get_by_label("Category").select_option(label=category)
    form.get_by_role("button", name="Add the answer").click()
    expect(page.locator(".whys").first).to_contain_text(text)


def face(page: Page, number: str) -> Any:
    """The answer with that number."""
    mark = page.locator(".why-number").get_by_text(number, exact=True)
    return page.locator(".why-face").filter(has=mark).first


def propose(page: Page, ref: str, title: str, owner: str, days: int, *, look: bool = False) -> None:
    """An action with its owner and due date."""
    page.goto(f"/nonconformities/{ref}/actions/new")
    if look:
        check(page)
    page.get_by_label("What is to be done").fill(title)
    page.locator(".segment").filter(has_text=re.compile("Corrective")).first.click()
    page.get_by_label("Owner").select_option(label=option(page, "Owner", owner))
    page.get_by_label("Due date").fill((today() + timedelta(days=days)).isoformat())
    page.get_by_label("Evidence required").fill("A photo of the list as it hangs")
    press(page, "Propose it", title)


def write_criteria(page: Page, ref: str, text: str, days: int) -> None:
    """By what it will be judged, before anything is done."""
    page.goto(f"/nonconformities/{ref}/criteria")
    check(page)
    page.get_by_label("Criteria").fill(text)
    page.get_by_label("Not before").fill((today() + timedelta(days=days)).isoformat())
    press(page, "Save the criteria", "criteria of the effectiveness check are written down")


def submit_plan(page: Page, ref: str) -> None:
    """The plan goes to the verifier."""
    open_nc(page, ref)
    follow(page, "Look at the plan and submit it")
    press(page, "Submit the plan", f"The plan of {ref} is submitted")


def return_plan(page: Page, ref: str, reason: str) -> None:
    """The verifier wants more."""
    open_nc(page, ref)
    follow(page, "Return the plan")
    page.get_by_label("What the plan still needs").fill(reason)
    press(page, "Return the plan", f"The plan of {ref} is returned")


def accept_plan(page: Page, ref: str) -> None:
    """The verifier is content."""
    open_nc(page, ref)
    follow(page, "Accept the plan")
    press(page, "Accept the plan", f"The plan of {ref} is accepted")


def carry_out(page: Page, ref: str, result: str, *, photo: bool, look: bool = True) -> None:
    """The owner accepts the action, begins, and says that it is done; with a photo from the phone."""
    page.goto(f"/actions/{ref}")
    for label, stands in (("Accept", "Accepted"), ("Begin", "In progress")):
        if look:
            check(page)
        page.get_by_role("button", name=label, exact=True).click()
        status_of(page, stands)
    page.get_by_role("link", name="Done", exact=True).click()
    if look:
        check(page)
    page.get_by_label("What was done").fill(result)
    if photo:
        page.get_by_label("Or take a photo now").set_input_files(
            {"name": "IMG_0099.jpg", "mimeType": "image/jpeg", "buffer": picture()}
        )
    page.locator("form[data-once]").get_by_role("button", name=re.compile("Done|done")).click()
    expect(page).to_have_url(re.compile(rf"/actions/{ref}$"))
    status_of(page, "Done")
    if look:
        check(page)


def verify_all(page: Page, ref: str, actions: tuple[str, ...]) -> None:
    """The verifier looks at each action, then at all of it together."""
    open_nc(page, ref)
    follow(page, "Verify the work")
    for number in actions:
        here = page.locator(f"li[id='{number}']")
        here.get_by_role("link", name="Verify or return it").click()
        check(page)
        page.get_by_label("What you looked at").fill("1 of 1 list")
        page.get_by_label("What you found").fill("It hangs there, and every name is right.")
        press(page, "It holds: verified", f"{number} is verified")
        page.goto(f"/nonconformities/{ref}/verify")
    page.get_by_label("What you looked at").fill("3 of 3 lists, drawn by lot")
    page.get_by_label("What you found").fill("All of them name people who are there.")
    press(page, "The work is verified", f"The work on {ref} is verified")
    status_of(page, "Effectiveness check")
