"""Registers and trends as pages, files and pictures, for an organization without anything in it too."""

from datetime import UTC, date, datetime, time

import pytest

from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.people.rules import Role
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_nonconformity

PICTURES = ("trend", "ageing", "causes", "coverage", "ladder")


def test_the_page_and_its_files_of_an_organization_without_findings(client_of, unit):
    client = client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))
    page = client.get("/reports/trends?since=2026-01-01&until=2026-03-31")
    assert page.status_code == 200
    assert "1 January 2026 to 31 March 2026" in page.text
    assert "No audit programme with a clause checklist" in page.text
    for said in (
        "No nonconformity was raised or closed",
        "No nonconformity is open now",
        "No root cause is on record",
        "No reminder began",
    ):
        assert said in page.text
    assert ".svg" not in page.text.split("report-mark")[0].split("report-chapter", 1)[1]
    for ending, start in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        assert client.get(f"/reports/trends.{ending}?since=2026-01-01").data.startswith(start)
    for name in PICTURES:
        answer = client.get(f"/reports/trends/{name}.svg?since=2026-01-01&theme=dark")
        assert answer.status_code == 200
        assert answer.mimetype == "image/svg+xml"
        assert "There is nothing to show yet" in answer.text or "<svg" in answer.text


@pytest.mark.parametrize(
    "asked", ["since=soon&until=x", "since=2026-12-01&until=2026-01-01", "relationship=%00R-99"]
)
def test_what_cannot_be_read_is_left_out(client_of, unit, asked):
    client = client_of(unit(lambda s: make_person(s, Role.VIEWER)))
    assert client.get(f"/reports/trends?{asked}").status_code == 200


def raised_in(session, day):
    """A relationship with a nonconformity of that day; its reference."""
    at = datetime.combine(day, time(9), UTC)
    relationship = make_relationship(session, ref="R-77")
    make_nonconformity(
        session, make_person(session, Role.VIEWER), status=NcStatus.ISSUED, issued_at=at, raised_at=at,
        relationship_id=relationship.id,
    )  # fmt: skip
    return relationship.ref


def test_the_filters_stand_in_every_address(client_of, unit):
    ref = unit(lambda s: raised_in(s, date(2026, 2, 3)))
    page = client_of(unit(lambda s: make_person(s, Role.VIEWER))).get(
        f"/reports/trends?since=2026-01-01&until=2026-03-31&relationship={ref.lower()}"
    )
    assert 'value="R-77" selected' in page.text
    assert (
        "/reports/trends/trend.svg?since=2026-01-01&amp;until=2026-03-31&amp;relationship=R-77" in page.text
    )
    assert "/reports/trends.pdf?" in page.text


def test_who_may_see_it(client_of, unit):
    assert (
        client_of(unit(lambda s: make_person(s, Role.PARTNER_CONTACT))).get("/reports/trends").status_code
        == 403
    )
    owner = client_of(unit(lambda s: make_person(s, Role.ACTION_OWNER)))
    assert owner.get("/reports/trends").status_code == 200
    assert owner.get("/reports/trends/ladder.svg").status_code == 403
    assert owner.get("/reports/trends/other.svg").status_code == 404
