"""The interface: it acts as its person, within the scopes; locks, repeats, limits and says what is wrong."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.api.limiter import Limiter
from auditapp.api.tokens.model import ApiCommand
from auditapp.api.tokens.rules import Scope
from auditapp.findings.model import Nonconformity
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.kit.ids import new_id
from auditapp.people.guards import cookie_name
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in
from tests.factories import make_person, make_relationship
from tests.house.test_requests import routes
from tests.statements import counted

BODY = {"title": "No agreed minutes", "statement": "Three meetings without minutes.", "grade": "minor"}


def test_a_bucket_fills_again():
    limiter, token, at = Limiter(), new_id(), now()
    assert [limiter.wait(token, per_minute=2, at=at) for _ in range(3)] == [0, 0, 30]
    assert limiter.wait(token, per_minute=2, at=at + timedelta(seconds=29)) > 0
    assert limiter.wait(token, per_minute=2, at=at + timedelta(seconds=31)) == 0
    assert limiter.wait(new_id(), per_minute=2, at=at) == 0


def test_who_asks(app, unit, program_of):
    who = unit(lambda s: make_person(s, Role.AUDITOR, name="Ada Okafor"))
    program = program_of(who, Scope.READ_AUDITS)
    me = program.get("/me").json
    assert (me["person"]["name"], me["roles"], me["scopes"]) == ("Ada Okafor", ["auditor"], ["read:audits"])
    refused = program.get("/findings")
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    assert 'scope="read:findings"' in refused.headers["WWW-Authenticate"]
    # A cookie is no token: another site could make a browser send it.
    secret = unit(lambda s: begin_sign_in(s, person_id=who.person_id, at=now(), days=1, address="", agent=""))
    browser = app.test_client()
    with app.app_context():
        browser.set_cookie(cookie_name(), secret, domain="localhost")
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/nonconformities", json=BODY).status_code == 401


def test_no_operation_answers_without_a_token(app, unit, program_of):
    nobody = program_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)), Scope.READ_HISTORY)
    open_ones, unscoped = [], []
    for endpoint, method, path in routes(app):
        if not endpoint.startswith("api_v1."):
            continue
        if app.test_client().open(path, method=method).status_code != 401:
            open_ones.append(path)
        scope = app.view_functions[endpoint].scope
        status = nobody.client.open(
            path, method=method, headers={"Authorization": f"Bearer {nobody.secret}"}
        ).status_code
        if (status != 403) != (scope in {"any", Scope.READ_HISTORY}):
            unscoped.append((path, status))
    assert (open_ones, unscoped) == ([], [])


def test_the_scope_gives_nothing_that_the_person_may_not(unit, program_of):
    viewer = program_of(unit(lambda s: make_person(s, Role.VIEWER)))
    assert viewer.get("/history").status_code == 403
    assert (
        viewer.post("/audits", {"title": "A", "starts_on": "2026-05-01", "ends_on": "2026-05-02"}).status_code
        == 403
    )
    assert viewer.get("/reports/gap").status_code == 404  # no checklist is released here


def test_what_is_wrong_is_told_by_field(unit, program_of):
    program = program_of(unit(lambda s: make_person(s, Role.AUDITOR)))
    wrong = program.post("/nonconformities", {"title": " ", "grade": "huge", "more": 1})
    assert wrong.status_code == 400
    assert {one["field"] for one in wrong.json["errors"]} == {"title", "grade", "more"}
    assert (
        program.client.post(
            "/api/v1/nonconformities", headers={"Authorization": f"Bearer {program.secret}"}, data="x"
        ).status_code
        == 415
    )
    refused = program.post("/nonconformities", BODY | {"relationship": "R-99"})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "relationship")
    asked = program.get("/nonconformities", limit="0", cursor="x", nix="1")
    assert {one["field"] for one in asked.json["errors"]} == {"query.limit", "query.cursor", "query.nix"}
    assert program.get("/nix").json["status"] == 404
    assert program.client.put("/api/v1/me").headers["Allow"] == "GET, HEAD, OPTIONS"


def test_pages_of_a_list(unit, program_of):
    who = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    unit(lambda s: [make_relationship(s) for _ in range(5)])
    program = program_of(who)
    seen, cursor = [], {}
    while True:
        page = program.get("/relationships", limit="2", **cursor).json
        assert len(page["items"]) <= 2
        seen += [one["ref"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 5


def test_a_command_that_comes_twice_is_done_once(unit, program_of):
    program = program_of(unit(lambda s: make_person(s, Role.AUDITOR)))
    key = {"Idempotency-Key": "2026-05-01.1"}
    first, again = (program.post("/nonconformities", BODY, headers=key) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert (again.headers["Location"], again.headers["ETag"]) == (
        first.headers["Location"],
        first.headers["ETag"],
    )
    assert again.headers["Idempotent-Replayed"] == "true"
    other = program.post("/nonconformities", BODY | {"title": "Another"}, headers=key)
    assert (other.status_code, other.json["errors"][0]["field"]) == (422, "header.Idempotency-Key")
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Nonconformity))) == 1
    unit(lambda s: s.execute(sa.update(ApiCommand).values(at=now() - timedelta(days=2))))
    assert program.post("/nonconformities", BODY, headers=key).json["ref"] != first.json["ref"]


def test_a_stale_command_is_refused(unit, program_of):
    auditor, owner, checker = (unit(lambda s: make_person(s, Role.AUDITOR)) for _ in range(3))
    program = program_of(auditor)
    manager = program_of(unit(lambda s: make_person(s, Role.PROGRAMME_MANAGER)))
    made = program.post("/nonconformities", BODY | {"objective_evidence": "Minutes of May.", "requirements": [{"standard": "ISO 44001:2017", "clause": "8.6"}]})  # fmt: skip
    path = f"/nonconformities/{made.json['ref']}"
    read = program.get(path)
    assert program.get(path, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    issue = {"responsible_id": str(owner.person_id), "verifier_id": str(checker.person_id)}
    stale = manager.post(f"{path}/issue", issue, headers={"If-Match": '"99"'})
    assert (stale.status_code, stale.mimetype) == (412, "application/problem+json")
    issued = manager.post(f"{path}/issue", issue, headers={"If-Match": read.headers["ETag"]})
    assert (issued.status_code, issued.json["status"]) == (200, "issued")
    assert manager.post(f"{path}/acknowledge").status_code == 403
    done = program_of(owner).post(f"{path}/acknowledge")
    assert (done.status_code, done.json["status"]) == (200, "containment")


def test_too_many_requests(app, unit, program_of):
    app.extensions["auditapp"].api_per_minute = 2
    program = program_of(unit(lambda s: make_person(s, Role.AUDITOR)))
    answers = [program.get("/me") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) == 30


@pytest.mark.parametrize(
    "path", ["/audits", "/nonconformities", "/actions", "/relationships", "/documents", "/people"]
)
def test_a_list_takes_as_many_statements_at_any_length(demo, path):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    program.get("/me")
    with app.app_context():
        engine = db.engine
    with counted(engine) as few:
        program.get(path, limit="1")
    with counted(engine) as many:
        program.get(path, limit="100")
    assert len(many) <= len(few) + 1 <= 10  # the names of relationships are read where one is named


def test_a_contact_sees_by_token_what_they_see_on_pages(demo):
    _app, program_of = demo
    contact, manager = program_of(Role.PARTNER_CONTACT), program_of(Role.SYSTEM_MANAGER)
    for path in ("/relationships", "/issues", "/risks", "/documents", "/plans", "/audits", "/actions"):
        own = {one["ref"] for one in contact.get(path, limit="100").json["items"]}
        every = {one["ref"] for one in manager.get(path, limit="100").json["items"]}
        assert own < every
        for ref in sorted(every - own)[:3]:
            if path != "/risks":
                assert contact.get(f"{path}/{ref}").status_code == 404
    assert {
        contact.get(path).status_code
        for path in ("/people", "/nonconformities", "/obligations", "/history", "/reports/trends")
    } == {403}
