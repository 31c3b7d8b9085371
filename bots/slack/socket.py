"""Socket Mode: Slack is asked for a connection and sends through it, so that nobody needs to reach this site."""

import logging
from collections.abc import Callable
from time import time
from typing import Any

from flask import Flask
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.socket_mode.request import SocketModeRequest

from auditapp.config import Settings
from auditapp.kit.db import run_unit
from bots.slack.inbound import later, shapes
from bots.slack.inbound.listening import BOLT

log = logging.getLogger(__name__)
CONCURRENCY = 8


class Socket(SocketModeHandler):
    """Takes in what comes, in a unit of work each; acknowledges it when that is committed, and does it after."""

    def __init__(self, flask_app: Flask, bolt: App, *, app_token: str, web_client: WebClient) -> None:
        """Not connected yet."""
        super().__init__(bolt, app_token=app_token, web_client=web_client, concurrency=CONCURRENCY)
        self.flask_app = flask_app

    def handle(self, client: Any, req: SocketModeRequest) -> None:
        """One envelope. What cannot be read is acknowledged and left: it would only come again."""
        with later.under_way():
            self._handle(client, req)

    def _handle(self, client: Any, req: SocketModeRequest) -> None:
        begun = time()
        if not shapes.payload_fits(req.payload):
            log.warning("an envelope of type %s cannot be read", req.type)
            send_response(client, req, BoltResponse(status=200), begun)
            return
        waiting: list[Any] = []

        def take_in() -> BoltResponse:
            nonlocal waiting
            waiting = later.begin()
            answer: BoltResponse = run_bolt_app(self.app, req)
            return answer

        with self.flask_app.app_context():
            answer = run_unit(take_in, "write")
        send_response(client, req, answer, begun)
        later.go(self.flask_app, waiting)


def connect(app: Flask) -> Callable[[], None] | None:
    """Open the connection, and give what closes it; ``None`` where no app-level token is set."""
    settings: Settings = app.extensions["auditapp"]
    token = settings.slack_app_token.get_secret_value()
    if not token:
        return None
    # It speaks to Slack directly unless the environment names a proxy; the connection is opened anew by itself.
    web = WebClient(token=token, base_url=settings.slack_api_url, retry_handlers=[])
    handler = Socket(app, app.extensions[BOLT], app_token=token, web_client=web)
    handler.connect()  # type: ignore[no-untyped-call] # Bolt's own
    log.info("Slack is connected by Socket Mode")

    def end() -> None:
        handler.close()  # type: ignore[no-untyped-call] # Bolt's own
        later.settle()

    return end
