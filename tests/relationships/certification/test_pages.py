"""Pages of certification: from nothing to a certificate, what the body found, and who sees it."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.certification import service
from auditapp.relationships.certification.model import CertificateFinding, CertificateVisit
from auditapp.relationships.certification.rules import FindingKind, Scheme, VisitKind
from auditapp.relationships.certification.service.findings import FindingInput
from auditapp.relationships.certification.service.visits import VisitInput
from bench.stage import statements
from tests.factories import make_contact, make_person, make_relationship

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
TODAY = now().date()


def day(days):
    return (TODAY + timedelta(days=days)).isoformat()


@pytest.fixture
def ada(unit):
    return unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Ada A"))


def version_in(page):
    return re.search(r'name="version" type="hidden" value="(\d+)"', page)[1]


def posted(browser, url, **data):
    """Open a page, send its form; it must be taken."""
    page = browser.get(url)
    assert page.status_code == 200, page.text
    answer = browser.post(url, data={"version": version_in(page.text)} | data)
    assert answer.status_code == 302, answer.text
    return answer.location


def test_from_the_wish_to_the_certificate(unit, client_of, ada):
    browser = client_of(ada)
    assert "No certificate yet" in browser.get("/certificate/").text
    here = posted(
        browser, "/certificate/new", scheme="iso_44001", body="Oakmark", scope="Rail and tidal work"
    )
    assert here == "/certificate/CR-01"
    assert "Agree the days of Stage 1" in browser.get(here).text
    posted(browser, f"{here}/visits/new", kind="stage_1", planned_from=day(-90), held_from=day(-90))
    visit = unit(lambda s: s.scalars(sa.select(CertificateVisit.id)).one(), "read")
    where = posted(
        browser, f"/certificate/visits/{visit}/findings/new", kind="concern", statement="No management review",
        owner_id=str(ada.person_id), due_on=day(-40), plan="", body_ref="C1", clause="9.3",
    )  # fmt: skip
    assert "Concerns still open: 1" in browser.get(here).text
    page = browser.get(where).text
    assert "Overdue" in page
    assert "Ada A answers it by" in page
    posted(browser, f"{where}/answer", answer="Held on Monday.", on=day(-30))
    posted(browser, f"{where}/accept", said="Fine.", on=day(-20))
    assert "Accepted" in browser.get(where).text
    posted(browser, f"{here}/visits/new", kind="stage_2", held_from=day(-60), held_to=day(-58))
    assert "The body decides" in browser.get(here).text
    posted(browser, f"{here}/decision", kind="initial", decided_on=day(-30))
    page = browser.get("/certificate/").text
    assert "Certified" in page
    assert "The first surveillance visit has to be held by" in page
    page = browser.get(here).text
    assert "First, within twelve months" in page
    assert "Plan it from" in page
    assert browser.get("/certificate/findings?show=all").text.count("No management review") == 1


def test_bad_input_keeps_what_was_typed(client_of, ada):
    browser = client_of(ada)
    here = posted(browser, "/certificate/new", scheme="iso_44001", body="Oakmark")
    version = version_in(browser.get(f"{here}/decision").text)
    answer = browser.post(
        f"{here}/decision",
        data={"version": version, "kind": "initial", "decided_on": day(3), "note": "typed words"},
    )
    assert answer.status_code == 422
    assert "lies ahead" in answer.text
    assert "typed words" in answer.text
    stale = {"version": "99", "kind": "initial", "decided_on": day(-3)}
    assert browser.post(f"{here}/decision", data=stale).status_code == 409
    assert browser.post("/certificate/new", data={"scheme": "iso_44001", "body": ""}).status_code == 422


def test_given_up_and_taken_back(client_of, ada):
    browser = client_of(ada)
    here = posted(browser, "/certificate/new", scheme="bs_11000", body="Oakmark")
    posted(browser, f"{here}/end", on=day(-1), reason="The standard was withdrawn.")
    page = browser.get(here).text
    assert "The standard was withdrawn." in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert browser.post(f"{here}/resume", data={"version": version}).status_code == 302
    assert "Enter a visit" in browser.get(here).text


def filled(session, ada, findings=1, certificates=1):
    made = []
    for _ in range(certificates):
        one = service.add_certificate(session, actor=ada, at=now(), scheme=Scheme.ISO_44001, body="Oakmark")
        visit = service.plan_visit(
            session, actor=ada, at=now(), ref=one.ref,
            visit=VisitInput(kind=VisitKind.STAGE_2, held_from=TODAY - timedelta(days=5)),
        )  # fmt: skip
        made += [
            service.raise_finding(
                session, actor=ada, at=now(), visit_id=visit.id,
                finding=FindingInput(
                    kind=FindingKind.MINOR, statement=f"secret finding {number}", due_on=TODAY,
                    owner_id=ada.person_id,
                ),
            )
            for number in range(findings)
        ]  # fmt: skip
    return one.ref, made[0].ref


def test_our_own_people_read_and_a_contact_does_not(unit, client_of, ada):
    ref, finding = unit(lambda s: filled(s, ada))
    reader = client_of(unit(lambda s: make_person(s, Role.AUDITOR)))
    contact = client_of(unit(lambda s: make_contact(s, make_relationship(s))))
    for url in (
        "/certificate/",
        f"/certificate/{ref}",
        "/certificate/findings",
        f"/certificate/findings/{finding}",
    ):
        page = reader.get(url)
        assert page.status_code == 200
        assert "secret finding" in page.text
        assert "Enter a" not in page.text
        assert "It was answered" not in page.text
        assert contact.get(url).status_code == 403
    for url in (f"/certificate/{ref}/edit", "/certificate/new", f"/certificate/{ref}/decision"):
        assert reader.get(url).status_code == 403
    assert reader.post(f"/certificate/findings/{finding}/answer", data={"answer": "x"}).status_code in {
        403,
        422,
    }
    assert 'href="/certificate/"' in reader.get("/certificate/").text
    assert 'href="/certificate/"' not in contact.get("/relationships/").text


def test_the_statements_do_not_grow(app, unit, client_of, ada):
    browser = client_of(ada)
    ref, _ = unit(lambda s: filled(s, ada))

    def counted():
        result = []
        for url in ("/certificate/", f"/certificate/{ref}", "/certificate/findings"):
            with statements(app) as ran:
                assert browser.get(url).status_code == 200
            result.append(len(ran))
        return result

    before = counted()
    unit(lambda s: filled(s, ada, findings=30, certificates=4))
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(CertificateFinding)), "read") == 121
    assert counted() == before
