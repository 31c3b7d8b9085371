"""Who may do what with an audit's plan, and when the plan is agreed. Pure."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from auditapp.audits.rules import TEAM, MemberRole
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal


class MemberLike(Protocol):
    """Somebody's part in an audit, as far as these rules care."""

    @property
    def person_id(self) -> UUID:
        """Who."""

    @property
    def role(self) -> MemberRole:
        """As what."""


def member_role(members: Iterable[MemberLike], person_id: UUID) -> MemberRole | None:
    """What somebody does in the audit with these members; ``None`` for somebody outside of it."""
    return next((member.role for member in members if member.person_id == person_id), None)


def require_team(role: MemberRole | None) -> None:
    """Raises NotAllowed unless the role is the audit team leader's or an auditor's."""
    if role not in TEAM:
        raise NotAllowed(Text("Only the audit team (the leader and the auditors) can do this in this audit."))


def require_leader(role: MemberRole | None) -> None:
    """Raises NotAllowed unless the role is the audit team leader's."""
    if role is not MemberRole.LEADER:
        raise NotAllowed(Text("Only the audit team leader can do this in this audit."))


def may_plan(principal: Principal, role: MemberRole | None, *, created: bool = False) -> bool:
    """Whether somebody may change the plan: its leader, its author, whoever manages the programme."""
    return (
        role is MemberRole.LEADER
        or principal.can(Capability.MANAGE_PROGRAMME)
        or (created and principal.can(Capability.PLAN_AUDITS))
    )


def require_planner(principal: Principal, role: MemberRole | None, *, created: bool = False) -> None:
    """Raises NotAllowed unless :func:`may_plan`."""
    if not may_plan(principal, role, created=created):
        raise NotAllowed(
            Text("The plan is changed by the audit team leader or by the audit programme manager. Ask one of them.")
        )


class AnswerLike(Protocol):
    """An auditee's answer to a plan, as far as these rules care."""

    @property
    def person_id(self) -> UUID:
        """Whose answer."""

    @property
    def plan_revision(self) -> int:
        """To which revision of the plan."""

    @property
    def agreed(self) -> bool:
        """Agreed, or objected."""

    @property
    def settled(self) -> str:
        """How the objection was settled; empty while it is open."""


def standing(answers: Sequence[AnswerLike], revision: int) -> dict[UUID, AnswerLike]:
    """The answer that counts per auditee: the last one to this revision. ``answers`` in the order they came."""
    return {answer.person_id: answer for answer in answers if answer.plan_revision == revision}


def is_agreed(auditees: Iterable[UUID], answers: Sequence[AnswerLike], revision: int) -> bool:
    """Whether every auditee agreed to this revision or had the objection settled. Nobody to ask: not agreed."""
    last = standing(answers, revision)
    wanted = list(auditees)
    return bool(wanted) and all(
        person in last and (last[person].agreed or bool(last[person].settled)) for person in wanted
    )
