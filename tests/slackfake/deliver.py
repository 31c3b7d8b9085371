"""Slack calling the app: signed requests over HTTP, or envelopes over a socket."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import urlencode

from werkzeug.test import Client

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
KINDS = {"interactive", "slash_commands", "events_api"}


@dataclass
class Answer:
    """What the app answered, and how long it took."""

    kind: str
    payload: dict
    status: int | None = None
    text: str = ""
    data: dict | None = None
    seconds: float = 0.0
    error: str | None = None  # timeout, connection, no_connection
    headers: dict = field(default_factory=dict)
    refused: list = field(default_factory=list)  # what Slack would not take of the answer
    errors: dict = field(default_factory=dict)  # of fields, from response_action errors
    opened: str | None = None  # the address of a button with one

    @property
    def ok(self):
        return self.error is None and self.status is not None and 200 <= self.status < 300


class Deliveries:
    def __init__(self, fake):
        self.fake = fake
        self.answers = []
        self.target = None  # a base address, or a WSGI program; None: a socket
        self.patience = 3.0  # seconds that Slack waits for an ack
        self.path = "/slack/events"

    def signed(self, body, *, at=None, secret=None):
        """Headers for a body; ``at`` and ``secret`` to forge."""
        stamp = str(int(self.fake.world.now() if at is None else at))
        secret = secret or self.fake.world.app.signing_secret
        digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def body_of(self, kind, payload):
        """(bytes, content type) of a delivery over HTTP."""
        if kind == "events_api":
            return json.dumps(payload).encode(), "application/json"
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"

    def send(self, kind, payload, *, retry=None, takes_answer=False):
        """Deliver and wait for the ack; kept in ``answers``."""
        answer = Answer(kind, payload)
        self.answers.append(answer)
        if self.target is None:
            self._over_socket(answer, retry, takes_answer)
        else:
            body, content_type = self.body_of(kind, payload)
            headers = self.signed(body) | {
                "Content-Type": content_type,
                "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            }
            if retry:
                headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
            self._over_http(answer, body, headers)
        return answer

    def raw(self, body, headers):
        """Any request to the app, for instance a forged one."""
        answer = Answer("raw", {})
        self._over_http(answer, body, headers)
        return answer

    def _over_socket(self, answer, retry, takes_answer):
        data, answer.seconds, answer.error = self.fake.sockets.deliver(
            answer.kind, answer.payload, patience=self.patience, takes_answer=takes_answer, retry=retry
        )
        if answer.error is None:
            answer.status, answer.data = 200, data or None
            if data and set(data) == {"text"}:
                answer.text = data["text"]

    def _over_http(self, answer, body, headers):
        began = time.monotonic()
        try:
            if callable(self.target):
                answer.status, answer.headers, text = self._in_process(body, headers)
            else:
                answer.status, answer.headers, text = self._over_wire(body, headers)
        except TimeoutError:
            answer.error = "timeout"
        except OSError as wrong:
            timed_out = isinstance(getattr(wrong, "reason", None), TimeoutError)
            answer.error = "timeout" if timed_out else "connection"
        answer.seconds = time.monotonic() - began
        if answer.error is None and answer.seconds > self.patience:
            answer.error, answer.status = "timeout", None
        if answer.error is None:
            answer.text = text
            answer.data = _read(text)

    def _in_process(self, body, headers):
        response = Client(self.target).post(self.path, data=body, headers=headers)
        try:
            return response.status_code, dict(response.headers), response.get_data(as_text=True)
        finally:
            response.close()

    def _over_wire(self, body, headers):
        request = urllib.request.Request(self.target.rstrip("/") + self.path, body, headers)  # noqa: S310
        try:
            with OPENER.open(request, timeout=self.patience) as response:
                return response.status, dict(response.headers), response.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, dict(refused.headers), refused.read().decode()


def _read(text):
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
