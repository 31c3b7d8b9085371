"""Audits with their plans, questions, answers and reports; programmes; what is due."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response
from pydantic import Field

from auditapp.api.declare import get, post, versioned
from auditapp.api.lists import Names, known_relationship, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import (
    Asked,
    Conditions,
    Day,
    Given,
    Line,
    Link,
    Name,
    Paging,
    Person,
    Words,
    listing,
)
from auditapp.api.tokens.rules import Scope
from auditapp.audits import model
from auditapp.audits.execution.model import Answer as AnswerRow
from auditapp.audits.execution.model import AuditQuestion
from auditapp.audits.execution.queries import access
from auditapp.audits.execution.rules import Result
from auditapp.audits.plan import service
from auditapp.audits.plan.queries import PLAN, audit_by_ref, visible_audits
from auditapp.audits.plan.queries.lists import View, Wanted, narrowed
from auditapp.audits.plan.routes.base import policy
from auditapp.audits.programme.queries import audit_counts, programme_by_ref
from auditapp.audits.report.queries import require_report_reader, revisions
from auditapp.audits.report.routes.base import audit_of
from auditapp.audits.report.routes.pages import issued_of
from auditapp.audits.rules import AuditKind, AuditStatus, MemberRole
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.relationships.rules import Stage
from auditapp.reports.audit_report.routes import download

READ = Scope.READ_AUDITS
INSIDE = (Capability.VIEW_ORGANIZATION,)
AUDITS, PROGRAMMES = "Audits", "Audit programmes"
PDF = "application/pdf"


class AuditsAsked(Paging):
    """Which audits."""

    show: View = Field(default=View.ALL)
    status: AuditStatus | None = Field(default=None)
    programme: Line = Field(default="", description="The number of a programme.")
    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    year: int | None = Field(default=None, ge=1900, le=2199)
    words: Line = Field(default="", description="In the number, the title or the texts.")


class Audit(Given):
    """An audit in a list."""

    ref: str
    title: str
    kind: AuditKind
    status: AuditStatus
    starts_on: date | None
    ends_on: date | None
    relationships: list[Link]
    page: str


class Member(Given):
    """Somebody of the audit team, or an auditee."""

    role: MemberRole
    person: Person


class WholeAudit(Audit):
    """An audit with its plan."""

    programme: str | None
    objectives: str
    scope: str
    criteria: str
    client: str
    methods: str
    places: str
    stages: list[str]
    editions: list[str]
    members: list[Member]
    repeat_months: int | None
    plan_revision: int
    agreed_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    issued_at: datetime | None
    completed_at: datetime | None
    status_reason: str


class Answer(Given):
    """What the auditors wrote."""

    result: Result
    note: str
    reason: str
    evidence: str
    interviewees: str
    sample: str
    flagged: bool
    answered_at: datetime | None
    answered_by: Person | None
    revision: int


class Question(Given):
    """A question of the audit with its answer."""

    id: UUID
    position: int
    key: str
    chapter: str
    section: str
    section_title: str
    stage: str
    relationship: Link | None
    text: str
    answer: Answer


class Questions(Given):
    """Every question of an audit, in the order of the walk; none before its opening meeting."""

    items: list[Question]


class Revision(Given):
    """An issued revision of a report. ``sha256``: of its content."""

    number: str
    revision: int
    reason: str
    issued_at: datetime
    sha256: str
    pdf: str


class Revisions(Given):
    """The issued revisions, the newest first."""

    items: list[Revision]


class NewAudit(Asked):
    """An audit to be planned. Things are named by their ids or numbers, as the lists give them."""

    title: Name
    kind: AuditKind = AuditKind.INTERNAL
    programme: Line = Field(default="", description="The number of a programme.")
    edition_ids: list[UUID] = Field(
        default_factory=list, max_length=20, description="Checklist editions, the leading one first."
    )
    relationships: list[Line] = Field(default_factory=list, max_length=50, description="Their numbers.")
    stages: list[Stage] = Field(default_factory=list, max_length=8)
    objectives: Words = ""
    scope: Words = ""
    criteria: Words = ""
    client: Line = ""
    methods: Words = ""
    places: Words = ""
    starts_on: Day
    ends_on: Day
    repeat_months: int | None = Field(default=None, ge=1, le=120)
    leader_id: UUID | None = Field(default=None, description="The audit team leader; empty: you.")


def _links(row: model.Audit) -> list[Link]:
    return [Link(ref=one.ref, name=one.name) for one in row.relationships]


def _whole(row: model.Audit) -> WholeAudit:
    return told(
        WholeAudit,
        row,
        relationships=_links(row),
        page=site("plan.show", ref=row.ref),
        programme=row.programme.ref if row.programme else None,
        stages=list(row.stages or ()),
        editions=[f"{one.edition.library_key} {one.edition.edition}" for one in row.editions],
        members=[
            Member(role=one.role, person=Person(id=one.person_id, name=one.person.name))
            for one in row.members
        ],
    )


@get("/audits", scope=READ, gives=listing(Audit), tag=AUDITS)
def audits(query: AuditsAsked) -> object:
    """The audits that you may see."""
    wanted = Wanted(
        view=query.show,
        status=query.status,
        programme=query.programme,
        relationship=query.relationship,
        year=query.year,
        text=query.words,
    )
    asked = narrowed(visible_audits(actor()), actor(), wanted).options(
        sa.orm.selectinload(model.Audit.relationships)
    )
    rows, cursor = rows_of(current_session(), asked, model.Audit.id, query)
    return page(
        Audit,
        (told(Audit, row, relationships=_links(row), page=site("plan.show", ref=row.ref)) for row in rows),
        cursor,
    )


@get("/audits/<ref>", scope=READ, gives=WholeAudit, tag=AUDITS)
def audit(ref: str) -> object:
    """One audit with its plan."""
    row = audit_by_ref(current_session(), actor(), ref, load=PLAN)
    return versioned(_whole(row), row.version)


@post(
    "/audits",
    scope=Scope.WRITE_AUDITS,
    gives=WholeAudit,
    status=201,
    needs=(Capability.PLAN_AUDITS,),
    tag=AUDITS,
)
def plan_audit(json: NewAudit, headers: Conditions) -> object:
    """Plan an audit."""
    del headers
    session = current_session()
    programme_id = programme_by_ref(session, json.programme).id if json.programme else None
    made = service.create_audit(
        session,
        actor=actor(),
        at=clock.now(),
        title=json.title,
        kind=json.kind,
        programme_id=programme_id,
        edition_ids=json.edition_ids,
        relationship_ids=[known_relationship(one, "relationships") for one in json.relationships],
        stages=[one.value for one in json.stages],
        objectives=json.objectives,
        scope=json.scope,
        criteria=json.criteria,
        client=json.client,
        methods=json.methods,
        places=json.places,
        starts_on=json.starts_on,
        ends_on=json.ends_on,
        repeat_months=json.repeat_months,
        leader_id=json.leader_id,
        competence_policy=policy(),
    )
    session.flush()
    session.expire_all()
    row = audit_by_ref(session, actor(), made.ref, load=PLAN)
    return versioned(_whole(row), row.version, 201, Location=site("api_v1.audit", ref=row.ref))


@get("/audits/<ref>/questions", scope=READ, gives=Questions, needs=INSIDE, tag=AUDITS)
def questions(ref: str) -> object:
    """The questions of an audit with their answers."""
    session = current_session()
    who = access(session, actor(), ref)
    rows = session.execute(
        sa.select(AuditQuestion, AnswerRow)
        .join(AnswerRow, AnswerRow.question_id == AuditQuestion.id)
        .where(AuditQuestion.audit_id == who.audit.id)
        .order_by(AuditQuestion.position)
    ).all()
    names = Names(
        session,
        people=[answer.answered_by_id for _question, answer in rows],
        relationships=[question.relationship_id for question, _answer in rows],
    )
    return Questions(
        items=[
            told(
                Question,
                question,
                relationship=names.relationship(question.relationship_id),
                answer=told(Answer, answer, answered_by=names.person(answer.answered_by_id)),
            )
            for question, answer in rows
        ]
    )


@get("/audits/<ref>/reports", scope=READ, gives=Revisions, tag=AUDITS)
def audit_reports(ref: str) -> object:
    """The issued reports of an audit."""
    session = current_session()
    found = audit_of(actor(), ref)
    require_report_reader(session, found, actor())
    return Revisions(
        items=[
            told(Revision, one, pdf=site("api_v1.audit_report", ref=found.ref, revision=one.revision))
            for one in revisions(session, found.id)
        ]
    )


@get("/audits/<ref>/reports/<int(max=9999):revision>", scope=READ, gives=None, files=(PDF,), tag=AUDITS)
def audit_report(ref: str, revision: int) -> Response:
    """An issued report as PDF."""
    issued_of(actor(), audit_of(actor(), ref), revision)
    return download(ref=ref, revision=revision)


class Programme(Given):
    """An audit programme, and how many audits of it there are and were reported."""

    ref: str
    title: str
    starts_on: date
    ends_on: date
    objectives: str
    risks: str
    responsible: Person | None
    closed_at: datetime | None
    audits: int
    reported: int
    page: str


def _programmes(rows: list[model.Programme]) -> list[Programme]:
    session = current_session()
    counts = audit_counts(session, [one.id for one in rows])
    names = Names(session, people=people_in(rows, "responsible_id"))
    return [
        told(
            Programme,
            row,
            responsible=names.person(row.responsible_id),
            audits=counts[row.id][0],
            reported=counts[row.id][1],
            page=site("programme.show", ref=row.ref),
        )
        for row in rows
    ]


@get("/programmes", scope=READ, gives=listing(Programme), needs=INSIDE, tag=PROGRAMMES)
def programmes(query: Paging) -> object:
    """The audit programmes."""
    made: Any = model.Programme
    rows, cursor = rows_of(current_session(), sa.select(made), made.id, query)
    return page(Programme, _programmes(list(rows)), cursor)


@get("/programmes/<ref>", scope=READ, gives=Programme, needs=INSIDE, tag=PROGRAMMES)
def programme(ref: str) -> object:
    """One audit programme."""
    row = programme_by_ref(current_session(), ref)
    return versioned(_programmes([row])[0], row.version)
