"""How an issue stands for somebody who reads it: also what came by itself and no tick has written down yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.issues.model import Issue, IssueRequest, IssueSpan, IssueStay
from auditapp.relationships.issues.queries.access import partner_can_sign_in, parts_of
from auditapp.relationships.issues.queries.ladder import Ladder, ladder_of
from auditapp.relationships.issues.queries.running import open_request, run_of, spans_of, stays_of
from auditapp.relationships.issues.rules.clock import (
    Climb,
    Clock,
    Going,
    Party,
    Run,
    climb,
    clock,
)
from auditapp.relationships.issues.rules.issue import (
    STATUS_LABELS,
    STATUS_TONES,
    STEPS,
    Part,
    Status,
    Verb,
    may,
)
from auditapp.relationships.issues.rules.ladder import TOP, Level
from auditapp.relationships.issues.rules.turn import Facts, Turn, turn
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing


@dataclass(frozen=True, kw_only=True)
class Standing:
    """All that the pages of an issue show of how it stands.

    ``level``, ``seen`` (the number of the stay), ``clock`` and ``status`` are as of now, even when no tick has written
    it down; ``behind`` is what is not written down. ``may``: what the reader can do now.
    """

    issue: Issue
    relationship: Relationship
    stays: list[IssueStay]
    spans: Mapping[UUID, list[IssueSpan]]
    status: Status
    level: Level
    seen: int
    run: Run
    clock: Clock
    behind: list[Climb]
    label: Text
    tone: str
    turn: Turn
    parts: frozenset[Part]
    may: frozenset[Verb]
    names: Mapping[UUID, str]
    party_names: Mapping[Party, str]
    holders: Mapping[Party, str]
    request: IssueRequest | None
    request_mine: bool
    request_to_me: bool
    for_partner: bool
    own: bool


def standing_of(
    session: Session, principal: Principal, issue: Issue, relationship: Relationship, at: datetime
) -> Standing:
    """How it stands for somebody. At most thirteen statements, whatever happened to it."""
    stays = stays_of(session, issue.id)
    stay = stays[-1]
    spans = spans_of(session, [one.id for one in stays])
    run = run_of(stay, spans[stay.id])
    ladder = ladder_of(session, relationship)
    behind = _behind(issue, stay, run, ladder, at)
    silent = issue.status is Status.RESOLVED and issue.answer_by is not None and issue.answer_by <= at
    status = Status.CLOSED if silent else issue.status
    level, seen = Level(stay.level), stay.number
    holders = {Party.OWN: (stay.own_id, stay.own_name), Party.PARTNER: (stay.partner_id, stay.partner_name)}
    expired, expiry = stay.expired_at, stay.expiry
    for step in behind:
        if step.then is None:
            expired = step.at
            break
        run, level, seen, expiry, expired = step.then, step.then.level, seen + 1, ladder.expiry, None
        holders = {
            party: (UUID(one.person_id) if one.person_id else None, one.name)
            for party, one in (
                (Party.OWN, ladder.holder(level, None)),
                (Party.PARTNER, ladder.holder(level, issue.partner_id)),
            )
        }
    now = clock(run, stay.left_at or at)
    own = principal.can(Capability.VIEW_ORGANIZATION)
    parts = parts_of(
        session,
        principal,
        issue,
        relationship,
        _Held(own_id=holders[Party.OWN][0], partner_id=holders[Party.PARTNER][0]),
    )
    request = open_request(session, issue.id) if not behind and status is Status.OPEN else None
    side = Party.OWN if principal.partner_id is None else Party.PARTNER
    for_partner = (
        own and (request is not None or status is Status.RESOLVED) and not partner_can_sign_in(session, issue)
    )
    asked = request.party if request else issue.resolved_party if status is Status.RESOLVED else None
    to_me = asked is not None and (asked is not side or for_partner)
    possible = _possible(
        issue=issue,
        status=status,
        level=level,
        going=now.going,
        parts=parts,
        request=request,
        side=side,
        to_me=to_me,
    )
    ended = issue.answer_by if silent else issue.ended_at
    party_names = names_of_parties(session, issue, relationship)
    holder_id, holder = holders[now.party]
    label, tone = word(status, now, expired=expired is not None)
    return Standing(
        issue=issue,
        relationship=relationship,
        stays=stays,
        spans=spans,
        status=status,
        level=level,
        seen=seen,
        run=run,
        clock=now,
        behind=behind,
        label=label,
        tone=tone,
        turn=turn(
            Facts(
                status=status,
                level=level,
                at=at,
                calendar=run.calendars[now.party],
                party=party_names[now.party],
                holder=holder,
                mine=holder_id == principal.person_id,
                going=now.going,
                expiry=expiry,
                due=now.due,
                expired=expired,
                resumes=now.resumes,
                answer_by=issue.answer_by,
                ended=ended,
                request_to_me=request is not None and to_me,
                may=possible,
            )
        ),
        parts=parts,
        may=possible,
        names=_names(session, issue, spans, request),
        party_names=party_names,
        holders={party: name for party, (_, name) in holders.items()},
        request=request,
        request_mine=request is not None and request.party is side,
        request_to_me=request is not None and to_me,
        for_partner=for_partner,
        own=own,
    )


def word(status: Status, now: Clock, *, expired: bool) -> tuple[Text, str]:
    """(the word for how it stands, its tone)."""
    if status is not Status.OPEN:
        return STATUS_LABELS[status], STATUS_TONES[status]
    if expired or now.expired:
        return Text("Time is over"), "overdue"
    if now.going is Going.PAUSED:
        return Text("Paused"), "quiet"
    if now.left <= 1:
        return Text("Last working day"), "attention"
    if now.used * 2 >= now.limit:
        return Text("Half the time is over"), "attention"
    return Text("Open"), "on_track"


def names_of_parties(session: Session, issue: Issue, relationship: Relationship) -> dict[Party, str]:
    """What the two parties are called."""
    own = organization(session)
    partner = next((one.name for one in relationship.partners if one.id == issue.partner_id), "")
    return {Party.OWN: own.name if own else "", Party.PARTNER: partner}


def _behind(issue: Issue, stay: IssueStay, run: Run, ladder: Ladder, at: datetime) -> list[Climb]:
    if issue.status is not Status.OPEN or stay.expired_at is not None:
        return []
    return climb(
        run,
        at=at,
        first=stay.expiry,
        then=ladder.expiry,
        limits=ladder.limits,
        severity=issue.severity,
        calendars=ladder.calendars(issue.partner_id),
    )


@dataclass(frozen=True, kw_only=True)
class _Held:
    """Who holds a level that no row says yet: as much of a stay as parts are made of."""

    own_id: UUID | None
    partner_id: UUID | None


def _possible(
    *,
    issue: Issue,
    status: Status,
    level: Level,
    going: Going,
    parts: frozenset[Part],
    request: IssueRequest | None,
    side: Party,
    to_me: bool,
) -> frozenset[Verb]:
    """What is worth offering; the service decides."""
    found = {verb for verb in Verb if (status, verb) in STEPS and may(verb, parts)}
    shared = issue.sharing is Sharing.SHARED
    if request is None:
        found -= {Verb.ANSWER, Verb.TAKE_BACK}
    else:
        found -= {Verb.ASK_PAUSE, Verb.ASK_JUMP}
        found -= {Verb.ANSWER} if not to_me else set()
        found -= {Verb.TAKE_BACK} if request.party is not side else set()
    if not shared:
        found -= {Verb.PASS_BALL, Verb.ASK_PAUSE, Verb.ASK_JUMP}
    else:
        found -= {Verb.SHARE}
    if status is Status.RESOLVED and not to_me:
        found -= {Verb.ACCEPT, Verb.OBJECT}
    if going is Going.PAUSED:
        found -= {Verb.ASK_PAUSE}
    else:
        found -= {Verb.RESUME}
    if level is TOP:
        found -= {Verb.MOVE_UP, Verb.ASK_JUMP}
    if (issue.raised_party_id is None) is not (side is Party.OWN):
        found -= {Verb.EDIT}
    return frozenset(found)


def _names(
    session: Session,
    issue: Issue,
    spans: Mapping[UUID, list[IssueSpan]],
    request: IssueRequest | None,
) -> dict[UUID, str]:
    wanted = {issue.raised_by_id, issue.resolved_by_id, request.asked_by_id if request else None}
    wanted |= {span.by_id for found in spans.values() for span in found}
    rows = session.execute(
        sa.select(Person.id, Person.name).where(Person.id.in_([one for one in wanted if one is not None]))
    )
    return {row[0]: row[1] for row in rows}
