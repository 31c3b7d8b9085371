"""The pages of programmes."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.rules import Result
from auditapp.audits.model import Programme
from auditapp.audits.programme import service
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from tests.factories import make_person, make_relationship
from tests.factories.audits import answer_and_issue, make_audit, make_auditor, make_edition

YEAR = now().year
PERIOD = {"starts_on": date(YEAR - 1, 1, 1), "ends_on": date(YEAR + 1, 12, 31)}


def text(response, status=200):
    assert response.status_code == status, response.get_data(as_text=True)[-3000:]
    return response.get_data(as_text=True)


@pytest.fixture
def world(unit, client_of):
    def make(session):
        manager = make_person(session, Role.PROGRAMME_MANAGER, name="Mia Manager")
        leader = make_auditor(session)
        viewer = make_person(session, Role.VIEWER)
        make_edition(session)
        relationship = make_relationship(session, ref="R-01", name="Bridge works")
        make_relationship(session, ref="R-02", name="Harbour")
        programme = service.create_programme(
            session, actor=manager, at=now(), title="Three years", objectives="See it all.", **PERIOD
        )
        audit = make_audit(
            session,
            actor=manager,
            leader=leader,
            programme_id=programme.id,
            relationship_ids=[relationship.id],
            starts_on=now().date() - timedelta(days=20),
        )
        answer_and_issue(session, audit, {"SM-1": Result.CONFORMS, "SM-2": Result.CONFORMS})
        return manager, leader, viewer, programme.ref, audit.ref

    manager, leader, viewer, ref, audit = unit(make)
    return {
        "manager": client_of(manager),
        "viewer": client_of(viewer),
        "people": (manager, leader),
        "ref": ref,
        "audit": audit,
    }


def form(**more):
    values = {
        "title": "Next",
        "starts_on": f"{YEAR}-01-01",
        "ends_on": f"{YEAR + 2}-12-31",
        "objectives": "All of it",
        **{f"every_{key}": "12" for key in ("critical", "high", "medium", "low", "system")},
    }
    return values | more


def test_the_list_and_the_page(world):
    page = text(world["viewer"].get("/programmes/"))
    assert world["ref"] in page
    assert "Running" in page
    assert "Begin a programme" not in page
    page = text(world["viewer"].get(f"/programmes/{world['ref']}"))
    for words in ("See it all.", world["audit"], "Bridge works", "Management system", "Done"):
        assert words in page
    page = text(world["manager"].get(f"/programmes/{world['ref'].lower()}"))
    assert "Your turn: decide on 1 proposed audit." in page
    assert world["viewer"].get("/programmes/AP-1900").status_code == 404


def test_beginning_changing_and_closing(world):
    manager = world["manager"]
    assert "Audit programme" in text(manager.get("/programmes/new"))
    responsible = str(world["people"][0].person_id)
    page = text(manager.post("/programmes/new", data=form(title="", responsible_id=responsible)), 422)
    assert "Give the programme a title." in page
    assert "All of it" in page
    page = text(
        manager.post("/programmes/new", data=form(ends_on="1999-01-01", responsible_id=responsible)), 422
    )
    assert "The period ends before it begins." in page
    made = manager.post("/programmes/new", data=form(responsible_id=responsible))
    url = made.headers["Location"]
    assert "has begun" in text(manager.get(url))
    assert 'value="12"' in text(manager.get(f"{url}/edit"))
    saved = manager.post(
        f"{url}/edit", data=form(title="Renamed", responsible_id=responsible), follow_redirects=True
    )
    assert "Renamed" in text(saved)
    assert text(manager.post(f"{url}/close", follow_redirects=True))
    assert "stays as it is" in text(manager.post(f"{url}/edit", data=form(responsible_id=responsible)), 409)


@pytest.mark.parametrize(
    "query", ["", "?by=stage", "?by=stage&only=R-01", "?by=stage&only=system", "?by=small", "?by=x&only=y"]
)
def test_the_coverage_table_in_every_view(world, query):
    page = text(world["viewer"].get(f"/programmes/{world['ref']}/coverage{query}"))
    assert "Coverage by year" in page


def test_what_is_uncovered_is_listed(world):
    page = text(world["viewer"].get(f"/programmes/{world['ref']}/coverage?by=small"))
    uncovered = page.split('id="uncovered"')[1]
    assert "<dt>R-02 Harbour</dt><dd>2</dd>" in uncovered
    assert "R-01" not in uncovered.split("</dl>")[0]


def test_proposals_are_accepted_or_set_aside(world, unit):
    manager, url = world["manager"], f"/programmes/{world['ref']}/proposals"
    page = text(manager.get(url))
    assert "Audit of R-02 Harbour" in page
    assert "It was never audited" in page
    key = page.split('name="key" value="')[1].split('"')[0]
    assert "Give a reason" in text(manager.post(f"{url}/dismiss", data={"key": key, "reason": ""}), 422)
    page = text(
        manager.post(f"{url}/dismiss", data={"key": key, "reason": "Ends soon."}, follow_redirects=True)
    )
    assert "Ends soon." in page
    assert "Nothing to propose" in page
    back = page.split('/back"')[0].split('action="')[-1]
    page = text(manager.post(f"{back}/back", follow_redirects=True))
    assert "Audit of R-02 Harbour" in page
    page = text(manager.post(f"{url}/accept", data={"key": key}, follow_redirects=True))
    assert "is planned from the proposal" in page
    assert "not proposed any more" in text(manager.post(f"{url}/accept", data={"key": key}), 409)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("new", "get"),
        ("{ref}/edit", "get"),
        ("{ref}/edit", "post"),
        ("{ref}/close", "post"),
        ("{ref}/proposals", "get"),
        ("{ref}/proposals/accept", "post"),
        ("{ref}/proposals/dismiss", "post"),
    ],
)
def test_who_only_looks_is_refused(world, path, method):
    assert getattr(world["viewer"], method)(f"/programmes/{path.format(ref=world['ref'])}").status_code == 403


def count_statements(app, client, path):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    text(client.get(path))
    sa.event.remove(engine, "before_cursor_execute", note)
    return len([one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_the_same_statements_for_1_10_and_100_audits(app, world, unit):
    manager, leader = world["people"]
    paths = [
        "/programmes/",
        f"/programmes/{world['ref']}",
        f"/programmes/{world['ref']}/coverage",
        f"/programmes/{world['ref']}/coverage?by=small",
        f"/programmes/{world['ref']}/proposals",
    ]

    def grow(session, many):
        found = session.scalars(sa.select(Programme)).one()
        for number in range(many):
            relationship = make_relationship(session)
            audit = make_audit(
                session,
                actor=manager,
                leader=leader,
                programme_id=found.id,
                relationship_ids=[relationship.id],
                starts_on=now().date() - timedelta(days=20 + number),
            )
            if number % 2:
                answer_and_issue(session, audit, {"SM-1": Result.CONFORMS, "SM-2": Result.CONFORMS})

    counted = []
    have = 1
    for path in paths:
        text(world["manager"].get(path))  # the first one reads the checklist, which is then kept
    for many in (1, 10, 100):
        unit(lambda s, more=many - have: grow(s, more))
        have = many
        counted.append([count_statements(app, world["manager"], path) for path in paths])
    assert counted[0] == counted[1] == counted[2]
    assert max(counted[0]) <= 28
