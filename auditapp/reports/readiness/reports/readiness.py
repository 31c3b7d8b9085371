"""Could we be audited today? The sentence, what stands in the way, the clauses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.reports.paper.model import Para, Report, Row, Table
from auditapp.reports.paper.pen import Address, nowhere
from auditapp.reports.readiness.queries.picture import Picture, picture_of
from auditapp.reports.readiness.reports.base import Pen, tallies_table
from auditapp.reports.readiness.rules import LEVEL_TONES, Judged, Obstacle, obstacles, overall

CLAUSE, WHAT, NEXT, WHO = Text("Clause"), Text("What"), Text("What to do next"), Text("Whose turn")


def readiness_report(
    session: Session, *, actor: Principal, as_of: datetime, standard: str = "", address: Address = nowhere
) -> Report:
    """Readiness for a standard (its library's key; empty: the usual one). Raises NotAllowed and NotFound."""
    pen = Pen(actor, address)
    return readiness_of(pen.about(picture_of(session, actor, as_of=as_of, key=standard)), pen, as_of)


def readiness_of(seen: Picture, pen: Pen, as_of: datetime) -> Report:
    """The report of a picture."""
    answer = overall(seen.judged, seen.whole, seen.today)
    against = obstacles(seen.judged, seen.whole, seen.today)
    percent = answer.tally.percent
    chapters = [
        pen.chapter(
            Text("Could we be audited today?"),
            "answer",
            Para(pen.say(answer.sentence), LEVEL_TONES[answer.level]),
            Para(pen.say(answer.next)),
            tallies_table(pen, seen.judged),
        ),
        pen.chapter(
            Text("What stands in the way"),
            "in-the-way",
            *([] if against else [Para(pen.say(Text("Nothing stands in the way.")), "done")]),
            note=Text("The heaviest first."),
        ),
        *(
            pen.chapter(one.title, f"obstacle-{one.key}", _obstacle(pen, one), level=2)
            for one in against
        ),
        pen.chapter(
            Text("The clauses"),
            "clauses",
            clauses_table(pen, seen.judged),
            note=Text("Answers count for three years; not asked and not verified count as nobody having looked."),
        ),
    ]  # fmt: skip
    facts = [
        pen.pair(Text("Ready"), "" if percent is None else f"{percent} %"),
        pen.pair(Text("Clauses that apply"), str(answer.tally.applicable)),
        pen.pair(Text("Major nonconformities open"), str(seen.whole.majors)),
        pen.pair(Text("Minor nonconformities open"), str(seen.whole.minors)),
    ]
    return pen.report(
        seen, kind="readiness", title=Text("Readiness"), as_of=as_of, facts=facts, chapters=chapters
    )


def _obstacle(pen: Pen, one: Obstacle) -> Table:
    rows = (
        Row(
            cells=(
                pen.text(hurdle.where),
                pen.text(hurdle.text, hurdle.link),
                pen.text(hurdle.next or ""),
                pen.text(hurdle.who),
            )
        )
        for hurdle in one.hurdles
    )
    return pen.table(one.title, [CLAUSE, (WHAT, "wide"), (NEXT, "wide"), WHO], rows, Text("Nothing."))


def clauses_table(pen: Pen, judged: Sequence[Judged]) -> Table:
    """Every clause with its state, the reasons, what to do next and whose turn it is."""
    rows = (
        Row(
            anchor=f"clause-{one.clause.ref}",
            cells=(
                pen.text(one.clause.label),
                pen.text(one.clause.title),
                pen.state(one.state),
                pen.text(" ".join(pen.say(reason.text) for reason in one.reasons), one.first.link),
                pen.text(one.first.next or ""),
                pen.text(one.first.who if one.first.next else ""),
            ),
        )
        for one in judged
    )
    return pen.table(
        Text("The clauses"),
        [CLAUSE, (Text("Title"), "wide"), (Text("State"), "state"), (Text("Why"), "wide"), (NEXT, "wide"), WHO],
        rows,
        Text("No clause is asked about."),
    )  # fmt: skip
