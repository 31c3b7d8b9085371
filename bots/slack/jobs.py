"""What the clock does for Slack: workspaces are kept connected, and their directories are read."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.reminders.engine.registry import Job, register
from bots.slack.identity import edge as directories
from bots.slack.install import edge as installs
from bots.slack.install import queries
from bots.slack.web import SlackError, Team, site_of

TEAMS, DIRECTORIES = "slack_teams", "slack_directories"


def _read_directories(app: Flask, at: datetime) -> int:
    site = site_of(app)

    def failed(team: Team, error: SlackError) -> bool:
        return installs.failed(team, error, at=at)

    return directories.run(
        app, at, fresh=lambda one: installs.fresh(site, at=at, slack_team_id=one), failed=failed
    )


def register_jobs(app: Flask) -> None:
    """Have the clock do them, where any workspace can be joined."""
    if not site_of(app).configured:
        return
    by_token = site_of(app).by_token

    def anything(session: Session, at: datetime) -> bool:
        return (
            (by_token and not queries.anything_active(session))
            or bool(queries.ending(session, at=at))
            or bool(queries.to_look_at(session, at=at))
        )

    register(
        Job(
            name=TEAMS,
            label=Text("Slack's workspaces are kept connected"),
            order=5,
            edge=installs.run,
            due=anything,
            every=timedelta(minutes=1),
        )
    )
    register(
        Job(
            name=DIRECTORIES,
            label=Text("Slack's directories are read"),
            order=6,
            edge=_read_directories,
            due=directories.anything_due,
            every=timedelta(minutes=1),
        )
    )
