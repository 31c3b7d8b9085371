"""What happens to an installation: joined, renewed, dead, alive again, gone. Slack itself is called elsewhere."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid
from auditapp.kit.ids import digest, new_secret
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail.service import record
from bots.slack.install.queries import plain
from bots.slack.install.rules import AHEAD, LEASE, STATE_LASTS, Installation, Renewed
from bots.slack.model import SlackInvite, SlackRate, SlackTeam, TeamState
from bots.slack.vault import Vault, WrongKeyError
from bots.slack.web import Team, row_for

INSTALL = "install"
OLD_STATE = Text("This installation was begun too long ago, or by somebody else. Begin it again.")
LONGEST_REASON = 200


def begin_install(session: Session, *, actor: Principal, at: datetime) -> str:
    """The one-time ``state`` of an installation that this person begins now."""
    session.execute(sa.delete(SlackInvite).where(SlackInvite.expires_at <= at - STATE_LASTS))
    secret = new_secret()
    session.add(
        SlackInvite(
            digest=digest(secret), what=INSTALL, expires_at=at + STATE_LASTS, person_id=actor.person_id
        )
    )
    return secret


def use_state(session: Session, *, actor: Principal, at: datetime, state: str) -> None:
    """Spend a ``state``: once, in time, and by whoever began. Raises Invalid."""
    found = session.get(SlackInvite, digest(state), populate_existing=True)
    if (
        found is None
        or found.what != INSTALL
        or found.used_at is not None
        or found.expires_at <= at
        or found.person_id != actor.person_id
    ):
        raise Invalid(OLD_STATE)
    found.used_at = at


def install(
    session: Session, *, actor: Principal | None, at: datetime, vault: Vault, given: Installation
) -> UUID:
    """Keep an installation. One that was there is renewed: its accounts, posts and channels stay."""
    row = _same(session, given)
    new = row is None or row.state is not TeamState.ACTIVE
    token, refresh_token = vault.lock(given.token), vault.lock(given.refresh_token)
    if row is None:
        row = SlackTeam(
            team_id=given.team_id, enterprise_id=given.enterprise_id, name=given.name, app_id=given.app_id,
            bot_user_id=given.bot_user_id, bot_id=given.bot_id, token=token, installed_at=at,
        )  # fmt: skip
        session.add(row)
    row.enterprise_id, row.name = given.enterprise_id, given.name
    row.app_id = given.app_id or row.app_id
    row.bot_user_id, row.bot_id = given.bot_user_id, given.bot_id
    row.token, row.refresh_token, row.expires_at = token, refresh_token, given.expires_at
    row.scopes = list(given.scopes)
    row.state, row.reason, row.changed_at, row.installed_at = TeamState.ACTIVE, "", at, at
    row.installed_by_id = actor.person_id if actor else None
    row.directory_at = None
    session.flush()
    if new or actor is not None:
        _record(session, row, verb="slack.installed", actor_id=actor.person_id if actor else None, at=at)
    return row.id


def _same(session: Session, given: Installation) -> SlackTeam | None:
    """The row of the same workspace or organization, also when the workspace joined an organization meanwhile."""
    if given.team_id:
        return session.scalar(
            sa.select(SlackTeam)
            .where(SlackTeam.team_id == given.team_id)
            .order_by(SlackTeam.installed_at.desc())
            .limit(1)
        )
    return session.scalar(
        sa.select(SlackTeam).where(SlackTeam.enterprise_id == given.enterprise_id, SlackTeam.team_id == "")
    )


def claim_rotation(
    session: Session, *, at: datetime, vault: Vault, slack_team_id: UUID
) -> tuple[Team | None, str]:
    """A team's token, and the refresh token when it is this caller's turn to renew it; else empty.

    Under the write lock: of any number of workers one gets it, and the others go on with the token as it is.
    """
    row = session.get(SlackTeam, slack_team_id, populate_existing=True)
    if row is None or row.state is not TeamState.ACTIVE:
        return None, ""
    team = plain(row, vault)
    if not row.refresh_token or row.expires_at is None or row.expires_at > at + AHEAD:
        return team, ""
    lease = _lease(session, row)
    if lease.free_at > at:
        return team, ""
    lease.free_at = at + LEASE
    return team, vault.open(row.refresh_token)


def rotated(
    session: Session, *, at: datetime, vault: Vault, slack_team_id: UUID, given: Renewed
) -> Team | None:
    """Keep what came of a renewal, and give the lease back."""
    row = session.get(SlackTeam, slack_team_id, populate_existing=True)
    if row is None:
        return None
    row.token, row.expires_at = vault.lock(given.token), given.expires_at
    row.refresh_token = vault.lock(given.refresh_token) or row.refresh_token
    _lease(session, row).free_at = at
    return plain(row, vault)


def died(session: Session, *, at: datetime, slack_team_id: UUID, code: str) -> bool:
    """Slack says that nothing works there: nobody is told by it until somebody looks. Whether that is news."""
    row = session.get(SlackTeam, slack_team_id, populate_existing=True)
    if row is None or row.state is TeamState.UNINSTALLED:
        return False
    known = row.state is TeamState.DEAD
    row.state, row.reason, row.changed_at = TeamState.DEAD, code[:LONGEST_REASON], at
    if not known:
        _record(session, row, verb="slack.died", actor_id=None, at=at, reason=code)
    return not known


def lives(
    session: Session, *, at: datetime, slack_team_id: UUID, scopes: tuple[str, ...] | None = None
) -> None:
    """Slack takes its token (again), with these scopes."""
    row = session.get(SlackTeam, slack_team_id, populate_existing=True)
    if row is None or row.state is TeamState.UNINSTALLED:
        return
    if scopes is not None and tuple(row.scopes) != scopes:
        row.scopes = list(scopes)
    if row.state is TeamState.DEAD:
        row.state, row.reason, row.changed_at = TeamState.ACTIVE, "", at
        _record(session, row, verb="slack.revived", actor_id=None, at=at)


def uninstalled(
    session: Session, *, at: datetime, enterprise_id: str | None, team_id: str | None
) -> UUID | None:
    """The app was removed there (``app_uninstalled``, ``tokens_revoked``). The token is forgotten, the rest stays."""
    row = row_for(session, enterprise_id=enterprise_id, team_id=team_id)
    if row is None or row.state is TeamState.UNINSTALLED:
        return None
    _end(session, row, at=at, actor_id=None)
    return row.id


def remove(session: Session, *, actor: Principal, at: datetime, slack_team_id: UUID) -> None:
    """Somebody takes a workspace out here. One that is out stays out; of one that was removed in Slack it is known now."""
    row = session.get(SlackTeam, slack_team_id, populate_existing=True)
    if row is not None and row.state is not TeamState.UNINSTALLED:
        _end(session, row, at=at, actor_id=actor.person_id)
    elif row is not None:
        row.reason = ""


def _end(session: Session, row: SlackTeam, *, at: datetime, actor_id: UUID | None) -> None:
    row.state, row.reason, row.changed_at = TeamState.UNINSTALLED, "" if actor_id else "app_uninstalled", at
    row.token = row.refresh_token = ""
    row.expires_at = None
    _record(session, row, verb="slack.uninstalled", actor_id=actor_id, at=at)


def row_of_token(session: Session, *, vault: Vault, token: str) -> UUID | None:
    """The working installation that is kept with this token, if there is one."""
    for row in session.scalars(sa.select(SlackTeam).where(SlackTeam.state != TeamState.UNINSTALLED)):
        try:
            if vault.open(row.token) == token:
                return row.id
        except WrongKeyError:
            continue
    return None


def token_of(session: Session, *, vault: Vault, slack_team_id: UUID) -> str:
    """The token of an installation whatever its state; empty when it was removed. Raises WrongKeyError."""
    row = session.get(SlackTeam, slack_team_id)
    return vault.open(row.token) if row is not None else ""


def renew_key(session: Session, *, vault: Vault) -> int:
    """Every token under the first key of the settings; gives how many. Raises WrongKeyError."""
    rows = session.scalars(sa.select(SlackTeam).where(SlackTeam.token != "")).all()
    for row in rows:
        row.token, row.refresh_token = vault.renewed(row.token), vault.renewed(row.refresh_token)
    return len(rows)


def unreadable(session: Session, *, vault: Vault) -> list[str]:
    """The names of working installations whose token this key does not open."""
    found = []
    for row in session.scalars(sa.select(SlackTeam).where(SlackTeam.token != "")):
        try:
            vault.open(row.token)
        except WrongKeyError:
            found.append(row.name)
    return found


def _lease(session: Session, row: SlackTeam) -> SlackRate:
    key = f"{row.id.hex}:rotation"
    found = session.get(SlackRate, key, populate_existing=True)
    if found is None:
        found = SlackRate(key=key, free_at=row.installed_at)
        session.add(found)
    return found


def _record(
    session: Session, row: SlackTeam, *, verb: str, actor_id: UUID | None, at: datetime, reason: str = ""
) -> None:
    about = {"team_id": row.team_id, "enterprise_id": row.enterprise_id}
    record(
        session, actor_id=actor_id, at=at, verb=verb, thing_kind="slack_team", thing_id=row.id,
        thing_ref=row.name, after=about | ({"reason": reason} if reason else {}),
    )  # fmt: skip
