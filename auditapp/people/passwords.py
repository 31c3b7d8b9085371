"""Passwords: what is taken, how it is kept (argon2id, RFC 9106) and checked. Pure; slow on purpose."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from auditapp.kit.text import Text

SHORTEST = 12  # characters; NIST SP 800-63B-4 asks for length and forbids rules of composition
LONGEST = 256
_hasher = PasswordHasher()  # argon2-cffi's default: RFC 9106's second choice (64 MiB, 3 passes, 4 lanes)


@dataclass(frozen=True, kw_only=True)
class Check:
    """Whether the password was ``right``, and the hash to keep instead when the parameters have changed."""

    right: bool
    new_hash: str | None = None


def fault(password: str, *, name: str, email: str) -> Text | None:
    """What is wrong with a new password of this person, or ``None``."""
    if len(password) < SHORTEST:
        return Text(
            "Choose a password of at least %(count)s characters; several words are good.", count=SHORTEST
        )
    if len(password) > LONGEST:
        return Text("Choose a password of at most %(count)s characters.", count=LONGEST)
    plain = password.casefold().replace(" ", "")
    if plain in {text.casefold().replace(" ", "") for text in (name, email, email.partition("@")[0])}:
        return Text("Choose a password that is not the name or the e-mail address.")
    if len(set(plain)) < 4:  # noqa: PLR2004 - "aaaaaaaaaaaa" is guessed first
        return Text("Choose a password that is not one character again and again.")
    return None


def hash_password(password: str) -> str:
    """The hash to keep. Takes tens of milliseconds and 64 MiB: hold no lock meanwhile."""
    return _hasher.hash(_same(password))


def check(kept: str, password: str) -> Check:
    """Compare with a kept hash. Without one the same time is spent, so that nothing shows who has an account."""
    try:
        _hasher.verify(kept or _nobodys(), _same(password))
    except (VerificationError, InvalidHashError):
        return Check(right=False)
    if not kept:
        return Check(right=False)
    return Check(right=True, new_hash=hash_password(password) if _hasher.check_needs_rehash(kept) else None)


def _same(password: str) -> str:
    """One spelling, whichever keyboard typed the accents."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password, and it opens nothing")
