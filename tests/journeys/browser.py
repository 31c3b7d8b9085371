"""What every journey does in the browser: look at a page as a picture, and check it with axe in light and dark."""

import os
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.house.source import ROOT
from tests.journeys.site import Site

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=en-GB",
)  # fmt: skip
AXE = (ROOT / "tests/vendor/axe.min.js").read_text(encoding="utf-8")
TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# What is scrolled out of sight is not laid out (content-visibility): axe would measure nothing there.
RUN = """async () => {
  const all = new CSSStyleSheet();
  all.replaceSync("* { content-visibility: visible !important }");
  document.adoptedStyleSheets = [all];
  const found = await axe.run(document, { resultTypes: ["violations"], runOnly: { type: "tag",
    values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } });
  document.adoptedStyleSheets = [];
  return found.violations.filter((v) => ["serious", "critical"].includes(v.impact)).map((v) =>
    `${v.impact} ${v.id}: ${v.help} | ` + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + n.any.map((a) => a.message)).join(" || "));
}"""


def pictures() -> Path | None:
    """Where pictures go: the folder named by AUDITAPP_TESTS_PICTURES, or nowhere."""
    named = os.environ.get("AUDITAPP_TESTS_PICTURES")
    return Path(named) if named else None


def person(browser: Browser, site: Site, email: str | None, viewport: Any = None, **more: Any) -> Page:
    """A browser of its own for somebody who is signed in (or, with ``None``, for nobody)."""
    context = browser.new_context(
        viewport=viewport or TABLET, base_url=site.url, locale="en-GB", timezone_id="Europe/London", **more
    )
    context.set_default_timeout(60_000)  # a machine may be slow; what never comes is told all the same
    if email:
        context.add_cookies([site.cookie_of(email)])
    watch(context)
    return context.new_page()


def watch(context: BrowserContext) -> None:
    """Keep what goes wrong in the page: broken scripts, and anything the content policy had to stop."""
    context.faults = []  # type: ignore[attr-defined]
    context.on("weberror", lambda error: context.faults.append(f"script: {error.error}"))  # type: ignore[attr-defined]

    def told(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            context.faults.append(message.text[:300])  # type: ignore[attr-defined]

    context.on("console", told)


def check(page: Page, name: str = "") -> None:
    """Nothing serious or critical for axe, in light and dark; no broken script; no sideways scrolling."""
    page.wait_for_load_state("load")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(AXE)
        found = page.evaluate(RUN)
        assert found == [], f"{page.url} in {theme}: {found}"
        if name:
            shot(page, f"{name}-{theme}")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
    faults = page.context.faults  # type: ignore[attr-defined]
    assert faults == [], f"{page.url}: {faults}"


def shot(page: Page, name: str, *, full: bool = False) -> Path | None:
    """A picture of what is to be seen, if pictures are wanted; with few colours, so that it stays small."""
    folder = pictures()
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=full, animations="disabled", caret="hide")
    with Image.open(path) as image:
        _few_colours(image.convert("RGB")).save(path, optimize=True)
    return path


def _few_colours(image: Image.Image) -> Image.Image:
    """256 colours: those that cover most of the picture exactly as they are, the rest near enough."""
    common = sorted(image.getcolors(image.width * image.height) or [], reverse=True)[:128]
    rest = image.quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*(part for _, colour in common for part in colour), *rest][:768])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)
