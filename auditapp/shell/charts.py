"""Charts as SVG pictures, drawn by pygal from plain values and served by a route of their own.

A page shows one with the macro ``parts/chart.html``: a sentence above it, the picture, and its table behind a toggle.
A picture cannot see the page's styles, so the colours are read from ``tokens.css`` and stand in the picture itself,
once for light and once for dark. Series differ in dash and hatch too, never in colour alone.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pygal  # type: ignore[import-untyped]
from flask import Response, request
from pygal.style import Style  # type: ignore[import-untyped]

# pygal leaves a finder for its plugins behind, of a kind that Python warns of at each import that finds nothing.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "pygal"]

TOKENS = Path(__file__).parent / "static" / "css" / "tokens.css"
WIDTH = 480
LONGEST_LABEL = 28  # characters; more does not fit beside a chart on a phone
# The looks of series in their order: (token of the colour, dash of a line).
LOOKS: tuple[tuple[str, str], ...] = (
    ("accent", ""),
    ("grade-observation", "9 5"),
    ("on-track", "2 5"),
    ("neutral", "14 4 2 4"),
)
SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_USED = ("surface", "ink", "ink-soft", "line", "line-strong", *(token for token, _ in LOOKS))
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line or one set of bars. ``look``: its place in :data:`LOOKS`; ``None`` for what is aimed at."""

    name: str
    values: Sequence[float | None]
    look: int | None = 0


@dataclass(frozen=True, kw_only=True)
class Level:
    """A value that is aimed at, drawn across the whole chart; ``faint`` for a limit beside it."""

    name: str
    value: float
    faint: bool = False


def wanted_theme() -> str:
    """The theme that a page asks a picture in; anything else follows the device."""
    theme = request.args.get("theme", "")
    return theme if theme in {"light", "dark"} else "auto"


def served(picture: bytes) -> Response:
    """A picture as an answer: nothing in it may act, wherever it is opened."""
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = SEALED
    return response


def label(text: str) -> str:
    """A text as a chart can hold it: what XML cannot say is left out, and what is too long is cut."""
    cleaned = " ".join(_NOT_IN_XML.sub("", text).split())
    return cleaned if len(cleaned) <= LONGEST_LABEL else cleaned[: LONGEST_LABEL - 1].rstrip() + "…"


@cache
def _palette() -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the tokens, for light and for dark."""
    text = TOKENS.read_text(encoding="utf-8")

    def block(start: str) -> dict[str, str]:
        body = text[text.index(start) :]
        body = body[body.index("{") : body.index("}")]
        return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", body))

    return block(":root {"), block(':root[data-theme="dark"]')


def colours(theme: str, used: Sequence[str] = _USED) -> str:
    """The colours that a picture uses, as variables of CSS, for a theme or for both."""
    light, dark = _palette()

    def spelled(colours: dict[str, str]) -> str:
        return "".join(f"--{name}:{colours[name]};" for name in dict.fromkeys(used))

    if theme == "auto":
        return f":root{{{spelled(light)}}}@media (prefers-color-scheme: dark){{:root{{{spelled(dark)}}}}}"
    return f":root{{{spelled(dark if theme == 'dark' else light)}}}"


def _series_css(looks: Sequence[int | None], *, bars: bool, faint: Sequence[bool] = ()) -> str:
    rules = []
    for number, look in enumerate(looks):
        at = f".serie-{number}"
        if look is None:  # what is aimed at: an outline, or a dashed line
            slight = bool(faint) and faint[number]
            colour, dash, width = ("var(--ink-soft)", "2 4", 1.5) if slight else ("var(--ink)", "7 4", 2)
        else:
            token, dash = LOOKS[look % len(LOOKS)]
            colour, width = f"var(--{token})", 2.5
        if bars:
            fill = "none" if look is None else f"url(#hatch-{look % len(LOOKS)})" if look else colour
            rules.append(
                f"{at} .reactive{{fill:{fill}!important;stroke:{colour}!important;stroke-width:1.5;"
                f"stroke-dasharray:{'4 3' if look is None else 'none'}}}"
            )
        else:
            rules.append(
                f"{at} path.line{{fill:none;stroke:{colour};stroke-width:{width};stroke-dasharray:{dash or 'none'}}}"
                f"{at} .dot{{fill:{colour};stroke:{colour}}}"
            )
    return "".join(rules)


def _hatches() -> list[str]:
    """Patterns of bars, so that they differ without colour."""
    found = []
    for number, (token, _dash) in enumerate(LOOKS):
        turn = (0, 45, 135, 90)[number]
        found.append(
            f'<pattern id="hatch-{number}" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate({turn})"><rect width="6" height="6" fill="var(--surface)"/>'
            f'<rect width="2.5" height="6" fill="var(--{token})"/></pattern>'
        )
    return found


def _settings(
    theme: str, looks: Sequence[int | None], *, height: int, bars: bool, faint: Sequence[bool] = ()
) -> dict[str, Any]:
    style = Style(
        background="var(--surface)",
        plot_background="var(--surface)",
        foreground="var(--ink)",
        foreground_strong="var(--ink)",
        foreground_subtle="var(--ink-soft)",
        guide_stroke_color="var(--line)",
        major_guide_stroke_color="var(--line)",
        guide_stroke_dasharray="none",
        major_guide_stroke_dasharray="none",
        opacity="1",
        opacity_hover="1",
        transition="none",
        font_family=FONT,
        label_font_size=13,
        major_label_font_size=13,
        value_font_size=13,
        no_data_font_size=18,
        colors=tuple("var(--ink)" for _ in range(max(1, len(looks)))),
        value_colors=tuple("var(--ink)" for _ in range(max(1, len(looks)))),
    )
    own_css = (
        colours(theme)
        + _series_css(looks, bars=bars, faint=faint)
        + ".tooltip{display:none}"
        + (".text-overlay text.value{text-anchor:start;transform:translate(5px,0)}" if bars else "")
    )
    return {
        "style": style,
        "width": WIDTH,
        "height": height,
        "no_prefix": True,
        "js": (),
        "css": ["file://style.css", "file://graph.css", f"inline:{own_css}"],
        "defs": _hatches() if bars else [],
        "disable_xml_declaration": True,
        "show_legend": False,  # the page says it in its own words, beside the same marks
        "truncate_label": -1,
        "margin_right": 40,
        "max_scale": 7,
        "min_scale": 3,
        "margin": 12,
        "spacing": 12,
        "pretty_print": False,
    }


def number_words(value: float | None) -> str:
    """A figure as a chart says it: no needless digits."""
    return "" if value is None else f"{value:.12g}"


def over_time(
    days: Sequence[date],
    series: Sequence[Series],
    *,
    levels: Sequence[Level] = (),
    theme: str = "auto",
    say_day: Callable[[date], str] = str,
    between: tuple[float, float] | None = None,
    nothing: str = "",
) -> bytes:
    """Lines over days; ``values`` of each series stand beside ``days`` (``None``: nothing on that day).

    ``between``: the ends of the upright axis; without it they follow the values.
    """
    looks: list[int | None] = [one.look for one in series] + [None for _ in levels]
    faint = [False for _ in series] + [one.faint for one in levels]
    settings = _settings(theme, looks, height=280, bars=False, faint=faint)
    first, last = (min(days), max(days)) if days else (date(2000, 1, 1), date(2000, 1, 2))
    if first == last:
        first, last = first - timedelta(days=15), last + timedelta(days=15)
    steps = min(4, (last - first).days)
    marks = [first + (last - first) * number / steps for number in range(steps + 1)]
    chart = pygal.DateLine(
        **settings,
        dots_size=3 if len(days) > 40 else 4,  # noqa: PLR2004 - many dots lie close
        x_labels=marks,
        x_value_formatter=lambda day: label(say_day(day)),
        value_formatter=number_words,
        xrange=(first, last),
        show_x_guides=False,
        no_data_text=label(nothing),
        **({"range": between} if between else {}),
    )
    for one in series:
        points = [(day, value) for day, value in zip(days, one.values, strict=True) if value is not None]
        chart.add(label(one.name), points)
    for level in levels:
        chart.add(
            label(level.name),
            [(first, level.value), (last, level.value)] if days else [],
            show_dots=False,
        )
    return _rendered(chart)


def steps_to(most: float) -> list[int]:
    """Few round numbers from 0 on for an axis; the last is the first that is not below ``most``."""
    size = 1
    while most > 5 * size:  # 1, 2, 5, 10, 20, 50 …
        size = size * 5 // 2 if str(size).startswith("2") else size * 2
    return list(range(0, int(-(-most // size)) * size + 1, size)) if most > 0 else [0, 1]


def bars_height(names: int, series: int) -> int:
    """How high a picture of bars is."""
    return 60 + names * (18 + 20 * series)


def side_by_side(
    names: Sequence[str],
    series: Sequence[Series],
    *,
    theme: str = "auto",
    between: tuple[float, float],
    steps: Sequence[int] | None = None,
    say: Callable[[float], str] = number_words,
    nothing: str = "",
) -> bytes:
    """Bars lying beside each other, one group for each name; each says its value.

    ``steps``: the values that the axis names; without it, every whole number above the first end.
    """
    height = bars_height(len(names), len(series))
    settings = _settings(theme, [one.look for one in series], height=height, bars=True)
    chart = pygal.HorizontalBar(
        **settings,
        x_labels=[label(name) for name in reversed(names)],
        range=between,
        y_labels=[
            {"value": step, "label": str(step)}
            for step in (range(int(between[0]) + 1, int(between[1]) + 1) if steps is None else steps)
        ],
        value_formatter=lambda value: "" if value is None else say(value),
        print_values=True,
        print_values_position="top",
        no_data_text=label(nothing),
    )
    for one in series:
        chart.add(label(one.name), list(reversed(one.values)))
    return _rendered(chart)


def _bare(root: Any) -> Any:
    """Without scripts, and without comments that name a program and a day."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.endswith("script"):
                parent.remove(child)
    return root


def _rendered(chart: Any) -> bytes:
    chart.add_xml_filter(_bare)
    drawn: str = chart.render(is_unicode=True)
    return drawn.encode()
