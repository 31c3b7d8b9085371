"""An issue's clock out of its rows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.relationships.issues.model import Issue, IssueRequest, IssueSpan, IssueStay
from auditapp.relationships.issues.rules.clock import Calendar, Clock, Party, Run, Span, clock
from auditapp.relationships.issues.rules.issue import RequestStatus
from auditapp.relationships.issues.rules.ladder import Level


def stays_of(session: Session, issue_id: UUID) -> list[IssueStay]:
    """Every stay on a level, the first first. One statement."""
    return list(
        session.scalars(sa.select(IssueStay).where(IssueStay.issue_id == issue_id).order_by(IssueStay.number))
    )


def current_stay(session: Session, issue: Issue) -> IssueStay:
    """The stay that goes on, or the last one."""
    return session.scalars(
        sa.select(IssueStay).where(IssueStay.issue_id == issue.id).order_by(IssueStay.number.desc()).limit(1)
    ).one()


def spans_of(session: Session, stay_ids: Collection[UUID]) -> dict[UUID, list[IssueSpan]]:
    """The spans of stays, in the order of time, an entry for each stay asked for. One statement."""
    found: dict[UUID, list[IssueSpan]] = {one: [] for one in stay_ids}
    for span in session.scalars(
        sa.select(IssueSpan).where(IssueSpan.stay_id.in_(found)).order_by(IssueSpan.number)
    ):
        found[span.stay_id].append(span)
    return found


def run_of(stay: IssueStay, spans: Sequence[IssueSpan]) -> Run:
    """A stay as the rules take it."""
    return Run(
        level=Level(stay.level),
        entered=stay.entered_at,
        limit=stay.limit_days,
        calendars=calendars_from(stay.calendars),
        spans=tuple(
            Span(began=one.began_at, party=one.party, going=one.going, until=one.until_at) for one in spans
        ),
        floor=stay.floor_at,
    )


def calendars_plain(calendars: dict[Party, Calendar]) -> dict[str, Any]:
    """Calendars as JSON values."""
    return {
        party.value: {"zone": one.zone, "country": one.country, "subdivision": one.subdivision}
        for party, one in calendars.items()
    }


def calendars_from(kept: Any) -> dict[Party, Calendar]:
    """Calendars from JSON values."""
    return {Party(party): Calendar(**one) for party, one in kept.items()}


def clock_of(session: Session, issue: Issue, *, at: datetime) -> Clock:
    """How the clock of an issue's level stands: what is used, when it is due, half over, one working day before."""
    stay = current_stay(session, issue)
    return clock(run_of(stay, spans_of(session, [stay.id])[stay.id]), stay.left_at or at)


def open_request(session: Session, issue_id: UUID) -> IssueRequest | None:
    """What waits for the other party's answer, if anything."""
    return session.scalar(
        sa.select(IssueRequest).where(
            IssueRequest.issue_id == issue_id, IssueRequest.status == RequestStatus.OPEN
        )
    )


def anything_due(session: Session, at: datetime) -> bool:
    """Whether something came by itself and is not written down yet: cheap, so that a tick need not lock."""
    return session.scalar(sa.select(Issue.id).where(Issue.next_at <= at).limit(1)) is not None
