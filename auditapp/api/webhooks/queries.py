"""Reading webhooks: for the pages, for whoever writes deliveries down, and for whoever sends them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.api.webhooks.events import verbs_of
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.rules import ASIDE, MOST_TESTS, State, Status
from auditapp.audits.execution.model import Finding
from auditapp.audits.model import Audit, AuditRelationship
from auditapp.findings.model import Action, Nonconformity
from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Account, Person, RoleGrant
from auditapp.people.queries import names_of, relationship_names
from auditapp.people.rules import CAPABILITIES, Capability, Principal
from auditapp.relationships.rmp.model import Plan
from auditapp.trail.model import Fact

MOST = 200  # facts for one endpoint in one look; the next look goes on
_MANAGE = [role for role, may in CAPABILITIES.items() if Capability.MANAGE_SETTINGS in may]
OPEN = (Status.WAITING, Status.SENDING)


def must_manage(actor: Principal) -> None:
    """Raises NotAllowed for everybody who does not manage the settings of the organization."""
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Webhooks belong to the system manager."))


def managers(session: Session) -> frozenset[UUID]:
    """Who manages the settings and can sign in. One statement."""
    return frozenset(
        session.scalars(
            sa.select(Person.id)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .join(Account, Account.person_id == Person.id)
            .where(
                RoleGrant.role.in_(_MANAGE),
                RoleGrant.relationship_id.is_(None),
                Person.active,
                Account.disabled_at.is_(None),
            )
        )
    )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A webhook on the list: how many of its deliveries wait, how many were given up."""

    webhook: Webhook
    waiting: int
    failed: int


def counts(session: Session) -> Mapping[UUID, tuple[int, int]]:
    """How many deliveries of each webhook wait or are on their way, and how many were given up; tests are none."""
    many = (
        sa.select(WebhookDelivery.webhook_id, WebhookDelivery.status, sa.func.count())
        .where(WebhookDelivery.status != Status.DELIVERED, WebhookDelivery.seq.is_not(None))
        .group_by(WebhookDelivery.webhook_id, WebhookDelivery.status)
    )
    found: dict[UUID, tuple[int, int]] = {}
    for webhook_id, status, count in session.execute(many):
        open_, given_up = found.get(webhook_id, (0, 0))
        lost = status is Status.FAILED
        found[webhook_id] = (open_ + (0 if lost else count), given_up + (count if lost else 0))
    return found


def webhooks(session: Session) -> list[Line]:
    """Every webhook, by number. Two statements."""
    many = counts(session)
    lines = []
    for one in session.scalars(sa.select(Webhook).order_by(Webhook.ref)):
        open_, given_up = many.get(one.id, (0, 0))
        lines.append(Line(webhook=one, waiting=open_, failed=given_up))
    return lines


def webhook_by_id(session: Session, actor: Principal, webhook_id: UUID) -> Webhook:
    """A webhook. Raises NotFound and NotAllowed."""
    must_manage(actor)
    found = session.get(Webhook, webhook_id)
    if found is None:
        raise NotFound
    return found


def webhook_by_ref(session: Session, actor: Principal, ref: str) -> Webhook:
    """A webhook by its number. Raises NotFound and NotAllowed."""
    must_manage(actor)
    found = session.scalar(sa.select(Webhook).where(Webhook.ref == ref))
    if found is None:
        raise NotFound
    return found


def unread(session: Session, webhook: Webhook) -> int:
    """How many facts it would be told that are not written down as deliveries: what happened while it was paused."""
    count = session.scalar(
        sa.select(sa.func.count()).where(Fact.seq > webhook.read_seq, Fact.verb.in_(verbs_of(webhook.events)))
    )
    return count or 0


def waiting(session: Session, webhook: Webhook) -> int:
    """How many deliveries wait or are on their way; tests are none."""
    count = session.scalar(
        sa.select(sa.func.count()).where(
            WebhookDelivery.webhook_id == webhook.id,
            WebhookDelivery.status.in_(OPEN),
            WebhookDelivery.seq.is_not(None),
        )
    )
    return count or 0


def failed(session: Session, webhook: Webhook) -> int:
    """How many deliveries were given up; tests are none."""
    count = session.scalar(
        sa.select(sa.func.count()).where(
            WebhookDelivery.webhook_id == webhook.id,
            WebhookDelivery.status == Status.FAILED,
            WebhookDelivery.seq.is_not(None),
        )
    )
    return count or 0


def deliveries_of(webhook: Webhook, *, status: Status | None) -> sa.Select[WebhookDelivery]:
    """The deliveries of a webhook, in any order; ``status``: those that stand so."""
    query = sa.select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    return query if status is None else query.where(WebhookDelivery.status == status)


def deliveries(
    session: Session, webhook: Webhook, *, status: Status | None, page: int
) -> Page[WebhookDelivery]:
    """The deliveries of a webhook, the newest first. Two statements."""
    return paginate(
        session,
        deliveries_of(webhook, status=status).order_by(
            WebhookDelivery.put_at.desc(), sa.func.coalesce(WebhookDelivery.seq, 0).desc(), WebhookDelivery.id
        ),
        page=page,
    )


def delivery_of(session: Session, webhook: Webhook, delivery_id: UUID) -> WebhookDelivery:
    """A delivery of a webhook. Raises NotFound."""
    found = session.scalar(
        sa.select(WebhookDelivery).where(
            WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == webhook.id
        )
    )
    if found is None:
        raise NotFound
    return found


def latest_tests(session: Session, webhook: Webhook) -> Sequence[datetime]:
    """When the last tests of a webhook were sent, as many as count for their limit."""
    return session.scalars(
        sa.select(WebhookDelivery.put_at)
        .where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.seq.is_(None))
        .order_by(WebhookDelivery.put_at.desc())
        .limit(MOST_TESTS)
    ).all()


def head(session: Session) -> int:
    """The number of the newest fact."""
    return session.scalar(sa.select(sa.func.max(Fact.seq))) or 0


def behind(session: Session) -> bool:
    """Whether an active webhook has not read to the end of the trail: cheap."""
    lowest = session.scalar(sa.select(sa.func.min(Webhook.read_seq)).where(Webhook.state == State.ACTIVE))
    return lowest is not None and lowest < head(session)


def active(session: Session) -> Sequence[Webhook]:
    """The webhooks that are told."""
    return session.scalars(
        sa.select(Webhook).where(Webhook.state == State.ACTIVE).order_by(Webhook.ref)
    ).all()


def facts_for(session: Session, webhook: Webhook, *, until: int) -> Sequence[Fact]:
    """What a webhook is to be told next, the oldest first, at most :data:`MOST`."""
    return session.scalars(
        sa.select(Fact)
        .where(Fact.seq > webhook.read_seq, Fact.seq <= until, Fact.verb.in_(verbs_of(webhook.events)))
        .order_by(Fact.seq)
        .limit(MOST)
    ).all()


@dataclass(frozen=True, kw_only=True)
class Around:
    """What facts stand in: the numbers of relationships and of the audit."""

    relationships: tuple[str, ...] = ()
    audit: str = ""


def around(session: Session, facts: Collection[Fact]) -> Mapping[int, Around]:
    """The relationships and audits of facts. Seven statements, however many there are."""
    ids = {one for fact in facts for one in (fact.context_id, _uuid(fact.thing_id)) if one is not None}
    where: dict[UUID, set[UUID]] = {}
    if not ids:
        return {}
    audits = {
        row.id: row.ref for row in session.execute(sa.select(Audit.id, Audit.ref).where(Audit.id.in_(ids)))
    }
    for query in (
        sa.select(AuditRelationship.audit_id, AuditRelationship.relationship_id).where(
            AuditRelationship.audit_id.in_(ids)
        ),
        sa.select(Finding.id, Finding.relationship_id).where(Finding.id.in_(ids)),
        sa.select(Nonconformity.id, Nonconformity.relationship_id).where(Nonconformity.id.in_(ids)),
        sa.select(Action.id, Nonconformity.relationship_id)
        .join(Nonconformity, Nonconformity.id == Action.nonconformity_id)
        .where(Action.id.in_(ids)),
        sa.select(Plan.id, Plan.relationship_id).where(Plan.id.in_(ids)),
    ):
        for thing_id, relationship_id in session.execute(query):
            if relationship_id is not None:
                where.setdefault(thing_id, set()).add(relationship_id)
    known = ids | {one for found in where.values() for one in found}
    refs = {one: ref for one, ref, _ in relationship_names(session, known)}
    return {fact.seq: _around(fact, where, refs, audits) for fact in facts}


def _around(
    fact: Fact, where: Mapping[UUID, set[UUID]], refs: Mapping[UUID, str], audits: Mapping[UUID, str]
) -> Around:
    own = _uuid(fact.thing_id)
    near = [one for one in (own, fact.context_id) if one is not None]
    # The thing itself says best where it belongs: a finding of one relationship stands in an audit of several.
    found = next((where[one] for one in near if one in where), set()) or {one for one in near if one in refs}
    return Around(
        relationships=tuple(sorted(refs[one] for one in found if one in refs)),
        audit=next((audits[one] for one in near if one in audits), ""),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def due(at: datetime) -> sa.Select[WebhookDelivery]:
    """The deliveries that may be sent now, in their order.

    Of an active endpoint nothing is sent while another one of it is on its way, and nothing before what stands in front:
    the oldest that has not been tried too often holds up those behind it.
    """
    other = sa.orm.aliased(WebhookDelivery)
    under_way = sa.exists().where(
        other.webhook_id == WebhookDelivery.webhook_id,
        other.status == Status.SENDING,
        other.lease_until > at,
    )
    before = sa.orm.aliased(WebhookDelivery)
    in_front = sa.exists().where(
        before.webhook_id == WebhookDelivery.webhook_id,
        before.status.in_(OPEN),
        before.tries < ASIDE,
        before.seq < WebhookDelivery.seq,
    )
    return (
        sa.select(WebhookDelivery)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(
            Webhook.state == State.ACTIVE,
            sa.or_(
                sa.and_(WebhookDelivery.status == Status.WAITING, WebhookDelivery.next_at <= at),
                sa.and_(WebhookDelivery.status == Status.SENDING, WebhookDelivery.lease_until <= at),
            ),
            ~under_way,
            # What stepped aside is tried when its own moment comes.
            sa.or_(WebhookDelivery.tries >= ASIDE, ~in_front),
        )
        .order_by(WebhookDelivery.webhook_id, WebhookDelivery.seq)
    )


def anything_due(session: Session, at: datetime) -> bool:
    """Whether there is anything to send: cheap."""
    return bool(session.scalar(sa.select(due(at).order_by(None).exists())))


def owner_names(session: Session, found: Collection[Webhook]) -> Mapping[UUID, str]:
    """Who answers for some webhooks."""
    return names_of(session, {one.owner_id for one in found})


def told(delivery: WebhookDelivery) -> str:
    """What is sent, spread out for people."""
    return json.dumps(json.loads(delivery.body), indent=2, ensure_ascii=False)
