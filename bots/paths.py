"""Paths of the site's pages where there is no request, and which page a path leads to."""

from collections.abc import Mapping

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, MapAdapter, RequestRedirect


class Paths:
    """The pages of a site."""

    def __init__(self, app: Flask) -> None:
        """Read the map once."""
        self._pages: MapAdapter = app.url_map.bind("localhost")

    def of(self, endpoint: str, args: Mapping[str, str]) -> str:
        """The path of a page; empty when it is not there (any more)."""
        try:
            return self._pages.build(endpoint, dict(args))
        except BuildError:
            return ""

    def page_at(self, path: str) -> tuple[str, dict[str, str]] | None:
        """The endpoint and arguments of a path; ``None`` where no page is."""
        try:
            endpoint, args = self._pages.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            return None
        return str(endpoint), {key: str(value) for key, value in args.items()}
