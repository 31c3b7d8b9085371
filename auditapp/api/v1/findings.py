"""Findings of audits, and nonconformities with their requirements, causes, actions and checks."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.filters import NonconformitiesAsked, wanted
from auditapp.api.lists import Names, page, people_in, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Line, Link, Paging, Person, listing
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.registers import of_relationship
from auditapp.audits.execution import model as execution
from auditapp.audits.execution.findings.queries import Filters, finding_by_ref, support_of
from auditapp.audits.execution.findings.queries import narrowed as narrow_findings
from auditapp.audits.execution.rules import FindingStatus, Grade, Result
from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import audit_by_ref, visible_audits
from auditapp.findings import model
from auditapp.findings.life.queries import actions_of, check_of, root_causes_of, standing_of
from auditapp.findings.queries import nonconformity_by_ref, requirements_of
from auditapp.findings.register.queries.narrow import narrowed
from auditapp.findings.register.routes.base import reader
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.rules.action import ActionKind, ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus, Source
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.rules import Capability

READ = Scope.READ_FINDINGS
INSIDE = (Capability.VIEW_ORGANIZATION,)
FINDINGS, NONCONFORMITIES = "Audit findings", "Nonconformities"


class FindingsAsked(Paging):
    """Which audit findings."""

    audit: Line = Field(default="", description="The number of an audit.")
    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    grade: Grade | None = Field(default=None)
    status: FindingStatus | None = Field(default=None)
    year: int | None = Field(default=None, ge=1970, le=2199, description="In which it was raised.")
    words: Line = Field(default="", description="In the number or the texts.")


class Requirement(Given):
    """A requirement, by its clause."""

    standard: str
    clause: str
    title: str


class Finding(Given):
    """What an audit found."""

    ref: str
    audit: str
    grade: Grade
    status: FindingStatus
    statement: str
    objective_evidence: str
    requirements: list[Requirement]
    relationship: Link | None
    auditee: Person | None
    raised_by: Person | None
    raised_at: datetime
    withdrawn_reason: str
    page: str


class SupportingAnswer(Given):
    """An answer of the audit that supports a finding."""

    question: int = Field(description="The number of the question.")
    section: str
    text: str
    result: Result
    note: str


class WholeFinding(Finding):
    """A finding with the answers that support it."""

    supports: list[SupportingAnswer]


def _findings(rows: list[execution.Finding]) -> list[Finding]:
    session = current_session()
    audits = dict(
        session.execute(
            sa.select(Audit.id, Audit.ref).where(Audit.id.in_({one.audit_id for one in rows}))
        ).all()
    )
    names = Names(
        session,
        people=people_in(rows, "auditee_id", "raised_by_id"),
        relationships=[one.relationship_id for one in rows],
    )
    return [
        told(
            Finding,
            row,
            audit=audits[row.audit_id],
            requirements=[
                Requirement(
                    standard=str(one.get("standard", "")),
                    clause=str(one.get("clause") or one.get("number") or one.get("ref") or ""),
                    title=str(one.get("title", "")),
                )
                for one in row.requirements or ()
            ],
            relationship=names.relationship(row.relationship_id),
            auditee=names.person(row.auditee_id),
            raised_by=names.person(row.raised_by_id),
            page=site("execution.finding", ref=row.ref),
        )
        for row in rows
    ]


@get("/findings", scope=READ, gives=listing(Finding), needs=INSIDE, tag=FINDINGS)
def findings(query: FindingsAsked) -> object:
    """The findings of the audits that you may see."""
    made: Any = execution.Finding
    seen = visible_audits(actor()).with_only_columns(Audit.id)
    asked = of_relationship(
        sa.select(made).where(made.audit_id.in_(seen)), query.relationship, made.relationship_id
    )
    if query.audit:
        asked = asked.where(made.audit_id == audit_by_ref(current_session(), actor(), query.audit).id)
    filters = Filters(grade=query.grade, status=query.status, year=query.year, words=query.words)
    asked = narrow_findings(asked, actor(), filters)
    rows, cursor = rows_of(current_session(), asked, made.id, query)
    return page(Finding, _findings(list(rows)), cursor)


@get("/findings/<ref>", scope=READ, gives=WholeFinding, needs=INSIDE, tag=FINDINGS)
def finding(ref: str) -> object:
    """One finding of an audit, with the answers that support it."""
    session = current_session()
    row = finding_by_ref(session, actor(), ref)[0]
    supports = [
        told(SupportingAnswer, question, question=question.position, result=answer.result, note=answer.note)
        for question, answer in support_of(session, row.id)
    ]
    return versioned(WholeFinding(**dict(_findings([row])[0]), supports=supports), row.version)


class Nonconformity(Given):
    """A nonconformity in a list."""

    ref: str
    title: str
    grade: Grade
    status: NcStatus
    source: Source
    relationship: Link | None
    stage: str
    raised_at: datetime
    issued_at: datetime | None
    turn_due_on: date | None
    closed_at: datetime | None
    reopened: int
    responsible: Person | None
    verifier: Person | None
    page: str


class Cause(Given):
    """A root cause."""

    text: str
    category: str | None
    evidence: str


class ActionLine(Given):
    """An action of it."""

    ref: str
    title: str
    kind: ActionKind
    status: ActionStatus
    due_on: date
    owner: str


class Check(Given):
    """The effectiveness check."""

    criteria: str
    not_before: date | None
    result: str
    note: str
    sample: str
    checked_at: datetime | None


class WholeNonconformity(Nonconformity):
    """A nonconformity with all that belongs to it. ``turn``: whose turn it is, in words; ``may``: what you can do now."""

    statement: str
    objective_evidence: str
    source_note: str
    requirements: list[Requirement]
    raised_by: Person | None
    deputy: Person | None
    acknowledged_at: datetime | None
    correction: str
    containment: str
    contained_at: datetime | None
    cause_summary: str
    extent_summary: str
    causes: list[Cause]
    actions: list[ActionLine]
    check: Check | None
    plan_submitted_at: datetime | None
    plan_accepted_at: datetime | None
    verified_at: datetime | None
    status_reason: str
    overdue: bool
    turn: str
    may: list[str]


def _common(row: model.Nonconformity, names: Names) -> dict[str, Any]:
    return {
        "relationship": names.relationship(row.relationship_id),
        "responsible": names.person(row.responsible_id),
        "verifier": names.person(row.verifier_id),
        "page": site("findings.show", ref=row.ref),
    }


def whole(row: model.Nonconformity) -> WholeNonconformity:
    """One, with all that belongs to it."""
    session = current_session()
    standing = standing_of(session, actor(), row, clock.now())
    check = check_of(session, row)
    names = Names(
        session,
        people=people_in([row], "responsible_id", "verifier_id", "raised_by_id", "deputy_id"),
        relationships=[row.relationship_id],
    )
    return told(
        WholeNonconformity,
        row,
        **_common(row, names),
        requirements=[told(Requirement, one) for one in requirements_of(session, [row.id]).get(row.id, ())],
        raised_by=names.person(row.raised_by_id),
        deputy=names.person(row.deputy_id),
        causes=[
            told(Cause, one, category=one.category.value if one.category else None)
            for one in root_causes_of(session, row)
        ],
        actions=[told(ActionLine, one.action, owner=one.owner) for one in actions_of(session, row)],
        check=told(Check, check, result=check.result.value) if check else None,
        overdue=standing.overdue,
        turn=str(standing.turn.sentence),
        may=sorted(one.value for one in standing.may),
    )


@get("/nonconformities", scope=READ, gives=listing(Nonconformity), needs=INSIDE, tag=NONCONFORMITIES)
def nonconformities(query: NonconformitiesAsked) -> object:
    """The nonconformities that you may see, narrowed as in their register."""
    session, made = current_session(), model.Nonconformity
    asked = narrowed(reader(), wanted(Register.NONCONFORMITIES, query))
    rows, cursor = rows_of(session, asked, made.id, query)
    names = Names(
        session,
        people=people_in(rows, "responsible_id", "verifier_id"),
        relationships=[one.relationship_id for one in rows],
    )
    return page(Nonconformity, (told(Nonconformity, row, **_common(row, names)) for row in rows), cursor)


@get("/nonconformities/<ref>", scope=READ, gives=WholeNonconformity, needs=INSIDE, tag=NONCONFORMITIES)
def nonconformity(ref: str) -> object:
    """One nonconformity with all that belongs to it."""
    row = nonconformity_by_ref(current_session(), actor(), ref)
    return versioned(whole(row), row.version)
