"""Reading workspaces."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from bots.slack.install.rules import AHEAD, LOOK_AGAIN
from bots.slack.model import SlackTeam, TeamState
from bots.slack.vault import Vault
from bots.slack.web import Team, row_for

MOST_TEAMS = 200


def plain(row: SlackTeam, vault: Vault) -> Team:
    """An installation with its token in clear, to call Slack with. Raises WrongKeyError."""
    return Team(
        id=row.id,
        team_id=row.team_id,
        enterprise_id=row.enterprise_id,
        name=row.name,
        bot_user_id=row.bot_user_id,
        bot_id=row.bot_id,
        token=vault.open(row.token),
        scopes=tuple(row.scopes),
    )


def team_for(
    session: Session, vault: Vault, *, enterprise_id: str | None, team_id: str | None
) -> Team | None:
    """The same, working, with its token in clear. Raises WrongKeyError."""
    row = row_for(session, enterprise_id=enterprise_id, team_id=team_id)
    return plain(row, vault) if row is not None and row.state is TeamState.ACTIVE else None


def team_of(session: Session, vault: Vault, slack_team_id: UUID) -> Team | None:
    """A working installation by the id of its row, with its token in clear. Raises WrongKeyError."""
    row = session.get(SlackTeam, slack_team_id, populate_existing=True)
    return plain(row, vault) if row is not None and row.state is TeamState.ACTIVE else None


def team_and_end(
    session: Session, vault: Vault, slack_team_id: UUID, *, at: datetime
) -> tuple[Team | None, bool]:
    """A working installation, and whether its token is to be renewed. Raises WrongKeyError."""
    row = session.get(SlackTeam, slack_team_id, populate_existing=True)
    if row is None or row.state is not TeamState.ACTIVE:
        return None, False
    ends = bool(row.refresh_token) and row.expires_at is not None and row.expires_at <= at + AHEAD
    return plain(row, vault), ends


def active_ids(session: Session) -> list[UUID]:
    """The rows of the installations that work."""
    return list(
        session.scalars(
            sa.select(SlackTeam.id)
            .where(SlackTeam.state == TeamState.ACTIVE)
            .order_by(SlackTeam.name, SlackTeam.id)
        )
    )


def row_by_id(session: Session, slack_team_id: UUID) -> SlackTeam:
    """An installation whatever its state. Raises NotFound."""
    found = session.get(SlackTeam, slack_team_id)
    if found is None:
        raise NotFound
    return found


def working(session: Session) -> Sequence[SlackTeam]:
    """The installations that work, by name."""
    return session.scalars(
        sa.select(SlackTeam)
        .where(SlackTeam.state == TeamState.ACTIVE)
        .order_by(SlackTeam.name, SlackTeam.id)
        .limit(MOST_TEAMS)
    ).all()


def anything_active(session: Session) -> bool:
    """Whether any workspace works."""
    return bool(session.scalar(sa.select(sa.exists().where(SlackTeam.state == TeamState.ACTIVE))))


def alone(session: Session, slack_team_id: UUID) -> bool:
    """Whether no other workspace works besides this one."""
    others = sa.exists().where(SlackTeam.state == TeamState.ACTIVE, SlackTeam.id != slack_team_id)
    return not session.scalar(sa.select(others))


def ending(session: Session, *, at: datetime) -> list[UUID]:
    """The working installations whose token ends soon."""
    return list(
        session.scalars(
            sa.select(SlackTeam.id).where(
                SlackTeam.state == TeamState.ACTIVE,
                SlackTeam.refresh_token != "",
                SlackTeam.expires_at <= at + AHEAD,
            )
        )
    )


def to_look_at(session: Session, *, at: datetime) -> list[UUID]:
    """The dead installations that were not looked at lately."""
    return list(
        session.scalars(
            sa.select(SlackTeam.id).where(
                SlackTeam.state == TeamState.DEAD, SlackTeam.changed_at <= at - LOOK_AGAIN
            )
        )
    )


def all_teams(session: Session) -> Sequence[SlackTeam]:
    """Every installation, those that work first."""
    return session.scalars(
        sa.select(SlackTeam)
        .order_by(sa.case((SlackTeam.state == TeamState.ACTIVE, 0), else_=1), SlackTeam.name, SlackTeam.id)
        .limit(MOST_TEAMS)
    ).all()


def dead_teams(session: Session) -> list[tuple[str, str]]:
    """(name, Slack's code) of the installations that do not work and were not removed here: the banner of each page."""
    rows = session.execute(
        sa.select(SlackTeam.name, SlackTeam.reason)
        .where(
            (SlackTeam.state == TeamState.DEAD)
            | ((SlackTeam.state == TeamState.UNINSTALLED) & (SlackTeam.reason != ""))
        )
        .order_by(SlackTeam.name)
        .limit(MOST_TEAMS)
    )
    return [(row[0], row[1]) for row in rows]
