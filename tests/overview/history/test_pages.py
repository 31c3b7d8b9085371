"""The organization's history as a page: sentences, filters in the address, a fixed number of statements."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.trail.service import record
from tests.factories import make_person, make_relationship


@pytest.fixture
def manager(unit):
    """Somebody who may read the trail."""
    return unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Mona Sample"))


def tell(session, who, verb="audit.opened", *, kind="audit", ref="IA-2026-001", thing="1", ago=0, **more):
    return record(
        session, actor_id=who.person_id if who else None, at=now() - timedelta(days=ago), verb=verb, thing_kind=kind,
        thing_id=thing, thing_ref=ref, **more,
    )  # fmt: skip


def test_facts_are_told_in_sentences(client_of, unit, manager):
    unit(lambda s: tell(s, manager))
    unit(
        lambda s: tell(s, None, "audit.postponed", ref="IA-2026-002", after={"reason": "The site is closed."})
    )
    unit(
        lambda s: tell(
            s,
            manager,
            "role.granted",
            kind="person",
            ref="x",
            thing=manager.person_id,
            after={"role": "auditor"},
        )
    )
    page = client_of(manager).get("/history/").text
    assert "Mona Sample held the opening meeting of IA-2026-001." in page
    assert "The system postponed IA-2026-002." in page
    assert "The site is closed." in page
    assert "Mona Sample gave Mona Sample a role." in page
    assert "Internal auditor" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"IA-2026-001", "IA-2026-002", "NC-9"}),
        ("kind=finding", {"NC-9"}),
        ("verb=audit.opened", {"IA-2026-001", "IA-2026-002"}),
        ("ref=ia-2026-002", {"IA-2026-002"}),
        ("ref=%25", set()),
        ("kind=answer", {"A-7"}),
        ("kind=all", {"IA-2026-001", "IA-2026-002", "NC-9", "A-7"}),
        ("person=00000000-0000-0000-0000-000000000001", set()),
        ("person=nobody", {"IA-2026-001", "IA-2026-002", "NC-9"}),
        ("since=tomorrow&until=x&page=-5&verb=nothing", {"IA-2026-001", "IA-2026-002", "NC-9"}),
        ("since=0001-01-01&until=9999-12-31&endpoint=x", {"IA-2026-001", "IA-2026-002", "NC-9"}),
    ],
)
def test_filters_are_the_address(client_of, unit, manager, query, found):
    unit(lambda s: tell(s, manager))
    unit(lambda s: tell(s, manager, ref="IA-2026-002"))
    unit(lambda s: tell(s, manager, "finding.raised", kind="finding", ref="NC-9"))
    unit(lambda s: tell(s, manager, "answer.changed", kind="answer", ref="A-7"))
    page = client_of(manager).get(f"/history/?{query}")
    assert page.status_code == 200
    told = page.text[page.text.index("</form>") :]
    assert {
        ref for ref in ("IA-2026-001", "IA-2026-002", "NC-9", "A-7") if ref in told.split("</form>")[-1]
    } == found


def test_days_are_those_of_the_reader(client_of, unit, manager):
    unit(lambda s: tell(s, manager, ref="IA-OLD", ago=10))
    unit(lambda s: tell(s, manager, ref="IA-NEW"))
    since = (now() - timedelta(days=3)).date()
    page = client_of(manager).get(f"/history/?since={since}").text
    assert "meeting of IA-NEW" in page
    assert "meeting of IA-OLD" not in page
    assert "meeting of IA-OLD" in client_of(manager).get(f"/history/?until={since}").text


def test_one_context_alone(client_of, unit, manager):
    context = uuid4()
    unit(lambda s: tell(s, manager, ref="IA-IN", context_id=context))
    unit(lambda s: tell(s, manager, ref="IA-OUT"))
    page = client_of(manager).get(f"/history/?context={context}").text
    assert "meeting of IA-IN" in page
    assert "meeting of IA-OUT" not in page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.VIEWER, Role.ACTION_OWNER, Role.PARTNER_CONTACT])
def test_the_trail_is_not_for_everybody(client_of, unit, role):
    assert client_of(unit(lambda s: make_person(s, role))).get("/history/").status_code == 403


def test_a_role_for_one_relationship_does_not_open_the_history_of_all(client_of, unit):
    def work(session):
        return make_person(session, scoped=[(Role.SER, make_relationship(session).id)])

    assert client_of(unit(work)).get("/history/").status_code == 403


def test_pages_and_statements_stay_bounded(app, client_of, unit, manager):
    client = client_of(manager)
    with app.app_context():
        engine = db.engine
    seen = []
    for number in (1, 60, 60):
        unit(lambda s, n=number: [tell(s, manager, ref=f"IA-{i}") for i in range(n)])
        statements = []

        def listen(*args, log=statements):
            log.append(args[2])

        sa.event.listen(engine, "before_cursor_execute", listen)
        page = client.get("/history/").text
        sa.event.remove(engine, "before_cursor_execute", listen)
        seen.append(len(statements))
        assert page.count('<span class="initials" aria-hidden="true">MS</span>') <= 51
    assert len(set(seen)) == 1
    assert "1 to 50 of 121" in page
    assert 'href="/history/?page=2"' in page
    assert client.get("/history/?page=3").status_code == 200
    assert client.get("/history/?endpoint=x&_scheme=y&_external=1").status_code == 200
