"""What makes the site an app on a tablet: its manifest and its service worker."""

import json
from functools import lru_cache
from pathlib import Path

from flask import Response, jsonify, url_for
from flask_babel import gettext

from auditapp.audits.tablet.blueprint import bp
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.queries import organization
from auditapp.shell.assets import asset, release_mark, taken_along

ICONS = (("img/icon-192.png", "192x192", "any"), ("img/icon-512.png", "512x512", "any"), ("img/icon-maskable.png", "512x512", "maskable"))  # fmt: skip


@lru_cache(maxsize=1)
def _text() -> str:
    return (Path(__file__).parent / "worker.js").read_text(encoding="utf-8")


@bp.get("/sw.js")
@guard(public=True)
def worker() -> Response:
    """The service worker, with the files of this release: another release is another text."""
    start = "/tablet"
    head = f"const MARK = {json.dumps(release_mark())}, FILES = {json.dumps(taken_along())}, OFFLINE = {json.dumps(start)};\n"
    return Response(
        head + _text(),
        mimetype="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@bp.get("/manifest.webmanifest")
@guard(public=True)
def manifest() -> Response:
    """How the site looks as an app on the home screen."""
    found = organization(current_session())
    name = found.name if found else "auditapp"
    answer = jsonify(
        id="/tablet",
        name=gettext("%(name)s audits", name=name),
        short_name=gettext("Audits"),
        description=gettext("Internal audits, with and without a network."),
        start_url="/tablet",
        scope="/",
        display="standalone",
        background_color="#faf9f6",
        theme_color="#0b5d63",
        icons=[
            {"src": asset(file), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in ICONS
        ],
        shortcuts=[{"name": gettext("My audits"), "url": url_for("plan.index")}],
    )
    answer.mimetype = "application/manifest+json"
    return answer
