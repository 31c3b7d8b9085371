"""Photos, lines and signatures in a real browser, without a network where that is the point."""

import hashlib
import io
import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from pillow_heif import register_heif_opener
from playwright.sync_api import expect

from auditapp.audits.execution.devices.model import Copy, Device, Operation
from auditapp.audits.execution.model import Evidence, Meeting
from auditapp.audits.execution.rules import MeetingKind
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from tests.audits.tablet.conftest import card, photo, rows, stroke, take
from tests.journeys.browser import check, shot

pytestmark = pytest.mark.browser


def test_a_photo_is_kept_scaled_and_drawn_on_without_a_network(site):
    page = site.open("auditor")
    page.context.set_offline(True)
    original = photo()
    take(page, 2, original)
    mine = card(page, 2).locator("[data-mine] > li")
    expect(mine.locator("[data-stands]")).to_have_text("On this tablet")
    (kept,) = rows(page, "photos")
    (op,) = [one for one in rows(page, "operations") if one["kind"] == "photo"]
    body = json.loads(op["text"])["body"]
    assert body["original"] == {
        "sha256": hashlib.sha256(original).hexdigest(), "size": len(original), "type": "image/jpeg", "name": "IMG_0001.jpg",
    }  # fmt: skip
    assert (body["width"], body["height"]) == (1200, 1600)  # upright, 1600 on the long side
    assert (kept["sha256"], kept["length"], kept["op"]) == (body["sha256"], body["size"], op["id"])
    assert kept["length"] < len(original)

    mine.get_by_role("button").click()
    draw = card(page, 2).locator(".draw")
    expect(draw.locator("img")).to_have_js_property("complete", True)
    stroke(page, draw.locator("canvas"), [(0.2, 0.2), (0.5, 0.4), (0.8, 0.2)])
    draw.get_by_label("Blue").check()
    stroke(page, draw.locator("canvas"), [(0.2, 0.8), (0.8, 0.8)])
    stroke(page, draw.locator("canvas"), [(0.4, 0.6), (0.5, 0.6)])
    draw.get_by_role("button", name="Take back the last line").click()
    check(page)
    shot(page, "draw-tablet")
    draw.get_by_label("What does it show?").fill("Minutes without a signature")
    draw.get_by_role("button", name="Keep lines and words").click()
    expect(draw).to_have_count(0)
    expect(mine.locator("svg.strokes path")).to_have_count(2)
    expect(mine).to_contain_text("Minutes without a signature")
    annotated = [
        json.loads(one["text"])["body"] for one in rows(page, "operations") if one["kind"] == "annotate"
    ]
    assert [each["ink"] for each in annotated[0]["annotation"]] == ["red", "blue"]
    assert annotated[0]["photo"] == op["id"]
    assert rows(page, "drafts") == []
    check(page)


def test_a_kept_photo_arrives_is_verified_and_shows_its_lines_everywhere(site):
    page = site.open("auditor")
    page.context.set_offline(True)
    take(page, 1, photo(1500, 1100, 1), name="board.jpg", button="[data-library]")
    take(page, 1, photo(1200, 900, 1), name="other.jpg", button="[data-library]")
    mine = card(page, 1).locator("[data-mine] > li")
    expect(mine).to_have_count(2)
    take(page, 1, photo(1200, 900, 1), name="other.jpg", button="[data-library]")
    expect(card(page, 1)).to_contain_text("This photo is here already.")
    mine.first.get_by_role("button").click()
    draw = card(page, 1).locator(".draw")
    stroke(page, draw.locator("canvas"), [(0.2, 0.5), (0.8, 0.5)])
    draw.get_by_role("button", name="Keep lines and words").click()
    mine.nth(1).get_by_role("button").click()
    draw.get_by_text("Take this photo out").click()
    draw.get_by_label("Why?").fill("Blurred")
    draw.get_by_role("button", name="Take the photo out").click()
    expect(mine).to_have_count(1)
    page.context.set_offline(False)
    expect(mine.locator("[data-stands]")).to_have_text(
        re.compile(r"^Received \d\d:\d\d, verified$"), timeout=30_000
    )
    evidence = site.unit(lambda s: s.scalars(sa.select(Evidence).where(Evidence.removed_at.is_(None))).one())
    first = min(
        (one for one in rows(page, "operations") if one["kind"] == "photo"), key=lambda one: one["seq"]
    )
    body = json.loads(first["text"])["body"]
    assert (evidence.sha256, evidence.size) == (body["sha256"], body["size"])
    assert body["captured"] == "2026-03-01T09:11:12.000Z"  # as the camera said, not when the file was copied
    assert evidence.original_sha256 == evidence.sha256  # small enough: kept byte for byte
    assert [each["ink"] for each in evidence.annotation] == ["red"]
    here = mine.locator("svg path").get_attribute("d")
    assert re.fullmatch(r"M\d+ \d+[QL0-9 ]+", here)
    page.goto(f"/audits/{site.cast.ref}/evidence/{evidence.id}")
    expect(page.locator(".drawn svg path")).to_have_attribute(
        "d", here
    )  # tablet and server draw the same line
    check(page)
    shot(page, "evidence-tablet")
    page.goto(f"/audits/{site.cast.ref}/walk")
    expect(card(page, 1).locator("[data-mine] > li svg path")).to_have_count(1)
    expect(card(page, 1).locator(".extras .thumbs > li:visible")).to_have_count(0)  # one picture, not two


def test_the_page_dies_while_the_camera_is_open(site):
    page = site.open("auditor")
    card(page, 4).get_by_label("Notes").fill("Typed just before")
    with page.expect_file_chooser():
        card(page, 4).locator("[data-photo]").click()
    page.reload()  # the tablet threw the page away; nothing was chosen
    expect(card(page, 4)).to_contain_text("closed this page while the camera was open")
    expect(card(page, 4).get_by_label("Notes")).to_have_value("Typed just before")
    expect(card(page, 4)).to_be_in_viewport()


FULL = "void (IDBObjectStore.prototype.put = (old => function (...given) { if (this.name === 'photos') throw new DOMException('full', 'QuotaExceededError'); return old.apply(this, given); })(globalThis.heldPut ??= IDBObjectStore.prototype.put))"


def test_a_full_tablet_says_so_and_the_photo_is_not_lost(site):
    page = site.open("auditor")
    page.context.set_offline(True)
    page.evaluate(FULL)
    take(page, 3, photo(1200, 900, 1))
    expect(card(page, 3)).to_contain_text("this tablet is full")
    assert (rows(page, "photos"), [one for one in rows(page, "operations") if one["kind"] == "photo"]) == (
        [],
        [],
    )
    with page.expect_download() as download:
        card(page, 3).get_by_role("button", name="Save the photo elsewhere").click()
    assert Path(download.value.path()).read_bytes() == photo(1200, 900, 1)
    page.evaluate("void (IDBObjectStore.prototype.put = globalThis.heldPut)")
    card(page, 3).get_by_role("button", name="Try again").click()
    expect(card(page, 3).locator("[data-mine] > li")).to_have_count(1)


def test_the_opening_meeting_is_held_without_a_network(site):
    page = site.open("leader", planned=True)
    page.context.set_offline(True)
    page.get_by_role("link", name="Hold the opening meeting").click()
    form = page.locator("form.meeting")
    form.get_by_label("Notes").fill("Access agreed")
    form.get_by_role("button", name="Record the opening meeting").click()
    expect(form.locator("[data-said]")).to_contain_text("On this tablet")
    card(page, 1).locator(".answers").get_by_label("Conforms", exact=True).check()
    take(page, 2, photo(900, 700, 1))
    expect(card(page, 2).locator("[data-stands]")).to_have_text("On this tablet")
    check(page)
    page.context.set_offline(False)
    expect(form.locator("[data-said]")).to_contain_text("Received", timeout=30_000)
    expect(card(page, 2).locator("[data-stands]")).to_have_text(re.compile("verified"), timeout=30_000)
    assert (
        site.unit(lambda s: s.get(Meeting, (site.cast.audit_id, MeetingKind.OPENING)).notes)
        == "Access agreed"
    )
    assert (
        site.unit(lambda s: [one.state.value for one in s.scalars(sa.select(Operation))]) == ["applied"] * 3
    )


def test_another_tablet_holds_the_closing_up_until_a_reason_is_given(site):
    def away(s):
        at, who = now(), site.cast.auditor.person_id
        s.add(
            Device(
                id=new_id(), name="iPad of Aud", created_at=at, created_by_id=who, seen_at=at, seen_by_id=who
            )
        )
        s.flush()
        device_id = s.scalars(sa.select(Device.id)).one()
        s.add(Copy(device_id=device_id, audit_id=site.cast.audit_id, person_id=who, heard_at=at, unsent=2))

    site.unit(away, "write")
    page = site.open("leader")
    page.get_by_role("link", name="Hold the closing meeting").click()
    form = page.locator("form.meeting")
    form.get_by_role("button", name="Record the closing meeting").click()
    expect(form.locator("[data-said]")).to_contain_text("iPad of Aud", timeout=30_000)
    page.reload()  # it still waits, and still says why
    expect(form.locator("[data-said]")).to_contain_text("iPad of Aud")
    form.get_by_role("button", name="Record the closing meeting").click()
    expect(form.locator("[data-said]")).to_contain_text("Give the reason")
    form.get_by_label("Reason to close all the same").fill("The tablet was stolen")
    check(page)
    form.get_by_role("button", name="Record the closing meeting").click()
    expect(form.locator("[data-said]")).to_contain_text("Received", timeout=30_000)
    assert site.unit(lambda s: s.get(Audit, site.cast.audit_id).status) is AuditStatus.REPORTING


def test_the_closing_meeting_is_signed_without_a_network(site):
    page = site.open("leader")
    page.context.set_offline(True)
    page.get_by_role("link", name="Hold the closing meeting").click()
    form = page.locator("form.meeting")
    form.get_by_label("Notes").fill("All agreed")
    form.get_by_label("Who signs?").fill("Ede Auditee")
    stroke(page, form.locator("canvas"), [(0.1, 0.6), (0.3, 0.3), (0.5, 0.7), (0.8, 0.4)])
    form.get_by_role("button", name="Put the signature down").click()
    expect(form.get_by_role("img", name="Signature of Ede Auditee")).to_be_visible()
    form.get_by_label("Who signs?").fill("Lea Leader")
    form.get_by_role("button", name="Sign by typing the name").click()
    expect(form.locator("[data-signatures] > li")).to_have_count(2)
    expect(form.locator("[data-said]")).to_contain_text("kept on this tablet")
    check(page)
    shot(page, "closing-tablet")
    page.context.set_offline(False)
    page.reload()  # what was written down is there again
    form = page.locator("form.meeting")
    expect(form.get_by_label("Notes")).to_have_value("All agreed")
    expect(form.locator("[data-signatures] > li")).to_have_count(2)
    form.get_by_role("button", name="Record the closing meeting").click()
    expect(form.locator("[data-said]")).to_contain_text("Received", timeout=30_000)
    page.goto(f"/audits/{site.cast.ref}/closing")
    expect(page.get_by_role("img", name="Signature of Ede Auditee")).to_be_visible()
    expect(page.locator(".signatures")).to_contain_text("signed by typing the name")
    check(page)
    shot(page, "closed-tablet")


EMPTY = "void (globalThis.createImageBitmap = () => new OffscreenCanvas(1600, 1200).transferToImageBitmap())"


def test_what_this_browser_cannot_read_or_draw_is_kept_as_it_came(site):
    page = site.open("auditor")
    register_heif_opener()
    heic = io.BytesIO()
    Image.new("RGB", (1800, 1200), "seagreen").save(heic, "HEIF", quality=60)
    with page.expect_file_chooser() as chosen:
        card(page, 1).locator("[data-photo]").click()
    chosen.value.set_files([{"name": "IMG_2.HEIC", "mimeType": "image/heic", "buffer": heic.getvalue()}])
    expect(card(page, 1).locator("[data-mine] [data-stands]")).to_have_text(
        re.compile("verified"), timeout=30_000
    )
    page.evaluate(EMPTY)  # as a tablet does whose canvas is too small for the photo
    large = photo(2400, 1800, 1)
    take(page, 2, large)
    expect(card(page, 2).locator("[data-mine] [data-stands]")).to_have_text(
        re.compile("verified"), timeout=30_000
    )
    take(page, 3, b"%PDF-1.7 no photo")
    expect(card(page, 3)).to_contain_text("no photo that can be kept")
    kept = site.unit(lambda s: {one.sha256: one for one in s.scalars(sa.select(Evidence))})
    assert set(kept) == {hashlib.sha256(data).hexdigest() for data in (heic.getvalue(), large)}
    assert {one.media_type for one in kept.values()} == {"image/heic", "image/jpeg"}
    assert all(one.preview_sha256 for one in kept.values())
    check(page)
