"""Hostile and honest files: what is taken, what is refused, and what a preview no longer holds."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from auditapp.audits.execution.evidence.service import require_link
from auditapp.kit.contents import EDGE, media_type, picture
from auditapp.kit.errors import Invalid, TooLarge
from auditapp.kit.keeping import keep_file
from auditapp.kit.storage import Store

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def png(width=40, height=30, **more):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "tomato").save(out, "PNG", **more)
    return out.getvalue()


def claiming(width, height):
    """A PNG whose header claims a size that its few bytes do not hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def package(members, *, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def word(**more):
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{WORD}.main+xml"/></Types>'
    return package([("[Content_Types].xml", types), ("word/document.xml", "<x/>"), *more.get("also", ())])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (png(), "image/png"),
        (b"%PDF-1.7\n%%EOF", "application/pdf"),
        (word(), WORD),
        (
            package([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<x/>")]),
            "application/vnd.oasis.opendocument.text",
        ),
    ],
)
def test_what_is_taken(data, kind):
    assert media_type(io.BytesIO(data)) == kind


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "HEIF"])
def test_photos_of_every_kind_are_drawn(kind, photo):
    data = photo(kind=kind)
    found = media_type(io.BytesIO(data))
    drawn = picture(io.BytesIO(data), found)
    assert min(drawn.width, drawn.height) == 480
    assert str(drawn.taken_on) == "2026-03-01"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf /",
        b"MZ\x90\x00" + b"\x00" * 200,
        b"GIF89a<script>",
        b"just words",
        b"   %PDF-1.7",
        b"\x00" * 400,
        package([("a.txt", "x")]),  # an archive, not an office file
        package([("[Content_Types].xml", "<Types/>")]),
        package([("content.xml", "<x/>"), ("mimetype", "application/vnd.oasis.opendocument.text")]),
        b"PK\x03\x04" + b"broken" * 20,
        word(also=[("word/vbaProject.bin", b"macro")]),
        word(also=[("a/VBAPROJECT.BIN", b"macro")]),
    ],
)
def test_what_is_not(data):
    with pytest.raises(Invalid):
        media_type(io.BytesIO(data))


def test_an_archive_that_swells_is_refused_without_unpacking_it():
    bomb = word(also=[("word/media/zeros.bin", b"\0" * 150_000_000)])
    assert len(bomb) < 1_000_000
    with pytest.raises(Invalid, match="unpacks"):
        media_type(io.BytesIO(bomb))
    many = package([(f"{n}", b"") for n in range(6_000)])
    with pytest.raises(Invalid, match="unpacks"):
        media_type(io.BytesIO(many))


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_000, 6_300), (2_000_000_000, 1)])
def test_a_picture_that_swells_is_refused_before_it_is_drawn(size):
    with pytest.raises(Invalid):
        picture(io.BytesIO(claiming(*size)), "image/png")


@pytest.mark.parametrize("cut", [20, 60, 200])
def test_a_picture_that_is_cut_off_is_refused(cut, photo):
    with pytest.raises(Invalid):
        picture(io.BytesIO(photo()[:cut]), "image/jpeg")


def test_a_script_behind_a_picture_is_not_in_what_is_shown():
    data = png() + b"<script>alert(1)</script>"
    assert media_type(io.BytesIO(data)) == "image/png"
    assert b"script" not in picture(io.BytesIO(data), "image/png").data


def test_the_preview_has_no_place_no_camera_and_stands_upright(photo, tmp_path):
    original = photo(size=(4000, 3000), orientation=6)
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)
    kept = keep_file(Store(tmp_path), io.BytesIO(original), file_name="C:\\DCIM\\IMG_1.jpg", limit_mb=25)
    store = Store(tmp_path)
    assert store.read(kept.sha256) == original  # the place is still in what is kept
    shown = Image.open(io.BytesIO(store.read(kept.preview_sha256)))
    assert (shown.width, shown.height) == (EDGE * 3 // 4, EDGE)
    assert dict(shown.getexif()) == {}
    assert "icc_profile" not in shown.info
    assert kept.file_name == "IMG_1.jpg"


def test_a_comment_in_a_picture_is_not_in_what_is_shown():
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "JPEG", comment=b"51.5007 N 0.1246 W")
    assert b"51.5007" in out.getvalue()
    assert b"51.5007" not in picture(io.BytesIO(out.getvalue()), "image/jpeg").data


def test_what_is_see_through_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    shown = Image.open(io.BytesIO(picture(io.BytesIO(out.getvalue()), "image/png").data))
    assert shown.getpixel((10, 10)) == (255, 255, 255)


def test_sizes(tmp_path):
    with pytest.raises(Invalid):
        keep_file(Store(tmp_path), io.BytesIO(b""), file_name="a", limit_mb=1)
    with pytest.raises(TooLarge):
        keep_file(Store(tmp_path), io.BytesIO(b"%PDF-" + b"0" * 1_100_000), file_name="a", limit_mb=1)
    assert not list(tmp_path.glob("**/*"))


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://example.org:8080/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://", False),
        ("https://user@example.org", False),
        ("https://example.org/a b", False),
        ("https://example.org/\u202e", False),
        ("https://[::1", False),
    ],
)
def test_links(address, good):
    if good:
        require_link(address)
        return
    with pytest.raises(Invalid):
        require_link(address)
