"""Commands about mail: ``auditapp mail …``."""

import sys
from collections.abc import Mapping
from typing import IO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from auditapp.config import Settings
from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.reminders.outbox import service as outbox
from auditapp.reminders.outbox.rules import Fault, Message, MessageKind, NotSentError, Recipient
from bots.mail.choose import mail_channel
from bots.mail.dsn import Report, read_report

MOST_BYTES = 10_000_000
TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the mail and comes again
MEANING: Mapping[Fault, str] = {
    Fault.RETRY: "This may pass: the same mail would be tried again later.",
    Fault.UNKNOWN: "It may have arrived all the same: look there before you send it again.",
    Fault.PERSON_GONE: "The mail server knows nobody at this address. Others may well be reached.",
    Fault.CHANNEL_DEAD: "Nobody can be reached by mail like that. Look at the AUDITAPP_SMTP_… settings.",
    Fault.CONTENT: "The mail server does not want what stands in it.",
}


@click.group()
def mail() -> None:
    """Mail: try the mail server, note what came back."""


@mail.command("test")
@click.argument("address")
@with_appcontext
def test(address: str) -> None:
    """Send a test mail to ADDRESS and say plainly what happened."""
    settings: Settings = current_app.extensions["auditapp"]
    channel = mail_channel(settings)
    at = clock.now()
    message = Message(
        id=new_id(),
        kind=MessageKind.REPORT,
        to=Recipient(person_id=new_id(), name="", email=address, locale="en", zone="UTC"),
        subject=Text("A test of mail"),
        opening=Text("This mail was sent to see whether mail works. It does."),
        groups=(),
        closing=Text(
            "The links in our mails begin with %(site)s: see that it opens.", site=settings.public_url
        ),
        thread="",
        made_at=at,
        extra={},
    )
    where = f"{settings.smtp_host}:{settings.smtp_port} ({settings.smtp_security}{', as ' + settings.smtp_user if settings.smtp_user else ''})"
    try:
        given = channel.send(message)
    except NotSentError as error:
        way = where if settings.smtp_host else str(settings.mail_dir)
        raise click.ClickException(
            f"Not sent through {way}.\n{error.reason}\n{MEANING[error.fault]}"
        ) from None
    if settings.smtp_host:
        click.echo(
            f"{where} took it for {address}, from {settings.sender.addr_spec}. Its Message-ID is {given}."
        )
        click.echo("Look whether it has arrived, and whether it lies among the unwanted mail.")
    else:
        click.echo(
            f"No mail server is set (AUDITAPP_SMTP_HOST): it is kept as {settings.mail_dir / f'{message.id}.eml'}."
        )


@mail.command("bounce")
@click.argument("report", type=click.File("rb"), default="-")
@with_appcontext
def bounce(report: IO[bytes]) -> None:
    """Note what came back: read a delivery report from a file or the standard input, as a pipe of a mail server.

    Ends with 0 for whatever was read, with 75 (try again later) when the database cannot be reached.
    """
    found = read_report(report.read(MOST_BYTES))
    if found is None:
        click.echo("This is no delivery report. Nothing was noted.")
    elif not found.failed:
        click.echo(f"It is not given up yet for {found.recipient or 'its recipient'}. Nothing was noted.")
    elif found.message_id is None:
        click.echo("The report does not say which mail came back. Nothing was noted.")
    else:
        _note(found)


def _note(found: Report) -> None:
    try:
        noted = run_unit(
            lambda: (
                outbox.bounced(
                    current_session(), at=clock.now(), message_id=found.message_id, reason=found.reason
                )
                is not None
            ),
            "write",
        )
    except SQLAlchemyError as error:
        click.echo(f"The database cannot be reached: {type(error).__name__}", err=True)
        sys.exit(TRY_LATER)
    if noted:
        click.echo(
            f"Noted: {found.recipient} was not reached by mail ({found.reason}). The next way is tried."
        )
    else:
        click.echo(f"No mail {found.message_id} is waiting to be confirmed. Nothing was noted.")
