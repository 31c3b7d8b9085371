"""The page of what is due: whose, which, until when; and that it stays cheap."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.rules import Sharing
from auditapp.reminders import due
from auditapp.reminders.coming.queries import page_of
from auditapp.reminders.coming.rules import Asked, Period, standing
from auditapp.reminders.rules import Kind
from tests.factories import make_contact, make_person, make_relationship

TODAY = now().date()


def day(number):
    return TODAY + timedelta(days=number)


@pytest.fixture
def world(unit):
    def make(session):
        keeper = make_person(session, Role.RELATIONSHIP_MANAGER, name="Mia Maple")
        place = make_relationship(
            session, ref="R-01", name="Tidal scheme", manager_id=keeper.person_id, owner_id=keeper.person_id
        )
        people = {
            "keeper": keeper,
            "owner": make_person(session, name="Oona Oak"),
            "contact": make_contact(session, place, name="Xavi Xyris"),
        }
        for number, (owner, on, title, sharing) in enumerate(
            (
                ("owner", -3, "Late list", Sharing.SHARED),
                ("owner", 5, "Near list", Sharing.INTERNAL),
                ("contact", 20, "Later list", Sharing.SHARED),
                ("owner", 60, "Far list", Sharing.SHARED),
            )
        ):
            session.add(
                JointAction(
                    ref=f"JA-2026-{number:03}", relationship_id=place.id, title=title, due_on=day(on),
                    owner_id=people[owner].person_id, sharing=sharing, asked_by_id=keeper.person_id, created_at=now(),
                )
            )  # fmt: skip
        session.flush()
        return people | {"place": place.id}

    return unit(make)


def shown(browser, address="/due/"):
    page = browser.get(address)
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    return text, [title for title in ("Late list", "Near list", "Later list", "Far list") if title in text]


# Who, the address -> what stands there.
CASES = [
    ("owner", "/due/", ["Late list", "Near list"]),
    ("owner", "/due/?period=overdue", ["Late list"]),
    ("owner", "/due/?period=90", ["Late list", "Near list", "Far list"]),
    ("owner", "/due/?kind=meeting", []),
    ("owner", "/due/?kind=joint_action&period=7", ["Late list", "Near list"]),
    ("owner", "/due/?show=team", []),
    ("keeper", "/due/", []),
    ("keeper", "/due/?show=team", ["Late list", "Near list", "Later list"]),
    ("keeper", "/due/?show=all&period=90", ["Late list", "Near list", "Later list", "Far list"]),
    ("contact", "/due/", ["Later list"]),
    ("contact", "/due/?show=all", ["Late list", "Later list"]),
    ("contact", "/due/?show=team", ["Later list"]),  # a contact has no team: their own
    ("owner", "/due/?show=no&period=no&kind=no&relationship=no&page=99", ["Late list", "Near list"]),
]


def test_what_the_address_asks_for_stands_there(client_of, world):
    for who, address, titles in CASES:
        assert shown(client_of(world[who]), address)[1] == titles, (who, address)


def test_a_line_says_what_to_do_whose_turn_it_is_and_leads_there(client_of, world):
    text, _ = shown(client_of(world["owner"]))
    for words in ("One thing is overdue.", "Do it, and say that it is done.", "Yours", "You have promised it.",
                  'href="/joint-actions/JA-2026-000"', "Tidal scheme"):  # fmt: skip
        assert words in text
    text, _ = shown(client_of(world["keeper"]), f"/due/?show=all&relationship={world['place']}")
    assert "Oona Oak" in text


def test_empty_pages_say_what_would_be_here(client_of, world, unit):
    nobody = unit(lambda s: make_person(s, Role.VIEWER))
    browser = client_of(nobody)
    assert "Nothing is due in this time" in shown(browser)[0]
    assert "Nothing is overdue" in shown(browser, "/due/?period=overdue")[0]
    assert "Nothing is due in your team" in shown(browser, "/due/?show=team")[0]
    assert "Nothing of this is due" in shown(browser, "/due/?kind=action")[0]
    assert world["place"]


def test_it_stands_in_the_navigation_and_asks_who_is_signed_out_to_sign_in(client_of, world):
    assert 'href="/due/"' in client_of(world["owner"]).get("/").get_data(as_text=True)
    assert client_of(None).get("/due/").status_code == 302


def test_the_number_of_statements_does_not_grow(app, client_of, world, unit):
    browser = client_of(world["keeper"])

    def statements():
        found = []

        def listen(*args):
            found.append(args[2])

        with app.app_context():
            sa.event.listen(db.engine, "before_cursor_execute", listen)
            assert browser.get("/due/?show=all").status_code == 200
            sa.event.remove(db.engine, "before_cursor_execute", listen)
        return len(found)

    statements()
    before = statements()
    unit(
        lambda s: s.add_all(
            JointAction(
                ref=f"JA-X-{number}", relationship_id=world["place"], title="More", due_on=day(2), sharing=Sharing.SHARED,
                owner_id=make_person(s).person_id, asked_by_id=world["keeper"].person_id, created_at=now(),
            )
            for number in range(100)
        )
    )  # fmt: skip
    assert statements() == before
    assert "25 of 103" in shown(browser, "/due/?show=all")[0]


def test_pages_are_cut_and_numbers_brought_back():
    items = list(range(60))
    assert [list(page_of(items, number).rows) for number in (0, 3, 9)] == [items[:25], items[50:], items[50:]]
    assert page_of([], 1).rows == []


def test_how_one_stands_in_words_and_tones(unit, world):
    from_rows = unit(lambda s: _items(s, world), "read")
    assert [(str(word), tone) for word, tone in (standing(one, TODAY) for one in from_rows)] == [
        ("Overdue", "overdue"),
        ("Soon", "attention"),
        ("Ahead", "on_track"),
        ("Ahead", "on_track"),
    ]
    assert Asked(period=Period.OVERDUE).until(TODAY) == day(-1)
    assert [str(standing(one, one.due_on)[0]) for one in from_rows] == ["Today"] * 4
    assert [str(standing(one, one.due_on - timedelta(days=1))[0]) for one in from_rows] == ["Tomorrow"] * 4


def _items(session, world):
    found = due.items(session, at=now(), until=day(90), kinds=[Kind.JOINT_ACTION])
    assert {item.relationship_id for item in found} == {world["place"]}
    return found
