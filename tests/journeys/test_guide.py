"""The user guide shows only pictures that the picture run makes, and they are there."""

import re

import pytest
from PIL import Image

from tests.house.source import ROOT
from tests.journeys.guide import FIRST_RUN, PICTURES

GUIDE = sorted((ROOT / "docs/guide").glob("*.md"))
SHOWN = {
    name for page in GUIDE for name in re.findall(r"\]\(\.\./pictures/([\w-]+)\.png\)", page.read_text())
}
MADE = {*PICTURES, *FIRST_RUN}
LARGEST = 250_000  # bytes


def test_every_picture_shown_is_made_and_every_one_made_is_shown():
    assert SHOWN == MADE


@pytest.mark.parametrize("name", sorted(MADE))
def test_picture_is_there_and_of_a_sane_size(name):
    path = ROOT / f"docs/pictures/{name}.png"
    assert path.stat().st_size < LARGEST
    with Image.open(path) as image:
        assert image.width >= 390


def test_no_picture_is_left_over():
    assert {path.stem for path in (ROOT / "docs/pictures").glob("*.png")} == MADE


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / link).resolve().exists(), link
