"""Secrets at rest: encrypted in the database, so that a copy of it opens nothing.

Fernet (AES-128-CBC with HMAC-SHA256) under keys that HKDF (RFC 5869) draws from the settings, for each purpose its own. The
first key encrypts; the others still read, so a key can be changed: put the new one in front of the old one.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


class LockedError(Exception):
    """What is kept was encrypted with another key. It never holds anything of the secret."""


class Vault:
    """Encrypts and decrypts. ``secrets``: the first one encrypts, all of them read; empty ones count for nothing."""

    def __init__(self, purpose: bytes, *secrets: str) -> None:
        """Draw a key from each secret."""
        self._fernet = MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets if secret])

    def lock(self, plain: str) -> str:
        """What may be kept; nothing stays nothing."""
        return self._fernet.encrypt(plain.encode()).decode() if plain else ""

    def open(self, kept: str) -> str:
        """What :meth:`lock` was given. Raises LockedError."""
        if not kept:
            return ""
        try:
            return self._fernet.decrypt(kept).decode()
        except InvalidToken:
            raise LockedError from None

    def renewed(self, kept: str) -> str:
        """The same under the first key. Raises LockedError."""
        return self.lock(self.open(kept))


def named(keys: str) -> tuple[str, ...]:
    """The keys of a setting, which stand one after the other, separated by commas."""
    return tuple(key for one in keys.split(",") if (key := one.strip()))


def _key(secret: str, purpose: bytes) -> bytes:
    drawn = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret.encode())
    return base64.urlsafe_b64encode(drawn)
