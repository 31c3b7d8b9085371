"""What both reports say of something that the body found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from auditapp.kit.text import Text
from auditapp.relationships.certification.rules import FINDING_LABELS, STATUS_LABELS
from auditapp.reports.certificate.queries import Found
from auditapp.reports.certificate.rules import Asked, days_left, late, limit, step, tone, turn
from auditapp.reports.certificate.rules import Step as Next
from auditapp.reports.paper.model import Cell, Row, Table
from auditapp.reports.paper.pen import Headings, Link, Pen

TRACKED: Headings = [
    (Text("What the body found"), "wide"), (Text("Owner and action"), "wide"), (Text("Due"), "date"),
    (Text("Evidence"), "wide"), (Text("State"), "state"),
    (Text("Whose turn"), "wide"),
]  # fmt: skip


def left(pen: Pen, days: int | None) -> Cell:
    """Days left; red when they are over."""
    if days is None:
        return Cell("")
    words = pen.say(Text("%(days)s over", days=-days)) if days < 0 else str(days)
    return Cell(words, value=days)


def tracked(pen: Pen, caption: Text, found: Sequence[Found], today: date, empty: Text) -> Table:
    """What the body found: owner, action, last day, days left, evidence, state, whose turn."""
    return pen.table(caption, TRACKED, (_row(pen, one, today) for one in found), empty)


def _row(pen: Pen, one: Found, today: date) -> Row:
    row, asked = one.row, one.asked
    page: Link = ("certification.finding", {"ref": row.ref})
    heading = " · ".join(
        part for part in (row.ref, pen.say(FINDING_LABELS[row.kind]), row.body_ref, row.clause) if part
    )
    word = Text("Overdue") if late(asked, today) else STATUS_LABELS[row.status]
    settled = step(asked) is Next.SETTLED
    nobody, no_plan = (Text(""), Text("")) if settled else (Text("Nobody yet"), Text("No plan yet"))
    return Row(
        cells=(
            pen.text(f"{heading}: {row.statement}", page),
            pen.text(
                Text("%(owner)s: %(plan)s", owner=asked.owner or nobody, plan=row.plan or no_plan)
                if asked.owner or row.plan or not settled
                else ""
            ),
            _due(pen, asked, today),
            pen.text(_evidence(pen, one)),
            pen.text(word, tone=tone(asked, today)),
            pen.text(turn(asked, today)),
        ),
        anchor=row.ref.lower(),
    )


def _due(pen: Pen, asked: Asked, today: date) -> Cell:
    """The last day, and how many days are left or over."""
    day, days = pen.day(limit(asked)), days_left(asked, today)
    if days is None:
        return day
    told = Text("%(days)s days over", days=-days) if days < 0 else Text("%(days)s days left", days=days)
    return replace(day, text=f"{day.text}, {pen.say(told)}")


def _evidence(pen: Pen, one: Found) -> str:
    """What was answered, and the records that show it."""
    records = []
    for link in one.evidence:
        name = link.target.title if link.target else link.label or link.url
        records.append(" ".join(part for part in (link.ref, name) if part))
    said = [one.row.answer] if one.row.answer else []
    return "; ".join([*said, *records]) or pen.say(Text("Nothing yet"))
