"""A stretch of reminders under a shifted clock: the real program, whose own clock is moved by libfaketime.

The simulated year of the tests hands the moment in. Here nothing is handed in: the process reads its clock as it always
does, and libfaketime moves that clock from moment to moment through a file. Needs libfaketime (Debian: `faketime`).

    python -m scripts.soak_year --days 365 --people 40
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from auditapp.kit import clock
from auditapp.kit.db import current_session, db, run_unit
from auditapp.reminders.engine.running import tick
from tests.conftest import build, migrate_up, settings_for
from tests.factories.year import broken_promises, make_world, play

LIBRARIES = tuple(
    Path(folder) / "faketime" / "libfaketimeMT.so.1"
    for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib")
)
CHILD = "AUDITAPP_SOAK_YEAR_CLOCK"
DRIFT = timedelta(seconds=5)


def main() -> int:
    """Start this very script again under libfaketime, or be that run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 1, 5))
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if CHILD in os.environ:
        return shifted(asked, Path(os.environ[CHILD]))
    library = next((one for one in LIBRARIES if one.exists()), None)
    if library is None:
        print("libfaketime is not here. On Debian and Ubuntu: apt install faketime")
        return 2
    with tempfile.NamedTemporaryFile("w", suffix=".clock") as file:
        show(Path(file.name), datetime.combine(asked.start, datetime.min.time(), UTC))
        return subprocess.call(
            [sys.executable, "-m", "scripts.soak_year", *sys.argv[1:]],
            env=os.environ
            | {
                "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": file.name, "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC", CHILD: file.name,
            },
        )  # fmt: skip


def show(file: Path, at: datetime) -> None:
    """From now on the clock shows this moment, standing still (no fraction: libfaketime reads seconds)."""
    file.write_text(at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"), encoding="utf-8")


def shifted(asked: argparse.Namespace, file: Path) -> int:
    """The run itself. Gives 0 when every promise held."""
    first = datetime.combine(asked.start, datetime.min.time(), UTC)
    last = first + timedelta(days=asked.days)
    away = first + timedelta(days=asked.days // 2)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        app = build(settings_for(Path(folder)))
        migrate_up(app)
        moved = 0

        def real(at: datetime) -> None:
            nonlocal moved
            # Whole seconds: the clock must have come to the moment, never stand just before it.
            show(file, at.replace(microsecond=0) + timedelta(seconds=1))
            assert timedelta() <= clock.now() - at < DRIFT, (clock.now(), at)
            moved += tick(app)
            app.extensions["auditapp_deliver"](app)

        with app.app_context():
            world = run_unit(
                lambda: make_world(current_session(), people=asked.people, start=asked.start, seed=asked.seed), "write"
            )
            app.extensions["auditapp_deliver"] = delivering(world)
            moments = play(app, world, first=first, last=last, downtime=(away, away + timedelta(days=21)), tick=real)
            broken = run_unit(lambda: broken_promises(current_session(), world, last=last), "read")
            db.session.remove()
            db.engine.dispose()
    print(
        f"{asked.days} days of {asked.people} people under libfaketime: {moments} moments, {moved} things done, "
        f"{len(world.sink.got)} messages, {len(broken)} broken promises, {time.monotonic() - began:.0f} s"
    )
    for line in broken:
        print("BROKEN:", line)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
