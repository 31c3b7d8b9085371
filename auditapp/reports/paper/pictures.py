"""Charts as paper takes them: their SVG with its colours spelled out, and as PNG for Word."""

import io
import re
import tempfile
from functools import lru_cache
from pathlib import Path

import typst

from auditapp.reports.typesetting import fonts

DOTS = 200.0  # of an inch
_NAMED = re.compile(r"--([a-z-]+):\s*(#[0-9a-fA-F]{3,8})\s*;?")
_USED = re.compile(r"var\(--([a-z-]+)\)")
_NOTHING_ELSEWHERE = re.compile(
    rb"<\s*(?:script|foreignObject|image|use)\b|@import|url\(\s*['\"]?\s*(?!#)", re.IGNORECASE
)


def flat(picture: bytes) -> bytes:
    """The SVG without variables of CSS, which no renderer for paper knows."""
    text = picture.decode()
    named = dict(_NAMED.findall(text))
    return _USED.sub(lambda found: named.get(found[1], "#000000"), text).encode()


def is_harmless(picture: bytes) -> bool:
    """Whether it is an SVG that names nothing outside itself."""
    return b"<svg" in picture[:400] and not _NOTHING_ELSEWHERE.search(picture)


def png(picture: bytes) -> io.BytesIO | None:
    """The SVG drawn as PNG; ``None`` if it cannot be drawn."""
    drawn = _drawn(picture) if is_harmless(picture) else None
    return io.BytesIO(drawn) if drawn else None


@lru_cache(maxsize=32)
def _drawn(picture: bytes) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="auditapp-chart-") as folder:
        root = Path(folder)
        (root / "chart.svg").write_bytes(flat(picture))
        (root / "main.typ").write_text(
            '#set page(width: 130mm, height: auto, margin: 0pt)\n#image("chart.svg", width: 100%)\n',
            encoding="ascii",
        )
        try:
            made = typst.Compiler(
                str(root / "main.typ"), root=folder, font_paths=fonts(), ignore_system_fonts=True
            ).compile(format="png", ppi=DOTS)
        except typst.TypstError:
            return None
    return made if isinstance(made, bytes) else None
