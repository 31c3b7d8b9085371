"""A long file in the browser: asked for, waited for without loading the page anew, and fetched."""

from playwright.sync_api import expect

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, run_unit
from auditapp.reports.made.model import ReportOrder
from auditapp.reports.made.running import WORKSHOP
from auditapp.reports.orders import running
from auditapp.reports.orders.queries import next_to_make
from tests.journeys.browser import PHONE, check, person
from tests.journeys.site import copy_of
from tests.journeys.site import running as served


def test_a_long_file_is_ordered_waited_for_and_fetched(chromium, demonstration, tmp_path):
    with served(copy_of(demonstration, tmp_path / "copy")) as site:
        site.app.extensions["auditapp"].long_report_rows = 0
        page = person(chromium, site, "ada.alder@example.org", PHONE)
        page.goto("/reports/stage-2")
        page.get_by_role("link", name="PDF", exact=True).click()
        check(page, "made-ask")
        page.get_by_role("button", name="Make the file").click()
        expect(page.locator("[data-working]")).to_contain_text("Waiting for the clock")
        check(page, "made-waiting")
        with site.app.app_context():
            order_id = run_unit(lambda: next_to_make(current_session(), ReportOrder, now()), "read")
            running.make(site.app, WORKSHOP, order_id)
        expect(page.get_by_role("link", name="Fetch the file")).to_be_visible()
        check(page, "made-ready")
        with page.expect_download() as got:
            page.get_by_role("link", name="Fetch the file").click()
        assert got.value.path().read_bytes()[:5] == b"%PDF-"
        page.goto("/reports/files")
        check(page, "made-list")
        page.goto("/notices/")
        check(page, "made-notices")
        page.context.close()
