"""Whatever a body holds, an operation gets a receipt: one that cannot be taken never stands in the way of the next."""

import random
from uuid import uuid4

import sqlalchemy as sa

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.tablet.sync.rules import Kind
from auditapp.trail.service import verify
from tests.audits.execution.conftest import make_cast
from tests.audits.tablet.protocol import Tab

NAMES = ("question", "field", "value", "known", "after", "sha256", "size", "type", "width", "height", "title", "captured", "original",
         "annotation", "photo", "reason", "kind", "address", "grade", "statement", "auditee", "finding", "held_at", "participants",
         "notes", "signatures", "override")  # fmt: skip


def odd(chance, cast, earlier):
    """Something that a body could hold: mostly of the right shape, sometimes of none."""
    few = [
        None, True, False, 0, -1, 2**31, 2**70, 1.5, 1e300, "", "x", "\0", "\ud800", "a" * 30_000, [], {}, [[[]]], {"sha256": 5, "name": 7},
        {"sha256": "b" * 64, "size": 2**40, "name": "\0" * 400}, "b" * 64, str(uuid4()), str(cast.auditee.person_id), "conforms",
        str(cast.questions[0]), "note=1.x", "1.x", "99999999999.x", "-1.x", "result", "note", "flagged", "minor", "major", "link",
        "https://example.org/\ud800", "javascript:alert(1)", "http://[", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
        "2026-03-02T09:00:00Z", [{"name": "Ede", "strokes": [{"points": [[1e308, "x"], [float("1e999"), None]]}]}], [{"name": 5}],
        [{"ink": "red", "points": [[1, 2], [3, 4]]}], [None] * 60,
    ]  # fmt: skip
    return chance.choice([*few, *earlier[-3:]])


def body(chance, cast, earlier):
    likely = {
        "question": str(cast.questions[0]), "field": "note", "value": "x", "known": "", "after": None, "sha256": "c" * 64, "size": 9,
        "type": "image/jpeg", "width": 1, "height": 1, "title": "t", "reason": "r", "kind": "link", "address": "https://example.org",
        "grade": "minor", "statement": "s", "held_at": "2026-03-02T09:00:00Z", "participants": "All", "override": "",
        "photo": chance.choice(earlier or [None]), "finding": chance.choice(earlier or [None]),
    }  # fmt: skip
    return likely | {name: odd(chance, cast, earlier) for name in NAMES if chance.random() < 0.25}


def test_no_body_blocks_a_tablet(client_of, unit):
    cast = unit(lambda s: make_cast(s, limit=2))
    chance, tab, earlier, browser = random.Random(7), Tab(), [], client_of(cast.leader)
    kinds = [kind.value for kind in Kind if kind is not Kind.CLOSING] * 3 + ["closing"]
    states = set()
    for _ in range(6):
        before = len(tab.operations)
        for _ in range(50):
            earlier.append(tab.write(cast, cast.leader, chance.choice(kinds), body(chance, cast, earlier)))
        receipts = tab.bring(browser, cast.ref, tab.operations[before:])
        states |= {one["state"] for one in receipts}
        assert all(one["why"] for one in receipts if one["state"] in {"refused", "waiting"})
    assert states >= {"applied", "refused", "waiting"}
    good = tab.set(cast, cast.leader, 2, "note", "still heard")
    assert tab.one(browser, cast.ref, good)["state"] in {
        "applied",
        "refused",
    }  # refused: the closing got through
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Operation))) > 100
    assert unit(lambda s: list(verify(s))) == []
