"""The rescue file: what opens it, and what is told about one that does not open."""

import json
from types import SimpleNamespace
from uuid import uuid4

import pytest

from auditapp.audits.tablet.rescue.rules import opened, settled
from auditapp.kit.errors import Invalid
from tests.audits.tablet.rescue_file import PHRASE, Pad, sealed


def pad():
    made = Pad()
    cast = SimpleNamespace(audit_id=uuid4(), questions=[uuid4()])
    made.answer(cast, SimpleNamespace(person_id=uuid4()), 1, "note", "Käse ✓")
    made.photo(cast, SimpleNamespace(person_id=uuid4()), 1, b"picture")
    return made


def test_what_the_tablet_wrote_comes_out_again():
    made = pad()
    found = opened(made.file(), " abcd 2345 efgh 6789 jkmn ")
    assert (str(found.device_id), found.device) == (made.id, made.name)
    assert [text for text, _ in found.operations] == [one["text"] for one in made.operations]
    assert [(one.data, one.whole) for one in found.pictures] == [(b"picture", True)]


@pytest.mark.parametrize(
    ("typed", "as_it_opens"),
    [
        ("abcd-2345-efgh-6789-jkmn", "ABCD2345EFGH6789JKMN"),
        (" My own Phrase ", "My own Phrase"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_signs_that_do_not_matter(typed, as_it_opens):
    assert settled(typed) == as_it_opens


@pytest.mark.parametrize(
    ("spoil", "phrase", "words", "field"),
    [
        (lambda data: b"%PDF-1.7" + data, PHRASE, "no rescue file", "file"),
        (lambda data: data[:0], PHRASE, "no rescue file", "file"),
        (lambda data: data[:-20], PHRASE, "not whole", "file"),
        (lambda data: data[:70], PHRASE, "not whole", "file"),
        (lambda data: data, "ABCD-2345-EFGH-6789-JKMP", "does not open", "phrase"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), PHRASE, "changed or damaged", "file"),
        (lambda data: data[:33] + bytes([data[33] ^ 1]) + data[34:], PHRASE, "changed or damaged", "file"),
        (lambda data: data + b"more", PHRASE, "changed or damaged", "file"),
        (lambda data: data[:44] + (2**32 - 1).to_bytes(4) + data[48:], PHRASE, "changed or damaged", "file"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_open_says_why(spoil, phrase, words, field):
    with pytest.raises(Invalid, match=words) as refused:
        opened(spoil(pad().file()), phrase)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\xff\xff\xff\xff{}",
        (2).to_bytes(4) + b"[]",
        (7).to_bytes(4) + b"nothing",
        *(
            len(text).to_bytes(4) + text
            for change in (
                {"photos": [{"sha256": "a", "size": 10}]}, {"photos": [{"sha256": "a", "size": -1}]}, {"photos": 3},
                {"operations": [1]}, {"device": {"id": "x", "name": "y"}}, {"device": None}, {"part": "x"},
            )
            for text in [json.dumps({**Pad().told(), **change}).encode()]
        ),
    ],
)  # fmt: skip
def test_nothing_that_a_tablet_does_not_write_is_believed(plain):
    with pytest.raises(Invalid, match="changed or damaged"):
        opened(sealed(plain), PHRASE)
