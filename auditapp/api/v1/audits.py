"""Audits with their plans, questions, answers and reports; programmes; what is due."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get, post, versioned
from auditapp.api.lists import Names, known_relationship, page, rows_of, told
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
from auditapp.api.v1.audit_plans import Audit, WholeAudit, links_of, whole_audit
from auditapp.audits import model
from auditapp.audits.execution.model import Answer as AnswerRow
from auditapp.audits.execution.model import AuditQuestion
from auditapp.audits.execution.queries import access
from auditapp.audits.execution.rules import Result
from auditapp.audits.plan import service
from auditapp.audits.plan.queries import PLAN, audit_by_ref, visible_audits
from auditapp.audits.plan.queries.lists import View, Wanted, narrowed
from auditapp.audits.plan.routes.base import policy
from auditapp.audits.programme.queries import programme_by_ref
from auditapp.audits.rules import AuditKind, AuditStatus
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.relationships.rules import Stage

READ = Scope.READ_AUDITS
INSIDE = (Capability.VIEW_ORGANIZATION,)
AUDITS = "Audits"
PDF = "application/pdf"
PICTURES = ("image/jpeg", "image/png", "image/webp")


class AuditsAsked(Paging):
    """Which audits."""

    show: View = Field(default=View.ALL)
    status: AuditStatus | None = Field(default=None)
    programme: Line = Field(default="", description="The number of a programme.")
    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    year: int | None = Field(default=None, ge=1900, le=2199)
    person: UUID | None = Field(default=None, description="The id of somebody of the team, or an auditee.")
    words: Line = Field(default="", description="In the number, the title or the texts.")


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


@get("/audits", scope=READ, gives=listing(Audit), tag=AUDITS)
def audits(query: AuditsAsked) -> object:
    """The audits that you may see."""
    wanted = Wanted(
        view=query.show,
        status=query.status,
        programme=query.programme,
        relationship=query.relationship,
        year=query.year,
        person_id=query.person,
        text=query.words,
    )
    asked = narrowed(visible_audits(actor()), actor(), wanted).options(
        sa.orm.selectinload(model.Audit.relationships)
    )
    rows, cursor = rows_of(current_session(), asked, model.Audit.id, query)
    return page(
        Audit,
        (told(Audit, row, relationships=links_of(row), page=site("plan.show", ref=row.ref)) for row in rows),
        cursor,
    )


@get("/audits/<ref>", scope=READ, gives=WholeAudit, tag=AUDITS)
def audit(ref: str) -> object:
    """One audit with its plan."""
    row = audit_by_ref(current_session(), actor(), ref, load=PLAN)
    return versioned(whole_audit(row), row.version)


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
    return versioned(whole_audit(row), row.version, 201, Location=site("api_v1.audit", ref=row.ref))


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
