"""How far a preview is: told while it is worked out, kept when it is done, and said when it was cut off."""

import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from auditapp.kit import clock
from auditapp.people.rules import Role
from auditapp.reminders.policies.forms import values_of
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.policies.service import set_policy
from auditapp.reminders.preview import running
from auditapp.reminders.preview.work import GOOD_FOR, LOST, work_of
from auditapp.reminders.rules import Kind
from tests.factories import make_person

HERE = f"/policies/action/every/preview?{urlencode(values_of(Policy(every_days=3), 0))}"


def threads():
    return [one for one in threading.enumerate() if one.name == "preview"]


@pytest.fixture
def held(monkeypatch):
    """The work stops at its first day until it is let go."""
    go, there, foresee = threading.Event(), threading.Event(), running.foresee

    def slow(read, *, tell, **more):
        def stop(moment, second):
            tell(moment + timedelta(days=12), second)
            there.set()
            assert go.wait(60)

        return foresee(read, tell=stop, **more)

    monkeypatch.setattr(running, "foresee", slow)
    monkeypatch.setattr(running, "BEAT", timedelta(0))
    monkeypatch.setattr(running, "WAIT", 0)
    there.go = go.set
    yield there
    go.set()
    for one in threads():
        one.join(60)


@pytest.fixture
def ada(unit):
    return unit(lambda s: make_person(s, Role.PROGRAMME_MANAGER, name="Ada"))


def test_a_page_says_how_far_it_is_until_it_is_done(client_of, held, ada):
    browser = client_of(ada)
    first = browser.get(HERE)
    assert first.status_code == 200
    assert "It is being worked out" in first.text
    assert '<noscript><meta http-equiv="refresh"' in first.text
    assert held.wait(60)
    (thread,) = threads()
    page = browser.get(HERE).text
    assert "Day 12 of 30" in page
    assert "with the new policy" in page
    assert threads() == [thread]  # who looks again begins nothing
    held.go()
    thread.join(60)
    assert "<h2>What it comes to</h2>" in browser.get(HERE).text


def test_what_was_cut_off_is_said_and_begun_again(client_of, unit, held, ada, monkeypatch):
    browser = client_of(ada)
    browser.get(HERE)
    assert held.wait(60)
    later = clock.now() + LOST + timedelta(seconds=1)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        page = browser.get(HERE).text
    assert "The site was stopped or started anew" in page
    assert "refresh" not in page
    before = unit(lambda s: work_of(s, ada.person_id), "read")
    again = browser.get(f"{HERE}&again=1")
    assert again.status_code == 302
    assert "again" not in again.location
    assert unit(lambda s: work_of(s, ada.person_id), "read").at > before.at


def test_it_is_shown_again_for_some_minutes_and_then_worked_out_anew(client_of, unit, ada, monkeypatch):
    monkeypatch.setattr(running, "WAIT", 60)
    browser = client_of(ada)
    begun = []
    for at in (clock.now(), clock.now() + GOOD_FOR / 2, clock.now() + 2 * GOOD_FOR):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        assert "<h2>What it comes to</h2>" in browser.get(HERE).text
        begun.append(unit(lambda s: work_of(s, ada.person_id), "read").at)
    assert begun[0] == begun[1] < begun[2]


def test_what_breaks_is_said_and_leads_back(client_of, ada, monkeypatch):
    def broken(*args, **more):
        raise ValueError

    monkeypatch.setattr(running, "foresee", broken)
    monkeypatch.setattr(running, "WAIT", 60)
    page = client_of(ada).get(HERE).text
    assert "Something went wrong on our side" in page
    assert "Begin again" in page


def test_the_policy_in_force_is_looked_at_once_while_nothing_happens(app, client_of, unit, ada, monkeypatch):
    monkeypatch.setattr(running, "WAIT", 60)
    known, foresee = [], running.foresee
    monkeypatch.setattr(
        running, "foresee", lambda *a, **more: known.append(more["unchanged"]) or foresee(*a, **more)
    )
    browser = client_of(ada)
    for days in (3, 4):
        page = f"/policies/action/every/preview?{urlencode(values_of(Policy(every_days=days), 0))}"
        assert "<h2>What it comes to</h2>" in browser.get(page).text
    assert known[0] is None
    assert known[1] is not None
    unit(
        lambda s: set_policy(
            s,
            actor=ada,
            at=clock.now(),
            kind=Kind.ACTION,
            severity=None,
            policy=Policy(every_days=9),
            version=0,
        )
    )
    page = f"/policies/action/every/preview?{urlencode(values_of(Policy(every_days=4), 1))}"
    assert "<h2>What it comes to</h2>" in browser.get(page).text
    assert known[2] is None
