"""Reading workspaces."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bots.slack.install.rules import AHEAD, LOOK_AGAIN
from bots.slack.model import SlackTeam, TeamState
from bots.slack.vault import Vault
from bots.slack.web import Team

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


def row_for(session: Session, *, enterprise_id: str | None, team_id: str | None) -> SlackTeam | None:
    """The installation that something from Slack belongs to: of the workspace, else of its whole organization.

    Whatever its state. At most two statements.
    """
    if team_id:
        found = session.scalar(
            sa.select(SlackTeam)
            .where(SlackTeam.team_id == team_id)
            .order_by(sa.case((SlackTeam.state == TeamState.ACTIVE, 0), else_=1), SlackTeam.id)
            .limit(1)
        )
        if found is not None and (found.state is TeamState.ACTIVE or not enterprise_id):
            return found
    else:
        found = None
    whole = (
        session.scalar(
            sa.select(SlackTeam).where(SlackTeam.enterprise_id == enterprise_id, SlackTeam.team_id == "")
        )
        if enterprise_id
        else None
    )
    return whole if whole is not None and (found is None or whole.state is TeamState.ACTIVE) else found


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


def active_ids(session: Session) -> list[UUID]:
    """The rows of the installations that work."""
    return list(
        session.scalars(
            sa.select(SlackTeam.id)
            .where(SlackTeam.state == TeamState.ACTIVE)
            .order_by(SlackTeam.name, SlackTeam.id)
        )
    )


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
    """(name, Slack's code) of the installations that do not work and were not removed."""
    rows = session.execute(
        sa.select(SlackTeam.name, SlackTeam.reason)
        .where(SlackTeam.state == TeamState.DEAD)
        .order_by(SlackTeam.name)
        .limit(MOST_TEAMS)
    )
    return [(row[0], row[1]) for row in rows]
