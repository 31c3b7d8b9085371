"""What a pen drew on a screen, as lines that a page and the paper can show. Pure.

A stroke is ``{"ink": "red", "points": [[x, y], …]}``; one unit is a thousandth of the width of the picture (or of the
signature's line) that was drawn on, measured from its top left corner. Whatever came in, only numbers between 0 and
:data:`DEEPEST`, the names of :data:`INKS` and the letters of a path go out: nothing that somebody sent is ever written
into an SVG.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

WIDE = 1000
"""Units across."""
DEEPEST = 4000
"""Units down, at most: a picture is never drawn higher than four times its width."""
MOST_STROKES = 500
MOST_POINTS = 20_000
INKS = {"red": "#d4001a", "yellow": "#ffd400", "blue": "#0058d8", "black": "#111111", "white": "#ffffff"}
"""The colours of the pen, by name. The same in the script that draws (js/tablet/strokes.js)."""

Point = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One line, from putting the pen down to lifting it."""

    ink: str
    points: tuple[Point, ...]

    @property
    def colour(self) -> str:
        """Its colour as ``#rrggbb``."""
        return INKS[self.ink]

    @property
    def path(self) -> str:
        """Its way as the ``d`` of an SVG path."""
        return path(self.points)


def read(given: Any) -> tuple[Stroke, ...]:
    """The strokes in what was sent. What is none is left out; too many are cut off."""
    strokes: list[Stroke] = []
    room = MOST_POINTS
    for each in given if isinstance(given, list | tuple) else ():
        if not isinstance(each, dict) or len(strokes) == MOST_STROKES or room <= 0:
            continue
        points = tuple(_points(each.get("points"), room))
        ink = each.get("ink")
        if points:
            strokes.append(
                Stroke(ink=ink if isinstance(ink, str) and ink in INKS else "black", points=points)
            )
            room -= len(points)
    return tuple(strokes)


def plain(strokes: Iterable[Stroke]) -> list[dict[str, Any]]:
    """Strokes as JSON, as :func:`read` takes them."""
    return [{"ink": each.ink, "points": [list(point) for point in each.points]} for each in strokes]


def path(points: Sequence[Point]) -> str:
    """A smooth line through the points, as the ``d`` of an SVG path; one point becomes a dot."""
    if not points:
        return ""
    x, y = points[0]
    parts = [f"M{x} {y}"]
    if len(points) == 1:
        return f"{parts[0]}h1"
    for index in range(1, len(points) - 1):
        (x, y), (to_x, to_y) = points[index], points[index + 1]
        parts.append(f"Q{x} {y} {(x + to_x) // 2} {(y + to_y) // 2}")
    x, y = points[-1]
    return "".join([*parts, f"L{x} {y}"])


def svg(strokes: Iterable[Stroke], view: tuple[int, int, int, int], *, width: int = 8) -> str:
    """A whole SVG file of the strokes, ``width`` units wide; ``view`` as in ``viewBox``."""
    lines = "".join(
        f'<path d="{each.path}" stroke="{each.colour}" stroke-width="{width}" fill="none" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
        for each in strokes
    )
    left, top, wide, high = view
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {wide} {high}" '
        f'width="{wide}" height="{high}">{lines}</svg>'
    )


def box(strokes: Iterable[Stroke], *, margin: int = 12) -> tuple[int, int, int, int]:
    """The smallest frame around all strokes, as the four numbers of a ``viewBox``."""
    points = [point for each in strokes for point in each.points]
    if not points:
        return (0, 0, WIDE, WIDE // 4)
    left, top = (min(point[axis] for point in points) - margin for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) + margin for axis in (0, 1))
    return (left, top, right - left, bottom - top)


def _points(given: Any, room: int) -> Iterable[Point]:
    last: Point | None = None
    for each in given if isinstance(given, list | tuple) else ():
        pair = each if isinstance(each, list | tuple) else ()
        if room <= 0:
            return
        if len(pair) < 2 or not all(_number(value) for value in pair[:2]):  # noqa: PLR2004 - x and y
            continue
        point = (_within(pair[0], WIDE), _within(pair[1], DEEPEST))
        if point != last:
            room -= 1
            yield point
        last = point


def _number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return not isinstance(value, float) or math.isfinite(value)


def _within(value: float, most: int) -> int:
    return round(min(max(value, 0), most))
