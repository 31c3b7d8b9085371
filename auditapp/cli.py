"""The `auditapp` command."""

import json
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.orm import Session
from waitress import serve

from auditapp.api.tokens.rules import Scope
from auditapp.api.tokens.service import make
from auditapp.audits.report.queries import anchors as anchors_in_reports
from auditapp.audits.tablet.integrity.cli_commands import tablet
from auditapp.checklists.cli_commands import checklist
from auditapp.config import ROOT, Settings, WrongSettingsError, load_settings, settings_page, unknown_settings
from auditapp.findings.rules.document import life_page
from auditapp.kit import clock, fulltext
from auditapp.kit.app import this_app
from auditapp.kit.db import current_session, mode, run_unit, why_unreachable
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from auditapp.overview.archive.cli_commands import archive_group
from auditapp.overview.archive.service import place_order
from auditapp.overview.demo.service import load_demonstration
from auditapp.overview.demo.visits import load_visits
from auditapp.overview.setup.service import new_setup_code
from auditapp.people.cli_commands import user
from auditapp.people.queries import organization
from auditapp.relationships.issues.queries.running import anything_due
from auditapp.relationships.issues.service import advance
from auditapp.reminders.coming.cli_commands import due_command
from auditapp.reminders.engine.cli_commands import doctor, tick_once, worker
from auditapp.reminders.engine.registry import Job, register
from auditapp.reminders.engine.worker import start
from auditapp.reports.pack.cli_commands import pack_group
from auditapp.trail import service as trail
from auditapp.trail.rules import Anchor

ANCHORS = "trail-anchors.jsonl"
THREADS = 8


def fill(session: Session, *, at: datetime) -> None:
    """The demonstration, and what is to be made of it or given out; the secret of the token is told to nobody."""
    load_demonstration(session, store(), at=at)
    ada = load_visits(session, at=at)
    place_order(session, actor=ada, at=at, passwords=False)
    make(session, actor=ada, at=at, name="Power BI", scopes=[Scope.READ_AUDITS, Scope.READ_FINDINGS], days=90)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--demo", is_flag=True, help="Load the demonstration organization if the database is empty.")
@click.option("--empty", is_flag=True, help="Start with the set-up page (the default for an empty database).")
@with_appcontext
def run(host: str, port: int, *, demo: bool, empty: bool) -> None:
    """Serve the site and run its clock in one process: for a small site."""
    if demo and empty:
        raise click.UsageError("--demo and --empty exclude each other.")
    app = this_app()
    upgrade_database()
    if run_unit(lambda: organization(current_session()), "read") is None:
        if demo:
            click.echo("Loading the demonstration organization …")
            run_unit(lambda: fill(current_session(), at=clock.now()), "write")
        else:
            code = run_unit(lambda: new_setup_code(current_session(), at=clock.now()), "write")
            click.echo(f"Nothing is set up yet. Open http://{host}:{port}/setup and enter this code: {code}")
    running = start(app)
    click.echo(f"auditapp is at http://{host}:{port}  (Ctrl-C stops it)")
    try:
        serve(app, host=host, port=port, **server_options(app))
    finally:
        running.stop()


def server_options(app: Flask) -> dict[str, Any]:
    """What the server is told besides where it listens.

    It clears the headers of proxies unless the settings name some: then the app itself trusts exactly that many.
    """
    settings: Settings = app.extensions["auditapp"]
    return {
        "threads": THREADS,
        "ident": "auditapp",
        "channel_timeout": 300,
        "clear_untrusted_proxy_headers": settings.proxies == 0,
        # Our own page says that a file is too large; far beyond, nothing is even taken in.
        "max_request_body_size": 4 * int(app.config["MAX_CONTENT_LENGTH"]),
    }


def require_reachable(settings: Settings) -> None:
    """Raises ClickException naming the setting whose folder cannot be written or whose database cannot be opened."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        raise click.ClickException(
            f"AUDITAPP_DATA_DIR: {settings.data_dir} cannot be written: {error.strerror}."
        ) from None
    if why := why_unreachable(settings.resolved_database_url):
        raise click.ClickException(f"AUDITAPP_DATABASE_URL: the database cannot be opened: {why}")


def upgrade_database() -> None:
    """Bring the database to the newest migration."""
    with mode("write"):
        upgrade(directory=str(ROOT / "migrations"))


def write_down_what_came() -> int:
    """What came by itself since the last tick; how much it was. Takes the write lock only when there is something."""
    at = clock.now()
    if not run_unit(lambda: anything_due(current_session(), at), "read"):
        return 0
    return run_unit(lambda: advance(current_session(), at=at), "write")


def store() -> Store:
    """The evidence store of this installation."""
    found: Store = current_app.extensions["auditapp_store"]
    return found


def anchors_file() -> Path:
    """Where anchors are written: a file beside the database, to be copied away with the backups."""
    settings: Settings = current_app.extensions["auditapp"]
    return settings.data_dir / ANCHORS


def write_anchor(*, once_a_day: bool = False) -> Anchor | None:
    """Write the newest hash of the trail down outside the database; ``once_a_day`` skips a day that has one."""
    path = anchors_file()
    at = clock.now()
    if once_a_day and path.exists():
        last = path.read_text(encoding="utf-8").splitlines()[-1:]
        if last and json.loads(last[0])["at"][:10] == at.date().isoformat():
            return None
    anchor = run_unit(lambda: trail.head(current_session()), "read")
    if anchor is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as target:
            target.write(json.dumps({"at": at.isoformat(), "seq": anchor.seq, "hash": anchor.hash}) + "\n")
    return anchor


def _anchor_daily(_app: Flask, _at: datetime) -> int:
    return 1 if write_anchor(once_a_day=True) is not None else 0


register(
    Job(
        name="anchor",
        label=Text("The daily anchor of the trail"),
        order=80,
        edge=_anchor_daily,
        every=timedelta(minutes=10),
    )
)


def read_anchors() -> list[Anchor]:
    """Every anchor written so far."""
    path = anchors_file()
    if not path.exists():
        return []
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return [Anchor(seq=row["seq"], hash=row["hash"]) for row in rows]


@click.group("demo")
def demo_group() -> None:
    """The demonstration organization."""


@demo_group.command("load")
@with_appcontext
def demo_load() -> None:
    """Fill an empty database with the demonstration organization."""
    upgrade_database()
    if run_unit(lambda: organization(current_session()), "read") is not None:
        raise click.ClickException(
            "This database has an organization already; the demonstration needs an empty one."
        )
    run_unit(lambda: fill(current_session(), at=clock.now()), "write")
    click.echo("The demonstration organization is loaded.")


@click.group("trail")
def trail_group() -> None:
    """The audit trail: verify it, anchor it."""


@trail_group.command("verify")
@click.option(
    "--anchor", "given", multiple=True, metavar="SEQ:HASH", help="A number and hash written down elsewhere."
)
@with_appcontext
def trail_verify(given: tuple[str, ...]) -> None:
    """Prove that no row was changed, removed, reordered or cut off; exit 1 and say which otherwise."""
    anchors = read_anchors()
    for text in given:
        seq, _, value = text.partition(":")
        if not seq.isdigit() or not value:
            raise click.BadParameter(f"{text!r} is not SEQ:HASH")
        anchors.append(Anchor(seq=int(seq), hash=value))
    anchors += run_unit(lambda: anchors_in_reports(current_session()), "read")
    found = run_unit(lambda: list(trail.verify(current_session(), anchors)), "read")
    for fault in found:
        click.echo(f"BROKEN at {fault.seq} ({fault.kind}): {fault.message}")
    if found:
        sys.exit(1)
    head = run_unit(lambda: trail.head(current_session()), "read")
    click.echo(
        f"whole: {head.seq if head else 0} rows, {len(anchors)} anchors, newest {head.hash if head else '-'}"
    )


@trail_group.command("anchor")
@with_appcontext
def trail_anchor() -> None:
    """Write the newest hash down outside the database and print it."""
    anchor = write_anchor()
    click.echo(f"{anchor.seq}:{anchor.hash}" if anchor else "the trail is empty")


@click.group("config")
def config_group() -> None:
    """Settings: check them, print their page."""


@config_group.command("check")
def config_check() -> None:
    """Say whether the settings are complete and sound, the folder can be written and the database opened."""
    try:
        settings = load_settings()
    except WrongSettingsError as error:
        raise click.ClickException(str(error)) from None
    require_reachable(settings)
    for name in unknown_settings():
        click.echo(f"warning: {name} is set, but there is no such setting")
    click.echo(f"settings are sound; the database is {settings.resolved_database_url.split('@')[-1]}")


@config_group.command("document")
def config_document() -> None:
    """Print docs/settings.md."""
    click.echo(settings_page(), nl=False)


@click.group("states")
def states_group() -> None:
    """Life cycles as the rules have them."""


@states_group.command("document")
def states_document() -> None:
    """Print docs/dev/life-of-a-nonconformity.md."""
    click.echo(life_page(), nl=False)


@click.group("search")
def search_group() -> None:
    """The text index. It is kept by the database itself; this is for after a repair by hand."""


@search_group.command("rebuild")
@with_appcontext
def search_rebuild() -> None:
    """Enter every audit, nonconformity, action, relationship and person into the index anew."""
    count = run_unit(lambda: fulltext.rebuild(current_session()), "write")
    click.echo(f"{count} things can be found by their words.")


@click.command("setup-code")
@with_appcontext
def setup_code() -> None:
    """Print a one-time code for the set-up page of an empty database; earlier ones stop working."""
    if run_unit(lambda: organization(current_session()), "read") is not None:
        raise click.ClickException("This database has an organization already: it is set up.")
    click.echo(run_unit(lambda: new_setup_code(current_session(), at=clock.now()), "write"))


COMMANDS: tuple[click.Command, ...] = (
    run,
    worker,
    tick_once,
    doctor,
    setup_code,
    demo_group,
    pack_group,
    archive_group,
    trail_group,
    config_group,
    search_group,
    states_group,
    user,
    checklist,
    tablet,
    due_command,
)
