"""The network of a basement between browser and server: it drops, delays, repeats, reorders, falls silent and lies.

What becomes of a request is said by orders (``proxy.order(Fate.X, ...)``: the next so many that fit) or by a weather, a
seeded plan with so much bad luck in all. Everything that passed stands in ``proxy.seen``.
"""

import contextlib
import http.client
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOST = "127.0.0.1"
PATIENCE = 60  # seconds for the server behind
WHOLE_CALM = 3.0  # seconds that a held request waits for another one to pass
SLOWEST = 0.4  # seconds of a delay in the weather
PORTAL = b"<!doctype html><title>Hotel Wi-Fi</title><h1>Welcome</h1><p>Accept our terms to go on.</p>"
ELSEWHERE = "http://portal.hotel.example/login"
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


class Fate(StrEnum):
    """What becomes of a request."""

    PASS = "pass"
    DROP_BEFORE = "dropped before the server saw it"
    DROP_AFTER = "dropped after the server had done it"
    CUT = "cut in the middle of the answer"
    DELAY = "delayed"
    REPEAT = "sent to the server twice"
    HOLD = "held until another one had passed"
    SILENCE = "never answered"
    PORTAL = "answered by a hotel with 200"
    ELSEWHERE = "sent to another host with 302"
    TOO_LARGE = "413"
    SLOW_DOWN = "429"
    BUSY = "503"


LUCK = {
    Fate.PASS: 10, Fate.DROP_BEFORE: 4, Fate.DROP_AFTER: 6, Fate.CUT: 3, Fate.DELAY: 3, Fate.REPEAT: 4, Fate.HOLD: 2,
    Fate.PORTAL: 2, Fate.ELSEWHERE: 1, Fate.SLOW_DOWN: 1, Fate.BUSY: 2,
}  # fmt: skip


def tablets(_method: str, path: str) -> bool:
    """What a tablet says to the server, and no page."""
    return path.startswith("/tablet/") and "." not in path.rsplit("/", 1)[-1]


@dataclass
class Weather:
    """So much bad luck, in an order that the seed fixes; after it the sun shines."""

    seed: int
    storms: int
    luck: dict[Fate, int] = field(default_factory=lambda: dict(LUCK))
    fits: Callable[[str, str], bool] = tablets

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def fate(self, method: str, path: str) -> Fate:
        """Of the next request."""
        if not self.storms or not self.fits(method, path):
            return Fate.PASS
        drawn = self.dice.choices(list(self.luck), list(self.luck.values()))[0]
        if drawn is not Fate.PASS:
            self.storms -= 1
        return drawn


@dataclass
class Order:
    """The next ``times`` requests that fit meet this fate; ``times`` -1: all of them until it is taken back."""

    fate: Fate
    fits: Callable[[str, str], bool]
    times: int


@dataclass(frozen=True)
class Seen:
    """One request that came, and what became of it."""

    method: str
    path: str
    fate: Fate
    status: int  # of the server, 0 when it was never asked
    at: float = field(default_factory=time.monotonic)  # seconds of a clock that is never set


class Proxy(ThreadingHTTPServer):
    """Listens where the browser asks and speaks to the server at ``behind``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, behind: str) -> None:
        super().__init__((HOST, 0), _Handler)
        self.behind = behind
        self.url = f"http://{HOST}:{self.server_port}"
        self.weather: Weather | None = None
        self.orders: list[Order] = []
        self.seen: list[Seen] = []
        self.down = False  # no network at all
        self.retry_after = 1
        self.lock = threading.Lock()
        self.passed = threading.Condition()
        self.number_passed = 0
        self.over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that was killed leaves connections behind: nothing to tell."""

    def order(self, fate: Fate, *, method: str = "", path: str = "", times: int = -1) -> Order:
        """Requests with that method whose path holds those words meet this fate."""
        made = Order(fate, lambda m, p: m.startswith(method) and path in p, times)
        with self.lock:
            self.orders.append(made)
        return made

    def lift(self) -> None:
        """Good weather, no orders, a network."""
        with self.lock:
            self.orders.clear()
            self.weather = None
        self.down = False

    def fate(self, method: str, path: str) -> Fate:
        """Of this request: the first order that fits, then the weather."""
        with self.lock:
            for one in self.orders:
                if one.times and one.fits(method, path):
                    one.times -= 1
                    return one.fate
            return self.weather.fate(method, path) if self.weather else Fate.PASS

    def note(self, method: str, path: str, fate: Fate, status: int) -> None:
        """Keep what became of a request; wakes whoever is held."""
        with self.lock:
            self.seen.append(Seen(method, path, fate, status))
        with self.passed:
            self.number_passed += 1
            self.passed.notify_all()

    def counts(self) -> Counter[str]:
        """How many met which fate."""
        with self.lock:
            return Counter(one.fate.value for one in self.seen if one.fate is not Fate.PASS)


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""

    def _any(self) -> None:
        proxy = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.close_connection = True  # each request stands for itself
        if proxy.down:
            self._drop()
            return
        fate = proxy.fate(self.command, self.path)
        status = 0
        try:
            status = self._meet(fate, body)
        except OSError:  # the browser is gone
            status = -1
        finally:
            proxy.note(self.command, self.path, fate, status)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Every method is treated alike."""
        if name.startswith("do_"):
            return self._any
        raise AttributeError(name)

    def _meet(self, fate: Fate, body: bytes) -> int:
        proxy = self.server
        if fate in ANSWERED_HERE:
            self._here(*ANSWERED_HERE[fate])
            return 0
        if fate is Fate.DROP_BEFORE:
            self._drop()
            return 0
        if fate is Fate.SILENCE:
            proxy.over.wait(PATIENCE * 10)
            return 0
        if fate is Fate.DELAY:
            proxy.over.wait(random.uniform(0.05, SLOWEST))
        elif fate is Fate.HOLD:
            before = proxy.number_passed
            with proxy.passed:
                proxy.passed.wait_for(lambda: proxy.number_passed > before, WHOLE_CALM)
        elif fate is Fate.REPEAT:
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._ask(body)
        try:
            status, reason, headers, answer = self._ask(body)
        except (OSError, http.client.HTTPException):  # nobody is behind us just now
            self._drop()
            return 0
        if fate is Fate.DROP_AFTER:
            self._drop()
        else:
            self._give(status, reason, headers, answer, cut=fate is Fate.CUT)
        return status

    def _ask(self, body: bytes) -> tuple[int, str, list[tuple[str, str]], bytes]:
        """The server's whole answer."""
        connection = http.client.HTTPConnection(str(urlsplit(self.server.behind).netloc), timeout=PATIENCE)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP:
                    connection.putheader(name, value)
            if body or self.command in {"POST", "PUT"}:
                connection.putheader("Content-Length", str(len(body)))
            connection.putheader("Connection", "close")
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return answer.status, answer.reason, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _give(
        self, status: int, reason: str, headers: list[tuple[str, str]], answer: bytes, *, cut: bool
    ) -> None:
        self.send_response_only(status, reason)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer[: len(answer) // 2] if cut else answer)
        if cut:
            self._drop()

    def _here(self, status: int, kind: str, body: bytes, more: dict[str, str]) -> None:
        headers = [("Content-Type", kind), *more.items()]
        if status == http.client.TOO_MANY_REQUESTS:
            headers.append(("Retry-After", str(self.server.retry_after)))
        self._give(status, http.client.responses[status], headers, body, cut=False)

    def _drop(self) -> None:
        """As a lost connection looks: no goodbye."""
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.shutdown(socket.SHUT_RDWR)


JSON = "application/json"
ANSWERED_HERE: dict[Fate, tuple[int, str, bytes, dict[str, str]]] = {
    Fate.PORTAL: (200, "text/html; charset=utf-8", PORTAL, {}),
    Fate.ELSEWHERE: (302, "text/html", b"", {"Location": ELSEWHERE}),
    Fate.TOO_LARGE: (413, "text/html", b"<h1>413 Request Entity Too Large</h1>", {}),
    Fate.SLOW_DOWN: (429, JSON, b'{"error": "Too many requests."}', {}),
    Fate.BUSY: (503, "text/html", b"<h1>503 Service Unavailable</h1>", {}),
}


@contextmanager
def stormy(behind: str) -> Iterator[Proxy]:
    """A proxy before the server at ``behind`` until the block ends."""
    proxy = Proxy(behind)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.over.set()
        proxy.shutdown()
        thread.join(timeout=10)
        proxy.server_close()


def wait_for(good: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether that came true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if good():
            return True
        time.sleep(0.02)
    return False
