"""What is stuck, as a report: reminders that nobody answered on any level."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.reminders.rules import KIND_LABELS, LEVEL_LABELS
from auditapp.reminders.stuck.queries import Stuck, how_many, stuck
from auditapp.reports.paper.model import Cell, Chapter, Column, Pair, Para, Report, Row, Table
from auditapp.reports.paper.pen import Address
from auditapp.shell.reader import Reader


def stuck_report(session: Session, *, actor: Principal, as_of: datetime, address: Address) -> Report:
    """The first page of the list, the longest due first."""
    say = Reader(locale=actor.locale, zone=actor.zone).say
    own, total, page = organization(session), how_many(session), stuck(session, at=as_of)

    def row(one: Stuck) -> Row:
        asked = "; ".join(
            f"{say(LEVEL_LABELS[each.level])}: {', '.join(each.names) or '—'}" for each in one.asked
        )
        url = address(one.item.endpoint, one.item.args) if one.item is not None else ""
        return Row(
            cells=(
                Cell(one.ref, url=url), Cell(f"{say(KIND_LABELS[one.kind])}: {one.title}"),
                Cell(say(day_words(one.due_on)), value=one.due_on, tone="overdue"), Cell(", ".join(one.waits_on)), Cell(asked),
            )
        )  # fmt: skip

    answer = (
        Para(say(Text("%(count)s reminders were answered by nobody on any level.", count=total)), "overdue")
        if total
        else Para(
            say(Text("Nothing is stuck: every reminder was answered, or somebody is still being asked.")),
            "done",
        )
    )
    columns = (Text("Number"), Text("What"), Text("Due"), Text("Whose turn"), Text("Who was asked"))
    table = Table(
        caption=say(Text("What is stuck")),
        columns=tuple(Column(say(one), wide=number in {1, 4}) for number, one in enumerate(columns)),
        rows=tuple(row(one) for one in page.rows),
        empty=say(Text("Nothing is stuck.")),
    )
    more = total - len(page.rows)
    note = say(Text("%(count)s more are on the page.", count=more)) if more > 0 else ""
    return Report(
        kind=say(Text("What is stuck")),
        title=say(Text("What is stuck")),
        ref="stuck",
        organization=own.name if own else "",
        as_of=as_of,
        language=actor.locale[:2],
        facts=(Pair(say(Text("Stuck")), str(total), tone="overdue" if total else "done"),),
        chapters=(Chapter(say(Text("What is stuck")), (answer, table), anchor="stuck", note=note),),
    )
