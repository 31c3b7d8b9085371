"""Where the directory of a workspace is read: page by page, each kept in a unit of its own, no call inside any."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.reminders.engine.running import stopping
from bots.slack.faults import FaultSort
from bots.slack.identity import service
from bots.slack.identity.queries import account_of
from bots.slack.identity.rules import SYNC_EVERY, Profile, profile_of
from bots.slack.model import SlackTeam, TeamState
from bots.slack.web import SlackError, SlackSite, Team, leave_alone, site_of, wait_for

log = logging.getLogger(__name__)
PER_CALL = 200  # accounts; Slack advises no more
PATIENCE = 10.0  # seconds that a job waits for its turn; after that the next tick goes on
LONGEST_DIRECTORY = 500  # calls: a hundred thousand accounts


class NotNowError(Exception):
    """Slack wants to be left alone for a while: what was begun is begun anew later."""


def own_teams(team: Team) -> frozenset[str]:
    """Whose accounts are of our own organization."""
    return frozenset({team.team_id, team.enterprise_id} - {""})


def sync(app: Flask, team: Team, *, at: datetime) -> int:
    """Read a whole directory. Gives how many accounts were new or changed. Raises SlackError, NotNowError."""
    site, changed = site_of(app), 0
    own = own_teams(team)
    for workspace in _workspaces(app, site, team) if not team.team_id else iter([""]):
        for members in _pages(app, site, team, workspace):
            found = [one for user in members if (one := profile_of(user, own | {workspace}))]
            changed += run_unit(lambda found=found: _see(team, found, at=at), "write")  # type: ignore[misc] # a default
    run_unit(
        lambda: service.forget_missing(current_session(), at=at, slack_team_id=team.id, begun_at=at), "write"
    )
    return changed


def _see(team: Team, found: list[Profile], *, at: datetime) -> int:
    return service.see(current_session(), at=at, slack_team_id=team.id, profiles=found)


def look_up(site: SlackSite, team: Team, user_id: str, *, at: datetime) -> UUID | None:
    """Read one account (``users.info``) and keep it; gives its row, ``None`` where Slack knows nobody. Raises SlackError."""
    try:
        answer = site.api.call(team, "users.info", user=user_id)
    except SlackError as error:
        if error.sort in (FaultSort.RESOLVE, FaultSort.PERSON):
            return None
        raise
    return saw(team, answer["user"], at=at)


def saw(team: Team, user: Mapping[str, Any], *, at: datetime) -> UUID | None:
    """Keep an account as an event (``user_change``, ``team_join``) or an answer shows it; gives its row."""
    found = profile_of(user, own_teams(team))
    if found is None:
        return None

    def keep() -> UUID | None:
        session = current_session()
        service.see(session, at=at, slack_team_id=team.id, profiles=[found])
        row = account_of(session, slack_team_id=team.id, user_id=found.user_id)
        return row.id if row is not None else None

    return run_unit(keep, "write")


def _workspaces(app: Flask, site: SlackSite, team: Team) -> Iterator[str]:
    """The workspaces of an organization-wide installation that it was added to."""
    for answer in _cursored(app, site, team, "auth.teams.list", {}):
        yield from (str(one["id"]) for one in answer["teams"])


def _pages(app: Flask, site: SlackSite, team: Team, workspace: str) -> Iterator[list[Mapping[str, Any]]]:
    named = {"team_id": workspace} if workspace else {}
    for answer in _cursored(app, site, team, "users.list", {"limit": PER_CALL, **named}):
        yield answer["members"]


def _cursored(
    app: Flask, site: SlackSite, team: Team, method: str, arguments: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    cursor = ""
    for _call in range(LONGEST_DIRECTORY):
        _wait(app, team, method)
        try:
            answer = site.api.call(team, method, **(arguments | ({"cursor": cursor} if cursor else {})))
        except SlackError as error:
            if error.sort is FaultSort.RETRY and error.retry_after is not None:
                _leave_alone(team, method, error.retry_after)
                raise NotNowError from None
            raise
        yield answer
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return


def _leave_alone(team: Team, method: str, seconds: float) -> None:
    run_unit(
        lambda: leave_alone(current_session(), team=team, method=method, seconds=seconds, at=clock.now()),
        "write",
    )


def _wait(app: Flask, team: Team, method: str) -> None:
    """Take a place; wait a little for it, not long. Raises NotNowError."""
    while True:
        now = clock.now()
        until = run_unit(lambda: wait_for(current_session(), team=team, method=method, at=now), "write")  # noqa: B023 - run at once
        if until is None:
            return
        seconds = (until - now).total_seconds()
        if seconds > PATIENCE or stopping(app).wait(seconds):
            raise NotNowError


def _due(session: Session, at: datetime) -> list[UUID]:
    return list(
        session.scalars(
            sa.select(SlackTeam.id).where(
                SlackTeam.state == TeamState.ACTIVE,
                sa.or_(SlackTeam.directory_at.is_(None), SlackTeam.directory_at <= at - SYNC_EVERY),
            )
        )
    )


def run(
    app: Flask,
    at: datetime,
    *,
    fresh: Callable[[UUID], Team | None],
    failed: Callable[[Team, SlackError], bool],
) -> int:
    """The job: read every directory that was not read lately, and suggest whose an account is when people came."""
    done = 0
    if run_unit(lambda: service.anybody_to_suggest(current_session()), "read"):
        done += run_unit(lambda: service.suggest_again(current_session()), "write")
    for one in run_unit(lambda: _due(current_session(), at), "read"):
        try:
            team = fresh(one)
            if team is not None:
                done += sync(app, team, at=at) + 1
        except NotNowError:
            continue
        except SlackError as error:
            if team is None or not failed(team, error):
                log.warning("the directory could not be read: %s", error)
    return done


def anything_due(session: Session, at: datetime) -> bool:
    """Whether a directory was not read lately."""
    return bool(_due(session, at))
