"""What an installation calls Slack with: made once per app, used by every thread."""

from dataclasses import dataclass

from flask import Flask

from auditapp.config import Settings
from bots.slack.vault import Vault
from bots.slack.web.api import Api

SITE = "auditapp_slack"  # in app.extensions


@dataclass(frozen=True, kw_only=True)
class SlackSite:
    """The settings, the calls, and the vault."""

    settings: Settings
    api: Api
    vault: Vault

    @property
    def by_token(self) -> bool:
        """Whether one workspace is named by its token in the settings."""
        return bool(self.settings.slack_bot_token.get_secret_value())

    @property
    def by_install(self) -> bool:
        """Whether the app can be installed from the site."""
        return bool(self.settings.slack_client_id and self.settings.slack_client_secret.get_secret_value())

    @property
    def configured(self) -> bool:
        """Whether any workspace can be joined at all."""
        return self.by_token or self.by_install


def site_of(app: Flask) -> SlackSite:
    """The one of this app."""
    found = app.extensions.get(SITE)
    if not isinstance(found, SlackSite):
        settings: Settings = app.extensions["auditapp"]
        found = SlackSite(settings=settings, api=Api(settings), vault=Vault.of(settings))
        app.extensions[SITE] = found
    return found
