"""Pages of the stages: the path, one output, the steps; what a partner's contact sees of them."""

import re

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.lifecycle import service
from auditapp.relationships.lifecycle.model import StageOutput, StagePassage
from auditapp.relationships.lifecycle.rules import OutputState, outputs_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.rmp.rules import PlanKind
from auditapp.relationships.rmp.service import begin_plan
from auditapp.relationships.rules import STAGES, Sharing, Stage
from bench.stage import statements
from tests.factories import make_contact, make_person, make_relationship

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def found(unit):
    return unit(lambda s: make_relationship(s, ref="R-31", stage=Stage.KNOWLEDGE))


@pytest.fixture
def mia(unit, found):
    return unit(lambda s: make_person(s, scoped=[(Role.RELATIONSHIP_MANAGER, found.id)], name="Mia M"))


def say(unit, who, found, key, **more):
    values = {
        "version": 0, "state": OutputState.THERE, "note": f"note of {key}", "reason": "",
        "sharing": Sharing.INTERNAL,
    }  # fmt: skip
    return unit(
        lambda s: service.save_output(
            s, actor=who, at=now(), relationship_id=found.id, key=key, **(values | more)
        )
    )


def version_in(page):
    return re.search(r'name="version" type="hidden" value="(\d+)"', page)[1]


def stage_of(unit):
    return unit(lambda s: s.scalar(sa.select(Relationship.stage).where(Relationship.ref == "R-31")), "read")


def test_the_path_says_what_is_missing_and_where_to_get_it(unit, client_of, found, mia):
    say(unit, mia, found, "KN1")
    say(unit, mia, found, "KN6", state=OutputState.NOT_APPLICABLE, note="", reason="A monopoly.")
    page = client_of(mia).get("/relationships/R-31/stages").text
    assert "9 outputs are missing in this stage." in page
    assert "note of KN1" in page
    assert "A monopoly." in page
    assert "2 of 11" in page
    for one in outputs_of(Stage.KNOWLEDGE):
        assert str(one.title) in page
    assert 'href="/relationships/R-31/obligations"' in page
    # another stage can be looked at
    page = client_of(mia).get("/relationships/R-31/stages?stage=exit_strategy").text
    assert "Outputs of Exit strategy" in page


def test_an_output_is_kept_linked_and_refused(unit, client_of, found, mia):
    browser, url = client_of(mia), "/relationships/R-31/stages/outputs/KN4"
    page = browser.get(url).text
    data = {"version": version_in(page), "state": "there", "note": "", "reason": "", "sharing": "internal"}
    answer = browser.post(url, data=data)
    assert answer.status_code == 422
    assert "Say in a note where it is" in answer.text
    answer = browser.post(url, data=data | {"note": "Board paper 12"})
    assert answer.status_code == 302
    assert "Board paper 12" in browser.get(answer.location).text
    answer = browser.post(url, data=data | {"note": "An old page"})
    assert answer.status_code == 409
    assert "An old page" in answer.text
    answer = browser.post(f"{url}/link", data={"to": "DOC-2099-001"})
    assert answer.status_code == 422
    assert "DOC-2099-001" in answer.text
    assert browser.post(f"{url}/link", data={"to": "https://x.example.org/a"}).status_code == 302
    assert "https://x.example.org/a" in browser.get(url).text
    assert browser.get("/relationships/R-31/stages/outputs/KN99").status_code == 404


def test_it_moves_on_with_a_reason_and_back(unit, client_of, found, mia):
    browser = client_of(mia)
    page = browser.get("/relationships/R-31/stages/move").text
    assert "11 of the expected outputs are missing" in page
    data = {"version": version_in(page), "reason": ""}
    answer = browser.post("/relationships/R-31/stages/move", data=data)
    assert answer.status_code == 422
    assert "KN11" in answer.text
    answer = browser.post("/relationships/R-31/stages/move", data=data | {"reason": "Bid is due."})
    assert answer.location == "/relationships/R-31/stages"
    page = browser.get(answer.location).text
    assert stage_of(unit) is Stage.INTERNAL_ASSESSMENT
    assert "Passed, overridden" in page
    assert "Bid is due." in page
    page = browser.get("/relationships/R-31/stages/back").text
    data = {"version": version_in(page), "to_stage": "awareness", "reason": "Too early."}
    assert browser.post("/relationships/R-31/stages/back", data=data).status_code == 302
    assert stage_of(unit) is Stage.AWARENESS


def test_the_rmp_is_recorded_and_then_it_moves(unit, client_of, found, mia):
    for one in outputs_of(Stage.KNOWLEDGE):
        if not one.rmp:
            say(unit, mia, found, one.key)
    browser = client_of(mia)
    refused = browser.post(
        "/relationships/R-31/stages/knowledge/rmp", data={"note": "x"}, follow_redirects=True
    )
    assert "has no plan yet" in refused.text
    unit(
        lambda s: begin_plan(
            s, actor=mia, at=now(), kind=PlanKind.INTERNAL, title="Plan", relationship_id=found.id
        )
    )
    assert "1 output is missing" in browser.get("/relationships/R-31/stages").text
    answer = browser.post("/relationships/R-31/stages/knowledge/rmp", data={"note": "Strategy added."})
    assert answer.status_code == 302
    page = browser.get("/relationships/R-31/stages/move").text
    assert "All 11 outputs" in page
    browser.post("/relationships/R-31/stages/move", data={"version": version_in(page)})
    assert stage_of(unit) is Stage.INTERNAL_ASSESSMENT


def test_not_to_collaborate_and_back(unit, client_of, found, mia):
    browser = client_of(mia)
    page = browser.get("/relationships/R-31/stages/decline").text
    data = {"version": version_in(page), "reason": "Nothing in it for either side."}
    assert browser.post("/relationships/R-31/stages/decline", data=data).status_code == 302
    page = browser.get("/relationships/R-31/stages").text
    assert "Nothing in it for either side." in page
    assert "Not to collaborate" in page
    assert browser.get("/relationships/R-31/stages/move").status_code == 409
    page = browser.get("/relationships/R-31/stages/reopen").text
    data = {"version": version_in(page), "reason": "A new offer."}
    assert browser.post("/relationships/R-31/stages/reopen", data=data).status_code == 302
    assert browser.get("/relationships/R-31/stages/reopen").status_code == 409


def test_a_contact_sees_the_path_and_what_is_shared(unit, client_of, found, mia):
    say(unit, mia, found, "KN1")
    say(unit, mia, found, "KN6", sharing=Sharing.SHARED)
    say(unit, mia, found, "KN7", state=OutputState.NOT_APPLICABLE, reason="secret reason")
    unit(
        lambda s: service.move_on(
            s, actor=mia, at=now(), relationship_id=found.id, version=1, reason="secret override"
        )
    )
    contact = unit(lambda s: make_contact(s, s.get(Relationship, found.id)))
    browser = client_of(contact)
    page = browser.get("/relationships/R-31/stages?stage=knowledge").text
    assert "note of KN6" in page
    for hidden in ("note of KN1", "secret", "KN11", "overridden", "Passages", "missing", "2 of 11", "%"):
        assert hidden not in page, hidden
    assert browser.get("/relationships/R-31/stages/outputs/KN6").status_code == 200
    for key in ("KN1", "KN7", "KN9", "KN11"):
        assert browser.get(f"/relationships/R-31/stages/outputs/{key}").status_code == 404
    for verb in ("outputs/KN6", "outputs/KN6/link", "outputs/KN6/take", "knowledge/rmp", "move", "back",
                 "decline", "reopen"):  # fmt: skip
        assert browser.post(f"/relationships/R-31/stages/{verb}").status_code == 403


def test_who_may_not_change_is_offered_nothing(unit, client_of, found):
    page = client_of(unit(lambda s: make_person(s, Role.AUDITOR))).get("/relationships/R-31/stages").text
    assert "Move on to the next stage" not in page
    assert "<form" not in page[page.index("Outputs of Knowledge") :].split("</main>")[0]


def test_the_statements_do_not_grow(app, unit, client_of, found, mia):
    browser = client_of(mia)

    def counted():
        with statements(app) as ran:
            assert browser.get("/relationships/R-31/stages").status_code == 200
        return len(ran)

    say(unit, mia, found, "KN1")
    before = counted()
    for stage in STAGES:
        for one in outputs_of(stage):
            if not one.rmp and one.key != "KN1":
                say(unit, mia, found, one.key)
    unit(
        lambda s: s.add_all(
            StagePassage(
                relationship_id=found.id, kind="back", from_stage=Stage.KNOWLEDGE, to_stage=Stage.AWARENESS,
                at=now(), by_id=mia.person_id, rmp_updated=False, outputs=[], missing=[], reason="x",
            )
            for _ in range(40)
        )
    )  # fmt: skip
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(StageOutput)), "read") == 49
    assert counted() <= before
