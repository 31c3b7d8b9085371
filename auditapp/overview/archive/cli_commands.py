"""`auditapp archive …`: the organization out of this installation as one file, into an empty one, and a file checked."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from auditapp.config import ROOT
from auditapp.kit import clock
from auditapp.kit.db import current_session, mode, run_unit
from auditapp.kit.errors import Refusal
from auditapp.kit.storage import Store
from auditapp.overview.archive.filing import write_archive
from auditapp.overview.archive.manifest import Manifest
from auditapp.overview.archive.reading import differences, faults, opened, trail_breaks
from auditapp.overview.archive.service import note_export
from auditapp.overview.archive.tables import revision
from auditapp.overview.archive.taking import keep_files, require_empty, require_whole, take

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("archive")
def archive_group() -> None:
    """The whole organization as one file: export, verify, compare, import."""


def _store() -> Store:
    found: Store = current_app.extensions["auditapp_store"]
    return found


def _told(words: str) -> Callable[[int, int], None]:
    """Says how far something is, each tenth, where somebody watches."""
    before = -1

    def tell(done: int, total: int) -> None:
        nonlocal before
        tenth = done * 10 // max(total, 1)
        if tenth != before and total > 0:
            before = tenth
            click.echo(f"{words}: {tenth * 10} %", err=True)

    return tell


@archive_group.command("export")
@click.argument("file", type=FILE)
@click.option(
    "--without-passwords", is_flag=True, help="Leave the hashes of passwords out: everybody sets a new one."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@with_appcontext
def export_command(file: Path, *, without_passwords: bool, force: bool) -> None:
    """Write the whole organization to FILE, while people go on working."""
    if file.exists() and not force:
        raise click.ClickException(f"{file} is there already; --force writes over it.")
    try:
        made = write_archive(file, _store(), passwords=not without_passwords, tell=_told("Exporting"))
        run_unit(lambda: note_export(current_session(), at=clock.now(), made=made), "write")
    except Refusal as refusal:
        raise click.ClickException(str(refusal.text)) from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    _say(made)
    click.echo(
        "Everything that is known of people and partners is in it"
        + (
            " and nothing locks it"
            if without_passwords
            else ", with the hashes of their passwords, and nothing locks it"
        )
        + ": keep it as you keep the database."
    )


@archive_group.command("verify")
@click.argument("file", type=FILE)
def verify_command(file: Path) -> None:
    """Prove that FILE is whole and the trail in it holds; needs no database. Exit 1 and what is wrong otherwise."""
    try:
        with opened(file) as archive:
            found = list(faults(archive, _told("Checking")))
            found = found or [one.message for one in trail_breaks(archive)]
            made = archive.manifest
    except Refusal as refusal:
        raise click.ClickException(str(refusal.text)) from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None
    for fault in found:
        click.echo(f"BROKEN: {fault}")
    if found:
        raise SystemExit(1)
    _say(made)
    click.echo("whole: every part has the hash that its manifest says, and the trail holds.")


@archive_group.command("compare")
@click.argument("one", type=FILE)
@click.argument("other", type=FILE)
def compare_command(one: Path, other: Path) -> None:
    """Say whether two archives hold the same, but for when they were made; exit 1 and what differs otherwise."""
    try:
        with opened(one) as left, opened(other) as right:
            found = differences(left, right)
    except Refusal as refusal:
        raise click.ClickException(str(refusal.text)) from None
    except OSError as error:
        raise click.ClickException(f"cannot be read: {error.strerror}.") from None
    for name in found:
        click.echo(f"DIFFERS: {name}")
    if found:
        raise SystemExit(1)
    click.echo("the same: every table and file, and the trail.")


@archive_group.command("import")
@click.argument("file", type=FILE)
@with_appcontext
def import_command(file: Path) -> None:
    """Take FILE into this installation, which must be empty: all of it or nothing."""
    try:
        with opened(file) as archive:
            run_unit(_require_empty_if_any, "read")
            with mode("write"):
                upgrade(directory=str(ROOT / "migrations"))
            require_whole(archive)
            keep_files(archive, _store())
            tell = _told("Importing")
            run_unit(lambda: take(current_session(), archive, tell), "write")
            made = archive.manifest
    except Refusal as refusal:
        raise click.ClickException(str(refusal.text)) from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None
    _say(made)
    click.echo("Imported; the trail holds. Write its newest hash down outside: auditapp trail anchor.")
    click.echo("What waited to be sent goes out as soon as the site runs here with a mail server or Slack.")
    if not made.passwords:
        click.echo("Nobody has a password: auditapp user link EMAIL prints a link to set one.")


def _require_empty_if_any() -> None:
    connection = current_session().connection()
    if revision(connection):
        require_empty(connection)


def _say(made: Manifest) -> None:
    click.echo(
        f"{made.organization}: {made.rows} rows of {len(made.tables)} tables, {len(made.files)} kept files, "
        f"trail to {made.trail.seq if made.trail else 0}, of {made.stamp:%Y-%m-%d %H:%M:%S} UTC, "
        f"version {made.app}, migration {made.revision}"
    )
    if made.missing:
        click.echo(
            f"warning: {len(made.missing)} kept files that rows name were not there or damaged: {made.missing[0]} …"
        )
