"""What a feed holds now, counted: its edition moves when that changed."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.feeds import render
from auditapp.feeds.gather import Site
from auditapp.feeds.model import Feed
from auditapp.feeds.queries import hold, overdue
from auditapp.feeds.rules import SCOPE_LABELS, overdue_words
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.people.queries import organization, relationship_names
from auditapp.people.rules import Principal


def _title(session: Session, feed: Feed) -> str:
    """What the calendar is called in its client."""
    if feed.private_titles:
        return str(Text("Dates"))
    own = organization(session)
    what = str(SCOPE_LABELS[feed.scope])
    if feed.relationship_id is not None:
        found = relationship_names(session, [feed.relationship_id])
        what = f"{found[0][1]} {found[0][2]}" if found else what
    words = f"{own.name if own else 'auditapp'}: {what}"
    return (words + (f" ({Text('tasks')})" if feed.tasks else ""))[:300]


def _summary(
    feed: Feed, counted: tuple[int, list[tuple[str, date]]], *, today: date, at: datetime, site: Site
) -> None:
    """Today's one event of what is overdue; what is overdue itself stays on its own day."""
    count, oldest = counted
    of = ""
    if count and not feed.tasks:
        lines = [] if feed.private_titles else [f"{day.isoformat()}  {title}" for title, day in oldest]
        if count > len(oldest) and lines:
            lines.append(str(Text("and %(count)s more", count=count - len(oldest))))
        link = site.link("home.index", {})
        text = "\n".join([*lines, "", link])
        of = render.digest(today.isoformat().encode(), str(count).encode(), text.encode())
    if of == feed.summary_of:
        return
    feed.summary_of = of
    if not of:
        feed.summary = b""
        return
    feed.summary_sequence += 1
    feed.summary = render.notice(
        uid=render.uid_of(f"overdue:{feed.id}"),
        title=overdue_words(count),
        text=text,
        link=link,
        day=today,
        at=at,
        sequence=feed.summary_sequence,
    )


def settle(session: Session, feed: Feed, who: Principal, *, at: datetime, site: Site) -> bool:
    """Look at what the feed holds for its person now; whether that is something else than before."""
    today = day_in(who.zone, at)
    if not feed.title:
        feed.title = _title(session, feed)
    _summary(feed, overdue(session, feed, who, today=today), today=today, at=at, site=site)
    held = hold(session, feed, who, bodies=False)
    if held.digest == feed.digest:
        return False
    feed.digest, feed.size = held.digest, held.size
    feed.edition += 1
    feed.changed_at = at
    return True
