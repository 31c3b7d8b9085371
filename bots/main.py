"""The site with its bots: what `auditapp` runs and what WSGI servers serve. The site alone knows nothing of them."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

from auditapp.app import AuditApp, create_app, run_commands
from auditapp.config import Settings
from auditapp.people.guards import unguarded
from auditapp.reminders.digest.queries import build_message
from auditapp.reminders.outbox import channels
from auditapp.reminders.outbox.rules import Channel, Message
from bots import deliver
from bots.mail.choose import mail_channel
from bots.mail.cli_commands import mail
from bots.paths import Paths
from bots.slack.cli_commands import slack, slack_socket
from bots.slack.install.routes import bp as slack_install_bp
from bots.slack.pages.preview import bp as slack_preview_bp
from bots.slack.pages.routes import banners
from bots.slack.pages.routes import bp as slack_bp
from bots.slack.running import set_up

# Each makes a channel out of the settings, or nothing where they name none.
CHANNELS: tuple[Callable[[Settings], Channel | None], ...] = (mail_channel,)
BLUEPRINTS: tuple[Blueprint, ...] = (slack_install_bp, slack_bp, slack_preview_bp)


def build(settings: Settings) -> AuditApp:
    """The site, and every channel that its settings name."""
    app = create_app(settings)
    for make in CHANNELS:
        channel = make(settings)
        if channel is not None:
            channels.register(channel)
    mount(app)
    deliver.use_builder(builder(app))
    app.extensions["auditapp_deliver"] = deliver.deliver_all
    return app


def mount(app: AuditApp) -> None:
    """The pages of the bots, what they show above every page, and their jobs. Raises RuntimeError for an unguarded route."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(banners)
    set_up(app)
    if missing := unguarded(app):
        message = f"routes without a guard: {', '.join(missing)}"
        raise RuntimeError(message)


def builder(app: AuditApp) -> deliver.Build:
    """Builds messages whose lines lead to pages of this site."""
    paths = Paths(app)

    def build_one(session: Session, message_id: UUID, at: datetime) -> Message | None:
        return build_message(session, message_id, at=at, path_of=paths.of)

    return build_one


def main() -> None:
    """The console command."""
    run_commands(build, more=(mail, slack, slack_socket))


if __name__ == "__main__":
    main()
