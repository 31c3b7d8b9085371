"""What a system manager does with webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.api.webhooks import queries
from auditapp.api.webhooks.addresses import Allowed, target_of
from auditapp.api.webhooks.events import ALL, EVENTS
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.rules import BOTH_SIGN, MOST_WEBHOOKS, State, Status, Verb, WhyPaused, after
from auditapp.api.webhooks.service.putting import SEND
from auditapp.api.webhooks.signing import new_secret
from auditapp.kit import queue
from auditapp.kit.errors import Invalid, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.kit.vault import LockedError, Vault
from auditapp.people.queries import next_number
from auditapp.people.rules import Principal
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an endpoint is to be."""

    name: str
    url: str
    events: Sequence[str]


def _checked(wish: Wish, allowed: Allowed) -> tuple[Wish, str]:
    """The wish, tidied, and the host it goes to. Whether the host may be reached is asked outside, before (posting.py)."""
    name = " ".join(wish.name.split())[:80]
    if not name:
        raise Invalid(Text("Say what it is for, such as “Ticket system”."), field="name")
    url = wish.url.strip()
    target = target_of(url, allowed)
    known = [one for one in (ALL, *EVENTS) if one in set(wish.events)]
    if not known:
        raise Invalid(Text("Choose at least one event."), field="events")
    return Wish(name=name, url=url, events=[ALL] if ALL in known else known), target.host


def make(
    session: Session, *, actor: Principal, at: datetime, wish: Wish, allowed: Allowed, vault: Vault
) -> tuple[Webhook, str]:
    """A new endpoint, told of what happens from now on, and its secret, which is not shown again."""
    queries.must_manage(actor)
    wish, host = _checked(wish, allowed)
    if (session.scalar(sa.select(sa.func.count()).select_from(Webhook)) or 0) >= MOST_WEBHOOKS:
        raise Refusal(
            Text("There are %(count)s webhooks. Delete one that is not used first.", count=MOST_WEBHOOKS)
        )
    secret = new_secret()
    made = Webhook(
        ref=f"WH-{next_number(session, 'webhook'):02d}",
        name=wish.name,
        url=wish.url,
        events=list(wish.events),
        state=State.ACTIVE,
        why=WhyPaused.NONE,
        owner_id=actor.person_id,
        made_at=at,
        read_seq=0,
        sealed_secret=vault.lock(secret),
    )
    session.add(made)
    fact = record(
        session, actor_id=actor.person_id, at=at, verb="webhook.made", thing_kind="webhook", thing_id=made.id,
        thing_ref=made.ref, after={"name": made.name, "host": host, "events": made.events},
    )  # fmt: skip
    made.read_seq = fact.seq
    session.flush()
    return made, secret


def change(
    session: Session, *, actor: Principal, at: datetime, webhook_id: UUID, version: int, wish: Wish, allowed: Allowed
) -> Webhook:  # fmt: skip
    """Another name, address or choice of events, from now on. What waits goes to the new address."""
    found = queries.webhook_by_id(session, actor, webhook_id)
    wish, host = _checked(wish, allowed)
    if (found.name, found.url, list(found.events)) == (wish.name, wish.url, list(wish.events)):
        return found
    if found.version != version:
        raise Stale(Text("Somebody changed this webhook meanwhile. Look at it, then change what is left."))
    before = {"name": found.name, "events": list(found.events)}
    found.name, found.url, found.events = wish.name, wish.url, list(wish.events)
    found.version += 1
    record(
        session, actor_id=actor.person_id, at=at, verb="webhook.changed", thing_kind="webhook", thing_id=found.id,
        thing_ref=found.ref, before=before, after={"name": found.name, "host": host, "events": found.events},
    )  # fmt: skip
    return found


def pause(session: Session, *, actor: Principal, at: datetime, webhook_id: UUID) -> Webhook:
    """Tell it nothing for now. What happens meanwhile can be told later."""
    found = queries.webhook_by_id(session, actor, webhook_id)
    if found.state is State.ACTIVE:
        found.state, found.why = State.PAUSED, WhyPaused.BY_HAND
        record(
            session, actor_id=actor.person_id, at=at, verb="webhook.paused", thing_kind="webhook",
            thing_id=found.id, thing_ref=found.ref,
        )  # fmt: skip
    return found


def resume(
    session: Session, *, actor: Principal, at: datetime, webhook_id: UUID, vault: Vault, skip: bool = False
) -> Webhook:
    """Go on with it: what waits is sent now, and what happened meanwhile is, too, unless it is skipped.

    Whoever goes on with it answers for it from then on.
    """
    found = queries.webhook_by_id(session, actor, webhook_id)
    if found.state is State.ACTIVE:
        return found
    try:
        readable = bool(vault.open(found.sealed_secret))
    except LockedError:
        readable = False
    if not readable:
        raise Refusal(
            Text("Its secret cannot be read here. Make a new secret and give it to the receiver first.")
        )
    skipped = queries.unread(session, found) if skip else 0
    found.state, found.why, found.owner_id, found.failing_since = (
        State.ACTIVE,
        WhyPaused.NONE,
        actor.person_id,
        None,
    )
    fact = record(
        session, actor_id=actor.person_id, at=at, verb="webhook.resumed", thing_kind="webhook", thing_id=found.id,
        thing_ref=found.ref, after={"skipped": skipped},
    )  # fmt: skip
    if skip:
        found.read_seq = fact.seq
    session.flush()
    session.execute(
        sa.update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == found.id, WebhookDelivery.status == Status.WAITING)
        .values(next_at=at, tries=0)
        .execution_options(synchronize_session="fetch")
    )
    queue.ring(session, SEND)
    return found


def rotate(
    session: Session, *, actor: Principal, at: datetime, webhook_id: UUID, vault: Vault
) -> tuple[Webhook, str]:
    """A new secret, shown once. The one before signs beside it for a day, so that the receiver can change over."""
    found = queries.webhook_by_id(session, actor, webhook_id)
    secret = new_secret()
    found.sealed_previous, found.sealed_secret = found.sealed_secret, vault.lock(secret)
    try:
        vault.open(found.sealed_previous)
    except LockedError:
        found.sealed_previous = ""  # nobody can sign with it
    found.previous_until = at + BOTH_SIGN if found.sealed_previous else None
    if found.why is WhyPaused.NO_SECRET:
        found.why = WhyPaused.BY_HAND  # from now on only somebody's hand is missing
    record(
        session, actor_id=actor.person_id, at=at, verb="webhook.secret_rotated", thing_kind="webhook",
        thing_id=found.id, thing_ref=found.ref,
    )  # fmt: skip
    return found, secret


def send_again(
    session: Session, *, actor: Principal, at: datetime, webhook_id: UUID, delivery_id: UUID
) -> WebhookDelivery:
    """Have a delivery sent once more, under the same id: a receiver that has it already knows it by that."""
    found = queries.webhook_by_id(session, actor, webhook_id)
    row = queries.delivery_of(session, found, delivery_id)
    if row.seq is None:
        raise Refusal(Text("This was a test. Send another one."))
    row.status = after(row.status, Verb.RESEND)
    row.next_at, row.tries, row.ended_at = at, 0, None
    record(
        session, actor_id=actor.person_id, at=at, verb="webhook.sent_again", thing_kind="webhook",
        thing_id=found.id, thing_ref=found.ref, after={"message_ids": [row.message_id]},
    )  # fmt: skip
    queue.ring(session, SEND)
    return row


def send_failed_again(session: Session, *, actor: Principal, at: datetime, webhook_id: UUID) -> int:
    """Have everything that was given up sent once more; gives how much."""
    found = queries.webhook_by_id(session, actor, webhook_id)
    session.flush()
    result = session.execute(
        sa.update(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == found.id,
            WebhookDelivery.status == Status.FAILED,
            WebhookDelivery.seq.is_not(None),
        )
        .values(status=Status.WAITING, next_at=at, tries=0, ended_at=None)
        .execution_options(synchronize_session="fetch")
    )
    count = int(getattr(result, "rowcount", 0))
    if count:
        record(
            session, actor_id=actor.person_id, at=at, verb="webhook.failed_sent_again", thing_kind="webhook",
            thing_id=found.id, thing_ref=found.ref, after={"count": count},
        )  # fmt: skip
        queue.ring(session, SEND)
    return count


def delete(session: Session, *, actor: Principal, at: datetime, webhook_id: UUID) -> Webhook:
    """Delete it with its secret and everything about its deliveries. The history keeps that it was there."""
    found = queries.webhook_by_id(session, actor, webhook_id)
    record(
        session, actor_id=actor.person_id, at=at, verb="webhook.deleted", thing_kind="webhook", thing_id=found.id,
        thing_ref=found.ref, before={"name": found.name},
    )  # fmt: skip
    session.execute(sa.delete(WebhookDelivery).where(WebhookDelivery.webhook_id == found.id))
    session.delete(found)
    session.flush()
    return found
