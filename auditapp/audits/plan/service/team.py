"""The team and the auditees of an audit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, AuditMember
from auditapp.audits.plan.queries import candidates, ground_of
from auditapp.audits.plan.rules import (
    ADJUSTABLE,
    Checked,
    MemberInput,
    Policy,
    check_editable,
    check_team,
)
from auditapp.audits.plan.service.base import about, check_planner, check_version, loaded, replan, touch
from auditapp.audits.rules import MemberRole
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def team_values(audit: Audit) -> list[dict[str, Any]]:
    """The team as JSON values; people by id only."""
    return [
        {
            "person": str(one.person_id),
            "role": one.role.value,
            "conflict": one.conflict,
            "override_reason": one.override_reason,
            "reviewer": str(one.reviewer_id) if one.reviewer_id else None,
            "competence_warning": one.competence_warning,
        }
        for one in sorted(audit.members, key=lambda member: member.position)
    ]


def put_team(audit: Audit, checked: Sequence[Checked]) -> None:
    """Make the members those that were checked; a person who stays keeps the row."""
    kept = {one.person_id: one for one in audit.members}
    rows = []
    for position, one in enumerate(checked):
        wanted = one.wanted
        row = kept.get(wanted.person_id) or AuditMember(person_id=wanted.person_id, role=wanted.role)
        row.role = wanted.role
        row.position = position
        row.conflict = one.conflict
        row.override_reason = wanted.override_reason.strip() if one.conflict else ""
        row.reviewer_id = wanted.reviewer_id if one.conflict else None
        row.competence_warning = one.warning
        rows.append(row)
    audit.members = rows


def inputs(audit: Audit) -> list[MemberInput]:
    """The members as they are, as somebody would ask for them."""
    return [
        MemberInput(
            person_id=one.person_id,
            role=one.role,
            override_reason=one.override_reason,
            reviewer_id=one.reviewer_id,
        )
        for one in audit.members
    ]


def _check(
    session: Session,
    audit: Audit,
    wanted: Sequence[MemberInput],
    *,
    at: datetime,
    policy: Policy,
    leader_needed: bool = True,
) -> list[Checked]:
    ids = {one.person_id for one in wanted} | {one.reviewer_id for one in wanted if one.reviewer_id}
    known = candidates(session, ground_of(audit, at.date()), ids)
    if ids - set(known):
        raise Invalid(Text("There is no such person."), field="person_id")
    return check_team(wanted, known, policy, leader_needed=leader_needed)


def recheck_team(session: Session, audit: Audit, *, at: datetime, policy: Policy) -> None:
    """Check the members again on changed ground. Raises Refusal naming who may not take part any more."""
    checked = _check(session, audit, inputs(audit), at=at, policy=policy, leader_needed=False)
    put_team(audit, checked)


def set_team(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    members: Sequence[MemberInput],
    version: int | None = None,
    competence_policy: Policy = "refuse",
) -> None:
    """Make the team (leader, auditors, technical experts, observers) and the auditees exactly these.

    A plan that was sent becomes a new revision; while the audit is carried out the team changes without one.
    Raises NotAllowed, Stale, Invalid, or Refusal naming who is not able or not independent and what to do.
    """
    _replace(
        session, actor, at, audit, members, version=version, policy=competence_policy, leader_needed=True
    )


def add_member(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    member: MemberInput,
    version: int | None = None,
    competence_policy: Policy = "refuse",
) -> None:
    """Add a person, or give one who is there another part. A new leader makes the old one an auditor."""
    loaded(session, audit)
    wanted = [one for one in inputs(audit) if one.person_id != member.person_id]
    if member.role is MemberRole.LEADER:
        wanted = [
            replace(one, role=MemberRole.AUDITOR) if one.role is MemberRole.LEADER else one for one in wanted
        ]
    _replace(session, actor, at, audit, [*wanted, member], version=version, policy=competence_policy)


def remove_member(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    person_id: UUID,
    version: int | None = None,
    competence_policy: Policy = "refuse",
) -> None:
    """Take a person off the list. The leader stays until another one is named."""
    loaded(session, audit)
    gone = [one for one in audit.members if one.person_id == person_id]
    if not gone:
        raise NotFound(Text("This person is not on the list any more."))
    if gone[0].role is MemberRole.LEADER:
        raise Refusal(
            Text("Name another audit team leader first; then this person can be taken off the list.")
        )
    wanted = [one for one in inputs(audit) if one.person_id != person_id]
    _replace(session, actor, at, audit, wanted, version=version, policy=competence_policy)


def _replace(
    session: Session,
    actor: Principal,
    at: datetime,
    audit: Audit,
    wanted: Sequence[MemberInput],
    *,
    version: int | None,
    policy: Policy,
    leader_needed: bool = False,
) -> None:
    """While people are added one by one, the leader may come later; sending the plan asks for one."""
    loaded(session, audit)
    check_planner(audit, actor)
    check_editable(audit.status, ADJUSTABLE)
    check_version(session, audit, version)
    before = team_values(audit)
    put_team(audit, _check(session, audit, wanted, at=at, policy=policy, leader_needed=leader_needed))
    after = team_values(audit)
    if before == after:
        return
    touch(audit)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.team_set",
        **about(audit),
        before={"team": before},
        after={"team": after},
    )
    replan(session, audit, actor=actor, at=at)
