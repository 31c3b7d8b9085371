"""The HTTP side: one WSGI program on 127.0.0.1 with a port of its own."""

import contextlib
import json
import socket
import threading
import time
from dataclasses import dataclass, field

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.slackfake.api.calls import run
from tests.slackfake.rates import TooMany
from tests.slackfake.respond import respond
from tests.slackfake.world import Refusal

LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"
DROPS = {"drop_before", "drop_after_reading", "lose_answer"}


@dataclass
class Recorded:
    """A call as it arrived and as it was answered; ``answer`` None when the connection was dropped."""

    method: str
    args: dict
    token: str
    answer: dict | None = None
    status: int | None = None
    at: float = 0.0
    headers: dict = field(default_factory=dict)

    @property
    def ok(self):
        return bool(self.answer and self.answer.get("ok"))


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"  # one request for a connection: nothing stays open

    def log(self, *_):
        pass


class Dropped(ConnectionError):
    pass


class Site:
    """Answers requests; also starts and ends the server."""

    def __init__(self, fake):
        self.fake = fake
        self._server = self._thread = None

    def start(self):
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self):
        self._server.shutdown()
        self._thread.join(timeout=10)
        self._server.server_close()

    def __call__(self, environ, start_response):
        request = Request(environ)
        top, _, rest = request.path.lstrip("/").partition("/")
        if top == "link":
            return self._link(request, environ, start_response)
        places = {
            "api": self._api,
            "upload": self._upload,
            "files-pri": self._file,
            "respond": self._respond,
        }
        place = places.get(top)
        response = place(request, rest) if place else Response("not found", 404)
        return response(environ, start_response)

    def _drop(self, request):
        with contextlib.suppress(OSError):
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise Dropped

    def _link(self, request, environ, start_response):
        if not self.fake.sockets.takes(request.args.get("ticket")):
            return Response("invalid ticket", 403)(environ, start_response)
        self.fake.sockets.serve(environ)
        raise Dropped  # the connection is over; nothing more is written to it

    def faulty(self, name, request, args, do):
        """Do it, with what the script has against it."""
        fault = self.fake.faults.take(name, args)
        if fault is None:
            return do()
        if fault.do is not None:
            fault.do()
        if fault.kind in {"drop_before", "drop_after_reading"}:
            self._drop(request)
        early = {
            "status": lambda: Response(json.dumps({"ok": False, "error": "internal_error"}), int(fault.number or 500), mimetype="application/json"),
            "ratelimited": lambda: _limited(fault.number),
            "error": lambda: _json({"ok": False, "error": fault.value}),
            "html": lambda: Response(LOGIN, mimetype="text/html"),
        }  # fmt: skip
        if fault.kind in early:
            return early[fault.kind]()
        if fault.kind == "slow":
            time.sleep(fault.number)
        response = do()
        if fault.kind == "slow_after":
            time.sleep(fault.number)
        elif fault.kind == "lose_answer":
            self._drop(request)
        elif fault.kind == "status_after":
            return Response("{}", int(fault.number), mimetype="application/json")
        elif fault.kind == "error_after":
            return _json({"ok": False, "error": fault.value})
        return response

    def _api(self, request, name):
        early = self.fake.faults.take_unread(name)
        if early:
            self.fake.recorded.append(Recorded(name, {}, "", at=self.fake.world.now()))
            self._drop(request)
        args = _arguments(request)
        bearer = (
            request.authorization.token
            if request.authorization and request.authorization.type == "bearer"
            else ""
        )
        if request.authorization and request.authorization.type == "basic":
            args = {
                "client_id": request.authorization.username,
                "client_secret": request.authorization.password,
                **args,
            }
        record = Recorded(
            name,
            args,
            bearer or str(args.get("token", "")),
            at=self.fake.world.now(),
            headers=dict(request.headers),
        )
        self.fake.recorded.append(record)
        response = self.faulty(name, request, args, lambda: self._answer(name, args, bearer, record))
        record.status = response.status_code
        return response

    def _answer(self, name, args, bearer, record):
        fake = self.fake
        try:
            if args.get("_broken"):
                raise Refusal("invalid_json")  # noqa: TRY301
            with fake.world.lock:
                answer, call = run(fake, name, args, bearer)
            record.answer = {"ok": True} | answer
            if call.after:
                fake.later(call.after)
            if call.token is not None:
                response = _json(record.answer)
                response.headers["X-OAuth-Scopes"] = ",".join(sorted(call.token.scopes))
                return response
        except TooMany as limited:
            record.answer = {"ok": False, "error": limited.error}
            return _limited(limited.seconds)
        except Refusal as refusal:
            record.answer = {"ok": False, "error": refusal.error} | refusal.more
        return _json(record.answer)

    def _upload(self, request, rest):
        upload = self.fake.world.uploads.get(rest.rpartition("/")[2])

        def keep():
            form = request.mimetype == "multipart/form-data"
            sent = (
                next(iter(request.files.values())).read() if form else request.get_data(parse_form_data=False)
            )
            if upload is None or len(sent) != upload["length"]:
                return Response("upload failed", 400)
            upload["file"].content = sent
            return Response(f"OK - {len(sent)}", 200)

        return self.faulty("upload", request, {}, keep)

    def _file(self, request, rest):
        return self.faulty("files-pri", request, {"path": rest}, lambda: self._content(request, rest))

    def _content(self, request, rest):
        world = self.fake.world
        token = world.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        file = world.files.get(rest.split("/")[0].partition("-")[2])
        may = (
            token is not None
            and token.gone is None
            and (token.expires is None or token.expires > world.now())
            and "files:read" in token.scopes
            and file is not None
            and (
                file.external
                or token.team is file.team
                or (token.team is None and token.enterprise_id == file.team.enterprise_id)
            )
        )
        if not may:
            return Response(LOGIN, mimetype="text/html")  # 200, as Slack does
        if file.mode != "hosted":
            return Response("File not found", 404, mimetype="text/plain")
        return Response(file.content[: len(file.content) - file.short], content_type=file.mimetype)

    def _respond(self, request, key):
        body = request.get_json(silent=True)
        return self.faulty("response_url", request, body or {}, lambda: respond(self.fake, key, body))


def _arguments(request):
    """Query, form and JSON, as Slack reads them."""
    args = dict(request.args)
    if request.mimetype == "application/json":
        body = request.get_json(silent=True)
        return args | (body if isinstance(body, dict) else {"_broken": True})
    return args | request.form.to_dict() | {name: one.read() for name, one in request.files.items()}


def _json(what):
    return Response(json.dumps(what), mimetype="application/json")


def _limited(seconds):
    answer = _json({"ok": False, "error": "ratelimited"})
    answer.status_code = 429
    answer.headers["Retry-After"] = str(int(seconds))
    return answer
