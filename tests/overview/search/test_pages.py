"""One box for everything, and only what the person may see."""

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.rules import MemberRole
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from tests.factories import make_person, make_relationship


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


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tid", {"Tidal scheme", "The tidal objectives", "Tidal alliance", "Mona Tidewater"}),
        ("TIDAL SCH", {"Tidal scheme"}),
        ("objectives", {"The tidal objectives"}),
        ("%", set()),
        ("_", set()),
        ("nothing like it", set()),
        ("\0tid'--", set()),
        ("", set()),
    ],
)
def test_a_word_finds_what_has_it(client_of, unit, manager, query, found):
    unit(lambda s: fill(s, manager))
    page = client_of(manager).get("/search/", query_string={"q": query})
    assert page.status_code == 200
    told = page.text[page.text.index('id="main"') :]
    everything = {"Tidal scheme", "The tidal objectives", "Tidal alliance", "Mona Tidewater"}
    assert {one for one in everything if one in told} == found


def test_a_whole_number_leads_to_its_page(client_of, unit, manager):
    unit(lambda s: fill(s, manager))
    assert client_of(manager).get("/search/?q=ia-2026-1000").location == "/audits/IA-2026-1000"


def test_a_partners_contact_finds_only_what_is_theirs(client_of, unit, manager):
    def work(session):
        fill(session, manager, 2)
        partner = Partner(name="Partner", created_at=now())
        session.add(partner)
        session.flush()
        me = make_person(session, Role.PARTNER_CONTACT, partner_id=partner.id)
        audit = session.scalars(sa.select(Audit).where(Audit.title == "Tidal scheme 1")).one()
        member = AuditMember(person_id=me.person_id, role=MemberRole.AUDITEE)
        member.audit_id = audit.id
        session.add(member)
        return me

    page = client_of(unit(work)).get("/search/?q=tid").text
    told = page[page.index('id="main"') :]
    assert "Tidal scheme 1" in told
    assert "Tidal scheme 0" not in told
    assert "objectives are old" not in told  # a finding is read in the issued report, not before
    assert "Tidal alliance" not in told
    assert "Mona" not in told


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
