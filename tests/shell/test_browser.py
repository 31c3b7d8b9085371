"""The style page in Debian's Chromium: in four sizes, light and dark, nothing is out of place or out of reach."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from tests.house.source import ROOT

pytestmark = pytest.mark.browser
SIZES = [(820, 1180), (1180, 820), (390, 844), (1440, 900)]
# Links inside sentences may be as high as their line (WCAG 2.5.8); everything else is 44 px or more.
TOO_SMALL = """() => [...document.querySelectorAll(
    "a, button, summary, select, input:not([type=hidden]), textarea, label.segment, label.choice")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.matches(".skip"))
  .filter((one) => !one.closest("p:not(.kind):not(.item-title), label.segment, label.choice, .history"))
  .map((one) => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([html, box]) => `${box.width}x${box.height} ${html}`)"""


@pytest.fixture
def address(app) -> Iterator[str]:
    """Where the app answers."""
    app.config["SERVER_NAME"] = None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_style_page_in_every_size_light_and_dark(chromium, address):
    axe = (ROOT / "tests/vendor/axe.min.js").read_text()
    for scheme in ("light", "dark"):
        for width, height in SIZES:
            page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            said = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.goto(f"{address}/style")
            where = f"{scheme} {width}x{height}"
            assert said == [], where  # the content policy refused nothing
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where
            assert page.evaluate(TOO_SMALL) == [], where
            page.evaluate(axe)
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], where
            page.close()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_nothing_moves_while_the_page_loads(chromium, address):
    page = chromium.new_page(viewport={"width": 820, "height": 1180})
    page.goto(f"{address}/style")
    shifts = page.evaluate(
        """() => new Promise((done) => {
          const seen = [];
          new PerformanceObserver((list) => {
            for (const one of list.getEntries()) {
              const moved = one.sources.map((source) => [
                (source.node?.outerHTML ?? source.node?.textContent ?? "").slice(0, 120), source.previousRect.y, source.currentRect.y,
              ]);
              seen.push({value: one.value, at: one.startTime, moved});
            }
          }).observe({type: "layout-shift", buffered: true});
          requestAnimationFrame(() => requestAnimationFrame(() => done(seen)));
        })"""
    )
    assert sum(one["value"] for one in shifts) < 0.01, shifts  # what moved, from where to where, and when
    page.close()
