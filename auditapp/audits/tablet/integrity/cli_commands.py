"""``auditapp tablet …``: prove that what the tablets brought is what is kept."""

import sys

import click
from flask.cli import with_appcontext

from auditapp.audits.tablet.integrity.queries import chains
from auditapp.kit.db import current_session, run_unit


@click.group()
def tablet() -> None:
    """The tablets: verify what they brought."""


@tablet.command("verify")
@with_appcontext
def verify() -> None:
    """Walk the chain of every tablet; exit 1 and say where one does not hold. What is missing may still be on a tablet."""
    found = run_unit(lambda: list(chains(current_session())), "read")
    broken = False
    for chain in found:
        wrong = [one for one in chain.breaks if not one.open]
        broken = broken or bool(wrong)
        word = "BROKEN" if wrong else "waits" if chain.breaks else "whole"
        click.echo(
            f"{word}: {chain.name} {chain.device_id}: {chain.operations} operations, newest {chain.head_sha256[:16] or '-'}"
        )
        for one in chain.breaks:
            click.echo(f"  {'waits' if one.open else 'BROKEN'} at {one.seq} ({one.kind}): {one.message}")
    click.echo(f"{len(found)} tablets, {sum(chain.operations for chain in found)} operations")
    if broken:
        sys.exit(1)
