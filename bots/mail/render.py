"""A message becomes a mail: text and HTML, with the headers that mail programs thread and answer by."""

import hashlib
from dataclasses import dataclass
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from auditapp.config import Settings, address_of
from auditapp.reminders.outbox.rules import Attachment, Fault, Message, MessageKind, NotSentError
from auditapp.shell.reader import Reader
from bots.mail.content import content_of
from bots.mail.headers import POLICY, encoded
from bots.mail.links import Links
from bots.mail.plain import plain
from bots.words import tidy

LONGEST_NAME = 80
MOST_ATTACHED = 7 * 1024 * 1024  # bytes: ten megabytes as a mail has them
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What all mails of an installation share."""

    sender: Address
    reply_to: Address | None
    links: Links
    private_titles: bool = False

    @classmethod
    def of(cls, settings: Settings) -> "Letterhead":
        """As the settings say."""
        return cls(
            sender=settings.sender,
            reply_to=address_of(settings.mail_reply_to) if settings.mail_reply_to else None,
            links=Links.of(settings),
            private_titles=settings.mail_private_titles,
        )

    def message_id(self, message_id: UUID) -> str:
        """The Message-ID of a message: the same at every try, so that a double can be seen as one."""
        return f"<{message_id}@{self.sender.domain}>"

    def thread_id(self, thread: str) -> str:
        """The root that all mails of one thing answer to; it never was a mail itself."""
        return f"<thread.{hashlib.sha256(thread.encode()).hexdigest()[:32]}@{self.sender.domain}>"


def mailbox(name: str, email: str) -> Address:
    """Whom a mail goes to; a domain in other letters becomes its ASCII form. Raises NotSentError for no address."""
    local, _, domain = tidy(email).rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    if not local or not domain or any(char in ' ,;:<>()[]"\\' for char in local + domain):
        raise NotSentError(Fault.PERSON_GONE, f"{email!r} is no mail address")
    return Address(tidy(name, LONGEST_NAME), local, domain)


def render(message: Message, head: Letterhead) -> EmailMessage:
    """The whole mail. Raises NotSentError when the recipient has no mail address."""
    content = content_of(message, links=head.links, private_titles=head.private_titles)
    reader = Reader(locale=message.to.locale, zone=message.to.zone)
    mail = EmailMessage(policy=POLICY)
    mail["From"] = head.sender
    mail["To"] = mailbox(message.to.name, message.to.email)
    if head.reply_to is not None:
        mail["Reply-To"] = head.reply_to
    mail["Subject"] = encoded(content.subject)  # as it is, encoded words in it would be read
    mail["Date"] = format_datetime(message.made_at.astimezone(UTC))
    mail["Message-ID"] = head.message_id(message.id)
    if message.thread:
        mail["In-Reply-To"] = head.thread_id(message.thread)
        mail["References"] = head.thread_id(message.thread)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if content.quiet is not None:
        mail["List-Unsubscribe"] = f"<{content.quiet.url}>"
        if content.quiet.url.startswith("https://"):  # RFC 8058 section 3.1 asks for it
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(plain(content))
    page = _pages.get_template("mail/message.html").render(content=content, reader=reader)
    mail.add_alternative(page, subtype="html")
    _add_calendar(mail, message)
    _attach(mail, message)
    mail["Content-Language"] = reader.language  # last: what is set earlier moves into the first part
    return mail


def _attach(mail: EmailMessage, message: Message) -> None:
    """The file of a report, made now."""
    found = message.extra.get("attachment")
    if not isinstance(found, Attachment):
        return
    data = found.make()
    if len(data) > MOST_ATTACHED:
        return  # many mail servers refuse it; the link leads to the same file
    main, _, sub = found.media_type.partition("/")
    mail.add_attachment(data, maintype=main, subtype=sub, filename=found.name)


def _add_calendar(mail: EmailMessage, message: Message) -> None:
    """An invitation's calendar part: ``extra["calendar"]`` holds ``method`` and ``ics`` (RFC 6047 section 2)."""
    if message.kind is not MessageKind.INVITATION or not (part := message.extra.get("calendar")):
        return
    mail.add_alternative(str(part["ics"]), subtype="calendar")
    calendar = list(mail.iter_parts())[-1]
    calendar.set_param("method", str(part["method"]))
    calendar.set_param("component", "VEVENT")
    calendar.add_header(
        "Content-Disposition", "inline", filename="invitation.ics"
    )  # as an attachment it is no invitation
