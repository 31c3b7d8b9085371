"""Nobody's feed shows what the site would not: held against what is due and visible, for everybody of the demonstration."""

import pytest
import sqlalchemy as sa

from auditapp.feeds import jobs, queries
from auditapp.feeds.lint import lint
from auditapp.feeds.model import Feed, FeedEvent
from auditapp.feeds.rules import AHEAD, Scope
from auditapp.kit.clock import now
from auditapp.overview.demo.service import load_demonstration
from auditapp.people.model import Person
from auditapp.reminders import due

OCCASIONS = ("audit:", "meeting:")  # stand in the feeds with their own days and times
PRIVATE = ("development:", "induction:")  # only for whom they concern; the site shows them to some more


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_feed_holds_what_its_person_may_see_and_no_more(app, unit):
    at = now()
    unit(lambda s: load_demonstration(s, app.extensions["auditapp_store"], at=at))
    assert unit(lambda s: jobs.work(s, at)) > 100

    def look(session):
        until = at.date() + AHEAD
        everything = {one.key for one in due.items(session, at=at, until=until)}
        people = queries.principals(session, list(session.scalars(sa.select(Person.id))))
        assert len(people) > 20
        for who in people.values():
            feed = Feed(
                ref="", person_id=who.person_id, name="", scope=Scope.ALL, token_digest="", made_at=at, changed_at=at,
                alarms=True, title="Dates",
            )  # fmt: skip
            shown = set(session.scalars(sa.select(FeedEvent.key).where(queries.narrowed(feed, who))))
            visible = {one.key for one in due.visible(session, who, at=at, until=until)}
            assert (shown & everything) - visible == set(), who.name
            assert {one for one in visible - shown if not one.startswith(OCCASIONS + PRIVATE)} == set(), (
                who.name
            )
            held = queries.hold(session, feed, who, bodies=True)
            assert lint(held.body) == []
            assert held.size == len(held.body)
            feed.scope = Scope.TEAM
            team = set(session.scalars(sa.select(FeedEvent.key).where(queries.narrowed(feed, who))))
            theirs = {one.key for one in due.team(session, who, at=at, until=until)}
            assert (team & everything) - theirs == set(), who.name

    unit(look, "read")
