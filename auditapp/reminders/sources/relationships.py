"""What a relationship asks besides its registers: joint actions, meetings, health checks, and the days of its contract."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.text import Text, day_words
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.queries import visible_actions
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.contacts.model import BreakPoint
from auditapp.relationships.health.model import HealthAnswer, HealthCheck, HealthInvite
from auditapp.relationships.health.queries import visible_checks
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.queries import visible_meetings
from auditapp.relationships.meetings.rules import MeetingStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rules import Sharing
from auditapp.reminders.rules import Kind
from auditapp.reminders.sources.base import (
    ASK,
    WORK,
    WORK_WITH_TIME,
    Draft,
    Seat,
    Wanted,
    ids_of,
    short,
    stands,
)

HEALTH, CONTRACT, BREAK_POINT = Text("Health check"), Text("Contract"), Text("Break point")
LEADS = (60, 14)  # days before a day of the contract
RUN = (Seat.RELATIONSHIP_MANAGER, Seat.RELATIONSHIP_OWNER)


def joint_actions(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Joint actions that are open; held while more time is asked for. One statement."""
    kind, word = Kind.JOINT_ACTION, "joint_action"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _joint_query(wanted, word).where(
            *wanted.days(JointAction.due_on, kind), *wanted.mine(JointAction.owner_id)
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, step=Text("Do it, and say that it is done."),
            why=Text("You have promised it."), version=f"{row.due_on}:{row.owner_id.hex[:12]}", owners=(row.owner_id,),
            held_until=row.due_on if row.wanted_on is not None else None, answers=WORK_WITH_TIME, **_of_joint(row),
        )  # fmt: skip


def time_asked(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Joint actions for which more time is asked: whoever asked for the action answers by its day. One statement."""
    kind, word = Kind.ACTION_REQUEST, "joint_action_time"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _joint_query(wanted, word).where(
            JointAction.wanted_on.is_not(None),
            *wanted.days(JointAction.due_on, kind),
            *wanted.mine(JointAction.asked_by_id, relationship=JointAction.relationship_id),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", kind=kind,
            step=Text(
                "More time is asked for, until %(day)s: grant it, or refuse it and say why.",
                day=day_words(row.wanted_on),
            ),
            why=Text("You asked for this action, or run the relationship."), version=f"{row.due_on}:{row.wanted_on}",
            owners=(row.asked_by_id,), otherwise=RUN, barred=frozenset({row.owner_id}), **_of_joint(row),
        )  # fmt: skip


def _joint_query(wanted: Wanted, word: str) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        JointAction.id,
        JointAction.ref,
        JointAction.title,
        JointAction.relationship_id,
        JointAction.owner_id,
        JointAction.asked_by_id,
        JointAction.due_on,
        JointAction.wanted_on,
        JointAction.sharing,
    ).where(
        stands(JointAction.status, ActionStatus.OPEN),
        *wanted.narrow(word, JointAction.id, relationship=JointAction.relationship_id),
        *wanted.seen(JointAction.id, visible_actions),
    )


def _of_joint(row: Any) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "title": row.title,
        "due_on": row.due_on,
        "endpoint": "joint_actions.show",
        "args": {"action_ref": row.ref},
        "thing_kind": "joint_action",
        "thing_id": str(row.id),
        "relationship_id": row.relationship_id,
        "shared": row.sharing is Sharing.SHARED,
    }


def meetings(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Meetings that are planned: for everybody invited; once over, for who says how it went. One statement."""
    kind, word = Kind.MEETING, "meeting"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        sa.select(
            Meeting.id, Meeting.ref, Meeting.title, Meeting.relationship_id, Meeting.starts_at, Meeting.zone,
            Meeting.invited, Meeting.sharing,
        ).where(
            stands(Meeting.status, MeetingStatus.PLANNED),
            *wanted.moments(Meeting.starts_at, kind),
            *wanted.narrow(word, Meeting.id, relationship=Meeting.relationship_id),
            *wanted.seen(Meeting.id, visible_meetings),
        )
    )  # fmt: skip
    for row in rows:
        due_on = day_in(row.zone, row.starts_at)
        over = due_on < day_in(row.zone, wanted.at)
        invited = ids_of(row.invited)
        yield Draft(
            key=f"{word}:{row.id}", kind=kind, ref=row.ref, title=row.title, due_on=due_on,
            step=Text("Say that it was held and write the minutes, or move it.") if over else Text("Take part in it."),
            why=Text("You run the relationship.") if over else Text("You are invited."),
            version=row.starts_at.isoformat(), endpoint="meetings.show", args={"meeting_ref": row.ref},
            owners=RUN[:1] if over else invited, otherwise=RUN, thing_kind="meeting",
            thing_id=str(row.id), due_at=row.starts_at, zone=row.zone, relationship_id=row.relationship_id,
            shared=row.sharing is Sharing.SHARED, answers=WORK if over else ASK,
        )  # fmt: skip


def health_checks(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Health checks that are being answered: for who has not answered; then for who closes it. Two statements."""
    kind, word = Kind.HEALTH_CHECK, "health_answers"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        sa.select(
            HealthCheck.id, HealthCheck.ref, HealthCheck.relationship_id, HealthCheck.closes_on, HealthCheck.questions,
            HealthCheck.opened_at, Relationship.name,
        )
        .join(Relationship, Relationship.id == HealthCheck.relationship_id)
        .where(
            stands(HealthCheck.state, CheckState.OPEN),
            *wanted.days(HealthCheck.closes_on, kind),
            *wanted.narrow(word, HealthCheck.id, relationship=HealthCheck.relationship_id),
            *wanted.seen(HealthCheck.id, visible_checks),
        )
    ).all()  # fmt: skip
    if not rows:
        return
    said = (
        sa.select(sa.func.count())
        .where(HealthAnswer.invite_id == HealthInvite.id)
        .correlate(HealthInvite)
        .scalar_subquery()
    )
    asked: dict[Any, list[Any]] = {row.id: [] for row in rows}
    for check_id, person_id, count in session.execute(
        sa.select(HealthInvite.check_id, HealthInvite.person_id, said).where(
            HealthInvite.check_id.in_(asked), HealthInvite.gone_at.is_(None)
        )
    ):
        asked[check_id].append((person_id, count))
    for row in rows:
        silent = tuple(person_id for person_id, count in asked[row.id] if (count or 0) < len(row.questions))
        over = row.closes_on < wanted.today or not silent
        yield Draft(
            key=f"{word}:{row.id}" + (":close" if over else ""), kind=kind, ref=row.ref,
            title=short(f"{HEALTH}: {row.name}"),
            step=Text("Close the health check, and look at what it came to.") if over
            else Text("Answer the questions about how the relationship is."),
            why=Text("You run the relationship.") if over else Text("You are asked."), due_on=row.closes_on,
            version=f"{row.closes_on}", endpoint="health.show", args={"check_ref": row.ref},
            owners=RUN[:1] if over else silent, otherwise=RUN, thing_kind="health_check", thing_id=str(row.id),
            relationship_id=row.relationship_id, personal=not over, changed_at=row.opened_at,
        )  # fmt: skip


def contracts(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """The last day to give notice before a contract ends, while it is to come. One statement."""
    kind, word = Kind.OBLIGATION, "contract"
    if not wanted.wants(kind, word) or wanted.from_outside:
        return
    rows = session.execute(
        sa.select(
            Relationship.id, Relationship.ref, Relationship.name, Relationship.contract_ends_on, Relationship.notice_days
        ).where(
            Relationship.ended_on.is_(None),
            Relationship.contract_ends_on >= wanted.today,
            *wanted.narrow(word, Relationship.id, relationship=Relationship.id),
            *wanted.seen(Relationship.id, visible_relationships),
        )
    )  # fmt: skip
    for row in rows:
        due_on = row.contract_ends_on - timedelta(days=row.notice_days or 0)
        if due_on < wanted.today:
            continue  # the day has passed: nobody can do anything about it any more
        yield Draft(
            key=f"{word}:{row.id}", ref=row.ref, due_on=due_on, version=f"{row.contract_ends_on}:{due_on}",
            title=short(f"{CONTRACT}: {row.name}"),
            step=Text(
                "Decide how it goes on: the contract ends on %(day)s, and notice counts from this day at the latest.",
                day=day_words(row.contract_ends_on),
            ),
            **_of_contract(row.id, row.ref),
        )  # fmt: skip


def break_points(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Days on which a contract may be left or has to be renewed, while they are to come. One statement."""
    kind, word = Kind.OBLIGATION, "break_point"
    if not wanted.wants(kind, word) or wanted.from_outside:
        return
    rows = session.execute(
        sa.select(
            BreakPoint.id,
            BreakPoint.on,
            BreakPoint.note,
            Relationship.id.label("relationship_id"),
            Relationship.ref,
            Relationship.name,
        )
        .join(Relationship, Relationship.id == BreakPoint.relationship_id)
        .where(
            Relationship.ended_on.is_(None),
            BreakPoint.on >= wanted.today,
            BreakPoint.on <= wanted.until(kind, LEADS),
            *wanted.narrow(word, BreakPoint.id, relationship=Relationship.id),
            *wanted.seen(Relationship.id, visible_relationships),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}", ref=row.ref, due_on=row.on, version=f"{row.on}",
            title=short(f"{BREAK_POINT}: {row.name}" + (f" · {row.note}" if row.note else "")),
            step=Text("Decide whether the contract goes on: on this day it may be left, or has to be renewed."),
            **_of_contract(row.relationship_id, row.ref),
        )  # fmt: skip


def _of_contract(relationship_id: Any, ref: str) -> dict[str, Any]:
    return {
        "kind": Kind.OBLIGATION,
        "why": Text("You own the relationship."),
        "endpoint": "dossier.show",
        "args": {"ref": ref},
        "owners": (Seat.RELATIONSHIP_OWNER,),
        "otherwise": (Seat.RELATIONSHIP_MANAGER,),
        "thing_kind": "relationship",
        "thing_id": str(relationship_id),
        "severity": None,
        "relationship_id": relationship_id,
        "leads": LEADS,
    }
