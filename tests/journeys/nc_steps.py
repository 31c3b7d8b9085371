"""Steps of the life of a nonconformity, each as the person takes it whose turn it is."""

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


def status_of(page: Page, words: str) -> None:
    """The head says where it stands."""
    expect(page.locator("header.head")).to_contain_text(words)
