"""The protocol of the tablets on both databases: every kind, every receipt, the photos, the gate, and who may."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.devices.queries import holding
from auditapp.audits.execution.devices.rules import HoldReason
from auditapp.audits.execution.model import Answer, AnswerConflict, Evidence, Finding
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.audits.tablet.integrity.queries import chains
from auditapp.audits.tablet.sync.rules import read, read_moment, storable
from auditapp.trail.model import Fact
from tests.audits.execution.conftest import make_cast
from tests.audits.execution.test_pages import statements_of
from tests.audits.tablet.protocol import FETCH, Tab, count, jpeg, put


@pytest.fixture
def cast(unit):
    return unit(lambda s: make_cast(s, limit=4))


@pytest.fixture
def tab():
    return Tab()


def values(unit, question_id):
    return unit(
        lambda s: (found := s.get(Answer, question_id)) and (found.result.value, found.note, found.sample)
    )


def test_each_operation_once_whatever_the_order_and_how_often(cast, tab, client_of, unit):
    browser = client_of(cast.auditor)
    first = tab.set(cast, cast.auditor, 1, "result", "conforms")
    second = tab.set(cast, cast.auditor, 1, "note", "Seen")
    third = tab.set(cast, cast.auditor, 1, "note", "Seen twice", after=second)
    early = tab.one(browser, cast.ref, third)
    assert (early["state"], early["why"] != "") == ("waiting", True)
    assert count(unit, Operation) == 0  # nothing of it is kept
    tab.bring(browser, cast.ref, tab.operations[::-1])
    assert [tab.receipts[one]["state"] for one in (first, second, third)] == ["applied", "applied", "waiting"]
    facts = count(unit, Fact)
    again = tab.bring(browser, cast.ref)
    assert [one["state"] for one in again] == ["applied"] * 3
    assert count(unit, Fact) == facts + 1
    assert tab.bring(browser, cast.ref) == again  # the very same receipts
    assert count(unit, Fact) == facts + 1
    assert again[2]["values"] == {"note": "Seen twice"}
    assert again[0]["answered"] is True
    assert (tab.head_told, tab.places) == ({"seq": 3, "sha256": tab.head}, [[1, 3]])
    assert values(unit, cast.questions[0]) == ("conforms", "Seen twice", "")
    (chain,) = unit(lambda s: list(chains(s)))
    assert (chain.operations, chain.breaks) == (3, ())


def test_receipts_that_leave_it_with_the_tablet(cast, tab, client_of, unit):
    browser = client_of(cast.auditor)
    tab.set(cast, cast.auditor, 1, "note", "a")
    tab.set(cast, cast.leader, 1, "note", "b")  # somebody else wrote it
    good, other = tab.operations
    tab.bring(browser, cast.ref, [good])
    forged = json.loads(good["text"]) | {"seq": 7}
    text = json.dumps(forged)
    hashed = {"text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    place = json.loads(good["text"]) | {"id": str(uuid4())}
    taken = {"text": json.dumps(place), "sha256": hashlib.sha256(json.dumps(place).encode()).hexdigest()}
    elsewhere = json.loads(good["text"]) | {"id": str(uuid4()), "seq": 9, "audit": str(uuid4())}
    lost = {
        "text": json.dumps(elsewhere),
        "sha256": hashlib.sha256(json.dumps(elsewhere).encode()).hexdigest(),
    }
    cases = [
        (other, "other_person"), (hashed, "reused"), (taken, "reused"), (lost, "waiting"),
        ({"text": good["text"], "sha256": "0" * 64}, "broken"), ({"text": "{}", "sha256": "x"}, "broken"),
        ({"text": None, "sha256": None}, "broken"), (None, "broken"), (good, "applied"),
    ]  # fmt: skip
    receipts = tab.bring(browser, cast.ref, [one for one, _ in cases])
    assert [one["state"] for one in receipts] == [state for _, state in cases]
    assert receipts[4]["id"] == json.loads(good["text"])["id"]  # it is found again by what it claims
    assert count(unit, Operation) == 1
    for wrong in ([], {"device": {"id": "no"}}, tab.body([good] * 51)):
        reply = browser.post(f"/tablet/audits/{cast.ref}/operations", json=wrong, headers=FETCH)
        assert reply.status_code == 422
        assert reply.get_json()["error"]


def test_two_values_meet_and_the_chain_after_them(cast, tab, client_of, unit):
    """The first of two edits met the office's value: the second stands on what the first stood on."""
    office = Tab("Desk of Lea")
    office.set(cast, cast.leader, 1, "note", "office")
    office.bring(client_of(cast.leader), cast.ref)
    browser = client_of(cast.auditor)
    written = "2026-03-02T09:00:00+00:00"
    first = tab.set(cast, cast.auditor, 1, "note", "mine", at=written)
    second = tab.set(cast, cast.auditor, 1, "note", "mine, longer", after=first, at=written)
    same = tab.set(cast, cast.auditor, 1, "note", "office")
    states = [one["state"] for one in tab.bring(browser, cast.ref)]
    assert states == ["conflict", "conflict", "same"]
    assert tab.receipts[second]["values"] == {"note": "office"}
    met = unit(lambda s: s.scalars(sa.select(AnswerConflict)).one())
    assert (met.kept, met.other, str(met.other_device_id)) == ("office", "mine, longer", tab.id)
    assert met.other_written_at.isoformat() == written
    assert met.other_at > met.other_written_at
    texts = unit(lambda s: [one.text for one in s.scalars(sa.select(Operation).order_by(Operation.seq))])
    assert any('"mine"' in one for one in texts)
    assert same in tab.receipts
    # The card says who, on which tablet, and both moments.
    for page in (f"/audits/{cast.ref}/conflicts", f"/audits/{cast.ref}/walk"):
        text = client_of(cast.leader).get(page).text
        for words in (
            "mine, longer",
            "by Aud Auditor on iPad of Aud, received",
            "by Lea Leader on Desk of Lea, received",
        ):
            assert words in text, (page, words)


def test_a_refused_operation_is_kept_and_tried_again(cast, tab, client_of, unit):
    browser = client_of(cast.auditor)
    unit(lambda s: setattr(s.get(Audit, cast.audit_id), "status", AuditStatus.REPORTING))
    first = tab.set(cast, cast.auditor, 1, "note", "late")
    wrong = tab.set(cast, cast.auditor, 1, "result", "no such result")
    receipts = tab.bring(browser, cast.ref)
    assert [one["state"] for one in receipts] == ["refused", "refused"]
    assert all(one["why"] for one in receipts)
    assert (tab.head_told["seq"], tab.places) == (2, [])
    pair = [[first, tab.operations[0]["sha256"]]]
    asked = {"device": tab.id, "operations": pair, "photos": []}
    assert browser.post(f"/tablet/audits/{cast.ref}/verify", json=asked).get_json()["operations"] == []
    unit(lambda s: setattr(s.get(Audit, cast.audit_id), "status", AuditStatus.IN_PROGRESS))
    assert [one["state"] for one in tab.bring(browser, cast.ref)] == ["applied", "refused"]
    assert browser.post(f"/tablet/audits/{cast.ref}/verify", json=asked).get_json()["operations"] == [first]
    asked["operations"][0][1] = "0" * 64
    assert browser.post(f"/tablet/audits/{cast.ref}/verify", json=asked).get_json()["operations"] == []
    rows = unit(
        lambda s: {str(one.id): (one.state.value, one.why) for one in s.scalars(sa.select(Operation))}
    )
    assert rows[first] == ("applied", "")
    assert rows[wrong][0] == "refused"


def test_every_kind_about_photos_and_findings(cast, tab, client_of, unit):
    browser = client_of(cast.auditor)
    data = jpeg()
    photo = tab.photo(cast, cast.auditor, 2, data)
    lines = [{"ink": "red", "width": 4, "points": [[1, 2], [3, 4]]}]
    drawn = tab.write(cast, cast.auditor, "annotate", {"photo": photo, "annotation": lines})
    titled = tab.write(cast, cast.auditor, "describe", {"photo": photo, "title": "The minutes"})
    gone = tab.write(cast, cast.auditor, "withdraw", {"photo": photo, "reason": "Shows a face"})
    link = tab.write(
        cast, cast.auditor, "address",
        {"question": str(cast.questions[0]), "kind": "reference", "title": "Folder 4", "address": "Shelf 4"},
    )  # fmt: skip
    finding = tab.write(
        cast, cast.auditor, "finding",
        {"question": str(cast.questions[1]), "grade": "minor", "statement": "No owner", "auditee": str(cast.auditee.person_id)},
    )  # fmt: skip
    changed = tab.write(
        cast,
        cast.auditor,
        "finding_change",
        {"finding": finding, "grade": "major", "statement": "No owner at all"},
    )
    orphan = tab.write(cast, cast.auditor, "describe", {"photo": str(uuid4()), "title": "x"})
    ungraded = tab.write(cast, cast.auditor, "finding", {"grade": "huge", "statement": "x", "question": None})
    below = tab.write(
        cast, cast.auditor, "finding_change", {"finding": ungraded, "grade": "minor", "statement": "x"}
    )
    tab.bring(browser, cast.ref)
    state = {one: tab.receipts[one]["state"] for one in tab.receipts}
    assert [state[one] for one in (photo, drawn, titled, gone, link, finding, changed)] == ["applied"] * 7
    assert [state[one] for one in (orphan, ungraded, below)] == ["waiting", "refused", "refused"]
    assert tab.receipts[changed]["finding"] == tab.receipts[finding]["finding"]
    assert tab.receipts[changed]["page"].endswith(tab.receipts[finding]["finding"])
    one = unit(lambda s: s.get(Evidence, UUID(tab.receipts[photo]["evidence"])))
    assert (one.title, one.removal_reason, one.coming, one.original_sha256) == (
        "The minutes",
        "Shows a face",
        True,
        "a" * 64,
    )
    found = unit(lambda s: s.scalars(sa.select(Finding)).one())
    assert (found.grade.value, found.statement, found.auditee_id) == (
        "major",
        "No owner at all",
        cast.auditee.person_id,
    )
    before = count(unit, Fact)
    tab.bring(browser, cast.ref, tab.operations[:7])
    assert count(unit, Fact) == before


def test_the_bytes_of_a_photo(cast, tab, client_of, unit, app):
    browser, data = client_of(cast.auditor), jpeg("gold")
    sha256 = hashlib.sha256(data).hexdigest()
    wrong = put(browser, cast.ref, data[:-1], sha256)
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "hash")
    text = b"#!/bin/sh\necho no picture"
    odd = put(browser, cast.ref, text)
    assert (odd.status_code, bool(odd.get_json()["error"])) == (422, True)
    app.config["MAX_CONTENT_LENGTH"], limit = 100, app.config["MAX_CONTENT_LENGTH"]
    assert put(browser, cast.ref, data).status_code == 413
    app.config["MAX_CONTENT_LENGTH"] = limit
    early = put(browser, cast.ref, data)  # before its row
    assert (early.status_code, early.get_json()["attached"]) == (200, 0)
    photo = tab.photo(cast, cast.auditor, 2, data)
    tab.bring(browser, cast.ref)
    asked = {"device": tab.id, "operations": [], "photos": [sha256, "f" * 64]}
    assert browser.post(f"/tablet/audits/{cast.ref}/verify", json=asked).get_json()["photos"] == []
    assert [one.reason for one in unit(lambda s: holding(s, cast.audit_id))] == [HoldReason.PHOTOS]
    # The audit closed over it, with a reason: it still comes.
    unit(lambda s: setattr(s.get(Audit, cast.audit_id), "status", AuditStatus.REPORTING))
    assert (late := put(browser, cast.ref, data)).status_code == 201
    assert (late.get_json()["attached"], late.get_json()["sha256"]) == (1, sha256)
    twice = put(browser, cast.ref, data)
    assert (twice.status_code, twice.get_json()["attached"]) == (200, 0)
    assert browser.post(f"/tablet/audits/{cast.ref}/verify", json=asked).get_json()["photos"] == [sha256]
    evidence = unit(lambda s: s.get(Evidence, UUID(tab.receipts[photo]["evidence"])))
    assert (evidence.width, evidence.height, bool(evidence.preview_sha256)) == (64, 48, True)
    assert unit(lambda s: holding(s, cast.audit_id)) == []
    assert unit(lambda s: [one.verb for one in s.scalars(sa.select(Fact))].count("evidence.arrived")) == 1


def test_cards_tell_what_others_changed(cast, tab, client_of):
    browser = client_of(cast.auditor)
    url = f"/tablet/audits/{cast.ref}/cards"
    before = browser.get(url).get_json()["revisions"]
    tab.set(cast, cast.auditor, 3, "note", "new words")
    tab.bring(browser, cast.ref)
    after = client_of(cast.leader).get(url).get_json()["revisions"]
    assert [one for one in after if after[one] != before[one]] == [str(cast.questions[2])]
    (card,) = client_of(cast.leader).get(f"{url}?n=3").get_json()["cards"]
    assert (card["n"], card["values"]["note"], card["id"]) == (3, "new words", str(cast.questions[2]))
    assert "\0" not in card["extras"]
    assert "note=1." in card["known"]


def test_the_same_operations_at_once_are_applied_once(cast, tab, client_of, unit):
    data = jpeg("red")
    tab.set(cast, cast.auditor, 1, "note", "once")
    tab.photo(cast, cast.auditor, 1, data)
    browsers = [client_of(cast.auditor) for _ in range(4)]

    def send(browser):
        reply = browser.post(
            f"/tablet/audits/{cast.ref}/operations", json=tab.body(tab.operations), headers=FETCH
        )
        return reply.status_code, [
            (one["id"], one["state"], one["at"]) for one in reply.get_json()["receipts"]
        ]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, browsers))
    assert {status for status, _ in answers} == {200}
    assert len({tuple(receipts) for _, receipts in answers}) == 1  # one receipt, four times
    assert (count(unit, Operation), count(unit, Evidence)) == (2, 1)
    assert unit(lambda s: s.get(Answer, cast.questions[0]).versions) == {"note": 1}


def test_statements_of_one_and_of_fifty_operations(app, client_of, unit):
    cast = unit(make_cast)
    browser, made = client_of(cast.auditor), []
    for number in (1, 50):
        tab = Tab()
        for n in range(number):
            tab.set(cast, cast.auditor, n % len(cast.questions) + 1, "note", f"{number} {n}")
        url = f"/tablet/audits/{cast.ref}/operations"
        made.append(
            len(
                statements_of(
                    app, lambda u=url, t=tab: browser.post(u, json=t.body(t.operations), headers=FETCH)
                )
            )
        )
    assert made[0] <= 26, made
    assert (made[1] - made[0]) / 49 <= 12, made
    empty = Tab()
    beat = statements_of(app, lambda: browser.post(url, json=empty.body([]), headers=FETCH))
    assert len(beat) <= 12, beat


def test_what_no_database_keeps_blocks_nothing(cast, tab, client_of, unit):
    odd = "a\0b\ud800c"
    finding = tab.write(
        cast,
        cast.auditor,
        "finding",
        {"grade": "minor", "statement": odd, "question": str(cast.questions[0])},
    )
    photo = tab.photo(cast, cast.auditor, 1, jpeg())
    title = tab.write(cast, cast.auditor, "describe", {"photo": photo, "title": odd})
    year = tab.write(
        cast,
        cast.auditor,
        "photo",
        {"sha256": "b" * 64, "captured": "0001-01-01T00:00:00+23:59", "question": None},
    )
    last = tab.set(cast, cast.auditor, 1, "note", odd)
    states = [one["state"] for one in tab.bring(client_of(cast.auditor), cast.ref)]
    assert dict(zip((finding, photo, title, year, last), states, strict=True)) == {
        finding: "applied", photo: "applied", title: "applied", year: "refused", last: "applied",
    }  # fmt: skip
    assert values(unit, cast.questions[0])[1] == "a\ufffdb\ufffdc"
    assert unit(lambda s: s.get(Operation, UUID(last)).text) == tab.operations[-1]["text"]


@pytest.mark.parametrize("change", [
    {"seq": 0}, {"seq": True}, {"seq": 2**31}, {"kind": "delete"}, {"at": "yesterday"}, {"at": "2026-03-02T09:00:00"},
    {"offset": 10**18}, {"offset": None}, {"previous": "zz"}, {"previous": "\0" * 64}, {"body": []}, {"id": 5}, {"person": ""},
])  # fmt: skip
def test_what_is_no_operation(change):
    told = {"id": str(uuid4()), "device": str(uuid4()), "seq": 1, "previous": "", "audit": str(uuid4()), "person": str(uuid4()),
            "kind": "answer", "at": "2026-03-02T09:00:00+00:00", "offset": 3_600_000, "body": {}}  # fmt: skip

    def of(one):
        text = json.dumps(one)
        return read(text, hashlib.sha256(text.encode()).hexdigest())

    assert of(told).written_at.isoformat() == "2026-03-02T10:00:00+00:00"
    assert of(told | change) is None
    assert storable({"a\0": ["\ud800", 1, None]}) == {"a\ufffd": ["\ufffd", 1, None]}
    assert read_moment("0001-01-01T00:00:00+23:59") is None
