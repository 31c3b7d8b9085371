"""What can be done with an audit's plan. Every verb takes the session, the actor and the moment, and records a fact."""

from auditapp.audits.plan.rules import MemberInput
from auditapp.audits.plan.service.agenda import (
    SessionInput,
    add_interview,
    add_session,
    check_may_adjust,
    remove_interview,
    remove_session,
    set_agenda,
)
from auditapp.audits.plan.service.agreement import (
    answer_plan,
    auditee_ids,
    plan_facts,
    send_plan,
    settle_objection,
)
from auditapp.audits.plan.service.base import check_planner
from auditapp.audits.plan.service.life import cancel, postpone, reschedule
from auditapp.audits.plan.service.planning import (
    PlanInput,
    change_plan,
    check_may_create,
    create_audit,
)
from auditapp.audits.plan.service.repeat import repeat_audit
from auditapp.audits.plan.service.team import add_member, remove_member, set_team

__all__ = [
    "MemberInput",
    "PlanInput",
    "SessionInput",
    "add_interview",
    "add_member",
    "add_session",
    "answer_plan",
    "auditee_ids",
    "cancel",
    "change_plan",
    "check_may_adjust",
    "check_may_create",
    "check_planner",
    "create_audit",
    "plan_facts",
    "postpone",
    "remove_interview",
    "remove_member",
    "remove_session",
    "repeat_audit",
    "reschedule",
    "send_plan",
    "set_agenda",
    "set_team",
    "settle_objection",
]
