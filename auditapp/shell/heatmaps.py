"""Maps of marks as SVG pictures: a row and a column for each pair, and one of a few marks where they meet.

The marks differ in shape and in lightness, so that nobody needs to see a colour: a full square, a hatched one, an empty
one with a stroke through it, a small dot. Colours are those of ``tokens.css``, like those of :mod:`auditapp.shell.charts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from auditapp.shell.charts import FONT, colours, label

CELL = 22  # pixels, each way
HEAD = 96  # for the names of columns, which stand upright
SIDE = 240  # for the names of rows
GAP = 3
SHAPES = ("full", "hatched", "struck", "dot")
_USED = ("surface", "ink", "ink-soft", "line", "done", "on-track", "overdue")


@dataclass(frozen=True, kw_only=True)
class MapLine:
    """A row: its name, and a place in :data:`SHAPES` for each column."""

    name: str
    marks: Sequence[str]


def map_size(rows: int, columns: int) -> tuple[int, int]:
    """How large the picture is."""
    return SIDE + CELL * max(columns, 1) + GAP * 4, HEAD + CELL * max(rows, 1) + GAP * 4


def heat_map(
    columns: Sequence[str], rows: Sequence[MapLine], *, theme: str = "auto", nothing: str = ""
) -> bytes:
    """The picture. The page says beside it what the marks mean: see :data:`SHAPES`."""
    wide, high = map_size(len(rows), len(columns))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'role="img"><style>{colours(theme, _USED)}text{{font:13px {escape(FONT)};fill:var(--ink)}}'
        ".full{fill:var(--done)}.hatched{fill:url(#map-hatch);stroke:var(--on-track);stroke-width:1.5}"
        ".struck{fill:none;stroke:var(--overdue);stroke-width:1.5}.dot{fill:var(--ink-soft)}"
        ".line{stroke:var(--line)}</style>"
        '<defs><pattern id="map-hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--surface)"/>'
        '<rect width="1.8" height="5" fill="var(--on-track)"/></pattern></defs>'
        f'<rect width="{wide}" height="{high}" fill="var(--surface)"/>'
    )
    drawn = [head]
    if not rows or not columns:
        drawn.append(f'<text x="{GAP * 4}" y="{HEAD}">{escape(label(nothing))}</text>')
    for number, name in enumerate(columns):
        x = SIDE + CELL * number + CELL * 0.7
        drawn.append(
            f'<text x="{x:g}" y="{HEAD - 6}" transform="rotate(-90 {x:g} {HEAD - 6})">{escape(label(name))}</text>'
        )
    for number, row in enumerate(rows):
        y = HEAD + CELL * number
        drawn.append(
            f'<line class="line" x1="0" x2="{wide}" y1="{y}" y2="{y}"/>'
            f'<text x="{GAP}" y="{y + CELL * 0.7:g}">{escape(label(row.name))}</text>'
        )
        drawn += [_mark(SIDE + CELL * place, y, shape) for place, shape in enumerate(row.marks)]
    return ("".join(drawn) + "</svg>").encode()


def _mark(x: int, y: int, shape: str) -> str:
    left, top, size = x + GAP, y + GAP, CELL - 2 * GAP
    if shape == "dot":
        return f'<circle class="dot" cx="{x + CELL / 2:g}" cy="{y + CELL / 2:g}" r="1.5"/>'
    square = f'<rect class="{shape}" x="{left}" y="{top}" width="{size}" height="{size}"/>'
    if shape == "struck":
        square += f'<line class="struck" x1="{left}" y1="{top + size}" x2="{left + size}" y2="{top}"/>'
    return square
