"""Reading an audit as somebody who may see it, and what the person is in it."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Answer, AuditQuestion
from auditapp.audits.execution.rules import require_open
from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.plan.queries import audit_by_ref, member_role_of
from auditapp.audits.plan.rules import require_team
from auditapp.audits.rules import TEAM, AuditStatus, MemberRole
from auditapp.kit.errors import NotFound
from auditapp.people.model import Person
from auditapp.people.rules import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody's part in an audit, as plain values."""

    person_id: UUID
    name: str
    role: MemberRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An audit that a person may see, who is in it, and what the person is in it (``None``: only a reader)."""

    audit: Audit
    members: tuple[Member, ...]
    role: MemberRole | None

    @property
    def may_write(self) -> bool:
        """Whether the person may answer, add evidence and write findings now."""
        return self.role in TEAM and self.audit.status is AuditStatus.IN_PROGRESS

    @property
    def may_prepare(self) -> bool:
        """Whether the person may take the walk along before the opening meeting: of the team, the plan agreed."""
        return self.role in TEAM and self.audit.status is AuditStatus.SCHEDULED

    @property
    def may_draw(self) -> bool:
        """Whether the walk shows fields: to answer now, or on a tablet once the opening meeting is held."""
        return self.may_write or self.may_prepare

    @property
    def leader(self) -> str:
        """The audit team leader's name."""
        return next((member.name for member in self.members if member.role is MemberRole.LEADER), "")


def access(session: Session, principal: Principal, ref: str) -> Access:
    """Two statements. Raises NotFound for an audit that does not exist or that the person may not know of."""
    audit = audit_by_ref(session, principal, ref)
    rows = session.execute(
        sa.select(AuditMember.person_id, Person.name, AuditMember.role)
        .join(Person, Person.id == AuditMember.person_id)
        .where(AuditMember.audit_id == audit.id)
        .order_by(AuditMember.position, Person.name)
    ).all()
    members = tuple(Member(person_id=row[0], name=row[1], role=row[2]) for row in rows)
    role = next((member.role for member in members if member.person_id == principal.person_id), None)
    return Access(audit=audit, members=members, role=role)


def writable(session: Session, principal: Principal, audit: Audit) -> Audit:
    """The audit, for somebody who may write in it now.

    Raises NotAllowed for whoever is not of the audit team, Refusal when it is not the time.
    """
    require_team(member_role_of(session, audit.id, principal.person_id))
    require_open(audit.status)
    return audit


def question_of(session: Session, audit_id: UUID, question_id: UUID) -> tuple[AuditQuestion, Answer]:
    """A question of this audit with its answer. Raises NotFound."""
    row = session.execute(
        sa.select(AuditQuestion, Answer)
        .join(Answer, Answer.question_id == AuditQuestion.id)
        .where(AuditQuestion.id == question_id, AuditQuestion.audit_id == audit_id)
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]
