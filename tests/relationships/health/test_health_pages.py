"""Pages of health checks: both sides in two browsers, a thumb's answers, results, and what a contact never meets."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.relationships.health import service
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.rules.questions import FIRST
from auditapp.relationships.model import Partner
from auditapp.relationships.rules import Sharing
from tests.factories import make_contact, make_relationship
from tests.relationships.health.conftest import answer_all, build, closed, opened, today

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DESIRED = {f"desired_{one.key}": "4" for one in FIRST.dimensions}


@pytest.fixture
def world(unit):
    return unit(build)


def text(browser, address):
    answer = browser.get(address, follow_redirects=True)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_from_opening_to_the_workshop(client_of, world):
    kim, wes = client_of(world.kim), client_of(world.wes)
    page = text(kim, "/relationships/R-01/health/new")
    assert "Wes Willow (Senior Executive Responsible of the partner)" in page
    made = kim.post(
        "/relationships/R-01/health/new",
        data={
            "ours": [str(world.kim.person_id)], "theirs": [str(world.wes.person_id), str(world.tim.person_id)],
            "closes_on": (today() + timedelta(days=9)).isoformat(), "minimum": "1", **DESIRED,
        },
    )  # fmt: skip
    address = made.headers["Location"]
    assert "3 people have not answered yet." in text(client_of(world.ben), address)
    assert "Your turn: answer the questions." in text(wes, "/relationships/R-01/health")
    at = f"{address}/answer/trust-1"
    for browser, score in ((kim, "4"), (wes, "2")):
        at = f"{address}/answer/trust-1"
        for _ in FIRST.questions:
            assert "Keep and go on" in text(browser, at)
            at = browser.post(at, data={"score": score, "sharing": "shared", "comment": ""}).headers[
                "Location"
            ]
        assert at.endswith("/answer")
    assert "Everything is answered." in text(wes, at)
    page = text(kim, address)
    assert page.count("Not begun") == 1
    kim.post(f"{address}/close", data={"sharing": "internal"})
    assert wes.get(f"{address}/results").status_code == 404
    assert wes.get(f"{address}/gap.svg").status_code == 404
    assert "not shared with you" in text(wes, address)
    page = text(kim, f"{address}/results")
    assert "6 of 6 respects are far from the desired state." in page
    assert "The sides see “Trust and behaviour” most differently" in page
    version = re.search(r'name="version" value="(\d+)"', text(kim, f"{address}/follow-up"))[1]
    kim.post(
        f"{address}/follow-up",
        data={"version": version, "workshop_on": today().isoformat(), "workshop": "We **meet** <b>more</b>",
              "workshop_sharing": "shared", "sharing": "shared"},
    )  # fmt: skip
    page = text(wes, f"{address}/results")
    assert "<strong>meet</strong>" in page
    assert "Kim Kapok" not in page
    assert "History" not in page
    assert "Unwell" in text(wes, "/relationships/R-01/health")
    for picture in (f"{address}/gap.svg", "/relationships/R-01/health/trend.svg?theme=dark"):
        answer = wes.get(picture)
        assert answer.mimetype == "image/svg+xml"
        assert "<script" not in answer.text
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_an_answer_is_kept_by_itself_and_can_be_changed(client_of, unit, world):
    ref = unit(lambda s: opened(s, world).ref)
    tim = client_of(world.tim)
    at = f"/health/{ref}/answer/trust-2"
    answer = tim.post(at, data={"comment": "Typed long", "sharing": "shared"})
    assert answer.status_code == 422
    assert "Choose one of the five steps" in answer.text
    assert "Typed long" in answer.text
    tim.post(at, data={"score": "none", "comment": "Typed long", "sharing": "internal"})
    page = text(tim, f"/health/{ref}/answer")
    assert "Cannot say" in page
    assert "Your turn: 11 questions are left." in page
    assert 'value="none" checked' in text(tim, at)
    assert tim.get(f"/health/{ref}/answer/no-1").status_code == 404
    assert client_of(world.ada).get(f"/health/{ref}/answer").status_code == 404


def test_what_a_partners_contact_never_meets(client_of, unit, world):
    def make(session):
        check = opened(session, world)
        answer_all(session, world.ben, check, 5, comment="Ours alone", sharing=Sharing.INTERNAL)
        answer_all(session, world.kim, check, 1, comment="For both", sharing=Sharing.SHARED)
        answer_all(session, world.wes, check, 3, comment="Theirs alone", sharing=Sharing.INTERNAL)
        service.close(session, actor=world.kim, at=now(), check=check, sharing=Sharing.SHARED)
        service.follow_up(
            session, actor=world.kim, at=now(), check=check, version=check.version, workshop_on=today(),
            workshop="Said among us", workshop_sharing=Sharing.INTERNAL, sharing=Sharing.SHARED,
        )  # fmt: skip
        return check.ref

    ref = unit(make)
    tim = client_of(world.tim)
    page = text(tim, f"/health/{ref}/results")
    assert "For both" in page
    assert "Theirs alone" in page
    for hidden in ("Ours alone", "Said among us", "Ben Birch", "Kim Kapok", "Wes Willow"):
        assert hidden not in page
    page = text(tim, f"/health/{ref}")
    assert "Wes Willow" in page  # who of one's own side was asked
    assert "Ben Birch" not in page
    page = text(client_of(world.ada), f"/health/{ref}/results")
    assert "Theirs alone" not in page
    assert "Ours alone" in page
    for address in ("edit", "follow-up"):
        assert tim.get(f"/health/{ref}/{address}").status_code == 403
    for address in ("close", "call-off", "invite", "uninvite", "follow-up", "edit"):
        assert tim.post(f"/health/{ref}/{address}", data={"reason": "x"}).status_code == 403
    assert tim.get("/relationships/R-01/health/new").status_code == 403
    assert tim.get("/health/questions").status_code == 403
    assert tim.post("/health/questions/edit", data={}).status_code == 403
    stranger = client_of(unit(lambda s: make_contact(s, make_relationship(s))))
    for address in (f"/health/{ref}", f"/health/{ref}/results", f"/health/{ref}/gap.svg", f"/health/{ref}/answer",
                    "/relationships/R-01/health", "/relationships/R-01/health/trend.svg"):  # fmt: skip
        assert stranger.get(address).status_code == 404, address


def test_a_contact_who_is_not_asked_sees_no_open_check(client_of, unit, world):
    people = [world.ben.person_id, world.wes.person_id]
    ref = unit(lambda s: opened(s, world, people=people).ref)
    tim = client_of(world.tim)
    assert ref not in text(tim, "/relationships/R-01/health")
    assert tim.get(f"/health/{ref}").status_code == 404


def test_bad_input_keeps_what_was_typed(client_of, unit, world):
    kim = client_of(world.kim)
    answer = kim.post(
        "/relationships/R-01/health/new",
        data={"ours": [str(world.kim.person_id)], "closes_on": (today() + timedelta(days=9)).isoformat(),
              "minimum": "7", **DESIRED},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "at least one person of each side" in answer.text
    assert 'value="7"' in answer.text
    ref = unit(lambda s: opened(s, world).ref)
    assert "Say why it is called off" in kim.post(f"/health/{ref}/call-off", data={"reason": ""}).text
    assert "Nobody has answered yet" in kim.post(f"/health/{ref}/close", data={"sharing": "shared"}).text
    assert (
        kim.post(
            f"/health/{ref}/edit",
            data={"version": "9", "closes_on": today().isoformat(), "minimum": "1", **DESIRED},
        ).status_code
        == 409
    )
    kim.post(
        f"/health/{ref}/edit",
        data={"version": "1", "closes_on": today().isoformat(), "minimum": "2", **DESIRED},
    )
    assert "2 people on" in text(kim, f"/health/{ref}")
    kim.post(f"/health/{ref}/uninvite", data={"person": str(world.tim.person_id)})
    assert "Tim Teasel (Contact)" in text(kim, f"/health/{ref}")
    kim.post(f"/health/{ref}/invite", data={"person": str(world.tim.person_id)})
    assert kim.post(f"/health/{ref}/invite", data={"person": "x"}).status_code == 404
    kim.post(f"/health/{ref}/call-off", data={"reason": "Too soon"})
    assert "Too soon" in text(kim, "/relationships/R-01/health")


def test_what_stays_red_says_so_and_hostile_names_are_harmless(client_of, unit, world):
    def twice(session):
        session.get(Partner, world.wes.partner_id).name = "<script>alert(1)</script> & Sons \u202e"
        closed(session, world, at=now() - timedelta(days=180))
        return closed(session, world).ref

    ref = unit(twice)
    page = text(client_of(world.ben), f"/health/{ref}/results")
    assert "“Trust and behaviour”: 2 times in a row" in page
    assert "<script>alert" not in page
    for picture in (f"/health/{ref}/gap.svg", "/relationships/R-01/health/trend.svg"):
        assert "<script" not in client_of(world.ben).get(picture).text
    assert "That is as the time before" in text(client_of(world.ben), "/relationships/R-01/health")


def test_questions_are_worded_anew(client_of, world):
    ada = client_of(world.ada)
    assert "Trust and behaviour" in text(ada, "/health/questions")
    page = text(ada, "/health/questions/edit")
    assert "own_2" in page
    data = {"edition": "1", "note": "Our words"}
    for one in FIRST.dimensions:
        data |= {f"title_{one.key}": one.title, f"questions_{one.key}": "Only one?"}
        data |= {f"step_{one.key}_{n}": text_ for n, text_ in enumerate(one.steps, start=1)}
    bad = ada.post("/health/questions/edit", data=data | {"title_own_2": "Safety"})
    assert bad.status_code == 422
    assert "“Safety” needs one to 8 questions." in bad.text
    assert ada.post("/health/questions/edit", data=data).status_code == 302
    page = text(ada, "/health/questions")
    assert "Edition 2" in page
    assert "Our words" in page
    assert client_of(world.ben).get("/health/questions/edit").status_code == 403


def test_the_pages_ask_the_same_however_many_there_are(client_of, unit, world):
    ben = client_of(world.ben)

    def statements(ref):
        seen = []

        def count(conn, cursor, statement, *more):
            del conn, cursor, more
            seen.append(statement)

        sa.event.listen(sa.engine.Engine, "before_cursor_execute", count)
        try:
            text(ben, "/relationships/R-01/health")
            text(ben, f"/health/{ref}")
            text(ben, f"/health/{ref}/results")
        finally:
            sa.event.remove(sa.engine.Engine, "before_cursor_execute", count)
        return len(seen)

    first = unit(lambda s: closed(s, world, (4, None, 3, None), at=now() - timedelta(days=900)).ref)
    statements(first)
    few = statements(first)

    def more(session):
        for number in range(5):
            made = closed(session, world, at=now() - timedelta(days=100 - number))
        return made.ref

    last = unit(more)
    assert statements(last) == few
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(HealthCheck))) == 6
