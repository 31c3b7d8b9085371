"""Charts as paper takes them: their SVG with its colours spelled out, and as PNG for Word."""

import json
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from auditapp.reports.glyphs import clean
from auditapp.reports.paper.model import ChartSpec
from auditapp.reports.typesetting import DATA, fonts

MARKS = Path(__file__).parent / "marks.typ"
DOTS = 200.0  # of an inch
_MAIN = """#import "marks.typ": legend
#let data = json("data.json")
#set page(width: 130mm, height: auto, margin: (bottom: 3pt, rest: 0pt))
#set text(size: 9pt, font: ("Libertinus Serif", "IBM Plex Sans Arabic", "Noto Sans Arabic", "Noto Sans CJK SC", "Noto Emoji"))
#image("chart.svg", width: 100%)
#align(center, legend(data.marks, data.bars))
"""
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


def can_be_drawn(picture: bytes) -> bool:
    """Whether it is a picture that paper can have."""
    return bool(picture) and is_harmless(picture) and _drawn(picture, "[]", bars=False) is not None


def png(spec: ChartSpec) -> bytes | None:
    """The picture of a chart with what its marks mean below, as PNG; ``None`` if it cannot be drawn."""
    if not can_be_drawn(spec.picture):
        return None
    return _drawn(spec.picture, json.dumps(marks_of(spec)), bars=spec.bars)


def marks_of(spec: ChartSpec) -> list[dict[str, Any]]:
    """What the marks mean, for the template."""
    return [{"look": look, "name": clean(name)} for look, name in spec.marks]


@lru_cache(maxsize=32)
def _drawn(picture: bytes, marks: str, *, bars: bool) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="auditapp-chart-") as folder:
        root = Path(folder)
        (root / "chart.svg").write_bytes(flat(picture))
        (root / "main.typ").write_text(_MAIN, encoding="ascii")
        (root / MARKS.name).write_bytes(MARKS.read_bytes())
        (root / DATA).write_text(json.dumps({"marks": json.loads(marks), "bars": bars}), encoding="ascii")
        try:
            made = typst.Compiler(
                str(root / "main.typ"),
                root=folder,
                font_paths=fonts(),
                ignore_system_fonts=True,
            ).compile(format="png", ppi=DOTS)
        except typst.TypstError:
            return None
    return made if isinstance(made, bytes) else None
