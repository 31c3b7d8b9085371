"""The notice centre: one's own notices, what each says, and reading them."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.kit.errors import NotFound
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.queries import principal_of_sign_in
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in
from auditapp.reminders.centre.rules import NOTICE_LABELS, NOTICE_PLURALS, NOTICE_TONES, seen, told_as
from auditapp.reminders.centre.service import mark_all_read, mark_read
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.outbox.model import Notice
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.rules import Kind, Level, Severity
from tests.factories import make_contact, make_person, make_relationship
from tests.statements import counted

HOUR = timedelta(hours=1)


def about(**more):
    return {
        "kind": "action",
        "ref": "AC-2026-014",
        "title": "New torque tools <b>now</b>",
        "endpoint": "people.me",
        "args": {},
        "step": Text("Say that it is done.").to_json(),
        "why": Text("You own it.").to_json(),
        "next": Text("If nothing happens, %(name)s is told on Monday.", name="Dana").to_json(),
        "due_on": "2026-12-04",
        "due_at": None,
        "overdue": False,
    } | more


def tell(session, who, at, *, kind=NoticeKind.REMINDER, about=about, **more):
    notice = Notice(
        dedupe=new_id().hex, person_id=who.person_id, item_key="action:1", kind=kind, urgent=False,
        about=about(), created_at=at, not_before=more.pop("not_before", at), **more,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    return notice.id


@pytest.fixture
def people(unit):
    def make(session):
        return {
            "own": make_person(session, Role.AUDITOR),
            "other": make_person(session, Role.AUDITOR),
            "contact": make_contact(session, make_relationship(session)),
        }

    return unit(make)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def bell(browser):
    link = re.search(r'<a class="bell".*?</a>', browser.get("/people/me").text, re.DOTALL).group(0)
    return " ".join(re.sub(r"<[^>]+>", " ", link).split())


def unread(unit, who):
    query = sa.select(sa.func.count()).where(Notice.person_id == who.person_id, Notice.read_at.is_(None))
    return unit(lambda s: s.scalar(query), "read")


def test_a_notice_says_what_why_until_when_and_what_comes_next(client_of, people, unit):
    unit(lambda s: tell(s, people["own"], now() - HOUR, kind=NoticeKind.ESCALATION, level=2))
    answer = client_of(people["own"]).get("/notices/")
    page = text_of(answer)
    for said in (
        "Escalation", "AC-2026-014 New torque tools &lt;b&gt;now&lt;/b&gt;", "Action ·", "Say that it is done.", "Due 4 December 2026",
        "You own it. It came to you (Relationship owner and manager) because the level below did not answer.",
        "If nothing happens, Dana is told on Monday.", "1 is unread.", "Open AC-2026-014",
    ):  # fmt: skip
        assert said in page
    assert "<b>now" not in answer.text


def test_what_was_settled_or_answered_since_says_so_and_threatens_nothing(client_of, people, unit):
    def fill(session):
        for ref, more in (("AC-1", {}), ("AC-2", {"generation": 3}), ("AC-3", {"ended_at": now()})):
            run = ReminderRun(
                item_key=ref, due_version="1", kind=Kind.ACTION, severity=Severity.NORMAL, ref=ref, title="",
                due_on=now().date(), due_at=None, relationship_id=None, policy={}, owners=[], started_at=now(), **more,
            )  # fmt: skip
            session.add(run)
            session.flush()
            tell(
                session,
                people["own"],
                now() - HOUR,
                run_id=run.id,
                generation=0,
                about=lambda r=ref: about(ref=r),
            )

    unit(fill)
    cards = client_of(people["own"]).get("/notices/").text.split("<article")[1:]
    said = {
        re.search(r"AC-\d", card)[0]: (
            "Answered since" in card,
            "Settled since" in card,
            "is told on Monday" in card,
        )
        for card in cards
    }
    assert said == {
        "AC-1": (False, False, True),
        "AC-2": (True, False, False),
        "AC-3": (False, True, False),
    }


def test_nobody_sees_what_others_are_told_what_is_taken_back_and_what_is_yet_to_come(client_of, people, unit):
    at = now()

    def fill(session):
        tell(session, people["other"], at - HOUR, about=lambda: about(ref="AC-OTHER"))
        tell(session, people["own"], at - HOUR, about=lambda: about(ref="AC-GONE"), cancelled_at=at)
        tell(session, people["own"], at - HOUR, about=lambda: about(ref="AC-LATER"), not_before=at + HOUR)
        tell(session, people["contact"], at - HOUR, about=lambda: about(ref="AC-THEIRS"))

    unit(fill)
    own, contact = client_of(people["own"]), client_of(people["contact"])
    assert "AC-" not in own.get("/notices/?show=all").text
    assert bell(own) == "Notices"
    page = contact.get("/notices/").text
    assert "AC-THEIRS" in page
    assert "AC-OTHER" not in page
    assert bell(contact) == "Notices 1 unread"


def test_opening_marks_it_as_read_and_goes_on(client_of, people, unit):
    notice_id = unit(lambda s: tell(s, people["own"], now() - HOUR))
    browser = client_of(people["own"])
    assert browser.get(f"/notices/{notice_id}/open").status_code == 405  # a link scanner changes nothing
    assert unread(unit, people["own"]) == 1
    answer = browser.post(f"/notices/{notice_id}/open")
    assert (answer.status_code, answer.location) == (303, "/people/me")
    assert unread(unit, people["own"]) == 0
    assert bell(browser) == "Notices"
    first = unit(lambda s: s.scalar(sa.select(Notice.read_at)), "read")
    browser.post(f"/notices/{notice_id}/open")
    assert unit(lambda s: s.scalar(sa.select(Notice.read_at)), "read") == first
    assert client_of(people["other"]).post(f"/notices/{notice_id}/open").status_code == 404
    assert client_of(people["other"]).post(f"/notices/{notice_id}/read").status_code == 404


@pytest.mark.parametrize(
    ("endpoint", "args"),
    [
        ("", {}),
        ("gone.long_ago", {}),
        ("persons.show", {}),  # its id is missing
        ("people.sign_out", {}),  # changes something: never opened from here
    ],
)
def test_a_page_that_is_not_there_is_offered_by_no_button(client_of, people, unit, endpoint, args):
    notice_id = unit(lambda s: tell(s, people["own"], now() - HOUR, about=lambda: about(endpoint=endpoint, args=args)))  # fmt: skip
    browser = client_of(people["own"])
    assert "/open" not in browser.get("/notices/").text
    assert browser.post(f"/notices/{notice_id}/open").location == "/notices/"
    assert "Its page is not there any more" in browser.get("/notices/").text


def test_a_page_cannot_be_sent_to_another_host(client_of, people, unit):
    args = {"_external": "1", "_scheme": "https", "endpoint": "x", "_host": "evil.example"}
    notice_id = unit(lambda s: tell(s, people["own"], now() - HOUR, about=lambda: about(args=args)))
    assert client_of(people["own"]).post(f"/notices/{notice_id}/open").location == "/people/me"


def test_marking_as_read_keeps_the_filters(client_of, people, unit):
    notice_id = unit(lambda s: tell(s, people["own"], now() - HOUR))
    browser = client_of(people["own"])
    answer = browser.post(f"/notices/{notice_id}/read", data={"show": "all", "kind": "reminder"})
    assert answer.location == "/notices/?show=all&kind=reminder"
    assert "Nothing is unread" in browser.get("/notices/").text
    page = browser.get("/notices/?show=all").text
    assert "AC-2026-014" in page
    assert "Mark as read" not in page


def test_all_are_marked_but_not_what_came_meanwhile(client_of, people, unit):
    unit(lambda s: [tell(s, people["own"], now() - HOUR) for _ in range(3)])
    unit(lambda s: tell(s, people["other"], now() - HOUR))
    browser = client_of(people["own"])
    until = re.search(r'name="until" value="([^"]+)"', browser.get("/notices/").text).group(1)
    unit(lambda s: tell(s, people["own"], now()))
    assert browser.post("/notices/read", data={"until": until}).status_code == 302
    assert (unread(unit, people["own"]), unread(unit, people["other"])) == (1, 1)
    for odd in ("yesterday", "", datetime(9999, 1, 1).isoformat()):  # noqa: DTZ001
        assert browser.post("/notices/read", data={"until": odd}).status_code == 302
    assert unread(unit, people["own"]) == 0


def test_narrowed_by_kind_and_read_page_by_page(client_of, people, unit):
    def fill(session):
        for number in range(30):
            kind = NoticeKind.DECISION if number % 3 == 0 else NoticeKind.REMINDER
            tell(session, people["own"], now() - number * HOUR, kind=kind, about=lambda n=number: about(ref=f"AC-{n:03}"))  # fmt: skip

    unit(fill)
    browser = client_of(people["own"])
    first = re.findall(r"AC-\d{3} New", browser.get("/notices/").text)
    assert first[:2] == ["AC-000 New", "AC-001 New"]
    assert len(first) == 25
    assert len(re.findall(r"AC-\d{3} New", browser.get("/notices/?page=2").text)) == 5
    assert re.findall(r"AC-(\d{3}) New", browser.get("/notices/?kind=decision").text) == [
        f"{number:03}" for number in range(0, 30, 3)
    ]
    assert browser.get("/notices/?kind=nonsense&show=nonsense&page=x").status_code == 200
    assert "Nothing of this kind" in browser.get("/notices/?kind=copy").text
    assert "You have not been told anything yet" in client_of(people["other"]).get("/notices/?show=all").text


def test_many_unread_are_counted_to_a_hundred_and_cost_one_statement(app, client_of, people, unit):
    browser = client_of(people["own"])
    with app.app_context():
        engine = db.engine

    def selects(path):
        with counted(engine) as said:
            assert browser.get(path).status_code == 200
        return len([one for one in said if one.lstrip().startswith("SELECT")])

    before = [selects("/people/me"), selects("/notices/")]
    unit(lambda s: [tell(s, people["own"], now() - HOUR) for _ in range(120)])
    assert before == [selects("/people/me"), selects("/notices/")]
    assert before[1] <= 4  # who, the organization, how many, which
    assert bell(browser) == "Notices 99+ unread"
    assert "More than 99 are unread" in browser.get("/notices/").text


def test_the_count_is_read_by_its_index(session, people, unit):
    secret = begin_sign_in(session, person_id=people["own"].person_id, at=now(), days=1, address="", agent="")
    session.flush()
    with counted(session) as said:
        principal_of_sign_in(session, token_digest=secret, at=now())
    if session.get_bind().dialect.name == "sqlite":
        plan = session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN " + said[0], tuple([None] * said[0].count("?"))
        )
        assert "USING INDEX ix_notice_unread" in " ".join(row[3] for row in plan)
    else:
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = session.execute(
            sa.text(
                "EXPLAIN SELECT 1 FROM notice WHERE person_id = '01a21fb8-d693-75af-b6e1-00e5d1ae9d7c' "
                "AND read_at IS NULL AND cancelled_at IS NULL AND not_before <= now() LIMIT 100"
            )
        )
        assert "ix_notice_unread" in " ".join(row[0] for row in plan)


def test_the_service_finds_nobody_elses(session, people):
    notice_id = tell(session, people["own"], now() - HOUR)
    with pytest.raises(NotFound):
        mark_read(session, actor=people["other"], at=now(), notice_id=notice_id)
    assert mark_all_read(session, actor=people["other"], at=now(), until=now()) == 0
    assert mark_all_read(session, actor=people["own"], at=now(), until=now()) == 1
    assert mark_all_read(session, actor=people["own"], at=now(), until=now()) == 0


@pytest.mark.parametrize(
    "kept",
    [None, [], {}, {"kind": "of_tomorrow", "args": None, "step": "words", "due_on": None}, {"title": None}],
)
def test_what_a_notice_did_not_keep_is_left_out(kept):
    found = seen(kept)
    assert (found.sort, found.ref, found.title, found.step, found.due_on, found.args) == (
        "",
        "",
        "",
        None,
        None,
        {},
    )


def test_every_kind_of_notice_has_its_words():
    for table in (NOTICE_LABELS, NOTICE_PLURALS, NOTICE_TONES):
        assert set(table) == set(NoticeKind)
    for kind in NoticeKind:
        assert all(told_as(kind, level) is not None for level in Level if level != Level.OWNER)
    assert str(told_as(NoticeKind.OVERDUE, Level.SER)) == "You are asked as: Senior Executive Responsible."
    assert told_as(NoticeKind.REMINDER, Level.OWNER) is None
    assert told_as(NoticeKind.REMINDER, 99) is None
