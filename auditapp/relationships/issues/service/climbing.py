"""Moving up by hand, and another severity."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.ladder import ladder_of
from auditapp.relationships.issues.rules.issue import Came, Outcome, Verb
from auditapp.relationships.issues.rules.ladder import TOP, Level, Severity, limits_from
from auditapp.relationships.issues.service.acting import begin, said
from auditapp.relationships.issues.service.advancing import advance_issue
from auditapp.relationships.issues.service.base import enter, leave, retime, tell


def move_up(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    reason: str,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """A holder of the level puts it to the next one, with a reason."""
    act = begin(session, issue, Verb.MOVE_UP, actor=actor, at=at, version=version, seen=seen)
    if issue.level >= TOP:
        raise Refusal(
            Text(
                "There is no level above this one. What is left is mediation, or the way the contract has for "
                "disputes; link to what came of it when you resolve the issue."
            )
        )
    reason = said(reason)
    leave(session, issue, act.stay, left=at, outcome=Outcome.MOVED_UP)
    stay = enter(
        session,
        issue,
        ladder_of(session, act.relationship),
        level=Level(issue.level + 1),
        entered=at,
        came=Came.MOVED_UP,
        party=issue.awaited,
        number=act.stay.number + 1,
        at=at,
        reason=reason,
    )
    tell(session, issue, stay, actor=actor, at=at, verb="issue.moved_up", before=act.before, reason=reason)


def change_severity(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    severity: Severity,
    reason: str,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """More or less severe: the level has another limit, counted from when it was entered.

    When that is over already, the time is over now, not at some moment in the past.
    """
    act = begin(session, issue, Verb.CHANGE_SEVERITY, actor=actor, at=at, version=version, seen=seen)
    if issue.severity is severity:
        raise Invalid(Text("It has this severity already. Choose another one."), field="severity")
    reason = said(reason)
    issue.severity = severity
    act.stay.limit_days = limits_from(act.stay.limits)[Level(act.stay.level)][severity]
    act.stay.floor_at = at
    retime(session, issue, act.stay)
    tell(
        session, issue, act.stay, actor=actor, at=at, verb="issue.severity_changed", before=act.before,
        reason=reason,
    )  # fmt: skip
    advance_issue(session, issue, at=at)
