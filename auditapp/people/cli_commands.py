"""Commands about people: ``auditapp user …``."""

import click


@click.group()
def user() -> None:
    """Accounts: add, list, disable, password link."""
