"""Reading feeds: who may see which event, what a feed holds, whose token it is, who polls it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditMember, AuditRelationship, Programme
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.rules import MemberRole
from auditapp.feeds import render
from auditapp.feeds.model import Feed, FeedEvent, FeedEventPerson, FeedGuest, FeedPoll
from auditapp.feeds.rules import (
    FINDINGS,
    MINE,
    MOST_EVENTS,
    PERSONAL_KINDS,
    Part,
    Polled,
    Scope,
    State,
)
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.queries import visible_actions, visible_nonconformities
from auditapp.kit.errors import NotFound
from auditapp.people.model import Account, Person, RoleGrant
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.queries import visible_actions as visible_joint_actions
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.queries import visible_checks
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries import visible_issues
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.queries import visible_meetings
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships
from auditapp.reminders.rules import Kind

INVOLVED = frozenset({Part.OWNER, Part.MEMBER, Part.DEPUTY})
SHOWN = (State.OPEN, State.CANCELLED)
# What a relationship of several partners may share with one of them only.
_BY_PARTNER: tuple[tuple[str, Callable[[Principal], Any], Any], ...] = (
    ("issue", visible_issues, Issue.id),
    ("meeting", visible_meetings, Meeting.id),
    ("joint_action", visible_joint_actions, JointAction.id),
    ("health_check", visible_checks, HealthCheck.id),
)


def _has_part(person_id: UUID, parts: Collection[Part]) -> sa.ColumnElement[bool]:
    return FeedEvent.key.in_(
        sa.select(FeedEventPerson.key).where(
            FeedEventPerson.person_id == person_id, FeedEventPerson.part.in_(sorted(parts))
        )
    )


def visible_events(principal: Principal) -> sa.ColumnElement[bool]:
    """Which events somebody may see at this moment, as a condition on FeedEvent. The same as on the pages of the site.

    A partner's contact: what they own or are invited to, and what is shared of their relationships. To be told when
    something stays undone gives no right of its own.
    """
    me = principal.person_id
    finding = FeedEvent.thing_kind.in_(sorted(FINDINGS))
    if not principal.can(Capability.VIEW_ORGANIZATION):
        shared = sa.and_(
            FeedEvent.shared,
            FeedEvent.audit_id.is_(None),
            sa.not_(finding),
            FeedEvent.kind.not_in(sorted(PERSONAL_KINDS)),
            FeedEvent.relationship_id.in_(
                visible_relationships(principal).with_only_columns(Relationship.id)
            ),
            *(
                sa.or_(
                    FeedEvent.thing_kind != kind,
                    FeedEvent.thing_id.in_(visible(principal).order_by(None).with_only_columns(ident)),
                )
                for kind, visible, ident in _BY_PARTNER
            ),
        )
        audited = sa.and_(
            sa.not_(finding),
            FeedEvent.audit_id.in_(visible_audits(principal).with_only_columns(Audit.id)),
        )
        return sa.or_(_has_part(me, INVOLVED), shared, audited)
    ways: list[sa.ColumnElement[bool]] = [_has_part(me, INVOLVED)]
    others = FeedEvent.kind.not_in(sorted(PERSONAL_KINDS))
    if principal.can(Capability.VIEW_AUDITS):
        return sa.or_(*ways, others)
    ways += [
        sa.and_(others, sa.not_(finding), FeedEvent.audit_id.is_(None)),
        sa.and_(
            sa.not_(finding),
            FeedEvent.audit_id.in_(visible_audits(principal).with_only_columns(Audit.id)),
        ),
        sa.and_(
            finding,
            sa.or_(
                FeedEvent.thing_id.in_(
                    visible_nonconformities(principal).with_only_columns(Nonconformity.id)
                ),
                FeedEvent.thing_id.in_(visible_actions(principal).with_only_columns(Action.id)),
            ),
        ),
    ]
    return sa.or_(*ways)


class Wanted(Protocol):
    """What a feed asks for: a row of Feed, or of a statement with its columns."""

    id: Any
    scope: Any
    relationship_id: Any
    programme_id: Any
    kinds: Any
    private_titles: Any
    alarms: Any
    tasks: Any
    title: Any
    summary: Any


def _of_team(me: UUID) -> sa.ColumnElement[bool]:
    """What waits for others in relationships that somebody runs, and in audits they lead, as `due.team` has it."""
    runs = sa.select(Relationship.id).where(
        sa.or_(Relationship.owner_id == me, Relationship.manager_id == me)
    )
    leads = sa.select(AuditMember.audit_id).where(
        AuditMember.person_id == me, AuditMember.role == MemberRole.LEADER
    )
    others = sa.select(FeedEventPerson.key).where(
        FeedEventPerson.person_id != me, FeedEventPerson.part == Part.OWNER
    )
    return sa.and_(
        sa.or_(FeedEvent.relationship_id.in_(runs), FeedEvent.audit_id.in_(leads)),
        sa.or_(sa.not_(_has_part(me, [Part.OWNER])), FeedEvent.key.in_(others)),
    )


def narrowed(wanted: Wanted, principal: Principal) -> sa.ColumnElement[bool]:
    """What of the visible events belongs into a feed, by its scope and kinds."""
    conditions = [visible_events(principal)]
    if wanted.scope is Scope.MINE:
        conditions.append(_has_part(principal.person_id, MINE))
    if wanted.scope is Scope.TEAM:
        conditions.append(_of_team(principal.person_id))
    if wanted.scope is Scope.RELATIONSHIP:
        sampled = sa.select(AuditRelationship.audit_id).where(
            AuditRelationship.relationship_id == wanted.relationship_id
        )
        conditions.append(
            sa.or_(FeedEvent.relationship_id == wanted.relationship_id, FeedEvent.audit_id.in_(sampled))
        )
    elif wanted.scope is Scope.PROGRAMME:
        conditions.append(FeedEvent.programme_id == wanted.programme_id)
    if wanted.kinds:
        conditions.append(FeedEvent.kind.in_(wanted.kinds))
    return sa.and_(*conditions)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a feed holds at a moment. ``digest`` stands for its bytes; ``pieces`` may be left out, ``size`` is known."""

    digest: str
    count: int
    size: int
    head: bytes
    pieces: tuple[bytes, ...]

    @property
    def body(self) -> bytes:
        """The whole feed."""
        return b"".join((self.head, *self.pieces, render.TAIL))


def hold(session: Session, wanted: Wanted, principal: Principal, *, bodies: bool) -> Held:
    """The events of a feed as they were written. One statement; with ``bodies`` it brings the bytes too."""
    form = {
        (False, False): FeedEvent.event,
        (False, True): FeedEvent.event_private,
        (True, False): FeedEvent.todo,
        (True, True): FeedEvent.todo_private,
    }[bool(wanted.tasks), bool(wanted.private_titles)]
    end = render.TODO_END if wanted.tasks else render.EVENT_END
    alarm: Any = FeedEvent.alarm if wanted.alarms else None
    columns: list[Any] = [FeedEvent.digest, FeedEvent.zone]
    if bodies:
        columns += [form] + ([alarm] if wanted.alarms else [])
    else:
        columns.append(sa.func.length(form) + (sa.func.length(alarm) if wanted.alarms else 0))
    query = sa.select(*columns).where(
        narrowed(wanted, principal),
        FeedEvent.state == State.OPEN if wanted.tasks else FeedEvent.state.in_(SHOWN),
    )
    if wanted.tasks:
        query = query.where(sa.func.length(form) > 0)
    rows = (
        session.connection()
        .execute(query.order_by(FeedEvent.first_on, FeedEvent.key).limit(MOST_EVENTS))
        .all()
    )
    zones = () if wanted.tasks else tuple(sorted({row[1] for row in rows} - {""}))
    head = render.head_of_feed(wanted.title, zones)
    pieces: list[bytes] = []
    if bodies:
        for row in rows:
            pieces += row[2:]
            pieces.append(end)
        size = sum(map(len, pieces))
    else:
        size = sum(row[2] for row in rows) + len(rows) * len(end)
    if wanted.summary:
        pieces.append(wanted.summary)
    marks = "".join(row[0] for row in rows).encode()
    flags = f"{wanted.tasks}{wanted.private_titles}{wanted.alarms}".encode()
    return Held(
        digest=render.digest(head, marks, flags, wanted.summary),
        count=len(rows) + bool(wanted.summary),
        size=len(head) + size + len(wanted.summary) + len(render.TAIL),
        head=head,
        pieces=tuple(pieces),
    )


def overdue(
    session: Session, wanted: Wanted, principal: Principal, *, today: date
) -> tuple[int, list[tuple[str, date]]]:
    """(how many of a feed's deadlines are past, the ten longest ago with their days). One statement."""
    rows = session.execute(
        sa.select(FeedEvent.title, FeedEvent.last_on, sa.func.count().over())
        .where(
            narrowed(wanted, principal),
            FeedEvent.deadline,
            FeedEvent.state.in_((State.OPEN, State.PAST)),
            FeedEvent.last_on < today,
        )
        .order_by(FeedEvent.last_on, FeedEvent.key)
        .limit(10)
    ).all()
    return (rows[0][2] if rows else 0), [(row[0], row[1]) for row in rows]


def principals(session: Session, ids: Collection[UUID]) -> dict[UUID, Principal]:
    """People who are active and may sign in, as somebody who acts. Two statements."""
    if not ids:
        return {}
    people = session.execute(
        sa.select(Person.id, Person.name, Person.email, Person.zone, Person.locale, Person.partner_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id.in_(ids), Person.active, Account.disabled_at.is_(None))
    ).all()
    everywhere: dict[UUID, set[Role]] = {}
    scoped: dict[UUID, dict[UUID, set[Role]]] = {}
    for person_id, role, relationship_id in session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.role, RoleGrant.relationship_id).where(
            RoleGrant.person_id.in_(ids)
        )
    ):
        if relationship_id is None:
            everywhere.setdefault(person_id, set()).add(role)
        else:
            scoped.setdefault(person_id, {}).setdefault(relationship_id, set()).add(role)
    return {
        row[0]: Principal(
            person_id=row[0],
            name=row[1],
            email=row[2],
            zone=row[3],
            locale=row[4],
            partner_id=row[5],
            roles=frozenset(everywhere.get(row[0], ())),
            scoped={key: frozenset(roles) for key, roles in scoped.get(row[0], {}).items()},
        )
        for row in people
    }


def living_feeds(session: Session) -> Sequence[Feed]:
    """Every feed that was not revoked."""
    return session.scalars(sa.select(Feed).where(Feed.revoked_at.is_(None)).order_by(Feed.id)).all()


def feeds_of(session: Session, principal: Principal) -> Sequence[Feed]:
    """Somebody's own feeds, those that were revoked last."""
    return session.scalars(
        sa.select(Feed)
        .where(Feed.person_id == principal.person_id)
        .order_by(Feed.revoked_at.is_not(None), Feed.made_at.desc(), Feed.id)
    ).all()


def is_invited(session: Session, principal: Principal) -> bool:
    """Whether somebody asked for invitations by mail."""
    guest = session.get(FeedGuest, principal.person_id)
    return guest is not None and guest.wanted


def feed_by_id(session: Session, principal: Principal, feed_id: UUID) -> Feed:
    """One of somebody's own feeds. Raises NotFound for any other."""
    found = session.scalar(sa.select(Feed).where(Feed.id == feed_id, Feed.person_id == principal.person_id))
    if found is None:
        raise NotFound
    return found


def polls_of(session: Session, feed_ids: Collection[UUID]) -> dict[UUID, list[Polled]]:
    """Who polls feeds, the latest first; an entry for each. One statement."""
    found: dict[UUID, list[Polled]] = {one: [] for one in feed_ids}
    rows: Iterable[FeedPoll] = session.scalars(
        sa.select(FeedPoll).where(FeedPoll.feed_id.in_(found)).order_by(FeedPoll.last_at.desc())
    )
    for row in rows:
        found[row.feed_id].append(
            Polled(
                client=row.client,
                last_at=row.last_at,
                every=row.last_at - row.previous_at if row.previous_at else None,
                status=row.status,
                full=row.full,
                unchanged=row.unchanged,
            )
        )
    return found


def event_by_key(session: Session, principal: Principal, key: str) -> FeedEvent:
    """An event that somebody may see. Raises NotFound."""
    found = session.scalar(
        sa.select(FeedEvent).where(
            FeedEvent.key == key, FeedEvent.state.in_(SHOWN), visible_events(principal)
        )
    )
    if found is None:
        raise NotFound
    return found


def relationship_choices(session: Session, principal: Principal) -> list[tuple[UUID, str]]:
    """(id, words) of the relationships somebody may see."""
    rows = session.execute(
        visible_relationships(principal)
        .with_only_columns(Relationship.id, Relationship.ref, Relationship.name)
        .order_by(Relationship.ref)
    )
    return [(row[0], f"{row[1]} {row[2]}") for row in rows]


def programme_choices(session: Session, principal: Principal) -> list[tuple[UUID, str]]:
    """(id, words) of the audit programmes; none for a partner's contact."""
    if not principal.can(Capability.VIEW_ORGANIZATION):
        return []
    rows = session.execute(
        sa.select(Programme.id, Programme.ref, Programme.title).order_by(Programme.starts_on.desc())
    )
    return [(row[0], f"{row[1]} {row[2]}") for row in rows]


def kinds_seen(session: Session, principal: Principal) -> list[Kind]:
    """The kinds of which there is anything for somebody at the moment."""
    found = set(session.scalars(sa.select(FeedEvent.kind).where(visible_events(principal)).distinct()))
    return [kind for kind in Kind if kind in found]
