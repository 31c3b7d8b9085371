"""What came in is done: after its acknowledgement, once, and whoever did it is told in words how it ended."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import DBAPIError

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.text import Text
from bots.slack import work
from bots.slack.faults import FaultSort
from bots.slack.inbound import clicks, commands, events, forms_with_files, later, shortcuts
from bots.slack.inbound.later import politely
from bots.slack.inbound.telling import Came, Talk
from bots.slack.inbound.who import actor_of
from bots.slack.install import edge as installations
from bots.slack.model import SlackAccount, SlackWork
from bots.slack.posts.drawing import draw_wanted
from bots.slack.web import SlackError, site_of

log = logging.getLogger(__name__)
BROKE = Text(
    "Something broke on our side. Nothing was changed; try again, and tell the system manager if it stays."
)
DISCONNECTED = Text(
    "It was not done: the workspace is not connected any more. Do it in the site, and tell the system manager."
)
HANDLERS: Mapping[str, Callable[[Talk], None]] = {
    "click": clicks.clicked,
    "form": forms_with_files.fetched,
    "command": commands.commanded,
    "shortcut": shortcuts.used,
    "event": events.happened,
}


@dataclass(frozen=True, kw_only=True)
class _Taken:
    came: Came
    slack_team_id: UUID
    tries: int


def follow(app: Flask, hint: later.Hint) -> None:
    """One hint of what is to be done now."""
    if isinstance(hint, later.Draw):
        with app.app_context():
            draw_wanted(app, subjects={hint.subject})
        return
    with app.app_context():
        do(app, hint.id)


def do(app: Flask, work_id: UUID, *, at: datetime | None = None) -> bool:
    """Do one piece of work, if nobody else does; whether it was ours."""
    at = at or clock.now()
    taken = politely(lambda: _take(app, work_id, at), "write")
    if taken is None:
        return False
    talk = Talk(app=app, team=None, came=taken.came, at=at)
    try:
        team = installations.fresh(site_of(app), at=at, slack_team_id=taken.slack_team_id)
        if team is None and taken.came.kind != "event":
            _end(work_id, at, well=False)
            talk.say_surely(DISCONNECTED)
            return True
        talk = replace(talk, team=team)
        HANDLERS[taken.came.kind](talk)
    except DBAPIError:
        raise  # the lease runs out, and it is taken again
    except SlackError as error:
        if error.sort is FaultSort.WORKSPACE and talk.team is not None:
            installations.failed(talk.team, error, at=at)
        wait = timedelta(seconds=error.retry_after) if error.retry_after else None
        if error.sort in {FaultSort.RETRY, FaultSort.AMBIGUOUS} and _again(work_id, at, wait):
            return True
        log.warning("something asked for in Slack failed: %s", error)
        _give_up(talk, work_id, at, outage=error.sort is FaultSort.RETRY)
        return True
    except Exception:
        log.exception("something asked for in Slack failed")
        _give_up(talk, work_id, at)
        return True
    _end(work_id, at, well=True)
    return True


def do_what_is_left(app: Flask, at: datetime | None = None) -> int:
    """What other processes took in and did not do. The job of the clock."""
    moment = at or clock.now()
    with app.app_context():
        ids = politely(lambda: work.left(current_session(), at=moment), "read")
        return sum(do(app, one, at=at) for one in ids)


def _take(app: Flask, work_id: UUID, at: datetime) -> _Taken | None:
    session = current_session()
    found = work.take(session, work_id, at=at)
    if found is None:
        return None
    account = session.get(SlackAccount, found.account_id)
    if account is None:
        work.failed(found, at=at, said=None)
        return None
    actor = actor_of(session, app, account, at=at)
    return _Taken(
        came=Came(work_id=found.id, kind=found.kind, payload=dict(found.payload), actor=actor, tries=found.tries),
        slack_team_id=account.slack_team_id, tries=found.tries,
    )  # fmt: skip


def _end(work_id: UUID, at: datetime, *, well: bool) -> bool:
    """End it, unless it has ended; whether it had not."""

    def end() -> bool:
        found = current_session().get(SlackWork, work_id, populate_existing=True)
        if found is None or found.ended_at is not None:
            return False
        (work.done if well else work.failed)(found, at=at, said=None)
        return True

    return politely(end, "write")


def _again(work_id: UUID, at: datetime, wait: timedelta | None) -> bool:
    def again() -> bool:
        found = current_session().get(SlackWork, work_id, populate_existing=True)
        return found is not None and found.ended_at is None and work.again(found, at=at, wait=wait)

    return politely(again, "write")


def _give_up(talk: Talk, work_id: UUID, at: datetime, *, outage: bool = False) -> None:
    """It was not done, and its person hears of it. What was done before something else failed only has to be drawn.

    ``outage``: Slack did not hand out what was asked for; a form stands again with what was typed.
    """
    if not _end(work_id, at, well=False):
        return
    if outage:
        try:
            if forms_with_files.gave_up(talk):
                return
        except SlackError as error:
            log.info("the form could not be shown again: %s", error)
    talk.say_surely(BROKE)
