"""Which mail channel an installation has."""

from auditapp.config import Settings
from auditapp.reminders.outbox.rules import Channel
from bots.mail.local import LocalOutbox
from bots.mail.smtp import SmtpMail


def mail_channel(settings: Settings) -> Channel:
    """The mail server of the settings; without one, files in the data folder."""
    return SmtpMail(settings) if settings.smtp_host else LocalOutbox(settings)
