"""A worker takes deliveries for a while, and writes down how each try went."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.api.webhooks import queries
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.rules import (
    LEASE,
    MOST_ANSWER,
    Status,
    Verb,
    WhyPaused,
    after,
    pause_after,
    taken,
    wish_of,
    worn_out,
)
from auditapp.api.webhooks.service.stopping import stop
from auditapp.kit.ids import new_id
from auditapp.kit.vault import LockedError, Vault

GONE = 410


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A delivery that is ours until its lease ends, and all that is needed to send it outside of any unit of work."""

    delivery_id: UUID
    webhook_id: UUID
    token: str
    url: str
    message_id: str
    body: bytes
    keys: tuple[str, ...] = field(repr=False)  # the newest first


@dataclass(frozen=True, kw_only=True)
class Tried:
    """How a try went. ``code``: what was answered, ``None`` where nothing was."""

    code: int | None
    milliseconds: int
    answer: str = ""
    error: str = ""
    retry_after: str = ""


def keys_of(webhook: Webhook, vault: Vault, at: datetime) -> tuple[str, ...]:
    """The secrets that sign now. Raises LockedError."""
    kept = [webhook.sealed_secret]
    if webhook.previous_until is not None and webhook.previous_until > at:
        kept.append(webhook.sealed_previous)
    return tuple(vault.open(one) for one in kept if one)


def claim(
    session: Session, *, at: datetime, worker: str, vault: Vault, busy: Collection[UUID] = (), most: int = 100
) -> list[Claim]:
    """Take the next delivery of each endpoint that has one, but of those this worker is ``busy`` with.

    One whose owner manages the settings no more, or whose secret cannot be read, is paused instead.
    """
    rows: dict[UUID, WebhookDelivery] = {}
    query = queries.due(at).where(WebhookDelivery.webhook_id.not_in(busy))
    for row in session.scalars(query.execution_options(populate_existing=True)):
        rows.setdefault(row.webhook_id, row)
    if not rows:
        return []
    allowed = queries.managers(session)
    found = session.scalars(
        sa.select(Webhook).where(Webhook.id.in_(list(rows)[:most])).execution_options(populate_existing=True)
    ).all()
    claims = []
    for webhook in found:
        if webhook.owner_id not in allowed:
            stop(session, webhook, at=at, why=WhyPaused.OWNER)
        elif (made := take(webhook, rows[webhook.id], at=at, worker=worker, vault=vault)) is not None:
            claims.append(made)
        else:
            stop(session, webhook, at=at, why=WhyPaused.NO_SECRET)
    session.flush()
    return claims


def take(webhook: Webhook, row: WebhookDelivery, *, at: datetime, worker: str, vault: Vault) -> Claim | None:
    """Claim one delivery; ``None`` when there is no secret to sign it with."""
    try:
        keys = keys_of(webhook, vault, at)
    except LockedError:
        keys = ()
    if not keys:
        return None
    row.status = after(row.status, Verb.CLAIM)
    row.claimed_by = f"{worker[:60]} {new_id().hex[-12:]}"
    row.lease_until = at + LEASE
    row.tries += 1
    return Claim(
        delivery_id=row.id, webhook_id=webhook.id, token=row.claimed_by, url=webhook.url, message_id=row.message_id,
        body=row.body.encode(), keys=keys,
    )  # fmt: skip


def record_try(session: Session, *, at: datetime, claim: Claim, tried: Tried, luck: float) -> bool:
    """Write down how a try went; ``False`` when somebody else has the delivery by now, or it was deleted."""
    row = session.get(WebhookDelivery, claim.delivery_id, populate_existing=True)
    webhook = session.get(Webhook, claim.webhook_id, populate_existing=True)
    if row is None or webhook is None or row.status is not Status.SENDING or row.claimed_by != claim.token:
        return False
    row.tried_at, row.code, row.milliseconds = at, tried.code, tried.milliseconds
    row.answer = tried.answer.replace("\0", "")[:MOST_ANSWER]
    row.error = tried.error[:MOST_ANSWER]
    row.lease_until, row.claimed_by = None, ""
    if tried.code is not None and taken(tried.code):
        row.status, row.ended_at = after(row.status, Verb.DELIVERED), at
        webhook.failing_since, webhook.delivered_at = None, at
        return True
    test = (
        row.seq is None
    )  # a test is looked at by who sent it: it is not tried again, and says nothing about the rest
    gone = tried.code == GONE and not test
    wait = None if test else pause_after(row.tries, luck, wish_of(tried.retry_after, at))
    if wait is None and not gone:
        row.status, row.ended_at = after(row.status, Verb.GIVE_UP), at
    else:  # what was said to be gone waits for whoever goes on with the endpoint
        row.status, row.next_at = after(row.status, Verb.RETRY), at + (wait or timedelta())
    if test:
        return True
    webhook.failing_since = webhook.failing_since or at
    if gone or worn_out(webhook.failing_since, at):
        stop(session, webhook, at=at, why=WhyPaused.GONE if gone else WhyPaused.FAILING)
    return True
