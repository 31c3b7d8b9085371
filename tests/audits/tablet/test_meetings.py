"""Opening and closing on tablets: what waits, what holds the audit up, whose reason lets it go; and who may at all."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.devices.model import Copy, Operation
from auditapp.audits.execution.devices.queries import holding
from auditapp.audits.execution.devices.rules import HoldReason
from auditapp.audits.execution.model import Meeting
from auditapp.audits.execution.rules import MeetingKind
from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from auditapp.trail.service import verify
from tests.audits.execution.conftest import make_cast
from tests.audits.tablet.protocol import FETCH, Tab, count, jpeg, put
from tests.factories import make_person

CLOSING = {"participants": "All", "notes": "", "override": ""}


@pytest.fixture
def cast(unit):
    return unit(lambda s: make_cast(s, limit=4))


@pytest.fixture
def tab():
    return Tab()


def test_answers_before_the_opening_meeting_and_the_closing_gate(unit, client_of, tab):
    cast = unit(lambda s: make_cast(s, opened=False))
    leader, auditor = client_of(cast.leader), client_of(cast.auditor)
    other = Tab("iPad of Lea")
    walk = leader.get(f"/audits/{cast.ref}/walk").text  # the questions as they will be
    question = walk.split('data-q="')[1].split('"')[0]
    held_at = (now() - timedelta(minutes=20)).isoformat()
    body = {"field": "note", "value": "early", "known": "", "after": None}
    answer = tab.write(cast, cast.auditor, "answer", {"question": question, **body})
    assert tab.one(auditor, cast.ref, answer)["state"] == "waiting"
    opening = other.write(
        cast, cast.leader, "opening", {"held_at": held_at, "participants": "All", "notes": ""}
    )
    again = other.write(
        cast, cast.leader, "opening", {"held_at": held_at, "participants": "All", "notes": ""}
    )
    assert [one["state"] for one in other.bring(leader, cast.ref)] == ["applied", "same"]
    assert again
    assert opening
    assert tab.one(auditor, cast.ref, answer)["state"] == "applied"
    # The auditor's tablet says that three more and a photo are on it.
    oldest = (now() - timedelta(minutes=5)).isoformat()
    tab.bring(auditor, cast.ref, [], unsent=3, photos=1, oldest=oldest, departed=True)
    (held,) = unit(lambda s: holding(s, cast.audit_id))
    assert (held.reason, held.unsent, held.photos, held.device, held.person) == (
        HoldReason.UNSENT, 3, 1, "iPad of Aud", "Aud Auditor",
    )  # fmt: skip
    moment = (now() - timedelta(minutes=1)).isoformat()
    pen = [{"name": "Ede Auditee", "strokes": [], "at": moment}]
    closing = other.write(cast, cast.leader, "closing", {**CLOSING, "held_at": moment, "signatures": pen})
    waits = other.one(leader, cast.ref, closing)
    assert waits["state"] == "waiting"
    assert "iPad of Aud of Aud Auditor holds 3 answers and 1 photos" in waits["why"]
    page = leader.post(
        f"/audits/{cast.ref}/closing/meeting",
        data={"held_at": "2026-03-02T10:00", "participants": "All", "override": ""},
    )
    assert page.status_code == 422
    assert "iPad of Aud" in page.text
    # Empty and heard of, but departed: still away; heard of again with work done, it is back.
    tab.bring(auditor, cast.ref, [], unsent=0)
    away = {one.device: one.reason for one in unit(lambda s: holding(s, cast.audit_id))}
    assert away == {"iPad of Aud": HoldReason.AWAY, "iPad of Lea": HoldReason.UNSENT}
    reason = "The tablet fell into the dock"
    over = other.write(
        cast, cast.leader, "closing", {**CLOSING, "held_at": moment, "signatures": pen, "override": reason}
    )
    assert other.one(leader, cast.ref, over)["state"] == "applied"
    assert other.one(leader, cast.ref, closing)["state"] == "same"
    # Recorded by two: other words, or somebody who signed only there, are not lost without a word.
    for more in (
        {"notes": "The partner was thanked"},
        {"signatures": [*pen, {**pen[0], "name": "Vi Viewer"}]},
    ):
        twice = other.write(
            cast, cast.leader, "closing", {**CLOSING, "held_at": moment, "signatures": pen, **more}
        )
        receipt = other.one(leader, cast.ref, twice)
        assert receipt["state"] == "refused"
        assert "recorded somewhere else first" in receipt["why"]
    page = leader.get(f"/audits/{cast.ref}/tablets").text
    assert "The partner was thanked" in page
    assert "Vi Viewer" in page
    fact = unit(lambda s: s.scalars(sa.select(Fact).where(Fact.verb == "audit.closed_over_unsent")).one())
    after = json.loads(fact.after)
    assert after["reason"] == reason
    assert [one["device"] for one in after["unsent"]] == ["iPad of Aud"]
    meeting = unit(lambda s: s.get(Meeting, (cast.audit_id, MeetingKind.CLOSING)))
    assert [one["name"] for one in meeting.signatures] == ["Ede Auditee"]
    late = tab.write(cast, cast.auditor, "answer", {"question": question, **body, "value": "late"})
    assert tab.one(auditor, cast.ref, late)["state"] == "refused"
    assert unit(lambda s: list(verify(s))) == []


def test_the_other_person_on_the_same_tablet_holds_the_audit_too(cast, tab, client_of, unit):
    tab.bring(client_of(cast.auditor), cast.ref, [], unsent=2)
    tab.bring(client_of(cast.leader), cast.ref, [], unsent=1)
    moment = now().isoformat()
    closing = tab.write(cast, cast.leader, "closing", {**CLOSING, "held_at": moment, "signatures": []})
    receipt = tab.one(client_of(cast.leader), cast.ref, closing)
    assert receipt["state"] == "waiting"
    assert "Aud Auditor" in receipt["why"]
    assert "Lea Leader" not in receipt["why"]  # their own come with it
    tab.bring(client_of(cast.auditor), cast.ref, [], unsent=0, removed=True)
    assert unit(lambda s: s.scalars(sa.select(Copy.removed_at).where(Copy.removed_at.is_not(None))).one())
    assert tab.one(client_of(cast.leader), cast.ref, closing)["state"] == "applied"


def test_who_may(cast, tab, client_of, unit):
    partner = unit(lambda s: make_person(s, Role.PARTNER_CONTACT, name="Pa Contact"))
    tab.set(cast, cast.auditor, 1, "note", "x")
    body = tab.body(tab.operations)
    base = f"/tablet/audits/{cast.ref}"

    def tries(who):
        browser = client_of(who)
        return [
            browser.post(f"{base}/operations", json=body, headers=FETCH).status_code,
            put(browser, cast.ref, jpeg()).status_code,
            browser.post(f"{base}/verify", json={"operations": [], "photos": []}, headers=FETCH).status_code,
        ]

    assert tries(cast.reader) == [403, 403, 403]
    assert tries(cast.auditee) == [403, 403, 403]
    assert set(tries(cast.outsider)) <= {403, 404}
    assert client_of(cast.outsider).get(f"{base}/cards").status_code == 404
    assert set(tries(partner)) <= {403, 404}
    signed_out = client_of(None)
    assert signed_out.post(f"{base}/operations", json=body, headers=FETCH).status_code == 401
    assert count(unit, Operation) == 0
    here = signed_out.get("/tablet/ping").get_json()
    assert (here["auditapp"], here["person"], here["until"], bool(here["csrf"])) == ("here", None, None, True)
    mine = client_of(cast.auditor).get("/tablet/ping").get_json()
    assert (mine["person"], mine["until"] > mine["at"]) == (str(cast.auditor.person_id), True)
