"""The same person by token and in the browser; and how much an answer asks of the database."""

from uuid import UUID

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.service import begin_sign_in
from tests.statements import counted


def browser_of(app, program):
    """A browser of the person whose program it is."""
    person_id = UUID(program.get("/me").json["person"]["id"])

    def work():
        return begin_sign_in(
            current_session(), person_id=person_id, at=now(), days=1, address="", agent="test"
        )

    client = app.test_client()
    with app.app_context():
        client.set_cookie(cookie_name(), run_unit(work, "write"), domain="localhost")
    return client


def items(program, path, **query):
    """The rows of a list."""
    answer = program.get(path, limit="100", **query)
    assert answer.status_code == 200, (path, answer.json)
    return answer.json["items"]


def statements(app, program, path, **query):
    """How many statements an answer takes; the token's use is written down before."""
    program.get("/me")
    with app.app_context():
        engine = db.engine
    with counted(engine) as sent:
        assert program.get(path, **query).status_code == 200, path
    return len(sent)
