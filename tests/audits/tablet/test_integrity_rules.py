"""The chain of a tablet: what was changed, taken out or put in shows at its place."""

import hashlib
import json
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest

from auditapp.audits.tablet.integrity.rules import breaks

DEVICE, OTHER, AUDIT, PERSON = (uuid4() for _ in range(4))


@dataclass(frozen=True)
class Kept:
    id: UUID
    device_id: UUID
    seq: int
    audit_id: UUID
    person_id: UUID
    kind: str
    text: str
    sha256: str
    previous_sha256: str


def chain(count, device=DEVICE):
    links, previous = [], ""
    for seq in range(1, count + 1):
        made = uuid4()
        text = json.dumps(
            {"id": str(made), "device": str(device), "seq": seq, "previous": previous, "audit": str(AUDIT),
             "person": str(PERSON), "kind": "answer", "body": {"value": f"{device} {seq}"}}
        )  # fmt: skip
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        links.append(Kept(made, device, seq, AUDIT, PERSON, "answer", text, sha256, previous))
        previous = sha256
    return links


def told(links, heads=None):
    return [(one.seq, one.kind) for one in breaks(links, heads)]


def heads(links):
    return {links[-1].device_id: (links[-1].seq, links[-1].sha256)}


def changed(links, index, **values):
    return [replace(one, **values) if place == index else one for place, one in enumerate(links)]


def rewritten(link, value):
    """A text changed by somebody who knew to hash it again."""
    text = link.text.replace(json.loads(link.text)["body"]["value"], value)
    return replace(link, text=text, sha256=hashlib.sha256(text.encode()).hexdigest())


def test_whole_chains_hold():
    first, second = chain(5), chain(3, OTHER)
    assert told([*first, *second], heads(first) | heads(second)) == []
    assert told([]) == []


WHOLE = chain(5)


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (changed(WHOLE, 2, text=WHOLE[2].text.replace("answer", "closing")), [(3, "changed")]),
        (changed(WHOLE, 2, person_id=uuid4()), [(3, "changed")]),  # given to somebody else
        (changed(WHOLE, 2, audit_id=uuid4()), [(3, "changed")]),
        ([*WHOLE[:2], rewritten(WHOLE[2], "better"), *WHOLE[3:]], [(4, "reordered")]),
        ([*WHOLE[:2], *WHOLE[3:]], [(3, "missing")]),
        (WHOLE[2:], [(1, "missing")]),
        (WHOLE[:4], [(5, "head")]),  # the newest was cut off
        ([*WHOLE[:4], rewritten(WHOLE[4], "better")], [(5, "head")]),
        ([], [(5, "head")]),
    ],
)
def test_a_break_is_told_at_its_place(links, found):
    assert told(links, heads(WHOLE)) == found


def test_a_chain_that_begins_with_another_one_s_hash_is_told():
    first = chain(1)[0]
    text = first.text.replace('"previous": ""', f'"previous": "{"a" * 64}"')
    broken = replace(
        first, text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), previous_sha256="a" * 64
    )
    assert told([broken]) == [(1, "begin")]
