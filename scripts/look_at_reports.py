"""Look at every report in every form as pictures: `scripts/look_at_reports.py DATA_FOLDER OUT_FOLDER [--only readiness]`.

Walks the site as the system manager from the list of reports, takes one address of each kind, photographs pages in Chromium
at phone and desktop width, and turns every PDF (pdftoppm), Word and Excel file (LibreOffice, then pdftoppm) into pictures:
the first pages, one of the middle, the last. What belongs to one report is put on one sheet. Prints status, seconds,
size and pages; a page that is wider than its window, and an answer that is not 200, is said. Needs poppler and soffice.
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.test import TestResponse

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.model import RoleGrant
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in
from auditapp.reports.paper.files import FORMS
from tests.conftest import build, settings_for
from tests.journeys.browser import CHROMIUM, FLAGS
from tests.journeys.site import Site, running

WIDTHS = ((390, 844), (1440, 900))
TALLEST = 3000  # pixels of a page that are looked at
ASKS_AGAIN = 81  # what LibreOffice exits with
SHEET = 620  # pixels: the height of one picture on a sheet
REPORTS = re.compile(r"^/reports|/one-page|/report(\.|$)|/rmp\.|/document\.(pdf|docx)")
FIRST = ("/reports", "/relationships/", "/audits/", "/nonconformities/", "/actions/", "/plans/", "/due/")
KINDS = (
    "role",
    "suffix",
)  # arguments of an address that make it another report, and not the same of another thing


@dataclass
class Look:
    """One address: what came, and the pictures of it."""

    path: str
    status: int = 0
    seconds: float = 0.0
    size: int = 0
    pages: int = 0
    said: list[str] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)


def kind_of(adapter: MapAdapter, path: str) -> str | None:
    """The endpoint and what makes it another report; nothing for an address that is not there."""
    try:
        endpoint, given = adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return "-".join([endpoint.replace(".", "-"), *(str(given[one]) for one in KINDS if one in given)])


def walk(site: Site, get: Callable[[str], TestResponse]) -> dict[str, str]:
    """One address of each kind of report, found by the links from the list of reports and the first thing of each list."""
    adapter = site.app.url_map.bind("localhost")
    found: dict[str, str] = {}
    waiting, seen = list(FIRST), set(FIRST)
    while waiting:
        path = waiting.pop(0)
        answer = get(path)
        if "html" not in answer.content_type:
            continue
        for link in re.findall(r'href="([^"#]+)"', answer.text):
            asked = unescape(link)
            where = urlsplit(asked).path
            kind = kind_of(adapter, where) if asked.startswith("/") else None
            if kind is None or kind in seen or "/new" in where or "/edit" in where:
                continue
            wanted = REPORTS.search(where)
            if wanted or (path in FIRST and where.startswith(path) and "export" not in where):
                seen.add(kind)
                waiting.append(asked)
                if wanted:
                    found[kind] = asked
    return found


def pages_of(pdf: Path) -> int:
    """How many pages there are."""
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout  # noqa: S607
    return int(re.search(r"Pages:\s+(\d+)", told)[1])


def draw(pdf: Path, base: Path, look: Look) -> None:
    """The first pages, one of the middle, the last."""
    look.pages = pages_of(pdf)
    for page in sorted({1, 2, 3, look.pages // 2, look.pages} & set(range(1, look.pages + 1))):
        to = base.with_name(f"{base.name}-{page:03}")
        subprocess.run(
            ["pdftoppm", "-r", "60", "-png", "-singlefile", "-f", str(page), "-l", str(page), pdf, to],  # noqa: S607
            check=True,
        )
        look.pictures.append(to.with_suffix(".png"))


def office(path: Path) -> Path:
    """A PDF of a Word or Excel file, by LibreOffice. With a profile that is new, its first start asks for a second one."""
    profile = (path.parent / "libreoffice").absolute().as_uri()
    asked = [
        "soffice",
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        path.parent,
        path,
    ]
    for _ in range(2):
        if subprocess.run(asked, capture_output=True, timeout=300, check=False).returncode != ASKS_AGAIN:
            break
    made = path.with_suffix(".pdf")
    if not made.exists():
        sys.exit(f"LibreOffice made nothing of {path}")
    return made


def photograph(browser: Browser, url: str, cookie: dict[str, str], base: Path, look: Look) -> None:
    """A page at each width."""
    for width, height in WIDTHS:
        context = browser.new_context(viewport={"width": width, "height": height})
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(url + look.path, timeout=120_000)
        wide, tall = page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        if wide > width:
            look.said.append(f"{wide} px wide at {width}")
        to = base.with_name(f"{base.name}-{width}.png")
        page.set_viewport_size({"width": width, "height": min(TALLEST, max(height, tall))})
        page.screenshot(path=to)
        look.pictures.append(to)
        context.close()


def sheet(pictures: list[Path], to: Path) -> None:
    """The pictures beside each other."""
    drawn = []
    for path in pictures:
        with Image.open(path) as opened:
            drawn.append(opened.convert("RGB").resize((max(1, opened.width * SHEET // opened.height), SHEET)))
    whole = Image.new("RGB", (sum(one.width + 8 for one in drawn), SHEET), "white")
    left = 0
    for one in drawn:
        whole.paste(one, (left, 0))
        left += one.width + 8
    whole.save(to)


def main() -> None:
    """Look at everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="only kinds whose name holds this")
    given = parser.parse_args()
    for program in ("soffice", "pdftoppm"):
        if shutil.which(program) is None:
            sys.exit(f"there is no {program} (apt install libreoffice-writer libreoffice-calc poppler-utils)")
    given.out.mkdir(parents=True, exist_ok=True)
    app = build(settings_for(given.data))
    with app.app_context():
        who = run_unit(
            lambda: (
                current_session()
                .scalars(sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.SYSTEM_MANAGER))
                .first()
            ),
            "read",
        )
        name = cookie_name()
        secret = run_unit(
            lambda: begin_sign_in(
                current_session(), person_id=who, at=now(), days=1, address="", agent="look"
            ),
            "write",
        )
    bad = 0
    with running(given.data) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        client = app.test_client()
        client.set_cookie(name, secret)
        for kind, path in sorted(walk(site, client.get).items()):
            if given.only not in kind:
                continue
            look, base = Look(path), given.out / kind
            begun = time.process_time()
            answer = client.get(path)
            look.seconds, look.status, look.size = (
                time.process_time() - begun,
                answer.status_code,
                len(answer.data),
            )
            suffix = path.split("?", maxsplit=1)[0].rsplit(".", 1)[-1]
            if answer.status_code == 200 and suffix in FORMS:
                file = base.with_suffix(f".{suffix}")
                file.write_bytes(answer.data)
                draw(file if suffix == "pdf" else office(file), base, look)
            elif answer.status_code == 200 and "html" in answer.content_type:
                photograph(browser, site.url, {"name": name, "value": secret, "url": site.url}, base, look)
            if look.pictures:
                sheet(look.pictures, given.out / f"_{kind}.png")
            bad += look.status != 200 or bool(look.said)
            print(
                f"{kind:44} {look.status} {look.seconds:6.2f} s {look.size:>10,} bytes {look.pages or '':>4} {' '.join(look.said)}",
                flush=True,
            )
        browser.close()
    print(f"{bad} to look at first; the sheets are {given.out}/_*.png")


if __name__ == "__main__":
    main()
