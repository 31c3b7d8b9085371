"""One try to send: look the name up once, judge what comes back, connect to exactly that, say little, believe nothing.

Plain http.client, so that what is connected to is ours to say: it follows no redirect and knows no proxy, neither from the
environment nor from a file. Never inside a unit of work.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from auditapp.api.webhooks.addresses import Allowed, Target, chosen, target_of
from auditapp.api.webhooks.rules import MOST_ANSWER
from auditapp.api.webhooks.service.sending import Claim, Tried
from auditapp.api.webhooks.signing import headers
from auditapp.kit.errors import Invalid

TIMEOUT = 10.0  # seconds for everything after the name was looked up
LOOK_UP = 5.0
REDIRECTS = range(300, 400)
USER_AGENT = "auditapp-webhooks/1"
Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, each once, in the system's order; none where it has none or where nobody answers in time."""
    found: list[str] = []

    def ask() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(one[4][0]) for one in answers))

    asking = threading.Thread(target=ask, daemon=True)  # getaddrinfo itself cannot be told to hurry
    asking.start()
    asking.join(LOOK_UP)
    return list(found)


def check(url: str, allowed: Allowed, find: Resolve = resolve) -> tuple[Target, str]:
    """An address taken apart, and where to connect to for it. Raises Invalid."""
    target = target_of(url, allowed)
    return target, chosen(target, find(target.host, target.port), allowed)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged. The certificate must still be that of the name."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT)
        self._target, self._address = target, address
        self.over = threading.Event()

    def connect(self) -> None:
        """To the judged address; by name only for TLS."""
        self.sock = socket.create_connection((self._address, self._target.port), timeout=TIMEOUT)
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            sealed = context.wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            self.sock = sealed  # before the handshake, so that this can be cut too
            self._in_time()
            sealed.do_handshake()
        self._in_time()

    def _in_time(self) -> None:
        if self.over.is_set():
            raise TimeoutError

    def cut(self) -> None:
        """The time is over, wherever it stands."""
        self.over.set()
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


@contextlib.contextmanager
def _in_time(connection: _Pinned) -> Iterator[None]:
    """Cut the connection at the end of the time: a timeout counts from byte to byte, and one may come every nine seconds."""
    timer = threading.Timer(TIMEOUT, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def post(claim: Claim, *, at: datetime, allowed: Allowed, find: Resolve = resolve) -> Tried:
    """Send a message once. Whatever goes wrong comes back as how the try went."""
    began = time.monotonic()

    def tried(code: int | None, **more: str) -> Tried:
        return Tried(code=code, milliseconds=int((time.monotonic() - began) * 1000), **more)

    try:
        target, address = check(claim.url, allowed, find)
    except Invalid as refused:
        return tried(None, error=str(refused.text))
    began = time.monotonic()
    connection = _Pinned(target, address)
    with _in_time(connection):
        try:
            code, answer, retry_after = _exchange(connection, target, _headers(claim, target, at), claim.body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = connection.over.is_set() or isinstance(error, TimeoutError)
            return tried(None, error="no answer within ten seconds" if late else _words(error))
    if code in REDIRECTS:
        return tried(code, answer=answer, error="a redirect, which is not followed")
    return tried(code, answer=answer, retry_after=retry_after)


def _headers(claim: Claim, target: Target, at: datetime) -> Mapping[str, str]:
    return {
        "Host": target.shown,
        "Content-Type": "application/json",
        "Content-Length": str(len(claim.body)),
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers(claim.keys, claim.message_id, at, claim.body),
    }


def _exchange(
    connection: http.client.HTTPConnection, target: Target, said: Mapping[str, str], body: bytes
) -> tuple[int, str, str]:
    connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
    for name, value in said.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    start = b""
    # What follows the head is only shown: that it breaks off changes nothing about what was said.
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        start = answer.read(MOST_ANSWER * 4)
    return answer.status, start.decode(errors="replace"), answer.getheader("Retry-After", "")


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted: {error.verify_message}"
    return f"{type(error).__name__}: {error}"[:MOST_ANSWER]
