"""The pages of the registers, in a browser's words."""

import csv
import io

import openpyxl
import pytest
import sqlalchemy as sa

from auditapp.findings.model import Action, Nonconformity, SavedView
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


def crowd(session):
    manager = make_person(session, Role.PROGRAMME_MANAGER, name="Mara Manager")
    worker = make_person(session, Role.ACTION_OWNER, name="Wanda Worker")
    other = make_person(session, Role.ACTION_OWNER, name="Otto Other")
    nc = make_nonconformity(
        session,
        manager,
        status=NcStatus.IMPLEMENTING,
        responsible_id=manager.person_id,
        title="=cmd|'/c calc'!A1",
    )
    closed = make_nonconformity(session, manager, status=NcStatus.CLOSED, title="Long gone")
    done = make_action(session, nc, worker.person_id, status=ActionStatus.VERIFIED)
    actions = [make_action(session, nc, worker.person_id, status=ActionStatus.ACCEPTED) for _ in range(2)]
    return {
        "manager": manager,
        "worker": worker,
        "other": other,
        "nc": nc.ref,
        "closed": closed.ref,
        "done": done.ref,
        "actions": [one.ref for one in actions],
    }


@pytest.mark.parametrize(
    ("asked", "open_one", "closed_one"),
    [
        ("", True, False),
        ("?show=all", True, True),
        ("?show=closed", False, True),
        ("?status=closed", False, True),
        ("?q=long", False, True),
        ("?responsible=me", True, False),
        ("?verifier=me", False, False),
        ("?clause=8", True, True),
        ("?clause=8.2.3", False, False),
        ("?year=1999", False, False),
        ("?grade=major", False, False),
        ("?status=nonsense", True, False),
        ("?show=mine&show=all", True, False),
        ("?page=999999999999", True, False),
    ],
)
def test_the_address_narrows(unit, client_of, asked, open_one, closed_one):
    who = unit(crowd)
    page = client_of(who["manager"]).get(f"/nonconformities/{asked}").text
    assert (f'value="{who["nc"]}"' in page) == open_one
    assert (f'value="{who["closed"]}"' in page) == closed_one


def test_a_view_is_kept_shared_renamed_and_removed(unit, client_of):
    who = unit(crowd)
    mine, theirs = client_of(who["manager"]), client_of(who["other"])
    assert mine.post("/nonconformities/views", data={"name": "", "asked": "grade=major"}).status_code == 422
    saved = mine.post("/nonconformities/views", data={"name": "Majors", "asked": "grade=major&junk=1&page=4"})
    assert saved.location.endswith("/nonconformities/?grade=major")
    assert "Majors" in mine.get("/nonconformities/?grade=major").text
    assert "Majors" not in theirs.get("/nonconformities/").text
    assert "Majors" not in mine.get("/actions/").text
    view_id = unit(lambda s: s.scalar(sa.select(SavedView.id)), "read")
    address = f"/nonconformities/views/{view_id}"
    assert theirs.post(address, data={"name": "Stolen"}).status_code == 404
    assert theirs.post(f"{address}/remove").status_code == 404
    mine.post(address, data={"name": "Big ones", "shared": "y"})
    assert "Big ones" in theirs.get("/nonconformities/").text
    assert theirs.post(f"{address}/remove").status_code == 404
    assert mine.post(f"{address}/remove").status_code == 302
    assert unit(lambda s: s.scalar(sa.select(SavedView.id)), "read") is None


def test_several_actions_get_another_owner_and_the_refused_are_named(unit, client_of):
    who = unit(crowd)
    browser = client_of(who["manager"])
    refs = [*who["actions"], who["done"]]
    asked = browser.get("/actions/many/reassign", query_string={"ref": refs}).text
    assert "2 can be changed" in asked
    assert "1 cannot be changed" in asked
    form = {"ref": refs, "person_id": str(who["other"].person_id), "reason": "Wanda is away"}
    refused = browser.post("/actions/many/reassign", data=form)
    assert refused.status_code == 409
    assert "Nothing was changed" in refused.text
    owners = sa.select(Action.owner_id).where(Action.ref.in_(who["actions"]))
    assert set(unit(lambda s: s.scalars(owners).all(), "read")) == {who["worker"].person_id}
    assert browser.post("/actions/many/reassign", data={**form, "reason": ""}).status_code == 422
    assert browser.post("/actions/many/reassign", data={**form, "leave_out": "y"}).status_code == 302
    assert set(unit(lambda s: s.scalars(owners).all(), "read")) == {who["other"].person_id}


def test_due_dates_are_changed_together_by_those_who_may(unit, client_of):
    who = unit(crowd)
    form = {"ref": who["actions"], "due_on": "2027-03-01", "reason": "The supplier is late"}
    assert client_of(who["worker"]).post("/actions/many/due", data=form).status_code == 403
    # The manager answers for it, and nobody gives their own work more time.
    assert client_of(who["manager"]).post("/actions/many/due", data=form).status_code == 403
    outside = unit(lambda s: make_person(s, Role.PROGRAMME_MANAGER))
    assert client_of(outside).post("/actions/many/due", data=form).status_code == 302
    due = sa.select(Action.due_on).where(Action.ref.in_(who["actions"]))
    assert {str(one) for one in unit(lambda s: s.scalars(due).all(), "read")} == {"2027-03-01"}


def test_nonconformities_get_another_responsible_person(unit, client_of):
    who = unit(crowd)
    form = {"ref": [who["nc"]], "person_id": str(who["other"].person_id), "reason": "A new role"}
    assert client_of(who["other"]).post("/nonconformities/many/reassign", data=form).status_code == 409
    assert client_of(who["manager"]).post("/nonconformities/many/reassign", data=form).status_code == 302
    asked = sa.select(Nonconformity.responsible_id).where(Nonconformity.ref == who["nc"])
    assert unit(lambda s: s.scalar(asked), "read") == who["other"].person_id
    browser = client_of(who["manager"])
    assert browser.get("/nonconformities/many/due").status_code == 404
    assert browser.get("/nonconformities/many/reassign").status_code == 409
    many_refs = [f"NC-2026-{number:03}" for number in range(201)]
    assert browser.post("/nonconformities/many/reassign", data={"ref": many_refs}).status_code == 409


def test_files_hold_what_the_address_asks_for_and_no_formula(unit, client_of):
    who = unit(crowd)
    browser = client_of(who["manager"])
    text = browser.get(
        "/nonconformities/export.csv?show=all&cols=grade,due,clauses,raised", buffered=True
    ).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["Number", "Title", "Grade", "Next step due", "Clauses", "Raised"]
    assert {row[0] for row in rows[1:]} == {who["nc"], who["closed"]}
    assert ["'=cmd|'/c calc'!A1", "Minor nonconformity"] in [row[1:3] for row in rows]
    only = browser.get(f"/nonconformities/export.csv?ref={who['closed']}", buffered=True).data.decode(
        "utf-8-sig"
    )
    assert who["nc"] not in only
    assert who["closed"] in only
    sheet = openpyxl.load_workbook(
        io.BytesIO(browser.get("/nonconformities/export.xlsx", buffered=True).data)
    ).active
    assert [cell.data_type for cell in sheet["B"]] == ["inlineStr", "inlineStr"] or sheet[
        "B2"
    ].data_type == "s"
    assert sheet["B2"].value == "=cmd|'/c calc'!A1"
    actions = browser.get(
        "/actions/export.xlsx?show=all&cols=due,owner,result,description,done", buffered=True
    )
    assert openpyxl.load_workbook(io.BytesIO(actions.data)).active.max_row == 4
    narrowed = (
        client_of(who["other"])
        .get("/nonconformities/export.csv?show=all", buffered=True)
        .data.decode("utf-8-sig")
    )
    assert who["nc"] not in narrowed


def test_a_partner_contact_gets_none_of_it(app, unit, client_of):
    who = unit(crowd)
    partner = client_of(unit(lambda s: make_person(s, Role.PARTNER_CONTACT)))
    refs = f"?ref={who['actions'][0]}"
    for path in (
        "/nonconformities/",
        "/nonconformities/board",
        "/nonconformities/views",
        "/nonconformities/export.csv",
        "/nonconformities/export.xlsx",
        f"/nonconformities/many/reassign{refs}",
        "/actions/",
        "/actions/views",
        "/actions/export.csv",
        "/actions/export.xlsx",
        f"/actions/many/due{refs}",
    ):
        answer = partner.get(path)
        assert answer.status_code in (403, 404), path
        assert "/c calc" not in answer.text
    assert partner.post("/actions/many/due", data={"ref": who["actions"]}).status_code == 403


def test_the_board_shows_the_first_of_each_column_and_leads_to_the_rest(unit, client_of):
    manager = unit(lambda s: many(s, 11))
    page = client_of(manager).get("/nonconformities/board").text
    assert page.count('class="lane-card"') == 8
    assert "and 3 more" in page
    assert "/nonconformities/?status=cause" in page
