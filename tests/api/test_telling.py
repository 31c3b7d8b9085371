"""Messages, the delivery log, reminders and policies by token: what the pages show, to those to whom they show it."""

import csv
from io import StringIO
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auditapp.kit import clock
from auditapp.kit.db import current_session, db
from auditapp.people.rules import Role
from auditapp.reminders import due
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.outbox.model import Notice, OutboxAttempt, OutboxMessage
from auditapp.reminders.outbox.queries.log import LogWanted, log_counts
from auditapp.reminders.policies.queries import lines
from tests.statements import counted

NOBODY = "00000000-0000-0000-0000-000000000001"


def items(program, path, **asked):
    answer = program.get(path, limit="100", **asked)
    assert answer.status_code == 200, (path, answer.json)
    return answer.json["items"]


def all_items(program, path, **asked):
    found, answer = [], program.get(path, limit="100", **asked).json
    while True:
        found += answer["items"]
        if answer["next_cursor"] is None:
            return found
        answer = program.get(path, limit="100", cursor=answer["next_cursor"], **asked).json


def test_messages_with_every_try(demo):
    app, program_of = demo
    program = program_of(Role.PROGRAMME_MANAGER)
    listed = all_items(program, "/messages")
    with app.app_context():
        session = current_session()
        known = {str(one.id): one for one in session.scalars(sa.select(OutboxMessage))}
        tries = dict(
            session.execute(
                sa.select(OutboxAttempt.message_id, sa.func.count()).group_by(OutboxAttempt.message_id)
            ).all()
        )
        carried = dict(
            session.execute(sa.select(Notice.message_id, sa.func.count()).group_by(Notice.message_id)).all()
        )
    assert sorted(one["id"] for one in listed) == sorted(known)
    assert {one["id"]: one["tries"] for one in listed} == {
        key: tries.get(row.id, 0) for key, row in known.items()
    }
    sent = all_items(program, "/messages", state="sent", channel="mail")
    assert {(one["state"], one["channel"]) for one in sent} <= {("sent", "mail")}
    told = max(listed, key=lambda one: one["tries"])
    whole = program.get(f"/messages/{told['id']}").json
    assert told.items() <= whole.items()
    assert len(whole["attempts"]) == told["tries"] > 0
    assert len(whole["lines"]) == carried.get(known[told["id"]].id, 0)
    assert program.get(f"/messages/{NOBODY}").status_code == 404


def test_channels_and_what_waits(demo):
    _app, program_of = demo
    answer = program_of(Role.PROGRAMME_MANAGER).get("/channels").json
    assert "in_app" in {one["name"] for one in answer["items"]}
    assert {one["standing"] for one in answer["items"]} <= {"works", "waits", "dead"}
    assert answer["failed"] >= 0


def test_the_delivery_log_and_its_files_tell_the_same(demo):
    app, program_of = demo
    program = program_of(Role.PROGRAMME_MANAGER)
    whole = all_items(program, "/delivery-log")
    with app.app_context():
        assert len(whole) == log_counts(current_session(), LogWanted()).whole > 0
    with program.get("/delivery-log.csv") as answer:
        rows = list(csv.reader(StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == len(whole) + 1
    one = next(each for each in whole if each["ref"])
    assert {each["ref"] for each in all_items(program, "/delivery-log", ref=one["ref"])} == {one["ref"]}
    of_item = all_items(program, "/delivery-log", item=one["item_key"])
    assert {each["item_key"] for each in of_item} == {one["item_key"]}
    with program.get("/delivery-log.csv", item=one["item_key"]) as answer:
        text = answer.get_data(as_text=True).removeprefix("\ufeff")
    assert len(list(csv.reader(StringIO(text)))) == len(of_item) + 1
    with program.get("/delivery-log.xlsx") as answer:
        assert answer.data[:2] == b"PK"
    assert program.get("/delivery-log", relationship="R-99").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/messages",
        f"/messages/{NOBODY}",
        "/channels",
        "/delivery-log",
        "/delivery-log.csv",
        "/reminders/stuck",
    ],
)
def test_what_was_told_to_all_is_for_those_who_read_it_on_the_pages(demo, path):
    _app, program_of = demo
    for role in (Role.AUDITOR, Role.PARTNER_CONTACT):
        assert program_of(role).get(path).status_code == 403


def test_a_reminder_is_read_by_who_holds_it_or_was_told(demo):
    app, program_of = demo
    manager, contact = program_of(Role.PROGRAMME_MANAGER), program_of(Role.PARTNER_CONTACT)
    running = [one for one in items(manager, "/due", show="all", days="90") if one["reminder"]]
    assert running, "the demonstration has no reminder that runs"
    for one in running[:5]:
        whole = manager.get(f"/reminders/{one['reminder']}").json
        assert (whole["item_key"], whole["ref"]) == (one["key"], one["ref"])
        assert [each["id"] for each in whole["owners"]] == [each["id"] for each in one["owners"]]
        assert whole["levels"]
        assert whole["steps"]
    me = contact.get("/me").json["person"]["id"]
    with app.app_context():
        session = current_session()
        mine = {
            str(one) for one in session.scalars(sa.select(Notice.run_id).where(Notice.person_id == UUID(me)))
        }
        runs = session.scalars(sa.select(ReminderRun)).all()
        held = {
            item.key
            for item in due.items(session, at=clock.now(), until=max(one.due_on for one in runs))
            if me in {str(each) for people in item.holders.values() for each in people}
        }
        foreign = [one.id for one in runs if str(one.id) not in mine and one.item_key not in held]
    assert foreign
    for one in foreign[:20]:
        assert contact.get(f"/reminders/{one}").status_code == 404


def test_a_reminder_is_answered(demo):
    _app, program_of = demo
    program = program_of(Role.PROGRAMME_MANAGER)
    me = program.get("/me").json["person"]["id"]
    mine = [
        answer
        for one in items(program, "/due", show="mine", days="90")
        if one["reminder"]
        and "acknowledge" in (answer := program.get(f"/reminders/{one['reminder']}")).json["answers"]
    ]
    assert mine, "nothing that runs is the programme manager’s"
    path, old = f"/reminders/{mine[0].json['id']}/answer", {"If-Match": mine[0].headers["ETag"]}
    for wrong, field in (
        ({"answer": "not_mine"}, "reason"),
        ({"answer": "blocked", "reason": "It waits."}, "to_person_id"),
        ({"answer": "blocked", "reason": "It waits.", "to_person_id": me}, "to_person_id"),
        ({"answer": "blocked", "reason": "It waits.", "to_person_id": str(uuid4())}, "to_person_id"),
    ):
        refused = program.post(path, wrong)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
    assert program.post(path, {"answer": "snooze", "until": "2020-01-01"}).status_code in {409, 422}
    said = program.post(path, {"answer": "acknowledge"}, old)
    assert said.status_code == 200
    assert said.headers["ETag"] != old["If-Match"]
    assert len(said.json["steps"]) > len(mine[0].json["steps"])
    assert program.post(path, {"answer": "not_mine", "reason": "Of another."}, old).status_code == 412
    assert program.post(path, {"answer": "not_mine", "reason": "Of another."}).status_code == 200
    contact = program_of(Role.PARTNER_CONTACT)
    assert contact.post(path, {"answer": "acknowledge"}).status_code == 404


def test_what_is_stuck_comes_in_pages(demo):
    app, program_of = demo
    program = program_of(Role.PROGRAMME_MANAGER)
    with app.app_context():
        refs = [
            str(one)
            for one in current_session().scalars(
                sa.select(ReminderRun.id).where(
                    ReminderRun.ended_at.is_(None), ReminderRun.state == RunState.CAPPED
                )
            )
        ]
    found, cursor = [], 1
    while cursor is not None:
        answer = program.get("/reminders/stuck", limit="1", cursor=cursor).json
        found += [one["reminder"] for one in answer["items"]]
        cursor = answer["next_cursor"]
    assert sorted(found) == sorted(refs)
    assert program.get("/reminders/stuck", cursor="999").json == {"items": [], "next_cursor": None}


def test_the_policies_that_hold(demo):
    app, program_of = demo
    for role in (Role.SYSTEM_MANAGER, Role.AUDITOR):
        told = program_of(role).get("/reminder-policies").json["items"]
        with app.app_context():
            known = lines(current_session())
        assert [(one["kind"], one["severity"], one["leads"], one["most"]) for one in told] == [
            (one.kind, one.severity, list(one.policy.leads), one.policy.most) for one in known
        ]
    assert program_of(Role.PARTNER_CONTACT).get("/reminder-policies").status_code == 403


@pytest.mark.parametrize("path", ["/messages", "/delivery-log", "/reminders/stuck", "/due?show=all&days=90"])
def test_a_list_takes_as_many_statements_at_any_length(demo, path):
    app, program_of = demo
    program = program_of(Role.PROGRAMME_MANAGER)
    program.get("/me")
    with app.app_context():
        engine = db.engine
    path, _, rest = path.partition("?")
    asked = dict(one.split("=") for one in rest.split("&") if one)
    with counted(engine) as few:
        program.get(path, limit="1", **asked)
    with counted(engine) as many:
        program.get(path, limit="100", **asked)
    assert len(many) <= len(few) + 2
