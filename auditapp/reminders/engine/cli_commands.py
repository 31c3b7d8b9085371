"""Commands of the clock: work alone, tick once, look whether all is well."""

import sys
from datetime import timedelta

import click
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from auditapp.config import ROOT, Settings, unknown_settings
from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session, run_unit
from auditapp.reminders.engine import queries, registry
from auditapp.reminders.engine.rules import TICK
from auditapp.reminders.engine.running import run_job
from auditapp.reminders.engine.worker import work_alone
from auditapp.reminders.outbox import channels
from auditapp.reminders.outbox.queries import channel_states, waiting


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the clock and the jobs without the site, until SIGTERM: beside a WSGI server, as often as you like."""
    work_alone(
        this_app(), ready=lambda: click.echo("auditapp works: the clock ticks (SIGTERM or Ctrl-C stops it)")
    )


@click.command("tick")
@with_appcontext
def tick_once() -> None:
    """Run each job once: for a scheduler of your own, where neither `auditapp run` nor `auditapp worker` runs."""
    app, failed = this_app(), False
    for job in registry.jobs():
        try:
            click.echo(f"{job.label}: {run_job(app, job)}")
        except Exception as error:  # noqa: BLE001 - the others are run all the same
            failed = True
            click.echo(f"{job.label}: FAILED: {error}", err=True)
    if failed:
        sys.exit(1)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say how the settings, the database, the clock, the jobs and the channels are; exit 1 when something is wrong."""
    settings: Settings = current_app.extensions["auditapp"]
    late = timedelta(minutes=settings.clock_late_minutes)
    wrong = [f"{name} is set, but there is no such setting" for name in unknown_settings()]
    click.echo(f"settings    sound; the data is in {settings.data_dir}")
    click.echo(f"database    {settings.resolved_database_url.split('@')[-1]}")
    wrong += run_unit(lambda: _migrations(current_session()), "read")
    if not wrong:
        wrong += run_unit(lambda: _look(current_session(), late), "read")
    for one in wrong:
        click.echo(f"WRONG       {one}")
    if wrong:
        sys.exit(1)
    click.echo("all is well")


def _migrations(session: Session) -> list[str]:
    if session.get_bind().dialect.name == "postgresql":
        kept = session.execute(sa.text("SHOW synchronous_commit")).scalar_one()
        if kept == "off":
            click.echo(
                "note        synchronous_commit is off: a crash of the database loses what was saved last"
            )
    newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    here = MigrationContext.configure(session.connection()).get_current_revision()
    click.echo(f"migrations  the database stands at {here}, the program at {newest}")
    return [] if here == newest else ["The database is not of this version. Run `auditapp db upgrade`."]


def _look(session: Session, late: timedelta) -> list[str]:
    at = clock.now()
    marks = queries.marks(session)
    for name, label in [(TICK, "The clock"), *((job.name, str(job.label)) for job in registry.jobs())]:
        mark = marks.get(name)
        ended = f"{mark.ended_at:%Y-%m-%d %H:%M:%S} UTC" if mark and mark.ended_at else "never"
        failed = f"; FAILED since: {mark.error.splitlines()[-1]}" if mark and mark.error else ""
        click.echo(f"job         {label}: last ended well {ended}{failed}")
    states = channel_states(session)
    wrong = []
    for channel in channels.registered():
        state = states.get(channel.name)
        said = "works"
        if state is not None and state.dead_since is not None:
            said = f"does not work since {state.dead_since:%Y-%m-%d %H:%M} UTC: {state.reason}"
            wrong.append(f"The channel “{channel.label}” {said}")
        elif state is not None and state.paused_until is not None and state.paused_until > at:
            said = f"asked to be left alone until {state.paused_until:%Y-%m-%d %H:%M:%S} UTC"
        click.echo(f"channel     {channel.label}: {said}")
    stand = waiting(session, at=at, late=late)
    click.echo(f"messages    {stand.pending} wait, {stand.doubtful} in doubt, {stand.failed} dead letters")
    if stand.failed:
        wrong.append(f"{stand.failed} dead letters: no channel took them. Open /messages/?state=failed")
    return wrong + [str(text) for text in queries.what_is_wrong(session, at=at, late=late)]
