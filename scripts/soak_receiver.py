"""A program that is told by webhooks, for the soak: it checks and writes down what comes, and misbehaves when asked to."""

import json
import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

HOST = "127.0.0.1"
SLOWEST = 0.12  # seconds it takes to answer
MOODS = ("drop_before", "drop_after", "refuse")
CHANCE = 0.02  # that it misbehaves, where there is time to wait for the next try


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A message that came: to which endpoint, under which id, which bytes, and whether the signature is good."""

    endpoint: int
    message_id: str
    body: str
    good: bool

    @property
    def seq(self) -> int:
        """The number of the fact that it tells."""
        return int(json.loads(self.body)["data"]["seq"])


@dataclass
class Book:
    """What came, in its order. ``chance``: how often the receiver misbehaves."""

    chance: float
    arrivals: list[Arrival] = field(default_factory=list)
    secrets: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, endpoint: int, headers: Mapping[str, str], body: bytes) -> None:
        """Check and write down."""
        try:
            Verifier(self.secrets[endpoint]).verify(body, dict(headers))
            good = True
        except WebhookVerificationError:
            good = False
        with self.lock:
            self.arrivals.append(
                Arrival(
                    endpoint=endpoint, message_id=headers.get("webhook-id", ""), body=body.decode(), good=good
                )
            )

    def mood(self) -> str:
        """How the next message is treated."""
        return random.choice(MOODS) if random.random() < self.chance else "well"


class Receiver(ThreadingHTTPServer):
    """A program that is told: each endpoint has its number in the path."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, book: Book) -> None:
        """Listen, and write into ``book``."""
        super().__init__((HOST, 0), Handler)
        self.book = book

    def handle_error(self, *_: Any) -> None:
        """A killed worker's connection breaks: that is what this is for."""

    def url(self, endpoint: int) -> str:
        """The address of an endpoint."""
        return f"http://{HOST}:{self.server_address[1]}/{endpoint}"


class Handler(BaseHTTPRequestHandler):
    """One message. What is taken is written down as it comes; the answer comes a moment later."""

    protocol_version = "HTTP/1.1"
    server: Receiver

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def do_POST(self) -> None:
        """Take it, or not."""
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        mood = self.server.book.mood()
        if len(body) < length or mood == "drop_before":  # cut by a kill: it did not come
            self.close_connection = True
            return
        if mood != "refuse":
            self.server.book.note(
                int(self.path[1:]), {name.lower(): self.headers[name] for name in self.headers}, body
            )
        time.sleep(random.uniform(0, SLOWEST))
        if mood == "drop_after":
            self.close_connection = True
            return
        self.send_response(503 if mood == "refuse" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def receiving(book: Book) -> Iterator[Receiver]:
    """A receiver that runs."""
    server = Receiver(book)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
