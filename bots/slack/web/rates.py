"""How fast calls may follow each other, over all processes: one message per second and channel, each method by its tier.

Slack's numbers: docs.slack.dev/apis/web-api/rate-limits. What it says with a 429 (Retry-After) counts before all of them.
The caller asks in a unit of its own, and calls after it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.reminders.outbox.rules import slot
from bots.slack.model import SlackRate
from bots.slack.web.api import Team

GAP = timedelta(seconds=1)  # between two messages in one channel
# Calls a minute and workspace. Tier 2: 20, tier 3: 50, tier 4: 100; posting has no tier but the channel's second.
PER_MINUTE: Mapping[str, int] = {
    "chat.update": 50,
    "chat.delete": 50,
    "chat.unfurl": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.list": 20,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.info": 100,
    "users.info": 100,
    "users.list": 20,
    "users.lookupByEmail": 50,
    "views.publish": 100,
}


def wait_for(
    session: Session, *, team: Team, method: str, at: datetime, channel: str = ""
) -> datetime | None:
    """Take the next place: ``None`` when the call may be made now, else the moment to ask again; then nothing is taken.

    ``channel``: where a message is posted to.
    """
    by_method = _row(session, _method_key(team, method))
    by_channel = _row(session, f"{team.id.hex}:#{channel}") if channel else None
    free, then = slot(by_method.free_at if by_method else None, at, PER_MINUTE.get(method, 0))
    if by_method is not None and by_method.free_at > at and method not in PER_MINUTE:
        free, then = False, by_method.free_at
    if by_channel is not None and by_channel.free_at > at:
        return max(by_channel.free_at, by_method.free_at if by_method and not free else by_channel.free_at)
    if not free:
        return then
    if method in PER_MINUTE:
        _set(session, _method_key(team, method), then)
    if channel:
        _set(session, f"{team.id.hex}:#{channel}", at + GAP)
    return None


def leave_alone(session: Session, *, team: Team, method: str, seconds: float, at: datetime) -> datetime:
    """Slack asked to be left alone with a method for so long (Retry-After); gives until when."""
    key, until = _method_key(team, method), at + timedelta(seconds=seconds)
    kept = _row(session, key)
    if kept is None or kept.free_at < until:
        _set(session, key, until)
    return until


def _method_key(team: Team, method: str) -> str:
    return f"{team.id.hex}:{method}"


def _row(session: Session, key: str) -> SlackRate | None:
    return session.get(SlackRate, key, populate_existing=True)


def _set(session: Session, key: str, free_at: datetime) -> None:
    kept = session.get(SlackRate, key)
    if kept is None:
        session.add(SlackRate(key=key, free_at=free_at))
    else:
        kept.free_at = free_at
    session.flush()
