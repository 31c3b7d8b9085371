"""Sending the plan, answering it, settling objections: until the audit is scheduled."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit, PlanAnswer
from auditapp.audits.plan.queries import answers_to_plan
from auditapp.audits.plan.rules import (
    EDITABLE,
    PlanFacts,
    Policy,
    check_sendable,
    is_agreed,
    may_plan,
    member_role,
    standing,
)
from auditapp.audits.plan.service.base import (
    about,
    check_planner,
    check_version,
    loaded,
    standing_values,
)
from auditapp.audits.plan.service.team import recheck_team
from auditapp.audits.rules import WHOSE_TURN, AuditStatus, AuditVerb, MemberRole, next_status
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def plan_facts(audit: Audit) -> PlanFacts:
    """What the plan of a loaded audit holds, for the rules of sending."""
    return PlanFacts(
        has_leader=any(one.role is MemberRole.LEADER for one in audit.members),
        auditees=sum(one.role is MemberRole.AUDITEE for one in audit.members),
        editions=len(audit.editions),
        objectives=audit.objectives,
        scope=audit.scope,
        dated=audit.starts_on is not None and audit.ends_on is not None,
    )


def auditee_ids(audit: Audit) -> list[UUID]:
    """The auditees of a loaded audit."""
    return [one.person_id for one in audit.members if one.role is MemberRole.AUDITEE]


def send_plan(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    version: int | None = None,
    competence_policy: Policy = "refuse",
) -> None:
    """Send the plan to the auditees for agreement. Sent already: nothing happens.

    Raises NotAllowed, Stale, or Refusal naming what is missing or who in the team cannot take part any more.
    """
    loaded(session, audit)
    check_planner(audit, actor)
    if audit.status is not AuditStatus.PLANNED:
        raise Refusal(Text("The plan cannot be sent now. %(turn)s", turn=WHOSE_TURN[audit.status]))
    check_version(session, audit, version)
    if audit.plan_sent_at is not None:
        return
    check_sendable(plan_facts(audit))
    recheck_team(session, audit, at=at, policy=competence_policy)
    audit.plan_sent_at = at
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="plan.sent",
        **about(audit),
        after={"revision": audit.plan_revision, "auditees": [str(one) for one in auditee_ids(audit)]},
    )


def answer_plan(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    agreed: bool,
    reason: str = "",
    person_id: UUID | None = None,
    revision: int | None = None,
) -> PlanAnswer:
    """An auditee agrees to the plan, or objects with a reason. When all have agreed, the audit is scheduled.

    ``person_id``: the auditee whose answer by word of mouth the leader (or who plans) writes down; ``reason``
    then says how it was given. ``revision``: the one that the page showed. An auditee may answer again; the last
    answer counts, and the same one sent twice is one. Raises NotAllowed, Stale, Invalid (no reason), or Refusal
    when there is nothing to answer.
    """
    loaded(session, audit)
    whose = person_id or actor.person_id
    role = member_role(audit.members, whose)
    by_mouth = whose != actor.person_id
    if role is not MemberRole.AUDITEE:
        raise NotAllowed(Text("The plan is answered by the auditees of this audit."))
    own = member_role(audit.members, actor.person_id)
    if by_mouth and not may_plan(actor, own, created=audit.created_by_id == actor.person_id):
        raise NotAllowed(Text("An answer by word of mouth is written down by the audit team leader."))
    recorded_by = actor.person_id if by_mouth else None
    last = standing(answers_to_plan(session, audit.id), audit.plan_revision).get(whose)
    if (
        last is not None
        and audit.status in EDITABLE
        and audit.plan_sent_at is not None
        and revision in {None, audit.plan_revision}
        and not last.settled
        and (last.agreed, last.reason, last.recorded_by_id) == (agreed, reason.strip(), recorded_by)
    ):
        return last  # sent twice: it stands already
    if audit.status is not AuditStatus.PLANNED:
        raise Refusal(Text("There is no plan to answer now. %(turn)s", turn=WHOSE_TURN[audit.status]))
    if revision is not None and revision != audit.plan_revision:
        raise Stale(Text("The plan was changed meanwhile. Read the new revision, then answer it."))
    if audit.plan_sent_at is None:
        raise Refusal(Text("The plan was not sent yet: it is the turn of whoever plans the audit."))
    if not agreed and not reason.strip():
        raise Invalid(Text("Say what you object to and what would put it right."), field="reason")
    if by_mouth and not reason.strip():
        raise Invalid(Text("Say when and how the answer was given."), field="reason")
    answer = PlanAnswer(
        audit_id=audit.id,
        plan_revision=audit.plan_revision,
        person_id=whose,
        agreed=agreed,
        reason=reason.strip(),
        at=at,
        recorded_by_id=recorded_by,
    )
    session.add(answer)
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="plan.answered",
        **about(audit),
        after={
            "revision": audit.plan_revision,
            "person": str(whose),
            "agreed": agreed,
            "reason": answer.reason,
            "by_word_of_mouth": by_mouth,
        },
    )
    _agree_if_all(session, audit, actor=actor, at=at)
    return answer


def settle_objection(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, answer_id: UUID, how: str
) -> None:
    """The leader (or who plans) writes down how an objection was settled without changing the plan.

    A plan that is changed instead is a new revision, and is answered anew. Raises NotAllowed, NotFound, Invalid,
    or Refusal when the objection was to an earlier revision.
    """
    loaded(session, audit)
    check_planner(audit, actor)
    answer = session.scalar(
        sa.select(PlanAnswer).where(PlanAnswer.id == answer_id, PlanAnswer.audit_id == audit.id)
    )
    if answer is None or answer.agreed:
        raise NotFound(Text("There is no such objection."))
    if answer.person_id == actor.person_id:
        raise NotAllowed(Text("Nobody settles an own objection. It is the turn of the audit team leader."))
    if audit.status is not AuditStatus.PLANNED or answer.plan_revision != audit.plan_revision:
        raise Refusal(
            Text(
                "This objection was to an earlier plan and is closed. %(turn)s", turn=WHOSE_TURN[audit.status]
            )
        )
    if not how.strip():
        raise Invalid(Text("Say how the objection was settled."), field="how")
    if answer.settled:
        return
    answer.settled = how.strip()
    answer.settled_at = at
    answer.settled_by_id = actor.person_id
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="plan.objection_settled",
        **about(audit),
        after={"person": str(answer.person_id), "revision": answer.plan_revision, "how": answer.settled},
    )
    _agree_if_all(session, audit, actor=actor, at=at)


def _agree_if_all(session: Session, audit: Audit, *, actor: Principal, at: datetime) -> None:
    if not is_agreed(auditee_ids(audit), answers_to_plan(session, audit.id), audit.plan_revision):
        return
    before = standing_values(audit)
    audit.status = next_status(audit.status, AuditVerb.AGREE)
    audit.agreed_at = at
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.agreed",
        **about(audit),
        before=before,
        after=standing_values(audit),
    )
