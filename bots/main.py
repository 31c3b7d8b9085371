"""The site with its bots: what `auditapp` runs and what WSGI servers serve. The site alone knows nothing of them."""

from collections.abc import Callable

from auditapp.app import AuditApp, create_app, run_commands
from auditapp.config import Settings
from auditapp.reminders.outbox import channels
from auditapp.reminders.outbox.rules import Channel
from bots import deliver
from bots.mail.cli_commands import mail

# Each makes a channel out of the settings, or nothing where they name none.
CHANNELS: tuple[Callable[[AuditApp, Settings], Channel | None], ...] = ()


def build(settings: Settings) -> AuditApp:
    """The site, and every channel that its settings name."""
    app = create_app(settings)
    for make in CHANNELS:
        channel = make(app, settings)
        if channel is not None:
            channels.register(channel)
    app.extensions["auditapp_deliver"] = deliver.deliver_all
    return app


def main() -> None:
    """The console command."""
    run_commands(build, more=(mail,))


if __name__ == "__main__":
    main()
