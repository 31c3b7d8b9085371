"""Zip files whose bytes depend on what is in them alone: no clock, no folder, no machine."""

import io
import zipfile
from collections.abc import Iterable

FIRST = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip file can hold


def steady_zip(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file of (name, content) in the order given; the same entries always give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression=zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            info = zipfile.ZipInfo(name, FIRST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # whatever machine this is
            info.external_attr = 0o644 << 16
            made.writestr(info, content)
    return out.getvalue()


def steadied(data: bytes) -> bytes:
    """The zip file ``data`` packed anew, without the moments of its entries."""
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return steady_zip((info.filename, found.read(info)) for info in found.infolist())
