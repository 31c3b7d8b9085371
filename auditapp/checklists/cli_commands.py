"""Commands about clause libraries: ``auditapp checklist …``."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from auditapp.checklists import queries, service
from auditapp.checklists.rules import EDITION_LABELS, ChecklistFaults, Library, parse
from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.errors import Refusal

FILE = click.Path(path_type=Path)


@click.group()
def checklist() -> None:
    """Clause libraries: validate, import, list."""


@checklist.command()
@click.argument("paths", nargs=-1, required=True, type=FILE)
def validate(paths: tuple[Path, ...]) -> None:
    """Say every fault of each file, as file:line:column: message; exit 1 if there is one."""
    faulty = False
    for path in paths:
        library = _read(path)
        if library is None:
            faulty = True
        else:
            click.echo(
                f"{path}: sound: {library.id} edition {library.edition}, {len(library.questions)} questions"
            )
    if faulty:
        sys.exit(1)


@checklist.command("import")
@click.argument("path", type=FILE)
@click.option("--draft", is_flag=True, help="Keep it as a draft, to be looked at and released in the site.")
@with_appcontext
def import_(path: Path, *, draft: bool) -> None:
    """Bring in a library and release it; exit 1 with every fault of a file that is none."""
    if _read(path) is None:
        sys.exit(1)

    def work() -> str:
        session = current_session()
        at = clock.now()
        edition = service.import_library(session, actor=None, at=at, data=path.read_bytes(), name=path.name)
        if not draft:
            service.release(session, actor=None, at=at, edition=edition)
        return f"{service.ref(edition)}: {edition.questions} questions, {str(EDITION_LABELS[edition.status]).lower()}"

    try:
        click.echo(run_unit(work, "write"))
    except Refusal as refusal:
        raise click.ClickException(str(refusal.text)) from None


@checklist.command("list")
@with_appcontext
def list_() -> None:
    """Every edition of every library."""

    def work() -> list[str]:
        session = current_session()
        lines = []
        page = queries.library_rows(session, page=1)
        while True:
            lines += [
                f"{edition.library_key}\t{edition.edition}\t{edition.status.value}\t"
                f"{edition.questions} questions\t{edition.title}"
                for row in page.rows
                for edition in row.editions
            ]
            if page.number >= page.pages:
                return lines
            page = queries.library_rows(session, page=page.number + 1)

    for line in run_unit(work, "read") or ["There are no libraries yet."]:
        click.echo(line)


def _read(path: Path) -> Library | None:
    """The library in a file; otherwise its faults are printed."""
    try:
        return parse(path.read_bytes(), name=path.name)
    except OSError as error:
        click.echo(f"{path}: cannot be read: {error.strerror}", err=True)
    except ChecklistFaults as found:
        for fault in found.faults:
            click.echo(f"{path}:{fault}")
    return None
