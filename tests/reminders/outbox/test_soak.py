"""The short form of scripts/soak_reminders.py: real workers, killed while they deliver; `make soak` runs the long one."""

import random

import pytest

from scripts.soak_reminders import soak

MOODS = ("drop_before", "drop_after", "late", "wait")  # a refusal would be waited for half a minute


@pytest.mark.parametrize(
    "app", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_nothing_is_lost_and_no_double_is_without_its_reason(app, tmp_path):
    random.seed(5)
    on_postgres = app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql")
    report = soak(
        app,
        tmp_path,
        database="postgresql" if on_postgres else "sqlite",
        messages=150,
        kills=8,
        restarts=0,  # the tests' server forgets commits when it is shut down at once: it runs without synchronous_commit
        chance=0.02,
        moods=MOODS,
        minutes=3,
        pause=(0.2, 1.5),
        say=False,
    )
    assert (report.lost, report.unexplained, report.doubles["web"]) == ([], [], 0)
    assert (report.kills, report.restarts) == (8, 0)
    assert report.states == {"sent": 150}
