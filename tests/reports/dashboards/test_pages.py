"""Dashboards as pages, files and charts: empty ones too; who sees what; the same statements with many rows."""

import re
from html import unescape

import pytest

from auditapp.audits.execution.rules import Grade, Result
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship
from tests.factories import make_person, make_relationship
from tests.factories.audits import answer_and_issue, make_audit, make_auditor
from tests.factories.nonconformities import make_nonconformity
from tests.statements import counted

DAYS = "since=2020-01-01"
PICTURES = ("readiness", "trend", "ageing", "causes", "ladder", "coverage")
BOARDS = ("ser", "system-manager", "relationship-manager")


def filled(session, who, *, findings=3, relationships=1):
    """Relationships with an issued audit and open nonconformities; gives the first number."""
    first = None
    for _ in range(relationships):
        found = make_relationship(session, manager_id=who.person_id)
        found.ref = found.ref.upper()
        first = first or found
        audit = make_audit(session, leader=make_auditor(session), relationship_ids=[found.id])
        session.refresh(audit, ["editions", "relationships", "members"])
        for one in audit.editions:
            session.refresh(one, ["edition"])
        answer_and_issue(session, audit, {"SM-1": Result.CONFORMS, "SM-2": Result.NONCONFORMING})
        for place in range(findings):
            make_nonconformity(
                session,
                who,
                relationship_id=found.id,
                status=NcStatus.CAUSE,
                grade=Grade.MAJOR if place else Grade.MINOR,
            )
    return first.ref


def test_an_empty_organization_is_told_what_to_do(client_of, unit):
    client = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    assert client.get("/reports/dashboards/?since=2026-01-01").headers["Location"] == (
        "/reports/dashboards/system-manager?since=2026-01-01"
    )
    for board in BOARDS:
        page = client.get(f"/reports/dashboards/{board}?since=2026-01-01&until=2026-03-31")
        assert page.status_code == 200
        assert "Begin with the gap analysis" in page.text
        assert "No audit programme with a clause checklist" in page.text
        for name in PICTURES:
            answer = client.get(f"/reports/dashboards/{board}/{name}.svg?since=2026-01-01&theme=dark")
            assert answer.status_code == 200
            assert "nothing to show yet" in answer.text or "<svg" in answer.text
    for ending, start in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        assert client.get(f"/reports/dashboards/ser.{ending}").data.startswith(start)
    assert client.get("/reports/dashboards/other").status_code == 404
    assert client.get("/reports/dashboards/ser/other.svg").status_code == 404
    alone = client_of(unit(lambda s: make_person(s, Role.ACTION_OWNER)))
    assert "You answer for no relationship yet" in alone.get("/reports/dashboards/relationship-manager").text


def test_every_number_leads_to_a_page_with_its_rows(client_of, unit):
    manager = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    unit(lambda s: filled(s, manager))
    client = client_of(manager)
    for board in BOARDS:
        page = client.get(f"/reports/dashboards/{board}?{DAYS}").text
        found = {unescape(one) for one in re.findall(r'<a href="(/[^"#]+\?[^"]+)"', page)}
        assert len(found) >= 8
        for address in found:
            assert client.get(address).status_code == 200, address


def test_a_manager_sees_their_own_relationships_and_nothing_of_others(client_of, unit):
    me = unit(lambda s: make_person(s, Role.RELATIONSHIP_MANAGER, name="Me"))
    other = unit(lambda s: make_person(s, Role.RELATIONSHIP_MANAGER, name="Other"))
    mine, theirs = unit(lambda s: (filled(s, me, findings=2), filled(s, other, findings=5)))
    client = client_of(me)
    page = client.get(f"/reports/dashboards/relationship-manager?{DAYS}").text
    assert mine in page
    assert theirs not in page
    assert re.search(r"Open now</a></dt>\s*<dd>2</dd>", page)
    forced = client.get(f"/reports/dashboards/relationship-manager?{DAYS}&relationship={theirs}").text
    assert re.search(r"Open now</a></dt>\s*<dd>2</dd>", forced)
    assert f"show=stands&amp;relationship={theirs}" not in forced
    rows = client.get("/reports/dashboards/answers").text
    assert "SM-2" in rows
    assert mine in rows
    assert mine in client.get(f"/reports/dashboards/answers?relationship={theirs}").text
    assert "There is none" in client.get(f"/reports/dashboards/reminders?relationship={theirs}").text
    for board in ("ser", "system-manager"):
        assert client.get(f"/reports/dashboards/{board}").status_code == 403
        assert client.get(f"/reports/dashboards/{board}/trend.svg").status_code == 403
    whole = client_of(unit(lambda s: make_person(s, Role.SER))).get(f"/reports/dashboards/ser?{DAYS}").text
    assert re.search(r"Open now</a></dt>\s*<dd>7</dd>", whole)
    assert (
        client_of(unit(lambda s: make_person(s, Role.PARTNER_CONTACT)))
        .get("/reports/dashboards/")
        .status_code
        == 403
    )


@pytest.mark.parametrize(
    "asked", ["since=soon&until=x", "since=2026-12-01&until=2026-01-01", "relationship=%00R-99"]
)
def test_what_cannot_be_read_is_left_out(client_of, unit, asked):
    client = client_of(unit(lambda s: make_person(s, Role.VIEWER)))
    assert client.get(f"/reports/dashboards/ser?{asked}").status_code == 200


def test_the_page_asks_the_same_statements_with_many_rows(app, client_of, unit):
    manager = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    unit(lambda s: filled(s, manager))
    client, said = client_of(manager), {}
    for round_ in range(2):
        for board in BOARDS:
            client.get(f"/reports/dashboards/{board}")
            with app.app_context(), counted(db.engine) as sent:
                assert client.get(f"/reports/dashboards/{board}").status_code == 200
            said[board, round_] = len(sent)
        unit(lambda s: filled(s, manager, findings=12, relationships=5))
    assert all(said[board, 0] == said[board, 1] <= 75 for board in BOARDS), said
    assert unit(lambda s: s.query(Relationship).count()) == 11


def test_it_is_linked_where_people_look_for_it(client_of, unit):
    ser = client_of(unit(lambda s: make_person(s, Role.SER)))
    for page in ("/", "/reports"):
        assert "/reports/dashboards/" in ser.get(page).text
    owner = client_of(unit(lambda s: make_person(s, Role.RELATIONSHIP_OWNER))).get("/").text
    assert '/reports/dashboards/"' in owner
