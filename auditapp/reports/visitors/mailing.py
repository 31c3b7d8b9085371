"""What an external auditor is written, made at the moment it is sent: nothing that opens a pack lies in the outbox."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from auditapp.config import Settings
from auditapp.kit.ids import digest
from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization
from auditapp.reminders.digest.queries import PathOf, makes
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import Message, MessageKind, Recipient
from auditapp.reports.pack.queries import order
from auditapp.reports.pack.rules import PURPOSE_LABELS
from auditapp.reports.visitors.model import PackVisitor
from auditapp.reports.visitors.rules import ENDED, INVITED, link_secret

SUBJECTS = {
    INVITED: Text("You are invited to read an evidence pack of %(name)s"),
    ENDED: Text("Your invitation to an evidence pack of %(name)s has ended"),
}
OPENINGS = {
    INVITED: Text(
        "%(visitor)s, %(inviter)s of %(name)s invites you, for %(body)s, to read the evidence pack %(ref)s (%(purpose)s),"
        " from %(first)s until %(last)s. The link below opens it: confirm your name there. You need no account and no password."
    ),
    ENDED: Text(
        "%(visitor)s, %(inviter)s of %(name)s had invited you to read the evidence pack %(ref)s (%(purpose)s)."
        " That invitation was ended, and its link opens nothing any more."
    ),
}
CLOSINGS = {
    INVITED: Text(
        "The link is yours alone: whoever has it can read the pack, so do not pass it on. What you open is recorded."
        " If the link does not work, look whether its days have come, open it in a private window,"
        " or write to %(inviter)s (%(address)s), who can invite you anew."
    ),
    ENDED: Text("If you still need the pack, write to %(inviter)s (%(address)s)."),
}


def message_of(
    session: Session, message: OutboxMessage, to: Recipient, at: datetime, path_of: PathOf
) -> Message | None:
    """The mail as it reads now; ``to`` is who invited. Nothing when the invitation is over, or its link cannot be made.

    It cannot without a mail server, which alone hands it to nobody else, nor with another secret key than at the inviting.
    """
    settings: Settings = current_app.extensions["auditapp"]
    what, row = message.extra["what"], session.get(PackVisitor, UUID(message.extra["visitor"]))
    own, pack = organization(session), order(session, row.pack_id) if row is not None else None
    if row is None or own is None or pack is None or not settings.smtp_host:
        return None
    extra = {}
    if what == INVITED:
        secret = link_secret(settings.secret_key.get_secret_value(), row.id)
        if row.revoked_at is not None or row.ends_at <= at or row.link_digest != digest(secret):
            return None
        extra["visit"] = path_of("visiting.enter", {"secret": secret})
    there = ZoneInfo(own.zone)
    said = {
        "visitor": row.name, "inviter": to.name, "address": to.email, "name": own.name, "body": row.body, "ref": pack.ref,
        "purpose": PURPOSE_LABELS[pack.chosen.purpose], "first": day_words(row.begins_at.astimezone(there).date()),
        "last": day_words((row.ends_at - timedelta(seconds=1)).astimezone(there).date()),
    }  # fmt: skip
    subject, opening, closing = (Text(one[what].msgid, **said) for one in (SUBJECTS, OPENINGS, CLOSINGS))
    return Message(
        id=message.id,
        kind=message.kind,
        to=Recipient(person_id=row.id, name=row.name, email=row.email, locale=row.locale, zone=own.zone),
        subject=subject,
        opening=opening,
        groups=(),
        closing=closing,
        thread=f"visitor:{row.id}",
        made_at=at,
        extra=extra,
    )


makes(MessageKind.VISITOR, message_of)
