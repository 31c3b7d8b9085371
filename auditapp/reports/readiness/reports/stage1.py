"""The pack for Stage 1: documents by clause, scope, programme coverage, management reviews, open concerns."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.audits.programme.queries.coverage import clause_coverage
from auditapp.audits.programme.rules import MARK_LABELS, MARK_TONES, tally
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.certification.queries import UNSETTLED
from auditapp.reports.paper.model import Chapter, Para, Report, Row
from auditapp.reports.paper.pen import Address, Headings, nowhere
from auditapp.reports.readiness.queries import visits
from auditapp.reports.readiness.queries.picture import Picture, picture_of
from auditapp.reports.readiness.reports.base import Pen
from auditapp.reports.readiness.reports.parts import (
    body_chapter,
    certificate_facts,
    reviews_chapter,
    scope_blocks,
)
from auditapp.reports.readiness.rules import Judged


def stage1_report(
    session: Session, *, actor: Principal, as_of: datetime, standard: str = "", address: Address = nowhere
) -> Report:
    """The Stage 1 pack of a standard. Raises NotAllowed and NotFound."""
    pen = Pen(actor, address)
    seen = pen.about(picture_of(session, actor, as_of=as_of, key=standard))
    held = visits.certificates(session, actor, seen.scheme, seen.today)
    found = visits.body_findings(session, actor, [one.certificate.id for one in held])
    concerns = [row for row in found if row[0].status in UNSETTLED]
    chapters = [
        pen.chapter(Text("Scope"), "scope", *scope_blocks(pen, held)),
        _matrix(pen, seen),
        _missing(pen, seen),
        _coverage(session, pen, seen),
        reviews_chapter(pen, visits.reviews(session), seen.today),
        body_chapter(pen, Text("Open concerns"), "concerns", concerns, seen.today),
    ]
    return pen.report(
        seen, kind="stage-1", title=Text("Stage 1 pack"), as_of=as_of, facts=certificate_facts(pen, held),
        chapters=chapters,
    )  # fmt: skip


DOCUMENT_COLUMNS: Headings = [
    (Text("Clause"), "wide"), (Text("Document or record"), "wide"), (Text("Version"), "number"), Text("Owner"),
    (Text("Review by"), "date"), (Text("State"), "state"),
]  # fmt: skip


def _matrix(pen: Pen, seen: Picture) -> Chapter:
    title = Text("Clauses and documents")
    rows: list[Row] = []
    for one in seen.judged:
        rows += _documents(pen, one, seen)
    return pen.chapter(
        title,
        "documents",
        pen.table(title, DOCUMENT_COLUMNS, rows, Text("No clause is asked about.")),
        note=Text("Recurring duties that were done stand as records; their number is how often."),
    )


def _documents(pen: Pen, one: Judged, seen: Picture) -> list[Row]:
    clause = one.clause
    head = (pen.text(f"{clause.label} {clause.title}"),)
    rows = []
    for paper in clause.papers:
        late = paper.review_on is not None and paper.review_on < seen.today
        word, tone = (
            (Text("Review overdue"), "overdue") if late and paper.number else
            (Text("Approved"), "done") if paper.number else
            (Text("Waits for approval"), "attention") if paper.waits else (Text("Draft"), "quiet")
        )  # fmt: skip
        rows.append(
            Row(
                cells=(
                    *head, pen.text(f"{paper.ref} {paper.title}", ("documents.show", {"document_ref": paper.ref})),
                    pen.number(paper.number), pen.text(paper.owner), pen.day(paper.review_on), pen.text(word, tone=tone),
                )
            )
        )  # fmt: skip
    for record in clause.records:
        if record.done or record.overdue:
            late_word = (Text("Overdue"), "overdue") if record.overdue else (Text("Record"), "done")
            rows.append(
                Row(
                    cells=(
                        *head, pen.text(record.title), pen.number(record.done),
                        pen.text(record.whose), pen.day(record.next_on), pen.text(late_word[0], tone=late_word[1]),
                    )
                )
            )  # fmt: skip
    if clause.expected is not None and not any(paper.number for paper in clause.papers):
        rows.append(
            Row(
                cells=(
                    *head, pen.text(clause.expected), pen.number(None), pen.text(""), pen.day(None),
                    pen.text(Text("Missing"), tone="overdue"),
                )
            )
        )  # fmt: skip
    return rows or [Row(cells=head)]


def _missing(pen: Pen, seen: Picture) -> Chapter:
    lacking = [
        one.clause
        for one in seen.judged
        if one.clause.expected is not None and not any(paper.number for paper in one.clause.papers)
    ]
    title = Text("Documents that are missing")
    rows = (
        Row(cells=(pen.text(one.label), pen.text(one.title), pen.text(one.expected or ""))) for one in lacking
    )
    columns: Headings = [Text("Clause"), (Text("Title"), "wide"), (Text("What auditors ask for"), "wide")]
    return pen.chapter(title, "missing", pen.table(title, columns, rows, Text("None is missing.")))


def _coverage(session: Session, pen: Pen, seen: Picture) -> Chapter:
    title = Text("Coverage by the audit programme")
    programme = visits.programme_now(session, seen.today)
    if programme is None:
        return pen.chapter(
            title,
            "coverage",
            Para(
                pen.say(Text("There is no audit programme. The audit programme manager makes one.")),
                "overdue",
            ),
        )
    cover = clause_coverage(session, programme, seen.library.id, seen.today)
    rows = []
    for heading in cover.by_subject():
        counted = tally(heading.pairs, cover.done, cover.planned)
        rows.append(
            Row(
                cells=(
                    pen.text(heading.label), pen.number(counted.done), pen.number(counted.planned),
                    pen.number(counted.open), pen.text(MARK_LABELS[counted.mark], tone=MARK_TONES[counted.mark]),
                )
            )
        )  # fmt: skip
    columns: Headings = [
        (Text("Clause"), "wide"), (Text("Looked at"), "number"), (Text("Planned"), "number"),
        (Text("Uncovered"), "number"), (Text("State"), "state"),
    ]  # fmt: skip
    table = pen.table(title, columns, rows, Text("The audits of the programme do not use this standard."))
    note = Text(
        "%(ref)s %(title)s: the system and each running relationship, over the whole programme.",
        ref=programme.ref, title=programme.title,
    )  # fmt: skip
    return pen.chapter(title, "coverage", table, note=note)
