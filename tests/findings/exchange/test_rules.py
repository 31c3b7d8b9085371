"""Who is named with @, which addresses become links, what is kept from a partner."""

import pytest

from auditapp.findings.exchange.rules import Known, kept_internal, mentions_in, said, segments
from auditapp.kit.errors import Invalid
from auditapp.kit.ids import new_id

DAN, DANA, BEECH, ZOE = (
    Known(new_id(), name) for name in ("Dan Dogwood", "Dana Dogwood", "Dan Beech", "Zoë O'Neill")
)
ALL = [DAN, DANA, BEECH, ZOE]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Dan Dogwood look", [DAN]),
        ("@dan dogwood, @DANA DOGWOOD.", [DAN, DANA]),
        ("(@Zoë O'Neill)", [ZOE]),
        ("@Zoë?", [ZOE]),
        ("@Beech", [BEECH]),
        ("@Dan Dogwood @Dan Dogwood", [DAN]),
        ("dan@dogwood.example", []),
        ("a @ b, @, @1", []),
    ],
)
def test_names(text, meant):
    assert list(mentions_in(text, ALL).ids) == [one.person_id for one in meant]


def test_doubts_are_told_and_the_text_stays():
    found = mentions_in("@Dan and @Xaver and @Dan Dogwoods", ALL)
    assert found.ids == ()
    assert found.unclear == ("Dan",)
    assert found.unknown == ("Xaver",)
    assert len(found.doubts()) == 2


def test_too_many_names():
    people = [Known(new_id(), f"Person P{n}") for n in range(21)]
    with pytest.raises(Invalid, match="20"):
        mentions_in(" ".join(f"@{one.name}" for one in people), people)


def test_pieces_of_a_comment():
    text = (
        "See https://example.org/a?b=1, @Dan Dogwood (http://x.example/y). javascript:alert(1) https://u:p@h/"
    )
    found = segments(text, [DAN])
    assert "".join(one.text for one in found) == text
    assert [(one.kind, one.text) for one in found if one.kind != "text"] == [
        ("link", "https://example.org/a?b=1"),
        ("person", "@Dan Dogwood"),
        ("link", "http://x.example/y"),
    ]


def test_a_name_inside_an_address_is_no_link_in_a_link():
    found = segments("https://example.org/@Dan", [DAN])
    assert [one.kind for one in found] == ["link"]


def test_what_can_be_said():
    assert said("  a\n") == "a"
    for wrong in (" ", "x" * 5001):
        with pytest.raises(Invalid):
            said(wrong)


@pytest.mark.parametrize(
    ("wanted", "own", "with_partner", "kept"),
    [
        (True, True, True, True),
        (False, True, True, False),
        (False, True, False, True),
        (True, False, True, False),
    ],
)
def test_internal(wanted, own, with_partner, kept):
    assert kept_internal(wanted, own=own, with_partner=with_partner) is kept
