"""Radar charts as SVG pictures: shares on spokes, from 0 in the middle to 100 at the rim.

Series differ in dash and in the shape of their points, never in colour alone; a spoke without a value breaks the line.
Colours are those of ``tokens.css``, like those of :mod:`auditapp.shell.charts`.
"""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from auditapp.shell.charts import FONT, LOOKS, Series, colours, label

WIDE, HIGH = 480, 400
MIDDLE = (WIDE / 2, 200.0)
RIM = 130.0  # pixels from the middle
RINGS = (25, 50, 75, 100)
_USED = ("surface", "ink", "ink-soft", "line", "line-strong", *(token for token, _dash in LOOKS))
_NEAR = 1e-6
LINE = 16  # pixels from one line of a name to the next
BROKEN_AT = 14  # characters of a name before its next word begins another line


def radar(names: Sequence[str], series: Sequence[Series], *, theme: str = "auto", nothing: str = "") -> bytes:
    """The picture; ``values`` of each series stand beside ``names``, each from 0 to 100, ``None`` where nothing is known."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}" '
        f'role="img"><style>{colours(theme, _USED)}text{{font:13px {escape(FONT)};fill:var(--ink)}}'
        ".ring{fill:none;stroke:var(--line)}.rim{fill:none;stroke:var(--line-strong)}"
        ".scale{font-size:11px;fill:var(--ink-soft)}"
        "</style>"
        f'<rect width="{WIDE}" height="{HIGH}" fill="var(--surface)"/>'
    )
    drawn = [head]
    known = any(value is not None for one in series for value in one.values)
    if not names or not known:
        drawn.append(f'<text x="{MIDDLE[0]:g}" y="24" text-anchor="middle">{escape(label(nothing))}</text>')
    if names:
        drawn += _web(names)
        for one in series:
            drawn += _line(one, len(names))
        drawn += [
            f'<text class="scale" x="{MIDDLE[0] + 4:g}" y="{MIDDLE[1] - RIM * ring / 100 + 12:g}">{ring}</text>'
            for ring in RINGS
        ]
    return ("".join(drawn) + "</svg>").encode()


def _at(place: int, count: int, share: float) -> tuple[float, float]:
    turn = 2 * math.pi * place / count - math.pi / 2
    return MIDDLE[0] + RIM * share / 100 * math.cos(turn), MIDDLE[1] + RIM * share / 100 * math.sin(turn)


def _points(found: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in found)


def _web(names: Sequence[str]) -> list[str]:
    """The rings, the spokes and what they are called."""
    count = len(names)
    drawn = [
        f'<polygon class="{"rim" if ring == RINGS[-1] else "ring"}" '
        f'points="{_points([_at(place, count, ring) for place in range(count)])}"/>'
        for ring in RINGS
    ]
    for place, name in enumerate(names):
        x, y = _at(place, count, 100)
        drawn.append(f'<line class="ring" x1="{MIDDLE[0]:g}" y1="{MIDDLE[1]:g}" x2="{x:.1f}" y2="{y:.1f}"/>')
        x, y = _at(place, count, 109)
        side = x - MIDDLE[0]
        anchor = "middle" if abs(side) < _NEAR * WIDE + 1 else "start" if side > 0 else "end"
        lines = _broken(label(name))
        up = 0 if y > MIDDLE[1] + RIM else LINE * (len(lines) - 1) * (1 if y < MIDDLE[1] - RIM else 0.5)
        drawn += [
            f'<text x="{x:.1f}" y="{y + 4 + LINE * number - up:.1f}" text-anchor="{anchor}">{escape(one)}</text>'
            for number, one in enumerate(lines)
        ]
    return drawn


def _broken(name: str) -> list[str]:
    """A name in lines that fit beside the web."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > BROKEN_AT:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _line(one: Series, count: int) -> list[str]:
    """A series: its line from spoke to spoke, and a point on each; without a value there is neither."""
    token, dash = LOOKS[(one.look or 0) % len(LOOKS)]
    spots = [
        None if value is None else _at(place, count, min(100.0, max(0.0, value)))
        for place, value in enumerate(one.values)
    ]
    drawn = []
    if all(spot is not None for spot in spots):
        whole = [spot for spot in spots if spot is not None]
        drawn.append(
            f'<polygon points="{_points(whole)}" fill="none" stroke="var(--{token})" stroke-width="2.5" '
            f'stroke-dasharray="{dash or "none"}"/>'
        )
    else:
        for place, here in enumerate(spots):
            there = spots[(place + 1) % count]
            if here is not None and there is not None and count > 1:
                drawn.append(
                    f'<line x1="{here[0]:.1f}" y1="{here[1]:.1f}" x2="{there[0]:.1f}" y2="{there[1]:.1f}" '
                    f'stroke="var(--{token})" stroke-width="2.5" stroke-dasharray="{dash or "none"}"/>'
                )
    return drawn + [_point(one.look or 0, token, *spot) for spot in spots if spot is not None]


def _point(look: int, token: str, x: float, y: float) -> str:
    """A full dot for the first series, an empty square for the others."""
    if look == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="var(--{token})"/>'
    return (
        f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="var(--surface)" '
        f'stroke="var(--{token})" stroke-width="2"/>'
    )
