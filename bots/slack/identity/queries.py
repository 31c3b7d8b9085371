"""Reading who is who."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.ids import digest
from auditapp.people.model import Account, Person, Setting
from auditapp.people.queries import principal_of_person
from auditapp.relationships.model import RelationshipMember, RelationshipPartner
from bots.slack.identity.rules import Acting, Address, WhyNot, why_not_act, why_not_receive
from bots.slack.model import SlackAccount, SlackInvite, SlackTeam, Sort, Standing, TeamState

PARTNERS = (
    "slack.partners"  # the key under which the relationships stand whose partners may be reached by Slack
)
PRIVATE = "slack.private"  # the key under which the kinds stand whose titles are not shown in previews
LINK = "link"
_RANK: Mapping[Standing, int] = {Standing.LINKED: 0, Standing.MAPPED: 1, Standing.SUGGESTED: 2}


def _kept(session: Session, key: str) -> list[str]:
    found = session.get(Setting, key)
    return [str(one) for one in found.value] if found is not None and isinstance(found.value, list) else []


def partner_relationships(session: Session) -> frozenset[UUID]:
    """The relationships whose partner contacts may be reached, and may answer, by Slack. None unless it was chosen."""
    return frozenset(UUID(one) for one in _kept(session, PARTNERS))


def private_kinds(session: Session) -> frozenset[str]:
    """The kinds of due item whose titles never stand in a preview."""
    return frozenset(_kept(session, PRIVATE))


def allowed_people(session: Session, person_ids: Collection[UUID]) -> frozenset[UUID]:
    """Of these partner contacts those who may use Slack: each relationship that they see allows it, and there is one.

    One that does not allow it keeps its contacts out altogether: lists, searches and windows hold what somebody sees on
    the site, whichever relationship it is of.
    """
    chosen = partner_relationships(session)
    if not chosen or not person_ids:
        return frozenset()
    rows = session.execute(
        sa.select(RelationshipMember.person_id, RelationshipMember.relationship_id)
        .join(Person, Person.id == RelationshipMember.person_id)
        .join(
            RelationshipPartner,
            sa.and_(
                RelationshipPartner.relationship_id == RelationshipMember.relationship_id,
                RelationshipPartner.partner_id == Person.partner_id,
            ),
        )
        .where(RelationshipMember.person_id.in_(person_ids), RelationshipMember.until.is_(None))
    ).all()
    kept_out = {person_id for person_id, relationship_id in rows if relationship_id not in chosen}
    return frozenset({person_id for person_id, _ in rows} - kept_out)


def members_of(session: Session, relationship_ids: Collection[UUID]) -> frozenset[UUID]:
    """The people on either side of these relationships."""
    if not relationship_ids:
        return frozenset()
    return frozenset(
        session.scalars(
            sa.select(RelationshipMember.person_id).where(
                RelationshipMember.relationship_id.in_(relationship_ids), RelationshipMember.until.is_(None)
            )
        )
    )


def account_of(session: Session, *, slack_team_id: UUID, user_id: str) -> SlackAccount | None:
    """The account of an installation by Slack's id of it."""
    return session.scalar(
        sa.select(SlackAccount).where(
            SlackAccount.slack_team_id == slack_team_id, SlackAccount.user_id == user_id
        )
    )


def account_by_id(session: Session, account_id: UUID) -> SlackAccount | None:
    """An account by the id of its row."""
    return session.get(SlackAccount, account_id)


def person_who_acts(
    session: Session, *, enterprise_id: str | None, team_id: str | None, user_id: str, at: datetime
) -> Acting:
    """Who stands behind something that came from Slack, authorised anew; or why nobody does.

    ``team_id``, ``enterprise_id``: of the installation or of the person, as Slack sent them. At most five statements.
    """
    del at  # nothing that is kept here ends by itself
    found = session.execute(
        sa.select(SlackAccount, SlackTeam.state)
        .join(SlackTeam, SlackTeam.id == SlackAccount.slack_team_id)
        .where(SlackAccount.user_id == user_id, _of_team(enterprise_id, team_id))
        .order_by(
            sa.case((SlackTeam.state == TeamState.ACTIVE, 0), else_=1),
            sa.case((SlackAccount.standing == Standing.LINKED, 0), else_=1),
            SlackAccount.id,
        )
        .limit(1)
    ).first()
    if found is None:
        return Acting(why=WhyNot.UNKNOWN_ACCOUNT)
    account: SlackAccount = found[0]
    if found[1] is not TeamState.ACTIVE:
        return Acting(why=WhyNot.UNKNOWN_TEAM, account_id=account.id)
    person = session.get(Person, account.person_id) if account.person_id else None
    why = why_not_act(
        account.standing,
        account.sort,
        partner=person is not None and person.partner_id is not None,
        allowed=person is not None
        and person.partner_id is not None
        and bool(allowed_people(session, [person.id])),
        active=person is not None and person.active,
    )
    if why is None and person is not None:
        signs_in = session.execute(
            sa.select(Account.disabled_at).where(Account.person_id == person.id)
        ).first()
        if signs_in is None or signs_in[0] is not None:
            why = WhyNot.INACTIVE
    if why is not None or person is None:
        return Acting(why=why or WhyNot.NOT_LINKED, account_id=account.id)
    return Acting(principal=principal_of_person(session, person.id), account_id=account.id)


def _of_team(enterprise_id: str | None, team_id: str | None) -> sa.ColumnElement[bool]:
    """An account of that workspace, or of the organization that the workspace belongs to."""
    choices: list[sa.ColumnElement[bool]] = []
    if team_id:
        choices += [SlackAccount.team_id == team_id, SlackTeam.team_id == team_id]
    if enterprise_id:
        choices.append(sa.and_(SlackTeam.enterprise_id == enterprise_id, SlackTeam.team_id == ""))
    return sa.or_(*choices) if choices else sa.false()


def _addresses(person_ids: Collection[UUID]) -> sa.Select[SlackAccount, UUID, UUID | None, bool]:
    return (
        sa.select(SlackAccount, Person.id, Person.partner_id, Person.active)
        .join(SlackTeam, SlackTeam.id == SlackAccount.slack_team_id)
        .join(Person, Person.id == SlackAccount.person_id)
        .where(
            SlackAccount.person_id.in_(person_ids),
            SlackTeam.state == TeamState.ACTIVE,
            SlackAccount.closed_reason == "",
        )
    )


def accounts_for(session: Session, person_ids: Collection[UUID]) -> dict[UUID, Address]:
    """The account to write each of these people to; whoever has none is left out. At most three statements.

    Of several the best: connected before chosen before suggested; a member's before a guest's; seen last.
    """
    found: dict[UUID, list[SlackAccount]] = {}
    rows = session.execute(_addresses(person_ids)).all()
    allowed = allowed_people(session, [row[1] for row in rows if row[2] is not None])
    for account, person_id, partner_id, active in rows:
        why = why_not_receive(
            account.standing,
            account.sort,
            partner=partner_id is not None,
            allowed=person_id in allowed,
            active=active,
        )
        if why is None:
            found.setdefault(person_id, []).append(account)
    return {person_id: _address(min(rows, key=_order)) for person_id, rows in found.items()}


def account_for(session: Session, person_id: UUID) -> Address | None:
    """The account to write somebody to, or ``None``."""
    return accounts_for(session, [person_id]).get(person_id)


def receives(session: Session, account: SlackAccount) -> bool:
    """Whether an account may still be shown things: what stands there is not drawn anew for one that may not."""
    person = session.get(Person, account.person_id) if account.person_id is not None else None
    if person is None:
        return False
    partner = person.partner_id is not None
    allowed = partner and bool(allowed_people(session, [person.id]))
    return (
        why_not_receive(
            account.standing, account.sort, partner=partner, allowed=allowed, active=person.active
        )
        is None
    )


def _order(account: SlackAccount) -> tuple[int, bool, float, str]:
    return (
        _RANK[account.standing],
        account.sort is not Sort.MEMBER,
        -account.checked_at.timestamp(),
        str(account.id),
    )


def _address(account: SlackAccount) -> Address:
    assert account.person_id is not None  # noqa: S101 - the join found the person
    return Address(
        account_id=account.id,
        slack_team_id=account.slack_team_id,
        team_id=account.team_id,
        user_id=account.user_id,
        channel_id=account.channel_id,
        standing=account.standing,
        sort=account.sort,
        zone=account.zone,
        person_id=account.person_id,
        checked_at=account.checked_at,
    )


def accounts_of_person(session: Session, person_id: UUID) -> list[tuple[SlackAccount, SlackTeam]]:
    """Every account that belongs to somebody, the working ones first; those taken back as well."""
    rows = session.execute(
        sa.select(SlackAccount, SlackTeam)
        .join(SlackTeam, SlackTeam.id == SlackAccount.slack_team_id)
        .where(SlackAccount.person_id == person_id)
        .order_by(sa.case((SlackTeam.state == TeamState.ACTIVE, 0), else_=1), SlackTeam.name, SlackAccount.id)
        .limit(50)
    )
    return [(row[0], row[1]) for row in rows]


def invited(session: Session, *, secret: str, at: datetime) -> tuple[SlackAccount, SlackTeam] | None:
    """The account that a one-time link would connect, while the link is good."""
    found = session.execute(
        sa.select(SlackAccount, SlackTeam)
        .join(SlackInvite, SlackInvite.account_id == SlackAccount.id)
        .join(SlackTeam, SlackTeam.id == SlackAccount.slack_team_id)
        .where(
            SlackInvite.digest == digest(secret),
            SlackInvite.what == LINK,
            SlackInvite.used_at.is_(None),
            SlackInvite.expires_at > at,
        )
    ).first()
    return (found[0], found[1]) if found is not None else None
