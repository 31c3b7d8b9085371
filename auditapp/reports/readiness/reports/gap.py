"""Gap analysis by clause; with another standard to come from, what is known there and what the new one adds."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.reports.paper.model import Chapter, Para, Report, Row
from auditapp.reports.paper.pen import Address, nowhere
from auditapp.reports.readiness.queries.picture import Picture, picture_of, shelf_of
from auditapp.reports.readiness.reports.base import Pen, tallies_table
from auditapp.reports.readiness.rules import Judged, State, mapped

CLAUSE, TITLE = Text("Clause"), (Text("Title"), "wide")
# Of several clauses that go with one here, the worst is said.
BAD_FIRST = (
    State.NOT, State.NOT_ASSESSED, State.PARTIAL, State.ARRANGED, State.CONFORM, State.NOT_APPLICABLE,
)  # fmt: skip


def gap_report(
    session: Session,
    *,
    actor: Principal,
    as_of: datetime,
    standard: str = "",
    origin: str = "",
    address: Address = nowhere,
) -> Report:
    """Gap analysis of a standard; ``origin``: the standard to come from. Raises NotAllowed and NotFound."""
    shelf = shelf_of(session)
    pen = Pen(actor, address)
    seen = pen.about(picture_of(session, actor, as_of=as_of, key=standard, shelf=shelf))
    chapters = [
        pen.chapter(Text("How far"), "how-far", tallies_table(pen, seen.judged)),
        pen.chapter(Text("The gaps"), "gaps", pen.table(
            Text("The gaps"),
            [CLAUSE, TITLE, (Text("State"), "state"), (Text("Evidence that is there"), "wide"),
             (Text("Evidence that is missing"), "wide"), (Text("Gap"), "wide"), (Text("Action"), "wide"),
             Text("Owner"), (Text("By"), "date")],
            (_row(pen, one) for one in seen.judged),
            Text("No clause is asked about."),
        )),
    ]  # fmt: skip
    title = Text("Gap analysis")
    if origin and origin != seen.library.id:
        there = picture_of(session, actor, as_of=as_of, key=origin, shelf=shelf)
        chapters += _transition(pen, there, seen)
        title = Text("Gap analysis from %(standard)s", standard=there.standard)
    return pen.report(seen, kind="gap", title=title, as_of=as_of, facts=(), chapters=chapters)


def _row(pen: Pen, one: Judged) -> Row:
    clause, gap = one.clause, one.clause.gap
    present = [gap.present] if gap and gap.present else []
    present += [f"{paper.ref} {paper.title}" for paper in clause.papers if paper.number is not None]
    present += [pen.say(record.title) for record in clause.records if record.last_on]
    missing = [gap.missing] if gap and gap.missing else []
    if clause.expected is not None and not any(paper.number is not None for paper in clause.papers):
        missing.append(pen.say(clause.expected))
    first = one.first
    return Row(
        anchor=f"clause-{clause.ref}",
        cells=(
            pen.text(clause.label, ("readiness.gap_entry", {"ref": clause.ref})),
            pen.text(clause.title),
            pen.state(one.state),
            pen.text("; ".join(present)),
            pen.text("; ".join(missing)),
            pen.text(gap.gap if gap and gap.gap else first.text if first.weight else ""),
            pen.text(gap.action if gap and gap.action else first.next or "" if first.weight else ""),
            pen.text(gap.owner if gap and gap.owner else first.who if first.weight else ""),
            pen.day(gap.due if gap else None),
        ),
    )


def _transition(pen: Pen, there: Picture, here: Picture) -> Iterator[Chapter]:
    """What is known against the old standard, clause by clause of the new one, and what is new in it."""
    goes_with = mapped(here.library, there.library)
    known = {one.clause.ref: one for one in there.judged}
    rows, new = [], []
    for one in here.judged:
        old = [known[ref] for ref in goes_with.get(one.clause.ref, ()) if ref in known]
        if not old:
            new.append(one)
            continue
        worst = min((each.state for each in old), key=BAD_FIRST.index)
        rows.append(
            Row(
                cells=(
                    pen.text(one.clause.label),
                    pen.text(one.clause.title),
                    pen.state(one.state),
                    pen.text(", ".join(each.clause.label for each in old)),
                    pen.state(worst),
                    pen.text(_carry(one.state, worst)),
                )
            )
        )
    old_name, new_name = there.standard, here.standard
    yield pen.chapter(
        Text("From %(old)s to %(new)s", old=old_name, new=new_name),
        "transition",
        Para(
            pen.say(
                Text(
                    "What is known against %(old)s is a beginning, not an answer: each clause is confirmed against %(new)s.",
                    old=old_name, new=new_name,
                )
            )
        ),
        pen.table(
            Text("Clauses that go together"),
            [CLAUSE, TITLE, (Text("State"), "state"), Text("Clauses of %(old)s", old=old_name),
             (Text("State there"), "state"), (Text("What to do next"), "wide")],
            rows,
            Text("The two checklists are not mapped onto each other."),
        ),
    )  # fmt: skip
    yield pen.chapter(
        Text("What %(new)s adds", new=new_name),
        "new",
        pen.table(
            Text("What %(new)s adds", new=new_name),
            [CLAUSE, TITLE, (Text("State"), "state"), (Text("What to do next"), "wide")],
            (
                Row(
                    cells=(
                        pen.text(one.clause.label),
                        pen.text(one.clause.title),
                        pen.state(one.state),
                        pen.text(one.first.next or ""),
                    )
                )
                for one in new
            ),
            Text("Nothing: every clause goes with one of the old standard."),
        ),
    )


def _carry(state: State, worst: State) -> Text:
    if state is not State.NOT_ASSESSED:
        return Text("Judged already.")
    if worst in {State.CONFORM, State.ARRANGED}:
        return Text("Confirm it: what is there is likely to do.")
    if worst is State.PARTIAL:
        return Text("Put right what is open there, then confirm it here.")
    if worst is State.NOT_APPLICABLE:
        return Text("It did not apply there: judge whether it does here.")
    return Text("Begin anew: nothing there can be built on.")
