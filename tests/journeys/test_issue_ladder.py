"""Issues on the ladder, by hand in two browsers: one climbs all four levels over working days and holidays of two
countries while the site is looked at, left alone, and down for weeks; one is paused by both parties and resolved at
level 2. It is the December to come, so that the holidays of both countries lie in the way."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.kit import clock, workdays
from auditapp.people.guards import cookie_name
from auditapp.people.model import Person
from auditapp.people.service import begin_sign_in
from auditapp.relationships.issues import service
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.running import stays_of
from auditapp.relationships.issues.rules.issue import Outcome, Status
from auditapp.relationships.issues.rules.turn import day_words
from auditapp.trail import service as trail
from tests.journeys.browser import DESK, PHONE, TABLET, check, person

REAL = clock.now
HERE = "/relationships/R-03/issues"  # our own days are Great Britain's, those of Saltmarsh the Netherlands'
SUNDAY = 6


@pytest.fixture
def set_clock(monkeypatch):
    """It is that moment in London, for the server too: it runs in this process and asks the one clock."""

    def to(day, hour=9):
        moment = datetime.combine(day, time(hour), ZoneInfo("Europe/London")).astimezone(UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return to


def december():
    """The last working day before Christmas week of the December to come."""
    today = REAL().date()
    year = today.year if (today.month, today.day) < (12, 18) else today.year + 1
    day = date(year, 12, 18)
    while not workdays.is_working(day, country="GB"):
        day -= timedelta(days=1)
    return day


def after(day, count, country):
    return workdays.after(day, count, country=country)


def working(first, last, country):
    """Working days behind ``first`` up to and with ``last``."""
    days = (first + timedelta(days=one) for one in range(1, (last - first).days + 1))
    return sum(workdays.is_working(day, country=country) for day in days)


def browser_of(chromium, site, first, viewport):
    """Somebody of the demonstration whose sign-in outlasts everything."""

    def sign_in(session):
        who = session.scalars(sa.select(Person.id).where(Person.email.startswith(f"{first}."))).one()
        return begin_sign_in(session, person_id=who, at=REAL(), days=900, address="", agent="journey")

    page = person(chromium, site, None, viewport)
    secret = site.unit(sign_in, "write")
    with site.app.app_context():
        page.context.add_cookies([{"name": cookie_name(), "value": secret, "url": site.url}])
    return page


def tick(site):
    site.unit(lambda s: service.advance(s, at=clock.now()), "write")


def raise_it(page, title, severity):
    """Raise a shared issue by hand; its number."""
    page.goto(HERE)
    check(page)
    page.get_by_role("main").get_by_role("link", name="Raise an issue").first.click()
    check(page)
    page.get_by_label("What the issue is").fill(title)
    page.get_by_label("Kind").select_option("information")
    page.locator("#severity .segment").filter(has_text=severity).click()
    page.get_by_label("Description").fill("Agreed was the Thursday before; it came on the day.")
    page.locator("#sharing .segment").filter(has_text="Shared with the partner").click()
    page.get_by_role("button", name="Raise the issue").click()
    number = page.url.rsplit("/", 1)[-1]
    expect(page.locator("header.head")).to_contain_text(title)
    check(page)
    return number


def says(page, words):
    expect(page.locator("header.head")).to_contain_text(words)


def until(day, today):
    return f"has until {day_words(day, today)}."


def stays(site, number):
    def read(session):
        issue = session.scalars(sa.select(Issue).where(Issue.ref == number)).one()
        return issue.status, [
            (stay.level, stay.entered_at, stay.left_at, stay.used_days, stay.paused_days, stay.outcome)
            for stay in stays_of(session, issue.id)
        ]

    return site.unit(read)


def end_of(day, zone):
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def test_an_issue_climbs_all_four_levels_over_the_holidays_of_two_countries(chromium, demo, set_clock):
    raised = december()
    set_clock(raised)
    mia = browser_of(chromium, demo, "mia", DESK)
    number = raise_it(mia, "Forecasts come when the lorries are loaded", "Moderate")
    first = after(raised, 5, "NL")
    says(mia, f"Saltmarsh Logistics (Yara Yew, Operational) {until(first, raised)}")
    says(mia, "If it is not resolved then, it moves to joint management.")

    # Nothing ticks over the holidays. The page knows all the same.
    here = first + timedelta(days=1)
    set_clock(here)
    yara = browser_of(chromium, demo, "yara", TABLET)
    yara.goto(f"{HERE}/{number}")
    second = after(first, 10, "NL")
    says(yara, f"Saltmarsh Logistics (Pia Pear, Joint management) {until(second, here)}")
    expect(yara.get_by_role("main")).to_contain_text("The time of the operational level ran out with")
    check(yara)
    assert len(stays(demo, number)[1]) == 1
    tick(demo)
    yara.reload()
    says(yara, f"(Pia Pear, Joint management) {until(second, here)}")

    # On a Sunday the ball comes back to us: from now on our days count, and none of theirs is lost.
    sunday = first + timedelta(days=7 + (SUNDAY - first.weekday()) % 7)
    assert sunday < second
    set_clock(sunday)
    yara.reload()
    yara.get_by_role("link", name="The ball is with …").click()
    check(yara)
    yara.get_by_label("What is expected of them").fill("Name the hour at which your forecast is final.")
    yara.get_by_role("button", name="Pass the ball").click()
    third_day = after(sunday, 10 - working(first, sunday, "NL"), "GB")
    says(yara, f"Hedgerow Infrastructure (Iris Ivy, Joint management) {until(third_day, sunday)}")
    check(yara)

    # The site is down for weeks. What came is made up with the moments at which it really came.
    fourth_day = after(third_day, 10, "GB")
    back = fourth_day + timedelta(days=7)
    assert back - sunday > timedelta(weeks=3)
    set_clock(back)
    ben = browser_of(chromium, demo, "ben", PHONE)
    ben.goto(f"{HERE}/{number}")
    last_day = after(fourth_day, 20, "GB")
    says(ben, f"(Nora Narcissus, Chief executives) {until(last_day, back)}")
    says(ben, "the ladder is used up")
    check(ben)
    tick(demo)
    _, found = stays(demo, number)
    assert [one[:3] for one in found[1:]] == [
        (2, end_of(first, "Europe/Amsterdam"), end_of(third_day, "Europe/London")),
        (3, end_of(third_day, "Europe/London"), end_of(fourth_day, "Europe/London")),
        (4, end_of(fourth_day, "Europe/London"), None),
    ]
    assert [one[3] for one in found] == [5, 10, 10, None]
    assert {one[5] for one in found[:3]} == {Outcome.EXPIRED}
    ben.reload()
    expect(ben.get_by_role("main")).to_contain_text("5 of 5")
    check(ben)
    mia.goto("/issues/?level=4")
    expect(mia.get_by_role("main")).to_contain_text(number)
    check(mia)

    # The top level's time runs out as well; then they settle it.
    over = last_day + timedelta(days=1)
    set_clock(over)
    tick(demo)
    mia.goto("/issues/?overdue=yes")
    mia.get_by_role("main").get_by_role("link", name="Forecasts come when the lorries are loaded").click()
    says(mia, "The ladder is used up")
    says(mia, "mediation, or the contract's way for disputes")
    check(mia)
    mia.get_by_role("main").get_by_role("link", name="Resolve it").click()
    check(mia)
    mia.get_by_label("Cause").fill("Sites and depot planned by different days.")
    mia.get_by_label("Resolution", exact=True).fill("The forecast is final at noon, two days before.")
    mia.get_by_label("Lesson").fill("A forecast needs an hour, not a day.")
    mia.get_by_role("button", name="Record the resolution").click()
    says(mia, "To be accepted")
    yara.goto(f"{HERE}/{number}")
    yara.get_by_role("main").get_by_role("link", name="Answer the resolution").click()
    check(yara)
    yara.locator("#agreed .segment").filter(has_text="We accept it").click()
    yara.get_by_role("button", name="Record the answer").click()
    says(yara, "at the chief executives. Nobody has to do anything.")
    check(yara)
    status, found = stays(demo, number)
    assert (status, found[-1][5]) == (Status.CLOSED, Outcome.RESOLVED)
    assert list(demo.unit(lambda s: list(trail.verify(s)))) == []
    for page in (mia, yara, ben):
        page.context.close()


def test_an_issue_is_paused_by_both_and_resolved_at_level_two(chromium, demo, set_clock):
    raised = december()
    set_clock(raised)
    mia = browser_of(chromium, demo, "mia", TABLET)
    yara = browser_of(chromium, demo, "yara", PHONE)
    mia.goto(f"{HERE}/ladder")
    check(mia)
    mia.get_by_role("link", name="Change the ladder").click()
    check(mia)
    mia.get_by_label("Holder").nth(5).select_option(label="Yara Yew")
    mia.get_by_label("Or a name").nth(5).fill("")
    mia.get_by_role("button", name="Save the ladder").click()
    expect(mia.locator("body")).to_contain_text("The ladder is set.")
    number = raise_it(mia, "Drivers are sent to the wrong gate", "Serious")
    first = after(raised, 3, "NL")
    says(mia, until(first, raised))
    mia.get_by_label("Your comment").fill("Between ourselves: our gate plan is wrong.")
    mia.get_by_role("button", name="Say it").click()
    expect(mia.locator("#said")).to_contain_text("our gate plan is wrong")
    yara.goto(f"{HERE}/{number}")
    says(yara, "It is your turn (Operational)")
    expect(yara.locator("body")).not_to_contain_text("our gate plan is wrong")
    expect(yara.locator("body")).not_to_contain_text("History")
    check(yara)

    here = first + timedelta(days=1)
    set_clock(here)
    tick(demo)
    second = after(first, 5, "NL")
    yara.reload()
    says(yara, f"It is your turn (Joint management): you have until {day_words(second, here)}.")

    # One proposes, the other agrees; the clock runs until then, and stands from then on.
    goes_on = second + timedelta(days=20)
    yara.get_by_role("main").get_by_role("link", name="Propose a pause").click()
    check(yara)
    yara.get_by_label("When it goes on").fill(goes_on.isoformat())
    yara.get_by_label("Reason").fill("The gates are renumbered in the new year.")
    yara.get_by_role("button", name="Propose the pause").click()
    expect(yara.locator("body")).to_contain_text("The clock goes on until the other party agrees.")
    check(yara)
    mia.goto(f"{HERE}/{number}")
    expect(mia.get_by_role("main")).to_contain_text("A pause of the clock is proposed")
    check(mia)
    mia.get_by_role("main").get_by_role("link", name="Answer the proposal").click()
    check(mia)
    mia.locator("#agreed .segment").filter(has_text="We agree").click()
    mia.get_by_role("button", name="Record the answer").click()
    says(mia, "The clock is paused, as both parties agreed.")
    check(mia)

    # The day on which the level would have been over passes; nothing moves.
    set_clock(second + timedelta(days=5))
    tick(demo)
    mia.reload()
    says(mia, "Paused")
    assert len(stays(demo, number)[1]) == 2
    # It goes on by itself, with what was left.
    set_clock(goes_on + timedelta(days=1))
    mia.reload()
    says(mia, "Saltmarsh Logistics (Yara Yew, Joint management) has until")
    tick(demo)
    yara.goto(f"{HERE}/{number}")
    says(yara, "It is your turn (Joint management)")
    yara.get_by_role("main").get_by_role("link", name="Resolve it").click()
    check(yara)
    yara.get_by_label("Cause").fill("Two gate plans were in use.")
    yara.get_by_label("Resolution", exact=True).fill("One plan, on the wall of the depot.")
    yara.get_by_label("Lesson").fill("Throw the old plan away on the same day.")
    yara.get_by_role("button", name="Record the resolution").click()
    says(yara, "To be accepted")
    mia.reload()
    says(mia, "to accept the resolution or to object")
    mia.get_by_role("main").get_by_role("link", name="Answer the resolution").click()
    check(mia)
    mia.locator("#agreed .segment").filter(has_text="We accept it").click()
    mia.get_by_role("button", name="Record the answer").click()
    says(mia, "at joint management. Nobody has to do anything.")
    check(mia)
    status, found = stays(demo, number)
    assert status is Status.CLOSED
    assert [(one[0], one[5]) for one in found] == [(1, Outcome.EXPIRED), (2, Outcome.RESOLVED)]
    assert found[0][3] == 3
    assert found[1][3] < 5
    assert found[1][4] > 5
    for page in (mia, yara):
        page.context.close()
