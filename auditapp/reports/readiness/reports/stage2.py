"""The pack for Stage 2: what is known of each clause in each relationship, whom to speak with, what was found."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Result
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import KIND_LABELS, STATUS_LABELS, STATUS_TONES
from auditapp.relationships.rules import MEMBER_ROLE_LABELS, STAGE_LABELS, MemberRole
from auditapp.reports.paper.model import Cell, Chapter, Report, Row
from auditapp.reports.paper.pen import Address, Headings, nowhere
from auditapp.reports.readiness.queries import visits
from auditapp.reports.readiness.queries.answers import Latest
from auditapp.reports.readiness.queries.picture import CYCLE_YEARS, Picture, picture_of
from auditapp.reports.readiness.reports.base import Pen
from auditapp.reports.readiness.reports.parts import (
    NOTHING,
    body_chapter,
    certificate_facts,
    findings_chapter,
)

MOST_BESIDE = 24  # relationships that the matrix shows beside each other, the most often audited first
A_YEAR = timedelta(days=365)


def stage2_report(
    session: Session, *, actor: Principal, as_of: datetime, standard: str = "", address: Address = nowhere
) -> Report:
    """The Stage 2 pack of a standard. Raises NotAllowed and NotFound."""
    pen = Pen(actor, address)
    seen = pen.about(picture_of(session, actor, as_of=as_of, key=standard))
    since = as_of.replace(year=as_of.year - CYCLE_YEARS, day=min(as_of.day, 28))
    held = visits.certificates(session, actor, seen.scheme, seen.today)
    found = visits.samples(session, actor, since=since, today=seen.today)
    chapters = [
        _matrix(pen, seen, found),
        _samples(pen, seen, found),
        _people(pen, found, visits.partner_people(session, actor)),
        _interviewed(pen, visits.interviewed(session, since)),
        _meetings(pen, visits.joint_meetings(session, actor, seen.today - A_YEAR)),
        findings_chapter(session, pen, actor, seen),
        body_chapter(
            pen, Text("What the body found"), "body",
            visits.body_findings(session, actor, [one.certificate.id for one in held]), seen.today,
        ),
    ]  # fmt: skip
    return pen.report(
        seen, kind="stage-2", title=Text("Stage 2 pack"), as_of=as_of, facts=certificate_facts(pen, held),
        chapters=chapters,
    )  # fmt: skip


def _by_place(seen: Picture) -> dict[tuple[str, UUID | None], list[Latest]]:
    found: dict[tuple[str, UUID | None], list[Latest]] = {}
    for one in seen.answers:
        for ref in seen.counts_for.get(one.key, ()):
            found.setdefault((ref, one.relationship_id), []).append(one)
    return found


def _matrix(pen: Pen, seen: Picture, found: Sequence[visits.Sample]) -> Chapter:
    title = Text("Evidence by clause and relationship")
    shown = sorted(
        sorted((one for one in found if one.audits), key=lambda one: -len(one.audits))[:MOST_BESIDE],
        key=lambda one: one.ref,
    )
    known = _by_place(seen)
    rows = [
        Row(
            cells=(
                Cell(f"{one.clause.label} {one.clause.title}"),
                pen.state(one.state),
                _cell(pen, known.get((one.clause.ref, None), ())),
                *(_cell(pen, known.get((one.clause.ref, each.id), ())) for each in shown),
            )
        )
        for one in seen.judged
    ]
    columns: Headings = [
        (Text("Clause"), "wide"), (Text("State"), "state"), (Text("Management system"), "state"),
        *((Text("%(ref)s", ref=one.ref), "state") for one in shown),
    ]  # fmt: skip
    note = Text("The latest answers of three years, the worst of them.")
    hidden = sum(bool(one.audits) for one in found) - len(shown)
    if hidden > 0:
        note = Text(
            "%(note)s Shown are the %(count)s relationships audited most often; the samples list all.",
            note=note, count=len(shown),
        )  # fmt: skip
    table = pen.table(title, columns, rows, Text("No clause is asked about."))
    return pen.chapter(title, "matrix", table, note=note)


def _cell(pen: Pen, those: Sequence[Latest]) -> Cell:
    if not those:
        return Cell("")
    failing = sum(one.failing or one.pending for one in those)
    if failing:
        return Cell(pen.say(Text("Fails")), tone="overdue", value=failing)
    if all(one.result is Result.NOT_APPLICABLE for one in those):
        return Cell(pen.say(Text("Not applicable")), tone="quiet")
    if all(one.result in {Result.ARRANGED, Result.NOT_APPLICABLE} for one in those):
        return Cell(pen.say(Text("Arranged")), tone="on_track")
    return Cell(pen.say(Text("Conforms")), tone="done", value=len(those))


def _samples(pen: Pen, seen: Picture, found: Sequence[visits.Sample]) -> Chapter:
    title = Text("Relationships and samples")
    answered: dict[UUID | None, int] = {}
    failing: dict[UUID | None, int] = {}
    for one in seen.answers:
        answered[one.relationship_id] = answered.get(one.relationship_id, 0) + 1
        failing[one.relationship_id] = failing.get(one.relationship_id, 0) + (one.failing or one.pending)
    rows = (
        Row(
            cells=(
                pen.text(one.ref, ("dossier.show", {"ref": one.ref})),
                pen.text(one.name),
                pen.text(STAGE_LABELS[one.stage]),
                pen.text(", ".join(one.audits) or Text("Never sampled"), tone="" if one.audits else "attention"),
                pen.number(answered.get(one.id, 0)),
                pen.number(failing.get(one.id, 0)),
            )
        )
        for one in found
    )  # fmt: skip
    columns: Headings = [
        Text("Relationship"), (Text("Name"), "wide"), Text("Stage"), (Text("Audits"), "wide"),
        (Text("Answers"), "number"), (Text("Failing"), "number"),
    ]  # fmt: skip
    return pen.chapter(
        title, "samples", pen.table(title, columns, rows, Text("There is no relationship yet."))
    )


def _people(
    pen: Pen, found: Sequence[visits.Sample], partners: Sequence[tuple[UUID, MemberRole, str, str]]
) -> Chapter:
    title = Text("People to speak with")
    theirs: dict[UUID, list[tuple[MemberRole, str, str]]] = {}
    for relationship_id, role, name, job in partners:
        theirs.setdefault(relationship_id, []).append((role, name, job))
    rows = []
    for one in found:
        ours = (
            (Text("Senior Executive Responsible"), one.ser), (Text("Relationship owner"), one.owner),
            (Text("Relationship manager"), one.manager),
        )  # fmt: skip
        rows += [
            Row(cells=(pen.text(one.ref), pen.text(seat), pen.text(name), pen.text("")))
            for seat, name in ours
            if name
        ]
        rows += [
            Row(
                cells=(
                    pen.text(one.ref), pen.text(MEMBER_ROLE_LABELS[role]), pen.text(name), pen.text(job)
                )
            )
            for role, name, job in theirs.get(one.id, ())
        ]  # fmt: skip
    columns: Headings = [Text("Relationship"), (Text("Part"), "wide"), Text("Name"), Text("Function")]
    return pen.chapter(title, "people", pen.table(title, columns, rows, Text("Nobody is named yet.")))


def _interviewed(pen: Pen, rows: Sequence[tuple[str, str, str, str]]) -> Chapter:
    title = Text("Interviews in our own audits")
    columns: Headings = [Text("Audit"), Text("Name"), Text("Function"), (Text("Topic"), "wide")]
    made = (
        Row(cells=(pen.text(row[0], ("plan.show", {"ref": row[0]})), *(pen.text(text) for text in row[1:])))
        for row in rows
    )
    return pen.chapter(title, "interviews", pen.table(title, columns, made, NOTHING))


def _meetings(pen: Pen, rows: Sequence[tuple[Meeting, str]]) -> Chapter:
    title = Text("Joint meetings of the last twelve months")
    columns: Headings = [
        Text("Meeting"), Text("Relationship"), Text("Forum"), (Text("Title"), "wide"), (Text("Held"), "date"),
        (Text("Minutes"), "state"),
    ]  # fmt: skip
    made = (
        Row(
            cells=(
                pen.text(one.ref, ("meetings.show", {"meeting_ref": one.ref})), pen.text(where),
                pen.text(KIND_LABELS[one.kind]), pen.text(one.title), pen.day(one.held_on),
                pen.text(STATUS_LABELS[one.status], tone=STATUS_TONES[one.status]),
            )
        )
        for one, where in rows
    )  # fmt: skip
    return pen.chapter(title, "meetings", pen.table(title, columns, made, Text("None was held.")))
