"""The colours of the look: readable in light and dark, and different in lightness for colour-blind eyes."""

import itertools
import re

import pytest

from tests.house.source import ROOT

CSS = (ROOT / "auditapp/shell/static/css/tokens.css").read_text()
TEXT, GRAPHIC = 4.5, 3.0  # WCAG 2.2: 1.4.3 and 1.4.11


def block(start):
    body = CSS[CSS.index(start) :]
    body = body[body.index("{") + 1 : body.index("}")]
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", body))


LIGHT = block(":root {")
DARK = block(':root[data-theme="dark"]')
THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]


def luminance(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_dark_by_choice_is_dark_by_device():
    assert block(':root:not([data-theme="light"])') == DARK
    assert set(DARK) == set(LIGHT)


@pytest.mark.parametrize("colours", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *itertools.product(("ink", "ink-soft", "accent", "error", "done"), ("paper", "surface", "sunk")),
        ("ink", "accent-soft"),
        ("on-accent", "accent"),
        ("on-accent", "accent-hover"),
        *(
            (f"{state}-ink", f"{state}-soft")
            for state in ("on-track", "attention", "overdue", "done", "neutral")
        ),
    ],
)
def test_text_can_be_read(colours, text, ground):
    assert contrast(colours[text], colours[ground]) >= TEXT


@pytest.mark.parametrize("colours", THEMES)
@pytest.mark.parametrize("ground", ["paper", "surface"])
@pytest.mark.parametrize(
    "mark",
    ["line-strong", "focus", "on-track", "overdue", "done", "neutral", "grade-nonconformity", "grade-observation",
     "grade-opportunity", "grade-good"],
)  # fmt: skip
def test_marks_and_borders_can_be_seen(colours, mark, ground):
    assert contrast(colours[mark], colours[ground]) >= GRAPHIC


@pytest.mark.parametrize("colours", THEMES)
def test_states_differ_in_lightness_not_only_in_hue(colours):
    states = [luminance(colours[f"{state}-soft"]) for state in ("on-track", "attention", "overdue", "done")]
    marks = [luminance(colours[state]) for state in ("on-track", "attention", "overdue", "done")]
    assert contrast(colours["attention-soft"], colours["overdue-soft"]) >= GRAPHIC
    assert len({round(value, 2) for value in states}) == len(states)
    assert len({round(value, 2) for value in marks}) == len(marks)


def test_no_colour_stands_outside_the_tokens():
    for path in (ROOT / "auditapp/shell/static/css").glob("*.css"):
        if path.name in {"tokens.css", "print.css"}:
            continue
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)", path.read_text()) == [], path.name
