"""The register of nonconformities and corrective actions as a report, with the filters of the register itself."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import GRADE_LABELS
from auditapp.findings.register.queries.narrow import Reader
from auditapp.findings.register.rules.nonconformities import STAGES
from auditapp.findings.register.rules.wanted import Wanted
from auditapp.findings.rules.action import ACTION_STATUS_LABELS as ACTION_LABELS
from auditapp.findings.rules.action import ACTION_TONES, UNDONE
from auditapp.findings.rules.nonconformity import (
    CAUSE_LABELS,
    CHECK_LABELS,
    ENDED,
    STATUS_LABELS,
    STATUS_TONES,
)
from auditapp.kit.text import Text
from auditapp.people.queries import organization
from auditapp.reports.paper.model import Chapter, Report, Row
from auditapp.reports.paper.pen import Address, Cut, Headings, Pen, nowhere
from auditapp.reports.registers.queries import Case, cases, open_by_age, repeats_by_clause, totals

LONGEST = 400  # characters of a text in a cell
AGES = (30, 60, 90, 180)  # days


def register_report(
    session: Session, *, reader: Reader, wanted: Wanted, as_of: datetime, filters: Sequence[str] = (), address: Address = nowhere
) -> Report:  # fmt: skip
    """What the address asks for and the reader may see. Thirteen statements, however long the register."""
    pen = Pen(reader.principal, address)
    own, known = organization(session), totals(session, reader, wanted)
    found = cases(session, reader, wanted)
    cut = Cut(len(found), known.whole)
    facts = [
        pen.pair(Text("What is shown"), "; ".join(filters) or Text("Open nonconformities")),
        pen.pair(Text("Nonconformities"), str(known.whole)),
        pen.pair(Text("Major"), str(known.majors)),
        pen.pair(Text("Overdue"), str(known.overdue), tone="overdue" if known.overdue else "done"),
        pen.pair(Text("Repeat an earlier one"), str(known.repeats), tone="attention" if known.repeats else "done"),
    ]  # fmt: skip
    chapters = [
        _register(pen, found, reader.today, cut),
        _work(pen, found, cut),
        _actions(pen, found, reader.today),
        _ages(session, pen, reader, wanted),
        _clauses(session, pen, reader, wanted),
    ]
    return Report(
        kind=pen.say(Text("Register")), title=pen.say(Text("Nonconformities and corrective actions")), ref="nonconformities",
        organization=own.name if own else "", as_of=as_of, language=pen.reader.language, facts=tuple(facts),
        chapters=tuple(chapters), confidential=True,
    )  # fmt: skip


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _age(one: Case, today: date) -> int:
    """Days since it was raised, until it was closed or today."""
    ended = one.row.closed_at.date() if one.row.closed_at else today
    return max(0, (ended - one.row.raised_at.date()).days)


def _register(pen: Pen, found: Sequence[Case], today: date, cut: Cut) -> Chapter:
    title = Text("The register")
    columns: Headings = [
        (Text("Nonconformity"), "wide"), Text("Grade"), Text("Clauses"), Text("Stage"), Text("Relationship"),
        (Text("State"), "state"), Text("Responsible person"), (Text("Next step due"), "date"),
        (Text("Days since raised"), "number"),
    ]  # fmt: skip
    rows = []
    for one in found:
        row = one.row
        late = row.status not in ENDED and row.turn_due_on is not None and row.turn_due_on < today
        rows.append(
            Row(
                cells=(
                    pen.text(f"{row.ref} {row.title}", ("findings.show", {"ref": row.ref})),
                    pen.text(GRADE_LABELS[row.grade]),
                    pen.text(", ".join(one.clauses)),
                    pen.text(STAGES.get(row.stage, "")),
                    pen.text(one.relationship),
                    pen.text(STATUS_LABELS[row.status], tone="overdue" if late else STATUS_TONES[row.status]),
                    pen.text(one.responsible),
                    pen.day(row.turn_due_on, "overdue" if late else ""),
                    pen.number(_age(one, today)),
                ),
                anchor=row.ref.lower(),
            )
        )
    return pen.chapter(
        title,
        "register",
        pen.table(
            title,
            columns,
            rows,
            Text(
                "Nothing that you may see fits. Audits raise nonconformities, and so does whoever sees one, under Raise."
            ),
        ),
        note=cut.note,
    )


def _work(pen: Pen, found: Sequence[Case], cut: Cut) -> Chapter:
    title = Text("Cause, correction, verification")
    columns: Headings = [
        Text("Number"), (Text("Cause"), "wide"), (Text("Correction"), "wide"), (Text("Verification"), "wide"),
        Text("Repeats"),
    ]  # fmt: skip
    rows = []
    for one in found:
        causes = [f"{pen.say(CAUSE_LABELS[kind])}: {text}" if kind else text for kind, text in one.causes]
        checks = [pen.say(Text("Effect: %(result)s", result=CHECK_LABELS[result])) for result in one.checks]
        verifier = (
            [pen.say(Text("Verifier: %(name)s", name=one.verifier))]
            if one.verifier
            else [pen.say(Text("No verifier yet"))]
        )
        rows.append(
            Row(
                cells=(
                    pen.text(one.row.ref, ("findings.show", {"ref": one.row.ref})),
                    pen.text(_cut("; ".join(causes) or one.row.cause_summary) or Text("Not known yet")),
                    pen.text(_cut(one.row.correction) or Text("None yet")),
                    pen.text("; ".join([*verifier, *checks])),
                    pen.text(", ".join(one.repeats)),
                )
            )
        )
    return pen.chapter(
        title, "work", pen.table(title, columns, rows, Text("Nothing that you may see fits.")), note=cut.note
    )


def _actions(pen: Pen, found: Sequence[Case], today: date) -> Chapter:
    title = Text("Corrective actions")
    columns: Headings = [
        (Text("Action"), "wide"), Text("Owner"), (Text("Due"), "date"), (Text("State"), "state"),
        (Text("Done on"), "date"), (Text("Verified on"), "date"),
    ]  # fmt: skip
    rows = [
        Row(
            cells=(
                pen.text(f"{action.ref} {action.title}", ("findings.action", {"ref": action.ref})),
                pen.text(owner),
                pen.day(
                    action.due_on, "overdue" if action.status in UNDONE and action.due_on < today else ""
                ),
                pen.text(ACTION_LABELS[action.status], tone=ACTION_TONES[action.status]),
                pen.moment(action.done_at),
                pen.moment(action.verified_at),
            )
        )
        for one in found
        for action, owner in one.actions
    ]
    return pen.chapter(
        title, "actions", pen.table(title, columns, rows, Text("No action is planned for what is shown."))
    )


def _ages(session: Session, pen: Pen, reader: Reader, wanted: Wanted) -> Chapter:
    """Of all that the filters find, not only of what is shown."""
    title = Text("How old what is open is")
    columns: Headings = [(Text("Age"), "wide"), (Text("Number"), "number")]
    labels = [
        Text("%(least)s to %(most)s days", least=least, most=most)
        for least, most in zip((0, *(one + 1 for one in AGES)), AGES, strict=False)
    ]
    labels.append(Text("More than %(days)s days", days=AGES[-1]))
    rows = [
        Row(cells=(pen.text(label), pen.number(number)))
        for label, number in zip(labels, open_by_age(session, reader, wanted, AGES), strict=True)
    ]
    return pen.chapter(title, "ages", pen.table(title, columns, rows, Text("None.")))


def _clauses(session: Session, pen: Pen, reader: Reader, wanted: Wanted) -> Chapter:
    title = Text("Repeats by clause")
    columns: Headings = [
        (Text("Clause"), "wide"),
        (Text("Nonconformities"), "number"),
        (Text("Repeat an earlier one"), "number"),
    ]
    rows = (
        Row(
            cells=(
                pen.text(
                    f"{standard} {clause}", ("findings.index", {"requirement": f"{standard} {clause}", "show": "all"})
                ),
                pen.number(number), pen.number(repeated),
            )
        )
        for standard, clause, number, repeated in repeats_by_clause(session, reader, wanted)
    )  # fmt: skip
    return pen.chapter(
        title, "clauses", pen.table(title, columns, rows, Text("No nonconformity names a clause."))
    )
