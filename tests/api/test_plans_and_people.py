"""Plans, programmes, reports of audits, people in full and the papers' templates by token: as their pages show them."""

from hashlib import sha256
from uuid import UUID

import pytest
import sqlalchemy as sa

from auditapp.audits.model import Audit, AuditInterview, AuditSession, PlanAnswer
from auditapp.audits.programme.queries import (
    dismissals_of,
    programme_by_ref,
    propose_audits,
    stage_coverage,
)
from auditapp.audits.programme.rules import tally
from auditapp.checklists.diff import diff
from auditapp.checklists.model import Edition
from auditapp.checklists.queries import library, previous
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.model import Competence, Person, ProcessResponsibility, RoleGrant, Training
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.reminders.quiet.model import Absence
from auditapp.reports.management_review.model import ReviewAction
from auditapp.reports.schedule import service as schedule
from auditapp.reports.schedule.rules import Form, Rhythm, What
from auditapp.reports.templated.queries import templates
from tests.statements import counted

BOUND = 30  # statements of one whole thing


def all_items(program, path, **asked):
    found, cursor = [], {}
    while True:
        answer = program.get(path, limit="100", **cursor, **asked)
        assert answer.status_code == 200, (path, answer.json)
        found += answer.json["items"]
        if answer.json["next_cursor"] is None:
            return found
        cursor = {"cursor": answer.json["next_cursor"]}


def test_the_plan_of_an_audit_with_agenda_interviews_and_answers(demo):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    with app.app_context():
        session = current_session()
        known = {
            audit.ref: [
                session.scalar(sa.select(sa.func.count()).where(table.audit_id == audit.id))
                for table in (AuditSession, AuditInterview, PlanAnswer)
            ]
            for audit in session.scalars(sa.select(Audit))
        }
        engine = db.engine
    program.get("/me")
    for ref, counts in known.items():
        with counted(engine) as sent:
            whole = program.get(f"/audits/{ref}").json
        assert [len(whole[name]) for name in ("agenda", "interviews", "answers_to_plan")] == counts
        assert len(sent) <= BOUND
    assert max(one[0] for one in known.values()) > 0
    assert max(one[2] for one in known.values()) > 0


def test_an_auditee_of_a_partner_reads_the_plan_and_no_other(demo):
    _app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    own = {one["ref"] for one in all_items(theirs, "/audits")}
    for ref in {one["ref"] for one in all_items(ours, "/audits")}:
        assert theirs.get(f"/audits/{ref}").status_code == (200 if ref in own else 404)


def test_coverage_is_what_the_programme_looked_at(demo):
    app, program_of = demo
    program = program_of(Role.AUDITOR)
    ref = all_items(program, "/programmes")[0]["ref"]
    with app.app_context():
        session = current_session()
        row = programme_by_ref(session, ref)
        found = stage_coverage(session, row, now().date())
        whole = tally(found.pairs(), found.done, found.planned)
    first = program.get(f"/programmes/{ref}/coverage").json
    assert (first["by"], first["only"]) == ("relationship", "")
    assert (first["whole"]["done"], first["whole"]["planned"]) == (whole.done, whole.planned)
    assert {one["key"] for one in first["rows"]} == {"", *(one.ref for one in found.relationships)}
    assert sum(one["cycle"]["done"] for one in first["rows"]) == whole.done > 0
    for by, only in (("stage", ""), ("stage", "R-01"), *((key, "system") for key in first["libraries"])):
        told = program.get(f"/programmes/{ref}/coverage", by=by, only=only).json
        assert (told["by"], told["only"]) == (by, only)
        assert {len(one["years"]) for one in told["rows"]} == {len(told["years"])}
        counts = told["whole"]
        assert counts["done"] + counts["planned"] + counts["open"] == counts["total"]
        assert sum(len(one["subjects"]) for one in told["uncovered"]) == counts["open"]
    assert program.get(f"/programmes/{ref}/coverage", by="none").json["by"] == "relationship"
    assert program_of(Role.PARTNER_CONTACT).get(f"/programmes/{ref}/coverage").status_code == 403
    assert program.get("/programmes/AP-99/coverage").status_code == 404


def test_proposals_are_for_who_decides_on_them(demo):
    app, program_of = demo
    program = program_of(Role.PROGRAMME_MANAGER)
    for one in all_items(program, "/programmes"):
        told = program.get(f"/programmes/{one['ref']}/proposals").json
        with app.app_context():
            session = current_session()
            row = programme_by_ref(session, one["ref"])
            known = propose_audits(session, row, today=now().date())
            aside = len(dismissals_of(session, row.id))
        assert [(each["key"], each["starts_on"]) for each in told["items"]] == [
            (each.key, each.starts_on.isoformat()) for each in known
        ]
        assert all(each["reasons"] for each in told["items"])
        assert len(told["dismissed"]) == aside
        for role in (Role.AUDITOR, Role.PARTNER_CONTACT):
            assert program_of(role).get(f"/programmes/{one['ref']}/proposals").status_code == 403


def test_the_report_of_a_programme(demo):
    _app, program_of = demo
    program = program_of(Role.PROGRAMME_MANAGER)
    ref = all_items(program, "/programmes")[0]["ref"]
    told = program.get(f"/programmes/{ref}/report").json
    assert sorted(told["files"]) == ["docx", "pdf", "xlsx"]
    assert told["chapters"]
    assert program.get(f"/programmes/{ref}/report.xlsx").data[:2] == b"PK"
    assert program.get("/programmes/AP-99/report").status_code == 404
    assert program_of(Role.PARTNER_CONTACT).get(f"/programmes/{ref}/report").status_code == 403


def test_a_person_in_full(demo):
    app, program_of = demo
    program = program_of(Role.AUDITOR)
    with app.app_context():
        session = current_session()
        known = {
            str(person_id): [
                session.scalar(sa.select(sa.func.count()).where(table.person_id == person_id))
                for table in (RoleGrant, ProcessResponsibility, Competence, Training)
            ]
            for person_id in session.scalars(sa.select(Person.id))
        }
        engine = db.engine
    program.get("/me")
    for person_id, counts in known.items():
        with counted(engine) as sent:
            whole = program.get(f"/people/{person_id}").json
        names = ("roles_held", "responsibilities", "competences", "trainings")
        assert [len(whole[name]) for name in names] == counts
        assert len(sent) <= BOUND
    assert min(max(counts[place] for counts in known.values()) for place in range(4)) > 0
    someone = next(iter(known))
    assert program_of(Role.PARTNER_CONTACT).get(f"/people/{someone}").status_code == 403


@pytest.mark.parametrize(("path", "table"), [("/competences", Competence), ("/trainings", Training)])
def test_training_and_competence(demo, path, table):
    app, program_of = demo
    program = program_of(Role.AUDITOR)
    with app.app_context():
        query = sa.select(table).join(Person, Person.id == table.person_id).where(Person.active)
        rows = current_session().scalars(query).all()
        engine = db.engine
    listed = all_items(program, path)
    assert sorted(one["id"] for one in listed) == sorted(str(one.id) for one in rows)
    gone = all_items(program, path, which="expired")
    assert {one["id"] for one in gone} == {one["id"] for one in listed if one["validity"] == "expired"}
    with counted(engine) as few:
        program.get(path, limit="1")
    with counted(engine) as many:
        program.get(path, limit="100")
    assert len(many) <= len(few) + 1
    assert program_of(Role.PARTNER_CONTACT).get(path).status_code == 403


def test_the_rhythm_is_ones_own(demo):
    app, program_of = demo
    manager = program_of(Role.SYSTEM_MANAGER)
    with app.app_context():
        away = {
            str(one.person_id): one
            for one in current_session().scalars(sa.select(Absence).where(Absence.last_on >= now().date()))
        }
    for role in (Role.SYSTEM_MANAGER, Role.AUDITOR, Role.PARTNER_CONTACT):
        program = program_of(role)
        me = program.get("/me").json["person"]["id"]
        told = program.get(f"/people/{me}/rhythm").json
        assert (told["person"]["id"], told["page"].endswith("/me/reminders")) == (me, True)
        assert told == manager.get(f"/people/{me}/rhythm").json | {"page": told["page"]}
        if role is not Role.SYSTEM_MANAGER:
            other = manager.get("/me").json["person"]["id"]
            assert program.get(f"/people/{other}/rhythm").status_code == 404
    for person_id, absence in away.items():
        told = manager.get(f"/people/{person_id}/rhythm").json["absences"]
        assert str(absence.id) in {one["id"] for one in told}


def test_the_templates_of_reports(demo):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    listed = program.get("/report-templates").json["items"]
    with app.app_context():
        rows = templates(current_session())
        assert [one["id"] for one in listed] == [str(one.id) for one in rows]
        assert [len(one["versions"]) for one in listed] == [len(one.versions) for one in rows]
    assert listed, "the demonstration has no template"
    for one in listed:
        whole = program.get(f"/report-templates/{one['id']}").json
        assert one.items() <= whole.items()
        assert (whole["faults"] == []) == one["versions"][-1]["works"]
        for version in one["versions"]:
            with program.get(f"/report-templates/{one['id']}/{version['number']}") as answer:
                assert sha256(answer.data).hexdigest() == version["sha256"]
        assert program.get(f"/report-templates/{one['id']}/99").status_code == 404
    contact = program_of(Role.PARTNER_CONTACT)
    for path in ("", f"/{listed[0]['id']}", f"/{listed[0]['id']}/1"):
        assert contact.get(f"/report-templates{path}").status_code == 403


def test_reports_that_come_by_themselves(demo):
    app, program_of = demo
    manager, auditor = program_of(Role.PROGRAMME_MANAGER), program_of(Role.AUDITOR)
    people = [one.get("/me").json["person"]["id"] for one in (manager, auditor)]

    def work():
        session = current_session()
        who = principal_of_person(session, UUID(people[0]))
        for person_id in people:
            wish = schedule.Wish(
                person_id=UUID(person_id), what=What.TRENDS, standard="", rhythm=Rhythm.WEEKLY, day=0,
                zone="Europe/London", form=Form.SUMMARY,
            )  # fmt: skip
            schedule.add(session, actor=who, at=now(), wish=wish)

    with app.app_context():
        run_unit(work, "write")
    assert set(people) <= {one["person"]["id"] for one in manager.get("/scheduled-reports").json["items"]}
    own = auditor.get("/scheduled-reports").json["items"]
    assert {one["person"]["id"] for one in own} == {people[1]}
    assert {one["set_by"]["id"] for one in own if one["what"] == "trends"} == {people[0]}
    assert program_of(Role.PARTNER_CONTACT).get("/scheduled-reports").status_code == 403


def test_the_exhibits_of_a_report_and_their_pictures(demo):
    _app, program_of = demo
    program, contact = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    readable = {one["ref"] for one in all_items(contact, "/audits")}
    seen = 0
    for audit in all_items(program, "/audits", status="issued"):
        for revision in program.get(f"/audits/{audit['ref']}/reports").json["items"]:
            path = f"/audits/{audit['ref']}/reports/{revision['revision']}"
            for one in program.get(f"{path}/exhibits").json["items"]:
                if one["picture"] is None:
                    continue
                seen += 1
                picture = path + "/pictures/" + one["picture"].rpartition("/")[2]
                with program.get(picture) as answer:
                    assert answer.mimetype in {"image/jpeg", "image/png", "image/webp"}
                    assert one["picture"].endswith(sha256(answer.data).hexdigest())
                if audit["ref"] not in readable:
                    assert contact.get(picture).status_code == 404
            assert program.get(f"{path}/pictures/{'0' * 64}").status_code == 404
            if audit["ref"] not in readable:
                assert contact.get(f"{path}/exhibits").status_code == 404
    assert seen, "the demonstration has no report with a photo"


def test_what_an_edition_changed(demo):
    app, program_of = demo
    program = program_of(Role.AUDITOR)
    with app.app_context():
        session = current_session()
        known = {}
        for row in session.scalars(sa.select(Edition)):
            before = previous(session, row)
            change = diff(library(session, before), library(session, row)) if before else None
            known[row.library_key, row.edition] = (before.edition if before else None, change)
    for (key, name), (before, change) in known.items():
        told = program.get(f"/checklists/{key}/{name}/changes").json
        assert told["before"] == before
        for part in ("clauses", "questions"):
            for what in ("added", "removed", "changed", "moved"):
                listed = f"{part}_{what}"
                assert len(told[listed]) == (len(getattr(change, listed)) if change else 0)
    assert program.get("/checklists/none/1/changes").status_code == 404
    key, name = next(iter(known))
    assert program_of(Role.PARTNER_CONTACT).get(f"/checklists/{key}/{name}/changes").status_code == 403


def test_an_action_of_a_management_review(demo):
    app, program_of = demo
    program = program_of(Role.AUDITOR)
    with app.app_context():
        rows = current_session().scalars(sa.select(ReviewAction)).all()
    assert rows
    for row in rows:
        told = program.get(f"/management-review-actions/{row.ref}").json
        assert (told["title"], told["due_on"], told["evidence"]) == (
            row.title,
            row.due_on.isoformat(),
            row.evidence,
        )
        assert told["owner"]["id"] == str(row.owner_id)
    assert program.get("/management-review-actions/MR-0-A1").status_code == 404
    contact = program_of(Role.PARTNER_CONTACT)
    assert contact.get(f"/management-review-actions/{rows[0].ref}").status_code == 403


def test_the_rows_behind_the_numbers_of_a_dashboard(demo):
    _app, program_of = demo
    ours = program_of(Role.SYSTEM_MANAGER)
    for name in ("reminders", "answers"):
        told = ours.get(f"/dashboards/{name}").json
        assert sorted(told["files"]) == ["docx", "pdf", "xlsx"]
        assert told["chapters"][0]["blocks"][0]["kind"] == "table"
        assert ours.get(f"/dashboards/{name}.xlsx").data[:2] == b"PK"
        assert program_of(Role.PARTNER_CONTACT).get(f"/dashboards/{name}").status_code == 403

    def rows(program, name, **asked):
        return program.get(f"/dashboards/{name}", **asked).json["chapters"][0]["blocks"][0]["rows"]

    every = rows(ours, "answers")
    assert len(rows(ours, "answers", well="yes")) + len(rows(ours, "answers", well="no")) == len(every) > 0
    one = rows(ours, "answers", relationship="R-01")
    assert 0 < len(one) < len(every)
    assert {each[1]["text"][:5] for each in one} == {"R-01 "}
    owner = program_of(Role.RELATIONSHIP_MANAGER)
    assert len(rows(owner, "reminders")) < len(rows(ours, "reminders"))
