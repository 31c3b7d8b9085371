"""The pages of planning: from an empty form to an agreed plan, and what each person may open."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.model import Audit
from auditapp.audits.plan import service
from auditapp.audits.plan.queries import PLAN
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from tests.factories import make_person, make_relationship
from tests.factories.audits import make_audit, make_auditor, make_edition, make_scheduled_audit

FIRST = now().date() + timedelta(days=30)


def find(unit, ref):
    def look(session):
        audit = session.scalars(sa.select(Audit).where(Audit.ref == ref).options(*PLAN)).one()
        session.expunge_all()
        return audit

    return unit(look, "read")


def text(response, status=200):
    assert response.status_code == status, response.get_data(as_text=True)[-3000:]
    return response.get_data(as_text=True)


@pytest.fixture
def world(unit, client_of):
    def make(session):
        people = {
            "manager": make_person(session, Role.PROGRAMME_MANAGER, name="Mia Manager"),
            "leader": make_auditor(session, name="Lou Leader"),
            "auditor": make_auditor(session, name="Ari Auditor"),
            "auditee": make_person(session, name="Abe Auditee"),
            "viewer": make_person(session, Role.VIEWER, name="Vic Viewer"),
        }
        relationship = make_relationship(session, ref="R-01", name="Bridge works")
        return people, str(make_edition(session).id), str(relationship.id)

    people, edition_id, relationship_id = unit(make)
    clients = {name: client_of(who) for name, who in people.items()}
    return {
        "people": people,
        "clients": clients,
        "edition": edition_id,
        "relationship": relationship_id,
    }


def plan_form(world, **more):
    return {
        "title": "Bridge audit",
        "kind": "internal",
        "edition_ids": [world["edition"]],
        "relationship_ids": [world["relationship"]],
        "objectives": "See whether it works.",
        "scope": "The joint team.",
        "starts_on": FIRST.isoformat(),
        "ends_on": FIRST.isoformat(),
    } | more


def test_from_an_empty_form_to_an_agreed_plan(world, unit):
    people, clients = world["people"], world["clients"]
    manager, leader, auditee = clients["manager"], clients["leader"], clients["auditee"]
    assert "No audits yet" in text(manager.get("/audits/"))
    assert "Bridge works" in text(manager.get("/audits/new"))
    created = manager.post("/audits/new", data=plan_form(world))
    ref = f"IA-{FIRST.year}-001"
    assert created.headers["Location"].endswith(f"/audits/{ref}/team")
    page = text(manager.get(created.headers["Location"]))
    assert "Who could audit this" in page
    for name, role in (("leader", "leader"), ("auditor", "auditor"), ("auditee", "auditee")):
        added = manager.post(
            f"/audits/{ref}/team", data={"person_id": str(people[name].person_id), "role": role}
        )
        assert added.status_code == 302, added.get_data(as_text=True)[-2000:]
    assert "Propose an agenda" in text(leader.get(f"/audits/{ref}/agenda"))
    leader.post(f"/audits/{ref}/agenda/propose")
    assert "Closing meeting" in text(leader.get(f"/audits/{ref}/agenda"))
    leader.post(f"/audits/{ref}/interviews", data={"name": "Ida Insider", "topic": "Exit"})
    page = text(leader.get(f"/audits/{ref}"))
    assert (
        "Questions in all: 2. About the system: 1. About each sampled relationship: 1 (sampled: 1)." in page
    )
    assert "Ida Insider" in page
    assert "Your turn: send the plan" in page
    version = find(unit, ref).version
    assert leader.post(f"/audits/{ref}/send", data={"version": version}).status_code == 302
    page = text(auditee.get(f"/audits/{ref}"))
    assert "Do you agree to this plan?" in page
    refused = text(auditee.post(f"/audits/{ref}/answer", data={"agreed": "no", "revision": "1"}), 422)
    assert "what would put it right" in refused
    auditee.post(f"/audits/{ref}/answer", data={"agreed": "no", "reason": "A holiday.", "revision": "1"})
    page = text(leader.get(f"/audits/{ref}"))
    assert "Abe Auditee objects to the plan" in page
    answer_id = page.split('name="answer_id" value="')[1].split('"')[0]
    settled = leader.post(f"/audits/{ref}/settle", data={"answer_id": answer_id, "how": "One day later."})
    assert settled.status_code == 302
    page = text(world["clients"]["viewer"].get(f"/audits/{ref}"))
    assert "Scheduled" in page
    assert "One day later." in page
    assert find(unit, ref).status is AuditStatus.SCHEDULED


def test_weekends_and_holidays_among_the_days_are_pointed_out(world, unit):
    manager = world["clients"]["manager"]
    days = {"starts_on": "2028-12-22", "ends_on": "2028-12-26"}  # Friday to Boxing Day
    saved = manager.post("/audits/new", data=plan_form(world, **days))
    ref = saved.location.split("/")[2]
    page = text(manager.get(f"/audits/{ref}"))
    assert "Some of these days are no working days" in page
    assert page.count(">weekend<") + page.count(": weekend") == 2
    assert "Christmas Day" in page
    manager.post(f"/audits/{ref}/agenda/propose")
    agenda = text(manager.get(f"/audits/{ref}/agenda"))
    assert "Friday 22 December" in agenda
    assert "25 December" not in agenda
    again = manager.post("/audits/new", data=plan_form(world, starts_on="2028-12-20", ends_on="2028-12-21"))
    assert "no working days" not in text(manager.get(f"/audits/{again.location.split('/')[2]}"))


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(world):
    manager = world["clients"]["manager"]
    page = text(
        manager.post(
            "/audits/new", data=plan_form(world, title="", ends_on="2001-01-01", objectives="Keep me")
        ),
        422,
    )
    assert "Give the audit a title." in page
    assert "Keep me" in page
    page = text(manager.post("/audits/new", data=plan_form(world, ends_on="2001-01-01")), 422)
    assert "The last day is before the first day." in page
    assert "Bridge audit" in page
    page = text(manager.post("/audits/new", data=plan_form(world, edition_ids=["nonsense"])), 422)
    assert "This was not saved yet" in page


def test_a_refused_member_is_told_why_and_the_override_opens(world, unit):
    people, clients = world["people"], world["clients"]
    audit = unit(lambda s: make_audit(s, leader=people["leader"]).ref)

    def near(session):
        who = make_auditor(session, name="Nia Near")
        relationship = make_relationship(session, ref="R-09", owner_id=who.person_id)
        return who, make_audit(session, leader=people["leader"], relationship_ids=[relationship.id]).ref

    who, audit = unit(near)
    form = {"person_id": str(who.person_id), "role": "auditor"}
    page = text(clients["manager"].post(f"/audits/{audit}/team", data=form), 409)
    assert "Nia Near is not independent here: is relationship owner of R-09" in page
    assert '<details class="unfold unfold-quiet" open>' in page
    form |= {"override_reason": "We are five people.", "reviewer_id": str(people["auditor"].person_id)}
    assert clients["manager"].post(f"/audits/{audit}/team", data=form).status_code == 302
    page = text(clients["viewer"].get(f"/audits/{audit}"))
    assert "We are five people." in page
    assert "Ari Auditor reviews the work." in page


def test_changing_a_sent_plan_says_what_it_costs(world, unit):
    people, clients = world["people"], world["clients"]
    ref = unit(lambda s: make_scheduled_audit(s, leader=people["leader"])[0].ref)
    page = text(clients["leader"].get(f"/audits/{ref}/edit"))
    assert "This plan was sent already." in page
    version = page.split('name="version" type="hidden" value="')[1].split('"')[0]
    form = plan_form(world, version=version)
    saved = clients["leader"].post(f"/audits/{ref}/edit", data=form, follow_redirects=True)
    assert "is now revision 2" in text(saved)
    stale = text(clients["leader"].post(f"/audits/{ref}/edit", data=form | {"title": "Other"}), 409)
    assert "Lou Leader changed this audit since you opened the page" in stale
    assert 'value="Other"' in stale


def test_postponing_new_dates_cancelling_repeating(world, unit):
    people, clients = world["people"], world["clients"]
    leader = clients["leader"]
    ref = unit(lambda s: make_scheduled_audit(s, leader=people["leader"])[0].ref)
    assert "stays on record" in text(leader.post(f"/audits/{ref}/postpone", data={"reason": ""}), 422)
    page = leader.post(f"/audits/{ref}/postpone", data={"reason": "Moving house."}, follow_redirects=True)
    assert "It was postponed: Moving house." in text(page)
    assert "Give it new dates" in text(leader.get(f"/audits/{ref}"))
    dates = {"starts_on": FIRST.isoformat(), "ends_on": FIRST.isoformat()}
    assert leader.post(f"/audits/{ref}/reschedule", data=dates).status_code == 302
    page = text(leader.get(f"/audits/{ref}/repeat"))
    assert "delays do not add up" in page
    page = text(leader.post(f"/audits/{ref}/repeat", data={"months": "12"}, follow_redirects=True))
    assert "is planned as the next one" in page
    assert "The one before:" in page
    assert "The next one is planned:" in text(leader.get(f"/audits/{ref}"))
    assert leader.post(f"/audits/{ref}/cancel", data={"reason": "Merged."}).status_code == 302
    page = text(leader.get(f"/audits/{ref}/cancel"), 409)
    assert "The audit was cancelled" in page


def test_an_answer_by_word_of_mouth(world, unit):
    people, clients = world["people"], world["clients"]

    def make(session):
        audit = make_audit(session, leader=people["leader"], auditees=[people["auditee"]])
        service.send_plan(session, actor=people["leader"], at=now(), audit=audit)
        return audit.ref

    ref = unit(make)
    url = f"/audits/{ref}/answer/{people['auditee'].person_id}"
    assert "Answer of Abe Auditee" in text(clients["leader"].get(url))
    assert text(clients["leader"].post(url, data={"agreed": "yes"}), 422)
    clients["leader"].post(url, data={"agreed": "yes", "reason": "On the telephone.", "revision": "1"})
    assert "by word of mouth, written down by Lou Leader" in text(clients["leader"].get(f"/audits/{ref}"))
    assert clients["viewer"].get(url).status_code == 403


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("edit", "get"),
        ("edit", "post"),
        ("team", "get"),
        ("team", "post"),
        ("agenda", "get"),
        ("interviews", "get"),
        ("send", "post"),
        ("postpone", "get"),
        ("cancel", "get"),
    ],
)
def test_who_only_looks_is_refused(world, unit, path, method):
    people, clients = world["people"], world["clients"]
    ref = unit(lambda s: make_audit(s, leader=people["leader"]).ref)
    data = plan_form(world) | {"person_id": str(people["auditor"].person_id), "role": "auditor"}
    response = getattr(clients["viewer"], method)(f"/audits/{ref}/{path}", data=data)
    assert response.status_code == 403
    assert find(unit, ref).version == find(unit, ref).version


@pytest.mark.parametrize("path", ["edit", "team", "agenda", "interviews", "postpone", "cancel"])
def test_a_form_that_is_not_taken_is_shown_to_planners_only(world, unit, path):
    people, clients = world["people"], world["clients"]
    ref = unit(lambda s: make_audit(s, leader=people["leader"]).ref)
    assert clients["viewer"].post(f"/audits/{ref}/{path}", data={}).status_code == 403
    assert clients["leader"].post(f"/audits/{ref}/{path}", data={}).status_code == 422


def test_a_partners_contact_sees_and_answers_only_the_own_audit(world, unit, client_of):
    people = world["people"]

    def make(session):
        partner = Partner(name="Bridge Ltd", created_at=now())
        session.add(partner)
        session.flush()
        contact = make_person(session, Role.PARTNER_CONTACT, name="Cleo Contact", partner_id=partner.id)
        mine = make_audit(session, leader=people["leader"], auditees=[contact])
        service.send_plan(session, actor=people["leader"], at=now(), audit=mine)
        return contact, mine.ref, make_audit(session, leader=people["leader"]).ref

    contact, mine, other = unit(make)
    client = client_of(contact)
    page = text(client.get("/audits/"))
    assert mine in page
    assert other not in page
    assert client.get(f"/audits/{other}").status_code == 404
    own = text(client.get(f"/audits/{mine}"))
    assert "Do you agree to this plan?" in own
    assert "sent the plan of" not in own  # the history tells of findings and evidence as well
    assert client.post(f"/audits/{mine}/answer", data={"agreed": "yes", "revision": "1"}).status_code == 302
    for path in ("edit", "team", "agenda", "interviews", "repeat"):
        assert client.get(f"/audits/{mine}/{path}").status_code == 403


def test_the_filters_are_the_address(world, unit):
    people, clients = world["people"], world["clients"]

    def make(session):
        relationship = make_relationship(session, ref="R-02")
        one = make_audit(session, leader=people["leader"], relationship_ids=[relationship.id], title="Alpha")
        two = make_audit(session, leader=people["auditor"], title="100% sure", starts_on=date(2020, 5, 5))
        service.cancel(session, actor=people["manager"], at=now(), audit=two, reason="x")
        return one.ref, two.ref

    one, two = unit(make)
    for query, shown in [
        ("", {one}),
        ("view=all", {one, two}),
        ("status=cancelled", {two}),
        ("relationship=R-02", {one}),
        ("year=2020", {two}),
        ("q=0%25 s", {two}),
        ("q=alpha", {one}),
        (f"person={people['auditor'].person_id}", {two}),
        ("view=mine", {one}),
        ("status=nonsense&year=x&person=y&page=zz", {one}),
        ("q=%00", {one}),
    ]:
        page = text(clients["leader"].get(f"/audits/?{query}"))
        assert {ref for ref in (one, two) if ref in page} == shown, query


def count_statements(app, client, path):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    text(client.get(path))
    sa.event.remove(engine, "before_cursor_execute", note)
    return len([one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_pages_need_the_same_statements_for_1_10_and_100_audits(app, world, unit):
    people, client = world["people"], world["clients"]["manager"]
    counted = []
    ref = unit(lambda s: make_scheduled_audit(s, leader=people["leader"])[0].ref)
    text(client.get(f"/audits/{ref}"))  # the first one reads the checklist, which is then kept
    have = 1
    for many in (1, 10, 100):
        unit(lambda s, more=many - have: [make_audit(s, leader=people["leader"]) for _ in range(more)])
        have = many
        counted.append(
            [
                count_statements(app, client, path)
                for path in ("/audits/?view=all", f"/audits/{ref}", "/audits/new")
            ]
        )
    assert counted[0] == counted[1] == counted[2]
    assert max(counted[0]) <= 22


def test_a_page_of_one_audit_has_the_same_statements_for_any_team(app, world, unit):
    people, client = world["people"], world["clients"]["manager"]

    def make(session, many):
        return make_audit(
            session,
            leader=people["leader"],
            auditors=[make_auditor(session) for _ in range(many)],
            auditees=[make_person(session) for _ in range(many)],
            relationship_ids=[make_relationship(session).id for _ in range(many)],
        ).ref

    small, large = unit(lambda s: make(s, 1)), unit(lambda s: make(s, 12))
    for path in ("", "/team", "/edit"):
        client.get(f"/audits/{small}{path}")
        one, other = (count_statements(app, client, f"/audits/{ref}{path}") for ref in (small, large))
        assert one == other, path
