"""Which installation something from Slack belongs to."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bots.slack.model import SlackTeam, TeamState


def row_for(session: Session, *, enterprise_id: str | None, team_id: str | None) -> SlackTeam | None:
    """The installation of the workspace, else of its whole organization; whatever its state. At most two statements."""
    found = None
    if team_id:
        found = session.scalar(
            sa.select(SlackTeam)
            .where(SlackTeam.team_id == team_id)
            .order_by(sa.case((SlackTeam.state == TeamState.ACTIVE, 0), else_=1), SlackTeam.id)
            .limit(1)
        )
        if found is not None and (found.state is TeamState.ACTIVE or not enterprise_id):
            return found
    whole = (
        session.scalar(
            sa.select(SlackTeam).where(SlackTeam.enterprise_id == enterprise_id, SlackTeam.team_id == "")
        )
        if enterprise_id
        else None
    )
    return whole if whole is not None and (found is None or whole.state is TeamState.ACTIVE) else found
