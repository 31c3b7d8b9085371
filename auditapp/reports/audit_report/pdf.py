"""The audit report as PDF/A, through typst.

The content goes in as JSON that the template reads as data, so that nothing a person wrote is ever run; typst is
jailed in a folder of its own with the template and the pictures, and has no network. The same content, pictures
and labels always give the same bytes.
"""

import io
import json
import re
import tempfile
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from PIL import Image, ImageOps

from auditapp.audits.report.content import AuditReport
from auditapp.reports.audit_report.glyphs import STAND_IN, plain_latin
from auditapp.reports.audit_report.view import has_stand_ins, view

STANDARD: Final = "a-2b"
TEMPLATES = ("report.typ", "style.typ")
LARGEST_SIDE = 1600
"""Pixels: larger pictures are scaled down before they are set."""

_LACKING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_TRIES = 6

Photos = Callable[[str], bytes | None]


def render(content: AuditReport, photos: Photos, *, labels: Mapping[str, str]) -> bytes:
    """The report as PDF/A-2b, tagged.

    ``photos`` gives the bytes of a picture by the SHA-256 that the exhibit names (its preview's when it has one),
    or ``None``; a picture that cannot be read leaves a frame that says so. ``labels`` as in :mod:`auditapp.audits.report.labels`.
    """
    data = view(content, labels)
    with tempfile.TemporaryDirectory(prefix="auditapp-report-") as folder:
        root = Path(folder)
        for name in TEMPLATES:
            (root / name).write_bytes(_template(name))
        data["pictures"] = _pictures(root, data["exhibits"].values(), photos)
        return _compile(root, data, int(content.document.issued_at.timestamp()))


def _compile(root: Path, data: dict[str, Any], timestamp: int) -> bytes:
    """Set the document; characters that turn out to have no shape in this company become white squares."""
    for attempt in range(_TRIES):
        data["stand_ins"] = has_stand_ins(data["report"])
        try:
            return _typst(root, data, timestamp)
        except typst.TypstError as error:
            lacking = {
                _unescaped(found) for found in _LACKING.findall(f"{error.message}\n{error.diagnostic}")
            }
            if not lacking and attempt:
                raise
            data = _without(data, lacking if attempt < _TRIES // 2 else set())
    return _typst(root, data, timestamp)


def _typst(root: Path, data: dict[str, Any], timestamp: int) -> bytes:
    compiler = typst.Compiler(
        str(root / "report.typ"),
        root=str(root),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=str(root / "packages"),
        package_cache_path=str(root / "packages"),
        sys_inputs={"data": json.dumps(data, ensure_ascii=True)},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)
        made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=timestamp, pdf_tags=True)
    if not isinstance(made, bytes):  # pragma: no cover - typst gives bytes when no output is named
        message = "typst gave no document"
        raise TypeError(message)
    return made


def _without(value: Any, lacking: set[str]) -> Any:
    """The data with each lacking text as white squares; with nothing named, every text in plain Latin."""
    if isinstance(value, str):
        if not lacking:
            return plain_latin(value)
        for text in lacking:
            value = value.replace(text, STAND_IN * len(text))
        return value
    if isinstance(value, dict):
        return {key: each if key == "pictures" else _without(each, lacking) for key, each in value.items()}
    return [_without(each, lacking) for each in value] if isinstance(value, list | tuple) else value


def _unescaped(found: str) -> str:
    plain = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: chr(int(match[1], 16)), found)
    return plain.replace('\\"', '"').replace("\\\\", "\\")


def _pictures(root: Path, exhibits: Any, photos: Photos) -> dict[str, dict[str, Any]]:
    """Write the pictures that can be set; returns file name and width to height by SHA-256."""
    set_down: dict[str, dict[str, Any]] = {}
    for exhibit in exhibits:
        key = exhibit["picture"]
        if exhibit["kind"] != "photo" or not key or key in set_down:
            continue
        data = photos(key)
        ready = _settable(data) if data else None
        if ready:
            name = f"picture-{len(set_down)}.jpg"
            (root / name).write_bytes(ready[0])
            set_down[key] = {"name": name, "ratio": ready[1]}
    return set_down


def _settable(data: bytes) -> tuple[bytes, float] | None:
    """A JPEG that typst takes, and its width to height; ``None`` if the bytes are no picture.

    It stays as it came where it is a JPEG of fit size; all else is re-encoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                image.load()
                fit = max(image.size) <= LARGEST_SIDE
                if image.format == "JPEG" and image.mode in {"RGB", "L"} and fit and not image.getexif():
                    return data, image.width / image.height
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


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
