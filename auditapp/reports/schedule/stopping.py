"""The link in each message that ends it: signed, for one schedule, without a sign-in. Pure."""

import hashlib
from uuid import UUID

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text

SALT = "auditapp.report.stop"
BROKEN = Text(
    "This link is not whole. Sign in, and end the report under Reports, Reports that come by themselves."
)
UUID_BYTES = 16


def _signer(secret: str) -> Signer:
    return Signer(secret, salt=SALT, digest_method=hashlib.sha256)


def stop_token(secret: str, schedule_id: UUID) -> str:
    """The token of the link that ends a schedule. It holds as long as the schedule."""
    return _signer(secret).sign(base64_encode(schedule_id.bytes)).decode()


def read_stop(secret: str, token: str) -> UUID:
    """Which schedule a token ends. Raises NotFound."""
    try:
        packed = base64_decode(_signer(secret).unsign(token))
    except (BadSignature, UnicodeError):
        raise NotFound(BROKEN) from None
    if len(packed) != UUID_BYTES:
        raise NotFound(BROKEN)
    return UUID(bytes=packed)
