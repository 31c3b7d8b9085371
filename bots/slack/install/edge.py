"""Where an installation meets Slack: units of work, and between them the calls. Nothing here runs inside a unit."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from flask import Flask

from auditapp.kit.db import Mode, current_session, run_unit
from auditapp.people.rules import Principal
from bots.slack.faults import FaultSort
from bots.slack.install import queries, service
from bots.slack.install.rules import Renewed, expiry, from_exchange, from_token
from bots.slack.vault import WrongKeyError
from bots.slack.web import SlackError, SlackSite, Team, site_of

log = logging.getLogger(__name__)
T = TypeVar("T")


def _unit(work: Callable[[], T], kind: Mode = "write") -> T:
    return run_unit(work, kind)


def finish_install(
    site: SlackSite, *, actor: Principal, at: datetime, state: str, code: str, redirect_uri: str
) -> UUID:
    """Spend the state, exchange the code, keep the installation. Raises Invalid, SlackError."""
    _unit(lambda: service.use_state(current_session(), actor=actor, at=at, state=state))
    answer = site.api.exchange(code, redirect_uri)
    who, _scopes = site.api.whoami(str(answer["access_token"]))
    given = from_exchange(answer, who, at=at)
    return _unit(
        lambda: service.install(current_session(), actor=actor, at=at, vault=site.vault, given=given)
    )


def connect(site: SlackSite, *, at: datetime) -> UUID | None:
    """Keep the workspace that the settings name by its token; ``None`` when they name none. Raises SlackError.

    Slack is asked once for each token: as long as the kept one is the same, nothing is called.
    """
    token = site.settings.slack_bot_token.get_secret_value()
    if not token:
        return None
    kept = _unit(lambda: service.row_of_token(current_session(), vault=site.vault, token=token), "read")
    if kept is not None:
        return kept
    who, scopes = site.api.whoami(token)
    given = from_token(token, who, scopes or ())
    return _unit(lambda: service.install(current_session(), actor=None, at=at, vault=site.vault, given=given))


def fresh(site: SlackSite, *, at: datetime, slack_team_id: UUID) -> Team | None:
    """A working team with a token that lasts; it is renewed when it ends soon, by one caller at a time.

    ``None``: the installation does not work, also when its token cannot be read: then it is marked as not working.
    As long as nothing is to be renewed this only reads.
    """
    try:
        team, ends = _unit(
            lambda: queries.team_and_end(current_session(), site.vault, slack_team_id, at=at), "read"
        )
        if team is None or not ends:
            return team
        team, refresh_token = _unit(
            lambda: service.claim_rotation(
                current_session(), at=at, vault=site.vault, slack_team_id=slack_team_id
            )
        )
    except WrongKeyError as error:
        log.warning("%s", error)
        _unit(lambda: service.died(current_session(), at=at, slack_team_id=slack_team_id, code="wrong_key"))
        return None
    if team is None or not refresh_token:
        return team
    try:
        answer = site.api.refresh(refresh_token)
    except SlackError as error:
        log.warning("the token of %s could not be renewed: %s", team.name, error)
        failed(team, error, at=at)
        return team if error.sort is not FaultSort.WORKSPACE else None
    given = Renewed(
        token=str(answer["access_token"]),
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_at=expiry(answer, at),
    )
    return _unit(
        lambda: service.rotated(
            current_session(), at=at, vault=site.vault, slack_team_id=slack_team_id, given=given
        )
    )


def failed(team: Team, error: SlackError, *, at: datetime) -> bool:
    """Note down what an error says about the whole workspace. Whether nothing works there any more."""
    if error.sort is not FaultSort.WORKSPACE:
        return False
    _unit(lambda: service.died(current_session(), at=at, slack_team_id=team.id, code=error.code), "write")
    return True


def look(site: SlackSite, *, at: datetime, slack_team_id: UUID) -> bool:
    """Ask Slack whether a workspace that was dead works (again). Gives whether it does."""
    token = _unit(
        lambda: service.token_of(current_session(), vault=site.vault, slack_team_id=slack_team_id), "read"
    )
    if not token:
        return False
    try:
        _who, scopes = site.api.whoami(token)
    except SlackError as error:
        code = error.code
        if error.sort is FaultSort.WORKSPACE:
            _unit(lambda: service.died(current_session(), at=at, slack_team_id=slack_team_id, code=code))
        return False
    _unit(lambda: service.lives(current_session(), at=at, slack_team_id=slack_team_id, scopes=scopes))
    return True


def run(app: Flask, at: datetime) -> int:
    """The job: join the workspace of the settings, renew tokens that end soon, look at dead workspaces again."""
    site, done = site_of(app), 0
    try:
        connect(site, at=at)
    except SlackError as error:
        log.warning("the workspace of AUDITAPP_SLACK_BOT_TOKEN cannot be joined: %s", error)
    for one in _unit(lambda: queries.ending(current_session(), at=at), "read"):
        done += fresh(site, at=at, slack_team_id=one) is not None
    for one in _unit(lambda: queries.to_look_at(current_session(), at=at), "read"):
        try:
            done += look(site, at=at, slack_team_id=one)
        except WrongKeyError as error:
            log.warning("%s", error)
    return done
