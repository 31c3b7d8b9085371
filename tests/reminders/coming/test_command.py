"""The command `auditapp due`: what is said of one person on one day, and what is said about a wrong call."""

import json
from datetime import date, timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.rules import Sharing
from auditapp.reminders.coming.cli_commands import due_command
from tests.factories import make_person, make_relationship

DUE = date(2026, 5, 20)


@pytest.fixture
def world(unit):
    def make(session):
        owner = make_person(session, name="Oona Oak")
        keeper = make_person(session, Role.RELATIONSHIP_MANAGER, name="Mia Maple")
        place = make_relationship(session, ref="R-01", name="Tidal scheme", manager_id=keeper.person_id)
        session.add(
            JointAction(
                ref="JA-2026-001", relationship_id=place.id, title="Send the list", due_on=DUE, owner_id=owner.person_id,
                sharing=Sharing.SHARED, asked_by_id=keeper.person_id, created_at=now(),
            )
        )  # fmt: skip
        return owner

    return unit(make)


@pytest.fixture
def command(app):
    """Run it; gives exit code and output."""

    def run(*arguments):
        done = app.test_cli_runner().invoke(due_command, list(arguments))
        return done.exit_code, done.output

    return run


def test_it_says_when_what_why_and_who_is_above(command, world):
    code, said = command("--for", world.email, "--as-of", "2026-05-15", "--until", "2026-05-31")
    assert code == 0
    for words in ("2026-05-20", "Soon", "Joint action", "JA-2026-001", "Send the list", "To do: Do it, and say",
                  "Why:   You have promised it.", "Above: Relationship owner and manager: Mia Maple"):  # fmt: skip
        assert words in said


# The day -> the state of what is due on 20 May.
@pytest.mark.parametrize(
    ("as_of", "state"), [("2026-05-20", "Today"), ("2026-05-19", "Tomorrow"), ("2026-05-21", "Overdue")]
)
def test_it_stands_as_of_the_day(command, world, as_of, state):
    code, said = command("--for", world.email, "--as-of", as_of, "--json")
    [line] = json.loads(said)
    assert (code, line["state"], line["day"]) == (0, state, "2026-05-20")
    assert (line["as"], line["owners"], line["page"]) == ("owner", ["Oona Oak"], "/joint-actions/JA-2026-001")


def test_what_is_asked_for_narrows_it(command, world):
    before = str(DUE - timedelta(days=9))
    for more in (["--until", "2026-05-19"], ["--kind", "meeting"]):
        assert command("--for", world.email, "--as-of", before, *more) == (
            0,
            "Nothing is due in this time.\n",
        )
    assert command("--for", world.email, "--as-of", before, "--kind", "meeting", "--json") == (0, "[]\n")


# The call -> what is said about it.
WRONG = [
    (["--for", "nobody@example.org"], "There is nobody with the address nobody@example.org"),
    (["--for", "{email}", "--as-of", "2026-13-01"], "“2026-13-01” is no day. Write it as year-month-day"),
    (["--for", "{email}", "--until", "soon"], "“soon” is no day."),
    (
        ["--for", "{email}", "--as-of", "2026-05-02", "--until", "2026-05-01"],
        "lies before --as-of 2026-05-02",
    ),
    (["--for", "{email}", "--kind", "cake"], "'cake' is not one of"),
    ([], "Missing option '--for'"),
]


def test_a_wrong_call_is_answered_in_words(command, world):
    for arguments, words in WRONG:
        code, said = command(*(one.format(email=world.email) for one in arguments))
        assert code != 0, arguments
        assert words in said, arguments
        assert "Traceback" not in said


def test_before_anything_is_set_up_it_says_so(command):
    code, said = command("--for", "a@example.org")
    assert (code, "Nothing is set up yet" in said) == (1, True)
