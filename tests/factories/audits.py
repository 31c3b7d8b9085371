"""A small clause library, competent auditors, and audits in any state up to scheduled."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer, AuditQuestion, Finding
from auditapp.audits.execution.opening.freeze import freeze
from auditapp.audits.execution.rules import Grade, Result
from auditapp.audits.model import Audit
from auditapp.audits.plan import service
from auditapp.audits.plan.rules import MemberInput
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import EditionStatus, library_of, parse, plain
from auditapp.kit.clock import now
from auditapp.kit.orm import canonical
from auditapp.people.model import Competence
from auditapp.people.rules import Principal, Role
from tests.factories import make_person

LIBRARY = """
format: "auditapp-checklist/1"
id: "{key}"
edition: "{edition}"
title: "{title}"
language: "en"
kind: "clause"
standard:
  code: "{title}"
  title: "{title}"
  edition: "1"
  status: "current"
roles:
  ser: "SER"
clauses:
- ref: "1"
  number: "1"
  title: "Policy"
  number_status: "public"
  stage: "awareness"
  questions:
  - id: "{mark}-1"
    text: "Is there a policy?"
    scope: "system"
    evidence: ["the policy"]
    roles: ["ser"]
    maps_to: [{maps}]
- ref: "2"
  number: "2"
  title: "Joint management"
  number_status: "public"
  stage: "working_together"
  questions:
  - id: "{mark}-2"
    text: "Who sits in the joint management team?"
    scope: "relationship"
    evidence: ["its minutes"]
    roles: ["ser"]
"""


def make_edition(
    session: Session, key: str = "small", *, edition: str = "1", maps: str = "", **more: Any
) -> Edition:
    """A released edition with one question about the system and one about each relationship."""
    found = session.scalar(sa.select(Edition).where(Edition.library_key == key, Edition.edition == edition))
    if found is not None:
        return found
    mark = key[:2].upper()
    text = LIBRARY.format(key=key, edition=edition, title=f"The {key} library", mark=mark, maps=maps)
    library = parse(text.encode(), name=f"{key}.yaml")
    content = plain(library)
    values: dict[str, Any] = {
        "library_key": key,
        "edition": edition,
        "title": library.title,
        "kind": library.kind.value,
        "status": EditionStatus.RELEASED,
        "source": "shipped",
        "content": content,
        "sha256": hashlib.sha256(canonical(content).encode()).hexdigest(),
        "questions": len(library.questions),
        "created_at": now(),
        "released_at": now(),
    }
    row = Edition(**(values | more))
    session.add(row)
    session.flush()
    return row


def make_auditor(
    session: Session, *keys: str, expires_on: date | None = None, name: str = "", **more: Any
) -> Principal:
    """An internal auditor who is competent for the libraries ``keys`` (``small`` when none is named)."""
    who = make_person(session, Role.AUDITOR, name=name, **more)
    for key in keys or ("small",):
        session.add(
            Competence(
                person_id=who.person_id, library_key=key, since=date(2020, 1, 1), expires_on=expires_on
            )
        )
    session.flush()
    return who


def make_audit(
    session: Session,
    *,
    actor: Principal | None = None,
    leader: Principal | None = None,
    auditors: Sequence[Principal] = (),
    auditees: Sequence[Principal] = (),
    relationship_ids: Sequence[UUID] = (),
    at: datetime | None = None,
    starts_on: date | None = None,
    **more: Any,
) -> Audit:
    """A planned audit with a leader, auditors and auditees as given. The actor manages the programme."""
    at = at or now()
    first = starts_on or at.date() + timedelta(days=20)
    values: dict[str, Any] = {
        "title": "Audit of a relationship",
        "edition_ids": [make_edition(session).id],
        "objectives": "Find out whether it works.",
        "scope": "Everything.",
        "ends_on": first + timedelta(days=1),
    }
    actor = actor or make_person(session, Role.PROGRAMME_MANAGER)
    audit = service.create_audit(
        session, actor=actor, at=at, starts_on=first, relationship_ids=relationship_ids, **(values | more)
    )
    members = [MemberInput(person_id=leader.person_id, role=MemberRole.LEADER)] if leader else []
    members += [MemberInput(person_id=one.person_id, role=MemberRole.AUDITOR) for one in auditors]
    members += [MemberInput(person_id=one.person_id, role=MemberRole.AUDITEE) for one in auditees]
    if leader:
        service.set_team(session, actor=actor, at=at, audit=audit, members=members)
    return audit


def make_scheduled_audit(session: Session, **more: Any) -> tuple[Audit, Principal, Principal]:
    """An audit whose plan is agreed; with its leader and its auditee."""
    at = more.get("at") or now()
    leader = more.pop("leader", None) or make_auditor(session)
    auditee = make_person(session)
    audit = make_audit(session, leader=leader, auditees=[auditee], **more)
    service.send_plan(session, actor=leader, at=at, audit=audit)
    service.answer_plan(session, actor=auditee, at=at, audit=audit, agreed=True)
    return audit, leader, auditee


def answer_and_issue(
    session: Session, audit: Audit, results: dict[str, Result], *, grades: Sequence[Grade] = ()
) -> None:
    """Make an audit look as if it was walked and its report issued: results by question id, findings by grade."""
    found = freeze(
        [library_of(one.edition.content) for one in audit.editions],
        stages=audit.stages,
        relationships=[one.id for one in audit.relationships],
    )
    for position, frozen in enumerate(found, 1):
        row = AuditQuestion(audit_id=audit.id, position=position, **asdict(frozen))
        session.add(row)
        session.flush()
        result = results.get(frozen.key.split(":")[1], Result.NOT_ASKED)
        session.add(Answer(question_id=row.id, audit_id=audit.id, result=result))
    for number, grade in enumerate(grades, 1):
        session.add(
            Finding(
                ref=f"{audit.ref}-F{number}",
                audit_id=audit.id,
                grade=grade,
                statement="Found.",
                relationship_id=audit.relationships[0].id if audit.relationships else None,
                raised_by_id=audit.members[0].person_id,
                raised_at=now(),
            )
        )
    audit.status = AuditStatus.ISSUED
    audit.issued_at = now()
    session.flush()


def member(who: Principal, role: MemberRole, **more: Any) -> MemberInput:
    """Somebody wanted in an audit."""
    return MemberInput(person_id=who.person_id, role=role, **more)


def plan_of(audit: Audit, **changed: Any) -> service.PlanInput:
    """The plan as it is, with some values changed."""
    values = {
        "title": audit.title,
        "kind": audit.kind,
        "programme_id": audit.programme_id,
        "edition_ids": [one.edition_id for one in audit.editions],
        "relationship_ids": [one.id for one in audit.relationships],
        "stages": audit.stages,
        "objectives": audit.objectives,
        "scope": audit.scope,
        "starts_on": audit.starts_on,
        "ends_on": audit.ends_on,
    }
    return service.PlanInput(**(values | changed))
