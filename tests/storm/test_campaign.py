"""The short form of scripts/soak_tablet.py: what the page called kept outlives every kill and comes through the storm once."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from bench.stage import set_stage
from tests.journeys.site import running
from tests.storm.campaign import run
from tests.storm.proxy import stormy

pytestmark = pytest.mark.browser


def test_nothing_that_was_called_kept_is_lost_or_doubled(sqlite_template, tmp_path):
    shutil.copy(sqlite_template, tmp_path / "auditapp.sqlite3")
    with running(tmp_path) as site, stormy(site.url) as proxy, sync_playwright() as playwright:
        stage = set_stage(site.app, 20, answered=False)
        outcome = run(
            playwright, site, stage, proxy, tmp_path / "profile",
            photos=4, kills=4, storms=12, seed=7, seconds=60, say=print,
        )  # fmt: skip
    print(outcome)
    assert (outcome.found.lost, outcome.found.doubled, outcome.found.wrong) == ([], [], [])
    assert (outcome.kills, outcome.found.answers, outcome.photos) == (4, 20, 4)
    assert sum(outcome.storms.values()) > 3
