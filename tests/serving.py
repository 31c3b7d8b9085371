"""The real server in a thread, ended without a race: the loop stops first, then its sockets close."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.server import create_server


@contextmanager
def serving(app: Flask, **options: Any) -> Iterator[str]:
    """Serve ``app`` on a free port until the block ends; gives its address."""
    server = create_server(app, host="127.0.0.1", port=0, **options)
    ended = threading.Event()

    def loop() -> None:
        while not ended.is_set():
            server.asyncore.loop(timeout=0.2, map=server._map, count=1)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        ended.set()
        thread.join(timeout=30)
        server.task_dispatcher.shutdown()
        for channel in list(server.active_channels.values()):
            channel.close()
        server.close()
