"""Reading who is reached, person by person, and who is not although something waits for them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Person
from auditapp.reminders.ladder.model import ReminderRun
from bots.slack.identity.queries import accounts_for, allowed_people
from bots.slack.identity.rules import Address, WhyNot, why_not_receive
from bots.slack.model import SlackAccount, SlackTeam, Standing, TeamState

MOST_SHOWN = 2000


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How somebody is reached: at ``address``, or not at all because of ``why``. ``owes``: things that are reminded of."""

    person_id: UUID
    name: str
    email: str
    partner: bool
    address: Address | None
    why: WhyNot | None
    owes: int


def owed(session: Session) -> Counter[UUID]:
    """How many things that are reminded of each person owes. One statement."""
    found: Counter[UUID] = Counter()
    for owners in session.scalars(sa.select(ReminderRun.owners).where(ReminderRun.ended_at.is_(None))):
        found.update(UUID(one) for one in owners)
    return found


def reach_of(session: Session, people: Sequence[Person], owes: Counter[UUID]) -> list[Reach]:
    """How these people are reached. At most five statements, whatever the number."""
    ids = [one.id for one in people]
    addresses = accounts_for(session, ids)
    reasons = _reasons(session, {one.id: one for one in people if one.id not in addresses})
    return [
        Reach(
            person_id=one.id,
            name=one.name,
            email=one.email,
            partner=one.partner_id is not None,
            address=addresses.get(one.id),
            why=None if one.id in addresses else reasons.get(one.id, WhyNot.UNKNOWN_ACCOUNT),
            owes=owes[one.id],
        )
        for one in people
    ]


def _reasons(session: Session, people: dict[UUID, Person]) -> dict[UUID, WhyNot]:
    """Why the accounts that somebody has are not written to; of several the first in the order of the enum."""
    rows = session.execute(
        sa.select(SlackAccount, Person.id, SlackTeam.state)
        .join(SlackTeam, SlackTeam.id == SlackAccount.slack_team_id)
        .join(Person, Person.id == SlackAccount.person_id)
        .where(Person.id.in_(people))
    ).all()
    allowed = allowed_people(session, [one.id for one in people.values() if one.partner_id is not None])
    order = list(WhyNot)
    found: dict[UUID, WhyNot] = {}
    for account, person_id, state in rows:
        person = people[person_id]
        why = why_not_receive(
            account.standing,
            account.sort,
            partner=person.partner_id is not None,
            allowed=person.id in allowed,
            active=person.active,
        )
        if state is not TeamState.ACTIVE:
            why = WhyNot.UNKNOWN_TEAM
        elif why is None:
            why = WhyNot.UNREACHABLE
        if person.id not in found or order.index(why) > order.index(found[person.id]):
            found[person.id] = why
    return found


def _people(*, partners: bool) -> sa.Select[Any]:
    query = sa.select(Person).where(Person.active).order_by(Person.name, Person.id)
    return query if partners else query.where(Person.partner_id.is_(None))


def people_page(session: Session, *, page: int) -> Page[Reach]:
    """Everybody active, page by page."""
    found = paginate(session, _people(partners=True), page=page)
    return _with_rows(found, reach_of(session, found.rows, owed(session)))


def unmatched_page(session: Session, *, page: int) -> Page[Reach]:
    """Whoever owes something and is not reached by Slack, those who owe most first."""
    owes = owed(session)
    reached = accounts_for(session, list(owes))
    missing = [one for one, _count in sorted(owes.items(), key=lambda pair: (-pair[1], str(pair[0]))) if one not in reached]  # fmt: skip
    total = len(missing)
    number = min(max(1, page), max(1, -(-total // 25)))
    part = missing[(number - 1) * 25 : number * 25]
    people = {one.id: one for one in session.scalars(sa.select(Person).where(Person.id.in_(part)))}
    rows = reach_of(session, [people[one] for one in part if one in people], owes)
    return Page(rows=rows, number=number, per_page=25, total=total)


def everybody(session: Session, *, partners: Collection[UUID] = ()) -> list[Reach]:
    """Everybody active of the own organization, and these partner contacts."""
    query = _people(partners=True).where(sa.or_(Person.partner_id.is_(None), Person.id.in_(partners)))
    return reach_of(session, session.scalars(query.limit(MOST_SHOWN)).all(), owed(session))


def counts(session: Session) -> dict[Standing, int]:
    """How many accounts of working workspaces stand how."""
    rows = session.execute(
        sa.select(SlackAccount.standing, sa.func.count())
        .join(SlackTeam, SlackTeam.id == SlackAccount.slack_team_id)
        .where(SlackTeam.state == TeamState.ACTIVE)
        .group_by(SlackAccount.standing)
    )
    kept = {row[0]: row[1] for row in rows}
    return {one: kept.get(one, 0) for one in Standing}


@dataclass(frozen=True, kw_only=True)
class AccountsWanted:
    """Which accounts are listed: of a standing, with words in name, address or id."""

    standing: Standing | None = None
    words: str = ""


def accounts_page(session: Session, wanted: AccountsWanted, *, page: int) -> Page[Any]:
    """Rows of (account, the workspace's name, the person's name or None), by name."""
    query = (
        sa.select(SlackAccount, SlackTeam.name, Person.name)
        .join(SlackTeam, SlackTeam.id == SlackAccount.slack_team_id)
        .outerjoin(Person, Person.id == SlackAccount.person_id)
        .where(SlackTeam.state != TeamState.UNINSTALLED)
        .order_by(SlackAccount.name, SlackAccount.id)
    )
    if wanted.standing is not None:
        query = query.where(SlackAccount.standing == wanted.standing)
    for word in wanted.words.split()[:5]:
        query = query.where(
            sa.or_(
                SlackAccount.name.icontains(word, autoescape=True),
                SlackAccount.email.icontains(word, autoescape=True),
                SlackAccount.user_id == word,
            )
        )
    return paginate(session, query, page=page, scalars=False)


def _with_rows(page: Page[Any], rows: list[Reach]) -> Page[Reach]:
    return Page(rows=rows, number=page.number, per_page=page.per_page, total=page.total)
