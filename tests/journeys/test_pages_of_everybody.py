"""Every page of the navigation, opened by every kind of person: nothing broken, nothing unreadable."""

import re

import pytest
import sqlalchemy as sa

from auditapp.audits.model import Audit
from tests.journeys.browser import DESK, PHONE, TABLET, check, person

WHO = ["dan.dogwood", "oona.oak", "cora.cedar", "ada.alder", "wes.willow"]


@pytest.mark.parametrize("who", WHO)
def test_every_page_of_the_navigation(chromium, demo, who):
    page = person(chromium, demo, f"{who}@example.org", DESK)
    page.goto("/")
    check(page)
    links = page.locator("nav a[href^='/']").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    for href in dict.fromkeys(links):
        answer = page.goto(href)
        assert answer.status == 200, href
        check(page)
    page.context.close()


KIND = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|\b(IA|AR|AP|R|F)-[\w-]+|\d+")
MOST = 120


@pytest.mark.soak
@pytest.mark.parametrize("who", ["ada.alder", "dan.dogwood", "finn.fir", "mia.maple"])
@pytest.mark.parametrize("viewport", [TABLET, PHONE], ids=["tablet", "phone"])
def test_one_page_of_each_kind_that_can_be_reached(chromium, demo, who, viewport):
    # Pages of an audit differ by how far it has come: each state counts as a kind of its own.
    states = dict(demo.unit(lambda s: [tuple(row) for row in s.execute(sa.select(Audit.ref, Audit.status))]))
    page = person(chromium, demo, f"{who}@example.org", viewport)
    waiting, seen, wrong = ["/", "/audits/?view=all", "/style"], set(), []
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        ref = re.search(r"IA-\d+-\d+", path)
        kind = (KIND.sub("*", path.split("?")[0]), states.get(ref[0] if ref else ""))
        if kind in seen or re.search(r"/(file|pdf|picture|pictures|export|static)\b|\.(csv|yaml|ics)$", path):
            continue
        seen.add(kind)
        answer = page.goto(path)
        if answer.status != 200:
            wrong.append(f"{path}: {answer.status}")
            continue
        try:
            check(page)
        except AssertionError as error:
            wrong.append(str(error)[:600])
        links = page.locator("a[href^='/']").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
        waiting += [link.split("#")[0] for link in links if link != path]
    page.context.close()
    assert not wrong, "\n\n".join(wrong)
    assert len(seen) > 15
