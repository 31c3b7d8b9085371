"""The walk on a tablet: what it weighs, how soon a tap is on disk, how soon it is usable again with 150 answers on it.

Debian's Chromium slowed down four times, the real server, no network while it is measured. The goal for scripts is held against what the
walk needs to work; what is fetched when somebody reaches for it (camera, pen, signature, rescue file, finding) stands beside it. A tap is timed from the event to
the words “On this tablet”, which come after the disk; reopening from the start of the navigation to the last answer that is
restored. With `--photos` unsent photos on the tablet the taps are timed again. `--goal` exits with 1 when a goal is missed.
"""

import argparse
import gzip
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from bench.stage import Stage, machine, set_stage, site
from tests.journeys.browser import CHROMIUM
from tests.serving import serving
from tests.storm.campaign import picture
from tests.storm.tablet import Tablet, awake, take

SLOWER = 4
MOST_SCRIPT, MOST_VIEW = 25_000, 120_000  # bytes, gzipped
READING = 400  # ms that somebody looks at a question before tapping
MOST_TAP, MOST_OPEN = 50.0, 2000.0  # ms
JS = Path("auditapp/shell/static/js")
TIMES = """(() => {
  globalThis.taps = [];
  globalThis.restored = 0;
  let began = 0;
  addEventListener("change", (event) => { began = event.timeStamp; }, true);
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.nodeType !== 1 || !target.matches("[data-saved]") || !target.textContent.startsWith("On this tablet")) continue;
      globalThis.restored = performance.now();
      if (began) taps.push(performance.now() - began);
      began = 0;
    }
  }).observe(document, { subtree: true, childList: true });
})();"""
ANSWER = """async () => {
  const kept = () => new Promise((good) => document.addEventListener("tablet:written", good, { once: true }));
  for (const card of document.querySelectorAll("article.question")) {
    card.scrollIntoView();
    while (card.hasAttribute("data-closed")) await new Promise(requestAnimationFrame);
    const done = kept();
    card.querySelector("[name=result][value=conforms]").click();
    await done;
  }
}"""


def gzipped(data: bytes) -> int:
    """Bytes on the way, as a server in front compresses them."""
    return len(gzip.compress(data, 6))


AT_ONCE = r'(?:from|^import)\s*"([./][^"]+\.js)"'
EVER = r'(?:from|import)\s*\(?\s*"([./][^"]+\.js)"'


def needed(name: str, how: str) -> set[Path]:
    """A script and everything that it fetches: at once, or ever."""
    found: set[Path] = set()
    look = [(JS / name).resolve()]
    while look:
        one = look.pop()
        if one in found:
            continue
        found.add(one)
        text = one.read_text(encoding="utf-8")
        look += [(one.parent / told).resolve() for told in re.findall(how, text, re.MULTILINE)]
    return found


def weigh(playwright: Playwright, url: str, stage: Stage) -> dict[str, int]:
    """Gzipped bytes: the walk's scripts at once and ever, and everything of the first view."""
    at_once, ever = needed("walk.js", AT_ONCE), needed("walk.js", EVER)
    later = {path.name for path in ever - at_once}
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    context = browser.new_context(base_url=url, service_workers="block")
    context.add_cookies([cookie(stage, url)])  # type: ignore[list-item]
    page = context.new_page()
    came: list[Any] = []
    page.on("response", lambda response: came.append(response))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(f"/audits/{stage.ref}/walk")
    awake(page)
    # What is fetched for later, while nobody waits, is no part of the first view.
    first = [one for one in came if one.url.rsplit("/", 1)[-1].split("?")[0] not in later]
    view = {one.url: gzipped(one.body()) for one in first}
    browser.close()
    return {
        "scripts": sum(gzipped(path.read_bytes()) for path in ever),
        "at_once": sum(gzipped(path.read_bytes()) for path in at_once),
        "view": sum(view.values()),
    }


def cookie(stage: Stage, url: str) -> dict[str, str]:
    """The sign-in of the audit's leader."""
    name, value = stage.cookie.split("; ")[0].split("=", 1)
    return {"name": name, "value": value, "url": url}


def slow(page: Page) -> None:
    """As a tablet that is not new."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def taps(page: Page, numbers: Sequence[int], value: str) -> list[float]:
    """Milliseconds of each tap."""
    page.evaluate("() => { taps.length = 0; }")
    for n in numbers:
        before = page.evaluate("() => taps.length")
        page.locator(f"#q{n}").scroll_into_view_if_needed()
        place = page.locator(f'#q{n} .answers label:has(input[value="{value}"])')
        place.scroll_into_view_if_needed()
        page.wait_for_timeout(READING)
        box = place.bounding_box()
        assert box is not None, n
        # The hardware's tap: what Playwright's own click looks at in the page would be measured with it.
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.evaluate(
            "(n) => new Promise((good) => { const look = () => taps.length > n ? good() : setTimeout(look, 10); look(); })",
            before,
        )
    found: list[float] = page.evaluate("() => taps")
    return found


def reopen(page: Page, path: str, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds from the start of the navigation to the last restored answer, and until everything has begun."""
    restored, begun = [], []
    for _ in range(rounds):
        page.goto(path)
        awake(page)
        begun.append(page.evaluate("() => performance.now()"))
        restored.append(page.evaluate("() => restored"))
    return restored, begun


def line(times: list[float]) -> str:
    """Median and 95th percentile."""
    return (
        f"{statistics.median(times):.0f} ms (95 of 100 within {sorted(times)[int(len(times) * 0.95)]:.0f} ms)"
    )


def main() -> None:
    """Measure all of it in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=9, help="of reopening")
    parser.add_argument("--taps", type=int, default=60)
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="the numbers as JSON as well")
    parser.add_argument("--goal", action="store_true", help="exit with 1 when a goal is missed")
    given = parser.parse_args()
    if not Path(CHROMIUM).exists():
        sys.exit(f"there is no {CHROMIUM} (apt install chromium)")
    print(
        f"The walk on a tablet ({machine()}, CPU {SLOWER} times slower); goals: {MOST_SCRIPT // 1000} kB of scripts, "
        f"{MOST_VIEW // 1000} kB at first view, {MOST_TAP:.0f} ms a tap, {MOST_OPEN:.0f} ms to reopen"
    )
    with (
        tempfile.TemporaryDirectory(prefix="bench") as folder,
        site() as app,
        serving(app, threads=8) as url,
        sync_playwright() as playwright,
    ):
        stage = set_stage(app, given.questions, answered=False)
        path = f"/audits/{stage.ref}/walk"
        weight = weigh(playwright, url, stage)
        print(
            f"  scripts of the walk {weight['at_once'] / 1000:.1f} kB gzipped at once, {weight['scripts'] / 1000:.1f} with all that is "
            f"fetched when somebody reaches for it; first view {weight['view'] / 1000:.1f} kB in all"
        )
        tablet = Tablet(playwright, Path(folder), url, scripts=(TIMES,))
        page = tablet.start(cookie(stage, url))
        for _ in range(2):
            page.goto(path)
            awake(page)
            page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.context.set_offline(True)
        slow(page)
        first = taps(page, range(1, given.taps + 1), "observation")
        print(f"  a tap is on disk after {line(first)}")
        page.evaluate(ANSWER)
        restored, begun = reopen(page, path, given.rounds)
        print(
            f"  reopened with {given.questions} answers: all restored after {line(restored)}, all begun after {line(begun)}"
        )
        for n in range(1, given.photos + 1):
            take(page, n, f"IMG_{n:04}.jpg", picture(n))
            expect(page.locator(f"#q{n} li[data-op] [data-stands]")).to_have_text("On this tablet")
        loaded = taps(page, range(1, given.taps + 1), "opportunity")
        print(f"  a tap with {given.photos} unsent photos is on disk after {line(loaded)}")
        tablet.stop()
    if given.json:
        print(json.dumps({**weight, "tap": statistics.median(first), "open": statistics.median(restored)}))
    met = (
        weight["at_once"] <= MOST_SCRIPT
        and weight["view"] <= MOST_VIEW
        and statistics.median(first) <= MOST_TAP
        and statistics.median(restored) <= MOST_OPEN
    )
    if given.goal and not met:
        sys.exit(1)


if __name__ == "__main__":
    main()
