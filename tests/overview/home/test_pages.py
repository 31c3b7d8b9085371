"""The home page of each kind of person, on real rows, in a fixed number of statements."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Answer, AuditQuestion, Finding
from auditapp.audits.execution.rules import Grade, Result
from auditapp.audits.model import Audit, AuditEdition, AuditMember, AuditRelationship, PlanAnswer, Programme
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.overview.home.queries.audits import latest_reports, situations
from auditapp.people.model import Competence
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from auditapp.relationships.rules import STAGES
from tests.factories import make_person, make_relationship

S = AuditStatus
assert AuditEdition  # its table belongs to an audit; home pages do not read it


def day(number):
    return now().date() + timedelta(days=number)


def audit(session, number, status=S.PLANNED, *, starts=10, sent=True, members=(), relationship=None, **more):
    """An audit with its members as (role, person)."""
    row = Audit(
        ref=f"IA-2026-{number:03}", title=f"Audit number {number}", status=status, starts_on=day(starts),
        ends_on=day(starts + 1), plan_sent_at=now() if sent else None, created_at=now(), **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for position, (role, who) in enumerate(members):
        member = AuditMember(person_id=who.person_id, role=role, position=position)
        member.audit_id = row.id
        session.add(member)
    if relationship is not None:
        session.add(AuditRelationship(audit_id=row.id, relationship_id=relationship.id))
    session.flush()
    return row


def questions(session, row, results):
    """Questions over the eight stages, answered with ``results`` in turn."""
    for position, result in enumerate(results):
        stage = STAGES[position % len(STAGES)]
        question = AuditQuestion(
            audit_id=row.id, position=position, key=f"Q{position}", section=str(position), section_title=str(stage),
            chapter=str(stage), chapter_title=str(stage), stage=stage, scope="system", text="Asked?",
        )  # fmt: skip
        session.add(question)
        session.flush()
        if result is not None:
            session.add(Answer(question_id=question.id, audit_id=row.id, result=result))
    session.flush()


@pytest.fixture
def people(unit):
    """One of each, by role."""
    return unit(lambda s: {role: make_person(s, role, name=f"{role.value.title()} Sample") for role in Role})


def sections(page):
    return re.findall(r'<h2 id="([a-z]+)"', page.text)


@pytest.mark.parametrize(
    ("role", "there", "missing"),
    [
        (Role.AUDITOR, {"mine", "waiting", "coming"}, {"weeks", "ready", "reports"}),
        (Role.ACTION_OWNER, {"mine", "waiting", "coming", "reports"}, {"weeks", "ready"}),
        (Role.RELATIONSHIP_OWNER, {"mine", "weeks", "stuck"}, {"ready"}),
        (Role.PROGRAMME_MANAGER, {"mine", "weeks", "stuck", "ready", "programme", "numbers"}, {"reports"}),
        (Role.SER, {"weeks", "stuck", "ready", "programme", "reports"}, set()),
        (Role.SYSTEM_MANAGER, {"weeks", "stuck", "ready", "programme", "beginning"}, set()),
        (Role.VIEWER, {"mine", "coming", "reports"}, {"weeks", "ready"}),
        (Role.PARTNER_CONTACT, {"mine", "coming", "reports"}, {"weeks", "ready"}),
    ],
)
def test_each_role_has_its_home(client_of, people, role, there, missing):
    page = client_of(people[role]).get("/")
    assert page.status_code == 200
    assert there <= set(sections(page))
    assert not missing & set(sections(page))


def test_the_auditor_sees_the_audit_of_today_first(client_of, people, unit):
    me = people[Role.AUDITOR]

    def work(session):
        row = audit(session, 1, S.IN_PROGRESS, starts=0, members=[(MemberRole.LEADER, me)])
        questions(session, row, [Result.CONFORMS, Result.CONFORMS, None, Result.NOT_ASKED])
        audit(session, 2, S.SCHEDULED, starts=5, members=[(MemberRole.AUDITOR, me)])

    unit(work)
    page = client_of(me).get("/").text
    assert "card-now" in page
    assert "2 of 4" in page
    assert "it is safe to leave" in page
    assert page.index("Audit number 1") < page.index("Audit number 2")


def test_an_auditee_is_asked_for_an_answer_and_then_no_more(client_of, people, unit):
    me = people[Role.ACTION_OWNER]

    def work(session):
        row = audit(session, 1, members=[(MemberRole.LEADER, people[Role.AUDITOR]), (MemberRole.AUDITEE, me)])
        return row.id

    audit_id = unit(work)
    page = client_of(me).get("/").text
    assert "One thing needs you." in page
    assert "Answer the plan" in page
    unit(
        lambda s: s.add(
            PlanAnswer(audit_id=audit_id, plan_revision=1, person_id=me.person_id, agreed=False, at=now())
        )
    )
    assert "Nothing needs you now." in client_of(me).get("/").text
    leader = client_of(people[Role.AUDITOR]).get("/").text
    assert "Settle the objection" in leader
    assert "Action_Owner Sample objected to the plan." in leader


def test_more_than_three_things_are_folded(client_of, people, unit):
    me = people[Role.AUDITOR]
    unit(lambda s: [audit(s, n, sent=False, members=[(MemberRole.LEADER, me)]) for n in range(1, 6)])
    page = client_of(me).get("/").text
    assert "5 things need you." in page
    assert "The rest that needs you" in page


def test_the_manager_sees_what_is_stuck_and_on_whom(client_of, people, unit):
    unit(
        lambda s: audit(
            s, 1, S.REPORTING, starts=-40, members=[(MemberRole.LEADER, people[Role.AUDITOR])],
            closed_at=now() - timedelta(days=30),
        )
    )  # fmt: skip
    page = client_of(people[Role.PROGRAMME_MANAGER]).get("/").text
    stuck = page[page.index('id="stuck"') :]
    assert "Audit number 1" in stuck
    assert "Auditor Sample" in stuck


def test_readiness_comes_from_answers(client_of, people, unit):
    def work(session):
        row = audit(session, 1, S.IN_PROGRESS, starts=-3, opened_at=now() - timedelta(days=3))
        questions(session, row, [Result.CONFORMS] * 8 + [Result.NONCONFORMING] + [Result.GOOD_PRACTICE] * 7)

    unit(work)
    page = client_of(people[Role.SER]).get("/").text
    path = page[page.index('class="path"') :]
    assert path.index("Gaps") < path.index("Knowledge")  # the first stage: one of two is nonconforming
    assert path.count("Ready</span>") >= 7


def test_a_partners_contact_sees_only_what_is_theirs(client_of, unit):
    def work(session):
        partner = Partner(name="Partner Sample", created_at=now())
        session.add(partner)
        session.flush()
        me = make_person(session, Role.PARTNER_CONTACT, name="Pat Sample", partner_id=partner.id)
        audit(session, 1, members=[(MemberRole.AUDITEE, me)], relationship=make_relationship(session))
        audit(session, 2, S.ISSUED, starts=-5, issued_at=now(), relationship=make_relationship(session))
        return me

    page = client_of(unit(work)).get("/").text
    assert "Audit number 1" in page
    assert "Audit number 2" not in page


def test_days_are_those_of_the_reader(session):
    row = audit(session, 1, S.ISSUED, starts=-5, issued_at=datetime(2026, 11, 22, 20, 0, tzinfo=UTC))
    for zone, said in (("Pacific/Auckland", date(2026, 11, 23)), ("America/Lima", date(2026, 11, 22))):
        reader = make_person(session, Role.VIEWER, zone=zone)
        assert [line.issued_on for line in latest_reports(session, reader)] == [said]
        assert [one.issued_on for one in situations(session, reader) if one.ref == row.ref] == [said]


def test_competence_that_ends_is_told_to_its_owner(client_of, people, unit):
    me = people[Role.AUDITOR]
    unit(
        lambda s: s.add_all(
            [
                Competence(person_id=me.person_id, library_key="iso", since=day(-400), expires_on=day(-2)),
                Competence(person_id=me.person_id, library_key="bs", since=day(-400), expires_on=day(20)),
            ]
        )
    )
    page = client_of(me).get("/").text
    assert "Your competence for iso ended" in page
    assert "Your competence for bs ends" in page


def fill(session, number, leader, auditee):
    programme = Programme(
        ref=f"AP-{number}", title=f"Programme {number}", starts_on=day(-100), ends_on=day(100),
        responsible_id=leader.person_id, created_at=now(),
    )  # fmt: skip
    session.add(programme)
    session.flush()
    statuses = [S.PLANNED, S.SCHEDULED, S.IN_PROGRESS, S.REPORTING, S.ISSUED, S.POSTPONED, S.FOLLOW_UP]
    for n in range(number):
        status = statuses[n % len(statuses)]
        row = audit(
            session, 1000 * number + n, status, starts=n % 40, programme_id=programme.id,
            members=[(MemberRole.LEADER, leader), (MemberRole.AUDITEE, auditee)], opened_at=now(),
            issued_at=now() if status is S.ISSUED else None, closed_at=now() if status is S.REPORTING else None,
        )  # fmt: skip
        questions(session, row, [Result.CONFORMS, None])
        session.add(
            Finding(
                ref=f"F-{number}-{n}", audit_id=row.id, grade=Grade.MINOR, statement="Said", raised_by_id=leader.person_id,
                raised_at=now(),
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.PROGRAMME_MANAGER, Role.SYSTEM_MANAGER, Role.PARTNER_CONTACT]
)
def test_the_number_of_statements_does_not_grow(app, client_of, people, unit, role):
    client = client_of(people[role])
    with app.app_context():
        engine = db.engine
    seen = []

    def count(number):
        unit(lambda s: fill(s, number, people[Role.AUDITOR], people[Role.PARTNER_CONTACT]))
        statements = []

        def listen(*args):
            statements.append(args[2])

        sa.event.listen(engine, "before_cursor_execute", listen)
        assert client.get("/").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listen)
        seen.append(len([one for one in statements if one.lstrip().upper().startswith(("SELECT", "WITH"))]))

    for number in (1, 10, 100):
        count(number)
    assert seen[1] == seen[2]
    assert seen[0] >= seen[1] - 1
    assert max(seen) <= 37
