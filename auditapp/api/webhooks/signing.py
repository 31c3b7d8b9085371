"""The signature that a receiver checks: Standard Webhooks 1.0, symmetric. Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"  # so that a secret that got into the open is known for what it is
BYTES = 32  # the specification wants 24 to 64


def new_secret() -> str:
    """256 random bits, as every library of the specification reads them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, message_id: str, moment: datetime, body: bytes) -> str:
    """One signature: ``v1,`` and the base64 of HMAC-SHA256 over id, seconds since 1970 and body."""
    signed = b".".join((message_id.encode(), str(int(moment.timestamp())).encode(), body))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(keys: Sequence[str], message_id: str, moment: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of a message, signed with each key. ``moment``: of this try, so that an old one cannot be played again."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signature(one, message_id, moment, body) for one in keys),
    }
