"""The pages of actions: what each reader sees, what each may send."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from auditapp.findings.model import Action, ActionRequest, ActionStep, CaseFile, Nonconformity
from auditapp.findings.rules.action import ActionStatus, RequestStatus
from auditapp.findings.rules.nonconformity import NcStatus
from tests.factories.nonconformities import make_action
from tests.findings.actions.conftest import IN_TWO_WEEKS, make_scene

SECRETS = (
    "The plan calls for a review",
    "No review of the joint plan",
    "Vera Verifier",
    "Mara Manager",
    "Olga Other",
)


def scene_of(unit, *, owner="owner", **more):
    """A committed scene whose action belongs to somebody."""

    def make(session):
        scene = make_scene(session, **more)
        scene.action.owner_id = scene[owner].person_id
        if owner == "contact":
            scene.action.deputy_id = None
        session.flush()
        session.expunge_all()
        return scene

    return unit(make)


def fresh(unit, scene):
    return unit(lambda s: s.get_one(Action, scene.action.id).status, "read")


def test_the_owner_does_it_from_the_list_with_one_step_each(unit, client_of):
    scene = scene_of(unit)
    browser = client_of(scene["owner"])
    ref = scene.action.ref
    assert "Accept" in browser.get("/actions/mine").text
    answer = browser.post(f"/actions/{ref}/accept", data={"back": "mine"})
    assert answer.location == "/actions/mine"
    browser.post(f"/actions/{ref}/start")
    assert browser.get(f"/actions/{ref}/finish").status_code == 200
    assert browser.post(f"/actions/{ref}/finish", data={"result": ""}).status_code == 422
    browser.post(
        f"/actions/{ref}/finish",
        data={"result": "It stands there.", "files": (BytesIO(b"%PDF-1.4\n%%EOF"), "minutes.pdf")},
    )
    assert fresh(unit, scene) is ActionStatus.DONE
    assert unit(lambda s: s.scalar(sa.select(CaseFile.file_name)), "read") == "minutes.pdf"
    page = browser.get(f"/actions/{ref}")
    assert page.status_code == 200
    assert "Vera Verifier looks at what was done" in page.text


@pytest.mark.parametrize(
    ("page", "data", "kind"),
    [
        ("more-time", {"wanted_on": (IN_TWO_WEEKS + timedelta(days=5)).isoformat(), "reason": "Full.", "impact": "None."}, "extension"),
        ("cannot", {"reason": "No access."}, "cant_do"),
        ("not-mine", {"reason": "Not my team."}, "not_mine"),
        ("cancel", {"reason": "Done elsewhere."}, "cancel"),
    ],
)  # fmt: skip
def test_asking_shows_who_decides_and_is_decided(unit, client_of, page, data, kind):
    scene = scene_of(unit)
    owner, manager = client_of(scene["owner"]), client_of(scene["manager"])
    address = f"/actions/{scene.action.ref}"
    assert owner.get(f"{address}/{page}").status_code == 200
    assert owner.post(f"{address}/{page}", data={}).status_code == 422
    assert owner.post(f"{address}/{page}", data=data).status_code == 302
    assert "It is decided by" in owner.get(address).text
    assert owner.get(f"{address}/decide").status_code == 403
    assert scene.action.ref in manager.get("/actions/mine").text
    shown = manager.get(f"{address}/decide")
    assert shown.status_code == 200
    assert ("It moves by 5 days" in shown.text) == (kind == "extension")
    assert manager.post(f"{address}/decide", data={"granted": "no"}).status_code == 422
    given = {"granted": "no", "decision": "Please go on."}
    assert manager.post(f"{address}/decide", data=given).status_code == 302
    status = unit(lambda s: s.scalar(sa.select(ActionRequest.status)), "read")
    assert status is RequestStatus.REFUSED
    assert "Please go on." in owner.get(address).text


def test_an_action_is_proposed_and_changed(unit, client_of):
    scene = scene_of(unit, nc_status=NcStatus.PLANNING)
    browser = client_of(scene["responsible"])
    address = f"/nonconformities/{scene.nc.ref}/actions/new"
    page = browser.get(address)
    assert page.status_code == 200
    assert "Withy Works" in page.text
    assert browser.post(address, data={}).status_code == 422
    values = {
        "title": "Name a secretary",
        "kind": "corrective",
        "owner_id": str(scene["contact"].person_id),
        "due_on": IN_TWO_WEEKS.isoformat(),
        "steps": "Ask\nName",
    }
    wrong = values | {"deputy_id": values["owner_id"]}
    assert browser.post(address, data=wrong).status_code == 422
    assert browser.post(address, data=values).status_code == 302
    made = f"/actions/{scene.nc.ref}-A2"
    for page in ("", "/edit", "/reassign", "/steps"):
        assert browser.get(made + page).status_code == 200, page
    assert browser.post(made + "/edit", data=values | {"title": "Name two"}).status_code == 302
    given = {"owner_id": str(scene["other"].person_id), "reason": "Knows it."}
    assert browser.post(made + "/reassign", data=given).status_code == 302
    assert browser.post(made + "/steps", data={"steps": "Ask"}).status_code == 302
    assert client_of(scene["viewer"]).get(address).status_code == 403
    verifier = client_of(scene["verifier"])
    due = {"due_on": (IN_TWO_WEEKS + timedelta(days=2)).isoformat(), "reason": "Holiday."}
    assert verifier.get(made + "/due").status_code == 200
    assert verifier.post(made + "/due", data=due).status_code == 302


def test_steps_are_ticked_with_one_tap(unit, client_of):
    scene = scene_of(unit)
    browser = client_of(scene["owner"])
    address = f"/actions/{scene.action.ref}"
    browser.post(f"{address}/steps", data={"steps": "Call\nWrite"})
    step = unit(lambda s: s.scalar(sa.select(ActionStep.id).where(ActionStep.position == 0)), "read")
    assert browser.post(f"{address}/steps/{step}", data={"done": "yes"}).status_code == 302
    assert "1 of 2" in browser.get(address).text


def test_a_contact_does_the_action_and_sees_nothing_else(unit, client_of):
    scene = scene_of(unit, owner="contact")
    other = unit(
        lambda s: make_action(s, s.get_one(Nonconformity, scene.nc.id), scene["other"].person_id).ref
    )
    browser = client_of(scene["contact"])
    address = f"/actions/{scene.action.ref}"
    for page in (
        "/actions/mine",
        address,
        f"{address}/more-time",
        f"{address}/not-mine",
        f"{address}/cannot",
    ):
        shown = browser.get(page)
        assert shown.status_code == 200, page
        assert not [secret for secret in SECRETS if secret in shown.text], page
        assert f"/nonconformities/{scene.nc.ref}" not in shown.text, page
    for page in (
        f"/nonconformities/{scene.nc.ref}",
        "/nonconformities/",
        "/nonconformities/board",
        "/actions/",
        f"/nonconformities/{scene.nc.ref}/actions/new",
        f"{address}/edit",
        f"{address}/decide",
        f"{address}/reassign",
        f"{address}/due",
        f"/actions/{other}",
        f"/actions/{other}/finish",
        f"/search?q={scene.nc.ref}",
    ):
        shown = browser.get(page)
        assert shown.status_code in {403, 404} or "search" in page, page
        assert not [secret for secret in SECRETS if secret in shown.text], page
    for verb in ("accept", "start", "resume", "take-back"):
        assert browser.post(f"/actions/{other}/{verb}").status_code == 404
    for verb in ("edit", "decide", "reassign", "due"):
        assert browser.post(f"{address}/{verb}", data={"granted": "yes"}).status_code in {403, 404}
    assert browser.post(f"{address}/accept").status_code == 302
    assert browser.post(f"{address}/start").status_code == 302
    assert browser.post(f"{address}/finish", data={"result": "Written."}).status_code == 302
    assert fresh(unit, scene) is ActionStatus.DONE
    assert not [secret for secret in SECRETS if secret in browser.get(address).text]


def test_somebody_of_another_partner_finds_nothing(unit, client_of):
    scene = scene_of(unit)
    browser = client_of(scene["stranger"])
    assert browser.get(f"/actions/{scene.action.ref}").status_code == 404
    assert scene.action.ref not in browser.get("/actions/mine").text


def test_the_list_takes_as_many_statements_for_one_as_for_many(app, unit, client_of):
    scene = scene_of(unit)
    browser = client_of(scene["owner"])
    seen = []

    def count():
        statements = []
        with app.app_context():
            engine = unit(lambda s: s.get_bind(), "read")
        listen = lambda *args: statements.append(args[2])  # noqa: E731 - removed again below
        sa.event.listen(engine, "before_cursor_execute", listen)
        assert browser.get("/actions/mine").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listen)
        seen.append(len(statements))

    count()
    unit(
        lambda s: [
            make_action(s, s.get_one(Nonconformity, scene.nc.id), scene["owner"].person_id) for _ in range(30)
        ]
    )
    count()
    assert seen[1] <= seen[0] + 1
