"""The verbs of a nonconformity's own life."""

from auditapp.findings.life.service.disputes import (
    annul,
    answer_dispute,
    concede,
    dispute,
    maintain,
    uphold,
)
from auditapp.findings.life.service.ending import begin_round, regrade, reopen, withdraw
from auditapp.findings.life.service.issuing import acknowledge, issue_nonconformity, reassign
from auditapp.findings.life.service.plan import (
    accept_plan,
    missing_for_plan,
    return_plan,
    revise_plan,
    submit_plan,
)
from auditapp.findings.life.service.policy import may_set_policy, set_policy
from auditapp.findings.life.service.verifier import check_verifier
from auditapp.findings.life.service.working import (
    contain,
    record_reply,
    require_done,
    set_criteria,
    submit_work,
)

__all__ = [
    "accept_plan",
    "acknowledge",
    "annul",
    "answer_dispute",
    "begin_round",
    "check_verifier",
    "concede",
    "contain",
    "dispute",
    "issue_nonconformity",
    "maintain",
    "may_set_policy",
    "missing_for_plan",
    "reassign",
    "record_reply",
    "regrade",
    "reopen",
    "require_done",
    "return_plan",
    "revise_plan",
    "set_criteria",
    "set_policy",
    "submit_plan",
    "submit_work",
    "uphold",
    "withdraw",
]
