"""Invitations by mail: the life of each, what stands in the mail, who gets one, and what it costs when nobody does."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.model import Audit, AuditMember, AuditSession
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.config import Settings
from auditapp.feeds.jobs import JOBS
from auditapp.feeds.model import FeedGuest, FeedInvitation
from auditapp.kit.errors import Refusal
from auditapp.people.model import Person
from auditapp.people.rules import Role
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import State
from auditapp.reminders.preview.service import FORETOLD
from auditapp.reminders.quiet.model import PersonRhythm
from auditapp.trail.model import Fact
from bench.stage import statements
from bots.mail.local import LocalOutbox
from tests.factories import make_contact, make_person, make_relationship
from tests.feeds.inviting import DAY, HOUR, OPENING, RHYTHM, World, make_audit
from tests.feeds.readers import by_libical, libical
from tests.feeds.world import nudge


@pytest.fixture
def world(app, unit, tmp_path):
    return World(app, unit, tmp_path)


def new(sequence):
    return ("REQUEST", sequence, "CONFIRMED")


def gone(sequence):
    return ("CANCEL", sequence, "CANCELLED")


def leave(world):
    world.unit(
        lambda s: s.execute(sa.delete(AuditMember).where(AuditMember.person_id == world.guest.person_id))
    )


def come_back(world):
    def join(session):
        audit = session.get(Audit, world.audit_id)
        member = AuditMember(person_id=world.guest.person_id, role=MemberRole.OBSERVER)
        session.refresh(audit, ["members"])
        audit.members.append(member)

    world.unit(join)


LIVES = {
    "nothing changes": [(lambda _: None, {})],
    "an hour later": [
        (
            lambda w: w.change(AuditSession, starts_at=OPENING + HOUR, ends_at=OPENING + 2 * HOUR),
            {"line": new(1)},
        ),
        (lambda w: w.change(AuditSession, starts_at=OPENING, ends_at=OPENING + HOUR / 2), {"line": new(2)}),
    ],
    "another room": [(lambda w: w.change(AuditSession, place="Room 5"), {"line": new(1)})],
    "another title": [(lambda w: w.change(AuditSession, title="First meeting"), {"line": new(1)})],
    "another leader of the session is no reason to write": [
        (lambda w: w.change(AuditSession, auditors="Somebody"), {})
    ],
    "other days": [(lambda w: w.change(Audit, ends_on=date(2026, 12, 9)), {"days": new(1)})],
    "cancelled": [
        (lambda w: w.change(Audit, status=AuditStatus.CANCELLED), {"days": gone(1), "line": gone(1)}),
        (lambda _: None, {}),
    ],
    "postponed and on again": [
        (lambda w: w.change(Audit, status=AuditStatus.POSTPONED), {"days": gone(1), "line": gone(1)}),
        (lambda w: w.change(Audit, status=AuditStatus.SCHEDULED), {"days": new(2), "line": new(2)}),
    ],
    "taken out of the agenda": [
        (lambda w: w.unit(lambda s: s.execute(sa.delete(AuditSession))), {"line": gone(1)})
    ],
    "the member leaves and returns": [
        (leave, {"days": gone(1), "line": gone(1)}),
        (come_back, {"days": new(2), "line": new(2)}),
    ],
    "switched off and on": [
        (lambda w: w.wish(wanted=False), {"days": gone(1), "line": gone(1)}),
        (lambda w: w.change(AuditSession, place="Room 6"), {}),
        (lambda w: w.wish(), {"days": new(2), "line": new(2)}),
    ],
    "the person leaves": [(lambda w: w.change(Person, active=False), {})],
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_the_life_of_an_invitation(world, life):
    world.wish()
    assert world.run() == 2
    assert world.said() == {"days": new(0), "line": new(0)}
    for change, expected in life:
        change(world)
        world.run()
        if world.unit(lambda s: s.get(Person, world.guest.person_id).active, "read"):
            assert world.said() == expected
        assert world.run() == 0  # the same again says nothing


def test_what_stands_in_the_mail(world):
    world.wish()
    world.run()
    found = world.mails()
    mail, calendar, data = found[world.line]
    assert mail["Subject"] == "Invitation: IA-2026-003 Opening meeting, Monday 7 December, 09:00"
    text = mail.get_body(("plain",)).get_content()
    assert "you are invited: IA-2026-003 Opening meeting." in " ".join(text.split())
    assert "Where: Room 4." in " ".join(text.split())
    assert "Switch them off on the page" in " ".join(text.split())
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    (event,) = calendar.events
    assert event["DTSTART"].dt.astimezone(UTC) == OPENING
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event["ORGANIZER"] == "mailto:audits@example.org"
    assert event["ORGANIZER"].params["CN"] == "Lea Lindqvist"
    assert event["ATTENDEE"] == f"mailto:{world.guest.email}"
    assert event["ATTENDEE"].params["CN"] == "Zoë 'Zed' Ørsted"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == world.at
    assert "Größe & Maß, Logistics" in event["DESCRIPTION"]
    (days,) = found[world.days][1].events
    assert (days["DTSTART"].dt, days["DTEND"].dt) == (date(2026, 12, 7), date(2026, 12, 9))
    assert (
        "Größe & Maß, Logistics, Monday 7 December to Tuesday 8 December" in found[world.days][0]["Subject"]
    )
    if library := libical():
        assert all(len(by_libical(one, library)) == 1 for _, _, one in found.values())
    assert mail["References"] != found[world.days][0]["References"]

    world.change(AuditSession, starts_at=OPENING + DAY, ends_at=OPENING + DAY + HOUR)
    world.run()
    changed = world.mails()[world.line][0]
    assert changed["Subject"] == "Changed: IA-2026-003 Opening meeting, Tuesday 8 December, 09:00"
    assert changed["References"] == mail["References"]
    world.change(Audit, status=AuditStatus.POSTPONED)
    world.run()
    cancelled, calendar, data = world.mails()[world.line]
    assert cancelled["Subject"] == "Cancelled: IA-2026-003 Opening meeting, Tuesday 8 December, 09:00"
    said = " ".join(cancelled.get_body(("plain",)).get_content().split())
    assert "The audit does not take place as planned: postponed." in said
    assert calendar.events[0]["SUMMARY"] == "Postponed: IA-2026-003 Opening meeting"
    assert calendar.events[0]["STATUS"] == "CANCELLED"
    if library:
        assert by_libical(data, library)[world.line][3] == "CANCELLED"


def test_private_titles_stay_out_of_the_subject(world, tmp_path):
    world.box = LocalOutbox(
        Settings(_env_file=None, secret_key="k" * 48, data_dir=tmp_path, mail_private_titles=True)
    )
    world.wish()
    world.run()
    subjects = {mail["Subject"] for mail, _, _ in world.mails().values()}
    assert "Invitation: IA-2026-003, Monday 7 December, 09:00" in subjects
    assert not any("Opening" in one or "Logistics" in one for one in subjects)


def test_an_agenda_that_is_being_written_makes_one_mail(world):
    """What waits and is not true any more leaves the outbox unsent; what was never seen is not taken back."""
    world.wish()
    world.run()
    world.change(AuditSession, place="Room 5")
    assert world.run(timedelta(minutes=1)) == 1
    world.change(AuditSession, place="Room 6")
    assert world.run(timedelta(minutes=1)) == 1
    mails = world.mails()
    assert set(mails) == {world.days, world.line}
    (event,) = mails[world.line][1].events
    assert (event["LOCATION"], event["SEQUENCE"]) == ("Room 6", 2)
    assert mails[world.line][0]["Subject"].startswith("Invitation: ")
    world.change(AuditSession, place="Room 7")
    world.run()
    world.unit(lambda s: s.execute(sa.delete(AuditSession)))
    world.run(timedelta(minutes=1))
    assert world.said() == {"line": gone(4)}


def test_what_was_never_sent_is_not_cancelled(world):
    world.wish()
    world.run()
    world.wish(wanted=False)
    assert world.run(timedelta(minutes=1)) == 0
    assert world.mails() == {}
    states = world.unit(lambda s: s.scalars(sa.select(OutboxMessage.state)).all(), "read")
    assert states == [State.CANCELLED] * 2


def test_what_is_over_stays_in_the_calendar(world):
    world.wish()
    world.run()
    assert len(world.mails()) == 2
    world.at = OPENING + HOUR
    world.unit(lambda s: s.execute(sa.delete(AuditSession)))
    world.run()
    assert world.mails() == {}
    world.change(Audit, status=AuditStatus.CANCELLED)
    world.run()
    assert world.said() == {"days": gone(1)}  # its second day is still to come
    world.change(Audit, status=AuditStatus.SCHEDULED)
    world.at = OPENING + 3 * DAY
    world.run()
    assert world.mails() == {}


def test_only_who_asked_and_has_a_part_is_invited(world, unit):
    assert world.run() == 0
    stranger = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER, name="Sam Stranger"))
    world.wish(who=stranger)
    assert world.run() == 0
    world.wish()
    world.wish(who=world.leader)
    assert world.run() == 4
    assert set(world.mails(world.leader)) == set(world.mails()) == {world.days, world.line}


def test_a_partners_contact_is_invited_as_an_auditee_only(world, unit):
    contact = unit(lambda s: make_contact(s, make_relationship(s)))

    def join(session):
        audit = session.get(Audit, world.audit_id)
        session.refresh(audit, ["members"])
        audit.members.append(AuditMember(person_id=contact.person_id, role=MemberRole.OBSERVER))

    unit(join)
    world.wish(who=contact)
    assert world.run() == 0
    mine = AuditMember.person_id == contact.person_id
    unit(lambda s: s.execute(sa.update(AuditMember).where(mine).values(role=MemberRole.AUDITEE)))
    assert world.run() == 2


def test_whoever_is_not_told_by_mail_is_asked_to_choose_it_first(world, unit):
    unit(lambda s: s.add(PersonRhythm(person_id=world.guest.person_id, **RHYTHM)))
    with pytest.raises(Refusal, match="Choose mail under"):
        world.wish()


def test_nobody_asked_one_statement_and_without_news_three(app, world, unit):
    job = next(one for one in JOBS if one.name == "invitations")
    assert (job.order, job.name in FORETOLD) == (60, False)

    def asked():
        with statements(app) as sent:
            found = unit(lambda s: job.due(s, world.at), "read")
        return found, len(sent)

    assert asked() == (False, 1)
    world.wish()
    world.run()
    assert asked() == (False, 3)
    nudge(unit, world.at)
    assert asked() == (True, 3)
    world.run()
    midnight = datetime.combine(world.at.date() + DAY, datetime.min.time(), UTC)
    world.at = midnight - timedelta(seconds=1)
    assert asked()[0] is False
    world.at = midnight
    assert asked()[0] is True
    world.wish(wanted=False)
    world.run()
    assert asked() == (False, 1)
    assert unit(lambda s: s.scalars(sa.select(FeedGuest)).all(), "read") == []


def test_the_job_of_the_engine_does_it(app, world, unit):
    world.wish()
    job = next(one for one in JOBS if one.name == "invitations")
    assert unit(lambda s: job.work(s, world.at)) == 2
    ((_, calendar, _), _) = world.mails().values()
    assert calendar.events[0]["ORGANIZER"].startswith("mailto:")


def test_the_number_of_statements_does_not_grow(app, world, unit):
    world.wish()
    world.run()

    def cost():
        with statements(app) as sent:
            assert world.run(timedelta(minutes=1)) == 0
        return len([one for one in sent if "fact" not in one])

    few = cost()
    people = ((world.leader, MemberRole.LEADER), (world.guest, MemberRole.AUDITOR))
    unit(lambda s: [make_audit(s, *people, ref=f"IA-2026-1{n:02}", lines=4) for n in range(6)])
    world.wish(who=world.leader)
    assert world.run() == 6 * 5 * 2 + 2
    assert cost() == few


def test_the_switch_on_the_page(client_of, world, unit):
    browser = client_of(world.guest)
    page = browser.get("/calendar/").text
    assert "Invite me by mail to audits that I have a part in" in page
    answer = browser.post("/calendar/invitations", data={"wanted": "yes"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "You will be invited by mail" in answer.text
    assert "Stop inviting me by mail" in answer.text
    browser.post("/calendar/invitations", data={"wanted": "yes"})  # once more changes nothing
    answer = browser.post("/calendar/invitations", data={"wanted": "no"}, follow_redirects=True)
    assert "Invitations by mail are off." in answer.text
    assert "Invite me by mail to audits that I have a part in" in answer.text
    verbs = unit(
        lambda s: s.scalars(
            sa.select(Fact.verb).where(Fact.verb.startswith("invitations.")).order_by(Fact.seq)
        ).all(),
        "read",
    )
    assert verbs == ["invitations.wanted", "invitations.ended"]
    unit(lambda s: s.add(PersonRhythm(person_id=world.guest.person_id, **RHYTHM)))
    answer = browser.post("/calendar/invitations", data={"wanted": "yes"}, follow_redirects=True)
    assert "Choose mail under “My reminders” first" in answer.text
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(FeedInvitation)), "read") == 0
