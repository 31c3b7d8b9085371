"""What comes by itself: warnings, the end of a pause, the end of a level's time, a resolution nobody objected to.

All of it is written down with the moment at which it came, however late a tick finds it; running it again changes
nothing. Who ticks, and how often, does not matter: every command brings its own issue up to date first.
"""

import heapq
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.relationships.issues.model import Issue, IssueStay
from auditapp.relationships.issues.queries.ladder import ladder_of
from auditapp.relationships.issues.queries.running import current_stay
from auditapp.relationships.issues.rules.clock import Going, at_moment, day_of
from auditapp.relationships.issues.rules.issue import Came, Outcome, Status
from auditapp.relationships.issues.rules.ladder import TOP, Expiry, Level
from auditapp.relationships.issues.service.base import (
    coming,
    enter,
    leave,
    relationship_of_issue,
    retime,
    run_now,
    standing,
    tell,
    turn_to,
)

_ORDER = {"resume": 0, "half": 1, "day": 2, "expire": 3}


def advance(session: Session, *, at: datetime) -> int:
    """Write down all that came by itself until ``at``, over all issues in the order of time; how much it was."""
    found = session.scalars(sa.select(Issue).where(Issue.next_at <= at)).all()
    waiting = [(issue.next_at, issue.ref, issue) for issue in found if issue.next_at is not None]
    heapq.heapify(waiting)
    count = 0
    while waiting:
        _, ref, issue = heapq.heappop(waiting)
        _one(session, issue, at=at)
        count += 1
        if issue.next_at is not None and issue.next_at <= at:
            heapq.heappush(waiting, (issue.next_at, ref, issue))
    return count


def advance_issue(session: Session, issue: Issue, *, at: datetime) -> None:
    """The same for one issue: every command does it first."""
    while issue.next_at is not None and issue.next_at <= at:
        _one(session, issue, at=at)


def _one(session: Session, issue: Issue, *, at: datetime) -> None:
    """What comes next on one issue, if it has come by ``at``."""
    stay = current_stay(session, issue)
    if issue.status is Status.RESOLVED:
        _accepted_by_silence(session, issue, stay, at=at)
        return
    run = run_now(session, stay)
    moment, what = min(coming(run, stay), key=lambda one: (one[0], _ORDER[one[1]]))
    before = standing(issue, stay)
    if what == "resume":
        turn_to(session, issue, stay, began=moment, party=run.spans[-1].party, going=Going.RUNNING)
        tell(
            session, issue, stay, actor=None, at=at, verb="issue.resumed_itself", before=before,
            moment=moment.isoformat(),
        )  # fmt: skip
    elif what == "half":
        stay.half_told_at = moment
        if stay.due_at is None or stay.due_at > at:  # one that comes too late helps nobody
            tell(
                session, issue, stay, actor=None, at=at, verb="issue.half_time", before=before,
                moment=moment.isoformat(),
            )  # fmt: skip
    elif what == "day":
        stay.day_told_at = moment
        if stay.due_at is None or stay.due_at > at:
            tell(
                session, issue, stay, actor=None, at=at, verb="issue.last_day", before=before,
                moment=moment.isoformat(),
            )  # fmt: skip
    else:
        _expired(session, issue, stay, moment, at=at)
        return
    retime(session, issue, stay)


def _expired(session: Session, issue: Issue, stay: IssueStay, moment: datetime, *, at: datetime) -> None:
    """The time of a level is over: it moves up from that very moment, or somebody is asked, or the ladder ends."""
    before = standing(issue, stay)
    run = run_now(session, stay)
    party = at_moment(run, moment).party
    last = day_of(moment - timedelta(microseconds=1), run.calendars[party])
    stay.expired_at = moment
    level = Level(stay.level)
    told: dict[str, Any] = {
        "expired_level": int(level),
        "moment": moment.isoformat(),
        "day": last.isoformat(),
    }
    if level is TOP:
        retime(session, issue, stay)
        tell(session, issue, stay, actor=None, at=at, verb="issue.ladder_ended", before=before, **told)
    elif stay.expiry is Expiry.ASK:
        retime(session, issue, stay)
        tell(session, issue, stay, actor=None, at=at, verb="issue.time_over", before=before, **told)
    else:
        leave(session, issue, stay, left=moment, outcome=Outcome.EXPIRED)
        above = enter(
            session,
            issue,
            ladder_of(session, relationship_of_issue(session, issue)),
            level=Level(level + 1),
            entered=moment,
            came=Came.EXPIRED,
            party=party,
            number=stay.number + 1,
            at=at,
        )
        tell(session, issue, above, actor=None, at=at, verb="issue.moved_up_itself", before=before, **told)


def _accepted_by_silence(session: Session, issue: Issue, stay: IssueStay, *, at: datetime) -> None:
    before = standing(issue, stay)
    moment = issue.answer_by or at
    issue.status, issue.ended_at = Status.CLOSED, moment
    leave(session, issue, stay, left=moment, outcome=Outcome.RESOLVED)
    retime(session, issue, stay)
    tell(
        session, issue, stay, actor=None, at=at, verb="issue.accepted_by_silence", before=before,
        moment=moment.isoformat(),
    )  # fmt: skip
