"""Posts are written down once, wanted anew when something in them changes, and held while they are drawn."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.people.model import Setting
from auditapp.reminders.outbox.model import Notice
from auditapp.trail import service as trail
from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed
from bots.deeds.registry import kinds
from bots.slack.model import PostKind, SlackPost, SlackPostThing

READ = "slack.changes"  # the key under which is kept up to where facts and notices were read
MOST = 500  # facts in one look; the next look goes on
DEBOUNCE = timedelta(seconds=45)  # what the clock does by itself comes in bursts
LEASE = timedelta(minutes=1)
LIVELY = timedelta(days=7)  # so long a digest keeps up with what happens; a card always does


def item_subject(item_key: str) -> str:
    """How a due item stands among the things of a post."""
    return f"item:{item_key}"


def keep(
    session: Session, *, at: datetime, slack_team_id: UUID, kind: PostKind, channel_id: str, ts: str,
    account_id: UUID | None = None, message_id: UUID | None = None, thread_ts: str = "", subject: str = "",
    shown_hash: str = "", subjects: Iterable[str] = (),
) -> SlackPost:  # fmt: skip
    """Write down what was posted. The same post twice (found again after a crash) is written down once.

    A card for a thing that has one already, posted by two workers at once, stays as a plain post beside it.
    """
    found = session.scalar(
        sa.select(SlackPost).where(
            SlackPost.slack_team_id == slack_team_id, SlackPost.channel_id == channel_id, SlackPost.ts == ts
        )
    )
    if found is not None:
        return found
    if kind is PostKind.CARD and card_of(session, account_id, subject) is not None:
        kind = PostKind.NUDGE
    made = SlackPost(
        slack_team_id=slack_team_id, kind=kind, channel_id=channel_id, ts=ts, posted_at=at, account_id=account_id,
        message_id=message_id, thread_ts=thread_ts, subject=subject, shown_hash=shown_hash,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if kind is not PostKind.NUDGE:
        set_things(session, made, {subject, *subjects})
    return made


def set_things(session: Session, post: SlackPost, subjects: Collection[str]) -> None:
    """Whatever a post shows now: when one of them changes it is wanted anew."""
    wanted = {one for one in subjects if one}
    had = set(session.scalars(sa.select(SlackPostThing.subject).where(SlackPostThing.post_id == post.id)))
    if had - wanted:
        session.execute(
            sa.delete(SlackPostThing).where(
                SlackPostThing.post_id == post.id, SlackPostThing.subject.in_(had - wanted)
            )
        )
    session.add_all(SlackPostThing(post_id=post.id, subject=one) for one in sorted(wanted - had))


def card_of(session: Session, account_id: UUID | None, subject: str) -> SlackPost | None:
    """The living card of a thing for an account."""
    return session.scalar(
        sa.select(SlackPost).where(
            SlackPost.account_id == account_id,
            SlackPost.subject == subject,
            SlackPost.kind == PostKind.CARD,
            SlackPost.gone_at.is_(None),
        )
    )


def card_in(session: Session, slack_team_id: UUID, channel_id: str, ts: str) -> SlackPost | None:
    """The card that a thread hangs below."""
    return session.scalar(
        sa.select(SlackPost).where(
            SlackPost.slack_team_id == slack_team_id,
            SlackPost.channel_id == channel_id,
            SlackPost.ts == ts,
            SlackPost.kind == PostKind.CARD,
        )
    )


def want(session: Session, subjects: Collection[str], *, at: datetime, now: datetime) -> int:
    """Every post that shows one of these is drawn anew from ``at`` on; gives how many. One that is wanted earlier stays so."""
    if not subjects:
        return 0
    shown = sa.select(SlackPostThing.post_id).where(SlackPostThing.subject.in_(subjects))
    changed = session.execute(
        sa.update(SlackPost)
        .where(
            SlackPost.id.in_(shown),
            SlackPost.gone_at.is_(None),
            (SlackPost.kind == PostKind.CARD) | (SlackPost.posted_at > now - LIVELY),
            SlackPost.wanted_at.is_(None) | (SlackPost.wanted_at > at),
        )
        .values(wanted_at=at)
        .returning(SlackPost.id)
    ).all()
    return len(changed)


def want_post(session: Session, post_id: UUID, *, at: datetime) -> None:
    """This one is drawn anew."""
    session.execute(sa.update(SlackPost).where(SlackPost.id == post_id).values(wanted_at=at))


def subjects_of_fact(fact: Fact) -> set[str]:
    """Everything whose picture may change with a fact: its thing, and whatever it happened within."""
    found = {f"{fact.thing_kind}:{fact.thing_id}"}
    if fact.context_id is not None:
        found |= {f"{kind}:{fact.context_id}" for kind in kinds()}
    after = parsed(fact.after) if fact.thing_kind == "reminder" else None
    if after and after.get("item"):
        found.add(item_subject(after["item"]))
    return found


def follow(session: Session, *, at: datetime) -> int:
    """Look at what happened since the last look; gives how many posts are wanted. The first look only remembers."""
    head, newest = _heads(session)
    mark = session.get(Setting, READ)
    if mark is None:
        session.add(Setting(key=READ, value={"seq": head, "notice": newest}))
        session.flush()
        return 0
    kept: Any = mark.value
    facts = session.scalars(
        sa.select(Fact).where(Fact.seq > kept["seq"]).order_by(Fact.seq).limit(MOST)
    ).all()
    count = want(session, set().union(*(subjects_of_fact(one) for one in facts)), at=at, now=at)
    since = (
        datetime.fromisoformat(kept["notice"]) if kept["notice"] else datetime.min.replace(tzinfo=at.tzinfo)
    )
    told = session.scalars(sa.select(Notice.item_key).where(Notice.created_at > since).distinct()).all()
    count += want(session, {item_subject(one) for one in told}, at=at + DEBOUNCE, now=at)
    mark.value = {"seq": facts[-1].seq if len(facts) == MOST else head, "notice": newest}
    session.flush()
    return count


def anything_new(session: Session, *, at: datetime) -> bool:
    """Whether :func:`follow` would look: cheap."""
    del at
    mark = session.get(Setting, READ)
    head, newest = _heads(session)
    return mark is None or mark.value != {"seq": head, "notice": newest}


def _heads(session: Session) -> tuple[int, str]:
    head = trail.head(session)
    newest = session.scalar(sa.select(sa.func.max(Notice.created_at)))
    return (head.seq if head is not None else 0), (newest.isoformat() if newest is not None else "")


def take_wanted(
    session: Session, *, at: datetime, limit: int = 20, subjects: Collection[str] = ()
) -> list[UUID]:
    """Hold posts that are wanted now, the longest waiting first; ``subjects``: only those that show one of them."""
    query = (
        sa.select(SlackPost.id)
        .where(
            SlackPost.wanted_at <= at,
            SlackPost.gone_at.is_(None),
            SlackPost.held_until.is_(None) | (SlackPost.held_until <= at),
        )
        .order_by(SlackPost.wanted_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if subjects:
        query = query.where(
            SlackPost.id.in_(sa.select(SlackPostThing.post_id).where(SlackPostThing.subject.in_(subjects)))
        )
    found = list(session.scalars(query))
    if found:
        session.execute(sa.update(SlackPost).where(SlackPost.id.in_(found)).values(held_until=at + LEASE))
    return found


def anything_wanted(session: Session, *, at: datetime) -> bool:
    """Whether :func:`take_wanted` would give something."""
    return (
        session.scalar(
            sa.select(SlackPost.id).where(SlackPost.wanted_at <= at, SlackPost.gone_at.is_(None)).limit(1)
        )
        is not None
    )


def drawn(
    session: Session, post_id: UUID, *, wanted_at: datetime | None, shown_hash: str,
    subjects: Collection[str],
) -> None:  # fmt: skip
    """It stands in Slack as it should. What was wanted meanwhile (another ``wanted_at``) stays wanted."""
    post = session.get(SlackPost, post_id, populate_existing=True)
    if post is None:
        return
    post.held_until, post.shown_hash = None, shown_hash
    if post.wanted_at == wanted_at:
        post.wanted_at = None
    set_things(session, post, {post.subject, *subjects})


def not_drawn(session: Session, post_id: UUID, *, at: datetime) -> None:
    """It could not be drawn now: again after ``at``."""
    session.execute(sa.update(SlackPost).where(SlackPost.id == post_id).values(held_until=None, wanted_at=at))


def gone(session: Session, post_id: UUID, *, at: datetime) -> None:
    """It does not stand in Slack any more, or cannot be changed: the next message is a new card."""
    session.execute(
        sa.update(SlackPost)
        .where(SlackPost.id == post_id)
        .values(held_until=None, wanted_at=None, gone_at=at)
    )
