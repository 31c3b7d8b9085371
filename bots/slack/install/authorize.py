"""What Bolt asks before every listener: whose token is used. Answered from our own table, without asking Slack."""

from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.orm import Session

from bots.slack.install import queries
from bots.slack.vault import Vault


def authorize(
    session: Session,
    vault: Vault,
    *,
    enterprise_id: str | None,
    team_id: str | None,
    user_id: str | None = None,
) -> AuthorizeResult | None:
    """The bot of the workspace a request came from; ``None``: the app is not installed there, or does not work.

    Reads only, at most two statements. Raises WrongKeyError.
    """
    team = queries.team_for(session, vault, enterprise_id=enterprise_id, team_id=team_id)
    if team is None:
        return None
    return AuthorizeResult(
        enterprise_id=enterprise_id or team.enterprise_id or None,
        team_id=team_id or team.team_id or None,
        team=team.name,
        bot_user_id=team.bot_user_id,
        bot_id=team.bot_id,
        bot_token=team.token,
        bot_scopes=list(team.scopes),
        user_id=user_id,
    )
