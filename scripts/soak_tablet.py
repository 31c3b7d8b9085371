"""Walk an audit on a tablet without a network, kill the browser again and again, send all of it through a bad network.

`scripts/soak_tablet.py --questions 150 --photos 40 --kills 50`: the real server, Debian's Chromium with its memory on disk,
taps and typing as a person does them, SIGKILL to the whole browser at random moments (four of five without a network, the
fifth while it is sent), a proxy that drops, cuts, delays, repeats, reorders and lies. Whatever the page called “On this
tablet” must stand there after each kill, and must be at the server once in the end. Prints its counts; exits with 1 when
anything is lost, doubled or otherwise wrong.
"""

import argparse
import random
import sys
import tempfile
import warnings
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.stage import set_stage
from tests.conftest import build, migrate_up, settings_for
from tests.journeys.browser import CHROMIUM
from tests.journeys.site import running
from tests.storm.campaign import run
from tests.storm.proxy import stormy


def main() -> int:
    """One campaign. Gives 0 when nothing is lost and nothing doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--storms", type=int, default=120, help="requests that meet bad luck")
    parser.add_argument("--minutes", type=float, default=15, help="for sending, at most")
    parser.add_argument("--seed", type=int, default=None, help="the same plan again")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    if not Path(CHROMIUM).exists():
        sys.exit(f"there is no {CHROMIUM} (apt install chromium)")
    print(f"A tablet killed {asked.kills} times while an audit is walked and sent (seed {seed})", flush=True)
    with tempfile.TemporaryDirectory(prefix="tablet") as name, warnings.catch_warnings(action="ignore"):
        folder = Path(name)
        (folder / "data").mkdir()
        migrate_up(build(settings_for(folder / "data")))
        with running(folder / "data") as site, stormy(site.url) as proxy, sync_playwright() as playwright:
            stage = set_stage(site.app, asked.questions, answered=False)
            outcome = run(
                playwright,
                site,
                stage,
                proxy,
                folder / "profile",
                photos=asked.photos,
                kills=asked.kills,
                storms=asked.storms,
                seed=seed,
                seconds=asked.minutes * 60,
                say=lambda line: print(line, flush=True),
            )
    print(outcome)
    bad = outcome.found.lost + outcome.found.doubled + outcome.found.wrong
    for fault in bad:
        print(f"WRONG {fault}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
