"""A person's feeds: made, renamed, rotated, revoked; and who polled one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Programme
from auditapp.feeds.gather import Site
from auditapp.feeds.model import Feed, FeedPoll
from auditapp.feeds.queries import feed_by_id
from auditapp.feeds.rules import MOST_FEEDS, OVERLAP, Scope
from auditapp.feeds.service.settling import settle
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.ids import digest, new_secret
from auditapp.kit.text import Text
from auditapp.people.queries import next_number
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.queries import relationship_of
from auditapp.reminders.rules import Kind
from auditapp.trail import service as trail


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a feed is to hold. ``kinds``: none for all."""

    scope: Scope
    relationship_id: UUID | None = None
    programme_id: UUID | None = None
    kinds: Collection[Kind] = ()
    private_titles: bool = False
    alarms: bool = False
    tasks: bool = False


def _record(session: Session, feed: Feed, who: Principal, at: datetime, *, verb: str) -> None:
    trail.record(
        session,
        actor_id=who.person_id,
        at=at,
        verb=verb,
        thing_kind="feed",
        thing_id=feed.id,
        thing_ref=feed.ref,
        after={"scope": feed.scope.value},
        personal={"name": feed.name},
        personal_of=who.person_id,
    )


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(Text("Say on which device it is, such as “Phone”."), field="name")
    return name[:80]


def _check(session: Session, actor: Principal, options: Options) -> None:
    if options.scope is Scope.RELATIONSHIP:
        if options.relationship_id is None:
            raise Invalid(Text("Choose the relationship."), field="relationship_id")
        relationship_of(session, actor, options.relationship_id)
    if options.scope is Scope.PROGRAMME:
        known = options.programme_id is not None and session.scalar(
            sa.select(Programme.id).where(Programme.id == options.programme_id)
        )
        if not known or not actor.can(Capability.VIEW_ORGANIZATION):
            raise Invalid(Text("Choose the audit programme."), field="programme_id")


def make(
    session: Session, *, actor: Principal, at: datetime, name: str, options: Options, site: Site
) -> tuple[Feed, str]:
    """A new feed, and the secret of its address, which is not kept and cannot be shown again."""
    name = _named(name)
    _check(session, actor, options)
    living = session.scalar(
        sa.select(sa.func.count()).where(Feed.person_id == actor.person_id, Feed.revoked_at.is_(None))
    )
    if (living or 0) >= MOST_FEEDS:
        raise Refusal(Text("You have %(count)s feeds. Revoke one that you do not use first.", count=living))
    secret = new_secret()
    feed = Feed(
        ref=f"CF-{next_number(session, 'feed'):03d}",
        person_id=actor.person_id,
        name=name,
        scope=options.scope,
        relationship_id=options.relationship_id if options.scope is Scope.RELATIONSHIP else None,
        programme_id=options.programme_id if options.scope is Scope.PROGRAMME else None,
        kinds=sorted(Kind(one).value for one in options.kinds),
        private_titles=options.private_titles,
        alarms=options.alarms,
        tasks=options.tasks,
        token_digest=digest(secret),
        made_at=at,
        changed_at=at,
    )
    session.add(feed)
    session.flush()
    settle(session, feed, actor, at=at, site=site)
    _record(session, feed, actor, at, verb="feed.made")
    return feed, secret


def _own(session: Session, actor: Principal, feed_id: UUID) -> Feed:
    feed = feed_by_id(session, actor, feed_id)
    if feed.revoked_at is not None:
        raise Refusal(Text("This feed was revoked. Make a new one."))
    return feed


def rename(session: Session, *, actor: Principal, at: datetime, feed_id: UUID, name: str) -> Feed:
    """Call it something else. The calendar in the client keeps the name it has there."""
    feed = _own(session, actor, feed_id)
    name = _named(name)
    if name != feed.name:
        feed.name = name
        _record(session, feed, actor, at, verb="feed.renamed")
    return feed


def rotate(session: Session, *, actor: Principal, at: datetime, feed_id: UUID) -> tuple[Feed, str]:
    """A new address; the old one goes on for some days, so that a device can be moved over."""
    feed = _own(session, actor, feed_id)
    secret = new_secret()
    feed.previous_digest, feed.previous_until = feed.token_digest, at + OVERLAP
    feed.token_digest = digest(secret)
    _record(session, feed, actor, at, verb="feed.rotated")
    return feed, secret


def revoke(session: Session, *, actor: Principal, at: datetime, feed_id: UUID) -> Feed:
    """End it, its old address too. For some days it says so, then it is gone."""
    feed = feed_by_id(session, actor, feed_id)
    if feed.revoked_at is None:
        feed.revoked_at = at
        feed.summary = b""
        feed.summary_of = ""
        _record(session, feed, actor, at, verb="feed.revoked")
    return feed


def note_poll(session: Session, *, feed_id: UUID, client: str, status: int, at: datetime) -> None:
    """A client polled a feed. Not every poll is written, so the counts are of those that were."""
    found = session.get(FeedPoll, (feed_id, client))
    if found is None:
        found = FeedPoll(feed_id=feed_id, client=client, last_at=at, status=status)
        session.add(found)
    else:
        found.previous_at, found.last_at, found.status = found.last_at, at, status
    if status == 304:  # noqa: PLR2004 - not modified
        found.unchanged += 1
    else:
        found.full += 1
