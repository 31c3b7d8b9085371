"""A served audit behind a bad network, and tablets that walk it."""

import itertools
import shutil
from contextlib import closing

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.model import Answer
from auditapp.kit.db import sqlite_driver
from auditapp.people.model import Person
from tests.audits.execution.conftest import make_cast
from tests.journeys.browser import person
from tests.journeys.site import running
from tests.storm.proxy import stormy
from tests.storm.tablet import awake

QUESTIONS = 4
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def served(sqlite_template, tmp_path_factory):
    """One site for the tests of a file; each has an audit of its own."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "auditapp.sqlite3")
    with running(folder) as site, stormy(site.url) as proxy:
        site.backup = lambda target: _copied(folder / "auditapp.sqlite3", target)
        site.restore = lambda source: _copied(source, folder / "auditapp.sqlite3")
        yield site, proxy


def _copied(source, target):
    """A database as it is now, put over another one. By the SQLite that the site uses: two in one process share no locks."""
    with closing(sqlite_driver.connect(source)) as one, closing(sqlite_driver.connect(target)) as other:
        one.backup(other)
    return target


class Scene:
    """An audit of a few questions, behind the proxy."""

    def __init__(self, chromium, site, proxy):
        self.chromium, self.site, self.proxy = chromium, site, proxy
        self.ref = f"IA-2026-{next(numbers):03}"
        self.cast = site.unit(lambda s: make_cast(s, limit=QUESTIONS, ref=self.ref), "write")
        self.contexts = []

    def cookie(self, role):
        who = getattr(self.cast, role).person_id
        return self.site.cookie_of(self.site.unit(lambda s: s.get(Person, who).email))

    def open(self, role="auditor", *scripts, **options):
        """A tablet of its own for somebody of the cast, with the walk on it."""
        page = person(self.chromium, _Behind(self.site, self.proxy), None, **options)
        page.context.set_default_timeout(20_000)
        for script in scripts:
            page.context.add_init_script(script)
        page.context.add_cookies([self.cookie(role)])
        self.contexts.append(page.context)
        return self.walk(page)

    def walk(self, page):
        page.goto(f"/audits/{self.ref}/walk")
        awake(page)
        expect(bar(page)).to_have_attribute("data-unsaved", "0")
        return page

    def operations(self):
        return self.site.unit(
            lambda s: [
                (one.kind, one.state.value, one.person_id, one.text)
                for one in s.scalars(
                    sa.select(Operation)
                    .where(Operation.audit_id == self.cast.audit_id)
                    .order_by(Operation.received_at, Operation.seq)
                )
            ]
        )

    def answer(self, n):
        return self.site.unit(
            lambda s: s.scalars(
                sa.select(Answer).where(Answer.question_id == self.cast.questions[n - 1])
            ).one()
        )


class _Behind:
    """The site as the browser sees it."""

    def __init__(self, site, proxy):
        self.url = proxy.url
        self.cookie_of = site.cookie_of


@pytest.fixture
def scene(chromium, served):
    site, proxy = served
    proxy.lift()
    proxy.seen.clear()
    made = Scene(chromium, site, proxy)
    yield made
    for context in made.contexts:
        context.close()
    proxy.lift()


def bar(page):
    return page.locator("details[data-state]")
