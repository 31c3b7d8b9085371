"""Mail by SMTP (RFC 5321), step by step, so that every fault is told by where it happened.

Before the closing dot has gone out nothing can have been taken: whatever breaks may be tried again. After it, silence
says nothing: the mail may be on its way. What a server answers is sorted by the step and the code.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from uuid import UUID

from auditapp.config import Settings
from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import Fault, Message, NotSentError, Recipient
from bots.mail.render import Letterhead, render

MOST_SECONDS = 60.0  # a whole mail: whoever claimed it holds it little longer
GREYLIST_SECONDS = 300.0
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600}
OK_LOW, OK_HIGH, AGAIN_HIGH = 200, 300, 500
GO_AHEAD = 354
NOBODY = frozenset({550, 551, 553})  # RFC 5321 section 4.2.2, at RCPT
OURS = re.compile(r"relay|authentic|not permitted to send|sender", re.IGNORECASE)
ADDRESS_STATUS = re.compile(r"\b5\.[12]\.\d+")  # RFC 3463: the address, the mailbox


class SmtpMail:
    """The mail channel over a mail server, which cannot be asked what became of a mail."""

    name = "mail"
    label = Text("Mail")
    askable = False

    def __init__(self, settings: Settings, *, context: ssl.SSLContext | None = None) -> None:
        """``context``: whose certificates are trusted; the machine's own unless given."""
        self.per_minute = settings.mail_per_minute
        self.head = Letterhead.of(settings)
        self._settings = settings
        self._context = context or ssl.create_default_context()

    def reaches(self, to: Recipient) -> bool:
        """Whether there is an address."""
        return "@" in to.email

    def send(self, message: Message) -> str:
        """Hand it to the mail server; gives its Message-ID. Raises NotSentError."""
        mail = render(message, self.head)
        self.deliver(mail)
        return str(mail["Message-ID"])

    def find(self, message_id: UUID) -> str | None:
        """Nobody can say. Raises NotSentError."""
        raise NotSentError(Fault.UNKNOWN, f"a mail server does not say what became of {message_id}")

    def deliver(self, mail: EmailMessage) -> None:
        """One mail through one connection. Raises NotSentError."""
        to = mail["To"].addresses[0]
        recipient = f"{to.username}@{to.domain}"
        with self._connected() as server:
            options = []
            if not recipient.isascii():
                if not server.has_extn("smtputf8"):
                    raise NotSentError(
                        Fault.PERSON_GONE, f"the mail server does not take addresses such as {recipient}"
                    )
                options = ["SMTPUTF8", "BODY=8BITMIME"]
                server.command_encoding = "utf-8"
            body = _dotted(mail.as_bytes())
            if server.has_extn("size"):
                options.append(f"SIZE={len(body)}")
            sender = f"{self.head.sender.username}@{self.head.sender.domain}"
            with _step("MAIL FROM", Fault.RETRY):
                _expect(server.mail(sender, options), "MAIL FROM")
                _expect(server.rcpt(recipient), "RCPT TO")
                _expect(server.docmd("DATA"), "DATA", GO_AHEAD)
                server.send(body)
                server.send(b".\r\n")
            # It may look for viruses before it answers (RFC 5321 section 4.5.3.2.6).
            if server.sock is not None:
                server.sock.settimeout(MOST_SECONDS)
            with _step("the end of DATA", Fault.UNKNOWN):
                answer = server.getreply()
            _expect(answer, "the end of DATA")
            with contextlib.suppress(
                OSError, smtplib.SMTPException
            ):  # it is sent: how we part does not matter
                if server.sock is not None:
                    server.sock.settimeout(2)
                server.quit()

    def check(self) -> str:
        """Connect and sign in without sending; gives how the server calls itself. Raises NotSentError."""
        with self._connected() as server:
            answer = str((server.ehlo_resp or b"").decode(errors="replace").splitlines()[:1] or [""])
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            return answer

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        to = (settings.smtp_host, settings.smtp_port)
        timeout = settings.smtp_timeout_seconds
        began = time.monotonic()
        with _step("connecting", Fault.RETRY):
            server = (
                smtplib.SMTP_SSL(*to, timeout=timeout, context=self._context)
                if settings.smtp_security == "tls"
                else smtplib.SMTP(*to, timeout=timeout)
            )
        left = MOST_SECONDS - (time.monotonic() - began)
        end = threading.Timer(max(left, 0.0), _hang_up, [server])
        end.daemon = True
        end.start()
        try:
            with _step("connecting", Fault.RETRY):
                self._greet(server)
            self._sign_in(server)
            yield server
        finally:
            end.cancel()
            server.close()

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._settings.smtp_security != "starttls":
            return
        if not server.has_extn("starttls"):
            raise NotSentError(Fault.CHANNEL_DEAD, "the mail server offers no STARTTLS")
        _expect(server.starttls(context=self._context), "STARTTLS")
        server.ehlo_or_helo_if_needed()

    def _sign_in(self, server: smtplib.SMTP) -> None:
        settings = self._settings
        if not settings.smtp_user:
            return
        with _step("signing in", Fault.RETRY):
            try:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            except smtplib.SMTPNotSupportedError:
                raise NotSentError(Fault.CHANNEL_DEAD, "the mail server offers no signing in") from None
            except smtplib.SMTPAuthenticationError as error:
                raise _refused(error.smtp_code, error.smtp_error, "signing in") from None


def _hang_up(server: smtplib.SMTP) -> None:
    """End a conversation that has lasted too long, however busily it goes on: whoever reads gets the end."""
    if server.sock is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(
                server.sock, socket.SHUT_RDWR
            )  # not the TLS one, which would forget its state


@contextmanager
def _step(where: str, lost: Fault) -> Iterator[None]:
    """What breaks in this block becomes a NotSentError; a connection that is lost or silent is of the class ``lost``."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise NotSentError(
            Fault.CHANNEL_DEAD, f"the mail server's certificate is not trusted: {error.verify_message}"
        ) from None
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        raise NotSentError(lost, f"{where}: the connection was lost") from None
    except ssl.SSLError as error:
        raise NotSentError(
            Fault.CHANNEL_DEAD if where == "connecting" else lost,
            f"{where}: no protected connection came about: {error.reason}",
        ) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error, where) from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotSentError(lost, f"{where}: {_plainly(error)}") from None


def _plainly(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):  # smtplib wraps what it read
        return "the mail server did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "the mail server refuses connections"
    if isinstance(error, socket.gaierror):
        return f"the mail server's name is not known: {error.strerror}"
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return "the connection was lost"
    return f"{type(error).__name__}: {error}"


def _expect(answer: tuple[int, bytes], where: str, wanted: int | None = None) -> None:
    code, said = answer
    if code == wanted or (wanted is None and OK_LOW <= code < OK_HIGH):
        return
    raise _refused(code, said, where)


def _refused(code: int, said: bytes | str, where: str) -> NotSentError:
    text = " ".join((said.decode("utf-8", "replace") if isinstance(said, bytes) else said).split())
    return NotSentError(
        fault_of(where, code, text),
        f"{where}: {code} {text}"[:500],
        retry_after=pause_of(text) if code < AGAIN_HIGH else None,
    )


def fault_of(where: str, code: int, text: str) -> Fault:
    """The class of an answer that is not a yes, by the step it came at."""
    if code < OK_LOW:  # smtplib says -1 where a line could not be read
        return Fault.UNKNOWN if where == "the end of DATA" else Fault.RETRY
    if code < AGAIN_HIGH:
        return Fault.RETRY
    if where == "RCPT TO":
        # Some say "550 relaying denied" of everybody: then it is we who are not let through.
        ours = code not in NOBODY or not ADDRESS_STATUS.search(text)
        return Fault.CHANNEL_DEAD if ours and OURS.search(text) else Fault.PERSON_GONE
    if where in {"DATA", "the end of DATA"}:
        return Fault.PERSON_GONE if re.search(r"\b5\.1\.\d+", text) else Fault.CONTENT
    return Fault.CHANNEL_DEAD


def pause_of(text: str) -> float | None:
    """How many seconds an answer asks to wait: said in it, or usual for greylisting."""
    found = re.search(r"\b(\d{1,4})\s*(s|sec|second|m|min|minute|h|hour)s?\b", text, re.IGNORECASE)
    if found:
        return float(int(found[1]) * UNIT_SECONDS[found[2][0].lower()])
    return GREYLIST_SECONDS if re.search(r"gr[ea]y-?list", text, re.IGNORECASE) else None


def _dotted(data: bytes) -> bytes:
    """Lines that begin with a dot get another one (RFC 5321 section 4.5.2); the closing dot is sent by itself."""
    body = re.sub(rb"(?m)^\.", b"..", data)
    return body if body.endswith(b"\r\n") else body + b"\r\n"
