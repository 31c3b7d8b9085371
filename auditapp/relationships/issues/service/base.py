"""What all verbs of an issue share: the stay and its spans, when what is due, what the trail keeps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.exits.service import watch_triggers
from auditapp.relationships.issues.model import Issue, IssueSpan, IssueStay
from auditapp.relationships.issues.queries.ladder import Ladder
from auditapp.relationships.issues.queries.running import (
    calendars_plain,
    open_request,
    run_of,
    spans_of,
)
from auditapp.relationships.issues.rules.clock import Going, Party, Run, clock, due, spent
from auditapp.relationships.issues.rules.issue import Came, Outcome, RequestStatus, Status
from auditapp.relationships.issues.rules.ladder import TOP, Level, plain
from auditapp.relationships.model import Relationship
from auditapp.trail import service as trail
from auditapp.trail.queries import facts_of

HUNDREDTHS = 2


def party_of(actor: Principal) -> Party:
    """Which side somebody is on."""
    return Party.OWN if actor.partner_id is None else Party.PARTNER


def run_now(session: Session, stay: IssueStay) -> Run:
    """A stay as the rules take it."""
    session.flush()
    return run_of(stay, spans_of(session, [stay.id])[stay.id])


def enter(
    session: Session,
    issue: Issue,
    ladder: Ladder,
    *,
    level: Level,
    entered: datetime,
    came: Came,
    party: Party,
    number: int,
    at: datetime,
    reason: str = "",
) -> IssueStay:
    """Begin a stay on a level, with the figures, calendars and holders that the ladder has now.

    ``entered`` is when it really began, ``at`` when that is written down. On top the exit triggers are put on watch.
    """
    own, partner = ladder.holder(level, None), ladder.holder(level, issue.partner_id)
    stay = IssueStay(
        issue_id=issue.id,
        number=number,
        level=level,
        entered_at=entered,
        came=came,
        limits=plain(ladder.limits),
        calendars=calendars_plain(ladder.calendars(issue.partner_id)),
        expiry=ladder.expiry,
        limit_days=ladder.limits[level][issue.severity],
        own_id=UUID(own.person_id) if own.person_id else None,
        own_name=own.name,
        partner_id=UUID(partner.person_id) if issue.partner_id and partner.person_id else None,
        partner_name=partner.name if issue.partner_id else "",
        reason=reason,
    )
    session.add(stay)
    session.flush()
    session.add(
        IssueSpan(stay_id=stay.id, number=1, began_at=entered, party=party, going=Going.RUNNING, note="")
    )
    issue.level = level
    if level is TOP:
        watch_triggers(
            session, at=at, relationship_id=issue.relationship_id, because=issue.title, ref=issue.ref
        )
    retime(session, issue, stay)
    return stay


def leave(session: Session, issue: Issue, stay: IssueStay, *, left: datetime, outcome: Outcome) -> None:
    """End a stay: its days are counted and kept, and what waited for an answer on it is overtaken."""
    run = run_now(session, stay)
    stay.left_at, stay.outcome = left, outcome
    stay.used_days = round(float(spent(run, Going.RUNNING, left)), HUNDREDTHS)
    stay.paused_days = round(float(spent(run, Going.PAUSED, left)), HUNDREDTHS)
    stay.answered_days = round(float(spent(run, Going.ANSWERED, left)), HUNDREDTHS)
    overtake(session, issue, at=left)


def turn_to(
    session: Session,
    issue: Issue,
    stay: IssueStay,
    *,
    began: datetime,
    party: Party,
    going: Going,
    until: datetime | None = None,
    by_id: UUID | None = None,
    note: str = "",
) -> None:
    """From a moment on the clock of the stay is another one: whose turn it is, and whether it goes."""
    there = spans_of(session, [stay.id])[stay.id]
    session.add(
        IssueSpan(
            stay_id=stay.id, number=len(there) + 1, began_at=began, party=party, going=going, until_at=until,
            by_id=by_id, note=note,
        )
    )  # fmt: skip
    retime(session, issue, stay)


def overtake(session: Session, issue: Issue, *, at: datetime) -> None:
    """Whatever was proposed and not answered needs no answer any more."""
    request = open_request(session, issue.id)
    if request is not None:
        request.status, request.answered_at = RequestStatus.OVERTAKEN, at
        session.flush()


def retime(session: Session, issue: Issue, stay: IssueStay) -> None:
    """Count anew when the level is due, and when something comes by itself next."""
    run = run_now(session, stay)
    last = run.spans[-1]
    issue.awaited, issue.going = last.party, last.going
    if issue.status is Status.RESOLVED:
        stay.due_at = issue.due_at = None
        issue.next_at = issue.answer_by
    elif issue.status is not Status.OPEN:
        issue.due_at = issue.next_at = None
    else:
        stay.due_at = issue.due_at = stay.expired_at or due(run)
        issue.next_at = min((moment for moment, _ in coming(run, stay)), default=None)
    session.flush()


def coming(run: Run, stay: IssueStay) -> list[tuple[datetime, str]]:
    """(moment, what) of all that comes by itself on a stay if nobody does anything."""
    found: list[tuple[datetime, str]] = []
    last = run.spans[-1]
    if last.going is Going.PAUSED and last.until is not None:
        found.append((last.until, "resume"))
    if stay.expired_at is not None:
        return found
    now = clock(run, last.began)
    if now.due is not None:
        found.append((now.due, "expire"))
    # A warning comes once; when the day was put off it comes again.
    for moment, told, what in (
        (now.half, stay.half_told_at, "half"),
        (now.day_before, stay.day_told_at, "day"),
    ):
        if moment is not None and (told is None or told < moment):
            found.append((moment, what))
    return found


def about(issue: Issue) -> dict[str, Any]:
    """How the trail names an issue: within its relationship."""
    return {
        "thing_kind": "issue",
        "thing_id": issue.id,
        "thing_ref": issue.ref,
        "context_id": issue.relationship_id,
    }


def standing(issue: Issue, stay: IssueStay) -> dict[str, Any]:
    """How it stands, as JSON values: what every fact keeps before and after, and what a replay gives back."""
    return {
        "status": issue.status.value,
        "sharing": issue.sharing.value,
        "severity": issue.severity.value,
        "level": issue.level,
        "stay": stay.number,
        "entered": stay.entered_at.isoformat(),
        "limit": stay.limit_days,
        "awaited": issue.awaited.value,
        "going": issue.going.value,
        "due": issue.due_at.isoformat() if issue.due_at else None,
    }


def tell(
    session: Session,
    issue: Issue,
    stay: IssueStay,
    *,
    actor: Principal | None,
    at: datetime,
    verb: str,
    before: dict[str, Any] | None,
    reason: str = "",
    **more: Any,
) -> None:
    """Record one fact about it. ``actor``: ``None`` for what came by itself. Pass the verb as a literal."""
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id if actor else None,
        at=at,
        verb=verb,
        **about(issue),
        before=before,
        after=standing(issue, stay) | ({"reason": reason} if reason else {}) | more,
    )


def just_done(session: Session, issue: Issue, verb: str, actor: Principal) -> bool:
    """Whether the newest fact about it is this very one by the same person: then a repeat holds already."""
    fact = session.scalars(facts_of(thing_kind="issue", thing_id=issue.id).limit(1)).first()
    return fact is not None and fact.verb == verb and fact.actor_id == actor.person_id


def who_was_faster(session: Session, issue: Issue) -> str:
    """The name of who changed it last; empty when the system did, or nobody knows."""
    fact = session.scalars(facts_of(thing_kind="issue", thing_id=issue.id).limit(1)).first()
    who = session.get(Person, fact.actor_id) if fact is not None and fact.actor_id is not None else None
    return who.name if who else ""


def relationship_of_issue(session: Session, issue: Issue) -> Relationship:
    """The relationship of an issue that somebody may see already."""
    return session.get_one(Relationship, issue.relationship_id)
