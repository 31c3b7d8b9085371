"""The pages of the registers, in a browser's words."""

import sqlalchemy as sa
import pytest

from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.people.rules import Role
from bench.stage import statements
from tests.factories import make_person
from tests.factories.nonconformities import make_action, make_nonconformity


def many(session, count, **more):
    manager = make_person(session, Role.PROGRAMME_MANAGER, name="Mara Manager")
    for _ in range(count):
        nc = make_nonconformity(
            session, manager, status=NcStatus.CAUSE, responsible_id=manager.person_id, **more
        )
        make_action(session, nc, manager.person_id)
    return manager


PAGES = [
    "/nonconformities/",
    "/nonconformities/?show=all&cols=grade,status,due,verifier,clauses,actions,open_actions,statement,audit,deputy",
    "/nonconformities/?q=review&status=cause&grade=minor&clause=8.2&year=2026&responsible=me&sort=-raised",
    "/nonconformities/board?show=all",
    "/actions/",
    "/actions/?show=all&q=calendar&owner=me&cols=status,due,request,grade,relationship,description,deputy",
]


@pytest.mark.parametrize("path", PAGES)
def test_statements_do_not_grow_with_rows(app, unit, client_of, path):
    browser = client_of(unit(lambda s: many(s, 1)))
    counts = []
    for more in (0, 29):
        unit(lambda s, more=more: many(s, more))
        browser.get(path)
        with statements(app) as sent:
            answer = browser.get(path)
        assert answer.status_code == 200, answer.text
        assert "NC-2026-001" in answer.text
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 18
