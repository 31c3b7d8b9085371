"""Commands about clause libraries: ``auditapp checklist …``."""

import click


@click.group()
def checklist() -> None:
    """Clause libraries: validate, import, list."""
