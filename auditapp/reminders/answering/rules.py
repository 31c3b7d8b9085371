"""The links in mails: what they carry, how they are signed, how long they hold. Pure.

A link is the key to one safe answer of one person. It cannot be guessed or changed (HMAC-SHA256 over the secret key),
it ends after sixty days, and an answer that came since makes it speak of something older, so it answers nothing.
"""

import hashlib
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.reminders.rules import Answer

SAFE_ANSWERS = frozenset({Answer.ACKNOWLEDGE})  # what a link may say; all else is said on the page, signed in
DAYS = 60
SLACK = timedelta(minutes=10)  # a clock of another machine may be ahead by so much
ANSWER_SALT, QUIET_SALT = "reminder-answer", "digest-by-mail"
BROKEN = Text(
    "This link is not whole, or its %(days)s days are over. Open the newest mail, or sign in and look there.",
    days=DAYS,
)


# What a token packs, in network order: when it was made, and then what it is about. Short, since mails break long lines.
_ANSWER, _QUIET = struct.Struct(">I16sI16sB"), struct.Struct(">I16s")
_CODES = {Answer.ACKNOWLEDGE: 1}  # kept in links that are out: a number never changes its meaning
_ANSWERS = {code: answer for answer, code in _CODES.items()}


@dataclass(frozen=True, kw_only=True)
class AnswerLink:
    """An answer of one person to one reminder, as it stood at ``generation``."""

    run_id: UUID
    generation: int
    person_id: UUID
    answer: Answer


class Standing(StrEnum):
    """How the question of a link stands now."""

    OPEN = "open"  # it can be answered
    SAID = "said"  # by this very person, since
    MOVED_ON = "moved_on"  # somebody answered, or it was asked anew
    ENDED = "ended"  # done, or due on another day


def standing(link: AnswerLink, *, generation: int, ended: bool, answered_by: UUID | None) -> Standing:
    """How a link's question stands, from the reminder's present ``generation`` and who answered it last."""
    if ended:
        return Standing.ENDED
    if generation == link.generation:
        return Standing.OPEN
    if generation == link.generation + 1 and answered_by == link.person_id:
        return Standing.SAID
    return Standing.MOVED_ON


def sign_answer(secret: str, link: AnswerLink, *, at: datetime) -> str:
    """The token of a link. Raises ValueError for an answer that no link may give."""
    if link.answer not in SAFE_ANSWERS:
        raise ValueError(link.answer)
    packed = _ANSWER.pack(
        int(at.timestamp()), link.run_id.bytes, link.generation, link.person_id.bytes, _CODES[link.answer]
    )
    return _token(secret, ANSWER_SALT, packed)


def read_answer(secret: str, token: str, *, at: datetime) -> AnswerLink:
    """What a token carries. Raises NotFound when it is not ours, not whole, or too old."""
    run, generation, person, code = _read(secret, ANSWER_SALT, _ANSWER, token, at)
    if code not in _ANSWERS:
        raise NotFound(BROKEN)
    return AnswerLink(
        run_id=UUID(bytes=run), generation=generation, person_id=UUID(bytes=person), answer=_ANSWERS[code]
    )


def sign_quiet(secret: str, person_id: UUID, *, at: datetime) -> str:
    """The token of the link that switches somebody's digest by mail off."""
    return _token(secret, QUIET_SALT, _QUIET.pack(int(at.timestamp()), person_id.bytes))


def read_quiet(secret: str, token: str, *, at: datetime) -> UUID:
    """Whose digest a token is about. Raises NotFound as :func:`read_answer` does."""
    (person,) = _read(secret, QUIET_SALT, _QUIET, token, at)
    return UUID(bytes=person)


def _signer(secret: str, salt: str) -> Signer:
    return Signer(secret, salt=salt, digest_method=hashlib.sha256)


def _token(secret: str, salt: str, packed: bytes) -> str:
    return _signer(secret, salt).sign(base64_encode(packed)).decode()


def _read(secret: str, salt: str, shape: struct.Struct, token: str, at: datetime) -> tuple[Any, ...]:
    try:
        packed = base64_decode(_signer(secret, salt).unsign(token))
        made, *found = shape.unpack(packed)
    except (BadSignature, UnicodeError, struct.error):
        raise NotFound(BROKEN) from None
    age = at.timestamp() - made
    if not -SLACK.total_seconds() <= age <= timedelta(days=DAYS).total_seconds():
        raise NotFound(BROKEN)
    return tuple(found)
