"""The blueprint of feeds."""

from flask import Blueprint, current_app

from auditapp.feeds.gather import Site
from auditapp.feeds.polling import Asker
from auditapp.feeds.site import site_of
from auditapp.kit.app import this_app
from auditapp.kit.db import db

bp = Blueprint("feeds", __name__, template_folder="../templates")


def site() -> Site:
    """Where this site stands."""
    found: Site | None = current_app.extensions.get("auditapp_site")
    if found is None:
        found = current_app.extensions["auditapp_site"] = site_of(this_app())
    return found


def asker() -> Asker:
    """Who asks whether a feed is unchanged."""
    extensions = current_app.extensions
    found: Asker | None = extensions.get("auditapp_feed_asker")
    if found is None:  # two threads may both come here: the first one's stays
        found = extensions.setdefault("auditapp_feed_asker", Asker(db.engine))
    return found
