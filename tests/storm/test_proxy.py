"""The proxy by itself: each fate looks to both sides as it says."""

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.storm.proxy import ELSEWHERE, PORTAL, Fate, Weather, stormy

BODY = b'{"operations": []}'
PATH = "/tablet/audits/IA-2026-001/operations"


@pytest.fixture
def behind():
    """A server that keeps what it got and answers with its length."""
    got = []

    class Keeps(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, body))
            answer = b"got %d bytes, number %d" % (len(body), len(got))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeps)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    with stormy(f"http://127.0.0.1:{server.server_port}") as proxy:
        proxy.got = got
        yield proxy
    server.shutdown()
    thread.join()
    server.server_close()


def ask(proxy, body=BODY, path=PATH, timeout=5.0):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.server_port, timeout=timeout)
    try:
        connection.request("POST", path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


LOST = (ConnectionError, http.client.BadStatusLine, http.client.IncompleteRead)


@pytest.mark.parametrize(
    ("fate", "reached"),
    [(Fate.DROP_BEFORE, 0), (Fate.DROP_AFTER, 1), (Fate.CUT, 1)],
)
def test_a_lost_connection(behind, fate, reached):
    behind.order(fate, times=1)
    with pytest.raises(LOST):
        ask(behind)
    assert len(behind.got) == reached
    assert ask(behind)[0] == 200  # only once


@pytest.mark.parametrize(
    ("fate", "status", "body"),
    [(Fate.PORTAL, 200, PORTAL), (Fate.ELSEWHERE, 302, b""), (Fate.TOO_LARGE, 413, None), (Fate.SLOW_DOWN, 429, None), (Fate.BUSY, 503, None)],
)  # fmt: skip
def test_somebody_else_answers(behind, fate, status, body):
    behind.order(fate, method="POST", path="/operations", times=1)
    told, headers, text = ask(behind)
    assert (told, behind.got) == (status, [])
    assert body is None or text == body
    assert headers.get("Location") == (ELSEWHERE if fate is Fate.ELSEWHERE else None)
    assert headers.get("Retry-After") == ("1" if fate is Fate.SLOW_DOWN else None)


def test_a_request_comes_twice_and_is_answered_once(behind):
    behind.order(Fate.REPEAT, times=1)
    assert ask(behind)[2] == b"got 18 bytes, number 2"
    assert behind.got == [(PATH, BODY)] * 2


def test_a_held_request_comes_after_the_next(behind):
    behind.order(Fate.HOLD, path="/first", times=1)
    first = threading.Thread(target=ask, args=(behind, b"1", "/first"))
    first.start()
    time.sleep(0.1)
    ask(behind, b"2", "/second")
    first.join(timeout=5)
    assert [path for path, _ in behind.got] == ["/second", "/first"]


def test_silence_and_no_network(behind):
    behind.order(Fate.SILENCE, times=1)
    with pytest.raises(TimeoutError):
        ask(behind, timeout=0.3)
    behind.down = True
    with pytest.raises(LOST):
        ask(behind)
    behind.lift()
    assert ask(behind)[0] == 200
    assert len(behind.got) == 1


def test_the_weather_is_the_same_for_the_same_seed_and_ends():
    drawn = []
    for _ in range(2):
        weather = Weather(seed=7, storms=30)
        drawn.append([weather.fate("POST", PATH) for _ in range(120)])
    assert drawn[0] == drawn[1]
    assert sum(one is not Fate.PASS for one in drawn[0]) == 30
    assert Weather(seed=7, storms=30).fate("GET", "/static/js/walk.js") is Fate.PASS
