"""The tool as people use it, without JavaScript."""

import re

import pytest
import sqlalchemy as sa

from auditapp.findings.model import Cause, ExtentCheck, Nonconformity
from auditapp.findings.rules.nonconformity import CauseCategory, ExtentResult, NcStatus
from auditapp.kit.ids import new_id
from tests.findings.causes.conftest import stage


@pytest.fixture
def world(unit, client_of):
    """Committed people and nonconformity, with a browser for each."""

    def make(session):
        cast = stage(session)
        cast.ref, cast.elsewhere_id = cast.nc.ref, cast.elsewhere.id
        del cast.nc, cast.elsewhere
        return cast

    cast = unit(make)
    cast.url = f"/nonconformities/{cast.ref}/causes"
    cast.browser = client_of(cast.responsible)
    return cast


def causes(unit):
    return unit(
        lambda s: [
            (one.id, one.text, one.root, one.category, one.parent_id)
            for one in s.scalars(sa.select(Cause).order_by(Cause.id))
        ],
        "read",
    )


def test_ask_why_change_and_remove(world, unit):
    answer = world.browser.post(world.url, data={"text": "nobody planned <b>it</b>"})
    (first,) = causes(unit)
    assert answer.location.endswith(f"#cause-{first[0]}")
    world.browser.post(
        world.url, data={"text": "no calendar", "parent": str(first[0]), "root": "y", "category": "process"}
    )
    page = world.browser.get(world.url).text
    assert "nobody planned &lt;b&gt;it" in page
    assert page.count('role="img"') == 3
    assert "Root cause" in page
    second = causes(unit)[1]
    assert second[2:] == (True, CauseCategory.PROCESS, first[0])
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    changed = {"text": "no joint calendar", "root": "y", "category": "process", "version": version}
    answer = world.browser.post(f"{world.url}/{second[0]}", data=changed)
    assert answer.status_code == 302
    answer = world.browser.post(f"{world.url}/{second[0]}", data=changed | {"text": "typed on an old page"})
    assert answer.status_code == 409
    assert "typed on an old page" in answer.text
    answer = world.browser.post(f"{world.url}/{first[0]}/remove", data={})
    assert answer.location.endswith("#whys")
    assert causes(unit) == []


def test_an_empty_answer_stays_open_with_what_is_wrong(world, unit):
    answer = world.browser.post(world.url, data={"text": " ", "evidence": "kept words"})
    assert answer.status_code == 422
    assert "kept words" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert causes(unit) == []


def test_after_five_whys_the_page_says_so_kindly(world, unit):
    for number in range(6):
        rows = causes(unit)
        parent = str(rows[-1][0]) if rows else ""
        world.browser.post(world.url, data={"text": f"because {number}", "parent": parent})
    assert len(causes(unit)) == 6
    assert "That is why number 7 in a row" in world.browser.get(world.url).text


def test_others_read_but_change_nothing(world, unit, client_of):
    world.browser.post(world.url, data={"text": "because"})
    (cause,) = causes(unit)
    for who in (world.reader, world.manager, world.verifier):
        browser = client_of(who)
        page = browser.get(world.url)
        assert page.status_code == 200
        assert "<textarea" not in page.text
        for path in ("", f"/{cause[0]}", f"/{cause[0]}/remove"):
            assert browser.post(world.url + path, data={}).status_code == 403
        base = world.url.removesuffix("/causes")
        for path in ("/complete-cause", "/rework-cause"):
            assert browser.get(base + path).status_code == 403
            assert browser.post(base + path, data={}).status_code == 403
        assert browser.post(base + "/extent", data={}).status_code == 403
    assert len(causes(unit)) == 1


def test_a_check_elsewhere_from_plan_to_result(world, unit, client_of):
    base = world.url.removesuffix("/causes")
    planned = {
        "relationship": str(world.elsewhere_id), "question": "On record there?", "checker": str(world.checker.person_id)
    }  # fmt: skip
    assert world.browser.post(f"{base}/extent", data={}).status_code == 422
    assert world.browser.post(f"{base}/extent", data=planned).status_code == 302
    check = unit(lambda s: s.scalar(sa.select(ExtentCheck.id)), "read")
    browser = client_of(world.checker)
    page = browser.get(f"{base}/extent/{check}")
    assert "On record there?" in page.text
    assert browser.post(f"{base}/extent/{check}", data={"result": "found"}).status_code == 422
    answer = browser.post(f"{base}/extent/{check}", data={"result": "found", "note": "two plans read"})
    assert answer.status_code == 302
    assert "It occurs there too." in browser.get(answer.location).text
    assert browser.get(f"{base}/extent/{new_id()}").status_code == 404
    assert browser.post(f"{base}/extent/{check}/raised", data={"ref": "NC-1"}).status_code == 422
    assert client_of(world.reader).get(f"{base}/extent/{check}").status_code == 403
    assert unit(lambda s: s.scalar(sa.select(ExtentCheck.result)), "read") is ExtentResult.FOUND
    assert "Occurs there too" in world.browser.get(world.url).text


def test_complete_and_go_back(world, unit):
    base = world.url.removesuffix("/causes")
    said = {"cause_summary": "No owner", "extent_summary": "Only here"}
    answer = world.browser.post(f"{base}/complete-cause", data=said)
    assert answer.status_code == 422
    assert "Ask why it happened" in answer.text
    world.browser.post(world.url, data={"text": "because", "root": "y", "category": "people"})
    assert world.browser.get(f"{base}/complete-cause").status_code == 200
    for _ in range(2):  # the second is the same command again
        assert world.browser.post(f"{base}/complete-cause", data=said).status_code == 302
    assert unit(lambda s: s.scalar(sa.select(Nonconformity.status)), "read") is NcStatus.PLANNING
    assert world.browser.post(f"{base}/rework-cause", data={}).status_code == 422
    assert world.browser.post(f"{base}/rework-cause", data={"reason": "more"}).status_code == 302
    assert unit(lambda s: s.scalar(sa.select(Nonconformity.status)), "read") is NcStatus.CAUSE
