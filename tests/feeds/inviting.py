"""An audit with people who ask for invitations, the job that invites them, and the mails as a mail program reads them."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import sqlalchemy as sa
from icalendar import Calendar

from auditapp.audits.model import Audit, AuditMember, AuditSession
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.config import Settings
from auditapp.feeds import service
from auditapp.feeds.lint import lint
from auditapp.feeds.render import uid_of
from auditapp.feeds.rules import SETTLES
from auditapp.feeds.site import site_of
from auditapp.people.rules import Role
from auditapp.reminders.digest.queries import build_message
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import MessageKind, State
from bots.mail.local import LocalOutbox
from tests.factories import make_person
from tests.feeds.world import AT, nudge

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Whoever has it is told in the site only.
RHYTHM = {
    "work_days": [0, 1, 2, 3, 4],
    "starts_at": 480,
    "ends_at": 1020,
    "digest_at": 480,
    "budget": 5,
    "channels": ["in_app"],
}
OPENING = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


def make_audit(session, *people, ref="IA-2026-003", lines=1):
    audit = Audit(
        ref=ref, title="Audit of Größe & Maß, Logistics", status=AuditStatus.SCHEDULED, starts_on=OPENING.date(),
        ends_on=date(2026, 12, 8), created_at=AT, places="Leeds",
    )  # fmt: skip
    session.add(audit)
    for place, (who, role) in enumerate(people):
        audit.members.append(AuditMember(person_id=who.person_id, role=role, position=place))
    session.flush()
    for number in range(lines):
        start = OPENING + number * HOUR
        session.add(
            AuditSession(
                audit_id=audit.id, title="Opening meeting" if number == 0 else f"Walk {number}", place="Room 4",
                starts_at=start, ends_at=start + HOUR / 2, auditors="Lea Lindqvist",
            )
        )  # fmt: skip
    session.flush()
    return audit.id


class World:
    """An audit with a leader, an auditee who may ask for invitations, the job, and the mails it makes."""

    def __init__(self, app, unit, folder):
        self.app, self.unit, self.at = app, unit, AT
        self.leader = unit(lambda s: make_person(s, Role.AUDITOR, name="Lea Lindqvist", zone="Europe/London"))
        self.guest = unit(
            lambda s: make_person(s, Role.AUDITOR, name='Zoë "Zed" Ørsted', zone="Europe/London")
        )
        people = ((self.leader, MemberRole.LEADER), (self.guest, MemberRole.AUDITEE))
        self.audit_id = unit(lambda s: make_audit(s, *people))
        self.line_id = unit(lambda s: s.scalar(sa.select(AuditSession.id)))
        self.box = LocalOutbox(Settings(_env_file=None, secret_key="k" * 48, data_dir=folder))
        self.days = uid_of(f"audit_days:{self.audit_id}")
        self.line = uid_of(f"audit_session:{self.line_id}")

    def wish(self, wanted=True, who=None):
        actor = who or self.guest
        self.unit(lambda s: service.choose_invitations(s, actor=actor, at=self.at, wanted=wanted))

    def run(self, after=HOUR, *, changed=True):
        self.at += after
        if changed:
            nudge(self.unit, self.at)
        return self.unit(
            lambda s: service.invite(s, at=self.at, site=site_of(self.app), sender="audits@example.org")
        )

    def change(self, model, **values):
        self.unit(lambda s: s.execute(sa.update(model).values(**values)))

    def mails(self, who=None):
        """{uid: (mail, calendar, message)} of what waits, as a mail program reads it; then it counts as sent."""
        person = who or self.guest

        def take(session):
            waiting = session.scalars(
                sa.select(OutboxMessage)
                .where(OutboxMessage.state == State.PENDING, OutboxMessage.person_id == person.person_id)
                .order_by(OutboxMessage.created_at, OutboxMessage.id)
            ).all()
            built = [build_message(session, one.id, at=self.at, path_of=lambda *_: "/") for one in waiting]
            for one in waiting:
                assert one.kind is MessageKind.INVITATION
                assert one.next_try_at == one.created_at + SETTLES
                one.state, one.sent_at = State.SENT, self.at
            return built

        found = {}
        for message in self.unit(take):
            self.box.send(message)
            raw = (self.box.folder / f"{message.id}.eml").read_bytes()
            mail = message_from_bytes(raw, policy=policy.default)
            part = list(mail.iter_parts())[-1]
            data = part.get_content().replace("\r\n", "\n").replace("\n", "\r\n").encode()
            calendar = Calendar.from_ical(data)
            assert lint(data) == []
            assert part.get_content_type() == "text/calendar"
            assert part.get_param("method") == calendar["METHOD"]
            assert part.get_content_charset() == "utf-8"
            assert part.get_filename() == "invitation.ics"
            (event,) = calendar.events
            uid = str(event["UID"])
            assert uid not in found
            found[uid] = (mail, calendar, data)
        return found

    def said(self):
        """{which: (method, sequence, status)} of what waits."""
        names = {self.days: "days", self.line: "line"}
        return {
            names[uid]: (
                str(calendar["METHOD"]),
                calendar.events[0]["SEQUENCE"],
                str(calendar.events[0]["STATUS"]),
            )
            for uid, (_, calendar, _) in self.mails().items()
        }
