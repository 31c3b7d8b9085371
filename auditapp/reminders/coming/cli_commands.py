"""The command `auditapp due`: what is due for somebody on a day, why it is theirs, and who stands over it."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.people.queries import names_of, organization, person_id_by_email
from auditapp.reminders import due
from auditapp.reminders.coming.rules import standing
from auditapp.reminders.rules import KIND_LABELS, LEVEL_LABELS, SEVERITY_LABELS, DueItem, Kind, Level

AHEAD = timedelta(days=30)


class Day(click.ParamType[date]):
    """A day as ISO 8601 spells it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day. Fails in words."""
        if isinstance(value, date):
            return value
        try:
            return clock.day_from(value)
        except ValueError:
            self.fail(f"“{value}” is no day. Write it as year-month-day: 2026-12-31.", param, ctx)


@click.command("due")
@click.option("--for", "email", required=True, metavar="EMAIL", help="Whose: the person's e-mail address.")
@click.option("--as-of", type=Day(), help="As it stands on this day; today if left out.")
@click.option("--until", type=Day(), help="The last day that counts; 30 days later if left out.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    help="Only this kind; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
@with_appcontext
def due_command(
    email: str, as_of: date | None, until: date | None, kinds: tuple[str, ...], *, as_json: bool
) -> None:
    """What is due for somebody: when, what to do, why it is theirs, and who is asked after them."""
    lines = run_unit(lambda: _read(email, as_of, until, [Kind(kind) for kind in kinds]), "read")
    if as_json:
        click.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    if not lines:
        click.echo("Nothing is due in this time.")
        return
    _table(lines)


def _read(email: str, as_of: date | None, until: date | None, kinds: list[Kind]) -> list[dict[str, Any]]:
    session = current_session()
    own = organization(session)
    if own is None:
        raise click.ClickException("Nothing is set up yet. Start with: auditapp run --empty")
    person_id = person_id_by_email(session, email)
    if person_id is None:
        raise click.ClickException(f"There is nobody with the address {email}. See: auditapp user list --all")
    today = as_of or clock.day_in(own.zone, clock.now())
    last = until or today + AHEAD
    if last < today:
        raise click.ClickException(f"--until {last} lies before --as-of {today}: give a later day.")
    at = datetime.combine(today, time(12), ZoneInfo(own.zone)).astimezone(UTC)
    found = due.items(session, at=at, until=last, person_id=person_id, kinds=kinds or None)
    return _lines(session, found, person_id, today)


def _lines(session: Session, found: list[DueItem], person_id: UUID, today: date) -> list[dict[str, Any]]:
    names = names_of(session, {one for item in found for people in item.holders.values() for one in people})
    adapter = current_app.url_map.bind("")
    return [
        {
            "key": item.key,
            "day": item.due_on.isoformat(),
            "first_day": item.starts_on.isoformat() if item.starts_on else None,
            "moment": item.due_at.isoformat() if item.due_at else None,
            "state": str(standing(item, today)[0]),
            "kind": item.kind.value,
            "kind_in_words": str(KIND_LABELS[item.kind]),
            "severity": str(SEVERITY_LABELS[item.severity]),
            "ref": item.ref,
            "title": item.title,
            "to_do": str(item.step),
            "why": str(item.why),
            "as": "owner" if person_id in item.owners else "deputy",
            "owners": _names(item.owners, names),
            "deputies": _names(item.deputies, names),
            "above": {
                str(LEVEL_LABELS[level]): _names(item.above[level], names)
                for level in Level
                if item.above.get(level)
            },
            "held_until": item.held_until.isoformat() if item.held_until else None,
            "page": adapter.build(item.endpoint, dict(item.args)),
        }
        for item in found
    ]


def _names(people: tuple[UUID, ...], names: dict[UUID, str]) -> list[str]:
    return [names[one] for one in people if one in names]


HEADS = ("Day", "State", "Kind", "Number", "Title")


def _table(lines: list[dict[str, Any]]) -> None:
    """A line of columns for each, and below it what to do, why it is theirs, and who is above."""
    rows = [
        (line["day"], line["state"], line["kind_in_words"], line["ref"] or "-", line["title"])
        for line in lines
    ]
    widths = [max(len(row[place]) for row in (HEADS, *rows)) for place in range(len(HEADS) - 1)]

    def spaced(row: tuple[str, ...]) -> str:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        return "  ".join([*cells, row[-1]]).rstrip()

    click.echo(spaced(HEADS))
    click.echo("  ".join("-" * width for width in (*widths, 40)))
    for row, line in zip(rows, lines, strict=True):
        click.echo(spaced(row))
        why = line["why"] if line["as"] == "owner" else f"Deputy of {', '.join(line['owners']) or 'nobody'}."
        click.echo(f"    To do: {line['to_do']}")
        click.echo(f"    Why:   {why}")
        above = "; ".join(f"{level}: {', '.join(people)}" for level, people in line["above"].items())
        click.echo(f"    Above: {above or 'nobody'}")
