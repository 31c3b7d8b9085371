"""Raising a nonconformity anywhere, and changing it while it is a draft."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.audits.plan.queries import visible_audits
from auditapp.findings import queries
from auditapp.findings.life.service.base import allowed, count_turn, put, standing, tell, touch
from auditapp.findings.model import Nonconformity, NonconformityRequirement
from auditapp.findings.raising.rules import (
    Requirement,
    require_deadlines,
    require_grade,
    require_title,
    requirements_from,
)
from auditapp.findings.rules.nonconformity import NcVerb, Source
from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, NotAllowed
from auditapp.kit.text import Text
from auditapp.people.queries import next_number
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Relationship


def raise_nonconformity(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    title: str,
    statement: str = "",
    objective_evidence: str = "",
    source: Source = Source.SELF_IDENTIFIED,
    source_note: str = "",
    grade: Grade = Grade.MINOR,
    relationship_id: UUID | None = None,
    audit_id: UUID | None = None,
    stage: str = "",
    requirements: Iterable[Mapping[str, Any]] = (),
    body_name: str = "",
    body_ref: str = "",
    reply_due_on: date | None = None,
    close_due_on: date | None = None,
) -> Nonconformity:
    """Write down a nonconformity as a draft: anybody of the own organization, whatever they saw it in.

    ``audit_id``: of an audit that the actor may see, when it was seen there. An auditor or the audit programme
    manager looks at the draft and issues it. Raises NotAllowed (a partner's contact), Invalid.
    """
    if not actor.can(Capability.VIEW_ORGANIZATION):
        raise NotAllowed(Text("Nonconformities are raised by people of the organization itself."))
    _require_place(session, actor, relationship_id, audit_id)
    require_deadlines(reply_due_on, close_due_on)
    by_body = source is Source.CERTIFICATION_BODY
    nc = Nonconformity(
        ref=new_ref(session, at),
        title=require_title(title),
        statement=statement.strip(),
        objective_evidence=objective_evidence.strip(),
        grade=require_grade(grade),
        status_since=at,
        source=source,
        source_note=source_note.strip(),
        audit_id=audit_id,
        relationship_id=relationship_id,
        stage=stage.strip()[:40],
        body_name=body_name.strip() if by_body else "",
        body_ref=body_ref.strip() if by_body else "",
        reply_due_on=reply_due_on if by_body else None,
        close_due_on=close_due_on if by_body else None,
        raised_by_id=actor.person_id,
        raised_at=at,
    )
    session.add(nc)
    session.flush()
    set_requirements(session, nc, requirements_from(requirements))
    count_turn(session, nc)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.raised", before={}, **about_origin(session, nc))
    return nc


def edit_draft(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    version: int | None = None,
    title: str,
    statement: str,
    objective_evidence: str = "",
    source: Source = Source.SELF_IDENTIFIED,
    source_note: str = "",
    grade: Grade = Grade.MINOR,
    relationship_id: UUID | None = None,
    stage: str = "",
    requirements: Iterable[Mapping[str, Any]] = (),
    body_name: str = "",
    body_ref: str = "",
    reply_due_on: date | None = None,
    close_due_on: date | None = None,
) -> None:
    """Change a draft as a whole; nothing happens when nothing is changed.

    One that comes from an audit finding says what the finding says: there only the title can be changed.
    Raises Stale, NotAllowed, Refusal, Invalid.
    """
    status = allowed(session, nc, NcVerb.EDIT, actor=actor, version=version)
    before, origin = standing(nc), about_origin(session, nc)
    nc.title = require_title(title)
    if nc.finding_id is None:
        if relationship_id != nc.relationship_id:
            _require_place(session, actor, relationship_id, None)
        require_deadlines(reply_due_on, close_due_on)
        by_body = source is Source.CERTIFICATION_BODY
        nc.statement = statement.strip()
        nc.objective_evidence = objective_evidence.strip()
        nc.source = source
        nc.source_note = source_note.strip()
        nc.grade = require_grade(grade)
        nc.relationship_id = relationship_id
        nc.stage = stage.strip()[:40]
        nc.body_name = body_name.strip() if by_body else ""
        nc.body_ref = body_ref.strip() if by_body else ""
        nc.reply_due_on = reply_due_on if by_body else None
        nc.close_due_on = close_due_on if by_body else None
        set_requirements(session, nc, requirements_from(requirements))
    changed = about_origin(session, nc)
    if (before, origin) == (standing(nc), changed):
        return
    touch(nc)
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.edited", before={**before, **origin}, **changed)


def new_ref(session: Session, at: datetime) -> str:
    """The next number of the year: ``NC-2026-014``."""
    series = f"NC-{day_in(queries.zone_of(session), at).year}"
    return f"{series}-{next_number(session, series):03}"


def set_requirements(session: Session, nc: Nonconformity, wanted: tuple[Requirement, ...]) -> bool:
    """Keep exactly these requirements; whether that changed anything."""
    rows = queries.requirements_of(session, [nc.id])[nc.id]
    if wanted == tuple(Requirement(standard=r.standard, clause=r.clause, title=r.title) for r in rows):
        return False
    session.execute(
        sa.delete(NonconformityRequirement).where(NonconformityRequirement.nonconformity_id == nc.id)
    )
    for row in rows:
        session.expunge(row)
    session.add_all(
        NonconformityRequirement(
            nonconformity_id=nc.id,
            position=position,
            standard=one.standard,
            clause=one.clause,
            title=one.title,
        )
        for position, one in enumerate(wanted)
    )
    session.flush()
    return True


def about_origin(session: Session, nc: Nonconformity) -> dict[str, Any]:
    """What a nonconformity says and where it comes from, as JSON values for the trail."""
    return {
        "title": nc.title,
        "statement": nc.statement,
        "objective_evidence": nc.objective_evidence,
        "source": nc.source.value,
        "source_note": nc.source_note,
        "audit": str(nc.audit_id) if nc.audit_id else None,
        "stage": nc.stage,
        "requirements": [
            {"standard": row.standard, "clause": row.clause, "title": row.title}
            for row in queries.requirements_of(session, [nc.id])[nc.id]
        ],
        "body": [nc.body_name, nc.body_ref],
        "deadlines": [day.isoformat() if day else None for day in (nc.reply_due_on, nc.close_due_on)],
    }


def _require_place(
    session: Session, actor: Principal, relationship_id: UUID | None, audit_id: UUID | None
) -> None:
    """Raises Invalid for a relationship or an audit that does not exist or that the actor may not see."""
    if relationship_id is not None and session.get(Relationship, relationship_id) is None:
        raise Invalid(Text("Choose one of the relationships offered."), field="relationship")
    if audit_id is not None:
        wanted = visible_audits(actor).subquery()
        if session.scalar(sa.select(wanted.c.id).where(wanted.c.id == audit_id)) is None:
            raise Invalid(Text("Choose one of the audits that you may see."), field="audit")
