"""The rescue file: what a tablet writes when it cannot send any more (js/tablet/rescue.js). Pure.

64 bytes in the clear: ``AUDITAPP-RESCUE1`` 16, salt 16, iv 12, rounds 4, check 8, length 8 (numbers big-endian); then
that many bytes of AES-256-GCM, with the 64 as additional data. The key is PBKDF2-HMAC-SHA-256 of the passphrase; the
check is the beginning of SHA-256(key + ``auditapp``), so that a wrong passphrase is told from a damaged file. Inside:
the length of the list 4, the list as JSON, then the photos one after the other.
"""

import hashlib
import hmac
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from auditapp.audits.tablet.sync.rules import read_moment
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

MAGIC = b"AUDITAPP-RESCUE1"
HEAD = 64
TAG = 16
FEWEST_ROUNDS, MOST_ROUNDS = 100_000, 2_000_000
MOST_OPERATIONS = 20_000
MOST_PHOTOS = 2_000
LONGEST_PHRASE = 1_000
MADE = re.compile(r"[2-9A-HJKMNP-Z]{20}")

NONE_OF_OURS = Text(
    "This is no rescue file. Choose the file whose name ends in .auditapp-rescue, as the tablet made it."
)
DAMAGED = Text(
    "This file was changed or damaged after the tablet made it. Nothing was taken in. Bring the file over again, "
    "or make another one on the tablet."
)
WRONG_PHRASE = Text(
    "This passphrase does not open the file. Compare each sign with what was written down: a passphrase that the "
    "tablet made holds no 0, O, 1, I or L."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A photo in a rescue file."""

    sha256: str
    data: bytes

    @property
    def whole(self) -> bool:
        """Whether the bytes are the ones that the tablet hashed."""
        return hashlib.sha256(self.data).hexdigest() == self.sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """What is in a rescue file, before anything of it is believed."""

    device_id: UUID
    device: str
    made_at: datetime | None
    part: int
    parts: int
    operations: tuple[tuple[object, object], ...]  # text, sha256
    pictures: tuple[Picture, ...]


def settled(phrase: str) -> str:
    """A passphrase as it opens: in one that the tablet made, blanks, dashes and small letters do not matter."""
    bare = unicodedata.normalize("NFC", phrase).strip()
    made = re.sub(r"[\s-]", "", bare.upper())
    return made if MADE.fullmatch(made) else bare


def opened(data: bytes, phrase: str) -> Rescue:
    """The content of a rescue file. Raises Invalid for another file, a cut or damaged one, a wrong passphrase."""
    if len(data) < HEAD or not data.startswith(MAGIC):
        raise Invalid(NONE_OF_OURS, field="file")
    salt, iv, check = data[16:32], data[32:44], data[48:56]
    rounds, length = int.from_bytes(data[44:48]), int.from_bytes(data[56:64])
    if len(data) < HEAD + length:
        raise Invalid(
            Text(
                "This file is not whole: %(have)s of %(need)s bytes came. Bring it over again.",
                have=len(data),
                need=HEAD + length,
            ),
            field="file",
        )
    if not FEWEST_ROUNDS <= rounds <= MOST_ROUNDS or length < TAG or len(data) > HEAD + length:
        raise Invalid(DAMAGED, field="file")
    key = hashlib.pbkdf2_hmac(
        "sha256", settled(phrase[:LONGEST_PHRASE]).encode(errors="replace"), salt, rounds
    )
    if not hmac.compare_digest(hashlib.sha256(key + b"auditapp").digest()[:8], check):
        raise Invalid(WRONG_PHRASE, field="phrase")
    try:
        plain = AESGCM(key).decrypt(iv, data[HEAD:], data[:HEAD])
    except InvalidTag:
        raise Invalid(DAMAGED, field="file") from None
    return unpacked(plain)


def unpacked(plain: bytes) -> Rescue:
    """What stands in the clear inside. Raises Invalid when it is not what a tablet writes."""
    try:
        end = 4 + int.from_bytes(plain[:4])
        told: Any = json.loads(plain[4:end])
        operations = tuple((one.get("text"), one.get("sha256")) for one in told["operations"])
        pictures, at = [], end
        for one in told["photos"]:
            size = one["size"]
            if type(size) is not int or size < 0 or at + size > len(plain):
                raise Invalid(DAMAGED, field="file")
            pictures.append(Picture(sha256=str(one["sha256"]), data=plain[at : at + size]))
            at += size
        if at != len(plain) or len(operations) > MOST_OPERATIONS or len(pictures) > MOST_PHOTOS:
            raise Invalid(DAMAGED, field="file")
        return Rescue(
            device_id=UUID(told["device"]["id"]),
            device=str(told["device"]["name"])[:80],
            made_at=read_moment(str(told["made"])),
            part=int(told["part"]),
            parts=int(told["parts"]),
            operations=operations,
            pictures=tuple(pictures),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError):
        raise Invalid(DAMAGED, field="file") from None
