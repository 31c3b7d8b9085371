"""A tablet as Python: operations in a chain, and a rescue file as js/tablet/rescue.js writes it."""

import hashlib
import json
import os
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from auditapp.audits.tablet.rescue.rules import MAGIC

PHRASE = "ABCD-2345-EFGH-6789-JKMN"


class Pad:
    """A tablet that writes operations and never sends one."""

    def __init__(self, name="iPad of Aud"):
        self.id, self.name, self.head, self.seq, self.operations, self.photos = (
            str(uuid4()),
            name,
            "",
            0,
            [],
            [],
        )

    def write(self, cast, who, kind, body, *, at="2026-03-02T09:00:00+00:00"):
        self.seq += 1
        told = {
            "id": str(uuid4()), "device": self.id, "seq": self.seq, "previous": self.head, "audit": str(cast.audit_id),
            "person": str(who.person_id), "kind": kind, "at": at, "offset": 0, "body": body,
        }  # fmt: skip
        text = json.dumps(told, separators=(",", ":"))
        self.head = hashlib.sha256(text.encode()).hexdigest()
        self.operations.append({"sha256": self.head, "text": text})
        return told["id"]

    def answer(self, cast, who, n, field, value, **more):
        return self.write(
            cast, who, "answer",
            {"question": str(cast.questions[n - 1]), "field": field, "value": value, "known": "", "after": None}, **more,
        )  # fmt: skip

    def photo(self, cast, who, n, data, *, original="a" * 64):
        sha256 = hashlib.sha256(data).hexdigest()
        self.photos.append({"sha256": sha256, "type": "image/jpeg", "data": data})
        return self.write(cast, who, "photo", {
            "question": str(cast.questions[n - 1]), "sha256": sha256, "size": len(data), "type": "image/jpeg",
            "width": 640, "height": 480, "title": "", "captured": "2026-03-02T08:59:00+00:00",
            "original": {"sha256": original, "size": 4_000_000, "type": "image/jpeg", "name": "IMG_1.jpg"}, "annotation": None,
        })  # fmt: skip

    def told(self):
        return {
            "device": {"id": self.id, "name": self.name}, "made": "2026-03-02T10:00:00Z", "part": 1, "parts": 1,
            "operations": self.operations,
            "photos": [{"sha256": one["sha256"], "type": one["type"], "size": len(one["data"])} for one in self.photos],
        }  # fmt: skip

    def file(self, phrase=PHRASE, told=None):
        manifest = json.dumps(told or self.told()).encode()
        plain = len(manifest).to_bytes(4) + manifest + b"".join(one["data"] for one in self.photos)
        return sealed(plain, phrase)


def sealed(plain, phrase=PHRASE, rounds=100_000):
    """Encrypted as the tablet does; with fewer rounds, so that tests are quick."""
    salt, iv = os.urandom(16), os.urandom(12)
    key = hashlib.pbkdf2_hmac("sha256", phrase.replace("-", "").encode(), salt, rounds)
    check = hashlib.sha256(key + b"auditapp").digest()[:8]
    head = MAGIC + salt + iv + rounds.to_bytes(4) + check + (len(plain) + 16).to_bytes(8)
    return head + AESGCM(key).encrypt(iv, plain, head)
