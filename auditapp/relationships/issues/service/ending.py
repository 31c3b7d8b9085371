"""Resolving an issue and what the other party says to that, reopening, withdrawing."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.ladder import ladder_of
from auditapp.relationships.issues.queries.running import calendars_from
from auditapp.relationships.issues.rules.clock import Going, Party, counts_from, reach
from auditapp.relationships.issues.rules.issue import Came, Outcome, Status, Verb
from auditapp.relationships.issues.rules.ladder import Level
from auditapp.relationships.issues.service.acting import answering_for, begin, said
from auditapp.relationships.issues.service.base import (
    enter,
    just_done,
    leave,
    overtake,
    retime,
    tell,
    turn_to,
)
from auditapp.relationships.rules import Sharing


def resolve(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    cause: str,
    resolution: str,
    lesson: str,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """One party says how it is resolved, from what cause, and what is learned; the other accepts or objects.

    An internal issue has no other party and is closed at once. Raises Invalid for fields ``cause``, ``resolution``
    and ``lesson``.
    """
    if issue.status is Status.RESOLVED and just_done(session, issue, "issue.resolved", actor):
        return
    act = begin(session, issue, Verb.RESOLVE, actor=actor, at=at, version=version, seen=seen)
    issue.cause = said(cause, field="cause", wanted=Text("Say what the cause was."))
    issue.resolution = said(resolution, field="resolution", wanted=Text("Say how it is resolved."))
    issue.lesson = said(
        lesson, field="lesson", wanted=Text("Say what is learned from it, or that it is nothing.")
    )
    issue.resolved_at, issue.resolved_by_id, issue.resolved_party = at, actor.person_id, act.party
    issue.status_reason = ""
    words = {"cause": issue.cause, "resolution": issue.resolution, "lesson": issue.lesson}
    if issue.sharing is Sharing.INTERNAL:
        issue.status, issue.ended_at = Status.CLOSED, at
        leave(session, issue, act.stay, left=at, outcome=Outcome.RESOLVED)
        retime(session, issue, act.stay)
        tell(
            session, issue, act.stay, actor=actor, at=at, verb="issue.resolved_alone", before=act.before,
            **words,
        )  # fmt: skip
        return
    overtake(session, issue, at=at)
    other = act.party.other
    calendar = calendars_from(act.stay.calendars)[other]
    days = ladder_of(session, act.relationship).answer_days
    issue.answer_by = reach(calendar, counts_from(calendar, at), Fraction(days))
    issue.status = act.status
    turn_to(session, issue, act.stay, began=at, party=other, going=Going.ANSWERED, by_id=actor.person_id)
    tell(
        session, issue, act.stay, actor=actor, at=at, verb="issue.resolved", before=act.before,
        answer_by=issue.answer_by.isoformat(), **words,
    )  # fmt: skip


def accept(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    how: str = "",
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """The other party accepts the resolution: the issue is closed."""
    if issue.status is Status.CLOSED and just_done(session, issue, "issue.accepted", actor):
        return
    act = begin(session, issue, Verb.ACCEPT, actor=actor, at=at, version=version, seen=seen)
    how = answering_for(session, issue, act, issue.resolved_party or Party.OWN, how)
    issue.status, issue.ended_at = act.status, at
    leave(session, issue, act.stay, left=at, outcome=Outcome.RESOLVED)
    retime(session, issue, act.stay)
    tell(session, issue, act.stay, actor=actor, at=at, verb="issue.accepted", before=act.before, reason=how)


def object_to(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    reason: str,
    how: str = "",
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """The other party does not accept it: the clock goes on where it stood, and the ball is with who resolved it."""
    if issue.status is Status.OPEN and just_done(session, issue, "issue.objected", actor):
        return
    act = begin(session, issue, Verb.OBJECT, actor=actor, at=at, version=version, seen=seen)
    asked = issue.resolved_party or Party.OWN
    how = answering_for(session, issue, act, asked, how)
    reason = said(reason, wanted=Text("Say what is missing."))
    issue.status, issue.status_reason, issue.answer_by = act.status, reason, None
    turn_to(
        session, issue, act.stay, began=at, party=asked, going=Going.RUNNING, by_id=actor.person_id,
        note=reason[:200],
    )  # fmt: skip
    tell(
        session, issue, act.stay, actor=actor, at=at, verb="issue.objected", before=act.before,
        reason="\n".join(one for one in (reason, how) if one),
    )  # fmt: skip


def reopen(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    reason: str,
    version: int | None = None,
) -> None:
    """It is not resolved after all: a new stay on the level where it ended, and the ball is with the other party."""
    act = begin(session, issue, Verb.REOPEN, actor=actor, at=at, version=version)
    reason = said(reason)
    issue.status, issue.status_reason = act.status, reason
    issue.answer_by = issue.ended_at = None
    issue.reopened += 1
    stay = enter(
        session,
        issue,
        ladder_of(session, act.relationship),
        level=Level(issue.level),
        entered=at,
        came=Came.REOPENED,
        party=act.party.other if issue.sharing is Sharing.SHARED else Party.OWN,
        number=act.stay.number + 1,
        at=at,
        reason=reason,
    )
    tell(session, issue, stay, actor=actor, at=at, verb="issue.reopened", before=act.before, reason=reason)


def withdraw(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    reason: str,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """Who raised it takes it back."""
    if issue.status is Status.WITHDRAWN and just_done(session, issue, "issue.withdrawn", actor):
        return
    act = begin(session, issue, Verb.WITHDRAW, actor=actor, at=at, version=version, seen=seen)
    reason = said(reason)
    issue.status, issue.status_reason, issue.ended_at, issue.answer_by = act.status, reason, at, None
    leave(session, issue, act.stay, left=at, outcome=Outcome.WITHDRAWN)
    retime(session, issue, act.stay)
    tell(
        session, issue, act.stay, actor=actor, at=at, verb="issue.withdrawn", before=act.before, reason=reason
    )
