"""The things that links to this site lead to."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from auditapp.audits.model import Audit
from auditapp.findings.model import Action, Nonconformity
from auditapp.kit.db import current_session
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue
from bots.deeds.registry import trade_of
from bots.deeds.rules import Thing
from bots.slack.inbound.telling import Talk
from bots.slack.posts.looking import paths_of

# endpoint -> the kind of thing, its table, and the page's argument that is its number
PAGES: Mapping[str, tuple[str, Any, str]] = {
    "findings.show": ("nonconformity", Nonconformity, "ref"),
    "findings.action": ("action", Action, "ref"),
    "issues.show": ("issue", Issue, "number"),  # its “ref” is the relationship’s
    "plan.show": ("audit", Audit, "ref"),
}


def things_at(talk: Talk, who: Principal, links: Sequence[str]) -> dict[str, Thing]:
    """By link, what this person may see of what they lead to; other links, and what is not theirs, are left out."""
    site, session = urlsplit(talk.actor.pen.site), current_session()
    found: dict[str, Thing] = {}
    for url in links:
        parts = urlsplit(url)
        page = (
            paths_of(talk.app).page_at(parts.path)
            if (parts.scheme, parts.netloc) == (site.scheme, site.netloc)
            else None
        )
        if page is None or page[0] not in PAGES:
            continue
        kind, model, argument = PAGES[page[0]]
        thing_id = session.scalar(sa.select(model.id).where(model.ref == page[1].get(argument, "")))
        trade = trade_of(kind)
        thing = (
            trade.look(session, who, str(thing_id), at=talk.at)
            if trade is not None and thing_id is not None
            else None
        )
        if thing is not None:
            found[url] = thing
    return found
