"""Real workers, killed while they tell a real receiver: the short form always, the long one with `make soak`."""

import random

import pytest

from bench.stage import site
from scripts.soak_webhooks import CHANCE, soak

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.mark.parametrize(
    "app", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_killed_workers_lose_nothing_and_keep_the_order(app, tmp_path):
    random.seed(11)
    report = soak(app, tmp_path, kills=4, wave=36, minutes=5)
    assert (report.lost, report.wrong) == ([], [])
    assert report.kills >= 4
    assert report.caught > 0  # some were on their way
    assert report.told > 50


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_the_long_form(kind, tmp_path):
    with site(kind) as app:
        report = soak(
            app, tmp_path, kills=40, endpoints=12, chance=CHANCE, wait=True, minutes=40,
            say=True,
        )  # fmt: skip
    print(report)
    assert (report.lost, report.wrong) == ([], [])
    assert report.kills >= 40
    assert report.caught > 10
