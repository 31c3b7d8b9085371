"""The server that `auditapp run` starts: whose word about addresses it takes."""

import threading
import urllib.request
import warnings

import pytest
from flask import request
from pydantic import SecretStr
from waitress.server import create_server

from auditapp.app import create_app
from auditapp.cli import server_options
from auditapp.config import Settings


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_addresses_come_from_the_proxies_that_are_named_and_from_nobody_else(tmp_path, proxies, seen):
    app = create_app(Settings(secret_key=SecretStr("k" * 48), data_dir=tmp_path, proxies=proxies))
    found = []

    @app.before_request
    def note():
        found.append(request.remote_addr)

    server = create_server(app, host="127.0.0.1", port=0, **server_options(app))

    def run():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{server.effective_port}/healthz",
            headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"},
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - the same
            assert answer.status == 200
    finally:
        server.close()
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        for channel in list(server.active_channels.values()):
            channel.close()
    assert found == [seen]
