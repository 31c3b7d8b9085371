"""What issues ask: of who holds the present level, and of who has to answer a proposal or a resolution."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.relationships.issues.model import Issue, IssueLadder, IssueRequest, IssueStay
from auditapp.relationships.issues.queries.access import visible_issues
from auditapp.relationships.issues.queries.running import calendars_from
from auditapp.relationships.issues.rules.clock import Calendar, Going, Party, counts_from, reach
from auditapp.relationships.issues.rules.issue import RequestKind, RequestStatus, Status
from auditapp.relationships.issues.rules.ladder import (
    DEFAULT_ANSWER_DAYS,
    LEVEL_LABELS,
    TOP,
    Level,
)
from auditapp.relationships.issues.rules.ladder import Severity as HowSevere
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing
from auditapp.reminders.rules import Kind, Severity
from auditapp.reminders.sources.base import Draft, Holder, Seat, Wanted, stands

SEVERITIES: Mapping[HowSevere, Severity] = {
    HowSevere.MODERATE: Severity.NORMAL,
    HowSevere.SERIOUS: Severity.SERIOUS,
    HowSevere.CRITICAL: Severity.CRITICAL,
}
HELD = Text("You hold the level it stands on, and it is your side’s turn.")
TO_ANSWER = Text("You hold the level it stands on, and the other party waits for your side’s word.")
ASKED: Mapping[RequestKind, Text] = {
    RequestKind.PAUSE: Text("The other party proposes to stop the clock for a while: agree, or refuse."),
    RequestKind.JUMP: Text("The other party proposes to put it higher up at once: agree, or refuse."),
}
NEWEST = (
    sa.select(sa.func.max(IssueStay.number))
    .where(IssueStay.issue_id == Issue.id)
    .correlate(Issue)
    .scalar_subquery()
)
_TICK = timedelta(microseconds=1)


def _query(wanted: Wanted, word: str, ident: Any, *more: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Issue.id,
            Issue.ref,
            Issue.title,
            Issue.severity,
            Issue.level,
            Issue.awaited,
            Issue.due_at,
            Issue.answer_by,
            Issue.partner_id,
            Issue.sharing,
            Issue.relationship_id,
            Issue.resolved_party,
            Issue.resolved_at,
            Relationship.ref.label("relationship_ref"),
            IssueStay.number,
            IssueStay.calendars,
            IssueStay.entered_at,
            IssueStay.own_id,
            IssueStay.partner_id.label("partner_holder_id"),
            *more,
        )
        .join(Relationship, Relationship.id == Issue.relationship_id)
        .join(IssueStay, sa.and_(IssueStay.issue_id == Issue.id, IssueStay.number == NEWEST))
        .where(
            *wanted.narrow(word, ident, relationship=Issue.relationship_id),
            *wanted.seen(Issue.id, visible_issues),
        )
    )


def _of(row: Any, party: Party, moment: datetime) -> dict[str, Any]:
    """Whose turn it is, and what every item of an issue says alike."""
    calendar: Calendar = calendars_from(row.calendars)[party]
    ours: tuple[Holder | None, ...] = (row.own_id,)
    theirs: tuple[Holder | None, ...] = (row.partner_holder_id,)
    run = (Seat.RELATIONSHIP_MANAGER, Seat.RELATIONSHIP_OWNER)
    return {
        "ref": row.ref,
        "title": row.title,
        "args": {"ref": row.relationship_ref, "number": row.ref},
        "thing_kind": "issue",
        "thing_id": str(row.id),
        "severity": SEVERITIES[row.severity],
        "relationship_id": row.relationship_id,
        "partner_id": row.partner_id,
        "shared": row.sharing is Sharing.SHARED,
        "zone": calendar.zone,
        "due_at": moment,
        "due_on": last_day(moment, calendar),
        "owners": ours if party is Party.OWN else theirs,
        # Of a partner who cannot be asked here, our own side writes down what was said.
        "otherwise": run if party is Party.OWN else (Seat.PARTNER_MANAGER, row.own_id, *run),
    }


def last_day(moment: datetime, calendar: Calendar) -> date:
    """The last day before a moment there: the midnight that ends a day belongs to it."""
    return (moment - _TICK).astimezone(ZoneInfo(calendar.zone)).date()


def levels(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Levels whose time runs. Paused, nothing is due. One statement."""
    kind, word = Kind.ISSUE_LEVEL, "issue"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, Issue.id).where(
            stands(Issue.status, Status.OPEN),
            Issue.going == Going.RUNNING,
            *wanted.moments(Issue.due_at, kind),
        )
    )
    for row in rows:
        step = (
            Text("Resolve it: this is the last level.")
            if row.level == TOP
            else Text(
                "Resolve it, or put it up: the time of the level “%(level)s” ends.",
                level=LEVEL_LABELS[Level(row.level)],
            )
        )
        yield Draft(
            key=f"{word}:{row.id}:{row.number}", kind=kind, step=step, why=HELD,
            version=f"{row.awaited.value}:{row.due_at.isoformat()}", endpoint="issues.show",
            changed_at=row.entered_at, **_of(row, row.awaited, row.due_at),
        )  # fmt: skip


def resolutions(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Resolutions that wait for the other party's word. One statement."""
    kind, word = Kind.ISSUE_ANSWER, "issue_answer"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(wanted, word, Issue.id).where(
            stands(Issue.status, Status.RESOLVED),
            Issue.resolved_party.is_not(None),
            *wanted.moments(Issue.answer_by, kind),
        )
    )
    for row in rows:
        yield Draft(
            key=f"{word}:{row.id}:{row.number}", kind=kind, why=TO_ANSWER, endpoint="issues.show",
            step=Text("Accept the resolution, or object to it and say why. Silence accepts it."),
            version=row.answer_by.isoformat(), changed_at=row.resolved_at,
            **_of(row, row.resolved_party.other, row.answer_by),
        )  # fmt: skip


def proposals(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Pauses and jumps that one party proposed: as long to answer as a resolution has. One statement."""
    kind, word = Kind.ISSUE_ANSWER, "issue_request"
    if not wanted.wants(kind, word):
        return
    rows = session.execute(
        _query(
            wanted,
            word,
            IssueRequest.id,
            IssueRequest.id.label("request_id"),
            IssueRequest.kind,
            IssueRequest.party,
            IssueRequest.asked_at,
            sa.func.coalesce(IssueLadder.answer_days, DEFAULT_ANSWER_DAYS).label("answer_days"),
        )
        .join(IssueRequest, IssueRequest.issue_id == Issue.id)
        .outerjoin(IssueLadder, IssueLadder.relationship_id == Issue.relationship_id)
        .where(stands(IssueRequest.status, RequestStatus.OPEN), stands(Issue.status, Status.OPEN))
    )
    for row in rows:
        party = row.party.other
        calendar = calendars_from(row.calendars)[party]
        moment = reach(calendar, counts_from(calendar, row.asked_at), Fraction(row.answer_days))
        yield Draft(
            key=f"{word}:{row.request_id}", kind=kind, step=ASKED[row.kind], why=TO_ANSWER,
            version=moment.isoformat(), endpoint="issues.show", changed_at=row.asked_at, **_of(row, party, moment),
        )  # fmt: skip
