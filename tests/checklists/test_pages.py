"""Pages of checklists, as a person goes through them."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from auditapp.checklists import queries, service
from auditapp.checklists.rules import export, fingerprint, parse
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Principal, Role
from tests.factories import make_person

FOLDER = Path(__file__).parents[2] / "checklists"
HEALTH = parse((FOLDER / "relationship-health.yaml").read_bytes(), name="health")
PAGE = "/checklists/relationship-health/1"
DRAFT = "/checklists/relationship-health/1.1"
ISO = "/checklists/iso44001-2017/1"


@pytest.fixture
def manager(unit: Any, client_of: Callable[[Principal], FlaskClient]) -> FlaskClient:
    """A system manager's browser, with the shipped libraries in place."""
    unit(lambda session: service.import_shipped(session, at=now()))
    return client_of(unit(lambda session: make_person(session, Role.SYSTEM_MANAGER)))


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.text[:2000])
    return str(response.text)


def question_form(question: Any, **changes: Any) -> dict[str, Any]:
    return {
        "clause": question.clause,
        "text": question.text,
        "scope": question.scope.value,
        "evidence": "\n".join(question.evidence),
        "guidance": question.guidance or "",
        "roles": list(question.roles),
        "weight": str(question.weight),
        "maps_to": "\n".join(question.maps_to),
        "seen": fingerprint(question),
    } | changes


def upload(client: FlaskClient, data: bytes) -> Any:
    return client.post(
        "/checklists/import", data={"file": (BytesIO(data), "ours.yaml")}, follow_redirects=True
    )


def test_every_page_opens(manager: FlaskClient) -> None:
    listed = text_of(manager.get("/checklists/"))
    assert all(path.stem in listed for path in FOLDER.glob("*.yaml"))
    page = text_of(manager.get(ISO))
    assert page.count("Number not confirmed") == 94
    assert "ISO-8.6.8-a" in page
    assert "Our own heading" in text_of(manager.get("/checklists/bs11000-1-2010/1"))
    for path in ("/changes", "/numbers", "/questions", "/questions/ISO-4.1-a", "/clauses/8.2.2"):
        text_of(manager.get(ISO + path))
    text_of(manager.get("/checklists/import"))


def test_what_is_not_there(manager: FlaskClient) -> None:
    for path in ("/checklists/no/1", ISO + "9", ISO + "/questions/no", ISO + "/clauses/no"):
        assert manager.get(path).status_code == 404


def test_an_auditor_reads_but_does_not_change(unit: Any, client_of: Any, manager: FlaskClient) -> None:
    del manager
    client = client_of(unit(lambda session: make_person(session, Role.AUDITOR)))
    page = text_of(client.get(PAGE))
    assert "/questions" not in page
    assert "retire" not in page
    assert client.get("/checklists/import").status_code == 403
    for path in ("/draft", "/retire", "/questions/RH-1-a/remove"):
        assert client.post(PAGE + path).status_code == 403


def test_an_export_comes_back_as_it_went(manager: FlaskClient) -> None:
    response = manager.get(PAGE + "/export")
    assert parse(response.data, name="export") == HEALTH
    assert response.headers["Content-Disposition"] == "attachment; filename=relationship-health-1.yaml"


def test_a_bad_file_shows_every_fault_and_changes_nothing(manager: FlaskClient) -> None:
    bad = export(HEALTH).replace(b"weight: 2", b"weight: 20", 1).replace(b'kind: "health"', b'kind: "wealth"')
    response = upload(manager, bad)
    assert response.status_code == 422
    assert "2 faults" in response.text
    assert "wealth" in response.text
    assert "The number must be at most 10." in response.text
    assert upload(manager, b"\xff\x00").status_code == 422
    assert manager.post("/checklists/import", data={}).status_code == 422
    assert manager.get(DRAFT).status_code == 404


def test_a_good_file_shows_what_it_changes_before_it_is_used(manager: FlaskClient) -> None:
    questions = (replace(HEALTH.questions[0], text="What now?"), *HEALTH.questions[2:])
    page = text_of(upload(manager, export(replace(HEALTH, edition="2", questions=questions))))
    assert "The file is sound" in page
    assert "What now?" in page
    assert "Questions removed" in page
    assert "Draft" in page
    text_of(manager.post("/checklists/relationship-health/2/release", follow_redirects=True))
    assert "2 in force" in text_of(manager.get("/checklists/"))
    assert upload(manager, export(replace(HEALTH, edition="2", questions=questions))).status_code == 409


def test_editing_in_the_site_makes_a_new_edition(manager: FlaskClient, unit: Any) -> None:
    question = HEALTH.questions[0]
    page = text_of(
        manager.post(
            f"{PAGE}/questions/{question.id}",
            data=question_form(
                question, text="What do you want together?", evidence="one\n\ntwo\none", weight="7"
            ),
            follow_redirects=True,
        )
    )
    assert "Saved in draft edition 1.1" in page
    library = unit(lambda s: queries.library(s, queries.edition(s, "relationship-health", "1.1")), "read")
    assert (library.questions[0].evidence, library.questions[0].weight) == (("one", "two"), 7)
    assert "What do you want together?" not in text_of(manager.get(PAGE))
    changed = text_of(manager.get(DRAFT + "/changes"))
    assert "What do you want together?" in changed
    assert question.text in changed

    stale = manager.post(f"{DRAFT}/questions/{question.id}", data=question_form(question, text="Late?"))
    assert stale.status_code == 409
    assert "Somebody changed question" in stale.text
    assert "Late?" in stale.text

    added = manager.post(
        f"{DRAFT}/questions", data=question_form(question, text="And what else?"), follow_redirects=True
    )
    assert "And what else?" in text_of(added)
    removed = manager.post(
        f"{DRAFT}/questions/RH-1-b/remove",
        data={"seen": fingerprint(HEALTH.questions[1])},
        follow_redirects=True,
    )
    assert "RH-1-b is removed" in text_of(removed)
    unseen = manager.post(DRAFT + "/release", data={"seen": "0" * 64})  # of the draft as it was before
    assert unseen.status_code == 409
    assert "Somebody changed this edition" in unseen.text
    shown = re.search(r'name="seen" value="([0-9a-f]{64})"', manager.get(DRAFT).text)
    assert shown
    text_of(manager.post(DRAFT + "/release", data={"seen": shown[1]}, follow_redirects=True))
    assert manager.post(DRAFT + "/discard").status_code == 409
    text_of(manager.post(DRAFT + "/retire", follow_redirects=True))
    text_of(manager.post(DRAFT + "/bring_back", follow_redirects=True))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "Write the question."),
        ({"text": "x" * 1001}, "1000 characters"),
        ({"weight": "x"}, "valid integer"),
        ({"maps_to": "rubbish"}, "form that is not allowed"),
        ({"roles": ["nobody"]}, "not"),
        ({"scope": "both"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    manager: FlaskClient, changes: dict[str, Any], words: str
) -> None:
    question = HEALTH.questions[0]
    response = manager.post(
        f"{PAGE}/questions/{question.id}",
        data=question_form(question, **({"guidance": "typed before"} | changes)),
    )
    assert response.status_code == 422
    assert words in response.text
    assert "typed before" in response.text
    assert manager.get(DRAFT).status_code == 404


def test_numbers_are_checked_one_by_one_or_in_a_list(manager: FlaskClient) -> None:
    page = manager.post(
        ISO + "/clauses/8.2.2", data={"number": "8.2.2", "title": "As printed"}, follow_redirects=True
    )
    assert "As printed" in text_of(page)
    draft = "/checklists/iso44001-2017/1.1"
    page = manager.post(
        draft + "/numbers", data={"checked-4.1": "y", "number-8.2.3": "8.2.4"}, follow_redirects=True
    )
    assert "2 clauses are noted as checked" in text_of(page)
    assert text_of(manager.get(draft)).count("Number not confirmed") == 91
    assert text_of(manager.get(ISO)).count("Number not confirmed") == 94
    assert manager.post(draft + "/numbers", data={}).status_code == 409
    assert manager.post(draft + "/numbers", data={"number-4.2": ""}).status_code == 422
    assert manager.post(ISO + "/clauses/8.2.2", data={"number": "", "title": "x"}).status_code == 422


def statements(app: Any, client: FlaskClient, path: str) -> int:
    counted: list[str] = []

    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        text_of(client.get(path))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def test_a_page_asks_the_database_as_often_for_many_editions_as_for_few(
    app: Any, unit: Any, manager: FlaskClient
) -> None:
    def fill(session: Any) -> None:
        who = make_person(session, Role.SYSTEM_MANAGER)
        for weight in range(20):
            changed = replace(HEALTH, title=f"Health {weight}")
            edition = service.import_library(session, actor=who, at=now(), data=export(changed), name="f")
            service.release(session, actor=who, at=now(), edition=edition)

    text_of(manager.get("/checklists/"))
    before = {path: statements(app, manager, path) for path in ("/checklists/", PAGE)}
    unit(fill)
    text_of(manager.get("/checklists/"))
    after = {path: statements(app, manager, path) for path in ("/checklists/", PAGE)}
    assert after == before
    assert max(after.values()) <= 14


def test_editing_a_released_edition_goes_on_to_its_draft(manager: FlaskClient) -> None:
    manager.post(PAGE + "/draft")
    for path in ("/questions/RH-1-a", "/questions?clause=RH-2"):
        response = manager.get(PAGE + path)
        assert response.status_code == 302
        assert response.location.endswith(f"/1.1{path}")
    assert manager.post(PAGE + "/draft").status_code == 409
    text_of(manager.post(DRAFT + "/discard", follow_redirects=True))
