"""Nonconformities of audits: they come with the issued report, or before it when the leader hands them over.

What the auditor wrote stays in the audit. These functions hear of it through the facts that audits record (ADR 5).
"""

import json
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.findings.rules import NONCONFORMITIES
from auditapp.audits.execution.model import AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.rules import GRADE_LABELS, FindingStatus
from auditapp.audits.model import Audit
from auditapp.audits.rules import STATUS_LABELS, AuditStatus
from auditapp.findings import queries
from auditapp.findings.life import service as life
from auditapp.findings.life.service.base import count_turn, put, standing, tell, touch
from auditapp.findings.model import Nonconformity
from auditapp.findings.raising.rules import requirements_from, title_of
from auditapp.findings.raising.service.drafts import about_origin, new_ref, set_requirements
from auditapp.findings.rules.nonconformity import ENDED, NcStatus, Source
from auditapp.findings.rules.nonconformity import STATUS_LABELS as NC_LABELS
from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Relationship
from auditapp.trail.model import Fact
from auditapp.trail.service import reacts_to


def raise_from_finding(
    session: Session, *, actor: Principal, at: datetime, finding: Finding
) -> Nonconformity:
    """The nonconformity of a major or minor audit finding, issued at once; the one there is, if there is one.

    Responsible: the finding's auditee, else the relationship's manager, else its owner; only people of the own
    organization. Verifier: the audit team leader. When one of the two is missing or may not be it, it stays a
    draft that says what is missing, and somebody issues it by hand.
    """
    existing = session.scalar(sa.select(Nonconformity).where(Nonconformity.finding_id == finding.id))
    if existing is not None:
        return existing
    nc = Nonconformity(
        ref=new_ref(session, at),
        title=title_of(finding.statement),
        statement=finding.statement,
        objective_evidence=finding.objective_evidence,
        grade=finding.grade,
        status_since=at,
        source=Source.AUDIT,
        finding_id=finding.id,
        audit_id=finding.audit_id,
        relationship_id=finding.relationship_id,
        stage=_stage_of(session, finding.id),
        raised_by_id=finding.raised_by_id,
        raised_at=at,
    )
    session.add(nc)
    session.flush()
    set_requirements(session, nc, requirements_from(finding.requirements))
    count_turn(session, nc)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.raised", before={}, finding=finding.ref,
         **about_origin(session, nc))  # fmt: skip
    responsible_id = _responsible(session, finding)
    verifier_id = queries.leader_of(session, finding.audit_id)
    if responsible_id is None or verifier_id is None:
        nc.status_reason = str(
            Text(
                "It could not be issued by itself: nobody of the organization answers for it yet. "
                "Name the responsible person, then issue it."
            )
        )
        return nc
    try:
        life.issue_nonconformity(
            session, actor=actor, at=at, nc=nc, responsible_id=responsible_id, verifier_id=verifier_id
        )
    except Refusal as refusal:
        nc.status_reason = str(Text("It could not be issued by itself. %(why)s", why=refusal.text))
    session.flush()
    return nc


def hand_over(session: Session, *, actor: Principal, at: datetime, audit: Audit) -> list[Nonconformity]:
    """Give the auditees the nonconformities after the closing meeting, before the report: it can print their view.

    Also while an issued report has findings that nobody follows: reports issued before nonconformities had a life of
    their own have them. Then the audit programme manager may do it too, for an audit team leader who has left.
    What was handed over already stays. Raises NotAllowed, or Refusal: not the time, or, before the report, a finding
    that lacks evidence or requirement.
    """
    after = audit.status in {AuditStatus.ISSUED, AuditStatus.FOLLOW_UP}
    if not may_hand_over(actor, leader_id=queries.leader_of(session, audit.id), audit=audit):
        if after:
            raise NotAllowed(
                Text(
                    "The nonconformities of an issued report are handed over by the audit team leader or the audit "
                    "programme manager."
                )
            )
        raise NotAllowed(Text("Only the audit team leader hands the nonconformities to the auditees."))
    if audit.status is not AuditStatus.REPORTING and not after:
        raise Refusal(
            Text(
                "Nonconformities are handed over after the closing meeting; this audit is “%(status)s”.",
                status=STATUS_LABELS[audit.status],
            )
        )
    findings = to_raise(session, audit.id)
    lacking = [one.ref for one in findings if not one.objective_evidence.strip() or not one.requirements]
    if lacking and not after:  # what an issued report says is only changed by correcting the report
        raise Refusal(
            Text(
                "Write the objective evidence and the requirement first: %(refs)s. "
                "Whoever gets a nonconformity must be able to see what it rests on.",
                refs=", ".join(lacking),
            )
        )
    return [raise_from_finding(session, actor=actor, at=at, finding=one) for one in findings]


def may_hand_over(who: Principal, *, leader_id: UUID | None, audit: Audit) -> bool:
    """Whether somebody hands over what an audit found: its leader; once the report is issued, the manager too."""
    after = audit.status in {AuditStatus.ISSUED, AuditStatus.FOLLOW_UP}
    return leader_id == who.person_id or (after and who.can(Capability.MANAGE_PROGRAMME))


def to_raise(session: Session, audit_id: UUID) -> list[Finding]:
    """The major and minor findings of an audit that stand and have no nonconformity yet, in order."""
    return list(
        session.scalars(
            sa.select(Finding)
            .outerjoin(Nonconformity, Nonconformity.finding_id == Finding.id)
            .where(
                Finding.audit_id == audit_id,
                Finding.status != FindingStatus.WITHDRAWN,
                Finding.grade.in_(NONCONFORMITIES),
                Nonconformity.id.is_(None),
            )
            .order_by(Finding.raised_at, Finding.ref)
        )
    )


@reacts_to("report.issued")
def nonconformities_of_report(session: Session, fact: Fact) -> None:
    """With the report, every nonconformity it holds begins its own life."""
    if fact.context_id is None:
        return
    actor = _actor(session, fact)
    for finding in to_raise(session, fact.context_id):
        raise_from_finding(session, actor=actor, at=fact.at, finding=finding)


@reacts_to("finding.changed", "finding.withdrawn", "finding.corrected")
def follow_finding(session: Session, fact: Fact) -> None:
    """What is corrected in the audit is corrected here too, unless the nonconformity says it already."""
    finding = session.get_one(Finding, UUID(str(fact.thing_id)))
    nc = session.scalar(sa.select(Nonconformity).where(Nonconformity.finding_id == finding.id))
    actor = _actor(session, fact)
    if nc is None:
        stands = finding.status is FindingStatus.ISSUED and finding.grade in NONCONFORMITIES
        if fact.verb == "finding.corrected" and stands:  # an observation became a nonconformity
            raise_from_finding(session, actor=actor, at=fact.at, finding=finding)
        return
    changed = _changed(fact)
    ends = finding.status is FindingStatus.WITHDRAWN or finding.grade not in NONCONFORMITIES
    if nc.status in ENDED:
        if fact.verb == "finding.corrected" and not (ends and nc.status is NcStatus.WITHDRAWN):
            _note(session, actor, fact.at, nc, finding)
    elif ends and changed & {"status", "grade"}:
        _withdraw(session, actor, fact.at, nc, finding)
    else:
        _take_over(session, actor, fact.at, nc, finding, changed=changed)


def _changed(fact: Fact) -> set[str]:
    """Which values of the finding this fact changed: another regrading of the nonconformity is left alone."""
    before = json.loads(fact.before) if fact.before else {}
    after = json.loads(fact.after) if fact.after else {}
    return {name for name, value in after.items() if before.get(name) != value}


def _take_over(
    session: Session,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    finding: Finding,
    *,
    changed: set[str],
) -> None:
    """Copy what was changed there, where it differs here."""
    before, origin = standing(nc), about_origin(session, nc)
    if "statement" in changed:
        if nc.title == title_of(nc.statement):  # nobody gave it a better one
            nc.title = title_of(finding.statement)
        nc.statement = finding.statement
    if "objective_evidence" in changed:
        nc.objective_evidence = finding.objective_evidence
    if "grade" in changed:
        nc.grade = finding.grade
    if "relationship_id" in changed:
        nc.relationship_id = finding.relationship_id
    if "requirements" in changed:
        set_requirements(session, nc, requirements_from(finding.requirements))
    after = about_origin(session, nc)
    if (before, origin) == (standing(nc), after):
        return
    touch(nc)
    put(session, nc, nc.status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.followed", before={**before, **origin},
         finding=finding.ref, **after)  # fmt: skip


def _withdraw(session: Session, actor: Principal, at: datetime, nc: Nonconformity, finding: Finding) -> None:
    if finding.status is FindingStatus.WITHDRAWN:
        reason = Text("Its audit finding %(ref)s was withdrawn: %(why)s", ref=finding.ref,
                      why=finding.withdrawn_reason)  # fmt: skip
    else:
        reason = Text("Its audit finding %(ref)s is no nonconformity any more: %(grade)s.", ref=finding.ref,
                      grade=GRADE_LABELS[finding.grade])  # fmt: skip
    try:
        life.withdraw(session, actor=actor, at=at, nc=nc, reason=str(reason))
    except NotAllowed as refusal:
        raise NotAllowed(
            Text(
                "%(finding)s was handed to the auditee as %(ref)s: the audit team leader or the audit programme "
                "manager withdraws it.",
                finding=finding.ref,
                ref=nc.ref,
            )
        ) from refusal


def _note(session: Session, actor: Principal, at: datetime, nc: Nonconformity, finding: Finding) -> None:
    """It has ended and stays as it is; its history says that the report says something else now."""
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.finding_noted",
        before=standing(nc),
        reason=str(
            Text(
                "It is “%(status)s” and stays as it is. Reopen it if it has to change with %(ref)s.",
                status=NC_LABELS[nc.status],
                ref=finding.ref,
            )
        ),
        finding=finding.ref,
    )


def _actor(session: Session, fact: Fact) -> Principal:
    actor = principal_of_person(session, fact.actor_id) if fact.actor_id else None
    if actor is None:  # no such command: reports and findings always have somebody who acts
        raise Refusal(Text("Nobody acts here; a nonconformity needs somebody who issued it."))
    return actor


def _responsible(session: Session, finding: Finding) -> UUID | None:
    wanted = [finding.auditee_id]
    if finding.relationship_id is not None:
        row = session.execute(
            sa.select(Relationship.manager_id, Relationship.owner_id).where(
                Relationship.id == finding.relationship_id
            )
        ).one()
        wanted += [row[0], row[1]]
    own = set(
        session.scalars(
            sa.select(Person.id).where(
                Person.id.in_([one for one in wanted if one is not None]),
                Person.active,
                Person.partner_id.is_(None),
            )
        )
    )
    return next((one for one in wanted if one in own), None)


def _stage_of(session: Session, finding_id: UUID) -> str:
    """The stage of the first question that supports the finding."""
    return (
        session.scalar(
            sa.select(AuditQuestion.stage)
            .join(FindingQuestion, FindingQuestion.question_id == AuditQuestion.id)
            .where(FindingQuestion.finding_id == finding_id)
            .order_by(AuditQuestion.position)
            .limit(1)
        )
        or ""
    )
