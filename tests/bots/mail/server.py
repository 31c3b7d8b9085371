"""A mail server that really speaks SMTP, and misbehaves as it is told."""

import asyncio
import socket
import ssl
import warnings
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from auditapp.config import Settings

PEM = Path(__file__).parent / "localhost.pem"  # made for these tests, trusted nowhere else
PASSWORD = "the password"


class Behaviour:
    """What came in, and what is answered: a text, or a function of the transport that may break it."""

    def __init__(self, **answers):
        self.answers = answers
        self.mails = []
        self.seen = []

    async def _answer(self, step, server):
        wanted = self.answers.get(step)
        if isinstance(wanted, list):  # one after another, then as usual
            wanted = wanted.pop(0) if wanted else None
        if wanted == "drop":
            server.transport.abort()
            return "421 never heard"
        if isinstance(wanted, float):
            await asyncio.sleep(wanted)
            return None
        return wanted

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: ARG002, N802 - as aiosmtpd calls it
        self.seen.append(("MAIL", address, tuple(options)))
        said = await self._answer("mail", server)
        if said is None:
            envelope.mail_from = address
        return said or "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802 - as aiosmtpd calls it
        self.seen.append(("RCPT", address))
        said = await self._answer("rcpt", server)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as aiosmtpd calls it
        raw = envelope.content
        self.mails.append((session, raw, message_from_bytes(raw, policy=policy.default)))
        return await self._answer("data", server) or "250 2.0.0 queued as 4711"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server_context():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    return context


def trusting():
    """The context of a client that knows the test server's certificate."""
    return ssl.create_default_context(cafile=PEM)


def sign_in(server, session, envelope, mechanism, data):
    right = data.login == b"auditapp" and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(security="none", *, auth=False, **answers):
    """A server that runs until the block ends; gives its behaviour, with the ``settings`` that lead to it."""
    behaviour = Behaviour(**answers)
    port = free_port()
    options = {"enable_SMTPUTF8": behaviour.answers.pop("smtputf8", False)}
    if security == "starttls":
        options |= {"tls_context": server_context(), "require_starttls": True}
    if auth:
        options |= {
            "authenticator": sign_in,
            "auth_required": True,
            "auth_require_tls": security == "starttls",
        }
    controller = Controller(
        behaviour,
        hostname="127.0.0.1",
        port=port,
        ssl_context=server_context() if security == "tls" else None,
        **options,
    )
    behaviour.settings = settings_for_mail(smtp_port=port, smtp_security=security)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # it warns of signing in over implicit TLS, which it does not see
        controller.start()
        try:
            yield behaviour
        finally:
            controller.stop()


def settings_for_mail(**more):
    values = {
        "secret_key": SecretStr("k" * 48),
        "public_url": "https://audits.example.org",
        "smtp_host": "127.0.0.1",
        "smtp_timeout_seconds": 2,
        "mail_from": "Audits <audits@example.org>",
    }
    return Settings(**(values | more))
