"""The pages: planning, preparing, holding, issuing; who is let in; how many statements they take."""

from datetime import timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.reports.management_review import service
from auditapp.reports.management_review.queries.store import review_by_ref
from auditapp.reports.management_review.rules import Topic
from tests.factories import make_person
from tests.factories.audits import make_edition
from tests.statements import counted

LIST = "/reports/management-reviews"


@pytest.fixture
def people(unit):
    def work(session):
        make_edition(session)
        return {
            "ada": make_person(session, Role.SYSTEM_MANAGER, name="Ada"),
            "chair": make_person(session, Role.SER, name="Cher"),
            "owner": make_person(session, Role.ACTION_OWNER, name="Olga"),
        }

    return unit(work)


@pytest.fixture
def review(people, unit):
    """The number of a planned review."""
    day = now().date()
    return unit(
        lambda s: service.plan(
            s, actor=people["ada"], at=now(),
            said=service.PlanInput(
                title="The year", planned_on=day, since=day - timedelta(days=365), chair_id=people["chair"].person_id
            ),
        ).ref
    )  # fmt: skip


def plan_form(people, **more):
    day = now().date()
    return {
        "title": "The year", "planned_on": day.isoformat(), "since": (day - timedelta(days=365)).isoformat(),
        "chair": str(people["chair"].person_id), "people": [str(people["owner"].person_id)], "place": "Room 4",
    } | more  # fmt: skip


def test_it_is_planned_and_what_was_typed_stays(client_of, people):
    client = client_of(people["ada"])
    assert LIST in client.get("/reports").text
    assert "No review yet" in client.get(LIST).text
    assert client.get(f"{LIST}/new").status_code == 200
    answer = client.post(f"{LIST}/new", data=plan_form(people, title="", agenda="Keep this text"))
    assert (answer.status_code, "Keep this text" in answer.text, "Give it a name." in answer.text) == (
        422,
        True,
        True,
    )
    late = (now().date() + timedelta(days=5)).isoformat()
    answer = client.post(f"{LIST}/new", data=plan_form(people, since=late))
    assert (answer.status_code, "The period ends with the meeting" in answer.text) == (422, True)
    assert client.post(f"{LIST}/new", data=plan_form(people)).status_code == 302
    assert "The year" in client.get(LIST).text


def test_the_whole_course_on_the_pages(client_of, people, review):
    ada, chair, owner = (client_of(people[name]) for name in ("ada", "chair", "owner"))
    page = f"{LIST}/{review}"
    assert ada.post(f"{page}/notes/context", data={"context-text": "A new law."}).status_code == 302
    pack = ada.get(f"{page}/pack").text
    assert ("A new law." in pack, "Nothing is recorded for this." in pack) == (True, True)
    assert ada.get(f"{page}/minutes").status_code == 404
    held = {"hold-held_on": now().date().isoformat(), "hold-also_present": "A guest"}
    answer = ada.post(f"{page}/hold", data=held)
    assert (answer.status_code, "Say who was there." in answer.text, "A guest" in answer.text) == (
        422,
        True,
        True,
    )
    held["hold-attended"] = str(people["chair"].person_id)
    assert ada.post(f"{page}/hold", data=held).status_code == 302
    assert "As it was when the meeting was recorded" in ada.get(f"{page}/pack").text
    assert ada.get(f"{page}/pack.xlsx").data[:2] == b"PK"
    for topic in Topic:
        ada.post(f"{page}/notes/{topic}", data={f"{topic}-text": "Looked at."})
    assert "Before they can be issued" in ada.get(page).text
    answer = ada.post(f"{page}/decisions", data={"decision-kind": "resources", "decision-text": ""})
    assert (answer.status_code, "Say what was decided." in answer.text) == (422, True)
    ada.post(f"{page}/decisions", data={"decision-kind": "resources", "decision-text": "One more auditor."})
    act = {
        "action-title": "Find one",
        "action-owner": str(people["owner"].person_id),
        "action-due_on": "2020-01-01",
    }
    answer = ada.post(f"{page}/actions", data=act)
    assert (
        answer.status_code,
        "cannot be due before the meeting" in answer.text,
        "Find one" in answer.text,
    ) == (422, True, True)
    act["action-due_on"] = (now().date() + timedelta(days=9)).isoformat()
    assert ada.post(f"{page}/actions", data=act).status_code == 302
    answer = ada.post(f"{page}/conclusion", data={"conclusion-text": "It works.", "conclusion-version": "99"})
    assert (answer.status_code, "It works." in answer.text) == (409, True)
    version = "conclusion-version"
    answer = ada.get(page).text
    current = answer.split(f'name="{version}"')[1].split('value="')[1].split('"')[0]
    assert (
        ada.post(f"{page}/conclusion", data={"conclusion-text": "It works.", version: current}).status_code
        == 302
    )
    assert "Draft minutes" in ada.get(f"{page}/minutes").text
    assert chair.post(f"{page}/issue").status_code == 302
    minutes = chair.get(f"{page}/minutes").text
    assert all(one in minutes for one in ("as it was issued", "One more auditor.", "Find one", "It works."))
    assert chair.get(f"{page}/minutes.docx?issue=1").data[:2] == b"PK"
    assert ada.post(f"{page}/correct", data={"correct-note": ""}).status_code == 422
    assert ada.post(f"{page}/correct", data={"correct-note": "A slip."}).status_code == 302
    assert ada.post(f"{page}/issue").status_code == 302
    assert "A slip." in ada.get(f"{page}/minutes").text
    assert "A later issue replaces this one" in ada.get(f"{page}/minutes?issue=1").text
    assert ada.get(f"{page}/minutes?issue=7").status_code == 404
    own = f"/reports/management-review-actions/{review}-A1"
    assert owner.get(page).status_code == 404
    assert owner.get(own).status_code == 200
    assert f"{review}-A1" in owner.get("/").text  # what they owe stands on their home page
    answer = owner.post(f"{own}/done", data={"done-note": "", "done-evidence": "DOC-7"})
    assert (answer.status_code, "DOC-7" in answer.text) == (422, True)
    assert (
        owner.post(f"{own}/done", data={"done-note": "Found.", "done-evidence": "DOC-7"}).status_code == 302
    )
    assert owner.post(f"{own}/reopen", data={"reopen-note": "No."}).status_code == 403
    assert chair.post(f"{own}/reopen", data={"reopen-note": "He left."}).status_code == 302
    assert chair.post(f"{own}/drop", data={"drop-note": ""}).status_code == 422


def test_who_is_let_in(client_of, unit, people, review):
    auditor = client_of(unit(lambda s: make_person(s, Role.AUDITOR)))
    contact = client_of(unit(lambda s: make_person(s, Role.PARTNER_CONTACT)))
    outsider = client_of(people["owner"])
    for page in (LIST, f"{LIST}/{review}", f"{LIST}/{review}/pack"):
        assert auditor.get(page).status_code == 200
        assert contact.get(page).status_code == 403
    assert outsider.get(f"{LIST}/{review}/pack").status_code == 404
    assert review not in outsider.get(LIST).text
    assert auditor.get(f"{LIST}/new").status_code == 404
    assert auditor.post(f"{LIST}/{review}/cancel", data={"cancel-note": "x"}).status_code == 403
    assert "Cancel" not in auditor.get(f"{LIST}/{review}").text
    assert contact.post(f"{LIST}/{review}/issue").status_code == 403


def test_it_is_changed_and_cancelled(client_of, people, review):
    client = client_of(people["ada"])
    page = f"{LIST}/{review}"
    form = plan_form(people, title="Another name")
    assert client.post(f"{page}/edit", data=form).status_code == 409
    assert client.post(f"{page}/edit", data=form | {"version": "1"}).status_code == 302
    assert "Another name" in client.get(page).text
    assert client.post(f"{page}/cancel", data={"cancel-note": ""}).status_code == 422
    assert client.post(f"{page}/cancel", data={"cancel-note": "She is ill."}).status_code == 302
    assert "She is ill." in client.get(page).text
    answer = client.post(
        f"{page}/hold", data={"hold-held_on": now().date().isoformat(), "hold-also_present": "A guest"}
    )
    assert (answer.status_code, "A guest" in answer.text) == (409, True)
    assert client.get(f"{page}/pack").status_code == 404


def test_the_pages_ask_a_fixed_number_of_statements(app, client_of, unit, people, review):
    client = client_of(people["ada"])
    page = f"{LIST}/{review}"
    client.get(page)

    def both():
        found = []
        for address in (LIST, page):
            with app.app_context(), counted(db.engine) as said:
                assert client.get(address).status_code == 200
            found.append(len(said))
        return found

    few = both()
    common = {"actor": people["ada"], "at": now()}
    day = now().date()

    def more(session):
        one = review_by_ref(session, people["ada"], review)
        service.hold(session, review=one, held_on=day, attended=[people["chair"].person_id], **common)
        for number in range(9):
            service.ask(
                session,
                review=one,
                title=f"Do {number}",
                owner=people["owner"].person_id,
                due_on=day,
                **common,
            )

    unit(more)
    many = both()
    assert many[0] <= few[0] <= 10
    assert many[1] <= few[1] + 2 <= 22
