"""Two places where messages arrive, for the soak of reminders: one over HTTP that can be asked, one over SMTP that cannot.

Run as a process of its own: it prints its two ports, and writes each delivery down (with fsync) before it answers. Both
misbehave on purpose: they drop the connection before or after they wrote it down, answer late, refuse, and ask to wait.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
LATEST = 1.5  # seconds an answer may come late; the channels wait for one second
MOODS = ("drop_before", "drop_after", "late", "refuse", "wait")
HEADER = "X-Outbox-Message"


@dataclass
class Book:
    """What arrived, in memory and on the disk."""

    path: Path
    chance: float  # of each misbehaviour
    moods: tuple[str, ...]
    lock: threading.Lock = field(default_factory=threading.Lock)
    seen: dict[str, int] = field(default_factory=dict)

    def note(self, sink: str, message: str, attempt: str) -> None:
        """Write a delivery down for good."""
        line = json.dumps({"sink": sink, "message": message, "attempt": attempt, "at": time.time()}) + "\n"
        with self.lock, self.path.open("a", encoding="utf-8") as target:
            target.write(line)
            target.flush()
            os.fsync(target.fileno())
            self.seen[f"{sink}:{message}"] = self.seen.get(f"{sink}:{message}", 0) + 1

    def mood(self) -> str:
        """How the next request is treated."""
        return random.choice(self.moods) if random.random() < self.chance * len(self.moods) else "well"


class Web(ThreadingHTTPServer):
    """The sink that can be asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, book: Book) -> None:
        """Listen, and write into ``book``."""
        super().__init__((HOST, 0), Handler)
        self.book = book

    def handle_error(self, *_: Any) -> None:
        """A killed worker's connection breaks: that is what this is for."""


class Handler(BaseHTTPRequestHandler):
    """One request to it."""

    protocol_version = "HTTP/1.1"
    server: Web

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def answer(self, status: int, **headers: str) -> None:
        """A status and nothing else."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def drop(self) -> None:
        """No answer."""
        self.close_connection = True
        self.connection.close()

    def do_POST(self) -> None:
        """Take a message, or not."""
        book = self.server.book
        message, attempt = self.path.rsplit("/", 1)[-1], self.headers.get("X-Attempt", "")
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        mood = book.mood()
        if mood == "drop_before":
            self.drop()
        elif mood == "refuse":
            self.answer(503)
        elif mood == "wait":
            self.answer(429, Retry_After="1")
        else:
            if mood == "late":
                time.sleep(random.uniform(0, LATEST))
            book.note("web", message, attempt)
            if mood == "drop_after":
                self.drop()
            else:
                self.answer(201)

    def do_GET(self) -> None:
        """Whether a message arrived."""
        book = self.server.book
        if book.mood() in {"refuse", "drop_before"}:
            self.answer(503)
        else:
            self.answer(200 if book.seen.get(f"web:{self.path.rsplit('/', 1)[-1]}") else 404)


class Mailbox:
    """The sink that cannot be asked."""

    def __init__(self, book: Book) -> None:
        """Deliveries go into ``book``."""
        self.book = book

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail, or not."""
        del session
        mood = self.book.mood()
        transport: Any = server.transport
        if mood == "drop_before":
            transport.abort()
            return "421 gone"
        if mood in {"refuse", "wait"}:
            return "451 come back later"
        if mood == "late":
            await asyncio.sleep(random.uniform(0, LATEST))
        heads = dict(
            line.split(": ", 1)
            for line in bytes(envelope.content or b"").decode().splitlines()
            if ": " in line
        )
        await asyncio.to_thread(self.book.note, "mail", heads[HEADER], heads.get("X-Attempt", ""))
        if mood == "drop_after":
            transport.abort()
        return "250 taken"


def main() -> None:
    """Serve until the parent is gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--book", type=Path, required=True)
    parser.add_argument("--chance", type=float, default=0.01)
    parser.add_argument("--moods", default=",".join(MOODS))
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    random.seed(given.seed)
    book = Book(given.book, given.chance, tuple(given.moods.split(",")))
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    mail = Controller(Mailbox(book), hostname=HOST, port=port, ready_timeout=20)
    mail.start()
    server = Web(book)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], port, flush=True)
    sys.stdin.read()  # ends with the parent
    mail.stop()
    server.shutdown()


if __name__ == "__main__":
    main()
