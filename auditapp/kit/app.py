"""The app itself, where the proxy for the current one will not do: it is handed to threads, callbacks and jobs."""

from flask import Flask, current_app

VERSION = "0.1.0"


def this_app() -> Flask:
    """The app of the current context; unlike ``current_app`` it outlives it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's only way to it
    return app
