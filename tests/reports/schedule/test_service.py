"""Reports go on their way once for each occurrence, by whoever runs the clock, and once after a time without any."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.overview.history.sentences import SENTENCES
from auditapp.people.model import Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import WITHIN_HOURS, Recipient
from auditapp.reminders.quiet.model import PersonRhythm
from auditapp.reports.schedule import queries, service
from auditapp.reports.schedule.making import message_of
from auditapp.reports.schedule.rules import Form, Rhythm, What
from auditapp.reports.schedule.service import Wish
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.factories.audits import make_edition

FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)


def wish(who, what=What.STUCK, **more):
    usual = {"standard": "", "rhythm": Rhythm.WEEKLY, "day": 0, "zone": "Europe/London", "form": Form.SUMMARY}
    return Wish(person_id=who.person_id, what=what, **(usual | more))


@pytest.fixture
def cora(session):
    """An audit programme manager."""
    make_edition(session)
    return make_person(session, Role.PROGRAMME_MANAGER, name="Cora Cedar")


def messages(session):
    return session.scalars(
        sa.select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.dedupe)
    ).all()


def test_once_for_each_occurrence_and_once_after_three_weeks_without_a_clock(session, cora):
    service.add(session, actor=cora, at=FRIDAY, wish=wish(cora))
    assert not queries.anything_comes(session, MONDAY - MINUTE)
    assert service.send_due(session, MONDAY - MINUTE) == 0
    assert queries.anything_comes(session, MONDAY)
    assert service.send_due(session, MONDAY) == 1
    assert service.send_due(session, MONDAY) == 0
    assert service.send_due(session, MONDAY + 2 * MINUTE) == 0

    late = MONDAY + 3 * WEEK + timedelta(days=2)
    assert service.send_due(session, late) == 1
    assert service.send_due(session, late + MINUTE) == 0
    assert service.send_due(session, MONDAY + 4 * WEEK) == 1, "and then goes on as before"
    found = messages(session)
    assert [one.dedupe.rsplit(":", 1)[1] for one in found] == ["2026-11-30", "2026-12-21", "2026-12-28"]
    assert all(one.extra[WITHIN_HOURS] for one in found)
    # nine o'clock on Monday; nine on Wednesday; 28 December 2026 is a holiday in its place, and so on to Tuesday
    assert [one.next_try_at.strftime("%d %H:%M") for one in found] == ["30 09:00", "23 09:00", "29 09:00"]
    verbs = session.scalars(
        sa.select(Fact.verb).where(Fact.thing_kind == "report_schedule").order_by(Fact.seq)
    ).all()
    assert verbs == ["report_schedule.added", *["report_schedule.came"] * 3]
    assert set(verbs) <= set(SENTENCES)


def test_a_second_worker_that_read_before_sends_nothing_twice(session, cora):
    schedule_id = service.add(session, actor=cora, at=FRIDAY, wish=wish(cora))
    service.send_due(session, MONDAY)
    row = queries.live(session, schedule_id)
    row.next_at = MONDAY  # as if its mark had been lost
    session.flush()
    service.send_due(session, MONDAY)
    assert len(messages(session)) == 1


def test_who_may_have_what(session, cora):
    viewer = make_person(session, Role.VIEWER)
    auditor = make_person(session, Role.AUDITOR)
    manager = make_person(session, Role.SYSTEM_MANAGER)
    with pytest.raises(NotAllowed):
        service.add(session, actor=viewer, at=FRIDAY, wish=wish(cora))
    for who, what in ((auditor, What.STUCK), (make_person(session, Role.PARTNER_CONTACT), What.TRENDS)):
        with pytest.raises(Invalid, match="may not see this report"):
            service.add(session, actor=manager, at=FRIDAY, wish=wish(who, what))
    usual = {"work_days": [0, 1], "starts_at": 540, "ends_at": 1020, "digest_at": 540, "budget": 6}
    session.add(PersonRhythm(person_id=viewer.person_id, channels=["in_app"], **usual))
    session.flush()
    with pytest.raises(Invalid, match="neither by mail nor by Slack"):
        service.add(session, actor=viewer, at=FRIDAY, wish=wish(viewer, What.TRENDS))
    with pytest.raises(Invalid, match="standard that is released"):
        service.add(session, actor=cora, at=FRIDAY, wish=wish(cora, What.READINESS, standard="nothing"))
    with pytest.raises(Invalid, match="day of the month"):
        service.add(session, actor=cora, at=FRIDAY, wish=wish(cora, rhythm=Rhythm.MONTHLY, day=32))
    service.add(session, actor=manager, at=FRIDAY, wish=wish(cora, What.READINESS, standard="small"))
    with pytest.raises(Refusal, match="comes in this rhythm already"):
        service.add(session, actor=cora, at=FRIDAY, wish=wish(cora, What.READINESS, standard="small", day=3))
    assert len(queries.schedules(session, cora)) == 1
    assert queries.schedules(session, viewer) == []
    assert len(queries.schedules(session, manager)) == 1


def test_the_right_is_asked_when_it_is_sent(session, cora):
    service.add(session, actor=cora, at=FRIDAY, wish=wish(cora))
    service.send_due(session, MONDAY)
    [message] = messages(session)

    def built():
        return message_of(session, message, _recipient(cora), MONDAY, lambda endpoint, _args: f"/{endpoint}")

    assert "Nothing is stuck" in str(built().opening)
    assert built().extra["stop"] == "/schedule.stop"
    assert "attachment" not in built().extra
    session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == cora.person_id))
    assert built() is None
    [line] = queries.schedules(session, cora)
    assert not line.allowed
    session.add(RoleGrant(person_id=cora.person_id, role=Role.SYSTEM_MANAGER, granted_at=FRIDAY))
    session.flush()
    assert built() is not None
    service.end_by_link(session, at=MONDAY, schedule_id=line.id)
    service.end_by_link(session, at=MONDAY, schedule_id=line.id)
    assert built() is None
    assert service.send_due(session, MONDAY + WEEK) == 0


def test_who_has_left_gets_nothing_and_one_may_end_only_ones_own(session, cora):
    schedule_id = service.add(session, actor=cora, at=FRIDAY, wish=wish(cora))
    with pytest.raises(NotFound):
        service.end(session, actor=make_person(session, Role.SER), at=FRIDAY, schedule_id=schedule_id)
    session.get(Person, cora.person_id).active = False
    session.flush()
    assert not queries.anything_comes(session, MONDAY)
    assert service.send_due(session, MONDAY) == 0
    session.get(Person, cora.person_id).active = True
    session.flush()
    assert service.send_due(session, MONDAY + 5 * WEEK) == 1
    service.end(session, actor=cora, at=MONDAY, schedule_id=schedule_id)
    with pytest.raises(NotFound):
        service.try_it(session, actor=cora, at=MONDAY, schedule_id=schedule_id)


def _recipient(who):
    return Recipient(
        person_id=who.person_id, name=who.name, email=who.email, locale=who.locale, zone=who.zone
    )
