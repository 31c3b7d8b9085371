"""A tablet as Python that talks to the server: what it wrote, what it was told, what it still has to send."""

import hashlib
import io
import json

import sqlalchemy as sa
from PIL import Image

from tests.audits.tablet.rescue_file import Pad

ARRIVED = {"applied", "same", "conflict"}
FETCH = {"X-Requested-With": "fetch"}


class Tab(Pad):
    """A tablet; ``receipts``: the last one of each operation, by its id."""

    def __init__(self, name="iPad of Aud"):
        super().__init__(name)
        self.receipts = {}
        self.head_told, self.places = {}, []

    def set(self, cast, who, n, field, value, *, known="", after=None, **more):
        """Write one field."""
        question = str(cast.questions[n - 1])
        return self.write(
            cast, who, "answer",
            {"question": question, "field": field, "value": value, "known": known, "after": after}, **more,
        )  # fmt: skip

    def body(self, operations, **report):
        return {
            "device": {"id": self.id, "name": self.name},
            "report": {"unsent": len(operations), "photos": 0, "bytes": 0, "seq": self.seq, "head": self.head, **report},
            "operations": operations,
        }  # fmt: skip

    def bring(self, client, ref, operations=None, *, lost=False, **report):
        """Send (everything, if nothing is chosen); an answer that is ``lost`` on its way is not read."""
        sent = self.operations if operations is None else operations
        reply = client.post(f"/tablet/audits/{ref}/operations", json=self.body(sent, **report), headers=FETCH)
        assert reply.status_code == 200, reply.text
        told = reply.get_json()
        assert told["auditapp"] == "operations"
        assert len(told["receipts"]) == len(sent)
        if not lost:
            self.head_told, self.places = told["head"], told["held"]
            self.receipts |= {one["id"]: one for one in told["receipts"]}
        return told["receipts"]

    def one(self, client, ref, operation_id):
        """Send one operation; gives its receipt."""
        (receipt,) = self.bring(client, ref, [self.text_of(operation_id)])
        return receipt

    def text_of(self, operation_id):
        return next(one for one in self.operations if json.loads(one["text"])["id"] == operation_id)


def jpeg(colour="steelblue"):
    target = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(target, "JPEG")
    return target.getvalue()


def put(client, ref, data, sha256=None):
    return client.put(
        f"/tablet/audits/{ref}/photos/{sha256 or hashlib.sha256(data).hexdigest()}",
        data=data, content_type="image/jpeg", headers=FETCH,
    )  # fmt: skip


def count(unit, model):
    return unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(model)))
