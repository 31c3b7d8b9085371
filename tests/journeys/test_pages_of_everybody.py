"""Every page of the navigation, opened by every kind of person: nothing broken, nothing unreadable."""

import pytest

from tests.journeys.browser import DESK, check, person

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
