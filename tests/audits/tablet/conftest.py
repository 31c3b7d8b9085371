"""A served audit and browsers at its walk; what tests of the tablet do with a page."""

import io
import shutil

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from auditapp.people.model import Person
from tests.audits.execution.conftest import make_cast
from tests.journeys.browser import person
from tests.journeys.site import running

ROWS = "(name) => new Promise((good) => { const open = indexedDB.open('auditapp'); open.onsuccess = () => { const all = open.result.transaction(name).objectStore(name).getAll(); all.onsuccess = () => { good(all.result.map((one) => one)); open.result.close(); }; }; })"


@pytest.fixture
def site(sqlite_template, tmp_path, chromium):
    """A served audit of a few questions; ``open(role)`` gives a page of somebody at the walk."""
    shutil.copy(sqlite_template, tmp_path / "auditapp.sqlite3")
    with running(tmp_path) as site:
        site.cast = site.unit(lambda s: make_cast(s, limit=4), "write")
        pages = []

        def open_as(role, path="/walk", *, planned=False, **more):
            if planned:
                site.cast = site.unit(lambda s: make_cast(s, opened=False, ref="IA-2026-002"), "write")
            who = getattr(site.cast, role).person_id
            email = site.unit(lambda s: s.get(Person, who).email)
            page = person(chromium, site, email, **more)
            page.set_default_timeout(20_000)
            pages.append(page)
            page.goto(f"/audits/{site.cast.ref}{path}" if path.startswith("/walk") else path)
            if path == "/walk":
                page.wait_for_load_state("networkidle")  # nothing but the page itself keeps the scripts here
                expect(page.locator("[data-walk][data-ready]")).to_be_attached()
            return page

        site.open = open_as
        yield site
        for page in pages:
            page.context.close()


def photo(width=4000, height=3000, orientation=6):
    """A 12 MP JPEG as a phone held upright takes it: its pixels lie on their side, the EXIF says so."""
    image = Image.new("RGB", (width, height), "#7a8894")
    draw = ImageDraw.Draw(image)
    for step in range(0, width, 200):
        draw.rectangle((step, 0, step + 90, height), fill=(step % 255, 90, 160))
    draw.rectangle(
        (0, 0, width // 4, height // 4), fill="#d00000"
    )  # top left as it lies: top right when upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769).update({0x9003: "2026:03:01 10:11:12", 0x9011: "+01:00"})
    target = io.BytesIO()
    image.save(target, "JPEG", quality=90, exif=exif)
    return target.getvalue()


def rows(page, store):
    return page.evaluate(ROWS, store)


def card(page, n):
    return page.locator(f"#q{n}")


def take(page, n, data, name="IMG_0001.jpg", button="[data-photo]"):
    with page.expect_file_chooser() as chosen:
        card(page, n).locator(button).click()
    chosen.value.set_files([{"name": name, "mimeType": "image/jpeg", "buffer": data}])


def stroke(page, canvas, points):
    box = canvas.bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for x, y in at[1:]:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()
