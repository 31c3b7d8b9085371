"""Pages of policies: read by everybody of the organization, changed by two roles, through the preview."""

import re
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.people.rules import Role
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.policies import queries, service
from auditapp.reminders.policies.forms import values_of
from auditapp.reminders.policies.rules import Policy, Rung, default_policy
from auditapp.reminders.preview import running
from auditapp.reminders.rules import KIND_LABELS, Kind, Level, Severity
from tests.factories import make_contact, make_person, make_relationship

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
SUGGESTED = default_policy(Kind.ACTION, Severity.NORMAL)


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A preview is waited for: how far it is has tests of its own."""
    monkeypatch.setattr(running, "WAIT", 60)


@pytest.fixture
def world(unit):
    def make(session):
        relationship = make_relationship(session, ref="R-01")
        return {
            "ada": make_person(session, Role.SYSTEM_MANAGER, name="Ada System"),
            "kim": make_person(session, Role.PROGRAMME_MANAGER, name="Kim Programme"),
            "viewer": make_person(session, Role.VIEWER),
            "contact": make_contact(session, relationship),
        }

    return unit(make)


def typed(policy=SUGGESTED, version=0, **more):
    values = values_of(policy, version) | more
    return {name: value for name, value in values.items() if value is not None}


def in_force(unit, severity=Severity.NORMAL):
    return unit(lambda s: queries.policies(s)(Kind.ACTION, severity), "read")


def test_every_kind_stands_on_the_page_in_words(client_of, world):
    page = client_of(world["viewer"]).get("/policies/").get_data(as_text=True)
    for label in KIND_LABELS.values():
        assert str(label) in page
    assert "Action, critical" in page
    assert "after 16 working hours without an answer the deputy, after 8 more the relationship owner" in page
    assert "A reminder that is running keeps the policy it began with." in page
    assert "Open a line to change it" not in page
    assert "Open a line to change it" in client_of(world["kim"]).get("/policies/").get_data(as_text=True)


def test_whoever_does_not_decide_reads_it_in_words(client_of, world):
    browser = client_of(world["viewer"])
    page = browser.get("/policies/action/every").get_data(as_text=True)
    assert "twice without a reason" in page
    assert '<form method="get" action="/policies' not in page
    assert browser.post("/policies/action/every", data=typed()).status_code == 403
    assert browser.post("/policies/action/every/reset").status_code == 403
    assert browser.get(f"/policies/action/every/preview?{urlencode(typed())}").status_code == 403


def test_a_partners_contact_sees_none_of_it(client_of, world):
    browser = client_of(world["contact"])
    for address in ("/policies/", "/policies/action/every", "/policies/stuck/"):
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize(
    "address", ["/policies/nothing/every", "/policies/action/nothing", "/policies/action/"]
)
def test_what_is_not_there_is_not_found(client_of, world, address):
    assert client_of(world["ada"]).get(address).status_code in {404, 308}


@pytest.mark.parametrize("who", ["ada", "kim"])
def test_a_policy_is_looked_at_ahead_and_saved_from_there(client_of, unit, world, who):
    browser = client_of(world[who])
    page = browser.get("/policies/action/every").get_data(as_text=True)
    assert 'value="7, 1"' in page
    wanted = typed(leads="10; 2", every_days=3, on_1=None)
    page = browser.get(f"/policies/action/every/preview?{urlencode(wanted)}").get_data(as_text=True)
    assert "10 days and 2 days before" in page
    assert in_force(unit) == SUGGESTED
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert hidden["leads"] == "10, 2"
    answer = browser.post("/policies/action/every", data=hidden)
    assert answer.status_code == 302
    found = in_force(unit)
    assert (found.leads, found.every_days) == ((10, 2), 3)
    assert Level.DEPUTY not in {rung.level for rung in found.rungs}
    page = browser.get(answer.location).get_data(as_text=True)
    assert "Reminders that are running keep the one they began with" in page
    assert "changed when people are reminded" in page


@pytest.mark.parametrize(
    ("wrong", "where", "says"),
    [
        ({"leads": "seven"}, "leads", "Numbers with commas between"),
        ({"leads": "400"}, "leads", "each from 1 to 365"),
        ({"leads": "7, 7"}, "leads", "stands here twice"),
        ({"every_days": ""}, "every_days", "Give a whole number from 1 to 30."),
        ({"every_days": "two"}, "every_days", "Not a valid integer value"),
        ({"most": "99"}, "most", "Give a whole number from 1 to 40."),
        ({"most": "2"}, "most", "would never be told"),
        ({"wait_2": ""}, "wait_2", "Say how many working hours this level waits."),
        ({"wait_4": "401"}, "wait_4", "From 1 to 400 working hours."),
        ({"wait_0": "0"}, "wait_0", "From 1 to 400 working hours."),
        ({"grace_days": "61"}, "grace_days", "Give a whole number from 0 to 60."),
    ],
)
def test_a_fault_stands_at_its_field_and_what_was_typed_stays(  # noqa: PLR0917 - fixtures
    client_of, unit, world, wrong, where, says
):
    browser = client_of(world["ada"])
    values = typed(ack_days="17") | wrong
    for answer in (
        browser.get(f"/policies/action/every/preview?{urlencode(values)}"),
        browser.post("/policies/action/every", data=values),
    ):
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        error = re.search(rf'id="{where}-error">(.*?)</p>', page, re.DOTALL)
        assert error
        assert says in error[1]
        assert f'href="#{where}"' in page
        assert 'value="17"' in page
        for value in wrong.values():
            assert f'value="{value}"' in page
    assert in_force(unit) == SUGGESTED


def test_a_level_that_is_off_needs_no_hours(client_of, unit, world):
    values = typed() | {"wait_5": ""}
    assert client_of(world["ada"]).post("/policies/action/every", data=values).status_code == 302
    assert in_force(unit) == SUGGESTED


def test_somebody_else_was_faster_and_what_was_typed_stays(client_of, unit, world):
    other = Policy(every_days=9)
    unit(
        lambda s: service.set_policy(
            s, actor=world["kim"], at=now(), kind=Kind.ACTION, severity=None, policy=other, version=0
        )
    )
    browser = client_of(world["ada"])
    values = typed(every_days="4")
    for answer in (
        browser.get(f"/policies/action/every/preview?{urlencode(values)}"),
        browser.post("/policies/action/every", data=values),
    ):
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert "Somebody changed this policy since you opened the page" in page
        assert re.search(r'name="every_days"[^>]*value="4"', page)
    assert in_force(unit) == other


def test_a_severity_gets_its_own_and_loses_it_again(client_of, unit, world):
    browser = client_of(world["ada"])
    daily = Policy(every_days=1, leads=(2,), rungs=(Rung(level=Level.OWNER, wait_hours=4),))
    browser.post("/policies/action/serious", data=typed(daily))
    assert in_force(unit, Severity.SERIOUS) == daily
    assert in_force(unit) == SUGGESTED
    page = browser.get("/policies/").get_data(as_text=True)
    assert "Action, serious" in page
    page = browser.get("/policies/action/serious").get_data(as_text=True)
    assert "Take the change of “Action, serious” back" in page
    assert browser.post("/policies/action/serious/reset", data={"version": "1"}).status_code == 302
    assert in_force(unit, Severity.SERIOUS) == SUGGESTED


def test_the_suggested_figures_are_filled_in_on_request(client_of, unit, world):
    browser = client_of(world["ada"])
    browser.post("/policies/action/every", data=typed(Policy(every_days=9, leads=())))
    assert re.search(r'name="every_days"[^>]*value="9"', browser.get("/policies/action/every").text)
    page = browser.get("/policies/action/every?suggested=1").text
    assert re.search(r'name="every_days"[^>]*value="2"', page)
    assert in_force(unit).every_days == 9


def test_changing_every_severity_warns_where_critical_things_were_asked_for_more_often(client_of, world):
    browser = client_of(world["ada"])
    assert "it decides for critical things too" in browser.get("/policies/action/every").text
    assert "it decides for critical things too" not in browser.get("/policies/audit/every").text


def test_the_preview_without_figures_leads_to_the_form(client_of, world):
    answer = client_of(world["ada"]).get("/policies/action/every/preview")
    assert answer.location == "/policies/action/every"


def test_on_the_way_back_from_the_preview_everything_is_still_there(client_of, world):
    page = client_of(world["ada"]).get(f"/policies/action/every?{urlencode(typed(every_days=6))}").text
    assert re.search(r'name="every_days"[^>]*value="6"', page)


def statements(app, browser, address):
    seen = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine

    def note(connection, cursor, statement, *_):
        del connection, cursor
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION")):
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    answer = browser.get(address)
    sa.event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    return len(seen)


@pytest.mark.parametrize("runs", [1, 200])
def test_as_many_statements_whatever_runs(app, unit, client_of, world, runs):
    def make(session):
        for _ in range(runs):
            session.add(
                ReminderRun(
                    item_key=f"x:{new_id()}", due_version="1", kind=Kind.ACTION, severity=Severity.NORMAL, ref="A",
                    title="A", due_on=now().date(), due_at=None, relationship_id=None, policy=Policy().to_json(), owners=[],
                    started_at=now(),
                )
            )  # fmt: skip

    unit(make)
    browser = client_of(world["ada"])
    browser.get("/policies/")
    assert statements(app, browser, "/policies/") <= 6
    assert statements(app, browser, "/policies/action/every") <= 7
    assert f"{runs} under an older policy" in browser.get("/policies/").text
