"""A tablet with a memory: Debian's Chromium with a profile on disk, whose whole process tree can be killed."""

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.journeys.browser import CHROMIUM, FLAGS, TABLET

LOOK = 30_000  # ms until something is to be seen, on a busy machine
expect.set_options(timeout=LOOK)
# Whatever the walk says is kept is told outside the browser, with the operation that was written before it was said.
WATCH = """(() => {
  if (globalThis.top !== globalThis) return;
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...given) {
    const asked = open.apply(this, given);
    asked.addEventListener("upgradeneeded", (event) => globalThis.promised?.({ made: event.oldVersion, loss: event.dataLoss ?? "", why: event.dataLossMessage ?? "" }));
    return asked;
  };
  const last = new Map();
  document.addEventListener("tablet:written", ({ detail: op }) => {
    const { question, field, sha256 } = op.body;
    last.set(op.kind === "answer" ? `${question} ${field}` : op.kind === "photo" ? sha256 : op.id, op);
  });
  const told = (place) => {
    const text = place.textContent;
    if (!text.startsWith("On this tablet")) return null;
    const item = place.closest("li[data-op]");
    if (item) return { photo: item.dataset.sha256, op: item.dataset.op, question: item.closest("article").dataset.q };
    const card = place.closest("article.question");
    const field = place.dataset.saved;
    if (!card || !field) return null;
    const op = last.get(`${card.dataset.q} ${field}`);
    if (op) return { question: card.dataset.q, field, value: op.body.value, op: op.id, sha256: op.sha256 };
    const inputs = [...card.querySelectorAll(`[data-answer] [name="${field}"]:not([type=hidden])`)];
    const value = inputs[0].type === "radio" ? inputs.find((one) => one.checked)?.value : inputs[0].value;
    return { question: card.dataset.q, field, value, op: null };
  };
  const begin = () => new MutationObserver((changes) => {
    for (const { target } of changes) {
      const place = target.nodeType === 1 ? target.closest("[data-saved], [data-stands]") : null;
      const found = place && told(place);
      if (found) globalThis.promised?.(found);
    }
  }).observe(document, { subtree: true, childList: true });
  begin();
})();"""
ROWS = """(name) => new Promise((good, bad) => {
  const open = indexedDB.open("auditapp");
  open.onerror = () => bad(open.error);
  open.onsuccess = () => {
    const all = open.result.transaction(name).objectStore(name).getAll();
    all.onsuccess = () => {
      good(all.result.map((one) => one));
      open.result.close();
    };
  };
})"""
STANDS = """() => dispatchEvent(new Event("beforeprint")) && [...document.querySelectorAll("article.question")].flatMap((card) =>
  ["result", "note"].map((field) => {
    const inputs = [...card.querySelectorAll(`[data-answer] [name="${field}"]`)];
    const value = inputs[0].type === "radio" ? inputs.find((one) => one.checked)?.value ?? "not_asked" : inputs[0].value;
    return [card.dataset.q, field, value, card.querySelector(`[data-saved="${field}"]`).textContent];
  }))"""
STATE = """() => {
  const opened = new Promise((good) => {
    const open = indexedDB.open("auditapp");
    open.onsuccess = () => { good("open"); open.result.close(); };
    open.onerror = () => good(String(open.error));
    open.onblocked = () => good("blocked");
    setTimeout(good, 5000, "not opened in 5 s");
  });
  const bar = document.querySelector("details[data-state]");
  return opened.then((database) => ({
    url: location.href, title: document.title, state: document.readyState, worker: Boolean(navigator.serviceWorker?.controller),
    database, bar: bar && !bar.hidden && bar.innerText, ready: document.querySelector("[data-walk]")?.hasAttribute("data-ready"), at: performance.now(),
    scripts: performance.getEntriesByType("resource").filter((one) => one.name.endsWith(".js")).map((one) => [one.name.split("/").pop(), Math.round(one.startTime), Math.round(one.responseEnd)]),
  }));
}"""
PICTURES = "() => [...document.querySelectorAll('li[data-op]')].map((one) => one.dataset.sha256)"


def rows(page: Page, store: str) -> list[dict[str, Any]]:
    """Everything in one store of the tablet's memory, photos by their length."""
    found: list[dict[str, Any]] = page.evaluate(ROWS, store)
    return found


def card(page: Page, n: int) -> Any:
    """The card of question ``n``."""
    return page.locator(f"#q{n}")


def near(page: Page, n: int) -> None:
    """Go to a question: its form comes into the page then."""
    card(page, n).scroll_into_view_if_needed()


def said(page: Page, n: int, field: str) -> Any:
    """Where the card says what became of a field."""
    return page.locator(f'#q{n} [data-saved="{field}"]')


def tap(page: Page, n: int, value: str) -> None:
    """A finger on one of the answers."""
    near(page, n)
    card(page, n).locator(f'.answers label:has(input[value="{value}"])').click()


def write(page: Page, n: int, words: str) -> None:
    """A note, letter by letter, and out of the field."""
    near(page, n)
    field = page.locator(f"#q{n}-n")
    field.click()
    field.press("Control+a")
    field.press_sequentially(words, delay=2)
    field.blur()


def take(
    page: Page, n: int, name: str, data: bytes, kind: str = "image/jpeg", *, library: bool = True
) -> None:
    """A photo from the library (or the camera)."""
    with page.expect_file_chooser() as chosen:
        card(page, n).locator("[data-library]" if library else "[data-photo]").click()
    chosen.value.set_files([{"name": name, "mimeType": kind, "buffer": data}])


def awake(page: Page) -> None:
    """The walk has begun: what the tablet keeps is on the page."""
    page.locator("[data-walk][data-ready]").wait_for(state="attached", timeout=2 * LOOK)


def state(page: Page) -> str:
    """What a page that does not do what it should looks like from inside."""
    try:
        return json.dumps(page.evaluate(STATE))
    except Error as error:
        return str(error)


def left(page: Page) -> str:
    """What the bar counts as unsent."""
    return page.locator("details[data-state]").get_attribute("data-unsaved") or ""


class Tablet:
    """One browser with a profile of its own; ``promised`` hears everything that the page called kept."""

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        url: str,
        *,
        promised: Callable[[dict[str, Any]], None] | None = None,
        scripts: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        self.playwright = playwright
        self.profile = profile
        self.url = url
        self.promised = promised or (lambda _told: None)
        self.scripts = scripts
        self.options = {"viewport": TABLET, "has_touch": True, **options}
        self.context: BrowserContext | None = None
        self.pid = 0
        self.kills = 0
        self.timer: threading.Timer | None = None
        self.left, self.seconds = 0, 0.0  # what kill_after waits for

    def start(self, cookie: dict[str, Any] | None = None) -> Page:
        """Start the browser; gives its one page."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=CHROMIUM,
            args=list(FLAGS),
            base_url=self.url,
            locale="en-GB",
            timezone_id="Europe/London",
            **self.options,
        )
        self.pid = _browser(self.profile)
        self.context.set_default_timeout(LOOK)
        self.context.expose_binding("promised", lambda _source, told: self.promised(told))
        for script in (WATCH, *self.scripts):
            self.context.add_init_script(script)
        if cookie:
            self.context.add_cookies([cookie])  # type: ignore[list-item]
        return self.context.pages[0]

    def kill(self) -> None:
        """SIGKILL to the browser and all it started: no goodbye to anybody."""
        killed, self.pid = self.pid, 0
        if not killed:
            return
        for pid in [killed, *_below(killed)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.kills += 1

    def kill_in(self, seconds: float) -> None:
        """The same after a while, whatever the hand is doing then."""
        self.timer = threading.Timer(seconds, self.kill)
        self.timer.daemon = True
        self.timer.start()

    def kill_after(self, times: int, seconds: float) -> None:
        """The same so many seconds after ``nearer`` was called so many times."""
        self.left, self.seconds = times, seconds
        if not times:
            self.kill_in(seconds)

    def nearer(self) -> None:
        """One of those times."""
        self.left -= 1
        if self.left == 0:
            self.kill_in(self.seconds)

    def gone(self, seconds: float = 20) -> None:
        """Wait until nothing of the killed browser is left, and let go of it."""
        if self.timer is not None:
            self.timer.join()
        if self.context is not None:
            with contextlib.suppress(Error):
                self.context.close()
            self.context = None
        until = time.monotonic() + seconds
        while time.monotonic() < until and _browser(self.profile):
            time.sleep(0.02)

    def stop(self) -> None:
        """End as a person ends it."""
        self.pid = 0
        if self.context is not None:
            self.context.close()
            self.context = None


def _processes() -> dict[int, tuple[int, bytes]]:
    """Of each process: its parent, and the command it was started with."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            found[int(folder.name)] = (parent, (folder / "cmdline").read_bytes())
        except (OSError, IndexError):
            continue
    return found


def _browser(profile: Path) -> int:
    """The process of the browser itself; 0 when it is gone."""
    mark = f"--user-data-dir={profile}".encode()
    return next(
        (
            pid
            for pid, (_, command) in _processes().items()
            if mark in command.split(b"\0") and b"--type=" not in command
        ),
        0,
    )


def _below(pid: int) -> list[int]:
    """Everything that a process started."""
    processes = _processes()
    found, look = [], [pid]
    while look:
        one = look.pop()
        children = [child for child, (parent, _) in processes.items() if parent == one]
        found += children
        look += children
    return found
