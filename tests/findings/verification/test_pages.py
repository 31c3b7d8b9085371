"""Verification as somebody with a browser does it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.verification.queries import check_of
from auditapp.kit.clock import now
from auditapp.kit.db import db
from tests.factories.nonconformities import Cast, make_action, make_case

S, A = NcStatus, ActionStatus


@pytest.fixture
def cast(unit):
    return unit(Cast)


@pytest.fixture
def case(unit, cast):
    """Make a case in a status; gives the numbers of the nonconformity and its first action."""

    def make(status, **more):
        def work(session):
            nc, action, _ = make_case(session, cast, status, **more)
            return nc.ref, action.ref

        return unit(work)

    return make


def nc_status(unit, ref):
    return unit(lambda s: s.scalar(sa.select(Nonconformity.status).where(Nonconformity.ref == ref)), "read")


def action_status(unit, ref):
    return unit(lambda s: s.scalar(sa.select(Action.status).where(Action.ref == ref)), "read")


def test_an_action_is_looked_at_and_verified_or_returned(unit, cast, case, client_of):
    _ref, action = case(S.IMPLEMENTING, actions=A.DONE)
    browser = client_of(cast["verifier"])
    page = browser.get(f"/actions/{action}/verify").text
    assert "Put in." in page
    assert "Evidence wanted" in page
    assert f"/actions/{action}/return" in page
    told = browser.post(f"/actions/{action}/return", data={"reason": ""})
    assert told.status_code == 422
    assert "still missing" in told.text
    assert browser.post(f"/actions/{action}/return", data={"reason": "No date."}).status_code == 302
    assert action_status(unit, action) is A.RETURNED
    assert browser.get(f"/actions/{action}/verify").status_code == 409
    _ref, other = case(S.IMPLEMENTING, actions=A.DONE)
    sent = browser.post(f"/actions/{other}/verify", data={"sample": "2 of 4", "version": "1"})
    assert sent.status_code == 302
    assert action_status(unit, other) is A.VERIFIED
    assert "2 of 4" in browser.get(f"/actions/{other}/reopen").text
    assert browser.post(f"/actions/{other}/reopen", data={"reason": "Came back"}).status_code == 302
    assert action_status(unit, other) is A.RETURNED


@pytest.mark.parametrize("who", ["owner", "responsible", "viewer", "contact_owner", "employee"])
def test_who_may_not_is_refused_before_the_form_is_looked_at(unit, cast, case, client_of, who):
    ref, action = case(S.VERIFICATION, actions=A.DONE)
    browser = client_of(cast[who])
    for address in (
        *(f"/actions/{action}/{verb}" for verb in ("verify", "return", "reopen")),
        *(f"/nonconformities/{ref}/{verb}" for verb in ("verify", "return-work", "check-effect", "verifier")),
    ):
        for reply in (browser.get(address), browser.post(address, data={})):
            assert reply.status_code in {403, 404}, (address, reply.status_code)
    assert nc_status(unit, ref) is S.VERIFICATION


def test_the_whole_work_is_verified_in_one_list(unit, cast, case, client_of):
    ref, action = case(S.VERIFICATION)
    browser = client_of(cast["verifier"])
    page = browser.get(f"/nonconformities/{ref}/verify").text
    assert action in page
    assert "Two reviews in a row" in page
    empty = browser.post(f"/nonconformities/{ref}/verify", data={"note": "", "sample": ""})
    assert empty.status_code == 422
    assert browser.get(f"/nonconformities/{ref}/return-work").status_code == 200
    sent = browser.post(f"/nonconformities/{ref}/verify", data={"note": "Seen.", "sample": "2 of 4"})
    assert sent.status_code == 302
    assert nc_status(unit, ref) is S.EFFECTIVENESS


def test_what_is_open_is_said_and_what_was_typed_stays(unit, cast, case, client_of):
    ref, action = case(S.VERIFICATION, actions=A.DONE)
    browser = client_of(cast["verifier"])
    assert f"{action}/verify?from=work" in browser.get(f"/nonconformities/{ref}/verify").text
    told = browser.post(f"/nonconformities/{ref}/verify", data={"note": "Typed words", "sample": "All"})
    assert told.status_code == 409
    assert action in told.text
    assert "Typed words" in told.text
    back = browser.post(f"/actions/{action}/verify?from=work", data={})
    assert back.location.endswith(f"/nonconformities/{ref}/verify#{action}")


@pytest.mark.parametrize(("answer", "status"), [("effective", S.CLOSED), ("not_effective", S.CAUSE)])
def test_the_effect_is_judged_by_one_of_two_buttons(  # noqa: PLR0917 - fixtures
    unit, cast, case, client_of, answer, status
):
    ref, _action = case(S.EFFECTIVENESS)
    browser = client_of(cast["verifier"])
    page = browser.get(f"/nonconformities/{ref}/check-effect").text
    assert "Two reviews in a row are on record." in page
    assert 'value="effective"' in page
    url = f"/nonconformities/{ref}/check-effect"
    assert browser.post(url, data={"result": answer, "note": ""}).status_code == 422
    assert browser.post(url, data={"note": "No button"}).status_code == 422
    assert nc_status(unit, ref) is S.EFFECTIVENESS
    assert browser.post(url, data={"result": answer, "note": "Looked."}).status_code == 302
    assert nc_status(unit, ref) is status


def test_before_its_day_there_are_no_buttons(unit, cast, case, client_of):
    ref, _action = case(S.EFFECTIVENESS)
    day = now().date() + timedelta(days=3)

    def later(session):
        nc = session.scalars(sa.select(Nonconformity).where(Nonconformity.ref == ref)).one()
        check_of(session, nc).not_before = day

    unit(later)
    browser = client_of(cast["verifier"])
    assert 'value="effective"' not in browser.get(f"/nonconformities/{ref}/check-effect").text
    told = browser.post(
        f"/nonconformities/{ref}/check-effect", data={"result": "effective", "note": "Too early"}
    )
    assert told.status_code == 409
    assert nc_status(unit, ref) is S.EFFECTIVENESS


def test_a_verifier_is_chosen_among_the_able(unit, cast, case, client_of):
    ref, _action = case(S.CAUSE)
    browser = client_of(cast["manager"])
    page = browser.get(f"/nonconformities/{ref}/verifier").text
    assert "Aud Auditor" in page
    wanted = str(cast.id_of("auditor"))
    assert browser.post(f"/nonconformities/{ref}/verifier", data={"verifier_id": ""}).status_code == 422
    assert browser.post(f"/nonconformities/{ref}/verifier", data={"verifier_id": wanted}).status_code == 302
    found = unit(lambda s: s.scalar(sa.select(Nonconformity.verifier_id).where(Nonconformity.ref == ref)))
    assert found == cast.id_of("auditor")


def test_statements_do_not_grow_with_the_actions(app, unit, cast, case, client_of):
    ref, _action = case(S.VERIFICATION)
    browser = client_of(cast["verifier"])

    def count():
        seen = []

        def note(_connection, _cursor, statement, *_):
            seen.append(statement)

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            assert browser.get(f"/nonconformities/{ref}/verify").status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    few = count()

    def more(session):
        nc = session.scalars(sa.select(Nonconformity).where(Nonconformity.ref == ref)).one()
        for _ in range(30):
            make_action(session, nc, cast.id_of("owner"), status=A.VERIFIED)

    unit(more)
    assert count() == few
