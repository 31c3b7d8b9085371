"""What of the database a look ahead needs: everything the engine reads, and of long tables only what is open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.rules import State as ObligationState
from auditapp.reminders.ladder.model import ReminderRun, ReminderStep
from auditapp.reminders.outbox.model import Notice, OutboxMessage
from auditapp.trail.model import Fact

RECENT = timedelta(days=10)  # what was told so long ago counts in no budget any more
FAR = timedelta(days=800)  # no lead is longer


@dataclass(frozen=True, kw_only=True)
class Window:
    """From when, until when, and from which number on facts are taken along."""

    at: datetime
    until: date
    first_fact: int


Narrowing = Callable[[Window], sa.ColumnElement[bool]]
# Nothing is due by these, and nobody is told by them: what was answered, kept, said, and how people sign in.
LEFT_OUT = frozenset(
    {
        "audit_answer",
        "audit_answer_conflict",
        "audit_divergence",
        "audit_evidence",
        "audit_finding_question",
        "audit_interview",
        "audit_question",
        "checklist_edition",
        "communication_log",
        "exit_section",
        "feed",
        "feed_event",
        "feed_event_person",
        "feed_poll",
        "feed_state",
        "health_edition",
        "idea_decision",
        "idea_value",
        "issue_comment",
        "joint_action_note",
        "lesson_applied",
        "lesson_theme",
        "nonconformity_comment",
        "nonconformity_file",
        "outbox_attempt",
        "password_link",
        "relationship_access_link",
        "rmp_comment",
        "rmp_section",
        "rmp_tick",
        "saved_view",
        "setup_code",
        "sign_in",
        "sign_in_attempt",
        "trail_personal",
        "webhook",
        "webhook_delivery",
    }
)
_OPEN_RUNS = sa.select(ReminderRun.id).where(ReminderRun.ended_at.is_(None))


def _obligations(window: Window) -> sa.ColumnElement[bool]:
    return sa.and_(
        Obligation.state == ObligationState.OPEN,
        Obligation.due_on <= window.until + FAR,
    )


def _runs(window: Window) -> sa.ColumnElement[bool]:
    return sa.or_(ReminderRun.ended_at.is_(None), ReminderRun.ended_at >= window.at - FAR)


def _steps(window: Window) -> sa.ColumnElement[bool]:
    del window
    return ReminderStep.run_id.in_(_OPEN_RUNS)


def _notices(window: Window) -> sa.ColumnElement[bool]:
    return sa.or_(
        Notice.created_at >= window.at - RECENT,
        Notice.run_id.in_(_OPEN_RUNS),
        sa.and_(Notice.message_id.is_(None), Notice.cancelled_at.is_(None)),
    )


def _messages(window: Window) -> sa.ColumnElement[bool]:
    return sa.or_(OutboxMessage.created_at >= window.at - RECENT, OutboxMessage.ended_at.is_(None))


def _facts(window: Window) -> sa.ColumnElement[bool]:
    """What nobody has read yet, and always the last one, so that the numbers go on."""
    return Fact.seq >= window.first_fact


NARROWED: Mapping[str, Narrowing] = {
    "notice": _notices,
    "obligation": _obligations,
    "outbox_message": _messages,
    "reminder_run": _runs,
    "reminder_step": _steps,
    "trail_fact": _facts,
}
