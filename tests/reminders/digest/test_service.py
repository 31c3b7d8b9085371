"""Notices become messages, and a message is built when it is sent: what was settled meanwhile is not in it."""

from datetime import date

import pytest
import sqlalchemy as sa

from auditapp.people.model import Person
from auditapp.relationships.obligations.rules import State as Settled
from auditapp.relationships.obligations.service import finish
from auditapp.reminders.digest.queries import build_message
from auditapp.reminders.digest.service import anything_waits, gather
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.service import answer, climb, scan
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.reminders.outbox.rules import MessageKind, NoticeKind
from auditapp.reminders.outbox.service import claim
from auditapp.reminders.rules import Answer
from tests.factories.reminding import make_owed, on
from tests.statements import counted


def path_of(endpoint, args):
    return f"/{endpoint}/{'/'.join(args.values())}"


def look(session, at):
    scan(session, at=at, force=True)
    climb(session, at=at)
    return gather(session, at=at)


def messages(session, person=None):
    query = sa.select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id)
    return session.scalars(
        query if person is None else query.where(OutboxMessage.person_id == person.person_id)
    ).all()


def built(session, message, at):
    return build_message(session, message.id, at=at, path_of=path_of)


def test_a_morning_is_one_digest_of_everything(session):
    first, second = make_owed(session), make_owed(session)
    second.obligation.owner_id = first.owner.person_id
    session.flush()
    assert look(session, on(19)) == 1
    (message,) = messages(session, first.owner)
    assert message.kind is MessageKind.DIGEST
    said = built(session, message, on(19))
    assert [len(lines) for _, lines in said.groups] == [2]
    assert str(said.subject) == "2 overdue"
    line = said.groups[0][1][0]
    assert line.overdue
    assert {offer.answer for offer in line.offers} >= {Answer.ACKNOWLEDGE, Answer.SNOOZE}
    assert "If nothing has happened by" in str(line.next)
    assert "Lea Leader" in str(line.next)
    assert line.path.startswith("/")
    assert look(session, on(19, 9, 30)) == 0, "nothing is told twice"


def test_what_was_done_meanwhile_is_not_in_it(session):
    owed = make_owed(session)
    look(session, on(19))
    (message,) = messages(session, owed.owner)
    finish(
        session,
        actor=owed.owner,
        at=on(19, 9),
        found=owed.obligation,
        state=Settled.DONE,
        on=date(2026, 3, 19),
        note="",
    )
    assert built(session, message, on(19, 10)) is None


def test_what_was_answered_meanwhile_is_not_in_it(session):
    owed = make_owed(session)
    look(session, on(19))
    (message,) = messages(session, owed.owner)
    run = session.scalars(sa.select(ReminderRun)).one()
    answer(session, actor=owed.owner, at=on(19, 9), run_id=run.id, generation=0, answer=Answer.ACKNOWLEDGE)
    assert built(session, message, on(19, 10)) is None


def test_nobody_who_left_gets_anything(session):
    owed = make_owed(session)
    look(session, on(19))
    (message,) = messages(session, owed.owner)
    session.get_one(Person, owed.owner.person_id).active = False
    session.flush()
    assert built(session, message, on(19, 10)) is None


def test_what_went_up_goes_at_once_and_says_who_was_silent(session):
    owed = make_owed(session)
    look(session, on(19))
    run = session.scalars(sa.select(ReminderRun)).one()
    for _ in range(6):
        moment = run.next_at
        look(session, moment)
        if messages(session, owed.leader) or run.level:
            break
    for moment in (on(24), on(24, 10), on(25), on(25, 11)):
        look(session, moment)
    (message,) = messages(session, owed.leader)
    said = built(session, message, message.created_at)
    lines = [line for _, found in said.groups for line in found]
    assert [line.kind for line in lines] == [NoticeKind.ESCALATION]
    assert "Olive Owner did not answer" in str(lines[0].why)
    assert "Sam Senior" in str(lines[0].next)


def test_a_message_of_the_morning_that_is_late_waits_for_the_next(session):
    owed = make_owed(session)
    look(session, on(19))
    (message,) = messages(session, owed.owner)
    assert claim(session, at=on(20, 1, 38), worker="w", limit=10) == []
    assert message.next_try_at == on(20)
    assert [one.message_id for one in claim(session, at=on(20), worker="w", limit=10)] == [message.id]


def test_what_waits_is_found_cheaply(session):
    make_owed(session)
    scan(session, at=on(19), force=True)
    assert anything_waits(session, at=on(19))
    gather(session, at=on(19))
    with counted(session) as statements:
        assert not anything_waits(session, at=on(19))
    assert len(statements) == 1


@pytest.mark.parametrize("count", [1, 20])
def test_as_many_statements_whatever_a_digest_holds(session, count):
    owner = None
    for _ in range(count):
        owed = make_owed(session)
        owner = owner or owed.owner
        owed.obligation.owner_id = owner.person_id
    session.flush()
    look(session, on(19))
    (message,) = messages(session, owner)
    assert (
        session.scalar(sa.select(sa.func.count()).select_from(Notice).where(Notice.message_id == message.id))
        == count
    )
    with counted(session) as statements:
        built(session, message, on(19))
    assert len(statements) <= 30
