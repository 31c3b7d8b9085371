"""`auditapp worker` as an installation runs it: the clock ticks, several get on with each other, SIGTERM ends them well."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from auditapp.config import ROOT
from auditapp.kit.clock import now
from auditapp.reminders.engine import queries, registry
from auditapp.reminders.engine.rules import TICK

START_SECONDS = 90


def environment(app):
    settings = app.extensions["auditapp"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AUDITAPP_")}
    return kept | {
        "AUDITAPP_SECRET_KEY": settings.secret_key.get_secret_value(),
        "AUDITAPP_DATA_DIR": str(settings.data_dir),
        "AUDITAPP_DATABASE_URL": settings.database_url,
    }


def command(app, *arguments):
    """A command of ours to its end; gives its code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "bots.main", *arguments],
        cwd=ROOT, env=environment(app), capture_output=True, text=True, check=False, timeout=START_SECONDS,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@contextmanager
def workers(app, count):
    """So many workers that have begun."""
    found = [
        subprocess.Popen(
            [sys.executable, "-m", "bots.main", "worker"],
            cwd=ROOT, env=environment(app), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(count)
    ]  # fmt: skip
    try:
        for one in found:
            assert "the clock ticks" in one.stdout.readline()
        yield found
    finally:
        for one in found:
            one.kill()
            one.wait()
            one.stdout.close()


def test_two_workers_tick_and_end_when_they_are_told(app, unit):
    assert command(app, "doctor")[0] == 1
    with workers(app, 2) as found:
        until = time.monotonic() + START_SECONDS
        wanted = {TICK, *(job.name for job in registry.jobs())}
        while time.monotonic() < until:
            marks = unit(queries.marks, "read")
            left = wanted - {name for name, mark in marks.items() if mark.ended_at is not None}
            if not left:
                break
            time.sleep(0.2)
        assert not left, "every job has run"
        assert unit(lambda s: queries.what_is_wrong(s, at=now(), late=timedelta(minutes=5)), "read") == []
        for one in found:
            one.send_signal(signal.SIGTERM)
        assert [one.wait(timeout=30) for one in found] == [0, 0]
        assert [one.stdout.read() for one in found] == ["", ""], "and nothing went wrong meanwhile"
    code, said = command(app, "doctor")
    assert "all is well" in said, said
    assert code == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_scheduler_of_ones_own_runs_each_job_once(app):
    code, said = command(app, "tick")
    assert code == 0, said
    for label in (
        "Issues that move up by themselves",
        "The daily anchor of the trail",
        "Delivery of messages",
    ):
        assert label in said
