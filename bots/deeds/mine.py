"""Lists for one person: what is theirs, what waits for others, what comes, what they look for.

All of it is read through ``reminders/due.py``, so that a list here says what the site's pages say. The number of
statements is the same whatever there is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.queries import visible_actions, visible_nonconformities
from auditapp.findings.rules.action import OPEN as OPEN_ACTIONS
from auditapp.findings.rules.nonconformity import OPEN as OPEN_NONCONFORMITIES
from auditapp.kit.clock import LAST_DAY
from auditapp.kit.fulltext import pieces
from auditapp.kit.text import Text
from auditapp.overview.search.queries import search
from auditapp.overview.search.rules import LONGEST, Hit
from auditapp.overview.search.rules import Kind as Found
from auditapp.people.queries import names_of
from auditapp.people.rules import Principal
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.queries import visible_actions as visible_joint_actions
from auditapp.relationships.actions.rules import STATUS_LABELS as JOINT_LABELS
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.access import visible_issues
from auditapp.relationships.issues.rules.issue import RUNNING
from auditapp.relationships.issues.rules.issue import STATUS_LABELS as ISSUE_LABELS
from auditapp.relationships.model import Relationship
from auditapp.reminders import due
from auditapp.reminders.ladder.queries import run_ids
from auditapp.reminders.ladder.rules.course import overdue_from
from auditapp.reminders.rules import KIND_LABELS, DueItem, Kind, Severity
from bots.deeds.ground import today
from bots.deeds.other import turn_of
from bots.deeds.subjects import subject_of

AT_HAND = 14  # days ahead that count as now
AHEAD = 90  # days ahead that are looked at for what comes
MOST_FOUND = 20
WAITED_FOR = frozenset(
    {
        Kind.NONCONFORMITY, Kind.EXTENT_CHECK, Kind.EFFECTIVENESS_CHECK, Kind.ACTION, Kind.ACTION_VERIFICATION,
        Kind.ACTION_REQUEST, Kind.ISSUE_LEVEL, Kind.ISSUE_ANSWER, Kind.JOINT_ACTION, Kind.AUDIT_ANSWER,
        Kind.AUDIT_PREPARATION, Kind.AUDIT_REPORT,
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of a list. ``subject``: the thing on whose card it stands. ``run_id``: the reminder that runs about it."""

    subject: tuple[str, str]
    kind_label: Text
    ref: str
    title: str
    step: Text | str
    turn: Text | None
    due_on: date | None
    overdue: bool
    endpoint: str
    args: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.NORMAL
    run_id: UUID | None = None
    relationship_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Some rows of a list, from ``offset`` on, and how many it has."""

    rows: tuple[Row, ...]
    total: int
    offset: int


def mine(
    session: Session, who: Principal, *, at: datetime, offset: int = 0, limit: int = 10, days: int = AT_HAND
) -> Rows:
    """What is overdue, and what falls due within so many days, of which they are owner or deputy; by day."""
    items = due.items(session, at=at, until=_later(today(session, at), days), person_id=who.person_id)
    return _rows(session, who, items, at=at, offset=offset, limit=limit)


def coming(
    session: Session,
    who: Principal,
    *,
    at: datetime,
    offset: int = 0,
    limit: int = 10,
    days: int = AHEAD,
    after: int = AT_HAND,
) -> Rows:
    """What is theirs and falls due later than ``after`` days from now, up to so many days ahead; by day."""
    here = today(session, at)
    items = due.items(
        session,
        at=at,
        since=_later(here, after + 1),
        until=_later(here, days),
        person_id=who.person_id,
    )
    # What lasts and has begun already is at hand, whenever it ends.
    items = [one for one in items if (one.starts_on or one.due_on) > _later(here, after)]
    return _rows(session, who, items, at=at, offset=offset, limit=limit)


def waiting_for_others(
    session: Session, who: Principal, *, at: datetime, offset: int = 0, limit: int = 10
) -> Rows:
    """What they raised, verify, asked for, do or lead, and where it is somebody else's turn; by day."""
    things = _has_to_do_with(session, who)
    items = due.visible(session, who, at=at, until=LAST_DAY, kinds=WAITED_FOR) if any(things.values()) else []
    me = who.person_id
    items = [
        one
        for one in items
        if me not in one.owners
        and me not in one.deputies
        and (one.thing_id in things.get(one.thing_kind, ()) or str(one.audit_id) in things["audit"])
    ]
    return _rows(session, who, items, at=at, offset=offset, limit=limit)


def find(
    session: Session, who: Principal, text: str, *, at: datetime, limit: int = MOST_FOUND
) -> tuple[Row, ...]:
    """Nonconformities, actions, audits, issues and joint actions with all these words that they may see.

    An exact number comes first, then kind by kind. At most eighteen statements.
    """
    words = text.strip().replace("\0", "")[:LONGEST]
    runs = pieces(words)
    if not runs:
        return ()
    hits = [
        hit
        for group in search(session, who, words, most=limit)
        if group.kind in _SEARCHED
        for hit in group.hits
    ]
    found = [
        *_of_index(session, who, hits),
        *_issues(session, who, runs, limit),
        *_joint(session, who, runs, limit),
    ]
    del at
    return tuple(sorted(found, key=lambda row: row.ref.casefold() != words.casefold())[:limit])


def _later(day: date, days: int) -> date:
    return min(LAST_DAY, day + timedelta(days=days))


def _rows(
    session: Session, who: Principal, items: Sequence[DueItem], *, at: datetime, offset: int, limit: int
) -> Rows:
    offset = max(0, offset)
    shown = items[offset : offset + limit]
    names = names_of(session, {one for item in shown for one in item.owners})
    runs = run_ids(session, [item.key for item in shown])
    return Rows(
        rows=tuple(
            Row(
                subject=subject_of(item),
                kind_label=KIND_LABELS[item.kind],
                ref=item.ref,
                title=item.title,
                step=item.step,
                turn=turn_of(item, names, reader=who.person_id),
                due_on=item.due_on,
                overdue=at >= overdue_from(item),
                endpoint=item.endpoint,
                args=dict(item.args),
                severity=item.severity,
                run_id=runs.get(item.key),
                relationship_id=item.relationship_id,
            )
            for item in shown
        ),
        total=len(items),
        offset=offset,
    )


def _has_to_do_with(session: Session, who: Principal) -> dict[str, set[str]]:
    """The ids of open things that somebody raised, verifies, asked for, does or leads, by kind. Five statements."""
    me = who.person_id
    queries: dict[str, sa.Select[UUID]] = {
        "nonconformity": sa.select(Nonconformity.id).where(
            Nonconformity.status.in_(OPEN_NONCONFORMITIES),
            _one_of(
                me,
                Nonconformity.raised_by_id,
                Nonconformity.responsible_id,
                Nonconformity.verifier_id,
                Nonconformity.verifier_reviewer_id,
            ),
        ),
        "action": sa.select(Action.id)
        .join(Nonconformity, Nonconformity.id == Action.nonconformity_id)
        .where(
            Action.status.in_(OPEN_ACTIONS),
            _one_of(
                me,
                Action.owner_id,
                Action.proposed_by_id,
                Nonconformity.raised_by_id,
                Nonconformity.responsible_id,
                Nonconformity.verifier_id,
            ),
        ),
        "issue": sa.select(Issue.id).where(
            Issue.status.in_(RUNNING), _one_of(me, Issue.raised_by_id, Issue.resolved_by_id)
        ),
        "joint_action": sa.select(JointAction.id).where(
            JointAction.status == ActionStatus.OPEN,
            _one_of(me, JointAction.asked_by_id, JointAction.owner_id),
        ),
        "audit": sa.select(AuditMember.audit_id).where(
            AuditMember.person_id == me, AuditMember.role == MemberRole.LEADER
        ),
    }
    return {kind: {str(one) for one in session.scalars(query)} for kind, query in queries.items()}


def _one_of(person_id: UUID, *columns: Any) -> sa.ColumnElement[bool]:
    return sa.or_(*(column == person_id for column in columns))


_SEARCHED: Mapping[Found, tuple[str, Text, str, str]] = {
    # kind -> as the trail calls it, its label, its page and the argument that takes its number
    Found.NONCONFORMITY: ("nonconformity", Text("Nonconformity"), "findings.show", "ref"),
    Found.ACTION: ("action", Text("Action"), "findings.action", "ref"),
    Found.AUDIT: ("audit", Text("Audit"), "plan.show", "ref"),
}


def _of_index(session: Session, who: Principal, hits: Collection[Hit]) -> list[Row]:
    """What the search of the site found, with the ids. Three statements at most."""
    ids = {
        (kind, row[0]): row[1]
        for kind, query, model in (
            (Found.NONCONFORMITY, visible_nonconformities(who), Nonconformity),
            (Found.ACTION, visible_actions(who), Action),
            (Found.AUDIT, visible_audits(who), Audit),
        )
        if (refs := [hit.ref for hit in hits if hit.kind is kind])
        for row in session.execute(query.with_only_columns(model.ref, model.id).where(model.ref.in_(refs)))
    }
    rows = []
    for hit in hits:
        word, label, endpoint, argument = _SEARCHED[hit.kind]
        thing_id = ids.get((hit.kind, hit.ref))
        if thing_id is not None:
            rows.append(
                Row(
                    subject=(word, str(thing_id)),
                    kind_label=label,
                    ref=hit.ref,
                    title=hit.name,
                    step=hit.about,
                    turn=None,
                    due_on=None,
                    overdue=False,
                    endpoint=endpoint,
                    args={argument: hit.ref},
                )
            )
    return rows


def _said(runs: Sequence[Sequence[str]], ref: Any, title: Any) -> sa.ColumnElement[bool]:
    """All the words, each in the number or in the title."""
    both = sa.func.lower(ref + " " + title)
    return sa.and_(*(both.contains(run.lower(), autoescape=True) for word in runs for run in word))


def _issues(session: Session, who: Principal, runs: Sequence[Sequence[str]], limit: int) -> list[Row]:
    rows = session.execute(
        visible_issues(who)
        .add_columns(Relationship.ref)
        .where(_said(runs, Issue.ref, Issue.title))
        .order_by(Issue.raised_at.desc(), Issue.id)
        .limit(limit)
    )
    return [
        Row(
            subject=("issue", str(issue.id)),
            kind_label=Text("Issue"),
            ref=issue.ref,
            title=issue.title,
            step=ISSUE_LABELS[issue.status],
            turn=None,
            due_on=None,
            overdue=False,
            endpoint="issues.show",
            args={"ref": ref, "number": issue.ref},
            relationship_id=issue.relationship_id,
        )
        for issue, ref in rows
    ]


def _joint(session: Session, who: Principal, runs: Sequence[Sequence[str]], limit: int) -> list[Row]:
    found: Sequence[JointAction] = session.scalars(
        visible_joint_actions(who)
        .where(_said(runs, JointAction.ref, JointAction.title))
        .order_by(JointAction.created_at.desc(), JointAction.id)
        .limit(limit)
    ).all()
    return [
        Row(
            subject=("joint_action", str(one.id)),
            kind_label=Text("Joint action"),
            ref=one.ref,
            title=one.title,
            step=JOINT_LABELS[one.status],
            turn=None,
            due_on=one.due_on,
            overdue=False,
            endpoint="joint_actions.show",
            args={"action_ref": one.ref},
            relationship_id=one.relationship_id,
        )
        for one in found
    ]
