"""Socket Mode, Slack's side: tickets, hello, envelopes, acks, requests to come again."""

import contextlib
import itertools
import json
import secrets
import socket
import threading
import time
import uuid

from simple_websocket import ConnectionClosed, Server

MOST_CONNECTIONS = 10


class Connection:
    def __init__(self, ws, number):
        self.ws, self.number = ws, number
        self.lock = threading.Lock()
        self.sent = []  # ids of envelopes

    def send(self, what):
        with self.lock:
            self.ws.send(json.dumps(what))

    def end(self):
        with contextlib.suppress(ConnectionClosed, OSError):
            self.ws.close()
        self.cut()

    def cut(self):
        with contextlib.suppress(OSError):
            self.ws.sock.shutdown(socket.SHUT_RDWR)


class Sockets:
    def __init__(self, fake):
        self.fake = fake
        self.connections = []
        self.envelopes = []  # all that were sent
        self.acks = []  # (envelope_id, payload or None, number of the connection)
        self._tickets, self._waiting = set(), {}
        self._numbers, self._turn = itertools.count(1), itertools.count()
        self._changed = threading.Condition()

    def new_address(self):
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return (
            f"{self.fake.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.fake.world.app.id}"
        )

    def takes(self, ticket):
        """Whether the ticket is good; it is good once."""
        if ticket not in self._tickets or len(self.connections) >= MOST_CONNECTIONS:
            return False
        self._tickets.discard(ticket)
        return True

    def serve(self, environ):
        """Speak over an accepted connection until it ends."""
        ws = Server.accept(environ)
        connection = Connection(ws, next(self._numbers))
        with self._changed:
            self.connections.append(connection)
            count = len(self.connections)
            self._changed.notify_all()
        try:
            connection.send(
                {
                    "type": "hello",
                    "num_connections": count,
                    "debug_info": {
                        "host": "applink-1",
                        "build_number": 1,
                        "approximate_connection_time": 18060,
                    },
                    "connection_info": {"app_id": self.fake.world.app.id},
                }
            )
            while True:
                self._take(connection, ws.receive())
        except (ConnectionClosed, OSError):
            pass
        finally:
            with self._changed:
                self.connections.remove(connection)
                self._changed.notify_all()
            ws.thread.join(timeout=5)
            with contextlib.suppress(OSError):
                ws.sock.close()

    def _take(self, connection, text):
        try:
            what = json.loads(text)
        except (TypeError, ValueError):
            return
        with self._changed:
            self.acks.append((what.get("envelope_id"), what.get("payload"), connection.number))
            if what.get("envelope_id") in self._waiting:
                self._waiting[what["envelope_id"]] = what.get("payload") or {}
            self._changed.notify_all()

    def wait_for(self, count=1, seconds=10):
        """Wait until so many connections stand."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.connections) >= count, seconds):
                raise TimeoutError(f"{len(self.connections)} connections, not {count}")

    def deliver(self, kind, payload, *, patience, takes_answer, retry=None):
        """Send an envelope over one of the connections: (payload of the ack or None, seconds, what went wrong)."""
        envelope_id = str(uuid.uuid4())
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": takes_answer,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        with self._changed:
            here = list(self.connections)
            if not here:
                return None, 0.0, "no_connection"
            self._waiting[envelope_id] = None
        connection = here[next(self._turn) % len(here)]
        began = time.monotonic()
        self.envelopes.append(envelope)
        try:
            connection.sent.append(envelope_id)
            connection.send(envelope)
        except (ConnectionClosed, OSError):
            return None, 0.0, "no_connection"
        with self._changed:
            answered = self._changed.wait_for(lambda: self._waiting[envelope_id] is not None, patience)
            answer = self._waiting.pop(envelope_id)
        seconds = time.monotonic() - began
        return (answer if takes_answer else {}, seconds, None) if answered else (None, seconds, "timeout")

    def ask_to_come_again(self, reason="refresh_requested", *, number=None):
        """Tell connections (all, or the one with the number) that they will be closed, and close them."""
        for connection in [one for one in list(self.connections) if number in {None, one.number}]:
            with contextlib.suppress(ConnectionClosed, OSError):
                connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
            connection.end()

    def cut(self):
        """The network goes away: every connection ends without a word."""
        for connection in list(self.connections):
            connection.cut()

    def stop(self):
        for connection in list(self.connections):
            connection.end()
        with self._changed:
            self._changed.wait_for(lambda: not self.connections, 5)
