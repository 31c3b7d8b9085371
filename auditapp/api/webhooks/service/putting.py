"""New facts become deliveries: one for each endpoint that wants it, in the transaction that moves its position.

A fact's number is given under the write lock, so what has been read up to a number is complete (trail/service.py).
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.api.webhooks import queries
from auditapp.api.webhooks.events import EVENT_OF, PING, PLACES, Place
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.queries import Around
from auditapp.api.webhooks.rules import MOST_BODY, MOST_TESTS, TESTS_WITHIN, Status, WhyPaused, next_test
from auditapp.api.webhooks.service.stopping import stop
from auditapp.kit import queue
from auditapp.kit.errors import TooOften
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.trail.model import Fact

SEND = "webhooks_send"  # the job that sends


class Link(Protocol):
    """The whole address of a page or an operation."""

    def __call__(self, endpoint: str, args: Mapping[str, str], /) -> str:
        """Where it is."""
        ...


def put(session: Session, *, at: datetime, link: Link) -> int:
    """Write down what each active endpoint is to be told; gives how many deliveries.

    One whose owner manages the settings no more is paused instead, before anything else is written down for it.
    """
    until = queries.head(session)
    allowed = queries.managers(session)
    made = 0
    for webhook in queries.active(session):
        if webhook.owner_id not in allowed:
            stop(session, webhook, at=at, why=WhyPaused.OWNER)
            continue
        if webhook.read_seq >= until:
            continue
        facts = queries.facts_for(session, webhook, until=until)
        standing = queries.around(session, facts)
        for fact in facts:
            message_id = new_message_id()
            session.add(
                WebhookDelivery(
                    webhook_id=webhook.id,
                    message_id=message_id,
                    seq=fact.seq,
                    event=EVENT_OF[fact.verb],
                    ref=fact.thing_ref,
                    body=written(
                        message_id, EVENT_OF[fact.verb], fact.at, _data(fact, standing[fact.seq], link)
                    ),
                    put_at=at,
                    next_at=at,
                )
            )
        webhook.read_seq = facts[-1].seq if len(facts) == queries.MOST else until
        made += len(facts)
    session.flush()
    if made:
        queue.ring(session, SEND)
    return made


def ping(session: Session, webhook: Webhook, *, at: datetime) -> WebhookDelivery:
    """A test message, as every other but for what it says. Raises TooOften."""
    until = next_test(queries.latest_tests(session, webhook), at)
    if until is not None:
        raise TooOften(
            Text(
                "%(count)s tests were sent to this webhook within %(within)s minutes. You can send another one in %(minutes)s min.",
                count=MOST_TESTS,
                within=TESTS_WITHIN // timedelta(minutes=1),
                minutes=max(1, -(-int((until - at).total_seconds()) // 60)),
            )
        )
    message_id = new_message_id()
    made = WebhookDelivery(
        webhook_id=webhook.id,
        message_id=message_id,
        seq=None,
        event=PING,
        ref=webhook.ref,
        body=written(message_id, PING, at, {"webhook": webhook.ref}),
        put_at=at,
        next_at=at,
    )
    session.add(made)
    session.flush()
    return made


def new_message_id() -> str:
    """What stands in ``webhook-id``."""
    return f"msg_{new_id().hex}"


def written(message_id: str, event: str, moment: datetime, data: Mapping[str, Any]) -> str:
    """The body: the same bytes at each try. Small by itself; what would not fit says so here and not at the receiver."""
    body = json.dumps(
        {
            "type": event,
            "timestamp": moment.isoformat().replace("+00:00", "Z"),
            "id": message_id,
            "data": data,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if len(body.encode()) > MOST_BODY:
        message = f"a message of {len(body)} characters"
        raise ValueError(message)
    return body


def _data(fact: Fact, around: Around, link: Link) -> dict[str, Any]:
    values = {
        "ref": fact.thing_ref.partition(" ")[0],  # “EX-2026-001 v1”: a version of a strategy
        "id": fact.thing_id,
        "relationship": around.relationships[0] if len(around.relationships) == 1 else "",
        "audit": around.audit,
    }
    places = PLACES.get(fact.thing_kind)

    def address(place: Place | None) -> str | None:
        args = {name: values[source] for name, source in place.args.items()} if place is not None else {}
        return link(place.endpoint, args) if place is not None and all(args.values()) else None

    return {
        "seq": fact.seq,
        "verb": fact.verb,
        "thing": {
            "kind": fact.thing_kind,
            "ref": fact.thing_ref,
            "url": address(places.page if places else None),
            "api_url": address(places.api if places else None),
        },
        "actor": {"id": str(fact.actor_id)} if fact.actor_id is not None else None,
        "relationships": list(around.relationships),
        "audit": around.audit or None,
    }


def tidy(session: Session, *, at: datetime, days: int) -> int:
    """Remove what was delivered that many days ago, and previous secrets that sign no more; gives how many deliveries."""
    session.flush()
    session.execute(
        sa.update(Webhook)
        .where(Webhook.previous_until <= at)
        .values(sealed_previous="", previous_until=None)
        .execution_options(synchronize_session="fetch")
    )
    result = session.execute(
        sa.delete(WebhookDelivery).where(
            WebhookDelivery.status == Status.DELIVERED, WebhookDelivery.ended_at < at - timedelta(days=days)
        )
    )
    return int(getattr(result, "rowcount", 0))
