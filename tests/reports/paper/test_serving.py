"""The page and the files of a report over HTTP."""

import io
import re

import openpyxl
import pytest
from flask import Blueprint, get_template_attribute
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from auditapp.people.guards import guard
from auditapp.people.rules import Capability
from auditapp.reports.paper.serving import FILES, answer
from tests.factories import make_person
from tests.journeys.browser import check, watch
from tests.reports.paper.samples import HOSTILE, REPORTS, full
from tests.serving import serving

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def client(app, unit, client_of):
    """Somebody who is signed in, before a site with one report."""
    bp = Blueprint("probe", __name__, url_prefix="/probe")

    @bp.get("/readiness")
    @bp.get(f"/readiness.{FILES}", endpoint="readiness")
    @guard(Capability.SIGNED_IN)
    def readiness(suffix: str = ""):
        return answer(full(), suffix, back=("Reports", "/"))

    @bp.get("/long")
    @bp.get(f"/long.{FILES}", endpoint="long")
    @guard(Capability.SIGNED_IN)
    def long(suffix: str = ""):
        return answer(full(130), suffix, back=("Reports", "/"))

    app.register_blueprint(bp)
    return client_of(unit(lambda session: make_person(session, name="Ada Example")))


def test_page_and_files_stand_beside_each_other(client):
    page = client.get("/probe/readiness?year=2026&relationship=R-01&relationship=R-02&_external=1")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    html = page.text
    for said in (
        "Could we be audited today?",
        "As of 28 November 2026, 14:02 UTC",
        "Nobody has looked at the exit strategy.",
        "There is no gap.",
        'href="/findings?clause=3"',
        'id="clause-3"',
        'href="#clause-3"',
        'data-label="State"',
        "table-matrix",
        "&lt;script&gt;alert(1)",
    ):
        assert said in html, said
    assert "<script>alert(1)" not in html
    links = re.findall(r'href="(/probe/readiness\.[^"]+)"', html)
    query = "?year=2026&amp;relationship=R-01&amp;relationship=R-02"
    assert links == [f"/probe/readiness.{suffix}{query}" for suffix in ("pdf", "docx", "xlsx")]
    for link, magic in zip(links, (b"%PDF-", b"PK", b"PK"), strict=True):
        got = client.get(link.replace("&amp;", "&"))
        assert got.data.startswith(magic)
        suffix = link.partition(".")[2].partition("?")[0]
        assert got.headers["Content-Disposition"] == f"attachment; filename=CR-2026-11-2026-11-28.{suffix}"
        assert got.headers["Cache-Control"] == "private, no-store"
        assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        got.close()
    assert client.get("/probe/readiness.exe").status_code == 404


def test_a_long_table_pages_and_the_files_forget_it(client):
    html = client.get("/probe/long?table-1=2&year=2026").text
    assert html.count('scope="row"') < 90
    assert "51 to 100 of 130" in html
    assert 'aria-label="Pages of Clauses"' in html
    assert 'rel="next" href="/probe/long?table-1=3&amp;year=2026#table-1"' in html
    assert 'href="/probe/long?table-1=1&amp;year=2026#clause-3"' in html
    assert 'href="/probe/long.pdf?year=2026"' in html


@pytest.mark.browser
def test_the_page_is_accessible_and_its_boxes_can_be_reached(app, client, chromium):
    cookie = next(iter(client._cookies.values()))
    with serving(app) as base:
        context = chromium.new_context(viewport={"width": 820, "height": 1180}, base_url=base)
        watch(context)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])
        page = context.new_page()
        page.goto("/probe/long")
        check(page)
        boxes = page.locator(".table-scroll, .scroll")
        assert boxes.count() >= 3
        assert boxes.evaluate_all(
            "all => all.every(one => one.tabIndex === 0 && one.getAttribute('role') === 'region' && one.ariaLabel)"
        )
        words = page.locator(".report-contents a")
        assert words.evaluate_all(
            "all => all.every(one => getComputedStyle(one).wordBreak === 'normal' && one.scrollWidth <= one.clientWidth + 1)"
        )
        page.set_viewport_size({"width": 390, "height": 844})
        check(page)
        context.close()


def test_links_of_a_file_lead_to_the_site(client):
    got = client.get("/probe/readiness.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(got.data))
    assert book["Clauses"]["A2"].hyperlink.target.startswith("http://127.0.0.1:8000/findings")
    got.close()
    got = client.get("/probe/readiness.pdf")
    assert len(PdfReader(io.BytesIO(got.data)).pages) > 3
    got.close()


@settings(
    max_examples=25,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
@given(REPORTS)
def test_no_text_breaks_the_page(app, report):
    with app.test_request_context():
        html = str(get_template_attribute("paper/report.html", "report_body")(report))
    assert "<script>" not in html
    assert 'href="javascript' not in html.lower()
    assert 'href="//' not in html


def test_what_is_hostile_is_a_text(app):
    with app.test_request_context():
        html = str(
            get_template_attribute("paper/report.html", "report_words")(HOSTILE, "javascript:alert(1)")
        )
    assert "<" not in html
    assert "href" not in html
