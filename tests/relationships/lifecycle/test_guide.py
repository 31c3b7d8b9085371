"""docs/guide.md, read back: each bullet of the guide is there, its pages exist, its questions cover it."""

import re

import pytest

from auditapp.relationships.lifecycle.rules import BULLETS, OUTPUTS
from auditapp.relationships.rules import STAGE_LABELS, STAGES
from scripts.guide import BS, ISO, TARGET, library, text
from tests.house.source import ROOT

LINE = re.compile(r"^\| ([A-Z]{2}\d+) \| (.+?) \| (.+?) \| (.*?) \| (.*?) \|$")


def lines():
    """(bullet, in short, endpoints, BS questions, ISO questions) of every line of the tables."""
    for line in TARGET.read_text(encoding="utf-8").splitlines():
        if found := LINE.match(line):
            bullet, short, where, bs, iso = found.groups()
            yield (
                bullet,
                short,
                re.findall(r"`([\w.]+)`", where),
                re.findall(r"BS-[\w-]+", bs),
                re.findall(r"ISO-[\w.-]+", iso),
            )


def test_every_bullet_has_one_line_in_the_order_of_the_guide():
    bullets = library(BS).bullets
    assert [line[0] for line in lines()] == list(bullets) == list(BULLETS)
    assert len(bullets) == 55
    assert [line[1] for line in lines()] == list(bullets.values())


def test_every_stage_has_its_table():
    assert re.findall(r"^## \d\. (.+?) \(", TARGET.read_text(encoding="utf-8"), re.MULTILINE) == [
        str(STAGE_LABELS[stage]) for stage in STAGES
    ]


def test_every_question_exists_and_covers_its_bullet():
    covers = {question.id: question.covers for question in library(BS).questions}
    wrong = [
        (bullet, one)
        for bullet, _, _, asked, _ in lines()
        for one in asked
        if bullet not in covers.get(one, ())
    ]
    assert wrong == []
    assert [line[0] for line in lines() if not line[3]] == []
    missing = [
        (bullet, one)
        for bullet, _, _, asked, _ in lines()
        for one, bullets in covers.items()
        if bullet in bullets and one not in asked
    ]
    assert missing == []


def test_every_question_of_iso_44001_exists():
    known = {question.id for question in library(ISO).questions}
    assert [one for line in lines() for one in line[4] if one not in known] == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_page_is_on_the_map_of_the_site(app):
    named = {endpoint for line in lines() for endpoint in line[2]}
    assert sorted(named - set(app.view_functions)) == []
    assert [line[0] for line in lines() if not line[2]] == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_page_of_a_relationship_takes_its_number_and_no_more(app):
    with app.test_request_context():
        rules = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    named = {endpoint for line in lines() for endpoint in line[2]}
    assert {one: rules[one] for one in named & set(rules) if rules[one] - {"ref"}} == {}


def test_each_bullet_of_the_document_is_an_output_of_its_stage():
    outputs = {one.bullet: one.stage for one in OUTPUTS.values()}
    stages = re.split(r"^## ", TARGET.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for stage, part in zip(STAGES, stages, strict=True):
        found = [line[1] for line in map(LINE.match, part.splitlines()) if line]
        assert found == [bullet for bullet, of in outputs.items() if of is stage]


def test_the_document_is_what_the_command_writes():
    assert TARGET.read_text(encoding="utf-8") == text(), "run `make guide`"
    assert TARGET == ROOT / "docs/guide.md"
