"""The server that `auditapp run` starts: whose word about addresses it takes."""

import urllib.request

import pytest
from flask import request
from pydantic import SecretStr

from auditapp.app import create_app
from auditapp.cli import server_options
from auditapp.config import Settings
from tests.serving import serving


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_addresses_come_from_the_proxies_that_are_named_and_from_nobody_else(tmp_path, proxies, seen):
    app = create_app(Settings(secret_key=SecretStr("k" * 48), data_dir=tmp_path, proxies=proxies))
    found = []

    @app.before_request
    def note():
        found.append(request.remote_addr)

    with serving(app, **server_options(app)) as address:
        asked = urllib.request.Request(  # noqa: S310 - our own address
            f"{address}/healthz", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - the same
            assert answer.status == 200
    assert found == [seen]
