"""Choosing when one is told, going away, and reading what one was told: on a desk, a tablet and a phone."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.kit.clock import day_in, now
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind
from tests.journeys.browser import DESK, PHONE, TABLET, check, person, shot

OONA = "oona.oak@example.org"


def tell(session):
    """What the ladder would tell Oona: a reminder, and what came to her because nobody else answered."""
    oona = session.scalars(sa.select(Person.id).where(Person.email == OONA)).one()
    for number, kind in enumerate((NoticeKind.REMINDER, NoticeKind.ESCALATION, NoticeKind.QUESTION)):
        at = now() - timedelta(hours=number + 1)
        session.add(
            Notice(
                dedupe=new_id().hex, person_id=oona, item_key=f"action:{number}", kind=kind, urgent=False,
                created_at=at, not_before=at, level=number,
                about={
                    "kind": "action", "ref": f"AC-2026-01{number}", "title": "Torque tools are checked before each shift",
                    "endpoint": "findings.my_actions", "args": {}, "due_on": day_in("Europe/London", at).isoformat(),
                    "due_at": None, "overdue": number > 0,
                    "step": Text("Say that it is done, with its evidence.").to_json(),
                    "why": Text("You own this action.").to_json(),
                    "next": Text("If nothing happens by Monday, %(who)s is told.", who="Ada Alder").to_json(),
                },
            )
        )  # fmt: skip


@pytest.fixture
def told(demo):
    demo.unit(tell, "write")
    return demo


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name).first.click()


@pytest.mark.parametrize(("name", "size"), [("desk", DESK), ("tablet", TABLET), ("phone", PHONE)])
def test_a_week_of_ones_own_and_its_notices(chromium, told, name, size):
    page = person(chromium, told, OONA, size)
    page.goto("/")
    expect(page.get_by_role("link", name="Notices")).to_be_visible()
    shot(page, f"notices-bell-{name}")
    page.get_by_role("link", name="Notices").click()
    expect(page.get_by_role("heading", name="Notices", level=1)).to_be_visible()
    check(page, f"notices-{name}")
    before = page.locator("article").count()
    press(page, "Open AC-2026-01")
    expect(page).to_have_url(f"{told.url}/actions/mine")
    page.goto("/notices/")
    assert page.locator("article").count() == before - 1
    page.get_by_role("link", name="When and how I am told").click()
    expect(page.get_by_text("You are told Monday to Friday")).to_be_visible()
    check(page, f"my-reminders-{name}")
    shot(page, f"my-reminders-whole-{name}", full=True)
    page.get_by_label("To", exact=True).fill("06:00")
    press(page, "Keep these choices")
    expect(page.get_by_text("Hours over midnight are not supported").first).to_be_visible()
    check(page, f"my-reminders-refused-{name}")
    page.get_by_label("To", exact=True).fill("16:30")
    press(page, "Keep these choices")
    expect(page.get_by_text("between 09:00 and 16:30")).to_be_visible()
    first = day_in("Europe/London", now()) + timedelta(days=30)
    page.get_by_label("First day away").fill(first.isoformat())
    page.get_by_label("Last day away").fill((first + timedelta(days=4)).isoformat())
    page.get_by_label("Who is told meanwhile").select_option(label="Pip Poplar")
    press(page, "Keep the absence")
    expect(page.get_by_role("table", name="Absences").get_by_text("Pip Poplar")).to_be_visible()
    page.goto("/me/reminders")  # from the top: what lies half under the bar would count as too small to touch
    check(page)
    page.get_by_role("link", name="Take back the absence").click()
    check(page, f"absence-end-{name}")
    press(page, "Take back the absence")
    expect(page.get_by_text("No absence is planned")).to_be_visible()
    page.context.close()


def test_somebody_who_is_away_as_the_system_manager_sees_it(chromium, demo):
    page = person(chromium, demo, "ada.alder@example.org", DESK)
    page.goto("/people/?q=Quince")
    page.get_by_role("link", name="Quin Quince").click()
    page.get_by_role("link", name="Reminders and absences").click()
    expect(page.get_by_text("Pip Poplar is told meanwhile.")).to_be_visible()
    check(page, "reminders-of-somebody-away")
    page.context.close()
