"""The audit report as PDF/A, through typst.

The content goes in as JSON that the template reads as data, so that nothing a person wrote is ever run; typst is
jailed in a folder of its own with the template and the pictures, and has no network. The same content, pictures
and labels always give the same bytes.
"""

import io
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from PIL import Image, ImageOps

from auditapp.audits.report.content import AuditReport, Line
from auditapp.kit.strokes import WIDE, Stroke, box, read, svg
from auditapp.reports.audit_report.view import view
from auditapp.reports.typesetting import typeset

TEMPLATES = ("report.typ", "style.typ")
LARGEST_SIDE = 1600
"""Pixels: larger pictures are scaled down before they are set."""

_END_OF_JPEG = b"\xff\xd9"

Photos = Callable[[str], bytes | None]


def render(content: AuditReport, photos: Photos, *, labels: Mapping[str, str]) -> bytes:
    """The report as PDF/A-2a and PDF/UA-1.

    ``photos`` gives the bytes of a picture by the SHA-256 that the exhibit names (its preview's when it has one),
    or ``None``; a picture that cannot be read leaves a frame that says so. ``labels`` as in :mod:`auditapp.audits.report.labels`.
    """
    data = view(content, labels)
    with tempfile.TemporaryDirectory(prefix="auditapp-report-") as folder:
        root = Path(folder)
        for name in TEMPLATES:
            (root / name).write_bytes(_template(name))

        def made(*, anew: bool) -> bytes:
            data["pictures"] = _pictures(root, data["exhibits"].values(), photos, anew=anew)
            data["drawings"] = _drawings(root, content, data)
            return typeset(root, "report.typ", data, int(content.document.issued_at.timestamp()))

        try:
            return made(anew=False)
        except typst.TypstError:  # it reads every picture whole, and may have found one that is not
            return made(anew=True)


def _pictures(root: Path, exhibits: Any, photos: Photos, *, anew: bool) -> dict[str, dict[str, Any]]:
    """Write the pictures that can be set; returns file name and width to height by SHA-256."""
    set_down: dict[str, dict[str, Any]] = {}
    for exhibit in exhibits:
        key = exhibit["picture"]
        if exhibit["kind"] != "photo" or not key or key in set_down:
            continue
        data = photos(key)
        ready = settable(data, anew=anew) if data else None
        if ready:
            name = f"picture-{len(set_down)}.jpg"
            (root / name).write_bytes(ready[0])
            set_down[key] = {"name": name, "ratio": ready[1]}
    return set_down


def _drawings(root: Path, content: AuditReport, data: Any) -> dict[str, str]:
    """Write what pens drew; returns file names by the exhibit's ref and by ``meeting/number`` of a signature."""
    drawn: dict[str, str] = {}
    for exhibit in content.exhibits:
        picture = data["pictures"].get(exhibit.preview_sha256 or exhibit.sha256)
        if exhibit.drawing and picture:
            drawn[exhibit.ref] = svg(strokes(exhibit.drawing), (0, 0, WIDE, round(WIDE / picture["ratio"])))
    for meeting in content.meetings:
        for index, signed in enumerate(meeting.signed):
            if signed.lines:
                lines = strokes(signed.lines)
                drawn[f"{meeting.kind}/{index}"] = svg(lines, box(lines), width=6)
    names = {key: f"drawing-{index}.svg" for index, key in enumerate(drawn)}
    for key, name in names.items():
        (root / name).write_text(drawn[key], encoding="ascii")
    return names


def strokes(lines: Iterable[Line]) -> tuple[Stroke, ...]:
    """The frozen lines as the pen's strokes."""
    return read(
        [
            {"ink": line.ink, "points": list(zip(line.points[::2], line.points[1::2], strict=False))}
            for line in lines
        ]
    )


def settable(data: bytes, *, anew: bool = False) -> tuple[bytes, float] | None:
    """A JPEG that typst takes, and its width to height; ``None`` if the bytes are no picture.

    It stays as it came where it is a JPEG of fit size that has its end; all else, and with ``anew`` everything, is re-encoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                wide, high = image.size
                if (
                    not anew
                    and image.format == "JPEG"
                    and image.mode in {"RGB", "L"}
                    and max(wide, high) <= LARGEST_SIDE
                    and not image.getexif()
                ):
                    if not data.endswith(_END_OF_JPEG):
                        image.draft("L", (wide // 8, high // 8))  # enough to see that it is whole
                        image.load()
                    return data, wide / high
                image.load()
                copy = ImageOps.exif_transpose(image).convert("RGB")
    except Exception:  # noqa: BLE001 - Pillow raises many kinds on damaged files; the report is made without them
        return None
    copy.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    target = io.BytesIO()
    copy.save(target, "JPEG", quality=82)
    return target.getvalue(), copy.width / copy.height


@cache
def _template(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()
