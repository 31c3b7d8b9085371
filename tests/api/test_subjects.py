"""Meetings, joint actions and what else a relationship lives by: lists and each thing, for us and for a partner."""

import pytest

from auditapp.kit.db import db
from auditapp.people.rules import Role
from tests.statements import counted

OWN = ("/meetings", "/joint-actions", "/health-checks")
OF_RELATIONSHIP = {"/ideas": "ref", "/lessons": "ref", "/communications": "id"}
INSIDE = ("/checklists", "/management-reviews")
MOST = 14  # statements of a list: who asks, the rows, the people and places that they name


def items(program, path):
    answer = program.get(path, limit="100")
    assert answer.status_code == 200, (path, answer.json)
    return answer.json["items"]


@pytest.mark.parametrize("role", [Role.SYSTEM_MANAGER, Role.PARTNER_CONTACT])
def test_what_a_list_names_can_be_read(demo, role):
    app, program_of = demo
    program = program_of(role)
    with app.app_context():
        engine = db.engine
    for path in (*OWN, *OF_RELATIONSHIP):
        with counted(engine) as sent:
            listed = items(program, path)
        assert 0 < len(sent) <= MOST, (path, len(sent))
        assert listed, f"the demonstration shows no {path}"
        for one in listed:
            key = one[OF_RELATIONSHIP.get(path, "ref")]
            where = (
                f"{path}/{key}" if path in OWN else f"/relationships/{one['relationship']['ref']}{path}/{key}"
            )
            whole = program.get(where)
            assert whole.status_code == 200, where
            assert one.items() <= whole.json.items(), f"{where} says something else than its list"
    for one in items(program, "/relationships"):
        assert program.get(f"/relationships/{one['ref']}/exit").status_code == 200


def test_a_partner_sees_what_is_shared_and_nothing_of_the_inside(demo):
    _app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    for path in (*OWN, *OF_RELATIONSHIP):
        all_of_them, seen = items(ours, path), items(theirs, path)
        assert len(seen) < len(all_of_them), path
        if path != "/health-checks":  # there one is asked, whether the results are shared or not
            assert {one["sharing"] for one in seen} == {"shared"}, path
        hidden = {one["id" if "id" in one else "ref"] for one in all_of_them} - {
            one["id" if "id" in one else "ref"] for one in seen
        }
        one = next(one for one in all_of_them if one["id" if "id" in one else "ref"] in hidden)
        key = one[OF_RELATIONSHIP.get(path, "ref")]
        where = f"{path}/{key}" if path in OWN else f"/relationships/{one['relationship']['ref']}{path}/{key}"
        assert theirs.get(where).status_code == 404, where
    for path in INSIDE:
        assert (ours.get(path).status_code, theirs.get(path).status_code) == (200, 403)


def test_a_joint_action_lives_by_the_interface(demo):
    _app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    me = program.get("/me").json["person"]["id"]
    place = next(one["ref"] for one in items(program, "/relationships") if not one.get("ended_on"))
    body = {"relationship": place, "title": "Agree the list of plant", "owner": me, "due_on": "2027-03-01"}
    made = program.post("/joint-actions", body)
    assert (made.status_code, made.json["status"], made.json["owner"]["id"]) == (201, "open", me)
    path = f"/joint-actions/{made.json['ref']}"
    old = {"If-Match": made.headers["ETag"]}
    asked = program.post(
        f"{path}/ask-for-time", {"until": "2027-04-01", "reason": "The survey is late."}, old
    )
    assert (asked.status_code, asked.json["wanted_on"]) == (200, "2027-04-01")
    assert program.post(f"{path}/finish", {"note": "Done."}, old).status_code == 412
    new = {"If-Match": asked.headers["ETag"]}
    done = program.post(f"{path}/finish", {"note": "Done."}, new)
    assert (done.json["status"], done.json["wanted_on"], done.json["settled_note"]) == ("done", None, "Done.")
    assert program.post(f"{path}/drop", {"reason": "No need."}).status_code == 409
    again = program.post(f"{path}/reopen", {"reason": "One is missing."})
    assert again.json["status"] == "open"
    wrong = program.post("/joint-actions", {**body, "relationship": "R-99"})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "relationship")


def test_a_checklist_is_read_whole(demo):
    _app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    for one in items(program, "/checklists"):
        whole = program.get(f"/checklists/{one['library_key']}/{one['edition']}").json
        assert len(whole["items"]) == one["questions"] > 0
        known = {clause["ref"] for clause in whole["clauses"]}
        assert {question["clause"] for question in whole["items"]} <= known


REPORTS = (
    "/reports/certificate", "/reports/concerns", "/reports/programme", "/reports/nonconformities", "/reports/reminders",
    "/dashboards/ser", "/dashboards/system-manager", "/dashboards/relationship-manager",
)  # fmt: skip


def test_every_report_is_given_in_json_and_as_files(demo):
    _app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    review = items(ours, "/management-reviews")[-1]["ref"]
    shared = items(theirs, "/relationships")[0]["ref"]
    for path in (*REPORTS, f"/management-reviews/{review}/pack", f"/relationships/{shared}/one-page"):
        given = ours.get(path)
        assert given.status_code == 200, (path, given.json)
        assert given.json["chapters"], path
        assert sorted(given.json["files"]) == ["docx", "pdf", "xlsx"]
        refused = theirs.get(path).status_code
        assert refused == (200 if path.endswith("one-page") else 403), path
    for suffix, begins in (("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF")):
        assert ours.get(f"/reports/certificate.{suffix}").data.startswith(begins)
    auditor = program_of(Role.AUDITOR)
    assert auditor.get("/reports/reminders").status_code == 403, "the log is for who may read the history"
    assert theirs.get("/relationships/R-99/one-page").status_code == 404
