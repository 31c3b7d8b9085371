"""Every item about one thing stands on the card of that thing."""

from datetime import date
from uuid import uuid4

import pytest

from auditapp.kit.text import Text
from auditapp.reminders.rules import DueItem, Kind
from bots.deeds.subjects import subject_of

IDENT, OTHER = str(uuid4()), str(uuid4())


def item(kind: Kind, key: str, *, thing_kind: str = "", thing_id: str = "") -> DueItem:
    return DueItem(
        key=key, kind=kind, ref="R", title="T", step=Text("Do it."), why=Text("Yours."), due_on=date(2026, 9, 1),
        version="1", owners=(), endpoint="home.index", thing_kind=thing_kind, thing_id=thing_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("due", "subject"),
    [
        (item(Kind.ACTION_REQUEST, f"action_request:{OTHER}", thing_kind="action", thing_id=IDENT), ("action", IDENT)),
        (item(Kind.EXTENT_CHECK, f"extent_check:{OTHER}", thing_kind="nonconformity", thing_id=IDENT), ("nonconformity", IDENT)),
        # What names no thing, or half of one, stands under its key.
        (item(Kind.MEETING, f"meeting:{IDENT}"), ("meeting", IDENT)),
        (item(Kind.HEALTH_CHECK, f"health_check:{IDENT}:close", thing_kind="health_check"), ("health_check", f"{IDENT}:close")),
        (item(Kind.OBLIGATION, "alone"), ("alone", "alone")),
    ],
)  # fmt: skip
def test_an_item_stands_on_the_card_of_its_thing(due: DueItem, subject: tuple[str, str]) -> None:
    assert subject_of(due) == subject
