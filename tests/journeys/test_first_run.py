"""An empty installation: the printed code, the organization, its first manager, libraries, people, partners."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.kit.clock import now
from auditapp.overview.setup.service import new_setup_code
from auditapp.people.model import Person
from auditapp.relationships.model import Relationship
from auditapp.trail import service as trail
from tests.journeys.browser import TABLET, check, person, shot
from tests.journeys.guide import FIRST_RUN, LAPTOP

PEOPLE = """name,email,job_title,roles,zone
Bea Bracken,bea.bracken@example.org,Lead auditor,auditor,Europe/London
Carl Clover,carl.clover at example.org,Director,ser,Europe/London
Dot Daisy,dot.daisy@example.org,Relationship lead,programme_manager;viewer,Europe/London
"""
PARTNERS = """partner,country,sector,relationship,kind,stage,priority,owner_email
Brook & Sons,GB,Building,Station roof,supplier,working_together,high,dot.daisy@example.org
"""
PASSWORD = "seven quiet hedgehogs"


def keep(page, name):
    """The pictures that the guide shows."""
    if name in FIRST_RUN:
        shot(page, name)


# The same way twice: as a test, and (make pictures) for the pictures of the guide.
@pytest.mark.parametrize("look", [check, pytest.param(keep, marks=pytest.mark.pictures)])
def test_from_nothing_to_the_home_page(chromium, empty, look):
    code = empty.unit(lambda s: new_setup_code(s, at=now()), "write")
    page = person(chromium, empty, None, LAPTOP if look is keep else TABLET)
    page.goto("/")
    page.wait_for_url("**/setup/")
    look(page, "first-run-code")
    page.get_by_label("Set-up code").fill("not the code")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Set-up code").fill(code)
    page.get_by_role("button", name="Begin").click()

    page.get_by_label("Name of the organization").fill("Bracken Bridges")
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("Time zone").select_option("Europe/London")
    look(page, "first-run-organization")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Holidays", level=1)).to_be_visible()
    look(page, "first-run-holidays")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Your name").fill("Ann Anemone")
    page.get_by_label("Your e-mail address").fill("ann.anemone@example.org")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    look(page, "first-run-manager")
    page.get_by_role("button", name="Make the organization").click()
    expect(page.get_by_role("heading", name="Clause libraries", level=1)).to_be_visible()
    look(page, "first-run-libraries")
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Bring them in").click()

    look(page, "first-run-people")
    page.locator("#file").set_input_files(csv(PEOPLE))
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("table", name="What is wrong")).to_contain_text("Line 3")
    look(page, "first-run-preview")
    page.get_by_role("button", name="Bring in 2 good rows").click()
    page.get_by_role("link", name="Go on").click()
    page.locator("#file").set_input_files(csv(PARTNERS))
    page.get_by_role("button", name="Look at it").click()
    look(page, "first-run-partners")
    page.get_by_role("button", name="Bring in all 1 rows").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bracken Bridges is ready")
    look(page, "first-run-ready")
    page.goto("/")
    look(page, "first-run-home")
    page.context.close()

    assert empty.unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Person))) == 3
    assert empty.unit(lambda s: s.scalars(sa.select(Relationship.name)).all()) == ["Station roof"]
    assert empty.unit(lambda s: list(trail.verify(s))) == []
    other = person(chromium, empty, None, TABLET)
    other.goto("/setup/")
    expect(other.get_by_label("Set-up code")).to_have_count(0)
    other.context.close()


def csv(text):
    return {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()}
