"""`auditapp pack verify`: prove a pack without the site, without a database and without a network."""

from pathlib import Path

import click

from auditapp.reports.pack.checking import check


@click.group("pack")
def pack_group() -> None:
    """Evidence packs."""


@pack_group.command("verify")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--manifest-hash", default="", help="What the manifest's SHA-256 must be, as the site shows it."
)
def verify_command(file: Path, *, manifest_hash: str) -> None:
    """Prove that FILE is the pack that was made. Exit 0 when it is, 1 and what is wrong when not, 2 when it cannot be read."""
    try:
        with file.open("rb") as source:
            found = check(source, manifest_sha256=manifest_hash)
    except OSError as error:
        click.echo(f"{file} cannot be read: {error.strerror}.", err=True)
        raise SystemExit(2) from None
    for fault in found.faults:
        click.echo(f"{fault.kind.value.upper()}: {fault.path} {fault.message}".replace(":  ", ": "))
    if found.manifest is not None:
        made = found.manifest
        click.echo(
            f"{made.ref} {made.title}, {made.organization}, {made.standard}, as of {made.as_of:%Y-%m-%d %H:%M:%S} UTC: "
            f"{len(made.entries)} files, {len(made.withheld)} withheld"
        )
        click.echo(f"manifest SHA-256 {made.sha256}")
    if not found.whole:
        click.echo(f"broken: {len(found.faults)} faults.")
        raise SystemExit(1)
    click.echo("whole: every file, and the zip file around them, is as it was made.")
    if not manifest_hash:
        click.echo(
            "That says nothing of who made it: hold the hash against the one that the site shows (--manifest-hash)."
        )
