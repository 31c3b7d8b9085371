"""The office's page of an audit's tablets: how each stands, what was not taken and why, and who may look."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from auditapp.audits.tablet.office.rules import Tablet, content, question_in
from auditapp.audits.tablet.sync.rules import Kind
from auditapp.people.rules import Role
from tests.audits.execution.conftest import make_cast
from tests.audits.execution.test_pages import statements_of
from tests.audits.tablet.protocol import Tab
from tests.factories import make_person

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def tablet(**more):
    who = {"device_id": uuid4(), "device": "iPad", "agent": "", "person_id": uuid4(), "person": "Aud"}
    return Tablet(**who, copied=True, heard_at=AT, **more)


@pytest.mark.parametrize(
    ("held", "word", "tone"),
    [
        ({}, "All is here", "done"),
        ({"unsent": 1, "departed_at": AT}, "Not all is sent", "attention"),
        ({"photos": 1}, "Not all is sent", "attention"),
        ({"coming": 2}, "Photos are missing", "attention"),
        ({"departed_at": AT}, "Away with a copy", "attention"),
        ({"removed_at": AT}, "Removed from the tablet", "quiet"),
    ],
)
def test_how_a_tablet_stands(held, word, tone):
    said, state = tablet(**held).status
    assert (str(said), state) == (word, tone)


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        (Kind.ANSWER, {"field": "note", "value": "Seen"}, "Notes: Seen"),
        (Kind.ANSWER, {"field": "result", "value": "conforms"}, "Answer: Conforms"),
        (Kind.ANSWER, {"field": "flagged", "value": True}, "Flag: yes"),
        (Kind.ANSWER, {"field": "nothing", "value": "x"}, "nothing: x"),
        (Kind.FINDING, {"grade": "minor", "statement": "No owner"}, "Minor nonconformity: No owner"),
        (Kind.FINDING_CHANGE, {"grade": "huge", "statement": "x"}, "huge: x"),
        (Kind.PHOTO, {"title": "", "original": {"name": "IMG_1.jpg"}}, "IMG_1.jpg"),
        (Kind.PHOTO, {"original": "no"}, ""),
        (Kind.ADDRESS, {"title": "Folder", "address": "Shelf 4"}, "Folder: Shelf 4"),
        (Kind.CLOSING, {"participants": "All", "notes": ""}, "All"),
        (Kind.WITHDRAW, {"reason": "A face"}, "A face"),
    ],
)
def test_what_an_operation_says(kind, body, words):
    assert content(kind, body).casefold() == words.casefold()
    assert question_in({"question": None}) is None


def test_the_office_sees_each_tablet_and_what_was_not_taken(app, client_of, unit):
    cast = unit(lambda s: make_cast(s, limit=4))
    tab, other = Tab(), Tab("Phone of Lea")
    tab.set(cast, cast.auditor, 1, "note", "taken in")
    tab.set(cast, cast.auditor, 2, "result", "<b>odd</b>")
    tab.write(
        cast, cast.auditor, "closing", {"held_at": AT.isoformat(), "participants": "Lea, Aud", "notes": ""}
    )
    tab.bring(
        client_of(cast.auditor), cast.ref, unsent=5, photos=1, bytes=2048, oldest="2026-03-02T08:00:00+00:00"
    )
    other.bring(client_of(cast.leader), cast.ref, [], taken=True, departed=True)
    client = client_of(cast.leader)
    page = client.get(f"/audits/{cast.ref}/tablets").text
    for words in ("iPad of Aud", "Aud Auditor", "4 entries, 1 photo", "2.0 kB", "2 not taken", "Away with a copy", "Phone of Lea",
                  "&lt;b&gt;odd&lt;/b&gt;", "question 2", "Why:", "Choose one of the answers.", "Lea, Aud", "Only the audit team leader"):  # fmt: skip
        assert words in page, words
    for address in (f"/audits/{cast.ref}", f"/audits/{cast.ref}/walk", f"/audits/{cast.ref}/closing"):
        assert f"/audits/{cast.ref}/tablets" in client.get(address).text, address

    def count():
        return len(statements_of(app, lambda: client.get(f"/audits/{cast.ref}/tablets")))

    few = count()
    for number in range(6):
        more = Tab(f"Tablet {number}")
        more.set(cast, cast.auditor, 1, "result", "odd")
        more.bring(client_of(cast.auditor), cast.ref)
    assert count() == few <= 14


@pytest.mark.parametrize("who", ["reader", "auditee"])
def test_who_may_look(client_of, unit, who):
    cast = unit(lambda s: make_cast(s, limit=1))
    assert client_of(getattr(cast, who)).get(f"/audits/{cast.ref}/tablets").status_code == 403
    assert "No tablet yet" in client_of(cast.auditor).get(f"/audits/{cast.ref}/tablets").text
    manager = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Sy Manager"))
    assert client_of(manager).get(f"/audits/{cast.ref}/tablets").status_code == 200
