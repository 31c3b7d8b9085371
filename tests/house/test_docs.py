"""The documents lead where they say, and decisions are numbered."""

import re

import pytest

from tests.house.source import ROOT, tracked

PAGES = [name for name in tracked() if name.suffix == ".md"]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_of_a_document_leads_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)", text)
    assert [link for link in links if "://" not in link and not (ROOT / page.parent / link).exists()] == []


def test_files_named_in_the_readme_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests|docs|bench|scripts|auditapp|\.ci)/[\w./-]+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(name.name[:4]) for name in PAGES if name.parent.name == "adr")
    assert numbers == list(range(1, len(numbers) + 1))


def test_each_target_of_make_is_explained():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()) - {"venv", "dev"}
    assert phony - set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE)) == set()
