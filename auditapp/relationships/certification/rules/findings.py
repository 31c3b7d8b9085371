"""The life of a concern or finding of the body: answered, accepted or returned. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from auditapp.kit.text import Text
from auditapp.relationships.certification.rules.kinds import FindingKind, Visit, VisitKind

REPLY_DAYS = 30  # what bodies commonly give for a plan; each finding has the body's own day


class FindingStatus(StrEnum):
    """Where it stands."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class FindingVerb(StrEnum):
    """What can be done with it."""

    ANSWER = "answer"
    ACCEPT = "accept"
    RETURN = "return"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


S, V = FindingStatus, FindingVerb
STEPS: Mapping[tuple[FindingStatus, FindingVerb], FindingStatus] = {
    (S.OPEN, V.ANSWER): S.ANSWERED,
    (S.ANSWERED, V.ACCEPT): S.ACCEPTED,
    (S.ANSWERED, V.RETURN): S.OPEN,
    (S.OPEN, V.WITHDRAW): S.WITHDRAWN,
    (S.ANSWERED, V.WITHDRAW): S.WITHDRAWN,
    (S.ACCEPTED, V.REOPEN): S.OPEN,
    (S.WITHDRAWN, V.REOPEN): S.OPEN,
}
STATUS_LABELS: Mapping[FindingStatus, Text] = {
    S.OPEN: Text("Open"),
    S.ANSWERED: Text("Answered"),
    S.ACCEPTED: Text("Accepted"),
    S.WITHDRAWN: Text("Withdrawn by the body"),
}
WRONG_STEP = Text("This was settled meanwhile. Open the page again and look.")


def tone(status: FindingStatus, due_on: date | None, today: date) -> str:
    """The colour of its state: overdue is derived from the day, never stored."""
    if status is S.OPEN:
        return "overdue" if due_on is not None and due_on < today else "attention"
    return {S.ANSWERED: "on_track", S.ACCEPTED: "done", S.WITHDRAWN: "quiet"}[status]


def usual_due(kind: FindingKind, visit: Visit, stage_2_on: date | None) -> date | None:
    """Until when the body usually wants an answer: a concern before Stage 2, a nonconformity after 30 days.

    An opportunity asks for none.
    """
    if kind is FindingKind.OPPORTUNITY:
        return None
    if kind is FindingKind.CONCERN and stage_2_on is not None:
        return stage_2_on - timedelta(days=1)
    ended_on = visit.ended_on or (visit.planned[1] if visit.planned else None)
    return ended_on + timedelta(days=REPLY_DAYS) if ended_on else None


def kinds_of(visit: VisitKind) -> tuple[FindingKind, ...]:
    """What a visit can find: Stage 1 raises concerns, the others nonconformities."""
    if visit in {VisitKind.STAGE_1, VisitKind.PRE_ASSESSMENT}:
        return (FindingKind.CONCERN, FindingKind.OPPORTUNITY)
    return (FindingKind.MAJOR, FindingKind.MINOR, FindingKind.OPPORTUNITY)
