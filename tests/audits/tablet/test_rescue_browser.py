"""The rescue file from the tablet that makes it to the server that takes it in."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.model import Evidence
from tests.audits.tablet.conftest import card, photo, take
from tests.journeys.browser import PHONE, check, shot

pytestmark = pytest.mark.browser


def test_what_a_tablet_cannot_send_is_brought_in_by_somebody_else(site):
    page = site.open("auditor", viewport=PHONE)
    page.context.set_offline(True)
    card(page, 1).locator(".answers").get_by_label("Conforms", exact=True).check()
    take(page, 2, photo(2000, 1500, 1))
    expect(card(page, 2).locator("[data-mine] > li")).to_have_count(1)
    page.locator("[data-state] > summary").click()
    page.get_by_role("button", name="Make a rescue file").click()
    rescue = page.locator(".rescue")
    expect(rescue).to_contain_text("2 entries and 1 photos of this tablet are not received yet")
    phrase = rescue.get_by_label("Passphrase").input_value()
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){4}[2-9A-HJKMNP-Z]{4}", phrase)
    page.evaluate(
        "void (navigator.canShare = () => true, navigator.share = async ({ files }) => { document.title = files[0].name; })"
    )
    rescue.get_by_role("button", name="Make the rescue file").click()
    rescue.get_by_role("button", name="Share").click()
    expect(page).to_have_title(re.compile(r"-1of1\.auditapp-rescue$"))
    with page.expect_download(timeout=60_000) as download:
        rescue.get_by_role("link", name="Save as a file").click()
    assert download.value.suggested_filename.endswith(".auditapp-rescue")
    data = Path(download.value.path()).read_bytes()
    assert b"conforms" not in data
    check(page)
    shot(page, "rescue-phone")

    other = site.open("leader", "/tablet/rescue")
    check(other)
    for words in ("2 entries and 1 photos were taken in", "brought in before"):
        other.goto("/tablet/rescue")
        other.get_by_label("Rescue file").set_input_files(
            [{"name": "x.auditapp-rescue", "mimeType": "", "buffer": data}]
        )
        other.get_by_label("Passphrase").fill(phrase.lower().replace("-", " "))
        other.get_by_role("button", name="Bring it in").click()
        expect(other.locator("main")).to_contain_text(words, timeout=30_000)
    check(other)
    shot(other, "landed-tablet")
    other.goto("/tablet/verify")
    other.get_by_label("Photo or rescue file").set_input_files(
        [{"name": "x", "mimeType": "", "buffer": data}]
    )
    other.get_by_role("button", name="Ask").click()
    expect(other.locator("main")).to_contain_text("A rescue file that was brought in")
    check(other)
    shot(other, "genuine-tablet")
    evidence = site.unit(lambda s: s.scalars(sa.select(Evidence)).one())
    assert evidence.preview_sha256
    page.context.set_offline(False)  # the tablet comes back: its own receipts, and nothing twice
    expect(card(page, 2).locator("[data-stands]")).to_have_text(re.compile("verified"), timeout=30_000)
    assert site.unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Operation))) == 2


def test_photos_whose_entries_are_received_are_rescued_too(site):
    page = site.open("auditor")
    page.route("**/photos/*", lambda route: route.abort())
    take(page, 2, photo(900, 700, 1))
    page.locator("[data-state] > summary").click()
    expect(page.locator("[data-details]")).to_contain_text("Photos: 1")
    expect(page.locator("[data-details]")).to_contain_text("Answers and findings: 0", timeout=30_000)
    page.get_by_role("button", name="Make a rescue file").click()
    rescue = page.locator(".rescue")
    expect(rescue).to_contain_text("0 entries and 1 photos")
    phrase = rescue.get_by_label("Passphrase").input_value()
    rescue.get_by_role("button", name="Make the rescue file").click()
    with page.expect_download(timeout=60_000) as download:
        rescue.get_by_role("link", name="Save as a file").click()
    other = site.open("leader", "/tablet/rescue", viewport=PHONE)
    other.get_by_label("Rescue file").set_input_files(download.value.path())
    other.get_by_label("Passphrase").fill(phrase)
    other.get_by_role("button", name="Bring it in").click()
    expect(other.locator("main")).to_contain_text("0 entries and 1 photos were taken in")
    check(other)
    shot(other, "landed-phone")
    assert site.unit(lambda s: s.scalars(sa.select(Evidence)).one()).preview_sha256
