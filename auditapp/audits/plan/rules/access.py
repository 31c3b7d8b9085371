"""Who may do what with an audit and its plan. Pure."""

from collections.abc import Iterable
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
        or (created and principal.can_somewhere(Capability.PLAN_AUDITS))
    )


def require_planner(principal: Principal, role: MemberRole | None, *, created: bool = False) -> None:
    """Raises NotAllowed unless :func:`may_plan`."""
    if not may_plan(principal, role, created=created):
        raise NotAllowed(
            Text(
                "The plan is changed by the audit team leader or by the audit programme manager. Ask one of them."
            )
        )
