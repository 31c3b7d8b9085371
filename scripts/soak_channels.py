"""The worker of the soak of reminders: the real clock, jobs and delivery, with two channels that lead to its sinks.

A nursery: it makes the app once and forks a worker for each line it reads, so that a killed one is replaced in no time.
"""

import http.client
import os
import signal
import smtplib
import sys
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.app import AuditApp
from auditapp.config import load_settings
from auditapp.kit.text import Text
from auditapp.reminders.engine.worker import work_alone
from auditapp.reminders.outbox import channels
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.queries import recipient
from auditapp.reminders.outbox.rules import Fault, Message, NotSentError, Recipient
from bots.deliver import PACES, Pace, use_builder
from bots.main import build
from scripts.soak_sinks import HEADER, HOST, LATEST

TAKEN = 250  # SMTP
TIMEOUT = 1.0  # seconds a channel waits for an answer
PACE = Pace(
    limit=5,
    lease=timedelta(seconds=8),
    margin=timedelta(seconds=2 * TIMEOUT + LATEST),
    settle=timedelta(seconds=LATEST + 0.5),
    ask_again=timedelta(seconds=1),
)
TICK_SECONDS = 1.0


class Web:
    """Can be asked."""

    name, label, askable, per_minute = "slack", Text("The sink that can be asked"), True, 0

    def __init__(self, port: int) -> None:
        """Where it listens."""
        self.port = port

    def reaches(self, to: Recipient) -> bool:
        """Everybody."""
        return bool(to.email)

    def _ask(self, verb: str, message_id: UUID) -> tuple[int, str]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        try:
            try:
                connection.connect()
            except OSError as error:
                raise NotSentError(Fault.RETRY, repr(error)) from None
            connection.request(verb, f"/messages/{message_id}", headers={"X-Attempt": str(os.getpid())})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Retry-After", "")
        except (OSError, http.client.HTTPException) as error:
            raise NotSentError(Fault.UNKNOWN, f"the connection was dropped: {error!r}") from None
        finally:
            connection.close()

    def send(self, message: Message) -> str:
        """Hand it over."""
        status, wait = self._ask("POST", message.id)
        if status != http.HTTPStatus.CREATED:
            raise NotSentError(
                Fault.RETRY, f"refused with {status}", retry_after=float(wait) if wait else None
            )
        return f"web-{message.id}"

    def find(self, message_id: UUID) -> str | None:
        """Whether it is there."""
        status, _ = self._ask("GET", message_id)
        if status == http.HTTPStatus.NOT_FOUND:
            return None
        if status != http.HTTPStatus.OK:
            raise NotSentError(Fault.RETRY, f"refused with {status}")
        return f"web-{message_id}"


class Mail:
    """Cannot be asked."""

    name, label, askable, per_minute = "mail", Text("The sink that cannot be asked"), False, 0

    def __init__(self, port: int) -> None:
        """Where it listens."""
        self.port = port

    def reaches(self, to: Recipient) -> bool:
        """Everybody."""
        return bool(to.email)

    def send(self, message: Message) -> str:
        """Hand it over; once the text is on its way, nobody knows without an answer."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "soak@example.org", message.to.email, str(message.subject)
        mail[HEADER], mail["X-Attempt"] = str(message.id), str(os.getpid())
        mail.set_content(str(message.opening))
        fault, server = Fault.RETRY, smtplib.SMTP(timeout=TIMEOUT)
        try:
            server.connect(HOST, self.port)
            server.ehlo()
            server.mail("soak@example.org")
            server.rcpt(message.to.email)
            fault = Fault.UNKNOWN
            code, said = server.data(mail.as_bytes())
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentError(fault, f"the connection was dropped: {error!r}") from None
        finally:
            server.close()  # without a farewell, whose failure would say nothing about the message
        if code != TAKEN:
            raise NotSentError(Fault.RETRY, f"{code} {said!r}", retry_after=1.0)
        return f"mail-{message.id}"

    def find(self, message_id: UUID) -> str | None:
        """It does not say."""
        raise NotImplementedError(message_id)


def plain(session: Session, message_id: UUID, at: datetime) -> Message:
    """A message that says nothing."""
    row = session.get_one(OutboxMessage, message_id)
    return Message(
        id=message_id,
        kind=row.kind,
        to=recipient(session, row.person_id)[0],
        subject=Text("What is yours today"),
        opening=Text("A message of the soak."),
        groups=(),
        closing=Text("That is all."),
        thread="",
        made_at=at,
        extra={},
    )


def equip(app: AuditApp, web: int, mail: int) -> None:
    """Channels, builder and pace."""
    channels.register(Web(web))
    channels.register(Mail(mail))
    use_builder(plain)
    app.extensions[PACES] = PACE


def nursery() -> None:
    """Fork a worker for each line; print its number. Ends with its parent, and so do its workers."""
    app = build(load_settings())
    equip(app, int(sys.argv[1]), int(sys.argv[2]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children = []
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            work_alone(app, seconds=TICK_SECONDS)
            os._exit(0)
        children.append(pid)
        print(pid, flush=True)
    for pid in children:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    nursery()
