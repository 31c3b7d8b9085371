"""What a file is, found from its bytes and never from its name, and the picture of it that pages may show. Pure.

An allowlist: photos, PDF, office files. Anything else is refused with what to do instead. Originals are kept byte
for byte and only ever sent as an attachment; what is shown in a page is drawn anew here (Pillow), upright, without
the place where it was taken.
"""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

import filetype
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

register_heif_opener()
MAX_PIXELS = 50_000_000
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
EDGE = 1600  # pixels of the longer side of a preview
HEAD = 8192
MAX_MEMBERS = 5_000
MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 200
SMALL = 1_000_000

PICTURES = {
    "image/jpeg": ("JPEG", "jpg"),
    "image/png": ("PNG", "png"),
    "image/webp": ("WEBP", "webp"),
    "image/heic": ("HEIF", "heic"),
    "image/heif": ("HEIF", "heif"),
}
PDF = "application/pdf"
_OOXML = "application/vnd.openxmlformats-officedocument."
# Type of the package's main part (ECMA-376 part 1, 15.2) to media type and name ending.
OFFICE = {
    f"{_OOXML}wordprocessingml.document.main+xml": (f"{_OOXML}wordprocessingml.document", "docx"),
    f"{_OOXML}spreadsheetml.sheet.main+xml": (f"{_OOXML}spreadsheetml.sheet", "xlsx"),
    f"{_OOXML}presentationml.presentation.main+xml": (f"{_OOXML}presentationml.presentation", "pptx"),
}
OPEN = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
ENDINGS = {
    **{kind: ending for kind, (_, ending) in PICTURES.items()},
    **{kind: ending for kind, ending in OFFICE.values()},  # noqa: C416 - the values are pairs already
    **OPEN,
    PDF: "pdf",
}
TAKEN, EXIF_PART = 36867, 0x8769  # DateTimeOriginal and the directory it stands in (Exif 2.32, 4.6.5)
WRONG = Text(
    "This kind of file is not taken as evidence. Photos (JPEG, PNG, WebP, HEIC), PDF and office files "
    "(docx, xlsx, pptx, odt, ods, odp) are. Print anything else to PDF, or take a picture of it."
)
DAMAGED = Text("This picture cannot be read: it is damaged or cut off. Take it or send it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A preview: JPEG bytes, pixels, and the day the original says it was taken, if it does."""

    data: bytes
    width: int
    height: int
    taken_on: date | None


def media_type(source: IO[bytes]) -> str:
    """The media type of a file by its content. Raises Invalid for everything that is not on the list."""
    source.seek(0)
    head = source.read(HEAD)
    found = filetype.guess(head)
    kind = found.mime if found else ""
    if kind in PICTURES:
        return kind
    if kind == PDF and head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _packed(source)
    raise Invalid(WRONG, field="file")


def _packed(source: IO[bytes]) -> str:
    """Office files are archives: which one, if it is one, and one that opens to a sane size."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            _sane(members)
            names = {member.filename for member in members}
            if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
                raise Invalid(
                    Text("Office files with macros are not taken. Save it without macros, or as PDF."),
                    field="file",
                )
            if "[Content_Types].xml" in names:
                listed = _member(archive, "[Content_Types].xml")
                for main, (kind, _) in OFFICE.items():
                    if f'"{main}"'.encode() in listed:
                        return kind
            if members and members[0].filename == "mimetype":
                kind = _member(archive, "mimetype").decode("ascii", "replace").strip()
                if kind in OPEN and "content.xml" in names:
                    return kind
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise Invalid(
            Text("This office file cannot be opened: it is damaged or locked by a password."), field="file"
        ) from None
    raise Invalid(WRONG, field="file")


def _sane(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    swollen = unpacked > MAX_UNPACKED or (unpacked > 100 * SMALL and unpacked > MAX_RATIO * max(packed, 1))
    if len(members) > MAX_MEMBERS or swollen:
        raise Invalid(
            Text("This file unpacks to far more than it is. It is not taken; print it to PDF instead."),
            field="file",
        )


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(SMALL)


def picture(source: IO[bytes], kind: str) -> Picture:
    """Draw a picture anew for pages: upright, at most 1600 pixels, nothing of the original's metadata.

    Raises Invalid when it is damaged or has more than 50 million pixels.
    """
    source.seek(0)
    try:
        with Image.open(source, formats=[PICTURES[kind][0]]) as original:
            _require_pixels(original)
            taken = _taken_on(original)
            original.draft("RGB", (EDGE, EDGE))
            upright = ImageOps.exif_transpose(original)
            upright.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
            drawn = _on_white(upright)
    except Image.DecompressionBombError:
        raise _too_many() from None
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - whatever a decoder makes of hostile bytes, the file is refused
        raise Invalid(DAMAGED, field="file") from None
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return Picture(data=out.getvalue(), width=drawn.width, height=drawn.height, taken_on=taken)


def _require_pixels(image: Image.Image) -> None:
    """Before anything is decoded: the size stands in the header."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_many()


def _too_many() -> Invalid:
    return Invalid(
        Text("This picture has more than 50 million pixels. Take it with a lower resolution."), field="file"
    )


def _on_white(image: Image.Image) -> Image.Image:
    """A picture of pixels only: no comment, no profile, no place; what was see-through is white."""
    plain = Image.new("RGB", image.size, "white")
    if "A" in image.getbands() or "transparency" in image.info:
        whole = image.convert("RGBA")
        plain.paste(whole, mask=whole.getchannel("A"))
    else:
        plain.paste(image.convert("RGB"))
    return plain


def _taken_on(image: Image.Image) -> date | None:
    try:
        said = image.getexif().get_ifd(EXIF_PART).get(TAKEN)
        return datetime.strptime(str(said)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - a camera's day has no zone
    except Exception:  # noqa: BLE001 - a suggestion only; broken metadata must not stop the photo
        return None
