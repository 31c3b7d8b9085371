"""Webhooks by token: what the pages show to the system manager, never a secret, and nothing to anybody else."""

from datetime import timedelta

import pytest

from auditapp.api.tokens.rules import Scope
from auditapp.api.webhooks import queries
from auditapp.api.webhooks.rules import BOTH_SIGN, Status
from auditapp.api.webhooks.service import managing
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from tests.factories import make_person
from tests.statements import counted

KEY = "?key=of-the-receiver"


@pytest.fixture
def told(hooks, receiver):
    """A webhook whose first message was refused and whose second waits behind it; its number, its id and all of its secrets."""
    hook, secret = hooks.make(receiver.url + KEY, "audit.planned")
    new = hooks.unit(
        lambda s: managing.rotate(s, actor=hooks.who, at=hooks.at, webhook_id=hook, vault=hooks.vault)[1]
    )
    hooks.happen("audit.planned", "issue.raised", "audit.planned")
    hooks.put()
    receiver.says = [(500, {}, b"full", 0)]
    assert hooks.send() == 1
    return hooks.hook(hook), (secret, new)


def test_how_it_stands_and_what_was_sent(hooks, receiver, told, program_of):
    row, secrets = told
    program = program_of(hooks.who, Scope.READ_WEBHOOKS)
    [listed] = program.get("/webhooks").json["items"]
    whole = program.get(f"/webhooks/{row.ref}")
    assert whole.headers["ETag"].startswith(f'"{row.version}-')
    assert {name: whole.json[name] for name in listed} == listed
    assert listed["receiver"] == f"http://127.0.0.1:{receiver.port}"
    assert (listed["state"], listed["why"], listed["events"]) == ("active", "", ["audit.planned"])
    assert (listed["waiting"], listed["failed"], listed["owner"]["id"]) == (2, 0, str(hooks.who.person_id))
    assert listed["failing_since"] is not None
    assert (whole.json["unread"], whole.json["previous_until"] is None) == (0, False)
    items = program.get(f"/webhooks/{row.ref}/deliveries").json["items"]
    first, second = sorted(items, key=lambda one: one["seq"])  # both were written down in the same moment
    rows = hooks.rows(row.id)
    assert [(one["message_id"], one["seq"]) for one in (first, second)] == [
        (one.message_id, one.seq) for one in rows
    ]
    assert (first["status"], first["tries"], first["code"], first["ended_at"]) == ("waiting", 1, 500, None)
    assert (second["tries"], second["code"], second["tried_at"]) == (0, None, None)
    one = program.get(f"/webhooks/{row.ref}/deliveries/{first['id']}").json
    assert {name: one[name] for name in first} == first
    assert one["body"].encode() == receiver.got[0][1]
    assert one["answer"] == "full"
    every = "".join(
        program.get(path).text
        for path in (
            "/webhooks", f"/webhooks/{row.ref}", f"/webhooks/{row.ref}/deliveries", f"/webhooks/{row.ref}/deliveries/{first['id']}",
        )
    )  # fmt: skip
    for secret in (*secrets, "whsec_", row.sealed_secret, row.sealed_previous, KEY, "sealed"):
        assert secret not in every


def test_filters_pages_and_what_is_over(hooks, receiver, told, program_of, unit):
    row, _ = told
    program, path = program_of(hooks.who), f"/webhooks/{told[0].ref}"
    hooks.later(minutes=1)
    assert hooks.send() == 2
    assert len(program.get(f"{path}/deliveries", status="delivered").json["items"]) == 2
    assert program.get(f"{path}/deliveries", status="waiting").json["items"] == []
    assert program.get(f"{path}/deliveries", status="none").status_code == 400
    page = program.get(f"{path}/deliveries", limit="1").json
    rest = program.get(f"{path}/deliveries", limit="1", cursor=page["next_cursor"]).json
    assert {page["items"][0]["id"], rest["items"][0]["id"]} == {str(one.id) for one in hooks.rows(row.id)}
    assert page["items"][0]["next_at"] is None
    unit(lambda s: managing.pause(s, actor=hooks.who, at=hooks.at, webhook_id=row.id))
    unit(
        lambda s: setattr(
            queries.webhook_by_id(s, hooks.who, row.id), "previous_until", now() - timedelta(1) - BOTH_SIGN
        )
    )
    hooks.happen("audit.planned", "issue.raised")
    whole = program.get(path).json
    assert (whole["state"], whole["why"], whole["unread"], whole["previous_until"]) == ("paused", "by_hand", 1, None)  # fmt: skip


def test_nobody_else(hooks, told, program_of, unit):
    row, _ = told
    delivery = hooks.rows(row.id)[0].id
    paths = ("/webhooks", f"/webhooks/{row.ref}", f"/webhooks/{row.ref}/deliveries", f"/webhooks/{row.ref}/deliveries/{delivery}")  # fmt: skip
    others = [
        program_of(unit(lambda s, r=role: make_person(s, r)))
        for role in (Role.PROGRAMME_MANAGER, Role.SER, Role.AUDITOR, Role.PARTNER_CONTACT)
    ]
    narrow = program_of(hooks.who, *(set(Scope) - {Scope.READ_WEBHOOKS}))
    for program in (*others, narrow):
        assert {program.get(path).status_code for path in paths} == {403}
    manager = program_of(hooks.who)
    assert {manager.get(path).status_code for path in paths} == {200}
    other, _ = hooks.make(told[0].url, name="Other")
    foreign = f"/webhooks/{hooks.hook(other).ref}/deliveries/{delivery}"
    assert [manager.get(path).status_code for path in (foreign, "/webhooks/WH-99", "/webhooks/WH-99/deliveries")] == [404] * 3  # fmt: skip


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_lists_take_as_many_statements_at_any_length(hooks, receiver, program_of):
    hook, _ = hooks.make(receiver.url)
    for number in range(5):
        hooks.make(receiver.url, name=f"{number}")
    hooks.happen(*["audit.planned"] * 20)
    hooks.put()
    program, ref = program_of(hooks.who), hooks.hook(hook).ref
    program.get("/me")
    with hooks.app.app_context():
        engine = db.engine
    for path in ("/webhooks", f"/webhooks/{ref}/deliveries"):
        with counted(engine) as few:
            program.get(path, limit="1")
        with counted(engine) as many:
            assert len(program.get(path, limit="100").json["items"]) >= 6
        assert len(many) <= len(few) <= 9
    assert {one.status for one in hooks.rows(hook)} == {Status.WAITING}
