"""A day in a basement: many questions and photos without a network, the browser killed again and again, then the storm.

Everything that the page called "On this tablet" is written down outside the browser. After each start it must stand
there again; in the end the server must have each of it once (``verdict``).
"""

import io
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Error, Page, Playwright, expect

from bench.stage import Stage
from tests.journeys.site import Site
from tests.storm.proxy import Proxy, Weather
from tests.storm.tablet import PICTURES, STANDS, Tablet, awake, card, left, said, state, take, tap, write
from tests.storm.verdict import Found, Ledger, compare

RESULTS = ("conforms", "observation", "opportunity", "good_practice")
LARGE_EVERY = 5  # every so many photos has more pixels than are kept
EARLY = 0.15  # of the kills come while the walk opens
MOST = 8  # times "On this tablet" between two kills, at most
SOON = 0.4  # seconds after the last of them, at most
PACE = 2.5  # seconds that sending goes on before the browser is killed, at most


class LostError(Exception):
    """What was called kept is not there after a kill: the campaign is over."""


@dataclass
class Step:
    """One thing that a person does; ``done`` when the page has called it kept."""

    n: int
    kind: str  # result, note, photo
    value: str = ""
    photo: bytes = b""
    done: bool = False


@dataclass
class Outcome:
    """The counts of a campaign and what is wrong."""

    questions: int
    photos: int
    kills: int
    kills_offline: int
    promised: int
    found: Found
    storms: Counter[str]
    requests: int
    seconds: float

    def __str__(self) -> str:
        bad = ", ".join(f"{count} {fate}" for fate, count in sorted(self.storms.items())) or "none"
        return (
            f"{self.questions} questions, {self.photos} photos, {self.kills} kills ({self.kills_offline} without a network, "
            f"{self.kills - self.kills_offline} while it was sent); {self.promised} times “On this tablet”\n"
            f"  at the server: {self.found.operations} operations, {self.found.answers} answers; requests {self.requests}, bad luck: {bad}\n"
            f"  lost: {len(self.found.lost)}, doubled: {len(self.found.doubled)}, otherwise wrong: {len(self.found.wrong)}; {self.seconds:.0f} s"
        )


def picture(seed: int, *, large: bool = False) -> bytes:
    """A JPEG that no other is like."""
    dice = random.Random(seed)
    image = Image.frombytes("RGB", (64, 48), dice.randbytes(64 * 48 * 3))
    target = io.BytesIO()
    image.resize((2400, 1800) if large else (1024, 768)).save(target, "JPEG", quality=80)
    return target.getvalue()


def plan(questions: int, photos: int, dice: random.Random) -> list[Step]:
    """Each question gets an answer, every other one a note; photos here and there."""
    shown = set(dice.sample(range(1, questions + 1), min(photos, questions)))
    steps: list[Step] = []
    for n in range(1, questions + 1):
        steps.append(Step(n, "result", dice.choice(RESULTS)))
        if n % 2:
            steps.append(Step(n, "note", f"Seen at {n}: {dice.randrange(10**6)}"))
        if n in shown:
            steps.append(Step(n, "photo", photo=picture(n, large=not len(steps) % LARGE_EVERY)))
    return steps


class Campaign:
    """One auditor, one tablet, one audit."""

    def __init__(
        self, playwright: Playwright, site: Site, stage: Stage, proxy: Proxy, folder: Path, *, seed: int
    ) -> None:
        self.dice = random.Random(seed)
        self.site, self.stage, self.proxy = site, stage, proxy
        self.ledger = Ledger({str(one): n for n, one in enumerate(stage.questions, 1)})
        self.by_n = {n: one for one, n in self.ledger.ids.items()}
        self.tablet = Tablet(playwright, folder, proxy.url, promised=self.hear)
        name, secret = stage.cookie.split("; ")[0].split("=", 1)
        self.cookie = {"name": name, "value": secret, "url": proxy.url}
        self.path = f"/audits/{stage.ref}/walk"
        self.more: list[Step] = []

    def hear(self, told: dict[str, Any]) -> None:
        """The page says "On this tablet"; said of something new, the kill comes nearer."""
        if self.ledger.hear(told):
            self.tablet.nearer()

    def take_along(self) -> None:
        """While there is a network: the walk comes to the tablet with everything it needs."""
        page = self.tablet.start(self.cookie)
        page.goto(self.path)
        awake(page)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        awake(page)
        page.wait_for_load_state("networkidle")
        self.tablet.stop()

    def walk(self, steps: list[Step], kills: int, say: Callable[[str], None]) -> None:
        """Without a network; killed so many times at any moment, begun anew each time."""
        self.proxy.down = True
        while True:
            page = self.tablet.start(self.cookie)
            again = self.tablet.kills < kills
            early = again and self.dice.random() < EARLY
            if early:
                self.tablet.kill_in(self.dice.uniform(0.2, PACE))
            try:
                page.goto(self.path)
                awake(page)
                self.stands(page)
                if again and not early:
                    self.tablet.kill_after(self.dice.randrange(MOST + 1), self.dice.uniform(0, SOON))
                self.work(page, steps, forever=again)
                self.stands(page)
                self.tablet.stop()
            except (Error, AssertionError) as error:
                if self.tablet.pid:  # nobody killed it: something is wrong with the page
                    raise RuntimeError(f"{str(error).split('Aria snapshot')[0]}\n{state(page)}") from None
                self.tablet.gone()
                if self.tablet.kills % 5 == 0:
                    say(f"  {self.tablet.kills} kills, {self.ledger.heard} times “On this tablet”")
                continue
            return

    def stands(self, page: Page) -> None:
        """What was promised is on the page again."""
        there = {(question, name): value for question, name, value, _ in page.evaluate(STANDS)}
        gone = [
            f"q{self.ledger.ids[key[0]]} {key[1]} {value!r} is {there[key]!r}"
            for key, value in self.ledger.promised.items()
            if key[1] in {"result", "note"} and not self.ledger.good(key, there[key])
        ]
        if gone:
            told = "; ".join(self.ledger.faults)
            raise LostError(
                f"after kill {self.tablet.kills} {len(gone)} of {len(self.ledger.promised)} are gone, first {gone[0]}; {told}"
            )

    def work(self, page: Page, steps: list[Step], *, forever: bool) -> None:
        """What is not done yet; with nothing left, second thoughts until the end comes."""
        for step in steps:
            if not step.done:
                self.do(page, step)
        while forever:
            n = self.dice.randrange(1, len(self.ledger.ids) + 1)
            step = Step(n, "note", f"Again at {n}: {self.dice.randrange(10**6)}")
            self.do(page, step)

    def do(self, page: Page, step: Step) -> None:
        """One thing; the page may be gone at any moment."""
        if step.kind == "photo":
            self.shoot(page, step)
            return
        key = (self.by_n[step.n], step.kind)
        place = said(page, step.n, step.kind)
        value = (
            page.locator(f"#q{step.n}-n").input_value()
            if step.kind == "note"
            else page.evaluate(
                "(n) => document.querySelector(`#q${n} [name=result]:checked`)?.value ?? ''", step.n
            )
        )
        self.ledger.tried.setdefault(key, set()).add(step.value)
        if value != step.value:
            if step.kind == "note":
                write(page, step.n, step.value)
            else:
                tap(page, step.n, step.value)
        expect(place).to_have_text("On this tablet")
        deadline = time.monotonic() + 10
        while self.ledger.promised.get(key) != step.value and time.monotonic() < deadline:
            page.wait_for_timeout(5)  # the page says it and is heard a moment later
        if self.ledger.promised.get(key) == step.value:
            self.ledger.tried[key] = set()
        else:
            self.ledger.faults.append(f"q{step.n} {step.kind} {step.value!r} was never called kept")
        step.done = True

    def shoot(self, page: Page, step: Step) -> None:
        """A photo, unless the tablet has it from before it was killed."""
        mine = card(page, step.n).locator("li[data-op]")
        if not mine.count():
            take(page, step.n, f"IMG_{step.n:04}.jpg", step.photo, library=bool(step.n % 2))
        expect(mine.locator("[data-stands]")).to_have_text("On this tablet")
        for sha256 in page.evaluate(PICTURES):
            if sha256 in self.ledger.photos and self.ledger.photos[sha256] == self.by_n[step.n]:
                step.done = True

    def send(self, kills: int, storms: int, seed: int, say: Callable[[str], None], seconds: float) -> None:
        """Through the storm, killed so many times more; until nothing is left."""
        self.proxy.down = False
        self.proxy.weather = Weather(seed, storms)
        until = time.monotonic() + seconds
        more = self.tablet.kills + kills
        while True:
            page = self.tablet.start(self.cookie)
            again = self.tablet.kills < more
            try:
                page.goto(self.path)
                awake(page)
                if again:
                    self.tablet.kill_in(self.dice.uniform(0.02, PACE))
                while again or left(page) != "0":
                    if time.monotonic() > until:
                        self.ledger.faults.append(f"after {seconds:.0f} s {left(page)} were not sent")
                        break
                    page.evaluate("() => document.querySelector('[data-send]').click()")
                    page.wait_for_timeout(300)
                page.wait_for_timeout(300)
                self.tablet.stop()
            except (Error, AssertionError) as error:
                if self.tablet.pid:
                    raise RuntimeError(f"{str(error).split('Aria snapshot')[0]}\n{state(page)}") from None
                self.tablet.gone()
                say(f"  killed while it was sent ({self.tablet.kills} in all)")
                continue
            return

    def verdict(self, steps: list[Step], offline: int, seconds: float) -> Outcome:
        """What the page had promised beside what the server has."""
        store = self.site.app.extensions["auditapp_store"]
        found = self.site.unit(lambda s: compare(s, self.ledger, store))
        shot = sum(one.kind == "photo" for one in steps)
        if len(self.ledger.photos) < shot:
            found.lost.append(f"{shot - len(self.ledger.photos)} photos were never called kept")
        return Outcome(
            questions=len(self.ledger.ids),
            photos=len(self.ledger.photos),
            kills=self.tablet.kills,
            kills_offline=offline,
            promised=self.ledger.heard,
            found=found,
            storms=self.proxy.counts(),
            requests=len(self.proxy.seen),
            seconds=seconds,
        )


def run(
    playwright: Playwright,
    site: Site,
    stage: Stage,
    proxy: Proxy,
    folder: Path,
    *,
    photos: int,
    kills: int,
    storms: int,
    seed: int,
    seconds: float,
    say: Callable[[str], None] = lambda _line: None,
) -> Outcome:
    """The whole of it: take along, walk without a network, send through the storm, compare. One kill in five comes while it is sent."""
    began = time.monotonic()
    campaign = Campaign(playwright, site, stage, proxy, folder, seed=seed)
    steps = plan(len(stage.questions), photos, campaign.dice)
    campaign.take_along()
    say(f"  taken along ({time.monotonic() - began:.0f} s)")
    sending = kills // 5 or min(kills, 1)
    campaign.walk(steps, kills - sending, say)
    offline = campaign.tablet.kills
    say(f"  walked ({time.monotonic() - began:.0f} s)")
    campaign.send(sending, storms, seed, say, seconds)
    return campaign.verdict(steps, offline, time.monotonic() - began)
