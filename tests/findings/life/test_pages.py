"""The pages of the steps: who may is decided first, what was typed stays, and a word says whose turn it is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.findings.life.rules import OFFERS
from auditapp.findings.model import Cause, Dispute, EffectivenessCheck, Nonconformity
from auditapp.findings.queries import policy
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus, Source
from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_action, make_nonconformity

S = NcStatus
LATER = (now() + timedelta(days=60)).date().isoformat()


class Stage:
    """People, browsers and one nonconformity in a state."""

    def __init__(self, unit, client_of):
        self.unit, self.client_of = unit, client_of
        self.people = unit(
            lambda s: {
                "manager": make_person(s, Role.PROGRAMME_MANAGER, name="Mara Manager"),
                "auditor": make_person(s, Role.AUDITOR, name="Anton Auditor"),
                "responsible": make_person(s, Role.ACTION_OWNER, name="Rita Responsible"),
                "verifier": make_person(s, Role.AUDITOR, name="Vera Verifier"),
                "viewer": make_person(s, Role.VIEWER, name="Vic Viewer"),
                "partner": make_person(s, Role.PARTNER_CONTACT, name="Pia Partner"),
            }
        )
        self.browsers = {}

    def id(self, who):
        return self.people[who].person_id

    def as_(self, who):
        if who not in self.browsers:
            self.browsers[who] = self.client_of(self.people[who])
        return self.browsers[who]

    def put(self, status, prepare=None, **more):
        def make(session):
            values = (
                {}
                if status is S.DRAFT
                else {
                    "responsible_id": self.id("responsible"),
                    "verifier_id": self.id("verifier"),
                    "issued_by_id": self.id("auditor"),
                    "issued_at": now(),
                }
            )
            nc = make_nonconformity(session, self.people["auditor"], status=status, **(values | more))
            if prepare is not None:
                prepare(session, nc)
            return nc.ref

        return self.unit(make)

    def read(self, ref, *names):
        def look(session):
            nc = session.scalars(sa.select(Nonconformity).where(Nonconformity.ref == ref)).one()
            return tuple(getattr(nc, name) for name in names)

        return self.unit(look, "read")


@pytest.fixture
def stage(unit, client_of):
    return Stage(unit, client_of)


def disputed(session, nc):
    session.add(
        Dispute(
            nonconformity_id=nc.id, view="It was agreed.", raised_by_id=nc.responsible_id, raised_at=now()
        )
    )


def planned(session, nc):
    nc.cause_done_at = now()
    session.add(Cause(nonconformity_id=nc.id, text="Nobody owned the calendar", root=True))
    make_action(session, nc, nc.responsible_id)
    session.add(
        EffectivenessCheck(
            nonconformity_id=nc.id, round=1, criteria="Three reviews", not_before=now().date() + timedelta(9)
        )
    )


def done(session, nc):
    make_action(session, nc, nc.responsible_id, status=ActionStatus.DONE)


def decided(session, nc):
    session.add(
        Dispute(
            nonconformity_id=nc.id,
            view="It was agreed.",
            raised_by_id=nc.responsible_id,
            raised_at=now(),
            outcome="upheld",
            decision="It stands.",
        )
    )


# page, who, status, what stands there, the form (a function of the stage), the status afterwards
STEPS = [
    ("acknowledge", "responsible", S.ISSUED, None, {}, S.CONTAINMENT),
    ("dispute", "responsible", S.ISSUED, None, {"view": "It was agreed."}, S.DISPUTED),
    ("answer-dispute", "verifier", S.DISPUTED, disputed, {"answer": "It was not."}, S.DISPUTED),
    ("concede", "responsible", S.DISPUTED, disputed, {}, S.CONTAINMENT),
    ("decide", "manager", S.DISPUTED, disputed, {"outcome": "stands", "decision": "So."}, S.CONTAINMENT),
    ("decide", "manager", S.DISPUTED, disputed, {"outcome": "other_grade", "decision": "So."}, S.CONTAINMENT),
    ("decide", "manager", S.DISPUTED, disputed, {"outcome": "falls", "decision": "So."}, S.WITHDRAWN),
    ("maintain", "responsible", S.CAUSE, decided, {"view": "Still agreed."}, S.CAUSE),
    ("contain", "responsible", S.CONTAINMENT, None, {"correction": "Held."}, S.CAUSE),
    ("criteria", "responsible", S.CAUSE, None, {"criteria": "Three", "not_before": LATER}, S.CAUSE),
    ("submit-plan", "responsible", S.PLANNING, planned, {}, S.PLAN_SUBMITTED),
    ("accept-plan", "verifier", S.PLAN_SUBMITTED, planned, {"note": ""}, S.IMPLEMENTING),
    ("return-plan", "verifier", S.PLAN_SUBMITTED, planned, {"reason": "More."}, S.PLAN_RETURNED),
    ("revise-plan", "responsible", S.IMPLEMENTING, planned, {"reason": "Changed."}, S.PLANNING),
    ("submit-work", "responsible", S.IMPLEMENTING, done, {"note": "Look."}, S.VERIFICATION),
    ("withdraw", "manager", S.CAUSE, None, {"reason": "Twice."}, S.WITHDRAWN),
    ("regrade", "verifier", S.CAUSE, None, {"grade": "major", "reason": "Again."}, S.CAUSE),
    ("reopen", "verifier", S.CLOSED, None, {"reason": "It came back."}, S.CAUSE),
]
POSTED = {"acknowledge", "concede"}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[0])
def test_a_step_is_shown_and_done(stage, step):
    page, who, status, prepare, form, after = step
    ref = stage.put(status, prepare)
    address = f"/nonconformities/{ref}/{page}"
    browser = stage.as_(who)
    if page not in POSTED:
        shown = browser.get(address)
        assert shown.status_code == 200
        assert ref in shown.text
    (version,) = stage.read(ref, "version")
    answer = browser.post(address, data={**form, "version": version})
    assert answer.status_code == 302, answer.text
    assert answer.location.endswith(f"/nonconformities/{ref}")
    assert stage.read(ref, "status") == (after,)
    if page not in POSTED and after is not status:
        assert browser.get(address).status_code in {403, 409}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[0])
def test_who_may_not_is_refused_before_the_form_is_read(stage, step):
    page, _, status, prepare, _, _ = step
    ref = stage.put(status, prepare)
    address = f"/nonconformities/{ref}/{page}"
    for other, code in (("viewer", 403), ("partner", 403)):
        assert stage.as_(other).post(address, data={}).status_code == code
        if page not in POSTED:
            assert stage.as_(other).get(address).status_code == code
    assert stage.read(ref, "status") == (status,)
    assert stage.unit(lambda s: s.scalars(sa.select(Fact)).all(), "read") == []


@pytest.mark.parametrize(
    "case",
    [
        ("dispute", "responsible", S.ISSUED, None, {"view": ""}, "Say how you see it."),
        ("contain", "responsible", S.CONTAINMENT, None, {}, "None needed"),
        ("decide", "manager", S.DISPUTED, disputed, {"decision": "My long reason"}, "My long reason"),
        ("withdraw", "manager", S.CAUSE, None, {"reason": " "}, "Say why"),
        ("regrade", "verifier", S.CAUSE, None, {"grade": "minor", "reason": "Kept words"}, "Kept words"),
        (
            "criteria",
            "responsible",
            S.CAUSE,
            None,
            {"criteria": "Kept", "not_before": "2020-01-01"},
            "after today",
        ),
        ("submit-plan", "responsible", S.PLANNING, None, {}, "a root cause"),
        ("submit-work", "responsible", S.IMPLEMENTING, planned, {"note": "Kept"}, "are not done"),
    ],
)
def test_what_was_typed_stays(stage, case):
    page, who, status, prepare, form, says = case
    ref = stage.put(status, prepare)
    answer = stage.as_(who).post(f"/nonconformities/{ref}/{page}", data=form)
    assert answer.status_code in {409, 422}
    assert says in answer.text
    assert stage.read(ref, "status") == (status,)


def test_issuing_a_draft(stage):
    relationship_id = stage.unit(
        lambda s: make_relationship(s, manager_id=stage.id("responsible"), ser_id=stage.id("auditor")).id
    )
    ref = stage.put(S.DRAFT, relationship_id=relationship_id)
    browser = stage.as_("manager")
    page = browser.get(f"/nonconformities/{ref}/issue").text
    assert "Anton Auditor – not independent" in page
    assert "Vera Verifier – independent" in page
    form = {
        "grade": "major",
        "responsible_id": stage.id("responsible"),
        "deputy_id": "",
        "verifier_id": stage.id("auditor"),
        "reviewer_id": "",
    }
    refused = browser.post(f"/nonconformities/{ref}/issue", data=form)
    assert refused.status_code == 409
    assert "is not independent here" in refused.text
    form |= {"verifier_reason": "Nobody else", "reviewer_id": stage.id("verifier")}
    assert browser.post(f"/nonconformities/{ref}/issue", data=form).status_code == 302
    assert stage.read(ref, "status", "verifier_reason") == (S.ISSUED, "Nobody else")


def test_naming_somebody_else(stage):
    ref = stage.put(S.CAUSE)
    browser = stage.as_("manager")
    form = {"responsible_id": stage.id("verifier"), "deputy_id": "", "reason": "She left."}
    assert browser.post(f"/nonconformities/{ref}/reassign", data=form).status_code == 409
    form["responsible_id"] = stage.id("viewer")
    assert browser.post(f"/nonconformities/{ref}/reassign", data=form).status_code == 302
    assert stage.read(ref, "responsible_id") == (stage.id("viewer"),)


def test_the_reply_to_a_certification_body(stage):
    ref = stage.put(S.CAUSE, source=Source.CERTIFICATION_BODY, body_name="Body", body_ref="CB-7")
    browser = stage.as_("responsible")
    assert "CB-7" in browser.get(f"/nonconformities/{ref}/reply").text
    today = now().date().isoformat()
    assert browser.post(f"/nonconformities/{ref}/reply", data={"replied_on": today}).status_code == 302


def test_a_stale_page_keeps_what_was_typed(stage):
    ref = stage.put(S.CAUSE)
    answer = stage.as_("verifier").post(
        f"/nonconformities/{ref}/regrade", data={"grade": "major", "reason": "My words", "version": 0}
    )
    assert answer.status_code == 409
    assert "My words" in answer.text


def test_deadlines_are_figures_to_choose(stage, unit):
    assert stage.as_("responsible").get("/nonconformities/deadlines").status_code == 403
    browser = stage.as_("manager")
    page = browser.get("/nonconformities/deadlines")
    assert page.status_code == 200
    figures = unit(lambda s: policy(s).to_json(), "read")
    wrong = browser.post("/nonconformities/deadlines", data=figures | {"verify_days": 0})
    assert wrong.status_code == 422
    assert "from 1 to 365" in wrong.text
    assert browser.post("/nonconformities/deadlines", data=figures | {"verify_days": 7}).status_code == 302
    assert unit(lambda s: policy(s).verify_days, "read") == 7


def test_every_step_that_is_offered_has_its_page(app):
    assert [one.endpoint for one in OFFERS.values() if one.endpoint not in app.view_functions] == []
