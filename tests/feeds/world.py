"""Due items that tests make up, and what the feeds make of them."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar

from auditapp.feeds import service
from auditapp.feeds.rules import Scope
from auditapp.feeds.site import site_of
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.reminders.rules import DueItem, Kind
from auditapp.trail.service import record

AT = datetime(2026, 11, 27, 10, 30, tzinfo=UTC)
TODAY = AT.date()


class Items:
    """A list of due items in the place of the real ones."""

    def __init__(self, *items):
        self.items = list(items)

    def __call__(self, _session, *, at, until):
        del at
        return [one for one in self.items if one.due_on <= until]


def item(key="action:1", *, owners=(), due_on=None, **more):
    """A due item; an action of the coming week unless told otherwise."""
    values = {
        "key": key,
        "kind": Kind.ACTION,
        "ref": "A-2026-001",
        "title": "Train the deputies",
        "step": Text("Do it and say that it is done."),
        "why": Text("You are its owner."),
        "due_on": due_on or TODAY + timedelta(days=6),
        "version": "1",
        "owners": tuple(owners),
        "endpoint": "findings.my_actions",
        "thing_kind": "action",
        "thing_id": str(new_id()),
    }
    return DueItem(**(values | more))


def refresher(app, unit, items):
    """A function that runs the job at a moment."""

    def run(at=AT):
        return unit(lambda s: service.refresh(s, at=at, site=site_of(app), items=items))

    return run


def feed_of(app, unit, who, *, at=AT, name="Phone", scope=Scope.MINE, **more):
    """(the feed's id, its path) of a new feed."""
    feed, secret = unit(
        lambda s: service.make(
            s, actor=who, at=at, name=name, options=service.Options(scope=scope, **more), site=site_of(app)
        )
    )
    return feed.id, f"/feeds/{secret}.ics"


def nudge(unit, at=AT):
    """Something happens in the site: the trail moves."""
    unit(
        lambda s: record(
            s, actor_id=None, at=at, verb="feed.made", thing_kind="feed", thing_id="x", thing_ref="x"
        )
    )


def events(data):
    """The events of a feed as icalendar reads them, by UID."""
    return {str(one["UID"]): one for one in Calendar.from_ical(data).events}


def day(text):
    return date.fromisoformat(text)
