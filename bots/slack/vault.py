"""Slack's tokens at rest: encrypted in the database, so that a copy of it opens nothing.

Fernet (AES-128-CBC with HMAC-SHA256) under keys that HKDF (RFC 5869) draws from the settings. The first key encrypts; the
others still read, so a key can be changed: put the new one in front of the old one, separated by a comma.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from auditapp.config import Settings

INFO = b"auditapp slack tokens 1"
KEY_BYTES = 32
WRONG_KEY = (
    "A token of Slack in the database cannot be read with the key of this installation. Either put the key back that it was "
    "kept with (AUDITAPP_SLACK_TOKEN_KEY, or AUDITAPP_SECRET_KEY where that is empty; several keys stand one after the other, "
    "separated by commas), or install the app once more at /slack/install."
)


class WrongKeyError(Exception):
    """What is kept was encrypted with another key. The message says what to do."""

    def __init__(self) -> None:
        """One message: it never holds anything of the token."""
        super().__init__(WRONG_KEY)


class Vault:
    """Encrypts and decrypts. ``secrets``: the first one encrypts, all of them read."""

    def __init__(self, *secrets: str) -> None:
        """Draw a key from each secret."""
        self._fernet = MultiFernet([Fernet(_key(secret)) for secret in secrets])

    @classmethod
    def of(cls, settings: Settings) -> "Vault":
        """The vault of an installation: its own key or keys, and what was kept before it had one."""
        named = [one.strip() for one in settings.slack_token_key.get_secret_value().split(",")]
        return cls(*(one for one in named if one), settings.secret_key.get_secret_value())

    def lock(self, plain: str) -> str:
        """What may be kept; nothing stays nothing."""
        return self._fernet.encrypt(plain.encode()).decode() if plain else ""

    def open(self, kept: str) -> str:
        """What :meth:`lock` was given. Raises WrongKeyError."""
        if not kept:
            return ""
        try:
            return self._fernet.decrypt(kept).decode()
        except InvalidToken:
            raise WrongKeyError from None

    def renewed(self, kept: str) -> str:
        """The same under the first key. Raises WrongKeyError."""
        return self.lock(self.open(kept))


def _key(secret: str) -> bytes:
    drawn = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=INFO).derive(secret.encode())
    return base64.urlsafe_b64encode(drawn)
