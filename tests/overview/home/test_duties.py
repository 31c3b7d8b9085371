"""What nonconformities and actions ask of somebody: the rules, and the home page on real rows."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.findings.model import ActionRequest, EffectivenessCheck, ExtentCheck
from auditapp.findings.rules.action import ActionStatus, RequestKind
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.rules.parts import Part
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.overview.home.queries.due import due_now, owner_names
from auditapp.overview.home.queries.duties import case_numbers, duties
from auditapp.overview.home.rules.duties import (
    NcLine,
    Place,
    RequestLine,
    by_urgency,
    of_action,
    of_nonconformity,
    state,
    to_decide,
)
from auditapp.overview.home.rules.strip import late, weeks
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from auditapp.reminders import due
from auditapp.reminders.rules import Kind
from tests.factories import make_person
from tests.factories.nonconformities import make_action, make_nonconformity

TODAY = date(2026, 11, 23)
N, A = NcStatus, ActionStatus


def day(number):
    return now().date() + timedelta(days=number)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"status": N.ISSUED, "works": True}, Place.NONCONFORMITY),
        ({"status": N.ISSUED, "verifies": True}, None),
        ({"status": N.CONTAINMENT, "works": True}, Place.CONTAIN),
        ({"status": N.CAUSE, "works": True}, Place.CAUSES),
        ({"status": N.PLANNING, "works": True}, Place.NONCONFORMITY),
        ({"status": N.PLAN_RETURNED, "works": True}, Place.NONCONFORMITY),
        ({"status": N.PLAN_SUBMITTED, "works": True}, None),
        ({"status": N.PLAN_SUBMITTED, "verifies": True}, Place.NONCONFORMITY),
        ({"status": N.IMPLEMENTING, "works": True, "undone": True}, None),
        ({"status": N.IMPLEMENTING, "works": True}, Place.SUBMIT),
        ({"status": N.VERIFICATION, "verifies": True}, Place.VERIFY),
        ({"status": N.EFFECTIVENESS, "verifies": True, "check_on": TODAY}, Place.CHECK),
        ({"status": N.EFFECTIVENESS, "verifies": True, "check_on": TODAY + timedelta(days=1)}, None),
        ({"status": N.DISPUTED, "manages": True}, Place.DECIDE),
        # whoever leads the audit does not decide about their own finding: they answer
        ({"status": N.DISPUTED, "manages": True, "leads": True}, Place.ANSWER),
        ({"status": N.DISPUTED, "verifies": True}, Place.ANSWER),
        ({"status": N.DISPUTED, "verifies": True, "answered": True}, None),
        # nor does somebody who works on it
        ({"status": N.DISPUTED, "manages": True, "works": True}, None),
        ({"status": N.DRAFT, "manages": True}, Place.ISSUE),
        ({"status": N.DRAFT, "leads": True}, Place.ISSUE),
        ({"status": N.DRAFT}, None),
        ({"status": N.CLOSED, "works": True, "verifies": True, "manages": True}, None),
    ],
)
def test_whose_turn_a_nonconformity_is(changes, place):
    found = of_nonconformity(NcLine(ref="NC-2026-001", title="One", **changes), TODAY)
    assert (found.place if found else None) is place


@pytest.mark.parametrize(
    ("kind", "level", "parts", "mine", "asked"),
    [
        (RequestKind.EXTENSION, 1, {Part.VERIFIER}, False, True),
        (RequestKind.EXTENSION, 1, {Part.RESPONSIBLE}, False, False),
        (RequestKind.EXTENSION, 2, {Part.VERIFIER}, False, False),  # one level up
        (RequestKind.EXTENSION, 2, {Part.MANAGER}, False, True),
        (RequestKind.EXTENSION, 2, {Part.MANAGER, Part.RESPONSIBLE}, False, False),  # time for one’s own work
        (RequestKind.CANT_DO, 1, {Part.DEPUTY}, False, True),
        (RequestKind.NOT_MINE, 1, {Part.RESPONSIBLE}, False, True),
        (RequestKind.NOT_MINE, 1, {Part.RESPONSIBLE}, True, False),  # nobody decides what they asked for
        (RequestKind.CANCEL, 1, set(), False, False),
    ],
)
def test_who_is_asked_to_decide(kind, level, parts, mine, asked):
    line = RequestLine(ref="A", title="One", kind=kind, level=level, asked_by="Ana", mine=mine, parts=parts)
    assert (to_decide(line, TODAY) is not None) is asked


def test_the_overdue_come_first():
    made = [
        of_action(f"A{days}", "One", A.PROPOSED, TODAY + timedelta(days=days), today=TODAY)
        for days in (30, 3, -2, -9)
    ]
    assert [one.ref for one in by_urgency(made)] == ["A-9", "A-2", "A3", "A30"]
    assert state(None, TODAY) == "attention"


@pytest.fixture
def cast(unit):
    """The people of a nonconformity."""

    def work(s):
        return {
            "owner": make_person(s, Role.ACTION_OWNER, name="Olga Owner"),
            "responsible": make_person(s, Role.RELATIONSHIP_MANAGER, name="Rita Responsible"),
            "verifier": make_person(s, Role.AUDITOR, name="Vera Verifier"),
            "manager": make_person(s, Role.PROGRAMME_MANAGER, name="Mona Manager"),
            "other": make_person(s, Role.ACTION_OWNER, name="Otto Other"),
        }

    return unit(work)


def fill(session, cast, number=1):
    """Everything that can wait for somebody, ``number`` times."""
    named = {"responsible_id": cast["responsible"].person_id, "verifier_id": cast["verifier"].person_id}
    for n in range(number):
        nc = make_nonconformity(
            session, cast["manager"], title=f"Plan late {n}", status=N.PLANNING, turn_due_on=day(-3), **named
        )
        make_action(session, nc, cast["owner"].person_id, title=f"Proposed to Olga {n}", due_on=day(3))
        late_one = make_action(
            session,
            nc,
            cast["owner"].person_id,
            title=f"Late at Olga {n}",
            due_on=day(-5),
            status=A.IN_PROGRESS,
        )
        session.add(
            ActionRequest(
                action_id=late_one.id, kind=RequestKind.EXTENSION, reason="Later", wanted_on=day(9),
                asked_by_id=cast["owner"].person_id, asked_at=now(), due_on=day(1),
            )
        )  # fmt: skip
        make_action(session, nc, cast["owner"].person_id, title=f"Done by Olga {n}", status=A.DONE)
        session.add(
            ExtentCheck(
                nonconformity_id=nc.id, place=f"Quay {n}", checker_id=cast["other"].person_id, due_on=day(2)
            )
        )
        make_nonconformity(session, cast["other"], title=f"Draft {n}", turn_due_on=day(2))
        make_nonconformity(
            session, cast["manager"], title=f"Disputed {n}", status=N.DISPUTED, turn_due_on=day(4), **named
        )
        for title, days in (("Effect now", -1), ("Effect later", 10)):
            checked = make_nonconformity(
                session, cast["manager"], title=f"{title} {n}", status=N.EFFECTIVENESS, turn_due_on=day(days + 20),
                reopened=1, **named,
            )  # fmt: skip
            session.add(EffectivenessCheck(nonconformity_id=checked.id, round=2, not_before=day(days)))
    session.flush()


def steps(session, who):
    return {(one.title.split(" 0")[0], str(one.step)) for one in duties(session, who, today=day(0))}


def test_everybody_is_asked_for_what_is_theirs(session, cast):
    fill(session, cast)
    assert steps(session, cast["owner"]) == {
        ("Proposed to Olga", "Accept it"),
        ("Late at Olga", "Say that it is done"),
    }
    assert steps(session, cast["responsible"]) == {("Plan late", "Finish the action plan")}
    assert steps(session, cast["verifier"]) == {
        ("Done by Olga", "Verify it"),
        ("Late at Olga", "Decide"),
        ("Disputed", "Answer the dispute"),
        ("Effect now", "Check the effect"),
    }
    assert steps(session, cast["manager"]) == {
        ("Draft", "Issue it"),
        ("Disputed", "Decide the dispute"),
        ("Late at Olga", "Decide"),
    }
    assert steps(session, cast["other"]) == {("Plan late", "Say what you found")}


def test_the_manager_sees_what_is_late_due_and_counted(session, cast):
    fill(session, cast)
    who = cast["manager"]
    items = due_now(session, who, at=now(), today=day(0))
    known = owner_names(session, items)
    assert [(one.title, [known[owner] for owner in one.owners]) for one in late(items, day(0))] == [
        ("Late at Olga 0", ["Olga Owner"]),
        ("Plan late 0", ["Rita Responsible"]),
    ]
    assert [(one.title, one.kind) for week in weeks(items, day(0)) for one in week.items] == [
        ("Draft 0", Kind.NONCONFORMITY),
        ("Proposed to Olga 0", Kind.ACTION),
        ("Disputed 0", Kind.NONCONFORMITY),
        ("Effect now 0", Kind.EFFECTIVENESS_CHECK),  # on the last day of its window, as everywhere
        ("Effect later 0", Kind.EFFECTIVENESS_CHECK),
    ]
    count = case_numbers(session, who, today=day(0))
    assert (count.major, count.minor, count.overdue, count.reopened) == (0, 5, 1, 2)
    stranger = make_person(session, Role.ACTION_OWNER)
    assert due_now(session, stranger, at=now(), today=day(0)) == []
    assert duties(session, stranger, today=day(0)) == []


def told(page):
    return page.text[page.text.index('id="main"') :]


def test_the_home_pages_say_it(client_of, unit, cast):
    unit(lambda s: fill(s, cast))
    owner = told(client_of(cast["owner"]).get("/"))
    assert "2 things need you." in owner
    assert owner.index("Late at Olga 0") < owner.index("Proposed to Olga 0")
    assert "Overdue since" in owner
    manager = told(client_of(cast["manager"]).get("/"))
    stuck = manager[manager.index('id="stuck"') :]
    assert "Plan late 0" in stuck
    assert "Rita Responsible" in stuck
    strip = manager[manager.index('id="weeks"') : manager.index('id="stuck"')]
    assert "Effect later 0" in strip
    assert "Effectiveness check, Ahead" in strip
    cases = manager[manager.index('id="cases"') :]
    assert "/nonconformities/?show=open&amp;grade=minor" in cases


def test_home_says_what_the_due_page_says(client_of, unit, cast):
    """One answer: what is late on home is what is overdue there, on the same people and with the same step."""
    unit(lambda s: fill(s, cast))
    browser = client_of(cast["manager"])
    home = told(browser.get("/"))
    there = told(browser.get("/due/?show=all&period=overdue"))
    overdue = unit(
        lambda s: due.visible(s, cast["manager"], at=now(), until=day(-1)),
        "read",
    )
    stuck = home[home.index('id="stuck"') :]
    assert {one.ref for one in overdue}
    for one in overdue:
        assert one.title in stuck
        assert one.title in there
        assert str(one.step) in stuck
        assert str(one.step) in there


def test_more_than_three_are_folded(client_of, unit, cast):
    unit(lambda s: fill(s, cast, 3))
    page = told(client_of(cast["owner"]).get("/"))
    assert "6 things need you." in page
    assert "The rest that needs you" in page


def test_a_partners_contact_has_their_actions_and_nothing_else(client_of, unit, cast):
    def work(session):
        partner = Partner(name="Partner Sample", created_at=now())
        session.add(partner)
        session.flush()
        me = make_person(session, Role.PARTNER_CONTACT, name="Pat Sample", partner_id=partner.id)
        fill(session, cast)
        nc = make_nonconformity(
            session, cast["manager"], title="Secret matter", status=N.IMPLEMENTING,
            responsible_id=cast["responsible"].person_id, turn_due_on=day(-2),
        )  # fmt: skip
        make_action(session, nc, me.person_id, title="Task for Pat")
        session.add(ExtentCheck(nonconformity_id=nc.id, place="Yard", checker_id=me.person_id))
        return me

    page = told(client_of(unit(work)).get("/"))
    assert "Task for Pat" in page
    assert "One thing needs you." in page
    for other in ("Secret", "Olga", "Plan late", "Yard", "Rita", "Draft 0"):
        assert other not in page


@pytest.mark.parametrize("part", ["owner", "responsible", "verifier", "manager"])
def test_the_number_of_statements_does_not_grow(app, client_of, unit, cast, part):
    client = client_of(cast[part])
    with app.app_context():
        engine = db.engine
    seen = []
    for number in (1, 10, 30):
        unit(lambda s, n=number: fill(s, cast, n))
        statements = []

        def listen(*args, log=statements):
            log.append(args[2])

        sa.event.listen(engine, "before_cursor_execute", listen)
        assert client.get("/").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listen)
        seen.append(len(statements))
    assert len(set(seen)) == 1
    assert max(seen) <= 40
