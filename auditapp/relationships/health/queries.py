"""Reading health checks: what of them somebody may see is decided here, and who said what is told to nobody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.health.model import HealthAnswer, HealthCheck, HealthEdition, HealthInvite
from auditapp.relationships.health.rules.life import STATE_LABELS, CheckState, Progress, progress
from auditapp.relationships.health.rules.questions import FIRST, QuestionSet, from_data
from auditapp.relationships.health.rules.results import (
    OWN,
    RAG_LABELS,
    RAG_TONES,
    Answer,
    Rag,
    Results,
    Trend,
    of_data,
)
from auditapp.relationships.links.queries import linkable
from auditapp.relationships.links.rules import Target
from auditapp.relationships.model import Partner, Relationship, RelationshipMember
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rules import MEMBER_ROLE_LABELS, MemberRole, Sharing

MOST_IN_TREND = 12  # checks: six years at the usual interval
MOST_PEOPLE = 200
MOST_COMMENTS = 500


def party_key(party_id: UUID | None) -> str:
    """A party as results name it."""
    return str(party_id) if party_id else OWN


def visible_checks(principal: Principal) -> sa.Select[Any]:
    """The checks somebody may see: our own people all; a contact those they are asked in, and shared results."""
    query = sa.select(HealthCheck).where(
        HealthCheck.relationship_id.in_(visible_relationships(principal).with_only_columns(Relationship.id))
    )
    if principal.can(Capability.VIEW_ORGANIZATION):
        return query
    asked = sa.select(HealthInvite.check_id).where(
        HealthInvite.person_id == principal.person_id, HealthInvite.gone_at.is_(None)
    )
    return query.where(
        sa.or_(
            HealthCheck.id.in_(asked),
            sa.and_(HealthCheck.state == CheckState.CLOSED, HealthCheck.sharing == Sharing.SHARED),
        )
    )


def shows_results(principal: Principal, check: HealthCheck) -> bool:
    """Whether somebody who sees a check may see what it came to."""
    return check.state is CheckState.CLOSED and (
        principal.can(Capability.VIEW_ORGANIZATION) or check.sharing is Sharing.SHARED
    )


def check_by_ref(session: Session, principal: Principal, ref: str) -> HealthCheck:
    """A check by its number. Raises NotFound, also for one that is not to be seen."""
    found: HealthCheck | None = session.scalar(
        visible_checks(principal).where(HealthCheck.ref == ref.upper().replace("\0", ""))
    )
    if found is None:
        raise NotFound
    return found


def check_of(session: Session, principal: Principal, check_id: UUID) -> HealthCheck:
    """A check by its id, for services. Raises NotFound, also for one that is not to be seen."""
    found: HealthCheck | None = session.scalar(visible_checks(principal).where(HealthCheck.id == check_id))
    if found is None:
        raise NotFound
    return found


def list_checks(
    session: Session, principal: Principal, relationship_id: UUID, *, page: int
) -> Page[HealthCheck]:
    """A page of a relationship's checks, the newest first. Two statements."""
    return paginate(
        session,
        visible_checks(principal)
        .where(HealthCheck.relationship_id == relationship_id)
        .order_by(HealthCheck.opened_at.desc(), HealthCheck.ref.desc()),
        page=page,
        per_page=12,
    )


def open_check_of(session: Session, relationship_id: UUID) -> HealthCheck | None:
    """The check of a relationship that is being answered."""
    return session.scalar(
        sa.select(HealthCheck).where(
            HealthCheck.relationship_id == relationship_id, HealthCheck.state == CheckState.OPEN
        )
    )


def closed_checks(
    session: Session, principal: Principal | None, relationship_id: UUID, *, before: datetime | None = None
) -> Sequence[HealthCheck]:
    """The last closed checks whose results somebody may see, the oldest first (``None``: whoever may see all)."""
    query = sa.select(HealthCheck).where(
        HealthCheck.relationship_id == relationship_id, HealthCheck.state == CheckState.CLOSED
    )
    if principal is not None and not principal.can(Capability.VIEW_ORGANIZATION):
        query = query.where(
            HealthCheck.sharing == Sharing.SHARED,
            HealthCheck.relationship_id.in_(
                visible_relationships(principal).with_only_columns(Relationship.id)
            ),
        )
    if before is not None:
        query = query.where(HealthCheck.closed_at < before)
    rows = session.scalars(query.order_by(HealthCheck.closed_at.desc()).limit(MOST_IN_TREND)).all()
    return list(reversed(rows))


def results_of(check: HealthCheck) -> Results | None:
    """What a check came to, when it is closed."""
    return of_data(check.results)


def questions_of(check: HealthCheck) -> QuestionSet:
    """The questions a check was opened with."""
    return from_data(check.edition, check.questions)


def current_edition(session: Session) -> tuple[QuestionSet, HealthEdition | None]:
    """The questions that a new check asks, and the row behind them (``None``: as they come). One statement."""
    row = session.scalar(sa.select(HealthEdition).order_by(HealthEdition.number.desc()).limit(1))
    return (FIRST, None) if row is None else (from_data(row.number, row.questions), row)


def editions(session: Session) -> Sequence[tuple[HealthEdition, str]]:
    """Own editions with who made them, newest first."""
    return [
        (row[0], row[1])
        for row in session.execute(
            sa.select(HealthEdition, Person.name)
            .join(Person, Person.id == HealthEdition.made_by_id)
            .order_by(HealthEdition.number.desc())
            .limit(50)
        )
    ]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who could be asked; ``seat`` says what they are in the relationship."""

    person_id: UUID
    name: str
    party_id: UUID | None
    seat: Text | str


_SEATS: Mapping[str, Text] = {
    "ser_id": Text("Senior Executive Responsible"),
    "owner_id": Text("Relationship owner"),
    "manager_id": Text("Relationship manager"),
}


def candidates(session: Session, place: Relationship) -> list[Candidate]:
    """People of both sides with a seat in a relationship, ours first. Two statements."""
    seats: dict[UUID, Text | str] = {}
    for name, label in _SEATS.items():
        person_id = getattr(place, name)
        if person_id is not None:
            seats.setdefault(person_id, label)
    members = session.execute(
        sa.select(RelationshipMember.person_id, RelationshipMember.role)
        .where(RelationshipMember.relationship_id == place.id, RelationshipMember.until.is_(None))
        .limit(MOST_PEOPLE)
    ).all()
    weight = list(MemberRole)
    for person_id, role in sorted(members, key=lambda row: weight.index(row[1])):
        seats.setdefault(person_id, MEMBER_ROLE_LABELS[role])
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.partner_id)
        .where(Person.id.in_(seats), Person.active)
        .order_by(Person.partner_id.is_not(None), Person.name)
    )
    return [Candidate(person_id=row[0], name=row[1], party_id=row[2], seat=seats[row[0]]) for row in rows]


@dataclass(frozen=True, kw_only=True)
class InviteLine:
    """Somebody who is asked, and how far they are; not what they say."""

    invite: HealthInvite
    name: str
    given: int
    progress: Progress


def invites_of(session: Session, check: HealthCheck) -> list[InviteLine]:
    """Everybody who is asked, by side and name. One statement."""
    given = (
        sa.select(sa.func.count())
        .where(HealthAnswer.invite_id == HealthInvite.id)
        .correlate(HealthInvite)
        .scalar_subquery()
    )
    asked = len(questions_of(check).questions)
    return [
        InviteLine(invite=row[0], name=row[1], given=row[2], progress=progress(row[2], asked))
        for row in session.execute(
            sa.select(HealthInvite, Person.name, given)
            .join(Person, Person.id == HealthInvite.person_id)
            .where(HealthInvite.check_id == check.id, HealthInvite.gone_at.is_(None))
            .order_by(HealthInvite.party_id.is_not(None), HealthInvite.party_id, Person.name)
        )
    ]


def own_invite(session: Session, principal: Principal, check: HealthCheck) -> HealthInvite | None:
    """The invitation of whoever reads, if they are asked."""
    return session.scalar(
        sa.select(HealthInvite).where(
            HealthInvite.check_id == check.id,
            HealthInvite.person_id == principal.person_id,
            HealthInvite.gone_at.is_(None),
        )
    )


def answers_by_question(session: Session, invite_id: UUID) -> dict[str, HealthAnswer]:
    """What one person answered: for that person alone."""
    return {
        row.question: row
        for row in session.scalars(sa.select(HealthAnswer).where(HealthAnswer.invite_id == invite_id))
    }


def all_answers(session: Session, check_id: UUID) -> list[Answer]:
    """Every answer of those who are asked, for working out the results. One statement."""
    return [
        Answer(party=party_key(row[0]), person=str(row[1]), question=row[2], score=row[3])
        for row in session.execute(
            sa.select(
                HealthInvite.party_id, HealthInvite.person_id, HealthAnswer.question, HealthAnswer.score
            )
            .join(HealthAnswer, HealthAnswer.invite_id == HealthInvite.id)
            .where(HealthInvite.check_id == check_id, HealthInvite.gone_at.is_(None))
        )
    ]


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment without the name of who wrote it: only which side."""

    question: str
    party: str
    text: str
    shared: bool


def comments_of(session: Session, principal: Principal, check: HealthCheck) -> list[Comment]:
    """The comments of a closed check that somebody may read: shared ones, and those kept to one's own side.

    Those of a side whose result is withheld are withheld too. Ordered by what they say, so that their order tells
    nothing about who wrote them.
    """
    found = results_of(check)
    if found is None or not shows_results(principal, check):
        return []
    mine = (
        HealthInvite.party_id.is_(None)
        if principal.partner_id is None
        else HealthInvite.party_id == principal.partner_id
    )
    return [
        Comment(question=row[0], party=party_key(row[1]), text=row[2], shared=row[3] is Sharing.SHARED)
        for row in session.execute(
            sa.select(
                HealthAnswer.question, HealthInvite.party_id, HealthAnswer.comment, HealthAnswer.sharing
            )
            .join(HealthInvite, HealthInvite.id == HealthAnswer.invite_id)
            .where(
                HealthInvite.check_id == check.id,
                HealthInvite.gone_at.is_(None),
                HealthAnswer.comment != "",
                sa.or_(HealthAnswer.sharing == Sharing.SHARED, mine),
            )
            .order_by(HealthAnswer.question, HealthInvite.party_id.is_not(None), HealthAnswer.comment)
            .limit(MOST_COMMENTS)
        )
        if party_key(row[1]) not in found.withheld
    ]


def party_names(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Names of parties by key, our own organization first, then partners by name. Two statements."""
    own = organization(session)
    names = {OWN: own.name if own else ""} if OWN in keys else {}
    ids = [UUID(key) for key in keys if key != OWN]
    rows = session.execute(
        sa.select(Partner.id, Partner.name).where(Partner.id.in_(ids)).order_by(Partner.name)
    )
    return names | {str(row[0]): row[1] for row in rows}


def parties_of(place: Relationship) -> list[str]:
    """The parties of a relationship, ours first."""
    return [OWN, *(str(one.id) for one in place.partners)]


@dataclass(frozen=True, kw_only=True)
class Latest:
    """How a relationship's health stood last: ``word`` with ``tone`` for its status, ``trend`` against the time before."""

    ref: str
    word: Text
    tone: str
    closed_at: datetime
    trend: Trend


def latest(session: Session, relationship_id: UUID, principal: Principal | None = None) -> Latest | None:
    """The last closed check of a relationship, for other pages; ``principal`` where a contact may read. One statement."""
    found = closed_checks(session, principal, relationship_id)
    if not found:
        return None
    last = found[-1]
    overall = last.overall or Rag.UNKNOWN
    assert last.closed_at is not None  # noqa: S101 - a closed check has its moment
    return Latest(
        ref=last.ref,
        word=RAG_LABELS[overall],
        tone=RAG_TONES[overall],
        closed_at=last.closed_at,
        trend=last.trend or Trend.FIRST,
    )


@linkable("health_check", Text("Health check"))
def find_checks(session: Session, principal: Principal, refs: Collection[str]) -> dict[str, Target]:
    """Checks by number, as far as they may be seen. One statement."""
    return {
        one.ref: Target(
            ref=one.ref,
            title="",
            endpoint="health.show",
            values={"check_ref": one.ref},
            status=RAG_LABELS[one.overall]
            if one.overall and shows_results(principal, one)
            else STATE_LABELS[one.state],
        )
        for one in session.scalars(visible_checks(principal).where(HealthCheck.ref.in_(refs)))
    }
