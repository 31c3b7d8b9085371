"""What is said and shown about nonconformities, and what is known around them, by token: as on the pages."""

import io
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from auditapp.api.tokens.rules import Scope
from auditapp.audits.execution.model import Answer, AnswerConflict, Evidence
from auditapp.audits.execution.rules import AnswerField
from auditapp.audits.execution.walk.queries import open_conflicts
from auditapp.audits.execution.walk.service import settle_conflict
from auditapp.audits.model import Audit
from auditapp.findings.actions import service as actions
from auditapp.findings.causes.queries import extent_of
from auditapp.findings.exchange.queries import comments_page, files_page
from auditapp.findings.exchange.service import comment, remove_comment
from auditapp.findings.model import Action, CaseFile, Cause, Comment, Nonconformity, Repeat, Verification
from auditapp.findings.queries import action_by_ref, nonconformity_by_ref, policy
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.kit.db import db
from tests.factories.nonconformities import Cast, make_case
from tests.factories.walked import make_walked_audit, picture
from tests.statements import counted

MOST = 16  # statements of an answer, whatever its length


@pytest.fixture
def cast(unit):
    return unit(Cast)


@pytest.fixture
def refs(unit, cast):
    """The numbers of a nonconformity, of the owner's action and of the contact's."""
    return unit(lambda s: [one.ref for one in make_case(s, cast, NcStatus.IMPLEMENTING)])


def items(program, path, **query):
    answer = program.get(path, limit="100", **query)
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


def statements(app, program, path, **query):
    program.get("/me")
    with app.app_context():
        engine = db.engine
    with counted(engine) as sent:
        assert program.get(path, **query).status_code == 200
    return len(sent)


class TestComments:
    def test_said_and_read(self, unit, cast, refs, program_of):
        nc, own, _theirs = refs
        program = program_of(cast["responsible"])
        said = program.post(f"/nonconformities/{nc}/comments", {"text": "@Val Verifier and @Nobody: see it."})
        assert said.status_code == 201
        assert [one["name"] for one in said.json["named"]] == ["Val Verifier"]
        assert len(said.json["doubts"]) == 1
        also = program.post(f"/actions/{own}/comments", {"text": "Of the action", "internal": False})
        assert (also.status_code, also.json["action"], also.json["internal"]) == (
            201,
            own,
            True,
        )  # no partner there
        listed = items(program, f"/nonconformities/{nc}/comments")
        page = unit(
            lambda s: comments_page(s, cast["responsible"], nonconformity_by_ref(s, cast["responsible"], nc), None, page=1),
            "read",
        )  # fmt: skip
        assert [(one["id"], one["by"]["name"], one["action"] or "") for one in listed] == [
            (str(one.id), one.by, one.action_ref) for one in page.rows
        ]
        assert [one["text"] for one in items(program, f"/actions/{own}/comments")] == ["Of the action"]
        unit(lambda s: remove_comment(s, actor=cast["responsible"], at=now(), comment=s.scalar(sa.select(Comment).where(Comment.action_id.is_(None)))))  # fmt: skip
        gone = items(program, f"/nonconformities/{nc}/comments")[1]
        assert (gone["text"], gone["named"], gone["removed_at"] is None) == ("", [], False)

    def test_what_is_refused(self, cast, refs, program_of):
        nc, own, theirs = refs
        body = {"text": "Words"}
        path = f"/nonconformities/{nc}/comments"
        assert program_of(cast["responsible"]).post(path, {"text": "  "}).status_code == 400
        long = program_of(cast["responsible"]).post(path, {"text": "x" * 5001})
        assert (long.status_code, long.json["errors"][0]["field"]) == (422, "text")
        assert program_of(cast["responsible"], Scope.WRITE_ACTIONS).post(path, body).status_code == 403
        assert program_of(cast["responsible"], Scope.WRITE_FINDINGS).post(f"/actions/{own}/comments", body).status_code == 403  # fmt: skip
        assert program_of(cast["employee"]).post(path, body).status_code == 404
        assert program_of(cast["employee"]).get(path).status_code == 404
        contact = program_of(cast["contact_owner"])
        assert contact.get(path).status_code == contact.post(path, body).status_code == 403
        assert contact.get(f"/actions/{own}/comments").status_code == 404
        assert program_of(cast["contact"]).get(f"/actions/{theirs}/comments").status_code == 404

    def test_a_contact_reads_what_is_not_internal(self, cast, refs, program_of):
        place = f"/actions/{refs[2]}/comments"
        ours, contact = program_of(cast["responsible"]), program_of(cast["contact_owner"])
        ours.post(place, {"text": "Among us"})
        ours.post(place, {"text": "To you", "internal": False})
        answered = contact.post(place, {"text": "From us", "internal": True})
        assert (answered.status_code, answered.json["internal"]) == (201, False)
        assert [one["text"] for one in items(contact, place)] == ["From us", "To you"]
        assert [one["text"] for one in items(ours, place)] == ["From us", "To you", "Among us"]


def upload(browser, where, name, **more):
    data = {"file": [(io.BytesIO(picture()), name)], "title": name, **more}
    return browser.post(f"{where}/files", data=data, content_type="multipart/form-data")


def test_files(unit, cast, refs, client_of, program_of):
    nc, own, theirs = refs
    browser, program = client_of(cast["responsible"]), program_of(cast["responsible"])
    for where, name, more in (
        (f"/nonconformities/{nc}", "whole.jpg", {"internal": "y"}),
        (f"/actions/{theirs}", "inside.jpg", {"internal": "y"}),
        (f"/actions/{theirs}", "outside.jpg", {}),
    ):
        assert upload(browser, where, name, **more).status_code == 302
    browser.post(f"/actions/{own}/files/address", data={"address": "DMS 4711", "title": "Plan"})
    listed = items(program, f"/nonconformities/{nc}/files")
    page = unit(
        lambda s: files_page(s, cast["responsible"], nonconformity_by_ref(s, cast["responsible"], nc), None, page=1), "read"
    )  # fmt: skip
    assert [(one["id"], one["title"], one["added_by"]["name"], one["action"] or "") for one in listed] == [
        (str(one.file.id), one.file.title, one.added_by, one.action_ref) for one in page.rows
    ]
    held, outside, inside, _whole = listed
    assert (held["address"], held["picture"], held["sha256"]) == ("DMS 4711", False, "")
    for one in listed:
        assert program.get(f"/case-files/{one['id']}").json == one
    with program.get(f"/case-files/{outside['id']}/file") as answer:
        assert sha256(answer.data).hexdigest() == outside["sha256"]
    with (
        program.get(f"/case-files/{outside['id']}/picture") as ours,
        browser.get(f"/nonconformities/files/{outside['id']}/picture") as shown,
    ):
        assert ours.data == shown.data
    assert program.get(f"/case-files/{held['id']}/file").status_code == 404
    contact = program_of(cast["contact_owner"])
    assert [one["id"] for one in items(contact, f"/actions/{theirs}/files")] == [outside["id"]]
    for end in ("", "/file", "/picture"):
        with contact.get(f"/case-files/{outside['id']}{end}") as answer:
            assert answer.status_code == 200
        assert contact.get(f"/case-files/{inside['id']}{end}").status_code == 404
        assert program_of(cast["employee"]).get(f"/case-files/{outside['id']}{end}").status_code == 404
    browser.post(f"/nonconformities/files/{outside['id']}/remove", data={"reason": "A face"})
    assert [one["removal_reason"] for one in items(program, f"/actions/{theirs}/files", removed="true")] == [
        "A face"
    ]
    assert (
        items(contact, f"/actions/{theirs}/files")
        == items(contact, f"/actions/{theirs}/files", removed="true")
        == []
    )
    assert contact.get(f"/case-files/{outside['id']}").status_code == 404
    assert contact.get(f"/nonconformities/{nc}/files").status_code == 403


def test_an_action_with_its_steps_requests_and_tries(unit, cast, refs, program_of):
    def work(session):
        for ref, owner in ((refs[1], "owner"), (refs[2], "contact_owner")):
            action, nc = action_by_ref(session, cast["manager"], ref)
            by = {"actor": cast["responsible"], "at": now(), "action": action}
            actions.set_steps(session, **by, texts=["Call them", "Write it down"])
            actions.ask_extension(
                session, **(by | {"actor": cast[owner]}), wanted_on=action.due_on + timedelta(days=5),
                reason="The survey is late.", impact="None",
            )  # fmt: skip
            session.add(
                Verification(
                    nonconformity_id=nc.id, action_id=action.id, round=1, accepted=False, note="Not yet",
                    sample="Three files", by_id=cast.id_of("verifier"), at=now(),
                )
            )  # fmt: skip

    unit(work)
    whole = program_of(cast["responsible"]).get(f"/actions/{refs[1]}").json
    assert [(one["text"], one["done_at"]) for one in whole["steps"]] == [
        ("Call them", None),
        ("Write it down", None),
    ]
    assert [(one["kind"], one["status"], one["reason"]) for one in whole["requests"]] == [
        ("extension", "open", "The survey is late.")
    ]
    assert [(one["note"], one["sample"], one["by"]["name"]) for one in whole["tries"]] == [
        ("Not yet", "Three files", "Val Verifier")
    ]
    contact = program_of(cast["contact_owner"])
    theirs = contact.get(f"/actions/{refs[2]}").json
    assert [one["text"] for one in theirs["steps"]] == ["Call them", "Write it down"]
    assert [(one["note"], one["sample"], one["by"]) for one in theirs["tries"]] == [("Not yet", "", None)]
    assert len(theirs["requests"]) == 1
    # Handed on: what the one before asked stays in our own house.
    unit(
        lambda s: s.execute(
            sa.update(Action).where(Action.ref == refs[2]).values(owner_id=cast.id_of("contact"))
        )
    )
    assert program_of(cast["contact"]).get(f"/actions/{refs[2]}").json["requests"] == []


def test_causes_and_repeats(unit, cast, refs, program_of):
    def work(session):
        nc = nonconformity_by_ref(session, cast["manager"], refs[0])
        top = session.scalar(sa.select(Cause).where(Cause.nonconformity_id == nc.id))
        session.add(Cause(nonconformity_id=nc.id, text="Because nobody asked", parent_id=top.id))
        earlier = [make_case(session, cast, NcStatus.CLOSED)[0] for _ in range(2)]
        for one in earlier:
            one.raised_at = now() - timedelta(days=90)
        session.flush()
        session.add(
            Repeat(
                nonconformity_id=nc.id, earlier_id=earlier[0].id, note="The same clause",
                linked_by_id=cast.id_of("auditor"), linked_at=now(),
            )
        )  # fmt: skip
        return [one.ref for one in earlier], [one.check.place for one in extent_of(session, nc, round_=1)]

    (linked, other), places = unit(work)
    program = program_of(cast["responsible"])
    found = program.get(f"/nonconformities/{refs[0]}/causes").json
    assert [(one["number"], one["depth"], one["text"], one["root"]) for one in found["whys"]] == [
        ("1", 1, "Nobody was told", True), ("1.1", 2, "Because nobody asked", False)
    ]  # fmt: skip
    assert [one["place"] for one in found["extent"]] == places
    assert len(found["missing"]) == 1  # the cause in a sentence
    manager = program_of(cast["manager"])
    alike = manager.get(f"/nonconformities/{refs[0]}/causes").json["same_cause"]
    assert {one["ref"] for one in alike} == {linked, other}
    repeats = manager.get(f"/nonconformities/{refs[0]}/repeats").json
    assert [(one["ref"], one["note"]) for one in repeats["repeats"]] == [(linked, "The same clause")]
    assert [(one["ref"], one["clauses"], one["category"]) for one in repeats["similar"]] == [
        (other, ["8.2.2"], "information")
    ]
    assert repeats["suggests_major"]
    for end in ("causes", "repeats"):
        assert program_of(cast["employee"]).get(f"/nonconformities/{refs[0]}/{end}").status_code == 404
        assert program_of(cast["contact_owner"]).get(f"/nonconformities/{refs[0]}/{end}").status_code == 403


def test_deadlines(unit, cast, program_of):
    known = unit(lambda s: asdict(policy(s)), "read")
    assert program_of(cast["manager"]).get("/deadlines").json == known
    assert program_of(cast["auditor"]).get("/deadlines").status_code == 403


def test_answers_that_met_what_supports_and_pictures(app, unit, program_of):
    store = app.extensions["auditapp_store"]
    walked = unit(lambda s: make_walked_audit(s, store))
    ref, at = walked.audit.ref, now()

    def meet(session):
        question = walked.questions[0].id
        one = session.get_one(Answer, question)
        one.stamps = {AnswerField.NOTE: [str(walked.leader.person_id), at.isoformat()]}
        for field, other in ((AnswerField.NOTE, "Heard it."), (AnswerField.FLAGGED, True)):
            session.add(
                AnswerConflict(
                    audit_id=walked.audit.id, question_id=question, field=field, kept=getattr(one, field), other=other,
                    other_by_id=walked.auditee.person_id, other_at=at,
                )
            )  # fmt: skip

    unit(meet)
    program = program_of(walked.leader)
    met = {one["field"]: one for one in items(program, f"/audits/{ref}/conflicts")}
    assert {
        field: (one["question"], one["kept"]["value"], one["other"]["value"]) for field, one in met.items()
    } == {
        "note": (walked.questions[0].position, "Read it.", "Heard it."),
        "flagged": (walked.questions[0].position, False, True),
    }
    assert met["note"]["kept"]["by"]["name"] == walked.leader.name
    assert met["note"]["other"]["by"]["name"] == walked.auditee.name
    assert met["flagged"]["kept"]["by"] is None
    pages = unit(
        lambda s: [str(row[0].id) for row in open_conflicts(s, walked.audit.id, page=1).rows], "read"
    )
    assert {one["id"] for one in met.values()} == set(pages)
    unit(lambda s: settle_conflict(
        s, actor=walked.leader, at=now(), audit=s.get(Audit, walked.audit.id), conflict_id=s.scalar(sa.select(AnswerConflict.id).where(AnswerConflict.field == "note")), other=True, seen=0
    ))  # fmt: skip
    assert [one["field"] for one in items(program, f"/audits/{ref}/conflicts")] == ["flagged"]
    settled = items(program, f"/audits/{ref}/conflicts", settled="true")
    assert [(one["chosen"], one["settled_by"]["name"]) for one in settled] == [("other", walked.leader.name)]
    finding = program.get(f"/findings/{ref}-F1").json
    assert [(one["question"], one["result"]) for one in finding["supports"]] == [
        (walked.questions[1].position, "nonconforming")
    ]
    evidence = unit(lambda s: s.scalar(sa.select(Evidence.id)), "read")
    with program.get(f"/audits/{ref}/evidence/{evidence}/picture") as answer:
        assert answer.data == picture()
    stranger = program_of(unit(Cast)["employee"])
    for end in ("conflicts", f"evidence/{evidence}/picture"):
        assert stranger.get(f"/audits/{ref}/{end}").status_code == 404


@pytest.mark.parametrize("what", ["comments", "files"])
def test_as_many_statements_at_any_length(app, unit, cast, program_of, what):
    nc, own, _theirs = unit(lambda s: [one.ref for one in make_case(s, cast, NcStatus.IMPLEMENTING)])
    program, counts = program_of(cast["responsible"]), []

    def more(session):
        action, found = action_by_ref(session, cast["manager"], own)
        for number in range(20):
            if what == "comments":
                comment(
                    session,
                    actor=cast["verifier"],
                    at=now(),
                    nc=found,
                    action=action,
                    text=f"@Rob Responsible {number}",
                )
            else:
                session.add(
                    CaseFile(
                        nonconformity_id=found.id, action_id=action.id, title=f"{number}", address="There",
                        added_by_id=cast.id_of("verifier"), added_at=now(),
                    )
                )  # fmt: skip

    unit(lambda s: comment(s, actor=cast["verifier"], at=now(), nc=s.scalar(sa.select(Nonconformity).where(Nonconformity.ref == nc)), text="@Rob Responsible"))  # fmt: skip
    for _ in range(2):
        unit(more)
        counts.append([statements(app, program, f"{place}/{what}", limit="100") for place in (f"/nonconformities/{nc}", f"/actions/{own}")])  # fmt: skip
    assert counts[0] == counts[1]
    assert max(counts[0]) <= MOST
    assert statements(app, program, f"/actions/{own}") <= MOST + 6
    assert statements(app, program, f"/nonconformities/{nc}/causes") <= MOST
