"""Where the site stands, for what is written without a request."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import BuildError

from auditapp.config import Settings
from auditapp.feeds.gather import Site


def site_of(app: Flask) -> Site:
    """The public address, and how its pages are addressed."""
    settings: Settings = app.extensions["auditapp"]
    parts = urlsplit(settings.public_url)
    adapter = app.url_map.bind(parts.netloc, script_name=parts.path or "/", url_scheme=parts.scheme)

    def link(endpoint: str, args: Mapping[str, str]) -> str:
        try:
            return adapter.build(endpoint, dict(args), force_external=True)
        except BuildError:
            return settings.public_url

    return Site(url=settings.public_url, link=link)
