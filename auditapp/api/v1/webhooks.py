"""Webhooks and what was sent to them, for the system manager; no secret is ever given."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.webhooks import model, queries
from auditapp.api.webhooks.rules import State, Status, WhyPaused
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability

READ = Scope.READ_WEBHOOKS
NEEDS = (Capability.MANAGE_SETTINGS,)
TAG = "Webhooks"


class Webhook(Given):
    """An address that is told what happens. ``why``: why it is paused, else empty."""

    ref: str
    name: str
    receiver: str = Field(
        description="Where it is sent to, without what follows the name: that may hold a key of the receiver, and stands on the page."
    )
    events: list[str] = Field(description="The names of the events; `all`: every one.")
    state: State
    why: WhyPaused
    owner: Person | None = Field(description="Who answers for it.")
    made_at: datetime
    delivered_at: datetime | None = Field(description="When a message was taken last.")
    failing_since: datetime | None = Field(description="Since when nothing was taken.")
    waiting: int = Field(description="Messages that wait or are on their way.")
    failed: int = Field(description="Messages that were given up.")
    page: str


class WholeWebhook(Webhook):
    """A webhook with what happened while it is paused, and until when the secret before the last one signs as well."""

    unread: int
    previous_until: datetime | None


class DeliveriesAsked(Paging):
    """Which deliveries."""

    status: Status | None = Field(default=None)


class WebhookDelivery(Given):
    """One message. ``ref``: the number of the thing it tells of; ``seq``: of the fact in the history; null: a test."""

    id: UUID
    message_id: str = Field(description="Its `webhook-id`, the same at each try.")
    event: str
    ref: str
    seq: int | None
    status: Status
    put_at: datetime
    tries: int
    tried_at: datetime | None
    next_at: datetime | None = Field(description="When it is tried next; null: it is not waiting.")
    ended_at: datetime | None
    code: int | None = Field(description="The status that was answered last.")
    milliseconds: int | None
    error: str
    page: str


class WholeWebhookDelivery(WebhookDelivery):
    """A message with the very text that is signed, and the beginning of what was answered."""

    body: str
    answer: str


def _webhook(shape: type[Any], row: model.Webhook, names: Names, counts: tuple[int, int], **more: Any) -> Any:
    parts = urlsplit(row.url)
    return told(
        shape,
        row,
        receiver=f"{parts.scheme}://{parts.netloc}",
        owner=names.person(row.owner_id),
        waiting=counts[0],
        failed=counts[1],
        page=site("webhooks.show", webhook_id=row.id),
        **more,
    )


def _delivery(shape: type[Any], row: model.WebhookDelivery) -> Any:
    return told(
        shape,
        row,
        next_at=row.next_at if row.status is Status.WAITING else None,
        page=site("webhooks.delivery", webhook_id=row.webhook_id, delivery_id=row.id),
    )


@get("/webhooks", scope=READ, gives=listing(Webhook), needs=NEEDS, tag=TAG)
def webhooks(query: Paging) -> object:
    """The webhooks, and what waits for each."""
    session = current_session()
    queries.must_manage(actor())
    rows, cursor = rows_of(session, sa.select(model.Webhook), model.Webhook.id, query)
    names, counts = Names(session, people=people_in(rows, "owner_id")), queries.counts(session)
    return page(Webhook, [_webhook(Webhook, row, names, counts.get(row.id, (0, 0))) for row in rows], cursor)


@get(
    "/webhooks/<ref>", scope=READ, gives=WholeWebhook, needs=NEEDS, tag=TAG, ref="Its number, such as WH-01."
)
def webhook(ref: str) -> object:
    """One webhook: how it stands."""
    session = current_session()
    row = queries.webhook_by_ref(session, actor(), ref)
    names = Names(session, people=[row.owner_id])
    both_sign = row.previous_until is not None and row.previous_until > clock.now()
    made = _webhook(
        WholeWebhook,
        row,
        names,
        queries.counts(session).get(row.id, (0, 0)),
        unread=queries.unread(session, row) if row.state is State.PAUSED else 0,
        previous_until=row.previous_until if both_sign else None,
    )
    return versioned(made, row.version)


@get("/webhooks/<ref>/deliveries", scope=READ, gives=listing(WebhookDelivery), needs=NEEDS, tag=TAG)
def webhook_deliveries(ref: str, query: DeliveriesAsked) -> object:
    """What was sent to a webhook, or waits to be; `seq` says the order of what was written down in the same moment.

    What was delivered leaves the list after some weeks.
    """
    session = current_session()
    found = queries.webhook_by_ref(session, actor(), ref)
    asked = queries.deliveries_of(found, status=query.status)
    rows, cursor = rows_of(session, asked, model.WebhookDelivery.id, query)
    return page(WebhookDelivery, [_delivery(WebhookDelivery, row) for row in rows], cursor)


@get("/webhooks/<ref>/deliveries/<uuid:delivery_id>", scope=READ, gives=WholeWebhookDelivery, needs=NEEDS, tag=TAG)  # fmt: skip
def webhook_delivery(ref: str, delivery_id: UUID) -> object:
    """One message: what was sent, and what was answered."""
    session = current_session()
    found = queries.webhook_by_ref(session, actor(), ref)
    return _delivery(WholeWebhookDelivery, queries.delivery_of(session, found, delivery_id))
