"""The registers on paper: filters as in the address, bounded reading, who may see them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from auditapp.findings.model import Cause, Repeat
from auditapp.findings.register.queries.narrow import Reader
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import read_query
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import CauseCategory, NcStatus
from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.queries.log import LogWanted
from auditapp.reminders.outbox.rules import MessageKind, NoticeKind
from auditapp.reminders.outbox.rules import State as Sent
from auditapp.reports.registers import nonconformities, queries
from auditapp.reports.registers.reminders import reminder_report
from tests.factories import make_contact, make_person, make_relationship
from tests.factories.nonconformities import make_action, make_nonconformity
from tests.statements import counted

TODAY = now().date()


@pytest.fixture
def ada(unit):
    return unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Ada"))


def rows(report, anchor):
    chapter = next(one for one in report.chapters if one.anchor == anchor)
    return [[cell.text for cell in row.cells] for row in chapter.blocks[0].rows]


def report_of(session, who, query=""):
    return nonconformities.register_report(
        session, reader=Reader(principal=who, today=TODAY), wanted=read_query(Register.NONCONFORMITIES, query),
        as_of=now(),
    )  # fmt: skip


def some(session, ada):
    issued = {"status": NcStatus.ISSUED, "issued_at": now(), "turn_due_on": TODAY - timedelta(days=3)}
    first = make_nonconformity(session, ada, title="First", **issued, raised_at=now() - timedelta(days=40))
    again = make_nonconformity(
        session, ada, title="Again", status=NcStatus.ISSUED, issued_at=now(), correction="Held it at once"
    )
    session.add(
        Cause(
            nonconformity_id=again.id, text="Nobody had the time", category=next(iter(CauseCategory)), root=True,
        )
    )  # fmt: skip
    session.add(
        Repeat(nonconformity_id=again.id, earlier_id=first.id, linked_by_id=ada.person_id, linked_at=now())
    )
    make_action(session, again, ada.person_id, status=ActionStatus.ACCEPTED, due_on=TODAY - timedelta(days=1))
    make_nonconformity(
        session, ada, title="Over", status=NcStatus.CLOSED, issued_at=now(), closed_at=now(), clauses=("9.2",)
    )
    session.flush()


def test_the_register_says_cause_correction_action_age_and_repeats(unit, ada):
    def work(session):
        some(session, ada)
        return report_of(session, ada), report_of(session, ada, "show=all&clause=9.2")

    report, narrow = unit(work)
    listed = rows(report, "register")
    assert [row[0].split()[-1] for row in listed] == ["First", "Again"]
    assert listed[0][-1] == "40"
    work_of = rows(report, "work")[1]
    assert "Nobody had the time" in work_of[1]
    assert work_of[2:5:2] == ["Held it at once", listed[0][0].split()[0]]
    action = rows(report, "actions")[0]
    assert action[1] == "Ada"
    facts = {pair.label: pair.value for pair in report.facts}
    assert [facts[one] for one in ("Nonconformities", "Overdue", "Repeat an earlier one")] == ["2", "1", "1"]
    assert [row[1] for row in rows(report, "ages")] == ["1", "1", "0", "0", "0"]
    assert rows(report, "clauses")[0][1:] == ["2", "1"]
    assert [row[0].split()[-1] for row in rows(narrow, "register")] == ["Over"]


def test_what_is_read_is_bounded(unit, ada, monkeypatch):
    monkeypatch.setattr(queries, "MOST_CASES", 2)

    def asked(session):
        with counted(session) as said:
            report = report_of(session, ada, "show=all")
        return report, len(said)

    unit(lambda s: some(s, ada))
    first, before = unit(asked, "read")
    assert len(rows(first, "register")) == 2
    assert [row[1] for row in rows(first, "ages")] == ["1", "1", "0", "0", "0"]
    assert "The first 2 of 3." in first.chapters[0].note
    unit(lambda s: some(s, ada))
    second, after = unit(asked, "read")
    assert "The first 2 of 6." in second.chapters[0].note
    assert [row[1] for row in rows(second, "ages")] == ["2", "2", "0", "0", "0"]
    assert before == after <= 13


@pytest.mark.parametrize(
    ("days", "place"),
    [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (180, 3), (181, 4), (900, 4), (-2, 0)],
)
def test_the_ages_change_at_midnight(unit, ada, days, place):
    raised = datetime.combine(TODAY - timedelta(days=days), time(0, 0) if days % 2 else time(23, 59), UTC)

    def work(session):
        make_nonconformity(session, ada, status=NcStatus.ISSUED, issued_at=now(), raised_at=raised)
        session.flush()
        return report_of(session, ada)

    assert [row[1] for row in rows(unit(work), "ages")].index("1") == place


def test_the_page_has_the_filters_and_the_files_keep_them(unit, client_of, ada):
    unit(lambda s: some(s, ada))
    browser = client_of(ada)
    page = browser.get("/reports/nonconformities?show=all&grade=minor")
    assert (page.status_code, "Over" in page.text, "Grade: Minor" in page.text) == (200, True, True)
    assert "/reports/nonconformities.pdf?" in page.text
    assert "/reports/nonconformities?grade=major" in browser.get("/nonconformities/?grade=major").text
    for page in ("nonconformities", "reminder-log"):
        for suffix, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
            assert browser.get(f"/reports/{page}.{suffix}?show=all").data.startswith(begins)


def told(session, who, number, *, sent=True, kind=NoticeKind.REMINDER):
    message = OutboxMessage(
        dedupe=f"m{number}", person_id=who.person_id, kind=next(iter(MessageKind)), urgent=False, created_at=now(),
        next_try_at=now(), state=Sent.SENT if sent else Sent.FAILED, channel="mail", sent_at=now() if sent else None,
        ended_at=now(),
    )  # fmt: skip
    session.add(message)
    session.flush()
    session.add(
        Notice(
            dedupe=f"n{number}", person_id=who.person_id, item_key=f"nc:{number}", kind=kind, urgent=False,
            about={"ref": f"NC-{number}", "title": "Late"}, created_at=now(), not_before=now(), message_id=message.id,
            level=1,
        )
    )  # fmt: skip


def test_the_log_tells_who_was_told_what_and_what_came_of_it(unit, ada):
    def work(session):
        told(session, ada, 1)
        told(session, ada, 2, sent=False, kind=NoticeKind.ESCALATION)
        session.flush()
        with counted(session) as said:
            report = reminder_report(session, actor=ada, wanted=LogWanted(), as_of=now())
        later = LogWanted(since=TODAY + timedelta(days=9))
        return report, reminder_report(session, actor=ada, wanted=later, as_of=now()), len(said)

    report, none, statements = unit(work)
    facts = {pair.label: pair.value for pair in report.facts}
    assert [facts[one] for one in ("Notices", "Sent", "Answered afterwards", "Escalations")] == [
        "2", "1", "0", "1",
    ]  # fmt: skip
    found = rows(report, "told")
    assert {row[1] for row in found} == {"NC-1 Late", "NC-2 Late"}
    assert {row[2] for row in found} == {"Ada"}
    assert {row[6] for row in found} == {"Not answered"}
    assert rows(none, "told") == []
    assert statements <= 3


def test_who_may_read_them(unit, client_of, ada):
    unit(lambda s: some(s, ada))
    plain = client_of(unit(lambda s: make_person(s, Role.ACTION_OWNER)))
    contact = client_of(unit(lambda s: make_contact(s, make_relationship(s))))
    page = plain.get("/reports/nonconformities?show=all")
    assert (page.status_code, "Held it at once" in page.text) == (200, False)  # sees only their own
    assert plain.get("/reports/reminder-log").status_code == 403
    assert contact.get("/reports/nonconformities").status_code == 403
    assert contact.get("/reports/reminder-log.pdf").status_code == 403
