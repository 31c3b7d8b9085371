"""The pack for a surveillance visit: the certificate, what happened since the last visit, what is open."""

from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal
from auditapp.relationships.certification.rules import VISIT_LABELS, WINDOW_WORDS
from auditapp.relationships.obligations.rules import YEAR, add_months
from auditapp.reports.paper.model import Chapter, Report, Row
from auditapp.reports.paper.pen import Address, Headings, nowhere
from auditapp.reports.readiness.queries import visits
from auditapp.reports.readiness.queries.picture import picture_of
from auditapp.reports.readiness.reports.base import Pen, tallies_table
from auditapp.reports.readiness.reports.parts import (
    body_chapter,
    certificate_facts,
    findings_chapter,
    reviews_chapter,
    scope_blocks,
)


def surveillance_report(
    session: Session, *, actor: Principal, as_of: datetime, standard: str = "", address: Address = nowhere
) -> Report:
    """The surveillance pack of a standard. Raises NotAllowed and NotFound."""
    pen = Pen(actor, address)
    seen = pen.about(picture_of(session, actor, as_of=as_of, key=standard))
    held = visits.certificates(session, actor, seen.scheme, seen.today)
    last = max(
        (visit.held_to for one in held for visit in one.parts.visits if visit.held_to is not None),
        default=None,
    )
    since = last or add_months(seen.today, -YEAR)
    chapters = [
        pen.chapter(Text("Scope"), "scope", *scope_blocks(pen, held)),
        _windows(pen, held),
        _visits(pen, held),
        _since(session, pen, since, known=last is not None),
        body_chapter(
            pen, Text("What the body found"), "body",
            visits.body_findings(session, actor, [one.certificate.id for one in held]), seen.today,
        ),
        reviews_chapter(pen, visits.reviews(session), seen.today),
        pen.chapter(Text("How far"), "how-far", tallies_table(pen, seen.judged)),
        findings_chapter(session, pen, actor, seen),
    ]  # fmt: skip
    return pen.report(
        seen, kind="surveillance", title=Text("Surveillance pack"), as_of=as_of, facts=certificate_facts(pen, held),
        chapters=chapters,
    )  # fmt: skip


def _windows(pen: Pen, held: list[visits.Held]) -> Chapter:
    title = Text("Surveillance visits of the cycle")
    rows = []
    for one in held:
        for window in one.standing.windows:
            word, tone = WINDOW_WORDS[window.state]
            rows.append(
                Row(
                    cells=(
                        pen.text(one.certificate.ref, ("certification.show", {"ref": one.certificate.ref})),
                        pen.text(str(window.year) if window.year else Text("First visit")),
                        pen.day(window.latest), pen.day(window.on), pen.text(word, tone=tone),
                    )
                )
            )  # fmt: skip
    columns: Headings = [
        Text("Certificate"), Text("Year"), (Text("At the latest"), "date"), (Text("On"), "date"),
        (Text("State"), "state"),
    ]  # fmt: skip
    empty = Text("There is no certificate yet: surveillance begins with the body's decision.")
    return pen.chapter(title, "windows", pen.table(title, columns, rows, empty))


def _visits(pen: Pen, held: list[visits.Held]) -> Chapter:
    title = Text("Visits of the body")
    rows = (
        Row(
            cells=(
                pen.text(one.certificate.ref), pen.text(VISIT_LABELS[visit.kind]), pen.day(visit.planned_from),
                pen.day(visit.held_from), pen.day(visit.held_to), pen.text(visit.auditors),
            )
        )
        for one in held
        for visit in one.parts.visits
        if visit.cancelled_on is None
    )  # fmt: skip
    columns: Headings = [
        Text("Certificate"), Text("Visit"), (Text("Planned from"), "date"), (Text("Held from"), "date"),
        (Text("Held to"), "date"), (Text("Auditors"), "wide"),
    ]  # fmt: skip
    return pen.chapter(title, "visits", pen.table(title, columns, rows, Text("No visit is entered yet.")))


def _since(session: Session, pen: Pen, day: date, *, known: bool) -> Chapter:
    counts = visits.since_then(session, moment=datetime.combine(day, time.max, UTC), day=day)
    title = (
        Text("Since the last visit on %(day)s", day=day_words(day))
        if known
        else Text("In the last twelve months")
    )
    rows = (
        (Text("Audit reports issued"), counts.audits),
        (Text("Nonconformities raised"), counts.raised),
        (Text("Nonconformities closed"), counts.closed),
        (Text("Relationships begun"), counts.started),
        (Text("Relationships ended"), counts.ended),
        (Text("Versions of documents approved"), counts.approved),
        (Text("Management reviews held"), counts.reviews),
    )
    table = pen.table(
        title, [(Text("What"), "wide"), (Text("How many"), "number")],
        (Row(cells=(pen.text(label), pen.number(count))) for label, count in rows), Text("Nothing."),
    )  # fmt: skip
    return pen.chapter(title, "since", table)
