"""Slack's tokens at rest: encrypted in the database, so that a copy of it opens nothing (auditapp/kit/vault.py)."""

from auditapp.config import Settings
from auditapp.kit import vault

INFO = b"auditapp slack tokens 1"
WRONG_KEY = (
    "A token of Slack in the database cannot be read with the key of this installation. Either put the key back that it was "
    "kept with (AUDITAPP_SLACK_TOKEN_KEY, or AUDITAPP_SECRET_KEY where that is empty; several keys stand one after the other, "
    "separated by commas), or install the app once more at /slack/install."
)


class WrongKeyError(vault.LockedError):
    """What is kept was encrypted with another key. The message says what to do."""

    def __init__(self) -> None:
        """One message: it never holds anything of the token."""
        super().__init__(WRONG_KEY)


class Vault(vault.Vault):
    """Encrypts and decrypts. ``secrets``: the first one encrypts, all of them read."""

    def __init__(self, *secrets: str) -> None:
        """Draw a key from each secret."""
        super().__init__(INFO, *secrets)

    @classmethod
    def of(cls, settings: Settings) -> "Vault":
        """The vault of an installation: its own key or keys, and what was kept before it had one."""
        own = vault.named(settings.slack_token_key.get_secret_value())
        return cls(*own, settings.secret_key.get_secret_value())

    def open(self, kept: str) -> str:
        """What :meth:`lock` was given. Raises WrongKeyError."""
        try:
            return super().open(kept)
        except vault.LockedError:
            raise WrongKeyError from None
