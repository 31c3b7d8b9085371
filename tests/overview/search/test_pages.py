"""One box for everything, and only what the person may see."""

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit, AuditMember, Programme
from auditapp.audits.rules import MemberRole
from auditapp.checklists.model import Edition
from auditapp.checklists.service import import_shipped
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.overview.search.queries import search
from auditapp.overview.search.rules import Kind
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from tests.factories import make_contact, make_person, make_relationship
from tests.factories.nonconformities import make_action, make_nonconformity


@pytest.fixture
def manager(unit):
    """Somebody who sees everything."""
    return unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Mona Tidewater"))


def fill(session, who, number=1):
    for n in range(number):
        audit = Audit(ref=f"IA-2026-{number}{n:03}", title=f"Tidal scheme {n}", created_at=now())
        session.add(audit)
        session.flush()
        session.add(
            Finding(
                ref=f"{audit.ref}-F1", audit_id=audit.id, grade=Grade.MINOR, statement="The tidal objectives are old.",
                raised_by_id=who.person_id, raised_at=now(),
            )
        )  # fmt: skip
        make_relationship(session, ref=f"R-{number}{n}", name=f"Tidal alliance {n}")
        nc = make_nonconformity(
            session, who, title=f"Tidal gates stay open {n}", statement="Seen on the quay."
        )
        make_action(session, nc, who.person_id, title=f"Close tidal gates {n}")


def told(page):
    return page.text[page.text.index('id="main"') :]


EVERYTHING = {
    "Tidal scheme", "The tidal objectives", "Tidal alliance", "Mona Tidewater", "Tidal gates", "Close tidal gates"
}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tid", EVERYTHING),
        ("TIDAL SCH", {"Tidal scheme"}),
        ("scheme tidal", {"Tidal scheme"}),
        ("objectives", {"The tidal objectives"}),
        ("tïdâl góles", set()),
        ("gates tïdâl", {"Tidal gates", "Close tidal gates"}),
        ("quay", {"Tidal gates"}),
        ("%", set()),
        ("_", set()),
        ("nothing like it", set()),
        ("\0tid'--", EVERYTHING),
        ('tid* XOR "', set()),
        ("tid AND", set()),
        ("", set()),
    ],
)
def test_words_find_what_has_them(client_of, unit, manager, query, found):
    unit(lambda s: fill(s, manager))
    page = client_of(manager).get("/search/", query_string={"q": query})
    assert page.status_code == 200
    assert {one for one in EVERYTHING if one in told(page)} == found


def test_a_whole_number_leads_to_its_page(client_of, unit, manager):
    unit(lambda s: fill(s, manager))
    client = client_of(manager)
    assert client.get("/search/?q=ia-2026-1000").location == "/audits/IA-2026-1000"
    assert client.get("/search/?q=+NC-2026-001 ").location == "/nonconformities/NC-2026-001"
    assert client.get("/search/?q=nc-2026-001-a1").location == "/actions/NC-2026-001-A1"


def test_a_whole_number_is_found_among_many_that_begin_with_it(client_of, unit, manager):
    def work(session):
        first = make_nonconformity(session, manager, ref="NC-2026-01")
        for n in range(30):
            make_nonconformity(session, manager, ref=f"NC-2026-01-{n}")
        return first.ref

    unit(work)
    assert client_of(manager).get("/search/?q=nc-2026-01").location == "/nonconformities/NC-2026-01"


def test_clauses_are_found_by_number_and_title(client_of, unit, manager):
    unit(lambda s: import_shipped(s, actor=manager, at=now()))

    def clauses(session, words):
        return next((one for one in search(session, manager, words) if one.kind is Kind.CLAUSE), None)

    def work(session):
        library = session.scalars(sa.select(Edition.content)).first()
        one = next(item for item in library["clauses"] if item.get("number"))
        by_number = clauses(session, one["number"])
        assert by_number.hits[0].ref == one["number"]
        by_title = clauses(session, " ".join(reversed(one["title"].upper().split()[:2])))
        assert any(hit.name.startswith(one["title"].split()[0]) for hit in by_title.hits)
        return one["number"]

    number = unit(work)
    page = client_of(manager).get("/search/", query_string={"q": number})
    assert "/checklists/" in told(page)
    assert "#c-" in told(page)


def test_more_than_a_few_lead_to_the_register(client_of, unit, manager):
    unit(lambda s: fill(s, manager, 12))
    page = told(client_of(manager).get("/search/?q=tidal"))
    assert page.count("Tidal scheme ") == 8
    assert 'href="/audits/?q=tidal&amp;view=all"' in page
    assert "Show all 12: Audits" in page
    assert client_of(manager).get("/audits/?q=tidal&view=all").text.count("Tidal scheme ") >= 12


def test_a_partners_contact_finds_only_what_is_theirs(client_of, unit, manager):
    def work(session):
        fill(session, manager, 2)
        partner = Partner(name="Tidal works", created_at=now())
        session.add_all([partner, Partner(name="Tidal rivals", created_at=now())])
        session.flush()
        shared = make_relationship(session, name="Tidal venture")
        me = make_contact(session, shared, partner_id=partner.id)
        audit = session.scalars(sa.select(Audit).where(Audit.title == "Tidal scheme 1")).one()
        member = AuditMember(person_id=me.person_id, role=MemberRole.AUDITEE)
        member.audit_id = audit.id
        session.add(member)
        session.add(
            Programme(
                ref="AP-2026", title="Tidal programme", starts_on=now().date(), ends_on=now().date(),
                responsible_id=manager.person_id, created_at=now(),
            )
        )  # fmt: skip
        nc = make_nonconformity(session, manager, title="Tidal secret")
        make_action(session, nc, me.person_id, title="Tidal task of mine")
        return me

    client = client_of(unit(work))
    page = told(client.get("/search/?q=tid"))
    suggested = client.get("/search/suggest?q=tid").text
    for seen in (page, suggested):
        for mine in ("Tidal scheme 1", "Tidal works", "Tidal venture", "Tidal task of mine"):
            assert mine in seen
        for other in (
            "Tidal scheme 0",
            "objectives are old",  # a finding is read in the issued report, not before
            "Tidal alliance",
            "Mona",
            "Tidal rivals",
            "Tidal secret",
            "Tidal gates",
            "tidal gates",
            "Tidal programme",
        ):
            assert other not in seen
    assert client.get("/search/?q=NC-2026-003").status_code == 200  # not led to what is not theirs
    assert "secret" not in client.get("/search/?q=NC-2026-003").text


def test_an_owner_finds_the_nonconformities_they_have_a_part_in(unit, manager):
    def work(session):
        me = make_person(session, Role.ACTION_OWNER)
        mine = make_nonconformity(session, manager, title="Tidal one", responsible_id=me.person_id)
        make_nonconformity(session, manager, title="Tidal two")
        found = {one.kind: [hit.ref for hit in one.hits] for one in search(session, me, "tidal")}
        assert found == {Kind.NONCONFORMITY: [mine.ref]}

    unit(work)


def test_suggestions_are_a_few_of_each(client_of, unit, manager):
    unit(lambda s: fill(s, manager, 9))
    answer = client_of(manager).get("/search/suggest?q=tid")
    groups = {one["title"]: one["hits"] for one in answer.json["groups"]}
    assert {title: len(hits) for title, hits in groups.items()} == {
        "Nonconformities": 4, "Actions": 4, "Audits": 4, "Audit findings": 4, "Relationships": 4, "People": 1
    }  # fmt: skip
    assert groups["Audits"][0]["url"].startswith("/audits/IA-2026-9")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client_of(manager).get("/search/suggest?q=").json == {"groups": []}


def test_every_list_that_is_linked_finds_by_the_same_words(client_of, unit, manager):
    unit(lambda s: fill(s, manager))
    client = client_of(manager)
    for address, there in (
        ("/audits/?view=all&q=schème+tid", "Tidal scheme 0"),
        ("/findings/?q=old+tidal", "The tidal objectives are old."),
        ("/relationships/?q=alliance+tid", "Tidal alliance 0"),
        ("/people/?q=tidewater+mona", "Mona Tidewater"),
    ):
        assert there in told(client.get(address)), address


def test_the_number_of_statements_does_not_grow(app, client_of, unit, manager):
    client = client_of(manager)
    with app.app_context():
        engine = db.engine
    seen = []
    for number in (1, 10, 100):
        unit(lambda s, n=number: fill(s, manager, n))
        statements = []

        def listen(*args, log=statements):
            log.append(args[2])

        sa.event.listen(engine, "before_cursor_execute", listen)
        assert client.get("/search/?q=tid").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listen)
        seen.append(len(statements))
    assert len(set(seen)) == 1
    assert max(seen) <= 16
